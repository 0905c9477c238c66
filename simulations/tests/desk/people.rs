//! What people do at the desk, and the traces it leaves.

use polus_simulations::gorgias::machines::AnsweringMachine;
use polus_simulations::gorgias::people::{ActError, Assignee, Letter, NewTicket};
use polus_simulations::gorgias::records::{Gone, Status};
use serde_json::{Value, json};

use super::{Stage, triggers};

#[test]
fn a_customer_opens_what_was_closed() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.close(stage.now_ms, ticket).unwrap();
    assert!(stage.desk.ticket(ticket).unwrap().closed_us.is_some());
    stage.wait(1000);
    stage.desk.customer_writes(stage.now_ms, ticket, Letter::of("Still nothing")).unwrap();
    let record = stage.desk.ticket(ticket).unwrap();
    assert_eq!((record.status, record.closed_us, record.messages.len()), (Status::Open, None, 2));
    assert_eq!(kinds(&mut stage, ticket)[..2], ["ticket-reopened", "ticket-closed"]);
}

#[test]
fn a_letter_brings_files_headers_and_its_new_part() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let letter = Letter {
        text: "Thanks\n> quoted".to_owned(),
        stripped_text: Some("Thanks".to_owned()),
        attachments: vec![
            json!({"url": "https://files.example/1", "name": "a.png", "size": 3, "content_type": "image/png"}),
        ],
        headers: json!({"Auto-Submitted": "auto-replied"}).as_object().unwrap().clone(),
        ..Letter::default()
    };
    let written = stage.desk.customer_writes(stage.now_ms, ticket, letter).unwrap();
    let shown = stage.read(&format!("/api/tickets/{ticket}/messages/{}", written.message_id));
    assert_eq!(
        (&shown["stripped_text"], &shown["attachments"][0]["name"]),
        (&json!("Thanks"), &json!("a.png"))
    );
    assert!(shown.get("headers").is_none());
    assert_eq!(stage.desk.message(written.message_id).unwrap().headers["Auto-Submitted"], "auto-replied");
}

#[test]
fn agents_and_rules_answer_in_their_own_ways() {
    let mut stage = Stage::empty();
    let ticket = stage.chat("Hello?").ticket_id;
    let ana = stage.cast.agents[0];
    stage.desk.agent_replies(stage.now_ms, ticket, ana, "Hi, Ana here").unwrap();
    stage.desk.rule_replies(stage.now_ms, ticket, 99, "We have got your message").unwrap();
    stage.desk.agent_notes(stage.now_ms, ticket, ana, "Knows us well").unwrap();
    stage.wait(stage.desk.timings.sending_ms_max);
    let shown = stage.read(&format!("/api/tickets/{ticket}"));
    let row = |index: usize| {
        let message = &shown["messages"][index];
        json!([
            message["via"],
            message["rule_id"],
            message["public"],
            message["sender"]["id"],
            message["sent_datetime"].is_string()
        ])
    };
    assert_eq!(row(1), json!(["helpdesk", null, true, ana, true]));
    assert_eq!(row(2), json!(["rule", 99, true, stage.cast.bot, true]));
    assert_eq!(row(3), json!(["helpdesk", null, false, ana, false]));
    assert_eq!(stage.read("/api/tickets?rule_id=99")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn assignments_show_and_tell() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    stage.desk.assign(stage.now_ms, ticket, Assignee::Team(stage.cast.team)).unwrap();
    assert_eq!(triggers(&stage.receive()), ["ticket-assignment-updated", "ticket-updated"]);
    stage.desk.assign(stage.now_ms, ticket, Assignee::Nobody).unwrap();
    let deliveries = stage.receive();
    let body: Value = serde_json::from_slice(&deliveries[0].body).unwrap();
    assert_eq!(
        (&body["ticket"]["assignee_user"], &body["ticket"]["assignee_team_id"]),
        (&Value::Null, &Value::Null)
    );
    stage.desk.assign(stage.now_ms, ticket, Assignee::Nobody).unwrap();
    assert_eq!(triggers(&stage.receive()), [""; 0]);
    assert_eq!(
        kinds(&mut stage, ticket)[..3],
        ["ticket-team-unassigned", "ticket-unassigned", "ticket-team-assigned"]
    );
}

#[test]
fn a_merged_ticket_lives_on_in_the_other() {
    let mut stage = Stage::empty();
    let (one, two) = (stage.mail("First"), stage.mail("Second"));
    assert_eq!(
        stage.desk.merge(stage.now_ms, one.ticket_id, one.ticket_id),
        Err(ActError::SameTicket(one.ticket_id))
    );
    stage.desk.merge(stage.now_ms, one.ticket_id, two.ticket_id).unwrap();
    assert_eq!(stage.get(&format!("/api/tickets/{}", one.ticket_id)).status, 404);
    let shown = stage.read(&format!("/api/tickets/{}", two.ticket_id));
    let ids: Vec<i64> =
        shown["messages"].as_array().unwrap().iter().map(|message| message["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [one.message_id, two.message_id]);
    assert_eq!(shown["messages"][0]["ticket_id"].as_i64(), Some(two.ticket_id));
    assert_eq!(stage.desk.gone(one.ticket_id), Some(Gone::MergedInto(two.ticket_id)));
    assert_eq!(kinds(&mut stage, one.ticket_id)[0], "ticket-merged");
}

#[test]
fn a_deleted_ticket_takes_its_messages_along() {
    let mut stage = Stage::empty();
    let written = stage.mail("Where is it?");
    let reply = stage.mail_reply(written.ticket_id, "On its way");
    stage.post_message(written.ticket_id, &reply);
    stage.desk.delete(stage.now_ms, written.ticket_id).unwrap();
    stage.wait(60_000);
    assert_eq!(stage.read("/api/messages")["data"], json!([]));
    assert_eq!(
        stage.desk.delete(stage.now_ms, written.ticket_id),
        Err(ActError::UnknownTicket(written.ticket_id))
    );
    assert_eq!(kinds(&mut stage, written.ticket_id)[0], "ticket-deleted");
}

#[test]
fn a_snoozed_ticket_wakes_by_itself() {
    let mut stage = Stage::empty();
    stage.subscribe(json!("{{context}}"));
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.receive();
    stage.desk.snooze(stage.now_ms, ticket, stage.now_ms + 60_000).unwrap();
    stage.receive();
    assert_eq!(stage.desk.ticket(ticket).unwrap().status, Status::Closed);
    let wakes_ms = stage.desk.due().unwrap();
    stage.wait(wakes_ms - stage.now_ms);
    let record = stage.desk.ticket(ticket).unwrap();
    assert_eq!((record.status, record.snooze_us), (Status::Open, None));
    assert_eq!(
        triggers(&stage.receive()),
        ["ticket-self-unsnoozed", "ticket-status-updated", "ticket-updated"]
    );
}

#[test]
fn a_deactivated_user_keeps_no_tickets() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.deactivate_user(stage.now_ms, stage.cast.ai_user).unwrap();
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, None);
}

#[test]
fn a_deactivated_user_gets_no_tickets_until_it_is_activated() {
    let mut stage = Stage::empty();
    let ai_user = stage.cast.ai_user;
    stage.desk.deactivate_user(stage.now_ms, ai_user).unwrap();
    let new = NewTicket { assignee_user: Some(ai_user), ..NewTicket::default() };
    let ticket = stage.desk.customer_begins(stage.now_ms, new).unwrap().ticket_id;
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, None);
    let to = Assignee::User(ai_user);
    assert_eq!(stage.desk.assign(stage.now_ms, ticket, to), Err(ActError::InactiveUser(ai_user)));
    stage.desk.activate_user(stage.now_ms, ai_user).unwrap();
    stage.desk.assign(stage.now_ms, ticket, to).unwrap();
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, Some(ai_user));
    assert_eq!(stage.read("/api/users/0")["id"].as_i64(), Some(ai_user), "its key works again");
}

