//! S-54: a channel of its own mode.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "shadow-channel",
    title: "The connection is live and its chat in shadow; the same question comes by both.",
    told: "The mail is answered; in the chat the draft becomes an internal note, and nothing else happens.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("channels.chat", "shadow").await?;
    let mail = scene.customer_asks("How does a return work?")?;
    let chat = scene.customer_asks_in_chat("How does a return work?")?;
    let human = scene.customer_asks_in_chat("I want to talk to a human")?;
    scene.minutes(10).await;
    scene.expect_last_reply_says(mail, RETURNS)?;
    scene.expect_silence(chat)?;
    scene.expect_notes(chat, 1)?;
    scene.expect_note_says(chat, RETURNS)?;
    scene.expect_silence(human)?;
    scene.expect_notes(human, 0)
}
