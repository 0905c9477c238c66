//! From what a read showed to what is recorded of it: only the difference, each message once, and who wrote it.

use super::delays;
use super::effect::{MarkerOf, marker_of};
use super::event::{Author, Event, NewMessage, ReadPersonal, TicketRead};
use super::input::ReadOutcome;
use super::plan::Plan;
use crate::id::MessageId;
use crate::snapshot::{Delivery, Message, MessagePersonal, TicketFields, TicketSnapshot};

impl Plan<'_> {
    /// Takes in what a read came to.
    pub(super) fn read(&mut self, as_of: u64, outcome: &ReadOutcome) {
        match outcome {
            ReadOutcome::Ticket(snapshot) => self.observe(as_of, snapshot),
            ReadOutcome::Gone(problem) => self.push(Event::TicketGone { problem: problem.clone() }),
            ReadOutcome::Failed(problem) if !self.ticket.reading.failing => {
                self.push(Event::ReadFailed { problem: problem.clone() });
            }
            ReadOutcome::Failed(_) => {}
        }
    }

    /// Records what `snapshot` adds to what is known. Records nothing when it adds nothing and pays for nothing.
    pub(super) fn observe(&mut self, as_of: u64, snapshot: &TicketSnapshot) {
        let known = self.ticket.fields.as_ref();
        let stale = known.is_some_and(|fields| fields.updated_at > snapshot.fields.updated_at);
        let ours = if stale { self.ticket.ours } else { snapshot.fields.assignee == Some(self.terms.ai_user) };
        let first = known.is_none();
        let came_to_us = ours && if first { self.ticket.assignment_heard } else { !self.ticket.ours };
        let fields = (!stale && known != Some(&snapshot.fields)).then(|| snapshot.fields.clone());
        let mut read = TicketRead {
            as_of,
            ours,
            handed_to_us: came_to_us.then(|| self.newest_of_shop(snapshot)),
            fields: None,
            messages: Vec::new(),
            deliveries: self.changed_deliveries(snapshot),
            missing: Vec::new(),
            personal: ReadPersonal::default(),
        };
        if let Some(fields) = fields {
            read.personal.customer = fields.customer.clone();
            read.personal.subject = fields.subject.clone();
            read.fields = Some(TicketFields { customer: None, subject: None, ..fields });
        }
        for message in &snapshot.messages {
            if !self.ticket.messages.contains_key(&message.id) {
                let (new, personal) = self.new_message(message, first);
                read.messages.push(new);
                read.personal.messages.push(personal);
            }
        }
        read.missing = self.still_missing(snapshot);
        let pays = self.ticket.reading.asked > self.ticket.reading.paid && as_of > self.ticket.reading.paid;
        let adds = read.fields.is_some()
            || !read.messages.is_empty()
            || !read.deliveries.is_empty()
            || !read.missing.is_empty()
            || ours != self.ticket.ours;
        if pays || adds {
            self.push(Event::TicketRead(read));
        }
    }

    fn new_message(&self, message: &Message, first: bool) -> (NewMessage, MessagePersonal) {
        let author = self.author(message);
        let named = self.ticket.reading.wanted.contains_key(&message.id);
        let late = !first && message.id < self.ticket.newest_message() && !named;
        // Our own marker names the ticket it was written for.
        let here = format!("polus:{}:{}:", self.terms.installation, self.ticket.id);
        let elsewhere = |marker: &String| author == Author::Us && !marker.starts_with(&here);
        let merged_in =
            (late && author != Author::Us) || message.external_id.as_ref().is_some_and(elsewhere);
        let mut message = message.clone();
        let personal = std::mem::take(&mut message.personal);
        (NewMessage { author, merged_in, message }, personal)
    }

    fn author(&self, message: &Message) -> Author {
        if !message.from_agent {
            return Author::Customer;
        }
        match marker_of(&self.terms.installation, message.external_id.as_deref()) {
            MarkerOf::Us => Author::Us,
            MarkerOf::Stranger => Author::Stranger,
            MarkerOf::Nobody if self.ticket.posted.contains(&message.id) => Author::Us,
            MarkerOf::Nobody if message.rule.is_some() || message.via == "rule" => Author::Rule,
            MarkerOf::Nobody if message.via == "api" && !self.terms.policy.other_apps_are_people => Author::App,
            MarkerOf::Nobody => Author::Person,
        }
    }

    fn newest_of_shop(&self, snapshot: &TicketSnapshot) -> MessageId {
        let shown = snapshot.messages.iter().filter(|message| message.public && self.author(message).answers());
        shown.map(|message| message.id).max().unwrap_or_default().max(self.ticket.newest_from_shop())
    }

    fn changed_deliveries(&self, snapshot: &TicketSnapshot) -> Vec<(MessageId, Delivery)> {
        let known = |message: &&Message| {
            self.ticket.messages.get(&message.id).is_some_and(|known| known.message.delivery != message.delivery)
        };
        snapshot.messages.iter().filter(known).map(|message| (message.id, message.delivery.clone())).collect()
    }

    fn still_missing(&self, snapshot: &TicketSnapshot) -> Vec<MessageId> {
        let shown = |id: &MessageId| snapshot.messages.iter().any(|message| message.id == *id);
        let wanted = self.ticket.reading.wanted.iter();
        wanted
            .filter(|(id, tries)| !shown(id) && **tries < delays::MISSING_READS_MAX)
            .map(|(id, _)| *id)
            .collect()
    }
}
