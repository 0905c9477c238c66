//! Reading what a client sent: the fields of a JSON body and the parameters of a query. Whatever is not expected, or not
//! of the expected kind, ends in the `data` map of a 400.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::stamps;

/// A field that may be absent (`None`), null (`Some(None)`) or a value.
pub(super) type Given<T> = Option<Option<T>>;

const INVALID: &str = "Not a valid value.";
const MISSING: &str = "Missing data for required field.";
const UNKNOWN: &str = "Unknown field.";

/// The fields of one JSON object. Problems are collected; [`Fields::finish`] tells them all.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    prefix: String,
    wrong: BTreeMap<String, Vec<String>>,
}

impl<'a> Fields<'a> {
    /// `prefix` names the object inside the body, such as `http.`; empty for the body itself.
    pub fn new(map: &'a Map<String, Value>, prefix: &str, allowed: &[&str]) -> Self {
        let mut fields = Self { map, prefix: prefix.to_owned(), wrong: BTreeMap::new() };
        for name in map.keys().filter(|name| !allowed.contains(&name.as_str())) {
            fields.complain(name, UNKNOWN);
        }
        fields
    }

    pub fn complain(&mut self, name: &str, message: &str) {
        self.wrong.entry(format!("{}{name}", self.prefix)).or_default().push(message.to_owned());
    }

    /// Complains about those that are absent.
    pub fn require(&mut self, names: &[&str]) {
        for name in names {
            if !self.map.contains_key(*name) {
                self.complain(name, MISSING);
            }
        }
    }

    pub fn text(&mut self, name: &str, chars_max: usize) -> Given<String> {
        let text = self.typed(name, |value| value.as_str().map(str::to_owned));
        if let Some(Some(text)) = &text
            && text.chars().count() > chars_max
        {
            self.complain(name, &format!("Longer than maximum length {chars_max}."));
        }
        text
    }

    /// Text that is one of a few.
    pub fn choice(&mut self, name: &str, choices: &[&str]) -> Option<String> {
        let text = self.text(name, usize::MAX)?;
        match text.filter(|text| choices.contains(&text.as_str())) {
            Some(text) => Some(text),
            None => {
                self.complain(name, "Not a valid choice.");
                None
            }
        }
    }

    pub fn number(&mut self, name: &str) -> Given<i64> {
        self.typed(name, Value::as_i64)
    }

    /// A null is no answer to yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.typed(name, Value::as_bool)? {
            Some(flag) => Some(flag),
            None => {
                self.complain(name, INVALID);
                None
            }
        }
    }

    pub fn time(&mut self, name: &str) -> Given<i64> {
        self.typed(name, |value| value.as_str().and_then(stamps::parse))
    }

    pub fn object(&mut self, name: &str) -> Given<&'a Map<String, Value>> {
        self.typed(name, Value::as_object)
    }

    pub fn list(&mut self, name: &str) -> Given<&'a Vec<Value>> {
        self.typed(name, Value::as_array)
    }

    pub fn any(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    /// Numbers in a list; anything else in it is wrong.
    pub fn numbers(&mut self, name: &str) -> Option<Vec<i64>> {
        let list = self.list(name)??;
        let numbers: Option<Vec<i64>> = list.iter().map(Value::as_i64).collect();
        if numbers.is_none() {
            self.complain(name, INVALID);
        }
        numbers
    }

    pub fn finish(self) -> Result<(), Refusal> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(self.wrong)) }
    }

    fn typed<T>(&mut self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Given<T> {
        let value = self.map.get(name)?;
        if value.is_null() {
            return Some(None);
        }
        let typed = read(value);
        if typed.is_none() {
            self.complain(name, INVALID);
            return None;
        }
        Some(typed)
    }
}

/// The parameters of one query.
pub(super) struct Query<'a> {
    pairs: &'a [(String, String)],
}

impl<'a> Query<'a> {
    pub fn new(pairs: &'a [(String, String)], allowed: &[&str]) -> Result<Self, Refusal> {
        let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, _) in pairs.iter().filter(|(name, _)| !allowed.contains(&name.as_str())) {
            wrong.entry(name.clone()).or_default().push(UNKNOWN.to_owned());
        }
        if wrong.is_empty() { Ok(Self { pairs }) } else { Err(Refusal::fields(wrong)) }
    }

    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn texts(&self, name: &str) -> Vec<&'a str> {
        self.pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.text(name).map(|text| text.parse().map_err(|_| Refusal::field(name, INVALID))).transpose()
    }

    pub fn numbers(&self, name: &str) -> Result<Vec<i64>, Refusal> {
        let texts = self.texts(name).into_iter();
        texts.map(|text| text.parse().map_err(|_| Refusal::field(name, INVALID))).collect()
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.text(name) {
            None => Ok(None),
            Some("true" | "True" | "1") => Ok(Some(true)),
            Some("false" | "False" | "0") => Ok(Some(false)),
            Some(_) => Err(Refusal::field(name, INVALID)),
        }
    }

    pub fn time(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.text(name)
            .map(|text| stamps::parse(text).ok_or_else(|| Refusal::field(name, INVALID)))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn every_problem_is_told_at_once() {
        let body = json!({"subject": 5, "colour": "red", "name": "abcdef", "id": null});
        let mut fields = Fields::new(body.as_object().unwrap(), "", &["subject", "name", "id", "via"]);
        fields.require(&["via"]);
        assert_eq!(fields.text("subject", 10), None);
        assert_eq!(fields.text("name", 3), Some(Some("abcdef".to_owned())));
        assert_eq!(fields.number("id"), Some(None));
        let refusal = fields.finish().unwrap_err();
        assert_eq!(refusal.status, 400);
        assert_eq!(refusal.data.keys().collect::<Vec<_>>(), ["colour", "name", "subject", "via"]);
        assert_eq!(refusal.data["via"], [MISSING]);
    }
}
