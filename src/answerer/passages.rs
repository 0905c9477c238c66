//! Articles cut into passages: what stands below one heading, cut again where it is long. A passage keeps the path
//! of headings above it, because "5 to 8 working days" says nothing without "How long delivery takes".

use unicode_segmentation::UnicodeSegmentation;

use super::article::Article;
use super::markdown::{self, Block};

/// The longest passage, in bytes.
const PASSAGE_BYTES_MAX: usize = 1_200;

/// Enough to tell the passages of one article apart, and one from what an edit made of it.
const DIGEST_DIGITS: usize = 16;

/// What stands below one heading of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The article's id.
    pub article_id: String,
    /// The article's title.
    pub title: String,
    /// The headings above the passage, below the title, joined by " › "; empty right below the title.
    pub heading: String,
    /// Its number within the article, from 0.
    pub number: u32,
    pub(super) lines: Vec<Line>,
}

/// A whole sentence or list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    pub(super) text: String,
    /// Lines of one paragraph or one list share it.
    pub(super) group: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Sentence,
    Item { number: Option<u32> },
}

impl Passage {
    /// Its text: sentences of a paragraph on one line, each list item on its own.
    pub fn text(&self) -> String {
        render(&self.lines)
    }

    /// Where it stands: the title and the headings above it, joined by " › ".
    pub fn place(&self) -> String {
        if self.heading.is_empty() {
            self.title.clone()
        } else {
            format!("{} › {}", self.title, self.heading)
        }
    }

    /// What its text is told by in receipts: the first 16 hex digits of its BLAKE3. Persisted there.
    pub fn digest(&self) -> String {
        blake3::hash(self.text().as_bytes()).to_hex().chars().take(DIGEST_DIGITS).collect()
    }
}

/// `lines` as text for people.
pub(super) fn render(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut before: Option<&Line> = None;
    for line in lines {
        if let Some(before) = before {
            let same_paragraph = before.kind == LineKind::Sentence
                && line.kind == LineKind::Sentence
                && before.group == line.group;
            text.push_str(if same_paragraph { " " } else { "\n" });
        }
        match line.kind {
            LineKind::Sentence => {}
            LineKind::Item { number: Some(number) } => text.push_str(&format!("{number}. ")),
            LineKind::Item { number: None } => text.push_str("- "),
        }
        text.push_str(&line.text);
        before = Some(line);
    }
    text
}

/// The passages of `article`, in order.
pub fn passages(article: &Article) -> Vec<Passage> {
    let mut cutter =
        Cutter { article, path: Vec::new(), seen_title: false, lines: Vec::new(), passages: Vec::new() };
    let mut group = 0;
    let mut list = Vec::new();
    for block in markdown::blocks(article.markdown()) {
        if !matches!(block, Block::Item { .. }) {
            cutter.group(std::mem::take(&mut list));
            group += 1;
        }
        match block {
            Block::Heading { level, text } => cutter.heading(level, text),
            Block::Paragraph(text) => {
                let sentence = |text| Line { kind: LineKind::Sentence, text, group };
                cutter.group(sentences(&text).into_iter().flat_map(bounded).map(sentence).collect());
                group += 1;
            }
            Block::Item { number, text } => {
                let item = |text| Line { kind: LineKind::Item { number }, text, group };
                list.extend(bounded(text).into_iter().map(item));
            }
        }
    }
    cutter.group(list);
    cutter.close();
    cutter.passages
}

struct Cutter<'a> {
    article: &'a Article,
    path: Vec<(usize, String)>,
    seen_title: bool,
    lines: Vec<Line>,
    passages: Vec<Passage>,
}

impl Cutter<'_> {
    fn heading(&mut self, level: usize, text: String) {
        self.close();
        if !self.seen_title {
            self.seen_title = true;
            return;
        }
        self.path.retain(|(above, _)| *above < level);
        self.path.push((level, text));
    }

    /// Adds a paragraph, a list or a table. It begins a passage if the open one has no room for it, and is itself cut
    /// only if no passage has.
    fn group(&mut self, group: Vec<Line>) {
        let leads = self.lines.last().is_some_and(|line| line.text.ends_with(':'));
        if !leads && bytes(&self.lines) + bytes(&group) > PASSAGE_BYTES_MAX {
            self.close();
        }
        for line in group {
            if bytes(&self.lines) + line.text.len() > PASSAGE_BYTES_MAX {
                self.close();
            }
            self.lines.push(line);
        }
    }

    fn close(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let headings: Vec<&str> = self.path.iter().map(|(_, text)| text.as_str()).collect();
        self.passages.push(Passage {
            article_id: self.article.id().to_owned(),
            title: self.article.title().to_owned(),
            heading: headings.join(" › "),
            number: u32::try_from(self.passages.len()).unwrap_or(u32::MAX),
            lines: std::mem::take(&mut self.lines),
        });
    }
}

