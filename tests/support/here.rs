//! The program in this process: the library's own server on a thread, in a world whose clock is the shop's.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;

use polus::config::Config;
use polus::server::{Server, ServerOptions, Settings};
use polus::world::{self, BuildError, Built};
use polus_actors::World;
use secrecy::ExposeSecret;
use tokio::sync::oneshot;

use super::{Pace, until};

/// A server that runs on a thread of this process.
pub struct Here {
    /// Token of its admin API.
    pub token: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Here {
    /// Starts it. `change` may exchange parts of its world first.
    pub fn start(config: Config, pace: Pace, change: impl FnOnce(&mut World) + Send + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix::System::new().block_on(async move {
                let Built { mut world, folder, admin_token, .. } = built(&config);
                world.clock = Arc::new(pace);
                change(&mut world);
                let token = admin_token.value.expose_secret().to_owned();
                let settings = Settings::of(&config, admin_token.value);
                let options = ServerOptions { workers: Some(1), ..ServerOptions::default() };
                let running = Server::start(world, settings, options).await.expect("a server");
                tell.send(token).expect("somebody who waits");
                // An error is a test that ended without stopping it: the same wish.
                drop(stopped.await);
                running.stop().await;
                drop(folder);
            });
        });
        let token = told.recv().expect("a server that starts");
        Self { token, stop: Some(stop), thread: Some(thread) }
    }
}

/// The world on a folder that nobody here uses any more. A program that another test starts at this very moment holds
/// all open files of this process until it has become that program, the lock on the folder among them.
fn built(config: &Config) -> Built {
    until(("a folder that nobody uses", &config.data), || match world::build(config) {
        Err(BuildError::Data(used)) if used.to_string().contains("in use") => None,
        built => Some(built.expect("a world")),
    })
}

impl Drop for Here {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            drop(thread.join());
        }
    }
}
