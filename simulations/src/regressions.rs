//! Runs that once broke a promise, made small and kept: played anew with every test. A file each in `regressions/`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::Options;
use crate::plan::Plan;

/// The format of the files. A file of another one is refused: what it would play is not what it once played.
pub const FORMAT: u64 = 1;

/// The longest pause before an act, milliseconds: thirty days.
pub(crate) const PAUSE_MS_MAX: u64 = 30 * 86_400_000;

const FILES: [(&str, &str); 8] = [
    ("allowance-over-lives", include_str!("regressions/allowance-over-lives.json")),
    ("assignment-before-a-cut", include_str!("regressions/assignment-before-a-cut.json")),
    ("calls-overtaken", include_str!("regressions/calls-overtaken.json")),
    ("clock-set-forward", include_str!("regressions/clock-set-forward.json")),
    ("crash-after-post", include_str!("regressions/crash-after-post.json")),
    ("failed-delivery-in-shadow", include_str!("regressions/failed-delivery-in-shadow.json")),
    ("promised-call", include_str!("regressions/promised-call.json")),
    ("reconnected-with-same-key", include_str!("regressions/reconnected-with-same-key.json")),
];

/// A run that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// [`FORMAT`].
    pub format: u64,
    /// What it once broke, or what it covers.
    pub note: String,
    /// The seed it was drawn from.
    pub seed: u64,
    /// What it is like.
    pub options: Options,
    /// What is done in it.
    pub plan: Plan,
}

/// Why a file is no regression.
#[derive(Debug, thiserror::Error)]
pub enum BadRegression {
    /// Another format.
    #[error(
        "it has format {0}, and this program reads format {FORMAT}; draw the run anew from its seed: polus simulate --seed {1}"
    )]
    Format(String, String),
    /// No regression at all, or one of a program whose runs had other options.
    #[error("it is no regression of this program: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It contradicts itself.
    #[error("its seed is {0} and that of its options {1}: make both the one that it was drawn from")]
    Seeds(u64, u64),
    /// A value that no run can have.
    #[error("{0}")]
    OutOfRange(String),
}

impl Regression {
    /// A regression of this run.
    pub fn of(note: impl Into<String>, options: &Options, plan: &Plan) -> Self {
        Self {
            format: FORMAT,
            note: note.into(),
            seed: options.seed,
            options: options.clone(),
            plan: plan.clone(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Another format, or none of ours.
    pub fn read(text: &str) -> Result<Self, BadRegression> {
        let value: Value = serde_json::from_str(text)?;
        if value.is_object() && value["format"] != FORMAT {
            return Err(BadRegression::Format(value["format"].to_string(), value["seed"].to_string()));
        }
        let read: Self = serde_json::from_value(value)?;
        if read.seed != read.options.seed {
            return Err(BadRegression::Seeds(read.seed, read.options.seed));
        }
        if let Some(problem) = read.options.out_of_range().or_else(|| read.step_out_of_range()) {
            return Err(BadRegression::OutOfRange(problem));
        }
        Ok(read)
    }

    fn step_out_of_range(&self) -> Option<String> {
        let (place, step) = self.plan.iter().enumerate().find(|(_, step)| step.after_ms > PAUSE_MS_MAX)?;
        let after_ms = step.after_ms;
        Some(format!("act {place} comes {after_ms} ms after the one before; it may be {PAUSE_MS_MAX}"))
    }
}

/// Every kept run with its name.
///
/// # Errors
/// The name of the file that cannot be read, and why.
pub fn all() -> Result<Vec<(&'static str, Regression)>, (&'static str, BadRegression)> {
    let read = |(name, text)| Regression::read(text).map(|read| (name, read)).map_err(|bad| (name, bad));
    FILES.into_iter().map(read).collect()
}
