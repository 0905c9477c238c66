//! Customers who are machines: a helpdesk or a merchant's own auto-reply address at the other end, which answers every
//! reply of the desk within seconds and never says that it is one. Two such machines go on until one of them stops.

use super::people::Letter;
use super::{Desk, Due};

/// A machine that answers for a ticket's customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweringMachine {
    /// So long after each reply it writes, milliseconds.
    pub after_ms: i64,
    /// So many messages it writes at most: whoever looks for the end of a loop wants the machine to have one as well.
    pub answers_max: u32,
}

/// A machine and what it has written.
pub(super) struct Machine {
    is: AnsweringMachine,
    written: u32,
}

/// What its messages have instead of a thought, so that no two of them are the same question.
const THINGS: [&str; 12] = [
    "lamp", "chair", "table", "mirror", "carpet", "basket", "pillow", "candle", "kettle", "teapot", "saucer",
    "napkin",
];

impl Desk {
    /// From now on a machine answers every public reply that the API posts on the ticket. It writes nothing on a ticket
    /// that is gone.
    pub fn machine_answers(&mut self, ticket: i64, machine: AnsweringMachine) {
        self.machines.insert(ticket, Machine { is: machine, written: 0 });
    }

    /// A public reply leaves by the API.
    pub(super) fn machine_hears(&mut self, now_ms: i64, ticket: i64) {
        let Some(machine) = self.machines.get(&ticket) else { return };
        if machine.written < machine.is.answers_max {
            self.agenda.insert((now_ms.saturating_add(machine.is.after_ms), Due::MachineAnswers(ticket)));
        }
    }

    /// The machine writes.
    pub(super) fn machine_writes(&mut self, now_ms: i64, ticket: i64) {
        let Some(customer) = self.tickets.get(&ticket).and_then(|ticket| ticket.customer) else { return };
        let Some(machine) = self.machines.get_mut(&ticket) else { return };
        machine.written += 1;
        let letter = Letter::of(&words(machine.written));
        self.write_letter(now_ms, ticket, customer, letter);
    }
}

/// Its message of this number, from 1. Any two of one round of [`THINGS`] share at most one of three words.
fn words(number: u32) -> String {
    let at = |ahead: u32| THINGS[usize::try_from(number.saturating_add(ahead)).unwrap_or(0) % THINGS.len()];
    let (one, two, three) = (at(0), at(1), at(3));
    format!(
        "Noted under number {number}. How does the return of the {one} and the {two} with the {three} work?"
    )
}
