//! What follows a refusal: one alarm, one cheap probe at a time, and back to work; what follows an append to the
//! connection's stream of which nobody can say whether it is there, and what follows articles or a key that cannot be read;
//! and the looks at the webhooks in Gorgias.

use std::rc::Rc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{AsyncContext, Context};
use polus_core::connection::Status;

use super::{TenantSupervisor, cannot_be_read, read};
use crate::mail::Restored;
use crate::marks::Mark;

/// A connection that works and is refused in turns is probed less and less often: at most so many times the usual wait.
const WAITS_MAX: u32 = 16;

/// Refused again within so many waits after it worked: the next probe waits twice as long.
const RELAPSE_WITHIN: u32 = 4;

impl TenantSupervisor {
    /// Leads the connection through refusals. A start in the middle of one goes on with it.
    pub(super) fn watch(&mut self, context: &mut Context<Self>) {
        let life = Rc::clone(&self.life);
        let look_again = Rc::clone(&self.look_again);
        let address = context.address();
        self.watching.push(context.spawn(wrap_future(async move {
            let mut wait = life.world.limits.probe_every;
            let mut worked_since: Option<Duration> = None;
            loop {
                while is_down(&life.status().await) {
                    tokio::select! {
                        biased;
                        () = look_again.notified() => continue,
                        () = life.world.clock.sleep(wait) => {}
                    }
                    match life.probe().await {
                        Ok(true) => {
                            life.world.marks.hit(Mark::ProbeWorked);
                            worked_since = Some(life.world.clock.monotonic());
                            // One message to itself for each restoration.
                            address.do_send(Restored);
                        }
                        Ok(false) => life.world.marks.hit(Mark::ProbeInVain),
                        Err(error) => {
                            life.world.marks.hit(Mark::ProbeInVain);
                            tracing::debug!(connection = %life.tenant.id, %error, "still down");
                        }
                    }
                }
                let trouble = life.tenant.desk.trouble().await;
                let usual = life.world.limits.probe_every;
                let now = life.world.clock.monotonic();
                let relapsed = worked_since.is_some_and(|at| now.saturating_sub(at) < wait * RELAPSE_WITHIN);
                if relapsed {
                    life.world.marks.hit(Mark::Relapsed);
                }
                wait = if relapsed { (wait * 2).min(usual * WAITS_MAX) } else { usual };
                if let Err(error) = life.refused(&trouble).await {
                    tracing::error!(connection = %life.tenant.id, %error, "a refusal could not be recorded");
                    life.world.clock.sleep(life.world.limits.retry_first).await;
                    life.tenant.desk.complain(trouble);
                }
            }
        })));
    }
}

impl TenantSupervisor {
    /// Finds out what became of changes that the disk would not tell of: a brake that stands in the log holds, also if its
    /// operator was told that it could not be recorded.
    pub(super) fn settle(&self, context: &mut Context<Self>) {
        let life = Rc::clone(&self.life);
        let address = context.address();
        context.spawn(wrap_future(async move {
            loop {
                life.unsettled().await;
                match read(&life).await {
                    Ok(true) => address.do_send(Restored),
                    Ok(false) => {} // It is not in the log, or was read by another act since.
                    Err(error) => cannot_be_read(&life, &error),
                }
            }
        }));
    }
}

impl TenantSupervisor {
    /// Reads again what could not be read of a connection: its articles, its key.
    pub(super) fn show_again(&self, context: &mut Context<Self>) {
        let life = Rc::clone(&self.life);
        let address = context.address();
        context.spawn(wrap_future(async move {
            loop {
                life.unshown().await;
                life.world.clock.sleep(life.world.limits.retry_longest).await;
                if life.show_again().await {
                    address.do_send(Restored);
                }
            }
        }));
    }
}

impl TenantSupervisor {
    /// Looks at the webhooks again and again: Gorgias tells nobody when it switches one off.
    pub(super) fn watch_webhooks(&mut self, context: &mut Context<Self>) {
        let life = Rc::clone(&self.life);
        self.watching.push(context.spawn(wrap_future(async move {
            loop {
                life.world.clock.sleep(life.world.limits.webhook_every).await;
                if let Err(error) = life.look_at_webhooks().await {
                    tracing::error!(connection = %life.tenant.id, %error, "what became of a webhook could not be recorded");
                }
            }
        })));
    }
}

fn is_down(status: &Status) -> bool {
    match status {
        Status::Refused { .. } | Status::Insufficient { .. } | Status::AiUserMissing { .. } => true,
        Status::Unverified | Status::Active | Status::Disconnected => false,
    }
}
