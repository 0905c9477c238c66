//! `polus knowledge`: the help articles of a connection.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use polus_core::id::ConnectionId;
use serde_json::{Value, json};

use super::WrongUse;
use super::client::ServerAt;
use super::connection_id;
use super::output::{self, items, text};
use crate::counted::counted;
use crate::knowledge;

/// List, import or remove the help articles of a connection; each change is a version, the next draft uses it
#[derive(Args)]
pub(super) struct Knowledge {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the articles by name and title
    List(List),
    /// Import a folder of Markdown files: known names are replaced, others added; all of them or none
    Import(Import),
    /// Remove one article
    Remove(Remove),
}

#[derive(Args)]
struct List {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

#[derive(Args)]
struct Import {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Folder of articles (*.md), the first heading of each is its title
    folder: PathBuf,
    /// Also remove the articles that are not in the folder
    #[arg(long)]
    replace: bool,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

#[derive(Args)]
struct Remove {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Name of the article, as `polus knowledge list` shows it
    article: String,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Knowledge {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List(list) => list.run(),
            What::Import(import) => import.run(),
            What::Remove(remove) => remove.run(),
        }
    }
}

impl List {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let path = path(&self.id);
        let shown = self.server.with(|client| async move { client.get(&path).await })?;
        if self.json {
            output::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        let articles = items(&shown, "articles");
        if articles.is_empty() {
            let id = &self.id;
            output::line(&format!(
                "{id} has no help articles; import some with `polus knowledge import {id} FOLDER`"
            ))?;
        } else {
            let rows = articles.iter().map(|article| [text(article, "id"), text(article, "title")]);
            output::table(["ARTICLE", "TITLE"], rows.collect())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let articles: Vec<Value> = knowledge::read_folder(&self.folder)?
            .iter()
            .map(|article| json!({"id": article.id(), "text": article.markdown()}))
            .collect();
        let (path, body) = (path(&self.id), json!({"articles": articles, "replace": self.replace}));
        let changed = self.server.with(|client| async move { client.post(&path, Some(&body)).await })?;
        tell(&changed, self.json)
    }
}

impl Remove {
    fn run(&self) -> anyhow::Result<ExitCode> {
        // In an address these two mean another place, however they are written.
        if matches!(self.article.as_str(), "." | "..") {
            return Err(WrongUse(format!("{:?} is no article's name", self.article)).into());
        }
        let path = format!("{}/{}", path(&self.id), segment(&self.article));
        let changed = self.server.with(|client| async move { client.delete(&path).await })?;
        tell(&changed, self.json)
    }
}

fn path(id: &ConnectionId) -> String {
    format!("/api/v1/connections/{id}/knowledge")
}

fn tell(changed: &Value, is_json: bool) -> anyhow::Result<ExitCode> {
    if is_json {
        output::json(changed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let count = |field| items(changed, field).len();
    output::line(&format!(
        "{}, version {}: {} added, {} changed, {} unchanged, {} removed; {}",
        text(changed, "connection"),
        text(changed, "version"),
        count("added"),
        count("changed"),
        count("unchanged"),
        count("removed"),
        counted(changed["articles"].as_u64().unwrap_or_default(), "article", "articles")
    ))?;
    for field in ["added", "changed", "removed"] {
        for article in items(changed, field) {
            output::line(&format!("  {field:<8} {}", article.as_str().unwrap_or_default()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A name as one segment of an address.
fn segment(name: &str) -> String {
    let written = name.bytes().map(|byte| match byte {
        b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_segment() {
        assert_eq!(segment("returns-2.a"), "returns-2.a");
        assert_eq!(segment("Rück gabe/1?#%"), "R%C3%BCck%20gabe%2F1%3F%23%25");
    }
}
