//! No public message of ours follows a person's, or stands on a ticket that is not the AI user's, but for what happened
//! between the read of the fence and the post; that window is measured, and short.

use polus_core::ticket::Event;

use super::look::{
    Announcement, announcements, answered_ms, asked_ms, behind, calls, created_ms, hands, is_landing, placed,
    standing, was_ours,
};
use super::{Findings, rest};
use crate::gorgias::records::Message;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "silent after people";

/// A post begins at most so long after its fence was read, milliseconds.
const FRESH_MS: i64 = 5_000;

/// A read that can have been the fence of a post.
struct Fence {
    /// When the desk answered it.
    seen_ms: i64,
    /// When the program had the answer.
    known_ms: i64,
}

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        // A read that shows an older thread shows no person's newest message: the declared rest. The desk knows nothing
        // of such a read, so that there is no window to measure either.
        if rest::is_shown_older(history, name, ticket.id) {
            continue;
        }
        let announced = announcements(history, ticket);
        for post in ticket.ours() {
            let mut problems = Vec::new();
            let mut window_ms: Option<i64> = None;
            // Of two attempts one is the post's, and of two reads at a time one is the fence. Without any announcement it
            // is "announced" that tells.
            for announcement in behind(post, &announced) {
                let fences = fences_before(history, account, ticket, announcement);
                if fences.is_empty() {
                    let announced_ms = announcement.written_ms;
                    problems.push(format!("was announced at {announced_ms} without a read just before"));
                }
                for fence in fences {
                    match passes(history, account, ticket, post, announcement, &fence) {
                        Ok(found_ms) => window_ms = Some(window_ms.unwrap_or_default().max(found_ms)),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            match (window_ms, problems.pop()) {
                (Some(window_ms), _) => findings.window_ms_max = findings.window_ms_max.max(window_ms),
                (None, None) => {}
                (None, Some(problem)) => {
                    let marker = post.external_id.as_deref().unwrap_or_default();
                    findings.broken(
                        format!("{name}/{}", ticket.id),
                        format!("{marker} (message {}, at {}) {problem}", post.id, created_ms(post)),
                    );
                }
            }
        }
    }
}

/// The time from the fence's read to the post, milliseconds; or why that read allowed no post.
fn passes(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    post: &Message,
    announcement: &Announcement<'_>,
    fence: &Fence,
) -> Result<i64, String> {
    if !was_ours(account, ticket.id, fence.seen_ms) {
        return Err(format!("followed a read at {} when the ticket was not the AI user's", fence.seen_ms));
    }
    let past = standing(account, announcement.position).go_live;
    for person in ticket.by_people().filter(|person| created_ms(person) < fence.seen_ms && person.id > past) {
        if !is_past(history, account, ticket, person, fence, announcement) {
            let (id, at_ms) = (person.id, created_ms(person));
            return Err(format!(
                "followed a read at {} that showed a person's message {id} of {at_ms}",
                fence.seen_ms
            ));
        }
    }
    let sent = calls(account, "POST", &format!("/api/tickets/{}/messages", ticket.id))
        .find(|request| !is_landing(request) && request.at_ms >= announcement.written_ms);
    // Of an attempt that was never sent, the post is another's.
    let Some(sent) = sent.filter(|request| request.at_ms <= created_ms(post)) else {
        return Err(format!("was announced at {} and not sent before it appeared", announcement.written_ms));
    };
    let late_ms = asked_ms(sent) - fence.known_ms;
    if late_ms > FRESH_MS {
        return Err(format!("was sent {late_ms} ms after its fence was read"));
    }
    Ok(sent.at_ms - fence.seen_ms)
}

/// The reads that began when the post was owed and were answered within [`FRESH_MS`] before the announcement.
fn fences_before(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    announcement: &Announcement<'_>,
) -> Vec<Fence> {
    let owed = placed(ticket).find(|(recorded, _)| recorded.sequence == announcement.started.effect.sequence);
    let owed_ms = owed.map_or(0, |(_, position)| history.written_ms(position));
    let fresh_ms = announcement.written_ms - FRESH_MS..=announcement.written_ms;
    calls(account, "GET", &format!("/api/tickets/{}", ticket.id))
        .filter(|request| request.status == 200 && request.at_ms >= owed_ms)
        .filter_map(|request| {
            let known_ms = answered_ms(request)?;
            Some(Fence { seen_ms: request.at_ms, known_ms })
        })
        .filter(|fence| fresh_ms.contains(&fence.known_ms))
        .collect()
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
