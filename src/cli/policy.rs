//! `polus policy`: what a merchant can set on a connection.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use polus_core::id::ConnectionId;
use serde_json::{Value, json};

use super::client::ServerAt;
use super::output::{self, items, text};
use super::{WrongUse, connection_id};

/// So many columns of a value stand in the table of all settings; a text of a reply is longer.
const VALUE_COLUMNS_MAX: usize = 48;

/// Show or set what a connection does: quiet times, confidence, handoffs, office hours, texts; each change is a version
#[derive(Args)]
pub(super) struct Policy {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show the settings that differ from the default, or all of them
    Show(Show),
    /// Set one or more settings: all of them, or none and every mistake is told
    Set(Set),
}

#[derive(Args)]
struct Show {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Show every setting, with what is allowed and what it does
    #[arg(long)]
    all: bool,
    /// JSON for programs: the whole policy and every setting
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

#[derive(Args)]
struct Set {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// KEY+= adds to a list, KEY-= takes away from it, KEY=default undoes what was set
    #[arg(value_name = "KEY=VALUE", required = true, value_parser = setting)]
    settings: Vec<(String, String)>,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Policy {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Show(show) => show.run(),
            What::Set(set) => set.run(),
        }
    }
}

impl Show {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let path = path(&self.id);
        let shown = self.server.with(|client| async move { client.get(&path).await })?;
        if self.json {
            output::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        let fields = items(&shown, "fields");
        let differ: Vec<&Value> = fields.iter().filter(|field| field["is_default"] == false).collect();
        let id = &self.id;
        let version = text(&shown, "version");
        output::line(&match differ.len() {
            0 => format!("{id}, policy version {version}: every setting has its default"),
            1 => format!("{id}, policy version {version}: 1 setting differs from its default"),
            count => format!("{id}, policy version {version}: {count} settings differ from their defaults"),
        })?;
        if self.all {
            return all(fields);
        }
        if differ.is_empty() {
            output::line(&format!("`polus policy show {id} --all` lists them all"))?;
        } else {
            let rows = differ.into_iter().map(|field| [text(field, "key"), value(field, "value")]);
            output::table(["SETTING", "VALUE"], rows.collect())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let mut set = BTreeMap::new();
        for (key, value) in &self.settings {
            if set.insert(key, value).is_some() {
                let problem = match key.ends_with(['+', '-']) {
                    true => "put its items into one, as `polus policy show --all` writes them",
                    false => "which is meant?",
                };
                return Err(WrongUse(format!("{key} is given twice; {problem}")).into());
            }
        }
        let (path, body) = (path(&self.id), json!({"set": set}));
        let changed = self.server.with(|client| async move { client.patch(&path, &body).await })?;
        if self.json {
            output::json(&changed)?;
            return Ok(ExitCode::SUCCESS);
        }
        let (id, version) = (&self.id, text(&changed, "version"));
        let settings = items(&changed, "changed");
        output::line(&match settings.is_empty() {
            true => format!("{id}: that is how it was set already; policy version {version} stays"),
            false => format!("{id}, policy version {version}"),
        })?;
        for setting in settings {
            let (key, from, to) = (text(setting, "key"), value(setting, "from"), value(setting, "to"));
            output::line(&format!("  {key}: {from} → {to}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn path(id: &ConnectionId) -> String {
    format!("/api/v1/connections/{id}/policy")
}

fn setting(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        Some(_) | None => {
            Err("it takes KEY=VALUE, for example quiet.chat=1s; `polus policy show ID --all` lists the keys"
                .to_owned())
        }
    }
}

fn all(fields: &[Value]) -> anyhow::Result<ExitCode> {
    let rows = fields.iter().map(|field| {
        [text(field, "key"), cut(value(field, "value")), text(field, "allowed"), text(field, "meaning")]
    });
    output::table(["SETTING", "VALUE", "ALLOWED", "MEANING"], rows.collect())?;
    output::line("a value that ends in … is longer; --json has it whole")?;
    Ok(ExitCode::SUCCESS)
}

/// A value as it is seen: also where there is nothing to see.
fn value(field: &Value, name: &str) -> String {
    let value = text(field, name);
    if value.is_empty() { "(empty)".to_owned() } else { value }
}

fn cut(value: String) -> String {
    // From the first letters of Korean on, nearly all are two columns wide.
    let columns = |letter: char| if letter < '\u{1100}' { 1 } else { 2 };
    let mut used = 0;
    let end = value.char_indices().find(|(_, letter)| {
        used += columns(*letter);
        used > VALUE_COLUMNS_MAX
    });
    match end {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_at_its_columns() {
        for (letter, count) in [("a", 48), ("é", 48), ("あ", 24)] {
            assert_eq!(cut(letter.repeat(count)), letter.repeat(count));
            assert_eq!(cut(letter.repeat(count + 1)), format!("{}…", letter.repeat(count)));
        }
    }
}
