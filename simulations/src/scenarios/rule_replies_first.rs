//! F-16: a rule of the account has greeted the customer already.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "rule-replies-first",
    title: "A rule sends its confirmation before we answer.",
    told: "A rule is no person: we answer, and do not greet a second time.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.rule_replies(ticket, "Hi Mia, we got your message.")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_no_reply_says(ticket, "Hi Mia,")?;
    scene.expect_last_reply_says(ticket, RETURNS)
}
