//! A word of a question as the articles write it: with a slip of the finger mended, or a compound taken apart.

/// The shortest word that a slip is looked for in, in letters; among short words too many differ by one letter.
const SLIP_LETTERS_MIN: usize = 6;

/// The shortest word that may have a wrong letter, in letters: "prevent" is no slip of "present".
const WRONG_LETTERS_MIN: usize = 9;

/// The shortest part of a compound, in letters.
const PART_LETTERS_MIN: usize = 4;

/// What may stand between the parts of a compound.
const JOINTS: &[&str] = &["", "s", "es", "n", "en", "er"];

/// Whether `written` is `meant` but for one letter that is wrong, left out, too many, or changed places with the next.
/// The first letter is right.
pub(super) fn is_slip(written: &str, meant: &str) -> bool {
    // Bytes first: most words differ in length, and a letter is at most four.
    if written.len().abs_diff(meant.len()) > 4 || written.len().min(meant.len()) < SLIP_LETTERS_MIN {
        return false;
    }
    let (left, right): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    if left.len().min(right.len()) < SLIP_LETTERS_MIN || left.len().abs_diff(right.len()) > 1 {
        return false;
    }
    let same = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    let (left, right) = (left.get(same..).unwrap_or_default(), right.get(same..).unwrap_or_default());
    let behind = |letters: &[char], count: usize| letters.get(count..).map(<[char]>::to_vec);
    let is_swapped = || {
        left.len() > 1
            && right.len() > 1
            && left.first() == right.get(1)
            && left.get(1) == right.first()
            && behind(left, 2) == behind(right, 2)
    };
    let is_long = same + left.len() >= WRONG_LETTERS_MIN;
    let is_one_off =
        (is_long && !left.is_empty() && !right.is_empty() && behind(left, 1) == behind(right, 1))
            || behind(left, 1).as_deref() == Some(right)
            || behind(right, 1).as_deref() == Some(left);
    same > 0 && (is_one_off || is_swapped())
}

/// The two words that `compound` is made of, as `known` knows them: it gives the term of a word.
pub(super) fn parts(compound: &str, known: impl Fn(&str) -> Option<String>) -> Option<[String; 2]> {
    let letters: Vec<(usize, char)> = compound.char_indices().collect();
    let last = letters.len().checked_sub(PART_LETTERS_MIN)?;
    // The longest first part: "Rückgabe-frist", not "Rück-gabefrist".
    (PART_LETTERS_MIN..=last).rev().find_map(|count| {
        let (first, second) = compound.split_at(letters.get(count)?.0);
        let second = known(second)?;
        let first = JOINTS.iter().find_map(|joint| {
            let bare = first.strip_suffix(joint)?;
            (bare.chars().count() >= PART_LETTERS_MIN).then(|| known(bare)).flatten()
        })?;
        Some([first, second])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_letter() {
        for (written, meant) in [("waranty", "warranty"), ("vouchr", "voucher"), ("shippping", "shipping")] {
            assert!(is_slip(written, meant), "{written}");
        }
        assert!(is_slip("delviery", "delivery") && is_slip("rücksemdung", "rücksendung"));
        for (written, meant) in
            [("boats", "boots"), ("prevent", "present"), ("warranty", "warranty"), ("wrnty", "warranty")]
        {
            assert!(!is_slip(written, meant), "{written}");
        }
    }

    #[test]
    fn compounds_come_apart_at_known_words() {
        let known =
            |word: &str| ["versand", "kosten", "rückgabe", "frist"].contains(&word).then(|| word.to_owned());
        assert_eq!(parts("versandkosten", known), Some(["versand".to_owned(), "kosten".to_owned()]));
        assert_eq!(parts("rückgabesfrist", known), Some(["rückgabe".to_owned(), "frist".to_owned()]));
        assert_eq!(parts("versandhaus", known), None);
        assert_eq!(parts("über", known), None);
    }
}
