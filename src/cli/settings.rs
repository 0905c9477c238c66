//! Settings as flags, and where else they come from when a command runs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, DEFAULT_FILE, Key, Sources};

/// Where settings are read from: what every command takes.
#[derive(Args, Clone, Default)]
pub(super) struct Place {
    /// File of settings [default: polus.toml if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder [default: ./polus-data]
    #[arg(long, value_name = "FOLDER")]
    data: Option<String>,
}

/// Settings of the server. Each is also a variable POLUS_… and a line of the file.
#[derive(Args, Clone, Default)]
pub(super) struct ServerFlags {
    #[command(flatten)]
    place: Place,
    /// The log: sled:PATH or memory: [default: sled: inside the data folder]
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
    /// Address of the server [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// What webhook addresses begin with [default: http:// and the address of the server]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// File that holds the token of the admin API
    #[arg(long, value_name = "FILE")]
    admin_token_file: Option<PathBuf>,
    /// File that holds the key which seals credentials
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// Base address of Gorgias, {domain} is replaced; another one than the default is for tests
    #[arg(long, value_name = "URL")]
    gorgias_url: Option<String>,
    /// Folder of help articles (*.md) that each new connection begins with
    #[arg(long, value_name = "FOLDER")]
    knowledge: Option<String>,
    /// Another address for the admin API and the metrics
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<String>,
    /// Where alarms are also posted, as JSON
    #[arg(long, value_name = "URL")]
    alert_url: Option<String>,
    /// text or json [default: text on a terminal, else json]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl Place {
    /// The settings, no flag given but these.
    pub fn load(&self) -> anyhow::Result<Config> {
        load(self.sources())
    }

    /// The same with one more flag.
    pub fn load_with(&self, key: Key, value: Option<String>) -> anyhow::Result<Config> {
        let mut sources = self.sources();
        sources.flags.extend(value.map(|value| (key, value)));
        load(sources)
    }

    fn sources(&self) -> Sources {
        Sources {
            flags: self.data.iter().map(|data| (Key::Data, data.clone())).collect(),
            flag_files: BTreeMap::new(),
            environment: environment(),
            file: self.config.clone(),
            default_file: DEFAULT_FILE.into(),
        }
    }
}

impl ServerFlags {
    /// The settings.
    pub fn load(&self) -> anyhow::Result<Config> {
        let mut sources = self.place.sources();
        let given = [
            (Key::Log, &self.log),
            (Key::Listen, &self.listen),
            (Key::PublicUrl, &self.public_url),
            (Key::GorgiasUrl, &self.gorgias_url),
            (Key::Knowledge, &self.knowledge),
            (Key::AdminListen, &self.admin_listen),
            (Key::AlertUrl, &self.alert_url),
            (Key::LogFormat, &self.log_format),
        ];
        sources.flags.extend(given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
        let files = [(Key::AdminToken, &self.admin_token_file), (Key::MasterKey, &self.master_key_file)];
        sources.flag_files.extend(files.into_iter().filter_map(|(key, path)| Some((key, path.clone()?))));
        load(sources)
    }
}

/// Settings that cannot be used are wrong use.
fn load(sources: Sources) -> anyhow::Result<Config> {
    Config::load(&sources).map_err(|error| super::WrongUse(error.to_string()).into())
}

/// Variables that are no UTF-8 are none of ours.
fn environment() -> BTreeMap<String, String> {
    let ours = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    ours.filter(|(name, _)| name.starts_with("POLUS_")).collect()
}
