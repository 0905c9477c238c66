//! Webhooks, which the service calls HTTP integrations: fired by changes, rendered as of then, waiting to be carried,
//! tried again, and switched off when they fail too often.

use serde_json::{Map, Value, json};

use super::Desk;
use super::faults::{BURST, WebhookFault};
use super::render;
use super::stamps;

/// What fires a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A new ticket.
    TicketCreated,
    /// Anything about a ticket.
    TicketUpdated,
    /// A new message or note, whoever wrote it.
    MessageCreated,
    /// A message that could not be sent.
    MessageFailed,
    /// A snooze ran out.
    SelfUnsnoozed,
    /// Another assignee, or none.
    AssignmentUpdated,
    /// Opened or closed.
    StatusUpdated,
    /// From a machine to people.
    HandedOver,
}

impl Trigger {
    /// Every trigger.
    pub const ALL: [Self; 8] = [
        Self::TicketCreated,
        Self::TicketUpdated,
        Self::MessageCreated,
        Self::MessageFailed,
        Self::SelfUnsnoozed,
        Self::AssignmentUpdated,
        Self::StatusUpdated,
        Self::HandedOver,
    ];

    /// The key in an integration's `triggers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TicketCreated => "ticket-created",
            Self::TicketUpdated => "ticket-updated",
            Self::MessageCreated => "ticket-message-created",
            Self::MessageFailed => "ticket-message-failed",
            Self::SelfUnsnoozed => "ticket-self-unsnoozed",
            Self::AssignmentUpdated => "ticket-assignment-updated",
            Self::StatusUpdated => "ticket-status-updated",
            Self::HandedOver => "ticket-handed-over",
        }
    }
}

/// One call to a receiver, ready to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Names this call in [`Desk::delivered`]. A second try keeps it.
    pub id: i64,
    /// Whose call it is.
    pub integration: i64,
    /// What fired it.
    pub trigger: &'static str,
    /// The ticket it tells of.
    pub ticket: i64,
    /// 0 for the first try.
    pub attempt: u32,
    /// The rendered address.
    pub url: String,
    /// The method in capitals.
    pub method: String,
    /// The rendered headers, without the content type.
    pub headers: Vec<(String, String)>,
    /// The rendered body; empty if no form was configured.
    pub body: Vec<u8>,
    /// The content type, if there is a body.
    pub content_type: Option<String>,
}

/// How a call to a receiver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The receiver answered with this status and body.
    Status(u16, Vec<u8>),
    /// The receiver took too long.
    TimedOut,
    /// Nobody took the call.
    Refused,
}

/// A trigger that went off during the current act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fired {
    pub trigger: Trigger,
    pub ticket: i64,
    pub message: Option<i64>,
    pub by: Option<i64>,
}

/// A call waiting for its time or for its outcome.
pub(super) struct Waiting {
    delivery: Delivery,
    customer: Option<i64>,
}

impl Desk {
    /// The calls to make by `now_ms`, in the order they became due. Each must be answered by [`Desk::delivered`].
    pub fn deliveries(&mut self, now_ms: i64) -> Vec<Delivery> {
        self.advance(now_ms);
        let mut due = Vec::new();
        while let Some((at_ms, id)) = self.outbox.first().copied().filter(|(at_ms, _)| *at_ms <= now_ms) {
            self.outbox.remove(&(at_ms, id));
            due.extend(self.waiting.get(&id).map(|waiting| waiting.delivery.clone()));
        }
        due
    }

    /// Reports how a call ended. A failed one is tried again until its tries are used up; too many failures in a row
    /// switch the integration off, and its waiting calls are forgotten. An unknown id changes nothing.
    pub fn delivered(&mut self, now_ms: i64, id: i64, outcome: DeliveryOutcome) {
        self.advance(now_ms);
        let Some(mut waiting) = self.waiting.remove(&id) else { return };
        let integration = waiting.delivery.integration;
        if let DeliveryOutcome::Status(status, body) = outcome
            && (200..300).contains(&status)
        {
            self.accept(integration, waiting.customer, &body);
            return;
        }
        if waiting.delivery.attempt < self.timings.webhook_retries_max {
            waiting.delivery.attempt += 1;
            self.outbox.insert((now_ms.saturating_add(self.timings.webhook_retry_ms), id));
            self.waiting.insert(id, waiting);
        }
        self.count_failure(now_ms, integration);
    }

    /// Renders what fired during the act that just ended, as of its end.
    pub(super) fn post_webhooks(&mut self, now_ms: i64) {
        for fired in std::mem::take(&mut self.fired) {
            let subscribers: Vec<i64> = self
                .integrations
                .values()
                .filter(|integration| integration.deactivated_us.is_none())
                .filter(|integration| {
                    let http = integration.http.as_ref();
                    http.is_some_and(|http| http.triggers.get(fired.trigger.name()).copied().unwrap_or(false))
                })
                .map(|integration| integration.id)
                .collect();
            if subscribers.is_empty() {
                continue;
            }
            let Some(context) = self.webhook_context(&fired) else { continue };
            for integration in subscribers {
                self.post_webhook(now_ms, integration, &fired, &context);
            }
        }
    }

