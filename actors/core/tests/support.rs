//! The vocabulary of the stories: a ticket, the terms it is judged under, a clock, and the thread in Gorgias. After
//! every step a story checks what must hold in all of them.

use std::time::Duration;

use polus_core::codec::{self, SCHEMA};
use polus_core::id::{ConnectionId, InstallationId, MessageId, TeamId, UserId};
use polus_core::policy::{Mode, Policy, Terms};
use polus_core::receipt::{Gate, Receipt};
use polus_core::ticket::event::{Event, HandoffReason, Hint, Notified, SeenBySync, Silence, Standing};
use polus_core::ticket::input::{
    DraftAnswer, DraftOutcome, FollowUpOutcome, PostOutcome, ReadOutcome, SettleOutcome,
};
use polus_core::ticket::state::Ending;
use polus_core::ticket::{Act, Debt, EffectId, EffectKind, Input, Phase, Recorded, Ticket};
use polus_core::time::Time;

pub mod thread;

pub use thread::{AI, ANNA, CUSTOMER_EMAIL, GO_LIVE, INSTALLATION, TICKET, Thread};

pub const TEAM: TeamId = TeamId(9);

/// Something that happens in the middle of a story.
pub type Happening = fn(&mut Story);

/// A story about one ticket.
pub struct Story {
    pub ticket: Ticket,
    pub terms: Terms,
    pub now: Time,
    pub thread: Thread,
    pub log: Vec<Recorded<Event>>,
    told: usize,
}

pub fn terms() -> Terms {
    Terms {
        installation: InstallationId(INSTALLATION.to_owned()),
        connection: ConnectionId::new("acme").unwrap(),
        generation: 1,
        connected: true,
        mode: Mode::Live,
        paused: false,
        ai_user: AI,
        handoff_team: Some(TEAM),
        handoff_user: None,
        go_live: GO_LIVE,
        policy: Policy::default(),
        opted_out: Default::default(),
    }
}

/// Folds a log as a restart does: through its bytes.
pub fn refold(log: &[Recorded<Event>]) -> Ticket {
    let mut ticket = Ticket::new(TICKET);
    for recorded in log {
        let bytes = codec::encode(&recorded.event).unwrap();
        let event: Event = codec::decode(SCHEMA, &bytes).unwrap();
        assert_eq!(event, recorded.event, "an event survives its bytes");
        ticket.apply(&Recorded { event, ..recorded.clone() }).unwrap();
    }
    ticket
}

impl Story {
    /// A connected account in live mode and an e-mail ticket assigned to the AI user, of which nobody has told yet.
    pub fn new() -> Self {
        Self {
            ticket: Ticket::new(TICKET),
            terms: terms(),
            now: Time(1_760_000_000_000),
            thread: Thread::new(),
            log: Vec::new(),
            told: 0,
        }
    }

    /// The same on another channel.
    pub fn on(channel: &str) -> Self {
        let mut story = Self::new();
        story.thread.fields.channel = channel.to_owned();
        story
    }

    /// The customer asks, and the message was read.
    pub fn asked(text: &str) -> (Self, MessageId) {
        let mut story = Self::new();
        let message = story.hears(text);
        (story, message)
    }

    /// A draft waits to be posted.
    pub fn answering() -> (Self, MessageId) {
        let (mut story, message) = Self::asked("Where is my parcel?");
        story.quiet();
        story.draft_answers("It is on its way.", 900);
        story.forget();
        (story, message)
    }

    /// The answer was announced, and nobody knows yet what became of it.
    pub fn announced() -> (Self, MessageId) {
        let (mut story, message) = Self::answering();
        story.fence();
        story.expect_events(&["reply_started"]);
        (story, message)
    }

    /// The question was answered.
    pub fn answered() -> (Self, MessageId) {
        let (mut story, message) = Self::announced();
        story.posted();
        story.forget();
        (story, message)
    }

    /// The customer asked for a person; the handoff is marked and nothing of it done.
    pub fn handed_off() -> (Self, MessageId) {
        let (mut story, message) = Self::asked("I want to talk to a human please");
        story.expect_handed_off(&HandoffReason::AskedForHuman);
        story.forget();
        (story, message)
    }

    // What happens in Gorgias.

    pub fn customer_writes(&mut self, text: &str) -> MessageId {
        self.thread.customer(text)
    }

    pub fn human_replies(&mut self, text: &str) -> MessageId {
        self.thread.person(text, true)
    }

