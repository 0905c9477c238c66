//! A scenario as one story from top to bottom, for whoever reads it: what was done to the world, which calls, webhooks
//! and writes went wrong, and what the tickets' logs say, in order of time.

use std::collections::BTreeMap;

use polus_core::id::TicketId;
use polus_core::replay::timeline;
use polus_core::ticket::Ticket;
use polus_core::time::Time;

use super::scene::{START_MS, Scene};
use crate::history::History;
use crate::telling::{clock, since};
use crate::trace::Line;

/// A line of the story. The order of its kinds is that of what happens in the same millisecond.
struct Told {
    at_ms: i64,
    /// Position of a record in the log, or of the last one before.
    position: u64,
    text: String,
    /// Whether it was the story's own doing.
    own: bool,
}

/// The story of `scene`, which is over.
pub(super) fn told(scene: &Scene, history: &History) -> Vec<String> {
    let mut lines = Vec::new();
    for happened in scene.happened() {
        let (at_ms, position, text) = (happened.at_ms, happened.head, happened.text);
        lines.push(Told { at_ms, position, text, own: true });
    }
    lines.extend(recorded(scene, history));
    let troubles = scene.stage.trace.take_lines();
    for (at_ms, text) in troubles.iter().filter_map(|line| Some((line.at_ms, trouble(line)?))) {
        lines.push(Told { at_ms, position: u64::MAX, text, own: false });
    }
    // A record comes before what was done when it was the last one; both were pushed in their own order.
    lines.sort_by_key(|line| (line.at_ms, line.position, line.own));
    let begins = format!("the story begins; it is {}", Time(START_MS));
    let told = once(lines).into_iter().map(|(at_ms, text)| row(at_ms, &text));
    std::iter::once(row(START_MS, &begins)).chain(told).collect()
}

/// What the logs of the story's tickets say.
fn recorded(scene: &Scene, history: &History) -> Vec<Told> {
    let mut lines = Vec::new();
    for ticket in scene.tickets() {
        let Ok((account, number)) = scene.named(ticket) else { continue };
        let Some(found) = history.accounts.get(account).and_then(|account| account.tickets.get(&number))
        else {
            continue;
        };
        let (timeline, illegal) = timeline(Ticket::new(TicketId(number)), &found.events);
        let at = |place: usize| found.positions.get(place).copied().unwrap_or(u64::MAX);
        for (place, step) in timeline.steps.iter().enumerate() {
            let position = at(place);
            let text = format!("    log     {ticket} {}: {}", step.event, since(START_MS, &step.told));
            lines.push(Told { at_ms: history.written_ms(position), position, text, own: false });
        }
        if let Some(illegal) = illegal {
            let position = at(timeline.steps.len());
            let text = format!("    log     {ticket} says what cannot be: {illegal}");
            lines.push(Told { at_ms: history.written_ms(position), position, text, own: false });
        }
    }
    lines
}

/// A call, a webhook or a write that went wrong.
fn trouble(line: &Line) -> Option<String> {
    match line.kind.as_str() {
        "call" => {
            let mut words = line.text.splitn(4, ' ');
            let (account, method, path) = (words.next()?, words.next()?, words.next()?);
            let went = match words.next()? {
                status if matches!(status.parse::<u16>(), Ok(..400)) => return None,
                status if status.parse::<u16>().is_ok() => format!("Gorgias answers {status}"),
                went => went.to_owned(),
            };
            Some(format!("    call    {account} {method} {path}: {went}"))
        }
        "webhook" => (!line.text.ends_with(" 200")).then(|| format!("    webhook {}", line.text)),
        "disk" => Some(format!("    disk    {}", line.text)),
        _ => None,
    }
}

/// What repeats itself until the story does something anew is told once, with how often and until when.
fn once(lines: Vec<Told>) -> Vec<(i64, String)> {
    let mut told: Vec<(i64, String)> = Vec::new();
    let mut repeated: BTreeMap<usize, (u32, i64)> = BTreeMap::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        if line.own {
            known.clear();
        } else if let Some(place) = known.get(&line.text) {
            let (more, until_ms) = repeated.entry(*place).or_insert((0, line.at_ms));
            *more += 1;
            *until_ms = line.at_ms;
            continue;
        } else {
            known.insert(line.text.clone(), told.len());
        }
        told.push((line.at_ms, line.text));
    }
    for (place, (more, until_ms)) in repeated {
        let text = &mut told[place].1;
        text.push_str(&format!(" ({more} times more until {})", clock(until_ms - START_MS)));
    }
    told
}

fn row(at_ms: i64, text: &str) -> String {
    format!("{:>16}  {text}", clock(at_ms - START_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(after_ms: i64, text: &str, own: bool) -> Told {
        Told { at_ms: START_MS + after_ms, position: 0, text: text.to_owned(), own }
    }

    #[test]
    fn what_repeats_itself_is_told_once_until_the_story_goes_on() {
        let lines = vec![
            line(0, "the disk fills up", true),
            line(1_000, "full", false),
            line(2_000, "a call fails", false),
            line(3_000, "full", false),
            line(4_000, "full", false),
            line(5_000, "the disk works again", true),
            line(6_000, "full", false),
        ];
        let told: Vec<String> = once(lines).into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            told,
            [
                "the disk fills up",
                "full (2 times more until 00:00:04.000)",
                "a call fails",
                "the disk works again",
                "full"
            ]
        );
    }

    #[test]
    fn only_what_went_wrong_is_told_of_calls_and_webhooks() {
        for (kind, text, expected) in [
            ("call", "acme GET /api/tickets/5 200", None),
            (
                "call",
                "acme GET /api/tickets/5 401",
                Some("    call    acme GET /api/tickets/5: Gorgias answers 401"),
            ),
            (
                "call",
                "acme PUT /api/tickets/5 202, and so",
                Some("    call    acme PUT /api/tickets/5: 202, and so"),
            ),
            ("webhook", "acme ticket-created 5 200", None),
            ("webhook", "acme ticket-created 5 503", Some("    webhook acme ticket-created 5 503")),
            ("disk", "acme/ticket/5 it is full", Some("    disk    acme/ticket/5 it is full")),
            ("record", "acme/ticket/5 00", None),
        ] {
            let line = Line { at_ms: 0, kind: kind.to_owned(), text: text.to_owned(), detail: String::new() };
            assert_eq!(trouble(&line).as_deref(), expected);
        }
    }
}
