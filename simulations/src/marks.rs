//! Marks of a run: how often each fault struck, each act was done, each crash hit, each rare branch of the shells was
//! taken, and each rare thing stands in the log. A batch of runs in which one of them never fired has tried too little.

use std::collections::BTreeMap;

use polus_actors::marks::Mark;
use polus_core::connection::ConnectionEvent;
use polus_core::snapshot::Delivery;
use polus_core::ticket::Event;
use polus_core::ticket::event::{
    Author, DropReason, FollowUp, HandoffReason, Ignored, KnownBy, Notified, Silence, Standing, TakeoverSign,
    TicketRead,
};

use crate::doom::Moment;
use crate::gorgias::faults::Odds;
use crate::history::History;
use crate::plan::Act;
use crate::world::Stage;

/// How often what was marked, by name.
pub type Counts = BTreeMap<String, u64>;

/// Faults of the disk, the answerer and the network, by the names under which they are counted.
const FAULTS: [&str; 27] = [
    "append_slow",
    "log_overloaded",
    "disk_full",
    "append_lost",
    "append_unclear",
    "sync_failed",
    "log_unreadable",
    "log_unlisted",
    "tail_broke_off",
    "bit_flipped",
    "answerer_failed",
    "answerer_silent",
    "answerer_slow",
    "answerer_refused",
    "answerer_babbled",
    "answerer_blank",
    "answerer_endless",
    "answerer_promised",
    "stale_read",
    "marker_stripped",
    "stalled",
    "strange_secret",
    "strange_event",
    "strange_json",
    "strange_size",
    "strange_account",
    "webhook_switched_off",
];

/// What the log alone does not tell.
const MERGED: &str = "ticket_gone_by_merge";
const NEXT_PAGE: &str = "next_page_read";

/// What even a thousand runs may lack, and why. Measured over seven thousand: each of the others comes at least 20 times
/// in a thousand, in runs that have nothing to do with each other.
pub const RARE: &[(&str, &str)] = &[
    ("fault/log_unlisted", "the streams of a mirror are seldom listed, and the disk has to fail just then"),
    (
        "fault/marker_stripped",
        "it takes a network that strips markers, in one run of sixteen, and strikes single posts",
    ),
    (
        "fault/stale_read",
        "it takes a network that shows what was, in one run of sixteen, and no more than that",
    ),
    (
        "log/delivery_pending",
        "a delivery that Gorgias has not told of when it is looked at for the last time",
    ),
    ("log/dropped_closed", "somebody closes a ticket between its draft and its post"),
    ("log/dropped_ticket_gone", "somebody deletes a ticket between its draft and its post"),
    ("log/handoff_unsettled", "a reply is lost without a word twice in a row"),
    ("log/read_lacked_message", "a stale read right behind a webhook"),
    ("shell/backfill_cursor_lost", "a ticket is deleted while the back-fill has its row for a cursor"),
    ("shell/breaker_closed", "the breaker has to be open"),
    ("shell/breaker_opened", "it takes many failures in a row and no answer between them"),
    ("shell/connection_read_again", "a connection's journal has to lose an append of its own"),
];

/// The marks that never fired in a batch, but for those that even a thousand runs may lack.
pub fn missed(counts: &Counts) -> Vec<&str> {
    let never = counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| name.as_str());
    never.filter(|name| !RARE.iter().any(|(rare, _)| rare == name)).collect()
}

/// Every name that a batch of runs must see, with a zero.
pub fn none() -> Counts {
    let faults = Odds::default().named().map(|(name, _)| name).into_iter().chain(FAULTS);
    let kinds = [
        ("fault", faults.collect::<Vec<_>>()),
        ("crash", Moment::ALL.iter().map(moment).collect()),
        ("meeting", Moment::ALL.iter().map(moment).collect()),
        ("act", ACTS.to_vec()),
        ("shell", Mark::ALL.iter().map(|mark| mark.name()).collect()),
        ("log", [SILENCES, DROPS, HANDOFFS, SKIPPED, EVENTS, CONNECTIONS, &[MERGED, NEXT_PAGE]].concat()),
    ];
    let names = kinds.into_iter().flat_map(|(kind, names)| names.into_iter().map(move |name| of(kind, name)));
    names.map(|name| (name, 0)).collect()
}

