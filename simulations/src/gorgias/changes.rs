//! Changes to tickets that several callers make (the API, people, time): each leaves its line in the audit log, renews
//! the ticket's stamp, and fires its webhooks. A change to what already is, is none.

use std::collections::BTreeSet;

use serde_json::json;

use super::records::{Gone, Status, Tag, Ticket};
use super::webhooks::{Fired, Trigger};
use super::{Desk, Due};

impl Desk {
    pub(super) fn fire(&mut self, trigger: Trigger, ticket: i64, message: Option<i64>, by: Option<i64>) {
        let fired = Fired { trigger, ticket, message, by };
        if !self.fired.contains(&fired) {
            self.fired.push(fired);
        }
    }

    /// Renews the ticket's stamp and fires `ticket-updated`.
    pub(super) fn touch(&mut self, now_ms: i64, ticket: i64, by: Option<i64>) {
        let stamp = self.stamp(now_ms);
        if let Some(record) = self.tickets.get_mut(&ticket) {
            record.updated_us = stamp;
            self.fire(Trigger::TicketUpdated, ticket, None, by);
        }
    }

    /// Puts a new ticket in its place and tells of it; its first messages come next.
    pub(super) fn open_ticket(&mut self, now_ms: i64, ticket: Ticket, by: Option<i64>) -> i64 {
        let id = ticket.id;
        self.tickets.insert(id, ticket);
        self.note(now_ms, "ticket-created", ("Ticket", id), by, json!({}));
        self.fire(Trigger::TicketCreated, id, None, by);
        id
    }

