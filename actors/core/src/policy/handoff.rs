//! When a ticket goes to people, and to whom if the first choice fails: a preset, or single switches, never both.

use serde::{Deserialize, Serialize};

use super::{BadSetting, Language};
use crate::id::{TeamId, UserId};

/// The preset that holds when neither a preset nor a switch is set.
pub const USUAL_PRESET: u8 = 1;

/// The highest preset.
pub const PRESET_MAX: u8 = 3;

/// What a merchant sets about handoffs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Handoff {
    /// From 0 (the AI only) to 3 (the AI first). Excludes the switches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<u8>,
    /// A request for a person leads to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_request: Option<bool>,
    /// Signs of frustration lead to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_frustration: Option<bool>,
    /// A customer whom an answer did not help gets a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_no_progress: Option<bool>,
    /// A question without a certain answer goes to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_cannot_answer: Option<bool>,
    /// A topic that is not for the AI goes to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_forbidden_topic: Option<bool>,
    /// After how many minutes of office time a handed-off ticket that nobody touched is told of; 0 for never.
    #[serde(skip_serializing_if = "is_usual_pick_up")]
    pub pick_up_within_minutes: u32,
    /// Tags that a ticket gets beside the usual ones when a grave message (threats, self-harm, the law, …) hands it off.
    #[serde(skip_serializing_if = "are_usual_urgent_tags")]
    pub urgent_tags: Vec<String>,
    /// The person who gets a ticket when the connection's own destination cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_user: Option<UserId>,
    /// The team that gets a ticket when the connection's own destination cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_team: Option<TeamId>,
    /// The language the team reads: the internal note of a handoff is written in it.
    #[serde(skip_serializing_if = "super::is_default")]
    pub note_language: Language,
}

const PICK_UP_WITHIN_MINUTES: u32 = 60;

const URGENT_TAG: &str = "polus-urgent";

impl Default for Handoff {
    fn default() -> Self {
        Self {
            preset: None,
            on_request: None,
            on_frustration: None,
            on_no_progress: None,
            on_cannot_answer: None,
            on_forbidden_topic: None,
            pick_up_within_minutes: PICK_UP_WITHIN_MINUTES,
            urgent_tags: vec![URGENT_TAG.to_owned()],
            fallback_user: None,
            fallback_team: None,
            note_language: Language::default(),
        }
    }
}

/// What a request for a person leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRequest {
    /// A person, at once.
    AtOnce,
    /// A person; the basics are asked for once, if the customer gave none.
    AfterBasics,
    /// A person when it is said again or something was answered before; else the AI asks to try first.
    WhenRepeated,
    /// A friendly no.
    Declined,
}

/// Which signs of frustration lead to a person. Plain anger always does, see [`HandoffRules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFrustration {
    /// Any.
    AnySign,
    /// Only clear ones.
    ClearSign,
    /// None.
    Never,
}

/// The rules in force. What is not in here cannot be switched off: self-harm, threats of violence, legal threats,
/// details of financial accounts and anger always go to a person, under every preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandoffRules {
    /// The preset they come from; none when single switches do.
    pub preset: Option<u8>,
    /// A request for a person.
    pub on_request: OnRequest,
    /// Signs of frustration.
    pub on_frustration: OnFrustration,
    /// The customer says that the answer did not help, or asks the same again.
    pub on_no_progress: bool,
    /// No certain answer. Off means that the AI says so and asks for more, never that it guesses.
    pub on_cannot_answer: bool,
    /// A topic outside the allowed ones. Off means that the AI says that it cannot help there.
    pub on_forbidden_topic: bool,
}

impl OnRequest {
    /// Whether a customer who insists gets a person.
    pub fn leads_to_a_person(self) -> bool {
        match self {
            Self::AtOnce | Self::AfterBasics | Self::WhenRepeated => true,
            Self::Declined => false,
        }
    }
}

