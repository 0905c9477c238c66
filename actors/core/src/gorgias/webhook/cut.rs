//! What can be told from the beginning of a body that was too large to be taken whole.

use super::{Heard, read};

/// Reads the beginning of a body, together with the `query` of its address, as [`read`] reads a whole one: what came
/// whole before the cut counts, and nothing else. None where that does not say which ticket.
///
/// The value that the cut goes through is dropped: of a number half is another number.
pub fn read_beginning(beginning: &[u8], query: &str) -> Option<Heard> {
    let whole = beginning.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let text = whole.trim_start_matches('\u{feff}').trim_start();
    let closed = match text.as_bytes().first() {
        Some(b'{' | b'[') => closed_json(text),
        _ => text.rsplit_once('&').map(|(before, _)| before.to_owned()),
    };
    let told = closed.and_then(|closed| read(closed.as_bytes(), query).ok());
    told.or_else(|| read(b"", query).ok())
}

/// JSON up to its last whole value, with what is open there closed.
fn closed_json(text: &str) -> Option<String> {
    let mut open: Vec<u8> = Vec::new();
    // Where the last whole value ends, and how many brackets are open there: those that are open now begin with them.
    let mut closed: Option<(usize, usize)> = None;
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (true, _) => {}
            (false, b'{') => open.push(b'}'),
            (false, b'[') => open.push(b']'),
            (false, b'}' | b']') => {
                open.pop()?;
                closed = Some((at + 1, open.len()));
            }
            (false, b',') => closed = Some((at, open.len())),
            (false, _) => {}
        }
    }
    let (end, depth) = closed?;
    let mut json = text.get(..end)?.to_owned();
    json.extend(open[..depth].iter().rev().map(|bracket| char::from(*bracket)));
    Some(json)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::gorgias::webhook::{Hint, Trigger};
    use crate::id::{MessageId, TicketId, UserId};

    fn ticket(beginning: &str) -> Option<i64> {
        read_beginning(beginning.as_bytes(), "").map(|heard| heard.ticket.0)
    }

    #[test]
    fn a_ticket_that_stands_before_the_cut_is_told() {
        for (beginning, told) in [
            (r#"{"ticket": {"id": 7, "body": "a long te"#, Some(7)),
            (r#"{"ticket": {"id": 7}, "message": {"body_html": "<table"#, Some(7)),
            (r#"{"ticket": {"tags": [{"id": 3}, {"id": 4"#, None),
            (r#"{"ticket": {"customer": {"id": 3}, "id": 7, "x": {"#, Some(7)),
            (r#"{"ticket_id": "7", "filler": "x\"},{[xx"#, Some(7)),
            (r#"{"message": {"ticket_id": 7, "body_html": "é\u00"#, Some(7)),
            (r#"{"context": {"ticket": {"id": 7, "subject": null, "x": 1"#, Some(7)),
            (r#"[{"key": "ticket_id", "value": "7"}, {"key": "body", "value": "xx"#, Some(7)),
            ("ticket_id=7&body=%3Ctable", Some(7)),
            // Half of a number is another number, and words of a customer's are no fields.
            (r#"{"ticket": {"id": 71"#, None),
            ("ticket_id=71", None),
            (r#"{"body": "{\"ticket_id\": 5, \"x\": 1, "#, None),
            (r#"{"body": "\"ticket_id\": 5, ", "ticket": {"id": 7, "#, Some(7)),
            (r#"{"id": 5, "body": "#, None),
            ("", None),
            ("{", None),
            ("}},", None),
            ("<html>", None),
        ] {
            assert_eq!(ticket(beginning), told, "{beginning}");
        }
    }

    #[test]
    fn what_else_stands_there_and_in_the_query_is_told_too() {
        let beginning =
            r#"{"ticket": {"id": 7, "assignee_user": {"id": 9}}, "message": {"id": 11, "body_html": "x"#;
        let heard = read_beginning(beginning.as_bytes(), "").unwrap();
        assert_eq!((heard.ticket, heard.message), (TicketId(7), Some(MessageId(11))));
        assert_eq!((heard.trigger, heard.assignee), (Trigger::MessageCreated, Hint::User(UserId(9))));
        let by_query = read_beginning(b"{\"body\": \"xx", "ticket_id=7&trigger=ticket-updated").unwrap();
        assert_eq!((by_query.ticket, by_query.trigger), (TicketId(7), Trigger::TicketUpdated));
        let cut_in_a_letter = [r#"{"ticket_id": 7, "body": "#.as_bytes(), b"\"\xc3"].concat();
        assert_eq!(read_beginning(&cut_in_a_letter, "").unwrap().ticket, TicketId(7));
    }

    /// Brackets that nobody closes cost no more than their number.
    #[test]
    fn depth_does_no_harm() {
        assert_eq!(ticket(&"[".repeat(60_000)), None);
        let deep = format!("{{\"ticket_id\": 7, \"x\": {}", "[1,".repeat(4 * 1024 * 1024 / 3));
        assert_eq!(ticket(&deep), Some(7));
    }
}
