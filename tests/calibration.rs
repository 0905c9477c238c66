//! How far the embedded answerer's confidence can be trusted: a sample shop's articles in ten languages, and questions
//! of which a third has no answer in them. The scoring was tuned on one half; the other was written first and held
//! out. `cargo test calibration -- --nocapture` prints what each line of confidence would bring.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::FutureExt;
use polus::world::EmbeddedAnswerer;
use polus_actors::world::{Answer, Answerer, Article, Knowledge, Question};
use polus_core::id::ConnectionId;
use polus_core::policy::Policy;
use serde::Deserialize;

/// Of the answers at the line, so many in a thousand are quoted from a passage that answers.
const PRECISION_PER_MILLE_MIN: usize = 970;

/// Of the questions that an article answers, so many in a thousand are answered; a little below what was measured.
const COVERAGE_PER_MILLE_MIN: usize = 600;

/// The same of the half that nothing was tuned on, where one wrong answer weighs 17 in a thousand.
const PRECISION_HELD_OUT_PER_MILLE_MIN: usize = 950;

#[test]
fn answers_at_the_line_are_right_and_most_questions_get_one() {
    let shop = Shop::open();
    let line = Policy::default().confidence_line_per_mille;
    let tuning = shop.play("tuning");
    let held_out = shop.play("held_out");
    let whole: Vec<Played> = tuning.iter().chain(&held_out).cloned().collect();
    for (name, played) in [("tuned on", &tuning), ("held out", &held_out), ("whole", &whole)] {
        println!("\n{name}: {} questions, {} of them covered", played.len(), covered(played));
        println!("line  answered  right  precision  coverage");
        for at in (0..=1_000).step_by(50) {
            let (answered, right) = at_line(played, at);
            let (precision, coverage) = (per_mille(right, answered), per_mille(right, covered(played)));
            println!("{at:>4}  {answered:>8}  {right:>5}  {precision:>9}  {coverage:>8}");
        }
    }
    let (answered, right) = at_line(&whole, line);
    let wrong: Vec<&str> = whole.iter().filter(|played| played.is_wrong(line)).map(Played::told).collect();
    assert!(per_mille(right, answered) >= PRECISION_PER_MILLE_MIN, "{right} of {answered} right: {wrong:#?}");
    let (answered, right_held_out) = at_line(&held_out, line);
    let precision = per_mille(right_held_out, answered);
    assert!(precision >= PRECISION_HELD_OUT_PER_MILLE_MIN, "held out: {right_held_out} of {answered} right");
    assert!(per_mille(right, covered(&whole)) >= COVERAGE_PER_MILLE_MIN, "{right} of {}", covered(&whole));
}

#[test]
fn the_set_is_large_enough_and_its_labels_are_places_in_the_articles() {
    let shop = Shop::open();
    let asked: Vec<Asked> = ["tuning", "held_out"].into_iter().flat_map(questions).collect();
    let uncovered = asked.iter().filter(|asked| !asked.covered).count();
    assert!(shop.articles.len() >= 25 && asked.len() >= 150, "{} {}", shop.articles.len(), asked.len());
    assert!((30..=40).contains(&(uncovered * 100 / asked.len())), "{uncovered} of {}", asked.len());
    for asked in asked {
        assert_eq!(asked.covered, !asked.from.is_empty(), "{}", asked.text);
        assert_eq!(asked.from.len(), asked.says.len(), "{}", asked.text);
        for place in asked.from.iter().flat_map(|places| places.split('|')) {
            let (id, heading) = place.split_once('#').unwrap();
            let text = &shop.articles[id];
            assert!(heading.is_empty() || text.contains(&format!("\n## {heading}\n")), "{place}");
        }
        for (places, words) in asked.from.iter().zip(&asked.says) {
            let (id, _) = places.split_once('#').unwrap();
            assert!(
                words.split('|').all(|words| shop.articles[id].contains(words)),
                "{}: {words}",
                asked.text
            );
        }
    }
}

