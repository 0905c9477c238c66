//! The commands: what each takes, and what the process ends with. A file for each command.
//!
//! Exit codes: 0 good, 1 failed, 2 wrong use.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod agreement;
mod ask;
mod client;
mod completions;
mod config;
mod connect;
mod connections;
mod demo;
mod disconnect;
mod doctor;
mod explain;
mod gorgias_sim;
mod handoff;
mod knowledge;
mod log;
mod mirror;
mod mode;
mod operate;
mod opt_outs;
mod output;
mod pause;
mod policy;
mod replay;
mod resume;
mod self_test;
mod serve;
mod settings;
mod simulate;
mod sync;
mod version;
mod waiting;
mod webhook;

/// A self-hosted AI agent for the Gorgias helpdesk: answers tickets from your own help articles, and hands them to
/// people when it should.
#[derive(Parser)]
#[command(name = "polus", version, max_term_width = 110, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Connect(connect::Connect),
    Disconnect(disconnect::Disconnect),
    Connections(connections::Connections),
    Webhook(webhook::Webhook),
    SelfTest(self_test::SelfTest),
    Mode(mode::Mode),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Handoff(handoff::Handoff),
    OptOuts(opt_outs::OptOuts),
    Policy(policy::Policy),
    Knowledge(knowledge::Knowledge),
    Waiting(waiting::Waiting),
    Sync(sync::Sync),
    Mirror(mirror::Mirror),
    Doctor(doctor::Doctor),
    Replay(replay::Replay),
    Explain(explain::Explain),
    Agreement(agreement::Agreement),
    Ask(ask::Ask),
    Log(log::Log),
    GorgiasSim(gorgias_sim::GorgiasSim),
    Simulate(simulate::Simulate),
    Config(config::Config),
    Completions(completions::Completions),
    Version(version::Version),
}

/// A mistake in how a command was used, as opposed to a failure of what it did.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUse(String);

const FIRST: &str = "\
Polus answers tickets in Gorgias from your own help articles, and hands them to people when it should.

Begin:
  polus demo                   a sample shop, a simulated Gorgias and the real program; nothing leaves this machine
  polus gorgias-sim            a simulated Gorgias to try things on
  polus serve                  the server; makes a data folder and tells where its secrets are
  polus connect --help         connect a Gorgias account to the running server
  polus self-test --help       see a test ticket answered and handed off, step by step
  polus ask \"How long is shipping?\" --knowledge FOLDER
                               what it would answer from a folder of Markdown articles
  polus doctor                 what is wrong, and what to do about it

`polus --help` lists all commands.";

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(command) = arguments.command else {
        return finish(output::line(FIRST).map(|()| ExitCode::SUCCESS));
    };
    finish(match command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Connect(connect) => connect.run(),
        Command::Disconnect(disconnect) => disconnect.run(),
        Command::Connections(connections) => connections.run(),
        Command::Webhook(webhook) => webhook.run(),
        Command::SelfTest(self_test) => self_test.run(),
        Command::Mode(mode) => mode.run(),
        Command::Pause(pause) => pause.run(),
        Command::Resume(resume) => resume.run(),
        Command::Handoff(handoff) => handoff.run(),
        Command::OptOuts(opt_outs) => opt_outs.run(),
        Command::Policy(policy) => policy.run(),
        Command::Knowledge(knowledge) => knowledge.run(),
        Command::Waiting(waiting) => waiting.run(),
        Command::Sync(sync) => sync.run(),
        Command::Mirror(mirror) => mirror.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Replay(replay) => replay.run(),
        Command::Explain(explain) => explain.run(),
        Command::Agreement(agreement) => agreement.run(),
        Command::Ask(ask) => ask.run(),
        Command::Log(log) => log.run(),
        Command::GorgiasSim(simulator) => simulator.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Config(config) => config.run(),
        Command::Completions(completions) => completions.run(),
        Command::Version(version) => version.run(),
    })
}

fn finish(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) if error.is::<output::ReaderGone>() => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(if error.is::<WrongUse>() { 2 } else { 1 })
        }
    }
}

/// A connection and one of its tickets, written `acme/501`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TicketName {
    connection: polus_core::id::ConnectionId,
    ticket: polus_core::id::TicketId,
}

impl TicketName {
    fn path(&self) -> String {
        format!("/api/v1/connections/{}/tickets/{}", self.connection, self.ticket)
    }
}

impl std::fmt::Display for TicketName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.connection, self.ticket)
    }
}

impl std::str::FromStr for TicketName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (connection, ticket) =
            text.split_once('/').ok_or("it takes CONNECTION/TICKET, for example acme/501")?;
        Ok(Self {
            connection: polus_core::id::ConnectionId::new(connection).map_err(|error| error.to_string())?,
            ticket: polus_core::id::TicketId(id_number(ticket).ok_or_else(|| {
                format!("{ticket:?} is no ticket number: it takes the number that ends the ticket's address in Gorgias")
            })?),
        })
    }
}

/// A connection's name on the command line.
fn connection_id(text: &str) -> Result<polus_core::id::ConnectionId, String> {
    polus_core::id::ConnectionId::new(text).map_err(|error| error.to_string())
}

/// A number by which Gorgias names something: they begin at 1.
fn id_number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests;
