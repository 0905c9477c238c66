//! What speaks for a passage as the answer to a question, and what against it: the words that confidence.rs weighs.

use super::confidence::Grounds;
use super::index::{Asked, Index, Scored};

/// A word of the story around the question counts this part of its rarity.
const STORY_DIVISOR: u64 = 5;

/// All words of the story together count at most this part of the question.
const STORY_SHARE_DIVISOR: u64 = 4;

/// What speaks for `best`, one of `ranked`, as the answer to `asked`.
pub(super) fn of(index: &Index, asked: &[Asked], ranked: &[Scored<'_>], best: &Scored<'_>) -> Grounds {
    let passage = best.passage;
    let headings = format!("{}\n{}", passage.title, passage.heading);
    let below_title = format!("{}\n{}", passage.heading, passage.text());
    let in_headings = index.present(asked, &headings);
    let answers_heading = index.present(asked, &passage.heading);
    let answers_sort = index.present(asked, &below_title);
    let is_present = |asked: &&Asked| {
        // A title promises a price somewhere in the article, not in every passage.
        answers_sort.contains(asked) || (in_headings.contains(asked) && !asked.word.is_sort_of_question())
    };
    let present: Vec<&Asked> = asked.iter().filter(is_present).collect();
    let has_matter = present.iter().any(|asked| is_focus(asked) && !asked.word.is_sort_of_question());
    let asks_sort = asked.iter().filter(|asked| is_sort(asked)).collect::<Vec<_>>();
    let (words_together, is_sort_apart) = passage
        .lines
        .iter()
        .map(|line| {
            let in_line = index.present(asked, &line.text);
            let is_near = |asked: &&Asked| in_headings.contains(asked) || in_line.contains(asked);
            let near = present.iter().copied().filter(is_near).filter(|asked| is_focus(asked)).count();
            (near, !asks_sort.iter().all(|sort| in_line.contains(sort) || answers_heading.contains(sort)))
        })
        .max_by_key(|(near, is_apart)| (*near, !*is_apart))
        .unwrap_or_default();
    let rarity = |asked: &Asked| u64::from(index.rarity_milli(&asked.word));
    let sum = |words: &mut dyn Iterator<Item = &Asked>| words.map(rarity).sum::<u64>();
    let told = |asked: &&Asked| asked.weight < 1.0 && !asked.word.is_how_to() && index.is_known(&asked.word);
    let focus_milli = sum(&mut asked.iter().filter(|asked| is_focus(asked)));
    let story_milli = sum(&mut asked.iter().filter(told)) / STORY_DIVISOR;
    let story_found_milli = sum(&mut present.iter().copied().filter(told)) / STORY_DIVISOR;
    let story_share_milli = story_milli.min(focus_milli / STORY_SHARE_DIVISOR);
    let focus_found_milli = sum(&mut present.iter().copied().filter(|asked| is_focus(asked)));
    Grounds {
        found_milli: focus_found_milli + story_share_milli * story_found_milli / story_milli.max(1),
        asked_milli: focus_milli + story_share_milli,
        words_together: if has_matter { count(words_together) } else { 0 },
        is_sort_apart,
        words_in_heading: count(in_headings.iter().filter(|asked| is_focus(asked)).count()),
        words_asked: count(asked.iter().filter(|asked| is_focus(asked)).count()),
        score_milli: best.score_milli,
        score_next_milli: ranked
            .iter()
            .find(|other| other.passage.article_id != passage.article_id)
            .map_or(0, |other| other.score_milli),
    }
}

/// Whether a word belongs to the question itself and says something.
fn is_focus(asked: &Asked) -> bool {
    asked.weight >= 1.0 && !asked.word.is_how_to()
}

/// Whether a word asks for a length of time or a price.
fn is_sort(asked: &Asked) -> bool {
    is_focus(asked) && asked.word.is_sort_of_question() && asked.word.term.chars().any(char::is_alphabetic)
}

fn count(words: usize) -> u32 {
    u32::try_from(words).unwrap_or(u32::MAX)
}
