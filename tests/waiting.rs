//! Handed-off tickets that wait for a person: listed with how long and why, and gone as soon as a person is there.

use polus_simulations::gorgias::people::Assignee;
use serde_json::Value;

use crate::support::{CONNECTION, TestApp, UNANSWERABLE, until};

/// Listed with its reason until a person answers; an internal note is no answer.
#[test]
fn a_ticket_waits_until_a_person_answers() {
    let app = TestApp::connected();
    assert!(app.good(&["waiting", CONNECTION]).contains("no handed-off ticket of acme waits"));
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    let listed = waiting(&app);
    assert_eq!(numbers(&listed), [ticket], "{listed}");
    let row = &listed["tickets"][0];
    assert!(row["why"].as_str().unwrap().contains("no help article"), "{row}");
    assert_eq!(
        (row["overdue"].clone(), &row["waits_ms"]),
        (Value::from(false), &row["waits_in_office_time_ms"])
    );
    let (since, due) = (row["since"].as_i64().unwrap(), row["pick_up_by"].as_i64().unwrap());
    assert_eq!(due - since, 60 * 60 * 1_000);

    app.good(&["policy", "set", CONNECTION, "handoff.pick_up_within=1m"]);
    until("a ticket that waits too long", || (waiting(&app)["tickets"][0]["overdue"] == true).then_some(()));
    let told = app.good(&["waiting", CONNECTION]);
    assert!(told.contains(&format!("acme/{ticket}")) && told.contains(", overdue"), "{told}");
    let looked = app.api().get("/doctor");
    let row = looked["rows"].as_array().unwrap().iter().find(|row| row["check"] == "waiting_for_people");
    assert_eq!(row.unwrap()["result"], "warning", "{looked:#}");
    app.good(&["policy", "set", CONNECTION, "handoff.pick_up_within=0s"]);
    let listed = waiting(&app);
    let never = &listed["tickets"][0];
    assert_eq!((&never["overdue"], &never["pick_up_by"]), (&Value::from(false), &Value::Null));

    let notes = app.shop.desk().thread(ticket).len();
    let (now_ms, agent) = (app.shop.pace.now_ms(), app.shop.cast.agents[0]);
    let note = app.shop.desk().agent_notes(now_ms, ticket, agent, "Who takes this?").unwrap();
    assert_eq!(app.shop.desk().thread(ticket).len(), notes + 1);
    app.wait_for_state(ticket, |state| knows(state, note.message_id));
    assert_eq!(numbers(&waiting(&app)), [ticket]);
    app.shop.human_replies(ticket, "I know this one: nobody paints it.");
    wait_for(&app, &[]);
}

/// The one that waits longest comes first; whoever takes or closes a ticket ends its wait.
#[test]
fn a_ticket_that_a_person_takes_or_closes_waits_no_more() {
    let app = TestApp::connected();
    let [first, second, third] =
        [UNANSWERABLE, "I want to talk to a human", "Please let me speak to a human"].map(|text| {
            let ticket = app.shop.customer_asks(text).ticket_id;
            app.wait_for_handoff(ticket);
            ticket
        });
    wait_for(&app, &[first, second, third]);
    app.shop.assign(second, Assignee::User(app.shop.cast.agents[0]));
    wait_for(&app, &[first, third]);
    // Back on the AI's desk nobody has it, for the AI stays silent.
    app.shop.assign(second, Assignee::User(app.shop.cast.ai_user));
    wait_for(&app, &[first, second, third]);
    app.shop.desk().close(app.shop.pace.now_ms(), first).unwrap();
    wait_for(&app, &[second, third]);
}

fn waiting(app: &TestApp) -> Value {
    serde_json::from_str(&app.good(&["waiting", CONNECTION, "--json"])).unwrap()
}

fn numbers(listed: &Value) -> Vec<i64> {
    listed["tickets"].as_array().unwrap().iter().map(|row| row["ticket"].as_i64().unwrap()).collect()
}

#[track_caller]
fn wait_for(app: &TestApp, tickets: &[i64]) {
    until(("tickets that wait", tickets), || (numbers(&waiting(app)) == tickets).then_some(()));
}

/// Whether a folded ticket has a message.
fn knows(state: &Value, message: i64) -> bool {
    state["messages"].as_array().is_some_and(|all| all.iter().any(|known| known["message"]["id"] == message))
}
