//! `/api/custom-fields`: the definitions of the account's own fields. This account has made none; values are taken on
//! tickets under any number all the same.

use super::super::Desk;
use super::super::fields::Query;
use super::super::paging::{self, Order};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let allowed = ["cursor", "limit", "order_by", "object_type", "search", "archived"];
    let query = Query::new(call.query, &allowed)?;
    let order = Order::of(&query, &["priority:desc", "priority:asc"])?;
    query.flag("archived")?;
    match query.text("object_type") {
        Some("Ticket" | "Customer") => paging::page(desk, call, &order, Vec::new(), |_| None),
        Some(_) => Err(Refusal::field("object_type", "Not a valid choice.")),
        None => Err(Refusal::field("object_type", "Missing data for required field.")),
    }
}
