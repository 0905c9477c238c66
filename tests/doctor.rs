//! `polus doctor`: each fault that is planted is named, with what to do about it, and nothing else is blamed.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use polus_simulations::gorgias::people::{Letter, NewTicket};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp, UNANSWERABLE, ended, polus, until};

/// Before an account is connected, when it is, and when it has answered: nothing is a problem, and the exit code says so.
#[test]
fn where_all_is_well_nothing_is_a_problem() {
    let app = TestApp::here();
    let fresh = looked(&app, 0);
    assert_row(&fresh, "server", "connections", "warning", "no account", "polus connect");
    for check in ["server", "version", "admin_token", "log", "data_folder", "free_space", "public_url"] {
        assert_eq!(row(&fresh, "server", check)["result"], "ok", "{check}");
    }
    app.connect();
    let unused = looked(&app, 0);
    assert_row(&unused, CONNECTION, "assignment", "warning", "none of the 0 tickets", "assign to user Robin");
    app.wait_for_reply(app.shop.customer_asks(ANSWERABLE).ticket_id);
    let used = looked(&app, 0);
    for check in ["state", "mode", "webhook_installed", "webhook", "knowledge", "handoff_destination"] {
        assert_eq!(row(&used, CONNECTION, check)["result"], "ok", "{check}");
    }
    assert!(used["rows"].as_array().unwrap().iter().all(|row| row["check"] != "assignment"), "{used:#}");
    let told = app.good(&["doctor"]);
    assert!(told.contains("ok       acme: state: account acme") && told.contains("to do: "), "{told}");
    assert!(told.contains("0 problems"), "{told}");
}

/// A revoked key is found at once, before any work has met it, and again by its alarm when work has.
#[test]
fn a_revoked_key_is_named() {
    let app = TestApp::connected();
    app.shop.desk().revoke_key(app.shop.cast.ai_user).unwrap();
    assert_row(&looked(&app, 1), CONNECTION, "key", "problem", "refuses the key", "make a new key");
    app.shop.customer_asks(ANSWERABLE);
    until("an alarm", || (app.api().get("/alarms") != json!([])).then_some(()));
    let refused = looked(&app, 1);
    assert_row(&refused, CONNECTION, "key", "problem", "refuses the key", "make a new key");
    assert_row(&refused, CONNECTION, "alarm", "problem", "since ", "ends by itself");
}

/// S-05, F-49: the AI user is inactive, and the key, the owner's, works.
#[test]
fn an_inactive_ai_user_is_named() {
    let app = TestApp::here();
    let mut body = app.connect_body();
    body["email"] = json!(app.shop.cast.owner_email);
    body["api_key"] = json!(app.shop.cast.owner_key);
    app.connect_with(&body).expect_status(201);
    app.shop.desk().deactivate_user(app.shop.pace.now_ms(), app.shop.cast.ai_user).unwrap();
    assert_row(
        &looked(&app, 1),
        CONNECTION,
        "ai_user",
        "problem",
        "is inactive",
        "activate the user in Gorgias",
    );
    app.shop.desk().activate_user(app.shop.pace.now_ms(), app.shop.cast.ai_user).unwrap();
    assert_eq!(row(&looked(&app, 0), CONNECTION, "state")["result"], "ok");
}

/// Under the prefix there is another web site, or none of Gorgias' accounts.
#[test]
fn a_wrong_domain_is_named() {
    let mut app = TestApp::connected();
    app.stop();
    let page = TcpListener::bind("127.0.0.1:0").unwrap();
    app.shop.url = format!("http://{}", page.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut caller in page.incoming().flatten() {
            // Whoever hangs up first is not our concern.
            drop(caller.read(&mut [0; 4_096]));
            let page = "<html>This help desk does not exist.</html>";
            let head = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n";
            drop(write!(caller, "{head}Content-Length: {}\r\n\r\n{page}", page.len()));
        }
    });
    app.start();
    assert_row(&looked(&app, 1), CONNECTION, "domain", "problem", "404", "connect the right prefix");
}

