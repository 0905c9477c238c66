//! The story's questions against the real answerer, and the whole story against the real program.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use polus_core::policy::Policy;
use polus_simulations::shop;
use polus_simulations::story::{Act, End, Play, plays, source_of};

use super::Stage;
use crate::answerer::{Article, Question, Retrieval};

/// What the customer writes before the first answer is due: the messages that no answer comes between.
fn first_question(play: &Play) -> String {
    let mut texts = vec![play.text];
    for step in &play.then {
        match step.act {
            Act::Writes(text) if matches!(play.key, "burst" | "crash-adds") => texts.push(text),
            _ => {}
        }
    }
    texts.join("\n\n")
}

#[test]
fn the_answerer_finds_the_article_that_each_play_expects() {
    let articles: Vec<Article> =
        shop::every_article().map(|(id, markdown)| Article::parse(id, markdown).unwrap()).collect();
    let shop = Retrieval::build(&articles);
    let line = Policy::default().confidence_line_per_mille;
    let mut asked = 0;
    for play in plays() {
        let (End::Answered { from, .. } | End::HandedOff { from, .. }) = &play.end else { continue };
        let subject = (!play.subject.is_empty()).then(|| play.subject.to_owned());
        let answer = shop.ask(&Question { subject, text: first_question(&play) });
        let is_sure = answer.confidence_per_mille >= line;
        let source = answer.body.as_deref().filter(|_| is_sure).and_then(source_of);
        match from.first() {
            Some(expected) => assert_eq!(source, Some(*expected), "{}", play.key),
            None if matches!(play.key, "no-source" | "closed-french") => {
                assert_eq!(source, None, "{}", play.key)
            }
            None => {}
        }
        asked += 1;
    }
    assert!(asked >= 22, "{asked}");
}

#[tokio::test]
async fn the_story_ends_as_it_must() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::set_up(folder.path(), 0).await.unwrap();
    let mut lines = Vec::new();
    let report = stage
        .play(&mut |line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .await
        .unwrap();
    stage.end().unwrap();
    let differs: Vec<_> = report.tickets.iter().filter(|ticket| !ticket.passed).collect();
    assert!(report.passed, "{differs:#?}\n{:#?}\n{}", report.problems, lines.join("\n"));
    assert_eq!(report.totals.restarts, 1);
    assert!(report.totals.tickets >= 22);
    for told in [
        "#1001 → answered from \"Returning an item\"",
        "→ answered from \"Versandkosten und Lieferzeiten",
        "→ answered from \"Délais et frais de livraison",
        "→ told the customer: Vielen Dank für Ihre Nachricht. Ich gebe sie an unser Team weiter. Wir sind am ",
        "→ told the customer: Merci pour votre message. Je le transmets à un collègue. Notre équipe sera de retour ",
    ] {
        assert!(lines.iter().any(|line| line.contains(told)), "{told}: {lines:#?}");
    }
}
