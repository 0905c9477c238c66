//! The audit log: every change leaves a line in it, whoever made the change.

use serde_json::Value;

use super::Desk;
use super::records::Event;

/// The object types that the log's filter knows.
pub(super) const OBJECT_TYPES: &[&str] = &[
    "Customer",
    "Integration",
    "Macro",
    "Rule",
    "SatisfactionSurvey",
    "Tag",
    "Team",
    "Ticket",
    "TicketMessage",
    "User",
    "View",
];

impl Desk {
    pub(super) fn note(
        &mut self,
        now_ms: i64,
        kind: &str,
        object: (&str, i64),
        by: Option<i64>,
        data: Value,
    ) {
        let event = Event {
            id: self.ids.event(),
            kind: kind.to_owned(),
            object_type: object.0.to_owned(),
            object_id: object.1,
            user: by,
            context: self.context(),
            data,
            created_us: self.stamp(now_ms),
        };
        self.events.push(event);
    }

    /// A line of the log; they are kept in the order of their ids.
    pub(super) fn event(&self, id: i64) -> Option<&Event> {
        let index = self.events.binary_search_by_key(&id, |event| event.id).ok()?;
        self.events.get(index)
    }

    /// Shaped as a UUID; the same for all that one act causes.
    pub(super) fn context(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.cause)
    }
}
