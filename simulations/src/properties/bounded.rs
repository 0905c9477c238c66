//! What the program holds and asks for stays bounded: it makes no call that Gorgias has to refuse as one too many, the
//! open-work list names only tickets that exist, and once all is quiet no ticket is resident.

use std::collections::{BTreeMap, BTreeSet};

use polus_core::id::ConnectionId;

use super::Findings;
use super::look::is_landing;
use crate::gorgias::wire::RequestRecord;
use crate::history::{History, LifeEnd};

pub const NAME: &str = "bounded";

/// Calls that Gorgias takes at once, and those that it takes more in a second, in thousandths.
const AT_ONCE_MILLI: i64 = 40_000;
const A_SECOND_MILLI: i64 = 2_000;

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account) in &history.accounts {
        if let Some((first_ms, count)) = refused(&account.requests) {
            let how = format!("{count} calls were one too many, the first at {first_ms}");
            findings.broken(name, how);
        }
    }
    for end in &history.ends {
        only_what_exists(history, end, findings);
    }
    resident(history, findings);
    for (name, count) in history.beside.residents.iter().filter(|(_, count)| **count > 0) {
        findings.broken(name, format!("{count} of its tickets are in memory still, when all is quiet"));
    }
}

/// When the first call did not fit into the bucket, and how many did not, by an account of our own: of the desk's 429s
/// some were asked for as a fault. Mailboxes cannot be seen from outside; a call is what each of their messages leads to.
fn refused(requests: &[RequestRecord]) -> Option<(i64, usize)> {
    let mut buckets: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut refused = Vec::new();
    // A late effect is no call of its own.
    for request in requests.iter().filter(|request| !is_landing(request)) {
        let (level, at_ms) = buckets.entry(request.key.as_str()).or_default();
        let leaked = (request.at_ms - *at_ms).max(0).saturating_mul(A_SECOND_MILLI / 1_000);
        *level = level.saturating_sub(leaked).max(0);
        *at_ms = request.at_ms;
        if *level + 1_000 <= AT_ONCE_MILLI {
            *level += 1_000;
        } else {
            refused.push(request.at_ms);
        }
    }
    Some((*refused.first()?, refused.len()))
}

fn only_what_exists(history: &History, end: &LifeEnd, findings: &mut Findings) {
    let until = history.records.iter().take_while(|record| record.position <= end.head);
    let streams: BTreeSet<&str> = until.map(|record| record.stream.as_str()).collect();
    for entry in end.open_work.iter().filter(|entry| !streams.contains(entry.stream.as_str())) {
        findings.broken(&entry.stream, format!("the list at {} names what the log lacks", end.at_ms));
    }
}

/// An idle ticket leaves memory and then the list. After the long quiet at the end nothing is left on it; a stream that
/// was put aside stays, since nobody can say what it owes.
fn resident(history: &History, findings: &mut Findings) {
    let quiet_ends = 1 + usize::from(history.forgotten.is_some());
    let put_aside: BTreeSet<String> = history
        .tickets()
        .filter(|(account, _, ticket)| {
            ticket.folded.is_err() || history.flipped_of(account, ticket.id).is_some()
        })
        .map(|(account, _, ticket): (&ConnectionId, _, _)| format!("{account}/ticket/{}", ticket.id))
        .collect();
    for end in history.ends.iter().rev().take(quiet_ends) {
        for entry in end.open_work.iter().filter(|entry| !put_aside.contains(entry.stream.as_str())) {
            let how =
                format!("it is on the list still at {}, when all was quiet: {:?}", end.at_ms, entry.state);
            findings.broken(&entry.stream, how);
        }
    }
}
