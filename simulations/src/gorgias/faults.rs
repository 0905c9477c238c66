//! What goes wrong at the desk. By chance: [`Odds`], all zero unless set. By plan: a script of [`Scripted`] faults, each
//! waiting for the first call, sending or webhook that it fits.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Both kinds of trouble. The script goes before the odds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// Trouble by chance.
    pub odds: Odds,
    /// Trouble by plan, in the order of asking.
    pub script: Vec<Scripted>,
    /// How often which trouble struck by chance, by the names of the odds, or followed from it.
    pub struck: BTreeMap<&'static str, u64>,
    /// Messages that the list of all messages leaves out.
    pub hidden_from_lists: BTreeSet<i64>,
    /// From its second page on a list leads nowhere but to the same page.
    pub cursors_lead_to_themselves: bool,
    /// Tickets that count one message more than they show.
    pub counted_too_high: BTreeSet<i64>,
    /// Where the last part of an integration's address is shown cut.
    pub addresses_cut: AddressesCut,
}

/// Which answers show the last part of an integration's address cut, as services do with what looks like a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AddressesCut {
    /// None.
    #[default]
    Nowhere,
    /// Those to reads.
    InReads,
    /// All.
    Everywhere,
}

/// Probabilities from 0 to 1, each drawn from the desk's dice once per occasion, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Odds {
    /// A call is answered by a proxy's 502 page, and nothing happened.
    pub bad_gateway: f64,
    /// A call is answered by a proxy's 502 page, but it happened.
    pub bad_gateway_after_effect: f64,
    /// A call is answered 500 in the envelope, and nothing happened.
    pub server_error: f64,
    /// A call is answered 429 although the bucket has room.
    pub too_many_requests: f64,
    /// A call vanishes before the desk sees it.
    pub lost_before_effect: f64,
    /// A call happens, its answer vanishes.
    pub lost_after_effect: f64,
    /// A write takes effect only after its caller gave up.
    pub lands_late: f64,
    /// How late at most, milliseconds.
    pub lands_late_ms_max: i64,
    /// An answer takes long.
    pub slow: f64,
    /// How long at most, milliseconds.
    pub slow_ms_max: i64,
    /// An answer breaks off in the middle.
    pub truncated: f64,
    /// A message that is to be posted is refused for good: 400, and nothing happened.
    pub rejected: f64,
    /// A message can't be sent.
    pub sending_fails: f64,
    /// A webhook is never called.
    pub webhook_lost: f64,
    /// A webhook is called twice.
    pub webhook_twice: f64,
    /// A webhook is called late, and so after younger ones.
    pub webhook_late: f64,
    /// How late at most, milliseconds.
    pub webhook_late_ms_max: i64,
}

impl Default for Odds {
    fn default() -> Self {
        Self {
            bad_gateway: 0.0,
            bad_gateway_after_effect: 0.0,
            server_error: 0.0,
            too_many_requests: 0.0,
            lost_before_effect: 0.0,
            lost_after_effect: 0.0,
            lands_late: 0.0,
            lands_late_ms_max: 60_000,
            slow: 0.0,
            slow_ms_max: 3_000,
            truncated: 0.0,
            rejected: 0.0,
            sending_fails: 0.0,
            webhook_lost: 0.0,
            webhook_twice: 0.0,
            webhook_late: 0.0,
            webhook_late_ms_max: 30_000,
        }
    }
}

