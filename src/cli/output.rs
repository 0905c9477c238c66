//! Output: lines, JSON, tables, times, and colour where a person looks.

use std::io::{self, IsTerminal, Write};

use comfy_table::{Table, presets};
use polus_core::time::Time;
use serde_json::Value;

/// A line on standard output.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(())
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

/// Whether the reader of our output has closed it.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
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

/// A time of a JSON object, given there in milliseconds since 1970; `-` where there is none.
pub(super) fn time(value: &Value, field: &str) -> String {
    value[field].as_i64().map_or_else(|| "-".to_owned(), |at| Time(at).to_string())
}

/// The items of a list in a JSON object.
pub(super) fn items<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn is_coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
