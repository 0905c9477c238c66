//! What there is to read in a message: words, only files, only signs, or nothing. Nobody may answer a message without
//! words as if it had been understood.

use super::text::{beginning, tidy};

/// What there is to read in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Words or a number.
    Text,
    /// Files, and no words but such as point at them: "see attached".
    OnlyFiles,
    /// Emoji or punctuation.
    OnlySigns,
    /// Nothing.
    Nothing,
}

/// How much of a text is looked at, in bytes: words do not begin after so many signs.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// What stands in a text in place of a picture, in lower case without its brackets.
const PLACEHOLDERS: &[&str] =
    &["image", "cid:", "inline image", "bild", "imagen", "immagine", "imagem", "afbeelding"];

/// Texts that only point at a file, in lower case without punctuation, in twelve languages.
#[rustfmt::skip]
const POINTERS: &[&str] = &[
    "see attached", "see attachment", "see the attachment", "see attachments", "please see attached",
    "please find attached", "attached", "see photo", "see photos", "see picture", "see pictures", "see pic",
    "photo attached", "photos attached", "here is the photo", "here are the photos", "voir pièce jointe",
    "voir pièces jointes", "ci-joint", "en pièce jointe", "voir photo", "voir photos", "ver adjunto", "adjunto",
    "ver foto", "ver fotos", "adjunto foto", "siehe anhang", "im anhang", "anbei", "siehe foto", "siehe bild",
    "anbei das foto", "anbei die fotos", "vedi allegato", "in allegato", "vedi foto", "ver anexo", "em anexo",
    "segue em anexo", "segue anexo", "zie bijlage", "in bijlage", "bijgevoegd", "zie foto", "w załączniku",
    "w załączeniu", "zobacz zdjęcie", "se bifogat", "bifogat", "se bild", "se vedhæftet", "vedhæftet", "se billede",
    "se vedlegg", "vedlagt", "se bilde", "添付しました", "添付します", "添付ファイルをご覧ください", "写真を添付しました",
    "写真です",
];

/// What there is to read in a message with this new text and so many attached files.
pub fn content(text: &str, files: usize) -> Content {
    let text = without_placeholders(&tidy(beginning(text, TEXT_BYTES_MAX)));
    let has_words = text.chars().any(char::is_alphanumeric);
    match (has_words, files > 0) {
        (true, true) if is_pointer(&text) => Content::OnlyFiles,
        (true, _) => Content::Text,
        (false, true) => Content::OnlyFiles,
        (false, false)
            if text.chars().any(|character| !character.is_whitespace() && character != '\u{FFFC}') =>
        {
            Content::OnlySigns
        }
        (false, false) => Content::Nothing,
    }
}

fn is_pointer(text: &str) -> bool {
    let is_bare = |character: char| !character.is_alphanumeric();
    POINTERS.contains(&text.trim_matches(is_bare).to_lowercase().replace('\n', " ").as_str())
}

/// `text` without what stands for a picture: `[image: cup.jpg]`, `[cid:ii_1]`, `<image001.png>`.
fn without_placeholders(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['[', '<']) {
        let (before, bracket) = rest.split_at(start);
        left.push_str(before);
        let close = if bracket.starts_with('[') { ']' } else { '>' };
        const PLACEHOLDER_BYTES_MAX: usize = 200;
        let end = beginning(bracket, PLACEHOLDER_BYTES_MAX).find(close);
        let inner = end.and_then(|end| bracket.get(1..end)).unwrap_or_default().to_lowercase();
        let is_placeholder = PLACEHOLDERS.iter().any(|start| inner.starts_with(start));
        let taken = if is_placeholder { inner_length(end) } else { 1 };
        if !is_placeholder {
            left.push_str(bracket.get(..1).unwrap_or_default());
        }
        rest = bracket.get(taken..).unwrap_or_default();
    }
    left.push_str(rest);
    left
}

fn inner_length(end: Option<usize>) -> usize {
    end.map_or(1, |end| end + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn what_a_message_is() {
        use Content::{Nothing, OnlyFiles, OnlySigns, Text};
        let cases = [
            ("Where is it?", 0, Text),
            ("1042", 0, Text),
            ("\u{8377}\u{7269}", 0, Text),
            ("The handle broke, see attached", 1, Text),
            ("see attached", 0, Text),
            ("See attached.", 2, OnlyFiles),
            ("Siehe Anhang!", 1, OnlyFiles),
            ("\u{5199}\u{771F}\u{3067}\u{3059}\u{3002}", 1, OnlyFiles),
            ("[image: cup.jpg]", 1, OnlyFiles),
            ("[cid:ii_1]\n<image001.png>\n\u{FFFC}", 1, OnlyFiles),
            ("[image: cup.jpg] broken", 1, Text),
            ("", 1, OnlyFiles),
            ("\u{1F44D}\u{1F3FD}", 1, OnlyFiles),
            ("\u{1F44D}\u{1F3FD} \u{2764}\u{FE0F}", 0, OnlySigns),
            ("?!", 0, OnlySigns),
            ("???", 1, OnlyFiles),
            ("", 0, Nothing),
            (" \u{200B}\n", 0, Nothing),
            ("[image: cup.jpg]", 0, Nothing),
            ("<3 [", 0, Text),
        ];
        for (text, files, expected) in cases {
            assert_eq!(content(text, files), expected, "{text:?} with {files} files");
        }
    }
}
