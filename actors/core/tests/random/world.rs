//! What is really true in a random story, and the promises checked against it. It sees the reads that were handed
//! out, the announcements and the posts; it never looks at how the machine came to them.

use std::collections::{BTreeMap, BTreeSet};

use polus_core::id::MessageId;
use polus_core::snapshot::{Message, TicketSnapshot};
use polus_core::ticket::event::ReplyStarted;
use polus_core::ticket::{EffectId, EffectKind};

use crate::support::{AI, GO_LIVE, Thread};

pub struct World {
    pub thread: Thread,
    /// Persons' messages up to here are past: they came before the ticket did.
    people_through: MessageId,
    /// The newest read that was handed out showed the ticket with the AI user; none before the first.
    shown_ours: Option<bool>,
    newest_shown: MessageId,
    newest_at_mark: MessageId,
    /// The handoff in force, by the sequence of its mark.
    mark: Option<u64>,
    /// Posts that landed, with how often.
    landed: BTreeMap<EffectId, u32>,
    /// Messages that waited for their answer when the connection was cut.
    pub cut: BTreeSet<MessageId>,
    /// Public replies of ours that cover a message.
    covered: BTreeMap<MessageId, u32>,
}

impl World {
    pub fn new() -> Self {
        Self {
            thread: Thread::new(),
            people_through: GO_LIVE,
            shown_ours: None,
            newest_shown: GO_LIVE,
            newest_at_mark: GO_LIVE,
            mark: None,
            landed: BTreeMap::new(),
            cut: BTreeSet::new(),
            covered: BTreeMap::new(),
        }
    }

    /// A read reached the machine.
    pub fn shown(&mut self, snapshot: &TicketSnapshot) {
        let ours = snapshot.fields.assignee == Some(AI);
        let newest = snapshot.messages.last().map_or(GO_LIVE, |message| message.id);
        if ours && self.shown_ours != Some(true) {
            self.people_through = self.people_through.max(newest);
        }
        self.shown_ours = Some(ours);
        self.newest_shown = self.newest_shown.max(newest);
    }

    /// An operator gave the ticket back.
    pub fn resumed(&mut self) {
        self.people_through = self.people_through.max(self.newest_shown);
        self.mark = None;
    }

    /// The account was connected anew: all there is by now is history.
    pub fn reconnected(&mut self) {
        self.people_through = self.people_through.max(self.thread.newest());
    }

    pub fn marked(&mut self, sequence: u64) {
        self.mark = Some(sequence);
        self.newest_at_mark = self.newest_shown;
    }

    /// A post was announced behind a fence that read the thread as it is now.
    pub fn announced(&self, started: &ReplyStarted, answers: bool, is_settled: impl Fn(MessageId) -> bool) {
        let kind = started.effect.kind;
        match kind {
            EffectKind::Answer | EffectKind::ShadowNote => {
                assert!(answers, "{} in a mode that forbids it", started.effect);
                let stale = started.messages.iter().any(|message| self.cut.contains(message));
                assert!(!stale, "{} goes out although the connection was cut meanwhile", started.effect);
                assert_eq!(self.mark, None, "{} after the handoff", started.effect);
                assert!(!self.person_wrote_after(self.people_through), "{} over a person", started.effect);
            }
            EffectKind::FinalReply | EffectKind::HandoffNote => {
                assert_eq!(self.mark, Some(started.effect.sequence), "{} of no handoff", started.effect);
            }
            EffectKind::Read
            | EffectKind::Draft
            | EffectKind::Tags
            | EffectKind::Reassign
            | EffectKind::CheckDelivery
            | EffectKind::MailTags => panic!("{} is no post", started.effect),
        }
        if kind == EffectKind::FinalReply {
            assert!(!self.person_wrote_after(self.newest_at_mark), "a final reply over a person");
        }
        if kind != EffectKind::HandoffNote {
            let fields = &self.thread.fields;
            assert_eq!(fields.assignee, Some(AI), "{} on somebody else's ticket", started.effect);
            assert!(!fields.closed && !fields.trashed, "{} on a ticket put away", started.effect);
        }
        if kind == EffectKind::Answer {
            let newest = started.messages.iter().max().expect("an answer covers something");
            let mut newer = self.visible().filter(|message| message.id > *newest && !message.from_agent);
            assert!(newer.all(|message| is_settled(message.id)), "{} over a newer message", started.effect);
        }
    }

    /// The tags of automated mail are put on the ticket behind a fence that read the thread as it is now.
    pub fn tags_set(&self) {
        assert_eq!(self.thread.fields.assignee, Some(AI), "tags on somebody else's ticket");
        assert_eq!(self.mark, None, "tags of automated mail after a handoff");
        assert!(!self.person_wrote_after(MessageId(0)), "tags over a person");
    }

    /// The post is on the ticket.
    pub fn lands(&mut self, effect: EffectId, marker: &str, messages: &[MessageId], text: &str) -> MessageId {
        let times = self.landed.entry(effect).or_default();
        *times += 1;
        assert_eq!(*times, 1, "{effect} landed twice");
        if effect.kind.is_public() {
            for message in messages {
                let times = self.covered.entry(*message).or_default();
                *times += 1;
                assert_eq!(*times, 1, "message {message} got two public replies");
            }
        }
        self.thread.api(Some(marker), text, effect.kind.is_public())
    }

    fn person_wrote_after(&self, through: MessageId) -> bool {
        let mut people = self.visible().filter(|message| message.via == "helpdesk" && message.public);
        people.any(|message| message.id > through)
    }

    /// What a read can show.
    fn visible(&self) -> impl Iterator<Item = &Message> {
        self.thread.messages.iter().filter(|message| !self.thread.hidden.contains(&message.id))
    }
}
