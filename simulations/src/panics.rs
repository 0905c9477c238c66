//! Panics of a run's tasks. The runtime keeps a panic to the task it happened in, and an actor that died of one is soon
//! replaced by another: without this, nobody would hear of it.

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    /// What was panicked with on this thread, in words. A run and all its tasks live on one thread.
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// From here on the panics of every thread are heard; whoever heard of them before does so still. Those that this thread
/// had before are forgotten.
pub fn listen() {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let said = panic.payload_as_str().unwrap_or("without a word");
            let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
            let told = format!("a task panicked{}: {said}", place.unwrap_or_default());
            // A thread that is ending hears of nothing any more; the hook before still tells it.
            drop(HEARD.try_with(|heard| heard.try_borrow_mut().map(|mut heard| heard.push(told))));
            before(panic);
        }));
    });
    drop(take());
}

/// The panics of this thread since this was last asked.
pub fn take() -> Vec<String> {
    HEARD.with(|heard| std::mem::take(&mut *heard.borrow_mut()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::run::in_a_life;

    #[test]
    fn a_panic_in_a_task_that_nobody_waits_for_is_heard() {
        listen();
        in_a_life(async {
            actix::spawn(async { panic!("no such {}", "thing") });
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        });
        let heard = take();
        assert!(matches!(&heard[..], [one] if one.ends_with("no such thing") && one.contains("panics.rs")));
        assert!(take().is_empty());
    }
}
