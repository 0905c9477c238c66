//! From an address such as `sled:/var/lib/polus/log` to an open log.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crate::{EventLog, MemoryLog, OpenError, SledLog, SledOptions};

/// Where a log is. Written `sled:PATH` or `memory:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogAddress {
    /// In this folder, on sled.
    Sled(PathBuf),
    /// In memory, gone with the process.
    Memory,
}

impl FromStr for LogAddress {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("sled", path)) if !path.is_empty() => Ok(Self::Sled(path.into())),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(_) | None => Err(OpenError::BadAddress(text.to_owned())),
        }
    }
}

impl fmt::Display for LogAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sled(path) => write!(formatter, "sled:{}", path.display()),
            Self::Memory => formatter.write_str("memory:"),
        }
    }
}

/// Opens the log at `address`; `options` matter to sled alone. Blocks while the log is checked.
pub fn open(address: &LogAddress, options: SledOptions) -> Result<Arc<dyn EventLog>, OpenError> {
    match address {
        LogAddress::Sled(folder) => Ok(Arc::new(SledLog::open(folder, options)?)),
        LogAddress::Memory => Ok(Arc::new(MemoryLog::new())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn addresses_read_back_from_their_text() {
        for text in ["sled:/var/lib/polus", "sled:relative", "memory:"] {
            assert_eq!(text.parse::<LogAddress>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in ["", "sled", "sled:", "memory", "memory:x", "nats://host", "/var/lib"] {
            assert_eq!(text.parse::<LogAddress>(), Err(OpenError::BadAddress(text.to_owned())), "{text}");
        }
    }
}
