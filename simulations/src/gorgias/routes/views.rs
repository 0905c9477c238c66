//! `/api/views`: the lists of tickets that agents work from, and the search for tickets.

use serde_json::{Map, Value, json};

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::filters::Filters;
use super::super::paging::{self, Order, Place, SortValue};
use super::super::records::Ticket;
use super::super::refusal::Refusal;
use super::{Call, Reply};

/// Every account's views; nobody makes others here.
const VIEWS: &[View] = &[
    View { id: 2_001, name: "Open", slug: "open", filters: "eq(ticket.status, 'open')" },
    View { id: 2_002, name: "Closed", slug: "closed", filters: "eq(ticket.status, 'closed')" },
    View {
        id: 2_003,
        name: "My tickets",
        slug: "my-tickets",
        filters: "eq(ticket.assignee_user.id, '{{current_user.id}}') && eq(ticket.status, 'open')",
    },
];

const CREATED: &str = "2024-01-02T09:00:00.000000+00:00";

const ORDERS: &[&str] = &[
    "updated_datetime:desc",
    "updated_datetime:asc",
    "created_datetime:desc",
    "created_datetime:asc",
    "last_message_datetime:desc",
    "last_message_datetime:asc",
    "last_received_message_datetime:desc",
    "last_received_message_datetime:asc",
    "closed_datetime:desc",
    "closed_datetime:asc",
    "snooze_datetime:desc",
    "snooze_datetime:asc",
    "priority:desc",
    "priority:asc",
];

struct View {
    id: i64,
    name: &'static str,
    slug: &'static str,
    filters: &'static str,
}

/// Which tickets are asked for.
struct Wanted {
    filters: Filters,
    /// Every word of it stands somewhere on the ticket.
    search: String,
}

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by"])?;
    let order = Order::of(&query, &["created_datetime:desc", "created_datetime:asc"])?;
    let places = VIEWS.iter().map(|view| (SortValue::Number(0), view.id)).collect();
    paging::page(desk, call, &order, places, |id| view(id).map(|view| show(view, call.caller)))
}

pub fn read(call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    view(id).map(|view| Reply::ok(show(view, call.caller))).ok_or_else(Refusal::not_found)
}

/// The tickets of a view.
pub fn items(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    let view = view(id).ok_or_else(Refusal::not_found)?;
    page(desk, call, &Wanted { filters: read_filters(view.filters, call.caller)?, search: String::new() })
}

/// The tickets that the view in the body would show; view 0 is none but that.
pub fn search(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    let saved = if id == 0 { "" } else { view(id).ok_or_else(Refusal::not_found)?.filters };
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &["view"]);
    let given = fields.object("view").flatten().cloned().unwrap_or_default();
    fields.finish()?;
    page(desk, call, &wanted(&given, saved, call.caller)?)
}

/// Whether there is such a view.
pub fn is_known(id: i64) -> bool {
    view(id).is_some()
}

/// Whether a view's filters let a ticket through.
pub fn shows(desk: &Desk, caller: i64, id: i64, ticket: &Ticket) -> bool {
    let filters = view(id).and_then(|view| Filters::read(view.filters, caller));
    filters.is_some_and(|filters| filters.fit(&desk.show_ticket_compact(ticket)))
}

fn wanted(given: &Map<String, Value>, saved: &str, caller: i64) -> Result<Wanted, Refusal> {
    let allowed = ["category", "fields", "filters", "order_by", "order_dir", "search", "type"];
    let mut fields = Fields::new(given, "view.", &allowed);
    fields.choice("type", &["ticket-list"]);
    let filters = fields.text("filters", usize::MAX).flatten();
    let search = fields.text("search", usize::MAX).flatten().unwrap_or_default().to_lowercase();
    fields.finish()?;
    Ok(Wanted { filters: read_filters(filters.as_deref().unwrap_or(saved), caller)?, search })
}

fn read_filters(text: &str, caller: i64) -> Result<Filters, Refusal> {
    Filters::read(text, caller).ok_or_else(|| Refusal::field("view.filters", "Not a valid value."))
}

