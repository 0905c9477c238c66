//! The names of the settings, the same in every source.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The data folder.
    Data,
    /// Where the log is.
    Log,
    /// Address of the server.
    Listen,
    /// What webhook addresses begin with.
    PublicUrl,
    /// Token of the admin API.
    AdminToken,
    /// What seals credentials at rest.
    MasterKey,
    /// Base address of Gorgias.
    GorgiasUrl,
    /// Folder of help articles.
    Knowledge,
    /// Another address for the admin API.
    AdminListen,
    /// Where alarms are posted.
    AlertUrl,
    /// How log lines look.
    LogFormat,
}

impl Key {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Data,
        Self::Log,
        Self::Listen,
        Self::PublicUrl,
        Self::AdminToken,
        Self::MasterKey,
        Self::GorgiasUrl,
        Self::Knowledge,
        Self::AdminListen,
        Self::AlertUrl,
        Self::LogFormat,
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Log => "log",
            Self::Listen => "listen",
            Self::PublicUrl => "public_url",
            Self::AdminToken => "admin_token",
            Self::MasterKey => "master_key",
            Self::GorgiasUrl => "gorgias_url",
            Self::Knowledge => "knowledge",
            Self::AdminListen => "admin_listen",
            Self::AlertUrl => "alert_url",
            Self::LogFormat => "log_format",
        }
    }

    /// Whether its value is never shown, and may come from a file of its own.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::AdminToken | Self::MasterKey)
    }

    /// Its name in the environment.
    pub fn variable(self) -> String {
        format!("POLUS_{}", self.name().to_ascii_uppercase())
    }

    /// Its name as a flag.
    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }
}

/// A name in a source: a setting, or the path of the file that holds a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// Which setting.
    pub key: Key,
    /// Whether the value is the path of a file.
    pub in_file: bool,
}

impl Name {
    /// All names that a file may hold.
    pub fn all() -> Vec<Self> {
        let plain = Key::ALL.into_iter().map(|key| Self { key, in_file: false });
        let files = Key::ALL.into_iter().filter(|key| key.is_secret()).map(|key| Self { key, in_file: true });
        plain.chain(files).collect()
    }

    /// As a file spells it.
    pub fn text(self) -> String {
        format!("{}{}", self.key.name(), if self.in_file { "_file" } else { "" })
    }

    /// The name that `text` spells.
    pub fn of(text: &str) -> Option<Self> {
        Self::all().into_iter().find(|name| name.text() == text)
    }
}

/// The known text nearest to `text`, if it is near enough to be what was meant.
pub(crate) fn nearest(text: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let far = 1 + text.chars().count() / 3;
    known
        .map(|name| (distance(text, &name), name))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be added, removed or exchanged to make `right` of `left`.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (number, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = number + 1;
        for (column, other) in right.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}
