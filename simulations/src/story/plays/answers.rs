//! Questions that the shop's articles answer.

use super::super::cast::{Act, Play, Sign, To, Trouble};
use super::{after, answered, chat, mail, once};

pub(super) fn plays() -> Vec<Play> {
    let mut plays = asked();
    plays.extend(with_rules());
    plays
}

fn asked() -> Vec<Play> {
    vec![
        Play {
            end: answered(&["returns"]),
            ..mail(
                0,
                "plain-mail",
                "a question by mail",
                "Mia Quill",
                ("Return", "Hello, how many days do I have to return something? Best, Mia"),
            )
        },
        Play {
            end: answered(&["shipping"]),
            ..chat(
                5,
                "plain-chat",
                "a question in the chat",
                "Noah Marsh",
                "How long does delivery to Norway take?",
            )
        },
        Play {
            then: vec![once(Sign::Answered(1), Act::Writes("Thanks! And can I cancel a pre-order?"))],
            end: answered(&["cancellation", "cancellation"]),
            ..mail(
                10,
                "second-question",
                "a second question on the same ticket",
                "Lena Okafor",
                ("Cancel my order", "How do I cancel an order?"),
            )
        },
        Play {
            // A slow machine could answer between two of them, and rightly so; the story wants them in a row.
            troubles: vec![Trouble::HoldReads],
            then: vec![
                after(1, Act::Writes("I bought it from you in May")),
                after(2, Act::Writes("and it has some stains inside")),
                after(0, Act::LetGo),
            ],
            end: answered(&["storing-tea"]),
            ..chat(
                15,
                "burst",
                "three messages in a row, one answer",
                "Omar Lindt",
                "Hi, how do I clean a cast-iron teapot?",
            )
        },
    ]
}

/// Rules of the account have their part in it.
fn with_rules() -> Vec<Play> {
    vec![
        Play {
            to: To::Nobody,
            then: vec![once(Sign::Settled, Act::Assign(To::Ai))],
            end: answered(&["gift-cards"]),
            ..mail(
                20,
                "assigned-later",
                "a rule assigns the ticket after the message",
                "Ines Reyes",
                ("Gift card", "How long is a gift card valid?"),
            )
        },
        Play {
            then: vec![after(0, Act::RuleAnswers("We received your message and will answer within a day."))],
            end: answered(&["payment"]),
            ..mail(
                25,
                "rule-first",
                "a rule of the account confirms receipt first",
                "Theo Sato",
                ("Invoice", "Where do I find my invoice?"),
            )
        },
    ]
}
