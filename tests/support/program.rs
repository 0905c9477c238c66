//! The program as people run it: the real binary in a child process.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use super::{Api, until, until_within};

/// How long a command may take that ends by itself; the longest plays the demonstration's whole story.
const COMMAND_MAY_TAKE: Duration = Duration::from_secs(300);

/// How much of a failed test's log lines is shown.
const SHOWN_LINES: usize = 60;

/// The binary, ready to be given arguments; it knows no settings but those it will be given.
pub fn polus(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polus"));
    command.current_dir(folder).env_remove("RUST_LOG").env("NO_COLOR", "1");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POLUS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end, and kills one that comes to none, such as a server that starts where it must not.
#[track_caller]
pub fn ended(command: &mut Command) -> Output {
    let mut written = [tempfile::tempfile().expect("a file"), tempfile::tempfile().expect("a file")];
    let [stdout, stderr] = written.each_ref().map(|file| file.try_clone().expect("a file"));
    let child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn().expect("the program");
    let status = Held(child).wait(COMMAND_MAY_TAKE, "a command's end");
    let [stdout, stderr] = written.each_mut().map(|file| {
        let mut bytes = Vec::new();
        file.rewind().expect("a file");
        file.read_to_end(&mut bytes).expect("a file");
        bytes
    });
    Output { status, stdout, stderr }
}

/// A child process, which ends with its holder at the latest: a test that fails leaves none behind.
struct Held(Child);

impl Held {
    #[track_caller]
    fn wait(&mut self, deadline: Duration, what: &str) -> ExitStatus {
        until_within(deadline, what, || self.0.try_wait().expect("a child"))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            // A second panic would end all tests.
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }
}

/// A `polus serve` that runs.
pub struct Program {
    child: Held,
    /// Its standard error: its log lines.
    log: PathBuf,
}

impl Program {
    /// Starts `polus serve` with these arguments and waits until it is ready.
    pub fn serve(folder: &Path, port: u16, arguments: &[String], log_filter: Option<&str>) -> Self {
        let mut program = Self::spawn(folder, arguments, log_filter);
        let api = Api::new(&format!("http://127.0.0.1:{port}"), "");
        until("the server to be ready", || {
            if let Some(status) = program.ended() {
                panic!("the server ended with {status}: {}", program.log_lines());
            }
            let answer = api.try_send(reqwest::Method::GET, "/readyz", None).ok()?;
            (answer.status == 200).then_some(())
        });
        program
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Starts `polus serve` and waits for nothing.
    pub fn spawn(folder: &Path, arguments: &[String], log_filter: Option<&str>) -> Self {
        let log = folder.join("stderr.log");
        let lines = File::options().create(true).append(true).open(&log).expect("a file");
        let child = polus(folder)
            .envs(log_filter.map(|filter| ("RUST_LOG", filter)))
            .arg("serve")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(lines.try_clone().expect("a file"))
            .stderr(lines)
            .spawn()
            .expect("the program");
        Self { child: Held(child), log }
    }

    /// All log lines so far, those of former lives first.
    pub fn log_lines(&self) -> String {
        fs::read_to_string(&self.log).expect("log lines")
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.0.kill().expect("a kill");
        self.child.0.wait().expect("an end");
    }

    /// Sends a signal such as `libc::SIGTERM`.
    pub fn signal(&self, signal: i32) {
        let process = self.child.0.id().to_string();
        let status = Command::new("kill").arg(format!("-{signal}")).arg(process).status().expect("kill");
        assert!(status.success());
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.0.try_wait().expect("a child")
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self, deadline: Duration) -> ExitStatus {
        self.child.wait(deadline, "the server's end")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // A second panic would end all tests.
            let lines = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = lines.lines().collect();
            let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
            eprintln!("--- the program's last log lines\n{}\n---", shown.join("\n"));
        }
    }
}

/// What a command gave.
pub trait Gave {
    /// Its exit code, which a signal does not leave.
    fn code(&self) -> i32;
    /// Its standard output.
    fn out(&self) -> String;
    /// Its standard error.
    fn complaint(&self) -> String;
}

impl Gave for Output {
    fn code(&self) -> i32 {
        self.status.code().expect("an exit code")
    }

    fn out(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("text")
    }

    fn complaint(&self) -> String {
        String::from_utf8(self.stderr.clone()).expect("text")
    }
}
