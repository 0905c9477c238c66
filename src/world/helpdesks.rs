//! Gorgias over HTTP.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use polus_actors::world::{Credentials, Helpdesk, Helpdesks};
use polus_core::gorgias::{Call, CallError, Reply};
use polus_core::id::ConnectionId;

use crate::gorgias::{BaseUrl, Client, Limits};

/// Opens helpdesks at the base address of the settings.
pub struct GorgiasHelpdesks {
    base: String,
    limits: Limits,
}

impl GorgiasHelpdesks {
    /// `base` holds `{domain}` where the account's prefix belongs.
    pub fn new(base: String) -> Self {
        Self::with_limits(base, Limits::default())
    }

    /// The same with limits of its own for each call.
    pub fn with_limits(base: String, limits: Limits) -> Self {
        Self { base, limits }
    }
}

impl Helpdesks for GorgiasHelpdesks {
    fn open(
        &self,
        connection: &ConnectionId,
        credentials: &Credentials,
    ) -> Result<Arc<dyn Helpdesk>, String> {
        let base = BaseUrl::new(&self.base, connection).map_err(|error| error.to_string())?;
        let client = Client::new(base, &credentials.email, &credentials.api_key, self.limits);
        Ok(Arc::new(Account(client.map_err(|error| error.to_string())?)))
    }
}

struct Account(Client);

impl Helpdesk for Account {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        self.0.call(call).boxed()
    }
}
