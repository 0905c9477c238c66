//! What the answerer was given for a judgement and what it looked at, word for word: the question from the ticket's
//! log, the passages cut from the help articles as they were at that version.

use std::collections::BTreeMap;

use polus_core::connection::{ArticleRef, ConnectionEvent};
use polus_core::id::TicketId;
use polus_core::receipt::{AnswerReceipt, PassageReceipt};
use polus_core::ticket::event::{Event, HandoffReason};
use polus_core::ticket::state::Phase;
use polus_core::ticket::{Recorded, Ticket};
use polus_storage::Blobs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answerer::{Article, Passage, passages};
use crate::knowledge::{KnowledgeError, stored};

/// What the answerer saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Seen {
    /// The ticket's subject, as it was given with the question; none where the ticket had none.
    pub subject: Option<String>,
    /// The question as it was given: the customer's messages that were to be answered, oldest first.
    pub text: String,
    /// What cannot be told for certain of the two; none where nothing is in doubt.
    pub doubt: Option<String>,
    /// The passages it looked at, best first.
    pub passages: Vec<PassageSeen>,
}

/// A passage the answerer looked at, with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassageSeen {
    /// The article it stands in.
    pub article: String,
    /// The article's title; none where the article cannot be had.
    pub title: Option<String>,
    /// Title and headings above it.
    pub heading: String,
    /// Its score in thousandths of the answerer's own unit.
    pub score_milli: i64,
    /// The words that matched.
    pub matched: Vec<String>,
    /// Whether the reply quotes it.
    pub used: bool,
    /// Its text; none where it cannot be had.
    pub text: Option<String>,
    /// Why the text cannot be had, or is not certain to be just what was seen; none where it is.
    pub problem: Option<String>,
}

/// What was given with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    subject: Option<String>,
    text: String,
    doubt: Option<String>,
}

/// What the answerer was given, by the sequence of the judgement that came of it. Judgements for which it was not asked
/// have none.
pub(super) fn given(ticket: TicketId, events: &[Recorded<Event>]) -> BTreeMap<u64, Given> {
    let mut folded = Ticket::new(ticket);
    let mut given: BTreeMap<u64, Given> = BTreeMap::new();
    let mut subject_when_accepted = None;
    let mut silenced: Option<(&AnswerReceipt, u64)> = None;
    for recorded in events {
        if let Some(answer) = came_of_a_question(&recorded.event) {
            // A draft that went to nobody in shadow mode leaves a silence for each of its messages: one question.
            let same = silenced.filter(|(before, _)| answer == Some(*before)).map(|(_, sequence)| sequence);
            let found = match same.and_then(|sequence| given.get(&sequence).cloned()) {
                Some(before) => Some(before),
                None => question(&folded, subject_when_accepted.as_ref()),
            };
            given.extend(found.map(|found| (recorded.sequence, found)));
        }
        silenced = match &recorded.event {
            Event::Ignored(ignored) => {
                ignored.receipt.answer.as_ref().map(|answer| (answer, recorded.sequence))
            }
            _ => None,
        };
        if folded.apply(recorded).is_err() {
            break;
        }
        if let Event::Accepted(_) = recorded.event {
            subject_when_accepted = Some(subject(&folded));
        }
    }
    given
}

/// Adds the texts of the passages to what was given.
pub(super) async fn seen(
    given: Given,
    answer: Option<&AnswerReceipt>,
    life: &[Recorded<ConnectionEvent>],
    blobs: &dyn Blobs,
) -> Seen {
    let Given { subject, text, doubt } = given;
    let mut library = Library { life, blobs, read: BTreeMap::new() };
    let mut passages = Vec::new();
    for (answer, passage) in
        answer.into_iter().flat_map(|answer| answer.passages.iter().map(move |p| (answer, p)))
    {
        passages.push(library.passage(answer.knowledge_version, passage).await);
    }
    Seen { subject, text, doubt, passages }
}

/// What the answerer said, if the event is a judgement that came of asking it; inside none if it failed.
fn came_of_a_question(event: &Event) -> Option<Option<&AnswerReceipt>> {
    match event {
        Event::Drafted(drafted) => drafted.receipt.answer.as_ref().map(Some),
        Event::Ignored(ignored) => ignored.receipt.answer.as_ref().map(Some),
        Event::HandedOff(mark) if mark.reason == HandoffReason::AnswererFailed => Some(None),
        Event::HandedOff(mark) => mark.receipt.answer.as_ref().map(Some),
        _ => None,
    }
}

/// The question that a ticket in this state puts to the answerer.
fn question(ticket: &Ticket, subject_when_accepted: Option<&Option<String>>) -> Option<Given> {
    let Phase::Gathering(gathering) = &ticket.phase else { return None };
    let now = subject(ticket);
    let doubt = subject_when_accepted.filter(|before| **before != now).map(|before| {
        let before = before.as_deref().unwrap_or_default();
        format!("the subject changed while the answer was waited for; it may have been given as it was before: {before:?}")
    });
    Some(Given { subject: now, text: ticket.text_of(&gathering.messages), doubt })
}

