//! The simulated answerer: knows a few answers, and may be slow, fail, refuse, babble, talk nonsense
//! with certainty, or say it otherwise when asked again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Answer, Answerer, AnswererError, Question};
use serde::{Deserialize, Serialize};

use crate::dice::{Dice, Luck};
use crate::history::Given;

/// Longer than any draft may take.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);

/// What stands in every answer of its own, before a number.
pub const NUMBERED: &str = "(No. ";

/// Its confidence when it is certain, whether it should be or not.
pub const CERTAIN: u32 = 900;

/// What it says without end.
pub const ENDLESS: &str = "And once more from the beginning. ";

/// So often.
const ENDLESS_TIMES: usize = 2_000;

/// What only people may promise.
pub const PROMISE: &str = "I am transferring you to a colleague who will answer you shortly.";

/// From here on thinking counts as slow, milliseconds.
const SLOW_MS: u64 = 10_000;

/// What goes wrong with the answerer. Probabilities in millionths, each drawn once a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswererTrouble {
    /// The longest it thinks, milliseconds.
    pub thinks_ms_max: u32,
    /// It fails; asked again, it may not.
    pub fails: u32,
    /// It refuses for good.
    pub refuses: u32,
    /// It says something with little confidence.
    pub babbles: u32,
    /// It answers with certainty, and its text is empty.
    pub blank: u32,
    /// It answers with certainty, and its text is larger than any letter.
    pub endless: u32,
    /// It answers with certainty that a person will take over.
    pub promises: u32,
    /// It never answers at all.
    pub silent: bool,
}

/// What goes wrong with one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Fails,
    Refuses,
    Blank,
    Endless,
    Promises,
    Babbles,
}

impl Trouble {
    /// All of them, and the names under which they are counted.
    const ALL: [(Self, &'static str); 6] = [
        (Self::Fails, "answerer_failed"),
        (Self::Refuses, "answerer_refused"),
        (Self::Blank, "answerer_blank"),
        (Self::Endless, "answerer_endless"),
        (Self::Promises, "answerer_promised"),
        (Self::Babbles, "answerer_babbled"),
    ];

    fn odds(self, of: &AnswererTrouble) -> u32 {
        match self {
            Self::Fails => of.fails,
            Self::Refuses => of.refuses,
            Self::Blank => of.blank,
            Self::Endless => of.endless,
            Self::Promises => of.promises,
            Self::Babbles => of.babbles,
        }
    }
}

/// An [`Answerer`] that answers from pairs of a word in the question and an answer.
pub struct SimulatedAnswerer {
    answers: Vec<(String, String)>,
    state: Mutex<State>,
}

struct State {
    luck: Luck,
    trouble: AnswererTrouble,
    asked: u64,
    given: Vec<Given>,
    struck: BTreeMap<&'static str, u64>,
}

impl SimulatedAnswerer {
    /// An answerer without trouble, which thinks no time.
    pub fn new(answers: &[(&str, &str)], dice: Dice) -> Self {
        let answers =
            answers.iter().map(|(word, answer)| ((*word).to_owned(), (*answer).to_owned())).collect();
        let state = State {
            luck: dice.into(),
            trouble: AnswererTrouble::default(),
            asked: 0,
            given: Vec::new(),
            struck: BTreeMap::new(),
        };
        Self { answers, state: Mutex::new(state) }
    }

    /// From now on it has this trouble.
    pub fn set_trouble(&self, trouble: AnswererTrouble) {
        self.with(|state| state.trouble = trouble);
    }

    /// How often what went wrong.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.with(|state| state.struck.clone())
    }

    /// What it answered, in that order.
    pub fn given(&self) -> Vec<Given> {
        self.with(|state| state.given.clone())
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.with(|state| state.asked)
    }

    /// Every kind is drawn, and the first that strikes is taken: one that is switched off leaves the rest as they are.
    fn drawn(&self) -> Option<Trouble> {
        self.with(|state| {
            let drawn = Trouble::ALL.map(|(trouble, name)| {
                let per_million = trouble.odds(&state.trouble);
                state.luck.of(name).strikes(per_million).then_some((trouble, name))
            });
            let (trouble, name) = drawn.into_iter().flatten().next()?;
            *state.struck.entry(name).or_default() += 1;
            Some(trouble)
        })
    }

    fn counts(&self, name: &'static str) {
        self.with(|state| *state.struck.entry(name).or_default() += 1);
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Answerer for SimulatedAnswerer {
    fn answer<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Answer, AnswererError>> {
        Box::pin(async move {
            let (thinks_ms, silent, asked) = self.with(|state| {
                state.asked += 1;
                let thinks_ms_max = u64::from(state.trouble.thinks_ms_max);
                (state.luck.of("thinks").below(thinks_ms_max + 1), state.trouble.silent, state.asked)
            });
            if silent {
                self.counts("answerer_silent");
            } else if thinks_ms >= SLOW_MS {
                self.counts("answerer_slow");
            }
            tokio::time::sleep(if silent { FOR_EVER } else { Duration::from_millis(thinks_ms) }).await;
            let drawn = self.drawn();
            match drawn {
                Some(Trouble::Fails) => {
                    return Err(AnswererError::Temporary("the answerer is overloaded".to_owned()));
                }
                Some(Trouble::Refuses) => {
                    let problem = "the answerer will not speak of this".to_owned();
                    return Err(AnswererError::Permanent(problem));
                }
                Some(Trouble::Blank) => return Ok(answer(CERTAIN, Some(" \n".to_owned()))),
                Some(Trouble::Endless) => return Ok(answer(CERTAIN, Some(ENDLESS.repeat(ENDLESS_TIMES)))),
                Some(Trouble::Promises) => return Ok(answer(CERTAIN, Some(PROMISE.to_owned()))),
                Some(Trouble::Babbles) | None => {}
            }
            let text = question.text.to_lowercase();
            let found = self.answers.iter().find(|(word, _)| text.contains(word.as_str()));
            // Asked again, it says the same in other words: a text that was drafted must be the text that is posted.
            let body = found.map(|(_, answer)| format!("{answer} {NUMBERED}{asked}.)"));
            let answered = match (body, drawn) {
                (None, _) => answer(0, None),
                (body, Some(Trouble::Babbles)) => answer(100, body),
                (body, _) => answer(CERTAIN, body),
            };
            if let Some(body) = answered.body.clone() {
                let (subject, text) = (question.subject.clone(), question.text.clone());
                let (account, confidence_per_mille) =
                    (question.connection.clone(), answered.confidence_per_mille);
                let given = Given { number: asked, account, subject, text, body, confidence_per_mille };
                self.with(|state| state.given.push(given));
            }
            Ok(answered)
        })
    }
}

fn answer(confidence_per_mille: u32, body: Option<String>) -> Answer {
    Answer {
        answerer: "simulated".to_owned(),
        confidence_per_mille,
        body,
        passages: Vec::new(),
        cost_micros: 0,
    }
}
