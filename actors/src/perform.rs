//! One effect and the world to one outcome. Nothing here decides or appends: what comes back is told to the
//! machine.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polus_core::gorgias::requests::{self, PostNote, PostReply, ReplyRoute, reply_route};
use polus_core::gorgias::{Call, Refusal, answers};
use polus_core::id::{MessageId, TeamId, TicketId, UserId};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::snapshot::{Message, TicketFields, TicketSnapshot};
use polus_core::ticket::input::{
    DraftAnswer, DraftOutcome, FollowUpOutcome, PostOutcome, ReadOutcome, SettleOutcome,
};
use polus_core::ticket::{EffectKind, delays};

use crate::budget::{Lane, Permit};
use crate::desk::Desk;
use crate::world::{Answerer, AnswererError, Clock, Question};

/// What a fence read brought.
pub struct Fenced {
    /// The sequence that was folded when the read started.
    pub as_of: u64,
    /// What the read showed.
    pub read: ReadOutcome,
    /// The way a reply would take, or why there is none.
    pub route: Result<ReplyRoute, String>,
    /// When the read ended, by the monotonic clock.
    pub ended: Duration,
    /// Permission for the act behind the fence.
    pub permit: Permit,
}

/// Reads the ticket. `folded` is looked at when the read starts, not when it is queued.
pub async fn read(desk: Desk, ticket: TicketId, lane: Lane, folded: Rc<Cell<u64>>) -> (u64, ReadOutcome) {
    let mut permit = desk.reserve(lane, 1).await;
    let as_of = folded.get();
    #[cfg(feature = "planted")]
    if planted::is(Bug::PayForLaterNotification) {
        let outcome = read_now(&desk, &mut permit, ticket).await;
        return (folded.get(), outcome);
    }
    (as_of, read_now(&desk, &mut permit, ticket).await)
}

/// Takes permission for a read and an act, then reads.
pub async fn fence(
    desk: Desk,
    clock: Arc<dyn Clock>,
    ticket: TicketId,
    lane: Lane,
    folded: Rc<Cell<u64>>,
) -> Fenced {
    let mut permit = desk.reserve(lane, 2).await;
    let as_of = folded.get();
    let read = read_now(&desk, &mut permit, ticket).await;
    #[cfg(feature = "planted")]
    let as_of = if planted::is(Bug::PayForLaterNotification) { folded.get() } else { as_of };
    let route = match &read {
        ReadOutcome::Ticket(snapshot) => route_to_customer(snapshot),
        ReadOutcome::Gone(problem) | ReadOutcome::Failed(problem) => Err(problem.clone()),
    };
    Fenced { as_of, read, route, ended: clock.monotonic(), permit }
}

/// Asks the answerer.
pub async fn draft(answerer: Arc<dyn Answerer>, question: Question, last_try: bool) -> DraftOutcome {
    match answerer.answer(&question).await {
        Ok(answer) => DraftOutcome::Answer(DraftAnswer {
            answerer: answer.answerer,
            knowledge_version: question.knowledge.version,
            confidence_per_mille: answer.confidence_per_mille,
            body: answer.body,
            passages: answer.passages,
            cost_micros: answer.cost_micros,
        }),
        Err(AnswererError::Temporary(problem)) if !last_try => DraftOutcome::Failed(problem),
        Err(AnswererError::Temporary(problem) | AnswererError::Permanent(problem)) => {
            DraftOutcome::GivenUp(problem)
        }
    }
}

