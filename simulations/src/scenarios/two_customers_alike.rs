//! F-36: two customers who ask the same at the same time.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "two-customers-alike",
    title: "Two customers of one shop ask the same at the same moment, each with their own order and address.",
    told: "Each is greeted by their own name, and no word of the one stands in a reply to the other.",
    play: |scene| Box::pin(play(scene)),
};

/// A customer: name, address, and what only this customer wrote.
type Person<'a> = ((&'a str, &'a str), [&'a str; 3]);

const NOAH: Person<'_> = (("Noah Marsh", "noah@example.org"), ["Noah", "K-48213", "Mill Lane"]);
const INES: Person<'_> = (("Ines Reyes", "ines@example.org"), ["Ines", "K-51877", "Calle Mayor"]);

async fn play(scene: &Scene) -> Told {
    let question = |(_, [name, order, street]): Person<'_>| {
        format!("{name} here. My order {order} went to {street}. How does a return work?")
    };
    let noahs = scene.another_customer_asks(NOAH.0, &question(NOAH))?;
    let ines_s = scene.another_customer_asks(INES.0, &question(INES))?;
    scene.minutes(5).await;
    for (ticket, own, other) in [(noahs, NOAH, INES), (ines_s, INES, NOAH)] {
        let [own_name, ..] = own.1;
        scene.expect_replies(ticket, 1)?;
        scene.expect_last_reply_says(ticket, RETURNS)?;
        scene.expect_last_reply_says(ticket, &format!("Hi {own_name},"))?;
        for words in other.1 {
            scene.expect_no_reply_says(ticket, words)?;
        }
    }
    Ok(())
}
