//! The HTTP face, with a real client on one side and a real receiver of webhooks on the other.

use std::future::Future;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use polus_simulations::gorgias::Desk;
use polus_simulations::gorgias::faults::{CallFault, Scripted};
use polus_simulations::gorgias::http::{BODY_BYTES_MAX, serve};
use polus_simulations::gorgias::seed::{Cast, seed};
use serde_json::{Value, json};

#[actix_web::test]
async fn a_client_reads_with_its_key_and_sees_limits() {
    let face = Face::open();
    let response = face.get("/api/users/0/").await.unwrap();
    assert_eq!(response.headers()["x-gorgias-account-api-call-limit"], "1/40");
    let user: Value = response.json().await.unwrap();
    assert_eq!(user["email"], face.cast.ai_email);
    let refused = face.client.get(format!("{}/api/account", face.url)).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let list = face.get("/api/events?types=ticket-created&types=ticket-closed&created_datetime%5Bgte%5D=2020-01-01T00%3A00%3A00%2B00%3A00");
    assert_eq!(list.await.unwrap().status(), 200);
    let odd = face.get("/api/tickets?status=open").await.unwrap();
    assert_eq!(odd.status(), 400);
}

#[actix_web::test]
async fn a_lost_answer_is_a_closed_connection() {
    let face = Face::open();
    let ticket = face.cast.tickets[0];
    face.lock().faults.plan(Scripted::post_on(ticket, CallFault::LostAfterEffect));
    let note = json!({"channel": "internal-note", "via": "api", "from_agent": true, "public": false, "body_text": "x"});
    let error = face.post(&format!("/api/tickets/{ticket}/messages"), &note).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_eq!(face.lock().thread(ticket).len(), 2);

    face.lock().faults.plan(Scripted::call("DELETE", "/api/tickets/*", CallFault::LostAfterEffect));
    let path = format!("{}/api/tickets/{ticket}", face.url);
    let gone = face.client.delete(path).basic_auth(&face.cast.ai_email, Some(&face.cast.ai_key)).send().await;
    assert!(gone.is_err());
    assert!(face.lock().ticket(ticket).is_none());
}

#[actix_web::test]
async fn a_broken_answer_begins_and_does_not_end() {
    let face = Face::open();
    face.lock().faults.plan(Scripted::next_call(CallFault::Truncated));
    let response = face.get("/api/users").await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[actix_web::test]
async fn a_late_write_is_a_time_out_and_lands() {
    let face = Face::open();
    let ticket = face.cast.tickets[0];
    face.lock().faults.plan(Scripted::post_on(ticket, CallFault::LandsLate { after_ms: 300 }));
    let note = json!({"channel": "internal-note", "via": "api", "from_agent": true, "public": false, "body_text": "x"});
    let error = face.post(&format!("/api/tickets/{ticket}/messages"), &note).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    until(|| face.lock().thread(ticket).len() == 2).await;
}

#[actix_web::test]
async fn a_slow_answer_comes_and_a_proxys_page_is_a_page() {
    let face = Face::open();
    face.lock().faults.plan(Scripted::next_call(CallFault::Slow { ms: 50 }));
    assert_eq!(face.get("/api/users").await.unwrap().status(), 200);
    face.lock().faults.plan(Scripted::next_call(CallFault::BadGateway { after_effect: false }));
    let response = face.get("/api/users").await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().contains("<html>"));
}

#[actix_web::test]
async fn a_body_too_large_is_refused() {
    let face = Face::open();
    let body = json!({"body_text": "x".repeat(BODY_BYTES_MAX)});
    let response =
        face.post(&format!("/api/tickets/{}/messages", face.cast.tickets[0]), &body).await.unwrap();
    assert_eq!(response.status(), 413);
}

#[actix_web::test]
async fn webhooks_arrive_and_are_tried_again() {
    let face = Face::open();
    {
        let mut desk = face.lock();
        desk.timings.webhook_delay_ms = 0;
        desk.timings.webhook_retry_ms = 10;
        desk.timings.webhook_timeout_ms = 100;
    }
    let receiver = Receiver::open();
    let body = json!({"name": "agent", "type": "http", "http": {
        "url": format!("{}/hook?ticket={{{{ticket.id}}}}", receiver.url), "method": "POST",
        "request_content_type": "application/json", "response_content_type": "application/json",
        "headers": {"X-Webhook-Secret": "s3cret"}, "form": "{{context}}", "triggers": {"ticket-handed-over": true},
    }});
    assert_eq!(face.post("/api/integrations", &body).await.unwrap().status(), 201);
    let ticket = face.cast.tickets[0];
    face.lock().hand_over(now_ms(), ticket).unwrap();
    until(|| receiver.seen.lock().unwrap().len() == 3).await;
    let seen = receiver.seen.lock().unwrap().clone();
    for call in &seen {
        assert_eq!((call.secret.as_str(), &call.query), ("s3cret", &format!("ticket={ticket}")));
        assert_eq!(call.body["ticket"]["id"].as_i64(), Some(ticket));
    }
    // The two failures count until the third try is reported well received.
    until(|| face.lock().integrations().all(|integration| integration.failures_in_a_row == 0)).await;
    assert_eq!(face.lock().due(), None);
}

