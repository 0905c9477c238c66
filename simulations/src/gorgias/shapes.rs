//! How records look on the wire: full and compact tickets, messages, users and the rest, field by field.

use serde_json::{Map, Value, json};

use super::Desk;
use super::records::{
    Customer, CustomerChannel, Event, Integration, Message, Party, Survey, Tag, Team, Ticket, User,
};
use super::stamps;

impl Desk {
    pub(super) fn show_user(&self, user: &User) -> Value {
        json!({
            "id": user.id,
            "active": user.active,
            "bio": null,
            "created_datetime": stamps::text(user.created_us),
            "country": null,
            "deactivated_datetime": stamps::json(user.deactivated_us),
            "email": user.email,
            "external_id": null,
            "firstname": user.firstname,
            "lastname": user.lastname,
            "name": user.name(),
            "has_password": true,
            "has_2fa_enabled": false,
            "language": "en",
            "meta": null,
            "role": {"name": user.role.name()},
            "timezone": "UTC",
            "updated_datetime": stamps::text(user.updated_us),
            "uri": format!("https://{}.gorgias.com/api/users/{}/", self.domain, user.id),
        })
    }

    pub(super) fn show_team(&self, team: &Team) -> Value {
        let members: Vec<Value> = team
            .members
            .iter()
            .filter_map(|id| self.users.get(id))
            .map(|user| json!({"id": user.id, "name": user.name(), "email": user.email, "meta": null}))
            .collect();
        json!({
            "id": team.id,
            "uri": format!("/api/teams/{}/", team.id),
            "name": team.name,
            "description": null,
            "decoration": {},
            "members": members,
            "created_datetime": stamps::text(team.created_us),
        })
    }

    pub(super) fn show_tag(&self, tag: &Tag) -> Value {
        json!({
            "id": tag.id,
            "name": tag.name,
            "description": null,
            "decoration": {},
            "usage": self.usage(tag),
            "uri": format!("/api/tags/{}/", tag.id),
            "created_datetime": stamps::text(tag.created_us),
            "deleted_datetime": null,
        })
    }

    /// On how many tickets a tag is.
    pub(super) fn usage(&self, tag: &Tag) -> usize {
        self.tickets.values().filter(|ticket| ticket.tags.contains(&tag.id)).count()
    }

    pub(super) fn show_ticket_tags(&self, ticket: &Ticket) -> Vec<Value> {
        let tags = ticket.tags.iter().filter_map(|id| self.tags.get(id));
        tags.map(|tag| json!({"id": tag.id, "name": tag.name, "decoration": {}})).collect()
    }

    pub(super) fn show_customer(&self, customer: &Customer) -> Value {
        let (firstname, lastname) = split_name(customer.name.as_deref());
        let channels: Vec<Value> =
            customer.channels.iter().map(|channel| self.show_channel(customer, channel)).collect();
        let integrations: Map<String, Value> =
            customer.integrations.iter().map(|(id, data)| (id.to_string(), data.clone())).collect();
        json!({
            "id": customer.id,
            "external_id": customer.external_id,
            "active": true,
            "email": customer.email,
            "name": customer.name,
            "firstname": firstname,
            "lastname": lastname,
            "channels": channels,
            "language": customer.language,
            "timezone": null,
            "created_datetime": stamps::text(customer.created_us),
            "updated_datetime": stamps::text(customer.updated_us),
            "meta": {"name_set_via": "email"},
            "data": null,
            "customer": null,
            "integrations": integrations,
            "note": customer.note,
        })
    }

    pub(super) fn show_channel(&self, customer: &Customer, channel: &CustomerChannel) -> Value {
        let who = json!({"id": customer.id, "name": customer.name});
        json!({
            "id": channel.id,
            "type": channel.kind,
            "address": channel.address,
            "preferred": channel.kind == "email",
            "created_datetime": stamps::text(channel.created_us),
            "updated_datetime": stamps::text(channel.created_us),
            "deleted_datetime": null,
            "user": who,
            "customer": who,
        })
    }

