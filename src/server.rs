//! Starts and stops everything: the office in the actix system of the calling thread, the web servers on threads of
//! their own. `polus serve`, the demonstration and the tests all come through here.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use actix_web::{App, HttpServer};
use polus_actors::World;
use polus_actors::mail::{Shutdown, WebhookSecret};
use polus_actors::office::Office;
use secrecy::SecretString;

use crate::alerts;
use crate::config::Config;
use crate::history::{History, HistoryError};
use crate::web::{self, Front, Routes};
use crate::world::Stored;

/// How long requests under way may take to finish when the server stops.
const REQUESTS_MAY_TAKE_S: u64 = 3;

/// How long the office may take to stop: with the requests' time, less than ten seconds.
const OFFICE_MAY_TAKE: Duration = Duration::from_secs(6);

/// How much the office's thread yields: it gets a ninth of what a thread that serves requests gets, if both want more.
/// Even that folds hundreds of webhooks a second, while an account allows two calls.
#[cfg(target_os = "linux")]
const OFFICE_NICENESS: i32 = 10;

/// Threads for the admin address where it has one of its own.
const ADMIN_WORKERS: usize = 1;

/// What a server needs beside its world.
#[derive(Clone)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// The settings give the master key, so that the data folder need not hold it.
    pub has_master_key: bool,
    /// Address of the server; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Address of the admin API and the metrics where it is not the same.
    pub admin_listen: Option<SocketAddr>,
    /// What webhook addresses begin with; none for `http://` and the address the server got.
    pub public_url: Option<String>,
    /// Token of the admin API.
    pub admin_token: SecretString,
    /// Whether Gorgias itself is called and not a stand-in for tests.
    pub is_real_gorgias: bool,
    /// Folder of help articles that each new connection begins with.
    pub knowledge: Option<PathBuf>,
    /// Where alarms are posted.
    pub alert_url: Option<String>,
}

impl Settings {
    /// The server's part of the settings.
    pub fn of(config: &Config, admin_token: SecretString) -> Self {
        Self {
            data: config.data.clone(),
            has_master_key: config.master_key.is_some(),
            listen: config.listen,
            admin_listen: config.admin_listen,
            public_url: config.public_url.clone(),
            admin_token,
            is_real_gorgias: config.is_real_gorgias(),
            knowledge: config.knowledge.clone(),
            alert_url: config.alert_url.clone(),
        }
    }
}

/// What only tests and benchmarks vary.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerOptions {
    /// Also mounts `POST /bench/parse`, which reads and parses a webhook's body and does no more.
    pub parse_only_route: bool,
    /// Threads that serve requests; none for one a core.
    pub workers: Option<usize>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// An address cannot be taken.
    #[error("{address} cannot be listened on: {problem}. Free it, or give another address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        problem: io::Error,
    },
    /// The office cannot open.
    #[error("the log cannot be followed: {0}")]
    Office(String),
    /// The directory of connections cannot be read.
    #[error(transparent)]
    Directory(#[from] HistoryError),
}

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the admin API and the metrics are; the same address unless the settings say otherwise.
    pub admin_address: SocketAddr,
    /// What webhook addresses begin with.
    pub public_url: String,
    /// The office.
    pub office: Addr<Office>,
    /// The world it runs in.
    pub world: World,
    handles: Vec<ServerHandle>,
    tasks: Vec<JoinHandle<()>>,
}

/// The server.
pub struct Server;

