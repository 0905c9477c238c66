//! The webhooks in Gorgias after they were made: watched, put right, given a new secret, removed.

use std::time::Duration;

use polus_simulations::gorgias::faults::{AddressesCut, CallFault, Scripted};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp, until};

const WEBHOOK: &str = "/connections/acme/webhook";

/// F-09: Gorgias switches a webhook off that nobody took for a while. One alarm, and it is switched on again.
#[test]
fn a_webhook_that_gorgias_switched_off_is_switched_on_again() {
    let mut app = TestApp::connected();
    let made = integrations(&app);
    app.stop();
    app.shop.desk().timings.failures_until_deactivation = 2;
    let missed = app.shop.customer_asks(ANSWERABLE);
    until("a webhook that is switched off", || (!is_on(&app, made[0])).then_some(()));
    let path = format!("/api/integrations/{}", made[0]);
    app.shop.plan(Scripted::call("PUT", &path, CallFault::ServerError { status: 503 }));
    start_watching(&mut app);
    let alarm = wait_for_alarm(&app, &[&format!("HTTP integration {} is switched off", made[0])]);
    assert!(alarm.contains("`polus webhook acme repair`"), "{alarm}");
    until("a webhook that is on again", || is_on(&app, made[0]).then_some(()));
    until("the alarm's end", || (app.api().get("/alarms") == json!([])).then_some(()));
    app.wait_for_reply(missed.ticket_id);
    let later = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(later.ticket_id, "notified");
    app.wait_for_reply(later.ticket_id);
    let shown = app.api().get(WEBHOOK);
    assert!(shown["switched_off_last_at"].is_i64(), "{shown:#}");
    assert_eq!(
        (&shown["webhooks"][0]["recorded"], &shown["webhooks"][0]["now"]),
        (&json!("ok"), &json!("ok"))
    );
    app.stop();
    let log = app.run(&["log", "export"]).out();
    let count = |event: &str| log.matches(&format!("\"{event}\"")).count();
    assert!((1..=2).contains(&count("webhook_switched_off")), "once for each that was off");
    assert_eq!(count("webhook_switched_on"), count("webhook_switched_off"));
}

/// What a person deleted or changed is told with its cure and left alone, until somebody asks for the repair.
#[test]
fn what_was_deleted_or_changed_by_hand_waits_for_the_repair() {
    let mut app = TestApp::connected();
    let made = integrations(&app);
    app.stop();
    start_watching(&mut app);
    app.shop.delete_webhook(made[0]);
    let elsewhere = json!({
        "name": "Mine", "http": {"url": "https://elsewhere.example/x", "triggers": {"ticket-updated": true}},
    });
    app.shop.change_webhook(made[1], &elsewhere);
    let deleted = format!("HTTP integration {} was deleted in Gorgias", made[0]);
    let changed = format!("HTTP integration {} was changed by hand: it calls another address", made[1]);
    let alarm = wait_for_alarm(&app, &[&deleted, &changed, "`polus webhook acme repair`"]);
    assert!(alarm.contains("it is not called any more for ticket-assignment-updated"), "{alarm}");
    assert_eq!(
        app.shop.webhook(made[1]).unwrap().url,
        "https://elsewhere.example/x",
        "people's changes stay"
    );
    let checked = app.run(&["webhook", CONNECTION]);
    assert_eq!(checked.code(), 1, "{}", checked.out());
    for words in ["gone", "changed", "`polus webhook acme repair` puts this right"] {
        assert!(checked.out().contains(words), "{}", checked.out());
    }

    let done = app.api().call(Method::POST, &format!("{WEBHOOK}/install"), None).expect_status(200).json();
    let new = done["made"][0].as_i64().unwrap();
    assert_eq!((&done["removed"], &done["left"][0]["integration"]), (&json!([made[0]]), &json!(made[1])));
    assert!(done["left"][0]["problem"].as_str().unwrap().contains("polus webhook acme repair"), "{done}");
    let told = app.good(&["webhook", CONNECTION, "repair"]);
    assert!(told.contains(&format!("HTTP integration {}: written anew", made[1])), "{told}");
    until("the alarm's end", || (app.api().get("/alarms") == json!([])).then_some(()));
    assert_eq!(integrations(&app), [made[1], new]);
    let url = app.webhook_url();
    let assignment = app.shop.webhook(made[1]).unwrap();
    assert_eq!(assignment.url, format!("{url}?trigger=ticket-assignment-updated"));
    assert_eq!(assignment.triggers.get("ticket-assignment-updated"), Some(&true));
    assert_eq!(app.shop.webhook(new).unwrap().url, url);
    app.good(&["webhook", CONNECTION, "check"]);
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(written.ticket_id, "notified");
    app.wait_for_reply(written.ticket_id);
    let nothing = app.good(&["webhook", CONNECTION, "repair"]);
    assert!(nothing.contains("nothing was to be done"), "{nothing}");
}

