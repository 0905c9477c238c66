//! Leaves and branches of JSON that never fail on an odd value: null, missing, a number as text, an object as
//! JSON text. What is needed is asked for afterwards, by the code that knows why.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::time::Time;

/// Reads a JSON object, in which a repeated key is no error: the last one counts.
pub(super) fn read<T: DeserializeOwned>(text: &[u8]) -> Result<Branch<T>, serde_json::Error> {
    match serde_json::from_slice(text) {
        Err(error) if error.is_data() => {
            let value: serde_json::Value = serde_json::from_slice(text)?;
            serde_json::from_value(value)
        }
        result => result,
    }
}

/// A single value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Leaf {
    /// There is no such key.
    #[default]
    Missing,
    /// Null.
    Null,
    Flag(bool),
    Number(i64),
    Text(String),
    /// A list, an object, or a number that is no whole one.
    Other,
}

impl Leaf {
    /// The text, when it is text that is not blank.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            Self::Text(_) | Self::Missing | Self::Null | Self::Flag(_) | Self::Number(_) | Self::Other => {
                None
            }
        }
    }

    /// The text, owned.
    pub fn owned(&self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// A name that may also be written as a number.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(number.to_string()),
            Self::Text(_) | Self::Missing | Self::Null | Self::Flag(_) | Self::Other => self.owned(),
        }
    }

    /// A number of a thing: above zero, as number or text.
    pub fn id(&self) -> Option<i64> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Missing | Self::Null | Self::Flag(_) | Self::Other => return None,
        };
        (number > 0).then_some(number)
    }

    /// A count: zero or above, as number or text.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Number(number) => u64::try_from(*number).ok(),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Missing | Self::Null | Self::Flag(_) | Self::Other => None,
        }
    }

    /// Yes or no, also as a template renders it: `True`, `"false"`, 1.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Number(0) => Some(false),
            Self::Number(1) => Some(true),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("true") || text == "1" => Some(true),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("false") || text == "0" => Some(false),
            Self::Text(_) | Self::Number(_) | Self::Missing | Self::Null | Self::Other => None,
        }
    }

    /// A point in time.
    pub fn time(&self) -> Option<Time> {
        Time::parse_gorgias(self.text()?)
    }

    /// Whether a value is there: neither missing nor null nor blank.
    pub fn is_set(&self) -> bool {
        match self {
            Self::Missing | Self::Null => false,
            Self::Text(text) => !text.trim().is_empty(),
            Self::Flag(_) | Self::Number(_) | Self::Other => true,
        }
    }

    /// Whether it says "nothing", also as a template renders null: `None`.
    pub fn says_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => matches!(text.trim(), "None" | "none" | "null"),
            Self::Missing | Self::Flag(_) | Self::Number(_) | Self::Other => false,
        }
    }
}

/// An object, or JSON text of one; or what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Branch<T> {
    Object(T),
    Leaf(Leaf),
}

impl<T> Default for Branch<T> {
    fn default() -> Self {
        Self::Leaf(Leaf::Missing)
    }
}

impl<T> Branch<T> {
    /// The object, if it is one.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Object(object) => Some(object),
            Self::Leaf(_) => None,
        }
    }

    /// The object, if it is one.
    pub fn into_object(self) -> Option<T> {
        match self {
            Self::Object(object) => Some(object),
            Self::Leaf(_) => None,
        }
    }

    /// Whether the key is there at all, be it with null.
    pub fn is_named(&self) -> bool {
        !matches!(self, Self::Leaf(Leaf::Missing))
    }
}

/// A list, or JSON text of one; `None` for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows<T>(pub Option<Vec<Branch<T>>>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Rows<T> {
    /// The objects in it; what is none is passed over.
    pub fn objects(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().filter_map(Branch::object)
    }
}

/// An object with names of its own as keys; empty for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table<T>(pub BTreeMap<String, T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// The visits in which every value but text, lists and objects becomes a leaf.
macro_rules! visit_leaves {
    ($wrap:expr) => {
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("any JSON value")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($wrap(Leaf::Null))
        }

        fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
            Ok($wrap(Leaf::Flag(flag)))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok($wrap(Leaf::Number(number)))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok($wrap(i64::try_from(number).map_or(Leaf::Other, Leaf::Number)))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
            Ok($wrap(whole(number)))
        }
    };
}

/// Above this a double no longer tells whole numbers apart.
const WHOLE_DOUBLE_MAX: f64 = 9_007_199_254_740_992.0;

fn whole(number: f64) -> Leaf {
    if number.fract() == 0.0 && number.abs() <= WHOLE_DOUBLE_MAX {
        Leaf::Number(number as i64)
    } else {
        Leaf::Other
    }
}

fn skip_list<'de, A: SeqAccess<'de>>(list: A) -> Result<(), A::Error> {
    IgnoredAny::deserialize(SeqAccessDeserializer::new(list)).map(drop)
}

