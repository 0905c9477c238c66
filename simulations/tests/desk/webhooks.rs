//! Webhooks: what fires them, what they say, and what happens when nobody takes them.

use polus_simulations::gorgias::faults::{Scripted, WebhookFault};
use polus_simulations::gorgias::webhooks::DeliveryOutcome;
use serde_json::{Value, json};

use super::{Stage, complaints, triggers};

#[test]
fn a_first_letter_fires_ticket_and_message_with_the_whole_context() {
    let mut stage = Stage::empty();
    let integration = stage.subscribe(json!("{{context}}"));
    let written = stage.mail("Where is it?");
    let deliveries = stage.receive();
    let expected =
        ["ticket-created", "ticket-message-created", "ticket-updated", "ticket-assignment-updated"];
    assert_eq!(triggers(&deliveries), expected);
    let delivery = &deliveries[1];
    assert_eq!((delivery.integration, delivery.method.as_str()), (integration, "POST"));
    assert_eq!(delivery.headers, [("X-Webhook-Secret".to_owned(), "s3cret".to_owned())]);
    assert_eq!(delivery.content_type.as_deref(), Some("application/json"));
    let body: Value = serde_json::from_slice(&delivery.body).unwrap();
    assert_eq!(body["ticket"]["id"].as_i64(), Some(written.ticket_id));
    assert_eq!(body["message"]["id"].as_i64(), Some(written.message_id));
    assert_eq!(
        (&body["message"]["text"], &body["message"]["from_agent"]),
        (&json!("Where is it?"), &json!(false))
    );
    assert!(body["message"]["headers"]["Message-Id"].is_string());
    assert_eq!(body["ticket"]["account"], json!({"domain": "acme"}));
    assert_eq!(body["ticket"]["last_message"]["id"].as_i64(), Some(written.message_id));
    assert_eq!(body["event"]["type"], "ticket-message-created");
    let body: Value = serde_json::from_slice(&deliveries[0].body).unwrap();
    assert!(body.get("message").is_none());
}

#[test]
fn our_own_writes_echo_before_they_are_sent() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    let reply = stage.mail_reply(ticket, "On its way");
    stage.post_message(ticket, &reply);
    let deliveries = stage.receive();
    assert_eq!(triggers(&deliveries), ["ticket-message-created", "ticket-updated"]);
    let body: Value = serde_json::from_slice(&deliveries[0].body).unwrap();
    assert_eq!((&body["message"]["via"], &body["message"]["sent_datetime"]), (&json!("api"), &Value::Null));
    assert_eq!(
        (&body["message"]["external_id"], &body["event"]["user_id"]),
        (&json!("our-key"), &json!(stage.cast.ai_user))
    );

    stage.desk.faults.plan(Scripted::sending_fails(ticket, "mailbox full"));
    stage.post_message(ticket, &reply);
    stage.receive();
    stage.wait(stage.desk.timings.sending_ms_max);
    assert_eq!(triggers(&stage.receive()), ["ticket-message-failed", "ticket-updated"]);
}

#[test]
fn forms_render_as_strings_and_a_missing_one_as_nothing() {
    let mut stage = Stage::empty();
    let strings = stage.subscribe(json!({
        "id": "{{ticket.id}}", "agent": "{{message.from_agent}}", "team": "{{ticket.assignee_team}}",
        "last": "{{ticket.messages[-1].body_text}}", "sender": "{{message.sender | tojson}}",
    }));
    let nothing = stage.subscribe(Value::Null);
    let written = stage.mail("Where is it?");
    let deliveries = stage.receive();
    let of = |integration: i64| {
        deliveries
            .iter()
            .find(|one| one.integration == integration && one.trigger == "ticket-message-created")
            .unwrap()
    };
    let body: Value = serde_json::from_slice(&of(strings).body).unwrap();
    assert_eq!(body["id"], written.ticket_id.to_string());
    assert_eq!(
        (&body["agent"], &body["team"], &body["last"]),
        (&json!("False"), &json!("None"), &json!("Where is it?"))
    );
    let sender: Value = serde_json::from_str(body["sender"].as_str().unwrap()).unwrap();
    assert_eq!(sender["name"], "Jo Customer");
    assert_eq!((of(nothing).body.len(), &of(nothing).content_type), (0, &None));
}

