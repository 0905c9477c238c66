//! The program at work for a shop, in one of its two forms, and the verbs of an operator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU16, Ordering};

use polus::config::{Config, Key, Sources};
use polus_actors::World;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::here::Here;
use super::{Answer, Api, Gave, Pace, Program, Shop, ended, polus, until};

/// The connection that the shop's account becomes.
pub const CONNECTION: &str = "acme";

/// Ports below those that the system hands out, so that a server finds its own again after a restart.
const PORTS: std::ops::Range<u16> = 18_000..28_000;

static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// The program and its shop.
pub struct TestApp {
    // The first field ends first: the program before the folder it writes to.
    running: Running,
    /// The shop.
    pub shop: Shop,
    /// A folder of the test's own; the data folder is in it.
    pub folder: TempDir,
    port: u16,
    form: Form,
    /// The public address it is told; its own where it is told none.
    pub public_url: Option<String>,
    /// Filter of the child's log lines; the usual one when none is given.
    log_filter: Option<&'static str>,
}

#[derive(Clone, Copy)]
enum Form {
    Here,
    Program,
}

enum Running {
    Nothing,
    Here(Here),
    Program(Program),
}

impl TestApp {
    /// In this process, time ten times as fast, started and not connected.
    pub fn here() -> Self {
        Self::started(Form::Here, Shop::open(Pace::fast(), 0))
    }

    /// The same with old tickets at the shop.
    pub fn here_with_tickets(n_tickets: usize) -> Self {
        Self::started(Form::Here, Shop::open(Pace::fast(), n_tickets))
    }

    /// The real binary in a child process, time as on the wall, started and not connected.
    pub fn program() -> Self {
        Self::started(Form::Program, Shop::open(Pace::real(), 0))
    }

    /// The same with old tickets at the shop.
    pub fn program_with_tickets(n_tickets: usize) -> Self {
        Self::started(Form::Program, Shop::open(Pace::real(), n_tickets))
    }

    /// The same with another filter for its log lines.
    pub fn program_logging(log_filter: &'static str) -> Self {
        let mut app = Self::program();
        app.stop();
        app.log_filter = Some(log_filter);
        app.start();
        app
    }

    /// In this process, connected, its webhooks installed.
    pub fn connected() -> Self {
        let app = Self::here();
        app.connect();
        app
    }

    /// The real binary, connected, its webhooks installed.
    pub fn connected_program() -> Self {
        let app = Self::program();
        app.connect();
        app
    }