fn subject(ticket: &Ticket) -> Option<String> {
    ticket.fields.as_ref().and_then(|fields| fields.subject.clone())
}

/// The help articles of every version, each read once.
struct Library<'a> {
    life: &'a [Recorded<ConnectionEvent>],
    blobs: &'a dyn Blobs,
    read: BTreeMap<(u32, String), Result<Article, String>>,
}

impl Library<'_> {
    async fn passage(&mut self, version: u32, receipt: &PassageReceipt) -> PassageSeen {
        let key = (version, receipt.article.clone());
        if !self.read.contains_key(&key) {
            let article = self.article(version, &receipt.article).await;
            self.read.insert(key.clone(), article);
        }
        let (title, text, problem) = match self.read.get(&key) {
            Some(Ok(article)) => {
                let (text, problem) = cut(article, receipt);
                (Some(article.title().to_owned()), text, problem)
            }
            Some(Err(problem)) => (None, None, Some(problem.clone())),
            None => (None, None, None),
        };
        PassageSeen {
            article: receipt.article.clone(),
            title,
            heading: receipt.heading.clone(),
            score_milli: receipt.score_milli,
            matched: receipt.matched.clone(),
            used: receipt.used,
            text,
            problem,
        }
    }

    async fn article(&self, version: u32, id: &str) -> Result<Article, String> {
        let reference = self.reference(version, id)?;
        let kept =
            stored(reference, self.blobs).await.map_err(|problem: KnowledgeError| problem.to_string())?;
        Article::parse(kept.id, &kept.text).map_err(|problem| problem.to_string())
    }

    fn reference(&self, version: u32, id: &str) -> Result<&ArticleRef, String> {
        let articles = self.life.iter().rev().find_map(|recorded| match &recorded.event {
            ConnectionEvent::KnowledgeChanged { version: changed, articles, .. } if *changed == version => {
                Some(articles)
            }
            _ => None,
        });
        let articles =
            articles.ok_or_else(|| format!("the log has no version {version} of the help articles"))?;
        let found = articles.iter().find(|article| article.id == id);
        found.ok_or_else(|| format!("version {version} of the help articles has no article {id:?}"))
    }
}

