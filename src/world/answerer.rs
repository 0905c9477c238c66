//! The embedded answerer behind the actors' port: one index for each connection, built when its articles, or what its
//! policy says of them, change.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt};
use polus_actors::world::{Answer, Answerer, AnswererError, Knowledge, Question};
use polus_core::id::ConnectionId;
use polus_core::receipt::PassageReceipt;

use crate::answerer::{self, Article, Retrieval, Settings, Synonyms};

/// Its name in receipts.
const NAME: &str = "embedded retrieval";

/// An [`Answerer`] that needs nothing but the articles. Asking takes milliseconds and runs on the caller's thread.
#[derive(Default)]
pub struct EmbeddedAnswerer {
    indexes: Mutex<BTreeMap<ConnectionId, Built>>,
}

struct Built {
    knowledge: Arc<Knowledge>,
    synonyms: Vec<Vec<String>>,
    answer_in_article_language: bool,
    retrieval: Arc<Retrieval>,
}

impl Built {
    fn is_for(&self, question: &Question) -> bool {
        self.knowledge.version == question.knowledge.version
            && self.answer_in_article_language == question.answer_in_article_language
            && self.synonyms == question.synonyms
            && (Arc::ptr_eq(&self.knowledge, &question.knowledge) || self.knowledge == question.knowledge)
    }
}

impl EmbeddedAnswerer {
    fn retrieval(&self, question: &Question) -> Result<Arc<Retrieval>, AnswererError> {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(built) = indexes.get(&question.connection)
            && built.is_for(question)
        {
            return Ok(Arc::clone(&built.retrieval));
        }
        let mut articles = Vec::with_capacity(question.knowledge.articles.len());
        for article in &question.knowledge.articles {
            let parsed = Article::parse(article.id.clone(), &article.text);
            articles.push(parsed.map_err(|error| AnswererError::Permanent(error.to_string()))?);
        }
        let synonyms = Synonyms::try_from(question.synonyms.clone());
        let settings = Settings {
            synonyms: synonyms.map_err(|error| AnswererError::Permanent(error.to_string()))?,
            answer_in_article_language: question.answer_in_article_language,
        };
        let retrieval = Arc::new(Retrieval::with(&articles, &settings));
        let built = Built {
            knowledge: Arc::clone(&question.knowledge),
            synonyms: question.synonyms.clone(),
            answer_in_article_language: question.answer_in_article_language,
            retrieval: Arc::clone(&retrieval),
        };
        indexes.insert(question.connection.clone(), built);
        Ok(retrieval)
    }
}

impl Answerer for EmbeddedAnswerer {
    fn answer<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Answer, AnswererError>> {
        let asked = answerer::Question { subject: question.subject.clone(), text: question.text.clone() };
        async move { Ok(told(self.retrieval(question)?.ask(&asked))) }.boxed()
    }
}

fn told(answer: answerer::Answer) -> Answer {
    let answerer = name(&answer);
    let is_source = |passage: &answerer::PassageScore| {
        answer
            .sources
            .iter()
            .any(|source| source.article_id == passage.article_id && source.heading == passage.heading)
    };
    let passages = answer.passages.iter().map(|passage| PassageReceipt {
        article: passage.article_id.clone(),
        heading: passage.place.clone(),
        score_milli: i64::from(passage.score_milli),
        matched: passage.matched.iter().map(|word| word.word.clone()).collect(),
        used: is_source(passage),
        digest: passage.digest.clone(),
    });
    Answer {
        answerer,
        confidence_per_mille: answer.confidence_per_mille,
        passages: passages.collect(),
        body: answer.body,
        cost_micros: 0,
    }
}

