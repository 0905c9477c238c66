//! The real server, with its log and its actors, on a thread of its own: started as `polus serve` starts it, but for
//! the clock and the time-outs that go with it; stopped with grace, or crashed without.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use polus_actors::World;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use super::SPEED;
use super::clock::FastClock;
use super::feed::{self, Heard};
use crate::config::{Config, Key, Sources};
use crate::gorgias::Limits;
use crate::server::{Server, ServerOptions, Settings};
use crate::world::{self, Built, GorgiasHelpdesks};

/// After a crash the system may take so long to give back locks and the port.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A call on this machine may take this long, however fast the clock runs.
const LOOPBACK_NEEDS: Duration = Duration::from_millis(400);

/// What the program is started with. The same for every start.
#[derive(Clone)]
pub(super) struct Plan {
    /// The data folder.
    pub data: PathBuf,
    /// Folder of the shop's articles.
    pub knowledge: PathBuf,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Base address of the simulated Gorgias.
    pub gorgias_url: String,
    /// Time.
    pub clock: Arc<FastClock>,
}

/// The running program.
pub(super) struct Program {
    /// Where it listens.
    pub address: SocketAddr,
    /// Token of its admin API.
    pub token: SecretString,
    end: oneshot::Sender<End>,
    thread: JoinHandle<anyhow::Result<()>>,
}

/// How it is to end.
#[derive(Clone, Copy)]
enum End {
    /// As by `kill -9`: whatever is under way is dropped.
    Crash,
    /// As asked: what is under way finishes.
    Stop,
}

struct Started {
    address: SocketAddr,
    token: SecretString,
}

impl Program {
    /// Starts it. Its log is told to `listener` from behind the record at `heard_up_to`.
    pub fn start(plan: Plan, heard_up_to: u64, listener: Sender<Heard>) -> anyhow::Result<Self> {
        let (started, has_started) = std::sync::mpsc::channel();
        let (end, ends) = oneshot::channel();
        let thread = thread::Builder::new().name("polus".to_owned()).spawn(move || {
            let built = open(&plan)?;
            actix::System::new().block_on(run(plan, built, heard_up_to, listener, started, ends))
        })?;
        match has_started.recv() {
            Ok(Started { address, token }) => Ok(Self { address, token, end, thread }),
            Err(_) => match joined(thread) {
                Ok(()) => Err(anyhow!("the program ended before it had started")),
                Err(error) => Err(error),
            },
        }
    }

    /// Drops everything that is under way, as a crash would.
    pub fn crash(self) -> anyhow::Result<()> {
        self.end(End::Crash)
    }

    /// Lets what is under way finish, then stops.
    pub fn stop(self) -> anyhow::Result<()> {
        self.end(End::Stop)
    }

    fn end(self, how: End) -> anyhow::Result<()> {
        if self.end.send(how).is_err() {
            tracing::debug!("the program has ended by itself");
        }
        joined(self.thread)
    }
}

async fn run(
    plan: Plan,
    built: Built,
    heard_up_to: u64,
    listener: Sender<Heard>,
    started: Sender<Started>,
    ends: oneshot::Receiver<End>,
) -> anyhow::Result<()> {
    let Built { world, folder, admin_token, .. } = built;
    let token = admin_token.value;
    let world = World {
        clock: plan.clock.clone(),
        helpdesks: Arc::new(GorgiasHelpdesks::with_limits(plan.gorgias_url.clone(), fast_limits())),
        ..world
    };
    let feed = actix_web::rt::spawn(feed::follow(world.clone(), heard_up_to, listener));
    let settings = Settings::of(&config(&plan)?, token.expose_secret().into());
    let options = ServerOptions { workers: Some(1), ..ServerOptions::default() };
    let running = Server::start(world, settings, options).await?;
    if started.send(Started { address: running.address, token }).is_err() {
        tracing::debug!("nobody waits for the program to start");
    }
    drop(started);
    match ends.await.unwrap_or(End::Stop) {
        End::Crash => running.crash().await,
        End::Stop => running.stop().await,
    }
    feed.abort();
    drop(folder);
    Ok(())
}

/// The usual limits of a call, as fast as the clock.
fn fast_limits() -> Limits {
    let usual = Limits::default();
    let fast = |limit: Duration| (limit / SPEED).max(LOOPBACK_NEEDS);
    Limits { connect: fast(usual.connect), whole: fast(usual.whole), ..usual }
}

/// Opens the data folder and sees to the port, with patience: what a crash left is given back by threads that end
/// a moment later.
fn open(plan: &Plan) -> anyhow::Result<Built> {
    let config = config(plan)?;
    let deadline = Instant::now() + GIVEN_BACK_WITHIN;
    loop {
        let problem = match TcpListener::bind(plan.listen) {
            Ok(listener) => {
                drop(listener);
                match world::build(&config) {
                    Ok(built) => return Ok(built),
                    Err(error) => anyhow::Error::from(error),
                }
            }
            Err(error) => anyhow::Error::from(error)
                .context(format!("{} cannot be listened on; give another --port", plan.listen)),
        };
        if Instant::now() >= deadline || plan.listen.port() == 0 {
            return Err(problem);
        }
        thread::sleep(LOOK_AGAIN);
    }
}

fn config(plan: &Plan) -> anyhow::Result<Config> {
    let mut sources = Sources::default();
    sources.flags.extend([
        (Key::Data, plan.data.display().to_string()),
        (Key::Listen, plan.listen.to_string()),
        (Key::GorgiasUrl, plan.gorgias_url.clone()),
        (Key::Knowledge, plan.knowledge.display().to_string()),
    ]);
    Config::load(&sources).context("the demonstration's own settings")
}

fn joined(thread: JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
    thread.join().map_err(|_| anyhow!("the program's thread panicked"))?
}
