//! The filters of views: a few comparisons of a ticket's fields, all of which must hold.

use std::cmp::Ordering;

use serde_json::Value;

use super::stamps;

/// Comparisons joined by `&&`; none of them lets every ticket through.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filters(Vec<Comparison>);

#[derive(Debug, Clone, PartialEq)]
struct Comparison {
    test: Test,
    /// The field as a JSON pointer into the ticket of a list.
    field: String,
    wanted: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Filters {
    /// Reads `eq(ticket.status, 'open') && gte(ticket.updated_datetime, '2026-01-01T00:00:00')`; `caller` stands where the
    /// text says `{{current_user.id}}`. `None` if it says anything else.
    pub fn read(text: &str, caller: i64) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self(Vec::new()));
        }
        let text = text.replace("{{current_user.id}}", &caller.to_string());
        text.split("&&").map(comparison).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether a ticket, as lists show it, is let through.
    pub fn fit(&self, ticket: &Value) -> bool {
        self.0.iter().all(|comparison| {
            let shown = ticket.pointer(&comparison.field).map_or_else(|| "null".to_owned(), text);
            let order = compare(&shown, &comparison.wanted);
            match comparison.test {
                Test::Equal => order == Ordering::Equal,
                Test::NotEqual => order != Ordering::Equal,
                Test::Less => order == Ordering::Less,
                Test::LessOrEqual => order != Ordering::Greater,
                Test::Greater => order == Ordering::Greater,
                Test::GreaterOrEqual => order != Ordering::Less,
            }
        })
    }
}

fn comparison(text: &str) -> Option<Comparison> {
    let (test, rest) = text.trim().split_once('(')?;
    let (field, wanted) = rest.strip_suffix(')')?.split_once(',')?;
    let test = match test {
        "eq" => Test::Equal,
        "neq" => Test::NotEqual,
        "lt" => Test::Less,
        "lte" => Test::LessOrEqual,
        "gt" => Test::Greater,
        "gte" => Test::GreaterOrEqual,
        _ => return None,
    };
    let field = field.trim().strip_prefix("ticket.")?.replace('.', "/");
    let wanted = wanted.trim();
    let quoted = wanted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let wanted = match quoted {
        Some(quoted) => quoted.to_owned(),
        None => text_of_plain(wanted)?,
    };
    Some(Comparison { test, field: format!("/{field}"), wanted })
}

/// Without quotes stand numbers, `true`, `false` and `null` alone.
fn text_of_plain(wanted: &str) -> Option<String> {
    let value: Value = serde_json::from_str(wanted).ok()?;
    (!value.is_string() && !value.is_array() && !value.is_object()).then(|| text(&value))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Numbers by their size and times by when they are; all else by its letters.
fn compare(left: &str, right: &str) -> Ordering {
    if let (Ok(left), Ok(right)) = (left.parse::<i64>(), right.parse::<i64>()) {
        return left.cmp(&right);
    }
    match (stamps::parse(left), stamps::parse(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_) | None, Some(_) | None) => left.cmp(right),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn all_comparisons_must_hold() {
        let ticket = json!({"status": "open", "spam": false, "assignee_user": {"id": 7}, "assignee_team": null,
            "updated_datetime": "2026-11-20T08:00:00.123456+00:00"});
        let fits = |text: &str| Filters::read(text, 7).unwrap().fit(&ticket);
        for held in [
            "",
            "eq(ticket.status, 'open')",
            "eq(ticket.spam, false) && neq(ticket.status,'closed')",
            "eq(ticket.assignee_user.id, '{{current_user.id}}')",
            "eq(ticket.assignee_team, null) && eq(ticket.assignee_team.id, null)",
            "gte(ticket.updated_datetime, '2026-11-20T09:00:00.123456+01:00')",
            "gt(ticket.assignee_user.id, 6) && lt(ticket.assignee_user.id, 10) && lte(ticket.assignee_user.id, 7)",
        ] {
            assert!(fits(held), "{held}");
        }
        for broken in [
            "eq(ticket.status, 'open') && eq(ticket.assignee_user.id, 8)",
            "lt(ticket.updated_datetime, '2026-11-20 08:00:00')",
        ] {
            assert!(!fits(broken), "{broken}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for text in [
            "open",
            "eq(status, 'open')",
            "like(ticket.subject, 'x')",
            "eq(ticket.status, open)",
            "eq(ticket.status)",
        ] {
            assert_eq!(Filters::read(text, 7), None, "{text}");
        }
    }
}
