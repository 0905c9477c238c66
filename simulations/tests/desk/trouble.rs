//! Trouble on the way: lost, late, slow and broken answers, proxies, and that the same seed gives the same trouble.

use polus_simulations::gorgias::control::control;
use polus_simulations::gorgias::faults::{CallFault, Scripted};
use polus_simulations::gorgias::wire::{Travel, WireRequest};
use serde_json::{Value, json};

use super::{START_MS, Stage};

#[test]
fn each_fault_travels_as_it_says_and_does_what_it_says() {
    let lands_at_ms = START_MS + 9_000;
    let cases = [
        (CallFault::LostBeforeEffect, Travel::LostBeforeEffect, 200, 0),
        (CallFault::LostAfterEffect, Travel::LostAfterEffect, 201, 1),
        (CallFault::LandsLate { after_ms: 9_000 }, Travel::LateEffect { lands_at_ms }, 200, 0),
        (CallFault::Slow { ms: 300 }, Travel::Slow { ms: 300 }, 201, 1),
        (CallFault::Truncated, Travel::Truncated, 201, 1),
        (CallFault::BadGateway { after_effect: false }, Travel::Html502, 502, 0),
        (CallFault::BadGateway { after_effect: true }, Travel::Html502, 502, 1),
        (CallFault::ServerError { status: 503 }, Travel::Normal, 503, 0),
        (CallFault::Forbidden { reason: "The quota is used up.".to_owned() }, Travel::Normal, 403, 0),
        (CallFault::Rejected { message: "No.".to_owned() }, Travel::Normal, 400, 0),
        (CallFault::TooManyRequests { retry_after_s: 3 }, Travel::Normal, 429, 0),
    ];
    for (fault, travel, status, written) in cases {
        let mut stage = Stage::empty();
        let ticket = stage.mail("Where is it?").ticket_id;
        stage.desk.faults.plan(Scripted::post_on(ticket, fault.clone()));
        let body = stage.mail_reply(ticket, "On its way");
        let request = WireRequest::new("POST", &format!("/api/tickets/{ticket}/messages")).with_json(&body);
        let answered = stage.handle(&request);
        assert_eq!((answered.travel, answered.response.status), (travel, status), "{fault:?}");
        assert_eq!(stage.desk.thread(ticket).len(), 1 + written, "{fault:?}");
    }
}

#[test]
fn a_late_write_lands_when_its_caller_has_given_up() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.faults.plan(Scripted::post_on(ticket, CallFault::LandsLate { after_ms: 9_000 }));
    let body = stage.mail_reply(ticket, "On its way");
    stage.post_message(ticket, &body);
    stage.wait(8_999);
    assert_eq!(stage.desk.thread(ticket).len(), 1);
    assert_eq!(stage.desk.due(), Some(stage.now_ms + 1));
    stage.wait(1);
    let external_id = stage.desk.thread(ticket)[1].external_id.clone();
    assert_eq!(external_id.as_deref(), Some("our-key"));
    let last = stage.desk.requests().next_back().unwrap();
    assert_eq!((last.status, last.at_ms, last.key.as_str()), (201, START_MS + 9_000, "robin@acme.example"));
}

#[test]
fn a_late_write_finds_its_ticket_deleted() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.faults.plan(Scripted::post_on(ticket, CallFault::LandsLate { after_ms: 9_000 }));
    let body = stage.mail_reply(ticket, "On its way");
    stage.post_message(ticket, &body);
    stage.desk.delete(stage.now_ms, ticket).unwrap();
    stage.wait(9_000);
    assert_eq!(stage.desk.requests().next_back().unwrap().status, 404);
}