fn skip_object<'de, A: MapAccess<'de>>(object: A) -> Result<(), A::Error> {
    IgnoredAny::deserialize(MapAccessDeserializer::new(object)).map(drop)
}

impl<'de> Deserialize<'de> for Leaf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Leaves;

        impl<'de> Visitor<'de> for Leaves {
            type Value = Leaf;

            visit_leaves!(|leaf| leaf);

            fn visit_str<E>(self, text: &str) -> Result<Leaf, E> {
                Ok(Leaf::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Leaf, E> {
                Ok(Leaf::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Leaf, A::Error> {
                skip_list(list).map(|()| Leaf::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Leaf, A::Error> {
                skip_object(object).map(|()| Leaf::Other)
            }
        }

        deserializer.deserialize_any(Leaves)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Branch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Branches<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Branches<T> {
            type Value = Branch<T>;

            visit_leaves!(Branch::Leaf);

            fn visit_str<E>(self, text: &str) -> Result<Branch<T>, E> {
                let object =
                    text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
                Ok(object.map_or_else(|| Branch::Leaf(Leaf::Text(text.to_owned())), Branch::Object))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Branch<T>, A::Error> {
                skip_list(list).map(|()| Branch::Leaf(Leaf::Other))
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Branch<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(object)).map(Branch::Object)
            }
        }

        deserializer.deserialize_any(Branches(PhantomData))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Lists<T> {
            type Value = Rows<T>;

            visit_leaves!(|_| Rows(None));

            fn visit_str<E>(self, text: &str) -> Result<Rows<T>, E> {
                let is_list = text.trim_start().starts_with('[');
                Ok(Rows(is_list.then(|| serde_json::from_str(text).ok()).flatten()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows<T>, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(Rows(Some(rows)))
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Rows<T>, A::Error> {
                skip_object(object).map(|()| Rows(None))
            }
        }

        deserializer.deserialize_any(Lists(PhantomData))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = Branch::<BTreeMap<String, T>>::deserialize(deserializer)?;
        Ok(Self(table.into_object().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[derive(Debug, Deserialize, Default, PartialEq)]
    #[serde(default)]
    struct Thing {
        id: Leaf,
        inner: Branch<Inner>,
        list: Rows<Inner>,
    }

    #[derive(Debug, Deserialize, Default, PartialEq)]
    #[serde(default)]
    struct Inner {
        id: Leaf,
    }

    fn leaf(json: &str) -> Leaf {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_leaf_takes_every_value() {
        for (json, id, flag, is_set, says_nothing) in [
            ("7", Some(7), None, true, false),
            (r#""7""#, Some(7), None, true, false),
            ("7.0", Some(7), None, true, false),
            ("7.5", None, None, true, false),
            ("1e300", None, None, true, false),
            ("18446744073709551615", None, None, true, false),
            ("-7", None, None, true, false),
            ("0", None, Some(false), true, false),
            ("true", None, Some(true), true, false),
            (r#""True""#, None, Some(true), true, false),
            (r#""False""#, None, Some(false), true, false),
            ("null", None, None, false, true),
            (r#""None""#, None, None, true, true),
            (r#""""#, None, None, false, false),
            ("[1,[2]]", None, None, true, false),
            (r#"{"a":{"b":1}}"#, None, None, true, false),
        ] {
            let leaf = leaf(json);
            assert_eq!(
                (leaf.id(), leaf.flag(), leaf.is_set(), leaf.says_nothing()),
                (id, flag, is_set, says_nothing),
                "{json}"
            );
        }
    }

    #[test]
    fn branches_and_rows_take_json_text_and_pass_over_the_rest() {
        let read = |json: &str| super::read::<Thing>(json.as_bytes()).unwrap().into_object().unwrap();
        for json in [
            r#"{"inner":{"id":7,"more":[{}]},"list":[{"id":1},null,"x"]}"#,
            r#"{"inner":"{\"id\": 7}","list":"[{\"id\": 1}, 5, []]"}"#,
            r#"{"inner":{"id":9},"inner":{"id":7},"list":[{"id":1}]}"#,
        ] {
            let thing = read(json);
            assert_eq!(thing.inner.object().unwrap().id.id(), Some(7), "{json}");
            assert_eq!(thing.list.objects().map(|row| row.id.id()).collect::<Vec<_>>(), [Some(1)], "{json}");
        }
        for json in [
            r#"{"inner":null,"list":null}"#,
            r#"{"inner":[7],"list":{"id":1}}"#,
            r#"{"inner":"{","list":"["}"#,
        ] {
            let thing = read(json);
            assert!(thing.inner.object().is_none() && thing.inner.is_named(), "{json}");
            assert_eq!(thing.list.0, None, "{json}");
        }
        assert!(!read("{}").inner.is_named());
    }

    #[test]
    fn a_list_is_never_taken_for_an_object() {
        assert!(super::read::<Inner>(b"[5]").unwrap().into_object().is_none());
    }
}
