//! Finding things: the search for people and labels, views of tickets, and what customers thought of the service.

use polus_simulations::gorgias::wire::{WireRequest, WireResponse};
use serde_json::{Value, json};

use super::{Stage, complaints};

#[test]
fn people_teams_and_integrations_are_found_by_a_piece_of_their_names() {
    let mut stage = Stage::with_tickets(30);
    let ticket = stage.read(&format!("/api/tickets/{}", stage.cast.tickets[4]));
    let customer = ticket["customer"]["id"].clone();
    let (name, email) = (ticket["customer"]["name"].as_str().unwrap(), ticket["customer"]["email"].as_str());
    let found = search(&mut stage, &json!({"type": "customer", "query": name.to_uppercase(), "size": 50}));
    assert!(found.iter().any(|one| one["id"] == customer), "{name}");
    assert!(found.iter().all(|one| one["name"] == name));
    for kind in ["customer", "customer_profile"] {
        let found = search(&mut stage, &json!({"type": kind, "query": email}));
        assert_eq!(found.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&customer], "{kind}");
    }
    let channel = &search(&mut stage, &json!({"type": "customer_channel_email", "query": email}))[0];
    assert_eq!((channel["address"].as_str(), &channel["customer"]["id"]), (email, &customer));
    assert_eq!(search(&mut stage, &json!({"type": "customer_channel_phone"})), Vec::<Value>::new());

    assert_eq!(search(&mut stage, &json!({"type": "agent", "query": "ana"}))[0]["role"]["name"], "agent");
    assert_eq!(search(&mut stage, &json!({"type": "team"}))[0]["id"], stage.cast.team);
    assert_eq!(search(&mut stage, &json!({"type": "integration", "query": "chat"})).len(), 1);
    assert_eq!(search(&mut stage, &json!({"type": "customer"})).len(), 10, "ten unless asked for more");

    let refused = stage.send("POST", "/api/search", &json!({"type": "ticket", "size": 51}));
    assert_eq!(complaints(&refused), ["size", "type"]);
}

#[test]
fn a_view_shows_what_its_filters_let_through() {
    let mut stage = Stage::with_tickets(5);
    let tickets = stage.cast.tickets.clone();
    stage.desk.close(stage.now_ms, tickets[0]).unwrap();
    stage.desk.trash(stage.now_ms, tickets[1]).unwrap();
    let views = stage.read("/api/views?limit=100");
    let id = |name: &str| {
        let mut views = views["data"].as_array().unwrap().iter();
        views.find(|view| view["name"] == name).unwrap()["id"].as_i64().unwrap()
    };
    let open = stage.read(&format!("/api/views/{}/items?order_by=created_datetime:asc", id("Open")));
    assert_eq!(ids(&open), tickets[2..]);
    assert!(open["data"][0].get("messages").is_none() && open["data"][0]["excerpt"].is_string());
    let closed = stage.read(&format!("/api/tickets?view_id={}", id("Closed")));
    assert_eq!(ids(&closed), tickets[..1]);
    let mine = stage.read(&format!("/api/views/{}", id("My tickets")));
    assert!(mine["filters"].as_str().unwrap().contains(&stage.cast.ai_user.to_string()), "{mine}");
    assert_eq!(stage.get("/api/views/1/items").status, 404);
    assert_eq!(complaints(&stage.get("/api/tickets?view_id=1")), ["view_id"]);
}

