//! `POST /api/search`: people, teams, tags and integrations by a piece of their names and addresses. Tickets are not
//! searched here but in a view.

use serde_json::{Value, json};

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::records::{Customer, CustomerChannel};
use super::super::refusal::Refusal;
use super::{Call, Reply};

const SIZE_DEFAULT: i64 = 10;
const SIZE_MAX: i64 = 50;

const KINDS: &[&str] = &[
    "agent",
    "customer",
    "customer_channel",
    "customer_channel_email",
    "customer_channel_phone",
    "customer_profile",
    "customers_by_phone",
    "integration",
    "tag",
    "team",
];

pub fn find(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &["type", "query", "size"]);
    fields.require(&["type"]);
    let kind = fields.choice("type", KINDS).unwrap_or_default();
    let wanted = fields.text("query", usize::MAX).flatten().unwrap_or_default().to_lowercase();
    let size = fields.number("size").flatten().unwrap_or(SIZE_DEFAULT);
    if !(1..=SIZE_MAX).contains(&size) {
        fields.complain("size", "Must be greater than or equal to 1 and less than or equal to 50.");
    }
    fields.finish()?;
    let mut found = matches(desk, &kind, &wanted);
    found.truncate(usize::try_from(size).unwrap_or_default());
    Ok(Reply::ok(json!({"data": found})))
}

fn matches(desk: &Desk, kind: &str, wanted: &str) -> Vec<Value> {
    let has = |texts: &[&str]| texts.iter().any(|text| text.to_lowercase().contains(wanted));
    let customers = |fits: &dyn Fn(&Customer) -> bool| -> Vec<Value> {
        let found = desk.customers.values().filter(|customer| fits(customer));
        found.map(|customer| desk.show_customer(customer)).collect()
    };
    let named = |customer: &Customer| {
        has(&[customer.name.as_deref().unwrap_or_default(), customer.email.as_deref().unwrap_or_default()])
    };
    let reached = |customer: &Customer, of: Option<&str>| {
        let mut channels = customer.channels.iter().filter(|channel| is_of(channel, of));
        channels.any(|channel| has(&[&channel.address]))
    };
    let channels = |of: Option<&str>| channels(desk, of, |channel| has(&[&channel.address]));
    match kind {
        "agent" => {
            let found = desk.users.values().filter(|user| has(&[&user.name(), &user.email]));
            found.map(|user| desk.show_user(user)).collect()
        }
        "team" => {
            let found = desk.teams.values().filter(|team| has(&[&team.name]));
            found.map(|team| desk.show_team(team)).collect()
        }
        "tag" => {
            let found = desk.tags.values().filter(|tag| has(&[&tag.name]));
            found.map(|tag| desk.show_tag(tag)).collect()
        }
        "integration" => {
            let found = desk.integrations.values().filter(|one| has(&[&one.name]));
            found.map(|one| desk.show_integration(one)).collect()
        }
        "customer_profile" => customers(&|customer| named(customer) || reached(customer, None)),
        "customers_by_phone" => customers(&|customer| reached(customer, Some("phone"))),
        "customer_channel" => channels(None),
        "customer_channel_email" => channels(Some("email")),
        "customer_channel_phone" => channels(Some("phone")),
        _ => customers(&named),
    }
}

fn channels(desk: &Desk, of: Option<&str>, fits: impl Fn(&CustomerChannel) -> bool) -> Vec<Value> {
    let mut found = Vec::new();
    for customer in desk.customers.values() {
        let theirs = customer.channels.iter().filter(|channel| is_of(channel, of) && fits(channel));
        found.extend(theirs.map(|channel| desk.show_channel(customer, channel)));
    }
    found
}

fn is_of(channel: &CustomerChannel, kind: Option<&str>) -> bool {
    kind.is_none_or(|kind| channel.kind == kind)
}
