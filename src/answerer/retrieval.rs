//! Question in, answer out: parts the message into questions, finds a passage for each, and joins the sentences. The
//! weakest of several questions decides the confidence: half an answer is none.

use std::collections::BTreeMap;

use polus_core::policy::Language;

use super::article::Article;
use super::asks;
use super::confidence::Reckoning;
use super::extract;
use super::grounds;
use super::index::{Asked, Index, Scored, WordScore};
use super::language;
use super::limits;
use super::passages::{Line, render};
use super::synonyms::Synonyms;
use super::words::Words;

/// What a word of the story around a question weighs beside a word of the question.
const STORY_WEIGHT: f64 = 0.2;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// The language of the articles that were asked; `None` if none were.
    pub language: Option<Language>,
    /// The language of the question where it is not `language`.
    pub asked_in: Option<Language>,
    /// What the confidence of each question was computed from.
    pub reckonings: Vec<Reckoning>,
}

/// What a merchant may set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Words that mean the same in this shop.
    pub synonyms: Synonyms,
    /// Whether a question in a language without articles is answered in that of the articles.
    pub answer_in_article_language: bool,
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
    /// The title and those headings.
    pub place: String,
    /// What its text is told by.
    pub digest: String,
    /// Its score in thousandths, comparable within one question only.
    pub score_milli: u32,
    /// The words that found it, the weightiest first.
    pub matched: Vec<WordScore>,
}

/// The articles of a shop, ready to be asked. Never changes; new articles make a new one.
pub struct Retrieval {
    indexes: BTreeMap<Language, Index>,
    /// The words of the languages without articles, if their questions are answered.
    strangers: BTreeMap<Language, Words>,
}

/// What was found for one of the questions of a message.
struct Found<'a> {
    reckoning: Reckoning,
    lines: Vec<Line>,
    ranked: Vec<Scored<'a>>,
    /// How many of the first of `ranked` are quoted.
    quoted: usize,
}

/// A passage of the same article with the same words that scores so near to the best, in per mille of it, is quoted as well: the words of
/// the question do not tell them apart.
const EQUAL_PER_MILLE: u64 = 860;

fn is_equal(best: &Scored<'_>, next: &Scored<'_>) -> bool {
    let has = |word: &WordScore| next.matched.iter().any(|other| other.word == word.word);
    next.passage.article_id == best.passage.article_id
        && best.matched.iter().all(has)
        && u64::from(next.score_milli) * 1_000 >= u64::from(best.score_milli) * EQUAL_PER_MILLE
}

/// Adds those of `more` to `asked` that are not in it.
fn add_new(asked: &mut Vec<Asked>, more: &[Asked]) {
    for new in more {
        if asked.iter().all(|known| known.word.term != new.word.term) {
            asked.push(new.clone());
        }
    }
}

/// The articles of one language, and the words of the question's language if it is another.
struct Reader<'a> {
    index: &'a Index,
    words: Option<&'a Words>,
}

impl Retrieval {
    /// For a shop that has set nothing.
    #[cfg(test)]
    pub fn build(articles: &[Article]) -> Self {
        Self::with(articles, &Settings::default())
    }

    /// Reads `articles` into an index for each language, as `settings` say. Their order does not matter.
    pub fn with(articles: &[Article], settings: &Settings) -> Self {
        let mut by_language: BTreeMap<Language, Vec<&Article>> = BTreeMap::new();
        let mut untold = Vec::new();
        for article in articles {
            match language::detect(article.markdown()) {
                Some(language) => by_language.entry(language).or_default().push(article),
                None => untold.push(article),
            }
        }
        // A table of sizes tells no language: it goes to the one that most articles are in.
        let most = by_language.iter().rev().max_by_key(|(_, articles)| articles.len());
        let most = most.map_or(Language::English, |(language, _)| *language);
        if !untold.is_empty() {
            by_language.entry(most).or_default().extend(untold);
        }
        let words = |language| Words::new(language, &settings.synonyms);
        let indexes: BTreeMap<Language, Index> = by_language
            .into_iter()
            .map(|(language, articles)| (language, Index::build(&articles, words(language))))
            .collect();
        let is_stranger =
            |language: &Language| settings.answer_in_article_language && !indexes.contains_key(language);
        let strangers = Language::ALL.into_iter().filter(is_stranger);
        let strangers = strangers.map(|language| (language, words(language))).collect();
        Self { indexes, strangers }
    }

