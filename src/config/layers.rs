//! The sources of the settings, laid over each other: flag before environment before file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use toml::de::{DeTable, DeValue};

use super::key::{Key, Name, nearest};

/// Where settings may come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Settings given as flags.
    pub flags: BTreeMap<Key, String>,
    /// Paths of files that hold secrets, given as flags.
    pub flag_files: BTreeMap<Key, PathBuf>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The file named by `--config`; it must be there.
    pub file: Option<PathBuf>,
    /// The file read when none is named and it is there.
    pub default_file: PathBuf,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag(String),
    /// A variable of the environment.
    Environment(String),
    /// A line of the file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Nowhere: the default.
    Default,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{} cannot be read: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// The file is no TOML.
    #[error("{}, line {line}: {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A name that is no setting.
    #[error("{}, line {line}: there is no setting {name:?}{}", path.display(), suggested(suggestion.as_deref()))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
        /// The setting that was meant, perhaps.
        suggestion: Option<String>,
    },
    /// A secret is given both as it is and by its file.
    #[error("{0} is given twice, once as it is and once by its file; keep one of the two")]
    Twice(String),
    /// A value that does not fit. Not used for secrets.
    #[error("{name} ({origin}) is {given:?}; it takes {expected}")]
    Bad {
        /// The setting.
        name: &'static str,
        /// Where the value came from.
        origin: Origin,
        /// The value.
        given: String,
        /// What it takes.
        expected: &'static str,
    },
}

fn suggested(name: Option<&str>) -> String {
    name.map_or_else(
        || ". `polus config show` lists them all".to_owned(),
        |name| format!("; did you mean {name:?}?"),
    )
}

/// The values that were given, each with its origin.
pub(super) struct Layers {
    values: BTreeMap<Key, (String, Origin)>,
    origins: BTreeMap<Key, Origin>,
    remarks: Vec<String>,
}

impl Layers {
    /// Lays the sources over each other.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let mut values = BTreeMap::new();
        let named = sources.file.as_deref();
        if let Some(path) = named.or_else(|| sources.default_file.exists().then_some(&*sources.default_file))
        {
            values = of_file(path)?;
        }
        values.append(&mut of_environment(&sources.environment)?);
        values.append(&mut of_flags(sources)?);
        let origins = values.iter().map(|(key, (_, origin))| (*key, origin.clone())).collect();
        Ok(Self { values, origins, remarks: remarks(&sources.environment) })
    }

    /// What a person should hear about the names in the environment.
    pub fn remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    /// Where each value that was given came from.
    pub fn origins(self) -> BTreeMap<Key, Origin> {
        self.origins
    }

    /// Takes a path out.
    pub fn path(&mut self, key: Key) -> Option<PathBuf> {
        self.values.remove(&key).map(|(text, _)| text.into())
    }

    /// Takes a secret out; an empty one is an error.
    pub fn secret(&mut self, key: Key) -> Result<Option<SecretString>, ConfigError> {
        let Some((text, origin)) = self.values.remove(&key) else { return Ok(None) };
        if text.is_empty() {
            let expected = "a text that is not empty";
            return Err(ConfigError::Bad { name: key.name(), origin, given: text, expected });
        }
        Ok(Some(text.into()))
    }

    /// Takes a value out that `parse` must understand; `expected` tells people what it takes.
    pub fn parsed<T>(
        &mut self,
        key: Key,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((given, origin)) = self.values.remove(&key) else { return Ok(None) };
        match parse(given.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(ConfigError::Bad { name: key.name(), origin, given, expected }),
        }
    }
}

type Values = BTreeMap<Key, (String, Origin)>;

fn of_flags(sources: &Sources) -> Result<Values, ConfigError> {
    let mut values = Values::new();
    for (key, text) in &sources.flags {
        values.insert(*key, (text.clone(), Origin::Flag(key.flag())));
    }
    for (key, path) in &sources.flag_files {
        let origin = Origin::Flag(format!("{}-file", key.flag()));
        put(&mut values, *key, held_in(path)?, origin)?;
    }
    Ok(values)
}

fn of_environment(environment: &BTreeMap<String, String>) -> Result<Values, ConfigError> {
    let mut values = Values::new();
    for key in Key::ALL {
        let variable = key.variable();
        if let Some(text) = environment.get(&variable) {
            values.insert(key, (text.clone(), Origin::Environment(variable.clone())));
        }
        let variable = format!("{variable}_FILE");
        if let (true, Some(path)) = (key.is_secret(), environment.get(&variable)) {
            put(&mut values, key, held_in(Path::new(path))?, Origin::Environment(variable))?;
        }
    }
    Ok(values)
}

fn of_file(path: &Path) -> Result<Values, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|problem| ConfigError::Unreadable { path: path.to_owned(), problem })?;
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let malformed = |line, problem: &str| ConfigError::Malformed {
        path: path.to_owned(),
        line,
        problem: problem.to_owned(),
    };
    let table = DeTable::parse(&text)
        .map_err(|error| malformed(error.span().map_or(1, |span| line_of(span.start)), error.message()))?;
    let mut values = Values::new();
    for (name, value) in table.get_ref() {
        let line = line_of(name.span().start);
        let Some(known) = Name::of(name.get_ref()) else {
            let suggestion = nearest(name.get_ref(), Name::all().into_iter().map(Name::text));
            let name = name.get_ref().to_string();
            return Err(ConfigError::Unknown { path: path.to_owned(), line, name, suggestion });
        };
        let DeValue::String(given) = value.get_ref() else {
            return Err(malformed(line, &format!("{} takes a text in quotes", known.text())));
        };
        let given = if known.in_file { held_in(Path::new(given.as_ref()))? } else { given.to_string() };
        put(&mut values, known.key, given, Origin::File { path: path.to_owned(), line })?;
    }
    Ok(values)
}

fn put(values: &mut Values, key: Key, text: String, origin: Origin) -> Result<(), ConfigError> {
    match values.insert(key, (text, origin)) {
        None => Ok(()),
        Some(_) => Err(ConfigError::Twice(key.name().to_owned())),
    }
}

fn held_in(path: &Path) -> Result<String, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|problem| ConfigError::Unreadable { path: path.to_owned(), problem })?;
    Ok(text.trim().to_owned())
}

/// Other programs also set variables that begin with our name, so an unknown one is no error; one that is nearly a
/// setting is worth a word.
fn remarks(environment: &BTreeMap<String, String>) -> Vec<String> {
    let known: Vec<String> =
        Name::all().into_iter().map(|name| format!("POLUS_{}", name.text().to_ascii_uppercase())).collect();
    let unknown = environment.keys().filter(|name| name.starts_with("POLUS_") && !known.contains(name));
    unknown
        .filter_map(|name| {
            let meant = nearest(
                &name["POLUS_".len()..],
                known.iter().map(|known| known["POLUS_".len()..].to_owned()),
            )?;
            Some(format!("{name} is no setting; did you mean POLUS_{meant}?"))
        })
        .collect()
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(formatter, "flag {name}"),
            Self::Environment(name) => write!(formatter, "environment {name}"),
            Self::File { path, line } => write!(formatter, "{}, line {line}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}
