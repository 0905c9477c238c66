//! Every word that the rules know, by number, and which of them a customer's word is: itself, one that begins like
//! it, or one that it misspells. A word is looked up once, however often it stands in a message.

use std::collections::BTreeMap;

use super::tokens::Token;

/// The shortest word that a misspelling is looked for.
const MISSPELT_LETTERS_MIN: usize = 4;

/// How a rule writes "a number".
pub(super) const NUMBER: &str = "#";

/// The fewest digits of what a rule takes for a number.
const DIGITS_MIN: usize = 3;

/// A word of the customer's that is longer is none of ours.
const LETTERS_MAX: usize = 40;

/// The words that rules know.
#[derive(Default)]
pub(super) struct Vocabulary {
    count: usize,
    words: BTreeMap<String, usize>,
    beginnings: BTreeMap<String, usize>,
    misspelt: BTreeMap<String, usize>,
    /// Each word with one letter dropped, and the words it comes from.
    near: BTreeMap<String, Vec<String>>,
}

impl Vocabulary {
    /// The number of a word, which is a new one when no rule has it yet.
    pub fn add(&mut self, word: String, begins: bool, misspelt: bool) -> usize {
        let kind = match (begins, misspelt) {
            (true, _) => &mut self.beginnings,
            (false, true) => &mut self.misspelt,
            (false, false) => &mut self.words,
        };
        let number = *kind.entry(word).or_insert(self.count);
        self.count = self.count.max(number + 1);
        number
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Makes ready for misspelt words, after the last word was added.
    pub fn prepare(&mut self) {
        for word in self.misspelt.keys().filter(|word| word.chars().count() >= MISSPELT_LETTERS_MIN) {
            for shorter in shortened(word).chain([word.clone()]) {
                self.near.entry(shorter).or_default().push(word.clone());
            }
        }
    }

    /// The numbers of each word of a message.
    pub fn symbols(&self, tokens: &[Token]) -> Vec<Vec<usize>> {
        let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        tokens
            .iter()
            .map(|token| known.entry(&token.word).or_insert_with(|| self.numbers(&token.word)).clone())
            .collect()
    }

    fn numbers(&self, word: &str) -> Vec<usize> {
        if word.len() > LETTERS_MAX {
            return Vec::new();
        }
        let mut numbers: Vec<usize> = self.words.get(word).copied().into_iter().collect();
        if word.len() >= DIGITS_MIN && word.bytes().all(|letter| letter.is_ascii_digit()) {
            numbers.extend(self.words.get(NUMBER));
        }
        let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
        numbers.extend(ends.filter_map(|end| self.beginnings.get(&word[..end])));
        numbers.extend(self.misspelt.get(word));
        if numbers.is_empty() && word.chars().count() >= MISSPELT_LETTERS_MIN {
            numbers.extend(self.nearly(word));
        }
        numbers
    }

    /// The words that `word` misspells by one letter.
    fn nearly(&self, word: &str) -> Vec<usize> {
        let mut near: Vec<usize> = shortened(word)
            .chain([word.to_owned()])
            .filter_map(|shorter| self.near.get(&shorter))
            .flatten()
            .filter(|known| is_misspelling(word, known))
            .filter_map(|known| self.misspelt.get(known).copied())
            .collect();
        near.sort_unstable();
        near.dedup();
        near
    }
}

/// `word` with each letter dropped in turn.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    word.char_indices().map(move |(at, letter)| {
        let mut shorter = word.to_owned();
        shorter.replace_range(at..at + letter.len_utf8(), "");
        shorter
    })
}

/// Whether `written` is `known` but for one letter that is wrong, missing, too many or swapped with its neighbour.
/// The first letter is right, or swapped; in a word of four letters only a swap counts.
fn is_misspelling(written: &str, known: &str) -> bool {
    let (written, known): (Vec<char>, Vec<char>) = (written.chars().collect(), known.chars().collect());
    let same_start = written.iter().zip(&known).take_while(|(left, right)| left == right).count();
    let left = written.get(same_start..).unwrap_or_default();
    let right = known.get(same_start..).unwrap_or_default();
    let is_swapped = match (left, right) {
        ([a, b, left_rest @ ..], [c, d, right_rest @ ..]) => a == d && b == c && left_rest == right_rest,
        _ => false,
    };
    if is_swapped || known.len() <= MISSPELT_LETTERS_MIN || same_start == 0 {
        return is_swapped;
    }
    let is_wrong = left.get(1..) == right.get(1..);
    let is_missing = right.get(1..) == Some(left);
    let is_too_many = left.get(1..) == Some(right);
    is_wrong || is_missing || is_too_many
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_letter_is_forgiven() {
        for (written, known, expected) in [
            ("humna", "human", true),
            ("hunan", "human", true),
            ("humn", "human", true),
            ("humman", "human", true),
            ("uhman", "human", true),
            ("numan", "human", false),
            ("humen", "human", true),
            ("mesn", "mens", true),
            ("mans", "mens", false),
            ("hmuna", "human", false),
            ("", "human", false),
        ] {
            assert_eq!(is_misspelling(written, known), expected, "{written} {known}");
        }
    }
}