/// Posts. Called only right after its announcement was appended by this very process.
pub async fn post(desk: Desk, clock: Arc<dyn Clock>, mut permit: Permit, call: Call) -> PostOutcome {
    let answer = tokio::select! {
        biased;
        answer = desk.call(&mut permit, &call) => answer,
        () = clock.sleep(delays::POST_PATIENCE) => {
            return PostOutcome::Unclear("no answer in time".to_owned());
        }
    };
    #[cfg(feature = "planted")]
    let answer = match answer {
        Err(refusal) if refusal.may_have_happened() && planted::is(Bug::RetryInTheClient) => {
            desk.call(&mut permit, &call).await
        }
        answer => answer,
    };
    match answer {
        Ok(reply) => match answers::posted_message(&reply) {
            Ok(message) => PostOutcome::Posted(message),
            // A success without a number is still a success; its marker will be found by a later read.
            Err(_) => PostOutcome::Posted(None),
        },
        Err(refusal) if refusal.may_have_happened() => PostOutcome::Unclear(refusal.to_string()),
        Err(refusal) => match refusal {
            Refusal::RateLimited { .. } | Refusal::Unauthorized | Refusal::Call(_) => {
                PostOutcome::NotSent(refusal.to_string())
            }
            Refusal::NotFound
            | Refusal::Forbidden { .. }
            | Refusal::Invalid { .. }
            | Refusal::Unreadable(_)
            | Refusal::Server { .. }
            | Refusal::NotJson { .. } => PostOutcome::Rejected(refusal.for_people()),
        },
    }
}

/// Looks for an announced post in the thread. Absent only when two complete reads, far enough apart, lack it.
pub async fn settle(
    desk: Desk,
    clock: Arc<dyn Clock>,
    ticket: TicketId,
    marker: String,
    newest_known: MessageId,
    folded: Rc<Cell<u64>>,
) -> (u64, SettleOutcome) {
    let look = async || {
        let mut permit = desk.reserve(Lane::Reconcile, 1).await;
        let as_of = folded.get();
        (as_of, read_now(&desk, &mut permit, ticket).await)
    };
    let first = look().await;
    let (as_of, outcome) = match find(&first.1, &marker, newest_known) {
        Looked::Absent => {
            clock.sleep(delays::ABSENT_READS_APART).await;
            look().await
        }
        Looked::Settled(outcome) => return (first.0, outcome),
    };
    match (find(&outcome, &marker, newest_known), outcome) {
        (Looked::Settled(outcome), _) => (as_of, outcome),
        (Looked::Absent, ReadOutcome::Ticket(snapshot)) => (as_of, SettleOutcome::Absent(snapshot)),
        (Looked::Absent, ReadOutcome::Gone(problem) | ReadOutcome::Failed(problem)) => {
            (as_of, SettleOutcome::Unknown(problem))
        }
    }
}

/// Puts tags on the ticket; those that are there already stay.
pub async fn tags(
    desk: Desk,
    mut permit: Permit,
    ticket: TicketId,
    names: Vec<String>,
    last_try: bool,
) -> FollowUpOutcome {
    follow_up(desk.call(&mut permit, &requests::add_tags(ticket, &names)).await.map(|_| ()), last_try)
}

/// Gives the ticket to the people who take handoffs; to nobody, if there are none or Gorgias does not know them.
pub async fn reassign(
    desk: Desk,
    mut permit: Permit,
    ticket: TicketId,
    user: Option<UserId>,
    team: Option<TeamId>,
    last_try: bool,
) -> FollowUpOutcome {
    let first = desk.call(&mut permit, &requests::assign(ticket, user, team)).await;
    match first {
        Err(refusal @ (Refusal::NotFound | Refusal::Invalid { .. })) if user.is_some() || team.is_some() => {
            match desk.call(&mut permit, &requests::assign(ticket, None, None)).await {
                Ok(_) => FollowUpOutcome::GivenUp(format!(
                    "Gorgias does not take the handoff team or user ({refusal}); the ticket was unassigned instead"
                )),
                Err(again) => follow_up(Err(again), last_try),
            }
        }
        other => follow_up(other.map(|_| ()), last_try),
    }
}

/// The request that posts a text to the customer, by the way a reply takes.
pub fn reply_call(
    ticket: TicketId,
    route: ReplyRoute,
    fields: &TicketFields,
    text: &str,
    marker: &str,
    sender: UserId,
) -> Call {
    requests::post_reply(&PostReply {
        ticket,
        route,
        text: text.to_owned(),
        marker: marker.to_owned(),
        sender,
        receiver: fields.customer.as_ref().map(|customer| customer.id),
        subject: fields.subject.clone(),
    })
}

