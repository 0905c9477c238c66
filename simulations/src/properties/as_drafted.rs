//! What is posted is what was drafted, and was sure enough: each message of ours says what the log's draft or handoff
//! holds, each draft of the answerer's was at least as sure as the policy in force asks, and the answerer gave that very
//! answer to that ticket's question. A greeting names the customer whom the message goes to.

use std::collections::BTreeMap;

use polus_core::id::ConnectionId;
use polus_core::receipt::Gate;
use polus_core::ticket::event::Drafted;
use polus_core::ticket::{EffectId, EffectKind, Event};

use super::Findings;
use super::look::{announcements, policy};
use super::rest::{self, Post};
use crate::history::{AccountHistory, Given, History, TicketHistory};

pub const NAME: &str = "as drafted";

pub fn check(history: &History, findings: &mut Findings) {
    let given: BTreeMap<u64, &Given> =
        history.beside.given.iter().map(|given| (given.number, given)).collect();
    let mut drafted_on: BTreeMap<u64, String> = BTreeMap::new();
    for (name, account, ticket) in history.tickets() {
        let about = format!("{name}/{}", ticket.id);
        for post in rest::posts(history, name, ticket) {
            says(history, ticket, &post, &about, findings);
            greets(&post, &about, findings);
        }
        for recorded in &ticket.events {
            let Event::Drafted(drafted) = &recorded.event else { continue };
            // A scene has an answerer of its own, whose answers nobody keeps.
            let number = number_in(&drafted.personal.text).filter(|_| !given.is_empty());
            if let Err(problem) = is_sure(account, drafted) {
                findings.broken(&about, format!("draft #{} {problem}", recorded.sequence));
            } else if let Some(number) = number
                && let Err(problem) = was_given(name, ticket, drafted, given.get(&number).copied())
            {
                findings.broken(
                    &about,
                    format!("draft #{} has answer No. {number}, {problem}", recorded.sequence),
                );
            }
            // The same answer on another ticket is another customer's.
            let other = number.and_then(|number| drafted_on.insert(number, about.clone()));
            if let Some(other) = other.filter(|other| *other != about) {
                findings
                    .broken(&about, format!("draft #{} was drafted for {other} as well", recorded.sequence));
            }
        }
    }
}

/// Whether a message says what the log holds for it. One without a known announcement is found by "announced".
fn says(history: &History, ticket: &TicketHistory, post: &Post<'_>, about: &str, findings: &mut Findings) {
    let announced = announcements(history, ticket);
    let started = announced.iter().find(|found| Some(found.started.marker.as_str()) == post.marker);
    let Some(effect) = started.map(|found| found.started.effect) else { return };
    let said = post.message.body_text.as_deref().unwrap_or_default();
    match text_of(ticket, effect) {
        // Above a note that is a draft stands that it is one.
        Some(text) if said == text || effect.kind == EffectKind::ShadowNote && said.ends_with(text) => {}
        // Below a note stands what became of the last reply, which was not known when the note was written.
        Some(text) if effect.kind == EffectKind::HandoffNote && is_note_and_news(said, text) => {}
        Some(text) => {
            let id = post.message.id;
            findings.broken(about, format!("message {id} says {said:?}, and {effect} was to say {text:?}"));
        }
        None => findings
            .broken(about, format!("{effect} has no text in the log, and is message {}", post.message.id)),
    }
}

fn is_note_and_news(said: &str, note: &str) -> bool {
    said.strip_prefix(note)
        .is_some_and(|news| news.starts_with("\n\nThe customer was not told of the handoff: "))
}

/// The text of an effect, as the log holds it.
fn text_of(ticket: &TicketHistory, effect: EffectId) -> Option<&str> {
    let owed = ticket.events.iter().find(|recorded| recorded.sequence == effect.sequence)?;
    match (effect.kind, &owed.event) {
        (EffectKind::Answer | EffectKind::ShadowNote, Event::Drafted(drafted))
            if drafted.kind == effect.kind =>
        {
            Some(&drafted.personal.text)
        }
        (EffectKind::FinalReply, Event::HandedOff(handed)) => handed.personal.reply.as_deref(),
        (EffectKind::HandoffNote, Event::HandedOff(handed)) => Some(&handed.personal.note),
        _ => None,
    }
}

/// The policy's own words need no certainty.
fn is_sure(account: &AccountHistory, drafted: &Drafted) -> Result<(), String> {
    let Some(answer) = &drafted.receipt.answer else { return Ok(()) };
    let passed = drafted.receipt.gates.iter().any(|result| result.gate == Gate::Confidence && result.passed);
    let line = policy(account, drafted.receipt.policy_version).confidence_line_per_mille;
    let sure = answer.confidence_per_mille >= line;
    match number_in(&drafted.personal.text) {
        Some(_) if !passed || !sure => Err(format!(
            "is the answerer's, who was sure to {}, and {line} is asked",
            answer.confidence_per_mille
        )),
        _ if passed && !sure => {
            Err(format!("passed for sure with {}, and {line} is asked", answer.confidence_per_mille))
        }
        _ => Ok(()),
    }
}

/// Whether the answerer gave this answer, and to this ticket's question.
fn was_given(
    name: &ConnectionId,
    ticket: &TicketHistory,
    drafted: &Drafted,
    given: Option<&Given>,
) -> Result<(), String> {
    let Some(given) = given else { return Err("which nobody gave".to_owned()) };
    let Ok(folded) = &ticket.folded else { return Ok(()) };
    let asked = folded.text_of(&drafted.messages);
    let subject = folded.fields.as_ref().and_then(|fields| fields.subject.as_ref());
    let confidence = drafted.receipt.answer.as_ref().map(|answer| answer.confidence_per_mille);
    if given.account != *name {
        Err(format!("which was given to {}", given.account))
    } else if given.subject.as_ref() != subject {
        Err(format!("which was given to {:?}, not to {subject:?}", given.subject))
    } else if given.text != asked {
        Err(format!("which was given to {:?}, not to {asked:?}", given.text))
    } else if confidence != Some(given.confidence_per_mille) {
        Err(format!("which was given as sure to {}, not {confidence:?}", given.confidence_per_mille))
    } else if !drafted.personal.text.contains(&given.body) {
        Err(format!("which was {:?}", given.body))
    } else {
        Ok(())
    }
}

/// The number that the answerer's answers bear in their words.
fn number_in(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("(No. ")?;
    rest.split_once(".)")?.0.parse().ok()
}

/// The simulated customers' names and addresses bear the same number.
fn greets(post: &Post<'_>, about: &str, findings: &mut Findings) {
    let said = post.message.body_text.as_deref().unwrap_or_default();
    let name = said.split_once("Mia").and_then(|(_, rest)| rest.split_once("-of-")).map(|(number, _)| number);
    let source = post.message.source.as_ref().filter(|_| post.message.public);
    let to = source.and_then(|source| source["to"][0]["address"].as_str());
    let address = to.and_then(|to| to.strip_prefix("mia.quill.")).and_then(|rest| rest.split_once('@'));
    if let (Some(name), Some((address, _))) = (name, address)
        && name != address
    {
        let id = post.message.id;
        findings.broken(about, format!("message {id} greets customer {name} and goes to customer {address}"));
    }
}
