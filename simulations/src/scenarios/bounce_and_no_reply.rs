//! F-15: senders that nobody answers become a ticket's customer.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "bounce-and-no-reply",
    title: "A delivery failure and a mail from an address that takes no replies become tickets of the AI user.",
    told: "Neither is answered and neither goes to people: nobody waits at the other end.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let bounce = scene.mail_comes(
        ("Mail Delivery System", "mailer-daemon@mx.example.net"),
        "Undelivered Mail Returned to Sender",
        "Your message could not be delivered. How does a return work? was in it.",
    )?;
    let no_reply = scene.mail_comes(
        ("Acme Payments", "no-reply@payments.example.net"),
        "Your payout",
        "Your payout of this week is on its way. How does a return work? See our help pages.",
    )?;
    scene.minutes(10).await;
    for ticket in [bounce, no_reply] {
        scene.expect_silence(ticket)?;
        scene.expect_notes(ticket, 0)?;
        scene.expect_told(ticket, "met with silence").await?;
    }
    Ok(())
}
