//! The call limit: a leaky bucket per API key.

/// Calls that fit into the bucket of a private app.
pub const BUCKET_SIZE: u32 = 40;

/// How long a full bucket takes to drain: two calls a second for forty.
const DRAINS_IN_MS: i64 = 20_000;

/// The bucket of one key.
#[derive(Debug, Clone, Default)]
pub(super) struct Bucket {
    level_milli: i64,
    at_ms: i64,
}

/// What the bucket said to one call.
pub(super) struct Meter {
    /// For the header on every answer.
    pub used: i64,
    /// Set if the call does not fit: whole seconds to wait.
    pub retry_after_s: Option<i64>,
}

impl Bucket {
    /// One call at `now_ms` on a bucket of `size` calls.
    pub fn take(&mut self, now_ms: i64, size: u32) -> Meter {
        let size = i64::from(size);
        let passed = now_ms.saturating_sub(self.at_ms).max(0);
        let leaked = passed.saturating_mul(size * 1000) / DRAINS_IN_MS;
        self.level_milli = self.level_milli.saturating_sub(leaked).max(0);
        self.at_ms = self.at_ms.max(now_ms);
        if self.level_milli + 1000 > size * 1000 {
            let used = ceil_div(self.level_milli, 1000);
            let wait_ms = (used - (size - 1)) * DRAINS_IN_MS / size.max(1);
            return Meter { used, retry_after_s: Some(ceil_div(wait_ms, 1000).max(1)) };
        }
        self.level_milli += 1000;
        Meter { used: ceil_div(self.level_milli, 1000), retry_after_s: None }
    }
}

fn ceil_div(value: i64, by: i64) -> i64 {
    (value + by - 1).div_euclid(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_at_once_then_two_a_second() {
        let mut bucket = Bucket::default();
        let start_ms = 1_000_000;
        for used in 1..=40 {
            let meter = bucket.take(start_ms, BUCKET_SIZE);
            assert_eq!((meter.used, meter.retry_after_s), (used, None));
        }
        assert_eq!(bucket.take(start_ms, BUCKET_SIZE).retry_after_s, Some(1));
        assert_eq!(bucket.take(start_ms + 499, BUCKET_SIZE).retry_after_s, Some(1));
        assert_eq!(bucket.take(start_ms + 500, BUCKET_SIZE).retry_after_s, None);
        assert_eq!(bucket.take(start_ms + 20_500, BUCKET_SIZE).used, 1);
    }

    #[test]
    fn a_larger_bucket_drains_faster() {
        let mut bucket = Bucket::default();
        for used in 1..=400 {
            assert_eq!(bucket.take(1_000_000, 400).used, used);
        }
        assert_eq!(bucket.take(1_000_000, 400).retry_after_s, Some(1));
        assert_eq!(bucket.take(1_001_000, 400).used, 381);
    }
}
