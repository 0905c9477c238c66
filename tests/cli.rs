//! The command line: exit codes, settings and where they come from, and how a server starts and ends.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{ANSWERABLE, CONNECTION, Gave, Program, TestApp, UNANSWERABLE, ended, polus, until};

/// Exit codes: 0 good, 1 failed, 2 wrong use.
#[test]
fn exit_codes_tell_success_failure_and_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, code, words) in [
        (&[][..], 0, "polus connect --help"),
        (&["--help"], 0, "Usage: polus"),
        (&["version"], 0, env!("CARGO_PKG_VERSION")),
        (&["connections", "--server", "http://127.0.0.1:9"], 1, "no server at"),
        (&["replay", "acme/5", "--server", "http://127.0.0.1:9"], 1, "no server at"),
        (&["completions", "bash"], 0, "_polus"),
        (&["completions", "zsh"], 0, "#compdef polus"),
        (&["completions", "fish"], 0, "complete -c polus"),
        (&["completions", "tcsh"], 2, "fish"),
        (&["frobnicate"], 2, "frobnicate"),
        (&["replay"], 2, "required"),
        (&["ask", ""], 2, "empty"),
        (&["ask", "How long?"], 2, "no help articles"),
        (&["connections", "--server", "example"], 2, "--server takes an address"),
        (&["connect", "--domain", "acme", "--email", "a@b.example", "--api-key", "x"], 2, "--api-key"),
        (&["serve", "--listen", "nowhere"], 2, "listen"),
    ] {
        let given = run(folder.path(), arguments);
        let told = given.out() + &given.complaint();
        assert_eq!(given.code(), code, "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    let version: Value = serde_json::from_str(&run(folder.path(), &["version", "--json"]).out()).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "none of these leaves anything");
}

/// `polus … | head`: a reader that has seen enough is no failure, whatever command it is.
#[test]
fn a_closed_output_is_no_failure() {
    let mut app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    let name = format!("{CONNECTION}/{ticket}");
    let unheard = |app: &TestApp, arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = app.command(arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let given = child.wait_with_output().unwrap();
        assert_eq!((given.code(), given.complaint().as_str()), (0, ""), "{arguments:?}");
    };
    for arguments in [
        &[][..],
        &["--help"],
        &["version"],
        &["version", "--json"],
        &["config", "show"],
        &["connections"],
        &["replay", &name],
        &["explain", &name, "--json"],
    ] {
        unheard(&app, arguments);
    }
    app.stop();
    for arguments in [&["log", "export"][..], &["log", "verify"], &["log", "stats", "--json"]] {
        unheard(&app, arguments);
    }
}

/// Nothing listens: the error says what to do.
#[test]
fn without_a_server_the_error_says_what_to_do() {
    let mut app = TestApp::here();
    app.stop();
    let given = app.run(&["connections"]);
    assert_eq!(given.code(), 1);
    assert!(given.complaint().contains("start one with `polus serve`"), "{}", given.complaint());
}

/// An unknown setting is an error with its line and a suggestion; a bad value says what it takes.
#[test]
fn a_mistake_in_the_settings_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("polus.toml");
    fs::write(folder.path().join("token"), "b").unwrap();
    for (text, words) in [
        ("data = \"d\"\nlisen = \"127.0.0.1:1\"\n", &["line 2", "\"lisen\"", "did you mean \"listen\""][..]),
        ("data = \"d\"\n\nlisten = \"x\"\n", &["listen", "line 3", "address and a port"]),
        ("data = \n", &["line 1"]),
        ("admin_token = \"a\"\nadmin_token_file = \"token\"\n", &["twice"]),
        ("log_format = \"loud\"\n", &["text or json"]),
    ] {
        fs::write(&file, text).unwrap();
        let given = run(folder.path(), &["config", "show"]);
        assert_eq!(given.code(), 2, "{text}: {}", given.out());
        for word in words {
            assert!(given.complaint().contains(word), "{word:?} is not in {}", given.complaint());
        }
    }
    let given = run(folder.path(), &["config", "show", "--config", "none.toml"]);
    assert_eq!(given.code(), 2, "a file that is named must be there: {}", given.out());
}

