//! Tickets on which calls, deliveries or webhooks go wrong.

use polus_core::ticket::event::HandoffReason;

use super::super::cast::{Act, End, Play, Sign, Trouble};
use super::{answered, chat, mail, once};

pub(super) fn plays() -> Vec<Play> {
    vec![
        Play {
            troubles: vec![Trouble::WebhookTwice],
            end: answered(&["caffeine-allergens"]),
            ..chat(
                60,
                "webhook-twice",
                "a webhook that comes twice",
                "Nora Blom",
                "Does rooibos contain caffeine?",
            )
        },
        Play {
            troubles: vec![Trouble::ResponseLost],
            end: answered(&["discounts"]),
            ..mail(
                65,
                "response-lost",
                "the response to the post is lost; its marker settles it",
                "Paul Weiss",
                ("Code", "Can I combine two discount codes?"),
            )
        },
        Play {
            troubles: vec![Trouble::Throttled(5)],
            end: answered(&["subscriptions"]),
            ..mail(
                70,
                "throttled",
                "the post is refused with 429",
                "Rosa Conti",
                ("Subscription", "How do I pause my subscription?"),
            )
        },
        Play {
            troubles: vec![Trouble::SendingFails("550 mailbox does not exist")],
            end: End::HandedOff {
                reason: HandoffReason::DeliveryFailed,
                from: vec!["refunds"],
                reply: None,
                then: None,
            },
            ..mail(
                75,
                "sending-fails",
                "the answer is posted and can't be delivered",
                "Sven Dahl",
                ("Refund", "How long does a refund take?"),
            )
        },
        Play {
            troubles: vec![Trouble::HoldReads],
            then: vec![once(Sign::Drafted, Act::Delete), once(Sign::Drafted, Act::LetGo)],
            end: End::Deleted,
            ..chat(
                80,
                "deleted",
                "the ticket is deleted while the draft waits",
                "Tara Singh",
                "Can I pay with PayPal?",
            )
        },
    ]
}
