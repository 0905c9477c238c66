//! The self-test from its first step to its last: what it asks of Gorgias, what it waits for, and the words for how each
//! step ended. Its calls go in the operator's lane and only while the connection may call at all.

use std::rc::Rc;
use std::time::Duration;

use polus_core::gorgias::requests::{self, CustomerMessage};
use polus_core::gorgias::{Call, Refusal, Reply, answers};
use polus_core::id::{CustomerId, Stream, TicketId, UserId};

use super::SUBJECT;
use super::followed::{Became, Followed, Which};
use crate::board::{SelfTest, SelfTestState, SelfTestStep, StepEnded};
use crate::budget::Lane;
use crate::journal::{Journal, JournalError};
use crate::tenant::Life;

/// How often the ticket's stream is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A webhook that comes at all comes within seconds.
const WEBHOOK_TAKES: Duration = Duration::from_secs(60);

/// An answer that comes at all comes within this long after the customer was quiet for as long as the policy asks for.
const ANSWER_TAKES: Duration = Duration::from_secs(3 * 60);

/// The same for a handoff.
const HANDOFF_TAKES: Duration = Duration::from_secs(3 * 60);

/// A call that Gorgias has no time for now is made again for so long.
const CALL_TAKES: Duration = Duration::from_secs(60);

/// What the customer asks for once the question is answered.
const REQUEST: &str = "I want to talk to a human";

/// Messages that the test writes in the customer's name.
const MESSAGES: usize = 2;

/// What a step saw; an error says what is wrong and what to do.
type Seen = Result<String, String>;

/// A self-test that goes on.
pub(super) struct Run {
    life: Rc<Life>,
    email: String,
    question: String,
    keep: bool,
}

/// The test's ticket.
struct Created {
    ticket: TicketId,
    ai_user: UserId,
    customer: CustomerId,
    mailbox: Option<String>,
    /// When it was there, by the monotonic clock.
    at: Duration,
}

/// What the test's ticket is in Gorgias.
enum Found {
    /// As the test made it, with what came of it.
    Ours,
    /// Not there.
    Gone,
    /// Not to be touched, with why.
    Not(String),
}

/// Which calls are made again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// Those that certainly had no effect.
    WithoutEffect,
    /// Those that may have had one: twice is as good as once.
    Always,
}

impl Run {
    pub fn new(life: Rc<Life>, email: String, question: String, keep: bool) -> Self {
        Self { life, email, question, keep }
    }

    /// Plays the test to its end. What becomes of it is on the board.
    pub async fn play(self) {
        let began = self.begin(SelfTestStep::Create);
        let created = self.create().await;
        let seen = created.as_ref().map(|created| self.told_of(created)).map_err(Clone::clone);
        self.end(SelfTestStep::Create, began, seen);
        let passed = match created {
            Ok(created) => {
                let worked = self.works(&created).await;
                let began = self.begin(SelfTestStep::CleanUp);
                let seen = self.clean_up(&created).await;
                self.end(SelfTestStep::CleanUp, began, seen) && worked
            }
            Err(_) => false,
        };
        let now = self.life.world.clock.now();
        self.show(|test| {
            test.state = if passed { SelfTestState::Passed } else { SelfTestState::Failed };
            test.ended_at = Some(now);
        });
    }

    /// The steps between the ticket's making and its removal; the first that fails is the last.
    async fn works(&self, created: &Created) -> bool {
        let stream = Stream::Ticket(self.life.tenant.id.clone(), created.ticket);
        let journal = Journal::of(&self.life.world, &stream, Followed::new(created.ticket));
        self.begin(SelfTestStep::Webhook);
        let mut stream = match journal {
            Ok(stream) => stream,
            Err(error) => return self.end(SelfTestStep::Webhook, created.at, Err(error.to_string())),
        };
        let seen = self.webhook(&mut stream, created).await;
        if !self.end(SelfTestStep::Webhook, created.at, seen) {
            return false;
        }
        self.begin(SelfTestStep::Answered);
        let seen = self.answered(&mut stream, created).await;
        if !self.end(SelfTestStep::Answered, created.at, seen) {
            return false;
        }
        let began = self.begin(SelfTestStep::Handoff);
        let seen = self.handoff(&mut stream, created).await;
        self.end(SelfTestStep::Handoff, began, seen)
    }

