//! What a merchant sets, by the command line and the admin API: checked, versioned, and followed by the next answer.

use polus_core::time::Time;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, ANSWERABLE_WORDS, Answer, CONNECTION, Gave, TestApp, UNANSWERABLE};

const REPAIRS: &str = "# Repairing teapots\n\n## How long a repair takes\n\nA cracked teapot is repaired in our workshop within six weeks.\n";

const RETURNS_IN_GERMAN: &str = "# Rücksendung\n\n## Was die Rücksendung kostet\n\nAus Deutschland und Österreich ist die Rücksendung kostenlos.\n";

/// A ticket that waits for an hour of quiet still waits when a later one, under a shorter quiet, has its answer.
#[test]
fn a_shorter_quiet_time_answers_earlier() {
    let app = TestApp::connected();
    set(&app, &["quiet.email=1h"]);
    let slow = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_event(slow, "accepted");
    let told = app.good(&["policy", "set", CONNECTION, "quiet.email=0s", "quiet.chat=1s"]);
    assert!(told.starts_with("acme, policy version 3\n"), "{told}");
    assert!(told.contains("quiet.email: 1h → 0s") && told.contains("quiet.chat: 3s → 1s"), "{told}");
    let quick = app.shop.customer_asks(ANSWERABLE).ticket_id;
    assert!(app.wait_for_reply(quick).contains(ANSWERABLE_WORDS));
    assert!(app.shop.replies(slow).is_empty(), "{}", app.story(slow));
    assert_eq!(app.wait_for_state(slow, |_| true)["state"], "gathering");
}

/// One wrong value refuses all, each mistake is told on its line, and nothing is stored.
#[test]
fn a_wrong_value_changes_nothing() {
    let app = TestApp::connected();
    let before = shown(&app);
    let refused = app.run(&[
        "policy",
        "set",
        CONNECTION,
        "quiet.chat=1s",
        "quiet.chatt=1s",
        "confidence=1001",
        "texts.en.greeting=Hi {nam}",
        "hours.zone=Mars/Base",
    ]);
    assert_eq!((refused.code(), refused.out().as_str()), (1, ""));
    let complaint = refused.complaint();
    for words in [
        "nothing was changed",
        "\n  quiet.chatt: there is no such setting; did you mean quiet.chat?",
        "\n  confidence: \"1001\" is not allowed; it is a whole number from 0 to 1000",
        "\n  texts.en.greeting: ",
        "\n  hours.zone: ",
    ] {
        assert!(complaint.contains(words), "{words:?} is not in {complaint}");
    }
    let alone = app.run(&["policy", "set", CONNECTION, "handoff.preset=1", "handoff.on_request=true"]);
    assert_eq!(alone.code(), 1);
    assert!(alone.complaint().contains("exclude each other"), "{}", alone.complaint());
    for (arguments, words) in [
        (&["quiet.chat"][..], "KEY=VALUE"),
        (&["quiet.chat=1s", "quiet.chat=2s"], "quiet.chat is given twice"),
    ] {
        let wrong = app.run(&[&["policy", "set", CONNECTION][..], arguments].concat());
        assert_eq!(wrong.code(), 2, "{arguments:?}");
        assert!(wrong.complaint().contains(words), "{}", wrong.complaint());
    }
    assert_eq!(shown(&app), before);
}