    pub(super) fn set_assignee_user(&mut self, now_ms: i64, ticket: i64, user: Option<i64>, by: Option<i64>) {
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.assignee_user != user) else {
            return;
        };
        record.assignee_user = user;
        let kind = if user.is_some() { "ticket-assigned" } else { "ticket-unassigned" };
        self.note(now_ms, kind, ("Ticket", ticket), by, json!({"assignee_user_id": user}));
        self.fire(Trigger::AssignmentUpdated, ticket, None, by);
        self.touch(now_ms, ticket, by);
    }

    pub(super) fn set_assignee_team(&mut self, now_ms: i64, ticket: i64, team: Option<i64>, by: Option<i64>) {
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.assignee_team != team) else {
            return;
        };
        record.assignee_team = team;
        let kind = if team.is_some() { "ticket-team-assigned" } else { "ticket-team-unassigned" };
        self.note(now_ms, kind, ("Ticket", ticket), by, json!({"assignee_team_id": team}));
        self.fire(Trigger::AssignmentUpdated, ticket, None, by);
        self.touch(now_ms, ticket, by);
    }

    pub(super) fn set_status(&mut self, now_ms: i64, ticket: i64, status: Status, by: Option<i64>) {
        let stamp = self.stamp(now_ms);
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.status != status) else {
            return;
        };
        record.status = status;
        record.closed_us = (status == Status::Closed).then_some(stamp);
        let kind = match status {
            Status::Open => "ticket-reopened",
            Status::Closed => "ticket-closed",
        };
        self.note(now_ms, kind, ("Ticket", ticket), by, json!({}));
        self.fire(Trigger::StatusUpdated, ticket, None, by);
        self.touch(now_ms, ticket, by);
    }

    pub(super) fn set_tags(&mut self, now_ms: i64, ticket: i64, tags: BTreeSet<i64>, by: Option<i64>) {
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.tags != tags) else { return };
        let added: Vec<i64> = tags.difference(&record.tags).copied().collect();
        let removed: Vec<i64> = record.tags.difference(&tags).copied().collect();
        record.tags = tags;
        if !added.is_empty() {
            self.note(now_ms, "ticket-tags-added", ("Ticket", ticket), by, json!({"tag_ids": added}));
        }
        if !removed.is_empty() {
            self.note(now_ms, "ticket-tags-removed", ("Ticket", ticket), by, json!({"tag_ids": removed}));
        }
        self.touch(now_ms, ticket, by);
    }

    /// The tag of this name; a name never seen becomes a tag.
    pub(super) fn tag_named(&mut self, now_ms: i64, name: &str) -> i64 {
        if let Some(tag) = self.tags.values().find(|tag| tag.name == name) {
            return tag.id;
        }
        let tag = Tag { id: self.ids.tag(), name: name.to_owned(), created_us: self.stamp(now_ms) };
        let id = tag.id;
        self.tags.insert(id, tag);
        id
    }

    pub(super) fn set_snooze(&mut self, now_ms: i64, ticket: i64, until_us: Option<i64>, by: Option<i64>) {
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.snooze_us != until_us) else {
            return;
        };
        record.snooze_us = until_us;
        if let Some(until_us) = until_us {
            self.agenda.insert((until_us.div_euclid(1000), Due::Wake(ticket)));
            self.note(now_ms, "ticket-snoozed", ("Ticket", ticket), by, json!({}));
        }
        self.touch(now_ms, ticket, by);
    }

    /// Wakes a snoozed ticket, unless it was woken or put to sleep anew in the meantime.
    pub(super) fn wake(&mut self, now_ms: i64, ticket: i64) {
        let due = |record: &&mut Ticket| {
            record.snooze_us.is_some_and(|until_us| until_us.div_euclid(1000) <= now_ms)
        };
        let Some(record) = self.tickets.get_mut(&ticket).filter(due) else { return };
        record.snooze_us = None;
        self.note(now_ms, "ticket-self-unsnoozed", ("Ticket", ticket), None, json!({}));
        self.fire(Trigger::SelfUnsnoozed, ticket, None, None);
        self.set_status(now_ms, ticket, Status::Open, None);
        self.touch(now_ms, ticket, None);
    }

    pub(super) fn set_trashed(&mut self, now_ms: i64, ticket: i64, trashed_us: Option<i64>, by: Option<i64>) {
        let Some(record) = self.tickets.get_mut(&ticket).filter(|record| record.trashed_us != trashed_us)
        else {
            return;
        };
        record.trashed_us = trashed_us;
        let kind = if trashed_us.is_some() { "ticket-trashed" } else { "ticket-untrashed" };
        self.note(now_ms, kind, ("Ticket", ticket), by, json!({}));
        self.touch(now_ms, ticket, by);
    }

    /// Deletes a ticket and its messages for good. False if there is none.
    pub(super) fn remove_ticket(&mut self, now_ms: i64, ticket: i64, by: Option<i64>) -> bool {
        let Some(record) = self.tickets.remove(&ticket) else { return false };
        for id in record.messages {
            if let Some(message) = self.messages.remove(&id) {
                self.deleted.insert(id, message);
            }
        }
        self.surveys.retain(|_, survey| survey.ticket != ticket);
        self.gone.insert(ticket, Gone::Deleted);
        self.note(now_ms, "ticket-deleted", ("Ticket", ticket), by, json!({}));
        true
    }

    /// Moves all messages of `from` into `into`; the emptied ticket is gone. False if either does not exist.
    pub(super) fn merge_tickets(&mut self, now_ms: i64, from: i64, into: i64, by: Option<i64>) -> bool {
        if from == into || !self.tickets.contains_key(&into) {
            return false;
        }
        let Some(source) = self.tickets.remove(&from) else { return false };
        for id in &source.messages {
            if let Some(message) = self.messages.get_mut(id) {
                message.ticket = into;
            }
        }
        if let Some(target) = self.tickets.get_mut(&into) {
            target.messages.extend(&source.messages);
            target.messages.sort_by_key(|id| (self.messages.get(id).map(|message| message.created_us), *id));
            target.tags.extend(&source.tags);
            target.last_message_us = target.last_message_us.max(source.last_message_us);
            target.last_received_us = target.last_received_us.max(source.last_received_us);
        }
        self.gone.insert(from, Gone::MergedInto(into));
        self.note(now_ms, "ticket-merged", ("Ticket", from), by, json!({"into_ticket_id": into}));
        self.touch(now_ms, into, by);
        true
    }
}