    pub(super) fn show_survey(&self, survey: &Survey) -> Value {
        json!({
            "id": survey.id,
            "uri": format!("/api/satisfaction-surveys/{}/", survey.id),
            "ticket_id": survey.ticket,
            "customer_id": survey.customer,
            "score": survey.score,
            "body_text": survey.body_text,
            "meta": survey.meta,
            "created_datetime": stamps::text(survey.created_us),
            "sent_datetime": stamps::json(survey.sent_us),
            "scored_datetime": stamps::json(survey.scored_us),
            "should_send_datetime": stamps::json(survey.should_send_us),
        })
    }

    /// The ticket alone, with all its messages.
    pub(super) fn show_ticket(&self, ticket: &Ticket) -> Value {
        let mut shown = self.ticket_base(ticket);
        let messages: Vec<Value> =
            self.thread(ticket.id).into_iter().map(|message| self.show_message(message)).collect();
        let customer = ticket
            .customer
            .and_then(|id| self.customers.get(&id))
            .map(|customer| self.show_customer(customer));
        shown.insert("customer".into(), json!(customer));
        shown.insert("requester".into(), json!(customer));
        shown.insert("messages".into(), messages.into());
        shown.insert("events".into(), json!([]));
        let survey = self.surveys.values().find(|survey| survey.ticket == ticket.id);
        shown.insert("satisfaction_survey".into(), json!(survey.map(|survey| self.show_survey(survey))));
        shown.insert(
            "reply_options".into(),
            json!({ticket.channel.clone(): {"answerable": ticket.answerable}, "internal-note": {"answerable": true}}),
        );
        Value::Object(shown)
    }

    /// The ticket in a list.
    pub(super) fn show_ticket_compact(&self, ticket: &Ticket) -> Value {
        let mut shown = self.ticket_base(ticket);
        let thread = self.thread(ticket.id);
        let excerpt = thread.last().and_then(|message| message.body_text.as_deref());
        let excerpt = excerpt.map(|text| text.chars().take(200).collect::<String>());
        let failed = thread.iter().rev().find(|message| message.from_agent && message.public);
        let integrations: Vec<Value> = self
            .integrations
            .values()
            .filter(|integration| thread.iter().any(|message| message.integration == Some(integration.id)))
            .map(|one| json!({"name": one.name, "address": one.address, "type": one.kind}))
            .collect();
        let customer = ticket.customer.and_then(|id| self.show_party(Party::Customer(id)));
        shown.insert("customer".into(), json!(customer));
        shown.insert("excerpt".into(), json!(excerpt));
        let too_many = usize::from(self.faults.counted_too_high.contains(&ticket.id));
        shown.insert("messages_count".into(), (ticket.messages.len() + too_many).into());
        shown.insert("integrations".into(), integrations.into());
        let not_delivered = failed.is_some_and(|message| message.failed_us.is_some());
        shown.insert("last_sent_message_not_delivered".into(), not_delivered.into());
        Value::Object(shown)
    }

    pub(super) fn show_message(&self, message: &Message) -> Value {
        let uri = format!("/api/tickets/{}/messages/{}/", message.ticket, message.id);
        let error = message.last_sending_error.as_ref().map(|error| json!({"error": error}));
        json!({
            "id": message.id,
            "ticket_id": message.ticket,
            "uri": uri,
            "message_id": message.message_id,
            "external_id": message.external_id,
            "public": message.public,
            "channel": message.channel,
            "via": message.via,
            "source": message.source,
            "sender": self.show_party(message.sender),
            "receiver": message.receiver.and_then(|party| self.show_party(party)),
            "integration_id": message.integration,
            "intents": [],
            "rule_id": message.rule,
            "from_agent": message.from_agent,
            "subject": message.subject,
            "body_text": message.body_text,
            "body_html": message.body_html,
            "stripped_text": message.stripped_text,
            "stripped_html": message.stripped_html,
            "stripped_signature": message.stripped_signature,
            "attachments": message.attachments,
            "macros": [],
            "actions": null,
            "meta": message.meta,
            "imported": false,
            "created_datetime": stamps::text(message.created_us),
            "sent_datetime": stamps::json(message.sent_us),
            "failed_datetime": stamps::json(message.failed_us),
            "deleted_datetime": null,
            "opened_datetime": stamps::json(message.opened_us),
            "last_sending_error": error,
            "is_retriable": true,
            "replied_by": null,
            "replied_to": null,
        })
    }

