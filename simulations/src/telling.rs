//! A run in words: what it is like, who does what when, when the program dies, and what its log says.

use std::collections::BTreeMap;

use polus_core::id::{Stream, TicketId};
use polus_core::replay::{Step as Told, timeline};
use polus_core::ticket::Ticket;
use polus_core::time::Time;

use crate::log::is_slow;
use crate::options::Options;
use crate::plan::Plan;
use crate::properties::Broken;
use crate::run::{NAMES, Outcome, START_MS};
use crate::trace::{Line, RECORD};

mod table;
mod words;

pub use table::options;
pub(crate) use words::{act, delivered, moment, travelled};

/// What happened in a run whose lines were kept, all of it, with the records of the log where they were written.
pub fn everything(outcome: &Outcome, plan: &Plan) -> Vec<String> {
    told(happened(outcome, plan, |_| true, |_| true))
}

/// The same as a short story: what people and machines did, how the program lived and died, what went wrong at or on the
/// way to what the broken promise is about, and what the log says of it; then how it was broken.
pub fn story(outcome: &Outcome, plan: &Plan, broken: &Broken) -> Vec<String> {
    let about = About::of(&broken.about);
    let mut lines =
        told(happened(outcome, plan, |line| about.concerns(line), |stream| about.concerns_stream(stream)));
    lines.push(format!("{:>16}  {broken}", "BROKEN"));
    lines
}

/// The plan alone in words, for a run that came to no end.
pub fn plan(options: &Options, plan: &Plan) -> Vec<String> {
    let mut at_ms = 0;
    let told = plan.iter().map(|step| {
        at_ms += i64::try_from(step.after_ms).unwrap_or(0);
        format!("{:>16}  {}", clock(at_ms), act(options, step, &BTreeMap::new()))
    });
    told.collect()
}

/// What a broken promise is about: a ticket, an account, or all.
struct About {
    account: Option<String>,
    ticket: Option<String>,
}

impl About {
    /// The promises name a ticket by account and number, or by its stream.
    fn of(about: &str) -> Self {
        let (account, rest) = about.split_once('/').unwrap_or((about, ""));
        let ticket = rest.strip_prefix("ticket/").unwrap_or(rest);
        let is_ticket = ticket.parse::<i64>().is_ok();
        Self {
            account: NAMES.contains(&account).then(|| account.to_owned()),
            ticket: is_ticket.then(|| ticket.to_owned()),
        }
    }

    /// What went well on the way is not told: the log says what came of it. Lives and acts always are.
    fn concerns(&self, line: &Line) -> bool {
        let words: Vec<&str> = line.text.split(' ').collect();
        let there = self.account.as_deref().is_none_or(|account| words.first() == Some(&account));
        let on_it = |place: usize| {
            let word = words.get(place).copied().unwrap_or_default();
            self.ticket.as_deref().is_none_or(|ticket| word.split('/').any(|part| part == ticket))
        };
        match line.kind.as_str() {
            "call" => there && on_it(2) && !(words.get(1) == Some(&"GET") && words.last() == Some(&"200")),
            "webhook" => there && on_it(2) && words.last() != Some(&"200"),
            // What was only slow changes no story.
            "disk" => {
                words.first().is_some_and(|stream| self.concerns_stream(stream)) && !is_slow(&line.text)
            }
            _ => true,
        }
    }

    /// Without a ticket only the connections' streams are told.
    fn concerns_stream(&self, stream: &str) -> bool {
        let account = stream.split('/').next();
        let there = self.account.is_none() || account == self.account.as_deref();
        match &self.ticket {
            Some(ticket) => there && stream.ends_with(&format!("/ticket/{ticket}")),
            None => there && stream.ends_with("/connection"),
        }
    }
}

/// What happened, in order: milliseconds since 1970, and the words.
fn happened(
    outcome: &Outcome,
    plan: &Plan,
    tells_line: impl Fn(&Line) -> bool,
    tells_stream: impl Fn(&str) -> bool,
) -> Vec<(i64, String)> {
    let mut acts = plan.iter();
    let mut happened = Vec::new();
    for line in &outcome.lines {
        let text = match line.kind.as_str() {
            "act" => acts
                .next()
                .map_or_else(|| line.text.clone(), |step| act(&outcome.options, step, &outcome.tickets)),
            // The log itself tells of them in words.
            RECORD => continue,
            _ if !tells_line(line) => continue,
            "end of a life" => format!("=== {} ===", line.text),
            kind => format!("    {kind:<8}{}", line.text),
        };
        happened.push((line.at_ms, text));
    }
    happened.extend(recorded(outcome, tells_stream));
    happened.sort_by_key(|(at_ms, _)| *at_ms);
    happened
}

/// The records of the log, the tickets' in words.
fn recorded(outcome: &Outcome, tells_stream: impl Fn(&str) -> bool) -> Vec<(i64, String)> {
    let history = &outcome.history;
    let mut steps: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (account, _, ticket) in history.tickets() {
        let number = TicketId(ticket.id);
        let (told, _) = timeline(Ticket::new(number), &ticket.events);
        steps.insert(Stream::Ticket(account.clone(), number).to_string(), told.steps);
    }
    let mut lines = Vec::new();
    for record in history.records.iter().filter(|record| tells_stream(record.stream.as_str())) {
        let steps = steps.get(record.stream.as_str()).map(Vec::as_slice).unwrap_or_default();
        let step = steps.iter().find(|step| step.sequence == record.sequence);
        let what = step.map(|step| format!(" {}: {}", step.event, step.told)).unwrap_or_default();
        let text = format!("    log     {} {}{}", record.stream, record.sequence, since(START_MS, &what));
        lines.push((history.written_ms(record.position), text));
    }
    lines
}

fn told(happened: Vec<(i64, String)>) -> Vec<String> {
    let line = |(at_ms, text)| format!("{:>16}  {text}", clock(at_ms - START_MS));
    happened.into_iter().map(line).collect()
}

/// A text in which times stand as the time since `start_ms` (milliseconds since 1970), as in the lines around it.
pub(crate) fn since(start_ms: i64, text: &str) -> String {
    let told = |word: &str| {
        let time = word.trim_end_matches([',', ';', ':', ')', '.']);
        let since_ms = Time::parse_gorgias(time).filter(|_| time.ends_with('Z'))?.0 - start_ms;
        // A program whose clock is wrong may speak of a time before the beginning.
        (since_ms >= 0).then(|| word.replacen(time, &clock(since_ms), 1))
    };
    let words = text.split(' ').map(|word| told(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// Since the beginning.
pub(crate) fn clock(ms: i64) -> String {
    let ms = u64::try_from(ms).unwrap_or(0);
    format!("{}.{:03}", crate::report::span(ms), ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_the_time_since_the_beginning() {
        for (text, told) in [
            ("quiet until 2025-10-09T08:53:42.650Z", "quiet until 00:00:22.650"),
            ("read 2025-10-09T08:53:20.000Z, by us", "read 00:00:00.000, by us"),
            ("before 2025-10-09T08:53:19.000Z", "before 2025-10-09T08:53:19.000Z"),
            ("message 880000001  as it is.", "message 880000001  as it is."),
        ] {
            assert_eq!(since(START_MS, text), told);
        }
    }
}
