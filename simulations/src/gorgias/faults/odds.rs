//! How often what goes wrong at the desk.

use serde::{Deserialize, Serialize};

/// Probabilities from 0 to 1, each drawn from dice of its own once per occasion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Odds {
    /// A call is answered by a proxy's 502 page, and nothing happened.
    pub bad_gateway: f64,
    /// A call is answered by a proxy's 502 page, but it happened.
    pub bad_gateway_after_effect: f64,
    /// A call is answered 500 in the envelope, and nothing happened.
    pub server_error: f64,
    /// A call is answered 503 in the envelope, and nothing happened.
    pub unavailable: f64,
    /// A call is answered 429 although the bucket has room.
    pub too_many_requests: f64,
    /// What that answer says to wait at most, seconds.
    pub too_many_requests_s_max: i64,
    /// The same, by something in front of the desk that says neither how long to wait nor what was used.
    pub bare_too_many_requests: f64,
    /// A message that is to be posted is refused for what the key may do: 403, and nothing happened.
    pub forbidden: f64,
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
    /// A webhook is called a hundred times.
    pub webhook_burst: f64,
    /// Beside a webhook comes a call that no desk makes: see [`strange_call`](super::super::Desk::strange_call).
    pub webhook_strange: f64,
}

impl Default for Odds {
    fn default() -> Self {
        Self {
            bad_gateway: 0.0,
            bad_gateway_after_effect: 0.0,
            server_error: 0.0,
            unavailable: 0.0,
            too_many_requests: 0.0,
            too_many_requests_s_max: 5,
            bare_too_many_requests: 0.0,
            forbidden: 0.0,
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
            webhook_burst: 0.0,
            webhook_strange: 0.0,
        }
    }
}

impl Odds {
    /// Every probability with its name, for printing and checking.
    pub fn named(&self) -> [(&'static str, f64); 19] {
        [
            ("bad_gateway", self.bad_gateway),
            ("bad_gateway_after_effect", self.bad_gateway_after_effect),
            ("server_error", self.server_error),
            ("unavailable", self.unavailable),
            ("too_many_requests", self.too_many_requests),
            ("bare_too_many_requests", self.bare_too_many_requests),
            ("forbidden", self.forbidden),
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
            ("webhook_burst", self.webhook_burst),
            ("webhook_strange", self.webhook_strange),
        ]
    }
}