    pub(super) fn show_party(&self, party: Party) -> Option<Value> {
        match party {
            Party::User(id) => self.users.get(&id).map(|user| {
                json!({
                    "id": user.id, "email": user.email, "name": user.name(),
                    "firstname": user.firstname, "lastname": user.lastname, "meta": null,
                })
            }),
            Party::Customer(id) => self.customers.get(&id).map(|customer| {
                let (firstname, lastname) = split_name(customer.name.as_deref());
                json!({
                    "id": customer.id, "email": customer.email, "name": customer.name,
                    "firstname": firstname, "lastname": lastname, "meta": null,
                })
            }),
        }
    }

    pub(super) fn show_integration(&self, integration: &Integration) -> Value {
        let mut shown = json!({
            "id": integration.id,
            "name": integration.name,
            "type": integration.kind,
            "description": integration.description,
            "created_datetime": stamps::text(integration.created_us),
            "updated_datetime": stamps::text(integration.updated_us),
            "deactivated_datetime": stamps::json(integration.deactivated_us),
            "user": {"id": integration.user},
            "uri": format!("/api/integrations/{}/", integration.id),
            "application_id": null,
            "managed": false,
            "business_hours_id": null,
        });
        if let Some(address) = &integration.address {
            shown["meta"] = json!({"address": address});
        }
        if let Some(http) = &integration.http {
            shown["http"] = json!({
                "id": integration.id,
                "url": http.url,
                "method": http.method,
                "request_content_type": http.request_content_type,
                "response_content_type": http.response_content_type,
                "headers": http.headers,
                "form": http.form,
                "triggers": http.triggers,
                "oauth2": null,
            });
        }
        shown
    }

    pub(super) fn show_event(&self, event: &Event) -> Value {
        json!({
            "id": event.id,
            "type": event.kind,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "user_id": event.user,
            "context": event.context,
            "created_datetime": stamps::text(event.created_us),
            "data": event.data,
            "uri": format!("/api/events/{}/", event.id),
        })
    }

    fn ticket_base(&self, ticket: &Ticket) -> Map<String, Value> {
        let assignee = ticket.assignee_user.and_then(|id| self.users.get(&id)).map(|user| {
            json!({
                "id": user.id, "email": user.email, "name": user.name(), "firstname": user.firstname,
                "lastname": user.lastname, "meta": null, "bio": null,
            })
        });
        let team = ticket.assignee_team.and_then(|id| self.teams.get(&id));
        let team = team.map(|team| json!({"id": team.id, "name": team.name, "decoration": {}}));
        let shown = json!({
            "id": ticket.id,
            "uri": format!("/api/tickets/{}/", ticket.id),
            "external_id": ticket.external_id,
            "status": ticket.status.name(),
            "priority": ticket.priority,
            "channel": ticket.channel,
            "via": ticket.via,
            "from_agent": ticket.from_agent,
            "spam": ticket.spam,
            "assignee_user": assignee,
            "assignee_user_id": ticket.assignee_user,
            "assignee_team": team,
            "assignee_team_id": ticket.assignee_team,
            "language": ticket.language,
            "subject": ticket.subject,
            "meta": if ticket.meta.is_empty() { Value::Null } else { Value::Object(ticket.meta.clone()) },
            "tags": self.show_ticket_tags(ticket),
            "created_datetime": stamps::text(ticket.created_us),
            "opened_datetime": stamps::json(ticket.opened_us),
            "last_received_message_datetime": stamps::json(ticket.last_received_us),
            "last_message_datetime": stamps::json(ticket.last_message_us),
            "updated_datetime": stamps::text(ticket.updated_us),
            "closed_datetime": stamps::json(ticket.closed_us),
            "trashed_datetime": stamps::json(ticket.trashed_us),
            "snooze_datetime": stamps::json(ticket.snooze_us),
            "is_unread": ticket.is_unread,
        });
        match shown {
            Value::Object(map) => map,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Map::new()
            }
        }
    }
}

fn split_name(name: Option<&str>) -> (&str, &str) {
    let name = name.unwrap_or_default();
    name.split_once(' ').unwrap_or((name, ""))
}
