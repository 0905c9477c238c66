//! The shop: its simulated Gorgias over HTTP on a thread of its own, and what its people and customers do there.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use polus_simulations::gorgias::faults::Scripted;
use polus_simulations::gorgias::people::{Assignee, Letter, NewTicket, Written};
use polus_simulations::gorgias::records::{HttpIntegration, Message};
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::gorgias::wire::WireRequest;
use polus_simulations::gorgias::{Desk, http};
use serde_json::Value;

use super::Pace;

/// A question that the shop's articles answer with certainty.
pub const ANSWERABLE: &str = "How many days do I have to return unopened tea?";

/// Words that stand in its answer.
pub const ANSWERABLE_WORDS: &str = "within 30 days";

/// A question that none of them answers.
pub const UNANSWERABLE: &str = "Which of your suppliers paints the ceiling of the museum in Oslo?";

/// The account that every shop here has.
const DESK_SEED: u64 = 7;

/// The shop.
pub struct Shop {
    /// Who and what it begins with.
    pub cast: Cast,
    /// Base address of its Gorgias.
    pub url: String,
    /// How fast time passes.
    pub pace: Pace,
    desk: Arc<Mutex<Desk>>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Shop {
    /// A furnished account with `n_tickets` old tickets.
    pub fn open(pace: Pace, n_tickets: usize) -> Self {
        let (desk, cast) = seed(pace.now_ms(), DESK_SEED, n_tickets);
        let desk = Arc::new(Mutex::new(desk));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (tell, told) = std::sync::mpsc::channel();
        let served = Arc::clone(&desk);
        let thread = std::thread::spawn(move || {
            actix::System::new().block_on(async move {
                let (server, courier) =
                    http::serve(served, listener, move || pace.now_ms()).expect("a server");
                tell.send(server.handle()).expect("somebody who waits");
                actix_web::rt::spawn(courier.run());
                server.await.expect("a server that ends well");
            });
        });
        let server = told.recv().expect("a server");
        Self { cast, url, pace, desk, server, thread: Some(thread) }
    }

    /// The desk itself.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A customer begins a ticket by e-mail that a rule gives to the AI user at once.
    pub fn customer_asks(&self, text: &str) -> Written {
        self.customer_begins(NewTicket {
            subject: Some("A question".to_owned()),
            assignee_user: Some(self.cast.ai_user),
            letter: Letter::of(text),
            ..NewTicket::default()
        })
    }

    /// The same in the chat.
    pub fn customer_chats(&self, text: &str) -> Written {
        self.customer_begins(NewTicket {
            channel: "chat".to_owned(),
            assignee_user: Some(self.cast.ai_user),
            letter: Letter::of(text),
            ..NewTicket::default()
        })
    }

    /// Somebody deletes a webhook in Gorgias.
    #[track_caller]
    pub fn delete_webhook(&self, integration: i64) {
        let call = WireRequest::new("DELETE", &format!("/api/integrations/{integration}"));
        let call = call.with_key(&self.cast.ai_email, &self.cast.ai_key);
        let answered = self.desk().handle(self.pace.now_ms(), &call);
        assert!(answered.response.status < 300, "{:?}", answered.response);
    }

    /// Somebody changes a webhook in Gorgias.
    #[track_caller]
    pub fn change_webhook(&self, integration: i64, change: &Value) {
        let call = WireRequest::new("PUT", &format!("/api/integrations/{integration}"));
        let call = call.with_key(&self.cast.ai_email, &self.cast.ai_key).with_json(change);
        let answered = self.desk().handle(self.pace.now_ms(), &call);
        assert!(answered.response.status < 300, "{:?}", answered.response);
    }

    /// A webhook as it stands in Gorgias.
    pub fn webhook(&self, integration: i64) -> Option<HttpIntegration> {
        let desk = self.desk();
        desk.integrations().find(|found| found.id == integration)?.http.clone()
    }

    /// A customer begins a ticket.
    pub fn customer_begins(&self, new: NewTicket) -> Written {
        self.desk().customer_begins(self.pace.now_ms(), new).expect("a new ticket")
    }

    /// The customer writes again.
    pub fn customer_writes(&self, ticket: i64, text: &str) -> Written {
        let now_ms = self.pace.now_ms();
        self.desk().customer_writes(now_ms, ticket, Letter::of(text)).expect("a message")
    }

    /// A person of the shop answers in the helpdesk.
    pub fn human_replies(&self, ticket: i64, text: &str) -> Written {
        let (now_ms, agent) = (self.pace.now_ms(), self.cast.agents[0]);
        self.desk().agent_replies(now_ms, ticket, agent, text).expect("a reply")
    }

    /// Somebody gives the ticket away.
    pub fn assign(&self, ticket: i64, to: Assignee) {
        self.desk().assign(self.pace.now_ms(), ticket, to).expect("an assignment");
    }

    /// Something will go wrong.
    pub fn plan(&self, fault: Scripted) {
        self.desk().faults.plan(fault);
    }

    /// What the customer of a ticket got from the program, oldest first.
    pub fn replies(&self, ticket: i64) -> Vec<Message> {
        self.ours(ticket, true)
    }

    /// The internal notes of the program on a ticket.
    pub fn notes(&self, ticket: i64) -> Vec<Message> {
        self.ours(ticket, false)
    }

    /// Calls the program has made, as `GET /api/…`, oldest first.
    pub fn calls(&self) -> Vec<String> {
        self.desk().requests().map(|call| format!("{} {}", call.method, call.path)).collect()
    }

    /// The ticket's user and team.
    pub fn assignees(&self, ticket: i64) -> (Option<i64>, Option<i64>) {
        let desk = self.desk();
        let ticket = desk.ticket(ticket).expect("a ticket");
        (ticket.assignee_user, ticket.assignee_team)
    }

    fn ours(&self, ticket: i64, public: bool) -> Vec<Message> {
        let desk = self.desk();
        let thread = desk.thread(ticket).into_iter();
        thread.filter(|message| message.via == "api" && message.public == public).cloned().collect()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            drop(thread.join());
        }
    }
}
