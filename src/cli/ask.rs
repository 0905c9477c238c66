//! `polus ask`: what the answerer would say, from a folder of articles or from a connection's own.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use polus_actors::world::{Answerer, Knowledge, Question};
use polus_core::id::ConnectionId;
use polus_core::policy::Policy;
use serde_json::{Value, json};

use super::client::{NoServer, ServerAt, block_on};
use super::explain::tell_passages;
use super::output::{self, Paint, items, text};
use super::{WrongUse, connection_id};
use crate::asked::{Asked, Trial};
use crate::config::Key;
use crate::knowledge;
use crate::world::EmbeddedAnswerer;

/// Tell what would be answered, from which passages and how surely, or why a person or nobody would
///
/// The question is judged as the first message of a ticket that is assigned to the AI user, in live mode: by its words,
/// the help articles and the policy (the connection's, or with a folder the usual one). Not asked are the ticket's
/// history, tags and assignment, mail headers, the sender, the modes of connection and channels, and customers who
/// want no AI.
#[derive(Args)]
pub(super) struct Ask {
    /// The question, as a customer would write it
    question: String,
    /// Use the help articles and the policy of this connection on the running server
    #[arg(long, value_name = "ID", value_parser = connection_id)]
    connection: Option<ConnectionId>,
    /// Use this folder of help articles [default: the one in the settings, else the
    /// articles of the only connection on the running server]
    #[arg(long, value_name = "FOLDER", conflicts_with = "connection")]
    knowledge: Option<String>,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Ask {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if self.question.trim().is_empty() {
            return Err(WrongUse("the question is empty".to_owned()).into());
        }
        let config = self.server.place.load_with(Key::Knowledge, self.knowledge.clone())?;
        let told = match (&self.connection, config.knowledge) {
            (None, Some(folder)) => self.ask_folder(&folder)?,
            (Some(_), _) => self.ask_server()?,
            (None, None) => match self.ask_server() {
                Err(error) if error.is::<NoServer>() => {
                    let problem = "there are no help articles to ask: give a folder with --knowledge, or start a server with `polus serve` and connect an account";
                    return Err(WrongUse(problem.to_owned()).into());
                }
                told => told?,
            },
        };
        if self.json {
            output::json(&told)?;
        } else {
            tell(&told)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Asks the named connection, or the only one there is.
    fn ask_server(&self) -> anyhow::Result<Value> {
        let body = json!({"question": self.question, "connection": self.connection});
        self.server.with(|client| async move { client.post("/api/v1/ask", Some(&body)).await })
    }

    fn ask_folder(&self, folder: &Path) -> anyhow::Result<Value> {
        let articles = knowledge::read_folder(folder)?.iter().map(knowledge::kept).collect();
        let connection = connection_id("folder").map_err(|problem| anyhow!(problem))?;
        let question = Question {
            connection: connection.clone(),
            knowledge: Arc::new(Knowledge { version: 0, articles }),
            subject: None,
            text: self.question.clone(),
            synonyms: Vec::new(),
            answer_in_article_language: false,
        };
        let answerer = EmbeddedAnswerer::default();
        let answer = block_on(async { Ok(answerer.answer(&question).await?) })?;
        let trial = Trial {
            connection: &connection,
            question: &self.question,
            answer: &answer,
            policy: &Policy::default(),
            knowledge_version: 0,
        };
        Ok(serde_json::to_value(Asked::of(&trial)?)?)
    }
}

fn tell(told: &Value) -> anyhow::Result<()> {
    let paint = Paint::new();
    let decision = match told["decision"].as_str() {
        Some("answer") => paint.good("would answer"),
        Some("fixed_text") => paint.good("would send a fixed text"),
        Some("silence") => paint.bad("would stay silent"),
        _ => paint.bad("would hand off"),
    };
    output::line(&format!("{decision}: {}", text(told, "why")))?;
    if let Some(body) = told["body"].as_str() {
        output::line(&format!("\n{body}\n"))?;
    }
    tell_passages(items(told, "passages"), false)
}
