//! A run in words: what it is like, who does what when, when the program dies, and what its log says.

use std::collections::{BTreeMap, BTreeSet};

use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::replay::{Step as Told, timeline};
use polus_core::ticket::Ticket;
use serde_json::Value;

use crate::doom::Moment;
use crate::options::Options;
use crate::plan::{Act, ModeName, Plan, Step, To, Words};
use crate::properties::Broken;
use crate::run::{NAMES, Outcome, START_MS};
use crate::trace::Line;

/// The options for people, a line each; kinds of faults that are off are not mentioned.
pub fn options(options: &Options) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(options) else { return Vec::new() };
    let (groups, plain): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, value)| value.is_object());
    let row = |name: &str, text: String| format!("{:<22}{text}", name.replace('_', " "));
    let mut lines: Vec<String> =
        plain.into_iter().map(|(name, value)| row(&name, value.to_string())).collect();
    for (name, kinds) in groups {
        let kinds = kinds.as_object().into_iter().flatten();
        let off: BTreeSet<String> =
            kinds.clone().filter(|(_, value)| is_off(value)).map(|(kind, _)| kind.clone()).collect();
        let bounds_nothing =
            |kind: &str| kind.strip_suffix("_ms_max").is_some_and(|bounded| off.contains(bounded));
        let told = kinds.filter(|(kind, _)| !bounds_nothing(kind));
        let on: Vec<String> = told.filter_map(|(kind, value)| odds(kind, value)).collect();
        lines.push(row(&name, if on.is_empty() { "no trouble".to_owned() } else { on.join(", ") }));
    }
    lines
}

/// What happened in a run whose lines were kept, all of it, with the records of the log where they were written.
pub fn everything(outcome: &Outcome, plan: &Plan) -> Vec<String> {
    told(happened(outcome, plan, |_| true, |_| true))
}

/// The same as a short story: what people and machines did, how the program lived and died, what went wrong at or on the
/// way to what the broken promise is about, and what the log says of it; then how it was broken.
pub fn story(outcome: &Outcome, plan: &Plan, broken: &Broken) -> Vec<String> {
    let about = About::of(&broken.about);
    let mut lines =
        told(happened(outcome, plan, |line| about.concerns(line), |stream| about.concerns_stream(stream)));
    lines.push(format!("{:>16}  {broken}", "BROKEN"));
    lines
}

/// The plan alone in words, for a run that came to no end.
pub fn plan(options: &Options, plan: &Plan) -> Vec<String> {
    let mut at_ms = 0;
    let told = plan.iter().map(|step| {
        at_ms += i64::try_from(step.after_ms).unwrap_or(0);
        format!("{:>16}  {}", clock(at_ms), act(options, step, &BTreeMap::new()))
    });
    told.collect()
}

/// What a broken promise is about: a ticket, an account, or all.
struct About {
    account: Option<String>,
    ticket: Option<String>,
}

impl About {
    /// The promises name a ticket by account and number, or by its stream.
    fn of(about: &str) -> Self {
        let (account, rest) = about.split_once('/').unwrap_or((about, ""));
        let ticket = rest.strip_prefix("ticket/").unwrap_or(rest);
        let is_ticket = ticket.parse::<i64>().is_ok();
        Self {
            account: NAMES.contains(&account).then(|| account.to_owned()),
            ticket: is_ticket.then(|| ticket.to_owned()),
        }
    }

    /// What went well on the way is not told: the log says what came of it. Lives and acts always are.
    fn concerns(&self, line: &Line) -> bool {
        let words: Vec<&str> = line.text.split(' ').collect();
        let there = self.account.as_deref().is_none_or(|account| words.first() == Some(&account));
        let on_it = |place: usize| {
            let word = words.get(place).copied().unwrap_or_default();
            self.ticket.as_deref().is_none_or(|ticket| word.split('/').any(|part| part == ticket))
        };
        match line.kind.as_str() {
            "call" => there && on_it(2) && !(words.get(1) == Some(&"GET") && words.last() == Some(&"200")),
            "webhook" => there && on_it(2) && !webhook(&line.text).ends_with(" 200"),
            _ => true,
        }
    }

    /// Without a ticket only the connections' streams are told.
    fn concerns_stream(&self, stream: &str) -> bool {
        let account = stream.split('/').next();
        let there = self.account.is_none() || account == self.account.as_deref();
        match &self.ticket {
            Some(ticket) => there && stream.ends_with(&format!("/ticket/{ticket}")),
            None => there && stream.ends_with("/connection"),
        }
    }
}

