//! Alarms posted elsewhere: watches the board and posts each alarm that begins or ends to `alert_url` as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use polus_actors::board::{Alarm, Board};
use serde_json::json;

/// How often the board is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a receiver may take.
const POST_TIMEOUT: Duration = Duration::from_secs(10);

/// Posts alarms until it is dropped. One that cannot be posted is tried again at the next look.
pub async fn watch(board: Arc<Board>, url: String) {
    let client = reqwest::Client::new();
    let mut told: BTreeMap<String, Alarm> = BTreeMap::new();
    let mut is_failing = false;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let failed = tell(&client, &url, &board.alarms(), &mut told).await.err();
        if let (Some(problem), false) = (&failed, is_failing) {
            tracing::warn!(problem, "an alarm cannot be posted to alert_url; it is tried again");
        }
        is_failing = failed.is_some();
    }
}

async fn tell(
    client: &reqwest::Client,
    url: &str,
    now: &[Alarm],
    told: &mut BTreeMap<String, Alarm>,
) -> Result<(), String> {
    let ended: Vec<Alarm> = told
        .values()
        .filter(|alarm| now.iter().all(|standing| standing.about != alarm.about))
        .cloned()
        .collect();
    for alarm in ended {
        post(client, url, "ended", &alarm).await?;
        told.remove(&alarm.about);
    }
    for alarm in now {
        if told.get(&alarm.about).is_none_or(|known| known.since != alarm.since) {
            post(client, url, "raised", alarm).await?;
            told.insert(alarm.about.clone(), alarm.clone());
        }
    }
    Ok(())
}

async fn post(client: &reqwest::Client, url: &str, state: &str, alarm: &Alarm) -> Result<(), String> {
    let body = json!({
        "state": state,
        "about": alarm.about,
        "message": alarm.message,
        "since": alarm.since.to_string(),
    });
    let sent = client.post(url).timeout(POST_TIMEOUT).json(&body).send().await;
    let status = sent.map_err(|error| error.without_url().to_string())?.status();
    if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
}
