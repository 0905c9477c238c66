//! Shadow mode held against what people did: for each draft that became an internal note, and for each message that
//! would have gone to people, what the shop's people did next. A fold over the ticket's own log and nothing else, so
//! that the comparison can be made at any time, again, and of tickets long past.
//!
//! ```text
//! agreement.rs          what is compared, and the fold
//! agreement/texts.rs    how alike a draft and a person's answer are
//! agreement/totals.rs   counts by channel and by topic, the rate and its interval
//! agreement/words.rs    a comparison as a sentence
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::id::{MessageId, TeamId, TicketId};
use crate::snapshot::TicketFields;
use crate::ticket::event::{Author, Drafted, Event, Silence, TicketRead};
use crate::ticket::{EffectKind, Recorded};
use crate::time::Time;

mod texts;
mod totals;
mod words;

pub use texts::{Frame, Likeness};
pub use totals::{Agreement, Drafts, Filter, Handoffs, Rate, Totals};

use texts::Verdict;

/// Everything of one ticket that can be held against what people did, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Compared {
    /// Drafts that were posted as notes.
    pub drafts: Vec<Comparison>,
    /// Messages that would have gone to people.
    pub handoffs: Vec<WouldHandOff>,
}

/// A draft that was posted as an internal note, and what people did next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What both sorts of a proposal have.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// What people did.
    pub people: People,
}

/// Messages that would have gone to people were the mode live, and what people did next. A draft whose note was late,
/// refused or lost is one too: live, people would have got the ticket then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WouldHandOff {
    /// What both sorts of a proposal have.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// What people did.
    pub people: Handling,
}

/// What Polus would have done, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The ticket.
    pub ticket: TicketId,
    /// Sequence of the draft, or of the first silence.
    pub sequence: u64,
    /// When the note was on the ticket, or the silence decided.
    pub at: Time,
    /// The messages it covers.
    pub messages: Vec<MessageId>,
    /// Channel slug of the ticket then.
    pub channel: String,
    /// Names of the ticket's tags then.
    pub topics: BTreeSet<String>,
    /// The ticket was assigned to somebody else than the AI user before a person wrote.
    pub reassigned: bool,
}

/// What people did after a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum People {
    /// A person sent its words, all of them and between them no others.
    SentAsIs(Answer),
    /// A person sent much of it, changed, or quoted it in a longer text.
    Edited(Answer),
    /// A person sent something else.
    Different(Answer),
    /// The ticket was assigned to somebody else, and no person has answered yet.
    HandedElsewhere,
    /// The ticket was closed, thrown away or marked as spam, and no person had answered.
    Closed,
    /// The customer wrote again before anyone answered, and a newer draft covers that.
    Overtaken,
    /// Nothing.
    NothingYet,
}

/// What people did with messages that would have gone to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// A person answered.
    Answered,
    /// The ticket was assigned to somebody else, and no person has answered yet.
    AssignedOn,
    /// The ticket was closed, thrown away or marked as spam, and no person had answered.
    Closed,
    /// Nothing.
    NothingYet,
}

/// A person's answer: the first public message of a person after the messages that the draft covers. One that crossed
/// the note counts as well, for it answers the same question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its number.
    pub message: MessageId,
    /// How long after the note it was written, in milliseconds by Gorgias' clock; none when it crossed the note, or
    /// when no read has shown the note.
    pub after_ms: Option<i64>,
    /// How much of the draft is in it.
    #[serde(flatten)]
    pub likeness: Likeness,
}

/// Compares what is to be compared in a ticket's log. `frame` is what the connection's policies put around answers: a
/// person who leaves out "an AI wrote this" has not edited the answer.
pub fn comparisons(ticket: TicketId, events: &[Recorded<Event>], frame: &Frame) -> Compared {
    let mut fold = Fold {
        ticket,
        frame,
        fields: TicketFields::default(),
        ours: false,
        gone: false,
        drafts: BTreeMap::new(),
        by_people: BTreeMap::new(),
        written_at: BTreeMap::new(),
        open: Vec::new(),
    };
    for recorded in events {
        fold.event(recorded);
    }
    fold.compared()
}

/// The ticket, as far as the comparison needs it, and what was proposed on it.
struct Fold<'a> {
    ticket: TicketId,
    frame: &'a Frame,
    fields: TicketFields,
    ours: bool,
    gone: bool,
    /// Drafts by their sequence.
    drafts: BTreeMap<u64, &'a Drafted>,
    /// Texts of the public messages of people.
    by_people: BTreeMap<MessageId, &'a str>,
    /// When messages were written, by Gorgias' clock.
    written_at: BTreeMap<MessageId, Time>,
    open: Vec<Open<'a>>,
}

