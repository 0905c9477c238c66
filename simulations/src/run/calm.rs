//! How a run's troubles begin and end: what is set up before the plan, what is put right after it, and the wait until
//! nothing happens any more. None of it may take for ever.

use std::time::Duration;

use actix::Addr;
use polus_actors::mail::{Change, Refused};
use polus_actors::office::Office;
use polus_actors::world::World;
use polus_core::id::Stream;
use polus_core::policy::Mode;
use polus_storage::{EventLog as _, TailItem};

use super::Player;
use crate::answerer::AnswererTrouble;
use crate::courier::webhooks_wait;
use crate::gorgias::faults::Odds;
use crate::helpdesk::{Lies, Pace};
use crate::history::{events_of, folded};
use crate::log::DiskTrouble;
use crate::people::{change_connection, change_policy, connect_with_newest_key};

/// After so long without an event all is taken for quiet, if nothing is owed either.
const QUIET: Duration = Duration::from_secs(25 * 60);

/// Whatever is not quiet by then never will be: longer than the longest draft may wait, and a clock wrong by a day.
const QUIET_WITHIN: Duration = Duration::from_secs(80 * 3_600);

/// What operators ask is done by then where nothing goes wrong.
const PUT_RIGHT_WITHIN: Duration = Duration::from_secs(6 * 3_600);

/// How long operators wait before they ask again.
const ASKED_EVERY: Duration = Duration::from_secs(10);

impl Player {
    /// Connects all accounts.
    pub(super) async fn connect_all(&mut self, office: &Addr<Office>) {
        for account in &self.people.accounts {
            let ask = || connect_with_newest_key(&self.stage, office, account);
            self.seen.extend(until_done(&format!("{} could not be connected", account.id), ask).await.err());
        }
    }

    /// What the merchants set before anything happens.
    pub(super) async fn set_policy(&mut self, office: &Addr<Office>, world: &World) {
        let settings = self.options.merchant;
        match settings.policy() {
            Ok(Some(_)) => {}
            Ok(None) => return,
            Err(bad) => {
                self.seen.push(format!("the merchants' settings cannot be: {bad}"));
                return;
            }
        }
        for account in &self.people.accounts {
            let ask = || change_policy(office, world, account, &settings);
            self.seen.extend(until_done(&format!("{} could not be set up", account.id), ask).await.err());
        }
    }

    /// From here on goes wrong what the options say.
    pub(super) fn begin_trouble(&self) {
        for account in self.stage.accounts() {
            let mut desk = self.stage.desk_of(account);
            desk.faults.odds = self.options.gorgias.clone();
            desk.timings.failures_until_deactivation = self.options.webhook_failures_max;
            desk.timings.rows_a_page_max = self.options.rows_a_page_max;
        }
        self.log.set_trouble(self.options.disk);
        self.stage.network.set_lies(self.options.lies);
        self.stage.network.set_pace(self.options.pace);
        self.answerer.set_trouble(self.options.answerer);
    }

    /// From here on nothing goes wrong. An answerer that never answers goes on being silent.
    pub(super) fn end_trouble(&mut self) {
        for account in &self.people.accounts {
            let mut desk = self.stage.desk_of(&account.id);
            desk.faults.odds = Odds::default();
            let (now_ms, bearer) = (self.stage.now_ms(), account.cast.bearer(account.owners_key).user);
            let key = desk.restore_key(bearer);
            let ai_user = desk.activate_user(now_ms, account.cast.ai_user);
            for problem in [key, ai_user].into_iter().filter_map(Result::err) {
                self.seen.push(format!("{}: {problem}", account.id));
            }
        }
        self.stage.take_no_webhooks(false);
        self.stage.doom.disarm();
        self.log.set_trouble(DiskTrouble::default());
        self.stage.network.set_lies(Lies::default());
        self.stage.network.set_pace(Pace { stalls: 0, ..self.options.pace });
        self.stage.clock.set_wrong(0);
        let silent = self.options.answerer.silent;
        self.answerer.set_trouble(AnswererTrouble { silent, ..AnswererTrouble::default() });
    }

