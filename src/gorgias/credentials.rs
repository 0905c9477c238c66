//! E-mail and key of a Gorgias user, read from whatever form a person pastes them in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

/// What a call is made with. `Debug` shows the e-mail alone.
#[derive(Clone)]
pub struct Credentials {
    /// The user's login.
    pub email: String,
    /// The user's API key.
    pub api_key: SecretString,
}

/// Why a text holds no credentials. No message repeats any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCredentials {
    /// The e-mail field holds none.
    #[error("the e-mail is missing or is none: give the one Gorgias shows as \"Username\" under REST API")]
    NoEmail,
    /// The key field is empty.
    #[error("the API key is empty: copy it from Settings > Account > REST API in Gorgias")]
    NoKey,
    /// The text is no Base64.
    #[error(
        "the text is no Base64: give the Base64 of \"email:key\", or give e-mail and API key in their own fields"
    )]
    NotBase64,
    /// E-mail and key were given as they are.
    #[error("this is \"email:key\" as it is, not its Base64: give e-mail and API key in their own fields")]
    Plain,
    /// Decoded, there is no colon in it.
    #[error(
        "decoded, there is no colon in it: it is a bare key, so give it in the field for the API \
         key, with the e-mail beside it"
    )]
    NoColon,
}

impl Credentials {
    /// Takes e-mail and key from a field each. A key that was pasted as the Base64 of both is recognised.
    pub fn from_parts(email: &str, api_key: &str) -> Result<Self, BadCredentials> {
        let email = email.trim();
        if !is_email(email) {
            return Err(BadCredentials::NoEmail);
        }
        let api_key = bare(api_key);
        if api_key.is_empty() {
            return Err(BadCredentials::NoKey);
        }
        match Self::from_base64(&api_key) {
            Ok(both) if both.email.eq_ignore_ascii_case(email) => Ok(both),
            Ok(_) | Err(_) => Ok(Self { email: email.to_owned(), api_key: api_key.into() }),
        }
    }

    /// Takes the Base64 of `email:key`, with or without a leading `Basic `, padding, or white space in it.
    pub fn from_base64(text: &str) -> Result<Self, BadCredentials> {
        let text = bare(text);
        if text.is_empty() {
            return Err(BadCredentials::NoKey);
        }
        let alphabet: String = text
            .trim_end_matches('=')
            .chars()
            .map(|character| match character {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        let decoded = STANDARD_NO_PAD.decode(alphabet).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(decoded) = decoded else {
            let is_plain = text.split_once(':').is_some_and(|(email, _)| is_email(email));
            return Err(if is_plain { BadCredentials::Plain } else { BadCredentials::NotBase64 });
        };
        let (email, api_key) = decoded.split_once(':').ok_or(BadCredentials::NoColon)?;
        let (email, api_key) = (email.trim(), api_key.trim());
        if !is_email(email) {
            return Err(BadCredentials::NoEmail);
        }
        if api_key.is_empty() {
            return Err(BadCredentials::NoKey);
        }
        Ok(Self { email: email.to_owned(), api_key: api_key.to_owned().into() })
    }
}

/// The value of the `Authorization` header.
pub(super) fn basic(email: &str, api_key: &SecretString) -> SecretString {
    let both = SecretString::from(format!("{email}:{}", api_key.expose_secret()));
    SecretString::from(format!("Basic {}", STANDARD.encode(both.expose_secret())))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The text without white space, and without the words that stand before the key in a copied header.
fn bare(text: &str) -> String {
    let is_of_header =
        |word: &&str| ["authorization:", "basic"].iter().any(|known| known.eq_ignore_ascii_case(word));
    text.split_whitespace().skip_while(is_of_header).collect()
}

fn is_email(text: &str) -> bool {
    let (local, domain) = text.split_once('@').unwrap_or_default();
    // A colon would end the e-mail early in the header.
    !local.is_empty()
        && !domain.is_empty()
        && !text.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn pair(result: Result<Credentials, BadCredentials>) -> Result<(String, String), BadCredentials> {
        result.map(|credentials| (credentials.email, credentials.api_key.expose_secret().to_owned()))
    }

    #[test]
    fn base64_as_people_paste_it() {
        let both = STANDARD.encode("ana@acme.example:k-?>~7");
        let wrapped = format!("{}\r\n  {}\n", &both[..12], &both[12..]);
        let url_safe = both.replace('+', "-").replace('/', "_");
        let expected = Ok(("ana@acme.example".to_owned(), "k-?>~7".to_owned()));
        for text in [
            both.clone(),
            format!("  {both}\n"),
            format!("Basic {both}"),
            format!("basic  {both}"),
            format!("Authorization: Basic {both}"),
            both.trim_end_matches('=').to_owned(),
            wrapped,
            url_safe,
        ] {
            assert_eq!(pair(Credentials::from_base64(&text)), expected, "{text:?}");
        }
        let colons = STANDARD.encode("ana@acme.example:a:b");
        assert_eq!(pair(Credentials::from_base64(&colons)), Ok(("ana@acme.example".into(), "a:b".into())));
    }

    #[test]
    fn what_is_no_base64_of_both_says_why() {
        for (text, expected) in [
            (String::new(), BadCredentials::NoKey),
            ("Basic ".into(), BadCredentials::NoKey),
            ("not base 64!".into(), BadCredentials::NotBase64),
            (STANDARD.encode([0xff, 0xfe, b':']), BadCredentials::NotBase64),
            ("ana@acme.example:secret".into(), BadCredentials::Plain),
            (STANDARD.encode("justakey"), BadCredentials::NoColon),
            (STANDARD.encode("ana:key"), BadCredentials::NoEmail),
            (STANDARD.encode(":key"), BadCredentials::NoEmail),
            (STANDARD.encode("ana@acme.example: "), BadCredentials::NoKey),
        ] {
            assert_eq!(pair(Credentials::from_base64(&text)), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn two_fields() {
        let both = STANDARD.encode("ana@acme.example:key");
        let other = STANDARD.encode("other@acme.example:key");
        for (email, api_key, expected) in [
            (" ana@acme.example\n", " ke y\n", Ok("key".to_owned())),
            ("ana@acme.example", both.as_str(), Ok("key".to_owned())),
            ("Ana@acme.example", both.as_str(), Ok("key".to_owned())),
            ("ana@acme.example", other.as_str(), Ok(other.clone())),
            ("ana@acme.example", "  ", Err(BadCredentials::NoKey)),
            ("ana", "key", Err(BadCredentials::NoEmail)),
            ("a:b@acme.example", "key", Err(BadCredentials::NoEmail)),
            ("", "key", Err(BadCredentials::NoEmail)),
        ] {
            let found = pair(Credentials::from_parts(email, api_key)).map(|(_, key)| key);
            assert_eq!(found, expected, "{email:?} {api_key:?}");
        }
    }

    #[test]
    fn nothing_shows_the_key() {
        let credentials = Credentials::from_parts("ana@acme.example", "hidden").unwrap();
        assert!(!format!("{credentials:?}").contains("hidden"));
        assert_eq!(basic("a@b", &"c".into()).expose_secret(), "Basic YUBiOmM=");
    }
}