    pub fn human_notes(&mut self, text: &str) -> MessageId {
        self.thread.person(text, false)
    }

    pub fn rule_replies(&mut self, text: &str) -> MessageId {
        self.thread.rule(text)
    }

    pub fn assign_to(&mut self, user: impl Into<Option<UserId>>) {
        let user = user.into();
        self.thread.change(|fields| fields.assignee = user);
    }

    // What is heard.

    pub fn fact(&mut self, event: Event) {
        self.record(event);
        self.step(&Input::Tick);
    }

    pub fn notified(&mut self, shape: impl FnOnce(&mut Notified)) {
        let mut notified = Notified {
            trigger: "ticket-message-created".to_owned(),
            message: None,
            assignee: Hint::Unknown,
            own_echo: false,
            generation: self.terms.generation,
            standing: Standing::Current,
            headers: Default::default(),
        };
        shape(&mut notified);
        self.fact(Event::Notified(notified));
    }

    pub fn webhook(&mut self, message: MessageId) {
        self.notified(|notified| notified.message = Some(message));
    }

    pub fn assignment_webhook(&mut self) {
        self.notified(|notified| notified.trigger = "ticket-assignment-updated".to_owned());
    }

    pub fn seen_by_sync(&mut self) {
        let ours = self.thread.fields.assignee == Some(AI);
        let updated_at = self.thread.fields.updated_at;
        self.fact(Event::SeenBySync(SeenBySync { updated_at, ours, generation: self.terms.generation }));
    }

    pub fn operator_hands_off(&mut self) {
        self.fact(Event::HandoffRequested { by: "olga".to_owned() });
    }

    pub fn operator_resumes(&mut self) {
        self.fact(Event::Resumed { by: "olga".to_owned() });
    }

    /// The customer writes, a webhook tells, the ticket is read.
    pub fn hears(&mut self, text: &str) -> MessageId {
        let message = self.customer_writes(text);
        self.webhook(message);
        self.read();
        message
    }

    // What the actor does.

    pub fn tick(&mut self) {
        self.step(&Input::Tick);
    }

    pub fn later(&mut self, wait: Duration) {
        self.now = self.now.plus(wait);
        self.tick();
    }

    /// Reads the ticket, which must be owed, once that is due.
    pub fn read(&mut self) {
        let debt = self.owed(EffectKind::Read);
        self.wait_for(&debt);
        let outcome = self.read_outcome();
        self.step(&Input::Read { as_of: self.ticket.sequence, outcome });
    }

    /// What a whole read shows now.
    pub fn read_outcome(&self) -> ReadOutcome {
        if self.thread.gone {
            return ReadOutcome::Gone("404".to_owned());
        }
        ReadOutcome::Ticket(Box::new(self.thread.snapshot()))
    }

    /// Waits until the customer has been quiet for long enough.
    pub fn quiet(&mut self) {
        let debt = self.owed(EffectKind::Draft);
        self.wait_for(&debt);
    }

    pub fn draft(&mut self, outcome: DraftOutcome) {
        let effect = self.owed(EffectKind::Draft).id;
        self.step(&Input::Draft { effect, outcome });
    }

    pub fn draft_answers(&mut self, body: &str, confidence_per_mille: u32) {
        self.draft(DraftOutcome::Answer(answer(Some(body), confidence_per_mille)));
    }

    /// Fences the post or the reassignment that is owed.
    pub fn fence(&mut self) {
        self.fence_after(0);
    }

    pub fn fence_after(&mut self, conflicts: u32) {
        let debt = self.owed_behind_a_fence();
        self.wait_for(&debt);
        let read = Some(Box::new(self.thread.snapshot()));
        let as_of = self.ticket.sequence;
        self.step(&Input::Fence { effect: debt.id, as_of, read, conflicts, no_route: None });
    }

    pub fn outcome(&mut self, outcome: PostOutcome) {
        let effect = self.ticket.announced.as_ref().expect("a post is announced").effect;
        self.step(&Input::Posted { effect, outcome });
    }

    /// The announced post lands on the ticket, whoever hears of it.
    pub fn post_lands(&mut self) -> MessageId {
        let announced = self.ticket.announced.clone().expect("a post is announced");
        let text = self.ticket.post_text(announced.effect).unwrap_or_default().to_owned();
        self.thread.api(Some(&announced.marker), &text, announced.effect.kind.is_public())
    }

