//! Once it stands in the log that a customer wants no AI, no message of that customer is let through to an answer, on any
//! ticket, until an operator takes that back. What was let through before may still be answered.

use polus_core::connection::ConnectionEvent;
use polus_core::id::{CustomerId, MessageId};
use polus_core::ticket::{EffectKind, Event};

use super::Findings;
use super::look::{announcements, placed};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "no AI for who wants none";

/// A ticket judges by the terms it saw when it began to, and its record reaches the disk that much later: a decision that
/// meets a conflict, a full log or a slow disk is under way for as long. A hundred seeds held at 0 as well.
pub const OLDER_TERMS_MS: i64 = 5_000;

/// A time in which a customer wanted no AI.
struct Refusal {
    customer: CustomerId,
    from_ms: i64,
    /// When an operator took it back.
    until_ms: i64,
}

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let Some(customer) = customer_of(ticket) else { continue };
        let refusals: Vec<Refusal> =
            refusals(history, account).into_iter().filter(|refusal| refusal.customer == customer).collect();
        for announcement in announcements(history, ticket) {
            if announcement.started.effect.kind != EffectKind::Answer {
                continue;
            }
            for message in &announcement.started.messages {
                let Some(judged) = let_through(ticket, *message, announcement.position) else { continue };
                let judged_ms = history.written_ms(judged);
                let refused = refusals.iter().find(|refusal| {
                    refusal.from_ms.saturating_add(OLDER_TERMS_MS) < judged_ms && judged_ms < refusal.until_ms
                });
                if let Some(refused) = refused {
                    let from_ms = refused.from_ms;
                    let how = format!(
                        "message {message} was let through to an answer at {judged_ms}, and its customer {customer} \
                         wants no AI since {from_ms}"
                    );
                    findings.broken(format!("{name}/{}", ticket.id), how);
                }
            }
        }
    }
}

/// The ticket's customer, as its stream tells. A stream that does not fold is found by others.
fn customer_of(ticket: &TicketHistory) -> Option<CustomerId> {
    let fields = ticket.folded.as_ref().ok()?.fields.as_ref()?;
    fields.customer.as_ref().map(|customer| customer.id)
}

fn refusals(history: &History, account: &AccountHistory) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = Vec::new();
    for (recorded, position) in account.connection.iter().zip(&account.connection_positions) {
        match &recorded.event {
            ConnectionEvent::CustomerOptedOut { customer, .. } => refusals.push(Refusal {
                customer: *customer,
                from_ms: history.written_ms(*position),
                until_ms: i64::MAX,
            }),
            ConnectionEvent::CustomerOptedIn { customer, .. } => {
                let open =
                    refusals.iter_mut().filter(|one| one.customer == *customer && one.until_ms == i64::MAX);
                open.for_each(|one| one.until_ms = history.written_ms(*position));
            }
            _ => {}
        }
    }
    refusals
}

/// Where in the log the message was last let through before a position.
fn let_through(ticket: &TicketHistory, message: MessageId, before: u64) -> Option<u64> {
    let accepted = placed(ticket).take_while(|(_, position)| *position < before);
    let adds =
        |event: &Event| matches!(event, Event::Accepted(accepted) if accepted.added.contains(&message));
    accepted.filter(|(recorded, _)| adds(&recorded.event)).map(|(_, position)| position).last()
}