fn bytes(lines: &[Line]) -> usize {
    lines.iter().map(|line| line.text.len()).sum()
}

/// `text`, in pieces if it is longer than a passage may be: no shop writes such a sentence, but an export may.
fn bounded(text: String) -> Vec<String> {
    if text.len() <= PASSAGE_BYTES_MAX {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while rest.len() > PASSAGE_BYTES_MAX {
        let (near, _) = rest.split_at(rest.floor_char_boundary(PASSAGE_BYTES_MAX));
        let (piece, behind) = rest.split_at(near.rfind(' ').filter(|at| *at > 0).unwrap_or(near.len()));
        pieces.push(piece.to_owned());
        rest = behind.trim_start();
    }
    pieces.push(rest.to_owned());
    pieces
}

/// The sentences of a paragraph, by Unicode's rules.
pub(super) fn sentences(text: &str) -> Vec<String> {
    text.split_sentence_bounds()
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn cut(markdown: &str) -> Vec<(String, String)> {
        let article = Article::parse("a", markdown).unwrap();
        passages(&article).iter().map(|passage| (passage.heading.clone(), passage.text())).collect()
    }

    #[test]
    fn passages_keep_the_headings_above_them() {
        let cuts = cut("# T\n\nOne. Two!\n\n## A\n\nThree.\n\n### B\n\n- x\n- y\n\n## C\n\n1. z");
        let expected = [("", "One. Two!"), ("A", "Three."), ("A › B", "- x\n- y"), ("C", "1. z")];
        assert_eq!(cuts, expected.map(|(heading, text)| (heading.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_passage_is_told_by_its_place_and_the_digest_of_its_text() {
        let found = |markdown: &str| {
            let article = Article::parse("a", markdown).unwrap();
            passages(&article).iter().map(|passage| (passage.place(), passage.digest())).collect::<Vec<_>>()
        };
        let told = found("# T\n\nOne.\n\n## A\n\n### B\n\nTwo.");
        let places: Vec<&str> = told.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["T", "T › A › B"]);
        assert_eq!(told[0].1, blake3::hash(b"One.").to_hex()[..16]);
        assert_eq!(found("# T\n\nOne.")[0], told[0]);
        assert_ne!(found("# T\n\nOne!")[0].1, told[0].1);
    }

    #[test]
    fn long_passages_are_cut_between_sentences() {
        let sentence = "The kettle is hot and the tea is good.";
        let cuts = cut(&format!("# T\n\n{}", vec![sentence; 100].join(" ")));
        assert!(cuts.len() > 2);
        for (_, text) in &cuts {
            assert!(text.len() <= PASSAGE_BYTES_MAX + 100 && text.ends_with('.') && text.starts_with("The"));
        }
        let words: usize = cuts.iter().map(|(_, text)| text.split_whitespace().count()).sum();
        assert_eq!(words, 100 * sentence.split_whitespace().count());
    }

    #[test]
    fn lists_stay_whole_and_with_the_sentence_that_leads_into_them() {
        let filler = "The kettle is hot and the tea is good. ".repeat(25);
        let list: String =
            (1..=9).map(|at| format!("- item number {at} of a long list of things\n")).collect();
        let cuts = cut(&format!("# T\n\n{filler}\n\n{list}"));
        assert_eq!(cuts.len(), 2);
        assert_eq!(cuts[1].1, list.trim_end());
        let cuts = cut(&format!("# T\n\nShort. We have:\n\n{list}"));
        assert_eq!(cuts.len(), 1);
    }

    #[test]
    fn no_line_is_longer_than_a_passage() {
        for text in ["word ".repeat(2_000), "é".repeat(5_000)] {
            let cuts = cut(&format!("# T\n\n{text}"));
            assert!(cuts.len() > 5 && cuts.iter().all(|(_, text)| text.len() <= PASSAGE_BYTES_MAX));
            assert_eq!(
                cuts.iter().map(|(_, text)| text.replace(' ', "").len()).sum::<usize>(),
                text.replace(' ', "").len()
            );
        }
    }

    #[test]
    fn addresses_and_prices_do_not_end_a_sentence() {
        let text = "It costs 4.90 euros. Open kallias-tea.example/returns and go on.";
        assert_eq!(sentences(text), ["It costs 4.90 euros.", "Open kallias-tea.example/returns and go on."]);
    }
}
