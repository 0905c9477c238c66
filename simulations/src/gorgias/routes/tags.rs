//! `/api/tags`: the labels of the account.

use super::super::Desk;
use super::super::fields::Query;
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by", "search"])?;
    let orders = [
        "created_datetime:desc",
        "created_datetime:asc",
        "name:asc",
        "name:desc",
        "usage:asc,name:asc",
        "usage:desc,name:desc",
    ];
    let order = Order::of(&query, &orders)?;
    let search = query.text("search").map(str::to_lowercase);
    let places = desk
        .tags
        .values()
        .filter(|tag| search.as_deref().is_none_or(|search| tag.name.to_lowercase().contains(search)))
        .map(|tag| {
            let value = match order.field.as_str() {
                "name" => SortValue::Text(tag.name.clone()),
                "usage" => SortValue::Text(format!("{:012} {}", desk.usage(tag), tag.name)),
                _ => SortValue::Number(tag.created_us),
            };
            (value, tag.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| desk.tags.get(&id).map(|tag| desk.show_tag(tag)))
}