/// S-12, F-10: a new secret; the old address is taken for a while and shown, and what comes there later is stale.
#[test]
fn a_rotation_lets_both_addresses_be_taken_for_a_while() {
    let mut app = TestApp::connected();
    let made = integrations(&app);
    let old = app.webhook_url();
    let told = app.good(&["webhook", CONNECTION, "rotate"]);
    let new = app.webhook_url();
    assert_ne!(old, new);
    assert!(told.contains(&new) && !told.contains(secret(&old)), "{told}");
    assert_eq!(app.shop.webhook(made[0]).unwrap().url, new);
    assert_eq!(app.shop.webhook(made[0]).unwrap().headers["X-Polus-Secret"], secret(&new));
    assert_eq!(app.shop.webhook(made[1]).unwrap().url, format!("{new}?trigger=ticket-assignment-updated"));

    // Saving the key anew and a restart change nothing of it.
    let path = format!("/connections/{CONNECTION}");
    app.api().call(Method::PUT, &path, Some(&app.connect_body())).expect_status(200);
    app.restart();
    assert_eq!(app.webhook_url(), new);
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    for number in [7, 8] {
        take(&app, &old, number);
        assert!(!app.wait_for_event(number, "notified").contains("retired"));
    }
    let shown = app.api().get(WEBHOOK);
    let (current, previous) = (&shown["addresses"][0], &shown["addresses"][1]);
    assert_eq!((&current["state"], &previous["state"]), (&json!("current"), &json!("previous")));
    assert!(current["last_at"].is_i64() && previous["valid_until"].is_i64(), "{shown:#}");
    assert!(previous["last"].as_str().unwrap().ends_with("of ticket 8"), "{shown:#}");
    let checked = app.good(&["webhook", CONNECTION]);
    for hidden in [&old, &new] {
        assert!(!checked.contains(secret(hidden)) && !shown.to_string().contains(secret(hidden)));
    }

    // Without an overlap all that came before is stale at once, and still answered 200.
    app.good(&["webhook", CONNECTION, "rotate", "--overlap", "0"]);
    for (url, number) in [(&old, 9), (&new, 10)] {
        take(&app, url, number);
        assert!(app.wait_for_event(number, "notified").contains("retired"));
    }
    let newest = app.webhook_url();
    take(&app, &newest, 11);
    assert!(!app.wait_for_event(11, "notified").contains("retired"));
    app.stop();
    let log = app.run(&["log", "export"]).out();
    for hidden in [&old, &new, &newest] {
        assert!(!log.contains(secret(hidden)), "the log holds a secret");
    }
}

