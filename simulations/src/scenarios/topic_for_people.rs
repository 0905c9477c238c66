//! S-42: a topic that the merchant keeps for people.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "topic-for-people",
    title: "Tickets tagged as wholesale are for people; one is tagged at once, one in mid-thread, one not at all.",
    told: "Those with the tag go to people from then on, the other one is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("topics.handoff_tags", "wholesale").await?;
    let tagged = scene.customer_asks_with_tag("Wholesale", "How does a return work?")?;
    let answered = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_handed_off(tagged)?;
    scene.expect_note_says(tagged, "keeps this topic for people")?;
    scene.expect_last_reply_says(answered, RETURNS)?;
    scene.human_tags(answered, "wholesale")?;
    scene.minutes(5).await;
    scene.customer_adds(answered, "And how long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(answered, 2)?;
    scene.expect_handed_off(answered)
}
