//! Connecting an account: what may be pasted, what is refused and why, and where the key must never show.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use polus_simulations::gorgias::faults::{CallFault, Scripted};
use polus_simulations::gorgias::people::Assignee;
use polus_simulations::gorgias::records::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, Answer, CONNECTION, Gave, TestApp, until};

/// S-03: the Base64 of `email:key` in every form in which it gets pasted, and the two as fields of their own.
#[test]
fn credentials_are_taken_in_every_form_people_paste() {
    let (app, other) = (TestApp::here(), TestApp::here());
    let cast = &app.shop.cast;
    let pair = format!("{}:{}", cast.ai_email, cast.ai_key);
    let encoded = STANDARD.encode(&pair);
    let (left, right) = encoded.split_at(10);
    // Two shops of the same furnishing share the calls, or their allowance would run out.
    for (app, text) in [
        (&app, encoded.clone()),
        (&app, STANDARD_NO_PAD.encode(&pair)),
        (&app, format!("Basic {encoded}")),
        (&other, format!("  {encoded}\r\n")),
        (&other, format!("{left}\n  {right}")),
    ] {
        let found = test(app, &json!({"api_key_base64": text})).expect_status(200).json();
        assert_eq!(found["account"], "acme", "{text:?}");
    }
    let fields = json!({"email": format!(" {} ", cast.ai_email), "api_key": format!("{}\n", cast.ai_key)});
    test(&other, &fields).expect_status(200);
    for (text, words) in [
        ("%%% not Base64 %%%", "no Base64"),
        (STANDARD.encode("a bare key").as_str(), "no colon"),
        (pair.as_str(), "not its Base64"),
        ("", "is empty"),
    ] {
        let refused = test(&app, &json!({"api_key_base64": text}));
        assert_refused(refused, 422, "bad_credentials", words);
    }
    assert_eq!(app.api().get("/connections"), json!([]), "a test stores nothing");
}

/// S-04: only a prefix is a domain; anything that could lead the key to another host makes no call at all.
#[test]
fn a_domain_is_a_prefix_and_nothing_else() {
    let app = TestApp::here();
    for (domain, words) in [
        ("https://acme.gorgias.com/app", "\"acme\""),
        ("acme.gorgias.com", "\"acme\""),
        ("acme.evil.example", "no Gorgias domain prefix"),
        ("acme/evil", "no Gorgias domain prefix"),
        ("acme:8443", "no Gorgias domain prefix"),
        ("evil@acme", "no Gorgias domain prefix"),
        ("acme.gorgias.com.evil.example", ""),
        ("", "no Gorgias domain prefix"),
        ("-acme", "no Gorgias domain prefix"),
    ] {
        let mut body = app.connect_body();
        body["domain"] = json!(domain);
        let refused = app.connect_with(&body);
        assert_eq!(refused.status, 400, "{domain}: {}", refused.text);
        assert!(refused.json()["detail"].as_str().unwrap().contains(words), "{domain}: {}", refused.text);
    }
    assert!(app.shop.calls().is_empty(), "{:?}", app.shop.calls());
}

/// S-05, S-06: the AI user must exist and be active; a person with open tickets is warned about.
#[test]
fn the_ai_user_is_looked_at() {
    let app = TestApp::here_with_tickets(3);
    let person = app.shop.cast.agents[0];
    assert_refused(test(&app, &json!({"ai_user_id": 99})), 422, "bad_value", "there is no user 99");
    let sleeper = app.shop.cast.agents[1];
    app.shop.desk().deactivate_user(app.shop.pace.now_ms(), sleeper).unwrap();
    assert_refused(test(&app, &json!({"ai_user_id": sleeper})), 422, "bad_value", "inactive");
    for ticket in &app.shop.cast.tickets {
        app.shop.assign(*ticket, Assignee::User(person));
    }
    let found = test(&app, &json!({"ai_user_id": person})).expect_status(200).json();
    let warnings = found["warnings"].to_string();
    assert!(warnings.contains("3 open tickets"), "{warnings}");
    let own = test(&app, &json!({})).expect_status(200).json();
    assert!(own["warnings"].to_string().contains("owner of the key"), "{own}");
}

