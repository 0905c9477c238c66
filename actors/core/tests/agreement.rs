//! Shadow mode held against what people did: what each end of a story counts as, and that the log alone tells it.

use std::time::Duration;

use polus_core::agreement::{
    Compared, Comparison, Filter, Frame, Handling, People, Totals, WouldHandOff, comparisons,
};
use polus_core::id::{MessageId, TeamId};
use polus_core::policy::Mode;
use polus_core::ticket::event::HandoffReason;
use polus_core::ticket::input::{DraftOutcome, PostOutcome};
use polus_core::time::Time;

use crate::support::{ANNA, Happening, Story, TICKET, answer};

const QUESTION: &str = "Where is my parcel?";
const DRAFT: &str = "It is on its way. Parcels take three days from our house to yours.";
const OTHER: &str = "I have asked the carrier, and they will ring you tomorrow morning.";

#[test]
fn a_person_who_sends_the_draft_without_its_frame_sends_it_as_it_is() {
    let mut story = noted();
    story.answers(DRAFT);
    let People::SentAsIs(answer) = story.only().people else { panic!("{:?}", story.only()) };
    assert_eq!(answer.message, story.thread.newest());
    assert_eq!(answer.likeness.same_per_mille, 1_000);
    assert!(story.only().told().ends_with(" later: the draft as it is"), "{}", story.only().told());
}

#[test]
fn a_changed_day_is_an_edit_and_other_words_are_different() {
    let mut story = noted();
    story.answers(&DRAFT.replace("three", "five"));
    assert!(matches!(story.only().people, People::Edited(_)), "{:?}", story.only());
    assert!(story.only().told().contains("edited, 92 % of the words the same"), "{}", story.only().told());

    let mut story = noted();
    story.answers(OTHER);
    assert!(matches!(story.only().people, People::Different(_)), "{:?}", story.only());
}

#[test]
fn only_the_first_answer_counts() {
    let mut story = noted();
    story.answers(OTHER);
    story.answers(DRAFT);
    assert!(matches!(story.only().people, People::Different(_)), "{:?}", story.only());
}

#[test]
fn a_note_of_a_person_and_a_rules_reply_are_no_answer() {
    let mut story = noted();
    story.human_notes(DRAFT);
    story.rule_replies(DRAFT);
    story.looks_again();
    assert_eq!(story.only().people, People::NothingYet);
    assert_eq!(story.only().told(), "no person has answered yet");
}

#[test]
fn the_time_to_the_answer_is_gorgias_own() {
    let mut story = noted();
    let note = story.thread.newest();
    let noted_at = story.thread.message_mut(note).created_at;
    let written = story.human_replies(DRAFT);
    story.thread.message_mut(written).created_at = noted_at.plus(Duration::from_secs(12 * 60));
    story.later(Duration::from_secs(3 * 3600));
    story.looks_again();
    let People::SentAsIs(answer) = story.only().people else { panic!("{:?}", story.only()) };
    assert_eq!(answer.after_ms, Some(12 * 60 * 1_000));
    assert!(story.only().told().starts_with("a person answered 12 minutes later"), "{}", story.only().told());
}

#[test]
fn a_ticket_given_to_somebody_is_handed_elsewhere_until_somebody_writes() {
    let mut story = noted();
    story.assign_to(ANNA);
    story.looks_again();
    assert_eq!(story.only().people, People::HandedElsewhere);
    story.answers(DRAFT);
    let compared = story.only();
    assert!(matches!(compared.people, People::SentAsIs(_)) && compared.proposal.reassigned, "{compared:?}");
    assert!(compared.told().ends_with("after the ticket was assigned to somebody else"));
}

#[test]
fn who_answers_and_takes_the_ticket_at_once_has_not_handed_it_elsewhere() {
    let mut story = noted();
    story.human_replies(DRAFT);
    story.assign_to(ANNA);
    story.looks_again();
    assert!(!story.only().proposal.reassigned, "{:?}", story.only());
}

#[test]
fn another_team_is_elsewhere_and_nobody_is_not() {
    let mut story = noted();
    story.assign_to(None);
    story.looks_again();
    assert_eq!(story.only().people, People::NothingYet);
    story.thread.change(|fields| fields.team = Some(TeamId(9)));
    story.looks_again();
    assert_eq!(story.only().people, People::HandedElsewhere);
}

