//! The admin API under `/api/v1`.
//!
//! ```text
//! api/connections.rs  test, create, list, show, re-save, disconnect
//! api/operate.rs      mode, pause, resume
//! api/webhook.rs      the webhooks in Gorgias: look, install, repair, remove, new secret
//! api/opt_outs.rs    customers who want no AI
//! api/tickets.rs      list, state, timeline, receipt
//! api/agreement.rs    shadow mode held against what people did
//! api/acts.rs         hand a ticket off, give it back
//! api/knowledge.rs   help articles: list, import, remove
//! api/policy.rs       what a merchant can set: show, replace, set by key
//! api/sync.rs         the account's history: fetch it, stop, how it goes, what is kept
//! api/self_test.rs    the guided self-test: begin it, how it goes
//! api/waiting.rs      handed-off tickets that no person has touched
//! api/doctor.rs      what is wrong, and what to do about it
//! api/quarantine.rs   bodies that named no ticket
//! api/ask.rs          what the answerer would say
//! api/alarms.rs       what a person should look at
//! api/openapi.rs      the description of all that
//! ```

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use polus_core::id::{ConnectionId, TicketId};

mod acts;
mod agreement;
mod alarms;
mod ask;
mod connections;
mod doctor;
mod knowledge;
mod openapi;
mod operate;
mod opt_outs;
mod policy;
mod quarantine;
mod self_test;
mod shapes;
mod sync;
mod tickets;
mod waiting;
mod webhook;

use super::problem::{self, Problem};
use super::{Front, auth};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .app_data(problem::json())
        .app_data(problem::path())
        .app_data(problem::query())
        .route("/api/v1/openapi.json", web::get().to(openapi::openapi))
        .service(
            web::scope("/api/v1")
                .wrap(from_fn(auth::require))
                .configure(connections::configure)
                .configure(operate::configure)
                .configure(webhook::configure)
                .configure(opt_outs::configure)
                .configure(tickets::configure)
                .configure(agreement::configure)
                .configure(acts::configure)
                .configure(knowledge::configure)
                .configure(policy::configure)
                .configure(waiting::configure)
                .configure(sync::configure)
                .configure(self_test::configure)
                .configure(doctor::configure)
                .configure(quarantine::configure)
                .configure(ask::configure)
                .configure(alarms::configure)
                .default_service(web::to(problem::nothing_here)),
        );
}

/// The connection of a path.
fn connection(text: &str) -> Result<ConnectionId, Problem> {
    ConnectionId::new(text).map_err(|error| Problem::bad(error.to_string()))
}

/// The connection of a path, if there is one by that name.
fn known(front: &Front, text: &str) -> Result<ConnectionId, Problem> {
    let id = connection(text)?;
    match front.world.board.connection(&id) {
        Some(_) => Ok(id),
        None => Err(polus_actors::mail::Refused::UnknownConnection(id.to_string()).into()),
    }
}

/// The connection and the ticket of a path.
fn ticket(front: &Front, (id, ticket): &(String, String)) -> Result<(ConnectionId, TicketId), Problem> {
    let number = ticket.parse().map_err(|_| Problem::bad(format!("{ticket:?} is no ticket number")))?;
    Ok((known(front, id)?, number))
}
