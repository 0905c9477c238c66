//! What happens to tickets, as short stories: each file under `scenarios/` is one, named after it, with what must come of
//! it. Whoever wants to learn how the program behaves reads them; `polus simulate --scenario NAME` plays one.
//!
//! ```text
//!   a story ── words ──► scene.rs ──► the simulated world of a run, with the real actors in it
//!      ▲                    ▲
//!   player.rs lets it go on through the program's lives, then holds it against the promises of every run
//! ```
//!
//! Unless a story says otherwise an e-mail is answered once its customer was quiet for 20 seconds, a chat after three;
//! the answerer thinks for four seconds and knows about returns and shipping, and something unwise about engraving; a call takes a fifth of a second.

mod player;
mod scene;
mod story;

use std::fmt;

use futures_util::future::LocalBoxFuture;

use crate::history::History;
pub use scene::{CUSTOMER, PROMISE, RETURNS, SHIPPING, Scene, Shop, Ticket, Told, Unexpected};

/// A story and its expected end.
pub struct Scenario {
    /// Its name, as asked for.
    pub name: &'static str,
    /// What happens, in a sentence.
    pub title: &'static str,
    /// What must come of it, in a sentence.
    pub told: &'static str,
    /// The story itself.
    pub play: for<'a> fn(&'a Scene) -> LocalBoxFuture<'a, Told>,
}

impl Scenario {
    /// Plays it with the real actors. The same each time; a day passes in well under a second. Must not be called
    /// inside a runtime: it makes its own.
    pub fn played(&self) -> Played {
        self.played_through().0
    }

    /// The same, and what it looks like from outside when it is over; none if it could not begin.
    pub fn played_through(&self) -> (Played, Option<History>) {
        player::play(self)
    }
}

/// How a scenario went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Which.
    pub name: &'static str,
    /// Everything was as it must be.
    pub passed: bool,
    /// What was done to the world, what went wrong and what the tickets' logs say, line by line in order of time.
    pub told: Vec<String>,
    /// What was not as it must be, in sentences: the first such thing of the story, then every broken promise.
    pub unexpected: Vec<String>,
}

impl Played {
    fn of(name: &'static str, told: Vec<String>, unexpected: Vec<String>) -> Self {
        Self { name, passed: unexpected.is_empty(), told, unexpected }
    }
}

/// Nothing has the name that was asked for. Its text lists the names there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownScenario(pub String);

impl std::error::Error for UnknownScenario {}

impl fmt::Display for UnknownScenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no scenario {:?}; there are:\n{}", self.0, listed())
    }
}

/// All scenarios, a line each: the name, and what happens.
pub fn listed() -> String {
    let longest = ALL.iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
    let line = |scenario: &Scenario| format!("  {:longest$}  {}", scenario.name, scenario.title);
    ALL.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The scenario of this name.
pub fn by_name(name: &str) -> Result<&'static Scenario, UnknownScenario> {
    ALL.iter().find(|scenario| scenario.name == name).ok_or_else(|| UnknownScenario(name.to_owned()))
}

macro_rules! scenarios {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// All of them, in an order in which they can be read.
        pub const ALL: &[Scenario] = &[$($file::SCENARIO),*];
    };
}

scenarios! {
    question_answered
    thanks
    chat
    not_assigned
    two_messages
    message_before_the_post
    customer_keeps_adding
    duplicate_webhooks
    lost_response
    lost_post
    late_post
    crash_while_thinking
    crash_before_the_post
    crash_after_the_post
    message_while_down
    webhook_switched_off
    silent_webhook
    secret_rotated
    a_third_of_the_webhooks_lost
    answerer_fails
    human_while_thinking
    human_by_mail
    takeover_and_back
    merged_into_an_older_ticket
    merged_into_a_newer_ticket
    merged_into_an_agents_ticket
    trashed_or_deleted
    agent_wrote_last
    agent_wrote_last_after_hours
    out_of_office
    bounce_and_no_reply
    marketing_and_carrier
    marketing_mail_tagged
    two_machines
    rule_replies_first
    rule_replies_and_that_is_enough
    copied_person
    foreign_mail
    forwarded_mail
    commands_in_a_message
    order_hidden_in_a_message
    script_in_a_message
    address_change_by_mail
    off_topic_request
    right_to_left_message
    language_changes
    two_customers_alike
    two_shops
    allowance_used_up
    wrong_clock
    failed_delivery
    revoked_key
    ai_user_deactivated
    disconnected
    history_fetched_through_trouble
    history_kept_up_to_date
    thread_shown_too_short
    rush
    full_disk
    failed_sync
    flipped_bit
    writes_under_way
    asked_for_a_human
    handoff_after_hours
    handoff_on_a_holiday
    handoff_as_the_clocks_change
    the_ai_first
    the_ai_only
    no_machine_may_answer
    grave_messages
    topic_for_people
    frustrated_customer
    asked_again
    days_after_a_handoff
    reopened_after_a_handoff
    no_source
    promised_transfer
    photo_only
    answerer_silent
    answerer_silent_in_chat
    operator_hands_off
    reassignment_fails
    team_is_gone
    handoff_while_unclear
    crash_after_the_mark
    given_back
    paused_at_the_fence
    only_watching
    shadow_channel
}
