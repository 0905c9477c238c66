//! What is kept of an account is what the account has: where the history was asked for, all of it was fetched once the
//! faults ended, and every ticket that Gorgias has is here with its assignee and all its messages, those that left Gorgias
//! marked so, and no other.

use std::collections::{BTreeMap, BTreeSet};

use polus_core::connection::ConnectionEvent;
use polus_core::sync::backfill::{Ended, Stage};
use polus_core::sync::mirror::MirroredTicket;

use super::Findings;
use crate::history::{AccountHistory, History};

pub const NAME: &str = "the mirror is whole";

pub fn check(history: &History, findings: &mut Findings) {
    // A scene ends as soon as its story is told, and a flipped bit may have struck what is kept.
    if history.ends.is_empty() || history.flipped.is_some() {
        return;
    }
    for (name, account) in &history.accounts {
        let Some(run) = account.sync.last_run().filter(|_| is_connected(account)) else { continue };
        match &run.stage {
            Stage::Ended(Ended::Complete) => {}
            Stage::Ended(Ended::Stopped { .. }) => continue,
            stage @ (Stage::Reading | Stage::Comparing | Stage::Ended(Ended::Failed { .. })) => {
                findings.broken(name, format!("the history that was asked for is not fetched: {stage:?}"));
                continue;
            }
        }
        let mut kept: BTreeMap<i64, &MirroredTicket> = BTreeMap::new();
        for (number, mirror) in &account.mirror {
            match mirror {
                Ok(mirror) => {
                    kept.insert(*number, mirror);
                }
                Err(problem) => findings.broken(format!("{name}/mirror/{number}"), problem.clone()),
            }
        }
        compare(account, &kept, &format!("{name}/mirror"), findings);
    }
}

fn compare(
    account: &AccountHistory,
    kept: &BTreeMap<i64, &MirroredTicket>,
    about: &str,
    findings: &mut Findings,
) {
    for ticket in account.tickets.values().filter(|ticket| ticket.is_listed) {
        let Some(mirror) = kept.get(&ticket.id).filter(|mirror| mirror.ticket.is_some()) else {
            findings.broken(format!("{about}/{}", ticket.id), "Gorgias has the ticket and it is not kept");
            continue;
        };
        let there: BTreeSet<i64> = ticket.thread.iter().map(|message| message.id).collect();
        let here: BTreeSet<i64> = mirror.messages.keys().map(|id| id.0).collect();
        let assignee = mirror.ticket.as_ref().and_then(|listed| listed.fields.assignee).map(|user| user.0);
        if assignee != ticket.assignee {
            let how = format!("it is assigned to {:?}, and {assignee:?} is kept", ticket.assignee);
            findings.broken(format!("{about}/{}", ticket.id), how);
        }
        if there != here {
            let how = format!("Gorgias has the messages {there:?}, and {here:?} are kept");
            findings.broken(format!("{about}/{}", ticket.id), how);
        }
        if mirror.departure.is_some() {
            findings.broken(
                format!("{about}/{}", ticket.id),
                "Gorgias has the ticket, and it is said to have left",
            );
        }
    }
    for (number, mirror) in kept {
        let there = account.tickets.get(number).is_some_and(|ticket| ticket.is_listed);
        if !there && mirror.departure.is_none() {
            findings.broken(format!("{about}/{number}"), "it left Gorgias, and is kept as if it were there");
        }
    }
}

fn is_connected(account: &AccountHistory) -> bool {
    let last = account.connection.iter().rev().find_map(|recorded| match recorded.event {
        ConnectionEvent::Connected(_) | ConnectionEvent::Saved(_) => Some(true),
        ConnectionEvent::Disconnected { .. } => Some(false),
        _ => None,
    });
    last.unwrap_or(false)
}
