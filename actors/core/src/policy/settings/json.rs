//! A whole policy from JSON, with every mistake at its path.

use serde_json::{Map, Value};

use super::{BadSetting, nearest};
use crate::policy::Policy;

/// Sections that a list could be read as, its items taken for the fields in their order. Nobody means that.
const SECTIONS: [&str; 4] = ["handoff", "topics", "hours", "limits"];

impl Policy {
    /// Reads a whole policy as somebody wrote it and checks it. What is missing has its default. The errors name
    /// paths in the JSON.
    pub fn from_json(json: &Value) -> Result<Self, Vec<BadSetting>> {
        let lists = SECTIONS.into_iter().filter(|section| json[section].is_array());
        let mut lists: Vec<BadSetting> = lists
            .map(|section| BadSetting::new(section, "is a list; it takes an object with named fields"))
            .collect();
        if json.is_array() {
            lists.push(BadSetting::new("policy", "is a list; it takes an object with named fields"));
        }
        if !lists.is_empty() {
            return Err(lists);
        }
        match serde_json::from_value::<Self>(json.clone()) {
            Ok(policy) => policy.check().map(|()| policy),
            Err(problem) => {
                let mut bad = Vec::new();
                leaves(json, &mut Vec::new(), &mut bad);
                if bad.is_empty() {
                    bad.push(BadSetting::new("policy", &problem.to_string()));
                }
                Err(bad)
            }
        }
    }
}

/// Tries every value alone, all else being default, and so finds the ones that cannot be read. A whole section that
/// is not even an object is tried as it is.
fn leaves<'j>(json: &'j Value, path: &mut Vec<&'j str>, bad: &mut Vec<BadSetting>) {
    match json {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                path.push(name);
                leaves(value, path, bad);
                path.pop();
            }
        }
        leaf => {
            let alone = path.iter().rev().fold(leaf.clone(), |inner, name| {
                Value::Object(Map::from_iter([((*name).to_owned(), inner)]))
            });
            if let Err(problem) = serde_json::from_value::<Policy>(alone) {
                let known =
                    if problem.to_string().contains("unknown field") { suggestion(path) } else { None };
                bad.push(BadSetting::new(&path.join("."), &known.unwrap_or_else(|| problem.to_string())));
            }
        }
    }
}

/// The path of a setting that is called so, or of one that was perhaps meant.
fn suggestion(path: &[&str]) -> Option<String> {
    let fields = Policy::default().fields();
    let path = path.join(".");
    let called = fields.iter().find(|field| field.key == path).map(|field| field.path.clone());
    let meant = called.or_else(|| nearest(&path, fields.iter().map(|field| field.path.clone())));
    meant.map(|path| format!("there is no such field; did you mean {path}?"))
}
