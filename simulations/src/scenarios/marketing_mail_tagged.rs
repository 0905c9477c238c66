//! F-17: automated mail is tagged where the merchant wants it, and nothing else happens to it.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "marketing-mail-tagged",
    title: "The merchant wants a tag on automated mail; an advertisement comes, and a customer's mail program answers us.",
    told: "The advertisement is tagged once and met with silence; a ticket on which a customer wrote is not tagged.",
    play: |scene| Box::pin(play(scene)),
};

const TAG: &str = "no-person-wrote";

/// What the timeline says when the tag is on the ticket.
const SET: &str = "tags of automated mail #";

async fn play(scene: &Scene) -> Told {
    let before = advertisement(scene)?;
    scene.minutes(10).await;
    scene.expect_never_told(before, SET).await?;
    scene.the_merchant_sets("automated.tags", TAG).await?;
    let advertised = advertisement(scene)?;
    let answered = scene.customer_asks("How does a return work?")?;
    let looked_at = advertisement(scene)?;
    scene.human_replies(looked_at, "No, thanks.")?;
    scene.minutes(10).await;
    scene.out_of_office_note_comes(answered)?;
    scene.customer_adds(advertised, "Last chance! 40% off everything ends tonight. Shop now. Unsubscribe here.")?;
    scene.minutes(10).await;
    scene.expect_tagged_with(advertised, TAG)?;
    scene.expect_told(advertised, "is to be tagged no-person-wrote").await?;
    scene.expect_told(advertised, "are set").await?;
    scene.expect_silence(advertised)?;
    scene.expect_notes(advertised, 0)?;
    scene.expect_last_reply_says(answered, RETURNS)?;
    for ticket in [before, answered, looked_at] {
        scene.expect_not_tagged_with(ticket, TAG)?;
        scene.expect_never_told(ticket, "are set").await?;
    }
    scene.the_power_flickers().await;
    scene.minutes(10).await;
    scene.expect_tagged_with(advertised, TAG)
}

fn advertisement(scene: &Scene) -> Result<super::Ticket, super::Unexpected> {
    scene.mail_comes(
        ("Letters of Light", "hello@lights.example.net"),
        "Autumn sale: 40% off everything",
        "Our biggest sale of the year is on! 40% off everything, free returns. Shop now. Unsubscribe here.",
    )
}