/// An act of the plan is done.
pub fn act(counts: &mut Counts, act: &Act) {
    if let Some(name) = act_name(act) {
        hit(counts, "act", name);
    }
}

/// Adds what the shells marked, at which moments the program died, which faults struck, and what stands in the log.
pub fn collect(counts: &mut Counts, stage: &Stage, struck: &BTreeMap<String, u64>, history: &History) {
    for mark in Mark::ALL {
        *counts.entry(of("shell", mark.name())).or_default() += stage.marks.count(*mark);
    }
    for (at, count) in stage.doom.counts() {
        *counts.entry(of("crash", moment(&at))).or_default() += count;
    }
    for (at, count) in stage.doom.met() {
        *counts.entry(of("meeting", moment(&at))).or_default() += count;
    }
    for (name, count) in struck {
        *counts.entry(of("fault", name)).or_default() += count;
    }
    for (_, _, ticket) in history.tickets() {
        for recorded in &ticket.events {
            event(counts, &recorded.event);
            if ticket.merged_into.is_some() && matches!(recorded.event, Event::TicketGone { .. }) {
                hit(counts, "log", MERGED);
            }
        }
    }
    for request in history.accounts.values().flat_map(|account| &account.requests) {
        if request.status == 200 && request.query.iter().any(|(name, _)| name == "cursor") {
            hit(counts, "log", NEXT_PAGE);
        }
    }
    for recorded in history.accounts.values().flat_map(|account| &account.connection) {
        if let Some(name) = connection(&recorded.event) {
            hit(counts, "log", name);
        }
    }
}

fn of(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

fn hit(counts: &mut Counts, kind: &str, name: &str) {
    *counts.entry(of(kind, name)).or_default() += 1;
}

/// Names of an enum's variants and the list of them. What no run can come to yet has no name.
macro_rules! names {
    ($function:ident($type:ty) $list:ident { $($variant:pat $(if $when:expr)? => $name:literal,)* } $(none { $never:pat })?) => {
        const $list: &[&str] = &[$($name,)*];

        fn $function(of: &$type) -> Option<&'static str> {
            match of {
                $($variant $(if $when)? => Some($name),)*
                $($never => None,)?
            }
        }
    };
}

fn event(counts: &mut Counts, event: &Event) {
    let in_detail = match event {
        Event::Ignored(Ignored { reason, .. }) => silence(reason),
        Event::DraftDropped { reason, .. } => dropped(reason),
        Event::HandedOff(mark) => handed_off(&mark.reason),
        Event::FollowUpSkipped { step, .. } => skipped(step),
        _ => None,
    };
    for name in [in_detail, plain(event)].into_iter().flatten() {
        hit(counts, "log", name);
    }
}

names! { silence(Silence) SILENCES {
    Silence::Disconnected => "silence_disconnected",
    Silence::ModeOff => "silence_mode_off",
    Silence::Shadow => "silence_shadow",
    Silence::TicketGone => "silence_ticket_gone",
    Silence::HandedOff => "silence_handed_off",
    Silence::TakenOver => "silence_taken_over",
    Silence::NotAssigned => "silence_not_assigned",
    Silence::Closed => "silence_closed",
    Silence::Answered => "silence_answered",
    Silence::WrongSender => "silence_wrong_sender",
    Silence::AutomatedMail => "silence_automated_mail",
    Silence::NothingAsked => "silence_nothing_asked",
    Silence::RuleReplied => "silence_rule_replied",
} }

names! { dropped(DropReason) DROPS {
    DropReason::NewMessage => "dropped_new_message",
    DropReason::NotAssigned => "dropped_not_assigned",
    DropReason::Closed => "dropped_closed",
    DropReason::TicketGone => "dropped_ticket_gone",
    DropReason::ModeChanged => "dropped_mode_changed",
    DropReason::TakenOver => "dropped_taken_over",
} none {
    DropReason::Answered
    | DropReason::Shadow
    | DropReason::TicketChanged
} }

