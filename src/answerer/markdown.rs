//! As much Markdown as help articles use, as plain text: headings, paragraphs, list items, tables, code, links,
//! emphasis, images, comments and stray HTML tags. What is said stays, how it looked goes.

/// A piece of an article, as plain text on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading; 1 is the highest level.
    Heading { level: usize, text: String },
    /// A paragraph, a quote or a row of a table.
    Paragraph(String),
    /// One item of a list; its number if the list counts.
    Item { number: Option<u32>, text: String },
}

/// The blocks of `markdown` that have any text, in order.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    let markdown = without_comments(markdown);
    let mut reader = Reader::default();
    for line in markdown.lines() {
        reader.line(line);
    }
    reader.finish();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    fence: Option<&'static str>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim();
        if let Some(fence) = self.fence {
            if text.starts_with(fence) {
                self.fence = None;
                self.finish();
            } else {
                self.paragraph(text);
            }
            return;
        }
        if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| text.starts_with(fence)) {
            self.finish();
            self.fence = Some(fence);
        } else if text.is_empty() {
            self.finish();
        } else if let Some(level) = self.underline(text) {
            self.underlined(level);
        } else if let Some((level, heading)) = heading(text) {
            self.finish();
            self.open = Some(Block::Heading { level, text: heading.to_owned() });
            self.finish();
        } else if is_rule(text) {
            self.finish();
        } else if let Some((number, item)) = item(text) {
            self.finish();
            self.open = Some(Block::Item { number, text: item.to_owned() });
        } else if text.starts_with('|') {
            self.finish();
            self.paragraph(&row(text));
            self.finish();
        } else {
            self.paragraph(text.trim_start_matches(['>', ' ']));
        }
    }

    /// Adds a line to the open paragraph or item, or opens a paragraph.
    fn paragraph(&mut self, line: &str) {
        match &mut self.open {
            Some(Block::Paragraph(text) | Block::Item { text, .. } | Block::Heading { text, .. }) => {
                text.push(' ');
                text.push_str(line);
            }
            None => self.open = Some(Block::Paragraph(line.to_owned())),
        }
    }

    /// The level that a line of `=` or `-` gives to the paragraph above it.
    fn underline(&self, text: &str) -> Option<usize> {
        if !matches!(self.open, Some(Block::Paragraph(_))) || text.len() < 3 {
            return None;
        }
        match text {
            _ if text.chars().all(|character| character == '=') => Some(1),
            _ if text.chars().all(|character| character == '-') => Some(2),
            _ => None,
        }
    }

    fn underlined(&mut self, level: usize) {
        if let Some(Block::Paragraph(text)) = self.open.take() {
            self.open = Some(Block::Heading { level, text });
        }
        self.finish();
    }

    fn finish(&mut self) {
        let block = match self.open.take() {
            Some(Block::Heading { level, text }) => Block::Heading { level, text: plain(&text) },
            Some(Block::Paragraph(text)) => Block::Paragraph(plain(&text)),
            Some(Block::Item { number, text }) => Block::Item { number, text: plain(&text) },
            None => return,
        };
        let (Block::Heading { text, .. } | Block::Paragraph(text) | Block::Item { text, .. }) = &block;
        if !text.is_empty() {
            self.blocks.push(block);
        }
    }
}

