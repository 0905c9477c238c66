//! The simulated Gorgias seen by its clients: a stage with a desk, a clock to turn by hand, and verbs.

mod api;
mod conversation;
mod face;
mod finding;
mod people;
mod trouble;
mod webhooks;

use polus_simulations::gorgias::Desk;
use polus_simulations::gorgias::people::{Letter, NewTicket, Written};
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::gorgias::webhooks::{Delivery, DeliveryOutcome};
use polus_simulations::gorgias::wire::{Answered, WireRequest, WireResponse};
use serde_json::{Value, json};

/// 2026-11-20 08:00 UTC.
pub const START_MS: i64 = 1_795_161_600_000;

pub struct Stage {
    pub desk: Desk,
    pub cast: Cast,
    pub now_ms: i64,
}

impl Stage {
    pub fn empty() -> Self {
        Self::with_tickets(0)
    }

    pub fn with_tickets(n_tickets: usize) -> Self {
        let (desk, cast) = seed(START_MS, 7, n_tickets);
        Self { desk, cast, now_ms: START_MS }
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: i64) {
        self.now_ms += ms;
        self.desk.advance(self.now_ms);
    }

    pub fn handle(&mut self, request: &WireRequest) -> Answered {
        let request = if request.authorization.is_none() {
            request.clone().with_key(&self.cast.ai_email, &self.cast.ai_key)
        } else {
            request.clone()
        };
        self.desk.handle(self.now_ms, &request)
    }

    pub fn get(&mut self, path: &str) -> WireResponse {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = WireRequest::new("GET", path);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            request = request.with_query(name, value);
        }
        self.handle(&request).response
    }

    pub fn send(&mut self, method: &str, path: &str, body: &Value) -> WireResponse {
        self.handle(&WireRequest::new(method, path).with_json(body)).response
    }

    /// GET that must succeed.
    pub fn read(&mut self, path: &str) -> Value {
        let response = self.get(path);
        assert_eq!(response.status, 200, "{path}: {:?}", response.json());
        response.json().expect("JSON")
    }

    /// A customer begins an e-mail ticket that is the AI user's.
    pub fn mail(&mut self, text: &str) -> Written {
        self.begin("email", text)
    }

    /// A customer begins a chat that is the AI user's.
    pub fn chat(&mut self, text: &str) -> Written {
        self.begin("chat", text)
    }

    /// The reply an e-mail client of the API would send to this ticket, sender and addresses right.
    pub fn mail_reply(&mut self, ticket: i64, text: &str) -> Value {
        let customer = self.desk.ticket(ticket).and_then(|ticket| ticket.customer).expect("a customer");
        let address = self.desk.customer(customer).and_then(|customer| customer.email.clone());
        json!({
            "channel": "email", "via": "api", "from_agent": true, "public": true,
            "sender": {"id": self.cast.ai_user}, "receiver": {"id": customer},
            "source": {"type": "email", "from": {"address": self.cast.email_address, "name": "Acme"},
                       "to": [{"address": address, "name": "Jo"}], "cc": [], "bcc": []},
            "subject": "Re: yours", "body_text": text, "external_id": "our-key",
        })
    }

    /// The reply to a chat by the known recipe.
    pub fn chat_reply(&self, ticket: i64, text: &str) -> Value {
        let visitor = &self.desk.ticket(ticket).expect("a ticket").meta["chat"]["conversation_id"];
        json!({
            "channel": "chat", "via": "api", "from_agent": true, "sender": {"id": self.cast.ai_user},
            "source": {"type": "chat", "from": {"address": ""}, "to": [{"address": visitor}]}, "body_text": text,
        })
    }

    pub fn post_message(&mut self, ticket: i64, body: &Value) -> WireResponse {
        self.send("POST", &format!("/api/tickets/{ticket}/messages/"), body)
    }

    /// Sets up a webhook with this form for all triggers, and returns its id.
    pub fn subscribe(&mut self, form: Value) -> i64 {
        let triggers: serde_json::Map<String, Value> = polus_simulations::gorgias::webhooks::Trigger::ALL
            .iter()
            .map(|trigger| (trigger.name().to_owned(), Value::Bool(true)))
            .collect();
        let body = json!({"name": "agent", "type": "http", "http": {
            "url": "https://agent.example/hook", "method": "POST", "request_content_type": "application/json",
            "response_content_type": "application/json", "headers": {"X-Webhook-Secret": "s3cret"},
            "form": form, "triggers": triggers,
        }});
        let response = self.send("POST", "/api/integrations", &body);
        assert_eq!(response.status, 201, "{:?}", response.json());
        response.json().and_then(|body| body["id"].as_i64()).expect("an id")
    }

    /// Waits for the webhooks of what just happened, takes them and reports them well received.
    pub fn receive(&mut self) -> Vec<Delivery> {
        self.now_ms += self.desk.timings.webhook_delay_ms;
        let deliveries = self.desk.deliveries(self.now_ms);
        for delivery in &deliveries {
            self.desk.delivered(self.now_ms, delivery.id, DeliveryOutcome::Status(200, b"{}".to_vec()));
        }
        deliveries
    }

    fn begin(&mut self, channel: &str, text: &str) -> Written {
        let new = NewTicket {
            channel: channel.to_owned(),
            subject: (channel == "email").then(|| "A question".to_owned()),
            assignee_user: Some(self.cast.ai_user),
            letter: Letter::of(text),
            ..NewTicket::default()
        };
        self.desk.customer_begins(self.now_ms, new).expect("a ticket")
    }
}

/// What is wrong, by field, in the envelope of a 400.
pub fn complaints(response: &WireResponse) -> Vec<String> {
    assert_eq!(response.status, 400, "{:?}", response.json());
    let body = response.json().expect("an envelope");
    assert!(body["error"]["msg"].is_string());
    body["error"]["data"].as_object().map(|data| data.keys().cloned().collect()).unwrap_or_default()
}

pub fn triggers(deliveries: &[Delivery]) -> Vec<&'static str> {
    deliveries.iter().map(|delivery| delivery.trigger).collect()
}
