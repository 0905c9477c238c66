//! F-43: a list may show less than there is; counts tell, and answers rest on the thread itself.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "thread-shown-too-short",
    title: "Gorgias' list of messages leaves out an agent's answer, and the ticket counts one more than it shows.",
    told: "The ticket is fetched by itself, so that all of it is kept; what the AI reads was never the list.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let past = scene.a_past_of(6).await?;
    let answered = scene.customer_asks("How long does shipping take?")?;
    scene.seconds(10).await;
    scene.human_replies(answered, "Three days, as a rule.")?;
    scene.the_list_leaves_out_the_last_message_of(answered)?;
    scene.the_list_leaves_out_the_last_message_of(past[0])?;
    scene.minutes(5).await;
    scene.merchant_fetches_the_history().await?;
    scene.until_the_history_is_fetched().await?;
    scene.expect_the_history_is_whole().await?;
    scene.expect_silence(answered)?;
    let asked = scene.customer_asks("How long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(asked, 1)?;
    scene.expect_last_reply_says(asked, SHIPPING)
}
