//! What the log acknowledged stays: the same record in the same place, through every crash; streams and positions have no
//! gaps, and every record links to the one before it.

use std::collections::BTreeMap;

use polus_storage::{Record, StreamName};

use super::Findings;
use crate::history::History;
use crate::log::Acknowledged;

pub const NAME: &str = "acknowledged";

pub fn check(history: &History, findings: &mut Findings) {
    if let Err(broken) = &history.verified {
        findings.broken("the log", broken);
    }
    let places: BTreeMap<(&StreamName, u64), &Record> =
        history.records.iter().map(|record| ((&record.stream, record.sequence), record)).collect();
    for said in &history.acknowledged {
        let Acknowledged { stream, sequence, .. } = said;
        let about = format!("{stream} #{sequence}");
        match places.get(&(stream, *sequence)) {
            None => findings.broken(about, "it was acknowledged and is not in the log"),
            Some(record) => same(said, record, &about, findings),
        }
    }
}

fn same(said: &Acknowledged, record: &Record, about: &str, findings: &mut Findings) {
    if let Some(position) = said.position.filter(|position| *position != record.position) {
        let now = record.position;
        findings.broken(about, format!("it was acknowledged at position {position} and is at {now}"));
    }
    if said.id != record.id || said.body != *blake3::hash(&record.body).as_bytes() {
        findings.broken(about, "another record stands where one was acknowledged");
    }
}
