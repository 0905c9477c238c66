//! Help articles after connecting: imported, changed, removed, in versions, and used by the next answer.

use std::fs;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp};

const REPAIRS: &str = "# Repairing teapots\n\n## How long a repair takes\n\nA cracked teapot is repaired in our workshop within six weeks.\n";

const QUESTION: &str = "How long does it take to repair a cracked teapot?";

/// The next draft uses what was imported last, whether it was added or changed.
#[test]
fn the_next_answer_uses_what_was_imported() {
    let app = TestApp::connected();
    let before = listed(&app);
    let folder = folder(&app, &[("repairs.md", REPAIRS.as_bytes())]);
    let added = import(&app, &folder, &[]);
    assert_eq!((&added["added"], &added["changed"]), (&json!(["repairs"]), &json!([])), "{added}");
    assert_eq!(added["version"].as_u64().unwrap(), before["version"].as_u64().unwrap() + 1);
    assert_eq!(added["articles"].as_u64().unwrap(), articles(&before).len() as u64 + 1);
    let ticket = app.shop.customer_asks(QUESTION).ticket_id;
    let text = app.wait_for_reply(ticket);
    assert!(text.contains("within six weeks"), "{text}");

    fs::write(folder.join("repairs.md"), REPAIRS.replace("six", "nine")).unwrap();
    let changed = import(&app, &folder, &[]);
    assert_eq!((&changed["added"], &changed["changed"]), (&json!([]), &json!(["repairs"])), "{changed}");
    let ticket = app.shop.customer_asks(QUESTION).ticket_id;
    let text = app.wait_for_reply(ticket);
    assert!(text.contains("within nine weeks"), "{text}");
}

/// Only a difference is a version, and a version outlives the process.
#[test]
fn each_difference_is_a_version_that_stays() {
    let mut app = TestApp::connected();
    let before = listed(&app);
    // The very articles that the account was connected with.
    let own = app.folder.path().join("articles");
    let same = import(&app, &own, &[]);
    assert_eq!((&same["version"], &same["added"]), (&before["version"], &json!([])), "{same}");
    assert_eq!(same["unchanged"].as_array().unwrap().len(), articles(&before).len());

    let folder = folder(&app, &[("R\u{fc}ck gabe 100%.md", REPAIRS.as_bytes())]);
    let told = app.good(&["knowledge", "import", CONNECTION, folder.to_str().unwrap()]);
    assert!(told.contains("1 added, 0 changed, 0 unchanged, 0 removed"), "{told}");
    assert!(told.contains("added    R\u{fc}ck gabe 100%"), "{told}");
    let told = app.good(&["knowledge", "list", CONNECTION]);
    assert!(told.contains("R\u{fc}ck gabe 100%") && told.contains("Repairing teapots"), "{told}");
    let told = app.good(&["knowledge", "remove", CONNECTION, "R\u{fc}ck gabe 100%"]);
    assert!(told.contains("1 removed"), "{told}");
    let after = listed(&app);
    assert_eq!(articles(&after), articles(&before));
    assert_eq!(after["version"].as_u64().unwrap(), before["version"].as_u64().unwrap() + 2);

    let replaced = import(&app, &folder, &["--replace"]);
    assert_eq!(replaced["removed"].as_array().unwrap().len(), articles(&before).len(), "{replaced}");
    let alone = listed(&app);
    assert_eq!(articles(&alone), ["R\u{fc}ck gabe 100%"]);
    app.restart();
    assert_eq!(listed(&app), alone);
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
}

/// One bad file refuses all, by its name, and nothing is stored.
#[test]
fn a_folder_with_a_mistake_is_refused_whole() {
    let app = TestApp::connected();
    let before = listed(&app);
    let good = ("good.md", REPAIRS.as_bytes());
    let large = format!("# Large\n\n{}", "x".repeat(1024 * 1024));
    for (files, words) in [
        (&[good, ("bare.md", b"no heading")][..], &["bare.md", "no heading found"][..]),
        (&[good, ("empty.md", b"# Only a title\n")], &["empty.md", "no text below the title"]),
        (&[good, ("large.md", large.as_bytes())], &["large.md", "at most 1048576 are allowed"]),
        (&[good, ("latin.md", b"# T\n\nR\xfcckgabe")], &["latin.md", "not UTF-8", "save the file as UTF-8"]),
        (&[good, ("twin.md", b"# repairing  Teapots\n\nx")], &["good.md", "twin.md", "same title"]),
        (&[("letter.txt", b"# T\n\nx")], &["no help article", ".md"]),
    ] {
        let folder = folder(&app, files);
        let refused = app.run(&["knowledge", "import", CONNECTION, folder.to_str().unwrap()]);
        assert_eq!((refused.code(), refused.out().as_str()), (1, ""), "{words:?}");
        for word in words {
            assert!(refused.complaint().contains(word), "{word:?} is not in {}", refused.complaint());
        }
        assert_eq!(listed(&app), before);
        fs::remove_dir_all(&folder).unwrap();
    }
    let missing = app.run(&["knowledge", "import", CONNECTION, "nowhere"]);
    assert_eq!(missing.code(), 1);
    assert!(missing.complaint().contains("nowhere cannot be read"), "{}", missing.complaint());
}

