//! A run in a folder: `run.json` to repeat it from, and its log as a data folder, `data`, so that what looks at the real
//! program's log can look at it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use futures_util::future::join_all;
use polus_core::codec::IN_BLOB;
use polus_simulations::history::History;
use polus_simulations::regressions::Regression;
use polus_storage::{
    AppendError, BlobHash, Blobs as _, EventLog as _, Expected, FileBlobs, NewRecord, Record, SledLog,
    SledOptions,
};

use crate::cli::client::block_on;
use crate::data::{DataFolder, OF_A_RUN};
use crate::shell::quoted;

/// Name of the file that a run is repeated from.
pub(super) const RUN: &str = "run.json";

/// Tickets of a kept log that are named.
const SHOWN: usize = 5;

/// Appends that wait for the log's writer at once: less than it takes.
const AT_ONCE: usize = 1_000;

/// Writes what repeats the run; says where.
pub(super) fn keep_run(folder: &Path, run: &Regression) -> anyhow::Result<PathBuf> {
    let file = folder.join(RUN);
    let text = serde_json::to_string_pretty(run)? + "\n";
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .with_context(|| file.display().to_string())?;
    Ok(file)
}

/// Writes the log of a run into a new data folder, record by record as they stand; says where.
pub(super) fn keep_log(folder: &Path, history: &History) -> anyhow::Result<PathBuf> {
    let path = folder.join(OF_A_RUN);
    let data = DataFolder::open(&path)?;
    let log = SledLog::open(data.path().join("log"), SledOptions::default())?;
    let blobs = FileBlobs::open(data.blobs())?;
    block_on(async {
        for records in history.records.chunks(AT_ONCE) {
            // The writer takes them in the order in which they are asked for first.
            let written: Result<Vec<_>, AppendError> =
                join_all(records.iter().map(|record| write(&log, record))).await.into_iter().collect();
            written?;
        }
        for record in history.records.iter().filter(|record| record.schema & IN_BLOB != 0) {
            let hash = <[u8; 32]>::try_from(record.body.as_slice())
                .map_err(|_| anyhow!("{} {} names no blob", record.stream, record.sequence))?;
            blobs.put(history.blobs.get(&BlobHash(hash)).await?).await?;
        }
        Ok(())
    })?;
    log.close()?;
    Ok(path)
}

/// The first tickets that a kept log tells of, account and number, and how many more there are; none without a ticket.
pub(super) fn tickets(history: &History) -> Option<(Vec<String>, usize)> {
    let told = history.tickets().filter(|(_, _, ticket)| !ticket.events.is_empty());
    let mut names: Vec<String> =
        told.map(|(account, _, ticket)| format!("{account}/{}", ticket.id)).collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    (!names.is_empty()).then_some((names, more))
}

/// What opens a kept log, for people: the command, and the tickets that it can be asked about.
pub(super) fn told(data: &Path, history: &History) -> Vec<String> {
    let Some((names, more)) = tickets(history) else {
        return vec![format!("its log         polus log export --data {}; no ticket is in it", quoted(data))];
    };
    vec![
        format!("its log         polus replay --data {} {}", quoted(data), names[0]),
        tickets_told(&(names, more)),
    ]
}

/// The line that names tickets.
pub(super) fn tickets_told((names, more): &(Vec<String>, usize)) -> String {
    let more = if *more == 0 { String::new() } else { format!(" and {more} more") };
    format!("its tickets     {}{more}", names.join(", "))
}

/// Whether there is something at `folder`.
pub(super) fn is_used(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a run could be kept in `folder`, before it is played. Leaves nothing behind.
pub(super) fn try_folder(folder: &Path) -> io::Result<()> {
    let made: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    fs::create_dir_all(folder)?;
    let file = folder.join(RUN);
    let written = fs::write(&file, "").and_then(|()| fs::remove_file(&file));
    // The deepest first; what cannot go stays for the run.
    for path in made {
        if fs::remove_dir(path).is_err() {
            break;
        }
    }
    written
}

/// A new folder in `parent` for the run of a seed.
pub(super) fn new_folder(parent: &Path, seed: u64) -> anyhow::Result<PathBuf> {
    for number in 1..1_000_u32 {
        let path = parent.join(format!("polus-simulate-{seed}-{number}"));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
    Err(anyhow!("{} has no name left for a new folder", parent.display()))
}

async fn write(log: &SledLog, record: &Record) -> Result<(), AppendError> {
    let new = NewRecord {
        id: record.id,
        schema: record.schema,
        recorded_at_ms: record.recorded_at_ms,
        body: record.body.clone(),
    };
    log.append(&record.stream, Expected::Exact(record.sequence - 1), vec![new]).await.map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_folder_is_tried_without_a_trace() {
        let parent = tempfile::tempdir().unwrap();
        try_folder(&parent.path().join("a/b")).unwrap();
        try_folder(parent.path()).unwrap();
        assert!(!is_used(parent.path()).unwrap(), "nothing is left");
        fs::write(parent.path().join("file"), "").unwrap();
        try_folder(&parent.path().join("file/a")).unwrap_err();
        is_used(&parent.path().join("file")).unwrap_err();
    }
}
