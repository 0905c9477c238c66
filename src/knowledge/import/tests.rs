//! What is made of articles that are given.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use futures_util::FutureExt;
use polus_core::connection::ArticleRef;
use polus_storage::MemoryBlobs;

use super::*;

fn given(articles: &[(&str, &str)]) -> Vec<Given> {
    let one =
        |(id, text): &(&str, &str)| Given { id: (*id).to_owned(), title: None, text: (*text).to_owned() };
    articles.iter().map(one).collect()
}

/// A connection that has these articles.
fn having(blobs: &MemoryBlobs, articles: &[(&str, &str)]) -> Connection {
    let refs = articles.iter().map(|(id, text)| {
        let article = Article::parse(*id, text).unwrap();
        let stored = blobs.put(text.as_bytes().to_vec()).now_or_never().unwrap().unwrap();
        ArticleRef { id: (*id).to_owned(), title: article.title().to_owned(), blob: stored.to_string() }
    });
    Connection { articles: refs.collect(), ..Connection::default() }
}

fn planned(
    connection: &Connection,
    blobs: &MemoryBlobs,
    given: Vec<Given>,
    replace: bool,
) -> Result<Plan, ImportError> {
    plan(connection, blobs, given, replace).now_or_never().unwrap()
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.articles.iter().map(|article| article.id.as_str()).collect()
}

#[test]
fn given_articles_are_told_apart_from_those_there_are() {
    let blobs = MemoryBlobs::new();
    let connection = having(&blobs, &[("a", "# A\n\nOne."), ("b", "# B\n\nTwo."), ("c", "# C\n\nThree.")]);
    let new = [("d", "# D\n\nFour."), ("b", "# B\n\nAnother."), ("a", "# A\n\nOne.")];
    let merged = planned(&connection, &blobs, given(&new), false).unwrap();
    assert_eq!(names(&merged), ["a", "b", "c", "d"]);
    assert_eq!(merged.articles[1].text, "# B\n\nAnother.");
    let changes = &merged.changes;
    assert_eq!((&changes.added[..], &changes.changed[..]), (&["d".to_owned()][..], &["b".to_owned()][..]));
    assert_eq!((&changes.unchanged[..], changes.removed.len()), (&["a".to_owned()][..], 0));
    let replaced = planned(&connection, &blobs, given(&new), true).unwrap();
    assert_eq!(names(&replaced), ["a", "b", "d"]);
    assert_eq!(replaced.changes.removed, ["c"]);
    let same = planned(&connection, &blobs, given(&new[2..]), false).unwrap();
    assert!(same.changes.is_nothing());
}

#[test]
fn one_can_be_taken_away_or_given_anew_even_if_it_is_damaged() {
    let blobs = MemoryBlobs::new();
    let mut connection = having(&blobs, &[("a", "# A\n\nOne."), ("b", "# B\n\nTwo.")]);
    connection.articles[1].blob = BlobHash::of(b"lost").to_string();
    let anew = planned(&connection, &blobs, given(&[("b", "# B\n\nTwo.")]), false).unwrap();
    assert_eq!(anew.changes.changed, ["b"]);
    let without = plan_without(&connection, &blobs, "acme", "b").now_or_never().unwrap().unwrap();
    assert_eq!(names(&without), ["a"]);
    let unknown = plan_without(&connection, &blobs, "acme", "x").now_or_never().unwrap().unwrap_err();
    assert!(unknown.to_string().contains("polus knowledge list acme"), "{unknown}");
    assert!(matches!(
        planned(&connection, &blobs, given(&[("c", "# C\n\nThree.")]), false),
        Err(ImportError::Stored(_))
    ));
}

#[test]
fn what_cannot_be_taken_is_named() {
    let blobs = MemoryBlobs::new();
    let connection = having(&blobs, &[("a", "# A title\n\nOne.")]);
    let long = "x".repeat(ID_BYTES_MAX + 1);
    let large = format!("# T\n\n{}", "x".repeat(1024 * 1024));
    let good = "# T\n\nText.";
    for (articles, words) in [
        (&[][..], "no article is given"),
        (&[("bare", "only text")], "article bare: no heading"),
        (&[("empty", "# Title")], "article empty: no text"),
        (&[("large", &large)], "article large: 1048581 bytes"),
        (&[("same", "#  a Title\n\nTwo.")], "\"a\" and \"same\" have the same title"),
        (&[("b", good), ("b", good)], "\"b\" is given twice"),
        (&[("b", good), ("c", good)], "\"b\" and \"c\" have the same title"),
        (&[("", good)], "cannot be an article's name"),
        (&[("a/b", good)], "\"a/b\" cannot be"),
        (&[("..", good)], "cannot be"),
        (&[("a\nb", good)], "cannot be"),
        (&[(&long, good)], "cannot be"),
    ] {
        let error = planned(&connection, &blobs, given(articles), false).unwrap_err().to_string();
        assert!(error.contains(words), "{words:?} is not in {error}");
    }
}

#[test]
fn titles_that_were_the_same_before_refuse_nothing_new() {
    let blobs = MemoryBlobs::new();
    let connection = having(&blobs, &[("a", "# T\n\nOne."), ("b", "# T\n\nTwo.")]);
    assert!(planned(&connection, &blobs, given(&[("c", "# C\n\nThree.")]), false).is_ok());
    assert!(planned(&connection, &blobs, given(&[("c", "# T\n\nThree.")]), false).is_err());
}

#[test]
fn a_title_of_its_own_becomes_the_heading() {
    let blobs = MemoryBlobs::new();
    for (title, text, expected) in [
        ("Returns", "Thirty days.", "# Returns\n\nThirty days."),
        ("Returns", "# Returns\n\nThirty days.", "# Returns\n\nThirty days."),
        ("Returns", "## Tea\n\nThirty days.", "# Returns\n\n## Tea\n\nThirty days."),
    ] {
        let one = Given { id: "a".to_owned(), title: Some(title.to_owned()), text: text.to_owned() };
        let plan = planned(&Connection::default(), &blobs, vec![one], false).unwrap();
        assert_eq!((plan.articles[0].title.as_str(), plan.articles[0].text.as_str()), (title, expected));
    }
}

#[test]
fn there_is_an_end_to_how_much_there_may_be() {
    let blobs = MemoryBlobs::new();
    let text = "x".repeat(1_000_000);
    let made = |count: usize, text: &str| {
        let one = |number: usize| Given {
            id: number.to_string(),
            title: Some(format!("T {number}")),
            text: text.to_owned(),
        };
        planned(&Connection::default(), &blobs, (0..count).map(one).collect(), false).unwrap_err()
    };
    assert!(matches!(made(ARTICLES_MAX + 1, "Text."), ImportError::TooMany(5_001)));
    assert!(matches!(made(17, &text), ImportError::TooLarge(17_000_000..)));
}