    /// What people took away they bring back, once all that they asked for before is answered.
    pub(super) async fn put_right(&mut self, office: &Addr<Office>) {
        if tokio::time::timeout(PUT_RIGHT_WITHIN, self.asks.answered()).await.is_err() {
            let hours = PUT_RIGHT_WITHIN.as_secs() / 3_600;
            self.seen.push(format!("not all that operators asked was answered within {hours} hours"));
        }
        self.connect_all(office).await;
        for account in &self.people.accounts {
            for change in [Change::Mode(Mode::Live), Change::Resume] {
                let ask = || change_connection(office, &account.id, change.clone());
                let what = format!("{} could not be put right: {change:?}", account.id);
                self.seen.extend(until_done(&what, ask).await.err());
            }
        }
    }

    /// Waits until nothing happens and nothing is owed.
    pub(super) async fn wait_until_quiet(&mut self) {
        let began = tokio::time::Instant::now();
        let mut since = began;
        while began.elapsed() < QUIET_WITHIN {
            tokio::time::sleep(Duration::from_secs(60)).await;
            if self.something_happened().await {
                since = tokio::time::Instant::now();
            }
            if since.elapsed() >= QUIET {
                if !webhooks_wait(&self.stage) && self.nothing_is_owed().await {
                    return;
                }
                since = tokio::time::Instant::now();
            }
        }
        self.seen.push(format!("it was not quiet within {} hours", QUIET_WITHIN.as_secs() / 3_600));
    }

    /// Whether there are new records since this was last asked that are not the sweep's.
    async fn something_happened(&mut self) -> bool {
        let mut tail = self.log.on_disk().tail(self.looked_to + 1);
        let mut happened = false;
        while let Ok(TailItem::Record(record)) = tail.next().await {
            self.looked_to = record.position;
            happened |= !matches!(record.stream.as_str().parse(), Ok(Stream::Sync(_)));
        }
        happened
    }

    async fn nothing_is_owed(&self) -> bool {
        let log = self.log.on_disk();
        let flipped = self.log.flipped();
        for stream in log.streams("").await.unwrap_or_default() {
            let Ok(Stream::Ticket(_, number)) = stream.as_str().parse() else { continue };
            if flipped.as_ref().is_some_and(|flipped| flipped.stream == stream) {
                continue; // It is put aside, and what it owes it owes for ever.
            }
            let records = log.read(&stream, 1, usize::MAX).await.unwrap_or_default();
            let Ok(events) = events_of(self.stage.blobs(), records.iter()).await else { continue };
            if folded(number.0, &events).is_ok_and(|ticket| !ticket.agenda().is_empty()) {
                return false;
            }
        }
        true
    }
}

/// Asks until it is done.
///
/// # Errors
/// In words, that it was not done in time.
async fn until_done<F>(not_done: &str, ask: impl Fn() -> F) -> Result<(), String>
where
    F: Future<Output = Result<(), Refused>>,
{
    let deadline = tokio::time::Instant::now() + PUT_RIGHT_WITHIN;
    let mut last = "there was no answer".to_owned();
    while tokio::time::Instant::now() < deadline {
        match tokio::time::timeout_at(deadline, ask()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(refused)) => last = refused.to_string(),
            Err(_) => break,
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
    Err(format!("{not_done} within {} hours: {last}", PUT_RIGHT_WITHIN.as_secs() / 3_600))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_never_done_is_told_and_not_waited_for() {
        let refused = || async { Err(Refused::Outage("nobody is there".to_owned())) };
        let told = until_done("acme could not be connected", refused).await.unwrap_err();
        assert_eq!(told, "acme could not be connected within 6 hours: nobody is there");
        let told = until_done("it could not be done", std::future::pending).await.unwrap_err();
        assert_eq!(told, "it could not be done within 6 hours: there was no answer");
        until_done("it could not be done", || async { Ok(()) }).await.unwrap();
    }
}
