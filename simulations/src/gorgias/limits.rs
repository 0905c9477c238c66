//! The call limit: a leaky bucket per API key.

/// Calls that fit into the bucket.
pub(super) const BUCKET_SIZE: i64 = 40;

/// How fast the bucket drains: two calls a second, in thousandths of a call per millisecond.
const LEAK_MILLI_PER_MS: i64 = 2;

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
    pub fn take(&mut self, now_ms: i64) -> Meter {
        let leaked = now_ms.saturating_sub(self.at_ms).max(0).saturating_mul(LEAK_MILLI_PER_MS);
        self.level_milli = self.level_milli.saturating_sub(leaked).max(0);
        self.at_ms = self.at_ms.max(now_ms);
        if self.level_milli + 1000 > BUCKET_SIZE * 1000 {
            let used = ceil_div(self.level_milli, 1000);
            return Meter { used, retry_after_s: Some(ceil_div(used - (BUCKET_SIZE - 1), 2).max(1)) };
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
            let meter = bucket.take(start_ms);
            assert_eq!((meter.used, meter.retry_after_s), (used, None));
        }
        assert_eq!(bucket.take(start_ms).retry_after_s, Some(1));
        assert_eq!(bucket.take(start_ms + 499).retry_after_s, Some(1));
        assert_eq!(bucket.take(start_ms + 500).retry_after_s, None);
        assert_eq!(bucket.take(start_ms + 20_500).used, 1);
    }
}
