//! A folded ticket as JSON, whole: for `replay --at` and for the admin API.

use polus_core::id::ConnectionId;
use polus_core::replay::spaced;
use polus_core::ticket::Ticket;
use polus_core::ticket::effect::Act;
use polus_core::ticket::state::{Announced, Ending, Handoff, Known, Phase, Reading};
use serde_json::{Value, json};

use super::receipts::author;

/// Everything that is known of a ticket and what it owes. Times are milliseconds since 1970.
pub fn shown(connection: &ConnectionId, ticket: &Ticket) -> Value {
    json!({
        "connection": connection,
        "ticket": ticket.id,
        "sequence": ticket.sequence,
        "clock": ticket.clock,
        "state": ticket.phase_name(),
        "phase": phase(&ticket.phase),
        "owed": owed(ticket),
        "generation": ticket.generation,
        "ours": ticket.ours,
        "was_ours": ticket.was_ours,
        "handed_to_us": ticket.handed_to_us,
        "people_through": ticket.people_through,
        "assignment_heard": ticket.assignment_heard,
        "handoff_requested_by": ticket.handoff_requested,
        "foreign": ticket.foreign,
        "mail_tags": ticket.mail_tags.as_ref().map(|owed| json!({
            "effect": owed.effect.to_string(), "tags": owed.tags, "open": owed.open, "failing": owed.failing,
        })),
        "fields": ticket.fields,
        "messages": ticket.messages.values().map(Box::as_ref).map(message).collect::<Vec<_>>(),
        "heard_headers": ticket.heard_headers.iter()
            .map(|(id, headers)| json!({"message": id, "headers": headers})).collect::<Vec<_>>(),
        "reading": reading(&ticket.reading),
        "announced": ticket.announced.as_ref().map(announced),
        "posted": ticket.posted,
        "deliveries": ticket.deliveries.iter().map(|watch| json!({
            "effect": watch.effect.to_string(), "message": watch.message, "marker": watch.marker,
            "check_at": watch.check_at, "checks": watch.checks,
        })).collect::<Vec<_>>(),
        "delivery_failed": ticket.delivery_failed.as_ref()
            .map(|(effect, problem)| json!({"effect": effect.to_string(), "problem": problem})),
    })
}

fn phase(phase: &Phase) -> Value {
    match phase {
        Phase::Idle | Phase::Gone => json!({}),
        Phase::Gathering(gathering) => json!({
            "accepted_by": gathering.sequence, "messages": gathering.messages,
            "quiet_until": gathering.quiet_until, "answer_by": gathering.answer_by, "since": gathering.since,
            "redrafts": gathering.redrafts, "failing": gathering.failing,
        }),
        Phase::Answering(answering) => json!({
            "effect": answering.effect.to_string(), "messages": answering.messages, "text": answering.text,
            "looked_at": answering.looked_at,
            "answer_by": answering.answer_by, "since": answering.since, "redrafts": answering.redrafts,
            "attempts": answering.tries.attempts, "absent": answering.tries.absent,
        }),
        Phase::TakenOver { by, left } => json!({"by": by.words(), "left": left}),
        Phase::HandedOff(handoff) => self::handoff(handoff),
    }
}

fn handoff(handoff: &Handoff) -> Value {
    json!({
        "marked_by": handoff.sequence, "at": handoff.at, "reason": handoff.reason.words(),
        "messages": handoff.messages, "known_through": handoff.known_through,
        "to_user": handoff.to_user, "to_team": handoff.to_team, "tags": handoff.tags,
        "reply_by": handoff.reply_by, "reply_text": handoff.reply_text, "note_text": handoff.note_text,
        "note_language": handoff.note_language,
        "reply_attempts": handoff.reply_tries.attempts, "reply_absent": handoff.reply_tries.absent,
        "note_attempts": handoff.note_tries.attempts, "note_absent": handoff.note_tries.absent,
        "open": handoff.open, "failing": handoff.failing,
        "skipped": handoff.skipped.iter()
            .map(|(step, reason)| json!({"step": step, "reason": reason})).collect::<Vec<_>>(),
    })
}

fn owed(ticket: &Ticket) -> Value {
    let agenda = ticket.agenda();
    let debts = agenda.debts.iter().map(|debt| {
        let effect = match debt.act {
            Act::Perform => debt.id.to_string(),
            Act::Settle { attempt } => format!("settle {} (attempt {attempt})", debt.id),
        };
        json!({"effect": effect, "not_before": debt.not_before, "reason": debt.reason})
    });
    let wake = agenda.wake_at.map(|(at, reason)| json!({"at": at, "reason": reason}));
    json!({"debts": debts.collect::<Vec<_>>(), "wake": wake})
}

fn message(known: &Known) -> Value {
    let ending = known.outcome.as_ref().map(|outcome| match &outcome.ending {
        Ending::Accepted => "accepted".to_owned(),
        Ending::Answered(effect) => format!("answered by {effect}"),
        Ending::Ignored(reason) => format!("ignored: {}", spaced(reason)),
        Ending::HandedOff => "handed off".to_owned(),
    });
    json!({
        "message": known.message,
        "author": author(known.author),
        "merged_in": known.merged_in,
        "outcome": ending,
        "outcome_by": known.outcome.as_ref().map(|outcome| outcome.sequence),
    })
}

fn reading(reading: &Reading) -> Value {
    json!({
        "asked": reading.asked, "paid": reading.paid, "due_at": reading.due_at, "failing": reading.failing,
        "wanted": reading.wanted.iter()
            .map(|(message, lacked)| json!({"message": message, "lacked": lacked})).collect::<Vec<_>>(),
    })
}

fn announced(announced: &Announced) -> Value {
    json!({
        "effect": announced.effect.to_string(), "attempt": announced.attempt, "marker": announced.marker,
        "messages": announced.messages, "give_up_at": announced.give_up_at,
    })
}
