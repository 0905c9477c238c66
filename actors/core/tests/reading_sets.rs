//! Reading, measured: labelled messages in twelve languages, of our own making. Each set has a part the rules may be
//! tuned on and a part that was written before the rules and is only looked at. Each test prints a table and holds
//! floors; run with `--nocapture` to see the tables.

use std::collections::BTreeMap;

use polus_core::reading::automated::{AutomatedKind, automated};
use polus_core::reading::courtesy::courtesy;
use polus_core::reading::language::language_of;
use polus_core::reading::text::new_text;
use serde::Deserialize;

/// Counts of one row of a table.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    hits: usize,
    misses: usize,
    false_alarms: usize,
    right_silences: usize,
}

impl Count {
    fn add(&mut self, expected: bool, found: bool) {
        match (expected, found) {
            (true, true) => self.hits += 1,
            (true, false) => self.misses += 1,
            (false, true) => self.false_alarms += 1,
            (false, false) => self.right_silences += 1,
        }
    }

    fn recall(self) -> f64 {
        share(self.hits, self.hits + self.misses)
    }

    fn precision(self) -> f64 {
        share(self.hits, self.hits + self.false_alarms)
    }

    fn false_alarm_rate(self) -> f64 {
        1.0 - share(self.right_silences, self.right_silences + self.false_alarms)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Rows of a table by name; the row "all" holds every message.
#[derive(Default)]
struct Table {
    rows: BTreeMap<String, Count>,
    wrong: Vec<String>,
}

impl Table {
    fn add(&mut self, names: &[&str], expected: bool, found: bool, shown: String) {
        for name in names.iter().chain(&["all"]) {
            self.rows.entry((*name).to_owned()).or_default().add(expected, found);
        }
        if expected != found {
            self.wrong.push(shown);
        }
    }

    fn all(&self) -> Count {
        self.rows.get("all").copied().unwrap_or_default()
    }

    fn print(&self, title: &str) {
        println!("\n{title}\n{:<18} {:>6} {:>9} {:>7}", "", "count", "precision", "recall");
        for (name, count) in &self.rows {
            let whole = count.hits + count.misses + count.false_alarms + count.right_silences;
            println!("{name:<18} {whole:>6} {:>9.3} {:>7.3}", count.precision(), count.recall());
        }
        for wrong in &self.wrong {
            println!("  wrong: {wrong}");
        }
    }
}

fn lines<'a, T: Deserialize<'a>>(set: &'a str) -> Vec<T> {
    set.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[derive(Deserialize)]
struct Mail {
    language: String,
    kind: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    text: String,
}

fn automated_table(set: &str) -> (Table, usize) {
    let mut table = Table::default();
    let mut right_kinds = 0;
    for mail in lines::<Mail>(set) {
        let found = automated([], mail.from.as_deref(), mail.subject.as_deref(), Some(&mail.text));
        let is_machine = mail.kind != "human";
        // A general answer such as "an automatic reply" names no kind, but is not wrong.
        right_kinds +=
            usize::from(found.as_ref().is_some_and(|found| {
                kind_name(found.kind).is_none_or(|name| name == mail.kind) && is_machine
            }));
        let shown = format!("{} {} {:?} {}", mail.language, mail.kind, found, mail.text.replace('\n', " "));
        table.add(&[&mail.language, &mail.kind], is_machine, found.is_some(), shown);
    }
    (table, right_kinds)
}

fn kind_name(kind: AutomatedKind) -> Option<&'static str> {
    match kind {
        AutomatedKind::OutOfOffice => Some("out_of_office"),
        AutomatedKind::Acknowledgement => Some("acknowledgement"),
        AutomatedKind::Marketing => Some("marketing"),
        AutomatedKind::CarrierNotice => Some("carrier_notice"),
        AutomatedKind::ReviewRequest => Some("review_request"),
        AutomatedKind::Bounce => Some("bounce"),
        AutomatedKind::NoReplySender => Some("no_reply"),
        AutomatedKind::AutoReply | AutomatedKind::Bulk | AutomatedKind::List => None,
    }
}

#[test]
fn machines_are_told_from_people() {
    let sets = [
        ("tuning", include_str!("sets/automated_tuning.jsonl"), 0.98),
        ("held out", include_str!("sets/automated_held_out.jsonl"), 0.95),
    ];
    for (name, set, recall_min) in sets {
        let (table, right_kinds) = automated_table(set);
        table.print(&format!("automated mail, {name} ({right_kinds} of the machines by their right kind)"));
        assert!(table.all().recall() >= recall_min, "{name}: recall {}", table.all().recall());
        let false_alarms = table.all().false_alarm_rate();
        assert!(false_alarms <= 0.01, "{name}: {false_alarms} of the people were taken for machines");
        assert!(right_kinds * 100 >= table.all().hits * 90, "{name}: {right_kinds} kinds");
    }
}

#[derive(Deserialize)]
struct Quotes {
    mail: Vec<Whole>,
}

#[derive(Deserialize)]
struct Whole {
    language: String,
    name: String,
    #[serde(default)]
    stripped_text: Option<String>,
    #[serde(default)]
    body_text: Option<String>,
    #[serde(default)]
    body_html: Option<String>,
    expected: String,
}

#[test]
fn new_text_is_told_from_history() {
    let sets = [
        ("tuning", include_str!("sets/quotes_tuning.toml"), 0.98),
        ("held out", include_str!("sets/quotes_held_out.toml"), 0.95),
    ];
    for (name, set, exact_min) in sets {
        let quotes: Quotes = toml::from_str(set).unwrap();
        let mut table = Table::default();
        for mail in &quotes.mail {
            let found = new_text(
                mail.stripped_text.as_deref(),
                None,
                mail.body_text.as_deref(),
                mail.body_html.as_deref(),
            );
            let shown = format!("{}: {found:?} instead of {:?}", mail.name, mail.expected);
            table.add(&[&mail.language], true, found == mail.expected, shown);
        }
        table.print(&format!("new text, {name} (recall: exactly right)"));
        assert!(table.all().recall() >= exact_min, "{name}: {} are exact", table.all().recall());
    }
}

#[derive(Deserialize)]
struct Said {
    language: String,
    courtesy: bool,
    text: String,
}

#[test]
fn courtesies_are_told_from_requests() {
    let sets = [
        ("tuning", include_str!("sets/courtesy_tuning.jsonl"), 0.95),
        ("held out", include_str!("sets/courtesy_held_out.jsonl"), 0.95),
    ];
    for (name, set, recall_min) in sets {
        let mut table = Table::default();
        for said in lines::<Said>(set) {
            let found = courtesy(&said.text);
            let shown = format!("{} {:?} {found:?}", said.language, said.text);
            table.add(&[&said.language], said.courtesy, found.is_some(), shown);
        }
        table.print(&format!("courtesies, {name}"));
        // Silence to a request is the worse mistake.
        assert!(table.all().precision() >= 0.99, "{name}: precision {}", table.all().precision());
        assert!(table.all().recall() >= recall_min, "{name}: recall {}", table.all().recall());
    }
}

#[derive(Deserialize)]
struct Written {
    language: String,
    text: String,
}

#[test]
fn languages_are_told_apart() {
    let sets = [
        ("tuning", include_str!("sets/language_tuning.jsonl"), 0.95),
        ("held out", include_str!("sets/language_held_out.jsonl"), 0.95),
    ];
    for (name, set, right_min) in sets {
        let mut table = Table::default();
        let mut misled = 0;
        for written in lines::<Written>(set) {
            let found = language_of(&written.text);
            let is_right = found.is_some_and(|found| found.language.code() == written.language);
            misled += usize::from(found.is_some() && !is_right);
            let shown = format!("{} {:?} {found:?}", written.language, written.text);
            table.add(&[&written.language], true, is_right, shown);
        }
        table.print(&format!("languages, {name} (recall: right; {misled} taken for another language)"));
        assert!(table.all().recall() >= right_min, "{name}: {} are right", table.all().recall());
        assert!(misled <= 2, "{name}: {misled} taken for another language");
    }
}
