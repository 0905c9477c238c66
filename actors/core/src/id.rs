//! The names of things: newtypes, parsed once where they enter and trusted afterwards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

number_id! {
    /// A ticket, as Gorgias numbers it within one account.
    TicketId;
    /// A message; Gorgias numbers them upwards over all tickets of an account.
    MessageId;
    /// A person who works in the helpdesk, or the AI user.
    UserId;
    /// A team of users.
    TeamId;
    /// A customer.
    CustomerId;
    /// An integration of the account: a mailbox, a chat, a webhook.
    IntegrationId;
}

/// A connected Gorgias account: its domain prefix, `acme` for `acme.gorgias.com`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ConnectionId(String);

/// Why a text is no domain prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDomain {
    /// A host or a URL was given; the prefix it holds is offered.
    #[error("{given:?} is an address; give only the prefix: {prefix:?}")]
    Address {
        /// What was given.
        given: String,
        /// The prefix found in it.
        prefix: String,
    },
    /// Nothing in it can be a prefix.
    #[error(
        "{0:?} is no Gorgias domain prefix: it takes 1 to 63 letters, digits and hyphens, as in \"acme\" for acme.gorgias.com"
    )]
    Malformed(String),
}

impl ConnectionId {
    /// Takes a prefix such as `acme`. Anything that could change the host the key is sent to (a dot, a slash, a
    /// port, an `@`) is refused.
    pub fn new(text: &str) -> Result<Self, BadDomain> {
        let given = text.trim();
        if is_prefix(given) {
            return Ok(Self(given.to_ascii_lowercase()));
        }
        let host = given.strip_prefix("https://").or_else(|| given.strip_prefix("http://")).unwrap_or(given);
        let prefix = host.split(".gorgias.com").next().unwrap_or_default();
        if host.contains(".gorgias.com") && is_prefix(prefix) {
            return Err(BadDomain::Address { given: given.to_owned(), prefix: prefix.to_ascii_lowercase() });
        }
        Err(BadDomain::Malformed(given.to_owned()))
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_prefix(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ConnectionId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// Names this data folder, so that the messages of another installation on the same account are told apart from
/// ours. Drawn once when the folder is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstallationId(pub String);

impl fmt::Display for InstallationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where a stream's records belong. The names are persisted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// `directory`: which connections there are.
    Directory,
    /// `{connection}/ticket/{n}`: one ticket.
    Ticket(ConnectionId, TicketId),
    /// `{connection}/connection`: the connection's own life.
    Connection(ConnectionId),
    /// `{connection}/sync`: what was fetched from Gorgias so far.
    Sync(ConnectionId),
    /// `{connection}/inbox`: bodies that named no ticket.
    Inbox(ConnectionId),
    /// `{connection}/mirror/{n}`: one ticket of the account as it is kept here.
    Mirror(ConnectionId, TicketId),
}

/// A stream name that none of ours looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a stream of this program")]
pub struct UnknownStream(pub String);

impl fmt::Display for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory => formatter.write_str("directory"),
            Self::Ticket(connection, ticket) => write!(formatter, "{connection}/ticket/{ticket}"),
            Self::Connection(connection) => write!(formatter, "{connection}/connection"),
            Self::Sync(connection) => write!(formatter, "{connection}/sync"),
            Self::Inbox(connection) => write!(formatter, "{connection}/inbox"),
            Self::Mirror(connection, ticket) => write!(formatter, "{connection}/mirror/{ticket}"),
        }
    }
}

impl FromStr for Stream {
    type Err = UnknownStream;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownStream(text.to_owned());
        if text == "directory" {
            return Ok(Self::Directory);
        }
        let (connection, rest) = text.split_once('/').ok_or_else(unknown)?;
        let connection = ConnectionId::new(connection).map_err(|_| unknown())?;
        match rest.split_once('/') {
            Some(("ticket", number)) => {
                number.parse().map(|ticket| Self::Ticket(connection, ticket)).map_err(|_| unknown())
            }
            Some(("mirror", number)) => {
                number.parse().map(|ticket| Self::Mirror(connection, ticket)).map_err(|_| unknown())
            }
            None if rest == "connection" => Ok(Self::Connection(connection)),
            None if rest == "sync" => Ok(Self::Sync(connection)),
            None if rest == "inbox" => Ok(Self::Inbox(connection)),
            Some(_) | None => Err(unknown()),
        }
    }
}
