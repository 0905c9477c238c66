//! What came to a webhook's address, and what becomes of it: the ticket it tells of is heard of, or it is put aside.
//! The program's own route and simulated ones take it the same way.

use std::sync::Arc;

use polus_core::gorgias::webhook;
use polus_core::id::ConnectionId;
use polus_core::ticket::event::Standing;
use polus_storage::AppendError;

use super::secret::{Known, known};
use super::{KEPT_BYTES_MAX, notified, quarantined};
use crate::World;
use crate::board::ConnectionView;

/// The largest body that is read as an event. Gorgias' are 40 to 120 KB.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A body as far as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// Of one that is too large.
    TooLarge {
        /// Its first [`BODY_BYTES_MAX`] bytes.
        beginning: Vec<u8>,
        /// How many there were.
        bytes: u64,
    },
}

/// A webhook's address: a connection, and what the secret that came with a call stands for.
pub struct Address {
    /// The connection.
    pub connection: ConnectionId,
    view: Arc<ConnectionView>,
    known: Known,
}

impl Address {
    /// The address, unless the connection is unknown or the secret wrong. What can be no connection is answered like one
    /// that is not known, and takes as long.
    pub fn of(world: &World, connection: &str, secret: &str) -> Option<Self> {
        let id = ConnectionId::new(connection).ok();
        let view = id.as_ref().and_then(|id| world.board.connection(id));
        let known = known(view.as_deref(), secret, world.clock.now());
        let (Some(connection), Some(known)) = (id, known) else { return None };
        Some(Self { connection, view: view.unwrap_or_default(), known })
    }

    /// Makes what came here durable; only then may it be answered with 200.
    ///
    /// # Errors
    /// The log does not take it: Gorgias is to come again.
    pub async fn take(&self, world: &World, body: &Body, query: &str) -> Result<(), AppendError> {
        let what = keep(world, self, body, query).await?;
        self.view.addresses.heard(&self.known.hash, world.clock.now(), what);
        Ok(())
    }
}

/// Makes what came durable, and gives in words what it was.
async fn keep(world: &World, at: &Address, body: &Body, query: &str) -> Result<String, AppendError> {
    const PUT_ASIDE: &str = "a body that was put aside";
    let (id, view, standing) = (&at.connection, &at.view, at.known.standing);
    let body = match body {
        Body::Whole(body) => body,
        Body::TooLarge { beginning, bytes } => {
            let problem = keep_beginning(world, at, beginning, query).await?;
            let kept = &beginning[..beginning.len().min(KEPT_BYTES_MAX)];
            quarantined(world, id, problem, *bytes, kept).await?;
            return Ok(PUT_ASIDE.to_owned());
        }
    };
    let problem = match webhook::read(body, query) {
        Ok(heard) => match foreign(id, heard.account_domain.as_deref()) {
            None => {
                let what = format!("{} of ticket {}", heard.trigger.as_str(), heard.ticket);
                notified(world, id, view, standing, heard).await?;
                return Ok(what);
            }
            Some(domain) => format!("it comes from the account {domain:?}, not from {:?}", id.as_str()),
        },
        Err(unreadable) => unreadable.to_string(),
    };
    let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
    quarantined(world, id, problem, bytes, &body[..body.len().min(KEPT_BYTES_MAX)]).await?;
    Ok(PUT_ASIDE.to_owned())
}

/// Of a body too large to be read whole, makes the ticket that stands in its beginning heard of: its messages are read
/// from Gorgias anyway. Gives in words what is wrong with the body and what came of it.
async fn keep_beginning(
    world: &World,
    at: &Address,
    beginning: &[u8],
    query: &str,
) -> Result<String, AppendError> {
    let (id, view, standing) = (&at.connection, &at.view, at.known.standing);
    let too_large = format!("the body is larger than {BODY_BYTES_MAX} bytes");
    let Some(heard) = webhook::read_beginning(beginning, query) else {
        let problem = "no ticket number stands in that beginning or in the query, so that the catch-up must find what it told of";
        return Ok(format!("{too_large}; {problem}"));
    };
    if let Some(domain) = foreign(id, heard.account_domain.as_deref()) {
        return Ok(format!(
            "{too_large}, and it comes from the account {domain:?}, not from {:?}",
            id.as_str()
        ));
    }
    let ticket = heard.ticket;
    let told = match standing {
        Standing::Current => "is read anew",
        Standing::Stale | Standing::Disconnected => {
            "is not read for it, since the connection takes no webhooks at this address any more"
        }
    };
    notified(world, id, view, standing, heard).await?;
    Ok(format!("{too_large}; ticket {ticket}, named by its beginning or its address, {told}"))
}

/// The account a body says it comes from, if that is another one.
fn foreign<'a>(id: &ConnectionId, domain: Option<&'a str>) -> Option<&'a str> {
    let domain = domain?.trim();
    let prefix = domain.strip_suffix(".gorgias.com").unwrap_or(domain);
    (!prefix.is_empty() && !prefix.eq_ignore_ascii_case(id.as_str())).then_some(domain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn an_account_is_compared_by_its_prefix() {
        let acme = ConnectionId::new("acme").unwrap();
        for own in [None, Some("acme"), Some(" ACME "), Some("acme.gorgias.com"), Some("")] {
            assert_eq!(foreign(&acme, own), None);
        }
        for other in ["acme-two", "gorgias.com", "acme.example.com"] {
            assert_eq!(foreign(&acme, Some(other)), Some(other));
        }
    }
}
