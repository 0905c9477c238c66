//! F-51: messages that always go to a person.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "grave-messages",
    title: "One customer is furious, one takes the payment back, one speaks of suicide; each asks what we know.",
    told: "A person gets each of them at once, tagged urgent, and none is answered, whatever the preset is.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("handoff.preset", "0").await?;
    let mut tickets = Vec::new();
    for (name, email, text, reason) in [
        ("Noah Marsh", "noah@example.org", "You are a bunch of fucking idiots! How does a return work?", "angry"),
        ("Lena Hale", "lena@example.org", "How does a return work? I have opened a chargeback.", "payment"),
        ("Omar Reyes", "omar@example.org", "How does a return work? I want to kill myself.", "self-harm"),
    ] {
        tickets.push((scene.another_customer_asks((name, email), text)?, reason));
    }
    scene.minutes(5).await;
    for (ticket, reason) in tickets {
        scene.expect_replies(ticket, 1)?;
        scene.expect_handed_off(ticket)?;
        scene.expect_no_reply_says(ticket, RETURNS)?;
        scene.expect_note_says(ticket, reason)?;
        scene.expect_tagged_urgent(ticket)?;
    }
    Ok(())
}
