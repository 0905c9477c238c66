//! F-16: a rule has replied, and the merchant wants it left at that.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "rule-replies-and-that-is-enough",
    title: "A rule answers a customer's message; the policy says that we skip such a message.",
    told: "That message is met with silence, the next one is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("skip_if_rule_replied", "true").await?;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.rule_replies(ticket, "Hi Mia, returns are explained at acme.example/returns.")?;
    scene.minutes(10).await;
    scene.expect_silence(ticket)?;
    scene.expect_told(ticket, "met with silence").await?;
    scene.customer_adds(ticket, "That page is empty. How long may I return it?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, RETURNS)
}
