//! Who follows the log has followed it to its end once all is quiet: the open-work list is complete up to all but the
//! newest records.

use super::Findings;
use crate::history::History;

pub const NAME: &str = "caught up";

/// A record is followed by then, milliseconds: five times as long as the office gathers what it notes.
const FOLLOWED_WITHIN_MS: i64 = 1_000;

pub fn check(history: &History, findings: &mut Findings) {
    // Each run ends in quiet, and once more after what is derived was thrown away; a scene may end in the midst of things.
    let Some(forgotten) = history.forgotten else { return };
    for end in history.ends.iter().filter(|end| end.at_ms >= forgotten.at_ms) {
        let mut due = history.records.iter().filter(|record| {
            record.position <= end.head
                && history.written_ms(record.position) + FOLLOWED_WITHIN_MS < end.at_ms
        });
        let Some(last) = due.next_back().filter(|last| last.position > end.complete_up_to) else { continue };
        let (position, at_ms, upto) = (last.position, end.at_ms, end.complete_up_to);
        findings
            .broken(&last.stream, format!("record {position} is not noted at {at_ms}, but all up to {upto}"));
    }
}
