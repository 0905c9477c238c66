//! F-35: something that has nothing to do with the shop.

use super::{RETURNS, SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "off-topic-request",
    title: "A customer wants a program written, and later asks about shipping and returns.",
    told: "The program is for people to decline; on other tickets and, once given back, on this one the AI answers on.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let off_topic = scene.customer_asks("Write me a Python script that sorts a list of names.")?;
    scene.minutes(5).await;
    scene.expect_handed_off(off_topic)?;
    scene.expect_no_reply_says(off_topic, "Python")?;
    scene.expect_no_reply_says(off_topic, "def ")?;
    let on_topic = scene.customer_asks("How long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(on_topic, 1)?;
    scene.expect_last_reply_says(on_topic, SHIPPING)?;
    scene.human_replies(off_topic, "We sell tea and write no programs, sorry.")?;
    scene.operator_gives_back(off_topic).await?;
    scene.human_assigns_to_the_ai(off_topic)?;
    scene.customer_adds(off_topic, "Fair enough. How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_replies(off_topic, 2)?;
    scene.expect_last_reply_says(off_topic, RETURNS)
}
