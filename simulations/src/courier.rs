//! The courier: carries the desks' webhooks into the program, as its webhook route would take them.

use std::time::Duration;

use polus_actors::intake;
use polus_actors::tenant::secret_hash;
use polus_actors::world::World;
use polus_core::gorgias::webhook;
use polus_core::id::ConnectionId;
use polus_core::ticket::event::Standing;
use polus_core::time::Time;

use crate::fence::Pulse;
use crate::gorgias::webhooks::{Delivery, DeliveryOutcome};
use crate::world::Stage;

/// How often the courier looks while something stirs.
const EVERY: Duration = Duration::from_millis(50);

/// How often it looks when nobody has touched a desk.
const RESTS: Duration = Duration::from_secs(60);

/// When Gorgias stops waiting for the receiver of a webhook.
const PATIENCE: Duration = Duration::from_secs(5);

/// Carries webhooks into the log of `world` until dropped.
pub async fn carry_webhooks(stage: Stage, world: World, pulse: Pulse) {
    loop {
        pulse.beat().await;
        for (account, delivery) in due(&stage) {
            if !stage.takes_webhooks() {
                stage.arrived(&account, &delivery, DeliveryOutcome::Refused);
                continue;
            }
            stage.set_out(&account, delivery.id);
            let took = tokio::time::timeout(PATIENCE, deliver(&world, &delivery.url, &delivery.body)).await;
            stage.arrived(&account, &delivery, took.unwrap_or(DeliveryOutcome::TimedOut));
        }
        tokio::time::sleep(EVERY).await;
        let next = next_due(&stage).map_or(RESTS, |due| Time(due).since(Time(stage.now_ms())));
        tokio::select! {
            biased;
            () = stage.network.stirred.notified() => {}
            () = tokio::time::sleep(next.min(RESTS)) => {}
        }
        if !pulse.beats() {
            stage.network.stirred.notify_one(); // What this life heard was for the next one.
        }
    }
}

/// Nobody takes what is due now: the program is down.
pub fn turn_away(stage: &Stage) {
    for (account, delivery) in due(stage) {
        stage.arrived(&account, &delivery, DeliveryOutcome::Refused);
    }
}

/// When the next webhook, or anything else at a desk, is due; milliseconds since 1970.
pub fn next_due(stage: &Stage) -> Option<i64> {
    stage.accounts().filter_map(|account| stage.quiet_desk(account).due()).min()
}

/// Whether there are webhooks that have not arrived, however late they will.
pub fn webhooks_wait(stage: &Stage) -> bool {
    stage.accounts().any(|account| stage.quiet_desk(account).webhooks_wait())
}

fn due(stage: &Stage) -> Vec<(ConnectionId, Delivery)> {
    let now_ms = stage.now_ms();
    let mut due = Vec::new();
    for account in stage.accounts() {
        let mut desk = stage.quiet_desk(account);
        desk.advance(now_ms);
        due.extend(desk.deliveries(now_ms).into_iter().map(|delivery| (account.clone(), delivery)));
    }
    due
}

/// What the program's webhook route does, without a socket.
async fn deliver(world: &World, url: &str, body: &[u8]) -> DeliveryOutcome {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parts = path.rsplit('/');
    let (secret, connection) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(connection) = ConnectionId::new(connection) else { return status(404) };
    let Some(view) = world.board.connection(&connection) else { return status(404) };
    let (hash, now) = (secret_hash(secret), world.clock.now());
    let is_valid = view.connection.valid_secrets(now).any(|valid| valid == hash);
    let standing = match (is_valid, view.connection.is_connected()) {
        (true, true) => Standing::Current,
        (true, false) => Standing::Disconnected,
        (false, _) if view.connection.stale_secrets(now).any(|stale| stale == hash) => Standing::Stale,
        (false, _) => return status(404),
    };
    let durable = match webhook::read(body, query) {
        Ok(heard) => intake::notified(world, &connection, &view, standing, heard).await,
        Err(problem) => {
            let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
            intake::quarantined(world, &connection, problem.to_string(), bytes, body).await
        }
    };
    status(if durable.is_ok() { 200 } else { 503 })
}

fn status(code: u16) -> DeliveryOutcome {
    DeliveryOutcome::Status(code, b"{}".to_vec())
}
