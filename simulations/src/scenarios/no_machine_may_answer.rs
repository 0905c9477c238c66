//! F-50: a customer wants no answers from a machine.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "no-machine-may-answer",
    title: "A customer says so once, and asks something else on a later ticket; another customer asks the same.",
    told: "People get the first ticket and the later one; the other customer is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let first = scene.customer_asks("Please do not let a bot answer my mails. How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_handed_off(first)?;
    scene.hours(20).await;
    let later = scene.customer_asks("How does a return work?")?;
    let other = scene.another_customer_asks(("Noah Marsh", "noah@example.org"), "How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_handed_off(later)?;
    scene.expect_note_says(later, "the customer wants no AI")?;
    scene.expect_last_reply_says(other, RETURNS)?;
    scene.an_operator_lets_the_ai_answer(later).await?;
    let last = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(last, RETURNS)
}