#[test]
fn an_edited_customer_changes_in_the_tickets() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let customer = stage.desk.ticket(ticket).unwrap().customer.unwrap();
    stage.desk.edit_customer(stage.now_ms, customer, "Jo New", "jo.new@example.org").unwrap();
    let shown = stage.read(&format!("/api/tickets/{ticket}"));
    assert_eq!(
        (&shown["customer"]["email"], &shown["customer"]["lastname"]),
        (&json!("jo.new@example.org"), &json!("New"))
    );
}

#[test]
fn the_audit_log_can_be_walked_from_a_time_on() {
    let mut stage = Stage::empty();
    stage.mail("Before");
    stage.wait(10_000);
    let after = stage.mail("After");
    let path = "/api/events?order_by=created_datetime:asc&types=ticket-message-created&created_datetime[gte]=2026-11-20T08:00:05%2B00:00";
    let list = stage.read(&path.replace("%2B", "+"));
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let event = &list["data"][0];
    assert_eq!(
        (event["object_id"].as_i64(), event["object_type"].as_str()),
        (Some(after.message_id), Some("TicketMessage"))
    );
    let chain = event["context"].as_str().unwrap().to_owned();
    let same = stage.desk.events().iter().filter(|event| event.context == chain).count();
    assert!(same >= 3, "ticket, message and assignment are one act");
}

/// The kinds of the ticket's events, newest first.
fn kinds(stage: &mut Stage, ticket: i64) -> Vec<String> {
    let list = stage.read(&format!("/api/events?object_type=Ticket&object_id={ticket}"));
    list["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_machine_answers_each_reply_of_the_api_and_nothing_else_until_it_has_written_enough() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.machine_answers(ticket, AnsweringMachine { after_ms: 4_000, answers_max: 2 });
    let agent = stage.cast.agents[0];
    stage.desk.agent_replies(stage.now_ms, ticket, agent, "Let me see.").unwrap();
    stage.wait(60_000);
    let heard =
        |stage: &Stage| stage.desk.thread(ticket).iter().filter(|message| !message.from_agent).count();
    assert_eq!(heard(&stage), 1, "a person's reply is none of the API's");
    for after in [2, 3, 3] {
        let reply = stage.mail_reply(ticket, "Within 30 days.");
        assert_eq!(stage.post_message(ticket, &reply).status, 201);
        stage.wait(3_999);
        let before = heard(&stage);
        stage.wait(1);
        assert_eq!(heard(&stage), after, "there were {before} just before");
    }
}

#[test]
fn a_tag_stays_beside_the_others_and_a_team_that_is_gone_takes_no_ticket() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    for tag in ["wholesale", "vip", "vip"] {
        stage.desk.tag(stage.now_ms, ticket, tag).unwrap();
    }
    assert_eq!(stage.desk.tags_of(ticket).len(), 2);
    let team = stage.cast.team;
    stage.desk.assign(stage.now_ms, ticket, Assignee::Team(team)).unwrap();
    stage.desk.delete_team(stage.now_ms, team).unwrap();
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_team, None);
    let again = stage.desk.assign(stage.now_ms, ticket, Assignee::Team(team));
    assert_eq!(again, Err(ActError::UnknownTeam(team)));
    assert_eq!(stage.desk.delete_team(stage.now_ms, team), Err(ActError::UnknownTeam(team)));
}