impl HandoffRules {
    /// The rules of a preset; a number above the highest counts as the highest.
    ///
    /// | preset | request | frustration | no progress | no answer, forbidden topic |
    /// | --- | --- | --- | --- | --- |
    /// | 0, the AI only | declined | no | no | yes: the other choice would be a guess |
    /// | 1, quick | at once | any sign | yes | yes |
    /// | 2, balanced | after the basics | clear signs | yes | yes |
    /// | 3, the AI first | when repeated | clear signs | no | yes |
    pub fn of_preset(preset: u8) -> Self {
        let (on_request, on_frustration, on_no_progress) = match preset {
            0 => (OnRequest::Declined, OnFrustration::Never, false),
            1 => (OnRequest::AtOnce, OnFrustration::AnySign, true),
            2 => (OnRequest::AfterBasics, OnFrustration::ClearSign, true),
            _ => (OnRequest::WhenRepeated, OnFrustration::ClearSign, false),
        };
        Self {
            preset: Some(preset.min(PRESET_MAX)),
            on_request,
            on_frustration,
            on_no_progress,
            on_cannot_answer: true,
            on_forbidden_topic: true,
        }
    }
}

impl Handoff {
    /// The rules in force: those of the preset, or the usual ones as the switches change them.
    pub fn rules(&self) -> HandoffRules {
        if !self.has_switches() || self.preset.is_some() {
            return HandoffRules::of_preset(self.preset.unwrap_or(USUAL_PRESET));
        }
        let usual = HandoffRules::of_preset(USUAL_PRESET);
        HandoffRules {
            preset: None,
            on_request: if self.on_request == Some(false) { OnRequest::Declined } else { usual.on_request },
            on_frustration: match self.on_frustration {
                Some(false) => OnFrustration::Never,
                Some(true) | None => usual.on_frustration,
            },
            on_no_progress: self.on_no_progress.unwrap_or(usual.on_no_progress),
            on_cannot_answer: self.on_cannot_answer.unwrap_or(usual.on_cannot_answer),
            on_forbidden_topic: self.on_forbidden_topic.unwrap_or(usual.on_forbidden_topic),
        }
    }

    /// Whether a ticket can be told of as not picked up, and after how much office time.
    pub fn pick_up_within(&self) -> Option<std::time::Duration> {
        let minutes = self.pick_up_within_minutes;
        (minutes > 0).then(|| std::time::Duration::from_secs(u64::from(minutes) * 60))
    }

    /// Whether there is another destination to try when the connection's own cannot take a ticket.
    pub fn has_fallback(&self) -> bool {
        self.fallback_user.is_some() || self.fallback_team.is_some()
    }

    /// Whether the fallback makes sense on a connection: it must be neither the AI user, from whom a ticket is to be
    /// taken, nor the very destination that failed. The error is at the JSON path.
    pub fn check_fallback(
        &self,
        ai_user: UserId,
        handoff_user: Option<UserId>,
        handoff_team: Option<TeamId>,
    ) -> Result<(), BadSetting> {
        if self.fallback_user == Some(ai_user) {
            let problem = "is the AI user itself: a handed-off ticket must leave it";
            return Err(BadSetting::new("handoff.fallback_user", problem));
        }
        let same = self.fallback_user == handoff_user && self.fallback_team == handoff_team;
        if self.has_fallback() && same {
            let at = if self.fallback_user.is_some() { "fallback_user" } else { "fallback_team" };
            let problem = "is where tickets go anyway; a fallback must be somebody else";
            return Err(BadSetting::new(&format!("handoff.{at}"), problem));
        }
        Ok(())
    }

    /// Whether any single switch is set.
    pub fn has_switches(&self) -> bool {
        !self.switches().is_empty()
    }

    /// The names of the switches that are set.
    pub(super) fn switches(&self) -> Vec<&'static str> {
        let switches = [
            ("on_request", self.on_request),
            ("on_frustration", self.on_frustration),
            ("on_no_progress", self.on_no_progress),
            ("on_cannot_answer", self.on_cannot_answer),
            ("on_forbidden_topic", self.on_forbidden_topic),
        ];
        switches.into_iter().filter(|(_, set)| set.is_some()).map(|(name, _)| name).collect()
    }
}

fn are_usual_urgent_tags(tags: &[String]) -> bool {
    tags == [URGENT_TAG]
}

fn is_usual_pick_up(minutes: &u32) -> bool {
    *minutes == PICK_UP_WITHIN_MINUTES
}
