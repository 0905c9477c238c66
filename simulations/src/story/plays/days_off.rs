//! Customers who need a person while nobody of the shop's is there: they are told when people are back.

use polus_core::policy::Language;
use polus_core::ticket::event::HandoffReason;

use super::super::cast::{End, LastReply, Play, Sign, When};
use super::{chat, mail};

pub(super) fn plays() -> Vec<Play> {
    vec![
        Play {
            begins: When::Once(Sign::DaysOff),
            end: told_when(Language::German, HandoffReason::AskedForHuman),
            ..mail(
                0,
                "closed-german",
                "a request for a human in German while the shop is closed",
                "Hannah Vogt",
                ("Beratung", "Guten Tag, ich möchte bitte mit einem Menschen sprechen. Hannah Vogt"),
            )
        },
        Play {
            begins: When::Once(Sign::DaysOff),
            end: told_when(Language::French, HandoffReason::NoSource),
            ..chat(
                0,
                "closed-french",
                "a question without a source in French while the shop is closed",
                "Manon Girard",
                "Bonjour, pourriez-vous venir animer une dégustation pour le mariage de ma sœur ?",
            )
        },
    ]
}

fn told_when(language: Language, reason: HandoffReason) -> End {
    End::HandedOff {
        reason,
        from: Vec::new(),
        reply: Some(LastReply { language, says_when: true }),
        then: None,
    }
}
