//! The courier: carries the desks' webhooks into the program, as its webhook route would take them.

use std::time::Duration;

use polus_actors::intake::{Address, BODY_BYTES_MAX, Body};
use polus_actors::world::World;
use polus_core::id::ConnectionId;
use polus_core::time::Time;

use crate::fence::Pulse;
use crate::gorgias::strange::StrangeCall;
use crate::gorgias::webhooks::{Delivery, DeliveryOutcome};
use crate::world::Stage;

/// How often the courier looks while something stirs.
const EVERY: Duration = Duration::from_millis(50);

/// How often it looks when nobody has touched a desk.
const RESTS: Duration = Duration::from_secs(60);

/// When Gorgias stops waiting for the receiver of a webhook.
const PATIENCE: Duration = Duration::from_secs(5);

/// Carries webhooks into the log of `world` until dropped. None waits for another.
pub async fn carry_webhooks(stage: Stage, world: World, pulse: Pulse) {
    loop {
        pulse.beat().await;
        for (account, delivery) in due(&stage) {
            if !stage.takes_webhooks() {
                stage.arrived(&account, &delivery, DeliveryOutcome::Refused);
                continue;
            }
            stage.set_out(&account, delivery.id);
            let strange = stage.quiet_desk(&account).strange_call(&delivery);
            if let Some(call) = strange {
                actix::spawn(carry_strange(
                    stage.clone(),
                    world.clone(),
                    pulse.clone(),
                    account.clone(),
                    call,
                ));
            }
            actix::spawn(carry(stage.clone(), world.clone(), pulse.clone(), account, delivery));
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

/// Carries one webhook. What the end of its life cuts off is told of there.
async fn carry(stage: Stage, world: World, pulse: Pulse, account: ConnectionId, delivery: Delivery) {
    let took = tokio::time::timeout(PATIENCE, deliver(&world, &delivery.url, &delivery.body)).await;
    pulse.beat().await;
    stage.arrived(&account, &delivery, took.unwrap_or(DeliveryOutcome::TimedOut));
}

/// Carries a call that no desk makes.
async fn carry_strange(stage: Stage, world: World, pulse: Pulse, account: ConnectionId, call: StrangeCall) {
    let outcome = deliver(&world, &call.url, &call.body).await;
    pulse.beat().await;
    stage.arrived_uninvited(&account, &call, &outcome);
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
    let Some(address) = Address::of(world, connection, secret) else { return status(404) };
    let durable = address.take(world, &taken_in(body), query).await;
    status(if durable.is_ok() { 200 } else { 503 })
}

fn taken_in(body: &[u8]) -> Body {
    match body.get(..BODY_BYTES_MAX) {
        Some(beginning) if body.len() > BODY_BYTES_MAX => {
            Body::TooLarge { beginning: beginning.to_vec(), bytes: body.len() as u64 }
        }
        Some(_) | None => Body::Whole(body.to_vec()),
    }
}

fn status(code: u16) -> DeliveryOutcome {
    DeliveryOutcome::Status(code, b"{}".to_vec())
}
