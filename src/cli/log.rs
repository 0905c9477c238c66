//! `polus log`: looks at a log that no server uses: verifies it, writes it out, tells its sizes.

use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use polus_core::codec::IN_BLOB;
use polus_core::time::Time;
use polus_storage::{BlobHash, EventLog, LogAddress, Record, SledLog, SledOptions, TailItem, verify};
use serde_json::{Value, json};

use super::WrongUse;
use super::client::block_on;
use super::output::{self, Paint};
use super::settings::Place;
use crate::config::{Config, Key};
use crate::data::DataFolder;
use crate::world::{self, BuildError, Stored};

/// Verify, write out or measure the log; while no server uses it
#[derive(Args)]
pub(super) struct Log {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Check positions, sequence numbers and the chain of hashes of everything
    Verify(Look),
    /// Write every record as a line of JSON
    Export(Look),
    /// Tell sizes
    Stats(Look),
}

#[derive(Args)]
struct Look {
    /// JSON for programs; exports are JSON always
    #[arg(long)]
    json: bool,
    /// The log: sled:PATH [default: inside the data folder]
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Log {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Verify(look) => look.verify(),
            What::Export(look) => look.export(),
            What::Stats(look) => look.stats(),
        }
    }
}

impl Look {
    fn verify(&self) -> anyhow::Result<ExitCode> {
        let (config, folder) = self.folder()?;
        let stored = world::open_existing(&config.log, &folder)?;
        let verified = block_on(async { Ok(verify(stored.log.as_ref()).await) })?;
        let (told, line, code) = match verified {
            Ok(found) => (
                json!({"sound": true, "records": found.records, "streams": found.streams}),
                format!(
                    "{}: {} records in {} streams",
                    Paint::new().good("sound"),
                    found.records,
                    found.streams
                ),
                ExitCode::SUCCESS,
            ),
            Err(problem) => (
                json!({"sound": false, "problem": problem.to_string()}),
                format!("{}: {problem}", Paint::new().bad("damaged")),
                ExitCode::FAILURE,
            ),
        };
        if self.json {
            output::json(&told)?
        } else {
            output::line(&line)?
        }
        Ok(code)
    }

    fn export(&self) -> anyhow::Result<ExitCode> {
        let (config, folder) = self.folder()?;
        let stored = world::open_existing(&config.log, &folder)?;
        block_on(write_out(&stored))?;
        Ok(ExitCode::SUCCESS)
    }

    fn stats(&self) -> anyhow::Result<ExitCode> {
        let (config, _folder) = self.folder()?;
        let path = match &config.log {
            LogAddress::Sled(path) if path.is_dir() => path,
            address => return Err(BuildError::NoLog(address.to_string()).into()),
        };
        let log = SledLog::open(path, SledOptions::default())?;
        let stats = log.stats()?;
        let streams = block_on(async { Ok(log.streams("").await?.len()) })?;
        let per_record = stats.bytes_on_disk.checked_div(stats.records).unwrap_or_default();
        if self.json {
            output::json(&json!({
                "log": config.log.to_string(), "records": stats.records, "streams": streams,
                "bytes_on_disk": stats.bytes_on_disk, "bytes_per_record": per_record,
            }))?;
        } else {
            output::line(&format!(
                "{}: {} records in {streams} streams, {} bytes on disk, {per_record} a record",
                config.log, stats.records, stats.bytes_on_disk
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn folder(&self) -> anyhow::Result<(Config, DataFolder)> {
        let config = self.place.load_with(Key::Log, self.log.clone())?;
        if !config.data.is_dir() {
            let problem = format!("there is no data folder {}; give it with --data", config.data.display());
            return Err(WrongUse(problem).into());
        }
        let folder = DataFolder::open(&config.data)?;
        Ok((config, folder))
    }
}

async fn write_out(stored: &Stored) -> anyhow::Result<()> {
    let mut out = output::Lines::new();
    let mut tail = stored.log.tail(1);
    while let TailItem::Record(record) = tail.next().await? {
        out.line(&line(stored, &record).await?.to_string())?;
    }
    out.finish()
}

async fn line(stored: &Stored, record: &Record) -> anyhow::Result<Value> {
    let mut line = json!({
        "position": record.position,
        "stream": record.stream.as_str(),
        "sequence": record.sequence,
        "recorded_at": Time(record.recorded_at_ms).to_string(),
        "schema": record.schema & !IN_BLOB,
        "id": hex(&record.id.0),
        "previous": hex(&record.previous.0),
        "hash": hex(&record.hash.0),
    });
    let mut body = record.body.clone();
    if record.schema & IN_BLOB != 0
        && let Ok(hash) = <[u8; 32]>::try_from(body.as_slice())
    {
        let hash = BlobHash(hash);
        line["blob"] = hash.to_string().into();
        body = stored.blobs.get(&hash).await?;
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(event) => line["event"] = event,
        Err(_) => line["bytes_base64"] = STANDARD.encode(&body).into(),
    }
    Ok(line)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