/// S-10: a key that may only look is told of at once; it may write drafts as notes, but is not trusted with answers.
#[test]
fn a_key_that_may_only_look_is_not_for_live_mode() {
    let app = TestApp::here();
    let owner = app.shop.cast.ai_user;
    app.shop.desk().change_role(app.shop.pace.now_ms(), owner, Role::ObserverAgent).unwrap();
    for mode in [json!({}), json!({"mode": "live"})] {
        assert_refused(test(&app, &mode), 422, "plan_or_role", "an observer");
        assert_refused(app.connect_with(&changed(&app, &mode)), 422, "plan_or_role", "an observer");
    }
    assert_eq!(app.api().get("/connections"), json!([]));
    let shadow = app.connect_with(&changed(&app, &json!({"mode": "shadow"}))).expect_status(201).json();
    assert!(shadow["warnings"].to_string().contains("an observer"), "{shadow}");
    // Saved again without a mode, it stays what it was.
    let again = app.api().call(Method::PUT, "/connections/acme", Some(&changed(&app, &json!({}))));
    again.expect_status(200);
    let live = app.api().call(Method::PUT, "/connections/acme/mode", Some(&json!({"mode": "live"})));
    assert_refused(live, 422, "plan_or_role", "an observer");
    app.shop.desk().change_role(app.shop.pace.now_ms(), owner, Role::Agent).unwrap();
    app.api().call(Method::PUT, "/connections/acme/mode", Some(&json!({"mode": "live"}))).expect_status(200);
}

/// Gorgias answers for user 0 with the owner of the key: no number below 1 is ever sent.
#[test]
fn numbers_of_users_begin_at_1() {
    let app = TestApp::here();
    for number in [0, -5] {
        for field in ["ai_user_id", "handoff_user_id"] {
            let change = json!({ field: number });
            assert_refused(test(&app, &change), 422, "bad_value", "numbers of users begin at 1");
            let refused = app.connect_with(&changed(&app, &change));
            assert_refused(refused, 422, "bad_value", "numbers of users begin at 1");
        }
    }
    assert!(app.shop.calls().is_empty(), "{:?}", app.shop.calls());
    assert_eq!(app.api().get("/connections"), json!([]));
}

/// S-46: handed-off tickets must go to somebody else than the AI user, and to somebody who is there.
#[test]
fn a_handoff_goes_to_somebody_else() {
    let app = TestApp::here();
    let ai_user = app.shop.cast.ai_user;
    for (change, words) in [
        (json!({"handoff_user_id": ai_user}), "the AI user itself"),
        (json!({"handoff_user_id": 99}), "handoff user 99"),
        (json!({"handoff_team_id": 99}), "handoff team 99"),
    ] {
        assert_refused(test(&app, &change), 422, "bad_value", words);
    }
}

/// S-01, S-07: key, prefix, plan, budget and outage are told apart, and nothing is stored on failure.
#[test]
fn refusals_are_told_apart_and_store_nothing() {
    let mut app = TestApp::here();
    let fault = |fault| Some(Scripted::next_call(fault));
    let plan = CallFault::Forbidden { reason: "Your plan does not include the REST API.".to_owned() };
    for (change, trouble, status, code) in [
        (json!({"api_key": "wrong"}), None, 422, "key_refused"),
        (json!({"email": "nobody@acme.example"}), None, 422, "key_refused"),
        (json!({"domain": "other"}), None, 422, "domain_unknown"),
        (json!({}), fault(plan), 422, "plan_or_role"),
        (json!({}), fault(CallFault::TooManyRequests { retry_after_s: 7 }), 429, "calls_used_up"),
        (json!({}), fault(CallFault::ServerError { status: 503 }), 503, "gorgias_unreachable"),
        (json!({}), fault(CallFault::BadGateway { after_effect: false }), 503, "gorgias_unreachable"),
        (json!({}), fault(CallFault::LostBeforeEffect), 503, "gorgias_unreachable"),
    ] {
        if let Some(trouble) = trouble {
            app.shop.plan(trouble);
        }
        let refused = app.connect_with(&changed(&app, &change));
        assert_refused(refused, status, code, "");
        assert_eq!(app.api().get("/connections"), json!([]));
    }
    assert_eq!(files_under(&app.data().join("vault")), Vec::<PathBuf>::new());
    app.stop();
    let exported = app.run(&["log", "export"]);
    assert_eq!((exported.code(), exported.out().as_str()), (0, ""), "{}", exported.complaint());
}

