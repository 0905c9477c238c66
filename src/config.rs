//! Settings: flag before environment before file before default, and for each value where it came from.
//!
//! ```text
//! config/key.rs    the names of the settings
//! config/layers.rs flags, environment and file, laid over each other
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use polus_storage::LogAddress;
use secrecy::SecretString;

mod key;
mod layers;
#[cfg(test)]
mod tests;

pub use key::Key;
pub(crate) use key::nearest;
pub use layers::{ConfigError, Origin, Sources};

use crate::gorgias::GORGIAS_URL;
use layers::Layers;

/// The file that is read when none is named and it is there.
pub const DEFAULT_FILE: &str = "polus.toml";

const DEFAULT_DATA: &str = "./polus-data";
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// How the program's own log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

/// All settings. Relative paths are taken from the folder the program was started in.
#[derive(Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where the log is.
    pub log: LogAddress,
    /// Address of the server.
    pub listen: SocketAddr,
    /// What webhook addresses begin with; none for `http://` and the address the server got.
    pub public_url: Option<String>,
    /// Token of the admin API; none for the one kept in the data folder.
    pub admin_token: Option<SecretString>,
    /// What seals credentials; none for the one kept in the data folder.
    pub master_key: Option<SecretString>,
    /// Base address of Gorgias, `{domain}` not yet replaced.
    pub gorgias_url: String,
    /// Folder of help articles.
    pub knowledge: Option<PathBuf>,
    /// Address of the admin API and the metrics where it is not the server's.
    pub admin_listen: Option<SocketAddr>,
    /// Where alarms are posted.
    pub alert_url: Option<String>,
    /// How log lines look; none for text on a terminal, else JSON.
    pub log_format: Option<LogFormat>,
    /// Remarks on the settings: names in the environment that look like a mistake.
    pub remarks: Vec<String>,
    origins: BTreeMap<Key, Origin>,
}

/// A setting for people.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// Its name.
    pub setting: &'static str,
    /// Its value; a secret's is never shown.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

impl Config {
    /// Lays the sources over each other and reads every value.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut layers = Layers::read(sources)?;
        let remarks = layers.remarks();
        let data = layers.path(Key::Data).unwrap_or_else(|| DEFAULT_DATA.into());
        let log = layers.parsed(Key::Log, "sled:PATH or memory:", |text| text.parse::<LogAddress>().ok())?;
        let address = "an address and a port such as 127.0.0.1:8080";
        let listen = layers.parsed(Key::Listen, address, socket_address)?;
        let web_address = "an address that begins with http:// or https://";
        let format = "text or json";
        Ok(Self {
            log: log.unwrap_or_else(|| LogAddress::Sled(data.join("log"))),
            listen: listen.unwrap_or(DEFAULT_LISTEN),
            public_url: layers.parsed(Key::PublicUrl, web_address, web_url)?,
            admin_token: layers.secret(Key::AdminToken)?,
            master_key: layers.secret(Key::MasterKey)?,
            gorgias_url: layers
                .parsed(Key::GorgiasUrl, web_address, web_url)?
                .unwrap_or_else(|| GORGIAS_URL.to_owned()),
            knowledge: layers.path(Key::Knowledge),
            admin_listen: layers.parsed(Key::AdminListen, address, socket_address)?,
            alert_url: layers.parsed(Key::AlertUrl, web_address, web_url)?,
            log_format: layers.parsed(Key::LogFormat, format, log_format)?,
            data,
            remarks,
            origins: layers.origins(),
        })
    }

    /// Where a setting came from.
    pub fn origin(&self, key: Key) -> Origin {
        self.origins.get(&key).cloned().unwrap_or(Origin::Default)
    }

    /// Whether Gorgias itself is called and not a stand-in for tests.
    pub fn is_real_gorgias(&self) -> bool {
        self.gorgias_url.trim_end_matches('/') == GORGIAS_URL
    }

    /// Every setting with its value and origin, secrets masked.
    pub fn show(&self) -> Vec<Shown> {
        Key::ALL
            .into_iter()
            .map(|key| Shown {
                setting: key.name(),
                value: self.shown_value(key),
                origin: self.origin(key).to_string(),
            })
            .collect()
    }

    fn shown_value(&self, key: Key) -> String {
        let kept = |given: bool, file: &Path| {
            if given { "(set, not shown)".to_owned() } else { format!("(kept in {})", file.display()) }
        };
        match key {
            Key::Data => self.data.display().to_string(),
            Key::Log => self.log.to_string(),
            Key::Listen => self.listen.to_string(),
            Key::PublicUrl => self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen)),
            Key::AdminToken => kept(self.admin_token.is_some(), &self.data.join(crate::data::ADMIN_TOKEN)),
            Key::MasterKey => kept(self.master_key.is_some(), &self.data.join(crate::data::MASTER_KEY)),
            Key::GorgiasUrl => self.gorgias_url.clone(),
            Key::Knowledge => {
                self.knowledge.as_ref().map_or("(none)".to_owned(), |folder| folder.display().to_string())
            }
            Key::AdminListen => {
                self.admin_listen.map_or("(same as listen)".to_owned(), |address| address.to_string())
            }
            Key::AlertUrl => self.alert_url.clone().unwrap_or_else(|| "(none)".to_owned()),
            Key::LogFormat => match self.log_format {
                Some(LogFormat::Text) => "text",
                Some(LogFormat::Json) => "json",
                None => "(text on a terminal, else json)",
            }
            .to_owned(),
        }
    }
}

fn socket_address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => port.parse().ok().map(|port| SocketAddr::new(DEFAULT_LISTEN.ip(), port)),
        None => text.parse().ok(),
    }
}

fn web_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_host = !host.is_empty() && !host.contains(char::is_whitespace) && !host.contains('@');
    is_host.then(|| text.to_owned())
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}
