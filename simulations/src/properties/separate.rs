//! Accounts are apart: every call at an account's desk bears that account's own key, and nothing in an account's records
//! or on its desk names another. Tickets, messages and markers of the accounts bear the same numbers, so that what tells
//! them apart is in every person's address and in every customer's name.

use polus_core::id::{ConnectionId, Stream};

use super::Findings;
use crate::gorgias::people::KEY_NUMBER;
use crate::history::{AccountHistory, History};

pub const NAME: &str = "separate";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, email, key) in &history.callers {
        let own = history
            .accounts
            .get(account)
            .map(|own| own.cast.bearer(history.options.owners_key))
            .is_some_and(|bearer| bearer.email == email.as_str() && is_one_of_its_keys(bearer.key, key));
        if !own {
            findings.broken(account, format!("its desk was called with the key of {email}"));
        }
    }
    for (name, account) in &history.accounts {
        let others: Vec<&ConnectionId> = history.accounts.keys().filter(|other| *other != name).collect();
        records(history, name, &others, findings);
        tickets(name, account, &others, findings);
        texts(name, account, &others, findings);
    }
}

/// Its first key, or one that was made for it later.
fn is_one_of_its_keys(first: &str, key: &str) -> bool {
    key.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with(KEY_NUMBER))
}

fn records(history: &History, name: &ConnectionId, others: &[&ConnectionId], findings: &mut Findings) {
    let own = history.records.iter().filter(|record| match record.stream.as_str().parse() {
        Ok(
            Stream::Ticket(of, _)
            | Stream::Mirror(of, _)
            | Stream::Connection(of)
            | Stream::Sync(of)
            | Stream::Inbox(of),
        ) => of == *name,
        Ok(Stream::Directory) | Err(_) => false,
    });
    for record in own {
        let body = String::from_utf8_lossy(&record.body);
        if let Some(other) = named(&body, others) {
            findings.broken(&record.stream, format!("record #{} names the account {other}", record.sequence));
        }
    }
}

/// Once more as they were decoded: the body of a large record is elsewhere.
fn tickets(name: &ConnectionId, account: &AccountHistory, others: &[&ConnectionId], findings: &mut Findings) {
    for ticket in account.tickets.values() {
        for recorded in &ticket.events {
            if let Some(other) = named(&format!("{:?}", recorded.event), others) {
                let how = format!("event #{} names the account {other}", recorded.sequence);
                findings.broken(format!("{name}/{}", ticket.id), how);
            }
        }
    }
}

fn texts(name: &ConnectionId, account: &AccountHistory, others: &[&ConnectionId], findings: &mut Findings) {
    for ticket in account.tickets.values() {
        for post in ticket.ours().chain(ticket.notes()) {
            let parts = [&post.body_text, &post.body_html, &post.subject, &post.external_id];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let source = post.source.as_ref().map(ToString::to_string).unwrap_or_default();
            if let Some(other) = named(&format!("{} {source}", parts.join(" ")), others) {
                let how = format!("our message {} names the account {other}", post.id);
                findings.broken(format!("{name}/{}", ticket.id), how);
            }
        }
    }
}

/// The other account that a text names, by its people's addresses or its customers' names.
fn named<'a>(text: &str, others: &[&'a ConnectionId]) -> Option<&'a ConnectionId> {
    let text = text.to_lowercase();
    others
        .iter()
        .find(|other| text.contains(&format!("{other}.example")) || text.contains(&format!("of-{other}")))
        .copied()
}