    fn started(form: Form, shop: Shop) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let articles = folder.path().join("articles");
        fs::create_dir(&articles).expect("a folder");
        for (name, text) in polus_simulations::shop::articles() {
            fs::write(articles.join(format!("{name}.md")), text).expect("an article");
        }
        let mut app = Self {
            shop,
            folder,
            running: Running::Nothing,
            port: free_port(),
            form,
            public_url: None,
            log_filter: None,
        };
        app.start();
        app
    }

    /// Starts the program, which must not run.
    pub fn start(&mut self) {
        self.start_in(|_| {});
    }

    /// Starts the program in this process with parts of its world exchanged.
    pub fn start_in(&mut self, change: impl FnOnce(&mut World) + Send + 'static) {
        assert!(matches!(self.running, Running::Nothing), "it runs already");
        self.running = match self.form {
            Form::Here => Running::Here(Here::start(self.config(), self.shop.pace, change)),
            Form::Program => Running::Program(Program::serve(
                self.folder.path(),
                self.port,
                &self.arguments(),
                self.log_filter,
            )),
        };
    }

    /// Stops it as a person would, and waits for its end.
    pub fn stop(&mut self) {
        match std::mem::replace(&mut self.running, Running::Nothing) {
            Running::Nothing => panic!("it does not run"),
            Running::Here(here) => drop(here),
            Running::Program(mut program) => {
                program.signal(libc::SIGTERM);
                let status = program.wait(std::time::Duration::from_secs(20));
                assert!(status.success(), "it ended with {status}");
            }
        }
    }

    /// Stops and starts it.
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// kill -9.
    pub fn kill(&mut self) {
        match std::mem::replace(&mut self.running, Running::Nothing) {
            Running::Program(mut program) => program.kill(),
            Running::Nothing | Running::Here(_) => panic!("only a process of its own can be killed"),
        }
    }

    /// Takes note that the child process has ended.
    pub fn forget(&mut self) {
        assert!(self.process().ended().is_some(), "it still runs");
        self.running = Running::Nothing;
    }

    /// The child process.
    pub fn process(&mut self) -> &mut Program {
        match &mut self.running {
            Running::Program(program) => program,
            Running::Nothing | Running::Here(_) => panic!("it is no process of its own"),
        }
    }

    /// A client that bears the admin token.
    pub fn api(&self) -> Api {
        Api::new(&self.base(), &self.token())
    }

    /// Where the program listens.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command of the program on this data folder; one that needs a server finds this one.
    pub fn run(&self, arguments: &[&str]) -> Output {
        ended(&mut self.command(arguments))
    }

    /// The same for one that must work; gives its output.
    #[track_caller]
    pub fn good(&self, arguments: &[&str]) -> String {
        let given = self.run(arguments);
        assert_eq!(given.code(), 0, "{arguments:?}: {}{}", given.out(), given.complaint());
        given.out()
    }

    /// Such a command, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = polus(self.folder.path());
        command.args(arguments).env("POLUS_DATA", self.data());
        command.env("POLUS_LISTEN", format!("127.0.0.1:{}", self.port));
        command
    }

    /// The body of a connect that works.
    pub fn connect_body(&self) -> Value {
        json!({
            "domain": CONNECTION,
            "email": self.shop.cast.ai_email,
            "api_key": self.shop.cast.ai_key,
            "ai_user_id": self.shop.cast.ai_user,
            "handoff_team_id": self.shop.cast.team,
            "install_webhook": true,
        })
    }

    /// Connects the shop, with its webhooks.
    #[track_caller]
    pub fn connect(&self) -> Value {
        let shown = self.connect_with(&self.connect_body()).expect_status(201).json();
        assert_eq!(shown["webhook_problem"], Value::Null, "{shown}");
        shown
    }

    /// Connects the shop without its webhooks: only those that a test sends arrive.
    #[track_caller]
    pub fn connect_silently(&self) {
        let mut body = self.connect_body();
        body["install_webhook"] = json!(false);
        self.connect_with(&body).expect_status(201);
    }

    /// Tries to connect with this body.
    pub fn connect_with(&self, body: &Value) -> Answer {
        self.api().call(Method::POST, "/connections", Some(body))
    }

    /// The address for the webhook in Gorgias.
    pub fn webhook_url(&self) -> String {
        let shown = self.api().get(&format!("/connections/{CONNECTION}"));
        shown["webhook_url"].as_str().expect("an address").to_owned()
    }

    /// Tells the program of a ticket or a message as Gorgias would; must be taken.
    #[track_caller]
    pub fn hook(&self, body: impl AsRef<[u8]>) {
        let answer = self.api().hook(&self.webhook_url(), &[], body.as_ref()).expect("an answer");
        assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
    }

    /// Webhook bodies that were kept because they name no ticket.
    pub fn quarantine(&self) -> Vec<Value> {
        let kept = self.api().get(&format!("/connections/{CONNECTION}/quarantine"));
        kept.as_array().expect("a list").clone()
    }

    /// Waits for the first reply on a ticket and gives its text.
    #[track_caller]
    pub fn wait_for_reply(&self, ticket: i64) -> String {
        self.wait_for_replies(ticket, 1).remove(0)
    }

    /// Waits until the customer of a ticket got so many replies, and gives their texts.
    #[track_caller]
    pub fn wait_for_replies(&self, ticket: i64, count: usize) -> Vec<String> {
        let replies = until(("replies", count, ticket), || {
            let replies = self.shop.replies(ticket);
            (replies.len() >= count).then_some(replies)
        });
        assert_eq!(replies.len(), count, "{}", self.story(ticket));
        replies.into_iter().map(|reply| reply.body_text.unwrap_or_default()).collect()
    }

    /// Waits until a message's recorded outcome is silence, for this reason.
    #[track_caller]
    pub fn expect_silence(&self, ticket: i64, message: i64, reason: &str) {
        let ending = self.wait_for_ending(ticket, message);
        assert_eq!(ending, format!("it was met with silence: {reason}"), "{}", self.story(ticket));
    }

    /// Waits until a message has an outcome that is not "to be answered", and gives it in words.
    #[track_caller]
    pub fn wait_for_ending(&self, ticket: i64, message: i64) -> String {
        let api = self.api();
        until(("an outcome", ticket, message), || {
            let path = format!("/connections/{CONNECTION}/tickets/{ticket}/messages/{message}/receipt");
            let answer = api.call(Method::GET, &path, None);
            if answer.status != 200 {
                return None;
            }
            let receipt = answer.json();
            let ended = !receipt["ended_by"].is_null() && receipt["ending"] != "it waits for its answer";
            ended.then(|| receipt["ending"].as_str().expect("words").to_owned())
        })
    }

    /// Waits until a ticket is handed off and nothing of the handoff is open, and gives the folded ticket.
    #[track_caller]
    pub fn wait_for_handoff(&self, ticket: i64) -> Value {
        self.wait_for_state(ticket, |state| {
            state["state"] == "handed off" && state["phase"]["open"].as_array().is_some_and(Vec::is_empty)
        })
    }

    /// Waits until the folded ticket is as wanted, and gives it.
    #[track_caller]
    pub fn wait_for_state(&self, ticket: i64, wanted: impl Fn(&Value) -> bool) -> Value {
        let api = self.api();
        until(("a state of ticket", ticket), || {
            let answer = api.call(Method::GET, &format!("/connections/{CONNECTION}/tickets/{ticket}"), None);
            let state = (answer.status == 200).then(|| answer.json())?;
            wanted(&state).then_some(state)
        })
    }

    /// Waits until a ticket's log holds an event by that name, and gives what it says.
    #[track_caller]
    pub fn wait_for_event(&self, ticket: i64, event: &str) -> String {
        until(("an event", event, ticket), || {
            let steps = self.try_replay(ticket)?;
            let step = steps.iter().find(|step| step["event"] == event)?;
            Some(step["told"].as_str().expect("words").to_owned())
        })
    }

    /// A ticket's log, event by event.
    #[track_caller]
    pub fn replay(&self, ticket: i64) -> Vec<Value> {
        self.try_replay(ticket).expect("a known ticket")
    }

    /// How often an event stands in a ticket's log.
    pub fn count(&self, ticket: i64, event: &str) -> usize {
        self.try_replay(ticket).unwrap_or_default().iter().filter(|step| step["event"] == event).count()
    }

    /// A ticket's log as text, for the messages of assertions.
    pub fn story(&self, ticket: i64) -> String {
        let steps = self.try_replay(ticket).unwrap_or_default();
        let lines = steps.iter().map(|step| {
            format!("{} {} [{}] {}", step["sequence"], step["event"], step["state"], step["told"])
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The receipt of a message.
    pub fn explain(&self, ticket: i64, message: i64) -> Value {
        let path = format!("/connections/{CONNECTION}/tickets/{ticket}/messages/{message}/receipt");
        self.api().get(&path)
    }

    /// The arguments of `polus serve` for this shop.
    pub fn arguments(&self) -> Vec<String> {
        let flag = |name: &str, value: &dyn std::fmt::Display| [format!("--{name}"), value.to_string()];
        [
            flag("data", &self.data().display()),
            flag("listen", &format_args!("127.0.0.1:{}", self.port)),
            flag("gorgias-url", &self.shop.url),
            flag("knowledge", &self.articles().display()),
        ]
        .into_iter()
        .chain(self.public_url.iter().map(|url| flag("public-url", url)))
        .flatten()
        .collect()
    }

    fn articles(&self) -> PathBuf {
        self.folder.path().join("articles")
    }

    fn token(&self) -> String {
        match &self.running {
            Running::Here(here) => here.token.clone(),
            Running::Nothing | Running::Program(_) => {
                fs::read_to_string(self.data().join("admin-token")).expect("a token").trim().to_owned()
            }
        }
    }

    fn config(&self) -> Config {
        let mut sources =
            Sources { default_file: self.folder.path().join("none.toml"), ..Sources::default() };
        sources.flags.extend([
            (Key::Data, text(&self.data())),
            (Key::Listen, format!("127.0.0.1:{}", self.port)),
            (Key::GorgiasUrl, self.shop.url.clone()),
            (Key::Knowledge, text(&self.articles())),
        ]);
        sources.flags.extend(self.public_url.iter().map(|url| (Key::PublicUrl, url.clone())));
        Config::load(&sources).expect("settings")
    }

    fn try_replay(&self, ticket: i64) -> Option<Vec<Value>> {
        let path = format!("/connections/{CONNECTION}/tickets/{ticket}/events");
        let answer = self.api().call(Method::GET, &path, None);
        (answer.status == 200).then(|| answer.json()["steps"].as_array().expect("steps").clone())
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path that is text").to_owned()
}

/// A port nobody listens on now and no other test gets.
fn free_port() -> u16 {
    let begin = u16::try_from(std::process::id() % 5_000).expect("a small number");
    until("a free port", || {
        let offset = begin + NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + offset % (PORTS.end - PORTS.start);
        std::net::TcpListener::bind(("127.0.0.1", port)).is_ok().then_some(port)
    })
}
