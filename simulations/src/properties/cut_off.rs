//! A connection that was cut calls no more: nothing goes to Gorgias with its key until it is made anew, but for the test
//! that comes before that. And a key that Gorgias refuses is tried seldom.

use polus_core::connection::ConnectionEvent;

use super::Findings;
use super::look::is_landing;
use crate::gorgias::wire::RequestRecord;
use crate::history::{AccountHistory, History};

pub const NAME: &str = "no calls once cut";

/// What was under way when the connection was cut reaches the desk by then, milliseconds.
const UNDER_WAY_MS: i64 = 1_000;

/// A test of a key begins with a look at the account, and is over by then, milliseconds.
const TEST_MS: i64 = 120_000;

/// A refused key is probed once a minute; what was under way when it came to be refused, and whoever tries to connect with
/// it, is refused as well.
const REFUSED_AN_HOUR_MAX: usize = 120;

const HOUR_MS: i64 = 3_600_000;

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account) in &history.accounts {
        for (from_ms, to_ms) in cuts(history, account) {
            let within = from_ms + UNDER_WAY_MS..to_ms;
            let called = account.requests.iter().filter(|request| within.contains(&request.at_ms));
            for request in called.filter(|request| !is_landing(request) && !is_of_a_test(account, request)) {
                let RequestRecord { at_ms, method, path, .. } = request;
                findings.broken(name, format!("{method} {path} at {at_ms}, and it was cut at {from_ms}"));
            }
        }
        if let Some((at_ms, count)) =
            refused_in_an_hour(account).filter(|(_, count)| *count > REFUSED_AN_HOUR_MAX)
        {
            findings.broken(name, format!("{count} calls were refused in the hour before {at_ms}"));
        }
    }
}

/// From when to when the connection was cut, milliseconds since 1970.
fn cuts(history: &History, account: &AccountHistory) -> Vec<(i64, i64)> {
    let mut cuts: Vec<(i64, i64)> = Vec::new();
    let mut cut_ms = None;
    for (recorded, position) in account.connection.iter().zip(&account.connection_positions) {
        match &recorded.event {
            ConnectionEvent::Disconnected { .. } => cut_ms = Some(history.written_ms(*position)),
            ConnectionEvent::Connected(_) | ConnectionEvent::Saved(_) => {
                cuts.extend(cut_ms.take().map(|from_ms| (from_ms, history.written_ms(*position))));
            }
            _ => {}
        }
    }
    cuts.extend(cut_ms.map(|from_ms| (from_ms, history.end_ms)));
    cuts
}

/// Whether somebody who tests a key made this call.
fn is_of_a_test(account: &AccountHistory, request: &RequestRecord) -> bool {
    let begins = |other: &&RequestRecord| other.path.trim_end_matches('/') == "/api/account";
    request.method == "GET"
        && account
            .requests
            .iter()
            .filter(begins)
            .any(|test| (test.at_ms..=test.at_ms + TEST_MS).contains(&request.at_ms))
}

/// The most calls of an hour that were refused for their key, and when the last of them was; milliseconds since 1970.
fn refused_in_an_hour(account: &AccountHistory) -> Option<(i64, usize)> {
    let refused: Vec<i64> = account
        .requests
        .iter()
        .filter(|request| request.status == 401)
        .map(|request| request.at_ms)
        .collect();
    let counted = refused.iter().enumerate().map(|(last, at_ms)| {
        let first = refused.partition_point(|earlier_ms| *earlier_ms <= at_ms - HOUR_MS);
        (*at_ms, last + 1 - first)
    });
    counted.max_by_key(|(_, count)| *count)
}
