//! The actors: shells around the pure machines of `polus-core`, fed by the log.
//!
//! ```text
//! Office ── follows the log's tail, wakes tenants, keeps what passivated tickets wait for        office.rs
//!  └─ TenantSupervisor ── one per connection: its machine, its key, its budget of calls          tenant.rs
//!      ├─ TicketActor ── one per ticket with open work or recent traffic                         ticket.rs
//!      └─ SyncActor ── catches up with Gorgias after a start                                     sync.rs
//! Board ── what people see; written by actors, read by the web                                   board.rs
//! ```
//!
//! world.rs holds the ports: everything else that exists. mail.rs holds every message an actor takes, and draws
//! who sends what to whom. journal.rs is one stream and the machine folded from it; perform.rs is one effect and the
//! world to one input; desk.rs is Gorgias behind the tenant's budget (budget.rs); intake.rs is a webhook's way into
//! the log; marks.rs counts the rare branches.
//!
//! Nothing here reads a clock, draws randomness, or iterates a `DashMap` or a hash map, but through the [`World`].

pub mod board;
pub mod budget;
pub mod desk;
pub mod intake;
pub mod journal;
pub mod mail;
pub mod marks;
pub mod office;
pub mod perform;
pub mod sync;
pub mod tenant;
pub mod ticket;
pub mod world;

pub use world::World;
