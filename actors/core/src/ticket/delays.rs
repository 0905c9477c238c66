//! How long the machine waits for what. Each number is a promise of the reply protocol or of a behaviour.

use std::time::Duration;

/// A ticket that a webhook says belongs to somebody else is read this much later, so that its notifications join.
pub const LOW_PRIORITY_READ: Duration = Duration::from_secs(60);

/// A post waits this long for Gorgias' answer; then its fate is unknown.
pub const POST_PATIENCE: Duration = Duration::from_secs(15);

/// A post must begin this soon after the read that fenced it.
pub const FENCE_FRESHNESS: Duration = Duration::from_secs(5);

/// A write may land this long after its caller gave up; only then does reading back prove anything.
pub const SETTLE_AFTER: Duration = Duration::from_secs(30);

/// Two complete reads this far apart must lack the marker before a post counts as absent.
pub const ABSENT_READS_APART: Duration = Duration::from_secs(15);

/// When to ask whether a posted reply was sent, after the post and then after each look.
pub const DELIVERY_CHECKS: [Duration; 3] =
    [Duration::from_secs(60), Duration::from_secs(4 * 60), Duration::from_secs(10 * 60)];

/// The final reply of a handoff is left out when it could not be posted within this time.
pub const FINAL_REPLY_WITHIN: Duration = Duration::from_secs(15 * 60);

/// A quiet time is waited for at most this many times its own length in all.
pub const QUIET_TIMES_MAX: u32 = 3;

/// Reads that may lack a message which a notification named, before a person gets the ticket.
pub const MISSING_READS_MAX: u32 = 3;

/// Fences that facts may overtake before a person gets the ticket.
pub const CONFLICTS_MAX: u32 = 5;

/// Attempts to post one message: the first, and one more if it proved absent.
pub const ABSENT_MAX: u32 = 2;

/// The wait before the next read after `tries` reads lacked a message that a notification named.
pub fn missing_message(tries: u32) -> Duration {
    match tries {
        0 | 1 => Duration::from_secs(2),
        2 => Duration::from_secs(10),
        _ => Duration::ZERO,
    }
}