/// A webhook's line with the bare status of its answer.
fn webhook(text: &str) -> String {
    let status = text.split_once(" Status(").and_then(|(before, answer)| {
        let (status, _) = answer.split_once(',')?;
        Some(format!("{before} {status}"))
    });
    status.unwrap_or_else(|| text.to_owned())
}

/// What happened, in order: milliseconds since 1970, and the words.
fn happened(
    outcome: &Outcome,
    plan: &Plan,
    tells_line: impl Fn(&Line) -> bool,
    tells_stream: impl Fn(&str) -> bool,
) -> Vec<(i64, String)> {
    let mut acts = plan.iter();
    let mut happened = Vec::new();
    for line in &outcome.lines {
        let text = match line.kind.as_str() {
            "act" => acts
                .next()
                .map_or_else(|| line.text.clone(), |step| act(&outcome.options, step, &outcome.tickets)),
            _ if !tells_line(line) => continue,
            "end of a life" => end_of_life(&line.text),
            "webhook" => format!("    webhook {}", webhook(&line.text)),
            kind => format!("    {kind:<8}{}", line.text),
        };
        happened.push((line.at_ms, text));
    }
    happened.extend(recorded(outcome, tells_stream));
    happened.sort_by_key(|(at_ms, _)| *at_ms);
    happened
}

/// The records of the log, the tickets' in words.
fn recorded(outcome: &Outcome, tells_stream: impl Fn(&str) -> bool) -> Vec<(i64, String)> {
    let history = &outcome.history;
    let mut steps: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (account, _, ticket) in history.tickets() {
        let number = TicketId(ticket.id);
        let (told, _) = timeline(Ticket::new(number), &ticket.events);
        steps.insert(Stream::Ticket(account.clone(), number).to_string(), told.steps);
    }
    let mut lines = Vec::new();
    for record in history.records.iter().filter(|record| tells_stream(record.stream.as_str())) {
        let steps = steps.get(record.stream.as_str()).map(Vec::as_slice).unwrap_or_default();
        let step = steps.iter().find(|step| step.sequence == record.sequence);
        let what = step.map(|step| format!(" {}: {}", step.event, step.told)).unwrap_or_default();
        let text = format!("    log     {} {}{what}", record.stream, record.sequence);
        lines.push((history.written_ms(record.position), text));
    }
    lines
}

fn told(happened: Vec<(i64, String)>) -> Vec<String> {
    let line = |(at_ms, text)| format!("{:>16}  {text}", clock(at_ms - START_MS));
    happened.into_iter().map(line).collect()
}

/// Since the run began.
fn clock(ms: i64) -> String {
    let ms = u64::try_from(ms).unwrap_or(0);
    format!("{}.{:03}", crate::report::span(ms), ms % 1_000)
}

fn end_of_life(text: &str) -> String {
    let moment = Moment::ALL.into_iter().find(|moment| text.contains(&format!("Some({moment:?})")));
    match (moment, text) {
        (Some(moment), _) => format!("=== the program dies {} ===", moment_words(moment)),
        (None, "Quiet") => "=== all is quiet ===".to_owned(),
        (None, text) if text.starts_with("Crash") => "=== the program ends and starts again ===".to_owned(),
        (None, text) => format!("=== {text} ==="),
    }
}

