//! `/api/tags`: the labels of the account.

use super::super::Desk;
use super::super::fields::Query;
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by", "search"])?;
    let orders = ["created_datetime:desc", "created_datetime:asc", "name:asc", "name:desc"];
    let order = Order::of(&query, &orders)?;
    let search = query.text("search").map(str::to_lowercase);
    let places = desk
        .tags
        .values()
        .filter(|tag| search.as_deref().is_none_or(|search| tag.name.to_lowercase().contains(search)))
        .map(|tag| {
            let by_name = order.field == "name";
            let value =
                if by_name { SortValue::Text(tag.name.clone()) } else { SortValue::Number(tag.created_us) };
            (value, tag.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| desk.tags.get(&id).map(|tag| desk.show_tag(tag)))
}
