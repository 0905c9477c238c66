//! What was perhaps meant by a word that is not known.

/// The known word nearest to `word`, if it is near enough to be what was meant.
pub(in crate::policy) fn nearest(word: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let far = 1 + word.chars().count() / 3;
    let near = known.map(|name| (changes(word, &name), name)).filter(|(changes, _)| *changes <= far);
    near.min().map(|(_, name)| name)
}

/// How many letters must be added, taken away or exchanged to make one word of the other (Levenshtein's distance).
fn changes(word: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in word.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, (compared, pair)) in other.iter().zip(above.windows(2)).enumerate() {
            let exchanged = pair[0] + usize::from(letter != *compared);
            line.push(exchanged.min(pair[1] + 1).min(line[column] + 1));
        }
        above = line;
    }
    above.last().copied().unwrap_or_default()
}
