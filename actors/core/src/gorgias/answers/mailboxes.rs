//! The shop's mailboxes, as lists of tickets tell them.

use serde::Deserialize;

use super::list;
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Leaf, Rows};
use crate::gorgias::refusal::Refusal;

/// The kinds of integrations that are mailboxes.
const MAILBOXES: [&str; 3] = ["email", "gmail", "outlook"];

/// Reads from a page of tickets to which mailboxes of the shop they came: each once, that of the first ticket first.
pub fn mailboxes(reply: &Reply) -> Result<Vec<String>, Refusal> {
    let page = list(reply, "a page of tickets", |wire: WireTicket| Ok(wire.mailboxes()))?;
    let mut found: Vec<String> = Vec::new();
    for address in page.rows.into_iter().flatten() {
        if !found.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
            found.push(address);
        }
    }
    Ok(found)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireTicket {
    integrations: Rows<WireIntegration>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireIntegration {
    #[serde(rename = "type")]
    kind: Leaf,
    address: Leaf,
}

impl WireTicket {
    fn mailboxes(&self) -> Vec<String> {
        let mailboxes = self
            .integrations
            .objects()
            .filter(|integration| integration.kind.text().is_some_and(|kind| MAILBOXES.contains(&kind)));
        let addresses = mailboxes.filter_map(|integration| integration.address.owned());
        addresses.filter(|address| address.contains('@')).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn mailboxes_are_told_once_and_other_integrations_are_none() {
        let page = json!({"data": [
            {"id": 1, "integrations": null},
            {"id": 2, "integrations": [{"type": "gorgias_chat", "address": "chat-1"}, {"type": "gmail", "address": null}]},
            {"id": 3, "integrations": [{"name": "Help", "type": "outlook", "address": "help@shop.example"}]},
            {"id": 4},
            {"id": 5, "integrations": [{"type": "email", "address": "Help@Shop.example"}, {"type": "email", "address": "b@shop.example"}]},
        ]});
        let found = mailboxes(&Reply::new(200, page.to_string())).unwrap();
        assert_eq!(found, ["help@shop.example", "b@shop.example"]);
        assert!(mailboxes(&Reply::new(200, "{}")).is_err());
    }
}
