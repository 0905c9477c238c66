//! A message that touches what always goes to a person (self-harm, the law, a disputed payment, rage, …) is never answered
//! by an answer of ours, whatever the policy says.

use polus_core::id::MessageId;
use polus_core::reading::sensitive::sensitive;
use polus_core::ticket::EffectKind;

use super::Findings;
use super::look::announcements;
use crate::history::{History, TicketHistory};

pub const NAME: &str = "grave messages go to people";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, _, ticket) in history.tickets() {
        let announced = announcements(history, ticket);
        let answers = announced.iter().filter(|one| one.started.effect.kind == EffectKind::Answer);
        for (answer, message) in answers.flat_map(|one| one.started.messages.iter().map(move |id| (one, *id)))
        {
            let Some(found) = sensitive(text_of(ticket, message)).into_iter().next() else { continue };
            let marker = &answer.started.marker;
            let how = format!(
                "{marker} answers message {message}, which is about {:?} ({})",
                found.topic, found.matched
            );
            findings.broken(format!("{name}/{}", ticket.id), how);
        }
    }
}

/// What a message says at the desk, wherever it stands now.
fn text_of(ticket: &TicketHistory, id: MessageId) -> &str {
    let mut all = ticket.written.iter().chain(&ticket.thread);
    let message = all.find(|message| message.id == id.0);
    let text = message.and_then(|message| message.stripped_text.as_deref().or(message.body_text.as_deref()));
    text.unwrap_or_default()
}
