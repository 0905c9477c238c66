//! What each event says, in words.

use crate::id::MessageId;
use crate::receipt::{GateResult, Receipt};
use crate::snapshot::Delivery;
use crate::ticket::EffectId;
use crate::ticket::event::{
    Author, Drafted, Event, Hint, Ignored, KnownBy, Notified, ReplyStarted, Standing, TicketRead,
};

/// One line for one event.
pub(super) fn tell(event: &Event) -> String {
    match event {
        Event::Notified(notified) => tell_notified(notified),
        Event::SeenBySync(seen) => {
            format!("a listing showed it, changed {}, {}", seen.updated_at, tell_assigned(seen.ours))
        }
        Event::HandoffRequested { by } => format!("{by} wants it handed off"),
        Event::Resumed { by } => format!("{by} gave it back to the AI"),
        Event::TicketRead(read) => tell_read(read),
        Event::ReadFailed { problem } => format!("it could not be read: {problem}"),
        Event::TicketGone { problem } => format!("Gorgias no longer has it: {problem}"),
        Event::MessageNotFound { message } => format!("message {message} was in none of the reads"),
        Event::GenerationChanged { generation } => {
            format!("the connection was cut or made anew (generation {generation}); open debts are cancelled")
        }
        Event::Ignored(ignored) => tell_ignored(ignored),
        Event::Accepted(accepted) => {
            let (messages, until) = (list(&accepted.messages), accepted.quiet_until);
            format!("{messages} to be answered together, once quiet until {until}")
        }
        Event::DraftFailed { problem, .. } => format!("the answerer failed: {problem}"),
        Event::Drafted(drafted) => tell_drafted(drafted),
        Event::DraftDropped { effect, reason } => format!("{effect} is dropped: {}", spaced(reason)),
        Event::ReplyStarted(ReplyStarted { effect, attempt, marker, .. }) => {
            format!("{effect} is about to be posted, attempt {attempt}, as {marker}")
        }
        Event::ReplyPosted { effect, message, known_by } => tell_posted(*effect, *message, *known_by),
        Event::ReplyUnclear { effect, problem } => {
            format!("{effect} may or may not be on the ticket: {problem}")
        }
        Event::ReplyNotSent { effect, problem } => format!("{effect} was not sent: {problem}"),
        Event::ReplyRejected { effect, problem } => format!("Gorgias refused {effect}: {problem}"),
        Event::ReplyAbsent { effect, attempt } => {
            format!("{effect}, attempt {attempt}, is not on the ticket")
        }
        Event::ReplyAbandoned { effect, reason } => format!("{effect} is given up: {reason}"),
        Event::DeliveryChecked { effect, delivery, again_at } => {
            let again = again_at.map_or(String::new(), |at| format!(", next look {at}"));
            format!("{effect}: {}{again}", tell_delivery(delivery))
        }
        Event::TakenOver { by } => format!("a person works on it: {}", by.words()),
        Event::TakeoverEnded => "it was handed back".to_owned(),
        Event::HandedOff(mark) => {
            let with =
                mark.messages.first().map_or(String::new(), |_| format!(", with {}", list(&mark.messages)));
            format!("handed off because {}{with}", mark.reason.words())
        }
        Event::FollowUpDone { step } => format!("{} done", spaced(step)),
        Event::FollowUpFailed { step, problem } => {
            format!("{} failed, will be tried again: {problem}", spaced(step))
        }
        Event::Rerouted { problem, .. } => format!("it goes to the fallback: {problem}"),
        Event::FollowUpSkipped { step, reason } => format!("{} left out: {reason}", spaced(step)),
        Event::TagsDone { effect } => format!("{effect} are set"),
        Event::TagsFailed { effect, problem } => {
            format!("{effect} could not be set, will be tried again: {problem}")
        }
        Event::TagsSkipped { effect, reason } => format!("{effect} left out: {reason}"),
    }
}

fn tell_ignored(ignored: &Ignored) -> String {
    let replaces = ignored.replaces.map_or(String::new(), |old| format!(" (replaces outcome {old})"));
    let why = match closed_gate(&ignored.receipt) {
        Some(gate) => format!("not \"{}\" ({})", gate.gate, gate.input),
        None => spaced(&ignored.reason),
    };
    let tags = match ignored.tags.is_empty() {
        true => String::new(),
        false => format!(", and the ticket is to be tagged {}", ignored.tags.join(", ")),
    };
    format!("message {} is met with silence: {why}{tags}{replaces}", ignored.message)
}

fn tell_drafted(drafted: &Drafted) -> String {
    let answer = drafted.receipt.answer.as_ref();
    let confidence = answer.map_or(0, |answer| answer.confidence_per_mille);
    let text = shortened(&drafted.personal.text);
    format!("an answer to {} is ready (confidence {confidence} of 1000): {text:?}", list(&drafted.messages))
}

fn tell_posted(effect: EffectId, message: Option<MessageId>, known_by: KnownBy) -> String {
    let number = message.map_or(String::new(), |id| format!(" as message {id}"));
    let known_by = match known_by {
        KnownBy::Response => "Gorgias' answer",
        KnownBy::Marker => "its marker in the thread",
    };
    format!("{effect} is on the ticket{number}, known by {known_by}")
}

fn tell_delivery(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Pending => "not sent yet".to_owned(),
        Delivery::Sent => "sent".to_owned(),
        Delivery::Failed(problem) => format!("sending failed: {problem}"),
    }
}

fn tell_assigned(ours: bool) -> &'static str {
    if ours { "assigned to the AI user" } else { "not assigned to the AI user" }
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
    let mut parts = vec![tell_assigned(read.ours).to_owned()];
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
        parts.push(format!("message {message}: {}", tell_delivery(delivery)));
    }
    format!("read: {}", parts.join(", "))
}

fn list(messages: &[MessageId]) -> String {
    let ids: Vec<String> = messages.iter().map(ToString::to_string).collect();
    format!("{} {}", if ids.len() == 1 { "message" } else { "messages" }, ids.join(", "))
}

fn closed_gate(receipt: &Receipt) -> Option<&GateResult> {
    receipt.gates.iter().rev().find(|gate| !gate.passed)
}

/// A variant's name with spaces, in lower case.
pub fn spaced(value: &impl std::fmt::Debug) -> String {
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
