//! The program's log, record by record, to those who watch. It runs beside the actors and ends with them; after a
//! crash another one goes on behind the last record that was heard.

use std::sync::mpsc::Sender;

use polus_actors::World;
use polus_actors::journal::decode_record;
use polus_core::id::{Stream, TicketId};
use polus_core::ticket::{Event, Recorded};
use polus_storage::TailItem;

/// What the log told.
pub(super) enum Heard {
    /// An event of a ticket.
    Ticket {
        /// The record's place in the log.
        position: u64,
        /// Which ticket.
        ticket: TicketId,
        /// The event.
        recorded: Box<Recorded<Event>>,
    },
    /// The log cannot be followed.
    Problem(String),
}

/// Follows the log behind `after` until it ends or nobody listens.
pub(super) async fn follow(world: World, after: u64, listener: Sender<Heard>) {
    let mut tail = world.log.tail(after + 1);
    loop {
        let heard = match tail.next().await {
            Ok(TailItem::CaughtUp) => continue,
            Ok(TailItem::Record(record)) => {
                let Ok(Stream::Ticket(_, ticket)) = record.stream.as_str().parse() else { continue };
                match decode_record(world.blobs.as_ref(), &record).await {
                    Ok(recorded) => {
                        Heard::Ticket { position: record.position, ticket, recorded: Box::new(recorded) }
                    }
                    Err(error) => Heard::Problem(format!("{}: {error}", record.stream)),
                }
            }
            Err(error) => Heard::Problem(error.to_string()),
        };
        let is_problem = matches!(heard, Heard::Problem(_));
        if listener.send(heard).is_err() || is_problem {
            return;
        }
    }
}
