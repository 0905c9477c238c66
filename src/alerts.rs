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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::sync::Mutex;

    use actix_web::web::{self, Data, Json};
    use actix_web::{App, HttpResponse, HttpServer};
    use polus_core::time::Time;
    use serde_json::Value;

    use super::*;

    /// What was posted, and how many posts are still refused.
    #[derive(Default)]
    struct Receiver {
        heard: Mutex<Vec<(String, String)>>,
        refuse: Mutex<u32>,
    }

    async fn hear(receiver: Data<Receiver>, body: Json<Value>) -> HttpResponse {
        let mut refuse = receiver.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return HttpResponse::InternalServerError().finish();
        }
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        receiver.heard.lock().unwrap().push((text("state"), text("about")));
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn each_beginning_and_end_is_posted_once_and_again_only_if_it_failed() {
        let receiver = Data::new(Receiver::default());
        let app = receiver.clone();
        let server =
            HttpServer::new(move || App::new().app_data(app.clone()).route("/", web::post().to(hear)))
                .workers(1)
                .bind("127.0.0.1:0")
                .unwrap();
        let url = format!("http://{}/", server.addrs()[0]);
        let running = server.run();
        let handle = running.handle();
        actix_web::rt::spawn(running);
        let alarm = |about: &str, since| Alarm {
            about: about.to_owned(),
            message: "x".to_owned(),
            since: Time(since),
        };
        let (client, mut told) = (reqwest::Client::new(), BTreeMap::new());
        *receiver.refuse.lock().unwrap() = 1;
        let standing = [alarm("acme", 1), alarm("log", 1)];
        assert!(tell(&client, &url, &standing, &mut told).await.is_err());
        for now in [&standing[..], &standing[..], &standing[..1], &[], &[alarm("acme", 2)]] {
            tell(&client, &url, now, &mut told).await.unwrap();
        }
        handle.stop(false).await;
        let heard = receiver.heard.lock().unwrap();
        let heard: Vec<(&str, &str)> =
            heard.iter().map(|(state, about)| (state.as_str(), about.as_str())).collect();
        let expected =
            [("raised", "acme"), ("raised", "log"), ("ended", "log"), ("ended", "acme"), ("raised", "acme")];
        assert_eq!(heard, expected);
    }
}
