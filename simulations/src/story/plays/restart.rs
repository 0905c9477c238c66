//! Tickets that a crash of the whole program meets in certain states, and what people do while it is down.

use polus_core::ticket::event::HandoffReason;

use super::super::cast::{Act, End, Play, Sign, Trouble, When};
use super::{IN_ENGLISH, answered, chat, mail, once};

/// The write lands while nobody waits for it any more, and well before it could be given up.
const LANDS_AFTER_S: i64 = 20;

pub(super) fn plays() -> Vec<Play> {
    let mut plays = in_flight();
    plays.extend(while_down());
    plays
}

fn in_flight() -> Vec<Play> {
    vec![
        Play {
            // The others can be held for as long as it takes; an announcement can't.
            begins: When::Once(Sign::OthersReady),
            troubles: vec![Trouble::LandsLate(LANDS_AFTER_S)],
            at_crash: Some(Sign::Announced),
            end: answered(&["stock"]),
            ..chat(
                0,
                "crash-announced",
                "the crash comes between the announcement of a post and its outcome",
                "Zeno Falk",
                "When will a sold out tea be back in stock?",
            )
        },
        Play {
            troubles: vec![Trouble::HoldReads],
            then: vec![once(Sign::Restarted, Act::LetGo)],
            at_crash: Some(Sign::Drafted),
            end: answered(&["tracking"]),
            ..mail(
                105,
                "crash-drafted",
                "the crash comes when the draft is ready",
                "Anna Berg",
                ("Parcel", "How do I track my parcel?"),
            )
        },
        Play {
            troubles: vec![Trouble::HoldReads],
            then: vec![once(Sign::Restarted, Act::LetGo)],
            at_crash: Some(Sign::HandedOff),
            end: End::HandedOff {
                reason: HandoffReason::AskedForHuman,
                from: Vec::new(),
                reply: IN_ENGLISH,
                then: None,
            },
            ..chat(
                110,
                "crash-handoff",
                "the crash comes in the middle of a handoff",
                "Bela Toth",
                "Please connect me with a human agent.",
            )
        },
    ]
}

fn while_down() -> Vec<Play> {
    vec![
        Play {
            troubles: vec![Trouble::HoldReads],
            then: vec![
                once(Sign::Down, Act::Writes("I mean a glass pot. Can glass pots go in the microwave?")),
                once(Sign::Restarted, Act::LetGo),
            ],
            at_crash: Some(Sign::Accepted),
            end: answered(&["storing-tea"]),
            ..mail(
                115,
                "crash-adds",
                "the customer adds a message while the program is down",
                "Cora Meier",
                ("Microwave", "Can I put the porcelain cup in the dishwasher?"),
            )
        },
        Play {
            begins: When::Once(Sign::Down),
            end: answered(&["damaged"]),
            ..mail(
                0,
                "crash-begins",
                "a customer writes for the first time while the program is down",
                "Dora Weber",
                ("Dent", "There is a dent in the tin, is the tea still good?"),
            )
        },
    ]
}
