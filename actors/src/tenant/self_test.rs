//! The guided self-test of a connection, as its supervisor leads it: whether it may begin, and its end when the
//! connection is cut or called with another key meanwhile.
//!
//! It goes on beside everything else: a ticket of its own, which the connection works on like on any other, and which is
//! looked at from outside. A process that ends in the middle forgets the test, and its ticket stays in Gorgias under
//! [`SUBJECT`].
//!
//! `self_test/run.rs` is the test from its first step to its last, `self_test/followed.rs` what its ticket's stream tells.

mod followed;
mod run;

use std::rc::Rc;

use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Context, Handler, SpawnHandle};
use polus_core::connection::{Connection, Status};
use polus_core::id::{TicketId, UserId};
use polus_core::policy::Mode;

use super::TenantSupervisor;
use crate::board::{SelfTest, SelfTestState, SelfTestStep};
use crate::mail::{BeginSelfTest, Refused};
use run::Run;

/// The subject of the test's ticket, which tells people what it is.
pub const SUBJECT: &str = "Polus self-test";

/// Longest address that Gorgias takes, in bytes.
const EMAIL_BYTES_MAX: usize = 320;

/// Longest question, in characters: a customer's letter of two pages.
const QUESTION_CHARS_MAX: usize = 4_000;

/// What stands in lists and names of addresses and in none alone.
const NOT_IN_AN_ADDRESS: &str = "<>()[],;:\\\"";

/// A self-test that goes on.
pub(super) struct Testing {
    handle: SpawnHandle,
    /// Generation and key that it began under.
    under: Key,
}

/// Generation, fingerprint of the key that a connection is called with, and the AI user; none while it is cut.
type Key = Option<(u32, String, UserId)>;

impl Handler<BeginSelfTest> for TenantSupervisor {
    type Result = Result<(), Refused>;

    fn handle(&mut self, wish: BeginSelfTest, context: &mut Context<Self>) -> Self::Result {
        let id = self.life.tenant.id.clone();
        if self.testing.is_some() {
            return Err(Refused::NotNow(format!(
                "a self-test of {id} is under way; begin the next one when it has ended"
            )));
        }
        if self.life.tenant.stopping.get() {
            return Err(Refused::NotNow("the server is stopping".to_owned()));
        }
        let connection = self.shown();
        may_begin(id.as_str(), &connection)?;
        let email = email_of(&wish.email)?;
        let question = self.question(wish.question.as_deref())?;
        let test = SelfTest {
            by: wish.by,
            email: email.clone(),
            question: question.clone(),
            started_at: self.life.world.clock.now(),
            ended_at: None,
            state: SelfTestState::Running { step: SelfTestStep::Create },
            ticket: None,
            steps: Vec::new(),
        };
        self.life.world.board.change_connection(&id, |view| view.self_test = Some(test));
        let run = Run::new(Rc::clone(&self.life), email, question, wish.keep);
        let handle = context.spawn(wrap_future(run.play()).map(|(), actor: &mut Self, _| {
            actor.testing = None;
        }));
        self.testing = Some(Testing { handle, under: key_of(&connection) });
        Ok(())
    }
}

impl TenantSupervisor {
    /// Breaks a self-test off whose connection was cut, or is called with another key now.
    pub(super) fn hold_self_test(&mut self, context: &mut Context<Self>) {
        let now = key_of(&self.shown());
        if self.testing.as_ref().is_none_or(|testing| testing.under == now) {
            return;
        }
        let cut = "the connection was cut";
        self.break_off(
            if now.is_none() { cut } else { "the connection was saved with another key or AI user" },
            context,
        );
    }

    /// Ends a self-test because the program is to stop.
    pub(super) fn end_self_test(&mut self, context: &mut Context<Self>) {
        self.break_off("the server stopped", context);
    }

    fn break_off(&mut self, why: &str, context: &mut Context<Self>) {
        let Some(testing) = self.testing.take() else { return };
        context.cancel_future(testing.handle);
        let world = &self.life.world;
        world.board.change_connection(&self.life.tenant.id, |view| {
            if let Some(test) = &mut view.self_test {
                let why = why_broken_off(why, test.ticket);
                test.state = SelfTestState::BrokenOff { why };
                test.ended_at = Some(world.clock.now());
            }
        });
    }

    /// The connection as people see it, which is as it was folded last.
    fn shown(&self) -> Connection {
        let view = self.life.world.board.connection(&self.life.tenant.id);
        view.map(|view| view.connection.clone()).unwrap_or_default()
    }

