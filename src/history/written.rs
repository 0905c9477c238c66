//! What was written because of a judgement, whole, as it was posted, and what became of it.

use polus_actors::perform::posted_text;
use polus_core::id::{MessageId, TicketId};
use polus_core::replay::spaced;
use polus_core::ticket::event::Event;
use polus_core::ticket::state::Phase;
use polus_core::ticket::{EffectId, EffectKind, Recorded, Ticket};
use serde::Serialize;
use utoipa::ToSchema;

/// A text written to the customer or about the ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Written {
    /// Which: `answer`, `shadow note`, `final reply` or `handoff note`, and the sequence it is named by.
    pub effect: String,
    /// The whole text, as it is posted.
    pub text: String,
    /// Its number in Gorgias, once it is posted and where Gorgias named it.
    #[schema(value_type = Option<i64>)]
    pub message: Option<MessageId>,
    /// What became of it, in words.
    pub fate: String,
}

/// The texts of one judgement. `ticket` is what all `events` fold to.
pub(super) fn written(
    judgement: &Recorded<Event>,
    events: &[Recorded<Event>],
    ticket: &Ticket,
) -> Vec<Written> {
    let sequence = judgement.sequence;
    let kinds: &[EffectKind] = match &judgement.event {
        Event::Drafted(drafted) => &[drafted.kind],
        Event::HandedOff(_) => &[EffectKind::FinalReply, EffectKind::HandoffNote],
        _ => &[],
    };
    let told = kinds.iter().filter_map(|kind| {
        let effect = EffectId { kind: *kind, sequence };
        let text = posted_text(*kind, &text(effect, events, ticket.id)?);
        let (fate, message) = fate(effect, events, ticket);
        Some(Written { effect: effect.to_string(), text, message, fate })
    });
    told.collect()
}

/// The text of a post as it stood last: what became of one post may add to the text of the next.
fn text(effect: EffectId, events: &[Recorded<Event>], ticket: TicketId) -> Option<String> {
    let mut folded = Ticket::new(ticket);
    let mut last: Option<String> = None;
    for recorded in events {
        if folded.apply(recorded).is_err() {
            break;
        }
        if let Some(text) = folded.post_text(effect).filter(|text| last.as_deref() != Some(*text)) {
            last = Some(text.to_owned());
        }
    }
    last
}

/// The last that the log tells of a post.
fn fate(effect: EffectId, events: &[Recorded<Event>], ticket: &Ticket) -> (String, Option<MessageId>) {
    let is_follow_up = effect.kind.follow_up().is_some();
    let told = events
        .iter()
        .filter(|recorded| recorded.sequence > effect.sequence)
        // What is said of the follow-ups of a later handoff names no sequence.
        .take_while(|recorded| !(is_follow_up && matches!(recorded.event, Event::HandedOff(_))))
        .filter_map(|recorded| told_by(effect, &recorded.event))
        .last();
    let is_owed = ticket.agenda().debts.iter().any(|debt| debt.id == effect) || waits(effect, ticket);
    told.unwrap_or_else(|| {
        let fate = if is_owed { "it waits to be posted" } else { "it was not posted" };
        (fate.to_owned(), None)
    })
}

/// Whether a handoff comes to this follow-up yet.
fn waits(effect: EffectId, ticket: &Ticket) -> bool {
    let Phase::HandedOff(handoff) = &ticket.phase else { return false };
    handoff.sequence == effect.sequence
        && effect.kind.follow_up().is_some_and(|step| handoff.open.contains(&step))
}

fn told_by(effect: EffectId, event: &Event) -> Option<(String, Option<MessageId>)> {
    let is_it = |other: &EffectId| *other == effect;
    let fate = match event {
        Event::ReplyPosted { effect, message, .. } if is_it(effect) => {
            let fate = match message {
                Some(message) => format!("it was posted as message {message}"),
                None => "it was posted; Gorgias did not name its number".to_owned(),
            };
            return Some((fate, *message));
        }
        Event::DraftDropped { effect, reason } if is_it(effect) => {
            format!("it was not posted: {}", spaced(reason))
        }
        Event::ReplyStarted(started) if is_it(&started.effect) => {
            "it was announced, and what came of its post is not known yet".to_owned()
        }
        Event::ReplyUnclear { effect, problem } if is_it(effect) => {
            format!("it may or may not be posted: {problem}")
        }
        Event::ReplyNotSent { effect, problem } if is_it(effect) => format!("it was not posted: {problem}"),
        Event::ReplyRejected { effect, problem } if is_it(effect) => format!("Gorgias refused it: {problem}"),
        Event::ReplyAbsent { effect, .. } if is_it(effect) => "its post did not reach the ticket".to_owned(),
        Event::ReplyAbandoned { effect, reason } if is_it(effect) => format!("it was given up: {reason}"),
        Event::FollowUpSkipped { step, reason } if effect.kind.follow_up() == Some(*step) => {
            format!("it was not posted: {reason}")
        }
        _ => return None,
    };
    Some((fate, None))
}
