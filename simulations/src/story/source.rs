//! The article that a reply was taken from, told from the words alone, as a reader of the thread would.

use crate::shop;

/// Shorter sentences stand in several articles.
const WORDS_MIN: usize = 5;

/// The name of the sample shop's article that most of the reply's sentences stand in; none when it quotes none.
pub fn source_of(reply: &str) -> Option<&'static str> {
    let reply = words(reply);
    let quoted = |markdown: &str| {
        let sentences = markdown.split(['\n', '.', '!', '?', ':', ';']).map(words);
        sentences.filter(|sentence| is_long(sentence) && reply.contains(sentence.as_str())).count()
    };
    let counted = shop::every_article().map(|(id, markdown)| (quoted(markdown), id));
    counted.filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count).map(|(_, id)| id)
}

fn is_long(sentence: &str) -> bool {
    sentence.split(' ').count() >= WORDS_MIN
}

/// Letters and digits alone, in lower case, words apart by one space.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::source_of;

    #[test]
    fn a_quoted_sentence_names_its_article_whatever_stands_around_it() {
        let reply =
            "Hi Mia,\n\nYou can return unopened tea and unused teaware within 30 days of delivery.\n\nYours";
        assert_eq!(source_of(reply), Some("returns"));
        let in_german =
            "Hallo Frieda,\n\nDeutschland, Österreich und die übrige Europäische Union: 3 bis 6 Werktage.";
        assert_eq!(source_of(in_german), Some("versand"));
        assert_eq!(source_of("Thank you for your message. I am passing it to a colleague."), None);
    }
}
