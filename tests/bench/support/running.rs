//! The office in a thread of its own, as the program runs it.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use polus_actors::World;
use polus_actors::mail::Shutdown;
use polus_actors::office::Office;
use tokio::sync::oneshot;

/// An office that is ready.
pub struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

impl Running {
    /// Starts it; returns when it is ready.
    pub fn start(world: &World) -> Result<Self> {
        let inside = world.clone();
        let (told_ready, is_ready) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (office, opened) = Office::open(inside);
                told_ready.send(opened.await?)?;
                // A sender that is gone wants no more either.
                drop(stopped.await);
                office.send(Shutdown).await.context("the office ended by itself")
            })
        })?;
        let opened = is_ready.recv().context("the office ended before it was ready")?;
        opened.map_err(|problem| anyhow::anyhow!(problem))?;
        Ok(Self { stop, thread })
    }

    /// Stops it in good order.
    pub fn stop(self) -> Result<()> {
        self.stop.send(()).ok().context("the office ended by itself")?;
        self.thread.join().map_err(|_| anyhow::anyhow!("the office panicked"))?
    }
}
