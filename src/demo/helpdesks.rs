//! The program's way to the simulated Gorgias: the real client, with limits as fast as the clock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use polus_actors::world::{Credentials, Helpdesk, Helpdesks};
use polus_core::gorgias::{Call, CallError, Reply};
use polus_core::id::ConnectionId;

use crate::gorgias::{BaseUrl, Client, Limits};

/// A call on this machine may take this long, however fast the clock runs.
const LOOPBACK_NEEDS: Duration = Duration::from_millis(400);

/// Opens helpdesks at one address.
pub(super) struct FastHelpdesks {
    base: String,
    limits: Limits,
}

impl FastHelpdesks {
    /// `base` is the simulated Gorgias' address.
    pub fn new(base: String, speed: u32) -> Self {
        let usual = Limits::default();
        let fast = |limit: Duration| (limit / speed.max(1)).max(LOOPBACK_NEEDS);
        let limits = Limits { connect: fast(usual.connect), whole: fast(usual.whole), ..usual };
        Self { base, limits }
    }
}

impl Helpdesks for FastHelpdesks {
    fn open(
        &self,
        connection: &ConnectionId,
        credentials: &Credentials,
    ) -> Result<Arc<dyn Helpdesk>, String> {
        let base = BaseUrl::new(&self.base, connection).map_err(|error| error.to_string())?;
        let client = Client::with_limits(base, &credentials.email, &credentials.api_key, self.limits);
        Ok(Arc::new(Account(client.map_err(|error| error.to_string())?)))
    }
}

struct Account(Client);

impl Helpdesk for Account {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        self.0.call(call).boxed()
    }
}