    /// The announced post lands and Gorgias says so.
    pub fn posted(&mut self) -> MessageId {
        let message = self.post_lands();
        self.outcome(PostOutcome::Posted(Some(message)));
        message
    }

    /// Looks for the announced post as soon as that may be done.
    pub fn settle(&mut self) {
        let debt = self.owed_act(|act| matches!(act, Act::Settle { .. }));
        self.wait_for(&debt);
        let marker = self.ticket.announced.clone().expect("a post is announced").marker;
        let snapshot = Box::new(self.thread.snapshot());
        let found = snapshot.messages.iter().find(|m| m.external_id.as_ref() == Some(&marker)).map(|m| m.id);
        let outcome = match found {
            Some(id) => SettleOutcome::Found(id, snapshot),
            None => SettleOutcome::Absent(snapshot),
        };
        self.step(&Input::Settled { effect: debt.id, as_of: self.ticket.sequence, outcome });
    }

    pub fn check_delivery(&mut self) {
        let debt = self.owed(EffectKind::CheckDelivery);
        self.wait_for(&debt);
        let watched = self.ticket.deliveries.iter().find(|watch| watch.effect.sequence == debt.id.sequence);
        let effect = watched.expect("the reply is watched").effect;
        let outcome = self.read_outcome();
        self.step(&Input::Delivery { effect, as_of: self.ticket.sequence, outcome });
    }

    pub fn follow_up(&mut self, kind: EffectKind, outcome: FollowUpOutcome) {
        self.owed(kind);
        self.step(&Input::FollowUp { step: kind.follow_up().unwrap(), outcome });
    }

    /// Does all four follow-ups of the handoff.
    pub fn finish_handoff(&mut self) {
        self.follow_ups(None);
    }

    /// Does the follow-ups of the handoff that come before this one.
    pub fn finish_handoff_up_to(&mut self, last: EffectKind) {
        self.follow_ups(Some(last));
    }

    fn follow_ups(&mut self, until: Option<EffectKind>) {
        while let Some(debt) =
            self.ticket.agenda().debts.into_iter().find(|d| d.id.kind.follow_up().is_some())
            && Some(debt.id.kind) != until
        {
            match debt.id.kind {
                EffectKind::Tags => self.follow_up(EffectKind::Tags, FollowUpOutcome::Done),
                EffectKind::Reassign => {
                    self.fence();
                    if self.owes(EffectKind::Reassign) {
                        self.assign_to(None);
                        self.follow_up(EffectKind::Reassign, FollowUpOutcome::Done);
                    }
                }
                _ => {
                    self.fence();
                    if self.ticket.announced.is_some() {
                        self.posted();
                    }
                }
            }
        }
    }

    /// What came of the tags of automated mail.
    pub fn tagged(&mut self, outcome: FollowUpOutcome) {
        let effect = self.owed(EffectKind::MailTags).id;
        self.step(&Input::Tagged { effect, outcome });
    }

    /// The process dies and starts again: all that is left is the log.
    pub fn restart(&mut self) {
        self.ticket = refold(&self.log);
        self.tick();
    }

    pub fn step(&mut self, input: &Input) {
        let events = self.ticket.decide(input, &self.terms, self.now).unwrap();
        for event in events {
            self.record(event);
        }
        let again = self.ticket.decide(&Input::Tick, &self.terms, self.now).unwrap();
        assert_eq!(again, [], "a second look decides nothing new");
        let posts = self.ticket.agenda().debts.into_iter().filter(|debt| debt.id.kind.is_post()).count();
        assert!(posts <= 1, "two posts are owed at once");
        assert_eq!(refold(&self.log), self.ticket, "the log folds to what is live");
    }

    fn record(&mut self, event: Event) {
        let recorded = Recorded { sequence: self.ticket.sequence + 1, at: self.now, event };
        self.ticket.apply(&recorded).unwrap();
        self.log.push(recorded);
    }

    fn wait_for(&mut self, debt: &Debt) {
        if debt.not_before > self.now {
            self.now = debt.not_before;
            self.tick();
        }
    }

    pub fn owed(&self, kind: EffectKind) -> Debt {
        let debts = self.ticket.agenda().debts;
        let owed = debts.iter().find(|debt| debt.id.kind == kind && debt.act == Act::Perform);
        owed.unwrap_or_else(|| panic!("{kind:?} is not owed, but {debts:?}")).clone()
    }

