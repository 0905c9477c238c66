//! The events that such a history is made of.

use std::collections::BTreeMap;

use polus_core::id::MessageId;
use polus_core::receipt::Receipt;
use polus_core::snapshot::{self, Delivery, MessagePersonal, TicketFields};
use polus_core::ticket::event::{
    Accepted, Author, Drafted, Event, HandedOff, HandoffPersonal, HandoffReason, KnownBy, NewMessage,
    ReadPersonal, ReplyStarted, TextPersonal, TicketRead,
};
use polus_core::ticket::{EffectId, EffectKind};
use polus_core::time::Time;

pub fn read(as_of: u64, id: i64, author: Author) -> Event {
    let message = snapshot::Message {
        id: MessageId(id),
        from_agent: author != Author::Customer,
        public: true,
        channel: "email".to_owned(),
        via: "email".to_owned(),
        rule: None,
        external_id: None,
        integration: None,
        sender: None,
        created_at: Time(2_000),
        delivery: Delivery::Pending,
        headers: BTreeMap::new(),
        attachments: Vec::new(),
        personal: MessagePersonal::default(),
    };
    Event::TicketRead(TicketRead {
        as_of,
        ours: true,
        handed_to_us: None,
        fields: Some(TicketFields::default()),
        messages: vec![NewMessage { author, merged_in: false, message }],
        deliveries: Vec::new(),
        missing: Vec::new(),
        personal: ReadPersonal { messages: vec![MessagePersonal::default()], ..ReadPersonal::default() },
    })
}

pub fn accepted() -> Event {
    accepted_of(1)
}

pub fn accepted_of(message: i64) -> Event {
    let receipt = Receipt { policy_version: 1, ..Receipt::default() };
    Event::Accepted(Accepted {
        messages: vec![MessageId(message)],
        added: vec![MessageId(message)],
        replaces: Vec::new(),
        since: Time(2_400),
        redrafts: 0,
        quiet_until: Time(2_500),
        answer_by: Time(600_000),
        receipt,
    })
}

pub fn drafted(draft: u64) -> Event {
    Event::Drafted(Drafted {
        draft: EffectId { kind: EffectKind::Draft, sequence: draft },
        kind: EffectKind::Answer,
        messages: vec![MessageId(1)],
        answer_by: Time(600_000),
        receipt: Receipt::default(),
        personal: TextPersonal { text: "Within 30 days.".to_owned() },
    })
}

pub fn started(effect: EffectId, marker: &str) -> Event {
    let messages = if effect.kind == EffectKind::Answer { vec![MessageId(1)] } else { Vec::new() };
    Event::ReplyStarted(ReplyStarted {
        effect,
        attempt: 1,
        marker: marker.to_owned(),
        messages,
        give_up_at: Time(18_400),
    })
}

pub fn posted(effect: EffectId, message: i64) -> Event {
    Event::ReplyPosted { effect, message: Some(MessageId(message)), known_by: KnownBy::Response }
}

pub fn delivered(effect: EffectId) -> Event {
    Event::DeliveryChecked { effect, delivery: Delivery::Sent, again_at: None }
}

pub fn handed_off() -> Event {
    Event::HandedOff(Box::new(HandedOff {
        reason: HandoffReason::Operator,
        messages: vec![MessageId(1)],
        replaces: Vec::new(),
        to_user: None,
        to_team: None,
        tags: vec!["handoff".to_owned()],
        reply_by: Time(900_000),
        note_language: Default::default(),
        receipt: Receipt::default(),
        personal: HandoffPersonal { reply: None, note: "Please look.".to_owned() },
    }))
}
