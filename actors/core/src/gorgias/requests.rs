//! Every request the product makes of Gorgias, as pure builders. Only documented parameters are sent: Gorgias
//! declines unknown ones.

mod customer;
mod reply;

use serde_json::{Value, json};

use super::call::{Call, Method};
use crate::id::{IntegrationId, TeamId, TicketId, UserId};
pub use customer::{
    CustomerMessage, close_ticket, create_customer, create_ticket, customers_at, delete_ticket,
    post_as_customer,
};
pub use reply::{NoRoute, PostNote, PostReply, ReplyRoute, post_note, post_reply, reply_route};

/// Rows of a page: the most Gorgias gives, since every call counts against the allowance.
const PAGE_ROWS: u8 = 100;

/// The user number that stands for the key's own user.
pub const OWN_USER: UserId = UserId(0);

/// A webhook ("HTTP integration") to be created.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Name shown in Gorgias.
    pub name: String,
    /// Where it calls.
    pub url: String,
    /// Header that carries the secret.
    pub secret_header: String,
    /// The secret.
    pub secret: String,
    /// What it is called for.
    pub triggers: Vec<&'static str>,
}

/// The trigger that has a webhook of its own: the whole context does not name its trigger, and whether a ticket was
/// just assigned must be known.
pub const ASSIGNMENT_TRIGGER: &str = "ticket-assignment-updated";

/// The other triggers we ask for. `ticket-updated` is not among them: it repeats the others and adds only noise.
pub const WEBHOOK_TRIGGERS: [&str; 6] = [
    "ticket-created",
    "ticket-message-created",
    "ticket-message-failed",
    "ticket-status-updated",
    "ticket-handed-over",
    "ticket-self-unsnoozed",
];

/// The event of a ticket that was deleted for good.
pub const DELETED_EVENT: &str = "ticket-deleted";

/// The event of a ticket whose messages went to another.
pub const MERGED_EVENT: &str = "ticket-merged";

/// The account: its domain and whether it is alive.
pub fn account() -> Call {
    get("/api/account")
}

/// The account's settings, all kinds of them.
pub fn account_settings() -> Call {
    get("/api/account/settings")
}

/// A page of the helpdesk's users.
pub fn users(cursor: Option<&str>) -> Call {
    page("/api/users", cursor)
}

/// One user; `OWN_USER` for the key's own.
pub fn user(user: UserId) -> Call {
    get(format!("/api/users/{user}"))
}

/// One team.
pub fn team(team: TeamId) -> Call {
    get(format!("/api/teams/{team}"))
}

/// One ticket with all of its messages.
pub fn ticket(ticket: TicketId) -> Call {
    get(format!("/api/tickets/{ticket}"))
}

/// A page of tickets, the latest change first. Trashed tickets are among them.
pub fn tickets(cursor: Option<&str>) -> Call {
    let mut call = page("/api/tickets", cursor);
    call.query.push(pair("order_by", "updated_datetime:desc"));
    call
}

/// A page of the messages of the whole account, the newest first.
pub fn messages(cursor: Option<&str>) -> Call {
    let mut call = page("/api/messages", cursor);
    call.query.push(pair("order_by", "created_datetime:desc"));
    call
}

/// A page of the events that tell which tickets were deleted or merged away, the newest first.
pub fn departures(cursor: Option<&str>) -> Call {
    let mut call = page("/api/events", cursor);
    call.query.push(pair("order_by", "created_datetime:desc"));
    for kind in [DELETED_EVENT, MERGED_EVENT] {
        call.query.push(pair("types", kind));
    }
    call
}

/// Assigns a ticket to `user`, or to nobody. A team is set when given and otherwise left as it is.
pub fn assign(ticket: TicketId, user: Option<UserId>, team: Option<TeamId>) -> Call {
    let mut body = json!({ "assignee_user": user.map(|user| json!({ "id": user.0 })) });
    if let Some(team) = team {
        body["assignee_team"] = json!({ "id": team.0 });
    }
    send(Method::Put, format!("/api/tickets/{ticket}"), body)
}

/// Adds tags to a ticket by name, beside those it has.
pub fn add_tags(ticket: TicketId, names: &[String]) -> Call {
    send(Method::Post, format!("/api/tickets/{ticket}/tags"), json!({ "names": names }))
}

/// Reads a webhook.
pub fn webhook(integration: IntegrationId) -> Call {
    get(format!("/api/integrations/{integration}"))
}

/// The account's webhooks, the youngest first.
pub fn webhooks() -> Call {
    let mut call = page("/api/integrations", None);
    call.query.push(pair("type", "http"));
    call.query.push(pair("order_by", "created_datetime:desc"));
    call
}

/// Creates a webhook that sends the whole context as JSON.
pub fn create_webhook(webhook: &NewWebhook) -> Call {
    let body = json!({"name": webhook.name, "type": "http", "http": http_of(webhook)});
    send(Method::Post, "/api/integrations", body)
}

/// Writes a webhook anew, and switches it on if it is off.
pub fn update_webhook(integration: IntegrationId, webhook: &NewWebhook) -> Call {
    let body = json!({"name": webhook.name, "http": http_of(webhook), "deactivated_datetime": null});
    send(Method::Put, format!("/api/integrations/{integration}"), body)
}

/// Switches a webhook on. Gorgias wants its name with every change.
pub fn switch_webhook_on(integration: IntegrationId, name: &str) -> Call {
    let body = json!({"name": name, "deactivated_datetime": null});
    send(Method::Put, format!("/api/integrations/{integration}"), body)
}

/// Deletes a webhook.
pub fn delete_webhook(integration: IntegrationId) -> Call {
    Call { method: Method::Delete, ..get(format!("/api/integrations/{integration}")) }
}

