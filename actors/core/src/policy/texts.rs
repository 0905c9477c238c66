//! What a reply says around the answer: greeting, offer of a person, disclosure; and the words of a handoff.

use serde::{Deserialize, Serialize};

/// The texts of a connection. `{name}` in a greeting is the customer's first name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// First line of a reply to a customer whose name is known.
    pub greeting: String,
    /// First line of a reply to a customer whose name is not known.
    pub greeting_unnamed: String,
    /// Offers a person, after the answer.
    pub offer: String,
    /// Says that an AI wrote it.
    pub disclosure: String,
    /// The final reply of a handoff.
    pub handoff: String,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            greeting: "Hi {name},".to_owned(),
            greeting_unnamed: "Hi there,".to_owned(),
            offer: "If that does not settle it, just reply \"human\" and a colleague will take over."
                .to_owned(),
            disclosure: "This reply was written by our AI assistant.".to_owned(),
            handoff:
                "Thank you for your message. I am passing it to a colleague, who will reply to you here."
                    .to_owned(),
        }
    }
}

/// What the frame of one reply depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyFrame<'a> {
    /// The customer's first name, where known.
    pub name: Option<&'a str>,
    /// Somebody of the shop's side has greeted the customer on this ticket before.
    pub greeted: bool,
    /// Whether to say that an AI wrote it.
    pub disclosure: bool,
}

impl Texts {
    /// An answer in its frame.
    pub fn answer(&self, frame: ReplyFrame<'_>, body: &str) -> String {
        self.framed(frame, &[body, &self.offer])
    }

    /// The final reply of a handoff in its frame.
    pub fn handoff(&self, frame: ReplyFrame<'_>) -> String {
        self.framed(frame, &[&self.handoff])
    }

    fn framed(&self, frame: ReplyFrame<'_>, paragraphs: &[&str]) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !frame.greeted {
            parts.push(match frame.name {
                Some(name) => self.greeting.replace("{name}", name),
                None => self.greeting_unnamed.clone(),
            });
        }
        parts.extend(paragraphs.iter().map(|text| text.trim().to_owned()));
        if frame.disclosure {
            parts.push(self.disclosure.clone());
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }
}
