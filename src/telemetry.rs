//! The program's own log lines and its metrics. What customers write, and secrets, never stand above `debug`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

mod metrics;

pub use metrics::Metrics;

use crate::config::LogFormat;

/// What is logged unless `RUST_LOG` says otherwise.
const FILTER: &str = "info,sled=warn,actix_server=warn";

/// Log lines cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("log lines cannot be set up: {0}")]
pub struct TelemetryError(String);

/// Sends log lines to standard error, once for the process.
pub fn start(format: Option<LogFormat>) -> Result<(), TelemetryError> {
    let failed = |error: &dyn std::fmt::Display| TelemetryError(error.to_string());
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) => EnvFilter::try_new(text).map_err(|error| failed(&format!("RUST_LOG: {error}")))?,
        Err(_) => EnvFilter::new(FILTER),
    };
    let is_terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json }) {
        LogFormat::Text => lines.with_ansi(is_coloured(&std::io::stderr())).with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.map_err(|error| failed(&error))
}

/// Whether colours are wanted on a stream: on a terminal, unless `NO_COLOR` says otherwise.
pub fn is_coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