#[actix_web::test]
async fn an_empty_form_is_an_empty_body() {
    let face = Face::open();
    face.lock().timings.webhook_delay_ms = 0;
    face.lock().timings.webhook_retry_ms = 10;
    let receiver = Receiver::open();
    let body = json!({"name": "agent", "type": "http", "http": {
        "url": format!("{}/hook", receiver.url), "method": "POST", "request_content_type": "application/json",
        "response_content_type": "application/json", "triggers": {"ticket-handed-over": true},
    }});
    assert_eq!(face.post("/api/integrations", &body).await.unwrap().status(), 201);
    face.lock().hand_over(now_ms(), face.cast.tickets[0]).unwrap();
    until(|| !receiver.seen.lock().unwrap().is_empty()).await;
    let call = receiver.seen.lock().unwrap()[0].clone();
    assert_eq!((call.length.as_str(), call.body), ("0", Value::Null));
}

#[actix_web::test]
async fn the_back_door_is_open_without_a_key() {
    let face = Face::open();
    let body = json!({"new": {"email": "zo@example.org", "name": "Zo", "letter": {"text": "Hello?"}}});
    let response =
        face.client.post(format!("{}/_desk/customer_writes", face.url)).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let written: Value = response.json().await.unwrap();
    let path = format!("{}/_desk/tickets/{}", face.url, written["ticket_id"]);
    let ticket: Value = face.client.get(path).send().await.unwrap().json().await.unwrap();
    assert_eq!(ticket["messages"][0]["body_text"], "Hello?");
    face.get("/api/account").await.unwrap();
    let requests: Value = face
        .client
        .get(format!("{}/_desk/requests?limit=1", face.url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(requests["requests"][0]["path"], "/api/account");
}

/// A desk behind its HTTP face, with a client that gives up after a second.
struct Face {
    desk: Arc<Mutex<Desk>>,
    cast: Cast,
    url: String,
    client: reqwest::Client,
}

impl Face {
    fn open() -> Self {
        let (desk, cast) = seed(now_ms(), 7, 2);
        let desk = Arc::new(Mutex::new(desk));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (server, courier) = serve(desk.clone(), listener, now_ms).unwrap();
        actix_web::rt::spawn(server);
        actix_web::rt::spawn(courier.run());
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(1)).build().unwrap();
        Self { desk, cast, url, client }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }

    fn get(&self, path: &str) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
        let request = self.client.get(format!("{}{path}", self.url));
        request.basic_auth(&self.cast.ai_email, Some(&self.cast.ai_key)).send()
    }

    fn post(
        &self,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        request.basic_auth(&self.cast.ai_email, Some(&self.cast.ai_key)).send()
    }
}

#[derive(Clone)]
struct Seen {
    secret: String,
    query: String,
    length: String,
    body: Value,
}

/// Takes webhooks: the first call is left hanging, the second refused, the rest taken.
struct Receiver {
    seen: Arc<Mutex<Vec<Seen>>>,
    url: String,
}

impl Receiver {
    fn open() -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let data = web::Data::from(seen.clone());
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(take)))
                .workers(1);
        actix_web::rt::spawn(server.listen(listener).unwrap().run());
        Self { seen, url }
    }
}

async fn take(seen: web::Data<Mutex<Vec<Seen>>>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let header = |name: &str| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(Seen {
            secret: header("x-webhook-secret"),
            query: request.query_string().to_owned(),
            length: header("content-length"),
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        seen.len()
    };
    match number {
        1 => std::future::pending().await,
        2 => HttpResponse::ServiceUnavailable().finish(),
        _ => HttpResponse::Ok().json(json!({})),
    }
}

/// Waits until something is so, and fails after ten seconds.
async fn until(so: impl Fn() -> bool) {
    let end = std::time::Instant::now() + Duration::from_secs(10);
    while !so() {
        assert!(std::time::Instant::now() < end, "it never came so");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}
