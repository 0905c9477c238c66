//! `/api/customers`: those who write.

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

/// The longest address.
const EMAIL_CHARS_MAX: usize = 320;

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let allowed = [
        "cursor",
        "limit",
        "order_by",
        "email",
        "external_id",
        "name",
        "language",
        "timezone",
        "channel_type",
        "channel_address",
    ];
    let query = Query::new(call.query, &allowed)?;
    let orders =
        ["created_datetime:desc", "created_datetime:asc", "updated_datetime:desc", "updated_datetime:asc"];
    let order = Order::of(&query, &orders)?;
    let is = |name: &str, value: Option<&str>| query.text(name).is_none_or(|wanted| value == Some(wanted));
    let places = desk
        .customers
        .values()
        .filter(|customer| is("email", customer.email.as_deref()))
        .filter(|customer| is("external_id", customer.external_id.as_deref()))
        .filter(|customer| is("name", customer.name.as_deref()))
        .filter(|customer| is("language", customer.language.as_deref()) && is("timezone", None))
        .filter(|customer| {
            let (kind, address) = (query.text("channel_type"), query.text("channel_address"));
            let fits = customer.channels.iter().any(|channel| {
                kind.is_none_or(|kind| channel.kind == kind)
                    && address.is_none_or(|one| channel.address == one)
            });
            fits || (kind.is_none() && address.is_none())
        })
        .map(|customer| {
            let created = order.field == "created_datetime";
            (SortValue::Number(if created { customer.created_us } else { customer.updated_us }), customer.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| {
        desk.customers.get(&id).map(|customer| desk.show_customer(customer))
    })
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &["relationships"])?;
    let customer = desk.customers.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(desk.show_customer(customer)))
}

pub fn create(desk: &mut Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &["email", "name"]);
    fields.require(&["email"]);
    let email = fields.text("email", EMAIL_CHARS_MAX).flatten().unwrap_or_default();
    if body.contains_key("email") && !email.contains('@') {
        fields.complain("email", "Not a valid email address.");
    }
    let name = fields.text("name", usize::MAX).flatten().unwrap_or_default();
    fields.finish()?;
    let is_taken =
        |known: &Option<String>| known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(&email));
    if desk.customers.values().any(|customer| is_taken(&customer.email)) {
        return Err(Refusal::conflict("A customer with this email address exists already."));
    }
    let id = desk.customer_with(call.now_ms, &email, &name);
    let customer = desk.customers.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::with(201, desk.show_customer(customer)))
}
