//! Character references in HTML: `&eacute;`, `&#233;`, `&#xE9;`. The names are those of HTML 4 that occur in the
//! languages Polus reads, and the Polish letters of HTML 5; other names stay as they are written.

use std::borrow::Cow;

/// The longest reference, in bytes behind its `&`.
const REFERENCE_BYTES_MAX: usize = 12;

/// `text` with its character references replaced.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        match reference(after) {
            Some((character, length)) => {
                decoded.push(character);
                rest = after.get(length..).unwrap_or_default();
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character that a reference names, and how long the reference is.
fn reference(after: &str) -> Option<(char, usize)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = after.bytes().take(REFERENCE_BYTES_MAX).take_while(is_part).count();
    let name = after.get(..length)?;
    let ended = after.as_bytes().get(length) == Some(&b';');
    let whole = length + usize::from(ended);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code)
            .filter(|character| *character != '\0')
            .map(|character| (character, whole));
    }
    // Without its semicolon a name may be part of an address: `?a=1&copy=2`.
    if !ended && name != "nbsp" && name != "amp" {
        return None;
    }
    let at = NAMES.binary_search_by_key(&name, |(known, _)| known).ok()?;
    NAMES.get(at).map(|(_, character)| (*character, whole))
}

/// Sorted by name.
#[rustfmt::skip]
const NAMES: &[(&str, char)] = &[
    ("AElig", 'Æ'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Aogon", 'Ą'), ("Aring", 'Å'),
    ("Atilde", 'Ã'), ("Auml", 'Ä'), ("Cacute", 'Ć'), ("Ccedil", 'Ç'), ("ETH", 'Ð'), ("Eacute", 'É'),
    ("Ecirc", 'Ê'), ("Egrave", 'È'), ("Eogon", 'Ę'), ("Euml", 'Ë'), ("Gbreve", 'Ğ'), ("Iacute", 'Í'),
    ("Icirc", 'Î'), ("Igrave", 'Ì'), ("Iuml", 'Ï'), ("Lstrok", 'Ł'), ("Nacute", 'Ń'), ("Ntilde", 'Ñ'),
    ("OElig", 'Œ'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Oslash", 'Ø'), ("Otilde", 'Õ'),
    ("Ouml", 'Ö'), ("Sacute", 'Ś'), ("Scaron", 'Š'), ("THORN", 'Þ'), ("Uacute", 'Ú'), ("Ucirc", 'Û'),
    ("Ugrave", 'Ù'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("Yuml", 'Ÿ'), ("Zacute", 'Ź'), ("Zdot", 'Ż'),
    ("aacute", 'á'), ("acirc", 'â'), ("acute", '´'), ("aelig", 'æ'), ("agrave", 'à'), ("amp", '&'),
    ("aogon", 'ą'), ("apos", '\''), ("aring", 'å'), ("atilde", 'ã'), ("auml", 'ä'), ("bdquo", '„'),
    ("brvbar", '¦'), ("bull", '•'), ("cacute", 'ć'), ("ccedil", 'ç'), ("cedil", '¸'), ("cent", '¢'),
    ("check", '✓'), ("circ", 'ˆ'), ("copy", '©'), ("curren", '¤'), ("dagger", '†'), ("deg", '°'),
    ("divide", '÷'), ("eacute", 'é'), ("ecirc", 'ê'), ("egrave", 'è'), ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'), ("eogon", 'ę'), ("eth", 'ð'), ("euml", 'ë'), ("euro", '€'), ("frac12", '½'),
    ("frac14", '¼'), ("frac34", '¾'), ("gbreve", 'ğ'), ("ge", '≥'), ("gt", '>'), ("hearts", '♥'),
    ("hellip", '…'), ("iacute", 'í'), ("icirc", 'î'), ("iexcl", '¡'), ("igrave", 'ì'), ("iquest", '¿'),
    ("iuml", 'ï'), ("laquo", '«'), ("larr", '←'), ("ldquo", '“'), ("le", '≤'), ("lrm", '\u{200E}'),
    ("lsaquo", '‹'), ("lsquo", '‘'), ("lstrok", 'ł'), ("lt", '<'), ("macr", '¯'), ("mdash", '—'),
    ("micro", 'µ'), ("middot", '·'), ("minus", '−'), ("nacute", 'ń'), ("nbsp", '\u{00A0}'), ("ndash", '–'),
    ("ne", '≠'), ("not", '¬'), ("ntilde", 'ñ'), ("oacute", 'ó'), ("ocirc", 'ô'), ("oelig", 'œ'),
    ("ograve", 'ò'), ("ordf", 'ª'), ("ordm", 'º'), ("oslash", 'ø'), ("otilde", 'õ'), ("ouml", 'ö'),
    ("para", '¶'), ("permil", '‰'), ("plusmn", '±'), ("pound", '£'), ("prime", '′'), ("quot", '"'),
    ("raquo", '»'), ("rarr", '→'), ("rdquo", '”'), ("reg", '®'), ("rlm", '\u{200F}'), ("rsaquo", '›'),
    ("rsquo", '’'), ("sacute", 'ś'), ("sbquo", '‚'), ("scaron", 'š'), ("sect", '§'), ("shy", '\u{00AD}'),
    ("star", '☆'), ("starf", '★'), ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'),
    ("thinsp", '\u{2009}'), ("thorn", 'þ'), ("tilde", '˜'), ("times", '×'), ("trade", '™'), ("uacute", 'ú'),
    ("ucirc", 'û'), ("ugrave", 'ù'), ("uml", '¨'), ("uuml", 'ü'), ("yacute", 'ý'), ("yen", '¥'),
    ("yuml", 'ÿ'), ("zacute", 'ź'), ("zdot", 'ż'), ("zwj", '\u{200D}'), ("zwnj", '\u{200C}'),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn references_become_characters_and_other_words_stay() {
        let cases = [
            ("caf&eacute; &amp; th&#233; &#xE9;&euro;", "caf\u{E9} & th\u{E9} \u{E9}\u{20AC}"),
            ("a&nbsp;b&nbsp", "a\u{A0}b\u{A0}"),
            ("?a=1&copy=2 &unknown; &; & &#0; &#x110000;", "?a=1&copy=2 &unknown; &; & &#0; &#x110000;"),
            ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ];
        for (text, expected) in cases {
            assert_eq!(decoded(text), expected);
        }
    }
}
