//! HTML cut into tags and the words between them, in one pass. Comments and the content of scripts and styles are
//! passed over. Every broken form is read as words or left out, never as an error.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    /// Words between tags, entities as they stand.
    Words(&'a str),
    /// A start tag: its name in lower case, and what stands behind the name.
    Opens {
        /// In lower case.
        name: String,
        /// Unparsed.
        attributes: &'a str,
    },
    /// An end tag.
    Closes {
        /// In lower case.
        name: String,
    },
}

/// How often a quotation mark without its other half may be looked for in vain to the end of the document before
/// all of them are distrusted: each such search costs the length of the rest.
const VAIN_SEARCHES_MAX: u32 = 32;

/// Elements whose content is no HTML, up to their end tag.
const RAW: &[&str] = &["script", "style", "xmp", "noembed"];

/// An iterator over the pieces of a document.
pub(super) struct Tags<'a> {
    rest: &'a str,
    vain_searches: u32,
    comments_end: bool,
}

impl<'a> Tags<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html, vain_searches: 0, comments_end: true }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Passes over a comment or a declaration, which begins at `rest`.
    fn skip_declaration(&mut self) {
        if self.rest.starts_with("<!--") && self.comments_end {
            if let Some(end) = self.rest.get(2..).and_then(|rest| rest.find("-->")) {
                self.take(2 + end + 3);
                return;
            }
            self.comments_end = false;
        }
        let end = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
        self.take(end);
    }

    /// The length of the tag at the start of `rest`, up to and with its `>`; `None` if nothing ends it.
    fn tag_length(&mut self) -> Option<usize> {
        if self.vain_searches < VAIN_SEARCHES_MAX {
            let mut inside = None;
            for (at, byte) in self.rest.bytes().enumerate() {
                match (inside, byte) {
                    (None, b'>') => return Some(at + 1),
                    (None, b'"' | b'\'')
                        if self.rest.as_bytes().get(at.wrapping_sub(1)).is_some_and(is_before_value) =>
                    {
                        inside = Some(byte);
                    }
                    (Some(mark), _) if mark == byte => inside = None,
                    _ => {}
                }
            }
            self.vain_searches += 1;
        }
        self.rest.find('>').map(|end| end + 1)
    }

    /// Passes over the content of a raw element, up to its end tag.
    fn skip_raw(&mut self, name: &str) {
        let mut from = 0;
        while let Some(offset) = self.rest.get(from..).and_then(|rest| rest.find("</")) {
            let at = from + offset;
            let end_name = self.rest.as_bytes().get(at + 2..at + 2 + name.len());
            if end_name.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
                self.take(at);
                return;
            }
            from = at + 2;
        }
        self.rest = "";
    }
}

/// Whether an attribute's quoted value may begin after this byte. Elsewhere a mark is a slip of the pen.
fn is_before_value(byte: &u8) -> bool {
    matches!(byte, b'=' | b' ' | b'\t' | b'\n' | b'\r')
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        while !self.rest.is_empty() {
            if !self.rest.starts_with('<') {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Tag::Words(self.take(end)));
            }
            match self.rest.as_bytes().get(1) {
                Some(b'!' | b'?') => self.skip_declaration(),
                Some(b'/') => {
                    let end = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
                    let name = name_of(self.take(end).get(2..).unwrap_or_default());
                    if !name.is_empty() {
                        return Some(Tag::Closes { name: name.to_ascii_lowercase() });
                    }
                }
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let Some(length) = self.tag_length() else {
                        self.rest = "";
                        return None;
                    };
                    let inner = self.take(length).trim_start_matches('<').trim_end_matches('>');
                    let name = name_of(inner);
                    let attributes = inner.get(name.len()..).unwrap_or_default();
                    let name = name.to_ascii_lowercase();
                    if RAW.contains(&name.as_str()) {
                        self.skip_raw(&name);
                        continue;
                    }
                    return Some(Tag::Opens { name, attributes });
                }
                Some(_) | None => return Some(Tag::Words(self.take(1))),
            }
        }
        None
    }
}

fn name_of(tag: &str) -> &str {
    let end = tag
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '-' | ':' | '_')));
    tag.get(..end.unwrap_or(tag.len())).unwrap_or_default()
}

/// What is looked for among the attributes of an element, in lower case.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// Its class and id.
    pub(super) named: String,
    style: String,
    hidden: bool,
    /// Says itself to be a quote.
    cites: bool,
}

/// Styles by which mail programs hide an element, without white space.
const HIDING_STYLES: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "mso-hide:all",
    "font-size:0;",
    "font-size:0px",
    "max-height:0;",
    "max-height:0px",
    "opacity:0;",
];

/// How much of an attribute's value is looked at, in bytes.
const VALUE_BYTES_MAX: usize = 1_000;

impl Attributes {
    /// Whether the element is not shown.
    pub(super) fn hides(&self) -> bool {
        self.hidden || HIDING_STYLES.iter().any(|style| self.style.contains(style))
    }

    /// Whether a blockquote is only a means to indent, as Gmail's "indent more" writes it.
    pub(super) fn is_only_indented(&self) -> bool {
        !self.cites && self.named.is_empty() && self.style.contains("border:none")
    }
}

/// Reads the attributes of a start tag.
pub(super) fn attributes(text: &str) -> Attributes {
    let mut found = Attributes::default();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '/');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|character: char| character.is_whitespace() || matches!(character, '=' | '/'));
        // A `=` without a name would stop the loop.
        let end = end.unwrap_or(rest.len()).max(usize::from(rest.starts_with('=')));
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start()),
            None => ("", after),
        };
        rest = after;
        note(&mut found, name, value);
    }
    found.style.push(';');
    found
}

/// A value and what stands behind it.
fn value_of(text: &str) -> (&str, &str) {
    for mark in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(mark) {
            return inner.split_once(mark).unwrap_or((inner, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

fn note(found: &mut Attributes, name: &str, value: &str) {
    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    let value = || super::beginning(value, VALUE_BYTES_MAX).to_ascii_lowercase();
    if is("class") || is("id") {
        if found.named.len() < VALUE_BYTES_MAX {
            found.named.push(' ');
            found.named.push_str(&value());
        }
    } else if is("style") && found.style.is_empty() {
        found.style = value().split_whitespace().collect();
    } else if is("hidden") {
        found.hidden = true;
    } else if is("cite") || (is("type") && value() == "cite") {
        found.cites = true;
    }
}