    async fn create(&self) -> Result<Created, String> {
        let terms = self.life.tenant.terms.borrow().clone().ok_or("the connection is not connected")?;
        let page = self.call(&requests::tickets(None), Again::Always).await;
        let mailboxes = page.and_then(|page| answers::mailboxes(&page));
        let mailboxes = mailboxes.map_err(|refusal| format!("reading tickets: {}", refusal.for_people()))?;
        if mailboxes.iter().any(|mailbox| mailbox.eq_ignore_ascii_case(&self.email)) {
            return Err(format!(
                "{} is a mailbox of the shop, and an answer sent there would come back as a new ticket: give an address \
                 of your own that Gorgias does not read",
                self.email
            ));
        }
        let (customer, mailbox) = (self.customer().await?, mailboxes.into_iter().next());
        let message = self.message(customer, mailbox.clone(), &self.question);
        let call = requests::create_ticket(&message, terms.ai_user);
        let reply = self.call(&call, Again::WithoutEffect).await;
        let at = self.life.world.clock.monotonic();
        let created = reply.and_then(|reply| answers::ticket(&reply)).map_err(|refusal| {
            let problem = format!("creating a ticket: {}", refusal.for_people());
            if refusal.may_have_happened() {
                format!("{problem} It may be in Gorgias all the same: delete the ticket {SUBJECT:?} there")
            } else {
                problem
            }
        })?;
        let ticket = created.ticket;
        self.show(|test| test.ticket = Some(ticket));
        Ok(Created { ticket, ai_user: terms.ai_user, customer, mailbox, at })
    }

    /// The customer with the test's address, made where there is none.
    async fn customer(&self) -> Result<CustomerId, String> {
        let known = self.call(&requests::customers_at(&self.email), Again::Always).await;
        let known = known.and_then(|reply| answers::customer_at(&reply, &self.email));
        let known = known.map_err(|refusal| format!("looking for the customer: {}", refusal.for_people()))?;
        if let Some(customer) = known {
            return Ok(customer);
        }
        let made = self.call(&requests::create_customer(&self.email), Again::WithoutEffect).await;
        let made = made.and_then(|reply| answers::created_customer(&reply));
        made.map_err(|refusal| format!("creating a customer: {}", refusal.for_people()))
    }

    fn told_of(&self, created: &Created) -> String {
        let ticket = created.ticket;
        match &created.mailbox {
            Some(mailbox) => {
                format!("ticket {ticket}, an e-mail of {} to {mailbox}, assigned to the AI user", self.email)
            }
            None => format!(
                "ticket {ticket} on the channel api, assigned to the AI user; no ticket of the account tells a mailbox of \
                 the shop, so the answers stand on the ticket and no e-mail goes to {}",
                self.email
            ),
        }
    }

    async fn webhook(&self, stream: &mut Journal<Followed>, created: &Created) -> Seen {
        let came = |ticket: &Followed| ticket.webhook_came().then_some(());
        match self.wait(stream, created.at, WEBHOOK_TAKES, came).await? {
            Some(()) => Ok("Gorgias called the webhook".to_owned()),
            None => Err(format!(
                "no webhook came within {} s: `polus webhook {} check` says how they stand",
                WEBHOOK_TAKES.as_secs(),
                self.life.tenant.id
            )),
        }
    }

    async fn answered(&self, stream: &mut Journal<Followed>, created: &Created) -> Seen {
        let limit = self.quiet(created) + ANSWER_TAKES;
        let became = self.wait(stream, created.at, limit, |ticket| ticket.became(Which::Question)).await?;
        let problem = match became {
            Some(Became::Answered) => return Ok("the question was answered".to_owned()),
            Some(Became::Drafted) => {
                return Ok(
                    "in shadow mode: a draft of the answer is on the ticket as an internal note".to_owned()
                );
            }
            Some(Became::HandedOff(reason)) => format!("the question was handed off: {reason}"),
            Some(Became::WouldBeHandedOff(reason)) => {
                format!("in shadow mode, and the question would have been handed off: {reason}")
            }
            Some(Became::Silence(reason)) => format!("the question was met with silence: {reason}"),
            Some(Became::Gone) => "the ticket was deleted or merged into another meanwhile".to_owned(),
            None => self.too_late("no answer", stream.machine(), Which::Question, limit),
        };
        Err(self.explained(&problem, created))
    }

