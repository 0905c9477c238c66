//! What the team reads in the note of a handoff: in its own language, and what was tried.

use polus_core::receipt::PassageReceipt;
use polus_core::ticket::event::HandoffReason;
use polus_core::ticket::input::{DraftOutcome, PostOutcome};
use polus_core::ticket::state::{Handoff, Phase};

use crate::support::Story;

/// F-39, S-50: each part of the note in the language that the team reads, whatever the customer's is.
#[test]
fn the_note_of_a_handoff_is_in_the_teams_language() {
    let mut story = Story::new();
    story.terms.policy.set("handoff.note_language", "de").unwrap();
    story.hears("Where is my parcel? I would like to know when it arrives.");
    story.quiet();
    story.draft(found(&[("Shipping › Times", 4_250)]));
    story.expect_handed_off(&HandoffReason::NoSource);
    let note = story.note_text().to_owned();
    for words in [
        "Vom KI-Assistenten übergeben: kein Hilfeartikel beantwortet die Frage sicher genug.\n\n",
        "Der Kunde hat geschrieben:\nWhere is my parcel?",
        "Angesehene Stellen aus Hilfeartikeln, die beste zuerst:\n- Shipping › Times (shipping), Punktzahl 4.250\n\n",
        "Ursache: fehlendes Wissen.",
        "Sprache: Englisch.",
        "Stimmung, soweit Regeln es erkennen: nichts deutet auf Ärger oder Ungeduld.",
        "Die KI hat in diesem Ticket nichts beantwortet.",
        "Wie es dazu kam: polus explain acme/",
    ] {
        assert!(note.contains(words), "{words:?} is not in\n{note}");
    }
    let reply = handoff(&story).reply_text.clone().unwrap();
    assert!(reply.starts_with("Hi"), "the customer's language is the customer's: {reply}");
    story.thread.change(|fields| fields.closed = true);
    story.fence();
    let note = &handoff(&story).note_text;
    assert!(
        note.ends_with("\n\nDer Kunde hat von der Übergabe nichts erfahren: das Ticket wurde geschlossen."),
        "{note}"
    );
    story.restart();
    assert_eq!(
        handoff(&story).note_language.code(),
        "de",
        "a change of the setting leaves this note as it is"
    );
}

/// F-39: the customer's own words stay as they are, and no word of the rules that found them is English.
#[test]
fn the_mood_is_told_in_the_teams_language() {
    for (text, mood) in [
        ("I am still waiting for my parcel and nobody answers!", "ongeduldig (\"still waiting"),
        ("You are all idiots and thieves, this is a scam!", "boos (\""),
    ] {
        let mut story = Story::new();
        story.terms.policy.set("handoff.note_language", "nl").unwrap();
        story.hears(text);
        let note = story.note_text();
        assert!(note.contains(&format!("Stemming, voor zover regels het herkennen: {mood}")), "{note}");
    }
}

/// S-50: at most three passages, each once, the best of each question first.
#[test]
fn the_note_names_the_passages_that_were_not_enough() {
    let mut story = Story::new();
    story.hears("Do you sell submarines, and do they float?");
    story.quiet();
    let places = [("Tea", 9_000), ("Tea", 8_000), ("Cups", 7_001), ("Pots", 6_000), ("Boats", 900)];
    let DraftOutcome::Answer(mut answer) = found(&places) else { panic!("it is an answer") };
    answer.passages[4].used = true;
    story.draft(DraftOutcome::Answer(answer));
    let note = story.note_text();
    let expected = "Passages of help articles that were looked at, the best first:\n- Boats (shipping), score 0.900\n\
                    - Tea (shipping), score 9.000\n- Cups (shipping), score 7.001\n\nCause: missing knowledge.";
    assert!(note.contains(expected), "{note}");

    let mut nothing = Story::new();
    nothing.hears("Do you sell submarines?");
    nothing.quiet();
    nothing.draft(found(&[]));
    assert!(nothing.note_text().contains("\n\nNo passage of a help article was found to look at.\n\n"));
}

/// S-50: an answer that could not be posted is told with the passages it was made from; where nobody looked at any, none
/// are spoken of.
#[test]
fn the_note_names_the_passages_of_an_answer_that_failed() {
    let mut story = Story::new();
    story.hears("Where is my parcel?");
    story.quiet();
    let DraftOutcome::Answer(mut answer) = found(&[("Shipping › Times", 4_250)]) else {
        panic!("an answer")
    };
    answer.body = Some("It is on its way.".to_owned());
    answer.confidence_per_mille = 900;
    story.draft(DraftOutcome::Answer(answer));
    story.fence();
    story.outcome(PostOutcome::Rejected("the channel is closed".to_owned()));
    story.expect_handed_off(&HandoffReason::Rejected);
    let note = story.note_text();
    assert!(
        note.contains("the channel is closed") && note.contains("- Shipping › Times (shipping), score 4.250"),
        "{note}"
    );

    let (asked, _) = Story::handed_off();
    assert!(!asked.note_text().contains("help article"), "{}", asked.note_text());
    let mut failed = Story::new();
    failed.hears("Where is my parcel?");
    failed.quiet();
    failed.draft(DraftOutcome::GivenUp("no such model".to_owned()));
    let note = failed.note_text();
    assert!(note.contains("no such model") && !note.contains("Passage"), "{note}");
}

/// An answer that is not certain enough, with these passages.
fn found(places: &[(&str, i64)]) -> DraftOutcome {
    let mut answer = crate::support::answer(None, 0);
    answer.passages = places
        .iter()
        .map(|(heading, score_milli)| PassageReceipt {
            article: "shipping".to_owned(),
            heading: (*heading).to_owned(),
            score_milli: *score_milli,
            matched: vec!["parcel".to_owned()],
            used: false,
            digest: String::new(),
        })
        .collect();
    DraftOutcome::Answer(answer)
}

fn handoff(story: &Story) -> &Handoff {
    let Phase::HandedOff(handoff) = &story.ticket.phase else {
        panic!("it is {}", story.ticket.phase_name())
    };
    handoff
}
