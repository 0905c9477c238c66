//! What is wrong, and what to do about it. One list of rows, whoever asks: the command line, the admin API, a page.
//!
//! ```text
//! doctor/folder.rs      the data folder: its rights, its secrets, the room on its disk
//! doctor/settings.rs    public_url, Gorgias' address, the folder of articles
//! doctor/here.rs        all that can be looked at while no server runs
//! doctor/connection.rs  a connection: key, webhooks, mode, articles, where tickets go
//! ```

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

pub mod connection;
pub mod folder;
pub mod here;
pub mod settings;

/// What a row is about that concerns no connection.
pub const SERVER: &str = "server";

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// A person should know; it may be meant so.
    Warning,
    /// Something does not work.
    Problem,
}

/// One thing that was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DoctorRow)]
pub struct Row {
    /// `server`, or a connection.
    pub about: String,
    /// What was tested; stable, for programs.
    pub check: &'static str,
    /// How it ended.
    pub result: Verdict,
    /// What was found, in words.
    pub found: String,
    /// What to do about it; none when nothing is to be done.
    pub cure: Option<String>,
}

impl Row {
    /// All is well.
    pub fn ok(about: &str, check: &'static str, found: impl Into<String>) -> Self {
        Self { about: about.to_owned(), check, result: Verdict::Ok, found: found.into(), cure: None }
    }

    /// Something a person should know.
    pub fn warning(
        about: &str,
        check: &'static str,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let cure = Some(cure.into());
        Self { about: about.to_owned(), check, result: Verdict::Warning, found: found.into(), cure }
    }

    /// Something that does not work.
    pub fn problem(
        about: &str,
        check: &'static str,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { result: Verdict::Problem, ..Self::warning(about, check, found, cure) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        })
    }
}