    fn owed_act(&self, is: impl Fn(Act) -> bool) -> Debt {
        self.ticket.agenda().debts.into_iter().find(|debt| is(debt.act)).expect("that is owed")
    }

    fn owed_behind_a_fence(&self) -> Debt {
        let debts = self.ticket.agenda().debts;
        let fenced = |debt: &&Debt| {
            debt.id.kind.is_post() || matches!(debt.id.kind, EffectKind::Reassign | EffectKind::MailTags)
        };
        debts.iter().find(fenced).unwrap_or_else(|| panic!("nothing to fence is owed, but {debts:?}")).clone()
    }

    pub fn owes(&self, kind: EffectKind) -> bool {
        self.ticket.agenda().debts.iter().any(|debt| debt.id.kind == kind)
    }

    // What must have come of it.

    /// Forgets the events so far, so that the next expectation begins here.
    pub fn forget(&mut self) {
        self.told = self.log.len();
    }

    /// The names of the events since the last expectation, facts left out.
    pub fn expect_events(&mut self, names: &[&str]) {
        let since = self.log[self.told..].iter().filter(|recorded| !is_fact(&recorded.event));
        let found: Vec<&str> = since.map(|recorded| recorded.event.name()).collect();
        assert_eq!(found, names);
        self.forget();
    }

    /// What is owed, without the numbers: `read`, `draft`, `settle answer`, …
    pub fn expect_owed(&self, expected: &[&str]) {
        let debts = self.ticket.agenda().debts;
        let words = debts.iter().map(|debt| {
            let name = debt.id.to_string();
            let kind = name.split(" #").next().unwrap_or_default().to_owned();
            match debt.act {
                Act::Perform => kind,
                Act::Settle { .. } => format!("settle {kind}"),
            }
        });
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }

    pub fn expect_phase(&self, name: &str) {
        assert_eq!(self.ticket.phase_name(), name);
    }

    pub fn expect_silence(&self, message: MessageId, silence: Silence) {
        assert_eq!(self.ending(message), Some(Ending::Ignored(silence)), "message {message}");
    }

    pub fn expect_answered(&self, message: MessageId) {
        assert!(matches!(self.ending(message), Some(Ending::Answered(_))), "{:?}", self.ending(message));
    }

    pub fn expect_handed_off(&self, reason: &HandoffReason) {
        let Phase::HandedOff(handoff) = &self.ticket.phase else {
            panic!("it is {}", self.ticket.phase_name())
        };
        assert_eq!(handoff.reason, *reason);
    }

    pub fn ending(&self, message: MessageId) -> Option<Ending> {
        self.ticket.messages.get(&message)?.outcome.as_ref().map(|outcome| outcome.ending.clone())
    }

    pub fn events<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Recorded<Event>> {
        self.log.iter().filter(move |recorded| recorded.event.name() == name)
    }

    pub fn last(&self, name: &str) -> &Event {
        let last = self.log.iter().rev().find(|recorded| recorded.event.name() == name);
        &last.unwrap_or_else(|| panic!("there is no {name}")).event
    }

    /// The last reply of the handoff, which must have one.
    pub fn reply_text(&self) -> &str {
        let Event::HandedOff(mark) = self.last("handed_off") else { panic!("not that event") };
        mark.personal.reply.as_deref().expect("the customer gets a last reply")
    }

    pub fn note_text(&self) -> &str {
        let Event::HandedOff(mark) = self.last("handed_off") else { panic!("not that event") };
        &mark.personal.note
    }
}

/// Whether whoever hears of it may append it; all others are the actor's own.
fn is_fact(event: &Event) -> bool {
    matches!(
        event,
        Event::Notified(_) | Event::SeenBySync(_) | Event::HandoffRequested { .. } | Event::Resumed { .. }
    )
}

/// What the answerer says.
pub fn answer(body: Option<&str>, confidence_per_mille: u32) -> DraftAnswer {
    DraftAnswer {
        answerer: "embedded".to_owned(),
        knowledge_version: 1,
        confidence_per_mille,
        body: body.map(str::to_owned),
        passages: Vec::new(),
        cost_micros: 0,
    }
}

/// The gate that closed, if one did.
pub fn closed_gate(receipt: &Receipt) -> Option<Gate> {
    receipt.gates.iter().find(|gate| !gate.passed).map(|gate| gate.gate)
}

/// An effect's name, for inputs that come too late.
pub fn effect(kind: EffectKind, sequence: u64) -> EffectId {
    EffectId { kind, sequence }
}