/// The same by the admin API, with every mistake at its place in the JSON.
#[test]
fn a_policy_with_mistakes_is_refused_with_their_paths() {
    let app = TestApp::connected();
    let before = shown(&app);
    let ai_user = app.shop.cast.ai_user;
    let team = app.shop.cast.team;
    let ambiguous = json!([["tea", "chai"], ["Chai", "infusion"]]);
    for (method, body, places) in [
        (
            Method::PUT,
            json!({"limits": {"replies_max": 0}, "quiet_chat_ms": "soon", "handoff": {"prest": 1}}),
            &["quiet_chat_ms", "handoff.prest"][..],
        ),
        (
            Method::PUT,
            json!({"limits": {"replies_max": 0}, "redrafts_max": 21}),
            &["limits.replies_max", "redrafts_max"],
        ),
        (
            Method::PUT,
            json!({"handoff": {"fallback_user": ai_user}, "synonyms": ambiguous}),
            &["synonyms", "handoff.fallback_user"],
        ),
        (Method::PATCH, json!({"set": {"handoff.fallback_team": team}}), &["handoff.fallback_team"]),
        (Method::PATCH, json!({"set": {"disclosure": 5, "courtesy_replies": true}}), &["disclosure"]),
        (Method::PATCH, json!({"set": {"synonyms": "tea"}}), &["synonyms"]),
        (Method::PUT, json!({"limits": [1, 2]}), &["limits"]),
    ] {
        let refused = call(&app, method, &body).expect_status(422);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let refused = refused.json();
        assert_eq!(refused["code"], "bad_policy");
        let errors = refused["errors"].as_array().unwrap();
        assert_eq!(errors.len(), places.len(), "{refused:#}");
        for place in places {
            let error = errors.iter().find(|error| error["at"] == *place);
            let problem =
                error.unwrap_or_else(|| panic!("nothing at {place}: {refused:#}"))["problem"].clone();
            assert!(refused["detail"].as_str().unwrap().contains(problem.as_str().unwrap()), "{refused:#}");
        }
    }
    for (method, body, words) in [
        (Method::PATCH, json!([]), "invalid length"),
        (Method::PATCH, json!({"sett": {}}), "unknown field `sett`"),
        (Method::PATCH, json!({"set": {"quiet.chat": null}}), "each value of `set` is a text"),
        (Method::PUT, json!([]), "expected a map"),
    ] {
        let refused = call(&app, method, &body).expect_status(400).json();
        assert!(refused["detail"].as_str().unwrap().contains(words), "{refused}");
    }
    assert_eq!(shown(&app), before);
}

/// A version is recorded for a difference alone, stays over a restart, and protects from changes made on an older one.
#[test]
fn each_difference_is_a_version_and_an_old_one_is_refused() {
    let mut app = TestApp::connected();
    assert!(app.good(&["policy", "show", CONNECTION]).contains("every setting has its default"));
    let first = shown(&app);
    assert_eq!(first["version"], 1);
    let same = call(&app, Method::PUT, &first["policy"]).expect_status(200).json();
    assert_eq!((&same["version"], &same["changed"]), (&json!(1), &json!([])), "{same}");

    let wish = json!({"version": 1, "set": {"confidence": 700, "handoff.tags+": "vip", "shop": "Acme"}});
    let changed = call(&app, Method::PATCH, &wish).expect_status(200).json();
    assert_eq!(
        (&changed["version"], &changed["changed"]),
        (
            &json!(2),
            &json!([
                {"key": "confidence", "from": "600", "to": "700"},
                {"key": "handoff.tags", "from": "polus-handed-off", "to": "polus-handed-off, vip"},
                {"key": "shop", "from": "", "to": "Acme"},
            ])
        )
    );
    let told = app.good(&["policy", "set", CONNECTION, "confidence=700"]);
    assert!(told.contains("policy version 2 stays"), "{told}");
    for (method, body) in [
        (Method::PATCH, json!({"version": 1, "set": {"confidence": 500}})),
        (Method::PUT, first["policy"].clone()),
    ] {
        let refused = call(&app, method, &body).expect_status(409).json();
        assert_eq!(refused["code"], "other_version");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("version 2") && detail.contains("read it again"), "{detail}");
    }
    app.restart();
    let now = shown(&app);
    assert_eq!((&now["version"], &now["policy"]), (&json!(2), &changed["policy"]));
    let told = app.good(&["policy", "show", CONNECTION]);
    assert!(told.contains("3 settings differ") && told.contains("confidence    700"), "{told}");
    let told = app.good(&["policy", "show", CONNECTION, "--all"]);
    for words in ["ALLOWED", "MEANING", "quiet.chat", "0s to 5m", "texts.ja.closing"] {
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
    // Without a version it holds whatever was there; what is left out has its default.
    let reset = call(&app, Method::PUT, &json!({"shop": "Acme"})).expect_status(200).json();
    assert_eq!((&reset["version"], reset["changed"].as_array().unwrap().len()), (&json!(3), 2), "{reset}");
    assert_eq!(app.api().get(&format!("/connections/{CONNECTION}"))["policy_version"], 3);
    call(&app, Method::DELETE, &Value::Null).expect_status(404);
}

