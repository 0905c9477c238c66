//! Labelled sentences against the rules: how many of what should be found is found, and how many false alarms there
//! are. A third of each set was written first by the rules' author, and no rule was made for a sentence of it; its
//! figures are told apart. Of the rest most sentences have the same author; about six hundred were written by somebody
//! who had not seen the rules, which missed two in five of them until they were widened. Those called fresh were written
//! by a third hand after that, and no rule was changed for them: they show best what is to be expected of real mail.
//!
//! Run with `-- --nocapture` to see the table and every sentence that went wrong in the part that rules are tuned on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use polus_core::reading::human::asks_for_human;
use polus_core::reading::human::frustration::shows_frustration;
use polus_core::reading::instructions::instructions;
use polus_core::reading::optout::refuses_machines;
use polus_core::reading::promise::promises_a_person;
use polus_core::reading::sensitive::{Topic, sensitive};
use serde::Deserialize;

/// One labelled sentence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    language: String,
    #[serde(default)]
    topic: String,
    part: Part,
    expected: bool,
    text: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Part {
    Tuned,
    HeldOut,
    Fresh,
}

/// What came of the samples of one kind.
#[derive(Default, Clone, Copy)]
struct Score {
    wanted: usize,
    found: usize,
    unwanted: usize,
    false_alarms: usize,
}

impl Score {
    fn recall(self) -> f64 {
        share(self.found, self.wanted)
    }

    fn alarms(self) -> f64 {
        share(self.false_alarms, self.unwanted)
    }

    /// Recall and false alarms; a dash where there is no sentence.
    fn shown(self) -> [String; 2] {
        [(self.wanted, self.recall()), (self.unwanted, self.alarms())].map(|(sentences, share)| {
            match sentences {
                0 => "-".to_owned(),
                _ => format!("{share:.3}"),
            }
        })
    }

    fn add(&mut self, expected: bool, found: bool) {
        let (all, hits) = if expected {
            (&mut self.wanted, &mut self.found)
        } else {
            (&mut self.unwanted, &mut self.false_alarms)
        };
        *all += 1;
        *hits += usize::from(found);
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What a set must reach: recall and false alarms, on the tuned part, the held-out part and the fresh one.
struct Floors {
    tuned: (f64, f64),
    held_out: (f64, f64),
    fresh: (f64, f64),
}

#[test]
fn requests_for_a_person_are_told_from_near_misses() {
    let samples = set("human-");
    assert_sizes(&samples, 40);
    let floors = Floors { tuned: (0.95, 0.02), held_out: (0.95, 0.03), fresh: (0.83, 0.02) };
    check("request for a person", &samples, &floors, |sample| asks_for_human(&sample.text).is_some());
}

#[test]
fn sensitive_topics_are_told_from_near_misses() {
    let samples = set("sensitive-");
    assert_sizes(&samples, 28);
    let floors = Floors { tuned: (0.95, 0.02), held_out: (0.97, 0.03), fresh: (0.85, 0.25) };
    check("sensitive topic", &samples, &floors, |sample| {
        sensitive(&sample.text).iter().any(|found| name(found.topic) == sample.topic)
    });
}

#[test]
fn a_refusal_of_machines_is_told_from_a_request_for_a_person() {
    let samples = set("optout");
    assert!(samples.len() >= 60);
    let floors = Floors { tuned: (0.95, 0.05), held_out: (0.9, 0.1), fresh: (0.7, 0.05) };
    check("no machines", &samples, &floors, |sample| refuses_machines(&sample.text).is_some());
}

#[test]
fn orders_to_the_machine_are_told_from_ordinary_words() {
    let samples = set("instructions");
    assert!(samples.len() >= 60);
    let floors = Floors { tuned: (0.95, 0.05), held_out: (0.9, 0.1), fresh: (0.8, 0.05) };
    check("orders to the machine", &samples, &floors, |sample| !instructions(&sample.text).is_empty());
}

#[test]
fn a_promise_of_a_person_is_told_from_how_people_are_reached() {
    let samples = set("promise");
    assert_sizes(&samples, 10);
    let floors = Floors { tuned: (0.95, 0.02), held_out: (0.9, 0.1), fresh: (0.0, 0.0) };
    check("promise of a person", &samples, &floors, |sample| promises_a_person(&sample.text).is_some());
}

#[test]
fn frustration_is_told_from_patience() {
    let samples = set("frustration");
    let floors = Floors { tuned: (0.95, 0.05), held_out: (0.85, 0.2), fresh: (0.7, 0.05) };
    check("frustration", &samples, &floors, |sample| shows_frustration(&sample.text).is_some());
}

// A message may be a megabyte; a rule that looks back and forth over it would hold up every other ticket.
#[test]
fn a_hundred_thousand_words_are_read_and_nothing_is_found() {
    let words: String =
        (0..100_000).map(|number| format!("word{} ich will my ", number % 977)).take(25_000).collect();
    let found = (asks_for_human(&words), sensitive(&words), refuses_machines(&words), instructions(&words));
    assert!(found.0.is_none() && found.1.is_empty() && found.2.is_none() && found.3.is_empty());
}

fn name(topic: Topic) -> &'static str {
    match topic {
        Topic::SelfHarm => "self_harm",
        Topic::Violence => "violence",
        Topic::Safety => "safety",
        Topic::Legal => "legal",
        Topic::Chargeback => "chargeback",
        Topic::FinancialDetails => "financial_details",
        Topic::Anger => "anger",
    }
}

/// Every sample of the files whose names begin so.
fn set(beginning: &str) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sets");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(beginning))
        .collect();
    names.sort();
    let lines = |name: &String| -> Vec<Sample> {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")))
            .collect()
    };
    names.iter().flat_map(lines).collect()
}

