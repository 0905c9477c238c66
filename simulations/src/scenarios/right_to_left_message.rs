//! Customers who write from right to left, with the marks by which mail programs say so.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "right-to-left-message",
    title: "One customer writes Arabic, one Hebrew, both with marks of direction; one puts such marks into English.",
    told: "The first two go to people with their words in the note; the marks hide nothing from the AI.",
    play: |scene| Box::pin(play(scene)),
};

/// Begins and ends a stretch from right to left.
const EMBEDDED: (&str, &str) = ("\u{202B}", "\u{202C}");

/// Turns the letters round that follow, until the end of the stretch.
const TURNED_ROUND: &str = "\u{202E}";

async fn play(scene: &Scene) -> Told {
    let (begin, end) = EMBEDDED;
    let arabic = scene.customer_asks(&format!("{begin}مرحبا، هل الشاي مناسب للأطفال؟{end}"))?;
    let hebrew = scene.customer_asks(&format!("{begin}שלום, האם אפשר לבקר בחנות?{end}\u{200F}"))?;
    let english = scene.customer_asks(&format!("How long does {TURNED_ROUND}ship\u{200F}ping{end} take?"))?;
    scene.minutes(5).await;
    for (ticket, words) in [(arabic, "هل الشاي مناسب للأطفال؟"), (hebrew, "האם אפשר לבקר בחנות?")] {
        scene.expect_replies(ticket, 1)?;
        scene.expect_handed_off(ticket)?;
        scene.expect_note_says(ticket, words)?;
    }
    scene.expect_replies(english, 1)?;
    scene.expect_last_reply_says(english, SHIPPING)
}
