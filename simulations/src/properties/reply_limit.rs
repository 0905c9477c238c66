//! No ticket gets more public replies of ours within the window than the policy allows, whoever writes on it: two machines
//! that answer each other come to an end. The reply of a handoff, which ends the conversation, may be one more.

use std::collections::BTreeSet;

use polus_core::policy::Policy;
use polus_core::ticket::{EffectKind, Event};

use super::look::{Announcement, announcements, behind, created_ms, policy};
use super::{Findings, rest};
use crate::gorgias::records::Message;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "the limit of replies";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        // Where a post landed too late, lost its marker, or was kept from a look, nobody can count: the declared rest.
        if rest::touches(history, name, account, ticket.id) {
            continue;
        }
        let announced = announcements(history, ticket);
        let posts = first_of_each(ticket);
        for post in &posts {
            let Some(announcement) = behind(post, &announced).next() else { continue };
            let Some(policy) = judged_under(account, ticket, announcement) else { continue };
            let window_ms = i64::try_from(policy.limits.replies_window().as_millis()).unwrap_or(i64::MAX);
            let (at_ms, end_ms) = (created_ms(post), post.created_us);
            let within: Vec<&&Message> = posts
                .iter()
                .filter(|other| {
                    other.created_us <= end_ms && at_ms.saturating_sub(created_ms(other)) < window_ms
                })
                .collect();
            let is_last_word = announcement.started.effect.kind == EffectKind::FinalReply;
            // The last word comes after what an earlier policy allowed, however little is allowed since.
            let earlier = within
                .iter()
                .filter(|_| is_last_word)
                .filter_map(|other| judged_under(account, ticket, behind(other, &announced).next()?));
            let allowed =
                earlier.map(|policy| policy.limits.replies_max).fold(policy.limits.replies_max, u32::max);
            let most =
                usize::try_from(allowed).unwrap_or(usize::MAX).saturating_add(usize::from(is_last_word));
            let count = within.len();
            if count > most {
                let how = format!("with message {} it has had {count} replies, and may have {most}", post.id);
                findings.broken(format!("{name}/{}", ticket.id), how);
                break;
            }
        }
    }
}

/// Public messages of ours by their time, of each marker the first.
fn first_of_each(ticket: &TicketHistory) -> Vec<&Message> {
    let mut posts: Vec<&Message> = ticket.ours().collect();
    posts.sort_by_key(|post| post.created_us);
    let mut seen = BTreeSet::new();
    posts.retain(|post| seen.insert(post.external_id.as_deref()));
    posts
}

/// The policy by which its messages were let through: that of the last judgement that added one of them, or of the handoff.
fn judged_under(
    account: &AccountHistory,
    ticket: &TicketHistory,
    announcement: &Announcement<'_>,
) -> Option<Policy> {
    let started = announcement.started;
    let before = ticket.events.iter().take_while(|recorded| recorded.sequence < announcement.sequence);
    let judged = before.filter_map(|recorded| match &recorded.event {
        Event::Accepted(accepted) if started.effect.kind == EffectKind::Answer => {
            let adds = accepted.added.iter().any(|message| started.messages.contains(message));
            adds.then_some(accepted.receipt.policy_version)
        }
        Event::HandedOff(mark) if recorded.sequence == started.effect.sequence => {
            Some(mark.receipt.policy_version)
        }
        _ => None,
    });
    Some(policy(account, judged.last()?))
}
