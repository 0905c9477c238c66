//! A number with its word, for what is told to people.

use std::fmt::Display;

/// `1 ticket`, `2 tickets`: `one` stands behind a single one, `many` behind every other number.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let word = if count == N::from(1) { one } else { many };
    format!("{count} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let told = [0, 1, 2].map(|count| counted(count, "body", "bodies"));
        assert_eq!(told, ["0 bodies", "1 body", "2 bodies"]);
    }
}