/// F-09: Gorgias has switched a webhook off, and it was not looked at since.
#[test]
fn a_webhook_that_is_switched_off_is_named() {
    let app = TestApp::here();
    let made = app.connect()["webhook_integrations"].clone();
    let integration = made[1].as_i64().unwrap();
    let off = json!({"name": "Polus (assignment)", "deactivated_datetime": "2026-01-31T00:00:00Z"});
    app.shop.change_webhook(integration, &off);
    let words = format!("HTTP integration {integration} is switched off");
    assert_row(
        &looked(&app, 1),
        CONNECTION,
        "webhook_installed",
        "problem",
        &words,
        "polus webhook acme repair",
    );
    app.good(&["webhook", CONNECTION, "repair"]);
    assert_eq!(row(&looked(&app, 0), CONNECTION, "webhook_installed")["result"], "ok");
}

/// Tickets come, and no rule gives one to the AI user.
#[test]
fn tickets_that_nobody_assigns_are_named() {
    let app = TestApp::connected();
    let new = NewTicket { assignee_user: None, letter: Letter::of(ANSWERABLE), ..NewTicket::default() };
    let written = app.shop.customer_begins(new);
    app.expect_silence(written.ticket_id, written.message_id, "not assigned");
    let found = looked(&app, 0);
    assert_row(
        &found,
        CONNECTION,
        "assignment",
        "warning",
        "the one ticket heard of so far was not",
        "assign to user",
    );
}

/// F-05: the team that gets handed-off tickets was deleted, and nothing was handed off since.
#[test]
fn a_team_that_is_gone_is_named() {
    let app = TestApp::connected();
    app.shop.desk().delete_team(app.shop.pace.now_ms(), app.shop.cast.team).unwrap();
    let words = format!("there is no team {}", app.shop.cast.team);
    assert_row(
        &looked(&app, 1),
        CONNECTION,
        "handoff_destination",
        "problem",
        &words,
        "--handoff-team NUMBER",
    );
}

/// F-43: of a ticket fewer messages are kept than Gorgias counts, also after it was read by itself.
#[test]
fn missing_messages_are_named() {
    let app = TestApp::here_with_tickets(5);
    app.connect();
    let ticket = app.shop.cast.tickets[2];
    app.shop.desk().faults.counted_too_high.insert(ticket);
    app.good(&["sync", CONNECTION, "--detach"]);
    let found = until("a history", || {
        let found = app.api().get("/doctor");
        (row(&found, CONNECTION, "history")["result"] != "ok").then_some(found)
    });
    assert_row(
        &found,
        CONNECTION,
        "history",
        "warning",
        "1 ticket has other messages here",
        "polus sync acme --log",
    );
    let told = app.good(&["sync", CONNECTION, "--log"]);
    assert!(told.contains(&ticket.to_string()), "{told}");
}

/// A webhook that was deleted in Gorgias.
#[test]
fn a_removed_webhook_is_named() {
    let app = TestApp::here();
    let made = app.connect()["webhook_integrations"].clone();
    app.shop.delete_webhook(made[0].as_i64().unwrap());
    let words = format!("HTTP integration {} was deleted", made[0]);
    let found = looked(&app, 1);
    assert_row(&found, CONNECTION, "webhook_installed", "problem", &words, "polus webhook acme repair");
    // What the cure says helps.
    app.good(&["webhook", CONNECTION, "repair"]);
    assert_eq!(row(&looked(&app, 0), CONNECTION, "webhook_installed")["result"], "ok");
}

/// F-09: customers write, and no webhook says so.
#[test]
fn silence_is_named() {
    let app = TestApp::here();
    app.connect_silently();
    let idle = looked(&app, 0);
    assert_row(
        &idle,
        CONNECTION,
        "webhook",
        "warning",
        "Polus made none in Gorgias",
        "polus webhook acme install",
    );
    let written = app.shop.customer_asks(ANSWERABLE);
    let found = until("a webhook that is missed", || {
        let found = app.api().get("/doctor");
        (row(&found, CONNECTION, "webhook")["result"] == "problem").then_some(found)
    });
    let words = format!("message {} on ticket {}", written.message_id, written.ticket_id);
    assert_row(&found, CONNECTION, "webhook", "problem", &words, "can be called from the internet");
    let body = json!({"ticket": {"id": written.ticket_id}, "message": {"id": written.message_id}});
    app.hook(body.to_string());
    assert_eq!(row(&looked(&app, 0), CONNECTION, "webhook")["result"], "ok");
}

