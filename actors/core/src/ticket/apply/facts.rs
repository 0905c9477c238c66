//! What was heard: webhooks, listings, operators. Legal in every state, and never an answer by itself.

use super::super::delays;
use super::super::event::{Hint, Notified, SeenBySync, Silence, Standing};
use super::super::state::{Phase, Reading, Ticket};
use crate::time::Time;

impl Ticket {
    pub(super) fn notified(&mut self, notified: &Notified, sequence: u64, at: Time) {
        if self.generation == 0 {
            self.generation = notified.generation;
        }
        if let Some(message) = notified.message
            && !notified.headers.is_empty()
            && !self.messages.contains_key(&message)
        {
            self.heard_headers.insert(message, notified.headers.clone());
        }
        if notified.standing != Standing::Current || matches!(self.phase, Phase::Gone) {
            return;
        }
        if notified.own_echo {
            self.own_message_notified(notified, sequence, at);
            return;
        }
        if notified.trigger == "ticket-assignment-updated" {
            self.assignment_heard = Some(notified.generation);
        }
        let due_at = match notified.assignee {
            Hint::Other(_) => at.plus(delays::LOW_PRIORITY_READ),
            Hint::Unknown | Hint::Nobody | Hint::AiUser => at,
        };
        let created = matches!(notified.trigger.as_str(), "ticket-message-created" | "ticket-created");
        match notified.message.filter(|_| created) {
            Some(message) if self.messages.contains_key(&message) => {}
            Some(message) => {
                self.reading.ask(sequence, notified.generation, due_at);
                self.reading.wanted.entry(message).or_insert(0);
                self.reading.heard_at.entry(message).or_insert(at);
            }
            None => self.reading.ask(sequence, notified.generation, due_at),
        }
    }

    /// An echo of our own post tells nothing new, but that its sending failed.
    fn own_message_notified(&mut self, notified: &Notified, sequence: u64, at: Time) {
        if notified.trigger != "ticket-message-failed" {
            return;
        }
        for watch in &mut self.deliveries {
            watch.check_at = at;
        }
        if self.deliveries.is_empty() {
            self.reading.ask(sequence, notified.generation, at);
        }
    }

    pub(super) fn seen_by_sync(&mut self, seen: &SeenBySync, sequence: u64, at: Time) {
        if self.generation == 0 {
            self.generation = seen.generation;
        }
        let known = self.fields.as_ref().map_or(Time::default(), |fields| fields.updated_at);
        if seen.updated_at > known && !matches!(self.phase, Phase::Gone) {
            let due_at = if seen.ours { at } else { at.plus(delays::LOW_PRIORITY_READ) };
            self.reading.ask(sequence, seen.generation, due_at);
        }
    }

    pub(super) fn handoff_asked_for(&mut self, by: &str, sequence: u64, at: Time) {
        self.handoff_requested = Some(by.to_owned());
        // Without a read nobody knows which messages of persons came before the mark.
        if self.fields.is_none() && !matches!(self.phase, Phase::Gone) {
            self.reading.ask(sequence, self.generation, at);
        }
    }

    pub(super) fn resumed(&mut self) {
        self.handoff_requested = None;
        self.delivery_failed = None;
        self.people_through = self.newest_message();
        self.foreign = false;
        match self.phase {
            Phase::HandedOff(_) => self.give_back(Silence::HandedOff),
            Phase::TakenOver { .. } => self.give_back(Silence::TakenOver),
            Phase::Idle | Phase::Gathering(_) | Phase::Answering(_) | Phase::Gone => {}
        }
    }

    /// Ends a handoff or a takeover. Numbers rise with time, so that a message which shows only later but bears an
    /// older number than one heard of by now was written before.
    pub(super) fn give_back(&mut self, silence: Silence) {
        let heard_of = self.reading.wanted.keys().next_back().copied().unwrap_or_default();
        self.given_back = Some((self.newest_message().max(heard_of), silence));
        self.phase = Phase::Idle;
    }
}

impl Reading {
    fn ask(&mut self, sequence: u64, generation: u32, due_at: Time) {
        self.due_at = if self.is_owed() { self.due_at.min(due_at) } else { due_at };
        self.asked = sequence;
        self.generation = self.generation.max(generation);
    }
}
