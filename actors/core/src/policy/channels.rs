//! Which channels are answered, and how: of a channel's own mode and the connection's, the stricter one holds.

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
    /// The mode on `channel` of a connection in mode `connection`: the stricter of the two, since one act on the
    /// connection must silence everything.
    pub fn mode_of(&self, channel: &str, connection: Mode) -> Mode {
        let own = self.0.get(channel).or_else(|| self.0.get(OTHER_CHANNELS));
        own.map_or(connection, |own| stricter(*own, connection))
    }

    /// The channels on which a connection in mode `connection` does not do what that mode says, with what it does
    /// there. Where the channels without a mode of their own are among them, those that have one are told too.
    pub fn differing(&self, connection: Mode) -> BTreeMap<String, Mode> {
        let modes = || self.0.keys().map(|channel| (channel, self.mode_of(channel, connection)));
        let others = modes().any(|(channel, mode)| channel == OTHER_CHANNELS && mode != connection);
        let told = modes().filter(|(_, mode)| others || *mode != connection);
        told.map(|(channel, mode)| (channel.clone(), mode)).collect()
    }
}

/// Off before shadow before live.
fn stricter(one: Mode, other: Mode) -> Mode {
    match (one, other) {
        (Mode::Off, _) | (_, Mode::Off) => Mode::Off,
        (Mode::Shadow, _) | (_, Mode::Shadow) => Mode::Shadow,
        (Mode::Live, Mode::Live) => Mode::Live,
    }
}