/// A proposal and what is known of its end so far.
struct Open<'a> {
    proposal: Proposal,
    /// The newest message it covers.
    through: MessageId,
    /// The team that the ticket was assigned to then.
    team: Option<TeamId>,
    /// The draft; none for what would have gone to people.
    draft: Option<Note<'a>>,
    /// The last record of the proposal.
    last_sequence: u64,
    closed: bool,
    end: Option<End>,
}

struct Note<'a> {
    text: &'a str,
    message: Option<MessageId>,
}

/// What no later event changes.
#[derive(Clone, Copy)]
enum End {
    Answered(MessageId),
    Closed,
    Overtaken,
}

impl<'a> Fold<'a> {
    fn event(&mut self, recorded: &'a Recorded<Event>) {
        match &recorded.event {
            Event::TicketRead(read) => self.read(read),
            Event::TicketGone { .. } => {
                self.gone = true;
                self.look_at_fields();
            }
            Event::Drafted(drafted) => {
                self.drafts.insert(recorded.sequence, drafted);
            }
            Event::ReplyPosted { effect, message, .. } => {
                if let Some(drafted) = self.drafts.get(&effect.sequence).copied()
                    && matches!(effect.kind, EffectKind::ShadowNote | EffectKind::Answer)
                {
                    self.overtake(drafted.messages.iter().max().copied().unwrap_or_default());
                    if effect.kind == EffectKind::ShadowNote {
                        let note = Note { text: &drafted.personal.text, message: *message };
                        self.propose(recorded, effect.sequence, drafted.messages.clone(), Some(note));
                    }
                }
            }
            Event::Ignored(ignored) if ignored.reason == Silence::Shadow => {
                self.would_hand_off(recorded, ignored.message);
            }
            Event::Ignored(_)
            | Event::Notified(_)
            | Event::SeenBySync(_)
            | Event::HandoffRequested { .. }
            | Event::Resumed { .. }
            | Event::ReadFailed { .. }
            | Event::MessageNotFound { .. }
            | Event::GenerationChanged { .. }
            | Event::Accepted(_)
            | Event::DraftFailed { .. }
            | Event::DraftDropped { .. }
            | Event::ReplyStarted(_)
            | Event::ReplyUnclear { .. }
            | Event::ReplyNotSent { .. }
            | Event::ReplyRejected { .. }
            | Event::ReplyAbsent { .. }
            | Event::ReplyAbandoned { .. }
            | Event::DeliveryChecked { .. }
            | Event::TakenOver { .. }
            | Event::TakeoverEnded
            | Event::HandedOff(_)
            | Event::FollowUpDone { .. }
            | Event::FollowUpFailed { .. }
            | Event::Rerouted { .. }
            | Event::TagsDone { .. }
            | Event::TagsFailed { .. }
            | Event::TagsSkipped { .. }
            | Event::FollowUpSkipped { .. } => {}
        }
    }

    /// Messages come first: who answers and takes the ticket at once has not handed it elsewhere before.
    fn read(&mut self, read: &'a TicketRead) {
        for (new, personal) in read.messages.iter().zip(&read.personal.messages) {
            let id = new.message.id;
            self.written_at.insert(id, new.message.created_at);
            if !new.message.public || new.merged_in {
                continue;
            }
            match new.author {
                Author::Person => {
                    self.by_people.insert(id, &personal.text);
                    self.answered(id);
                }
                Author::Customer => self.customer_wrote(id),
                Author::Us | Author::Stranger | Author::Rule | Author::App => {}
            }
        }
        self.ours = read.ours;
        if let Some(fields) = &read.fields {
            self.fields = fields.clone();
        }
        self.look_at_fields();
    }

    fn answered(&mut self, message: MessageId) {
        for open in self.open.iter_mut().filter(|open| open.end.is_none() && open.through < message) {
            open.end = Some(End::Answered(message));
        }
    }

    /// A new message opens a closed ticket, so that only now the closing is over and known to have been no answer.
    fn customer_wrote(&mut self, message: MessageId) {
        let closed = |open: &&mut Open<'_>| open.end.is_none() && open.closed && open.through < message;
        for open in self.open.iter_mut().filter(closed) {
            open.end = Some(End::Closed);
        }
    }

