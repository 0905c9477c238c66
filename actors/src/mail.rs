//! Every message that an actor takes. None goes any other way than these:
//!
//! ```text
//!   web, command line
//!      │ ▲   Backfill, BeginSelfTest, Connect, Disconnect, ChangeConnection, Examine, LookUp, ChangeWebhook,
//!      │ │   LookAtWebhooks, WebhookSecret, TicketAct, Shutdown; their answers
//!      ▼ │
//!   Office
//!      │ ▲   down: the same wishes, but Save for the Connect that it is started for, Finish for Shutdown; Dirty
//!      ▼ │   up: the answers; Settled
//!   TenantSupervisor      to itself: Restored
//!      │ ▲   down: Wake, Leave; Leave also to its SyncActor, which tells nobody
//!      ▼ │   up: Quiet, Ended
//!   TicketActor
//! ```
//!
//! `mail/wishes.rs` is what people and the program wish; a wish is answered when what it asks for is done or refused.
//! `mail/among.rs` is what actors tell each other; nobody waits for an answer to it, but to Save and Finish.

mod among;
mod wishes;

pub use among::{Dirty, Ended, Finish, Leave, Problem, Quiet, Restored, Save, Settled, Wake};
pub use wishes::{
    Backfill, BackfillAct, BeginSelfTest, Change, ChangeConnection, ChangeWebhook, Connect, Connected,
    Disconnect, Examine, Examined, LookAtWebhooks, LookUp, LookedUp, OperatorAct, Refused, SecretShown,
    Shutdown, TicketAct, WebhookAct, WebhookDone, WebhookFound, WebhookNow, WebhookSecret,
};
