//! HTML to plain lines for `text`: one pass over the characters that builds no tree, so that no nesting, broken tag
//! or ten-megabyte table costs more than its length. Quotes come out marked with `> `, as in a plain mail, so that
//! one cut serves both; what a mail program hides is left out.
//!
//! Work: linear in the input, of which at most [`HTML_BYTES_MAX`] is looked at. Memory: at most
//! [`TEXT_BYTES_MAX`](super::text::BODY_BYTES_MAX) of words and [`OPEN_ELEMENTS_MAX`] open elements.

mod entities;
mod lines;
mod tags;

use super::text::{BODY_BYTES_MAX, beginning};
use lines::Lines;
use tags::{Tag, Tags};

/// How much of an HTML body is looked at, in bytes. Styles and embedded pictures may come before the first word.
const HTML_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many open elements are remembered; elements nested deeper count as part of the deepest one remembered.
const OPEN_ELEMENTS_MAX: usize = 1_000;

/// How far up an end tag looks for its start tag. Farther up it is a stray one.
const END_TAG_REACH: usize = 64;

/// Elements without content, hence without end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements whose content is not shown.
const UNSHOWN: &[&str] = &[
    "head", "title", "template", "svg", "object", "iframe", "audio", "video", "canvas", "select", "datalist",
];

/// Elements that stand apart from their neighbours by an empty line.
const PARAGRAPHS: &[&str] =
    &["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "dl", "hr", "fieldset"];

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "div",
    "tr",
    "ul",
    "ol",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "address",
    "center",
    "form",
    "figure",
    "figcaption",
    "caption",
    "body",
    "html",
    "details",
    "summary",
];

/// Words in the class or id of an element that holds nothing but history.
const HISTORY: &[&str] = &[
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "zmail_extra",
    "tutanota_quote",
    "reference-message-container",
];

/// Words in the class or id of an element after which there is nothing but history, as Outlook writes it.
const HISTORY_FOLLOWS: &[&str] = &["divrplyfwdmsg", "appendonsend", "outlookmessageheader"];

/// Where Gmail names the writer of a quote, and where it says that what follows was forwarded.
const GMAIL_ATTRIBUTION: &str = "gmail_attr";

/// The words of `html`, line by line.
pub(super) fn to_text(html: &str) -> String {
    let mut reader = Reader::default();
    for tag in Tags::new(beginning(html, HTML_BYTES_MAX)) {
        match tag {
            Tag::Words(words) => reader.words(words),
            Tag::Opens { name, attributes } => reader.opens(&name, attributes),
            Tag::Closes { name } => reader.closes(&name),
        }
        if reader.lines.len() >= BODY_BYTES_MAX {
            break;
        }
    }
    reader.lines.into_text(BODY_BYTES_MAX)
}

/// What holds for the words inside an element.
#[derive(Debug, Clone, Copy, Default)]
struct Manner {
    hidden: bool,
    quoted: bool,
    preformatted: bool,
    /// Inside Gmail's attribution, which is quoted unless it announces a forwarded message.
    attribution: bool,
}

#[derive(Default)]
struct Reader {
    lines: Lines,
    open: Vec<(String, Manner)>,
    /// The number of the next item of each open list; `None` in a list without numbers.
    lists: Vec<Option<u32>>,
    history_follows: bool,
}

impl Reader {
    fn manner(&self) -> Manner {
        self.open.last().map(|(_, manner)| *manner).unwrap_or_default()
    }

    fn words(&mut self, words: &str) {
        let manner = self.manner();
        if manner.hidden {
            return;
        }
        if manner.attribution && words.trim_start().starts_with("-----") {
            for (_, manner) in self.open.iter_mut().filter(|(_, manner)| manner.attribution) {
                (manner.quoted, manner.attribution) = (false, false);
            }
        }
        let quoted = self.manner().quoted || self.history_follows;
        self.lines.words(&entities::decoded(words), quoted, manner.preformatted);
    }

    fn opens(&mut self, name: &str, attributes: &str) {
        self.close_implied(name);
        let before = self.manner();
        let manner = self.manner_of(name, attributes, before);
        if !manner.hidden {
            self.starts(name);
        }
        if !VOID.contains(&name) && self.open.len() < OPEN_ELEMENTS_MAX {
            self.open.push((name.to_owned(), manner));
        }
    }

    fn manner_of(&mut self, name: &str, attributes: &str, before: Manner) -> Manner {
        let mut manner = before;
        manner.hidden |= UNSHOWN.contains(&name);
        manner.preformatted |= name == "pre";
        manner.quoted |= name == "blockquote";
        if attributes.is_empty() {
            return manner;
        }
        let found = tags::attributes(attributes);
        manner.hidden |= found.hides();
        if name == "blockquote" && found.is_only_indented() {
            manner.quoted = before.quoted;
        }
        let names_any = |words: &[&str]| words.iter().any(|word| found.named.contains(word));
        if !before.quoted && names_any(&[GMAIL_ATTRIBUTION]) {
            (manner.quoted, manner.attribution) = (true, true);
        }
        manner.quoted |= names_any(HISTORY);
        self.history_follows |= !before.quoted && names_any(HISTORY_FOLLOWS);
        manner
    }

    /// What the start of an element does to the lines.
    fn starts(&mut self, name: &str) {
        match name {
            "br" => self.lines.line_break(),
            "td" | "th" => self.lines.space(),
            "li" => {
                self.lines.item_begins();
                let number = self.lists.last_mut().and_then(Option::as_mut);
                let mark = number.map_or("* ".to_owned(), |number| {
                    let mark = format!("{number}. ");
                    *number = number.saturating_add(1);
                    mark
                });
                self.lines.mark(mark);
            }
            _ => self.apart(name),
        }
        match name {
            "ul" if self.lists.len() < OPEN_ELEMENTS_MAX => self.lists.push(None),
            "ol" if self.lists.len() < OPEN_ELEMENTS_MAX => self.lists.push(Some(1)),
            _ => {}
        }
    }

