//! Question in, answer out: parts the message into questions, finds a passage for each, and joins the sentences. The
//! weakest of several questions decides the confidence: half an answer is none.

use super::article::Article;
use super::asks;
use super::confidence::{self, Grounds};
use super::extract;
use super::index::{Asked, Index, Scored, WordScore};
use super::limits;
use super::passages::{Line, render};

/// What a word of the story around a question weighs beside a word of the question.
const STORY_WEIGHT: f64 = 0.2;

/// The same as a divisor of rarities.
const STORY_DIVISOR: u64 = 5;

/// More questions than this in one message are not answered without a person.
const QUESTIONS_MAX: usize = 3;

/// How many passages of each question are kept for the receipt.
const PASSAGES_SHOWN: usize = 5;

/// The confidence that a message no article can answer does not exceed, in per mille.
const HELD_BACK_PER_MILLE_MAX: u32 = 300;

/// What a customer asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The ticket's subject, if there is one; only helps to find the passage.
    pub subject: Option<String>,
    /// The new text of the message.
    pub text: String,
}

/// What the articles say to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How sure it is that `body` answers, from 0 to 1000. The policy's line decides whether that is enough.
    pub confidence_per_mille: u32,
    /// The shop's own sentences as plain text, without greeting or closing; `None` if nothing was found. Given also
    /// below the line, for a draft that a person may look at.
    pub body: Option<String>,
    /// Where the sentences stand, each once, in the order of `body`.
    pub sources: Vec<Source>,
    /// The best passages, for the receipt; the best of each question first.
    pub passages: Vec<PassageScore>,
    /// Why the confidence was held down although words were found, in words for a person.
    pub held_back: Option<String>,
}

/// A place in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The article's id.
    pub article_id: String,
    /// The article's title.
    pub title: String,
    /// The headings above the place, joined by " › "; empty right below the title.
    pub heading: String,
}

/// A passage that was looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageScore {
    /// The article's id.
    pub article_id: String,
    /// The article's title.
    pub title: String,
    /// The headings above the passage, joined by " › ".
    pub heading: String,
    /// Its score in thousandths, comparable within one question only.
    pub score_milli: u32,
    /// The words that found it, the weightiest first.
    pub matched: Vec<WordScore>,
}

/// The articles of a shop, ready to be asked. Never changes; new articles make a new one.
pub struct Retrieval {
    index: Index,
}

/// What was found for one of the questions of a message.
struct Found<'a> {
    confidence_per_mille: u32,
    lines: Vec<Line>,
    ranked: Vec<Scored<'a>>,
}

impl Retrieval {
    /// Reads `articles` into an index. Their order does not matter.
    pub fn build(articles: &[Article]) -> Self {
        Self { index: Index::build(articles) }
    }

    /// What the articles say to `question`. The same question gets the same answer, always.
    pub fn ask(&self, question: &Question) -> Answer {
        let says_something = |sentence: &str| !self.index.asked(sentence, 1.0).is_empty();
        let mut asks = asks::asks(&question.text, says_something);
        if asks.questions.is_empty() {
            asks.questions.push(std::mem::take(&mut asks.story));
        }
        let subject = question.subject.as_deref().unwrap_or_default();
        let story =
            self.index.asked(&format!("{subject} {} {}", asks.story, asks.questions.join(" ")), STORY_WEIGHT);
        let found: Vec<Found<'_>> = asks
            .questions
            .iter()
            .take(QUESTIONS_MAX)
            .map(|sentence| self.ask_one(sentence, &story))
            .collect();

        let held_back = if asks.questions.len() > QUESTIONS_MAX {
            Some("asks more than three things at once")
        } else {
            limits::held_back(&question.text)
        };
        let weakest = found.iter().map(|found| found.confidence_per_mille).min().unwrap_or(0);
        Answer {
            confidence_per_mille: if held_back.is_some() {
                weakest.min(HELD_BACK_PER_MILLE_MAX)
            } else {
                weakest
            },
            body: body(&found),
            sources: sources(&found),
            passages: shown(&found),
            held_back: held_back.map(str::to_owned),
        }
    }