/// A webhook that could not be given its new address gets it from the next look.
#[test]
fn a_rotation_that_gorgias_did_not_take_is_finished_later() {
    let mut app = TestApp::connected();
    let made = integrations(&app);
    app.stop();
    start_watching(&mut app);
    let path = format!("/api/integrations/{}", made[0]);
    app.shop.plan(Scripted::call("PUT", &path, CallFault::ServerError { status: 503 }));
    let given = app.run(&["webhook", CONNECTION, "rotate"]);
    assert_eq!(given.code(), 1, "{}", given.out());
    assert!(given.out().contains("tries again by itself"), "{}", given.out());
    let new = app.webhook_url();
    let looked = app.api().get("/doctor");
    let rows = looked["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["check"] == "webhook_installed").unwrap();
    let found = row["found"].as_str().unwrap();
    assert!(!found.contains("another address"), "{row}");
    if row["result"] != "ok" {
        assert_eq!(row["result"], "warning", "{row}");
        let words = format!("is not written yet into HTTP integration {}", made[0]);
        assert!(found.contains(&words) && found.contains("is taken until"), "{row}");
    }
    until("the new address", || (app.shop.webhook(made[0])?.url == new).then_some(()));
    assert_eq!(app.api().get("/alarms"), json!([]));
}

/// F-02 at a webhook: Gorgias takes what we wrote and its answer is lost. What stands there is our own, whoever asks, also
/// after a restart.
#[test]
fn a_write_whose_answer_was_lost_is_known_as_our_own() {
    let mut app = TestApp::connected();
    let made = integrations(&app);
    app.stop();
    app.public_url = Some(app.base().replace("127.0.0.1", "localhost"));
    start_watching(&mut app);
    assert!(app.run(&["webhook", CONNECTION]).out().contains("the public address that was set before"));
    let path = format!("/api/integrations/{}", made[0]);
    app.shop.plan(Scripted::call("PUT", &path, CallFault::LostAfterEffect));
    let given = app.run(&["webhook", CONNECTION, "install"]);
    assert!(given.out().contains(&format!("HTTP integration {}: left", made[0])), "{}", given.out());
    assert_eq!(app.shop.webhook(made[0]).unwrap().url, app.webhook_url(), "it took effect");
    for _ in 0..2 {
        wait_for_looks(&app, made[0]);
        assert_eq!(app.api().get("/alarms"), json!([]));
        let told = app.good(&["webhook", CONNECTION, "check"]);
        assert!(!told.contains("changed"), "{told}");
        let doctor = app.api().get("/doctor").to_string();
        assert!(doctor.contains("both webhooks that Polus made stand and call public_url"), "{doctor}");
        app.stop();
        start_watching(&mut app);
    }
    // What a person does to it afterwards is still told as that.
    app.shop
        .change_webhook(made[0], &json!({"name": "Mine", "http": {"url": "https://elsewhere.example/x"}}));
    wait_for_alarm(&app, &[&format!("HTTP integration {} was changed by hand", made[0])]);
}

/// Gorgias may show what looks like a secret cut. It is written once more at most, and told of; the rest of the address is
/// judged as ever.
#[test]
fn a_secret_that_gorgias_shows_cut_is_not_written_again_and_again() {
    for (cut, writes) in [(AddressesCut::InReads, 1), (AddressesCut::Everywhere, 0)] {
        let mut app = TestApp::here();
        app.shop.desk().faults.addresses_cut = cut;
        app.connect();
        let made = integrations(&app);
        app.stop();
        start_watching(&mut app);
        let written = || {
            let path = format!("PUT /api/integrations/{}", made[1]);
            app.shop.calls().iter().filter(|call| **call == path).count()
        };
        wait_for_looks(&app, made[1]);
        wait_for_looks(&app, made[1]);
        assert_eq!(written(), writes, "{cut:?}");
        assert_eq!(app.api().get("/alarms"), json!([]));
        let told = app.good(&["webhook", CONNECTION]);
        assert!(told.contains("Gorgias does not show its secret as it was written"), "{told}");
        let doctor = app.api().get("/doctor").to_string();
        let words = format!("does not show the secret of HTTP integration {} and {}", made[0], made[1]);
        assert!(doctor.contains(&words), "{doctor}");
        app.good(&["webhook", CONNECTION, "rotate"]);
        wait_for_looks(&app, made[1]);
        wait_for_looks(&app, made[1]);
        assert_eq!(written(), writes + 1, "{cut:?}");
        assert_eq!(app.api().get("/alarms"), json!([]));
        assert!(app.webhook_url().ends_with(secret(&app.shop.webhook(made[0]).unwrap().url)));
        app.shop.change_webhook(
            made[1],
            &json!({"name": "Mine", "http": {"url": "https://elsewhere.example/x"}}),
        );
        wait_for_alarm(&app, &[&format!("HTTP integration {} was changed by hand", made[1])]);
    }
}

/// S-67: what Polus made is deleted before a disconnect if that is wished, and named otherwise.
#[test]
fn a_disconnect_takes_the_webhooks_along_if_that_is_wished() {
    let app = TestApp::connected();
    let made = integrations(&app);
    let path = format!("/api/integrations/{}", made[1]);
    app.shop.plan(Scripted::call("DELETE", &path, CallFault::ServerError { status: 503 }));
    let refused = app.run(&["disconnect", CONNECTION, "--remove-webhook"]);
    assert_eq!(refused.code(), 1, "{}", refused.out());
    for words in [
        "nothing was disconnected".to_owned(),
        format!("Still there: HTTP integration {}: Gorgias does not delete it", made[1]),
        format!(
            "Deleted already: HTTP integration {}; `polus webhook acme install` makes what is gone again",
            made[0]
        ),
    ] {
        assert!(refused.complaint().contains(&words), "{words}: {}", refused.complaint());
    }
    assert_eq!(app.api().get(&format!("/connections/{CONNECTION}"))["state"], "active");
    let told = app.good(&["disconnect", CONNECTION, "--remove-webhook"]);
    assert!(told.contains(&format!("deleted in Gorgias: the HTTP integration {}", made[1])), "{told}");
    assert!(!told.contains("which Polus made"), "{told}");
    assert!(made.iter().all(|integration| app.shop.webhook(*integration).is_none()));
    assert!(app.api().get("/alarms") == json!([]), "{}", app.api().get("/alarms"));

    app.connect();
    let made = integrations(&app);
    let told = app.good(&["disconnect", CONNECTION]);
    for integration in &made {
        assert!(told.contains(&format!("the HTTP integration {integration}, which Polus made")), "{told}");
    }
    assert!(made.iter().all(|integration| app.shop.webhook(*integration).is_some()));
}

/// The same without a disconnect: they can be made again.
#[test]
fn removed_webhooks_can_be_installed_again() {
    let app = TestApp::connected();
    let made = integrations(&app);
    let told = app.good(&["webhook", CONNECTION, "remove"]);
    assert!(told.contains(&format!("HTTP integration {}: removed", made[0])), "{told}");
    assert_eq!(integrations(&app), [0_i64; 0]);
    assert!(app.good(&["webhook", CONNECTION]).contains("`polus webhook acme install`"));
    let done: Value = serde_json::from_str(&app.good(&["webhook", CONNECTION, "install", "--json"])).unwrap();
    assert_eq!(done["made"].as_array().unwrap().len(), 2, "{done}");
    app.good(&["webhook", CONNECTION]);
    let many =
        app.api().call(Method::POST, &format!("{WEBHOOK}/rotate"), Some(&json!({"overlap_hours": 745})));
    assert_eq!(many.status, 400, "{}", many.text);
}

/// The program with looks every ten seconds of its time.
fn start_watching(app: &mut TestApp) {
    app.start_in(|world| world.limits.webhook_every = Duration::from_secs(10));
}

/// Waits until the webhook was looked at twice more, so that what a look begins is done.
#[track_caller]
fn wait_for_looks(app: &TestApp, integration: i64) {
    let path = format!("GET /api/integrations/{integration}");
    let looks = || app.shop.calls().iter().filter(|call| **call == path).count();
    let before = looks();
    until("two looks", || (looks() >= before + 2).then_some(()));
}

fn integrations(app: &TestApp) -> Vec<i64> {
    let shown = app.api().get(&format!("/connections/{CONNECTION}"));
    let numbers = shown["webhook_integrations"].as_array().unwrap().iter();
    numbers.map(|number| number.as_i64().unwrap()).collect()
}

fn is_on(app: &TestApp, integration: i64) -> bool {
    let desk = app.shop.desk();
    desk.integrations().any(|found| found.id == integration && found.deactivated_us.is_none())
}

/// Waits until the one alarm that there is says all that, and gives its message.
#[track_caller]
fn wait_for_alarm(app: &TestApp, words: &[&str]) -> String {
    until(("an alarm", words.join("; ")), || {
        let alarms = app.api().get("/alarms");
        let message = alarms[0]["message"].as_str()?.to_owned();
        assert_eq!((alarms.as_array()?.len(), &alarms[0]["about"]), (1, &json!("acme/webhook")), "{alarms}");
        words.iter().all(|words| message.contains(words)).then_some(message)
    })
}

/// Something comes at this address, and is taken.
#[track_caller]
fn take(app: &TestApp, url: &str, ticket: i64) {
    let body = json!({"ticket_id": ticket}).to_string();
    let answer = app.api().hook(url, &[], body.as_bytes()).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn secret(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}
