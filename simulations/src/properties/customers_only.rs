//! Only a ticket's customer is answered: no acceptance, draft or announcement names a message that at the desk is a note,
//! is the shop's own, or is somebody else's, and no mail of ours goes to somebody else.

use std::collections::BTreeSet;

use polus_core::id::MessageId;
use polus_core::ticket::Event;
use serde_json::Value;

use super::Findings;
use crate::gorgias::records::Message;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "customers only";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, at, ticket) in history.tickets() {
        let about = format!("{account}/{}", ticket.id);
        for recorded in &ticket.events {
            for message in answered_by(&recorded.event) {
                if let Some(whose) = not_the_customers(ticket, *message) {
                    let what = recorded.event.name();
                    findings
                        .broken(&about, format!("{what} at {} names {whose} {message}", recorded.sequence));
                }
            }
        }
        for (post, to) in misdirected(at, ticket) {
            findings.broken(&about, format!("our message {post} was sent to {to:?}"));
        }
    }
}

/// Mail of ours to an address that the ticket's customer never wrote from, on this ticket or another.
fn misdirected(account: &AccountHistory, ticket: &TicketHistory) -> Vec<(i64, String)> {
    let Some(first) = ticket.written.iter().find(|message| message.public && !message.from_agent) else {
        return Vec::new();
    };
    let own = account.written_from.iter().filter(|(sender, _)| *sender == first.sender);
    let addresses: BTreeSet<&str> = own.map(|(_, address)| address.as_str()).collect();
    let mails = ticket.ours().filter(|post| post.channel == "email");
    let to = mails.flat_map(|post| recipients(post).map(move |to| (post.id, to)));
    to.filter(|(_, to)| !addresses.contains(to)).map(|(post, to)| (post, to.to_owned())).collect()
}

/// Everybody who gets a mail.
fn recipients(post: &Message) -> impl Iterator<Item = &str> {
    let lists = post.source.iter().flat_map(|source| [&source["to"], &source["cc"], &source["bcc"]]);
    lists.filter_map(Value::as_array).flatten().filter_map(address)
}

fn address(party: &Value) -> Option<&str> {
    party["address"].as_str()
}

/// The messages that an event takes for ones to be answered.
fn answered_by(event: &Event) -> &[MessageId] {
    match event {
        Event::Accepted(accepted) => &accepted.messages,
        Event::Drafted(drafted) => &drafted.messages,
        Event::ReplyStarted(started) if started.effect.kind.is_public() => &started.messages,
        _ => &[],
    }
}

/// Whose message it is, if not the customer's. What the desk has no longer cannot be told.
fn not_the_customers(ticket: &TicketHistory, id: MessageId) -> Option<&'static str> {
    let message = ticket.thread.iter().chain(&ticket.written).find(|message| message.id == id.0)?;
    // Nobody but its customer begins a ticket.
    let first = ticket.written.iter().find(|message| message.public && !message.from_agent);
    let customer = first.map(|first| first.sender);
    match message {
        Message { public: false, .. } => Some("the note"),
        Message { from_agent: true, .. } => Some("the shop's own message"),
        Message { sender, .. } if Some(*sender) != customer => Some("a stranger's message"),
        _ => None,
    }
}
