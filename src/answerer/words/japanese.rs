//! The words of Japanese, which has no blanks between them: Katakana and Latin as they stand, Kanji in pairs, while
//! Hiragana, which is mostly grammar, only counts in the tables' phrases.

use super::{Word, Words, folded};
use crate::answerer::language::is_kana;
use crate::answerer::lexicon;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Latin,
    Other,
}

impl Words {
    pub(super) fn of_japanese(&self, text: &str) -> Vec<Word> {
        let mut found = Vec::new();
        for (phrase, term) in lexicon::of(self.language).phrases {
            if text.contains(phrase) {
                found.push(named(phrase, term));
            }
        }
        found.extend(self.measures(text));
        let mut run = String::new();
        let mut script = Script::Other;
        for character in text.chars().chain([' ']) {
            let next = script_of(character);
            if next != script {
                self.run(script, &run, &mut found);
                run.clear();
                script = next;
            }
            run.push(character);
        }
        found
    }

    /// The words of `run`, which is in one script.
    fn run(&self, script: Script, run: &str, found: &mut Vec<Word>) {
        let characters: Vec<char> = run.chars().collect();
        let mut add = |text: String| {
            if !self.small.contains(&text) {
                let term = self.concepts.get(&text).cloned().unwrap_or_else(|| text.clone());
                found.push(Word { shown: text, term, broader: None });
            }
        };
        match script {
            Script::Other => {}
            Script::Katakana | Script::Latin if characters.len() < 2 => {}
            Script::Katakana | Script::Latin => add(folded(run)),
            Script::Kanji if characters.len() == 1 => add(run.to_owned()),
            Script::Kanji => characters.windows(2).for_each(|pair| add(pair.iter().collect())),
        }
    }

    /// What lengths of time and prices in `text` answer.
    fn measures(&self, text: &str) -> Vec<Word> {
        let mut found = Vec::new();
        for (at, digit) in text.char_indices().filter(|(_, character)| character.is_numeric()) {
            let behind = text.get(at + digit.len_utf8()..).unwrap_or_default();
            for (units, term) in
                [(&self.units_of_time, lexicon::HOW_LONG), (&self.units_of_money, lexicon::COST)]
            {
                if let Some(unit) = units.iter().find(|unit| behind.starts_with(unit.as_str())) {
                    found.push(named(unit, term));
                }
            }
        }
        found
    }
}

fn named(shown: &str, term: &str) -> Word {
    Word { shown: shown.to_owned(), term: term.to_owned(), broader: None }
}

fn script_of(character: char) -> Script {
    match character {
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' => Script::Kanji,
        '\u{30A1}'..='\u{30FA}' | 'ー' => Script::Katakana,
        _ if is_kana(character) => Script::Other,
        _ if character.is_alphanumeric() => Script::Latin,
        _ => Script::Other,
    }
}
