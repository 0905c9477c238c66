//! The few mail headers that tell automated mail. All others are dropped where they are read: they are many,
//! long and personal.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::lenient::{Branch, Leaf};

/// Longest header value kept, in characters; what tells automated mail stands at the start.
const VALUE_CHARACTERS_MAX: usize = 300;

const NAMES: [&str; 9] = [
    "content-type",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "return-path",
    "x-loop",
    "x-precedence",
    "x-failed-recipients",
];

/// Beginnings of names: `x-autoreply`, `x-autorespond`, `x-auto-response-suppress`, …
const NAME_STARTS: [&str; 1] = ["x-auto"];

/// Headers by lower-case name; empty when there are none or they are no object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct MailHeaders(pub BTreeMap<String, String>);

fn is_kept(name: &str) -> bool {
    NAMES.contains(&name) || NAME_STARTS.iter().any(|start| name.starts_with(start))
}

fn is_report(content_type: &Leaf) -> bool {
    content_type
        .text()
        .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("multipart/report"))
}

impl<'de> Deserialize<'de> for MailHeaders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Branch::<Kept>::deserialize(deserializer)?;
        Ok(Self(kept.into_object().map(|kept| kept.0).unwrap_or_default()))
    }
}

struct Kept(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Filter;

        impl<'de> Visitor<'de> for Filter {
            type Value = Kept;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of headers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Kept, A::Error> {
                let mut kept = BTreeMap::new();
                while let Some(name) = object.next_key::<String>()? {
                    let name = name.trim().to_ascii_lowercase();
                    if !is_kept(&name) {
                        object.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    match object.next_value::<Leaf>()? {
                        Leaf::Null | Leaf::Missing => {}
                        // Every mail has this one; only a delivery report's tells something.
                        value if name == "content-type" && !is_report(&value) => {}
                        // That the header is there is what counts, so an odd value is kept as an empty one.
                        value => {
                            let value = value.name().unwrap_or_default();
                            kept.insert(name, value.trim().chars().take(VALUE_CHARACTERS_MAX).collect());
                        }
                    }
                }
                Ok(Kept(kept))
            }
        }

        deserializer.deserialize_map(Filter)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn only_what_tells_automated_mail_is_kept() {
        let long = "x".repeat(1000);
        let json = serde_json::json!({
            "Message-Id": "<1@x>", "Auto-Submitted": " auto-replied ", "X-AutoReply": "yes",
            "X-Auto-Response-Suppress": "All", "List-Unsubscribe": long, "Precedence": null, "Received": ["a"],
            "X-Loop": ["a", "b"], "Content-Type": "text/plain",
        });
        let headers: MailHeaders = serde_json::from_value(json).unwrap();
        let found: Vec<(&str, usize)> =
            headers.0.iter().map(|(name, value)| (name.as_str(), value.len())).collect();
        assert_eq!(
            found,
            [
                ("auto-submitted", 12),
                ("list-unsubscribe", VALUE_CHARACTERS_MAX),
                ("x-auto-response-suppress", 3),
                ("x-autoreply", 3),
                ("x-loop", 0),
            ]
        );
    }

    #[test]
    fn what_is_no_object_holds_no_headers() {
        for json in ["null", "[]", r#"["Auto-Submitted"]"#, "5", r#""None""#] {
            assert_eq!(serde_json::from_str::<MailHeaders>(json).unwrap(), MailHeaders::default(), "{json}");
        }
        let text = serde_json::from_str::<MailHeaders>(r#""{\"Precedence\": \"bulk\"}""#).unwrap();
        assert_eq!(text.0["precedence"], "bulk");
        let report =
            serde_json::from_str::<MailHeaders>(r#"{"content-type":"Multipart/Report; a=b"}"#).unwrap();
        assert_eq!(report.0["content-type"], "Multipart/Report; a=b");
    }
}