impl Odds {
    /// Every probability with its name, for printing and checking.
    pub fn named(&self) -> [(&'static str, f64); 14] {
        [
            ("bad_gateway", self.bad_gateway),
            ("bad_gateway_after_effect", self.bad_gateway_after_effect),
            ("server_error", self.server_error),
            ("too_many_requests", self.too_many_requests),
            ("lost_before_effect", self.lost_before_effect),
            ("lost_after_effect", self.lost_after_effect),
            ("lands_late", self.lands_late),
            ("slow", self.slow),
            ("truncated", self.truncated),
            ("rejected", self.rejected),
            ("sending_fails", self.sending_fails),
            ("webhook_lost", self.webhook_lost),
            ("webhook_twice", self.webhook_twice),
            ("webhook_late", self.webhook_late),
        ]
    }
}

/// One planned fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Scripted {
    /// The next call that fits.
    Call {
        /// The method in capitals; any if absent.
        #[serde(default)]
        method: Option<String>,
        /// The path; `*` stands for one segment, and any path fits if absent.
        #[serde(default)]
        path: Option<String>,
        /// What happens to it.
        fault: CallFault,
    },
    /// The next sending of a message.
    Sending {
        /// On this ticket; on any if absent.
        #[serde(default)]
        ticket: Option<i64>,
        /// The text of the failure.
        error: String,
    },
    /// The next webhook to be posted.
    Webhook {
        /// Of this ticket; of any if absent.
        #[serde(default)]
        ticket: Option<i64>,
        /// By this trigger; by any if absent.
        #[serde(default)]
        trigger: Option<String>,
        /// What happens to it.
        fault: WebhookFault,
    },
}

impl Scripted {
    /// The next call of this method to this path (`*` for any segment) meets `fault`.
    pub fn call(method: &str, path: &str, fault: CallFault) -> Self {
        Self::Call { method: Some(method.to_owned()), path: Some(path.to_owned()), fault }
    }

    /// The next message posted on `ticket` meets `fault`.
    pub fn post_on(ticket: i64, fault: CallFault) -> Self {
        Self::call("POST", &format!("/api/tickets/{ticket}/messages"), fault)
    }

    /// The next call, whatever it is, meets `fault`.
    pub fn next_call(fault: CallFault) -> Self {
        Self::Call { method: None, path: None, fault }
    }

    /// The next sending on `ticket` fails with `error`.
    pub fn sending_fails(ticket: i64, error: &str) -> Self {
        Self::Sending { ticket: Some(ticket), error: error.to_owned() }
    }

    /// The next webhook of `ticket` meets `fault`.
    pub fn webhook(ticket: i64, fault: WebhookFault) -> Self {
        Self::Webhook { ticket: Some(ticket), trigger: None, fault }
    }
}

/// What can happen to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CallFault {
    /// 429.
    TooManyRequests {
        /// Whole seconds in `Retry-after`.
        retry_after_s: i64,
    },
    /// A proxy's 502 page.
    BadGateway {
        /// Whether it happened all the same.
        after_effect: bool,
    },
    /// 500, 503 or the like in the envelope; nothing happened.
    ServerError {
        /// The status.
        status: u16,
    },
    /// 403; nothing happened.
    Forbidden {
        /// The end of the message.
        reason: String,
    },
    /// 400; nothing happened, and asked again it is refused again.
    Rejected {
        /// What Gorgias says.
        message: String,
    },
    /// Vanishes before the desk sees it.
    LostBeforeEffect,
    /// Happens; the answer vanishes.
    LostAfterEffect,
    /// The caller waits in vain; a write happens later.
    LandsLate {
        /// How much later, milliseconds.
        after_ms: i64,
    },
    /// Happens; the answer takes long.
    Slow {
        /// How long, milliseconds.
        ms: i64,
    },
    /// Happens; the answer breaks off.
    Truncated,
}

impl CallFault {
    fn name(&self) -> &'static str {
        match self {
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::BadGateway { after_effect: false } => "bad_gateway",
            Self::BadGateway { after_effect: true } => "bad_gateway_after_effect",
            Self::ServerError { .. } => "server_error",
            Self::Forbidden { .. } => "forbidden",
            Self::Rejected { .. } => "rejected",
            Self::LostBeforeEffect => "lost_before_effect",
            Self::LostAfterEffect => "lost_after_effect",
            Self::LandsLate { .. } => "lands_late",
            Self::Slow { .. } => "slow",
            Self::Truncated => "truncated",
        }
    }
}

