//! HTML to plain lines for `text`: no wrapping that would break a sentence, quotes marked with `> ` so that the
//! plain-text cut sees them, links as their words, no images. Input size and nesting are bounded.

use std::collections::BTreeMap;

use html2text::render::TextDecorator;

use super::text::bounded;

/// Columns of a rendered line. Wide, so that "On … wrote:" stays on one line; not wider, as tables are padded to it.
const LINE_COLUMNS: usize = 1_000;

/// How many elements may be open at once. Mail programs nest some dozens; the renderer's work grows with the square.
const OPEN_ELEMENTS_MAX: usize = 400;

/// The words of `html`, line by line; `None` if it cannot be read, or is nested deeper than any mail program does.
pub(super) fn to_text(html: &str) -> Option<String> {
    let html = bounded(html);
    if open_elements(html) > OPEN_ELEMENTS_MAX {
        return None;
    }
    html2text::config::with_decorator(PlainLines)
        .raw_mode(true)
        .no_table_borders()
        .allow_width_overflow()
        .string_from_read(without_rules(html).as_bytes(), LINE_COLUMNS)
        .ok()
}

/// `html` with each `<hr` as `<br`: a rule is drawn as wide as the line, which is noise in a text.
fn without_rules(html: &str) -> String {
    html.replace("<hr", "<br").replace("<HR", "<br").replace("<Hr", "<br").replace("<hR", "<br")
}

/// The deepest nesting of elements, counted by tags alone. An end tag counts only for an open element of its own
/// name, so stray end tags cannot hide a deep nest; elements that need no end tag are not counted.
fn open_elements(html: &str) -> usize {
    let mut open_by_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut open = 0_usize;
    let mut deepest = 0;
    for tag in html.split('<').skip(1) {
        let name: String = tag
            .chars()
            .skip_while(|character| *character == '/')
            .take_while(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .collect();
        if name.is_empty() || WITHOUT_END_TAG.contains(&name.as_str()) {
            continue;
        }
        let of_this_name = open_by_name.entry(name).or_default();
        if !tag.starts_with('/') {
            *of_this_name += 1;
            open += 1;
            deepest = deepest.max(open);
        } else if *of_this_name > 0 {
            *of_this_name -= 1;
            open -= 1;
        }
    }
    deepest
}

/// Elements that have no end tag, or whose end tag writers leave out.
const WITHOUT_END_TAG: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
];

/// Renders without any decoration but the marks of quotes and list items.
#[derive(Clone, Copy)]
struct PlainLines;

impl TextDecorator for PlainLines {
    type Annotation = ();

    fn decorate_link_start(&mut self, _url: &str) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        String::new()
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _source: &str, _title: &str) -> (String, ()) {
        (String::new(), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "* ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        *self
    }
}