    async fn handoff(&self, stream: &mut Journal<Followed>, created: &Created) -> Seen {
        match self.found(created).await {
            Found::Ours => {}
            Found::Gone => return Err("the ticket was deleted or merged into another meanwhile".to_owned()),
            Found::Not(problem) => return Err(problem),
        }
        let message = self.message(created.customer, created.mailbox.clone(), REQUEST);
        let posted =
            self.call(&requests::post_as_customer(created.ticket, &message), Again::WithoutEffect).await;
        posted.map_err(|refusal| format!("writing {REQUEST:?}: {}", refusal.for_people()))?;
        let since = self.life.world.clock.monotonic();
        let limit = self.quiet(created) + HANDOFF_TAKES;
        let became = self.wait(stream, since, limit, |ticket| ticket.became(Which::Request)).await?;
        let problem = match became {
            Some(Became::HandedOff(_)) => return self.assigned_away(stream.machine(), created).await,
            Some(Became::WouldBeHandedOff(_)) => {
                return Ok(
                    "in shadow mode: people would have got the ticket, which stays as it is".to_owned()
                );
            }
            Some(Became::Answered | Became::Drafted) => format!(
                "{REQUEST:?} was answered and not handed off; `polus policy show {} --all` shows the settings of handoffs",
                self.life.tenant.id
            ),
            Some(Became::Silence(reason)) => format!("{REQUEST:?} was met with silence: {reason}"),
            Some(Became::Gone) => "the ticket was deleted or merged into another meanwhile".to_owned(),
            None => self.too_late("no handoff", stream.machine(), Which::Request, limit),
        };
        Err(self.explained(&problem, created))
    }

    /// Whether Gorgias shows the handed-off ticket with somebody else than the AI user.
    async fn assigned_away(&self, followed: &Followed, created: &Created) -> Seen {
        let reply = self.call(&requests::ticket(created.ticket), Again::Always).await;
        let shown = reply.and_then(|reply| answers::ticket(&reply));
        let shown = shown.map_err(|refusal| {
            let problem = refusal.for_people();
            format!("the ticket was handed off, but whom it is assigned to now cannot be read: {problem}")
        })?;
        let (user, team) = (shown.fields.assignee, shown.fields.team);
        if user == Some(created.ai_user) {
            let why = followed.reassignment_skipped().map_or_else(
                || {
                    "a rule in Gorgias may give it back: let it leave out tickets with the handoff's tags"
                        .to_owned()
                },
                str::to_owned,
            );
            let problem = format!("handed off, but Gorgias shows the ticket with the AI user still: {why}");
            return Err(self.explained(&problem, created));
        }
        if let (None, None, Some(why)) = (user, team, followed.reassignment_skipped()) {
            let problem = format!("handed off, and Gorgias shows the ticket with nobody: {why}");
            return Err(self.explained(&problem, created));
        }
        let to = match (user, team) {
            (Some(user), Some(team)) => format!("to user {user} of team {team}"),
            (Some(user), None) => format!("to user {user}"),
            (None, Some(team)) => format!("to team {team}"),
            (None, None) => "to nobody: the connection names no team and no person for handoffs".to_owned(),
        };
        Ok(format!("handed off, and assigned {to}"))
    }

    /// Whether the ticket holds nothing but what the test brought about: it may have been merged, or somebody wrote.
    async fn found(&self, created: &Created) -> Found {
        let ticket = created.ticket;
        let reply = self.call(&requests::ticket(ticket), Again::Always).await;
        let shown = match reply.and_then(|reply| answers::ticket(&reply)) {
            Ok(shown) => shown,
            Err(Refusal::NotFound) => return Found::Gone,
            Err(refusal) => return Found::Not(format!("reading ticket {ticket}: {}", refusal.for_people())),
        };
        if shown.ticket != ticket {
            return Found::Not(format!("ticket {ticket} was merged into ticket {}", shown.ticket));
        }
        let customers: Vec<_> = shown.messages.iter().filter(|message| !message.from_agent).collect();
        let by_others = customers.iter().any(|message| message.sender != Some(created.customer.0));
        if by_others || customers.len() > MESSAGES {
            return Found::Not(format!("ticket {ticket} holds messages that the test did not write"));
        }
        Found::Ours
    }

