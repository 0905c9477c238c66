//! Webhooks over HTTP: durable intake against a route of the same server that only reads and parses the body.
//!
//! Repeat it with `cargo bench --bench intake`; about a minute. The whole program runs, so in the durable turns its
//! office follows the log and starts an actor for each ticket meanwhile. Load and server share the machine.

mod support {
    pub mod http;
    pub mod place;
    pub mod times;
    pub mod turns;
    pub mod watch;
    pub mod world;
}

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use polus::server::{Server, ServerOptions, Settings};
use polus_actors::World;
use tempfile::TempDir;
use tokio::sync::oneshot;

use support::http::{BODY_BYTES, Request, load};
use support::times::median_and_p99;
use support::turns::{Turn, in_turns};
use support::watch::Watch;
use support::{place, world};

const CONNECTIONS: [usize; 2] = [64, 256];
const WARM_UP: Duration = Duration::from_millis(200);
const MEASURED: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    ParseOnly,
    Durable,
}

fn main() -> Result<()> {
    if !place::is_wanted() {
        return Ok(());
    }
    println!(
        "Webhooks of {BODY_BYTES} bytes, medians of {} turns. {}.\n",
        support::turns::ROUNDS,
        place::machine()?
    );
    let columns = [
        "connections",
        "parse only, per s",
        "p50 / p99, ms",
        "durable, per s",
        "p50 / p99, ms",
        "durable / parse only",
        "others' cores, at most",
    ];
    let mut rows = vec![columns.map(str::to_owned)];
    for connections in CONNECTIONS {
        let medians = in_turns(&[Route::ParseOnly, Route::Durable], |route| turn(route, connections))?;
        let [parse, durable] = &medians[..] else { bail!("two contenders have two medians") };
        let times = |turn: &Turn| format!("{:.2} / {:.2}", turn.values[1], turn.values[2]);
        rows.push([
            connections.to_string(),
            format!("{:.0}", parse.values[0]),
            times(parse),
            format!("{:.0}", durable.values[0]),
            times(durable),
            format!("{:.2}", durable.values[0] / parse.values[0]),
            format!("{:.1}", parse.foreign_cores.max(durable.foreign_cores)),
        ]);
    }
    place::print_table(&rows);
    Ok(())
}

/// A server of its own for each turn, so that none begins with what another left.
fn turn(route: Route, connections: usize) -> Result<Turn> {
    let served = Served::start()?;
    let path = match route {
        Route::ParseOnly => "/bench/parse".to_owned(),
        Route::Durable => format!("/webhooks/gorgias/{}/{}", world::ACCOUNT, world::SECRET),
    };
    let request = Request::to(&path, world::ACCOUNT);
    let before = served.log_head();
    let watch = Watch::begin()?;
    let mut answered = load(served.address, &request, connections, WARM_UP, MEASURED)?;
    let foreign_cores = watch.foreign_cores()?;
    let appended = served.log_head() - before;
    // Turns that end while requests are under way may have appended more than was answered, never less.
    if (route == Route::Durable) != (appended > 0) || (route == Route::Durable && appended < answered.all) {
        bail!("{} requests were answered on {route:?}, but {appended} records are in the log", answered.all);
    }
    served.stop()?;
    let per_second = answered.times.len() as f64 / MEASURED.as_secs_f64();
    let [p50, p99] = median_and_p99(&mut answered.times);
    Ok(Turn { values: vec![per_second, p50, p99], foreign_cores })
}

/// A server on a thread of its own.
struct Served {
    address: SocketAddr,
    world: World,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
    _folder: TempDir,
}

impl Served {
    fn start() -> Result<Self> {
        let folder = place::folder()?;
        let world = world::open(folder.path())?;
        let (stop, stopped) = oneshot::channel();
        let (listening, address) = mpsc::channel();
        let inside = world.clone();
        let data = folder.path().to_owned();
        let thread = thread::Builder::new().name("office".to_owned()).spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                world::connect(&inside).await?;
                let settings = Settings {
                    data,
                    has_master_key: false,
                    listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                    admin_listen: None,
                    public_url: None,
                    admin_token: "a token of a benchmark".into(),
                    is_real_gorgias: false,
                    knowledge: None,
                    alert_url: None,
                };
                let options = ServerOptions { parse_only_route: true, workers: None };
                let running = Server::start(inside, settings, options).await?;
                listening.send(running.address)?;
                // A sender that is gone wants no more either.
                drop(stopped.await);
                running.stop().await;
                Ok(())
            })
        })?;
        match address.recv() {
            Ok(address) => Ok(Self { address, world, stop, thread, _folder: folder }),
            Err(_) => match thread.join() {
                Ok(result) => bail!("the server did not start: {result:?}"),
                Err(_) => bail!("the server panicked"),
            },
        }
    }

    fn log_head(&self) -> u64 {
        self.world.log.head()
    }

    /// Stops the server, whatever its office still has to fold.
    fn stop(self) -> Result<()> {
        self.stop.send(()).ok().context("the server ended by itself")?;
        self.thread.join().map_err(|_| anyhow::anyhow!("the server panicked"))?
    }
}