#[test]
fn a_failed_call_is_tried_three_times_more() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    stage.desk.hand_over(stage.now_ms, ticket).unwrap();
    stage.now_ms += stage.desk.timings.webhook_delay_ms;
    for attempt in 0..=3 {
        let deliveries = stage.desk.deliveries(stage.now_ms);
        assert_eq!(deliveries.iter().map(|delivery| delivery.attempt).collect::<Vec<_>>(), [attempt]);
        let outcome = if attempt % 2 == 0 {
            DeliveryOutcome::TimedOut
        } else {
            DeliveryOutcome::Status(503, Vec::new())
        };
        stage.desk.delivered(stage.now_ms, deliveries[0].id, outcome);
        assert!(stage.desk.deliveries(stage.now_ms + 54_999).is_empty());
        stage.now_ms += 55_000;
    }
    assert_eq!(stage.desk.due(), None);
}

#[test]
fn too_many_failures_in_a_row_switch_it_off_until_it_is_switched_on() {
    let mut stage = Stage::empty();
    let id = stage.subscribe(json!("{{context}}"));
    stage.desk.timings.failures_until_deactivation = 3;
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.now_ms += stage.desk.timings.webhook_delay_ms;
    let deliveries = stage.desk.deliveries(stage.now_ms);
    let fail = [
        DeliveryOutcome::Refused,
        DeliveryOutcome::Refused,
        DeliveryOutcome::Status(200, Vec::new()),
        DeliveryOutcome::Refused,
    ];
    for (delivery, outcome) in deliveries.iter().zip(fail) {
        stage.desk.delivered(stage.now_ms, delivery.id, outcome);
    }
    assert_eq!(stage.read(&format!("/api/integrations/{id}"))["deactivated_datetime"], Value::Null);
    stage.now_ms += 55_000;
    for delivery in stage.desk.deliveries(stage.now_ms) {
        stage.desk.delivered(stage.now_ms, delivery.id, DeliveryOutcome::Refused);
    }
    assert!(stage.read(&format!("/api/integrations/{id}"))["deactivated_datetime"].is_string());
    assert_eq!(
        stage.read("/api/events?types=integration-deactivated")["data"][0]["object_id"].as_i64(),
        Some(id)
    );
    assert_eq!(stage.desk.due(), None);
    stage.desk.close(stage.now_ms, ticket).unwrap();
    assert!(stage.receive().is_empty());

    let on = stage.send(
        "PUT",
        &format!("/api/integrations/{id}"),
        &json!({"name": "agent", "deactivated_datetime": null}),
    );
    assert_eq!(on.json().unwrap()["deactivated_datetime"], Value::Null);
    stage.desk.reopen(stage.now_ms, ticket).unwrap();
    assert_eq!(stage.receive().len(), 2);
    assert_eq!(stage.desk.faults.struck.get("webhook_switched_off"), Some(&1));
}

#[test]
fn an_admin_switches_on_what_was_switched_off() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    stage.desk.timings.failures_until_deactivation = 1;
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.now_ms += stage.desk.timings.webhook_delay_ms;
    let first = stage.desk.deliveries(stage.now_ms).remove(0);
    stage.desk.delivered(stage.now_ms, first.id, DeliveryOutcome::Refused);
    stage.desk.close(stage.now_ms, ticket).unwrap();
    assert!(stage.receive().is_empty());
    stage.desk.switch_webhooks_on(stage.now_ms).unwrap();
    stage.desk.reopen(stage.now_ms, ticket).unwrap();
    assert_eq!(stage.receive().len(), 2);
}

