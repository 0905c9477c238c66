//! Shadow mode held against what people did, over all tickets of a connection: one ticket's log in memory at a time.

use polus_core::agreement::{Agreement, Comparison, Filter, Frame, Rate, Totals, WouldHandOff, comparisons};
use polus_core::connection::ConnectionEvent;
use polus_core::id::{ConnectionId, MessageId, Stream, TicketId};
use polus_core::ticket::{EffectKind, Event, Recorded};
use serde::Serialize;

use super::{History, HistoryError};

/// The counts of a connection.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementShown {
    /// The connection.
    pub connection: ConnectionId,
    /// What was counted; empty fields let everything through.
    #[serde(flatten)]
    pub filter: Filter,
    /// Tickets looked at.
    pub tickets: u64,
    /// Tickets whose log could not be read, and which are therefore not in any count.
    pub tickets_unread: u64,
    /// What is wrong with the first of them.
    pub problem: Option<String>,
    /// Everything.
    pub over_all: Counts,
    /// By channel, those with the most drafts first.
    pub channels: Vec<ChannelCounts>,
    /// By tag, those with the most drafts first. A ticket with several tags counts for each.
    pub topics: Vec<TopicCounts>,
}

/// Counts with what follows from them.
#[derive(Debug, Clone, Serialize)]
pub struct Counts {
    /// How many drafts there are.
    pub drafts_total: u64,
    /// How many times people would have got the ticket.
    pub would_hand_off_total: u64,
    /// The counts.
    #[serde(flatten)]
    pub counts: Agreement,
    /// The rate of agreement; none before a person has answered.
    pub rate: Option<Rate>,
}

/// Counts of a channel.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelCounts {
    /// Its slug.
    pub channel: String,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Counts of a topic.
#[derive(Debug, Clone, Serialize)]
pub struct TopicCounts {
    /// The tag; none for tickets without one.
    pub topic: Option<String>,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What became of a message in shadow mode.
#[derive(Debug, Clone, Serialize)]
pub struct ShadowShown {
    /// In words.
    pub told: String,
    /// For programs.
    pub comparison: Shadow,
}

/// What Polus did in shadow: a draft as a note, or nothing where it would have handed off.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shadow {
    /// A draft.
    Draft(Comparison),
    /// Nothing.
    WouldHandOff(WouldHandOff),
}

impl History {
    /// Counts what the connection's drafts in shadow mode came to, as far as `filter` lets them. A ticket whose log
    /// cannot be read is counted as unread, and the others go on.
    pub async fn agreement(
        &self,
        connection: &ConnectionId,
        filter: Filter,
    ) -> Result<AgreementShown, HistoryError> {
        let life = self.connection_events(connection).await?;
        if life.is_empty() {
            return Err(HistoryError::Unknown(connection.to_string()));
        }
        let frame = frame(&life);
        let mut totals = Totals::default();
        let (mut tickets, mut tickets_unread, mut problem) = (0, 0, None);
        for ticket in self.tickets(connection).await? {
            match self.ticket_events(connection, ticket, None).await {
                Ok(events) => {
                    tickets += 1;
                    totals.add(&comparisons(ticket, &events, &frame), &filter);
                }
                Err(error) => {
                    tickets_unread += 1;
                    problem.get_or_insert_with(|| error.to_string());
                }
            }
        }
        let mut channels: Vec<_> = totals
            .channels
            .into_iter()
            .map(|(channel, counts)| ChannelCounts { channel, counts: Counts::of(counts) })
            .collect();
        channels.sort_by_key(|row| row.counts.order());
        let mut topics: Vec<_> = totals
            .topics
            .into_iter()
            .map(|(topic, counts)| TopicCounts { topic, counts: Counts::of(counts) })
            .collect();
        topics.sort_by_key(|row| row.counts.order());
        let over_all = Counts::of(totals.over_all);
        let connection = connection.clone();
        Ok(AgreementShown {
            connection,
            filter,
            tickets,
            tickets_unread,
            problem,
            over_all,
            channels,
            topics,
        })
    }

    /// What became of a message in shadow mode; none when it was not met there.
    pub(super) async fn shadow(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
        message: MessageId,
        events: &[Recorded<Event>],
    ) -> Result<Option<ShadowShown>, HistoryError> {
        let is_shadow = |event: &Event| match event {
            Event::Drafted(drafted) => drafted.kind == EffectKind::ShadowNote,
            Event::Ignored(ignored) => ignored.message == message,
            _ => false,
        };
        if !events.iter().any(|recorded| is_shadow(&recorded.event)) {
            return Ok(None);
        }
        let compared = comparisons(ticket, events, &frame(&self.connection_events(connection).await?));
        let (mut drafts, mut handoffs) = (compared.drafts.into_iter(), compared.handoffs.into_iter());
        let draft = drafts.rfind(|draft| draft.proposal.messages.contains(&message));
        let handoff = handoffs.rfind(|handoff| handoff.proposal.messages.contains(&message));
        Ok(match (draft, handoff) {
            (Some(draft), _) => Some(ShadowShown { told: draft.told(), comparison: Shadow::Draft(draft) }),
            (None, Some(handoff)) => {
                Some(ShadowShown { told: handoff.told(), comparison: Shadow::WouldHandOff(handoff) })
            }
            (None, None) => None,
        })
    }

    pub(super) async fn connection_events(
        &self,
        connection: &ConnectionId,
    ) -> Result<Vec<Recorded<ConnectionEvent>>, HistoryError> {
        self.events(&Stream::Connection(connection.clone()), None).await
    }
}

/// What a connection's policies, the present one and those before it, put around answers.
fn frame(life: &[Recorded<ConnectionEvent>]) -> Frame {
    Frame::of(life.iter().filter_map(|recorded| match &recorded.event {
        ConnectionEvent::PolicyChanged { policy, .. } => Some(policy.as_ref()),
        _ => None,
    }))
}

impl Counts {
    fn of(counts: Agreement) -> Self {
        Self {
            drafts_total: counts.drafts.total(),
            would_hand_off_total: counts.would_hand_off.total(),
            counts,
            rate: counts.rate(),
        }
    }

    /// The most first; what counts the same stays in the order of its name.
    fn order(&self) -> std::cmp::Reverse<(u64, u64)> {
        std::cmp::Reverse((self.drafts_total, self.would_hand_off_total))
    }
}