/// Modes and the brake explain why nothing is answered; they are meant so, and no problem.
#[test]
fn a_mode_that_does_not_answer_is_named() {
    let app = TestApp::connected();
    for (arguments, found, cure) in [
        (&["mode", CONNECTION, "off"][..], "off: nothing is answered", "polus mode acme live"),
        (&["mode", CONNECTION, "shadow"], "internal notes", "polus mode acme live"),
        (&["pause", CONNECTION], "paused", "polus resume acme"),
    ] {
        app.good(arguments);
        assert_row(&looked(&app, 0), CONNECTION, "mode", "warning", found, cure);
    }
    app.good(&["resume", CONNECTION]);
    app.good(&["mode", CONNECTION, "live"]);
    assert_eq!(row(&looked(&app, 0), CONNECTION, "mode")["result"], "ok");
}

/// Without articles nothing can be answered; without a destination nobody gets what is handed off.
#[test]
fn missing_articles_and_a_missing_destination_are_named() {
    let app = TestApp::connected();
    let path = format!("/connections/{CONNECTION}");
    let last = json!({"articles": [{"id": "last", "text": "# Last\n\nText."}], "replace": true});
    app.api().call(Method::POST, &format!("{path}/knowledge"), Some(&last)).expect_status(200);
    app.good(&["knowledge", "remove", CONNECTION, "last"]);
    let found = looked(&app, 1);
    assert_row(&found, CONNECTION, "knowledge", "problem", "no help article", "polus knowledge import acme");
    let mut body = app.connect_body();
    body["handoff_team_id"] = Value::Null;
    app.api().call(Method::PUT, &path, Some(&body)).expect_status(200);
    let found = looked(&app, 1);
    let rule = "when ticket updated, if assignee team is that team";
    assert_row(&found, CONNECTION, "handoff_destination", "warning", "nobody gets", rule);
    app.good(&["disconnect", CONNECTION]);
    assert_eq!(row(&looked(&app, 0), CONNECTION, "state")["found"], "disconnected; nothing is answered");
}

/// Tickets that wait for people are counted until a person has written; bodies that could not be read are told.
#[test]
fn what_waits_for_people_is_counted() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    let words = format!("1 handed-off ticket waits for a person, ticket {ticket} longest");
    let found = looked(&app, 0);
    let waiting = row(&found, CONNECTION, "waiting_for_people");
    assert!(waiting["found"].as_str().unwrap().starts_with(&words), "{waiting}");
    app.shop.human_replies(ticket, "I have it.");
    until("a ticket that waits no more", || {
        let found = app.api().get("/doctor");
        let waiting = row(&found, CONNECTION, "waiting_for_people");
        waiting["found"].as_str().unwrap().starts_with("no handed-off ticket").then_some(())
    });
    app.hook("neither JSON nor a form");
    let found = looked(&app, 0);
    assert_row(
        &found,
        CONNECTION,
        "quarantine",
        "warning",
        "1 webhook body that named no ticket was put aside",
        "/connections/acme/quarantine",
    );
}

