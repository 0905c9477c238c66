//! What the actors tell each other: news of streams on their way down, the lives of tickets on their way up.

use actix::Message;
use polus_core::id::{ConnectionId, TicketId};
use polus_core::time::Time;

use super::{Connect, Connected, Refused};
use crate::tenant::Tested;

/// To a supervisor that was started for it: save what was tested.
#[derive(Message)]
#[rtype(result = "Result<Connected, Refused>")]
pub struct Save {
    /// What to save.
    pub connect: Connect,
    /// What the test found.
    pub tested: Tested,
}

/// To a supervisor: begin nothing, finish what was announced, and end. Answered when that is done or its time is over.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Finish;

/// To a supervisor: the log has a record of this ticket at this sequence, or its time to wake has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Dirty {
    /// Which ticket.
    pub ticket: TicketId,
    /// Up to which sequence, at least.
    pub sequence: u64,
}

/// To a ticket's actor: look at your stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Wake {
    /// Counts the wakes of this actor, so that it can tell which it has heard.
    pub number: u64,
}

/// From a ticket's actor: folded to `sequence`, nothing owed before `wake_at`; may I leave?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Quiet {
    /// Which ticket.
    pub ticket: TicketId,
    /// What it has folded.
    pub sequence: u64,
    /// When it wants to be woken; none for never.
    pub wake_at: Option<Time>,
    /// The last wake it had heard when it looked; with a later one on its way it does not leave.
    pub heard: u64,
}

/// To a ticket's actor or a walk: leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Leave;

/// From a ticket's actor: it ended.
#[derive(Debug, Clone, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Ended {
    /// Which ticket.
    pub ticket: TicketId,
    /// Which of the actors that this ticket had one after another.
    pub life: u64,
    /// What went wrong; none when it was told to stop.
    pub problem: Option<Problem>,
}

/// What can end a ticket's actor against its will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Its stream cannot be folded: it is put aside until a person has looked at it.
    Unreadable(String),
    /// The log takes nothing now: it is started again later.
    Busy(String),
}

/// From a supervisor: this ticket has left; it owes nothing before `wake_at`, folded to `sequence`.
#[derive(Debug, Clone, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Settled {
    /// The connection.
    pub connection: ConnectionId,
    /// The ticket.
    pub ticket: TicketId,
    /// What was folded.
    pub sequence: u64,
    /// When it wants to be woken; none for never.
    pub wake_at: Option<Time>,
}

/// From a supervisor to itself: the connection works again, or stands otherwise than was known, so that all that waits is
/// to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct Restored;
