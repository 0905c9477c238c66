//! The back door, `/_desk/…`: what people and scripts in other processes do at the desk. No part of Gorgias.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Desk;
use super::faults::{Odds, Scripted};
use super::people::{ActError, Assignee, Letter, NewTicket};
use super::records::{Settings, Timings};
use super::wire::RequestRecord;

/// How many requests `GET /_desk/requests` shows unless asked for another number with `?limit=`.
const REQUESTS_SHOWN: usize = 1000;

/// A customer writes: on `ticket_id`, or else a `new` ticket.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerWrites {
    ticket_id: Option<i64>,
    letter: Option<Letter>,
    new: Option<NewTicket>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentWrites {
    ticket_id: i64,
    user_id: i64,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleReplies {
    ticket_id: i64,
    rule_id: i64,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    ticket_id: i64,
    to: Assignee,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneTicket {
    ticket_id: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    from: i64,
    into: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneUser {
    user_id: i64,
}

/// Whatever is given is changed; what was planned before stays planned unless `forget_script`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FaultChange {
    odds: Option<Odds>,
    plan: Vec<Scripted>,
    forget_script: bool,
    timings: Option<Timings>,
    settings: Option<Settings>,
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<&'a RequestRecord>,
}

/// Answers one request to `/_desk/…`: a status and JSON. Errors are `{"error": "…"}` with 400, 404 or 405.
pub fn control(
    desk: &mut Desk,
    now_ms: i64,
    method: &str,
    path: &str,
    query: &[(String, String)],
    body: &[u8],
) -> (u16, Value) {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let answer = match (method, segments.as_slice()) {
        ("GET", ["_desk", "tickets", id]) => thread(desk, now_ms, id),
        ("GET", ["_desk", "tickets"]) => Ok(tickets(desk, now_ms)),
        ("GET", ["_desk", "requests"]) => requests(desk, query),
        ("POST", ["_desk", act]) => post(desk, now_ms, act, body),
        ("GET" | "POST", _) => Err(Failure { status: 404, text: format!("there is nothing at {path}") }),
        _ => Err(Failure { status: 405, text: format!("{method} is not understood here") }),
    };
    match answer {
        Ok(body) => (200, body),
        Err(failure) => (failure.status, json!({"error": failure.text})),
    }
}

struct Failure {
    status: u16,
    text: String,
}

impl From<ActError> for Failure {
    fn from(error: ActError) -> Self {
        Self { status: 404, text: error.to_string() }
    }
}

fn post(desk: &mut Desk, now_ms: i64, act: &str, body: &[u8]) -> Result<Value, Failure> {
    match act {
        "customer_writes" => customer_writes(desk, now_ms, parse(body)?),
        "agent_replies" => {
            let AgentWrites { ticket_id, user_id, text } = parse(body)?;
            Ok(json!(desk.agent_replies(now_ms, ticket_id, user_id, &text)?))
        }
        "agent_notes" => {
            let AgentWrites { ticket_id, user_id, text } = parse(body)?;
            Ok(json!(desk.agent_notes(now_ms, ticket_id, user_id, &text)?))
        }
        "rule_replies" => {
            let RuleReplies { ticket_id, rule_id, text } = parse(body)?;
            Ok(json!(desk.rule_replies(now_ms, ticket_id, rule_id, &text)?))
        }
        "assign" => {
            let Assign { ticket_id, to } = parse(body)?;
            done(desk.assign(now_ms, ticket_id, to))
        }
        "close" => done(desk.close(now_ms, parse::<OneTicket>(body)?.ticket_id)),
        "reopen" => done(desk.reopen(now_ms, parse::<OneTicket>(body)?.ticket_id)),
        "trash" => done(desk.trash(now_ms, parse::<OneTicket>(body)?.ticket_id)),
        "delete" => done(desk.delete(now_ms, parse::<OneTicket>(body)?.ticket_id)),
        "merge" => {
            let Merge { from, into } = parse(body)?;
            done(desk.merge(now_ms, from, into))
        }
        "deactivate_user" => done(desk.deactivate_user(now_ms, parse::<OneUser>(body)?.user_id)),
        "activate_user" => done(desk.activate_user(now_ms, parse::<OneUser>(body)?.user_id)),
        "switch_webhooks_on" => done(desk.switch_webhooks_on(now_ms)),
        "revoke_key" => done(desk.revoke_key(parse::<OneUser>(body)?.user_id)),
        "restore_key" => done(desk.restore_key(parse::<OneUser>(body)?.user_id)),
        "faults" => change_faults(desk, parse(body)?),
        other => Err(Failure { status: 404, text: format!("nobody here knows how to '{other}'") }),
    }
}

fn customer_writes(desk: &mut Desk, now_ms: i64, act: CustomerWrites) -> Result<Value, Failure> {
    match (act.ticket_id, act.letter, act.new) {
        (Some(ticket), Some(letter), None) => Ok(json!(desk.customer_writes(now_ms, ticket, letter)?)),
        (None, None, Some(new)) => Ok(json!(desk.customer_begins(now_ms, new)?)),
        _ => {
            let text = "give either ticket_id and letter, or new".to_owned();
            Err(Failure { status: 400, text })
        }
    }
}

fn change_faults(desk: &mut Desk, change: FaultChange) -> Result<Value, Failure> {
    if let Some(odds) = change.odds {
        if let Some((name, value)) = odds.named().into_iter().find(|(_, value)| !(0.0..=1.0).contains(value))
        {
            return Err(Failure { status: 400, text: format!("{name} is {value}, not between 0 and 1") });
        }
        desk.faults.odds = odds;
    }
    if change.forget_script {
        desk.faults.script.clear();
    }
    change.plan.into_iter().for_each(|fault| desk.faults.plan(fault));
    desk.timings = change.timings.unwrap_or_else(|| desk.timings.clone());
    desk.settings = change.settings.unwrap_or_else(|| desk.settings.clone());
    Ok(json!({
        "odds": desk.faults.odds, "script": desk.faults.script, "timings": desk.timings, "settings": desk.settings,
    }))
}

fn thread(desk: &mut Desk, now_ms: i64, id: &str) -> Result<Value, Failure> {
    desk.advance(now_ms);
    let id: i64 = id.parse().map_err(|_| Failure { status: 400, text: format!("'{id}' is no ticket id") })?;
    match (desk.ticket(id), desk.gone(id)) {
        (Some(ticket), _) => Ok(desk.show_ticket(ticket)),
        (None, Some(gone)) => Ok(json!({"id": id, "gone": gone})),
        (None, None) => Err(ActError::UnknownTicket(id).into()),
    }
}

fn tickets(desk: &mut Desk, now_ms: i64) -> Value {
    desk.advance(now_ms);
    let tickets: Vec<Value> =
        desk.tickets().rev().take(100).map(|ticket| desk.show_ticket_compact(ticket)).collect();
    json!({"tickets": tickets})
}

fn requests(desk: &Desk, query: &[(String, String)]) -> Result<Value, Failure> {
    let limit = query.iter().find(|(name, _)| name == "limit").map(|(_, value)| value.parse());
    let limit =
        limit.transpose().map_err(|_| Failure { status: 400, text: "limit is no number".to_owned() })?;
    let mut requests: Vec<&RequestRecord> =
        desk.requests().rev().take(limit.unwrap_or(REQUESTS_SHOWN)).collect();
    requests.reverse();
    Ok(json!(Requests { requests }))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure { status: 400, text: error.to_string() })
}

fn done(result: Result<(), ActError>) -> Result<Value, Failure> {
    result.map_err(Failure::from)?;
    Ok(json!({}))
}