/// Ten languages, each with enough to find and as much to leave alone.
fn assert_sizes(samples: &[Sample], least: usize) {
    let mut sizes: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for sample in samples {
        *sizes.entry((&sample.language, sample.expected)).or_default() += 1;
    }
    assert_eq!(sizes.len(), 20);
    assert!(sizes.values().all(|size| *size >= least), "{sizes:?}");
}

fn check(title: &str, samples: &[Sample], floors: &Floors, finds: impl Fn(&Sample) -> bool) {
    let mut scores: BTreeMap<(&str, Part), Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    for sample in samples {
        let found = finds(sample);
        let kind = if sample.topic.is_empty() { &sample.language } else { &sample.topic };
        for kind in [kind.as_str(), "all"] {
            scores.entry((kind, sample.part)).or_default().add(sample.expected, found);
        }
        if found != sample.expected && sample.part == Part::Tuned {
            let what = if found { "false alarm" } else { "missed" };
            wrong.push(format!("{what}: {} {} {}", sample.language, sample.topic, sample.text));
        }
    }
    println!(
        "{title}\n{:<20} {:>7} {:>7}   {:>8} {:>7}   {:>6} {:>7}",
        "", "recall", "alarms", "held out", "alarms", "fresh", "alarms"
    );
    for kind in scores.keys().filter(|(_, part)| *part == Part::Tuned).map(|(kind, _)| *kind) {
        let of = |part| scores.get(&(kind, part)).copied().unwrap_or_default();
        let (tuned, held_out) = (of(Part::Tuned), of(Part::HeldOut));
        let [recall, alarms] = tuned.shown();
        let [recall_held_out, alarms_held_out] = held_out.shown();
        let [recall_fresh, alarms_fresh] = of(Part::Fresh).shown();
        print!("{kind:<20} {recall:>7} {alarms:>7}   {recall_held_out:>8} {alarms_held_out:>7}");
        println!("   {recall_fresh:>6} {alarms_fresh:>7}");
    }
    println!("{}", wrong.join("\n"));
    for (part, (recall, alarms)) in
        [(Part::Tuned, floors.tuned), (Part::HeldOut, floors.held_out), (Part::Fresh, floors.fresh)]
    {
        let score = scores.get(&("all", part)).copied().unwrap_or_default();
        assert!(score.recall() >= recall, "{title}: recall {} of {}", score.found, score.wanted);
        assert!(score.alarms() <= alarms, "{title}: {} of {}", score.false_alarms, score.unwanted);
    }
}