/// An act in words. Tickets bear the names they have at the desk, once they are known.
fn act(options: &Options, step: &Step, tickets: &BTreeMap<u32, (ConnectionId, i64)>) -> String {
    let accounts = usize::try_from(options.accounts).unwrap_or(1).clamp(1, NAMES.len());
    let account = NAMES[usize::try_from(step.account).unwrap_or(0) % accounts];
    let named = |ticket: &u32| {
        tickets
            .get(ticket)
            .map_or_else(|| format!("ticket #{ticket}"), |(id, number)| format!("{id}/{number}"))
    };
    match &step.act {
        Act::CustomerOpens { ticket, words, to, chat } => {
            let by = if *chat { "chat" } else { "e-mail" };
            let (words, to) = (words_told(*words), to_told(*to));
            format!("a customer opens {} by {by} with {words}; {to} has it", named(ticket))
        }
        Act::CustomerAdds { ticket, words } => {
            format!("the customer of {} writes {}", named(ticket), words_told(*words))
        }
        Act::StrangerWrites { ticket } => format!("a stranger writes on {}", named(ticket)),
        Act::RuleReplies { ticket } => format!("a rule of the account answers on {}", named(ticket)),
        Act::AgentReplies { ticket } => format!("an agent answers on {}", named(ticket)),
        Act::AgentNotes { ticket } => format!("an agent writes a note on {}", named(ticket)),
        Act::Assign { ticket, to } => format!("{} is given to {}", named(ticket), to_told(*to)),
        Act::Close { ticket } => format!("{} is closed", named(ticket)),
        Act::Reopen { ticket } => format!("{} is opened again", named(ticket)),
        Act::Trash { ticket } => format!("{} is thrown into the bin", named(ticket)),
        Act::Delete { ticket } => format!("{} is deleted", named(ticket)),
        Act::Merge { ticket, into } => format!("{} is merged into {}", named(ticket), named(into)),
        Act::Answerable { ticket, answerable: true } => format!("{} takes replies", named(ticket)),
        Act::Answerable { ticket, answerable: false } => {
            format!("{} takes no replies any more", named(ticket))
        }
        Act::AskForHandoff { ticket } => format!("an operator asks for a handoff of {}", named(ticket)),
        Act::GiveBack { ticket } => format!("an operator gives {} back to the AI", named(ticket)),
        of_account => account_act(account, of_account),
    }
}

fn account_act(account: &str, act: &Act) -> String {
    match act {
        Act::Pause => format!("{account} is paused"),
        Act::Release => format!("{account} is resumed"),
        Act::Mode { mode: ModeName::Live } => format!("{account} is set to live"),
        Act::Mode { mode: ModeName::Shadow } => format!("{account} is set to shadow"),
        Act::Mode { mode: ModeName::Off } => format!("{account} is set to off"),
        Act::Disconnect => format!("{account} is disconnected"),
        Act::Connect => format!("{account} is connected again"),
        Act::RevokeKey => format!("the key of {account} is revoked"),
        Act::RestoreKey => format!("the key of {account} works again"),
        Act::DeactivateAiUser => format!("the AI user of {account} is deactivated"),
        Act::ActivateAiUser => format!("the AI user of {account} is activated"),
        Act::ProxyDown => "nobody takes webhooks any more: the proxy is down".to_owned(),
        Act::ProxyUp => "the proxy takes webhooks again".to_owned(),
        Act::SwitchWebhooksOn => format!("the webhooks of {account} are switched on"),
        Act::ClockWrong { by_ms: 0 } => "the program's clock is set right".to_owned(),
        Act::ClockWrong { by_ms } => format!("the program's clock stands wrong by {by_ms} ms"),
        Act::Crash { down_ms } => format!("the power goes, for {down_ms} ms"),
        Act::CrashAt { moment, after } => {
            format!("the program shall die {}, after {after} such moments", moment_words(*moment))
        }
        Act::Restart => "the program is stopped in good order".to_owned(),
        Act::ForgetDerived => "the power goes, and what is derived from the log is lost".to_owned(),
        other => format!("{other:?}"),
    }
}

fn words_told(words: Words) -> &'static str {
    match words {
        Words::Question => "a question that has an answer",
        Words::Puzzle => "a question that has none",
        Words::Person => "a wish for a person",
        Words::File => "a file and no words",
        Words::OutOfOffice => "an out-of-office note",
    }
}

fn to_told(to: To) -> &'static str {
    match to {
        To::Ai => "the AI user",
        To::Agent => "an agent",
        To::Nobody => "nobody",
    }
}

fn moment_words(moment: Moment) -> &'static str {
    match moment {
        Moment::BeforeAppend => "right before an append",
        Moment::AfterAppend => "right after an append",
        Moment::BeforePost => "right before a post",
        Moment::AfterPost => "right after a post, before its answer",
        Moment::DuringRead => "while it reads from Gorgias",
    }
}

/// A kind of fault that is on: probabilities in per cent, the rest as it is.
fn odds(kind: &str, value: &Value) -> Option<String> {
    let name = kind.replace('_', " ");
    let per_cent = |share: f64| format!("{name} {} %", (share * 100_000.0).round() / 1_000.0);
    match value {
        Value::Bool(true) => Some(name),
        off if is_off(off) => None,
        Value::Number(number) if kind.ends_with("_max") => Some(format!("{name} {number}")),
        Value::Number(number) if number.is_f64() => number.as_f64().map(per_cent),
        Value::Number(number) => number.as_f64().map(|millionths| per_cent(millionths / 1_000_000.0)),
        _ => None,
    }
}

fn is_off(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_f64() == Some(0.0)
}
