//! Articles cut into passages: what stands below one heading, cut again where it is long. A passage keeps the path
//! of headings above it, because "5 to 8 working days" says nothing without "How long delivery takes".

use unicode_segmentation::UnicodeSegmentation;

use super::article::Article;
use super::markdown::{self, Block};

/// The longest passage, in bytes, except that a single sentence is never cut.
const PASSAGE_BYTES_MAX: usize = 1_200;

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
}

/// `lines` as text for people.
pub(super) fn render(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut before: Option<&Line> = None;
    for line in lines {
        if let Some(before) = before {
            let same_paragraph = before.kind == LineKind::Sentence && line.kind == LineKind::Sentence;
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
pub(super) fn passages(article: &Article) -> Vec<Passage> {
    let mut cutter = Cutter {
        article,
        path: Vec::new(),
        seen_title: false,
        lines: Vec::new(),
        bytes: 0,
        passages: Vec::new(),
    };
    let mut group = 0;
    let mut in_list = false;
    for block in markdown::blocks(article.markdown()) {
        let is_item = matches!(block, Block::Item { .. });
        if !(is_item && in_list) {
            group += 1;
        }
        in_list = is_item;
        match block {
            Block::Heading { level, text } => cutter.heading(level, text),
            Block::Paragraph(text) => {
                for sentence in sentences(&text) {
                    cutter.line(Line { kind: LineKind::Sentence, text: sentence, group });
                }
            }
            Block::Item { number, text } => {
                cutter.line(Line { kind: LineKind::Item { number }, text, group })
            }
        }
    }
    cutter.close();
    cutter.passages
}

struct Cutter<'a> {
    article: &'a Article,
    path: Vec<(usize, String)>,
    seen_title: bool,
    lines: Vec<Line>,
    bytes: usize,
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

    fn line(&mut self, line: Line) {
        if self.bytes > 0 && self.bytes + line.text.len() > PASSAGE_BYTES_MAX {
            self.close();
        }
        self.bytes += line.text.len();
        self.lines.push(line);
    }

    fn close(&mut self) {
        self.bytes = 0;
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
    fn addresses_and_prices_do_not_end_a_sentence() {
        let text = "It costs 4.90 euros. Open kallias-tea.example/returns and go on.";
        assert_eq!(sentences(text), ["It costs 4.90 euros.", "Open kallias-tea.example/returns and go on."]);
    }
}