/// S-07, S-08, S-13: what a good connect shows.
#[test]
fn a_good_connect_shows_account_user_and_address() {
    let app = TestApp::here();
    let shown = app.connect();
    assert_eq!(
        (&shown["id"], &shown["state"], &shown["mode"]),
        (&json!("acme"), &json!("active"), &json!("live"))
    );
    assert_eq!(shown["ai_user"], json!({"id": app.shop.cast.ai_user, "name": "Robin Assistant"}));
    let url = shown["webhook_url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/webhooks/gorgias/acme/", app.base())), "{url}");
    assert_eq!(shown["articles"], polus_simulations::shop::articles().len());
    let listed = app.api().get("/connections");
    assert_eq!(listed[0]["webhook_url"], Value::Null, "an address holds a secret: not in lists");
    let webhooks = shown["webhook_integrations"].as_array().unwrap();
    assert_eq!(webhooks.len(), 2, "{shown}");
    assert_eq!(&listed[0]["webhook_integrations"], &shown["webhook_integrations"]);
    let path = format!("/connections/{CONNECTION}");
    let left = app.api().call(Method::DELETE, &path, None).expect_status(200).json();
    for (number, webhook) in webhooks.iter().enumerate() {
        let named = left["left_in_gorgias"][number].as_str().unwrap();
        assert!(named.contains(&format!("integration {webhook},")), "{left}");
    }
    app.connect_silently();
    assert_eq!(app.api().get(&path)["webhook_integrations"], json!([]), "those made before call in vain");
}

/// What stands in Gorgias of the webhook is not made again, whoever asks for it.
#[test]
fn the_webhook_is_made_once() {
    let app = TestApp::here();
    let made = app.connect()["webhook_integrations"].clone();
    let path = format!("/connections/{CONNECTION}");
    let saved = app.api().call(Method::PUT, &path, Some(&app.connect_body())).expect_status(200).json();
    assert_eq!((&saved["webhook_integrations"], &saved["webhook_problem"]), (&made, &Value::Null));
    // One that was deleted there is made anew; the other stays.
    app.shop.delete_webhook(made[1].as_i64().unwrap());
    let saved = app.api().call(Method::PUT, &path, Some(&app.connect_body())).expect_status(200).json();
    let webhooks = saved["webhook_integrations"].as_array().unwrap();
    assert_eq!((webhooks.len(), &webhooks[0]), (2, &made[0]), "{saved}");
    assert_ne!(webhooks[1], made[1]);
}

/// S-12: saving anew keeps the webhook's address; a second create is refused; other settings change.
#[test]
fn saving_anew_keeps_the_address() {
    let app = TestApp::here();
    app.connect_silently();
    let before = app.webhook_url();
    let again = app.connect_with(&app.connect_body());
    assert_refused(again, 409, "connected_already", "PUT");
    let mut body = app.connect_body();
    body["install_webhook"] = json!(false);
    body["handoff_user_id"] = json!(app.shop.cast.agents[0]);
    body["mode"] = json!("shadow");
    let path = format!("/connections/{CONNECTION}");
    let saved = app.api().call(Method::PUT, &path, Some(&body)).expect_status(200).json();
    assert_eq!(saved["handoff_user_id"], app.shop.cast.agents[0]);
    assert_eq!(saved["mode"], "shadow");
    assert_eq!(app.webhook_url(), before);
    body["api_key"] = json!("wrong");
    assert_refused(app.api().call(Method::PUT, &path, Some(&body)), 422, "key_refused", "");
    assert_eq!(app.api().get(&path)["state"], "active", "a failed save changes nothing");
}

/// S-62, S-65, F-47: a disconnect erases the key and cancels what is owed; nothing old is answered afterwards.
#[test]
fn a_disconnect_erases_the_key_and_what_was_pending() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(written.ticket_id, "accepted");
    let path = format!("/connections/{CONNECTION}");
    let left = app.api().call(Method::DELETE, &path, None).expect_status(200).json();
    assert!(left["left_in_gorgias"].as_array().unwrap().len() >= 3, "{left}");
    assert_eq!(files_under(&app.data().join("vault")), Vec::<PathBuf>::new());
    assert_eq!(app.api().get(&path)["state"], "disconnected");
    app.expect_silence(written.ticket_id, written.message_id, "disconnected");
    app.connect();
    let later = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(later.ticket_id);
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{}", app.story(written.ticket_id));
}

/// S-11, F-46: a key revoked later stops everything with one alarm; a key that works again lets what waited go on.
#[test]
fn a_revoked_key_raises_one_alarm_and_resumes_by_itself() {
    let app = TestApp::connected();
    app.shop.desk().revoke_key(app.shop.cast.ai_user).unwrap();
    let written = app.shop.customer_asks(ANSWERABLE);
    let path = format!("/connections/{CONNECTION}");
    until("a refused connection", || (app.api().get(&path)["state"] == "refused").then_some(()));
    let alarms = app.api().get("/alarms");
    assert_eq!(alarms.as_array().unwrap().len(), 1, "{alarms}");
    assert_eq!(alarms[0]["about"], CONNECTION);
    app.shop.desk().restore_key(app.shop.cast.ai_user).unwrap();
    app.wait_for_reply(written.ticket_id);
    until("the alarm's end", || (app.api().get("/alarms") == json!([])).then_some(()));
}

