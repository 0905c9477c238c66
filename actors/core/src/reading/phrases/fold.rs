//! One letter for many: case, accents, width, kana and look-alikes of a letter fold into the one that rules are
//! written with.

/// What `character` is read as: up to two characters, none for a mark that only colours the letter before it.
pub(super) fn fold(character: char) -> impl Iterator<Item = char> {
    let mut folded = [None, None];
    match wide(character) {
        '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}' | 'ー' | 'ﾞ' | 'ﾟ' => {}
        'ß' | 'ẞ' => folded = [Some('s'), Some('s')],
        'æ' | 'Æ' => folded = [Some('a'), Some('e')],
        'œ' | 'Œ' => folded = [Some('o'), Some('e')],
        other => folded = [Some(plain(other.to_lowercase().next().unwrap_or(other))), None],
    }
    folded.into_iter().flatten()
}

/// Whether `character` is a word by itself: kana and Chinese characters.
pub(in crate::reading) fn is_single_word(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '々' | '一'..='鿿' | '㐀'..='䶿')
}

/// The full-width kana in the order of the half-width ones from U+FF66 on. Source: Unicode, Halfwidth and Fullwidth
/// Forms.
const KANA: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// Half-width kana and full-width Latin in their usual width.
fn wide(character: char) -> char {
    match character {
        '\u{FF66}'..='\u{FF9D}' => (u32::from(character) - 0xFF66)
            .try_into()
            .ok()
            .and_then(|at: usize| KANA.chars().nth(at))
            .unwrap_or(character),
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(character).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(character)
        }
        '\u{3000}' => ' ',
        '｡' => '。',
        '､' => '、',
        _ => character,
    }
}

/// Letters that stand for a plain one: accents, the Cyrillic and Greek look-alikes, katakana and voiced kana. Voiced
/// kana lose their marks, because half-width text and some machines write the mark apart.
fn plain(character: char) -> char {
    match character {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'а' | 'α' | 'ɑ' => 'a',
        'ç' | 'ć' | 'č' | 'с' => 'c',
        'ď' | 'đ' | 'ð' | 'ԁ' => 'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' | 'е' | 'ε' => 'e',
        'ì'..='ï' | 'ī' | 'ı' | 'і' | 'ι' => 'i',
        'ĺ' | 'ľ' | 'ł' => 'l',
        'м' => 'm',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ś' | 'š' | 'ş' | 'ѕ' => 's',
        'т' | 'ť' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' | 'у' => 'y',
        'х' => 'x',
        'ź' | 'ż' | 'ž' => 'z',
        'ァ'..='ヶ' => char::from_u32(u32::from(character) - 0x60).map_or(character, unvoiced),
        'ぁ'..='ゖ' => unvoiced(character),
        _ => character,
    }
}

/// A kana without the two or the circle that voice it.
fn unvoiced(kana: char) -> char {
    const VOICED: &str = "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ";
    const PLAIN: &str = "かきくけこさしすせそたちつてとはひふへほはひふへほ";
    VOICED.chars().position(|voiced| voiced == kana).and_then(|at| PLAIN.chars().nth(at)).unwrap_or(kana)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_to_the_one_that_rules_use() {
        for (written, expected) in [
            ("Ł", "l"),
            ("Ö", "o"),
            ("ß", "ss"),
            ("Œ", "oe"),
            ("ガ", "か"),
            ("ｶ", "か"),
            ("ﾞ", ""),
            ("ー", ""),
            ("人", "人"),
            ("Ｑ", "q"),
            ("І", "i"),
        ] {
            let folded: String = written.chars().flat_map(fold).collect();
            assert_eq!(folded, expected, "{written}");
        }
    }
}
