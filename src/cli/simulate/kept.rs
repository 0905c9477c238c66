//! A run in a folder: `run.json` to repeat it from, and its log as a data folder, `data`, so that what looks at the real
//! program's log can look at it.

use std::fs;
use std::io::ErrorKind;
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
use crate::data::DataFolder;

/// Appends that wait for the log's writer at once: less than it takes.
const AT_ONCE: usize = 1_000;

/// Writes what repeats the run; says where.
pub(super) fn keep_run(folder: &Path, run: &Regression) -> anyhow::Result<PathBuf> {
    let file = folder.join("run.json");
    let text = serde_json::to_string_pretty(run)? + "\n";
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .with_context(|| file.display().to_string())?;
    Ok(file)
}

/// Writes the log of a run into a new data folder, record by record as they stand; says where.
pub(super) fn keep_log(folder: &Path, history: &History) -> anyhow::Result<PathBuf> {
    let path = folder.join("data");
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

/// Whether there is something at `folder`.
pub(super) fn is_used(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| folder.display().to_string()),
    }
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