/// What stands above a draft, so that nobody takes it for a reply that went out.
const DRAFT_HEADING: &str = "Draft, not sent to the customer:";

/// The request that posts an internal note, a draft with words that say what it is.
pub fn note_call(ticket: TicketId, kind: EffectKind, text: &str, marker: &str, sender: UserId) -> Call {
    let text = posted_text(kind, text);
    requests::post_note(&PostNote { ticket, sender, text, marker: marker.to_owned() })
}

/// A text as it stands on the ticket once an effect of this kind has posted it.
pub fn posted_text(kind: EffectKind, text: &str) -> String {
    let is_draft = kind == EffectKind::ShadowNote;
    if is_draft { format!("{DRAFT_HEADING}\n\n{text}") } else { text.to_owned() }
}

enum Looked {
    Settled(SettleOutcome),
    Absent,
}

/// A thread that lacks what is known of it is a partial one, and proves nothing.
fn find(read: &ReadOutcome, marker: &str, newest_known: MessageId) -> Looked {
    let snapshot = match read {
        ReadOutcome::Ticket(snapshot) => snapshot,
        ReadOutcome::Gone(problem) => return Looked::Settled(SettleOutcome::Gone(problem.clone())),
        ReadOutcome::Failed(problem) => return Looked::Settled(SettleOutcome::Unknown(problem.clone())),
    };
    let carries = |message: &&Message| message.external_id.as_deref() == Some(marker);
    if let Some(found) = snapshot.messages.iter().find(carries) {
        return Looked::Settled(SettleOutcome::Found(found.id, snapshot.clone()));
    }
    let whole =
        newest_known == MessageId(0) || snapshot.messages.iter().any(|message| message.id == newest_known);
    if whole {
        Looked::Absent
    } else {
        Looked::Settled(SettleOutcome::Unknown("the thread lacks messages that are known".to_owned()))
    }
}

async fn read_now(desk: &Desk, permit: &mut Permit, ticket: TicketId) -> ReadOutcome {
    match desk.call(permit, &requests::ticket(ticket)).await.and_then(|reply| answers::ticket(&reply)) {
        Ok(snapshot) if snapshot.ticket == ticket => ReadOutcome::Ticket(Box::new(snapshot)),
        Ok(other) => ReadOutcome::Gone(format!("Gorgias answers with ticket {}", other.ticket)),
        Err(refusal @ Refusal::NotFound) => ReadOutcome::Gone(refusal.to_string()),
        Err(refusal) => ReadOutcome::Failed(refusal.to_string()),
    }
}

/// The way back of the customer's own last message: a stranger who joined in since gets nothing.
fn route_to_customer(snapshot: &TicketSnapshot) -> Result<ReplyRoute, String> {
    let inbound = snapshot.messages.iter().filter(|message| !message.from_agent && message.public);
    let by_customer = inbound.filter(|message| {
        #[cfg(feature = "planted")]
        if planted::is(Bug::ReplyToLastWriter) {
            return true;
        }
        snapshot.fields.is_from_customer(message).0
    });
    let last =
        by_customer.max_by_key(|message| message.id).ok_or("the ticket's customer wrote no message")?;
    reply_route(last, &snapshot.fields).map_err(|no_route| no_route.to_string())
}

fn follow_up(result: Result<(), Refusal>, last_try: bool) -> FollowUpOutcome {
    match result {
        Ok(()) => FollowUpOutcome::Done,
        // A key that is refused now may be accepted later; the desk is shut meanwhile.
        Err(refusal) if refusal.is_repeatable() || refusal == Refusal::Unauthorized => {
            if last_try {
                FollowUpOutcome::GivenUp(refusal.to_string())
            } else {
                FollowUpOutcome::Failed(refusal.to_string())
            }
        }
        Err(refusal) => FollowUpOutcome::GivenUp(refusal.to_string()),
    }
}
