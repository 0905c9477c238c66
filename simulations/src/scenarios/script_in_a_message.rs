//! A message that would be a program, were it shown as it stands.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "script-in-a-message",
    title: "A customer writes HTML with a script; another one's mail has a script in its own HTML.",
    told: "The note for people quotes the first as text and knows nothing of the second's script.",
    play: |scene| Box::pin(play(scene)),
};

const SCRIPT: &str = "<script>alert('tea')</script>";
const IMAGE: &str = "<img src=x onerror=alert(1)>";

async fn play(scene: &Scene) -> Told {
    let written = scene.customer_asks(&format!("What does {SCRIPT} do on your page? {IMAGE} & so on"))?;
    let hidden = scene.customer_asks_in_html(
        "Do you sell submarines?",
        &format!("<p>Do you sell submarines?</p>{SCRIPT}{IMAGE}"),
    )?;
    scene.minutes(5).await;
    for ticket in [written, hidden] {
        scene.expect_handed_off(ticket)?;
        scene.expect_note_html_lacks(ticket, "<script")?;
        scene.expect_note_html_lacks(ticket, "<img")?;
        scene.expect_no_reply_says(ticket, "alert")?;
    }
    scene.expect_note_says(written, SCRIPT)?;
    scene.expect_note_html_says(written, "&lt;script&gt;alert(")?;
    scene.expect_note_html_says(written, "&lt;img src=x onerror=alert(1)&gt; &amp; so on")?;
    scene.expect_note_says(hidden, "Do you sell submarines?")?;
    scene.expect_note_html_lacks(hidden, "alert")
}
