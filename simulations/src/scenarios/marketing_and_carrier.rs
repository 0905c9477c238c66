//! F-17: mail that asks for nothing lands as a ticket of the AI user.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "marketing-and-carrier",
    title: "An advertisement and a carrier's notice come in; no header tells what they are.",
    told: "Both are met with silence: no question is invented where none is.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let advertisement = scene.mail_comes(
        ("Letters of Light", "hello@lights.example.net"),
        "Autumn sale: 40% off everything",
        "Our biggest sale of the year is on! 40% off everything, free returns. Shop now. Unsubscribe here.",
    )?;
    let carrier = scene.mail_comes(
        ("Swift Parcel", "status@parcel.example.net"),
        "Your parcel is on its way",
        "Your parcel 4411 is out for delivery today. Track your parcel here. Return to sender is free.",
    )?;
    scene.minutes(10).await;
    for ticket in [advertisement, carrier] {
        scene.expect_silence(ticket)?;
        scene.expect_notes(ticket, 0)?;
        scene.expect_told(ticket, "met with silence").await?;
    }
    Ok(())
}