fn http_of(webhook: &NewWebhook) -> Value {
    let triggers: serde_json::Map<String, Value> =
        webhook.triggers.iter().map(|name| ((*name).to_owned(), Value::Bool(true))).collect();
    let mut headers = serde_json::Map::new();
    headers.insert(webhook.secret_header.clone(), Value::String(webhook.secret.clone()));
    json!({
        "url": webhook.url,
        "method": "POST",
        "request_content_type": "application/json",
        "response_content_type": "application/json",
        "headers": headers,
        "form": "{{context}}",
        "triggers": triggers,
    })
}

fn get(path: impl Into<String>) -> Call {
    Call { method: Method::Get, path: path.into(), query: Vec::new(), body: None }
}

fn page(path: &str, cursor: Option<&str>) -> Call {
    let mut call = get(path);
    call.query.push(pair("limit", PAGE_ROWS));
    if let Some(cursor) = cursor {
        call.query.push(pair("cursor", cursor));
    }
    call
}

fn send(method: Method, path: impl Into<String>, body: Value) -> Call {
    Call { method, path: path.into(), query: Vec::new(), body: Some(body) }
}

fn pair(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn line(call: &Call) -> String {
        let query: Vec<String> = call.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = call.body.as_ref().map(Value::to_string).unwrap_or_default();
        format!("{} {}?{} {body}", call.method.as_str(), call.path, query.join("&")).trim_end().to_owned()
    }

    #[test]
    fn each_request_has_the_documented_form() {
        let ticket_id = TicketId(5);
        for (call, expected) in [
            (account(), "GET /api/account?"),
            (account_settings(), "GET /api/account/settings?"),
            (users(None), "GET /api/users?limit=100"),
            (users(Some("c==")), "GET /api/users?limit=100&cursor=c=="),
            (user(OWN_USER), "GET /api/users/0?"),
            (team(TeamId(3)), "GET /api/teams/3?"),
            (ticket(ticket_id), "GET /api/tickets/5?"),
            (tickets(None), "GET /api/tickets?limit=100&order_by=updated_datetime:desc"),
            (tickets(Some("n")), "GET /api/tickets?limit=100&cursor=n&order_by=updated_datetime:desc"),
            (messages(None), "GET /api/messages?limit=100&order_by=created_datetime:desc"),
            (messages(Some("n")), "GET /api/messages?limit=100&cursor=n&order_by=created_datetime:desc"),
            (
                departures(None),
                "GET /api/events?limit=100&order_by=created_datetime:desc&types=ticket-deleted&types=ticket-merged",
            ),
            (assign(ticket_id, None, None), r#"PUT /api/tickets/5? {"assignee_user":null}"#),
            (
                assign(ticket_id, None, Some(TeamId(3))),
                r#"PUT /api/tickets/5? {"assignee_team":{"id":3},"assignee_user":null}"#,
            ),
            (assign(ticket_id, Some(UserId(7)), None), r#"PUT /api/tickets/5? {"assignee_user":{"id":7}}"#),
            (
                add_tags(ticket_id, &["ai".into(), "Ü".into()]),
                r#"POST /api/tickets/5/tags? {"names":["ai","Ü"]}"#,
            ),
        ] {
            assert_eq!(line(&call), expected);
        }
    }

    #[test]
    fn the_webhook_sends_the_context_and_carries_the_secret_in_a_header() {
        let call = create_webhook(&NewWebhook {
            name: "Polus".into(),
            url: "https://agent.example/hooks/acme".into(),
            secret_header: "X-Webhook-Secret".into(),
            secret: "s3cret".into(),
            triggers: WEBHOOK_TRIGGERS.to_vec(),
        });
        let body = call.body.clone().unwrap();
        assert_eq!(body["type"], "http");
        assert_eq!(body["http"]["form"], "{{context}}");
        assert_eq!(body["http"]["headers"]["X-Webhook-Secret"], "s3cret");
        assert_eq!(body["http"]["triggers"]["ticket-handed-over"], true);
        assert_eq!(body["http"]["triggers"].as_object().unwrap().len(), WEBHOOK_TRIGGERS.len());
        assert!(body["http"].get("name").is_none(), "Gorgias declines http.name");
        assert!(!format!("{call:?}").contains("s3cret"));
    }

    // What Gorgias' API asks of a change: the name always, and the address whenever `http` is there.
    #[test]
    fn a_webhook_is_changed_as_gorgias_asks_for_it() {
        let on = switch_webhook_on(IntegrationId(31), "Polus");
        let body = r#"{"deactivated_datetime":null,"name":"Polus"}"#;
        assert_eq!(line(&on), format!("PUT /api/integrations/31? {body}"));
        let call = update_webhook(
            IntegrationId(31),
            &NewWebhook {
                name: "Ours".into(),
                url: "https://agent.example/hooks/acme".into(),
                secret_header: "X-Webhook-Secret".into(),
                secret: "s3cret".into(),
                triggers: vec![ASSIGNMENT_TRIGGER],
            },
        );
        let body = call.body.clone().unwrap();
        assert_eq!(
            (&body["name"], &body["http"]["url"]),
            (&json!("Ours"), &json!("https://agent.example/hooks/acme"))
        );
        assert!(body["deactivated_datetime"].is_null() && body.get("type").is_none());
        let all = "GET /api/integrations?limit=100&type=http&order_by=created_datetime:desc";
        assert_eq!(line(&webhooks()).trim_end(), all);
        assert_eq!(line(&delete_webhook(IntegrationId(31))), "DELETE /api/integrations/31?");
    }
}
