//! `polus serve`: the server.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::settings::ServerFlags;
use crate::config::{Config, Key, Origin};
use crate::knowledge;
use crate::server::{Running, Server, ServerOptions, Settings};
use crate::telemetry;
use crate::world::{self, Built};

/// Run the server: takes webhooks, answers tickets, serves the admin API
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    flags: ServerFlags,
}

/// Why the server ended.
enum End {
    /// It was asked to.
    Asked,
    /// The log can take nothing any more.
    Poisoned(String),
}

impl Serve {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.flags.load()?;
        telemetry::start(config.log_format)?;
        let built = world::build(&config)?;
        actix::System::new().block_on(serve(&config, built))
    }
}

async fn serve(config: &Config, built: Built) -> anyhow::Result<ExitCode> {
    let Built { world, folder, admin_token, master_key_made_in } = built;
    tell_settings(config);
    if let Some(path) = &master_key_made_in {
        tracing::warn!(
            file = %path.display(),
            "a new master key was made: BACK IT UP. Without it the credentials in this data folder cannot be opened"
        );
    }
    if let Some(path) = &admin_token.made_in {
        tracing::info!(file = %path.display(), "an admin token was made; it is in this file");
    }
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be heard")?;
    let log = std::sync::Arc::clone(&world.log);
    let installation = world.installation.clone();
    let settings = Settings::of(config, admin_token.value);
    let started = async { Server::start(world, settings, ServerOptions::default()).await };
    let running = tokio::select! {
        biased;
        _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
        started = started => started?,
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        address = %running.address,
        admin_address = %running.admin_address,
        public_url = running.public_url,
        data = %folder.path().display(),
        log = %config.log,
        %installation,
        "polus serves"
    );
    let end = tokio::select! {
        biased;
        reason = log.poisoned() => End::Poisoned(reason),
        _ = terminate.recv() => End::Asked,
        _ = interrupt.recv() => End::Asked,
    };
    match end {
        End::Poisoned(reason) => {
            // What is in memory may not be what is on disk: nothing may act on it any more.
            tracing::error!(
                reason,
                "the log takes nothing any more; the process ends, a new start reads it anew"
            );
            std::process::exit(1)
        }
        End::Asked => {
            tracing::info!("stopping; a second signal ends at once");
            stop(running, terminate, interrupt).await;
            drop(folder);
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn stop(
    running: Running,
    mut terminate: tokio::signal::unix::Signal,
    mut interrupt: tokio::signal::unix::Signal,
) {
    tokio::select! {
        biased;
        _ = terminate.recv() => std::process::exit(1),
        _ = interrupt.recv() => std::process::exit(1),
        () = running.stop() => tracing::info!("stopped"),
    }
}

fn tell_settings(config: &Config) {
    for remark in &config.remarks {
        tracing::warn!("{remark}");
    }
    if !config.is_real_gorgias() {
        tracing::warn!(gorgias_url = config.gorgias_url, "this is not Gorgias itself: for tests only");
    }
    if let Some(Err(problem)) = config.knowledge.as_deref().map(knowledge::read_folder) {
        tracing::warn!(%problem, "the help articles cannot be read; connecting an account fails until they can");
    }
    if config.origin(Key::Knowledge) == Origin::Default {
        tracing::info!("no folder of help articles is set; new connections begin without any");
    }
}
