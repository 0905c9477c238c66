//! Every debt is settled once nothing goes wrong any more, and every stream folds.

use super::Findings;
use crate::history::History;

pub const NAME: &str = "settled";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, _, ticket) in history.tickets() {
        let about = format!("{account}/{}", ticket.id);
        match &ticket.folded {
            Err(problem) => findings.broken(about, format!("the stream does not fold: {problem}")),
            // It is put aside with all it owes.
            Ok(_) if history.flipped_of(account, ticket.id).is_some() => {}
            Ok(folded) => {
                for debt in folded.agenda().debts {
                    findings.broken(&about, format!("it still owes {}: {}", debt.id, debt.reason));
                }
            }
        }
    }
}
