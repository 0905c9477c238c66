//! Nothing is posted for an older generation: no message of ours rests on an announcement made while the connection was
//! cut, or for a debt that an earlier connection left.

use super::Findings;
use super::look::{Announcement, announcements, behind, created_ms, generation_before, standing};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "generation";

/// An announcement that the cut overtook is taken back before anything is sent, so that only what appeared at the desk
/// counts; and what was announced before the cut may appear after it.
pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let announced = announcements(history, ticket);
        for post in ticket.ours().chain(ticket.notes()) {
            let problems: Vec<Option<String>> =
                behind(post, &announced).map(|found| problem(account, ticket, found)).collect();
            // Of two attempts one is the post's.
            if let Some(Some(problem)) = problems.last()
                && problems.iter().all(Option::is_some)
            {
                let marker = post.external_id.as_deref().unwrap_or_default();
                findings.broken(
                    format!("{name}/{}", ticket.id),
                    format!("{marker} (message {}, at {}) {problem}", post.id, created_ms(post)),
                );
            }
        }
    }
}

fn problem(account: &AccountHistory, ticket: &TicketHistory, found: &Announcement<'_>) -> Option<String> {
    let standing = standing(account, found.position);
    let at_ms = found.written_ms;
    if !standing.connected {
        return Some(format!("was announced at {at_ms}, when the connection was cut"));
    }
    let owed_under = generation_before(ticket, found.sequence);
    let now = standing.generation;
    (owed_under < now)
        .then(|| format!("was announced at {at_ms} for generation {owed_under}, when {now} was in force"))
}