/// Flag before environment before file before default, each shown with where it came from; secrets are masked.
#[test]
fn settings_are_shown_with_their_origin_and_secrets_masked() {
    let folder = tempfile::tempdir().unwrap();
    let text = "listen = \"127.0.0.1:7001\"\npublic_url = \"https://a.example\"\nlog = \"memory:\"\n";
    fs::write(folder.path().join("polus.toml"), text).unwrap();
    fs::write(folder.path().join("token"), "a hushed token").unwrap();
    let show = |json: &[&str]| {
        let mut command = polus(folder.path());
        command.args(["config", "show", "--log", "sled:elsewhere"]).args(json);
        command.env("POLUS_LISTEN", "127.0.0.1:7002").env("POLUS_MASTER_KEY", "a hushed key");
        command.env("POLUS_ADMIN_TOKEN_FILE", folder.path().join("token")).env("POLUS_LISTE", "x");
        ended(&mut command)
    };
    let given = show(&["--json"]);
    assert_eq!(given.code(), 0, "{}", given.complaint());
    let shown: Value = serde_json::from_str(&given.out()).unwrap();
    let row = |name: &str| {
        let rows = shown.as_array().unwrap();
        let row = rows.iter().find(|row| row["setting"] == name).unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(row("log").0, "sled:elsewhere");
    assert!(row("log").1.contains("--log"), "{}", row("log").1);
    assert_eq!(row("listen").0, "127.0.0.1:7002");
    assert!(row("listen").1.contains("POLUS_LISTEN"), "{}", row("listen").1);
    assert_eq!(row("public_url").0, "https://a.example");
    assert!(row("public_url").1.contains("polus.toml"), "{}", row("public_url").1);
    assert_eq!(row("gorgias_url").0, "https://{domain}.gorgias.com");
    assert!(row("gorgias_url").1.contains("default"), "{}", row("gorgias_url").1);
    let text = show(&[]);
    for given in [&given, &text] {
        assert!(!given.out().contains("hushed"), "{}", given.out());
    }
    assert!(text.out().contains("POLUS_LISTE"), "a likely mistake is remarked on: {}", text.out());
}

/// The whole way of an operator on the command line, with and without `--json`.
#[test]
fn an_operator_can_do_everything_from_the_command_line() {
    let app = TestApp::program();
    let key = app.folder.path().join("key");
    fs::write(&key, format!("{}\n", app.shop.cast.ai_key)).unwrap();
    let (ai_user, team) = (app.shop.cast.ai_user.to_string(), app.shop.cast.team.to_string());
    let connect = [
        "connect",
        "--domain",
        CONNECTION,
        "--email",
        &app.shop.cast.ai_email,
        "--api-key-file",
        key.to_str().unwrap(),
        "--ai-user",
        &ai_user,
        "--handoff-team",
        &team,
    ];
    let tested = app.good(&[&connect[..], &["--test"]].concat());
    assert!(tested.contains("nothing was stored"), "{tested}");
    assert_eq!(json(&app, &["connections", "--json"])["connections"], Value::Array(Vec::new()));
    let connected = app.good(&[&connect[..], &["--install-webhook"]].concat());
    assert!(connected.contains("connected: acme") && connected.contains("Robin Assistant"), "{connected}");
    assert!(!connected.contains(&app.shop.cast.ai_key));
    assert!(app.good(&["connections"]).contains("acme"));

    let ticket = app.shop.customer_chats(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    let listed = app.good(&["connections"]);
    assert!(listed.contains(", worked "), "the key is named by its fingerprint: {listed}");
    let name = format!("{CONNECTION}/{ticket}");
    app.good(&["handoff", &name]);
    app.wait_for_handoff(ticket);
    app.good(&["resume", &name]);
    app.wait_for_event(ticket, "resumed");
    for (arguments, field, value) in [
        (&["mode", CONNECTION, "shadow"][..], "mode", Value::from("shadow")),
        (&["mode", CONNECTION, "live"], "mode", Value::from("live")),
        (&["pause", CONNECTION], "paused", Value::from(true)),
        (&["resume", CONNECTION], "paused", Value::from(false)),
        (&["disconnect", CONNECTION], "state", Value::from("disconnected")),
    ] {
        app.good(arguments);
        assert_eq!(json(&app, &["connections", "--json"])["connections"][0][field], value, "{arguments:?}");
    }
    let unknown = app.run(&["pause", "nobody"]);
    assert_eq!(unknown.code(), 1);
    assert!(unknown.complaint().contains("no connection \"nobody\""), "{}", unknown.complaint());
}

/// The key may come from standard input; a wrong one is a failure with Gorgias' reason, and nothing is stored.
#[test]
fn a_key_comes_from_standard_input() {
    let app = TestApp::here();
    let connect = |key: &str| {
        let mut command = polus(app.folder.path());
        let ai_user = app.shop.cast.ai_user.to_string();
        command.args(["connect", "--domain", CONNECTION, "--email", &app.shop.cast.ai_email]);
        command.args(["--api-key-file", "-", "--ai-user", &ai_user, "--json", "--server", &app.base()]);
        command.env("POLUS_DATA", app.data());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let refused = connect("wrong\n");
    assert_eq!(refused.code(), 1);
    assert!(refused.complaint().contains("does not accept this e-mail and key"), "{}", refused.complaint());
    assert_eq!(app.api().get("/connections"), Value::Array(Vec::new()));
    let connected = connect(&format!("{}\n", app.shop.cast.ai_key));
    assert_eq!(connected.code(), 0, "{}", connected.complaint());
    let shown: Value = serde_json::from_str(&connected.out()).unwrap();
    assert_eq!(shown["state"], "active");
}

/// `polus ask` answers from a folder without a server, and says why it would hand off.
#[test]
fn ask_answers_from_a_folder() {
    let app = TestApp::here();
    let articles = app.folder.path().join("articles");
    let ask = |question: &str| {
        let arguments = ["ask", question, "--knowledge", articles.to_str().unwrap()];
        let told = app.good(&arguments);
        (told, json(&app, &[&arguments[..], &["--json"]].concat()))
    };
    let (told, found) = ask(ANSWERABLE);
    assert!(told.starts_with("would answer") && told.contains("30 days"), "{told}");
    assert_eq!(found["decision"], "answer");
    let (told, found) = ask(UNANSWERABLE);
    assert!(told.starts_with("would hand off"), "{told}");
    assert_ne!(found["decision"], "answer");
}

/// A data folder that cannot be made, is somebody else's, or is in use: exit 1 and words.
#[test]
fn a_data_folder_that_cannot_be_used_is_said() {
    let app = TestApp::program();
    let file = app.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let foreign = app.folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter"), "dear").unwrap();
    let data = app.data();
    for (folder, words) in [
        (file.join("data"), "cannot be written"),
        (foreign.clone(), "no data folder of polus"),
        (data, "in use"),
    ] {
        let given = app.run(&["serve", "--data", folder.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
        assert_eq!(given.code(), 1, "{}", folder.display());
        assert!(given.complaint().contains(words), "{words:?} is not in {}", given.complaint());
    }
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1, "a folder of somebody else is left as it was");
}

/// An address that is taken: exit 1, with what to do.
#[test]
fn an_address_in_use_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let given = run(folder.path(), &["serve", "--listen", &address]);
    assert_eq!(given.code(), 1);
    assert!(given.complaint().contains("cannot be listened on"), "{}", given.complaint());
}

/// Secrets that are made at the first start lie in files that only their owner reads, and loud words say so.
#[test]
fn a_first_start_makes_secrets_and_says_where() {
    use std::os::unix::fs::PermissionsExt;
    let mut app = TestApp::program();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&app.data()), 0o700);
    for name in ["admin-token", "master-key"] {
        assert_eq!(mode(&app.data().join(name)), 0o600, "{name}");
        let secret = fs::read_to_string(app.data().join(name)).unwrap();
        assert!(!app.process().log_lines().contains(secret.trim()), "{name} is in a log line");
    }
    let lines = app.process().log_lines();
    assert!(lines.contains("BACK IT UP") && lines.contains("admin-token"), "{lines}");
}

/// SIGTERM and SIGINT end the server in good order within ten seconds, also while work waits.
#[test]
fn a_signal_ends_in_good_order() {
    let mut app = TestApp::connected_program();
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let written = app.shop.customer_chats(ANSWERABLE);
        app.wait_for_event(written.ticket_id, "notified");
        let began = Instant::now();
        app.process().signal(signal);
        let status = app.process().wait(Duration::from_secs(30));
        assert_eq!(status.code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
        app.forget();
        app.start();
        app.wait_for_reply(written.ticket_id);
    }
}

/// What serves requests goes before the office when processors are short: Gorgias switches off webhooks that are answered
/// late.
#[cfg(target_os = "linux")]
#[test]
fn the_office_yields_to_requests() {
    let mut app = TestApp::connected_program();
    let pid = app.process().id();
    let mut seen = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let stat = std::fs::read_to_string(thread.unwrap().path().join("stat")).unwrap();
        let (start, fields) = stat.rsplit_once(") ").unwrap();
        let (number, name) = start.split_once(" (").unwrap();
        // Field 19 of the line, of which three stand before the state.
        let niceness: i64 = fields.split(' ').nth(16).unwrap().parse().unwrap();
        seen.push((name.to_owned(), number == pid.to_string(), niceness));
    }
    assert!(seen.iter().filter(|(name, ..)| name.starts_with("actix-")).count() >= 2, "{seen:?}");
    for (name, is_office, niceness) in &seen {
        let is_server = name.starts_with("actix-");
        assert!(!is_server || *niceness == 0, "{name} has {niceness}");
        assert!(!is_office || *niceness > 0, "{name} has {niceness}");
    }
}

