//! Marks on the shells' rare branches: each counts how often it was taken, so that a simulation can tell which were
//! never tried. One relaxed increment each; nothing here decides anything.
//!
//! What the pure machines rarely decide stands in the log as events, and needs no mark.

use std::array;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! marks {
    ($($(#[$doc:meta])* $mark:ident $name:literal;)*) => {
        /// A rare branch.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Mark {
            $($(#[$doc])* $mark,)*
        }

        impl Mark {
            /// All of them, in the order in which they are stored.
            pub const ALL: &[Self] = &[$(Self::$mark,)*];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$mark => $name,)*
                }
            }
        }
    };
}

marks! {
    /// Facts had come in before a decision could be appended.
    AppendOvertaken "append_overtaken";
    /// An append of unknown fate stood in the log.
    UnclearAppendThere "unclear_append_there";
    /// An append of unknown fate did not stand in the log.
    UnclearAppendNotThere "unclear_append_not_there";
    /// The log took nothing or could not be read, and a journal gave up for now.
    LogBusy "log_busy";
    /// A decision was made anew on what had come in between.
    DecidedAgain "decided_again";
    /// A post or a reassignment was put off because facts overtook its fence.
    FenceOvertaken "fence_overtaken";
    /// The read of a fence failed.
    FenceUnreadable "fence_unreadable";
    /// A fence was passed while no call may go out.
    FenceHeldBack "fence_held_back";
    /// A fence proved nothing and is passed anew.
    FenceUnproven "fence_unproven";
    /// A fence found that what it was for is not owed any more.
    FenceFoundNothingOwed "fence_found_nothing_owed";
    /// A fence found no way to the customer.
    FenceFoundNoRoute "fence_found_no_route";
    /// A read failed and is tried again.
    ReadTriedAgain "read_tried_again";
    /// A draft failed and is tried again.
    DraftTriedAgain "draft_tried_again";
    /// A post was certainly not sent and is tried again.
    PostTriedAgain "post_tried_again";
    /// A look for an announced post told nothing and is tried again.
    SettleTriedAgain "settle_tried_again";
    /// Tags or a reassignment failed and are tried again.
    FollowUpTriedAgain "follow_up_tried_again";
    /// What was under way and not owed any more was called off.
    FlightCalledOff "flight_called_off";
    /// An announced post outlived the loop that began it.
    PostOutlivedLoop "post_outlived_loop";
    /// The brake kept a debt from being started.
    BrakeHeld "brake_held";
    /// New terms ended the pauses after failures.
    TermsEndedRests "terms_ended_rests";
    /// An idle ticket left memory early because too many were resident.
    LeftEarly "left_early";
    /// A ticket that offered to leave was kept: news had come.
    KeptByNews "kept_by_news";
    /// A ticket's actor ended because of the log and was started again.
    ChildRestarted "child_restarted";
    /// A ticket that slept was woken by time.
    SleeperWoken "sleeper_woken";
    /// A start laid a ticket to sleep that had slept before.
    SleptOverStart "slept_over_start";
    /// A start found tickets that may have something to do.
    OpenAtStart "open_at_start";
    /// A start had no open-work list and looked at the whole log.
    StartedWithoutList "started_without_list";
    /// Tickets had to wait until their tenants were told of others.
    ToldLater "told_later";
    /// A connection's stream could not be read at its start and was read again.
    ConnectionReadAgain "connection_read_again";
    /// Gorgias refused the key.
    KeyRefused "key_refused";
    /// A probe found the connection still down.
    ProbeInVain "probe_in_vain";
    /// A probe found the connection working again.
    ProbeWorked "probe_worked";
    /// A connection was refused again soon after it had come back.
    Relapsed "relapsed";
    /// A walk through Gorgias' changes was replaced by another.
    WalkReplaced "walk_replaced";
    /// A walk broke off and begins again.
    WalkInterrupted "walk_interrupted";
    /// A walk found what no webhook had told.
    WalkFoundNews "walk_found_news";
    /// A sweep found a message that no webhook told of.
    WebhookMissed "webhook_missed";
    /// All messages that a sweep found were told by no webhook, and an alarm was raised.
    WebhookSilent "webhook_silent";
    /// A call of the back-fill failed and is made again.
    BackfillCallFailed "backfill_call_failed";
    /// A list of the back-fill lost its cursor and was begun again.
    BackfillCursorLost "backfill_cursor_lost";
    /// Not as many messages of a ticket were kept as Gorgias counts.
    MirrorDiffered "mirror_differed";
    /// A call waited for the allowance to refill.
    BudgetWaited "budget_waited";
    /// Gorgias asked for a wait.
    BudgetHeld "budget_held";
    /// An answer was so slow that a later call had told already how much of the allowance is used.
    OldNewsOfBudget "old_news_of_budget";
    /// Failures in a row opened the breaker.
    BreakerOpened "breaker_opened";
    /// A call that was answered closed the breaker.
    BreakerClosed "breaker_closed";
    /// A permit was in hand and the call could not go any more.
    PermitInVain "permit_in_vain";
    /// An answer came to a call of a key that is not in use any more.
    AnswerToFormerKey "answer_to_former_key";
    /// A webhook could not be made durable, and Gorgias was told so.
    WebhookNotTaken "webhook_not_taken";
}

/// How often each rare branch was taken.
pub struct Marks {
    counts: [AtomicU64; Mark::ALL.len()],
}

impl Marks {
    /// A branch was taken.
    pub fn hit(&self, mark: Mark) {
        self.counts[mark as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often a branch was taken.
    pub fn count(&self, mark: Mark) -> u64 {
        self.counts[mark as usize].load(Ordering::Relaxed)
    }
}

impl Default for Marks {
    fn default() -> Self {
        Self { counts: array::from_fn(|_| AtomicU64::new(0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_has_a_place_and_a_name_of_its_own() {
        let marks = Marks::default();
        for (place, mark) in Mark::ALL.iter().enumerate() {
            assert_eq!(*mark as usize, place);
            assert_eq!(Mark::ALL.iter().filter(|other| other.name() == mark.name()).count(), 1);
            marks.hit(*mark);
        }
        assert!(Mark::ALL.iter().all(|mark| marks.count(*mark) == 1));
    }
}
