//! Templates of webhooks, rendered as the service's Python does it: `True`, `False`, `None`, JSON with blanks after
//! commas and colons, every leaf of a form a string.

use std::cell::LazyCell;
use std::fmt::Write as _;

use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize as _;
use serde_json::{Map, Value};

use super::records::HttpIntegration;

/// The form that means: everything, in its own types.
const WHOLE_CONTEXT: &str = "{{context}}";

/// What begins something to fill in, to work out, or to leave out.
const MARKS: [&str; 3] = ["{{", "{%", "{#"];

/// One request, rendered.
pub(super) struct Rendered {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}

/// Renders address, headers and form. A name that the context lacks renders as nothing.
pub(super) fn render(http: &HttpIntegration, context: &Value) -> Result<Rendered, Error> {
    // Most templates hold nothing to fill in, and a ticket with a long thread is much to make ready for nothing.
    let engine = LazyCell::new(|| {
        let mut names = context.clone();
        names["context"] = context.clone();
        (environment(), minijinja::Value::from(Serde(&names)))
    });
    let text = |template: &str| {
        if !MARKS.iter().any(|mark| template.contains(mark)) {
            return Ok(template.strip_suffix('\n').unwrap_or(template).to_owned());
        }
        let (environment, names) = &*engine;
        environment.render_str(template, names.clone())
    };
    let mut url = text(&http.url)?;
    let headers = http.headers.iter().map(|(name, value)| Ok((name.clone(), text(value)?)));
    let headers = headers.collect::<Result<Vec<_>, Error>>()?;
    let form = match &http.form {
        Value::Null => None,
        Value::String(template) if template.replace(' ', "") == WHOLE_CONTEXT => Some(context.clone()),
        Value::String(template) => Some(Value::String(text(template)?)),
        Value::Object(_) | Value::Array(_) => Some(leaves(&http.form, &text)?),
        Value::Bool(_) | Value::Number(_) => Some(Value::String(text(&http.form.to_string())?)),
    };
    let Some(form) = form else { return Ok(Rendered { url, headers, body: Vec::new(), content_type: None }) };
    if http.method == "GET" {
        let separator = if url.contains('?') { '&' } else { '?' };
        url.push(separator);
        url.push_str(&urlencoded(&form));
        return Ok(Rendered { url, headers, body: Vec::new(), content_type: None });
    }
    let body = match &form {
        _ if http.request_content_type == "application/x-www-form-urlencoded" => urlencoded(&form),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            python_json(&form)
        }
    };
    Ok(Rendered {
        url,
        headers,
        body: body.into_bytes(),
        content_type: Some(http.request_content_type.clone()),
    })
}

/// What is wrong with a template, if anything.
pub(super) fn complaint(template: &str) -> Option<String> {
    environment().template_from_str(template).err().map(|error| error.to_string())
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.add_filter("tojson", |value: minijinja::Value| -> Result<minijinja::Value, Error> {
        let value = serde_json::to_value(&value);
        let value = value.map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
        Ok(minijinja::Value::from_safe_string(python_json(&value)))
    });
    environment
}

fn leaves(form: &Value, text: &impl Fn(&str) -> Result<String, Error>) -> Result<Value, Error> {
    Ok(match form {
        Value::Object(map) => {
            let mut rendered = Map::new();
            for (name, value) in map {
                rendered.insert(name.clone(), leaves(value, text)?);
            }
            Value::Object(rendered)
        }
        Value::Array(list) => {
            Value::Array(list.iter().map(|value| leaves(value, text)).collect::<Result<_, _>>()?)
        }
        Value::String(template) => Value::String(text(template)?),
        Value::Null | Value::Bool(_) | Value::Number(_) => Value::String(python_text(form)),
    })
}

fn python_text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => python_json(value),
    }
}

