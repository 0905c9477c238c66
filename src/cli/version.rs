//! `polus version`: what this program is.

use std::process::ExitCode;

use clap::Args;

use super::output::{self, text};
use crate::web::build;

/// Tell the version
#[derive(Args)]
pub(super) struct Version {
    /// JSON for programs
    #[arg(long)]
    json: bool,
}

impl Version {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let build = build();
        if self.json {
            output::json(&build)?;
        } else {
            let (name, version, target) =
                (text(&build, "name"), text(&build, "version"), text(&build, "target"));
            output::line(&format!("{name} {version} ({target}, log schema {})", text(&build, "log_schema")))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
