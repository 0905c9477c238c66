//! Why the desk says no: a status, and the error envelope that goes with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A request refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub message: String,
    /// What is wrong with which field.
    pub data: BTreeMap<String, Vec<String>>,
    pub retry_after_s: Option<i64>,
}

impl Refusal {
    pub fn unauthorized() -> Self {
        Self::plain(401, "Unauthorized.")
    }

    pub fn forbidden(reason: &str) -> Self {
        Self::plain(403, &format!("You do not have enough permissions to perform this action. {reason}"))
    }

    pub fn not_found() -> Self {
        Self::plain(404, "Resource not found.")
    }

    pub fn method_not_allowed() -> Self {
        Self::plain(405, "The method is not allowed for the requested URL.")
    }

    pub fn conflict(message: &str) -> Self {
        Self::plain(409, message)
    }

    pub fn too_many_requests(retry_after_s: i64) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::plain(429, "Too many requests.") }
    }

    pub fn server_error(status: u16) -> Self {
        Self::plain(status, "Something went wrong on our side.")
    }

    pub fn bad_request(message: &str) -> Self {
        Self::plain(400, message)
    }

    /// One field is wrong.
    pub fn field(name: &str, message: &str) -> Self {
        Self::fields(BTreeMap::from([(name.to_owned(), vec![message.to_owned()])]))
    }

    /// Some fields are wrong.
    pub fn fields(data: BTreeMap<String, Vec<String>>) -> Self {
        Self { data, ..Self::plain(400, "Invalid data was sent.") }
    }

    pub fn envelope(&self) -> Value {
        if self.data.is_empty() {
            return json!({"error": {"msg": self.message}});
        }
        json!({"error": {"msg": self.message, "data": self.data}})
    }

    fn plain(status: u16, message: &str) -> Self {
        Self { status, message: message.to_owned(), data: BTreeMap::new(), retry_after_s: None }
    }
}
