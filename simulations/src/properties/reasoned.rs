//! Silence and handoffs have the reason they name: what a message was met with silence for, or a ticket given to people for,
//! was so at the desk, in the words of the customer, or in the log before.
//!
//! What is judged is what the program was shown by then: something that was so at any time between the message and the
//! decision counts, because a read may be as old as that. A ticket of which a read was shown an old thread, or a message of
//! ours lost its marker, is left out, and so is one with messages of another; so is the sense of words that a plan's customers do not write.

use polus_core::connection::ConnectionEvent;
use polus_core::id::{CustomerId, MessageId};
use polus_core::policy::Mode;
use polus_core::ticket::event::{HandedOff, HandoffReason, Hint, Ignored, Silence, TakeoverSign};
use polus_core::ticket::{EffectKind, Event};

use super::carried_out::always_ours;
use super::look::{created_ms, hands, placed, policy};
use super::{Findings, rest};
use crate::answerer::CERTAIN;
use crate::gorgias::records::{Message, Party};
use crate::history::{AccountHistory, History, TicketHistory};
use crate::people::letter;
use crate::plan::Words;

pub const NAME: &str = "silence and handoffs have a reason";

/// The webhook that tells who has a ticket now.
const ASSIGNED: &str = "ticket-assignment-updated";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let is_merged = rest::merged_with(account, ticket.id).len() > 1;
        if is_merged || rest::touches(history, name, account, ticket.id) {
            continue;
        }
        let about = format!("{name}/{}", ticket.id);
        for (recorded, position) in placed(ticket) {
            let told = Told {
                history,
                account,
                ticket,
                sequence: recorded.sequence,
                position,
                at_ms: history.written_ms(position),
            };
            let how = match &recorded.event {
                Event::Ignored(ignored) if !told.is_silent_for(ignored) => {
                    format!("message {} was met with silence ({:?})", ignored.message, ignored.reason)
                }
                Event::HandedOff(mark) if !told.goes_to_people_for(mark) => {
                    format!("it was handed off ({:?})", mark.reason)
                }
                Event::TakenOver { by } if !told.is_taken_over(*by) => format!("it was taken over ({by:?})"),
                _ => continue,
            };
            findings.broken(&about, format!("#{}: {how}, and nothing of the kind was so", recorded.sequence));
        }
    }
}

/// A decision, and what can be known of how things stood.
struct Told<'a> {
    history: &'a History,
    account: &'a AccountHistory,
    ticket: &'a TicketHistory,
    /// Its place in the ticket's stream.
    sequence: u64,
    /// Its place in the log.
    position: u64,
    /// When it reached the disk, milliseconds since 1970.
    at_ms: i64,
}

