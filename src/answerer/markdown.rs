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
    let markdown = without_hidden(&shown(markdown));
    let mut reader = Reader::default();
    for line in markdown.lines() {
        reader.line(line);
    }
    reader.end_table();
    reader.finish();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    fence: Option<&'static str>,
    table: Option<Table>,
}

/// A table being read: the names of its columns, and whether the line below them was drawn.
struct Table {
    columns: Vec<String>,
    is_headed: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim();
        if !text.starts_with('|') || self.fence.is_some() {
            self.end_table();
        }
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
            self.row(text);
        } else if is_definition(text) {
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

    /// A row below a heading row names its columns: "Norway: Standard 5 days, Express 2 days".
    fn row(&mut self, text: &str) {
        let cells: Vec<String> =
            text.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let is_drawn = cells.iter().all(|cell| cell.chars().all(|mark| matches!(mark, '-' | ':')));
        match &mut self.table {
            None => self.table = Some(Table { columns: cells, is_headed: false }),
            Some(table) if is_drawn => table.is_headed = true,
            Some(table) => {
                let text = table.row(&cells);
                self.end_headless();
                self.open = Some(Block::Item { number: None, text });
                self.finish();
            }
        }
    }

    /// Gives the first row of a table as one like the others if no line is drawn below it.
    fn end_headless(&mut self) {
        let Some(table) = self.table.as_mut().filter(|table| !table.is_headed) else { return };
        let text = joined(&table.columns);
        table.columns.clear();
        table.is_headed = true;
        self.open = Some(Block::Item { number: None, text });
        self.finish();
    }

    fn end_table(&mut self) {
        self.end_headless();
        self.table = None;
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

impl Table {
    fn row(&self, cells: &[String]) -> String {
        if !self.is_headed || self.columns.len() < 3 {
            return joined(cells);
        }
        let Some((first, rest)) = cells.split_first() else { return String::new() };
        let named: Vec<String> = self
            .columns
            .iter()
            .skip(1)
            .zip(rest)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| format!("{column} {cell}").trim().to_owned())
            .collect();
        joined(&[first.clone(), named.join(", ")])
    }
}

fn joined(cells: &[String]) -> String {
    let cells: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    cells.join(": ")
}

/// Whether `text` only says where a link of another line leads.
fn is_definition(text: &str) -> bool {
    let named = text.strip_prefix('[').and_then(|text| text.split_once("]:"));
    named.is_some_and(|(name, behind)| {
        !name.contains(']') && behind.trim_start().starts_with(['h', '/', '<', '#'])
    })
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

/// Inline Markdown as plain words with single spaces.
fn plain(text: &str) -> String {
    let text = without_tags(&decoded(&without_links(text)));
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
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decoded(text: &str) -> String {
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
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

/// The longest words of a link, in bytes; a bracket that stands open for longer is none.
const LINK_WORDS_BYTES_MAX: usize = 1_000;

/// `[words](address)` and `[words][name]` as words, `![picture](address)` as nothing.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, link) = rest.split_at(start);
        let inside = link.get(1..).unwrap_or_default();
        let near = inside.get(..inside.floor_char_boundary(LINK_WORDS_BYTES_MAX)).unwrap_or_default();
        let by_address = near.find("](").map(|at| (at, ')'));
        let by_name = near.find("][").map(|at| (at, ']'));
        let words_end = [by_address, by_name].into_iter().flatten().min();
        let link_read = words_end.and_then(|(at, end)| {
            let (words, behind) = inside.split_at(at);
            behind.get(2..)?.split_once(end).map(|(_, after)| (words, after))
        });
        let Some((words, after)) = link_read.filter(|(words, _)| !words.contains(']')) else {
            plain.push_str(before);
            plain.push('[');
            rest = inside;
            continue;
        };
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
            Some((address, after)) if is_address(address) => {
                plain.push_str(address.trim_start_matches("mailto:"));
                rest = after;
            }
            Some((name, after))
                if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/') =>
            {
                plain.push(' ');
                rest = after;
            }
            // Begun and never ended: the mark alone goes, so that nothing behind it can become a tag.
            _ if inside.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first)) => {
                rest = inside;
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

/// Whether what stands between `<` and `>` is an address, not a tag.
fn is_address(inside: &str) -> bool {
    let starts = ["https://", "http://", "mailto:"].iter().any(|start| inside.starts_with(start));
    (starts || inside.contains('@'))
        && !inside.contains(|mark: char| mark.is_whitespace() || "\"'<=".contains(mark))
}

/// `markdown` without the characters that no reader sees, or that turn the direction of reading.
fn shown(markdown: &str) -> String {
    let is_hidden = |character: char| match character {
        '\n' | '\r' | '\t' => false,
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{AD}' => true,
        '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => character.is_control(),
    };
    markdown.chars().filter(|character| !is_hidden(*character)).collect()
}

/// Elements whose text is not for readers.
const HIDDEN: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("<script", "</script"),
    ("<style", "</style"),
    ("<iframe", "</iframe"),
    ("<template", "</template"),
];

/// `markdown` without comments, scripts and styles; one that never ends takes the rest with it.
fn without_hidden(markdown: &str) -> String {
    HIDDEN.iter().fold(markdown.to_owned(), |text, (start, end)| without(&text, start, end))
}

fn without(text: &str, start: &str, end: &str) -> String {
    // ASCII only, so that places in it are places in the text.
    let lower = text.to_ascii_lowercase();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find(start)) {
        plain.push_str(text.get(at..at + found).unwrap_or_default());
        let inside = at + found + start.len();
        let Some(ended) = lower.get(inside..).and_then(|rest| rest.find(end)) else { return plain };
        at = inside + ended + end.len();
        if !end.ends_with('>') {
            at += lower.get(at..).and_then(|rest| rest.find('>')).map_or(0, |close| close + 1);
        }
    }
    plain.push_str(text.get(at..).unwrap_or_default());
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
            ("[a page][1] and ![dot][2]end", "a page and end"),
            ("[click](javascript:alert(1)", "click"),
            ("&lt;img src=x onerror=alert(1)&gt;Text", "Text"),
            ("Text <img src=x onerror=alert(1)", "Text img src=x onerror=alert(1)"),
            ("<javascript:alert(1)>Text", "Text"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(plain(markdown), expected, "{markdown:?}");
        }
    }

    #[test]
    fn what_is_not_for_readers_is_gone() {
        let markdown = "One\u{202E}\u{0}.\n<SCRIPT>\nalert(1)\n</SCRIPT >\n\nTwo<style>p{}</style>.\n[1]: https://x.test\n\
            Three<!-- never ended";
        let text = |block: Block| match block {
            Block::Paragraph(text) | Block::Heading { text, .. } | Block::Item { text, .. } => text,
        };
        let texts: Vec<String> = blocks(markdown).into_iter().map(text).collect();
        assert_eq!(texts, ["One.", "Two.", "Three"]);
    }

    #[test]
    fn rows_of_a_table_name_their_columns() {
        let table = "| To | Standard | Express |\n|---|---|---|\n| Norway | 5 days | |\n| Spain | 3 days | 1 day |\n\nEnd";
        let item = |text: &str| Block::Item { number: None, text: text.to_owned() };
        assert_eq!(
            blocks(table),
            [
                item("Norway: Standard 5 days"),
                item("Spain: Standard 3 days, Express 1 day"),
                Block::Paragraph("End".to_owned()),
            ]
        );
        assert_eq!(blocks("| a | b |\n| c | d |"), [item("a: b"), item("c: d")]);
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
                item(None, "1: 2"),
                paragraph("# code"),
                Block::Heading { level: 2, text: "Two".to_owned() },
                paragraph("2025. A year"),
            ]
        );
    }
}
