//! The new text of a message: what its writer added, without the history below it. Gorgias' own stripped fields
//! come first, because Gorgias saw the whole mail; our own cut is for messages where it gave none.

use super::html;
use super::quotes::{self, Cut};

/// How much of a body is looked at, in bytes. A customer's words fit many times over; what lies beyond is history
/// or an attack on the parser.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The new text of a message, with `\n` as line end, at most one empty line in a row and no invisible characters.
///
/// The first of these that leaves any words wins: `stripped_text`, `stripped_html`, `body_text`, `body_html`, each
/// without quoted history, signature and lines such as "Sent from my iPhone". A stripped text that is plainly wrong
/// gives way to the body: when only the greeting is left of it, or when the answers that the customer wrote between
/// the quoted lines were taken for history. Empty means that there is nothing to read: such a message must never be
/// answered as if it had been understood.
///
/// Work is linear in the fields' lengths, of which no more than a megabyte of text and sixteen of HTML is looked at;
/// the result has at most [`BODY_BYTES_MAX`] bytes.
pub fn new_text(
    stripped_text: Option<&str>,
    stripped_html: Option<&str>,
    body_text: Option<&str>,
    body_html: Option<&str>,
) -> String {
    let from_text = |text: &str| match is_markup(text) {
        true => from_html(text),
        false => quotes::without_history(&tidy(bounded(text))),
    };
    let has_words = |cut: &Cut| !cut.text.is_empty();
    let from_body =
        || body_text.map(from_text).filter(has_words).or_else(|| body_html.map(from_html).filter(has_words));
    let stripped = stripped_text
        .map(from_text)
        .filter(has_words)
        .or_else(|| stripped_html.map(from_html).filter(has_words))
        .map(|cut| cut.text);
    let Some(stripped) = stripped else { return from_body().map(|cut| cut.text).unwrap_or_default() };
    let body = from_body();
    body.filter(|body| is_plainly_wrong(&stripped, body)).map_or(stripped, |body| body.text)
}

/// Whether the body holds words of the customer's that the stripped text has lost.
fn is_plainly_wrong(stripped: &str, body: &Cut) -> bool {
    body.text.len() > stripped.len()
        && (body.answers_between || (quotes::is_only_greeting(stripped) && body.text.starts_with(stripped)))
}

fn from_html(html: &str) -> Cut {
    quotes::without_history(&tidy(&html::to_text(html)))
}

/// Whether what should be plain text is HTML.
fn is_markup(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('<') && (text.contains("</") || text.contains("<br"))
}

/// `text` without characters that nobody sees, with plain spaces and at most one empty line in a row.
pub(super) fn tidy(text: &str) -> String {
    let visible = without_invisible(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut tidied = String::with_capacity(visible.len());
    let mut empty_lines = 0;
    for line in visible.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        tidied.push_str(&words.join(" "));
    }
    tidied
}

/// `text` without zero-width, direction and filler characters, which can hide a word from a rule.
pub(super) fn without_invisible(text: &str) -> String {
    text.chars().filter(|character| !is_invisible(*character)).collect()
}

/// The longest start of `text` that is within [`BODY_BYTES_MAX`].
pub(super) fn bounded(text: &str) -> &str {
    beginning(text, BODY_BYTES_MAX)
}