/// Pages here are walked by addresses: each tells the one before and the one after.
fn page(desk: &Desk, call: &Call<'_>, wanted: &Wanted) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "direction", "ignored_item", "limit", "order_by"])?;
    let order = Order::of(&query, ORDERS)?;
    if query.text("direction").is_some_and(|direction| !["next", "prev"].contains(&direction)) {
        return Err(Refusal::field("direction", "Not a valid choice."));
    }
    let ignored = query.number("ignored_item")?;
    let tickets = desk.tickets.values().filter(|ticket| {
        ticket.trashed_us.is_none() && Some(ticket.id) != ignored && wanted.fits(desk, ticket)
    });
    let places: Vec<Place> =
        tickets.map(|ticket| (SortValue::Number(rank(ticket, &order.field)), ticket.id)).collect();
    let own = ["direction", "ignored_item"];
    let kept: Vec<_> = call.query.iter().filter(|(name, _)| !own.contains(&name.as_str())).cloned().collect();
    let shown = paging::page(desk, &Call { query: &kept, ..*call }, &order, places, |id| {
        desk.ticket(id).map(|ticket| desk.show_ticket_compact(ticket))
    })?;
    let mut body = shown.body.unwrap_or_default();
    let address = |direction: &str, row: Option<&Value>| {
        let cursor = body["meta"][format!("{direction}_cursor")].as_str()?;
        let rest: Vec<String> = kept
            .iter()
            .filter(|(name, _)| name != "cursor")
            .map(|(name, value)| format!("&{name}={value}"))
            .collect();
        let row = &row?["id"];
        let path = call.path.trim_end_matches('/');
        Some(format!("{path}?direction={direction}&cursor={cursor}&ignored_item={row}{}", rest.concat()))
    };
    let rows = body["data"].as_array();
    let next = address("next", rows.and_then(|rows| rows.last()));
    let prev = address("prev", rows.and_then(|rows| rows.first()));
    body["uri"] = call.uri().into();
    body["meta"] = json!({"current_cursor": query.text("cursor"), "next_items": next, "prev_items": prev});
    Ok(Reply::ok(body))
}

impl Wanted {
    fn fits(&self, desk: &Desk, ticket: &Ticket) -> bool {
        let words: Vec<&str> = self.search.split_whitespace().collect();
        if !words.is_empty() {
            let written = written(desk, ticket);
            if !words.iter().all(|word| written.contains(word)) {
                return false;
            }
        }
        self.filters.fit(&desk.show_ticket_compact(ticket))
    }
}

/// What a search looks through: subject, texts, and the customer's name and address; small letters alone.
fn written(desk: &Desk, ticket: &Ticket) -> String {
    let customer = ticket.customer.and_then(|id| desk.customers.get(&id));
    let of_customer = customer.into_iter().flat_map(|one| [one.name.as_deref(), one.email.as_deref()]);
    let texts = desk.thread(ticket.id).into_iter().map(|message| message.body_text.as_deref());
    let all = [ticket.subject.as_deref()].into_iter().chain(of_customer).chain(texts);
    all.flatten().collect::<Vec<_>>().join("\n").to_lowercase()
}

/// Where a ticket stands in an order; what never happened comes first.
fn rank(ticket: &Ticket, field: &str) -> i64 {
    let levels = ["low", "normal", "high", "critical"];
    match field {
        "created_datetime" => ticket.created_us,
        "last_message_datetime" => ticket.last_message_us.unwrap_or_default(),
        "last_received_message_datetime" => ticket.last_received_us.unwrap_or_default(),
        "closed_datetime" => ticket.closed_us.unwrap_or_default(),
        "snooze_datetime" => ticket.snooze_us.unwrap_or_default(),
        "priority" => {
            (0..).zip(levels).find(|(_, level)| *level == ticket.priority).map_or(0, |(rank, _)| rank)
        }
        _ => ticket.updated_us,
    }
}

fn view(id: i64) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.id == id)
}

/// Whoever looks is told their own number where the filters speak of them.
fn show(view: &View, caller: i64) -> Value {
    json!({
        "id": view.id,
        "uri": format!("/api/views/{}/", view.id),
        "name": view.name,
        "slug": view.slug,
        "type": "ticket-list",
        "category": "system",
        "filters": view.filters.replace("{{current_user.id}}", &caller.to_string()),
        "fields": ["details", "tags", "customer", "updated", "assignee"],
        "order_by": "updated_datetime",
        "order_dir": "desc",
        "search": null,
        "visibility": "public",
        "shared_with_users": [],
        "shared_with_teams": [],
        "decoration": null,
        "created_datetime": CREATED,
        "deactivated_datetime": null,
    })
}