impl Server {
    /// Listens, opens the office, and returns once webhooks are taken. While the office opens, `/readyz` names it as
    /// not ready and webhooks are put off with 503. Must be called within an actix system.
    pub async fn start(
        world: World,
        settings: Settings,
        options: ServerOptions,
    ) -> Result<Running, ServerError> {
        let (office, opened) = Office::open(world.clone());
        let front = Arc::new(Front::new(world.clone(), office.clone(), &settings));
        let split = settings.admin_listen.is_some();
        let routes = Routes { public: true, admin: !split, parse_only: options.parse_only_route };
        let mut handles = Vec::new();
        let mut tasks = Vec::new();
        let (address, handle) = listen(&front, settings.listen, routes, options.workers)?;
        handles.push(handle);
        let mut admin_address = address;
        if let Some(admin_listen) = settings.admin_listen {
            let routes = Routes { public: false, admin: true, parse_only: false };
            let (address, handle) = listen(&front, admin_listen, routes, Some(ADMIN_WORKERS))?;
            admin_address = address;
            handles.push(handle);
        }
        let public_url = front.set_public_url(settings.public_url.clone(), address);
        if let Some(url) = settings.alert_url {
            tasks.push(actix_web::rt::spawn(alerts::watch(Arc::clone(&world.board), url)));
        }
        let running = Running { address, admin_address, public_url, office, world, handles, tasks };
        let problem = match opened.await {
            Ok(Ok(())) => None,
            Ok(Err(problem)) => Some(problem),
            Err(_) => Some("the office ended while it opened".to_owned()),
        };
        let met = match problem {
            None => meet_tenants(&running).await,
            Some(problem) => Err(ServerError::Office(problem)),
        };
        match met {
            Ok(()) => {
                yield_to_requests();
                front.is_ready();
                Ok(running)
            }
            Err(error) => {
                running.stop().await;
                Err(error)
            }
        }
    }
}

impl Running {
    /// Ends as a crash would, for those who show what a restart does: requests under way are dropped and the office
    /// hears nothing. The actors end with the actix system that they run in.
    pub async fn crash(self) {
        for handle in &self.handles {
            handle.stop(false).await;
        }
        for task in &self.tasks {
            task.abort();
        }
    }

    /// Stops taking requests, lets what is under way finish, then stops the office. Takes less than ten seconds.
    pub async fn stop(self) {
        for handle in &self.handles {
            handle.stop(true).await;
        }
        for task in &self.tasks {
            task.abort();
        }
        match tokio::time::timeout(OFFICE_MAY_TAKE, self.office.send(Shutdown)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the office was gone before it could stop in good order")
            }
            Err(_) => {
                tracing::warn!("the office did not stop in time; what it owed is taken up at the next start");
            }
        }
    }
}

fn listen(
    front: &Arc<Front>,
    address: SocketAddr,
    routes: Routes,
    workers: Option<usize>,
) -> Result<(SocketAddr, ServerHandle), ServerError> {
    let front = Arc::clone(front);
    let mut server = HttpServer::new(move || {
        let front = Arc::clone(&front);
        App::new().configure(move |config| web::configure(config, &front, routes))
    })
    .disable_signals()
    .shutdown_timeout(REQUESTS_MAY_TAKE_S);
    if let Some(workers) = workers {
        server = server.workers(workers.max(1));
    }
    let server = server.bind(address).map_err(|problem| ServerError::Listen { address, problem })?;
    let address = server.addrs().first().copied().unwrap_or(address);
    let running = server.run();
    let handle = running.handle();
    actix_web::rt::spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(%address, %error, "the web server ended");
        }
    });
    Ok((address, handle))
}

/// Webhooks go first when processors are short: Gorgias switches off those that are answered late, and what they told
/// waits safely in the log. Lowers the priority of the office's thread, which is the caller's; the threads that serve
/// requests and the one that writes the log were started while the office opened, and keep theirs: a thread begins with the
/// priority of the one that starts it.
fn yield_to_requests() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, OFFICE_NICENESS) {
        tracing::debug!(%error, "the office's thread keeps its priority");
    }
}

/// Waits until each connection's supervisor has read its stream: a webhook that came before would be unknown.
async fn meet_tenants(running: &Running) -> Result<(), ServerError> {
    let stored = Stored { log: Arc::clone(&running.world.log), blobs: Arc::clone(&running.world.blobs) };
    for connection in History::new(stored).connections().await? {
        // Any message will do: a supervisor answers none before it has begun. A refusal is an answer.
        match running.office.send(WebhookSecret { connection }).await {
            Ok(Ok(_) | Err(_)) => {}
            Err(error) => return Err(ServerError::Office(error.to_string())),
        }
    }
    Ok(())
}
