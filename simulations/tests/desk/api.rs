//! Keys, envelopes, limits, pages and the shapes of what is read.

use polus_simulations::gorgias::people::Assignee;
use polus_simulations::gorgias::wire::WireRequest;
use serde_json::{Value, json};

use super::{Stage, complaints};

#[test]
fn only_a_key_in_force_opens_and_user_zero_is_its_owner() {
    let mut stage = Stage::empty();
    let user = stage.read("/api/users/0");
    assert_eq!(
        (user["id"].as_i64(), user["role"]["name"].as_str()),
        (Some(stage.cast.ai_user), Some("admin"))
    );

    let wrong =
        stage.handle(&WireRequest::new("GET", "/api/account").with_key(&stage.cast.ai_email.clone(), "no"));
    assert_eq!(wrong.response.status, 401);
    assert_eq!(wrong.response.json(), Some(json!({"error": {"msg": "Unauthorized."}})));
    assert!(wrong.response.header("x-gorgias-account-api-call-limit").is_some());

    stage.desk.revoke_key(stage.cast.ai_user).unwrap();
    assert_eq!(stage.get("/api/account").status, 401);
    stage.desk.restore_key(stage.cast.ai_user).unwrap();
    assert_eq!(stage.get("/api/account").status, 200);
    stage.desk.deactivate_user(stage.now_ms, stage.cast.ai_user).unwrap();
    assert_eq!(stage.get("/api/account").status, 401);
}

#[test]
fn a_role_without_the_right_is_forbidden() {
    let mut stage = Stage::empty();
    let agent = stage.desk.user(stage.cast.agents[0]).unwrap().email.clone();
    let request = WireRequest::new("POST", "/api/integrations").with_key(&agent, &format!("key-of-{agent}"));
    let refused = stage.handle(&request.with_json(&json!({}))).response;
    assert_eq!(refused.status, 403);
    let message = refused.json().unwrap()["error"]["msg"].as_str().unwrap().to_owned();
    assert!(message.starts_with("You do not have enough permissions to perform this action."), "{message}");
}

#[test]
fn unknown_things_have_their_status() {
    let mut stage = Stage::empty();
    for path in ["/api/nothing", "/api/tickets/1", "/api/tickets/1/messages", "/api/tickets/x", "/elsewhere"]
    {
        assert_eq!(stage.get(path).status, 404, "{path}");
    }
    assert_eq!(stage.send("DELETE", "/api/account", &json!({})).status, 405);
    assert_eq!(complaints(&stage.get("/api/tickets?status=open")), ["status"]);
    assert_eq!(complaints(&stage.get("/api/tickets?limit=101")), ["limit"]);
    assert_eq!(complaints(&stage.get("/api/events?object_type=Message&object_id=1")), ["object_type"]);
    assert_eq!(complaints(&stage.get("/api/events?object_type=Ticket")), ["object_id"]);
}

#[test]
fn both_forms_of_a_path_mean_the_same() {
    let mut stage = Stage::with_tickets(1);
    let id = stage.cast.tickets[0];
    assert_eq!(stage.read(&format!("/api/tickets/{id}")), stage.read(&format!("/api/tickets/{id}/")));
}

#[test]
fn the_bucket_holds_forty_and_drains_two_a_second() {
    let mut stage = Stage::empty();
    for used in 1..=40 {
        let response = stage.get("/api/account");
        assert_eq!(response.header("X-Gorgias-Account-Api-Call-Limit"), Some(format!("{used}/40").as_str()));
    }
    let refused = stage.get("/api/account");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(refused.header("X-Gorgias-Account-Api-Call-Limit"), Some("40/40"));
    stage.wait(1000);
    assert_eq!(stage.get("/api/account").status, 200);
    assert_eq!(stage.get("/api/account").status, 200);
    assert_eq!(stage.get("/api/account").status, 429);
}

#[test]
fn pages_walk_forth_and_back_without_gap_or_double() {
    let mut stage = Stage::with_tickets(25);
    let mut seen = Vec::new();
    let mut path = "/api/tickets?limit=10&order_by=created_datetime:asc".to_owned();
    let mut last = Value::Null;
    loop {
        let page = stage.read(&path);
        seen.extend(page["data"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()));
        let Some(next) = page["meta"]["next_cursor"].as_str() else { break };
        path = format!("/api/tickets?limit=10&order_by=created_datetime:asc&cursor={next}");
        last = page;
    }
    assert_eq!(seen, stage.cast.tickets);
    let prev = last["meta"]["prev_cursor"].as_str().unwrap();
    let back = stage.read(&format!("/api/tickets?limit=10&order_by=created_datetime:asc&cursor={prev}"));
    let back: Vec<i64> =
        back["data"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()).collect();
    assert_eq!(back, stage.cast.tickets[..10]);
}

