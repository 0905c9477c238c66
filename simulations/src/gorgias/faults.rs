//! What goes wrong at the desk. By chance: [`Odds`], all zero unless set. By plan: a script of [`Scripted`] faults, each
//! waiting for the first call, sending or webhook that it fits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::dice::{Dice, Luck};

mod odds;

pub use odds::Odds;

/// So many calls a burst makes of one webhook.
pub const BURST: usize = 100;

/// The status of a desk that is down for a while.
const UNAVAILABLE: u16 = 503;

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
    /// 429 without `Retry-after` and without the header of the bucket.
    BareTooManyRequests,
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
            Self::BareTooManyRequests => "bare_too_many_requests",
            Self::BadGateway { after_effect: false } => "bad_gateway",
            Self::BadGateway { after_effect: true } => "bad_gateway_after_effect",
            Self::ServerError { status: UNAVAILABLE } => "unavailable",
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
    /// Called so many times as [`BURST`] says.
    Burst,
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
            Self::Burst => "webhook_burst",
            Self::Late { .. } => "webhook_late",
        }
    }
}

impl Faults {
    /// Plans a fault behind those already planned.
    pub fn plan(&mut self, fault: Scripted) {
        self.script.push(fault);
    }

    pub(super) fn for_call(&mut self, luck: &mut Luck, method: &str, path: &str) -> Option<CallFault> {
        let by_chance = self.chance_for_call(luck, method, path);
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
        let fault = by_chance?;
        self.count(fault.name());
        Some(fault)
    }

    pub(super) fn for_sending(&mut self, luck: &mut Luck, on: i64) -> Option<String> {
        let strikes = luck.of("sending_fails").chance(self.odds.sending_fails);
        let planned = self.script.iter().position(|scripted| match scripted {
            Scripted::Sending { ticket, .. } => ticket.is_none_or(|ticket| ticket == on),
            Scripted::Call { .. } | Scripted::Webhook { .. } => false,
        });
        if let Some(Scripted::Sending { error, .. }) = planned.map(|index| self.script.remove(index)) {
            return Some(error);
        }
        strikes.then(|| {
            self.count("sending_fails");
            "The mail server refused the message.".to_owned()
        })
    }

    pub(super) fn for_webhook(&mut self, luck: &mut Luck, of: i64, by: &str) -> Vec<WebhookFault> {
        let odds = &self.odds;
        let mut drawn = |fault: WebhookFault, odds: f64| luck.of(fault.name()).chance(odds).then_some(fault);
        let kinds = [
            drawn(WebhookFault::Lost, odds.webhook_lost),
            drawn(WebhookFault::Twice, odds.webhook_twice),
            drawn(WebhookFault::Burst, odds.webhook_burst),
            drawn(WebhookFault::Late { after_ms: 0 }, odds.webhook_late),
        ];
        let after_ms = between(luck.of("webhook_late_ms"), 1, odds.webhook_late_ms_max);
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
        let late = |fault| match fault {
            WebhookFault::Late { .. } => WebhookFault::Late { after_ms },
            WebhookFault::Lost | WebhookFault::Twice | WebhookFault::Burst => fault,
        };
        let faults: Vec<WebhookFault> = kinds.into_iter().flatten().map(late).collect();
        for fault in &faults {
            self.count(fault.name());
        }
        faults
    }

    /// Whether a call that no desk makes comes beside a webhook, by a number that says which.
    pub(super) fn strange(&mut self, luck: &mut Luck) -> Option<u64> {
        let strikes = luck.of("webhook_strange").chance(self.odds.webhook_strange);
        let which = luck.of("webhook_strange_kind").below(u64::MAX);
        strikes.then(|| {
            self.count("webhook_strange");
            which
        })
    }

    /// Trouble by this name struck.
    pub(super) fn count(&mut self, name: &'static str) {
        *self.struck.entry(name).or_default() += 1;
    }

    /// Every kind is drawn, and the first that strikes is taken: one that is switched off leaves the rest as they are.
    fn chance_for_call(&self, luck: &mut Luck, method: &str, path: &str) -> Option<CallFault> {
        let odds = &self.odds;
        let posts = method == "POST" && fits("/api/tickets/*/messages", path);
        let only = |applies: bool, odds: f64| if applies { odds } else { 0.0 };
        let retry_after_s = between(luck.of("retry_after_s"), 1, odds.too_many_requests_s_max);
        let after_ms = between(luck.of("lands_late_ms"), 1, odds.lands_late_ms_max);
        let ms = between(luck.of("slow_ms"), 1, odds.slow_ms_max);
        let refused = "The message was refused.".to_owned();
        let reason = "This key may not write messages.".to_owned();
        let kinds = [
            (CallFault::BadGateway { after_effect: false }, odds.bad_gateway),
            (CallFault::BadGateway { after_effect: true }, odds.bad_gateway_after_effect),
            (CallFault::ServerError { status: 500 }, odds.server_error),
            (CallFault::ServerError { status: UNAVAILABLE }, odds.unavailable),
            (CallFault::TooManyRequests { retry_after_s }, odds.too_many_requests),
            (CallFault::BareTooManyRequests, odds.bare_too_many_requests),
            (CallFault::LostBeforeEffect, odds.lost_before_effect),
            (CallFault::LostAfterEffect, odds.lost_after_effect),
            (CallFault::LandsLate { after_ms }, only(method != "GET", odds.lands_late)),
            (CallFault::Slow { ms }, odds.slow),
            (CallFault::Truncated, odds.truncated),
            (CallFault::Forbidden { reason }, only(posts, odds.forbidden)),
            (CallFault::Rejected { message: refused }, only(posts, odds.rejected)),
        ];
        let drawn = kinds.map(|(fault, odds)| luck.of(fault.name()).chance(odds).then_some(fault));
        drawn.into_iter().flatten().next()
    }
}

/// A draw from `low` to `high`, both included; `low` if they are the wrong way round.
pub(super) fn between(dice: &mut Dice, low: i64, high: i64) -> i64 {
    let range = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
    low.saturating_add(i64::try_from(dice.between(0, range)).unwrap_or(0))
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
mod tests;