/// Where no server runs, what is on this machine is looked at, and nothing is made.
#[test]
fn without_a_server_this_machine_is_looked_at() {
    let mut app = TestApp::connected();
    app.stop();
    let stopped = looked(&app, 1);
    assert_row(&stopped, "server", "server", "problem", "no server at", "polus serve");
    assert!(row(&stopped, "server", "log")["found"].as_str().unwrap().contains("records"), "{stopped:#}");
    for check in ["settings", "data_folder", "free_space", "log"] {
        assert_eq!(row(&stopped, "server", check)["result"], "ok", "{check}");
    }
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    mode(&app.data(), 0o755);
    mode(&app.data().join("admin-token"), 0o644);
    let before = as_it_is(&app.data());
    let open = looked(&app, 1);
    assert_row(&open, "server", "data_folder", "warning", "mode 755", "chmod 700");
    assert_row(&open, "server", "secrets", "problem", "others can read", "chmod 600");
    assert!(as_it_is(&app.data()) == before, "a look changed something");
    let foreign = tempfile::tempdir().unwrap();
    fs::write(foreign.path().join("letter"), "dear").unwrap();
    let before = as_it_is(foreign.path());
    let given = app.run(&["doctor", "--json", "--data", foreign.path().to_str().unwrap()]);
    assert!(given.out().contains("it holds other files"), "{}", given.out());
    assert!(as_it_is(foreign.path()) == before, "a look changed a folder of somebody else");
    fs::remove_file(app.data().join("master-key")).unwrap();
    mode(&app.data().join("admin-token"), 0o600);
    assert_row(&looked(&app, 1), "server", "secrets", "problem", "master key is missing", "from your backup");

    let empty = tempfile::tempdir().unwrap();
    let given = ended(
        polus(empty.path())
            .args(["doctor", "--json"])
            .env("POLUS_KNOWLEDGE", "nowhere")
            .env("POLUS_LISTEN", "127.0.0.1:9"),
    );
    let found: Value = serde_json::from_str(&given.out()).unwrap();
    assert_row(&found, "server", "data_folder", "warning", "no data folder", "polus serve");
    assert_row(&found, "server", "knowledge_folder", "problem", "nowhere cannot be read", "mend that");
    assert_row(&found, "server", "public_url", "warning", "Gorgias cannot call", "public_url");
    assert_eq!((given.code(), fs::read_dir(empty.path()).unwrap().count()), (1, 0), "nothing is made");
}

/// A token that the server does not take, and none at all.
#[test]
fn a_token_that_is_wrong_or_missing_is_named() {
    let app = TestApp::connected();
    let wrong = app.folder.path().join("wrong");
    fs::write(&wrong, "guess").unwrap();
    let empty = app.folder.path().join("empty");
    for arguments in [["--admin-token-file", wrong.to_str().unwrap()], ["--data", empty.to_str().unwrap()]] {
        let given = app.run(&[&["doctor", "--json"][..], &arguments].concat());
        let found: Value = serde_json::from_str(&given.out()).unwrap();
        assert_eq!(given.code(), 1, "{found:#}");
        assert_eq!(row(&found, "server", "server")["result"], "ok");
        assert_row(&found, "server", "admin_token", "problem", "admin token", "POLUS_ADMIN_TOKEN_FILE");
    }
}

/// Every file and folder there is, with its rights and what it holds.
fn as_it_is(path: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mode = fs::metadata(path).unwrap().permissions().mode();
    if !path.is_dir() {
        return BTreeMap::from([(path.to_owned(), (mode, fs::read(path).unwrap()))]);
    }
    let inside = fs::read_dir(path).unwrap().flat_map(|entry| as_it_is(&entry.unwrap().path()));
    inside.chain([(path.to_owned(), (mode, Vec::new()))]).collect()
}

/// What the command tells as JSON; its exit code must be this.
#[track_caller]
fn looked(app: &TestApp, code: i32) -> Value {
    let given = app.run(&["doctor", "--json"]);
    assert_eq!(given.code(), code, "{}{}", given.out(), given.complaint());
    serde_json::from_str(&given.out()).unwrap()
}

#[track_caller]
fn row<'a>(looked: &'a Value, about: &str, check: &str) -> &'a Value {
    let rows = looked["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["about"] == about && row["check"] == check);
    found.unwrap_or_else(|| panic!("no row {check} about {about}: {looked:#}"))
}

#[track_caller]
fn assert_row(looked: &Value, about: &str, check: &str, result: &str, found: &str, cure: &str) {
    let row = row(looked, about, check);
    assert_eq!(row["result"], result, "{row}");
    for (field, words) in [("found", found), ("cure", cure)] {
        assert!(row[field].as_str().unwrap_or_default().contains(words), "{words:?} is not in {row}");
    }
}