#[test]
fn a_cursor_expires_and_belongs_to_its_query() {
    let mut stage = Stage::with_tickets(3);
    let page = stage.read("/api/tickets?limit=1");
    let next = page["meta"]["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(complaints(&stage.get(&format!("/api/tickets?trashed=false&cursor={next}"))), ["cursor"]);
    assert_eq!(complaints(&stage.get("/api/tickets?cursor=garbled")), ["cursor"]);
    stage.wait(stage.desk.timings.cursor_life_ms);
    assert_eq!(stage.get(&format!("/api/tickets?limit=2&cursor={next}")).status, 200);
    stage.wait(1);
    assert_eq!(complaints(&stage.get(&format!("/api/tickets?limit=2&cursor={next}"))), ["cursor"]);
}

#[test]
fn a_row_that_moves_between_pages_shows_twice_or_not_at_all() {
    let mut stage = Stage::with_tickets(3);
    let page = stage.read("/api/tickets?limit=2&order_by=updated_datetime:asc");
    let moved = page["data"][0]["id"].as_i64().unwrap();
    let next = page["meta"]["next_cursor"].as_str().unwrap().to_owned();
    stage.desk.close(stage.now_ms, moved).unwrap();
    let page = stage.read(&format!("/api/tickets?limit=2&order_by=updated_datetime:asc&cursor={next}"));
    let ids: Vec<i64> =
        page["data"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()).collect();
    assert!(ids.contains(&moved));
}

#[test]
fn a_ticket_is_compact_in_lists_and_full_alone() {
    let mut stage = Stage::empty();
    let written = stage.mail("Hello");
    let full = stage.read(&format!("/api/tickets/{}", written.ticket_id));
    assert_eq!(full["messages"][0]["id"].as_i64(), Some(written.message_id));
    assert_eq!(full["reply_options"]["email"]["answerable"], true);
    assert_eq!(full["uri"], format!("/api/tickets/{}/", written.ticket_id));
    assert_eq!(full["customer"]["channels"][0]["type"], "email");
    assert!(full.get("excerpt").is_none() && full.get("custom_fields").is_none());
    let created = full["created_datetime"].as_str().unwrap();
    assert!(
        created.starts_with("2026-11-20T08:00:00.") && created.ends_with("+00:00") && created.len() == 32
    );

    let list = stage.read("/api/tickets");
    assert_eq!(list["object"], "list");
    let compact = &list["data"][0];
    assert_eq!((compact["messages_count"].as_i64(), compact["excerpt"].as_str()), (Some(1), Some("Hello")));
    for absent in ["messages", "events", "satisfaction_survey", "reply_options"] {
        assert!(compact.get(absent).is_none(), "{absent}");
    }
    assert!(compact["customer"].get("channels").is_none());
    assert_eq!(compact["assignee_user"]["id"].as_i64(), Some(stage.cast.ai_user));
}

#[test]
fn trashed_tickets_are_listed_unless_asked_otherwise() {
    let mut stage = Stage::with_tickets(2);
    stage.desk.trash(stage.now_ms, stage.cast.tickets[0]).unwrap();
    assert_eq!(stage.read("/api/tickets")["data"].as_array().unwrap().len(), 2);
    assert_eq!(stage.read("/api/tickets?trashed=false")["data"].as_array().unwrap().len(), 1);
    let (one, two) = (stage.cast.tickets[0], stage.cast.tickets[1]);
    let some = stage.read(&format!("/api/tickets?ticket_ids={one}&ticket_ids={two}&limit=1"));
    assert!(some["meta"]["next_cursor"].is_string());
}

#[test]
fn tags_are_added_replaced_and_removed_and_unknown_names_are_made() {
    let mut stage = Stage::with_tickets(1);
    let path = format!("/api/tickets/{}/tags", stage.cast.tickets[0]);
    let added = stage.send("POST", &path, &json!({"names": ["ai", "AI"]}));
    assert_eq!((added.status, added.body.len()), (201, 0));
    assert_eq!(names(&stage.read(&path)), ["ai", "AI"]);
    assert_eq!(stage.send("DELETE", &path, &json!({"names": ["AI"]})).status, 204);
    assert_eq!(names(&stage.read(&path)), ["ai"]);
    assert_eq!(complaints(&stage.send("POST", &path, &json!({}))), ["names"]);
    assert_eq!(stage.send("PUT", &path, &json!({})).status, 202);
    assert!(names(&stage.read(&path)).is_empty());
    assert_eq!(names(&stage.read("/api/tags?order_by=name:asc")), ["AI", "ai"]);
}

#[test]
fn a_ticket_is_made_changed_and_deleted() {
    let mut stage = Stage::empty();
    assert_eq!(
        complaints(&stage.send("POST", "/api/tickets", &json!({"colour": 1}))),
        ["colour", "messages", "via"]
    );
    let message = json!({"channel": "api", "via": "api", "from_agent": false, "sender": {"email": "jo.customer@example.org"}, "body_text": "Hi"});
    let body = json!({"via": "api", "channel": "api", "external_id": "x-1", "customer": {"email": "jo.customer@example.org", "name": "Jo"}, "messages": [message]});
    // The sender of a message must exist before, which the ticket's own customer does not make up for.
    assert_eq!(complaints(&stage.send("POST", "/api/tickets", &body)), ["sender"]);
    stage.mail("First");
    let made = stage.send("POST", "/api/tickets", &body);
    assert_eq!(made.status, 201, "{:?}", made.json());
    let id = made.json().unwrap()["id"].as_i64().unwrap();
    assert_eq!(stage.read("/api/tickets?external_id=x-1")["data"][0]["id"].as_i64(), Some(id));

    let path = format!("/api/tickets/{id}");
    assert_eq!(
        complaints(&stage.send("PUT", &path, &json!({"status": "pending", "messages": []}))),
        ["messages", "status"]
    );
    let user = stage.cast.agents[0];
    let body = json!({"assignee_user": {"id": user}, "tags": [{"name": "vip"}], "custom_fields": [{"id": 5, "value": "x"}]});
    let changed = stage.send("PUT", &path, &body);
    assert_eq!((changed.status, changed.json().unwrap()["assignee_user_id"].as_i64()), (202, Some(user)));
    let shown = stage.read(&format!("{path}?relationships=custom_fields"));
    assert_eq!(shown["custom_fields"]["5"]["value"], "x");
    for nobody in [json!(null), json!({"id": null})] {
        stage.desk.assign(stage.now_ms, id, Assignee::User(user)).unwrap();
        let changed = stage.send("PUT", &path, &json!({"assignee_user": nobody}));
        assert_eq!(changed.json().unwrap()["assignee_user"], Value::Null);
    }
    assert_eq!(stage.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(stage.get(&path).status, 404);
}

#[test]
fn a_customer_is_made_once_and_may_write_then() {
    let mut stage = Stage::empty();
    assert_eq!(complaints(&stage.send("POST", "/api/customers", &json!({"nick": "Jo"}))), ["email", "nick"]);
    assert_eq!(complaints(&stage.send("POST", "/api/customers", &json!({"email": "jo"}))), ["email"]);
    let made = stage.send("POST", "/api/customers", &json!({"email": "new@example.org"}));
    assert_eq!(made.status, 201, "{:?}", made.json());
    let id = made.json().unwrap()["id"].as_i64().unwrap();
    let found = stage.read("/api/customers?email=new@example.org");
    assert_eq!(found["data"][0]["id"].as_i64(), Some(id));
    assert_eq!(stage.send("POST", "/api/customers", &json!({"email": "New@example.org"})).status, 409);
    let message =
        json!({"channel": "api", "via": "api", "from_agent": false, "sender": {"id": id}, "body_text": "Hi"});
    let body = json!({"via": "api", "channel": "api", "customer": {"id": id}, "messages": [message]});
    assert_eq!(stage.send("POST", "/api/tickets", &body).status, 201);
}

#[test]
fn settings_users_teams_and_customers_can_be_looked_up() {
    let mut stage = Stage::with_tickets(1);
    stage.desk.settings.unassign_on_reply = true;
    let settings = stage.read("/api/account/settings?type=ticket-assignment");
    assert_eq!(settings["data"][0]["data"]["unassign_on_reply"], true);
    assert_eq!(stage.read("/api/account")["domain"], "acme");
    assert_eq!(stage.read("/api/users?limit=2")["data"].as_array().unwrap().len(), 2);
    assert_eq!(stage.read("/api/users?roles=bot")["data"][0]["id"].as_i64(), Some(stage.cast.bot));
    assert_eq!(stage.read("/api/teams")["data"][0]["members"].as_array().unwrap().len(), 2);
    let customer = stage.desk.ticket(stage.cast.tickets[0]).unwrap().customer.unwrap();
    let email = stage.desk.customer(customer).unwrap().email.clone().unwrap();
    assert_eq!(
        stage.read(&format!("/api/customers?email={email}"))["data"][0]["id"].as_i64(),
        Some(customer)
    );
    assert_eq!(stage.read(&format!("/api/customers/{customer}"))["email"], email);
}

#[test]
fn every_request_is_remembered() {
    let mut stage = Stage::empty();
    stage.get("/api/users/0");
    stage.get("/api/nothing");
    let seen: Vec<(String, u16)> =
        stage.desk.requests().map(|request| (request.path.clone(), request.status)).collect();
    assert_eq!(seen, [("/api/users/0".to_owned(), 200), ("/api/nothing".to_owned(), 404)]);
    assert_eq!(stage.desk.requests().next().unwrap().key, stage.cast.ai_email);
}

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect()
}