/// A fallback must be somebody whom the account has, and stays somebody else when the connection is saved anew.
#[test]
fn a_fallback_is_looked_up_and_checked_again() {
    let app = TestApp::connected();
    let cast = &app.shop.cast;
    let before = shown(&app);
    let asks_for = format!("GET /api/users/{}", cast.agents[0]);
    let gets = || app.shop.calls().iter().filter(|call| call.starts_with(&asks_for)).count();
    let unknown = json!({"set": {"handoff.fallback_team": 999_999, "handoff.fallback_user": 888_888}});
    let refused = call(&app, Method::PATCH, &unknown).expect_status(422).json();
    let detail = refused["detail"].as_str().unwrap();
    for words in
        ["handoff.fallback_team: there is no team 999999", "handoff.fallback_user: there is no user 888888"]
    {
        assert!(detail.contains(words), "{detail}");
    }
    assert_eq!(shown(&app), before);

    set(&app, &[&format!("handoff.fallback_user={}", cast.agents[0])]);
    let looked_up = gets();
    assert_eq!(looked_up, 1);
    set(&app, &["confidence=650"]);
    assert_eq!(gets(), looked_up, "what stays as it was is not looked up again");
    let mut body = app.connect_body();
    body["install_webhook"] = json!(false);
    body["handoff_user_id"] = json!(cast.agents[0]);
    body["handoff_team_id"] = Value::Null;
    let path = format!("/connections/{CONNECTION}");
    let refused = app.api().call(Method::PUT, &path, Some(&body)).expect_status(422).json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("handoff.fallback_user: is where tickets go anyway"), "{detail}");
    body["handoff_user_id"] = Value::Null;
    app.api().call(Method::PUT, &path, Some(&body)).expect_status(200);
}

/// The policy that is in force when a message is judged decides, and its receipt says which that was.
#[test]
fn the_next_message_is_judged_by_the_new_policy() {
    let app = TestApp::connected();
    let first = app.shop.customer_asks(ANSWERABLE);
    assert!(app.wait_for_reply(first.ticket_id).contains(ANSWERABLE_WORDS));
    set(&app, &["confidence=1000"]);
    let second = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_handoff(second.ticket_id);
    for (written, version) in [(first, 1), (second, 2)] {
        let told = app.good(&["explain", &format!("{CONNECTION}/{}", written.ticket_id)]);
        assert!(told.contains(&format!("policy version {version}")), "{told}");
        assert!(!told.contains(&format!("policy version {}", 3 - version)), "{told}");
    }
    let told = app.good(&["explain", &format!("{CONNECTION}/{}", second.ticket_id)]);
    assert!(told.contains("the line is 1000"), "{told}");
}

/// A channel that is stricter than its connection, and one that cannot be more lenient.
#[test]
fn a_channels_mode_is_told_and_the_stricter_one_holds() {
    let app = TestApp::connected();
    set(&app, &["channels.chat=live", "channels.email=shadow"]);
    let listed = app.good(&["connections"]);
    assert!(listed.contains("live, email shadow"), "{listed}");
    assert_eq!(app.api().get(&format!("/connections/{CONNECTION}"))["channels"], json!({"email": "shadow"}));
    let doctor = app.run(&["doctor"]).out();
    assert!(doctor.contains("by channel: email shadow"), "{doctor}");
    app.good(&["mode", CONNECTION, "shadow"]);
    let chat = app.shop.customer_chats(ANSWERABLE).ticket_id;
    app.wait_for_event(chat, "reply_posted");
    assert!(app.shop.replies(chat).is_empty(), "{}", app.story(chat));
    assert_eq!(app.shop.notes(chat).len(), 1, "{}", app.story(chat));
}

