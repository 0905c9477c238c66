//! `polus agreement`: how often people sent what Polus drafted in shadow mode. From a running server, or from the data
//! folder when none runs.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use polus_core::agreement::Filter;
use polus_core::id::ConnectionId;
use polus_core::time::Time;
use serde_json::Value;

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, Paint, items, text};
use super::replay::from_server_or_data;
use crate::counted::counted;

/// Tell how often people sent what Polus drafted in shadow mode, by topic or by channel
#[derive(Args)]
pub(super) struct Agreement {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// A row for each of these
    #[arg(long, value_enum, default_value_t = By::Topic)]
    by: By,
    /// Only drafts since then, UTC, for example 2026-01-31 or 2026-01-31T08:00
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Time>,
    /// Only on this channel, for example email
    #[arg(long)]
    channel: Option<String>,
    /// Only on tickets that had this tag then
    #[arg(long, value_name = "TAG")]
    topic: Option<String>,
    /// JSON for programs: by topic and by channel
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

/// What a row stands for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// A tag of the tickets
    Topic,
    /// A channel
    Channel,
}

const COLUMNS: &str = "\
Each draft that became an internal note counts once (by topic: once for each tag of its ticket), by what people did next:
  AS IS, EDITED, DIFFERENT   a person answered with its words, with much of it changed, with other words
  ELSEWHERE                  the ticket was assigned to somebody else, who has not answered
  CLOSED                     the ticket was closed without an answer
  OVERTAKEN                  the customer wrote again first, and a newer draft covers that
  WAITING                    nobody has done anything yet
AGREED is (as is + edited) of (as is + edited + different); the true rate lies within 95 % RANGE in 95 of 100 cases.
HANDOFF is apart: so often people would have got the ticket were the mode live; in how many of these a person ANSWERED.
It compares wording, not meaning: another number is an edit, the same said otherwise is different.";

impl Agreement {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = self.path();
        let filter = Filter { since: self.since, channel: self.channel.clone(), topic: self.topic.clone() };
        let told = from_server_or_data(&self.server, &path, async |history| {
            Ok(serde_json::to_value(history.agreement(&self.id, filter).await?)?)
        })?;
        if self.json {
            output::json(&told)?;
        } else {
            self.tell(&told)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn path(&self) -> String {
        let since = self.since.map(|since| ("since", since.0.to_string()));
        let channel = self.channel.clone().map(|channel| ("channel", channel));
        let topic = self.topic.clone().map(|topic| ("topic", topic));
        let mut path = format!("/api/v1/connections/{}/agreement", self.id);
        for (number, (name, value)) in [since, channel, topic].into_iter().flatten().enumerate() {
            let mark = if number == 0 { '?' } else { '&' };
            path.push_str(&format!("{mark}{name}={}", escaped(&value)));
        }
        path
    }

    fn tell(&self, told: &Value) -> anyhow::Result<()> {
        let paint = Paint::new();
        if told["tickets_unread"].as_u64().is_some_and(|unread| unread > 0) {
            let unread = tickets(told, "tickets_unread");
            let problem = text(told, "problem");
            output::line(
                &paint.bad(&format!("{unread} could not be read, in no count; the first: {problem}")),
            )?;
        }
        let over_all = &told["over_all"];
        let is_empty = ["drafts_total", "would_hand_off_total"].iter().all(|sum| over_all[sum] == 0);
        if is_empty {
            return output::line(&self.nothing_yet(told));
        }
        let (name, rows) = match self.by {
            By::Topic => ("TOPIC", items(told, "topics")),
            By::Channel => ("CHANNEL", items(told, "channels")),
        };
        let mut rows: Vec<_> = rows.iter().map(|counts| row(self.name_of(counts), counts)).collect();
        rows.push(row("all".to_owned(), over_all));
        let header = [
            name,
            "DRAFTS",
            "AS IS",
            "EDITED",
            "DIFFERENT",
            "ELSEWHERE",
            "CLOSED",
            "OVERTAKEN",
            "WAITING",
            "AGREED",
            "95 % RANGE",
            "HANDOFF",
            "ANSWERED",
        ];
        output::table(header, rows)?;
        output::line(&format!("\n{}", paint.faint(COLUMNS)))
    }

    fn name_of(&self, counts: &Value) -> String {
        match self.by {
            By::Topic => counts["topic"].as_str().unwrap_or("(no tag)").to_owned(),
            By::Channel => text(counts, "channel"),
        }
    }

    fn nothing_yet(&self, told: &Value) -> String {
        let (id, tickets) = (&self.id, tickets(told, "tickets"));
        if self.since.is_some() || self.channel.is_some() || self.topic.is_some() {
            return format!(
                "nothing to compare among {tickets} of {id} with these limits; `polus agreement {id}` counts everything"
            );
        }
        format!(
            "nothing to compare yet among {tickets} of {id}.\n\
             Set the mode to shadow with `polus mode {id} shadow`: drafts on tickets assigned to the AI user become \
             internal notes, and customers see nothing of them. Once people have answered such tickets, this tells how \
             often they sent what Polus had drafted."
        )
    }
}

fn row(name: String, counts: &Value) -> [String; 13] {
    let drafts = &counts["drafts"];
    let rate = &counts["rate"];
    let percent = |field: &str| {
        let per_mille = rate[field].as_u64().unwrap_or_default();
        format!("{}.{}", per_mille / 10, per_mille % 10)
    };
    let (agreed, range) = if rate.is_object() {
        let range = format!("{} to {}", percent("low_per_mille"), percent("high_per_mille"));
        (format!("{} %", percent("per_mille")), range)
    } else {
        ("-".to_owned(), "-".to_owned())
    };
    [
        name,
        text(counts, "drafts_total"),
        text(drafts, "sent_as_is"),
        text(drafts, "edited"),
        text(drafts, "different"),
        text(drafts, "handed_elsewhere"),
        text(drafts, "closed"),
        text(drafts, "overtaken"),
        text(drafts, "nothing_yet"),
        agreed,
        range,
        text(counts, "would_hand_off_total"),
        text(&counts["would_hand_off"], "answered"),
    ]
}

fn since(text: &str) -> Result<Time, String> {
    Time::parse_gorgias(text)
        .ok_or_else(|| "it takes a day or a time, for example 2026-01-31 or 2026-01-31T08:00".to_owned())
}

/// A value as it may stand in a query.
fn escaped(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    value
        .as_bytes()
        .iter()
        .map(|byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn tickets(told: &Value, field: &str) -> String {
    counted(told[field].as_u64().unwrap_or_default(), "ticket", "tickets")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_day_is_a_time_and_any_tag_can_be_asked_for() {
        assert_eq!(since("2026-01-31"), Ok(Time(1_769_817_600_000)));
        assert_eq!(since("2026-01-31T08:00"), Ok(Time(1_769_846_400_000)));
        assert!(since("yesterday").is_err());
        assert_eq!(escaped("rück & sendung"), "r%C3%BCck%20%26%20sendung");
    }
}
