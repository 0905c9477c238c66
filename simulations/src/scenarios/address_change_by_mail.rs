//! F-20: a change that matters, asked for from an address that anybody can write into a mail.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "address-change-by-mail",
    title: "A mail from the customer's own address wants the parcel sent elsewhere.",
    told: "An address is no proof of who writes: people have the ticket, and nothing is promised.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let asked = scene.customer_asks("How long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(asked, 1)?;
    scene.customer_adds(asked, "Please change my delivery address to 12 Harbour Road, Leith.")?;
    scene.minutes(5).await;
    scene.expect_handed_off(asked)?;
    scene.expect_left_to_people(asked)?;
    scene.expect_note_says(asked, "12 Harbour Road, Leith")?;
    for promise in ["Harbour", "address", "change"] {
        scene.expect_no_reply_says(asked, promise)?;
    }
    scene.expect_replies(asked, 2)
}