#[test]
fn a_proxys_page_is_html_and_knows_no_limits() {
    let mut stage = Stage::empty();
    stage.desk.faults.odds.bad_gateway = 1.0;
    let response = stage.get("/api/account");
    assert_eq!((response.status, response.json()), (502, None));
    assert!(response.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(response.header("X-Gorgias-Account-Api-Call-Limit"), None);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(one_busy_hour(), one_busy_hour());
}

#[test]
fn the_back_door_acts_plans_and_shows() {
    let mut stage = Stage::empty();
    let new = json!({"new": {"channel": "chat", "email": "zo@example.org", "name": "Zo", "letter": {"text": "Hello?"}}});
    let written = post(&mut stage, "customer_writes", &new);
    let ticket = written["ticket_id"].as_i64().unwrap();
    post(&mut stage, "customer_writes", &json!({"ticket_id": ticket, "letter": {"text": "Anybody?"}}));
    post(&mut stage, "agent_replies", &json!({"ticket_id": ticket, "user_id": 40_000_004, "text": "Yes"}));
    post(&mut stage, "assign", &json!({"ticket_id": ticket, "to": {"user": 40_000_003}}));
    post(&mut stage, "assign", &json!({"ticket_id": ticket, "to": "nobody"}));
    post(&mut stage, "close", &json!({"ticket_id": ticket}));
    let shown = call(&mut stage, "GET", &format!("/_desk/tickets/{ticket}"), &json!(null));
    assert_eq!((shown.0, shown.1["messages"].as_array().unwrap().len()), (200, 3));
    assert_eq!(shown.1["status"], "closed");

    let plan = json!({"odds": {"webhook_lost": 0.5}, "plan": [
        {"call": {"method": "GET", "fault": {"too_many_requests": {"retry_after_s": 3}}}},
        {"sending": {"ticket": ticket, "error": "no"}}, {"webhook": {"fault": "twice"}},
        {"call": {"path": "/api/account", "fault": "lost_before_effect"}},
    ]});
    let planned = post(&mut stage, "faults", &plan);
    assert_eq!(
        (planned["script"].as_array().unwrap().len(), planned["odds"]["webhook_lost"].as_f64()),
        (4, Some(0.5))
    );
    assert_eq!(stage.get("/api/users").header("Retry-after"), Some("3"));
    let robin = json!({"user_id": stage.cast.ai_user});
    post(&mut stage, "revoke_key", &robin);
    assert_eq!(stage.get("/api/users").status, 401);
    post(&mut stage, "restore_key", &robin);
    let requests = call(&mut stage, "GET", "/_desk/requests", &json!(null)).1;
    assert_eq!(requests["requests"][1]["status"], 401);

    let other = stage.mail("Where is it?").ticket_id;
    post(&mut stage, "merge", &json!({"from": other, "into": ticket}));
    let gone = call(&mut stage, "GET", &format!("/_desk/tickets/{other}"), &json!(null)).1;
    assert_eq!(gone["gone"], json!({"merged_into": ticket}));
    post(&mut stage, "delete", &json!({"ticket_id": ticket}));
}

#[test]
fn the_back_door_says_what_is_wrong() {
    let mut stage = Stage::empty();
    let cases = [
        ("POST", "/_desk/close", json!({"ticket_id": 1}), 404, "there is no ticket 1"),
        ("POST", "/_desk/close", json!({"ticket": 1}), 400, "unknown field `ticket`"),
        ("POST", "/_desk/dance", json!({}), 404, "nobody here knows how to 'dance'"),
        ("POST", "/_desk/customer_writes", json!({}), 400, "give either ticket_id and letter, or new"),
        ("POST", "/_desk/faults", json!({"odds": {"slow": 2.0}}), 400, "slow is 2, not between 0 and 1"),
        ("GET", "/_desk/nothing", json!(null), 404, "there is nothing at /_desk/nothing"),
        ("PUT", "/_desk/close", json!({}), 405, "PUT is not understood here"),
    ];
    for (method, path, body, status, text) in cases {
        let (given, answer) = call(&mut stage, method, path, &body);
        assert_eq!(given, status, "{path}");
        assert!(answer["error"].as_str().unwrap().contains(text), "{answer}");
    }
}

fn one_busy_hour() -> Vec<u8> {
    let mut stage = Stage::with_tickets(20);
    stage.desk.faults.odds.lost_after_effect = 0.2;
    stage.desk.faults.odds.lands_late = 0.2;
    stage.desk.faults.odds.webhook_late = 0.5;
    stage.desk.faults.odds.sending_fails = 0.3;
    stage.subscribe(json!("{{context}}"));
    let mut seen = Vec::new();
    for ticket in stage.cast.tickets.clone() {
        let answered = stage.handle(&WireRequest::new("GET", &format!("/api/tickets/{ticket}")));
        seen.extend(answered.response.body);
        stage
            .desk
            .customer_writes(stage.now_ms, ticket, polus_simulations::gorgias::people::Letter::of("Again"))
            .unwrap();
        let body = stage.mail_reply(ticket, "On its way");
        seen.extend(stage.post_message(ticket, &body).body);
        stage.wait(180_000);
        seen.extend(stage.receive().into_iter().flat_map(|delivery| delivery.body));
    }
    seen
}

fn post(stage: &mut Stage, act: &str, body: &Value) -> Value {
    let (status, answer) = call(stage, "POST", &format!("/_desk/{act}"), body);
    assert_eq!(status, 200, "{act}: {answer}");
    answer
}

fn call(stage: &mut Stage, method: &str, path: &str, body: &Value) -> (u16, Value) {
    control(&mut stage.desk, stage.now_ms, method, path, &[], body.to_string().as_bytes())
}
