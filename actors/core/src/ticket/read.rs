//! From what a read showed to what is recorded of it: only the difference, each message once, and who wrote it.

use super::delays;
use super::effect::{MarkerOf, marker_of, marker_start};
use super::event::{Author, Event, NewMessage, ReadPersonal, TicketRead};
use super::input::ReadOutcome;
use super::plan::Plan;
use super::state::Phase;
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::snapshot::{Delivery, Message, MessagePersonal, TicketFields, TicketSnapshot};

impl Plan<'_> {
    /// Takes in what a read came to. While a post is announced nothing is taken in but by its settlement, since an
    /// unmarked message of the AI user could be that very post; the read stays owed.
    pub(super) fn read(&mut self, as_of: u64, outcome: &ReadOutcome) {
        if self.ticket.announced.is_some() {
            return;
        }
        match outcome {
            ReadOutcome::Ticket(snapshot) => self.observe(as_of, snapshot),
            ReadOutcome::Gone(_) if matches!(self.ticket.phase, Phase::Gone) => {}
            ReadOutcome::Gone(problem) => self.push(Event::TicketGone { problem: problem.clone() }),
            ReadOutcome::Failed(problem) if !self.ticket.reading.failing => {
                self.push(Event::ReadFailed { problem: problem.clone() });
            }
            ReadOutcome::Failed(_) => {}
        }
    }

    /// Whether Gorgias has shown a newer state of the ticket than `snapshot`.
    pub(super) fn is_older(&self, snapshot: &TicketSnapshot) -> bool {
        self.ticket.fields.as_ref().is_some_and(|known| known.updated_at > snapshot.fields.updated_at)
    }

    /// Records what `snapshot` adds to what is known. Records nothing when it adds nothing and pays for nothing.
    pub(super) fn observe(&mut self, as_of: u64, snapshot: &TicketSnapshot) {
        let first = self.ticket.fields.is_none();
        let older = self.is_older(snapshot);
        let ours =
            if older { self.ticket.ours } else { snapshot.fields.assignee == Some(self.terms.ai_user) };
        // Seen to change hands: under this generation, or told by a notification of it.
        let came_to_us = ours
            && (first || !self.ticket.ours)
            && (self.ticket.looked || self.ticket.assignment_heard.is_some());
        let mut read = TicketRead {
            as_of,
            ours,
            handed_to_us: came_to_us.then(|| self.newest_of_shop(snapshot)),
            fields: None,
            messages: Vec::new(),
            deliveries: self.changed_deliveries(snapshot),
            missing: self.still_missing(as_of, snapshot),
            personal: ReadPersonal::default(),
        };
        if !older {
            self.changed_fields(&snapshot.fields, &mut read);
        }
        for message in &snapshot.messages {
            if !self.ticket.messages.contains_key(&message.id) {
                let (new, personal) = self.new_message(message, first);
                read.messages.push(new);
                read.personal.messages.push(personal);
            }
        }
        let reading = &self.ticket.reading;
        let pays = reading.asked > reading.paid && as_of >= reading.asked;
        let adds = read.fields.is_some()
            || !read.messages.is_empty()
            || !read.deliveries.is_empty()
            || !read.missing.is_empty()
            || ours != self.ticket.ours;
        if pays || adds {
            self.push(Event::TicketRead(read));
        }
    }

    /// Personal fields apart from the others, and each only when it changed.
    fn changed_fields(&self, shown: &TicketFields, read: &mut TicketRead) {
        let known = self.ticket.fields.clone().unwrap_or_default();
        read.personal.customer = shown.customer.clone().filter(|new| known.customer.as_ref() != Some(new));
        read.personal.subject = shown.subject.clone().filter(|new| known.subject.as_ref() != Some(new));
        let plain = |fields: &TicketFields| TicketFields { customer: None, subject: None, ..fields.clone() };
        let changed = self.ticket.fields.is_none()
            || plain(&known) != plain(shown)
            || read.personal.customer.is_some()
            || read.personal.subject.is_some();
        read.fields = changed.then(|| plain(shown));
    }

    fn new_message(&self, message: &Message, first: bool) -> (NewMessage, MessagePersonal) {
        let author = self.author(message);
        let named = self.ticket.reading.wanted.contains_key(&message.id);
        let late = !first && message.id < self.ticket.newest_message() && !named;
        // Our own marker names the ticket it was written for.
        let here = marker_start(&self.terms.installation, self.ticket.id);
        let elsewhere = |marker: &String| author == Author::Us && !marker.starts_with(&here);
        let merged_in = (late && author != Author::Us) || message.external_id.as_ref().is_some_and(elsewhere);
        let mut message = message.clone();
        let personal = std::mem::take(&mut message.personal);
        (NewMessage { author, merged_in, message }, personal)
    }

    fn author(&self, message: &Message) -> Author {
        if !message.from_agent {
            return Author::Customer;
        }
        match marker_of(&self.terms.installation, message.external_id.as_deref()) {
            #[cfg(feature = "planted")]
            MarkerOf::Us if planted::is(Bug::AnswerOwnEcho) && self.ticket.posted.len() < 3 => {
                Author::Customer
            }
            MarkerOf::Us => Author::Us,
            MarkerOf::Stranger => Author::Stranger,
            MarkerOf::Nobody if self.ticket.posted.contains_key(&message.id) => Author::Us,
            MarkerOf::Nobody if message.rule.is_some() || message.via == "rule" => Author::Rule,
            MarkerOf::Nobody if message.via == "api" && !self.terms.policy.other_apps_are_people => {
                Author::App
            }
            MarkerOf::Nobody => Author::Person,
        }
    }

    fn newest_of_shop(&self, snapshot: &TicketSnapshot) -> MessageId {
        let shown =
            snapshot.messages.iter().filter(|message| message.public && self.author(message).answers());
        shown.map(|message| message.id).max().unwrap_or_default().max(self.ticket.newest_from_shop())
    }

    fn changed_deliveries(&self, snapshot: &TicketSnapshot) -> Vec<(MessageId, Delivery)> {
        let known = |message: &&Message| {
            self.ticket
                .messages
                .get(&message.id)
                .is_some_and(|known| known.message.delivery != message.delivery)
        };
        snapshot.messages.iter().filter(known).map(|message| (message.id, message.delivery.clone())).collect()
    }

    /// Counts as a try only for a read that was due and began after the last notification.
    fn still_missing(&self, as_of: u64, snapshot: &TicketSnapshot) -> Vec<MessageId> {
        let reading = &self.ticket.reading;
        if as_of < reading.asked || self.now < reading.due_at {
            return Vec::new();
        }
        let shown = |id: &MessageId| snapshot.messages.iter().any(|message| message.id == *id);
        let lacking =
            reading.wanted.iter().filter(|(id, _)| !shown(id) && !self.ticket.messages.contains_key(id));
        lacking.filter(|(_, tries)| **tries < delays::MISSING_READS_MAX).map(|(id, _)| *id).collect()
    }
}
