//! `polus config show`: every setting, its value and where it came from.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output;
use super::settings::ServerFlags;

/// Look at the settings
#[derive(Args)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show every setting with its value and where it came from; secrets are masked
    Show(Show),
}

#[derive(Args)]
struct Show {
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: ServerFlags,
}

impl Config {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let What::Show(show) = self.what;
        let config = show.flags.load()?;
        let shown = config.show();
        if show.json {
            output::json(&shown)?;
        } else {
            let rows = shown.into_iter().map(|row| [row.setting.to_owned(), row.value, row.origin]).collect();
            output::table(["SETTING", "VALUE", "FROM"], rows)?;
            for remark in &config.remarks {
                output::line(remark)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
