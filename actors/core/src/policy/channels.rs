//! Which channels are answered, and how: a mode for a channel goes before the connection's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Mode;

/// The entry that stands for every channel that has none of its own.
pub const OTHER_CHANNELS: &str = "others";

/// A mode for each channel that has one of its own, by Gorgias' slug (`email`, `chat`, …).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Channels(pub BTreeMap<String, Mode>);

impl Channels {
    /// The mode on `channel` of a connection in mode `connection`. A connection that is off is off everywhere: one
    /// act must silence everything.
    pub fn mode_of(&self, channel: &str, connection: Mode) -> Mode {
        if connection == Mode::Off {
            return Mode::Off;
        }
        let own = self.0.get(channel).or_else(|| self.0.get(OTHER_CHANNELS));
        own.copied().unwrap_or(connection)
    }
}
