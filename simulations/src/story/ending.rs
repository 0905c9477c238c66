//! How a ticket ended, seen from outside at the desk, and whether it is as it must be.

use std::collections::BTreeSet;
use std::fmt;

use polus_core::policy::{Hours, Language, Policy, TextKey, Texts};
use polus_core::replay::spaced;
use polus_core::ticket::event::{HandoffReason, Silence};
use polus_core::time::Time;
use serde::Serialize;

use super::cast::{End, LastReply, To};
use super::seen::Seen;
use super::source::source_of;
use crate::gorgias::Desk;
use crate::gorgias::records::{Gone, Message, Party};
use crate::gorgias::seed::Cast;

/// How a ticket ended. What is expected and what happened are told in the same words, so that they can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The article of each answer of ours, in order; `?` for a public message that is neither an answer from an article
    /// nor the last reply of a handoff.
    pub answers: Vec<String>,
    /// Last replies of a handoff: one or none. One that promises another time than the hours do is none.
    pub last_replies: Vec<LastReply>,
    /// Notes of ours.
    pub notes: usize,
    /// It carries the tags of a handoff.
    pub tagged: bool,
    /// Public messages of people.
    pub people_wrote: bool,
    /// Calls of ours that were to change something.
    pub touched: bool,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Why it was handed off, by our log.
    pub handed_off: Option<HandoffReason>,
    /// Why the newest message of customers met with silence, by our log.
    pub silence: Option<Silence>,
}

/// Where a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    /// At the desk.
    With(Owner),
    /// Deleted for good.
    Deleted,
    /// Its messages moved to another.
    Merged,
}

/// Who has a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The AI user.
    Ai,
    /// The team of the agents, and no person.
    Team,
    /// The first agent.
    Agent,
    /// Nobody.
    Nobody,
    /// Somebody whom the story did not expect.
    Other,
}

impl Ending {
    /// What `end` demands.
    pub fn expected(end: &End) -> Self {
        let silent = Self {
            answers: Vec::new(),
            last_replies: Vec::new(),
            notes: 0,
            tagged: false,
            people_wrote: false,
            touched: false,
            whereabouts: Whereabouts::With(Owner::Ai),
            handed_off: None,
            silence: None,
        };
        let owned = |from: &[&str]| from.iter().map(|id| (*id).to_owned()).collect();
        match end {
            End::Answered { from, then } => {
                Self { answers: owned(from), touched: true, silence: *then, ..silent }
            }
            End::HandedOff { reason, from, reply, then } => Self {
                answers: owned(from),
                last_replies: reply.iter().copied().collect(),
                notes: 1,
                tagged: true,
                touched: true,
                whereabouts: Whereabouts::With(Owner::Team),
                handed_off: Some(reason.clone()),
                silence: *then,
                ..silent
            },
            End::TakenOver => Self {
                people_wrote: true,
                whereabouts: Whereabouts::With(Owner::Agent),
                silence: Some(Silence::TakenOver),
                ..silent
            },
            End::Silent { because, with } => {
                Self { whereabouts: Whereabouts::With(owner(*with)), silence: Some(*because), ..silent }
            }
            End::Deleted => Self { whereabouts: Whereabouts::Deleted, ..silent },
            End::Merged => Self { whereabouts: Whereabouts::Merged, ..silent },
        }
    }

    /// What the desk shows of `ticket`; the reasons for a handoff and for silence are our own log's. `hours` are those
    /// that the merchant set last.
    pub fn seen_at(desk: &Desk, cast: &Cast, seen: &Seen, ticket: i64, hours: &Hours) -> Self {
        let ours = |message: &&Message| message.from_agent && message.sender == Party::User(cast.ai_user);
        let thread = desk.thread(ticket);
        let (mut answers, mut last_replies) = (Vec::new(), Vec::new());
        for message in thread.iter().copied().filter(ours).filter(|message| message.public) {
            let text = message.body_text.as_deref().unwrap_or_default();
            match last_reply(text, message.created_us / 1_000, hours) {
                Some(reply) => last_replies.push(reply),
                None => answers.push(source_of(text).unwrap_or("?").to_owned()),
            }
        }
        let by_people = |message: &&Message| {
            matches!(message.sender, Party::User(user) if cast.agents.contains(&user)) && message.public
        };
        Self {
            answers,
            last_replies,
            notes: thread.iter().copied().filter(ours).filter(|message| !message.public).count(),
            tagged: is_tagged(desk, ticket),
            people_wrote: thread.iter().copied().any(|message| by_people(&message)),
            touched: was_touched(desk, cast, ticket),
            whereabouts: whereabouts(desk, cast, ticket),
            handed_off: seen.handoff(ticket),
            // What is gone has no newest message.
            silence: seen.silence(ticket).filter(|_| desk.ticket(ticket).is_some()),
        }
    }

    /// In what `happened` differs from this, in words; empty when it does not.
    pub fn differences(&self, happened: &Self) -> Vec<String> {
        let mut told = Vec::new();
        let mut compare = |what: &str, expected: String, happened: String| {
            if expected != happened {
                told.push(format!("{what}: expected {expected}, found {happened}"));
            }
        };
        compare("answers", told_list(&self.answers), told_list(&happened.answers));
        let told_last =
            |ending: &Self| told_list(&ending.last_replies.iter().map(in_words).collect::<Vec<_>>());
        compare("last replies", told_last(self), told_last(happened));
        compare("notes", self.notes.to_string(), happened.notes.to_string());
        compare("tagged", self.tagged.to_string(), happened.tagged.to_string());
        compare("a person wrote", self.people_wrote.to_string(), happened.people_wrote.to_string());
        compare("touched by the AI", self.touched.to_string(), happened.touched.to_string());
        compare("where it is", self.whereabouts.to_string(), happened.whereabouts.to_string());
        compare("handed off", told_option(&self.handed_off), told_option(&happened.handed_off));
        compare("silence", told_option(&self.silence), told_option(&happened.silence));
        told
    }
}