names! { handed_off(HandoffReason) HANDOFFS {
    HandoffReason::OptedOut => "handoff_opted_out",
    HandoffReason::Sensitive(_) => "handoff_sensitive",
    HandoffReason::Frustrated => "handoff_frustrated",
    HandoffReason::NoProgress => "handoff_no_progress",
    HandoffReason::TopicForPeople => "handoff_topic_for_people",
    HandoffReason::PossibleLoop => "handoff_possible_loop",
    HandoffReason::AskedForHuman => "handoff_asked_for_human",
    HandoffReason::Operator => "handoff_operator",
    HandoffReason::NoSource => "handoff_no_source",
    HandoffReason::NoText => "handoff_no_text",
    HandoffReason::TooLate => "handoff_too_late",
    HandoffReason::AnswererFailed => "handoff_answerer_failed",
    HandoffReason::NotAnswerable => "handoff_not_answerable",
    HandoffReason::DeliveryFailed => "handoff_delivery_failed",
    HandoffReason::ForeignThread => "handoff_foreign_thread",
    HandoffReason::Rejected => "handoff_rejected",
    HandoffReason::PromisedPerson => "handoff_promised_person",
    HandoffReason::Unsettled => "handoff_unsettled",
} none {
    HandoffReason::KeptChanging
    | HandoffReason::MessageNotFound
    | HandoffReason::TooManyConflicts
} }

names! { skipped(FollowUp) SKIPPED {
    FollowUp::Reply => "skipped_reply",
    FollowUp::Note => "skipped_note",
    FollowUp::Reassign => "skipped_reassign",
} none {
    FollowUp::Tags
} }

names! { plain(Event) EVENTS {
    Event::Notified(Notified { standing: Standing::Stale, .. }) => "webhook_of_former_address",
    Event::Notified(Notified { standing: Standing::Disconnected, .. }) => "webhook_after_disconnect",
    Event::Notified(Notified { own_echo: true, .. }) => "own_echo",
    Event::SeenBySync(_) => "seen_by_sync",
    Event::HandoffRequested { .. } => "handoff_requested",
    Event::Resumed { .. } => "given_back",
    Event::TicketRead(TicketRead { missing, .. }) if !missing.is_empty() => "read_lacked_message",
    Event::TicketRead(TicketRead { handed_to_us: Some(_), .. }) => "came_to_us",
    Event::TicketRead(TicketRead { messages, .. })
        if messages.iter().any(|new| new.author == Author::Rule) => "rule_replied",
    Event::TicketRead(TicketRead { messages, .. })
        if messages.iter().any(|new| new.merged_in) => "merged_in",
    Event::ReadFailed { .. } => "read_failed",
    Event::TicketGone { .. } => "ticket_gone",
    Event::GenerationChanged { .. } => "generation_changed",
    Event::Ignored(Ignored { replaces: Some(_), .. }) => "outcome_replaced",
    Event::DraftFailed { .. } => "draft_failed",
    Event::ReplyPosted { known_by: KnownBy::Marker, .. } => "reply_found_by_marker",
    Event::ReplyRejected { .. } => "reply_rejected",
    Event::ReplyUnclear { .. } => "reply_unclear",
    Event::ReplyNotSent { .. } => "reply_not_sent",
    Event::ReplyAbsent { .. } => "reply_absent",
    Event::ReplyAbandoned { .. } => "reply_abandoned",
    Event::DeliveryChecked { delivery: Delivery::Failed(_), .. } => "delivery_failed",
    Event::DeliveryChecked { delivery: Delivery::Pending, .. } => "delivery_pending",
    Event::TakenOver { by: TakeoverSign::Message(_) } => "taken_over_by_message",
    Event::TakenOver { by: TakeoverSign::Assignee(_) } => "taken_over_by_assignee",
    Event::TakeoverEnded => "takeover_ended",
    Event::FollowUpFailed { .. } => "follow_up_failed",
} none {
    Event::Notified(_)
    | Event::TicketRead(_)
    | Event::Ignored(_)
    | Event::Accepted(_)
    | Event::Drafted(_)
    | Event::DraftDropped { .. }
    | Event::MessageNotFound { .. }
    | Event::ReplyStarted(_)
    | Event::ReplyPosted { .. }
    | Event::DeliveryChecked { .. }
    | Event::HandedOff(_)
    | Event::FollowUpDone { .. }
    | Event::FollowUpSkipped { .. }
    | Event::Rerouted { .. }
    | Event::TagsDone { .. }
    | Event::TagsFailed { .. }
    | Event::TagsSkipped { .. }
} }