#[test]
fn calls_are_lost_doubled_and_overtaken() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    stage.desk.faults.plan(Scripted::webhook(ticket, WebhookFault::Lost));
    stage.desk.hand_over(stage.now_ms, ticket).unwrap();
    assert!(stage.receive().is_empty());
    stage.desk.faults.plan(Scripted::webhook(ticket, WebhookFault::Twice));
    stage.desk.hand_over(stage.now_ms, ticket).unwrap();
    let twice = stage.receive();
    assert_eq!(triggers(&twice), ["ticket-handed-over", "ticket-handed-over"]);
    assert_eq!(twice[0].body, twice[1].body);
    stage.desk.faults.plan(Scripted::webhook(ticket, WebhookFault::Late { after_ms: 5_000 }));
    stage.desk.hand_over(stage.now_ms, ticket).unwrap();
    stage.desk.close(stage.now_ms, ticket).unwrap();
    assert_eq!(triggers(&stage.receive()), ["ticket-status-updated", "ticket-updated"]);
    stage.wait(5_000);
    assert_eq!(triggers(&stage.receive()), ["ticket-handed-over"]);
}

#[test]
fn what_the_receiver_answers_shows_beside_the_customer() {
    let mut stage = Stage::empty();
    let id = stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    let customer = stage.desk.ticket(ticket).unwrap().customer.unwrap();
    let shown = stage.read(&format!("/api/customers/{customer}"));
    assert_eq!(shown["integrations"][id.to_string()], json!({"__integration_type__": "http"}));
}

#[test]
fn integrations_are_checked_kept_and_deleted() {
    let mut stage = Stage::empty();
    let http = json!({"url": "https://agent.example/", "method": "POST", "request_content_type": "application/json",
                      "response_content_type": "application/json"});
    let with = |name: &str, value: Value| {
        let mut http = http.clone();
        http[name] = value;
        json!({"name": "a", "type": "http", "http": http})
    };
    let cases = [
        (with("name", json!("x")), "http.name"),
        (with("triggers", json!({"ticket_created": true})), "http.triggers.ticket_created"),
        (with("form", json!("{{ticket.id")), "http.form"),
        (with("url", json!("agent.example")), "http.url"),
        (json!({"name": "a", "type": "email", "http": http}), "type"),
    ];
    for (body, field) in cases {
        assert_eq!(complaints(&stage.send("POST", "/api/integrations", &body)), [field]);
    }
    let missing = stage.send("POST", "/api/integrations", &json!({"name": "a", "type": "http", "http": {}}));
    let required = ["http.method", "http.request_content_type", "http.response_content_type", "http.url"];
    assert_eq!(complaints(&missing), required);

    let id = stage.subscribe(json!("{{context}}"));
    let path = format!("/api/integrations/{id}");
    assert_eq!(complaints(&stage.send("PUT", &path, &json!({"http": {"method": "GET"}}))), ["name"]);
    assert_eq!(
        complaints(&stage.send("PUT", &path, &json!({"name": "a", "http": {"method": "PUT"}}))),
        ["http.url"]
    );
    let body = json!({"name": "a", "http": {"url": "https://agent.example/2", "hmac_secret": "h"}});
    let changed = stage.send("PUT", &path, &body).json().unwrap();
    assert_eq!(
        (&changed["http"]["url"], &changed["http"]["method"]),
        (&json!("https://agent.example/2"), &json!("POST"))
    );
    assert!(changed["http"].get("hmac_secret").is_none());
    let listed = stage.read("/api/integrations?type=http");
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(stage.read("/api/integrations?type=email")["data"][0]["meta"]["address"], "help@acme.example");
    assert_eq!(stage.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(stage.get(&path).status, 404);
    let mail = format!("/api/integrations/{}", stage.cast.email_integration);
    assert_eq!(stage.send("DELETE", &mail, &json!({})).status, 409);
}
