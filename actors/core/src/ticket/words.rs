//! The gates that look at what a message says, in their order, and the bounds on how much is said in answer.

use super::effect::EffectKind;
use super::event::{Author, HandoffReason, Silence};
use super::gates::Verdict;
use super::plan::Plan;
use super::state::{Ending, Known};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::{OnFrustration, OnRequest, TextKey, Topic};
use crate::reading::content::{Content, content};
use crate::reading::courtesy::courtesy;
use crate::reading::human::{asks_for_human, frustration};
use crate::reading::instructions::instructions;
use crate::reading::optout::refuses_machines;
use crate::reading::sensitive::sensitive;
use crate::receipt::{Gate, GateResult, Receipt};

/// Asks a gate: which, what it looked at, and whether it is open.
pub(super) type Ask<'a> = &'a mut dyn FnMut(Gate, String, bool) -> bool;

/// A message of at most so many words that asks for a person asks nothing else.
pub(super) const BARE_REQUEST_WORDS_MAX: usize = 12;

/// What [`Gate::NoRequestForHuman`] looked at when it found nothing.
pub const NO_REQUEST: &str = "no request found";

impl Plan<'_> {
    /// A bound whatever headers and words say: two machines that answer each other must come to an end. Only Gorgias' own
    /// times are compared.
    pub(super) fn too_many_replies(&self, known: &Known, ask: Ask<'_>) -> Option<Verdict> {
        let limits = &self.terms.policy.limits;
        let ours =
            self.ticket.messages.values().filter(|other| other.author == Author::Us && other.message.public);
        let times = ours.map(|other| other.message.created_at);
        let left = limits.replies_left(times, known.message.created_at);
        #[cfg(feature = "planted")]
        let left = if planted::is(Bug::IgnoreReplyLimit) { limits.replies_max } else { left };
        let input =
            format!("{left} of {} in {} hours are left", limits.replies_max, limits.replies_window_hours);
        if !ask(Gate::WithinReplies, input, left > 0) {
            return Some(Verdict::Person(HandoffReason::PossibleLoop));
        }
        if !self.terms.policy.skip_if_rule_replied {
            return None;
        }
        let replied = self.rule_replied(known);
        let input = if replied { "a rule replied, and the policy leaves that alone" } else { "none replied" };
        (!ask(Gate::NoRuleReply, input.to_owned(), !replied)).then_some(Verdict::Silent(Silence::RuleReplied))
    }

    /// The gates that look at the words of a customer's message.
    pub(super) fn what_it_says(&self, known: &Known, ask: Ask<'_>) -> Verdict {
        let text = known.message.personal.text.trim();
        if let Some(verdict) = self.goes_to_people(known, text, ask) {
            return verdict;
        }
        if let Some(verdict) = self.too_many_replies(known, ask) {
            return verdict;
        }
        let files = known.message.attachments.len();
        let shape = format!("{} characters, {files} files", text.chars().count());
        let found = content(text, files);
        let nudges = found == Content::OnlySigns && text.contains('?');
        // A question mark that follows its question belongs to it; alone it asks nobody knows what.
        let readable = match found {
            Content::Text => true,
            Content::OnlySigns => !nudges || self.follows_a_question(known),
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
        // "Thanks" to the question for the basics is a wish for the person they were asked for.
        let asks = thanks.is_none() || self.is_promised_a_person(known, is_answered);
        if !ask(Gate::AsksSomething, input, asks) {
            let answers = self.terms.policy.courtesy_replies
                && found == Content::Text
                && self.waiting().iter().all(|id| *id == known.message.id);
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
        let asked_about = |other: &Known| is_answered(other) && content_of(other) == Content::OnlyFiles;
        let asks = self.terms.policy.handoff_rules().on_request != OnRequest::AtOnce;
        if found == Content::OnlyFiles && asks && !self.earlier(known).any(asked_about) {
            return Verdict::Fixed(TextKey::GotFile);
        }
        Verdict::Person(HandoffReason::NoText)
    }

    /// What goes to people whatever the settings of handoffs say, and topics that the merchant keeps for people.
    fn goes_to_people(&self, known: &Known, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let customer = self.ticket.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let remembered = customer.is_some_and(|customer| self.terms.opted_out.contains(&customer.id));
        #[cfg(feature = "planted")]
        let remembered = remembered && !planted::is(Bug::ForgetOptOut);
        let refusal = refuses_machines(text);
        let wish = match &refusal {
            Some(found) => format!("matched: {found}"),
            None if remembered => "said before that no AI may answer".to_owned(),
            None => "nothing says otherwise".to_owned(),
        };
        let lets = ask(Gate::LetsAiAnswer, wish, !remembered && refusal.is_none());
        let touched = sensitive(text).into_iter().next();
        #[cfg(feature = "planted")]
        let touched = touched.filter(|_| !planted::is(Bug::AnswerGraveMessages));
        let input = touched
            .as_ref()
            .map_or("nothing found".to_owned(), |found| format!("matched: {}", found.matched));
        ask(Gate::NotSensitive, input, touched.is_none());
        if let Some(found) = touched {
            return Some(Verdict::Person(HandoffReason::Sensitive(found.topic)));
        }
        if !lets {
            return Some(Verdict::Person(HandoffReason::OptedOut));
        }
        let hidden =
            known.message.personal.hidden_orders.iter().map(|order| format!("hidden from readers: {order}"));
        let orders: Vec<String> = instructions(text).iter().map(ToString::to_string).chain(hidden).collect();
        if !orders.is_empty() {
            ask(Gate::OnlyWords, format!("matched: {}", orders.join("; ")), true);
        }
        self.topic_is_for_people(ask)
    }

    fn topic_is_for_people(&self, ask: Ask<'_>) -> Option<Verdict> {
        let tags = self.ticket.fields.as_ref().map(|fields| fields.tags.clone()).unwrap_or_default();
        let (input, ours) = match self.terms.policy.topics.topic(&tags) {
            Topic::Allowed => ("no tag keeps it for people".to_owned(), true),
            Topic::NotAllowed => ("it has none of the tags that the AI may answer".to_owned(), false),
            Topic::ForPeople(tag) => (format!("the tag {tag:?} keeps it for people"), false),
        };
        if ask(Gate::TopicIsOurs, input, ours) {
            return None;
        }
        let to_people = self.terms.policy.handoff_rules().on_forbidden_topic;
        Some(if to_people {
            Verdict::Person(HandoffReason::TopicForPeople)
        } else {
            Verdict::Fixed(TextKey::CannotAnswer)
        })
    }

    fn asks_for_person(&self, known: &Known, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let rule = self.terms.policy.handoff_rules().on_request;
        let asked = asks_for_human(text);
        // Whatever was answered before was the try that comes first: an answer offers a person to who wants one.
        let tried = self.earlier(known).any(|other| asks_for_human_in(other) || is_answered(other));
        let found = match &asked {
            Some(request) => format!("matched: {}", request.matched),
            None if self.is_promised_a_person(known, |_| true) => "a person was asked for before".to_owned(),
            None => {
                ask(Gate::NoRequestForHuman, NO_REQUEST.to_owned(), true);
                return None;
            }
        };
        let is_bare = text.split_whitespace().count() <= BARE_REQUEST_WORDS_MAX;
        let fixed = match rule {
            OnRequest::Declined => Some(TextKey::DeclineHuman),
            OnRequest::WhenRepeated if !tried => Some(TextKey::TryFirst),
            OnRequest::AfterBasics if is_bare && self.earlier(known).next().is_none() => {
                Some(TextKey::AskBasics)
            }
            OnRequest::AtOnce | OnRequest::WhenRepeated | OnRequest::AfterBasics => None,
        };
        // A question that stands beside a wish which is not fulfilled yet is answered all the same.
        let goes_on = fixed.is_some() && !is_bare;
        if ask(Gate::NoRequestForHuman, found, goes_on) {
            return None;
        }
        Some(fixed.map_or(Verdict::Person(HandoffReason::AskedForHuman), Verdict::Fixed))
    }

    /// A person was asked for before, and comes once the basics are known.
    fn is_promised_a_person(&self, known: &Known, which: impl Fn(&Known) -> bool) -> bool {
        self.terms.policy.handoff_rules().on_request == OnRequest::AfterBasics
            && self.earlier(known).any(|other| asks_for_human_in(other) && which(other))
    }

    /// Frustration, and a question that was asked before although it was answered.
    fn out_of_patience(&self, known: &Known, text: &str, ask: Ask<'_>) -> Option<Verdict> {
        let rules = self.terms.policy.handoff_rules();
        let answered: Vec<&str> = self
            .earlier(known)
            .filter(|other| is_answered(other))
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

    /// Why a message that waits for its answer is not the AI's any more, though nobody has written since: the ticket is
    /// another customer's now, a rule replied, its tags changed, or the customer has said elsewhere that no AI may answer.
    pub(super) fn changed_meanwhile(&self, id: MessageId, receipt: &mut Receipt) -> Option<Verdict> {
        let known = self.ticket.messages.get(&id)?;
        let customer = self.ticket.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let mut ask = |gate, input, passed| {
            receipt.gates.push(GateResult { gate, input, passed });
            passed
        };
        let (is_customer, who) = self.is_from_customer(known);
        if !is_customer {
            ask(Gate::FromCustomer, who.to_owned(), false);
            return Some(Verdict::Silent(Silence::WrongSender));
        }
        let refused = customer.is_some_and(|customer| self.terms.opted_out.contains(&customer.id));
        #[cfg(feature = "planted")]
        let refused = refused && !planted::is(Bug::ForgetOptOut);
        if refused {
            ask(Gate::LetsAiAnswer, "said since that no AI may answer".to_owned(), false);
            return Some(Verdict::Person(HandoffReason::OptedOut));
        }
        if self.terms.policy.skip_if_rule_replied && self.rule_replied(known) {
            ask(Gate::NoRuleReply, "a rule replied, and the policy leaves that alone".to_owned(), false);
            return Some(Verdict::Silent(Silence::RuleReplied));
        }
        match self.topic_is_for_people(&mut ask) {
            Some(person @ Verdict::Person(_)) => Some(person),
            Some(Verdict::Fixed(_) | Verdict::Answer | Verdict::Silent(_)) | None => None,
        }
    }

    /// A customer who has a person already can still say that no AI may answer: that is for later tickets.
    pub(super) fn note_refusal(&self, known: &Known, silence: Silence, receipt: &mut Receipt) {
        if !matches!(silence, Silence::HandedOff | Silence::TakenOver) || known.author != Author::Customer {
            return;
        }
        if let Some(found) = refuses_machines(&known.message.personal.text) {
            let input = format!("matched: {found}");
            receipt.gates.push(GateResult { gate: Gate::LetsAiAnswer, input, passed: false });
        }
    }

    fn rule_replied(&self, known: &Known) -> bool {
        let mut later = self.ticket.messages.values().filter(|other| other.message.id > known.message.id);
        later.any(|other| other.author == Author::Rule && other.message.public)
    }

    /// A question mark that comes after words which nobody has answered belongs to them.
    fn follows_a_question(&self, known: &Known) -> bool {
        let answered_through = self.ticket.newest_from_shop();
        self.earlier(known)
            .any(|other| other.message.id > answered_through && content_of(other) == Content::Text)
    }

    /// What the customer wrote on this ticket before, since it was last given back to the AI.
    fn earlier<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = &'a Known> {
        let from = self.ticket.given_back.map_or(MessageId(0), |(through, _)| through);
        let all = self.ticket.messages.values().map(Box::as_ref);
        all.take_while(|other| other.message.id < known.message.id)
            .filter(move |other| other.author == Author::Customer && other.message.id > from)
    }
}

/// A draft that only people saw has answered nobody.
fn is_answered(known: &Known) -> bool {
    let ending = known.outcome.as_ref().map(|outcome| &outcome.ending);
    matches!(ending, Some(Ending::Answered(effect)) if effect.kind == EffectKind::Answer)
}

fn content_of(known: &Known) -> Content {
    content(&known.message.personal.text, known.message.attachments.len())
}

fn asks_for_human_in(known: &Known) -> bool {
    asks_for_human(&known.message.personal.text).is_some()
}