/// The longest start of `text` that has at most `bytes_max` bytes.
pub(super) fn beginning(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E007F}'
    ) || (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn body(text: &str) -> String {
        new_text(None, None, Some(text), None)
    }

    fn body_html(html: &str) -> String {
        new_text(None, None, None, Some(html))
    }

    #[test]
    fn gorgias_own_stripped_text_comes_first() {
        let text = new_text(Some("Hi, where is it?"), Some("<p>no</p>"), Some("no"), Some("<p>no</p>"));
        assert_eq!(text, "Hi, where is it?");
    }

    #[test]
    fn a_blank_field_falls_through_to_the_next() {
        assert_eq!(new_text(Some(" \u{200B}\n"), Some("<p>Second</p>"), Some("no"), None), "Second");
        assert_eq!(new_text(Some(""), Some("<p> </p>"), Some("Third"), None), "Third");
        assert_eq!(new_text(None, None, Some("> only history"), Some("<b>Fourth</b>")), "Fourth");
        assert_eq!(new_text(None, None, None, None), "");
    }

    #[test]
    fn plain_history_is_cut() {
        let cases = [
            (
                "Yes please.\n\nOn Mon, 3 Nov 2025 at 10:12, Shop <help@shop.test> wrote:\n> Shall we?\n> Bye",
                "Yes please.",
            ),
            (
                "Yes please.\n\nOn Mon, 3 Nov 2025 at 10:12 AM Kallias Tea\n<help@shop.test> wrote:\n\n> Shall we?",
                "Yes please.",
            ),
            ("Top\n-----Original Message-----\nFrom: Shop\nTo: me\n\nold words", "Top"),
            (
                "Top\n\n________________________________\nFrom: Shop <a@b.test>\nSent: Monday\nSubject: Re\n\nold",
                "Top",
            ),
            ("Top\n\nFrom: Shop <a@b.test>\nDate: Monday\nTo: me\nSubject: Re\n\nold", "Top"),
            ("Top\n\n*From:* Shop <a@b.test>\n*Sent:* Monday\n\nold", "Top"),
            ("See my notes\n---------- Forwarded message ---------\nFrom: x\n\nold", "See my notes"),
            ("It broke.\n\n-- \nAnn Example\nHead of Things", "It broke."),
            ("It broke.\n\nSent from my iPhone", "It broke."),
            ("It broke.\n\nGet Outlook for Android", "It broke."),
            ("It broke. Sent from my iPhone\n\n> old", "It broke."),
            ("On 3 Nov 2025, Shop wrote:\n> Which size?\n\nThe large one.", "The large one."),
            ("> Which size?\nLarge.\n> Which colour?\nGreen.", "Large.\nGreen."),
        ];
        for (mail, expected) in cases {
            assert_eq!(body(mail), expected, "{mail:?}");
        }
    }

    #[test]
    fn words_that_look_like_history_stay() {
        let cases = [
            "On Monday I wrote: please cancel. Nobody answered.",
            "From: the red tin, how many grams?\nThank you",
            "I bought it - and it broke -- twice.",
            "On the label someone wrote:\nfragile",
            "I sent it from my iPhone yesterday, did it arrive?",
        ];
        for mail in cases {
            assert_eq!(body(mail), mail);
        }
    }

    #[test]
    fn html_becomes_plain_lines_without_its_history() {
        let cases = [
            (
                "<p>Hi&nbsp;there,</p><p>my <b>tin</b> is <a href='https://x.test'>dented</a>.</p>",
                "Hi there,\n\nmy tin is dented.",
            ),
            ("<style>p{color:red}</style><script>alert(1)</script><p>Hello</p><img src=x alt=logo>", "Hello"),
            (
                "<div>Yes.</div><div class=gmail_quote>On Mon, Shop wrote:<blockquote>old <p>words</p></blockquote></div>",
                "Yes.",
            ),
            ("<p>Two things:</p><ul><li>one</li><li>two</li></ul>", "Two things:\n* one\n* two"),
            ("<p>in\u{200B}visi\u{00AD}ble</p>", "invisible"),
            ("<p>above</p><hr><p>below</p>", "above\n\nbelow"),
        ];
        for (html, expected) in cases {
            assert_eq!(body_html(html), expected, "{html:?}");
        }
    }

    #[test]
    fn hostile_html_is_bounded() {
        let deep = format!("{}words{}", "<div>".repeat(150_000), "</div>".repeat(150_000));
        let stray = format!("{}words", "<div></b>".repeat(100_000));
        let quotes = format!("{}words", "<blockquote>".repeat(80_000));
        let tables = format!("{}words", "<table><tr><td>".repeat(60_000));
        let rules = "<hr>".repeat(250_000);
        let long = "word ".repeat(BODY_BYTES_MAX);
        for html in [deep, stray, quotes, tables, rules, long] {
            assert!(body_html(&html).len() <= 4 * BODY_BYTES_MAX);
        }
        assert!(body(&"ä".repeat(BODY_BYTES_MAX)).len() <= BODY_BYTES_MAX);
    }

    #[test]
    fn a_hundred_thousand_words_are_read() {
        let long = "word ".repeat(100_000);
        assert_eq!(body(&long).split(' ').count(), 100_000);
        let lines = "a line of words\n".repeat(60_000);
        assert_eq!(body(&lines).lines().count(), 60_000);
        let attributions = "On 3 Nov 2025 at 10:12 somebody,\n".repeat(30_000);
        assert_eq!(body(&attributions).lines().count(), 30_000);
        let bars = format!("words\n{}Is that all?", "--\n".repeat(300_000));
        assert_eq!(body(&bars).lines().count(), 300_002);
    }

    #[test]
    fn the_customers_own_sentences_stay() {
        let cases = [
            "Von meinem Handy aus funktioniert der Link nicht.",
            "Sent from my phone yesterday and got no answer at all.",
            ">:( it broke again",
            "Can you help? Best regards",
        ];
        for mail in cases {
            assert_eq!(body(mail), mail);
        }
    }

    #[test]
    fn whitespace_is_tidied() {
        assert_eq!(tidy("  a \t b\u{00A0}c \r\n\r\n\r\n\r\n d\u{FEFF} \n"), "a b c\n\nd");
    }
}
