//! The guided self-test from outside: the real command against the real server and a simulated Gorgias over HTTP.

use reqwest::Method;
use serde_json::json;

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp};

const PATH: &str = "/connections/acme/self-test";
const ADDRESS: &str = "olga@elsewhere.example";

/// S-17: every step is shown with its time, and nothing is left in Gorgias.
#[test]
fn a_connection_that_works_passes_every_step() {
    let app = TestApp::program_with_tickets(3);
    app.connect();
    app.good(&["policy", "set", CONNECTION, "quiet.email=1s"]);
    let before: Vec<i64> = app.shop.desk().tickets().map(|ticket| ticket.id).collect();
    let shown = app.good(&["self-test", CONNECTION, "--email", ADDRESS, "--question", ANSWERABLE]);
    let steps: Vec<&str> = shown.lines().filter(|line| line.starts_with("pass  ")).collect();
    assert_eq!(steps.len(), 5, "{shown}");
    for (step, words) in
        steps.iter().zip(["ticket created", "webhook came", "question answered", "handed off", "was deleted"])
    {
        assert!(step.contains(words) && step.contains(" s  "), "{shown}");
    }
    assert!(!shown.contains("FAIL") && shown.contains("every step passed"), "{shown}");
    let after: Vec<i64> = app.shop.desk().tickets().map(|ticket| ticket.id).collect();
    assert_eq!(after, before);

    let last = app.api().get(PATH);
    assert_eq!((&last["state"], &last["email"]), (&json!("passed"), &json!(ADDRESS)), "{last}");
    assert_eq!(last["steps"].as_array().unwrap().len(), 5, "{last}");
    // The test assigned its ticket itself, which tells nothing of the account's rules.
    let doctor = app.run(&["doctor"]).out();
    assert!(doctor.contains("auto-assignment never picks it"), "{doctor}");
    // Its log stays, as that of any ticket.
    let name = format!("{CONNECTION}/{}", last["ticket"]);
    assert!(app.good(&["replay", &name]).contains("handed_off"));
}

/// What fails is named with what to do, the command ends with 1, and a test that must not begin is refused in words.
#[test]
fn a_connection_that_does_not_work_is_told_what_to_do() {
    let app = TestApp::connected();
    assert_eq!(app.api().get(PATH)["state"], "none");
    let failed = app.run(&[
        "self-test",
        CONNECTION,
        "--email",
        ADDRESS,
        "--question",
        "Do you sell submarines to museums in Oslo?",
    ]);
    assert_eq!(failed.code(), 1, "{}{}", failed.out(), failed.complaint());
    let shown = failed.out();
    let step = shown.lines().find(|line| line.starts_with("FAIL")).unwrap_or_else(|| panic!("{shown}"));
    assert!(step.contains("question answered") && step.contains("`polus explain acme/"), "{shown}");
    assert!(shown.contains("was deleted") && !shown.contains("handed off  "), "{shown}");

    let body = json!({"email": ADDRESS, "question": ANSWERABLE});
    app.api().call(Method::POST, PATH, Some(&body)).expect_status(202);
    let twice = app.api().call(Method::POST, PATH, Some(&body)).expect_status(409).json();
    assert!(twice["detail"].as_str().unwrap().contains("under way"), "{twice}");
    app.good(&["disconnect", CONNECTION]);
    let last = app.api().get(PATH);
    assert_eq!(last["state"], "broken_off", "{last}");
    let refused = app.run(&["self-test", CONNECTION, "--email", ADDRESS, "--json"]);
    assert_eq!((refused.code(), refused.out().as_str()), (1, ""));
    assert!(refused.complaint().contains("not connected"), "{}", refused.complaint());
    app.api().call(Method::POST, PATH, Some(&json!({"email": ADDRESS, "x": 1}))).expect_status(400);
    app.api().call(Method::POST, "/connections/other/self-test", Some(&body)).expect_status(404);
}

/// Without a question the first help article gives one, and its own title is answered from it.
#[test]
fn without_a_question_the_first_article_gives_one() {
    let app = TestApp::connected();
    let json = app.good(&["self-test", CONNECTION, "--email", ADDRESS, "--keep", "--json"]);
    let ended: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(ended["state"], "passed", "{json}");
    let ticket = ended["ticket"].as_i64().unwrap();
    let told = ended["steps"][4]["told"].as_str().unwrap();
    assert!(told.contains(&format!("ticket {ticket}")) && told.contains("stays in Gorgias"), "{told}");
    assert_eq!(app.shop.replies(ticket).iter().filter(|reply| reply.from_agent).count(), 2);
}
