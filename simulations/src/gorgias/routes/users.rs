//! `/api/users`: agents and machines; 0 is the caller.

use super::super::Desk;
use super::super::fields::Query;
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let allowed =
        ["cursor", "limit", "order_by", "email", "external_id", "search", "roles", "available_first"];
    let query = Query::new(call.query, &allowed)?;
    let orders = ["name:asc", "name:desc", "created_datetime:asc", "created_datetime:desc"];
    let order = Order::of(&query, &orders)?;
    query.flag("available_first")?;
    let (email, roles) = (query.text("email"), query.texts("roles"));
    let search = query.text("search").map(str::to_lowercase);
    let places = desk
        .users
        .values()
        .filter(|user| email.is_none_or(|email| user.email.eq_ignore_ascii_case(email)))
        .filter(|user| roles.is_empty() || roles.contains(&user.role.name()))
        .filter(|_| query.text("external_id").is_none())
        .filter(|user| {
            let shown = format!("{} {}", user.name(), user.email).to_lowercase();
            search.as_deref().is_none_or(|search| shown.contains(search))
        })
        .map(|user| {
            let value = if order.field == "name" {
                SortValue::Text(user.name())
            } else {
                SortValue::Number(user.created_us)
            };
            (value, user.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| desk.users.get(&id).map(|user| desk.show_user(user)))
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let id = if id == 0 { call.caller } else { id };
    desk.users.get(&id).map(|user| Reply::ok(desk.show_user(user))).ok_or_else(Refusal::not_found)
}
