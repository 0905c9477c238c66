//! The options of a run as a table for people.

use std::collections::BTreeSet;

use polus_core::time::Time;
use serde_json::Value;

use crate::options::Options;
use crate::run::START_MS;

/// The options for people, a line each; kinds of faults that are off are not mentioned.
pub fn options(options: &Options) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(options) else { return Vec::new() };
    let (groups, plain): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, value)| value.is_object());
    let row = |name: &str, text: String| format!("{:<22}{text}", name.replace('_', " "));
    let plain_row = |name: &str, value: &Value| match meaning(name) {
        "" => row(name, value.to_string()),
        meaning => row(name, format!("{:<8}{meaning}", value.to_string())),
    };
    let mut lines = vec![row("begins", Time(START_MS).to_string())];
    lines.extend(plain.iter().map(|(name, value)| plain_row(name, value)));
    for (name, kinds) in groups {
        let kinds = kinds.as_object().into_iter().flatten();
        let off: BTreeSet<String> =
            kinds.clone().filter(|(_, value)| is_off(value)).map(|(kind, _)| kind.clone()).collect();
        let bounds_nothing = |kind: &str| bounded(kind).is_some_and(|bounded| off.contains(bounded));
        let told = kinds.filter(|(kind, _)| !bounds_nothing(kind));
        let on: Vec<String> = told.filter_map(|(kind, value)| odds(kind, value)).collect();
        lines.push(row(&name, if on.is_empty() { "no trouble".to_owned() } else { on.join(", ") }));
    }
    lines
}

/// What an option means whose name does not say it.
fn meaning(name: &str) -> &'static str {
    match name {
        "accounts" => "connected Gorgias accounts; their tickets bear the same numbers",
        "acts" => "things that people and machines do, one after another",
        "dies" => "whether acts may cut the power or restart the program; each run restarts it at its end",
        "dooms" => "times that the program dies at a chosen moment, such as right before a post",
        "meetings" => "acts of people right at a chosen moment of a ticket, such as before a post",
        "asks_go_on" => "whether people go on while the program has not answered what operators ask",
        "settles_in_one_life" => "whether the last acts must be settled without a restart after them",
        "owners_key" => "whether the program's key is the account owner's; else it is the AI user's own",
        "passivate_after_s" => "seconds until an idle ticket leaves the memory",
        "pause_ms_max" => "the longest pause between two acts, milliseconds",
        "resident_tickets_max" => "tickets in memory above which idle ones leave early",
        "rows_a_page_max" => "rows that a list of Gorgias shows at once",
        "sweep_every_s" => "seconds from one look for changed tickets to the next",
        "tickets_max" => "tickets that customers open at most",
        "webhook_failures_max" => "failed webhooks in a row until Gorgias switches them off",
        _ => "",
    }
}

/// A kind of fault that is on: probabilities in per cent, the rest as it is.
fn odds(kind: &str, value: &Value) -> Option<String> {
    let name = kind.replace('_', " ");
    let per_cent = |share: f64| format!("{name} {} %", (share * 100_000.0).round() / 1_000.0);
    match value {
        Value::Bool(true) => Some(name),
        off if is_off(off) => None,
        Value::Number(number) if kind.ends_with("_max") || kind.ends_with("_ms") => {
            Some(format!("{name} {number}"))
        }
        Value::Number(number) if number.is_f64() => number.as_f64().map(per_cent),
        Value::Number(number) => number.as_f64().map(|millionths| per_cent(millionths / 1_000_000.0)),
        _ => None,
    }
}

/// The kind of fault whose length this is the bound of.
fn bounded(kind: &str) -> Option<&str> {
    kind.strip_suffix("_ms_max").or_else(|| kind.strip_suffix("_s_max"))
}

fn is_off(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_f64() == Some(0.0)
}
