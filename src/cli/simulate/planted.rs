//! A bug that is planted on purpose, so that a test can take the way of whoever finds a failing run. No part of the
//! program: it exists only with the feature `planted`.

use polus_core::planted;
use serde_json::json;

use crate::cli::WrongUse;

/// Names the bug, as [`planted::Bug`] has it.
const VARIABLE: &str = "PLANTED_BUG";

/// From now on this thread has the bug that the environment names, if it names one.
pub(super) fn plant() -> anyhow::Result<()> {
    let Some(name) = std::env::var_os(VARIABLE) else { return Ok(()) };
    let name = name.to_string_lossy();
    let bug = serde_json::from_value(json!(name));
    planted::set(Some(bug.map_err(|_| WrongUse(format!("{VARIABLE}: there is no bug {name:?}")))?));
    Ok(())
}

/// What `play` plays, with this thread's bug on whichever thread it is played.
pub(super) fn with_the_bug<T>(play: impl Fn(u64) -> T + Sync) -> impl Fn(u64) -> T + Sync {
    let bug = planted::chosen();
    move |seed| {
        planted::set(bug);
        play(seed)
    }
}
