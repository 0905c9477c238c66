//! Letters without their accents, because customers leave them out: "envio" is "envío".

/// `word` in lower case, without accents, ligatures parted.
pub(super) fn folded(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}'..='\u{36F}' => {}
            'ß' => plain.push_str("ss"),
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            _ => plain.push(bare(letter)),
        }
    }
    plain
}

/// Whether `bare`, a word without accents, is one of `list`, whose words are parted by blanks and may have some.
pub(super) fn lists(list: &str, bare: &str) -> bool {
    list.split(' ').any(|listed| if listed.is_ascii() { listed == bare } else { folded(listed) == bare })
}

/// `text` with letters and the accents behind them joined to one letter each, as stemmers expect them.
pub(super) fn composed(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for letter in text.chars() {
        let whole = joined.chars().last().and_then(|before| with_accent(before, letter));
        match whole {
            Some(whole) => {
                joined.pop();
                joined.push(whole);
            }
            None => joined.push(letter),
        }
    }
    joined
}

/// Each bare letter and what it looks like with its accents.
const ACCENTED: &[(char, &str)] = &[
    ('a', "áàâäãåąă"),
    ('c', "çćč"),
    ('d', "ďđ"),
    ('e', "éèêëęě"),
    ('g', "ğ"),
    ('i', "íìîï"),
    ('l', "ł"),
    ('n', "ñńň"),
    ('o', "óòôöõøő"),
    ('r', "ř"),
    ('s', "śšş"),
    ('t', "ťţ"),
    ('u', "úùûüůű"),
    ('y', "ýÿ"),
    ('z', "źżž"),
];

fn bare(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    ACCENTED.iter().find(|(_, accented)| accented.contains(letter)).map_or(letter, |(bare, _)| *bare)
}

/// The letters that stand together with an accent of their own, by accent.
const ACCENTS: &[(char, &str, &str)] = &[
    ('\u{301}', "aceinosuyz", "áćéíńóśúýź"),
    ('\u{300}', "aeiou", "àèìòù"),
    ('\u{302}', "aeiou", "âêîôû"),
    ('\u{308}', "aeiouy", "äëïöüÿ"),
    ('\u{303}', "ano", "ãñõ"),
    ('\u{30A}', "au", "åů"),
    ('\u{327}', "c", "ç"),
    ('\u{328}', "ae", "ąę"),
    ('\u{307}', "z", "ż"),
];

fn with_accent(letter: char, accent: char) -> Option<char> {
    let (_, bare, whole) = ACCENTS.iter().find(|(known, _, _)| *known == accent)?;
    bare.chars().zip(whole.chars()).find(|(bare, _)| *bare == letter).map(|(_, whole)| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go() {
        let cases = [
            ("Envío", "envio"),
            ("Größe", "grosse"),
            ("œuvre", "oeuvre"),
            ("zwrócić", "zwrocic"),
            ("e\u{301}te\u{301}", "ete"),
        ];
        for (word, expected) in cases {
            assert_eq!(folded(word), expected);
        }
    }

    #[test]
    fn parted_accents_are_joined() {
        assert_eq!(composed("re\u{301}paration n\u{303}"), "réparation ñ");
        assert_eq!(composed("plain"), "plain");
    }
}