    fn ask_one(&self, sentence: &str, story: &[Asked]) -> Found<'_> {
        let focus = self.index.asked(sentence, 1.0);
        let is_new = |word: &&Asked| focus.iter().all(|asked| asked.word.term != word.word.term);
        let asked: Vec<Asked> = focus.iter().chain(story.iter().filter(is_new)).cloned().collect();
        let ranked = self.index.rank(&asked);
        let Some(best) = ranked.first() else {
            return Found { confidence_per_mille: 0, lines: Vec::new(), ranked };
        };
        let confidence_per_mille = confidence::per_mille(&self.grounds(&asked, &ranked, best));
        let lines = extract::answering(&self.index, &asked, best.passage);
        Found { confidence_per_mille, lines, ranked }
    }

    fn grounds(&self, asked: &[Asked], ranked: &[Scored<'_>], best: &Scored<'_>) -> Grounds {
        let headings = format!("{}\n{}", best.passage.title, best.passage.heading);
        let whole = format!("{headings}\n{}", best.passage.text());
        let below_title = format!("{}\n{}", best.passage.heading, best.passage.text());
        let answers_sort = self.index.present(asked, &below_title);
        let mut present = self.index.present(asked, &whole);
        present.retain(|asked| !asked.word.is_sort_of_question() || answers_sort.contains(asked));
        let in_headings = self.index.present(asked, &headings);
        let is_focus = |asked: &&Asked| asked.weight >= 1.0 && !asked.word.is_how_to();
        let is_matter = |asked: &&Asked| is_focus(asked) && !asked.word.is_sort_of_question();
        let has_matter = present.iter().copied().any(|asked| is_matter(&asked));
        let rarity = |asked: &Asked| {
            if asked.word.is_how_to() {
                return 0;
            }
            let rarity = u64::from(self.index.rarity_milli(&asked.word));
            match (asked.weight >= 1.0, self.index.is_known(&asked.word)) {
                (true, _) => rarity,
                (false, true) => rarity / STORY_DIVISOR,
                (false, false) => 0,
            }
        };
        let count = |words: usize| u32::try_from(words).unwrap_or(u32::MAX);
        Grounds {
            found_milli: present.iter().map(|asked| rarity(asked)).sum(),
            asked_milli: asked.iter().map(rarity).sum(),
            words_found: if has_matter { count(present.iter().copied().filter(is_focus).count()) } else { 0 },
            words_in_heading: count(in_headings.iter().copied().filter(is_focus).count()),
            words_asked: count(asked.iter().filter(is_focus).count()),
            score_milli: best.score_milli,
            score_next_milli: ranked
                .iter()
                .find(|other| other.passage.article_id != best.passage.article_id)
                .map_or(0, |other| other.score_milli),
        }
    }
}

fn body(found: &[Found<'_>]) -> Option<String> {
    let mut seen: Vec<&Line> = Vec::new();
    let mut paragraphs = Vec::new();
    for found in found {
        let new: Vec<Line> = found.lines.iter().filter(|line| !seen.contains(line)).cloned().collect();
        seen.extend(&found.lines);
        if !new.is_empty() {
            paragraphs.push(render(&new));
        }
    }
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}

fn sources(found: &[Found<'_>]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for best in found.iter().filter_map(|found| found.ranked.first()) {
        let source = Source {
            article_id: best.passage.article_id.clone(),
            title: best.passage.title.clone(),
            heading: best.passage.heading.clone(),
        };
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

fn shown(found: &[Found<'_>]) -> Vec<PassageScore> {
    found
        .iter()
        .flat_map(|found| found.ranked.iter().take(PASSAGES_SHOWN))
        .map(|scored| PassageScore {
            article_id: scored.passage.article_id.clone(),
            title: scored.passage.title.clone(),
            heading: scored.passage.heading.clone(),
            score_milli: scored.score_milli,
            matched: scored.matched.clone(),
        })
        .collect()
}
