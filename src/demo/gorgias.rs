//! The simulated Gorgias on a thread of its own, with an actix system of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Context;
use polus_actors::world::Clock;
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::gorgias::{Desk, http};

use super::clock::FastClock;
use super::{DOMAIN, FIRST_TICKET};

/// The simulated Gorgias. It ends with the process.
pub(super) struct Gorgias {
    /// Who works there.
    pub cast: Cast,
    /// Its base address.
    pub base_url: String,
    desk: Arc<Mutex<Desk>>,
}

impl Gorgias {
    /// Opens an account without tickets on a free port of this machine.
    pub fn open(clock: Arc<FastClock>, dice: u64) -> anyhow::Result<Self> {
        let (mut desk, cast) = seed(clock.now().0, dice, 0);
        desk.domain = DOMAIN.to_owned();
        desk.number_tickets_from(FIRST_TICKET);
        let desk = Arc::new(Mutex::new(desk));
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .context("the simulated Gorgias finds no free port")?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let shown = Arc::clone(&desk);
        thread::Builder::new().name("gorgias".to_owned()).spawn(move || {
            let ended = actix::System::new().block_on(async move {
                let (server, courier) = http::serve(shown, listener, move || clock.now().0)?;
                let courier = actix_web::rt::spawn(courier.run());
                let ended = server.await;
                courier.abort();
                ended
            });
            if let Err(error) = ended {
                tracing::error!(%error, "the simulated Gorgias ended");
            }
        })?;
        Ok(Self { cast, base_url, desk })
    }

    /// The desk, between two of its calls.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        // The desk is whole between calls, so a panic elsewhere does not make it unusable.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