/// What can happen to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WebhookFault {
    /// Never called.
    Lost,
    /// Called twice.
    Twice,
    /// Called late.
    Late {
        /// How late, milliseconds.
        after_ms: i64,
    },
}

impl WebhookFault {
    fn name(self) -> &'static str {
        match self {
            Self::Lost => "webhook_lost",
            Self::Twice => "webhook_twice",
            Self::Late { .. } => "webhook_late",
        }
    }
}

impl Faults {
    /// Plans a fault behind those already planned.
    pub fn plan(&mut self, fault: Scripted) {
        self.script.push(fault);
    }

    pub(super) fn for_call(&mut self, dice: &mut ChaCha8Rng, method: &str, path: &str) -> Option<CallFault> {
        let planned = self.script.iter().position(|scripted| match scripted {
            Scripted::Call { method: wanted, path: pattern, .. } => {
                wanted.as_deref().is_none_or(|wanted| wanted == method)
                    && pattern.as_deref().is_none_or(|pattern| fits(pattern, path))
            }
            Scripted::Sending { .. } | Scripted::Webhook { .. } => false,
        });
        if let Some(Scripted::Call { fault, .. }) = planned.map(|index| self.script.remove(index)) {
            return Some(fault);
        }
        let fault = self.chance_for_call(dice, method, path)?;
        self.count(fault.name());
        Some(fault)
    }

    pub(super) fn for_sending(&mut self, dice: &mut ChaCha8Rng, on: i64) -> Option<String> {
        let planned = self.script.iter().position(|scripted| match scripted {
            Scripted::Sending { ticket, .. } => ticket.is_none_or(|ticket| ticket == on),
            Scripted::Call { .. } | Scripted::Webhook { .. } => false,
        });
        if let Some(Scripted::Sending { error, .. }) = planned.map(|index| self.script.remove(index)) {
            return Some(error);
        }
        if !chance(dice, self.odds.sending_fails) {
            return None;
        }
        self.count("sending_fails");
        Some("The mail server refused the message.".to_owned())
    }

    pub(super) fn for_webhook(&mut self, dice: &mut ChaCha8Rng, of: i64, by: &str) -> Vec<WebhookFault> {
        let planned = self.script.iter().position(|scripted| match scripted {
            Scripted::Webhook { ticket, trigger, .. } => {
                ticket.is_none_or(|ticket| ticket == of)
                    && trigger.as_deref().is_none_or(|trigger| trigger == by)
            }
            Scripted::Call { .. } | Scripted::Sending { .. } => false,
        });
        if let Some(Scripted::Webhook { fault, .. }) = planned.map(|index| self.script.remove(index)) {
            return vec![fault];
        }
        let mut faults = Vec::new();
        if chance(dice, self.odds.webhook_lost) {
            faults.push(WebhookFault::Lost);
        }
        if chance(dice, self.odds.webhook_twice) {
            faults.push(WebhookFault::Twice);
        }
        if chance(dice, self.odds.webhook_late) {
            faults.push(WebhookFault::Late { after_ms: between(dice, 1, self.odds.webhook_late_ms_max) });
        }
        for fault in &faults {
            self.count(fault.name());
        }
        faults
    }

    /// Trouble by this name struck.
    pub(super) fn count(&mut self, name: &'static str) {
        *self.struck.entry(name).or_default() += 1;
    }