fn heading(text: &str) -> Option<(usize, &str)> {
    let level = text.chars().take_while(|character| *character == '#').count();
    let rest = text.get(level..)?;
    ((1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t'])))
        .then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

fn is_rule(text: &str) -> bool {
    let marks: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    marks.len() >= 3 && ['-', '*', '_'].iter().any(|mark| marks.chars().all(|character| character == *mark))
}

/// The number and the text of a list item.
fn item(text: &str) -> Option<(Option<u32>, &str)> {
    if let Some(rest) = ["- ", "* ", "+ ", "• "].iter().find_map(|mark| text.strip_prefix(mark)) {
        let rest = rest.trim_start();
        return Some((None, rest.strip_prefix("[ ] ").or_else(|| rest.strip_prefix("[x] ")).unwrap_or(rest)));
    }
    let (number, rest) = text.split_once(['.', ')'])?;
    let number = (number.len() <= 3).then(|| number.parse().ok()).flatten()?;
    rest.starts_with(' ').then(|| (Some(number), rest.trim_start()))
}

/// The cells of a table row, joined; a row that only draws lines is empty.
fn row(text: &str) -> String {
    let cells = text.split('|').map(str::trim).filter(|cell| !cell.is_empty());
    let cells: Vec<&str> =
        cells.filter(|cell| !cell.chars().all(|character| matches!(character, '-' | ':'))).collect();
    cells.join(": ")
}

/// Inline Markdown as plain words with single spaces.
fn plain(text: &str) -> String {
    let text = without_tags(&without_links(text));
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(char::is_ascii_punctuation) => {
                if let Some(escaped) = characters.next() {
                    plain.push(escaped);
                }
            }
            '*' | '`' => {}
            '~' if characters.peek() == Some(&'~') => {
                characters.next();
            }
            // Within a word an underscore belongs to it; at its edge it is emphasis.
            '_' if !before.is_alphanumeric()
                || !characters.peek().is_some_and(|next| next.is_alphanumeric()) => {}
            _ => plain.push(character),
        }
        before = character;
    }
    let plain = ENTITIES.iter().fold(plain, |text, (entity, character)| text.replace(entity, character));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Entities that editors leave in Markdown; `&amp;` is last, so that nothing is decoded twice.
const ENTITIES: &[(&str, &str)] = &[
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&euro;", "€"),
    ("&amp;", "&"),
];

/// `[words](address)` as words, `![picture](address)` as nothing.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, link) = rest.split_at(start);
        let Some((words, after)) = link.get(1..).and_then(|link| link.split_once("](")) else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        if words.contains(']') {
            plain.push_str(before);
            plain.push('[');
            rest = link.get(1..).unwrap_or_default();
            continue;
        }
        match before.strip_suffix('!') {
            Some(before) => plain.push_str(before),
            None => {
                plain.push_str(before);
                plain.push_str(words);
            }
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// `<https://…>` as its address, other tags as nothing; a lone `<` stays.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        plain.push_str(before);
        let inside = tag.get(1..).unwrap_or_default();
        match inside.split_once('>') {
            Some((address, after)) if address.contains("://") || address.contains('@') => {
                plain.push_str(address.trim_start_matches("mailto:"));
                rest = after;
            }
            Some((name, after))
                if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/') =>
            {
                plain.push(' ');
                rest = after;
            }
            _ => {
                plain.push('<');
                rest = inside;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn without_comments(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, comment)) = rest.split_once("<!--") {
        plain.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn inline_marks_go_and_words_stay() {
        let cases = [
            ("**Bold**, *soft* and __strong__ `code`", "Bold, soft and strong code"),
            ("See [our page](https://x.test/a_b) now", "See our page now"),
            ("![logo](x.png)Text", "Text"),
            ("Write to <help@x.test> or <https://x.test>", "Write to help@x.test or https://x.test"),
            ("snake_case stays, 3 < 4 too", "snake_case stays, 3 < 4 too"),
            ("A &amp; B&nbsp;C \\* D<br>E", "A & B C * D E"),
            ("[not a link] and ~~gone~~", "[not a link] and gone"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(plain(markdown), expected, "{markdown:?}");
        }
    }

    #[test]
    fn blocks_are_found() {
        let item = |number, text: &str| Block::Item { number, text: text.to_owned() };
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        let markdown = "# One #\nfirst\nline\n\n- a\n  more\n* b\n1. c\n2) d\n\n---\n> quote\n\n| x | y |\n|---|:-:|\n| 1 | 2 |\n<!-- gone\n -->\n```\n# code\n```\nTwo\n---\n2025. A year";
        assert_eq!(
            blocks(markdown),
            [
                Block::Heading { level: 1, text: "One".to_owned() },
                paragraph("first line"),
                item(None, "a more"),
                item(None, "b"),
                item(Some(1), "c"),
                item(Some(2), "d"),
                paragraph("quote"),
                paragraph("x: y"),
                paragraph("1: 2"),
                paragraph("# code"),
                Block::Heading { level: 2, text: "Two".to_owned() },
                paragraph("2025. A year"),
            ]
        );
    }
}
