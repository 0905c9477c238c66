//! What a cut connection left is not taken up by the next one: a message that waited for its answer when the generation
//! rose is drafted for no more, unless it was accepted anew.

use std::collections::BTreeSet;

use polus_core::id::MessageId;
use polus_core::ticket::Event;

use super::Findings;
use crate::history::{History, TicketHistory};

pub const NAME: &str = "cut work stays cut";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, _, ticket) in history.tickets() {
        drafts(ticket, &format!("{account}/{}", ticket.id), findings);
    }
}

fn drafts(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let mut generation = 0;
    let mut waiting: BTreeSet<MessageId> = BTreeSet::new();
    let mut cut: BTreeSet<MessageId> = BTreeSet::new();
    for recorded in &ticket.events {
        match &recorded.event {
            Event::Notified(notified) if generation == 0 => generation = notified.generation,
            Event::SeenBySync(seen) if generation == 0 => generation = seen.generation,
            // A ticket that knew of no generation takes on the first; nothing was cut.
            Event::GenerationChanged { generation: risen } => {
                if generation > 0 {
                    cut.append(&mut waiting);
                }
                generation = *risen;
            }
            Event::Accepted(accepted) => {
                for message in &accepted.added {
                    cut.remove(message);
                }
                waiting.extend(&accepted.messages);
            }
            Event::Ignored(ignored) => {
                waiting.remove(&ignored.message);
                cut.remove(&ignored.message);
            }
            // An announced post is brought to its end, whatever became of the connection.
            Event::ReplyStarted(started) => waiting.retain(|id| !started.messages.contains(id)),
            Event::HandedOff(handed) => waiting.retain(|id| !handed.messages.contains(id)),
            Event::Drafted(drafted) => {
                for message in drafted.messages.iter().filter(|message| cut.contains(message)) {
                    findings.broken(
                        about,
                        format!("{} drafts for message {message}, which was cut", recorded.sequence),
                    );
                }
            }
            _ => {}
        }
    }
}
