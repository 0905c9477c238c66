//! F-09: webhooks can stop without an error anywhere; what Gorgias lists tells, and one alarm says so.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "silent-webhook",
    title: "Every webhook is lost on the way for a quarter of an hour, and customers write.",
    told: "The walk through Gorgias' changes finds them: what still wants an answer gets one, and an alarm tells.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.minutes(10).await;
    scene.webhooks_are_lost(100)?;
    let asked = scene.customer_asks("How does a return work?")?;
    let answered = scene.customer_asks("How long does shipping take?")?;
    scene.seconds(30).await;
    scene.human_replies(answered, "Three days, as a rule.")?;
    scene.minutes(15).await;
    scene.expect_replies(asked, 1)?;
    scene.expect_silence(answered)?;
    scene.expect_alarm("webhook is silent")?;
    scene.webhooks_are_lost(0)?;
    let heard = scene.customer_asks("How long does shipping take?")?;
    scene.minutes(1).await;
    scene.expect_last_reply_says(heard, SHIPPING)?;
    scene.minutes(10).await;
    scene.expect_no_alarm()
}
