//! Every message that an actor takes. None goes any other way than these:
//!
//! ```text
//!   web, command line
//!       │ Connect, Disconnect, ChangeConnection, InstallWebhook, WebhookSecret, TicketAct, Shutdown       wishes.rs
//!       ▼
//!   Office
//!       │ the wishes for one connection as they came, but Save for Connect, Finish for Shutdown           wishes.rs
//!       │ Dirty ▼                                                        ▲ Settled                         among.rs
//!   TenantSupervisor ── Restored ──► itself                                                                among.rs
//!       │ Wake, Leave ▼                                                  ▲ Quiet, Ended                    among.rs
//!   TicketActor                          SyncActor: takes Leave from its supervisor, tells nobody
//! ```
//!
//! A wish is answered when what it asks for is done or refused. What actors tell each other is never waited for, but
//! Save and Finish.

mod among;
mod wishes;

pub use among::{Dirty, Ended, Finish, Leave, Problem, Quiet, Restored, Save, Settled, Wake};
pub use wishes::{
    Change, ChangeConnection, Connect, Connected, Disconnect, InstallWebhook, OperatorAct, Refused, Shutdown,
    TicketAct, UnderWay, WebhookSecret,
};
