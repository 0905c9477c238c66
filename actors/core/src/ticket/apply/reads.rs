//! What reads showed, and what the end of a ticket or of a connection's generation cancels.

use super::super::delays;
use super::super::event::{Author, TicketRead};
use super::super::state::{Known, Phase, Ticket};
use crate::id::MessageId;
use crate::snapshot::{Delivery, TicketFields};
use crate::time::Time;

impl Ticket {
    pub(super) fn ticket_read(&mut self, read: &TicketRead, at: Time) -> Result<(), &'static str> {
        if read.messages.len() != read.personal.messages.len() {
            return Err("its messages and their personal parts differ in number");
        }
        self.reading.paid = self.reading.paid.max(read.as_of);
        self.reading.failing = false;
        self.assignment_heard = None;
        // A read that was begun before the cut shows nothing of how the ticket changed hands since.
        self.looked |= read.as_of >= self.cut_at;
        self.ours = read.ours;
        self.was_ours |= read.ours;
        if let Some(past) = read.handed_to_us {
            self.handed_to_us = Some(past);
            self.people_through = self.people_through.max(past);
        }
        if let Some(fields) = &read.fields {
            let mut fields: TicketFields = fields.clone();
            let old = self.fields.take().unwrap_or_default();
            fields.customer = read.personal.customer.clone().or(old.customer);
            fields.subject = read.personal.subject.clone().or(old.subject);
            self.fields = Some(fields);
        }
        self.messages_shown(read, at);
        for (id, delivery) in &read.deliveries {
            self.delivery_shown(*id, delivery, at)?;
        }
        for id in &read.missing {
            let tries = self.reading.wanted.get_mut(id).ok_or("it lacks a message nobody named")?;
            *tries += 1;
            self.reading.due_at = at.plus(delays::missing_message(*tries));
        }
        if let Phase::TakenOver { left, .. } = &mut self.phase
            && !read.ours
        {
            *left = true;
        }
        Ok(())
    }

    fn messages_shown(&mut self, read: &TicketRead, at: Time) {
        for (new, personal) in read.messages.iter().zip(&read.personal.messages) {
            let mut message = new.message.clone();
            message.personal = personal.clone();
            if let Some(headers) = self.heard_headers.remove(&message.id) {
                message.headers.extend(headers);
            }
            self.reading.wanted.remove(&message.id);
            let heard_at = self.reading.heard_at.remove(&message.id).unwrap_or(at);
            self.foreign |= new.merged_in || new.author == Author::Stranger;
            self.messages.insert(
                message.id,
                Box::new(Known {
                    author: new.author,
                    merged_in: new.merged_in,
                    message,
                    heard_at,
                    outcome: None,
                }),
            );
        }
    }

    /// The sending of a known message went further. A failure may become known long after the last look.
    fn delivery_shown(&mut self, id: MessageId, delivery: &Delivery, at: Time) -> Result<(), &'static str> {
        let known = self.messages.get_mut(&id).ok_or("it changes a message that is not known")?;
        known.message.delivery = delivery.clone();
        let (Delivery::Failed(problem), Some(effect)) = (delivery, self.posted.get(&id)) else {
            return Ok(());
        };
        match self.deliveries.iter_mut().find(|watch| watch.effect == *effect) {
            Some(watch) => watch.check_at = at,
            None if effect.kind.is_public() => self.delivery_failed = Some((*effect, problem.clone())),
            None => {}
        }
        Ok(())
    }

    pub(super) fn gone(&mut self, sequence: u64) {
        self.reading.paid = sequence;
        self.reading.asked = self.reading.asked.min(sequence);
        self.reading.wanted.clear();
        self.reading.heard_at.clear();
        self.deliveries.clear();
        self.cancel_tags();
        self.phase = Phase::Gone;
    }

    pub(super) fn generation_changed(&mut self, generation: u32, sequence: u64) -> Result<(), &'static str> {
        if generation <= self.generation {
            return Err("the generation does not rise");
        }
        let adopted = self.generation == 0;
        self.generation = generation;
        if adopted {
            return Ok(()); // Nothing was owed under a generation that nobody knew.
        }
        // What was heard under the new generation, before this was decided, stays owed.
        if self.reading.generation < generation {
            self.reading.paid = self.reading.paid.max(self.reading.asked);
            self.reading.wanted.clear();
            self.reading.heard_at.clear();
        }
        self.assignment_heard = self.assignment_heard.filter(|heard| *heard >= generation);
        self.looked = false;
        self.cut_at = sequence;
        self.handed_to_us = None;
        self.deliveries.clear();
        self.delivery_failed = None;
        self.cancel_tags();
        if self.announced.is_some() {
            self.handoff_requested = None;
        }
        match &mut self.phase {
            Phase::Gathering(_) | Phase::Answering(_) => self.phase = Phase::Idle,
            Phase::HandedOff(handoff) => handoff.cancel("the connection was cut"),
            Phase::Idle | Phase::TakenOver { .. } | Phase::Gone => {}
        }
        Ok(())
    }
}