    fn post_webhook(&mut self, now_ms: i64, integration: i64, fired: &Fired, context: &Value) {
        let http = self.integrations.get(&integration).and_then(|integration| integration.http.as_ref());
        let Some(http) = http else { return };
        let Ok(rendered) = render::render(http, context) else {
            self.count_failure(now_ms, integration);
            return;
        };
        let delivery = Delivery {
            id: 0,
            integration,
            trigger: fired.trigger.name(),
            ticket: fired.ticket,
            attempt: 0,
            url: rendered.url,
            method: http.method.clone(),
            headers: rendered.headers,
            body: rendered.body,
            content_type: rendered.content_type,
        };
        let mut copies = 1;
        let mut delay_ms = self.timings.webhook_delay_ms;
        for fault in self.faults.for_webhook(&mut self.luck, fired.ticket, fired.trigger.name()) {
            match fault {
                WebhookFault::Lost => copies = 0,
                WebhookFault::Twice => copies *= 2,
                WebhookFault::Burst => copies *= BURST,
                WebhookFault::Late { after_ms } => delay_ms = delay_ms.saturating_add(after_ms),
            }
        }
        let customer = self.tickets.get(&fired.ticket).and_then(|ticket| ticket.customer);
        for _ in 0..copies {
            let id = self.ids.delivery();
            self.waiting.insert(id, Waiting { delivery: Delivery { id, ..delivery.clone() }, customer });
            self.outbox.insert((now_ms.saturating_add(delay_ms), id));
        }
    }

    /// What the receiver answers shows beside the customer, for widgets.
    fn accept(&mut self, integration: i64, customer: Option<i64>, body: &[u8]) {
        if let Some(record) = self.integrations.get_mut(&integration) {
            record.failures_in_a_row = 0;
        }
        let customer = customer.and_then(|id| self.customers.get_mut(&id));
        if let (Some(customer), Ok(Value::Object(mut data))) = (customer, serde_json::from_slice(body)) {
            data.insert("__integration_type__".into(), "http".into());
            customer.integrations.insert(integration, Value::Object(data));
        }
    }

    fn count_failure(&mut self, now_ms: i64, integration: i64) {
        let stamp = self.stamp(now_ms);
        let failures_max = self.timings.failures_until_deactivation;
        let Some(record) = self.integrations.get_mut(&integration) else { return };
        record.failures_in_a_row = record.failures_in_a_row.saturating_add(1);
        if record.failures_in_a_row < failures_max || record.deactivated_us.is_some() {
            return;
        }
        record.deactivated_us = Some(stamp);
        record.updated_us = stamp;
        self.forget_waiting(integration);
        self.faults.count("webhook_switched_off");
        self.begin();
        self.note(now_ms, "integration-deactivated", ("Integration", integration), None, json!({}));
    }

    pub(super) fn forget_waiting(&mut self, integration: i64) {
        self.waiting.retain(|_, waiting| waiting.delivery.integration != integration);
        self.outbox.retain(|(_, id)| self.waiting.contains_key(id));
    }

    /// `ticket`, `message` for the message triggers, and `event`; `None` if the ticket is gone.
    fn webhook_context(&self, fired: &Fired) -> Option<Value> {
        let ticket = self.tickets.get(&fired.ticket)?;
        let mut shown = self.show_ticket(ticket);
        let messages: Vec<Value> =
            ticket.messages.iter().filter_map(|id| self.webhook_message(*id)).collect();
        shown["account"] = json!({"domain": self.domain});
        shown["customer_id"] = json!(ticket.customer);
        shown["first_message"] = json!(messages.first());
        shown["last_message"] = json!(messages.last());
        shown["messages"] = Value::Array(messages);
        let mut context = Map::new();
        context.insert("ticket".into(), shown);
        if let Some(message) = fired.message {
            context.insert("message".into(), self.webhook_message(message)?);
        }
        let stamp = stamps::text(self.last_stamp_us);
        let event = json!({
            "type": fired.trigger.name(), "user_id": fired.by, "context": self.context(), "created_datetime": stamp,
        });
        context.insert("event".into(), event);
        Some(Value::Object(context))
    }

    fn webhook_message(&self, id: i64) -> Option<Value> {
        let message = self.messages.get(&id)?;
        let mut shown = self.show_message(message);
        shown["text"] = json!(message.body_text);
        shown["sentiments"] = json!([]);
        shown["headers"] = Value::Object(message.headers.clone());
        Some(shown)
    }
}
