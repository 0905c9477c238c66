//! What happens to an ordinary ticket, as its own machine decides it: a customer asks by mail, gets an answer, and
//! the answer's delivery is checked. Nothing is owed afterwards.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use polus_core::id::{CustomerId, MessageId, TicketId, UserId};
use polus_core::policy::Terms;
use polus_core::snapshot::{Customer, Delivery, Message, MessagePersonal, TicketFields, TicketSnapshot};
use polus_core::ticket::event::{Event, Hint, Notified, Standing};
use polus_core::ticket::input::{DraftAnswer, DraftOutcome, PostOutcome, ReadOutcome};
use polus_core::ticket::{EffectKind, Input, Recorded, Ticket};
use polus_core::time::Time;

/// Events of a story.
pub const EVENTS: usize = 10;

const CUSTOMER: i64 = 700_100;
const QUESTION: &str = "Hello,\n\nI ordered two tins of green tea last Tuesday (order 1042) and chose express delivery, \
    but nothing has come yet and the tracking page has not moved for three days. Can you tell me where my parcel is and \
    when it will be here? I need it before Friday.\n\nThank you,\nMia";
const ANSWER: &str = "Express parcels leave us on the day of the order when it is placed before 2 pm, and arrive within \
    two working days. When a tracking page stands still for more than three days, we ask the carrier and send the \
    order again at no cost.";

/// The events of `ticket`'s story, which begins at `at`.
pub fn events_of(ticket: TicketId, terms: &Terms, at: Time) -> Result<Vec<Recorded<Event>>> {
    let mut story = Story::new(ticket, terms, at);
    let question = story.message(false, QUESTION, None);
    // Once for the new ticket and once for the new message.
    story.told_by_webhook(question)?;
    story.told_by_webhook(question)?;
    story.read()?;
    story.draft()?;
    let answer = story.answer()?;
    story.told_by_webhook(answer)?;
    story.thread.messages.last_mut().context("the answer")?.delivery = Delivery::Sent;
    story.thread.fields.updated_at = story.now;
    story.check_delivery()?;
    let debts = story.machine.agenda().debts;
    if story.log.len() != EVENTS || !debts.is_empty() {
        let names: Vec<&str> = story.log.iter().map(|recorded| recorded.event.name()).collect();
        bail!("the story has another end: {names:?}, owed: {debts:?}");
    }
    Ok(story.log)
}

/// A webhook that tells of `message`, which is somebody's or our own.
pub fn notified(message: MessageId, own_echo: bool) -> Event {
    Event::Notified(Notified {
        trigger: "ticket-message-created".to_owned(),
        message: Some(message),
        assignee: Hint::AiUser,
        own_echo,
        generation: 1,
        standing: Standing::Current,
        headers: Default::default(),
    })
}

struct Story<'a> {
    terms: &'a Terms,
    now: Time,
    machine: Ticket,
    thread: TicketSnapshot,
    log: Vec<Recorded<Event>>,
}

impl<'a> Story<'a> {
    fn new(ticket: TicketId, terms: &'a Terms, now: Time) -> Self {
        let customer = Customer {
            id: CustomerId(CUSTOMER),
            email: Some("mia@example.org".to_owned()),
            name: Some("Mia Quint".to_owned()),
            first_name: Some("Mia".to_owned()),
            addresses: Vec::new(),
        };
        let fields = TicketFields {
            updated_at: now,
            channel: "email".to_owned(),
            assignee: Some(terms.ai_user),
            language: Some("en".to_owned()),
            answerable: [("email".to_owned(), true)].into(),
            customer: Some(customer),
            subject: Some("Where is order 1042?".to_owned()),
            ..TicketFields::default()
        };
        let thread = TicketSnapshot { ticket, fields, messages: Vec::new() };
        Self { terms, now, machine: Ticket::new(ticket), thread, log: Vec::new() }
    }