names! { connection(ConnectionEvent) CONNECTIONS {
    ConnectionEvent::Saved(_) => "connection_saved",
    ConnectionEvent::Refused { .. } => "connection_refused",
    ConnectionEvent::AiUserMissing { .. } => "ai_user_missing",
    ConnectionEvent::Restored => "connection_restored",
    ConnectionEvent::Disconnected { .. } => "connection_disconnected",
    ConnectionEvent::ModeChanged { .. } => "mode_changed",
    ConnectionEvent::Paused { .. } => "brake_pulled",
    ConnectionEvent::Resumed { .. } => "brake_released",
    ConnectionEvent::CustomerOptedOut { .. } => "customer_opted_out",
    ConnectionEvent::WebhookSwitchedOff { .. } => "webhook_found_off",
    ConnectionEvent::WebhookSwitchedOn { .. } => "webhook_switched_on",
    ConnectionEvent::PolicyChanged { .. } => "policy_changed",
    ConnectionEvent::WebhookSecretRotated { .. } => "webhook_secret_rotated",
} none {
    ConnectionEvent::Connected(_)
    | ConnectionEvent::Insufficient { .. }
    | ConnectionEvent::KnowledgeChanged { .. }
    | ConnectionEvent::WebhookInstalled { .. }
    | ConnectionEvent::WebhookWriteStarted { .. }
    | ConnectionEvent::WebhookUpdated { .. }
    | ConnectionEvent::WebhookGone { .. }
    | ConnectionEvent::WebhookChanged { .. }
    | ConnectionEvent::WebhookRestored { .. }
    | ConnectionEvent::WebhookRemoved { .. }
    | ConnectionEvent::Troubled { .. }
    | ConnectionEvent::TroubleEnded
    | ConnectionEvent::CustomerOptedIn { .. }
} }

fn moment(moment: &Moment) -> &'static str {
    match moment {
        Moment::BeforeAppend => "before_append",
        Moment::AfterAppend => "after_append",
        Moment::BeforePost => "before_post",
        Moment::AfterPost => "after_post",
        Moment::DuringRead => "during_read",
        Moment::AfterRead => "after_read",
    }
}

names! { act_name(Act) ACTS {
    Act::CustomerOpens { .. } => "customer_opens",
    Act::CustomerAdds { .. } => "customer_adds",
    Act::StrangerWrites { .. } => "stranger_writes",
    Act::RuleReplies { .. } => "rule_replies",
    Act::AgentReplies { .. } => "agent_replies",
    Act::AgentNotes { .. } => "agent_notes",
    Act::Assign { .. } => "assign",
    Act::Tag { .. } => "tag",
    Act::LetAnswer { .. } => "let_answer",
    Act::Close { .. } => "close",
    Act::Reopen { .. } => "reopen",
    Act::Trash { .. } => "trash",
    Act::Delete { .. } => "delete",
    Act::Merge { .. } => "merge",
    Act::Answerable { .. } => "answerable",
    Act::AskForHandoff { .. } => "ask_for_handoff",
    Act::GiveBack { .. } => "give_back",
    Act::Pause => "pause",
    Act::Release => "release",
    Act::Mode { .. } => "mode",
    Act::Backfill => "backfill",
    Act::Disconnect => "disconnect",
    Act::Connect => "connect",
    Act::NewKey => "new_key",
    Act::RotateSecret { .. } => "rotate_secret",
    Act::Policy { .. } => "policy",
    Act::RevokeKey => "revoke_key",
    Act::RestoreKey => "restore_key",
    Act::DeactivateAiUser => "deactivate_ai_user",
    Act::ActivateAiUser => "activate_ai_user",
    Act::ProxyDown => "proxy_down",
    Act::ProxyUp => "proxy_up",
    Act::SwitchWebhooksOn => "switch_webhooks_on",
    Act::ClockWrong { .. } => "clock_wrong",
    Act::Crash { .. } => "crash",
    Act::CrashAt { .. } => "crash_at",
    Act::At { .. } => "at",
    Act::Restart => "restart",
    Act::ForgetDerived => "forget_derived",
} }