#[test]
fn the_search_for_tickets_looks_into_texts_and_is_walked_by_addresses() {
    let mut stage = Stage::empty();
    let mut written = Vec::new();
    for number in 0..5 {
        written.push(stage.mail(&format!("My parcel number {number} is lost")).ticket_id);
        stage.wait(1000);
    }
    stage.mail("Something else");
    let lost = json!({"view": {"search": "LOST parcel", "type": "ticket-list"}});
    let mut path = "/api/views/0/items?limit=2&order_by=created_datetime:asc".to_owned();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = put(&mut stage, &path, &lost);
        seen.extend(ids(&page));
        pages += 1;
        let Some(next) = page["meta"]["next_items"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!((seen, pages), (written.clone(), 3));

    let filters = "eq(ticket.status, 'open') && gt(ticket.id, 0)";
    let body = json!({"view": {"search": "number 3", "filters": filters}});
    assert_eq!(ids(&put(&mut stage, "/api/views/0/items", &body)), written[3..4]);
    let odd = json!({"view": {"filters": "everything", "colour": "red"}});
    assert_eq!(complaints(&send(&mut stage, "/api/views/0/items", &odd)), ["view.colour"]);
    let odd = json!({"view": {"filters": "everything"}});
    assert_eq!(complaints(&send(&mut stage, "/api/views/0/items", &odd)), ["view.filters"]);
}

#[test]
fn a_ticket_has_one_survey_and_shows_it() {
    let mut stage = Stage::with_tickets(2);
    let ticket = stage.cast.tickets[0];
    let before = stage.read(&format!("/api/tickets/{ticket}"));
    assert_eq!(before["satisfaction_survey"], Value::Null);
    let body = json!({"ticket_id": ticket, "customer_id": before["customer"]["id"], "score": 4, "body_text": "Quick."});
    let made = stage.send("POST", "/api/satisfaction-surveys", &body);
    assert_eq!(made.status, 201);
    let survey = made.json().unwrap();
    let list = stage.read("/api/satisfaction-surveys?limit=100&order_by=created_datetime:desc");
    assert_eq!(list["data"], json!([survey]));
    let after = stage.read(&format!("/api/tickets/{ticket}"));
    assert_eq!(after["satisfaction_survey"], survey);
    assert_eq!(after["updated_datetime"], before["updated_datetime"]);
    assert_eq!(stage.send("POST", "/api/satisfaction-surveys", &body).status, 409);

    let path = format!("/api/satisfaction-surveys/{}", survey["id"]);
    let replaced = json!({"ticket_id": ticket, "customer_id": before["customer"]["id"], "score": 2});
    assert_eq!(stage.send("PUT", &path, &replaced).status, 202);
    let shown = stage.read(&path);
    assert_eq!((&shown["score"], &shown["body_text"]), (&json!(2), &Value::Null));
    let odd = json!({"ticket_id": 1, "customer_id": before["customer"]["id"], "score": 6});
    assert_eq!(complaints(&stage.send("POST", "/api/satisfaction-surveys", &odd)), ["score", "ticket_id"]);
    stage.desk.delete(stage.now_ms, ticket).unwrap();
    assert_eq!(stage.get(&path).status, 404);
}

#[test]
fn labels_can_be_listed_by_their_use_and_fields_by_what_they_are_of() {
    let mut stage = Stage::with_tickets(3);
    let tickets = stage.cast.tickets.clone();
    for (ticket, name) in
        [(0, "rare"), (0, "common"), (1, "common"), (2, "common"), (1, "middling"), (2, "middling")]
    {
        stage.desk.tag(stage.now_ms, tickets[ticket], name).unwrap();
    }
    let tags = stage.read("/api/tags?order_by=usage:desc,name:desc");
    let names: Vec<&str> =
        tags["data"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["common", "middling", "rare"]);
    assert_eq!(stage.read("/api/custom-fields?object_type=Ticket&limit=100")["data"], json!([]));
    assert_eq!(complaints(&stage.get("/api/custom-fields")), ["object_type"]);
}

fn search(stage: &mut Stage, body: &Value) -> Vec<Value> {
    let response = stage.send("POST", "/api/search", body);
    assert_eq!(response.status, 200, "{:?}", response.json());
    response.json().unwrap()["data"].as_array().unwrap().clone()
}

fn put(stage: &mut Stage, path: &str, body: &Value) -> Value {
    let response = send(stage, path, body);
    assert_eq!(response.status, 200, "{:?}", response.json());
    response.json().unwrap()
}

/// PUT to a path with a query.
fn send(stage: &mut Stage, path: &str, body: &Value) -> WireResponse {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = WireRequest::new("PUT", path).with_json(body);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        request = request.with_query(name, value);
    }
    stage.handle(&request).response
}

fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()).collect()
}