#[test]
fn a_ticket_that_ends_without_an_answer_is_closed() {
    let ends: [Happening; 4] = [
        |story| story.thread.change(|fields| fields.closed = true),
        |story| story.thread.change(|fields| fields.trashed = true),
        |story| story.thread.change(|fields| fields.spam = true),
        |story| story.thread.gone = true,
    ];
    for end in ends {
        let mut story = noted();
        end(&mut story);
        story.looks_again();
        assert_eq!(story.only().people, People::Closed);
    }
}

#[test]
fn a_ticket_opened_again_by_people_waits_again() {
    let mut story = noted();
    story.thread.change(|fields| fields.closed = true);
    story.looks_again();
    story.thread.change(|fields| fields.closed = false);
    story.looks_again();
    assert_eq!(story.only().people, People::NothingYet);
    story.answers(DRAFT);
    assert!(matches!(story.only().people, People::SentAsIs(_)), "{:?}", story.only());
}

#[test]
fn a_newer_draft_overtakes_one_that_nobody_answered() {
    let mut story = noted();
    story.hears("And can I change the address?");
    assert_eq!(story.only().people, People::NothingYet, "nothing newer is on the ticket yet");
    story.notes("Yes, as long as the parcel has not left our house.");
    story.answers(DRAFT);
    let drafts = story.compared().drafts;
    assert_eq!(drafts.len(), 2);
    assert_eq!(drafts[0].people, People::Overtaken);
    assert!(matches!(drafts[1].people, People::Different(_)), "{:?}", drafts[1]);
}

#[test]
fn a_closed_ticket_stays_closed_unanswered_though_the_customer_comes_back() {
    let mut story = noted();
    story.thread.change(|fields| fields.closed = true);
    story.looks_again();
    story.thread.change(|fields| fields.closed = false);
    story.hears("Hello again, can I change the address?");
    story.notes("Yes, as long as the parcel has not left our house.");
    let drafts = story.compared().drafts;
    assert_eq!((drafts[0].people, drafts[1].people), (People::Closed, People::NothingYet));
}

#[test]
fn an_answered_draft_is_not_overtaken() {
    let mut story = noted();
    story.answers(DRAFT);
    story.operator_resumes();
    story.hears("And can I change the address?");
    story.notes("Yes, as long as the parcel has not left our house.");
    let drafts = story.compared().drafts;
    assert!(matches!(drafts[0].people, People::SentAsIs(_)), "{:?}", drafts[0]);
    assert_eq!(drafts[1].people, People::NothingYet);
}

#[test]
fn an_answer_seen_before_the_note_is_known_counts() {
    let mut story = shadow();
    story.hears(QUESTION);
    story.quiet();
    story.draft_answers(DRAFT, 900);
    story.fence();
    story.outcome(PostOutcome::Unclear("reset".to_owned()));
    story.post_lands();
    story.human_replies(DRAFT);
    story.settle();
    assert!(matches!(story.only().people, People::SentAsIs(_)), "{:?}", story.only());
}

#[test]
fn a_live_answer_and_a_draft_that_was_never_posted_are_not_compared() {
    let (story, _) = Story::answered();
    assert_eq!(story.compared(), Compared::default());
    let mut story = shadow();
    story.hears(QUESTION);
    story.quiet();
    story.draft_answers(DRAFT, 900);
    assert_eq!(story.compared(), Compared::default());
}

#[test]
fn what_would_have_gone_to_people_is_counted_apart() {
    let ends: [(Happening, Handling); 4] = [
        (|_| {}, Handling::NothingYet),
        (|story| story.answers(OTHER), Handling::Answered),
        (|story| story.assign_to(ANNA), Handling::AssignedOn),
        (|story| story.thread.change(|fields| fields.closed = true), Handling::Closed),
    ];
    for (happens, expected) in ends {
        let mut story = shadow();
        story.hears("I want to talk to a human please");
        happens(&mut story);
        story.looks_again();
        assert_eq!(story.only_handoff().people, expected);
    }
}

#[test]
fn messages_judged_together_are_one_handoff() {
    let mut story = shadow();
    let first = story.hears(QUESTION);
    let second = story.hears("It is a big one.");
    story.quiet();
    story.draft(DraftOutcome::Answer(answer(None, 0)));
    assert_eq!(story.only_handoff().proposal.messages, [first, second]);
}

