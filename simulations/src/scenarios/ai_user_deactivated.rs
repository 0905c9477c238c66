//! F-49: the AI user is deactivated in Gorgias.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "ai-user-deactivated",
    title: "An admin deactivates the AI user while a question waits, and activates it an hour later.",
    told: "Meanwhile an alarm is up and Gorgias is hardly called; given to the AI again, the question is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.minutes(5).await;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(10).await;
    scene.admin_deactivates_the_ai_user()?;
    scene.hours(1).await;
    scene.expect_alarm("works again")?;
    scene.expect_calls_at_most(40, 30)?;
    scene.expect_silence(ticket)?;
    scene.admin_activates_the_ai_user()?;
    scene.minutes(5).await;
    scene.expect_no_alarm()?;
    scene.expect_silence(ticket)?;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