/// The text of a passage, cut from its article as the answerer cuts it, and what is in doubt about it.
fn cut(article: &Article, receipt: &PassageReceipt) -> (Option<String>, Option<String>) {
    let all = passages(article);
    if !receipt.digest.is_empty()
        && let Some(same) = all.iter().find(|passage| passage.digest() == receipt.digest)
    {
        return (Some(same.text()), None);
    }
    let below: Vec<&Passage> = all.iter().filter(|passage| passage.place() == receipt.heading).collect();
    let texts: Vec<String> = below.iter().map(|passage| passage.text()).collect();
    let problem = match (texts.len(), receipt.digest.is_empty()) {
        (0, _) => {
            let problem = "this version of the program finds no passage below that heading";
            return (None, Some(problem.to_owned()));
        }
        (_, false) => Some(
            "this version of the program cuts the article in other places; all that stands below the heading is shown"
                .to_owned(),
        ),
        (1, true) => None,
        (count, true) => Some(format!(
            "the log does not tell which of the {count} passages below the heading it was; all are shown"
        )),
    };
    (Some(texts.join("\n")), problem)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use futures_util::FutureExt;
    use polus_core::id::MessageId;
    use polus_core::receipt::Receipt;
    use polus_core::ticket::event::{Accepted, Ignored, Silence};
    use polus_core::time::Time;
    use polus_storage::MemoryBlobs;

    use super::*;

    fn receipt(heading: &str, digest: &str) -> PassageReceipt {
        PassageReceipt {
            article: "returns".to_owned(),
            heading: heading.to_owned(),
            score_milli: 7_412,
            matched: vec!["return".to_owned()],
            used: true,
            digest: digest.to_owned(),
        }
    }

    fn long() -> String {
        let filler = "The kettle is hot and the tea is good. ".repeat(40);
        format!("# Returns\n\nIn short.\n\n## Worn shoes\n\n{filler}\n\n## Tea\n\nWithin 30 days.")
    }

    #[test]
    fn a_passage_is_told_by_its_digest_and_else_by_its_heading() {
        let article = Article::parse("returns", &long()).unwrap();
        let all = passages(&article);
        assert!(all.iter().filter(|passage| passage.heading == "Worn shoes").count() > 1, "it is cut");
        for passage in &all {
            let told = cut(&article, &receipt(&passage.place(), &passage.digest()));
            assert_eq!(told, (Some(passage.text()), None));
        }
        assert_eq!(cut(&article, &receipt("Returns › Tea", "")), (Some("Within 30 days.".to_owned()), None));
        let (text, problem) = cut(&article, &receipt("Returns › Worn shoes", ""));
        assert!(text.unwrap().len() > 1_500 && problem.unwrap().contains("which of the 2 passages"));
        let (text, problem) = cut(&article, &receipt("Returns › Tea", "0123456789abcdef"));
        assert!(text.unwrap() == "Within 30 days." && problem.unwrap().contains("in other places"));
        let (text, problem) = cut(&article, &receipt("Returns › Coffee", ""));
        assert!(text.is_none() && problem.unwrap().contains("no passage below that heading"));
    }

    #[test]
    fn the_article_is_that_of_the_version_that_was_asked() {
        let blobs = MemoryBlobs::new();
        let put = |text: &str| blobs.put(text.as_bytes().to_vec()).now_or_never().unwrap().unwrap();
        let version = |version, blob: &str| {
            let article =
                ArticleRef { id: "returns".to_owned(), title: "Returns".to_owned(), blob: blob.to_owned() };
            let articles = vec![article];
            let event = ConnectionEvent::KnowledgeChanged { version, articles, by: "olga".to_owned() };
            Recorded { sequence: u64::from(version), at: Time(0), event }
        };
        let life = [
            version(1, &put("# Returns\n\nWithin 30 days.").to_string()),
            version(2, &put("# Returns\n\nWithin 60 days.").to_string()),
            version(3, &"ab".repeat(32)),
            version(4, &put("no heading").to_string()),
        ];
        let look = |version, article: &str| {
            let given = Given { subject: None, text: "How long?".to_owned(), doubt: None };
            let passage = PassageReceipt { article: article.to_owned(), ..receipt("Returns", "") };
            let answer = AnswerReceipt {
                knowledge_version: version,
                passages: vec![passage],
                ..AnswerReceipt::default()
            };
            let told = seen(given, Some(&answer), &life, &blobs).now_or_never().unwrap();
            assert_eq!(told.text, "How long?");
            told.passages[0].clone()
        };
        let first = look(1, "returns");
        assert_eq!(
            (first.text.as_deref(), first.title.as_deref()),
            (Some("Within 30 days."), Some("Returns"))
        );
        assert_eq!((first.score_milli, first.problem), (7_412, None));
        assert_eq!(look(2, "returns").text.as_deref(), Some("Within 60 days."));
        for (version, article, problem) in [
            (1, "shipping", "version 1 of the help articles has no article \"shipping\""),
            (3, "returns", "article returns: "),
            (4, "returns", "no heading found"),
            (5, "returns", "the log has no version 5"),
        ] {
            let passage = look(version, article);
            assert_eq!((passage.text, passage.title), (None, None));
            assert!(passage.problem.as_deref().unwrap().contains(problem), "{:?}", passage.problem);
        }
    }

    /// Two messages of one question in shadow mode: the second silence finds its ticket without the first message.
    #[test]
    fn a_question_that_ends_in_several_silences_is_told_whole_with_each() {
        let written = [(1, "Where is my parcel?"), (2, "Number 1234.")];
        let mut events = written_by_customer(&written);
        let both = vec![MessageId(1), MessageId(2)];
        let answer = AnswerReceipt { answerer: "embedded".to_owned(), ..AnswerReceipt::default() };
        let asked = Receipt { answer: Some(answer), ..Receipt::default() };
        push(
            &mut events,
            Event::Accepted(Accepted {
                messages: both.clone(),
                added: both.clone(),
                replaces: Vec::new(),
                since: Time(0),
                redrafts: 0,
                quiet_until: Time(0),
                answer_by: Time(1_000),
                receipt: Receipt::default(),
            }),
        );
        for message in both {
            let reason = Silence::Shadow;
            push(
                &mut events,
                Event::Ignored(Ignored {
                    message,
                    reason,
                    replaces: Some(2),
                    receipt: asked.clone(),
                    tags: Vec::new(),
                }),
            );
        }
        let told = given(TicketId(5), &events);
        assert_eq!(told.keys().copied().collect::<Vec<_>>(), [3, 4]);
        for given in told.values() {
            assert_eq!(given.text, "Where is my parcel?\n\nNumber 1234.");
            assert_eq!((&given.subject, &given.doubt), (&None, &None));
        }
    }

    fn push(events: &mut Vec<Recorded<Event>>, event: Event) {
        let sequence = events.len() as u64 + 1;
        events.push(Recorded { sequence, at: Time(0), event });
    }

    fn written_by_customer(texts: &[(i64, &str)]) -> Vec<Recorded<Event>> {
        let message = |(id, _): &(i64, &str)| {
            serde_json::json!({"author": "customer", "message": {
                "id": id, "from_agent": false, "public": true, "channel": "email", "via": "email",
                "created_at": 0,
            }})
        };
        let read = serde_json::json!({
            "type": "ticket_read", "as_of": 0, "ours": true,
            "messages": texts.iter().map(message).collect::<Vec<_>>(),
            "personal": {"messages": texts.iter().map(|(_, text)| serde_json::json!({"text": text})).collect::<Vec<_>>()},
        });
        let mut events = Vec::new();
        push(&mut events, serde_json::from_value(read).unwrap());
        events
    }
}
