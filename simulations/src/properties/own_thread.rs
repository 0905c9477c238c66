//! A ticket that took in one on which we had written is people's: after the merge nothing is answered on it any more,
//! until an operator gives it back.

use polus_core::ticket::{EffectKind, Event};

use super::look::{announcements, created_ms, placed};
use super::{Findings, rest};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "own thread";

/// An answer announced so shortly after the merge can rest on a read of before: it must be announced soon after the read,
/// which may have travelled as long as a caller waits; milliseconds.
const FRESH_MS: i64 = 5_000 + 10_000;

pub fn check(history: &History, findings: &mut Findings) {
    let fresh_ms = FRESH_MS + history.options.pace.call_ms_max();
    for (name, account, ticket) in history.tickets() {
        // An older thread shows no merge, and without markers nothing tells whose messages came in.
        if rest::touches(history, name, account, ticket.id) {
            continue;
        }
        let announced = announcements(history, ticket);
        for merged_ms in merges_of_ours(account, ticket) {
            let given_back_ms = placed(ticket)
                .filter(|(recorded, _)| matches!(recorded.event, Event::Resumed { .. }))
                .map(|(_, position)| history.written_ms(position))
                .find(|at_ms| *at_ms >= merged_ms)
                .unwrap_or(i64::MAX);
            let answer = announced.iter().find(|announcement| {
                announcement.started.effect.kind == EffectKind::Answer
                    && (merged_ms + fresh_ms..given_back_ms).contains(&announcement.written_ms)
            });
            if let Some(answer) = answer {
                let (marker, at_ms) = (&answer.started.marker, answer.written_ms);
                findings.broken(
                    format!("{name}/{}", ticket.id),
                    format!("{marker} was announced at {at_ms}, after a merge at {merged_ms} brought a reply of ours"),
                );
            }
        }
    }
}

/// When this ticket took in another one on which a message of ours stood; milliseconds since 1970.
fn merges_of_ours<'a>(
    account: &'a AccountHistory,
    ticket: &'a TicketHistory,
) -> impl Iterator<Item = i64> + 'a {
    let merges = account.audit.iter().filter(|event| {
        event.kind == "ticket-merged" && event.data["into_ticket_id"].as_i64() == Some(ticket.id)
    });
    let brought_ours = merges.filter(|event| {
        account.tickets.get(&event.object_id).is_some_and(|from| {
            from.ours().chain(from.notes()).any(|post| created_ms(post) < event.created_us.div_euclid(1_000))
        })
    });
    brought_ours.map(|event| event.created_us.div_euclid(1_000))
}
