//! Chooses the sentences of a passage that answer. They are the shop's own, whole, and in their order; a list of
//! steps is never cut, and a sentence that leans on the one before ("It takes …") brings it along.

use super::fold::{folded, lists};
use super::index::{Asked, Index};
use super::lexicon::{self, Lexicon};
use super::passages::{Line, LineKind, Passage};

/// The most sentences and list items of one answer.
const LINES_MAX: usize = 4;

/// A paragraph of so few sentences is one thought, and given whole.
const PARAGRAPH_SENTENCES_WHOLE: usize = 3;

/// The most steps of a numbered list: steps that end halfway would mislead, so the whole list is given up to here.
const STEPS_MAX: usize = 8;

/// The lines of `passage` that answer `asked`.
pub(super) fn answering(index: &Index, asked: &[Asked], passage: &Passage) -> Vec<Line> {
    let lines = &passage.lines;
    let headings = format!("{}\n{}", passage.title, passage.heading);
    let said = index.present(asked, &headings);
    // What the heading says holds for every line below it, so only the other words tell the lines apart.
    let fresh: Vec<Asked> = asked.iter().filter(|asked| !said.contains(asked)).cloned().collect();
    let weights: Vec<u64> = lines.iter().map(|line| weight(index, &fresh, line)).collect();
    let best =
        (0..lines.len()).max_by_key(|at| (weights.get(*at).copied().unwrap_or(0), std::cmp::Reverse(*at)));
    let Some((best, line)) = best.and_then(|at| lines.get(at).map(|line| (at, line))) else {
        return Vec::new();
    };
    match line.kind {
        LineKind::Item { number } => of_list(lines, &weights, best, number.is_some()),
        LineKind::Sentence => of_paragraph(lines, &weights, best, lexicon::of(index.language())),
    }
}

/// How much of the question a line has: rarity times weight of the words it shares.
fn weight(index: &Index, asked: &[Asked], line: &Line) -> u64 {
    index
        .present(asked, &line.text)
        .iter()
        .map(|asked| if asked.weight >= 1.0 { 5 } else { 1 } * u64::from(index.rarity_milli(&asked.word)))
        .sum()
}

/// The items that fit, with a sentence that leads into the list.
fn of_list(lines: &[Line], weights: &[u64], best: usize, is_steps: bool) -> Vec<Line> {
    let Some(group) = lines.get(best).map(|line| line.group) else { return Vec::new() };
    let is_member = |at: &usize| lines.get(*at).is_some_and(|line| line.group == group);
    let members: Vec<usize> = (0..lines.len()).filter(is_member).collect();
    let lead = members.first().and_then(|first| first.checked_sub(1)).filter(|at| {
        lines.get(*at).is_some_and(|line| line.kind == LineKind::Sentence && line.text.ends_with(':'))
    });
    let items = fitting_items(&members, weights, is_steps);
    lead.into_iter().chain(items).filter_map(|at| lines.get(at).cloned()).collect()
}

/// The items that fit best, or the first few if none stands out; steps are given whole.
fn fitting_items(members: &[usize], weights: &[u64], is_steps: bool) -> Vec<usize> {
    if is_steps {
        return members.iter().copied().take(STEPS_MAX).collect();
    }
    let weight = |at: &usize| weights.get(*at).copied().unwrap_or(0);
    let best = members.iter().map(weight).max().unwrap_or(0);
    members.iter().copied().filter(|at| weight(at) == best).take(LINES_MAX).collect()
}

/// The sentence that fits, what it leans on, and what goes on from it or fits as well. If no sentence stands out, the
/// paragraph from its beginning.
fn of_paragraph(lines: &[Line], weights: &[u64], best: usize, lexicon: &Lexicon) -> Vec<Line> {
    let paragraph: Vec<usize> = (0..lines.len()).filter(|at| same_paragraph(lines, *at, best)).collect();
    let is_short = paragraph.len() <= PARAGRAPH_SENTENCES_WHOLE;
    let stands_out = !is_short && weights.get(best).is_some_and(|weight| *weight > 0);
    let mut start = if is_short { paragraph.first().copied().unwrap_or(best) } else { best };
    while start > 0 && best - start < LINES_MAX - 2 && leans(lines, start, lexicon) {
        start -= 1;
    }
    let mut end = best + 1;
    while end < lines.len()
        && end - start < LINES_MAX
        && same_paragraph(lines, end - 1, end)
        && (!stands_out || goes_on(lines, weights, end, lexicon))
    {
        end += 1;
    }
    let mut chosen = lines.get(start..end).unwrap_or_default().to_vec();
    if chosen.last().is_some_and(|line| line.text.ends_with(':')) {
        let is_item = |at: &usize| lines.get(*at).is_some_and(|line| line.kind != LineKind::Sentence);
        let members: Vec<usize> = (end..lines.len()).take_while(is_item).collect();
        let is_steps =
            lines.get(end).is_some_and(|line| matches!(line.kind, LineKind::Item { number: Some(_) }));
        chosen.extend(
            fitting_items(&members, weights, is_steps).into_iter().filter_map(|at| lines.get(at).cloned()),
        );
    }
    chosen
}

fn leans(lines: &[Line], at: usize, lexicon: &Lexicon) -> bool {
    at > 0
        && same_paragraph(lines, at - 1, at)
        && lines.get(at).is_some_and(|line| starts_with_any(&line.text, lexicon.leaning))
}

fn goes_on(lines: &[Line], weights: &[u64], at: usize, lexicon: &Lexicon) -> bool {
    weights.get(at).is_some_and(|weight| *weight > 0)
        || lines.get(at).is_some_and(|line| starts_with_any(&line.text, lexicon.going_on))
}

fn same_paragraph(lines: &[Line], left: usize, right: usize) -> bool {
    match (lines.get(left), lines.get(right)) {
        (Some(left), Some(right)) => left.group == right.group && right.kind == LineKind::Sentence,
        _ => false,
    }
}

fn starts_with_any(text: &str, words: &str) -> bool {
    let first: String = text.chars().take_while(|character| character.is_alphabetic()).collect();
    !first.is_empty() && lists(words, &folded(&first))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::article::Article;
    use super::super::passages::render;
    use super::*;

    fn answer(markdown: &str, question: &str) -> String {
        let index = Index::of_english(&[Article::parse("a", markdown).unwrap()]);
        let asked = index.asked(question, 1.0);
        let found = index.rank(&asked);
        render(&answering(&index, &asked, found[0].passage))
    }

    const HELP: &str = "# Help\n\n## Pots\n\nPots are glass. Rinse an iron pot with water. It would rust otherwise. \
        Lids are wood.\n\n## Times\n\nDelivery takes:\n\n- Norway: 5 days\n- Canada: 9 days\n\n## Steps\n\n1. Open the \
        page.\n2. Print the label.\n3. Go to the post office.\n";

    #[test]
    fn a_sentence_comes_with_what_belongs_to_it() {
        let expected = "Rinse an iron pot with water. It would rust otherwise.";
        assert_eq!(answer(HELP, "How do I rinse iron?"), expected);
        assert_eq!(answer(HELP, "Does it rust?"), expected);
    }

    #[test]
    fn the_item_that_fits_comes_with_its_lead() {
        assert_eq!(answer(HELP, "delivery times to Norway"), "Delivery takes:\n- Norway: 5 days");
    }

    #[test]
    fn steps_are_given_whole() {
        assert_eq!(
            answer(HELP, "Where do I print the label?"),
            "1. Open the page.\n2. Print the label.\n3. Go to the post office."
        );
    }
}