    fn overtake(&mut self, through: MessageId) {
        let is_overtaken = |open: &&mut Open<'_>| {
            open.end.is_none() && open.draft.is_some() && !open.proposal.reassigned && open.through < through
        };
        for open in self.open.iter_mut().filter(is_overtaken) {
            open.end = Some(if open.closed { End::Closed } else { End::Overtaken });
        }
    }

    /// Messages that were judged together are one handoff.
    fn would_hand_off(&mut self, recorded: &Recorded<Event>, message: MessageId) {
        if let Some(last) = self.open.last_mut()
            && last.draft.is_none()
            && last.end.is_none()
            && (last.last_sequence + 1, last.proposal.at) == (recorded.sequence, recorded.at)
        {
            last.last_sequence = recorded.sequence;
            last.proposal.messages.push(message);
            last.through = last.through.max(message);
            return;
        }
        self.propose(recorded, recorded.sequence, vec![message], None);
    }

    /// A read that came between a draft and the word that its note is on the ticket may have shown the answer.
    fn propose(
        &mut self,
        recorded: &Recorded<Event>,
        sequence: u64,
        messages: Vec<MessageId>,
        draft: Option<Note<'a>>,
    ) {
        let through = messages.iter().max().copied().unwrap_or_default();
        let answer = self.by_people.keys().find(|message| **message > through);
        self.open.push(Open {
            proposal: Proposal {
                ticket: self.ticket,
                sequence,
                at: recorded.at,
                messages,
                channel: self.fields.channel.clone(),
                topics: self.fields.tags.clone(),
                reassigned: false,
            },
            through,
            team: self.fields.team,
            draft,
            last_sequence: recorded.sequence,
            closed: false,
            end: answer.map(|message| End::Answered(*message)),
        });
        self.look_at_fields();
    }

    fn look_at_fields(&mut self) {
        let fields = &self.fields;
        let closed = self.gone || fields.closed || fields.trashed || fields.spam;
        for open in self.open.iter_mut().filter(|open| open.end.is_none()) {
            open.closed = closed;
            let to_a_team = fields.team.is_some() && fields.team != open.team;
            open.proposal.reassigned |= !self.ours && !self.gone && (fields.assignee.is_some() || to_a_team);
        }
    }

    fn compared(mut self) -> Compared {
        let mut compared = Compared::default();
        for open in std::mem::take(&mut self.open) {
            match &open.draft {
                Some(note) => {
                    let people = self.people(&open, note);
                    compared.drafts.push(Comparison { proposal: open.proposal, people });
                }
                None => {
                    let people = handling(&open);
                    compared.handoffs.push(WouldHandOff { proposal: open.proposal, people });
                }
            }
        }
        compared
    }

    fn people(&self, open: &Open<'_>, note: &Note<'_>) -> People {
        match open.end {
            Some(End::Answered(message)) => {
                let sent = self.by_people.get(&message).copied().unwrap_or_default();
                let (verdict, likeness) = texts::compare(note.text, sent, self.frame);
                let answer = Answer { message, after_ms: self.after_ms(note, message), likeness };
                match verdict {
                    Verdict::AsIs => People::SentAsIs(answer),
                    Verdict::Edited => People::Edited(answer),
                    Verdict::Different => People::Different(answer),
                }
            }
            Some(End::Closed) => People::Closed,
            Some(End::Overtaken) => People::Overtaken,
            None if open.closed => People::Closed,
            None if open.proposal.reassigned => People::HandedElsewhere,
            None => People::NothingYet,
        }
    }

    fn after_ms(&self, note: &Note<'_>, answer: MessageId) -> Option<i64> {
        let noted_at = self.written_at.get(&note.message.filter(|note| *note < answer)?)?;
        let after_ms = self.written_at.get(&answer)?.0.saturating_sub(noted_at.0);
        Some(after_ms).filter(|after_ms| *after_ms >= 0)
    }
}

fn handling(open: &Open<'_>) -> Handling {
    match open.end {
        Some(End::Answered(_)) => Handling::Answered,
        Some(End::Closed) => Handling::Closed,
        Some(End::Overtaken) | None if open.closed => Handling::Closed,
        Some(End::Overtaken) | None if open.proposal.reassigned => Handling::AssignedOn,
        Some(End::Overtaken) | None => Handling::NothingYet,
    }
}
