//! `/api/events`: the audit log, the only feed of changes.

use super::super::Desk;
use super::super::events::OBJECT_TYPES;
use super::super::fields::Query;
use super::super::paging::{self, Order, SortValue};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let allowed = [
        "cursor",
        "limit",
        "order_by",
        "object_type",
        "object_id",
        "types",
        "user_ids",
        "created_datetime[gt]",
        "created_datetime[gte]",
        "created_datetime[lt]",
        "created_datetime[lte]",
    ];
    let query = Query::new(call.query, &allowed)?;
    let order = Order::of(&query, &["created_datetime:desc", "created_datetime:asc", "created_datetime"])?;
    let (object_type, object_id) = (query.text("object_type"), query.number("object_id")?);
    if object_type.is_some_and(|object_type| !OBJECT_TYPES.contains(&object_type)) {
        return Err(Refusal::field("object_type", "Not a valid choice."));
    }
    if object_type.is_some() && object_id.is_none() {
        return Err(Refusal::field("object_id", "Missing data for required field."));
    }
    let (kinds, users) = (query.texts("types"), query.numbers("user_ids")?);
    let (gt, gte) = (query.time("created_datetime[gt]")?, query.time("created_datetime[gte]")?);
    let (lt, lte) = (query.time("created_datetime[lt]")?, query.time("created_datetime[lte]")?);
    let places = desk
        .events
        .iter()
        .filter(|event| object_type.is_none_or(|object_type| event.object_type == object_type))
        .filter(|event| object_id.is_none_or(|object_id| event.object_id == object_id))
        .filter(|event| kinds.is_empty() || kinds.contains(&event.kind.as_str()))
        .filter(|event| users.is_empty() || event.user.is_some_and(|user| users.contains(&user)))
        .filter(|event| gt.is_none_or(|mark| event.created_us > mark))
        .filter(|event| gte.is_none_or(|mark| event.created_us >= mark))
        .filter(|event| lt.is_none_or(|mark| event.created_us < mark))
        .filter(|event| lte.is_none_or(|mark| event.created_us <= mark))
        .map(|event| (SortValue::Number(event.created_us), event.id))
        .collect();
    paging::page(desk, call, &order, places, |id| desk.event(id).map(|event| desk.show_event(event)))
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    desk.event(id).map(|event| Reply::ok(desk.show_event(event))).ok_or_else(Refusal::not_found)
}