/// JSON as `json.dumps` writes it: blanks after separators, nothing beyond ASCII; signs of HTML are escaped too.
fn python_json(value: &Value) -> String {
    struct Blanks;
    impl serde_json::ser::Formatter for Blanks {
        fn begin_array_value<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            if first { Ok(()) } else { writer.write_all(b", ") }
        }
        fn begin_object_key<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            if first { Ok(()) } else { writer.write_all(b", ") }
        }
        fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
            writer.write_all(b": ")
        }
    }
    let mut bytes = Vec::new();
    let written = value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Blanks));
    debug_assert!(written.is_ok(), "a JSON value writes into memory");
    let mut escaped = String::with_capacity(bytes.len());
    for sign in String::from_utf8_lossy(&bytes).chars() {
        if sign.is_ascii() && !matches!(sign, '<' | '>' | '&' | '\'') {
            escaped.push(sign);
            continue;
        }
        for unit in sign.encode_utf16(&mut [0; 2]) {
            let written = write!(escaped, "\\u{unit:04x}");
            debug_assert!(written.is_ok(), "text writes into memory");
        }
    }
    escaped
}

fn urlencoded(form: &Value) -> String {
    let pairs: Vec<(String, String)> = match form {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), python_text(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            vec![("data".to_owned(), python_text(form))]
        }
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte))
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn leaves_are_strings_in_pythons_manner() {
        let form = json!({
            "id": "{{ticket.id}}", "unread": "{{ticket.is_unread}}", "assignee": "{{ticket.assignee_user}}",
            "last": "{{ticket.messages[-1].body_text}}", "sender": "{{message.sender | tojson}}",
            "nothing": "{{ticket.no.such.thing}}", "fixed": true, "inner": {"list": ["{{ticket.id}}", null]},
        });
        check(
            form,
            json!({
                "id": "7", "unread": "True", "assignee": "None", "last": "second",
                "sender": "{\"id\": 3, \"name\": \"Zo\\u00eb\"}",
                "nothing": "", "fixed": "True", "inner": {"list": ["7", "None"]},
            }),
        );
    }

    #[test]
    fn the_whole_context_keeps_its_types() {
        check(json!("{{context}}"), context());
        check(json!("{{ context }}"), context());
    }

    #[test]
    fn a_list_form_stays_a_list() {
        check(json!([{"key": "id", "value": "{{ticket.id}}"}]), json!([{"key": "id", "value": "7"}]));
    }

    #[test]
    fn no_form_is_an_empty_body_without_type() {
        let rendered = render(&http("POST", Value::Null), &context()).unwrap();
        assert_eq!((rendered.body, rendered.content_type), (Vec::new(), None));
        assert_eq!(rendered.url, "https://agent.example/hook?ticket=7");
        assert_eq!(rendered.headers, [("X-Ticket".to_owned(), "7".to_owned())]);
    }

    #[test]
    fn a_get_carries_its_form_in_the_query() {
        let rendered = render(&http("GET", json!({"a b": "{{ticket.id}}&"})), &context()).unwrap();
        assert_eq!(rendered.url, "https://agent.example/hook?ticket=7&a+b=7%26");
        assert!(rendered.body.is_empty());
    }

    fn check(form: Value, expected: Value) {
        let rendered = render(&http("POST", form), &context()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&rendered.body).unwrap(), expected);
        assert_eq!(rendered.content_type.as_deref(), Some("application/json"));
    }

    fn context() -> Value {
        json!({
            "ticket": {"id": 7, "is_unread": true, "assignee_user": null,
                       "messages": [{"body_text": "first"}, {"body_text": "second"}]},
            "message": {"sender": {"id": 3, "name": "Zoë"}},
        })
    }

    fn http(method: &str, form: Value) -> HttpIntegration {
        HttpIntegration {
            url: "https://agent.example/hook?ticket={{ticket.id}}".to_owned(),
            method: method.to_owned(),
            request_content_type: "application/json".to_owned(),
            response_content_type: "application/json".to_owned(),
            headers: BTreeMap::from([("X-Ticket".to_owned(), "{{ticket.id}}".to_owned())]),
            form,
            triggers: BTreeMap::new(),
            hmac_secret: None,
        }
    }
}