/// Which answerer, in which language, why it was held back, and what its confidence was computed from, for receipts.
fn name(answer: &answerer::Answer) -> String {
    let language = match (answer.asked_in, answer.language) {
        (Some(asked), Some(language)) => {
            Some(format!("asked in {}, answered in {}", asked.name(), language.name()))
        }
        (None, Some(language)) => Some(format!("in {}", language.name())),
        (_, None) => None,
    };
    let reckonings = answer.reckonings.iter().map(ToString::to_string);
    let notes: Vec<String> = language.into_iter().chain(answer.held_back.clone()).chain(reckonings).collect();
    if notes.is_empty() { NAME.to_owned() } else { format!("{NAME} ({})", notes.join("; ")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_actors::world;

    use super::*;

    fn question(version: u32, text: &str) -> Question {
        let article = world::Article {
            id: "returns".to_owned(),
            title: "Returns".to_owned(),
            text: format!("# Returns\n\n## How to return tea\n\n{text}"),
        };
        Question {
            connection: ConnectionId::new("acme").unwrap(),
            knowledge: Arc::new(Knowledge { version, articles: vec![article] }),
            subject: None,
            text: "How do I return tea?".to_owned(),
            synonyms: Vec::new(),
            answer_in_article_language: false,
        }
    }

    fn body(answerer: &EmbeddedAnswerer, question: &Question) -> String {
        let answer = answerer.answer(question).now_or_never().unwrap().unwrap();
        assert!(answer.passages.iter().any(|passage| passage.used && passage.article == "returns"));
        answer.body.unwrap()
    }

    #[test]
    fn new_articles_are_used_at_once() {
        let answerer = EmbeddedAnswerer::default();
        assert!(body(&answerer, &question(1, "Return tea within thirty days.")).contains("thirty"));
        assert!(body(&answerer, &question(2, "Return tea within ten days.")).contains("ten"));
        assert!(body(&answerer, &question(2, "Return tea within six days.")).contains("six"));
    }

    #[test]
    fn the_receipt_says_how_and_in_which_language() {
        let answer = |answerer: &EmbeddedAnswerer, text: &str| {
            let question = Question { text: text.to_owned(), ..question(1, "Returning tea costs 3 euros.") };
            answerer.answer(&question).now_or_never().unwrap().unwrap()
        };
        let plain = EmbeddedAnswerer::default();
        let told = answer(&plain, "How do I return tea?").answerer;
        assert!(told.starts_with("embedded retrieval (in English; coverage 1000, evidence "), "{told}");
        let german = "Was kostet die Rücksendung?";
        let none = answer(&plain, german);
        assert_eq!((none.confidence_per_mille, &none.body), (0, &None));
        assert!(
            none.answerer.contains("the question is in German, and no help article is"),
            "{}",
            none.answerer
        );
        let question = Question {
            text: german.to_owned(),
            answer_in_article_language: true,
            ..question(1, "Returning tea costs 3 euros.")
        };
        let told = plain.answer(&question).now_or_never().unwrap().unwrap();
        assert_eq!(told.body.as_deref(), Some("Returning tea costs 3 euros."));
        assert!(told.answerer.contains("asked in German, answered in English"), "{}", told.answerer);
    }

    #[test]
    fn new_synonyms_are_used_at_once_and_such_as_are_none_are_refused() {
        let answerer = EmbeddedAnswerer::default();
        let mut question = question(1, "An infuser is returned within ten days.");
        question.text = "Within how many days is a gizmo returned?".to_owned();
        let confidence = |question: &Question| {
            answerer.answer(question).now_or_never().unwrap().map(|answer| answer.confidence_per_mille)
        };
        let before = confidence(&question).unwrap();
        question.synonyms = vec![vec!["infuser".to_owned(), "gizmo".to_owned()]];
        let after = confidence(&question).unwrap();
        assert!(after > before, "{after} is no more than {before}");
        question.synonyms = vec![vec!["infuser".to_owned()]];
        assert!(matches!(confidence(&question), Err(AnswererError::Permanent(_))));
    }

    #[test]
    fn an_article_that_is_none_is_no_reason_to_ask_again() {
        let mut question = question(1, "x");
        Arc::make_mut(&mut question.knowledge).articles[0].text = "no heading".to_owned();
        let answer = EmbeddedAnswerer::default().answer(&question).now_or_never().unwrap();
        assert!(matches!(answer, Err(AnswererError::Permanent(_))));
    }
}