/// Markers that stand on more than one message of the desk: the same post made twice.
pub fn repeated_markers(desk: &Desk) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut repeated = Vec::new();
    for ticket in desk.tickets() {
        for message in desk.thread(ticket.id) {
            if let Some(marker) =
                message.external_id.as_deref().filter(|marker| !known.insert((*marker).to_owned()))
            {
                repeated.push(marker.to_owned());
            }
        }
    }
    repeated
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match self.answers.len() {
            0 => {}
            1 => parts.push(format!("answered from {}", told_list(&self.answers))),
            count => parts.push(format!("{count} answers, from {}", told_list(&self.answers))),
        }
        if let Some(reason) = &self.handed_off {
            parts.push(format!("handed off ({})", spaced(reason)));
        }
        parts.extend(self.last_replies.iter().map(|reply| format!("told so {}", in_words(reply))));
        if let Some(silence) = &self.silence {
            parts.push(format!("silence ({})", spaced(silence)));
        }
        if self.people_wrote {
            parts.push("a person answered".to_owned());
        }
        if self.handed_off.is_none() && (self.notes > 0 || self.tagged) {
            parts.push("noted or tagged".to_owned());
        }
        parts.push(self.whereabouts.to_string());
        formatter.write_str(&parts.join(", "))
    }
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::With(Owner::Ai) => "with the AI",
            Self::With(Owner::Team) => "with the team",
            Self::With(Owner::Agent) => "with Ana",
            Self::With(Owner::Nobody) => "with nobody",
            Self::With(Owner::Other) => "with somebody else",
            Self::Deleted => "deleted",
            Self::Merged => "merged",
        })
    }
}

fn owner(to: To) -> Owner {
    match to {
        To::Ai => Owner::Ai,
        To::Agent => Owner::Agent,
        To::Nobody => Owner::Nobody,
    }
}

fn whereabouts(desk: &Desk, cast: &Cast, ticket: i64) -> Whereabouts {
    let Some(record) = desk.ticket(ticket) else {
        return match desk.gone(ticket) {
            Some(Gone::MergedInto(_)) => Whereabouts::Merged,
            Some(Gone::Deleted) | None => Whereabouts::Deleted,
        };
    };
    let owner = match (record.assignee_user, record.assignee_team) {
        (Some(user), _) if user == cast.ai_user => Owner::Ai,
        (Some(user), _) if cast.agents.first() == Some(&user) => Owner::Agent,
        (None, Some(team)) if team == cast.team => Owner::Team,
        (None, None) => Owner::Nobody,
        (Some(_), _) | (None, Some(_)) => Owner::Other,
    };
    Whereabouts::With(owner)
}

fn is_tagged(desk: &Desk, ticket: i64) -> bool {
    let wanted = Policy::default().handoff_tags;
    let tags = desk.tags_of(ticket);
    wanted.iter().all(|name| tags.contains(&name.as_str()))
}

/// Whether the AI user's key made any call on the ticket that was to change something, whatever came of it.
fn was_touched(desk: &Desk, cast: &Cast, ticket: i64) -> bool {
    let name = ticket.to_string();
    let of_ticket = |path: &str| path.split('/').any(|part| part == name);
    desk.requests()
        .any(|request| request.key == cast.ai_email && request.method != "GET" && of_ticket(&request.path))
}

/// The last reply of a handoff that `text` is, told by the shop's wording in each language.
fn last_reply(text: &str, at_ms: i64, hours: &Hours) -> Option<LastReply> {
    Language::ALL.into_iter().find_map(|language| {
        if text.contains(Texts::built_in(language, TextKey::Handoff)) {
            return Some(LastReply { language, says_when: false });
        }
        let opening = hours.opening_words(Time(at_ms), language)?;
        let promise = Texts::built_in(language, TextKey::HandoffClosed).replace("{opening}", &opening);
        text.contains(&promise).then_some(LastReply { language, says_when: true })
    })
}

fn in_words(reply: &LastReply) -> String {
    let language = reply.language.name();
    if reply.says_when {
        format!("in {language}, and when people are back")
    } else {
        format!("in {language}")
    }
}

fn told_list(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

fn told_option<T: fmt::Debug>(value: &Option<T>) -> String {
    value.as_ref().map_or("no".to_owned(), spaced)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_core::policy::ReplyFrame;

    use super::*;

    #[test]
    fn a_last_reply_is_known_in_every_language_by_its_words_and_by_the_time_it_promises() {
        // A Thursday.
        const NOW_MS: i64 = 1_760_000_000_000;
        let mut policy = Policy::default();
        policy.set("hours.monday", "09:00-17:00").unwrap();
        let closed = policy.hours.clone();
        policy.set("hours.monday", "10:00-17:00").unwrap();
        let opens_later = policy.hours.clone();
        policy.hours = closed.clone();
        let frame = ReplyFrame { name: Some("Mia"), greeted: false, disclosure: true };
        for language in Language::ALL {
            let texts = policy.texts_for(language);
            let plain = Some(LastReply { language, says_when: false });
            assert_eq!(last_reply(&texts.handoff(frame, false), NOW_MS, &Hours::default()), plain);
            let promise = texts.handoff_at(frame, Time(NOW_MS), false);
            assert_eq!(last_reply(&promise, NOW_MS, &closed), Some(LastReply { language, says_when: true }));
            assert_eq!(last_reply(&promise, NOW_MS, &opens_later), None, "{promise}");
            assert_eq!(last_reply(&texts.answer(frame, "Green tea: two minutes."), NOW_MS, &closed), None);
        }
    }
}