struct Shop {
    answerer: EmbeddedAnswerer,
    articles: BTreeMap<String, String>,
    knowledge: Arc<Knowledge>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    asked: Vec<Asked>,
}

/// A question and its label, as held_out.toml explains them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default = "yes")]
    covered: bool,
}

fn yes() -> bool {
    true
}

/// A question that was asked.
#[derive(Clone)]
struct Played {
    told: String,
    covered: bool,
    right: bool,
    answered_at: Option<u32>,
}

impl Played {
    fn told(&self) -> &str {
        &self.told
    }

    fn is_answered(&self, line: u32) -> bool {
        self.answered_at.is_some_and(|confidence| confidence >= line)
    }

    fn is_wrong(&self, line: u32) -> bool {
        self.is_answered(line) && !self.right
    }
}

impl Shop {
    fn open() -> Self {
        let mut articles = BTreeMap::new();
        for entry in fs::read_dir(folder().join("articles")).unwrap() {
            let path = entry.unwrap().path();
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            articles.insert(id, fs::read_to_string(&path).unwrap());
        }
        let known = articles.iter().map(|(id, text)| Article {
            id: id.clone(),
            title: title(text).to_owned(),
            text: text.clone(),
        });
        let knowledge = Arc::new(Knowledge { version: 1, articles: known.collect() });
        Self { answerer: EmbeddedAnswerer::default(), articles, knowledge }
    }

    fn play(&self, half: &str) -> Vec<Played> {
        questions(half).iter().map(|asked| self.ask(asked)).collect()
    }

    fn ask(&self, asked: &Asked) -> Played {
        let question = Question {
            connection: ConnectionId::new("fjellro").unwrap(),
            knowledge: Arc::clone(&self.knowledge),
            subject: None,
            text: asked.text.clone(),
            synonyms: Vec::new(),
            answer_in_article_language: false,
        };
        let answer = self.answerer.answer(&question).now_or_never().unwrap().unwrap();
        let mut labels = asked.from.iter().zip(&asked.says);
        let right = asked.covered && labels.all(|(places, words)| self.quotes(&answer, places, words));
        Played {
            told: format!("{} → {:?}", asked.text, answer.body),
            covered: asked.covered,
            right,
            answered_at: answer.body.is_some().then_some(answer.confidence_per_mille),
        }
    }

    /// Whether the answer quotes one of `places`, and one of `words`.
    fn quotes(&self, answer: &Answer, places: &str, words: &str) -> bool {
        let is_quoted = |place: &str| {
            let (id, heading) = place.split_once('#').unwrap();
            let title = title(&self.articles[id]);
            let heading =
                if heading.is_empty() { title.to_owned() } else { format!("{title} › {heading}") };
            answer
                .passages
                .iter()
                .any(|passage| passage.used && passage.article == id && passage.heading == heading)
        };
        let body = answer.body.as_deref().unwrap_or_default();
        places.split('|').any(is_quoted) && words.split('|').any(|words| body.contains(words))
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/answers")
}

fn questions(half: &str) -> Vec<Asked> {
    let text = fs::read_to_string(folder().join(half).with_extension("toml")).unwrap();
    toml::from_str::<Questions>(&text).unwrap().asked
}

fn title(markdown: &str) -> &str {
    markdown.lines().next().unwrap().trim_start_matches("# ")
}

fn covered(played: &[Played]) -> usize {
    played.iter().filter(|played| played.covered).count()
}

/// How many are answered at `line`, and how many of these rightly.
fn at_line(played: &[Played], line: u32) -> (usize, usize) {
    let answered = played.iter().filter(|played| played.is_answered(line));
    let right = answered.clone().filter(|played| played.right).count();
    (answered.count(), right)
}

fn per_mille(part: usize, whole: usize) -> usize {
    part * 1_000 / whole.max(1)
}
