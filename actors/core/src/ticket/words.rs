//! The gates that look at what a message says, in their order, and the bounds on how much is said in answer.

use super::event::{Author, HandoffReason, Silence};
use super::gates::Verdict;
use super::plan::Plan;
use super::state::{Ending, Known};
use crate::policy::{OnFrustration, OnRequest, TextKey, Topic};
use crate::reading::content::{Content, content};
use crate::reading::courtesy::courtesy;
use crate::reading::human::{asks_for_human, frustration};
use crate::reading::instructions::instructions;
use crate::reading::optout::refuses_machines;
use crate::reading::sensitive::sensitive;
use crate::receipt::Gate;

/// Asks a gate: which, what it looked at, and whether it is open.
pub(super) type Ask<'a> = &'a mut dyn FnMut(Gate, String, bool) -> bool;

/// A message of at most so many words that asks for a person asks nothing else.
pub(super) const BARE_REQUEST_WORDS_MAX: usize = 12;

impl Plan<'_> {
    /// A bound whatever headers and words say: two machines that answer each other must come to an end. Only Gorgias' own
    /// times are compared.
    pub(super) fn too_many_replies(&self, known: &Known, ask: Ask<'_>) -> Option<Verdict> {
        let limits = &self.terms.policy.limits;
        let ours =
            self.ticket.messages.values().filter(|other| other.author == Author::Us && other.message.public);
        let times = ours.map(|other| other.message.created_at);
        let left = limits.replies_left(times, known.message.created_at);
        let input =
            format!("{left} of {} in {} hours are left", limits.replies_max, limits.replies_window_hours);
        if !ask(Gate::WithinReplies, input, left > 0) {
            return Some(Verdict::Person(HandoffReason::PossibleLoop));
        }
        if !self.terms.policy.skip_if_rule_replied {
            return None;
        }
        let mut later = self.ticket.messages.values().filter(|other| other.message.id > known.message.id);
        let replied = later.any(|other| other.author == Author::Rule && other.message.public);
        let input = if replied { "a rule replied, and the policy leaves that alone" } else { "none replied" };
        (!ask(Gate::NoRuleReply, input.to_owned(), !replied)).then_some(Verdict::Silent(Silence::RuleReplied))
    }

    /// The gates that look at the words of a customer's message.
    pub(super) fn what_it_says(&self, known: &Known, ask: Ask<'_>) -> Verdict {
        let text = known.message.personal.text.trim();
        if let Some(verdict) = self.goes_to_people(text, ask) {
            return verdict;
        }
        let files = known.message.attachments.len();
        let shape = format!("{} characters, {files} files", text.chars().count());
        let found = content(text, files);
        let nudges = found == Content::OnlySigns && text.contains('?');
        // A question mark that follows its question belongs to it; alone it asks nobody knows what.
        let readable = match found {
            Content::Text => true,
            Content::OnlySigns => !nudges || !self.waiting().is_empty(),
            Content::OnlyFiles | Content::Nothing => false,
        };
        if !ask(Gate::HasText, shape, readable) {
            return self.nothing_to_read(known, found);
        }
        let thanks = match found {
            Content::OnlySigns => (!nudges).then(|| "signs and no words".to_owned()),
            Content::Text | Content::OnlyFiles | Content::Nothing => {
                courtesy(text).filter(|_| files == 0).map(|courtesy| format!("matched: {}", courtesy.matched))
            }
        };
        let input = thanks.clone().unwrap_or_else(|| "more than thanks".to_owned());
        if !ask(Gate::AsksSomething, input, thanks.is_none()) {
            let answers = self.terms.policy.courtesy_replies && found == Content::Text;
            return if answers {
                Verdict::Fixed(TextKey::Courtesy)
            } else {
                Verdict::Silent(Silence::NothingAsked)
            };
        }
        if let Some(verdict) = self.asks_for_person(known, text, ask) {
            return verdict;
        }
        self.out_of_patience(known, text, ask).unwrap_or(Verdict::Answer)
    }

    /// Where a person is not brought in at once, the customer is asked what a file shows, once.
    fn nothing_to_read(&self, known: &Known, found: Content) -> Verdict {
        let wordless = |other: &Known| {
            content(&other.message.personal.text, other.message.attachments.len()) != Content::Text
        };
        let asks = self.terms.policy.handoff_rules().on_request != OnRequest::AtOnce;
        if found == Content::OnlyFiles && asks && !self.earlier(known).any(wordless) {
            return Verdict::Fixed(TextKey::GotFile);
        }
        Verdict::Person(HandoffReason::NoText)
    }

    /// What goes to people whatever the settings of handoffs say, and topics that the merchant keeps for people.
    fn goes_to_people(&self, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let customer = self.ticket.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let remembered = customer.is_some_and(|customer| self.terms.opted_out.contains(&customer.id));
        let refusal = refuses_machines(text);
        let wish = match &refusal {
            Some(found) => format!("matched: {found}"),
            None if remembered => "said before that no AI may answer".to_owned(),
            None => "nothing says otherwise".to_owned(),
        };
        if !ask(Gate::LetsAiAnswer, wish, !remembered && refusal.is_none()) {
            return Some(Verdict::Person(HandoffReason::OptedOut));
        }
        let touched = sensitive(text).into_iter().next();
        let input = touched
            .as_ref()
            .map_or("nothing found".to_owned(), |found| format!("matched: {}", found.matched));
        ask(Gate::NotSensitive, input, touched.is_none());
        if let Some(found) = touched {
            return Some(Verdict::Person(HandoffReason::Sensitive(found.topic)));
        }
        let orders = instructions(text);
        if !orders.is_empty() {
            let told: Vec<String> = orders.iter().map(ToString::to_string).collect();
            ask(Gate::OnlyWords, format!("matched: {}", told.join("; ")), true);
        }
        self.topic_is_for_people(ask)
    }

    fn topic_is_for_people(&self, ask: Ask<'_>) -> Option<Verdict> {
        if !self.terms.policy.handoff_rules().on_forbidden_topic {
            return None;
        }
        let tags = self.ticket.fields.as_ref().map(|fields| fields.tags.clone()).unwrap_or_default();
        let (input, ours) = match self.terms.policy.topics.topic(&tags) {
            Topic::Allowed => ("no tag keeps it for people".to_owned(), true),
            Topic::NotAllowed => ("it has none of the tags that the AI may answer".to_owned(), false),
            Topic::ForPeople(tag) => (format!("the tag {tag:?} keeps it for people"), false),
        };
        (!ask(Gate::TopicIsOurs, input, ours)).then_some(Verdict::Person(HandoffReason::TopicForPeople))
    }

    fn asks_for_person(&self, known: &Known, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let asked = asks_for_human(text);
        let found = asked
            .as_ref()
            .map_or("no request found".to_owned(), |request| format!("matched: {}", request.matched));
        if ask(Gate::NoRequestForHuman, found, asked.is_none()) {
            return None;
        }
        let person = Verdict::Person(HandoffReason::AskedForHuman);
        let is_first = !self.earlier(known).any(asks_for_human_in);
        let is_bare = text.split_whitespace().count() <= BARE_REQUEST_WORDS_MAX;
        Some(match self.terms.policy.handoff_rules().on_request {
            OnRequest::AtOnce => person,
            OnRequest::Declined => Verdict::Fixed(TextKey::DeclineHuman),
            OnRequest::WhenRepeated if is_first => Verdict::Fixed(TextKey::TryFirst),
            OnRequest::AfterBasics if is_first && is_bare && self.earlier(known).next().is_none() => {
                Verdict::Fixed(TextKey::AskBasics)
            }
            OnRequest::WhenRepeated | OnRequest::AfterBasics => person,
        })
    }

    /// Frustration, and a question that was asked before although it was answered.
    fn out_of_patience(&self, known: &Known, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let rules = self.terms.policy.handoff_rules();
        let answered: Vec<&str> = self
            .earlier(known)
            .filter(|other| {
                matches!(other.outcome.as_ref().map(|outcome| &outcome.ending), Some(Ending::Answered(_)))
            })
            .map(|other| other.message.personal.text.as_str())
            .collect();
        let again = if rules.on_no_progress { frustration::repeats(text, &answered) } else { None };
        let counts = match rules.on_frustration {
            OnFrustration::AnySign => true,
            // A clear sign is one that an answer of ours did not soothe.
            OnFrustration::ClearSign => !answered.is_empty(),
            OnFrustration::Never => false,
        };
        let upset = if counts { frustration::shows_frustration(text) } else { None };
        let found = upset.as_ref().or(again.as_ref());
        let input = found.map_or("nothing found".to_owned(), |found| format!("matched: {found}"));
        if ask(Gate::Patient, input, found.is_none()) {
            return None;
        }
        let reason = if upset.is_some() { HandoffReason::Frustrated } else { HandoffReason::NoProgress };
        Some(Verdict::Person(reason))
    }

    /// What the customer wrote on this ticket before.
    fn earlier<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = &'a Known> {
        let all = self.ticket.messages.values();
        all.take_while(|other| other.message.id < known.message.id)
            .filter(|other| other.author == Author::Customer)
    }
}

fn asks_for_human_in(known: &Known) -> bool {
    asks_for_human(&known.message.personal.text).is_some()
}
