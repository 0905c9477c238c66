//! Output: lines, JSON, tables, times, and colour where a person looks.

use std::io::{self, BufWriter, StdoutLock, Write};

use comfy_table::{Table, presets};
use polus_core::time::Time;
use serde_json::Value;

use crate::telemetry::is_coloured;

/// Whoever reads standard output has closed it, as `head` does when it has seen enough. No failure of the command.
#[derive(Debug, thiserror::Error)]
#[error("standard output is closed")]
pub(super) struct ReaderGone;

/// A line on standard output.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    written(writeln!(io::stdout().lock(), "{text}"))
}

/// Lines on standard output, many of them: written a buffer at a time.
pub(super) struct Lines(BufWriter<StdoutLock<'static>>);

impl Lines {
    pub fn new() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    pub fn line(&mut self, text: &str) -> anyhow::Result<()> {
        written(writeln!(self.0, "{text}"))
    }

    /// Writes what the buffer still holds.
    pub fn finish(mut self) -> anyhow::Result<()> {
        written(self.0.flush())
    }
}

/// JSON for programs, indented.
pub(super) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// A table without lines.
pub(super) fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for row in table.to_string().lines() {
        line(row.trim_end())?;
    }
    Ok(())
}

/// Tells on standard error why a command failed.
pub(super) fn complain(error: &anyhow::Error) {
    let error = format!("{error:#}");
    let word = if is_coloured(&io::stderr()) { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
    // With standard error gone there is nobody left to tell.
    drop(writeln!(io::stderr().lock(), "{word}: {error}"));
}

/// Colours for standard output; none off a terminal.
#[derive(Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    pub fn new() -> Self {
        Self(is_coloured(&io::stdout()))
    }

    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    pub fn faint(self, text: &str) -> String {
        self.with("2", text)
    }

    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    pub fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    pub fn warn(self, text: &str) -> String {
        self.with("33", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A text of a JSON object; `-` where there is none.
pub(super) fn text(value: &Value, field: &str) -> String {
    match &value[field] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Words of a stranger as a terminal may show them: nothing in them moves the cursor, colours, or turns the writing
/// around. Line breaks stay.
pub(super) fn harmless(text: &str) -> String {
    let steers = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if steers(letter) { '\u{FFFD}' } else { letter }).collect()
}

/// A time of a JSON object, given there in milliseconds since 1970; `-` where there is none.
pub(super) fn time(value: &Value, field: &str) -> String {
    value[field].as_i64().map_or_else(|| "-".to_owned(), |at| Time(at).to_string())
}

/// How long something lasts, given in milliseconds, in its two largest units: `2h 5m`.
pub(super) fn lasting(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / (60 * 60), seconds / (24 * 60 * 60));
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m"),
        (0, ..) => format!("{hours}h {}m", minutes % 60),
        _ => format!("{days}d {}h", hours % 24),
    }
}

/// The items of a list in a JSON object.
pub(super) fn items<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn written(result: io::Result<()>) -> anyhow::Result<()> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => ReaderGone.into(),
        _ => anyhow::Error::from(error).context("standard output"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_words_steer_no_terminal() {
        let written = "Hi\u{1b}[2J\r\u{202E}there\nשלום";
        assert_eq!(harmless(written), "Hi\u{FFFD}[2J\u{FFFD}\u{FFFD}there\nשלום");
    }

    #[test]
    fn a_time_is_told_in_its_largest_units() {
        const MINUTE_MS: u64 = 60_000;
        for (ms, words) in [
            (999, "0s"),
            (59_999, "59s"),
            (MINUTE_MS, "1m"),
            (125 * MINUTE_MS, "2h 5m"),
            (24 * 60 * MINUTE_MS, "1d 0h"),
            (77 * 60 * MINUTE_MS, "3d 5h"),
        ] {
            assert_eq!(lasting(ms), words);
        }
    }
}
