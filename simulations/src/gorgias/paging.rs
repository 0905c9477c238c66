//! Lists in pages: keyset cursors that hold a direction, a sort value and an id, and expire.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Desk;
use super::fields::Query;
use super::refusal::Refusal;
use super::routes::{Call, Reply};

const LIMIT_DEFAULT: i64 = 30;
const LIMIT_MAX: i64 = 100;

/// A row's place in its list.
pub(super) type Place = (SortValue, i64);

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum SortValue {
    Number(i64),
    Text(String),
}

/// The order asked for: a field and a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub field: String,
    pub descending: bool,
}

impl Order {
    /// Reads `order_by`; `choices` are whole values, the first one is the default.
    pub fn of(query: &Query<'_>, choices: &[&str]) -> Result<Self, Refusal> {
        let default = choices.first().copied().unwrap_or("id:asc");
        let text = query.text("order_by").unwrap_or(default);
        if !choices.contains(&text) {
            return Err(Refusal::field("order_by", "Not a valid choice."));
        }
        let (field, direction) = text.split_once(':').unwrap_or((text, "desc"));
        Ok(Self { field: field.to_owned(), descending: direction.ends_with("desc") })
    }
}

#[derive(Serialize, Deserialize)]
struct Cursor(Direction, SortValue, i64, i64, String);

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Next,
    Prev,
}

/// Cuts one page out of `places` and writes its rows with `show`.
///
/// A cursor works for `cursor_life_ms` and only together with the filters and the order it was given for.
pub(super) fn page(
    desk: &Desk,
    call: &Call<'_>,
    order: &Order,
    mut places: Vec<Place>,
    show: impl Fn(i64) -> Option<Value>,
) -> Result<Reply, Refusal> {
    let query =
        Query::new(call.query, &call.query.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())?;
    let limit = query.number("limit")?.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Refusal::field(
            "limit",
            "Must be greater than or equal to 1 and less than or equal to 100.",
        ));
    }
    let limit = usize::try_from(limit).unwrap_or_default().min(desk.timings.rows_a_page_max);
    places.sort();
    if order.descending {
        places.reverse();
    }
    let cursor = query.text("cursor").filter(|text| !text.is_empty());
    let cursor = cursor.map(|text| read_cursor(desk, call, text)).transpose()?;
    let after = |place: &Place, mark: &Place| if order.descending { place < mark } else { place > mark };
    let (from, to) = match &cursor {
        None => (0, limit),
        Some((Direction::Next, mark)) => {
            let from = places.partition_point(|place| !after(place, mark));
            (from, from + limit)
        }
        Some((Direction::Prev, mark)) => {
            let to = places.partition_point(|place| after(mark, place));
            (to.saturating_sub(limit), to)
        }
    };
    let to = to.min(places.len());
    let rows = &places[from.min(to)..to];
    let next =
        rows.last().filter(|_| to < places.len()).map(|place| write_cursor(call, Direction::Next, place));
    let own = query.text("cursor").filter(|_| desk.faults.cursors_lead_to_themselves).map(str::to_owned);
    let next = own.or(next);
    let prev = rows.first().filter(|_| from > 0).map(|place| write_cursor(call, Direction::Prev, place));
    let total = desk.timings.tells_totals.then_some(places.len());
    let data: Vec<Value> = rows.iter().filter_map(|(_, id)| show(*id)).collect();
    Ok(Reply::ok(json!({
        "object": "list",
        "uri": call.uri(),
        "data": data,
        "meta": {"prev_cursor": prev, "next_cursor": next, "total_resources": total},
    })))
}

fn write_cursor(call: &Call<'_>, direction: Direction, (value, id): &Place) -> String {
    let cursor = json!([direction, value, id, call.now_ms, filters(call)]);
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

fn read_cursor(desk: &Desk, call: &Call<'_>, text: &str) -> Result<(Direction, Place), Refusal> {
    let garbled = || Refusal::field("cursor", "Invalid cursor.");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| garbled())?;
    let Cursor(direction, value, id, issued_ms, asked) =
        serde_json::from_slice(&bytes).map_err(|_| garbled())?;
    if call.now_ms.saturating_sub(issued_ms) > desk.timings.cursor_life_ms {
        return Err(Refusal::field("cursor", "Expired cursor."));
    }
    if asked != filters(call) {
        return Err(Refusal::field("cursor", "The cursor belongs to another query."));
    }
    Ok((direction, (value, id)))
}

fn filters(call: &Call<'_>) -> String {
    let mut pairs: Vec<String> = call
        .query
        .iter()
        .filter(|(name, _)| name != "cursor" && name != "limit")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.sort();
    blake3::hash(pairs.join("&").as_bytes()).to_hex().as_str()[..8].to_owned()
}
