//! Metrics: read from the board and the log when they are asked for, plus the time webhooks take.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polus_actors::board::{Board, ConnectionView, Count, STEP_ENDS_S};
use polus_core::policy::Cause;
use polus_storage::EventLog;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the buckets for a webhook's time, in seconds. Gorgias gives up after about five.
const WEBHOOK_SECONDS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The metrics of one server.
pub struct Metrics {
    registry: Registry,
    webhook_seconds: Histogram,
}

impl Metrics {
    /// Metrics that read from `board` and `log`.
    pub fn new(board: Arc<Board>, log: Arc<dyn EventLog>) -> Self {
        let mut registry = Registry::with_prefix("polus");
        let webhook_seconds = Histogram::new(WEBHOOK_SECONDS);
        let help = "Time from a webhook's arrival to its answer, in seconds";
        registry.register("webhook_seconds", help, webhook_seconds.clone());
        registry.register_collector(Box::new(Scrape { board, log }));
        Self { registry, webhook_seconds }
    }

    /// A webhook was answered after `time`.
    pub fn webhook_took(&self, time: Duration) {
        self.webhook_seconds.observe(time.as_secs_f64());
    }

    /// All of them in Prometheus' text form.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Reads a number off a connection.
type Read = fn(&ConnectionView) -> i64;

struct Scrape {
    board: Arc<Board>,
    log: Arc<dyn EventLog>,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        for count in Count::ALL {
            let counter = ConstCounter::new(self.board.counted(count));
            let metric = encoder.encode_descriptor(count.name(), help(count), None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        self.handoffs(&mut encoder)?;
        let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        let alarms = number(self.board.alarms().len());
        single(&mut encoder, "alarms", "Things a person should look at now", alarms)?;
        let records = i64::try_from(self.log.head()).unwrap_or(i64::MAX);
        single(&mut encoder, "log_records", "Durable records of the log", records)?;
        self.connections(&mut encoder)?;
        self.replies(&mut encoder)
    }
}

impl Scrape {
    fn handoffs(&self, encoder: &mut DescriptorEncoder) -> Result<(), fmt::Error> {
        let help = "Tickets handed off, by what that comes down to";
        let mut family = encoder.encode_descriptor("handoffs", help, None, MetricType::Counter)?;
        for cause in Cause::ALL {
            let counter = ConstCounter::new(self.board.handoffs(cause));
            counter.encode(family.encode_family(&[("cause", cause.name())])?)?;
        }
        Ok(())
    }

    fn connections(&self, encoder: &mut DescriptorEncoder) -> Result<(), fmt::Error> {
        let connections = self.board.connections();
        let families: [(&str, &str, Read); 7] = [
            ("connection_working", "1 while Gorgias takes the connection's key", |view| {
                i64::from(view.connection.may_call())
            }),
            ("connection_calls_used", "Calls of the account's allowance used now", |view| {
                i64::from(view.calls_used)
            }),
            ("connection_calls_limit", "The account's allowance of calls", |view| {
                i64::from(view.calls_limit)
            }),
            ("connection_history_tickets", "Rows of tickets read by the newest back-fill", |view| {
                view.sync.last_run().map_or(0, |run| whole(run.tickets.rows))
            }),
            ("connection_history_messages", "Rows of messages read by the newest back-fill", |view| {
                view.sync.last_run().map_or(0, |run| whole(run.messages.rows))
            }),
            ("connection_history_running", "1 while a back-fill is under way", |view| {
                i64::from(view.sync.running().is_some())
            }),
            (
                "connection_webhooks_missed_last",
                "When a sweep last found a message that no webhook told of, in seconds since 1970; 0 for never",
                |view| view.sync.missed.last.as_ref().map_or(0, |(at, _)| at.0 / 1_000),
            ),
        ];
        for (name, help, value) in families {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for (id, view) in &connections {
                let labels = [("connection", id.as_str())];
                ConstGauge::new(value(view)).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Scrape {
    fn replies(&self, encoder: &mut DescriptorEncoder) -> Result<(), fmt::Error> {
        let help =
            "Time from the receipt of a customer's newest message to its answer on the ticket, in seconds";
        let mut family = encoder.encode_descriptor("reply_seconds", help, None, MetricType::Histogram)?;
        for (id, view) in self.board.connections() {
            let ends = STEP_ENDS_S.iter().map(|seconds| f64::from(*seconds)).chain([f64::INFINITY]);
            let buckets: Vec<(f64, u64)> = ends.zip(view.replies.steps()).collect();
            let count = buckets.iter().map(|(_, count)| count).sum();
            let sum = view.replies.sum().as_secs_f64();
            family
                .encode_family(&[("connection", id.as_str())])?
                .encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}

fn single(encoder: &mut DescriptorEncoder, name: &str, help: &str, value: i64) -> Result<(), fmt::Error> {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
}

fn help(count: Count) -> &'static str {
    match count {
        Count::Webhooks => "Webhooks made durable",
        Count::Quarantined => "Webhook bodies kept as unreadable",
        Count::Calls => "Calls made to Gorgias",
        Count::Throttled => "Calls that Gorgias refused as too many",
        Count::Answers => "Answers posted",
        Count::Silences => "Messages met with silence",
        Count::Unclear => "Posts whose fate was unknown for a time",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_core::id::ConnectionId;
    use polus_storage::MemoryLog;

    use super::*;

    #[test]
    fn counts_alarms_and_connections_are_told_as_they_are_now() {
        let board = Arc::new(Board::new());
        let metrics = Metrics::new(Arc::clone(&board), Arc::new(MemoryLog::new()));
        board.count(Count::Webhooks);
        board.count(Count::Webhooks);
        board.handed_off(Cause::UserRequest);
        board.change_connection(&ConnectionId::new("acme").unwrap(), |view| view.calls_limit = 40);
        metrics.webhook_took(Duration::from_millis(3));
        for seconds in [21, 24, 200_000] {
            board.answered(&ConnectionId::new("acme").unwrap(), Duration::from_secs(seconds));
        }
        let text = metrics.text().unwrap();
        for line in [
            "polus_webhooks_total 2",
            "polus_answers_total 0",
            "polus_handoffs_total{cause=\"user_request\"} 1",
            "polus_handoffs_total{cause=\"missing_knowledge\"} 0",
            "polus_alarms 0",
            "polus_connection_calls_limit{connection=\"acme\"} 40",
            "polus_connection_working{connection=\"acme\"} 0",
            "polus_webhook_seconds_bucket{le=\"0.005\"} 1",
            "polus_reply_seconds_count{connection=\"acme\"} 3",
            "polus_reply_seconds_sum{connection=\"acme\"} 200045.0",
            "polus_reply_seconds_bucket{le=\"20.0\",connection=\"acme\"} 0",
            "polus_reply_seconds_bucket{le=\"25.0\",connection=\"acme\"} 2",
            "polus_reply_seconds_bucket{le=\"86400.0\",connection=\"acme\"} 2",
            "polus_reply_seconds_bucket{le=\"+Inf\",connection=\"acme\"} 3",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
        }
    }
}
