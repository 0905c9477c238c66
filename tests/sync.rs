//! The account's history, from outside: fetched by the real program over HTTP, through a kill, and shown to people.

use std::collections::BTreeSet;
use std::process::Output;
use std::time::Duration;

use polus_simulations::gorgias::faults::Odds;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, TestApp, until_within};

const WITHIN: Duration = Duration::from_secs(120);
const SYNC: &str = "/connections/acme/sync";

/// S-70, F-41: a kill in the middle, pages that fail and calls that are too many; then complete, and shown.
#[test]
fn a_history_is_fetched_through_kills_and_faults_and_shown() {
    let mut app = TestApp::program_with_tickets(60);
    {
        let mut desk = app.shop.desk();
        desk.timings.rows_a_page_max = 10;
        desk.timings.tells_totals = true;
        desk.faults.odds =
            Odds { bad_gateway: 0.1, too_many_requests: 0.05, truncated: 0.1, ..Odds::default() };
    }
    until_within(WITHIN, ("a connection", ""), || {
        (app.connect_with(&app.connect_body()).status == 201).then_some(())
    });
    let started = app.good(&["sync", CONNECTION, "--detach"]);
    assert!(started.contains("under way"), "{started}");
    for pages in [2, 5] {
        until_within(WITHIN, ("pages", pages), || {
            let run = newest(&app);
            let kept = run["tickets"]["pages"].as_u64()? + run["messages"]["pages"].as_u64()?;
            (kept >= pages).then_some(())
        });
        app.kill();
        app.start();
    }
    let run = until_within(WITHIN, ("the end", ""), || {
        let run = newest(&app);
        run["ended_at"].is_i64().then_some(run)
    });
    assert_eq!((&run["stage"], &run["mismatched"]), (&json!("complete"), &json!(0)), "{run}");
    app.shop.desk().faults.odds = Odds::default();
    let tickets: Vec<i64> = app.shop.desk().tickets().map(|ticket| ticket.id).collect();
    for ticket in &tickets {
        let kept = app.api().get(&format!("/connections/{CONNECTION}/mirror/{ticket}"));
        let kept: BTreeSet<i64> =
            kept["messages"].as_array().unwrap().iter().map(|m| m["message"].as_i64().unwrap()).collect();
        let there: BTreeSet<i64> = app.shop.desk().thread(*ticket).iter().map(|message| message.id).collect();
        assert_eq!(kept, there, "{ticket}");
    }
    assert_eq!(app.api().get("/connections/acme/mirror?limit=2")["kept"], tickets.len());
    let listed = app.good(&["mirror", CONNECTION, "--limit", "5"]);
    assert!(listed.contains(&format!("5 of {} tickets", tickets.len())), "{listed}");
    let thread = app.good(&["mirror", &format!("{CONNECTION}/{}", tickets[0])]);
    assert!(thread.contains("customer") && thread.lines().count() > 3, "{thread}");
    let log = app.good(&["sync", CONNECTION, "--log"]);
    assert!(log.contains("complete") && log.contains("messages of customers in 24 hours"), "{log}");
    let followed = app.good(&["sync", CONNECTION, "--watch"]);
    assert!(followed.contains("as many messages of each ticket as Gorgias counts"), "{followed}");
}

/// What cannot be is refused, with what to do.
#[test]
fn wishes_that_cannot_be_say_what_to_do() {
    let app = TestApp::connected();
    let refused = app.api().call(Method::DELETE, SYNC, None);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("polus sync acme"), "{}", refused.text);
    let future = app.api().call(Method::POST, SYNC, Some(&json!({"since": 4_000_000_000_000_i64})));
    assert_eq!(future.status, 422, "{}", future.text);
    assert!(future.text.contains("future"), "{}", future.text);
    let odd = app.api().call(Method::POST, SYNC, Some(&json!({"from": 1})));
    assert_eq!(odd.status, 400, "{}", odd.text);
    for (arguments, words) in [
        (&["sync", CONNECTION, "--since", "yesterday"][..], "2026-01-31"),
        (&["sync", "nowhere", "--detach"], "polus connections"),
        (&["mirror", "acme/501"], "nothing about acme/mirror/501"),
        (&["sync", CONNECTION, "--watch", "--stop"], "cannot be used with"),
    ] {
        let Output { status, stderr, .. } = app.run(arguments);
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        assert!(!status.success() && stderr.contains(words), "{arguments:?}: {stderr}");
    }
    let nothing = app.good(&["mirror", CONNECTION]);
    assert!(nothing.contains("polus sync acme"), "{nothing}");
    let never = app.good(&["sync", CONNECTION, "--watch"]);
    assert!(never.contains("never fetched"), "{never}");
}

/// F-09, N-5: webhooks that stop coming are noticed, said, and made up for.
#[test]
fn a_silent_webhook_is_noticed_and_made_up_for() {
    let app = TestApp::connected();
    let heard = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(heard.ticket_id);
    app.shop.desk().faults.odds.webhook_lost = 1.0;
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    let missed = until_within(WITHIN, ("a missed message", ""), || {
        let webhooks = app.api().get(SYNC)["webhooks"].clone();
        (webhooks["last_missed_message"] == written.message_id).then_some(webhooks)
    });
    assert_eq!((&missed["missed_in_24_h"], &missed["messages_in_24_h"]), (&json!(1), &json!(2)), "{missed}");
    // Webhooks came a moment before; one that says nothing for the time of a sweep is silent.
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    until_within(WITHIN, ("an alarm", ""), || {
        app.api().get("/alarms").to_string().contains("webhook is silent").then_some(())
    });
    let listed = app.good(&["connections"]);
    assert!(listed.contains("MISSED IN 24 H") && listed.contains("webhook is silent"), "{listed}");
    let doctor = String::from_utf8(app.run(&["doctor"]).stdout).unwrap();
    assert!(doctor.contains("2 of 3 messages of customers in 24 hours were told by no webhook"), "{doctor}");
    assert!(doctor.contains("`polus webhook acme` shows how they stand"), "{doctor}");
}

fn newest(app: &TestApp) -> Value {
    app.api().get(SYNC)["runs"][0].clone()
}
