//! What can be looked at while no server runs: the settings, the data folder, the log. Makes and changes nothing.

use polus_storage::LogAddress;

use super::{Row, SERVER, folder, settings};
use crate::config::Config;
use crate::counted::counted;
use crate::data::{self, DataError};
use crate::world::BuildError;

/// Rows about this machine. Blocks while files are read.
pub fn rows(config: &Config) -> Vec<Row> {
    let mut rows: Vec<Row> = config
        .remarks
        .iter()
        .map(|remark| Row::warning(SERVER, "settings", remark, "correct the name, or take it away"))
        .collect();
    if rows.is_empty() {
        let found = "every name is known and every value can be read";
        rows.push(Row::ok(SERVER, "settings", found));
    }
    rows.extend(folder::rows(&config.data, config.master_key.is_some()));
    rows.extend(log(config));
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    rows.push(settings::public_url(&url, config.is_real_gorgias(), false));
    rows.extend(settings::gorgias(config.is_real_gorgias()));
    rows.extend(settings::knowledge_folder(config.knowledge.as_deref()));
    rows
}

/// How the log stands; nothing is said where there is no folder to look into. Opening it would write in it.
fn log(config: &Config) -> Option<Row> {
    const CHECK: &str = "log";
    if config.log == LogAddress::Memory {
        return Some(in_memory());
    }
    if !config.data.is_dir() {
        return None;
    }
    let looked = data::look(&config.data).map_err(BuildError::from).and_then(|_held| match &config.log {
        LogAddress::Sled(path) if path.is_dir() => Ok(polus_storage::look(path)?),
        address => Err(BuildError::NoLog(address.to_string())),
    });
    Some(match looked {
        Ok(records) => {
            let records = counted(records, "record", "records");
            let found = format!("{}: {records}; `polus log verify` reads and checks each", config.log);
            Row::ok(SERVER, CHECK, found)
        }
        Err(error @ BuildError::NoLog(_)) => {
            Row::warning(SERVER, CHECK, error.to_string(), "start the server with `polus serve`")
        }
        Err(BuildError::Data(DataError::InUse(_))) => {
            let found = "a process holds the data folder, so that it cannot be looked at";
            let cure = "if it is the server, name its address with --server, or with the setting listen";
            Row::warning(SERVER, CHECK, found, cure)
        }
        Err(BuildError::Data(error)) => {
            Row::problem(SERVER, CHECK, error.to_string(), "give the server's data folder with --data")
        }
        Err(error) => {
            let cure =
                "run `polus log verify` to see where it is damaged, and restore the folder from a backup";
            Row::problem(SERVER, CHECK, error.to_string(), cure)
        }
    })
}

/// A log that the end of the process takes with it.
pub fn in_memory() -> Row {
    let found = "the log is in memory: what it holds ends with the process";
    Row::warning(SERVER, "log", found, "leave the setting log out, unless this is a test")
}