#[test]
fn a_note_that_gorgias_refused_would_have_been_a_handoff() {
    let mut story = shadow();
    story.hears(QUESTION);
    story.quiet();
    story.draft_answers(DRAFT, 900);
    story.fence();
    story.outcome(PostOutcome::Rejected("400".to_owned()));
    assert_eq!(story.only_handoff().people, Handling::NothingYet);
}

#[test]
fn an_operators_handoff_in_shadow_mode_is_elsewhere() {
    let mut story = noted();
    story.operator_hands_off();
    story.expect_handed_off(&HandoffReason::Operator);
    story.assign_to(ANNA);
    story.looks_again();
    assert_eq!(story.only().people, People::HandedElsewhere);
}

#[test]
fn a_draft_is_counted_under_the_channel_and_the_tags_of_its_time() {
    let mut story = Story::on("chat");
    story.terms.mode = Mode::Shadow;
    story.thread.fields.tags = ["delivery".to_owned(), "vip".to_owned()].into();
    let message = story.hears(QUESTION);
    story.notes(DRAFT);
    story.thread.change(|fields| fields.tags = ["later".to_owned()].into());
    story.answers(DRAFT);
    let proposal = story.only().proposal;
    assert_eq!((proposal.channel.as_str(), proposal.messages), ("chat", vec![message]));

    let mut totals = Totals::default();
    totals.add(&story.compared(), &Filter::default());
    totals.add(&noted().compared(), &Filter::default());
    assert_eq!(totals.over_all.drafts.total(), 2);
    let rate = totals.over_all.rate().unwrap();
    assert_eq!((rate.agreed, rate.answered, rate.per_mille), (1, 1, 1_000));
    assert_eq!(totals.channels.keys().collect::<Vec<_>>(), ["chat", "email"]);
    let topics: Vec<Option<&str>> = totals.topics.keys().map(Option::as_deref).collect();
    assert_eq!(topics, [None, Some("delivery"), Some("vip")]);
    assert_eq!(totals.topics[&None].rate(), None, "nobody answered");

    for (filter, counted) in [
        (Filter { channel: Some("chat".to_owned()), ..Filter::default() }, 1),
        (Filter { channel: Some("email".to_owned()), ..Filter::default() }, 0),
        (Filter { topic: Some("vip".to_owned()), ..Filter::default() }, 1),
        (Filter { topic: Some("later".to_owned()), ..Filter::default() }, 0),
        (Filter { since: Some(proposal.at), ..Filter::default() }, 1),
        (Filter { since: Some(Time(proposal.at.0 + 1)), ..Filter::default() }, 0),
    ] {
        let mut totals = Totals::default();
        totals.add(&story.compared(), &filter);
        assert_eq!(totals.over_all.drafts.total(), counted, "{filter:?}");
    }
}

/// A story in shadow mode, of which nobody has told yet.
fn shadow() -> Story {
    let mut story = Story::new();
    story.terms.mode = Mode::Shadow;
    story
}

/// The customer asked, and the draft is on the ticket as a note.
fn noted() -> Story {
    let mut story = shadow();
    story.hears(QUESTION);
    story.notes(DRAFT);
    story
}

impl Story {
    /// A draft becomes a note.
    fn notes(&mut self, body: &str) {
        self.quiet();
        self.draft_answers(body, 900);
        self.fence();
        self.posted();
    }

    /// A person answers, and the ticket is read.
    fn answers(&mut self, text: &str) {
        let message: MessageId = self.human_replies(text);
        self.webhook(message);
        self.read();
    }

    /// Somebody changed something, and the ticket is read.
    fn looks_again(&mut self) {
        self.notified(|notified| notified.trigger = "ticket-updated".to_owned());
        self.read();
    }

    fn compared(&self) -> Compared {
        let whole = comparisons(TICKET, &self.log, &Frame::of([&self.terms.policy]));
        for end in 0..self.log.len() {
            // A log that ends anywhere can be compared.
            comparisons(TICKET, &self.log[..end], &Frame::of([]));
        }
        whole
    }

    #[track_caller]
    fn only(&self) -> Comparison {
        let compared = self.compared();
        assert_eq!((compared.drafts.len(), compared.handoffs.len()), (1, 0), "{compared:?}");
        compared.drafts[0].clone()
    }

    #[track_caller]
    fn only_handoff(&self) -> WouldHandOff {
        let compared = self.compared();
        assert_eq!((compared.drafts.len(), compared.handoffs.len()), (0, 1), "{compared:?}");
        compared.handoffs[0].clone()
    }
}