    fn message(&mut self, ours: bool, text: &str, marker: Option<String>) -> MessageId {
        let UserId(ai_user) = self.terms.ai_user;
        let id = MessageId(self.thread.ticket.0 * 100 + self.thread.messages.len() as i64);
        self.thread.messages.push(Message {
            id,
            from_agent: ours,
            public: true,
            channel: "email".to_owned(),
            via: if ours { "api" } else { "email" }.to_owned(),
            rule: None,
            external_id: marker,
            integration: None,
            sender: Some(if ours { ai_user } else { CUSTOMER }),
            created_at: self.now,
            delivery: Delivery::Pending,
            headers: Default::default(),
            attachments: Vec::new(),
            personal: MessagePersonal {
                text: text.to_owned(),
                sender_email: (!ours).then(|| "mia@example.org".to_owned()),
                ..MessagePersonal::default()
            },
        });
        self.thread.fields.updated_at = self.now;
        id
    }

    fn told_by_webhook(&mut self, message: MessageId) -> Result<()> {
        self.record(notified(message, false))?;
        self.step(&Input::Tick)
    }

    fn read(&mut self) -> Result<()> {
        self.owed(EffectKind::Read)?;
        let outcome = ReadOutcome::Ticket(Box::new(self.thread.clone()));
        self.step(&Input::Read { as_of: self.machine.sequence, outcome })
    }

    fn draft(&mut self) -> Result<()> {
        let effect = self.owed(EffectKind::Draft)?;
        let answer = DraftAnswer {
            answerer: "embedded retrieval".to_owned(),
            knowledge_version: 1,
            confidence_per_mille: 850,
            body: Some(ANSWER.to_owned()),
            passages: Vec::new(),
            cost_micros: 0,
        };
        self.step(&Input::Draft { effect, outcome: DraftOutcome::Answer(answer) })
    }

    fn answer(&mut self) -> Result<MessageId> {
        let effect = self.owed(EffectKind::Answer)?;
        let (as_of, read) = (self.machine.sequence, Some(Box::new(self.thread.clone())));
        self.step(&Input::Fence { effect, as_of, read, conflicts: 0, no_route: None })?;
        let marker = self.machine.announced.as_ref().context("the answer is announced")?.marker.clone();
        let text = self.machine.post_text(effect).context("the answer has a text")?.to_owned();
        let message = self.message(true, &text, Some(marker));
        self.step(&Input::Posted { effect, outcome: PostOutcome::Posted(Some(message)) })?;
        Ok(message)
    }

    fn check_delivery(&mut self) -> Result<()> {
        let sequence = self.owed(EffectKind::CheckDelivery)?.sequence;
        let watch = self.machine.deliveries.iter().find(|watch| watch.effect.sequence == sequence);
        let effect = watch.context("the answer is watched")?.effect;
        let outcome = ReadOutcome::Ticket(Box::new(self.thread.clone()));
        self.step(&Input::Delivery { effect, as_of: self.machine.sequence, outcome })
    }

    /// What is owed, once it is due.
    fn owed(&mut self, kind: EffectKind) -> Result<polus_core::ticket::EffectId> {
        let debts = self.machine.agenda().debts;
        let debt = debts
            .iter()
            .find(|debt| debt.id.kind == kind)
            .with_context(|| format!("{kind:?} in {debts:?}"))?;
        let (due, effect) = (debt.not_before, debt.id);
        self.now = self.now.max(due).plus(Duration::from_millis(5));
        self.step(&Input::Tick)?;
        Ok(effect)
    }

    fn step(&mut self, input: &Input) -> Result<()> {
        for event in self.machine.decide(input, self.terms, self.now)? {
            self.record(event)?;
        }
        Ok(())
    }

    fn record(&mut self, event: Event) -> Result<()> {
        let recorded = Recorded { sequence: self.machine.sequence + 1, at: self.now, event };
        self.machine.apply(&recorded)?;
        self.log.push(recorded);
        Ok(())
    }
}
