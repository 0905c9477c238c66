//! No public message of ours follows a person's, or stands on a ticket that is not the AI user's, but for what happened
//! between the read of the fence and the post; that window is measured, and short.

use polus_core::ticket::Event;

use super::Findings;
use super::look::{
    Announcement, ON_THE_WAY_MS, announcements, answered_ms, behind, created_ms, hands, is_landing, placed,
    standing, was_ours,
};
use crate::gorgias::records::Message;
use crate::gorgias::wire::RequestRecord;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "silent after people";

/// A post begins at most so long after its fence was read, milliseconds.
const FRESH_MS: i64 = 5_000;

/// The reads that a fence can have been.
struct Fence {
    /// When the desk answered the first of them.
    seen_ms: i64,
    /// When the program had the answer to the last of them.
    known_ms: i64,
}

pub fn check(history: &History, findings: &mut Findings) {
    // A read that shows an older thread shows no person's newest message: the declared rest. The desk knows nothing of
    // such a read, so that there is no window to measure either.
    if history.options.lies.stale_reads > 0 {
        return;
    }
    for (name, account, ticket) in history.tickets() {
        let announced = announcements(history, ticket);
        for post in ticket.ours() {
            let mut problems = Vec::new();
            let mut passed = false;
            // Of two attempts one is the post's; without any it is "announced" that tells.
            for announcement in behind(post, &announced) {
                match passes(history, account, ticket, post, announcement, findings) {
                    Ok(()) => passed = true,
                    Err(problem) => problems.push(problem),
                }
            }
            if let Some(problem) = problems.pop().filter(|_| !passed) {
                let marker = post.external_id.as_deref().unwrap_or_default();
                findings.broken(
                    format!("{name}/{}", ticket.id),
                    format!("{marker} (message {}, at {}) {problem}", post.id, created_ms(post)),
                );
            }
        }
    }
}

fn passes(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    post: &Message,
    announcement: &Announcement<'_>,
    findings: &mut Findings,
) -> Result<(), String> {
    let announced_ms = announcement.written_ms;
    let fence = fence_before(account, ticket.id, announced_ms)
        .ok_or_else(|| format!("was announced at {announced_ms} without a read just before"))?;
    if !was_ours(account, ticket.id, fence.seen_ms) {
        return Err(format!("followed a read at {} when the ticket was not the AI user's", fence.seen_ms));
    }
    let past = standing(account, announcement.position).go_live;
    for person in ticket.by_people().filter(|person| created_ms(person) < fence.seen_ms && person.id > past) {
        if !is_past(history, account, ticket, person, &fence, announcement) {
            let (id, at_ms) = (person.id, created_ms(person));
            return Err(format!(
                "followed a read at {} that showed a person's message {id} of {at_ms}",
                fence.seen_ms
            ));
        }
    }
    let sent = calls(account, "POST", &format!("/api/tickets/{}/messages", ticket.id))
        .find(|request| !is_landing(request) && request.at_ms >= announced_ms);
    if let Some(sent_ms) = sent.map(|request| request.at_ms).filter(|sent_ms| *sent_ms <= created_ms(post)) {
        findings.window_ms_max = findings.window_ms_max.max(sent_ms - fence.seen_ms);
        let late_ms = sent_ms - ON_THE_WAY_MS - fence.known_ms;
        if late_ms > FRESH_MS {
            return Err(format!("was sent {late_ms} ms after its fence was read"));
        }
    }
    Ok(())
}

/// The reads that were answered within [`FRESH_MS`] before the announcement. Another flight may have read at the same
/// time, so that the earliest counts.
fn fence_before(account: &AccountHistory, ticket: i64, announced_ms: i64) -> Option<Fence> {
    let reads = calls(account, "GET", &format!("/api/tickets/{ticket}"))
        .filter(|request| request.status == 200)
        .filter_map(|request| answered_ms(request).map(|known_ms| (request.at_ms, known_ms)))
        .filter(|(_, known_ms)| (announced_ms - FRESH_MS..=announced_ms).contains(known_ms));
    reads.fold(None, |fence, (seen_ms, known_ms)| {
        let fence = fence.unwrap_or(Fence { seen_ms, known_ms });
        Some(Fence { seen_ms: fence.seen_ms.min(seen_ms), known_ms: fence.known_ms.max(known_ms) })
    })
}

fn calls<'a>(
    account: &'a AccountHistory,
    method: &'a str,
    path: &str,
) -> impl Iterator<Item = &'a RequestRecord> + use<'a> {
    let path = path.to_owned();
    account
        .requests
        .iter()
        .filter(move |request| request.method == method && request.path.trim_end_matches('/') == path)
}

/// Whether a person's message before the fence stops no answer: the ticket came to the AI user after it, an operator gave
/// it back, or nobody could tell whether it came first.
fn is_past(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    person: &Message,
    fence: &Fence,
    announcement: &Announcement<'_>,
) -> bool {
    let ai_user = Some(account.cast.ai_user);
    let came_back = hands(account, ticket.id).any(|(at_us, to)| {
        to == ai_user && at_us >= person.created_us && at_us.div_euclid(1_000) <= fence.seen_ms
    });
    let given_back = placed(ticket).take_while(|(_, position)| *position < announcement.position).any(
        |(recorded, position)| {
            matches!(recorded.event, Event::Resumed { .. })
                && history.written_ms(position) >= created_ms(person)
        },
    );
    came_back || given_back || showed_together(history, account, ticket, person)
}

/// The one exemption: the ticket came to the AI user, a person wrote before anybody had read it so, and the first read
/// showed both at once. The desk's answer has no order of the two.
fn showed_together(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    person: &Message,
) -> bool {
    let ai_user = Some(account.cast.ai_user);
    let came = hands(account, ticket.id).filter(|(at_us, _)| *at_us < person.created_us).last();
    let Some((came_us, _)) = came.filter(|(_, to)| *to == ai_user) else { return false };
    let mut reads_since = placed(ticket).filter_map(|(recorded, position)| match &recorded.event {
        Event::TicketRead(read) if history.written_ms(position) >= came_us.div_euclid(1_000) => Some(read),
        _ => None,
    });
    reads_since.find(|read| read.ours).is_some_and(|first| {
        first.handed_to_us.is_some_and(|through| through.0 >= person.id)
            && first.messages.iter().any(|new| new.message.id.0 == person.id)
    })
}
