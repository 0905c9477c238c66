//! Where the API of an account is: the setting `gorgias_url` with the account's domain prefix filled in.

use std::fmt;

use polus_core::id::ConnectionId;
use reqwest::Url;

/// The setting's usual value.
pub const GORGIAS_URL: &str = "https://{domain}.gorgias.com";

/// The base address of one account's API. The key is sent to its host and to no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
}

/// Why a setting is no base address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("gorgias_url {given:?} is no base address: {reason}")]
pub struct BadBaseUrl {
    /// The setting, with the domain filled in.
    pub given: String,
    /// What is wrong with it.
    pub reason: String,
}

impl BaseUrl {
    /// Fills `{domain}` in. Any other value than `GORGIAS_URL` is for tests and need not hold `{domain}`; it may end
    /// in a path, but must hold no user, query or fragment.
    pub fn new(template: &str, connection: &ConnectionId) -> Result<Self, BadBaseUrl> {
        let template = template.trim().trim_end_matches('/');
        let given = template.replace("{domain}", connection.as_str());
        let bad = |reason: &str| BadBaseUrl { given: given.clone(), reason: reason.to_owned() };
        let url = Url::parse(&given).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
            return Err(bad("it must begin with https:// or, for tests, http:// and name a host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it must not hold a user or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it must not hold a query or fragment"));
        }
        if url.scheme() == "http" && url.host_str().is_some_and(|host| host.ends_with("gorgias.com")) {
            return Err(bad("the key would cross the internet in the clear; use https"));
        }
        Ok(Self { url })
    }

    /// The address of a call.
    pub(super) fn join(&self, path: &str, query: &[(String, String)]) -> Url {
        let mut url = self.url.clone();
        let start = self.url.path().trim_end_matches('/');
        url.set_path(&format!("{start}{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn base(template: &str) -> Result<BaseUrl, BadBaseUrl> {
        BaseUrl::new(template, &ConnectionId::new("acme").unwrap())
    }

    #[test]
    fn the_domain_is_filled_in_and_calls_are_joined() {
        let query = [("created_datetime[gte]".to_owned(), "a b&c=d".to_owned())];
        for (template, path, expected) in [
            (GORGIAS_URL, "/api/account", "https://acme.gorgias.com/api/account"),
            ("https://{domain}.gorgias.com/", "/api/account", "https://acme.gorgias.com/api/account"),
            ("http://127.0.0.1:9000", "/api/x", "http://127.0.0.1:9000/api/x"),
            ("http://sim:9000/{domain}", "/api/x", "http://sim:9000/acme/api/x"),
        ] {
            let base = base(template).unwrap();
            assert_eq!(base.join(path, &[]).as_str(), expected);
        }
        let url = base(GORGIAS_URL).unwrap().join("/api/events", &query);
        assert_eq!(url.query(), Some("created_datetime%5Bgte%5D=a+b%26c%3Dd"));
    }

    #[test]
    fn what_is_no_base_address_says_why() {
        for (template, says) in [
            ("", "relative URL"),
            ("acme", "relative URL"),
            ("ftp://{domain}.gorgias.com", "must begin with https"),
            ("https://user:word@{domain}.gorgias.com", "user or password"),
            ("https://{domain}.gorgias.com?a=b", "query"),
            ("https://{domain}.gorgias.com#a", "fragment"),
            ("http://{domain}.gorgias.com", "in the clear"),
        ] {
            let error = base(template).unwrap_err().to_string();
            assert!(error.contains(says), "{template}: {error}");
        }
    }
}