/// S-02: nobody without the token gets anything out of the admin API.
#[test]
fn the_admin_api_wants_its_token() {
    let app = TestApp::connected();
    let stranger = crate::support::Api::new(&app.base(), "guess");
    for (method, path) in [
        (Method::GET, "/connections"),
        (Method::GET, "/connections/acme"),
        (Method::POST, "/connections"),
        (Method::PUT, "/connections/acme/mode"),
        (Method::DELETE, "/connections/acme"),
        (Method::GET, "/connections/acme/tickets"),
        (Method::GET, "/alarms"),
        (Method::GET, "/doctor"),
        (Method::POST, "/connections/acme/knowledge"),
        (Method::DELETE, "/connections/acme/knowledge/returns"),
        (Method::GET, "/nowhere"),
    ] {
        let refused = stranger.call(method.clone(), path, Some(&json!({})));
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        assert_refused(refused, 401, "unauthorized", "Authorization");
    }
    assert_eq!(app.api().get("/connections/acme")["state"], "active");
}

/// S-09: the key is in no answer, in no log line however talkative, and in no file.
#[test]
fn the_key_shows_nowhere() {
    let mut app = TestApp::program_logging("trace");
    let mut answers = vec![app.connect().to_string()];
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    let ticket = written.ticket_id;
    for path in ["/connections", "/connections/acme", "/alarms", "/openapi.json", "/connections/acme/tickets"]
    {
        answers.push(app.api().get(path).to_string());
    }
    answers.push(app.story(ticket));
    answers.push(app.api().try_send(Method::GET, "/metrics", None).unwrap().text);
    let mut wrong = app.connect_body();
    wrong["ai_user_id"] = json!("a word");
    answers.push(app.connect_with(&wrong).expect_status(400).text);
    for arguments in [&["connections"][..], &["connections", "--json"], &["config", "show"]] {
        let given = app.run(arguments);
        answers.push(given.out() + &given.complaint());
    }
    let lines = app.process().log_lines();
    app.stop();
    answers.push(app.run(&["log", "export"]).out());

    let cast = &app.shop.cast;
    let hidden = [cast.ai_key.clone(), STANDARD.encode(format!("{}:{}", cast.ai_email, cast.ai_key))];
    for secret in &hidden {
        assert!(answers.iter().all(|answer| !answer.contains(secret)), "an answer shows the key");
        assert!(lines.contains("\"TRACE\""), "the log lines are not talkative");
        assert!(!lines.contains(secret), "a log line shows the key");
        assert_no_file_holds(&app.data(), secret);
    }
}

/// S-13: the webhook's address and what customers write are in no usual log line.
#[test]
fn usual_log_lines_hold_neither_secrets_nor_letters() {
    let mut app = TestApp::connected_program();
    let url = app.webhook_url();
    let secret = url.rsplit('/').next().unwrap();
    let written = app.shop.customer_chats(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    app.hook("unreadable words of a customer");
    let lines = app.process().log_lines();
    assert!(lines.contains("polus serves"), "{lines}");
    for hidden in [secret, ANSWERABLE, "jo.customer@example.org", "unreadable words"] {
        assert!(!lines.contains(hidden), "a log line shows {hidden:?}");
    }
    assert_no_file_holds(&app.data(), secret);
}

#[track_caller]
fn assert_refused(answer: Answer, status: u16, code: &str, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{problem}");
    assert!(problem["detail"].as_str().expect("a detail").contains(words), "{problem}");
}

/// Tests the shop's credentials with some fields changed.
fn test(app: &TestApp, change: &Value) -> Answer {
    let mut body = changed(app, change);
    if change.get("api_key_base64").is_some() {
        let fields = body.as_object_mut().expect("an object");
        fields.remove("email");
        fields.remove("api_key");
    }
    app.api().call(Method::POST, "/connections/test", Some(&body))
}

fn changed(app: &TestApp, change: &Value) -> Value {
    let mut body = app.connect_body();
    for (field, value) in change.as_object().expect("an object") {
        body[field] = value.clone();
    }
    body
}

fn assert_no_file_holds(folder: &Path, secret: &str) {
    let files = files_under(folder);
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{} holds a secret", file.display());
    }
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files
}
