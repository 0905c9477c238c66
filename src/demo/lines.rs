//! An event of a ticket as a line for people. Most events are steps on the way and give none.

use std::collections::BTreeMap;

use polus_core::id::TicketId;
use polus_core::receipt::Receipt;
use polus_core::replay::spaced;
use polus_core::snapshot::Delivery;
use polus_core::ticket::EffectKind;
use polus_core::ticket::event::{Event, FollowUp, KnownBy, Silence};
use polus_core::time::Time;

/// Letters of an answer that a line shows.
const QUOTED_LETTERS: usize = 80;

/// Tells events, with what must be remembered for it.
#[derive(Default)]
pub(super) struct Lines {
    /// The draft of each ticket: where it was found, and its text.
    drafts: BTreeMap<TicketId, (String, String)>,
    /// What the customer of a ticket that was handed off is to read.
    last_replies: BTreeMap<TicketId, String>,
    /// The last line of each ticket: what is tried again and again is told once.
    last: BTreeMap<TicketId, String>,
}

impl Lines {
    /// The line for an event that was heard at `now`, if people would want to know it.
    pub fn tell(&mut self, ticket: TicketId, event: &Event, now: Time) -> Option<String> {
        if let Event::Drafted(drafted) = event {
            let source = source(&drafted.receipt);
            self.drafts.insert(ticket, (source, quoted(&drafted.personal.text)));
        }
        if let Event::HandedOff(mark) = event
            && let Some(reply) = &mark.personal.reply
        {
            self.last_replies.insert(ticket, body(reply));
        }
        let told = self.words(ticket, event)?;
        let line = format!("{} #{ticket} → {told}", clock_time(now));
        let is_new = self.last.insert(ticket, told.clone()) != Some(told);
        is_new.then_some(line)
    }

    fn words(&self, ticket: TicketId, event: &Event) -> Option<String> {
        match event {
            Event::ReplyPosted { effect, known_by, .. } => self.posted(ticket, effect.kind, *known_by),
            Event::HandedOff(mark) => Some(format!("handed off: {}", mark.reason.words())),
            Event::Ignored(ignored) => Some(format!("silence: {}", why(ignored.reason))),
            Event::TakenOver { by } => Some(format!("stays away: {}", by.words())),
            Event::DraftDropped { reason, .. } => {
                Some(format!("the draft is thrown away ({})", spaced(reason)))
            }
            Event::ReplyUnclear { .. } => Some(
                "the response to the post is lost: it will be looked for on the ticket, not sent again"
                    .to_owned(),
            ),
            Event::ReplyNotSent { problem, .. } => Some(format!("the post has to wait: {problem}")),
            Event::ReplyRejected { problem, .. } => Some(format!("Gorgias refused the post: {problem}")),
            Event::ReplyAbsent { .. } => Some("the post never arrived; one more try".to_owned()),
            Event::ReplyAbandoned { reason, .. } => Some(format!("the post is given up: {reason}")),
            Event::DeliveryChecked { delivery: Delivery::Failed(problem), .. } => {
                Some(format!("the answer could not be delivered: {problem}"))
            }
            Event::TicketGone { .. } => Some("the ticket is gone".to_owned()),
            Event::FollowUpDone { step: FollowUp::Reassign } => Some("given to the team".to_owned()),
            Event::Rerouted { problem, .. } => Some(format!("goes to the fallback: {problem}")),
            Event::FollowUpSkipped { step, reason } => Some(format!("{} left out: {reason}", spaced(step))),
            Event::Notified(_)
            | Event::SeenBySync(_)
            | Event::HandoffRequested { .. }
            | Event::Resumed { .. }
            | Event::TicketRead(_)
            | Event::ReadFailed { .. }
            | Event::MessageNotFound { .. }
            | Event::GenerationChanged { .. }
            | Event::Accepted(_)
            | Event::DraftFailed { .. }
            | Event::Drafted(_)
            | Event::ReplyStarted(_)
            | Event::DeliveryChecked { .. }
            | Event::TakeoverEnded
            | Event::TagsDone { .. }
            | Event::TagsFailed { .. }
            | Event::TagsSkipped { .. }
            | Event::FollowUpDone { .. }
            | Event::FollowUpFailed { .. } => None,
        }
    }

    fn posted(&self, ticket: TicketId, kind: EffectKind, known_by: KnownBy) -> Option<String> {
        let told = match kind {
            EffectKind::Answer => {
                let (source, text) = self.drafts.get(&ticket)?;
                format!("answered from \"{source}\": {text}")
            }
            EffectKind::FinalReply => format!("told the customer: {}", self.last_replies.get(&ticket)?),
            EffectKind::Read
            | EffectKind::Draft
            | EffectKind::ShadowNote
            | EffectKind::HandoffNote
            | EffectKind::Tags
            | EffectKind::Reassign
            | EffectKind::CheckDelivery
            | EffectKind::MailTags => return None,
        };
        Some(match known_by {
            KnownBy::Response => told,
            KnownBy::Marker => format!("its marker is on the ticket: {told}"),
        })
    }
}

/// The time of the day, UTC, to the second.
pub(super) fn clock_time(at: Time) -> String {
    let text = at.to_string();
    text.get(11..19).unwrap_or(&text).to_owned()
}

fn source(receipt: &Receipt) -> String {
    let passages = receipt.answer.iter().flat_map(|answer| &answer.passages);
    let mut used: Vec<&str> =
        passages.filter(|passage| passage.used).map(|passage| passage.heading.as_str()).collect();
    used.dedup();
    used.join("\", \"")
}

/// The beginning of the answer itself.
fn quoted(text: &str) -> String {
    let body = body(text);
    if body.chars().count() <= QUOTED_LETTERS {
        return body;
    }
    body.chars().take(QUOTED_LETTERS).chain("…".chars()).collect()
}

/// The first paragraph behind the greeting, on one line.
fn body(text: &str) -> String {
    let paragraph = text.split("\n\n").find(|paragraph| !paragraph.ends_with(','));
    paragraph.unwrap_or_default().replace('\n', " ")
}

fn why(silence: Silence) -> &'static str {
    match silence {
        Silence::Disconnected => "the connection was cut",
        Silence::ModeOff => "the mode is off",
        Silence::Shadow => "the mode is shadow",
        Silence::TicketGone => "the ticket is gone",
        Silence::HandedOff => "the ticket was handed off before",
        Silence::TakenOver => "a person works on it",
        Silence::NotAssigned => "the ticket is not assigned to the AI",
        Silence::Closed => "the ticket is closed",
        Silence::Answered => "somebody has answered already",
        Silence::WrongSender => "it is not the ticket's customer who wrote",
        Silence::AutomatedMail => "a machine wrote it",
        Silence::NothingAsked => "it asks for nothing",
        Silence::RuleReplied => "a rule of the account replied",
    }
}