    /// What the test asks: what was asked for, or the title of the first help article.
    fn question(&self, asked: Option<&str>) -> Result<String, Refused> {
        if let Some(asked) = asked {
            return match asked.trim() {
                "" => Err(Refused::Bad("the question is empty".to_owned())),
                long if long.chars().count() > QUESTION_CHARS_MAX => Err(Refused::Bad(format!(
                    "the question is longer than {QUESTION_CHARS_MAX} characters; ask what a customer would"
                ))),
                odd if odd.chars().any(|letter| letter.is_control() && letter != '\n') => Err(Refused::Bad(
                    "the question holds control characters; write it in plain text".to_owned(),
                )),
                question => Ok(question.to_owned()),
            };
        }
        let knowledge = self.life.tenant.knowledge.borrow();
        let title = knowledge.articles.first().map(|article| article.title.trim().to_owned());
        title.filter(|title| !title.is_empty()).ok_or_else(|| {
            Refused::Bad(format!(
                "there is no help article to ask about: import some with `polus knowledge import {} FOLDER`, or give a \
                 question",
                self.life.tenant.id
            ))
        })
    }
}

fn may_begin(id: &str, connection: &Connection) -> Result<(), Refused> {
    let problem = match &connection.status {
        Status::Unverified | Status::Disconnected => {
            format!("{id} is not connected; `polus connect` connects it")
        }
        Status::Refused { problem }
        | Status::Insufficient { problem }
        | Status::AiUserMissing { problem } => {
            format!("{id} does not work now: {problem}. `polus doctor` says what to do")
        }
        Status::Active if connection.paused => {
            format!(
                "{id} is paused, so that nothing would be answered; `polus resume {id}` releases the brake"
            )
        }
        Status::Active if connection.mode == Mode::Off => {
            format!(
                "the mode of {id} is off, so that nothing would be answered; `polus mode {id} live` changes that"
            )
        }
        Status::Active => return Ok(()),
    };
    Err(Refused::NotNow(problem))
}

fn email_of(text: &str) -> Result<String, Refused> {
    let email = text.trim();
    let is_one = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && host.split('.').all(|label| !label.is_empty())
    });
    let is_out =
        |letter: char| letter.is_whitespace() || letter.is_control() || NOT_IN_AN_ADDRESS.contains(letter);
    let is_clean = !email.chars().any(is_out);
    if is_one && is_clean && email.len() <= EMAIL_BYTES_MAX {
        return Ok(email.to_owned());
    }
    Err(Refused::Bad(format!(
        "{email:?} is no e-mail address; give one of your own, to which the answers go"
    )))
}

fn key_of(connection: &Connection) -> Key {
    let details = connection.details.as_ref().filter(|_| connection.is_connected())?;
    Some((connection.generation, details.key_fingerprint.clone(), details.ai_user))
}

fn why_broken_off(why: &str, ticket: Option<TicketId>) -> String {
    match ticket {
        Some(ticket) => {
            format!("{why}; ticket {ticket}, {SUBJECT:?}, may still be in Gorgias: delete it there")
        }
        None => format!("{why}; if there is a ticket {SUBJECT:?} in Gorgias, delete it there"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn an_address_is_taken_and_what_is_none_is_not() {
        assert_eq!(email_of(" olga@shop.example\n").unwrap(), "olga@shop.example");
        for text in [
            "",
            "olga",
            "@shop.example",
            "olga@",
            "olga@shop",
            "a b@shop.example",
            "a@b@shop.example",
            "a@shop.",
            "a@.example",
            "a@x..example",
            "<a@shop.example>",
            "a,b@shop.example",
        ] {
            let problem = email_of(text).unwrap_err().to_string();
            assert!(problem.contains("no e-mail address"), "{text:?}: {problem}");
        }
        assert!(email_of(&format!("{}@shop.example", "a".repeat(EMAIL_BYTES_MAX))).is_err());
    }

    #[test]
    fn what_would_answer_nothing_is_not_tested() {
        let active = Connection { status: Status::Active, ..Connection::default() };
        assert_eq!(may_begin("acme", &active), Ok(()));
        let refused = Status::Refused { problem: "no such key".to_owned() };
        for (connection, words) in [
            (Connection::default(), "`polus connect`"),
            (Connection { status: Status::Disconnected, ..Connection::default() }, "not connected"),
            (Connection { status: refused, ..Connection::default() }, "no such key"),
            (Connection { paused: true, ..active.clone() }, "`polus resume acme`"),
            (Connection { mode: Mode::Off, ..active.clone() }, "`polus mode acme live`"),
        ] {
            let problem = may_begin("acme", &connection).unwrap_err();
            assert!(matches!(&problem, Refused::NotNow(told) if told.contains(words)), "{problem}");
        }
    }
}