    async fn clean_up(&self, created: &Created) -> Seen {
        let ticket = created.ticket;
        if self.keep {
            return Ok(format!("ticket {ticket}, {SUBJECT:?}, stays in Gorgias, as was asked for"));
        }
        match self.found(created).await {
            Found::Ours => {}
            Found::Gone => return Ok(format!("ticket {ticket} is gone already")),
            Found::Not(problem) => {
                return Err(format!(
                    "{problem}, so nothing was deleted: look at it, and delete it in Gorgias"
                ));
            }
        }
        let refused = match self.call(&requests::delete_ticket(ticket), Again::Always).await {
            Ok(_) | Err(Refusal::NotFound) => return Ok(format!("ticket {ticket} was deleted")),
            Err(refusal) => refusal.for_people(),
        };
        match self.call(&requests::close_ticket(ticket), Again::Always).await {
            Ok(_) => Ok(format!("ticket {ticket} was closed, since Gorgias does not delete it: {refused}")),
            Err(refusal) => Err(format!(
                "ticket {ticket}, {SUBJECT:?}, is still in Gorgias: delete it there. Deleting it: {refused} Closing it: {}",
                refusal.for_people()
            )),
        }
    }

    /// Looks at the ticket's stream until `look` finds something; nothing when `limit` has passed since `since`.
    async fn wait<T>(
        &self,
        stream: &mut Journal<Followed>,
        since: Duration,
        limit: Duration,
        look: impl Fn(&Followed) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let clock = &self.life.world.clock;
        loop {
            match stream.catch_up().await {
                Ok(_) => {}
                Err(error @ JournalError::Busy { .. }) => {
                    tracing::debug!(connection = %self.life.tenant.id, %error, "the ticket of the self-test is read again");
                }
                Err(error @ JournalError::Unreadable { .. }) => {
                    return Err(format!("the ticket's log cannot be read: {error}"));
                }
            }
            if let Some(found) = look(stream.machine()) {
                return Ok(Some(found));
            }
            if clock.monotonic().saturating_sub(since) >= limit {
                return Ok(None);
            }
            clock.sleep(LOOK_EVERY).await;
        }
    }

    /// Makes a call, and again while it may work in a moment.
    async fn call(&self, call: &Call, again: Again) -> Result<Reply, Refusal> {
        let (desk, world) = (&self.life.tenant.desk, &self.life.world);
        let until = world.clock.monotonic() + CALL_TAKES;
        loop {
            let mut permit = desk.reserve(Lane::Operator, 1).await;
            let reply = desk.call_aside(&mut permit, call).await;
            drop(permit);
            let Err(refusal) = &reply else { return reply };
            let may = refusal.is_repeatable() && (again == Again::Always || !refusal.may_have_happened());
            if !may || world.clock.monotonic() >= until {
                return reply;
            }
            world.clock.sleep(world.limits.retry_first).await;
        }
    }

    fn message(&self, customer: CustomerId, mailbox: Option<String>, text: &str) -> CustomerMessage {
        let (email, subject) = (self.email.clone(), SUBJECT.to_owned());
        CustomerMessage { customer, email, mailbox, subject, text: text.to_owned() }
    }

    /// How long a customer must be quiet before anything is answered.
    fn quiet(&self, created: &Created) -> Duration {
        let channel = self.message(created.customer, created.mailbox.clone(), "").channel();
        self.life.tenant.terms.borrow().as_ref().map_or(Duration::ZERO, |terms| terms.policy.quiet(channel))
    }

    fn too_late(&self, what: &str, followed: &Followed, which: Which, limit: Duration) -> String {
        let why = followed
            .reason(which)
            .map_or_else(String::new, |reason| format!("; the last look at it: {reason}"));
        format!("{what} within {} s; the ticket is {}{why}", limit.as_secs(), followed.stands())
    }

    fn explained(&self, problem: &str, created: &Created) -> String {
        format!(
            "{problem}. `polus explain {}/{}` says why, gate by gate",
            self.life.tenant.id, created.ticket
        )
    }

    /// Shows that a step goes on; returns when it began.
    fn begin(&self, step: SelfTestStep) -> Duration {
        self.show(|test| test.state = SelfTestState::Running { step });
        self.life.world.clock.monotonic()
    }

    /// Shows how a step ended; returns whether it passed.
    fn end(&self, step: SelfTestStep, since: Duration, seen: Seen) -> bool {
        let took = self.life.world.clock.monotonic().saturating_sub(since);
        let passed = seen.is_ok();
        let (Ok(told) | Err(told)) = seen;
        self.show(|test| test.steps.push(StepEnded { step, passed, took, told }));
        passed
    }

    fn show(&self, change: impl FnOnce(&mut SelfTest)) {
        self.life.world.board.change_connection(&self.life.tenant.id, |view| {
            // One that was broken off stays as it was left.
            if let Some(test) = view.self_test.as_mut().filter(|test| test.ended_at.is_none()) {
                change(test);
            }
        });
    }
}
