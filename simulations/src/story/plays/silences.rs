//! Messages that must not be answered.

use polus_core::ticket::event::Silence;

use super::super::cast::{Act, End, Play, Sign, To};
use super::{after, mail, once};

pub(super) fn plays() -> Vec<Play> {
    vec![
        Play {
            to: To::Agent,
            end: End::Silent { because: Silence::NotAssigned, with: To::Agent },
            ..mail(
                85,
                "with-a-person",
                "a ticket that a person has",
                "Uwe Kern",
                ("Opening hours", "What are your opening hours?"),
            )
        },
        Play {
            then: vec![after(0, Act::Close)],
            end: End::Silent { because: Silence::Closed, with: To::Ai },
            ..mail(
                90,
                "closed",
                "a ticket that is closed at once",
                "Vera Lund",
                ("Password", "I forgot my password"),
            )
        },
        Play {
            then: vec![once(
                Sign::Answered(1),
                Act::MachineWrites(
                    "This is an automatic reply: I am out of the office until Monday and will answer then.",
                ),
            )],
            end: End::Answered { from: vec!["wholesale"], then: Some(Silence::AutomatedMail) },
            ..mail(
                95,
                "out-of-office",
                "an answering machine answers the answer",
                "Wim Jansen",
                ("Wholesale", "How do I open a wholesale account?"),
            )
        },
        Play {
            then: vec![once(
                Sign::Answered(1),
                Act::OtherWrites("Xaver Huber", "And how do I delete her account?"),
            )],
            end: End::Answered { from: vec!["order-changes"], then: Some(Silence::WrongSender) },
            ..mail(
                100,
                "on-copy",
                "somebody on copy writes on the thread",
                "Yara Costa",
                ("Gift note", "Can I add a gift note?"),
            )
        },
    ]
}