    /// What the articles say to `question`. The same question gets the same answer, always.
    pub fn ask(&self, question: &Question) -> Answer {
        let asked_in = language::detect(&question.text).or_else(|| {
            language::detect(&format!(
                "{} {}",
                question.subject.as_deref().unwrap_or_default(),
                question.text
            ))
        });
        match asked_in {
            Some(language) => match self.indexes.get(&language) {
                Some(index) => Reader { index, words: None }.ask(question),
                None => self.ask_strangely(question, language),
            },
            // Too short to tell the language: the articles of each are asked.
            None => best(self.indexes.values().map(|index| Reader { index, words: None }.ask(question)))
                .unwrap_or_default(),
        }
    }

    /// The answer to a question in a language without articles.
    fn ask_strangely(&self, question: &Question, language: Language) -> Answer {
        let nothing = Answer {
            held_back: Some(format!("the question is in {}, and no help article is", language.name())),
            ..Answer::default()
        };
        let Some(words) = self.strangers.get(&language) else { return nothing };
        best(self.indexes.values().map(|index| Reader { index, words: Some(words) }.ask(question)))
            .unwrap_or(nothing)
    }
}

/// The surest of `answers`; the first of equals.
fn best(answers: impl Iterator<Item = Answer>) -> Option<Answer> {
    answers
        .reduce(|best, next| if next.confidence_per_mille > best.confidence_per_mille { next } else { best })
}

impl<'a> Reader<'a> {
    fn ask(&self, question: &Question) -> Answer {
        let asked_in = self.words.map_or(self.index.language(), Words::language);
        let says_something = |sentence: &str| !self.asked(sentence, 1.0).is_empty();
        let names_matter = |sentence: &str| {
            let asked = self.asked(sentence, 1.0);
            asked.iter().any(|asked| !asked.word.is_sort_of_question() && self.index.is_known(&asked.word))
        };
        let mut asks = asks::asks(&question.text, asked_in, says_something, names_matter);
        if asks.questions.is_empty() {
            asks.questions.push(std::mem::take(&mut asks.story));
        }
        let subject = question.subject.as_deref().unwrap_or_default();
        let story = self.asked(&format!("{subject} {}", asks.story), STORY_WEIGHT);
        let rest = self.asked(&asks.questions.join(" "), STORY_WEIGHT);
        let found: Vec<Found<'_>> = asks
            .questions
            .iter()
            .take(QUESTIONS_MAX)
            .map(|sentence| self.ask_one(sentence, &story, &rest))
            .collect();
        let held_back = if asks.questions.len() > QUESTIONS_MAX {
            Some("asks more than three things at once")
        } else {
            limits::held_back(&question.text, asked_in)
        };
        let weakest = found.iter().map(|found| found.reckoning.per_mille()).min().unwrap_or(0);
        let most = if held_back.is_some() { HELD_BACK_PER_MILLE_MAX } else { 1_000 };
        Answer {
            confidence_per_mille: weakest.min(most),
            body: body(&found),
            sources: sources(&found),
            passages: shown(&found),
            held_back: held_back.map(str::to_owned),
            language: Some(self.index.language()),
            asked_in: self.words.map(Words::language),
            reckonings: found.iter().map(|found| found.reckoning).collect(),
        }
    }

    fn asked(&self, text: &str, weight: f64) -> Vec<Asked> {
        match self.words {
            Some(words) => self.index.asked_in(words, text, weight),
            None => self.index.asked(text, weight),
        }
    }

    /// Answers `sentence`; the words of the story and of the other questions only help to find the passage.
    fn ask_one(&self, sentence: &str, story: &[Asked], rest: &[Asked]) -> Found<'a> {
        let mut asked = self.asked(sentence, 1.0);
        add_new(&mut asked, story);
        let mut helped = asked.clone();
        add_new(&mut helped, rest);
        let ranked = self.index.rank(&helped);
        let Some(best) = ranked.first() else {
            return Found { reckoning: Reckoning::default(), lines: Vec::new(), quoted: 0, ranked };
        };
        let mut lines = extract::answering(self.index, &asked, best.passage);
        let reckoning = Reckoning::of(&grounds::of(self.index, &asked, &ranked, best));
        let equal = ranked.get(1).filter(|next| is_equal(best, next));
        if let Some(next) = equal {
            lines.extend(extract::answering(self.index, &asked, next.passage));
        }
        Found { reckoning, lines, quoted: 1 + usize::from(equal.is_some()), ranked }
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
    for best in found.iter().flat_map(|found| found.ranked.iter().take(found.quoted)) {
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
            place: scored.passage.place(),
            digest: scored.passage.digest(),
            score_milli: scored.score_milli,
            matched: scored.matched.clone(),
        })
        .collect()
}
