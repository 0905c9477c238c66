//! Lets the people of the plays act at the desk when their time or their sign has come, plans what goes wrong, and
//! holds calls back where a step must come before them. It looks at the log that was heard and never at the clock of
//! the machine: the caller says what time it is.

use serde_json::{Map, json};
use thiserror::Error;

use super::cast::{Act, Channel, Moment, Play, Sign, Step, To, Trouble, When};
use super::seen::Seen;
use crate::gorgias::Desk;
use crate::gorgias::faults::{CallFault, Scripted, WebhookFault};
use crate::gorgias::people::{ActError, Assignee, Letter, NewTicket};
use crate::gorgias::seed::Cast;

/// Calls that are held back are planned ahead this often; each planned fault strikes once.
const HELD_AHEAD: usize = 4;

/// What a call that is held back is told to wait, in seconds. Short, because it makes all others wait as well.
const HELD_S: i64 = 1;

/// The story at the desk, as far as it has come.
pub struct Director {
    cast: Cast,
    began_ms: i64,
    acts: Vec<Running>,
}

/// A play under way.
struct Running {
    play: Play,
    ticket: Option<i64>,
    steps_done: usize,
    last_ms: i64,
    hold: Option<Scripted>,
    /// The first read may pass, and did not come through yet.
    first_read: Option<Scripted>,
    /// A read was refused since the last one that might pass.
    was_refused: bool,
}

/// Something that a person did, for those who watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// On which ticket.
    pub ticket: i64,
    /// Who did it and what.
    pub what: String,
}