/// A second signal ends at once, with exit code 1.
#[test]
fn a_second_signal_ends_at_once() {
    let mut app = TestApp::program();
    // A request that never ends holds the good order up.
    let mut request = TcpStream::connect(app.base().trim_start_matches("http://")).unwrap();
    request.write_all(b"POST /api/v1/ask HTTP/1.1\r\nHost: polus\r\nContent-Length: 1000\r\n\r\n{").unwrap();
    // Connections are taken in their order: once this one is answered, the other is under way.
    app.api().try_send(reqwest::Method::GET, "/healthz", None).unwrap().expect_status(200);
    app.process().signal(libc::SIGTERM);
    until("the first signal to be heard", || {
        app.process().log_lines().contains("a second signal").then_some(())
    });
    app.process().signal(libc::SIGTERM);
    let status = app.process().wait(Duration::from_secs(2));
    assert_eq!(status.code(), Some(1));
}

/// A server that is told to end while it starts ends.
#[test]
fn a_signal_during_the_start_is_heard() {
    let app = TestApp::program();
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = app.arguments();
    arguments[1] = folder.path().join("data").to_str().unwrap().to_owned();
    arguments[3] = "127.0.0.1:0".to_owned();
    let mut program = Program::spawn(folder.path(), &arguments, None);
    until("a sign of life", || (!program.log_lines().is_empty()).then_some(()));
    program.signal(libc::SIGTERM);
    program.wait(Duration::from_secs(10));
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    ended(polus(folder).args(arguments))
}

#[track_caller]
fn json(app: &TestApp, arguments: &[&str]) -> Value {
    serde_json::from_str(&app.good(arguments)).expect("JSON")
}
