//! What a cut connection left is not taken up by the next one: a message that waited for its answer when the generation
//! rose is never accepted, drafted for or handed off again. A post that was announced by then is brought to its end first.

use std::collections::BTreeSet;

use polus_core::id::MessageId;
use polus_core::ticket::{EffectKind, Event};

use super::Findings;
use crate::history::History;

pub const NAME: &str = "cut work stays cut";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, _, ticket) in history.tickets() {
        let mut work = Work::default();
        for recorded in &ticket.events {
            for message in work.taken_up(&recorded.event) {
                let (event, sequence) = (recorded.event.name(), recorded.sequence);
                findings.broken(
                    format!("{account}/{}", ticket.id),
                    format!("{event} at {sequence} is for message {message}, which was cut"),
                );
            }
            work.goes_on(&recorded.event);
        }
    }
}

/// What became of the messages that an answer was owed to.
#[derive(Default)]
struct Work {
    /// 0 is none: a ticket that knew of no generation takes on the first, and nothing is cut.
    generation: u32,
    waiting: BTreeSet<MessageId>,
    /// The messages of the announced post, and the generation that it was announced under.
    announced: (BTreeSet<MessageId>, u32),
    cut: BTreeSet<MessageId>,
}

impl Work {
    /// The messages that were cut and that this event is for.
    fn taken_up(&self, event: &Event) -> Vec<MessageId> {
        let messages = match event {
            Event::Accepted(accepted) => accepted.messages.as_slice(),
            Event::Drafted(drafted) => drafted.messages.as_slice(),
            Event::HandedOff(handed) => handed.messages.as_slice(),
            _ => &[],
        };
        messages.iter().filter(|message| self.cut.contains(message)).copied().collect()
    }

    fn goes_on(&mut self, event: &Event) {
        match event {
            Event::Notified(notified) if self.generation == 0 => self.generation = notified.generation,
            Event::SeenBySync(seen) if self.generation == 0 => self.generation = seen.generation,
            Event::GenerationChanged { generation } => {
                if self.generation > 0 {
                    self.cut.append(&mut self.waiting);
                }
                self.generation = *generation;
            }
            Event::Accepted(accepted) => self.waiting.extend(&accepted.messages),
            Event::Ignored(ignored) => self.ends(&[ignored.message]),
            Event::HandedOff(handed) => self.ends(&handed.messages),
            Event::ReplyStarted(started) => {
                self.ends(&started.messages);
                let answers = matches!(started.effect.kind, EffectKind::Answer | EffectKind::ShadowNote);
                let messages = started.messages.iter().copied().filter(|_| answers);
                self.announced = (messages.collect(), self.generation);
            }
            // It is as it was before the announcement, but that the connection may have been cut meanwhile.
            Event::ReplyNotSent { .. } | Event::ReplyRejected { .. } | Event::ReplyAbsent { .. } => {
                let (mut messages, generation) = std::mem::take(&mut self.announced);
                let stands = generation == self.generation;
                if stands { &mut self.waiting } else { &mut self.cut }.append(&mut messages);
            }
            Event::ReplyPosted { .. } | Event::ReplyAbandoned { .. } => self.announced = (BTreeSet::new(), 0),
            _ => {}
        }
    }

    fn ends(&mut self, messages: &[MessageId]) {
        for message in messages {
            self.waiting.remove(message);
            self.cut.remove(message);
        }
    }
}
