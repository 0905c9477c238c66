//! The simulated answerer: knows a few answers, and may be slow, fail, refuse, babble, or say it otherwise when asked again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Answer, Answerer, AnswererError, Question};
use serde::{Deserialize, Serialize};

use crate::dice::Dice;

/// Longer than any draft may take.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);

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
    /// It never answers at all.
    pub silent: bool,
}

/// An [`Answerer`] that answers from pairs of a word in the question and an answer.
pub struct SimulatedAnswerer {
    answers: Vec<(String, String)>,
    state: Mutex<State>,
}

struct State {
    dice: Dice,
    trouble: AnswererTrouble,
    asked: u64,
    struck: BTreeMap<&'static str, u64>,
}

impl SimulatedAnswerer {
    /// An answerer without trouble, which thinks no time.
    pub fn new(answers: &[(&str, &str)], dice: Dice) -> Self {
        let answers =
            answers.iter().map(|(word, answer)| ((*word).to_owned(), (*answer).to_owned())).collect();
        let state = State { dice, trouble: AnswererTrouble::default(), asked: 0, struck: BTreeMap::new() };
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

    fn strikes(&self, name: &'static str, per_million: impl Fn(&AnswererTrouble) -> u32) -> bool {
        self.with(|state| {
            let odds = per_million(&state.trouble);
            let strikes = state.dice.strikes(odds);
            if strikes {
                *state.struck.entry(name).or_default() += 1;
            }
            strikes
        })
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
                (state.dice.below(thinks_ms_max + 1), state.trouble.silent, state.asked)
            });
            tokio::time::sleep(if silent { FOR_EVER } else { Duration::from_millis(thinks_ms) }).await;
            if self.strikes("answerer_failed", |trouble| trouble.fails) {
                return Err(AnswererError::Temporary("the answerer is overloaded".to_owned()));
            }
            if self.strikes("answerer_refused", |trouble| trouble.refuses) {
                return Err(AnswererError::Permanent("the answerer will not speak of this".to_owned()));
            }
            let babbles = self.strikes("answerer_babbled", |trouble| trouble.babbles);
            let text = question.text.to_lowercase();
            let found = self.answers.iter().find(|(word, _)| text.contains(word.as_str()));
            // Asked again, it says the same in other words: a text that was drafted must be the text that is posted.
            let body = found.map(|(_, answer)| format!("{answer} (No. {asked}.)"));
            let confidence_per_mille = match (&body, babbles) {
                (Some(_), false) => 900,
                (Some(_), true) => 100,
                (None, _) => 0,
            };
            Ok(Answer {
                answerer: "simulated".to_owned(),
                confidence_per_mille,
                body,
                passages: Vec::new(),
                cost_micros: 0,
            })
        })
    }
}
