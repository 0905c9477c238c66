//! A read pays for what came before it alone: what a ticket's read says it covers was in the log when a call began that can
//! have been this read. Whatever came later may be missing from what the desk showed.

use polus_core::ticket::Event;

use super::Findings;
use super::look::{answered_ms, asked_ms, calls, placed};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "a read pays for what came before";

pub fn check(history: &History, findings: &mut Findings) {
    // The desk knows nothing of a read that showed an older thread.
    if history.options.lies.stale_reads > 0 {
        return;
    }
    for (name, account, ticket) in history.tickets() {
        for (recorded, position) in placed(ticket) {
            let Event::TicketRead(read) = &recorded.event else { continue };
            let covered = placed(ticket).find(|(before, _)| before.sequence == read.as_of);
            let Some((_, covered)) = covered else { continue };
            let (heard_ms, read_ms) = (history.written_ms(covered), history.written_ms(position));
            if !was_called(account, ticket, heard_ms, read_ms) {
                let (sequence, as_of) = (recorded.sequence, read.as_of);
                let how = format!(
                    "the read {sequence} of {read_ms} covers {as_of}, and no call of it began after {heard_ms}"
                );
                findings.broken(format!("{name}/{}", ticket.id), how);
            }
        }
    }
}

/// Whether a call that read the ticket began and was answered between these times.
fn was_called(account: &AccountHistory, ticket: &TicketHistory, heard_ms: i64, read_ms: i64) -> bool {
    calls(account, "GET", &format!("/api/tickets/{}", ticket.id))
        .filter(|request| request.status == 200 && asked_ms(request) >= heard_ms)
        .filter_map(answered_ms)
        .any(|known_ms| known_ms <= read_ms)
}
