//! A message as sentences of plain words: lower case, no invisible characters, no apostrophes, no accents, no
//! stretched letters ("humaaan"), letters with gaps joined ("h u m a n"). Rules see nothing but these words.

use crate::reading::text::without_invisible;

/// The mark that stands for a comma, a bracket or a dash between words.
pub(super) const PAUSE: &str = ",";

/// Words that begin a new clause, so a negation before them does not reach what follows.
const CLAUSE_STARTS: &[&str] = &[PAUSE, "but", "and", "so", "because", "then", "or"];

/// The words of one sentence, with pauses.
pub(super) struct Sentence {
    words: Vec<String>,
}

/// The sentences of `text`; a single line end does not end one, because mail programs wrap lines.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    split(text, false)
}

/// The lines and sentences of `text`, whichever ends first.
pub(super) fn lines(text: &str) -> Vec<Sentence> {
    split(text, true)
}

impl Sentence {
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).map(String::as_str)
    }

    /// How many words, pauses not counted.
    pub(super) fn word_count(&self) -> usize {
        self.words.iter().filter(|word| *word != PAUSE).count()
    }

    /// Whether the words of `phrase` stand at `at`, exactly.
    pub(super) fn has_phrase(&self, at: usize, phrase: &str) -> bool {
        phrase.split(' ').enumerate().all(|(offset, word)| self.word(at + offset) == Some(word))
    }

    /// Whether the words of `phrase` stand right before `at`.
    pub(super) fn has_phrase_before(&self, at: usize, phrase: &str) -> bool {
        at.checked_sub(phrase.split(' ').count()).is_some_and(|start| self.has_phrase(start, phrase))
    }

    /// Where the clause that holds `at` begins.
    pub(super) fn clause_start(&self, at: usize) -> usize {
        (0..at)
            .rev()
            .find(|before| self.word(*before).is_some_and(is_clause_start))
            .map_or(0, |before| before + 1)
    }

    /// The words from `start` to `end`, for people.
    pub(super) fn shown(&self, start: usize, end: usize) -> String {
        let words: Vec<&str> =
            (start..end).filter_map(|at| self.word(at)).filter(|word| *word != PAUSE).collect();
        words.join(" ")
    }
}

fn is_clause_start(word: &str) -> bool {
    CLAUSE_STARTS.contains(&word)
}

fn split(text: &str, lines_too: bool) -> Vec<Sentence> {
    let text = without_invisible(text);
    let mut sentences = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut line_ends = 0;
    for character in text.chars().flat_map(char::to_lowercase) {
        let character = plain(character);
        if character.is_alphanumeric() {
            line_ends = 0;
            word.push(character);
            continue;
        }
        if matches!(character, '\'' | '\u{2019}' | '\u{2018}' | '`' | '´') && !word.is_empty() {
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character == '\n' {
            line_ends += 1;
        }
        let ends =
            matches!(character, '.' | '!' | '?' | ';' | ':' | '…') || line_ends > usize::from(!lines_too);
        if ends && !words.is_empty() {
            sentences.push(Sentence::of(std::mem::take(&mut words)));
        } else if matches!(character, ',' | '(' | ')' | '–' | '—' | '"' | '“' | '”') && !words.is_empty()
        {
            words.push(PAUSE.to_owned());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    if !words.is_empty() {
        sentences.push(Sentence::of(words));
    }
    sentences
}

impl Sentence {
    fn of(words: Vec<String>) -> Self {
        Self { words: joined_letters(words).iter().map(|word| without_stretches(word)).collect() }
    }
}

/// How many single letters in a row are one word with gaps.
const GAPPED_LETTERS_MIN: usize = 4;

fn joined_letters(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut letters: Vec<String> = Vec::new();
    let settle = |letters: &mut Vec<String>, joined: &mut Vec<String>| {
        if letters.len() >= GAPPED_LETTERS_MIN {
            joined.push(letters.concat());
            letters.clear();
        } else {
            joined.append(letters);
        }
    };
    for word in words {
        if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) {
            letters.push(word);
            continue;
        }
        settle(&mut letters, &mut joined);
        joined.push(word);
    }
    settle(&mut letters, &mut joined);
    joined
}

/// `word` with each run of three or more equal letters as one letter.
fn without_stretches(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    characters.chunk_by(|left, right| left == right).fold(String::new(), |mut plain, run| {
        let keep =
            if run.len() >= 3 && run.iter().all(|letter| letter.is_alphabetic()) { 1 } else { run.len() };
        plain.extend(run.iter().take(keep));
        plain
    })
}

/// Letters that stand for a plain one: accents, full-width forms, and the Cyrillic and Greek look-alikes.
fn plain(character: char) -> char {
    match character {
        'à'..='å' | 'ā' | 'а' | 'α' => 'a',
        'ç' | 'с' => 'c',
        'è'..='ë' | 'ē' | 'е' => 'e',
        'ì'..='ï' | 'ī' | 'і' | 'ι' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ō' | 'о' | 'ο' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ý' | 'ÿ' | 'у' => 'y',
        'р' | 'ρ' => 'p',
        'х' => 'x',
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(character).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(character)
        }
        _ => character,
    }
}
