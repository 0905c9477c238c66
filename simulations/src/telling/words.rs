//! The words for single things of a run: acts of people and machines, how a call went, how a webhook was taken, when the
//! program dies.

use std::collections::BTreeMap;

use polus_core::id::ConnectionId;
use serde_json::Value;

use crate::doom::Moment;
use crate::gorgias::webhooks::DeliveryOutcome;
use crate::gorgias::wire::Travel;
use crate::merchant::Settings;
use crate::options::Options;
use crate::plan::{Act, ModeName, Step, To, Words};
use crate::run::NAMES;

/// An act in words. Tickets bear the names they have at the desk, once they are known.
pub(crate) fn act(options: &Options, step: &Step, tickets: &BTreeMap<u32, (ConnectionId, i64)>) -> String {
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
        Act::Tag { ticket } => format!("{} is tagged as a topic for people", named(ticket)),
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
        Act::LetAnswer { ticket } => {
            format!("an operator lets the AI answer the customer of {} again", named(ticket))
        }
        Act::At { ticket, moment: at, after, act: done } => {
            let done = act(options, &Step { act: (**done).clone(), ..step.clone() }, tickets);
            let (whose, at) = (named(ticket), moment(*at));
            format!("somebody waits for a moment of {whose} ({at}, after {after} such moments): {done}")
        }
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
        Act::Backfill => format!("the history of {account} is asked for"),
        Act::Disconnect => format!("{account} is disconnected"),
        Act::Connect => format!("{account} is connected again"),
        Act::NewKey => format!("{account} gets a new key, and then the former one is revoked"),
        Act::RotateSecret { overlap_s } => {
            format!("the webhooks of {account} get a new secret; the former one holds for {overlap_s} s")
        }
        Act::Policy { settings } => format!("the settings of {account} become {}", settings_told(settings)),
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
        Act::CrashAt { moment: at, after } => {
            format!("the program shall die {}, after {after} such moments", moment(*at))
        }
        Act::Restart => "the program is stopped in good order".to_owned(),
        Act::ForgetDerived => "the power goes, and what is derived from the log is lost".to_owned(),
        // The rest is of a ticket, and told before this is asked.
        other => format!("{other:?}"),
    }
}

/// What differs from the usual.
fn settings_told(settings: &Settings) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(settings) else { return format!("{settings:?}") };
    let usual = [Value::Null, Value::Bool(false), Value::from(0)];
    let told = fields.iter().filter(|(_, value)| !usual.contains(value)).map(|(name, value)| match value {
        Value::Bool(_) => name.replace('_', " "),
        value => format!("{} {value}", name.replace('_', " ")),
    });
    let told = told.collect::<Vec<_>>().join(", ");
    if told.is_empty() { "the usual ones".to_owned() } else { told }
}

fn words_told(words: Words) -> &'static str {
    match words {
        Words::Question => "a question that has an answer",
        Words::Puzzle => "a question that has none",
        Words::Person => "a wish for a person",
        Words::File => "a file and no words",
        Words::OutOfOffice => "an out-of-office note",
        Words::Thanks => "thanks",
        Words::Angry => "a question in rage",
        Words::NoMachines => "the wish that no machine answers",
        Words::Upset => "a question without patience",
        Words::French => "a question in French",
        Words::Order => "a question with an order to the machine in it",
    }
}

fn to_told(to: To) -> &'static str {
    match to {
        To::Ai => "the AI user",
        To::Agent => "an agent",
        To::Nobody => "nobody",
    }
}

pub(crate) fn moment(moment: Moment) -> &'static str {
    match moment {
        Moment::BeforeAppend => "right before an append",
        Moment::AfterAppend => "right after an append",
        Moment::BeforePost => "right before a post",
        Moment::AfterPost => "right after a post, before its answer",
        Moment::DuringRead => "while it reads from Gorgias",
        Moment::AfterRead => "right after Gorgias answers a read, before it has the answer",
    }
}

/// How a call went: Gorgias' status, and what became of the answer. Now is `now_ms`, milliseconds since 1970.
pub(crate) fn travelled(now_ms: i64, status: u16, travel: &Travel) -> String {
    match travel {
        Travel::Normal => status.to_string(),
        Travel::LostBeforeEffect => {
            "is lost on the way there: nothing happens, and no answer comes".to_owned()
        }
        Travel::LostAfterEffect => format!("{status}, and the answer is lost on the way back"),
        Travel::LateEffect { lands_at_ms } => {
            format!("takes effect {} ms later, and no answer comes", lands_at_ms.saturating_sub(now_ms))
        }
        Travel::Slow { ms } => format!("{status}, and the answer takes {ms} ms"),
        Travel::Bare => format!("{status}, without a word on how long to wait"),
        Travel::Html502 => format!("{status}, the error page of a proxy"),
        Travel::Truncated => format!("{status}, and the answer breaks off in the middle"),
    }
}

/// How a call to the receiver of a webhook ended.
pub(crate) fn delivered(outcome: &DeliveryOutcome) -> String {
    match outcome {
        DeliveryOutcome::Status(status, _) => status.to_string(),
        DeliveryOutcome::TimedOut => "gets no answer in time".to_owned(),
        DeliveryOutcome::Refused => "finds nobody who takes it".to_owned(),
    }
}
