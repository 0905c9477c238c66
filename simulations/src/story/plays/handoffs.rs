//! Tickets that must go to people.

use polus_core::ticket::event::{HandoffReason, Silence};

use super::super::cast::{Act, End, Play, Sign, To, Trouble};
use super::{IN_ENGLISH, after, chat, mail, once};

pub(super) fn plays() -> Vec<Play> {
    let mut plays = at_once();
    plays.extend(in_the_middle());
    plays
}

fn at_once() -> Vec<Play> {
    let told = |reason| End::HandedOff { reason, from: Vec::new(), reply: IN_ENGLISH, then: None };
    vec![
        Play {
            end: told(HandoffReason::AskedForHuman),
            ..chat(30, "human", "a request for a human", "Yuki Brandt", "I want to talk to a human, please.")
        },
        Play {
            end: told(HandoffReason::NoSource),
            ..mail(
                35,
                "no-source",
                "a question without a source",
                "Ada Hale",
                ("Sponsoring", "Would you sponsor the summer party of our chess club?"),
            )
        },
        Play {
            end: told(HandoffReason::NoText),
            ..mail(40, "photo", "a photo without a word", "Pia Novak", ("See attached", ""))
        },
    ]
}

/// People step in while the AI is at it, or somebody goes on after it.
fn in_the_middle() -> Vec<Play> {
    vec![
        Play {
            then: vec![once(Sign::Settled, Act::Writes("One more thing: how long does shipping take?"))],
            end: End::HandedOff {
                reason: HandoffReason::AskedForHuman,
                from: Vec::new(),
                reply: IN_ENGLISH,
                then: Some(Silence::HandedOff),
            },
            ..chat(
                45,
                "again-after-handoff",
                "the customer writes again after the handoff",
                "Igor Petrov",
                "Can I speak to a real person?",
            )
        },
        Play {
            troubles: vec![Trouble::HoldReads],
            then: vec![
                once(Sign::Drafted, Act::AgentAnswers("Hi Zoe, I have just sent you a new label. Ana")),
                once(Sign::Drafted, Act::LetGo),
            ],
            end: End::TakenOver,
            ..mail(
                50,
                "takeover",
                "a person answers while the draft waits",
                "Zoe Martin",
                ("Return label", "What does a return cost?"),
            )
        },
        Play {
            then: vec![
                once(Sign::Settled, Act::TakeIn("merged-away")),
                after(0, Act::Writes("Did you get my other message as well?")),
            ],
            end: End::HandedOff {
                reason: HandoffReason::ForeignThread,
                from: vec!["exchanges"],
                reply: None,
                then: None,
            },
            ..mail(
                55,
                "merged-into",
                "another ticket is merged into it",
                "Emil Roth",
                ("Wrong item", "I received the wrong item, what now?"),
            )
        },
        Play {
            to: To::Nobody,
            end: End::Merged,
            ..mail(
                55,
                "merged-away",
                "the ticket that is merged away",
                "Emil Roth",
                ("Wrong item again", "It is about order 4711, by the way."),
            )
        },
    ]
}