/// A German customer reads the text as the shop has edited it, an English one does not.
#[test]
fn an_edited_german_text_is_in_the_reply_to_a_german_customer() {
    let app = TestApp::connected();
    import(&app, "ruecksendung", RETURNS_IN_GERMAN);
    set(&app, &["texts.de.greeting=Moin {name}!", "shop=Teehaus", "texts.de.closing=Bis bald\\nIhr {shop}"]);
    let german = app.shop.customer_asks("Was kostet die Rücksendung aus Deutschland?").ticket_id;
    let english = app.shop.customer_asks(ANSWERABLE).ticket_id;
    let text = app.wait_for_reply(german);
    assert!(text.starts_with("Moin Jo"), "{text}");
    assert!(text.contains("kostenlos") && text.contains("Bis bald\nIhr Teehaus"), "{text}");
    let text = app.wait_for_reply(english);
    assert!(text.starts_with("Hi Jo") && text.contains("Kind regards,\nTeehaus"), "{text}");
}

/// Words that mean the same in this shop find the answer, in the next draft and for `polus ask`.
#[test]
fn a_synonym_finds_the_answer() {
    const QUESTION: &str = "Within how many weeks is a cracked brewpot repaired?";
    let app = TestApp::connected();
    import(&app, "repairs", REPAIRS);
    set(&app, &["confidence=800"]);
    let before = asked(&app, QUESTION);
    assert_eq!(before["decision"], "hand_off", "{before:#}");
    let ticket = app.shop.customer_asks(QUESTION).ticket_id;
    app.wait_for_handoff(ticket);
    set(&app, &["synonyms+=teapot, brewpot"]);
    let after = asked(&app, QUESTION);
    assert_eq!(after["decision"], "answer", "{after:#}");
    let ticket = app.shop.customer_asks(QUESTION).ticket_id;
    let text = app.wait_for_reply(ticket);
    assert!(text.contains("within six weeks"), "{text}");
}

/// An article in another language answers only where the shop allows it.
#[test]
fn an_article_in_another_language_answers_where_that_is_set() {
    const QUESTION: &str = "Was kostet die Rücksendung von Tee?";
    let app = TestApp::connected();
    let before = asked(&app, QUESTION);
    assert!(before["answerer"].as_str().unwrap().contains("no help article is"), "{before:#}");
    set(&app, &["answer_in_article_language=true"]);
    let after = asked(&app, QUESTION);
    assert!(
        after["answerer"].as_str().unwrap().contains("asked in German, answered in English"),
        "{after:#}"
    );
}

/// While nobody is there, the last reply says when somebody will be.
#[test]
fn outside_office_hours_the_last_reply_promises_the_opening() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let app = TestApp::connected();
    let days = [-1, 0, 1, 2].map(|days| day(app.shop.pace.now_ms() + days * DAY_MS)).join("; ");
    set(&app, &[&format!("hours.holidays={days}")]);
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    let text = app.wait_for_reply(ticket);
    assert!(text.contains("Our team is back on ") && text.contains("day at 00:00 and will"), "{text}");
    app.wait_for_handoff(ticket);
    let waiting = app.api().get(&format!("/connections/{CONNECTION}/waiting"));
    let row = &waiting["tickets"][0];
    assert_eq!((&row["ticket"], &row["waits_in_office_time_ms"]), (&json!(ticket), &json!(0)), "{waiting}");
    assert!(row["waits_ms"].as_u64().unwrap() > 0 && row["overdue"] == false, "{waiting}");
}

fn day(at_ms: i64) -> String {
    Time(at_ms).to_string()[..10].to_owned()
}

fn path() -> String {
    format!("/connections/{CONNECTION}/policy")
}

#[track_caller]
fn shown(app: &TestApp) -> Value {
    app.api().get(&path())
}

fn call(app: &TestApp, method: Method, body: &Value) -> Answer {
    app.api().call(method, &path(), Some(body))
}

#[track_caller]
fn set(app: &TestApp, settings: &[&str]) {
    app.good(&[&["policy", "set", CONNECTION][..], settings].concat());
}

#[track_caller]
fn import(app: &TestApp, id: &str, text: &str) {
    let body = json!({"articles": [{"id": id, "text": text}]});
    app.api()
        .call(Method::POST, &format!("/connections/{CONNECTION}/knowledge"), Some(&body))
        .expect_status(200);
}

#[track_caller]
fn asked(app: &TestApp, question: &str) -> Value {
    serde_json::from_str(&app.good(&["ask", question, "--connection", CONNECTION, "--json"])).unwrap()
}
