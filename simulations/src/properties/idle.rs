//! A program with nothing to do does nothing: in the last stretch of a run only the sweep wrote, and only sweeps and
//! probes called.

use std::collections::BTreeMap;

use polus_core::id::Stream;

use super::Findings;
use crate::history::{AccountHistory, History};

pub const NAME: &str = "idle";

/// How long the last stretch is, milliseconds: shorter than the quiet that ends a run.
const STRETCH_MS: i64 = 20 * 60 * 1_000;

/// A run that never became quiet says so itself, and here what kept it busy.
pub fn check(history: &History, findings: &mut Findings) {
    // A scene ends as soon as its story is told, without that quiet.
    if history.ends.is_empty() {
        return;
    }
    let from_ms = history.end_ms - STRETCH_MS;
    for record in history.records.iter().filter(|record| history.written_ms(record.position) > from_ms) {
        if !matches!(record.stream.as_str().parse(), Ok(Stream::Sync(_))) {
            let how = format!("record #{} was written in the last {STRETCH_MS} ms", record.sequence);
            findings.broken(&record.stream, how);
        }
    }
    for (name, account) in &history.accounts {
        for (call, count) in idle_calls(account, from_ms) {
            let most = calls_max(history, account, &call);
            if count > most {
                let how =
                    format!("{call} was called {count} times in the last {STRETCH_MS} ms; {most} are idle");
                findings.broken(name, how);
            }
        }
    }
}

/// Calls of the last stretch by method and path, without numbers.
fn idle_calls(account: &AccountHistory, from_ms: i64) -> BTreeMap<String, u64> {
    let mut calls = BTreeMap::new();
    for request in account.requests.iter().filter(|request| request.at_ms > from_ms) {
        let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
        let parts: Vec<&str> =
            parts.iter().map(|part| if part.parse::<i64>().is_ok() { "*" } else { *part }).collect();
        *calls.entry(format!("{} /{}", request.method, parts.join("/"))).or_default() += 1;
    }
    calls
}

/// A sweep at its pace, and one more for a start; a look at each of both webhooks at its pace; a probe a minute.
fn calls_max(history: &History, account: &AccountHistory, call: &str) -> u64 {
    let stretch_s = u64::try_from(STRETCH_MS / 1_000).unwrap_or_default();
    let pages = 1 + (account.tickets.len() / history.options.rows_a_page_max.max(1)) as u64;
    match call {
        "GET /api/tickets" => (stretch_s / history.options.sweep_every_s.max(1) + 2) * pages,
        // Where the history is kept, each sweep asks what left.
        "GET /api/events" if account.sync.keeps_mirror() => {
            (stretch_s / history.options.sweep_every_s.max(1) + 2) * pages
        }
        "GET /api/integrations/*" => {
            2 * (stretch_s / history.options.limits().webhook_every.as_secs().max(1) + 1)
        }
        "GET /api/users/*" => stretch_s / 60 + 1,
        _ => 0,
    }
}