    fn chance_for_call(&self, dice: &mut ChaCha8Rng, method: &str, path: &str) -> Option<CallFault> {
        let odds = &self.odds;
        if chance(dice, odds.bad_gateway) {
            return Some(CallFault::BadGateway { after_effect: false });
        }
        if chance(dice, odds.bad_gateway_after_effect) {
            return Some(CallFault::BadGateway { after_effect: true });
        }
        if chance(dice, odds.server_error) {
            return Some(CallFault::ServerError { status: 500 });
        }
        if chance(dice, odds.too_many_requests) {
            return Some(CallFault::TooManyRequests { retry_after_s: between(dice, 1, 5) });
        }
        if chance(dice, odds.lost_before_effect) {
            return Some(CallFault::LostBeforeEffect);
        }
        if chance(dice, odds.lost_after_effect) {
            return Some(CallFault::LostAfterEffect);
        }
        if method != "GET" && chance(dice, odds.lands_late) {
            return Some(CallFault::LandsLate { after_ms: between(dice, 1, odds.lands_late_ms_max) });
        }
        if chance(dice, odds.slow) {
            return Some(CallFault::Slow { ms: between(dice, 1, odds.slow_ms_max) });
        }
        if chance(dice, odds.truncated) {
            return Some(CallFault::Truncated);
        }
        let posts = method == "POST" && fits("/api/tickets/*/messages", path);
        (posts && chance(dice, odds.rejected))
            .then(|| CallFault::Rejected { message: "The message was refused.".to_owned() })
    }
}

/// A draw from `low` to `high`, both included; `low` if they are the wrong way round.
pub(super) fn between(dice: &mut ChaCha8Rng, low: i64, high: i64) -> i64 {
    if high <= low { low } else { dice.random_range(low..=high) }
}

fn chance(dice: &mut ChaCha8Rng, probability: f64) -> bool {
    probability > 0.0 && dice.random_bool(probability.min(1.0))
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.split('/').filter(|part| !part.is_empty());
    let mut given = path.split('/').filter(|part| !part.is_empty());
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == "*" || wanted == given => {}
            (Some(_), Some(_)) | (None, Some(_)) | (Some(_), None) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_planned_fault_waits_for_its_call_and_strikes_once() {
        let mut dice = ChaCha8Rng::seed_from_u64(1);
        let mut faults = Faults::default();
        faults.plan(Scripted::post_on(7, CallFault::LostAfterEffect));
        assert_eq!(faults.for_call(&mut dice, "GET", "/api/tickets/7/messages"), None);
        assert_eq!(faults.for_call(&mut dice, "POST", "/api/tickets/8/messages"), None);
        assert_eq!(
            faults.for_call(&mut dice, "POST", "/api/tickets/7/messages/"),
            Some(CallFault::LostAfterEffect)
        );
        assert_eq!(faults.for_call(&mut dice, "POST", "/api/tickets/7/messages/"), None);
    }

    #[test]
    fn certain_odds_always_strike_and_zero_odds_never_draw() {
        let mut dice = ChaCha8Rng::seed_from_u64(1);
        let untouched = dice.clone();
        let mut faults = Faults::default();
        assert_eq!(faults.for_call(&mut dice, "POST", "/api/tickets"), None);
        assert_eq!(dice, untouched);
        faults.odds.bad_gateway = 1.0;
        assert_eq!(
            faults.for_call(&mut dice, "GET", "/api/users"),
            Some(CallFault::BadGateway { after_effect: false })
        );
    }

    #[test]
    fn only_messages_that_are_to_be_posted_are_rejected() {
        let mut dice = ChaCha8Rng::seed_from_u64(1);
        let mut faults = Faults::default();
        faults.odds.rejected = 1.0;
        assert_eq!(faults.for_call(&mut dice, "POST", "/api/tickets"), None);
        assert_eq!(faults.for_call(&mut dice, "GET", "/api/tickets/7/messages"), None);
        let fault = faults.for_call(&mut dice, "POST", "/api/tickets/7/messages/");
        assert!(matches!(fault, Some(CallFault::Rejected { .. })), "{fault:?}");
        assert_eq!(faults.struck.get("rejected"), Some(&1));
    }

    #[test]
    fn a_star_is_one_segment() {
        assert!(fits("/api/tickets/*/messages", "/api/tickets/12/messages/"));
        assert!(!fits("/api/tickets/*", "/api/tickets/12/messages"));
    }
}
