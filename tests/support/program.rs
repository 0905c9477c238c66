//! The program as people run it: the real binary in a child process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use super::{Api, until, until_within};

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

/// A `polus serve` that runs.
pub struct Program {
    child: Child,
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
        Self { child, log }
    }

    /// All log lines so far, those of former lives first.
    pub fn log_lines(&self) -> String {
        fs::read_to_string(&self.log).expect("log lines")
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("a kill");
        self.child.wait().expect("an end");
    }

    /// Sends a signal such as `libc::SIGTERM`.
    pub fn signal(&self, signal: i32) {
        let process = self.child.id().to_string();
        let status = Command::new("kill").arg(format!("-{signal}")).arg(process).status().expect("kill");
        assert!(status.success());
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child")
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self, deadline: Duration) -> ExitStatus {
        until_within(deadline, "the server's end", || self.child.try_wait().expect("a child"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.kill();
        }
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
