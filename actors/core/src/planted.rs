//! Bugs that are planted on purpose, to prove that the simulation finds such bugs. None is part of the program: this module
//! and every place that asks it exist only with the feature `planted`. One build holds them all, and whoever plays a run
//! chooses one for the thread that plays it.

use std::cell::Cell;

use serde::Deserialize;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Bug {
    /// An append is acknowledged before it is on the disk: a crash loses the newest records.
    AcknowledgeBeforeSync,
    /// A crash leaves a record behind that does not follow the one before it.
    BreakTheChain,
    /// The end of a stream is not looked at when a decision is appended.
    IgnoreExpectedSequence,
    /// The last record of a stream is applied a second time when more is read.
    ApplyTwice,
    /// What an append brings is folded with a later time than its records bear.
    FoldAtAnotherTime,
    /// A webhook whose fact the log did not take is answered with 200 all the same.
    TakeWithoutAppend,
    /// A webhook's fact goes into the stream of the same ticket number in another account.
    CrossTenantStream,
    /// A read pays for notifications that came while it was under way.
    PayForLaterNotification,
    /// What a fence read showed and the announcement behind it are two appends, and facts may come in between.
    FenceAndStartApart,
    /// What the fence read shows is not looked at.
    SkipFence,
    /// A post of unknown fate is looked for at once, and what is not there then counts as absent.
    SettleAtOnce,
    /// A post of unknown fate counts as not sent.
    RetryWithoutReadBack,
    /// A call that was not answered is made again by the client itself.
    RetryInTheClient,
    /// A follow-up of a handoff that was posted stays open once more.
    FollowUpTwice,
    /// The mark of a handoff is written and not remembered.
    ForgetHandoffMark,
    /// A message of our own passes for one of the customer.
    AnswerOwnEcho,
    /// Whoever writes passes for the customer.
    AnswerAnybody,
    /// A person's message or another assignee is no takeover.
    IgnoreTakeover,
    /// The brake is not looked at before a post.
    IgnoreTheBrake,
    /// What was accepted before the connection was cut is answered after it was made anew.
    AnswerOlderGeneration,
    /// Messages from before the connection was made are judged as if they were new.
    ForgetGoLive,
    /// A machine's message is met with silence that nobody records.
    SilentGate,
    /// The draft of a silent answerer is waited for without an end.
    WaitForEver,
    /// The open-work list forgets what it is told of.
    ForgetOpenWork,
    /// Tickets that sleep are not woken by time after a start.
    LoseTimersOnRestart,
    /// A ticket gets as many replies as there are messages.
    IgnoreReplyLimit,
    /// That a customer wants no AI is recorded and not looked at.
    ForgetOptOut,
    /// What always goes to a person is answered like anything else.
    AnswerGraveMessages,
    /// A reply goes to whoever wrote last on the ticket.
    ReplyToLastWriter,
    /// An answer is posted however little sure the answerer was of it.
    IgnoreConfidence,
    /// A connection that was cut keeps its key and goes on calling with it.
    CallWhileCut,
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// From now on this thread has this bug, or none.
pub fn set(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// The bug that this thread has.
pub fn chosen() -> Option<Bug> {
    PLANTED.get()
}

/// Whether this thread has that bug.
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}
