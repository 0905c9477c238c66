//! What each event says, in words.

use crate::receipt::Receipt;
use crate::snapshot::Delivery;
use crate::ticket::event::{Author, Event, Hint, KnownBy, Notified, Standing, TicketRead};

/// One line for one event.
pub(super) fn tell(event: &Event) -> String {
    match event {
        Event::Notified(notified) => tell_notified(notified),
        Event::SeenBySync(seen) => format!(
            "a listing showed it, changed {}, {}",
            seen.updated_at,
            if seen.ours { "assigned to the AI user" } else { "not assigned to the AI user" }
        ),
        Event::HandoffRequested { by } => format!("{by} wants it handed off"),
        Event::Resumed { by } => format!("{by} gave it back to the AI"),
        Event::TicketRead(read) => tell_read(read),
        Event::ReadFailed { problem } => format!("it could not be read: {problem}"),
        Event::TicketGone { problem } => format!("Gorgias no longer has it: {problem}"),
        Event::MessageNotFound { message } => format!("message {message} was in none of the reads"),
        Event::GenerationChanged { generation } => {
            format!("the connection was cut or made anew (generation {generation}); open debts are cancelled")
        }
        Event::Ignored(ignored) => format!(
            "message {} is met with silence: {}{}",
            ignored.message,
            closed_gate(&ignored.receipt),
            ignored.replaces.map_or(String::new(), |old| format!(" (replaces outcome {old})"))
        ),
        Event::Accepted(accepted) => format!(
            "{} to be answered together, once quiet until {}",
            list(&accepted.messages),
            accepted.quiet_until
        ),
        Event::DraftFailed { problem, .. } => format!("the answerer failed: {problem}"),
        Event::Drafted(drafted) => format!(
            "an answer to {} is ready ({}): {:?}",
            list(&drafted.messages),
            drafted.receipt.answer.as_ref().map_or(String::new(), |answer| format!(
                "confidence {} of 1000",
                answer.confidence_per_mille
            )),
            shortened(&drafted.personal.text)
        ),
        Event::DraftDropped { effect, reason } => format!("{effect} is dropped: {}", spaced(reason)),
        Event::TakenOver { by } => format!("a person works on it: {}", by.words()),
        Event::TakeoverEnded => "it was handed back".to_owned(),
        Event::HandedOff(mark) => format!(
            "handed off because {}{}",
            mark.reason.words(),
            mark.messages.first().map_or(String::new(), |_| format!(", with {}", list(&mark.messages)))
        ),
        Event::FollowUpDone { step } => format!("{} done", spaced(step)),
        Event::FollowUpFailed { step, problem } => {
            format!("{} failed, will be tried again: {problem}", spaced(step))
        }
        Event::FollowUpSkipped { step, reason } => format!("{} left out: {reason}", spaced(step)),
        Event::ReplyStarted(_)
        | Event::ReplyPosted { .. }
        | Event::ReplyUnclear { .. }
        | Event::ReplyNotSent { .. }
        | Event::ReplyRejected { .. }
        | Event::ReplyAbsent { .. }
        | Event::ReplyAbandoned { .. }
        | Event::DeliveryChecked { .. } => tell_post(event),
    }
}

/// A step of the reply protocol.
fn tell_post(event: &Event) -> String {
    match event {
        Event::ReplyStarted(started) => {
            format!(
                "{} is about to be posted, attempt {}, as {}",
                started.effect, started.attempt, started.marker
            )
        }
        Event::ReplyPosted { effect, message, known_by } => format!(
            "{effect} is on the ticket{}, known by {}",
            message.map_or(String::new(), |id| format!(" as message {id}")),
            match known_by {
                KnownBy::Response => "Gorgias' answer",
                KnownBy::Marker => "its marker in the thread",
            }
        ),
        Event::ReplyUnclear { effect, problem } => {
            format!("{effect} may or may not be on the ticket: {problem}")
        }
        Event::ReplyNotSent { effect, problem } => format!("{effect} was not sent: {problem}"),
        Event::ReplyRejected { effect, problem } => format!("Gorgias refused {effect}: {problem}"),
        Event::ReplyAbsent { effect, attempt } => {
            format!("{effect}, attempt {attempt}, is not on the ticket")
        }
        Event::ReplyAbandoned { effect, reason } => format!("{effect} is given up: {reason}"),
        Event::DeliveryChecked { effect, delivery, again_at } => format!(
            "answer #{}: {}{}",
            effect.sequence,
            match delivery {
                Delivery::Pending => "not sent yet".to_owned(),
                Delivery::Sent => "sent".to_owned(),
                Delivery::Failed(problem) => format!("sending failed: {problem}"),
            },
            again_at.map_or(String::new(), |at| format!(", next look {at}"))
        ),
        _ => String::new(),
    }
}

fn tell_notified(notified: &Notified) -> String {
    let mut told = format!("webhook {}", notified.trigger);
    if let Some(message) = notified.message {
        told.push_str(&format!(", message {message}"));
    }
    match notified.assignee {
        Hint::Unknown => {}
        Hint::Nobody => told.push_str(", assigned to nobody"),
        Hint::AiUser => told.push_str(", assigned to the AI user"),
        Hint::Other(user) => told.push_str(&format!(", assigned to user {user}")),
    }
    if notified.own_echo {
        told.push_str(", an echo of our own message");
    }
    match notified.standing {
        Standing::Current => {}
        Standing::Stale => told.push_str(", at a retired address"),
        Standing::Disconnected => told.push_str(", ignored: disconnected"),
    }
    told
}

fn tell_read(read: &TicketRead) -> String {
    let mut parts =
        vec![if read.ours { "assigned to the AI user" } else { "not assigned to the AI user" }.to_owned()];
    for new in &read.messages {
        let by = match new.author {
            Author::Customer => "customer",
            Author::Us => "us",
            Author::Stranger => "another installation",
            Author::Person => "a person",
            Author::Rule => "a rule",
            Author::App => "an app",
        };
        let kind = if new.message.public { "message" } else { "note" };
        parts.push(format!("new {kind} {} by {by}", new.message.id));
    }
    if !read.missing.is_empty() {
        parts.push(format!("{} not shown", list(&read.missing)));
    }
    for (message, delivery) in &read.deliveries {
        parts.push(format!("message {message} {}", spaced(delivery)));
    }
    format!("read: {}", parts.join(", "))
}

fn list(messages: &[crate::id::MessageId]) -> String {
    let ids: Vec<String> = messages.iter().map(ToString::to_string).collect();
    format!("{} {}", if ids.len() == 1 { "message" } else { "messages" }, ids.join(", "))
}

fn closed_gate(receipt: &Receipt) -> String {
    let closed = receipt.gates.iter().rev().find(|gate| !gate.passed);
    closed.map_or("no gate closed".to_owned(), |gate| format!("not \"{}\" ({})", gate.gate, gate.input))
}

/// A variant's name with spaces, in lower case.
fn spaced(value: &impl std::fmt::Debug) -> String {
    let mut words = String::new();
    for character in format!("{value:?}").chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 160;
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN).chain("…".chars()).collect()
    }
}