/// The same over the API, where a body may hold what a folder cannot.
#[test]
fn a_body_with_a_mistake_is_refused_whole() {
    let app = TestApp::connected();
    let before = listed(&app);
    let known = articles(&before)[0].clone();
    let title = before["articles"][0]["title"].as_str().unwrap().to_owned();
    let good = json!({"id": "good", "text": REPAIRS});
    for (body, status, words) in [
        (json!({"articles": []}), 422, "no article is given"),
        (json!({"articles": [], "replace": true}), 422, "no article is given"),
        (json!({"articles": [good, {"id": "bare", "text": "x"}]}), 422, "article bare: no heading"),
        (json!({"articles": [good, good]}), 422, "\"good\" is given twice"),
        (json!({"articles": [good, {"id": "a/b", "text": REPAIRS}]}), 422, "\"a/b\" cannot be"),
        (json!({"articles": [{"id": "new", "title": title, "text": "x"}]}), 422, &known),
        (json!({"articles": [good], "dry": true}), 400, "dry"),
        (json!({"article": good}), 400, "article"),
    ] {
        let refused = app.api().call(Method::POST, &path(), Some(&body));
        assert_eq!(refused.status, status, "{}", refused.text);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        assert!(refused.json()["detail"].as_str().unwrap().contains(words), "{words:?}: {}", refused.text);
        assert_eq!(listed(&app), before);
    }
    let unknown = app.api().call(Method::DELETE, &format!("{}/none", path()), None).expect_status(404).json();
    assert_eq!(unknown["code"], "unknown_article");
    assert!(unknown["detail"].as_str().unwrap().contains("polus knowledge list acme"), "{unknown}");
    let nobody =
        app.api().call(Method::POST, "/connections/nobody/knowledge", Some(&json!({"articles": [good]})));
    assert_eq!(nobody.expect_status(404).json()["code"], "unknown_connection");
}

/// An import may be larger than other bodies, and a title may be given apart from the text.
#[test]
fn a_large_article_and_a_title_of_its_own_are_taken() {
    let app = TestApp::connected();
    let large = format!("# Glossary\n\n{}", "Tea is a drink. ".repeat(40_000));
    let body = json!({"articles": [
        {"id": "glossary", "text": large},
        {"id": "repairs", "title": "Mending", "text": "A cracked teapot is mended within six weeks."},
    ]});
    let changed = app.api().call(Method::POST, &path(), Some(&body)).expect_status(200).json();
    assert_eq!(changed["added"], json!(["glossary", "repairs"]));
    let shown = listed(&app);
    let titles: Vec<&Value> = shown["articles"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert!(titles.contains(&&json!("Mending")) && titles.contains(&&json!("Glossary")), "{titles:?}");
    let asked = json!({"question": "How long until a cracked teapot is mended?"});
    let told = app.api().call(Method::POST, "/ask", Some(&asked)).expect_status(200).json();
    assert_eq!(told["knowledge_version"], changed["version"], "{told}");
    assert_eq!(told["passages"][0]["article"], "repairs", "{told}");
}

fn path() -> String {
    format!("/connections/{CONNECTION}/knowledge")
}

fn listed(app: &TestApp) -> Value {
    app.api().get(&path())
}

fn articles(listed: &Value) -> Vec<String> {
    let articles = listed["articles"].as_array().unwrap().iter();
    articles.map(|article| article["id"].as_str().unwrap().to_owned()).collect()
}

fn folder(app: &TestApp, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = app.folder.path().join("import");
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

#[track_caller]
fn import(app: &TestApp, folder: &std::path::Path, more: &[&str]) -> Value {
    let arguments = [&["knowledge", "import", CONNECTION, folder.to_str().unwrap(), "--json"], more].concat();
    serde_json::from_str(&app.good(&arguments)).unwrap()
}
