//! Everything that comes in over HTTP.
//!
//! ```text
//! web/webhook.rs  Gorgias' events
//! web/secret.rs   whose secret a webhook came with
//! web/health.rs   alive, ready, metrics, version
//! web/auth.rs     who may use the admin API
//! web/problem.rs  errors as RFC 9457 problems
//! web/api.rs      the admin API, a file for each group of routes under api/
//! ```

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use actix::Addr;
use actix_web::web::{self, Data, ServiceConfig};
use polus_actors::World;
use polus_actors::office::Office;
use polus_core::time::Time;

mod api;
mod auth;
mod health;
mod problem;
pub(crate) mod webhook;

pub use health::build;

use auth::Token;

use crate::history::History;
use crate::server::Settings;
use crate::telemetry::Metrics;
use crate::world::Stored;

/// What every request may need.
pub struct Front {
    pub(crate) world: World,
    pub(crate) office: Addr<Office>,
    pub(crate) history: History,
    pub(crate) metrics: Metrics,
    token: Token,
    is_real_gorgias: bool,
    knowledge: Option<PathBuf>,
    public_url: OnceLock<String>,
    data: PathBuf,
    has_master_key: bool,
    /// When this was made: a message from before may have met a server that was down.
    started: Time,
    /// Held while help articles change: an import adds to what is there.
    importing: tokio::sync::Mutex<()>,
    /// Held while a policy changes: a change is made on the version that is there.
    setting: tokio::sync::Mutex<()>,
    ready: AtomicBool,
}

/// Which groups of routes an address serves.
#[derive(Debug, Clone, Copy)]
pub struct Routes {
    /// Webhooks.
    pub public: bool,
    /// Admin API and metrics.
    pub admin: bool,
    /// The route of benchmarks.
    pub parse_only: bool,
}

impl Front {
    /// A front that is not ready yet.
    pub fn new(world: World, office: Addr<Office>, settings: &Settings) -> Self {
        let stored = Stored { log: Arc::clone(&world.log), blobs: Arc::clone(&world.blobs) };
        Self {
            history: History::new(stored),
            metrics: Metrics::new(Arc::clone(&world.board), Arc::clone(&world.log)),
            token: Token::new(&settings.admin_token),
            is_real_gorgias: settings.is_real_gorgias,
            knowledge: settings.knowledge.clone(),
            public_url: OnceLock::new(),
            data: settings.data.clone(),
            has_master_key: settings.has_master_key,
            started: world.clock.now(),
            importing: tokio::sync::Mutex::default(),
            setting: tokio::sync::Mutex::default(),
            ready: AtomicBool::new(false),
            world,
            office,
        }
    }

    /// Sets what webhook addresses begin with, once the server's own address is known.
    pub fn set_public_url(&self, given: Option<String>, address: SocketAddr) -> String {
        self.public_url.get_or_init(|| given.unwrap_or_else(|| format!("http://{address}"))).clone()
    }

    /// From now on webhooks are taken.
    pub fn is_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    fn ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    fn public_url(&self) -> &str {
        self.public_url.get().map_or("", String::as_str)
    }
}

/// Mounts the routes of one address.
pub fn configure(config: &mut ServiceConfig, front: &Arc<Front>, routes: Routes) {
    config.app_data(Data::from(Arc::clone(front)));
    config.configure(health::configure);
    if routes.public {
        config.configure(webhook::configure);
    }
    if routes.parse_only {
        config.route("/bench/parse", web::post().to(webhook::parse_only));
    }
    if routes.admin {
        config.route("/metrics", web::get().to(health::metrics));
        config.configure(api::configure);
    }
    config.default_service(web::to(problem::nothing_here));
}