/// The story names something that is not there: a mistake in the story.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoryError {
    /// The desk does not have it.
    #[error("the story asks the desk for what it lacks: {0}")]
    Desk(#[from] ActError),
    /// There is no such play, or it has not begun.
    #[error("the story has no ticket of the play {0:?} yet")]
    NoTicket(&'static str),
    /// There are no agents.
    #[error("the desk has no agents")]
    NoAgents,
}

impl Director {
    /// The plays from the beginning, at `now_ms`.
    pub fn new(plays: Vec<Play>, cast: Cast, now_ms: i64) -> Self {
        let acts = plays.into_iter().map(|play| Running {
            play,
            ticket: None,
            steps_done: 0,
            last_ms: now_ms,
            hold: None,
            first_read: None,
            was_refused: false,
        });
        Self { cast, began_ms: now_ms, acts: acts.collect() }
    }

    /// Lets everybody act whose turn it is.
    pub fn tick(
        &mut self,
        now_ms: i64,
        desk: &mut Desk,
        seen: &Seen,
        moment: Moment,
    ) -> Result<Vec<Told>, StoryError> {
        let mut told = Vec::new();
        for index in 0..self.acts.len() {
            if self.acts[index].ticket.is_none() && self.begins(index, now_ms, seen, moment) {
                told.push(self.begin(index, now_ms, desk)?);
            }
            let Some(ticket) = self.acts[index].ticket else { continue };
            while let Some(step) = self.due(index, ticket, now_ms, seen, moment) {
                told.extend(self.perform(index, ticket, step.act, now_ms, desk)?);
                self.acts[index].steps_done += 1;
                self.acts[index].last_ms = now_ms;
            }
            self.acts[index].hold_back(ticket, desk, seen);
        }
        Ok(told)
    }

    /// Whether every ticket that the crash is to meet in a certain state is in it.
    pub fn is_ready_for_crash(&self, seen: &Seen) -> bool {
        self.are_ready(seen, |_| true)
    }

    /// Whether the working day is over: nothing is left to do or owed but what is for the days off.
    pub fn is_day_over(&self, seen: &Seen) -> bool {
        let mut acts = self.acts.iter().filter(|act| act.play.begins != When::Once(Sign::DaysOff));
        acts.all(|act| act.is_done() && act.is_settled(seen))
    }

    /// Whether everything was done that the people were to do.
    pub fn is_over(&self) -> bool {
        self.acts.iter().all(Running::is_done)
    }

    /// What is still to be done, in words, for a story that does not come to its end.
    pub fn missing(&self, seen: &Seen) -> Vec<String> {
        let mut told = Vec::new();
        for act in &self.acts {
            let Some(ticket) = act.ticket else {
                told.push(format!("{}: did not begin", act.play.key));
                continue;
            };
            if let Some(step) = act.play.then.get(act.steps_done) {
                told.push(format!("#{ticket} ({}): waits for {:?}", act.play.key, step.when));
            } else if !seen.shows(ticket, Sign::Settled, Moment::First) {
                let owed = seen.ticket(ticket).map_or("nothing was heard of it".to_owned(), |ticket| {
                    let debts = ticket.agenda().debts;
                    let owed: Vec<String> = debts.iter().map(|debt| debt.id.to_string()).collect();
                    format!("{}, owes [{}]", ticket.phase_name(), owed.join(", "))
                });
                told.push(format!("#{ticket} ({}): {owed}", act.play.key));
            }
        }
        told
    }

    /// Whether the program owes nothing any more on any ticket of the story.
    pub fn is_settled(&self, seen: &Seen) -> bool {
        self.acts.iter().all(|act| act.is_settled(seen))
    }

    /// The plays that have begun, each with its ticket, in the order of the plays.
    pub fn tickets(&self) -> impl Iterator<Item = (&Play, i64)> {
        self.acts.iter().filter_map(|act| act.ticket.map(|ticket| (&act.play, ticket)))
    }

    fn begins(&self, index: usize, now_ms: i64, seen: &Seen, moment: Moment) -> bool {
        match self.acts[index].play.begins {
            When::At(seconds) | When::After(seconds) => {
                now_ms >= self.began_ms.saturating_add(i64::from(seconds) * 1_000)
            }
            When::Once(Sign::OthersReady) => {
                moment == Moment::First && self.are_ready(seen, |other| other != index)
            }
            // No other sign shows on a ticket that is not there.
            When::Once(sign) => seen.shows(0, sign, moment),
        }
    }

    fn are_ready(&self, seen: &Seen, asked: impl Fn(usize) -> bool) -> bool {
        let mut asked = self.acts.iter().enumerate().filter(|(index, _)| asked(*index));
        asked.all(|(_, act)| match (act.play.at_crash, act.ticket) {
            (None, _) => true,
            (Some(sign), Some(ticket)) => seen.shows(ticket, sign, Moment::First),
            (Some(_), None) => false,
        })
    }

    fn begin(&mut self, index: usize, now_ms: i64, desk: &mut Desk) -> Result<Told, StoryError> {
        let play = self.acts[index].play.clone();
        if play.troubles.contains(&Trouble::WebhookTwice) {
            desk.faults.plan(Scripted::Webhook {
                ticket: None,
                trigger: Some("ticket-message-created".to_owned()),
                fault: WebhookFault::Twice,
            });
        }
        let letter = if play.text.is_empty() { photo() } else { Letter::of(play.text) };
        let new = NewTicket {
            channel: play.channel.name().to_owned(),
            email: address_of(play.customer),
            name: play.customer.to_owned(),
            subject: (play.channel == Channel::Email).then(|| play.subject.to_owned()),
            tags: Vec::new(),
            assignee_user: self.user(play.to)?,
            letter,
        };
        let ticket = desk.customer_begins(now_ms, new)?.ticket_id;
        let act = &mut self.acts[index];
        act.ticket = Some(ticket);
        act.last_ms = now_ms;
        for trouble in &play.troubles {
            act.plan(ticket, *trouble, desk);
        }
        let asked = if play.text.is_empty() { "(a photo, no text)" } else { play.text };
        let to = match play.to {
            To::Ai => "",
            To::Agent => " (assigned to Ana)",
            To::Nobody => " (assigned to nobody)",
        };
        let what = format!("{} asks by {}{to}: {asked}", first_name(play.customer), play.channel.name());
        Ok(Told { ticket, what })
    }

    fn due(&self, index: usize, ticket: i64, now_ms: i64, seen: &Seen, moment: Moment) -> Option<Step> {
        let act = &self.acts[index];
        let step = act.play.then.get(act.steps_done).copied()?;
        let is_due = match step.when {
            When::At(seconds) => now_ms >= self.began_ms.saturating_add(i64::from(seconds) * 1_000),
            When::After(seconds) => now_ms >= act.last_ms.saturating_add(i64::from(seconds) * 1_000),
            When::Once(sign) => seen.shows(ticket, sign, moment),
        };
        is_due.then_some(step)
    }

    fn perform(
        &mut self,
        index: usize,
        ticket: i64,
        act: Act,
        now_ms: i64,
        desk: &mut Desk,
    ) -> Result<Option<Told>, StoryError> {
        let name = first_name(self.acts[index].play.customer).to_owned();
        let what = match act {
            Act::Writes(text) => {
                desk.customer_writes(now_ms, ticket, Letter::of(text))?;
                format!("{name} writes again: {text}")
            }
            Act::MachineWrites(text) => {
                desk.customer_writes(now_ms, ticket, automatic(text))?;
                format!("{name}'s answering machine writes: {text}")
            }
            Act::OtherWrites(other, text) => {
                let email = address_of(other);
                desk.other_writes(now_ms, ticket, (other, &email), Letter::of(text))?;
                format!("{}, on copy, writes: {text}", first_name(other))
            }
            Act::AgentAnswers(text) => {
                let agent = self.agent()?;
                desk.agent_replies(now_ms, ticket, agent, text)?;
                desk.assign(now_ms, ticket, Assignee::User(agent))?;
                format!("Ana takes the ticket and answers: {text}")
            }
            Act::RuleAnswers(text) => {
                desk.rule_replies(now_ms, ticket, 1, text)?;
                format!("a rule of the account answers: {text}")
            }
            Act::Assign(to) => {
                let assignee = self.user(to)?.map_or(Assignee::Nobody, Assignee::User);
                desk.assign(now_ms, ticket, assignee)?;
                let to = match to {
                    To::Ai => "the AI",
                    To::Agent => "Ana",
                    To::Nobody => "nobody",
                };
                format!("a rule assigns the ticket to {to}")
            }
            Act::Close => {
                desk.close(now_ms, ticket)?;
                "Ana closes the ticket".to_owned()
            }
            Act::Delete => {
                desk.delete(now_ms, ticket)?;
                "Ana deletes the ticket for good".to_owned()
            }
            Act::TakeIn(key) => {
                let other = self.acts.iter().find(|act| act.play.key == key).and_then(|act| act.ticket);
                let other = other.ok_or(StoryError::NoTicket(key))?;
                desk.merge(now_ms, other, ticket)?;
                format!("Ana merges #{other} into this ticket")
            }
            Act::LetGo => {
                self.acts[index].let_go(desk);
                return Ok(None);
            }
        };
        Ok(Some(Told { ticket, what }))
    }

    fn user(&self, to: To) -> Result<Option<i64>, StoryError> {
        match to {
            To::Ai => Ok(Some(self.cast.ai_user)),
            To::Agent => self.agent().map(Some),
            To::Nobody => Ok(None),
        }
    }

    fn agent(&self) -> Result<i64, StoryError> {
        self.cast.agents.first().copied().ok_or(StoryError::NoAgents)
    }
}

impl Running {
    fn is_done(&self) -> bool {
        self.ticket.is_some() && self.steps_done == self.play.then.len()
    }

    fn is_settled(&self, seen: &Seen) -> bool {
        self.ticket.is_some_and(|ticket| seen.shows(ticket, Sign::Settled, Moment::First))
    }

    fn plan(&mut self, ticket: i64, trouble: Trouble, desk: &mut Desk) {
        let held = CallFault::TooManyRequests { retry_after_s: HELD_S };
        let fault = match trouble {
            Trouble::ResponseLost => Scripted::post_on(ticket, CallFault::LostAfterEffect),
            Trouble::LandsLate(seconds) => {
                Scripted::post_on(ticket, CallFault::LandsLate { after_ms: seconds.saturating_mul(1_000) })
            }
            Trouble::Throttled(retry_after_s) => {
                Scripted::post_on(ticket, CallFault::TooManyRequests { retry_after_s })
            }
            Trouble::SendingFails(error) => Scripted::sending_fails(ticket, error),
            Trouble::WebhookTwice => return, // Planned before the first message was written.
            Trouble::HoldReads => {
                let pass = read_of(ticket, CallFault::Slow { ms: 0 });
                self.first_read = Some(pass.clone());
                self.hold = Some(read_of(ticket, held));
                pass
            }
        };
        desk.faults.plan(fault);
    }

    /// Sees to it that the calls to be held back meet a fault, however often they are made; and that the first read,
    /// which must pass, gets another chance when it failed on its way and the next one was refused.
    fn hold_back(&mut self, ticket: i64, desk: &mut Desk, seen: &Seen) {
        let Some(hold) = &self.hold else { return };
        let ahead = desk.faults.script.iter().filter(|planned| *planned == hold).count();
        self.was_refused |= (1..HELD_AHEAD).contains(&ahead);
        for _ in ahead..HELD_AHEAD {
            desk.faults.plan(hold.clone());
        }
        let Some(pass) = &self.first_read else { return };
        let Some(known) = seen.ticket(ticket) else { return };
        if known.fields.is_some() {
            desk.faults.script.retain(|planned| planned != pass);
            self.first_read = None;
        } else if known.reading.failing && self.was_refused && !desk.faults.script.contains(pass) {
            desk.faults.script.insert(0, pass.clone());
            self.was_refused = false;
        }
    }

    fn let_go(&mut self, desk: &mut Desk) {
        for planned in self.hold.take().into_iter().chain(self.first_read.take()) {
            desk.faults.script.retain(|fault| *fault != planned);
        }
    }
}

fn read_of(ticket: i64, fault: CallFault) -> Scripted {
    Scripted::call("GET", &format!("/api/tickets/{ticket}"), fault)
}

/// A letter that holds a file and nothing else.
fn photo() -> Letter {
    let file = json!({
        "url": "https://files.example/photo.jpg", "name": "photo.jpg", "size": 184_320, "content_type": "image/jpeg",
    });
    Letter { attachments: vec![file], ..Letter::of("") }
}

fn automatic(text: &str) -> Letter {
    let mut headers = Map::new();
    headers.insert("Auto-Submitted".to_owned(), json!("auto-replied"));
    Letter { headers, ..Letter::of(text) }
}

fn first_name(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

fn address_of(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}
