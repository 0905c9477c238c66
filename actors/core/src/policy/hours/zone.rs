//! Time zones by name, from the data that is part of the program.

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::policy::settings::nearest;

/// A name that no time zone has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {name:?}{}; use a name such as Europe/Berlin", suggested(nearest.as_deref()))]
pub struct UnknownZone {
    /// The name.
    pub name: String,
    /// A name that was perhaps meant.
    pub nearest: Option<String>,
}

fn suggested(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |name| format!(", did you mean {name}?"))
}

/// The time zone of that name in the IANA data; case makes no difference.
pub fn zone_named(name: &str) -> Result<TimeZone, UnknownZone> {
    let data = TimeZoneDatabase::bundled();
    if let Ok(zone) = data.get(name)
        && !zone.is_unknown()
    {
        return Ok(zone);
    }
    let names: Vec<String> = data.available().map(|zone| zone.as_str().to_owned()).collect();
    Err(UnknownZone { name: name.to_owned(), nearest: nearest_zone(name, &names) })
}

/// A misspelt name, or the city alone.
fn nearest_zone(name: &str, names: &[String]) -> Option<String> {
    let wanted = name.trim().replace(' ', "_").to_lowercase();
    let city = |zone: &&String| zone.rsplit('/').next().is_some_and(|city| city.to_lowercase() == wanted);
    if let Some(zone) = names.iter().filter(|zone| zone.contains('/')).find(city) {
        return Some(zone.clone());
    }
    let lower = names.iter().map(|zone| zone.to_lowercase());
    let found = nearest(&wanted, lower)?;
    names.iter().find(|zone| zone.to_lowercase() == found).cloned()
}