impl Told<'_> {
    fn is_silent_for(&self, ignored: &Ignored) -> bool {
        let Some(message) = self.message(ignored.message) else { return true };
        match ignored.reason {
            Silence::Disconnected => {
                self.connection().any(|event| matches!(event, ConnectionEvent::Disconnected { .. }))
            }
            Silence::ModeOff => self.mode_was(Mode::Off),
            Silence::Shadow => self.mode_was(Mode::Shadow),
            Silence::TicketGone => {
                self.happened(&["ticket-trashed", "ticket-deleted", "ticket-merged", "ticket-spam"])
            }
            Silence::HandedOff => self.before(|event| matches!(event, Event::HandedOff(_))),
            Silence::TakenOver => self.before(|event| matches!(event, Event::TakenOver { .. })),
            Silence::NotAssigned => !always_ours(self.account, self.ticket, created_ms(message), self.at_ms),
            Silence::Closed => self.was_closed(created_ms(message)),
            Silence::Answered => self.known().any(|other| other.id > message.id && is_persons(other)),
            Silence::WrongSender => {
                self.customer().is_none_or(|customer| message.sender != Party::Customer(customer.0))
            }
            Silence::AutomatedMail => says(message, Words::OutOfOffice) || is_free(message),
            Silence::NothingAsked => says(message, Words::Thanks) || is_free(message),
            Silence::RuleReplied => self.known().any(|other| other.rule.is_some()),
        }
    }

    fn goes_to_people_for(&self, mark: &HandedOff) -> bool {
        let answerer = &self.history.options.answerer;
        match mark.reason {
            HandoffReason::AskedForHuman => self.customer_said(&[Words::Person]),
            HandoffReason::OptedOut => self.customer().is_none_or(|customer| self.opted_out(customer)),
            HandoffReason::Sensitive(_) => self.customer_said(&[Words::Angry]),
            HandoffReason::Frustrated => self.customer_said(&[Words::Upset, Words::Angry]),
            HandoffReason::NoProgress => self.before(is_answer),
            HandoffReason::TopicForPeople => !self.ticket.tags.is_empty() || !self.ticket.is_listed,
            HandoffReason::PossibleLoop | HandoffReason::Unsettled => self.before(is_started),
            HandoffReason::Operator => self.before(|event| matches!(event, Event::HandoffRequested { .. })),
            HandoffReason::NoSource => {
                let has_none = |message: &Message| !text_of(message).to_lowercase().contains("return");
                let is_unsure = answerer.babbles > 0 || answerer.refuses > 0 || answerer.blank > 0;
                is_unsure || self.asks_for_more(mark) || self.covered(mark).any(has_none)
            }
            HandoffReason::NoText => self.covered(mark).any(|message| text_of(message).trim().is_empty()),
            HandoffReason::TooLate => self.was_late(),
            HandoffReason::AnswererFailed => {
                answerer.fails > 0 || answerer.refuses > 0 || answerer.endless > 0
            }
            HandoffReason::KeptChanging => self.before(|event| matches!(event, Event::DraftDropped { .. })),
            HandoffReason::MessageNotFound => {
                self.before(|event| matches!(event, Event::MessageNotFound { .. }))
            }
            HandoffReason::Rejected => self.before(|event| matches!(event, Event::ReplyRejected { .. })),
            HandoffReason::DeliveryFailed => {
                self.before(|event| matches!(event, Event::DeliveryChecked { .. }))
            }
            // Told by a merge, by the ways a channel was open, and by how often facts came: what the desk keeps no history
            // of is taken as it is told.
            HandoffReason::ForeignThread | HandoffReason::NotAnswerable | HandoffReason::TooManyConflicts => {
                true
            }
            // A story has an answerer of its own, whose answers nobody keeps.
            HandoffReason::PromisedPerson => answerer.promises > 0 || self.history.beside.given.is_empty(),
        }
    }

    /// The policy asks for more certainty than the answerer has of anything.
    fn asks_for_more(&self, mark: &HandedOff) -> bool {
        policy(self.account, mark.receipt.policy_version).confidence_line_per_mille > CERTAIN
    }

    /// A person's word of before the ticket ever came to the AI user takes nothing over, where it was told that it came.
    /// Else nobody knows which was first, and people go before.
    fn is_taken_over(&self, by: TakeoverSign) -> bool {
        let ai_user = Some(self.account.cast.ai_user);
        match by {
            TakeoverSign::Message(id) => self.message(id).is_none_or(|message| {
                let first = hands(self.account, self.ticket.id).find(|(_, to)| *to == ai_user);
                let merged_in = message.first_ticket != self.ticket.id;
                let after = first.is_some_and(|(at_us, _)| at_us <= message.created_us);
                is_persons(message) && (merged_in || after || !self.was_told_that_it_came())
            }),
            TakeoverSign::Assignee(user) => hands(self.account, self.ticket.id)
                .any(|(at_us, to)| to == Some(user.0) && at_us.div_euclid(1_000) <= self.at_ms),
        }
    }

    fn was_told_that_it_came(&self) -> bool {
        self.before(|event| {
            matches!(event, Event::Notified(told) if told.assignee == Hint::AiUser && told.trigger == ASSIGNED)
        })
    }

    /// An event of the ticket before the decision.
    fn before(&self, is_it: impl Fn(&Event) -> bool) -> bool {
        let before = self.ticket.events.iter().take_while(|recorded| recorded.sequence < self.sequence);
        before.map(|recorded| &recorded.event).any(is_it)
    }

    /// What happened to the connection before the decision.
    fn connection(&self) -> impl Iterator<Item = &ConnectionEvent> {
        let events = self.account.connection.iter().zip(&self.account.connection_positions);
        events.filter(|(_, at)| **at < self.position).map(|(recorded, _)| &recorded.event)
    }

    fn mode_was(&self, wanted: Mode) -> bool {
        self.connection().any(|event| match event {
            ConnectionEvent::ModeChanged { mode, .. } => *mode == wanted,
            ConnectionEvent::Connected(details) | ConnectionEvent::Saved(details) => details.mode == wanted,
            ConnectionEvent::PolicyChanged { policy, .. } => {
                policy.channels.differing(Mode::Live).values().any(|mode| *mode == wanted)
            }
            _ => false,
        })
    }

    fn opted_out(&self, wanted: CustomerId) -> bool {
        self.connection().fold(false, |out, event| match event {
            ConnectionEvent::CustomerOptedOut { customer, .. } if *customer == wanted => true,
            ConnectionEvent::CustomerOptedIn { customer, .. } if *customer == wanted => false,
            _ => out,
        })
    }

    /// Whether one of these stands in the audit log of the ticket by then.
    fn happened(&self, kinds: &[&str]) -> bool {
        self.audit().any(|(_, kind)| kinds.contains(&kind))
    }

    /// Whether it was closed at any moment from this time on, milliseconds since 1970.
    fn was_closed(&self, from_ms: i64) -> bool {
        let mut closed = false;
        for (at_ms, kind) in self.audit() {
            match kind {
                "ticket-closed" if at_ms >= from_ms => return true,
                "ticket-closed" => closed = true,
                "ticket-reopened" if at_ms < from_ms => closed = false,
                _ => {}
            }
        }
        closed
    }

    fn audit(&self) -> impl Iterator<Item = (i64, &str)> {
        let of_ticket = self
            .account
            .audit
            .iter()
            .filter(|event| event.object_type == "Ticket" && event.object_id == self.ticket.id);
        of_ticket
            .map(|event| (event.created_us.div_euclid(1_000), event.kind.as_str()))
            .filter(|(at_ms, _)| *at_ms <= self.at_ms)
    }

    /// The ticket's messages by then, wherever they were written.
    fn known(&self) -> impl Iterator<Item = &Message> {
        let all = self.ticket.written.iter().chain(&self.ticket.thread);
        all.filter(|message| created_ms(message) <= self.at_ms)
    }

    /// A message by its number; none that a merge has taken elsewhere.
    fn message(&self, id: MessageId) -> Option<&Message> {
        self.known().find(|message| message.id == id.0)
    }

    fn covered<'a>(&'a self, mark: &'a HandedOff) -> impl Iterator<Item = &'a Message> {
        mark.messages.iter().filter_map(|id| self.message(*id))
    }

    /// The ticket's customer as the stream tells.
    fn customer(&self) -> Option<CustomerId> {
        let fields = self.ticket.folded.as_ref().ok()?.fields.as_ref()?;
        fields.customer.as_ref().map(|customer| customer.id)
    }

    fn customer_said(&self, words: &[Words]) -> bool {
        self.known()
            .filter(|message| !message.from_agent)
            .any(|message| is_free(message) || words.iter().any(|words| says(message, *words)))
    }

    /// Whether the answer's time was over by the program's own clock.
    fn was_late(&self) -> bool {
        let before = self.ticket.events.iter().take_while(|recorded| recorded.sequence < self.sequence);
        let due = before.filter_map(|recorded| match &recorded.event {
            Event::Accepted(accepted) => Some(accepted.answer_by),
            Event::Drafted(drafted) => Some(drafted.answer_by),
            _ => None,
        });
        let decided = self.history.record(self.position).map(|record| record.recorded_at_ms);
        due.last().zip(decided).is_some_and(|(due, decided_ms)| due.0 <= decided_ms)
    }
}

fn is_answer(event: &Event) -> bool {
    matches!(event, Event::ReplyPosted { effect, .. } if effect.kind == EffectKind::Answer)
}

fn is_started(event: &Event) -> bool {
    matches!(event, Event::ReplyStarted(_))
}

fn is_persons(message: &Message) -> bool {
    message.public && message.from_agent && message.via != "api" && message.rule.is_none()
}

fn says(message: &Message, words: Words) -> bool {
    text_of(message).contains(&letter(words).text)
}

/// Whether its words are none of a plan's: strangers and the stories' customers write as they like.
fn is_free(message: &Message) -> bool {
    Words::ALL.iter().all(|words| text_of(message).trim() != letter(*words).text)
}

fn text_of(message: &Message) -> &str {
    message.stripped_text.as_deref().or(message.body_text.as_deref()).unwrap_or_default()
}
