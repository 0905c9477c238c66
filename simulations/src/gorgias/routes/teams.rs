//! `/api/teams`.

use super::super::Desk;
use super::super::fields::Query;
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by"])?;
    let orders = ["created_datetime:desc", "created_datetime:asc", "name:asc", "name:desc"];
    let order = Order::of(&query, &orders)?;
    let places = desk
        .teams
        .values()
        .map(|team| {
            let by_name = order.field == "name";
            let value =
                if by_name { SortValue::Text(team.name.clone()) } else { SortValue::Number(team.created_us) };
            (value, team.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| desk.teams.get(&id).map(|team| desk.show_team(team)))
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    desk.teams.get(&id).map(|team| Reply::ok(desk.show_team(team))).ok_or_else(Refusal::not_found)
}