    fn closes(&mut self, name: &str) {
        // Browsers read a stray `</br>` and `</p>` as a break.
        if name == "br" {
            self.lines.line_break();
        }
        let was_hidden = self.manner().hidden;
        let reach = self.open.len().saturating_sub(END_TAG_REACH);
        let found = self.open.iter().skip(reach).rposition(|(open, _)| open == name);
        if let Some(offset) = found {
            self.open.truncate(reach + offset);
        }
        if was_hidden {
            return;
        }
        if name == "li" {
            self.lines.mark(String::new());
            self.lines.block();
        }
        if found.is_some() && matches!(name, "ul" | "ol") {
            self.lists.pop();
        }
        self.apart(name);
    }

    fn apart(&mut self, name: &str) {
        if PARAGRAPHS.contains(&name) {
            self.lines.paragraph();
        } else if BLOCKS.contains(&name) {
            self.lines.block();
        }
    }

    /// Closes what a start tag ends without an end tag: a paragraph by a block, a cell by the next one.
    fn close_implied(&mut self, name: &str) {
        let is_block = PARAGRAPHS.contains(&name) || BLOCKS.contains(&name) || name == "li";
        let ends_before = |open: &str| match open {
            "p" => is_block,
            "li" => name == "li",
            "td" | "th" => matches!(name, "td" | "th" | "tr"),
            "tr" => name == "tr",
            "option" => name == "option",
            "dt" | "dd" => matches!(name, "dt" | "dd"),
            // A head whose end tag is missing must not hide the mail.
            "head" | "title" => matches!(name, "body" | "div" | "p" | "table"),
            _ => false,
        };
        while self.open.last().is_some_and(|(open, _)| ends_before(open)) {
            self.open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn what_is_hidden_is_left_out() {
        let cases = [
            ("<p style='DISPLAY : none'>a</p>b", "b"),
            ("<div style=display:none>a<div>a</div>a</div>b", "b"),
            ("<span hidden>a</span>b", "b"),
            ("<p style=\"mso-hide:all\">a<p>b", "b"),
            ("<div style='font-size:0'>a</div><div style='font-size:0.9em'>b</div>", "b"),
            ("<div style='opacity:0.8'>b</div>", "b"),
            ("<head><title>a<body>b", "b"),
            ("<STYLE>a</b></Style>b<script>'</div>'</script>", "b"),
            ("<!-- a --><!--><!doctype html><?xml a?><![if !mso]>b<![endif]>", "b"),
            ("<select><option>a<option>a</select>b<svg><text>a</text></svg>", "b"),
        ];
        for (html, expected) in cases {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }

    #[test]
    fn malformed_html_keeps_its_words() {
        let cases = [
            ("I <3 tea & 5 < 6", "I <3 tea & 5 < 6"),
            ("<b>a<i>b</b>c</i>d</div></span>", "abcd"),
            ("<a href=\"x>a</a>b", "ab"),
            ("<a title=\"1 > 0\">a</a>", "a"),
            ("<p>a<p>b<li>c<li>d", "a\n\nb\n* c\n* d"),
            ("<ol><li>a</li><li>b</li></ol>c", "1. a\n2. b\nc"),
            ("<td>a<td>b<tr><td>c", "a b\nc"),
            ("<!-- a", ""),
            ("<!-- a > b", "b"),
            ("a</>b</ >c<>d", "abc<>d"),
            ("<pre>a\n  b</pre>", "a\nb"),
            ("a<br>b</br>c", "a\nb\nc"),
        ];
        for (html, expected) in cases {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }

    #[test]
    fn quotes_are_marked() {
        let cases = [
            ("a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
            ("a<div id=x_divRplyFwdMsg>b</div>c", "a\n> b\n> c"),
            ("<blockquote><div id=divRplyFwdMsg>b</div></blockquote>c", "> b\n\nc"),
            ("a<div class=gmail_attr>b wrote:</div><div>c</div>", "a\n> b wrote:\nc"),
            ("<div class=gmail_attr>---------- Forwarded message</div>c", "---------- Forwarded message\nc"),
            ("a<span class=moz-cite-prefix>b</span>c", "a\n> b\nc"),
        ];
        for (html, expected) in cases {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }

    /// Each of these took a careless reader the square of its length.
    #[test]
    fn hostile_html_costs_no_more_than_its_length() {
        let repeated = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
        const MEGABYTE: usize = 1024 * 1024;
        let table =
            format!("<table>{}</table>", repeated("<tr><td>cell</td><td>1.00</td></tr>", 10 * MEGABYTE));
        assert!(to_text(&table).len() <= BODY_BYTES_MAX);
        let padded = format!("<style>{}</style><p>words</p>", repeated("p { color: red } ", 10 * MEGABYTE));
        assert_eq!(to_text(&padded), "words");
        let units = [
            "<div>",
            "<div></b>",
            "<a \">\"",
            "<a '",
            "<!--",
            "<!-- >",
            "<a b c ",
            "<",
            "</",
            "&amp",
            "<ol><li>",
            "<style>",
        ];
        for unit in units {
            assert!(to_text(&repeated(unit, MEGABYTE)).len() <= BODY_BYTES_MAX, "{unit}");
        }
        let attributes = format!("<p {}>words</p>", repeated("a=1 ", MEGABYTE));
        assert_eq!(to_text(&attributes), "words");
        let deep = format!("{}words{}", repeated("<div>", MEGABYTE), repeated("</div>", MEGABYTE));
        assert_eq!(to_text(&deep), "words");
    }
}
