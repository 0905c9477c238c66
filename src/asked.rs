//! What the answerer would say to a question, and whether that would be sent: for `polus ask` and the admin API.

use polus_actors::world::Answer;
use polus_core::reading::human::asks_for_human;
use polus_core::receipt::PassageReceipt;
use serde::Serialize;

/// The end of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// The answer would be sent.
    Answer,
    /// A person would get the ticket.
    HandOff,
}

/// What would become of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Asked {
    pub question: String,
    pub decision: Decision,
    /// Why, in words.
    pub why: String,
    pub confidence_per_mille: u32,
    /// The least confidence at which an answer is sent.
    pub line_per_mille: u32,
    /// What was found; given below the line too.
    pub body: Option<String>,
    /// The passages that were looked at, best first.
    pub passages: Vec<PassageReceipt>,
    pub answerer: String,
    pub knowledge_version: u32,
}

impl Asked {
    /// Judges an answer by the line.
    pub fn of(question: &str, answer: &Answer, line_per_mille: u32, knowledge_version: u32) -> Self {
        let confidence = answer.confidence_per_mille;
        let (decision, why) = match (asks_for_human(question), &answer.body) {
            (Some(request), _) => (Decision::HandOff, request.matched),
            (None, None) => (Decision::HandOff, "no help article says anything about it".to_owned()),
            (None, Some(_)) if confidence < line_per_mille => (
                Decision::HandOff,
                format!("confidence {confidence} of 1000, below the line of {line_per_mille}"),
            ),
            (None, Some(_)) => (
                Decision::Answer,
                format!("confidence {confidence} of 1000, at or above the line of {line_per_mille}"),
            ),
        };
        Self {
            question: question.to_owned(),
            decision,
            why,
            confidence_per_mille: confidence,
            line_per_mille,
            body: answer.body.clone(),
            passages: answer.passages.clone(),
            answerer: answer.answerer.clone(),
            knowledge_version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(confidence_per_mille: u32, body: Option<&str>) -> Answer {
        Answer {
            answerer: "a test".to_owned(),
            confidence_per_mille,
            body: body.map(str::to_owned),
            passages: Vec::new(),
            cost_micros: 0,
        }
    }

    #[test]
    fn the_line_a_missing_answer_and_a_wish_for_a_person_decide() {
        for (question, answer, decision, why) in [
            (
                "How do I return tea?",
                answer(600, Some("Thus.")),
                Decision::Answer,
                "600 of 1000, at or above the line of 600",
            ),
            ("How do I return tea?", answer(599, Some("Thus.")), Decision::HandOff, "below the line of 600"),
            ("How do I return tea?", answer(0, None), Decision::HandOff, "no help article"),
            ("I want to talk to a human", answer(900, Some("Thus.")), Decision::HandOff, "asks"),
        ] {
            let asked = Asked::of(question, &answer, 600, 1);
            assert_eq!(asked.decision, decision, "{question}");
            assert!(asked.why.contains(why), "{}", asked.why);
        }
    }
}
