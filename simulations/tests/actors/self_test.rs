//! The guided self-test: every step, what stops it, and what it leaves behind.

use std::time::Duration;

use polus_actors::board::{SelfTest, SelfTestState};
use polus_actors::mail::{Change, Refused};
use polus_actors::tenant::SUBJECT;
use polus_actors::world::Article;
use polus_core::policy::{Mode, Policy};
use polus_core::ticket::Phase;
use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};
use polus_simulations::gorgias::people::Assignee;

use super::stage::{ANSWER, Play, play, play_from};

const QUESTION: &str = "What about a return?";

/// Begins a test and plays on until it is over.
async fn tested(play: &Play, question: Option<&str>, keep: bool) -> SelfTest {
    play.begin_self_test(question, keep).await.expect("a test that may begin");
    ended(play).await
}

async fn ended(play: &Play) -> SelfTest {
    for _ in 0..20 * 60 {
        play.seconds(1).await;
        let test = play.self_test();
        if test.ended_at.is_some() {
            return test;
        }
    }
    panic!("no end: {:?}", play.self_test());
}

/// The steps by name, with whether they passed.
fn steps(test: &SelfTest) -> Vec<(&'static str, bool)> {
    test.steps.iter().map(|ended| (ended.step.name(), ended.passed)).collect()
}

/// What a step told.
fn told<'a>(test: &'a SelfTest, step: &str) -> &'a str {
    &test.steps.iter().find(|ended| ended.step.name() == step).unwrap_or_else(|| panic!("{test:?}")).told
}

fn number(test: &SelfTest) -> i64 {
    test.ticket.expect("a ticket").0
}

/// S-17: the answer, the handoff, and nothing left behind. The answers go from the shop's mailbox to the address.
#[test]
fn every_step_of_a_test_passes() {
    play(async |play| {
        let other = play.customer_asks_of(None, "Where is my order?").await;
        play.minutes(1).await;
        let before = (play.thread_ids(other), play.told(other).await);
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        let all = ["create", "webhook", "answered", "handoff", "clean_up"].map(|step| (step, true));
        assert_eq!(steps(&test), all);
        assert!(told(&test, "create").contains(&play.cast.email_address), "{test:?}");
        assert!(told(&test, "handoff").contains(&format!("to team {}", play.cast.team)), "{test:?}");
        assert!(told(&test, "clean_up").contains("deleted"), "{test:?}");
        let seconds: Vec<u64> = test.steps.iter().map(|ended| ended.took.as_secs()).collect();
        assert!(seconds[1] < 5 && (20..40).contains(&seconds[2]) && seconds[3] < 90, "{seconds:?}");
        assert_eq!(play.tickets(), [other]);
        assert_eq!((play.thread_ids(other), play.told(other).await), before, "another ticket was touched");
        play.minutes(10).await;
        let folded = play.folded(number(&test)).await;
        assert_eq!(
            folded.phase,
            Phase::Gone,
            "it would wait for a person: {}",
            play.told(number(&test)).await
        );
    });
}

/// What was asked, answered and handed off can be read where the ticket is kept, and the mail reaches its address.
#[test]
fn a_kept_ticket_shows_the_whole_test() {
    play(async |play| {
        play.customer_asks_of(None, "Where is my order?").await;
        play.minutes(1).await;
        let test = tested(play, Some(QUESTION), true).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        let ticket = number(&test);
        assert!(told(&test, "clean_up").contains(&format!("ticket {ticket}")), "{test:?}");
        assert_eq!(play.subject(ticket).as_deref(), Some(SUBJECT));
        play.minutes(1).await;
        let replies = play.replies(ticket);
        assert!(replies.len() == 2 && replies[0].contains(ANSWER), "{replies:?}");
        assert_eq!(play.sent_to(ticket), ["olga@elsewhere.example", "olga@elsewhere.example"]);
        assert_eq!(play.team(ticket), Some(play.cast.team));
    });
}

/// A new account has no mail that would tell a mailbox: the answer stands on the ticket, and that is said.
#[test]
fn without_a_known_mailbox_the_answer_stands_on_the_ticket() {
    play(async |play| {
        let test = tested(play, Some(QUESTION), true).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        assert!(told(&test, "create").contains("no e-mail goes to"), "{test:?}");
        assert!(play.replies(number(&test))[0].contains(ANSWER));
    });
}

/// The sweep finds the ticket and would answer it; but a webhook is what customers need.
#[test]
fn a_webhook_that_does_not_come_ends_the_test() {
    play(async |play| {
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(test.state, SelfTestState::Failed);
        assert_eq!(steps(&test), [("create", true), ("webhook", false), ("clean_up", true)]);
        assert!(told(&test, "webhook").contains("`polus webhook acme check`"), "{test:?}");
        assert_eq!(test.steps[1].took.as_secs(), 60);
        assert_eq!(play.tickets(), Vec::<i64>::new());
    });
}

#[test]
fn a_question_without_an_answer_names_the_reason() {
    play(async |play| {
        let test = tested(play, Some("Do you sell submarines?"), false).await;
        assert_eq!(test.state, SelfTestState::Failed);
        assert_eq!(
            steps(&test),
            [("create", true), ("webhook", true), ("answered", false), ("clean_up", true)]
        );
        let told = told(&test, "answered");
        assert!(told.contains("no help article answers the question"), "{told}");
        assert!(told.contains(&format!("`polus explain acme/{}`", number(&test))), "{told}");
        assert_eq!(play.tickets(), Vec::<i64>::new());
    });
}

/// A rule, or a person, takes the ticket away before it is answered.
#[test]
fn a_ticket_that_is_taken_away_is_not_answered_and_the_test_says_so() {
    play(async |play| {
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(5).await;
        let ticket = number(&play.self_test());
        play.assign(ticket, Assignee::User(play.cast.agents[0])).await;
        let test = ended(play).await;
        let told = told(&test, "answered");
        assert!(told.contains("not assigned") || told.contains("taken over"), "{told}");
        assert_eq!(steps(&test).last(), Some(&("clean_up", true)));
    });
}

#[test]
fn a_refused_request_for_a_person_fails_the_handoff() {
    play(async |play| {
        let mut policy = Policy::default();
        policy.set_all([("handoff.on_request", "false")]).expect("a policy");
        play.change_policy(policy).await;
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(steps(&test)[2..], [("answered", true), ("handoff", false), ("clean_up", true)]);
        assert!(told(&test, "handoff").contains("answered and not handed off"), "{test:?}");
    });
}

/// In Gorgias the ticket is with the AI user again although it was handed off: a rule gave it back.
#[test]
fn a_handed_off_ticket_that_stays_with_the_ai_user_fails() {
    play(async |play| {
        let path = "/api/tickets/*";
        for _ in 0..3 {
            play.plan(Planned::call("PUT", path, CallFault::Forbidden { reason: "not yours".to_owned() }));
        }
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(steps(&test)[3..], [("handoff", false), ("clean_up", true)], "{test:?}");
        assert!(told(&test, "handoff").contains("with the AI user still"), "{test:?}");
    });
}

/// What others wrote is not deleted: a ticket was merged into the test's.
#[test]
fn a_ticket_with_letters_of_others_is_left_alone() {
    play(async |play| {
        let other = play.customer_asks_of(None, "Where is my order?").await;
        play.minutes(1).await;
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(5).await;
        let ticket = number(&play.self_test());
        play.merge(other, ticket);
        let test = ended(play).await;
        assert_eq!(test.state, SelfTestState::Failed, "{test:?}");
        assert_eq!(steps(&test).last(), Some(&("clean_up", false)), "{test:?}");
        assert!(told(&test, "clean_up").contains("nothing was deleted"), "{test:?}");
        assert_eq!(play.tickets(), [ticket]);
    });
}

/// And a ticket that the test's was merged into is not the test's.
#[test]
fn a_ticket_that_took_the_tests_in_is_left_alone() {
    play(async |play| {
        let other = play.customer_asks_of(None, "Where is my order?").await;
        play.minutes(1).await;
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(5).await;
        play.merge(number(&play.self_test()), other);
        let test = ended(play).await;
        assert_eq!(test.state, SelfTestState::Failed, "{test:?}");
        assert_eq!(play.tickets(), [other]);
        assert!(!play.is_closed(other), "{test:?}");
    });
}

#[test]
fn a_ticket_that_may_not_be_deleted_is_closed() {
    play(async |play| {
        play.plan(Planned::call(
            "DELETE",
            "/api/tickets/*",
            CallFault::Forbidden { reason: "role".to_owned() },
        ));
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        assert!(told(&test, "clean_up").contains("was closed, since Gorgias does not delete it"), "{test:?}");
        assert!(play.is_closed(number(&test)));
        assert_eq!(play.alarms_about("acme"), 0, "what may not be deleted says nothing of the key");
    });
}

#[test]
fn a_ticket_that_can_be_neither_deleted_nor_closed_is_named() {
    play(async |play| {
        let forbidden = || CallFault::Forbidden { reason: "role".to_owned() };
        // The question goes unanswered, so that nothing else is changed on the ticket.
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        play.plan(Planned::call("DELETE", "/api/tickets/*", forbidden()));
        play.plan(Planned::call("PUT", "/api/tickets/*", forbidden()));
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(steps(&test).last(), Some(&("clean_up", false)));
        assert!(told(&test, "clean_up").contains(&format!("ticket {}", number(&test))), "{test:?}");
    });
}

/// A call that comes to nothing for now is made again; one that may have had its effect is not.
#[test]
fn calls_are_made_again_only_where_that_does_no_harm() {
    play(async |play| {
        play.plan(Planned::call("POST", "/api/tickets", CallFault::TooManyRequests { retry_after_s: 5 }));
        play.plan(Planned::call("DELETE", "/api/tickets/*", CallFault::ServerError { status: 503 }));
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        assert!(told(&test, "clean_up").contains("deleted"), "{test:?}");

        play.plan(Planned::call("POST", "/api/tickets", CallFault::LostAfterEffect));
        let test = tested(play, Some(QUESTION), false).await;
        assert_eq!(steps(&test), [("create", false)]);
        assert!(told(&test, "create").contains("delete the ticket \"Polus self-test\" there"), "{test:?}");
        assert_eq!(play.tickets().len(), 1, "made once");
    });
}

#[test]
fn one_test_goes_on_at_a_time() {
    play(async |play| {
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(10).await;
        let refused = play.begin_self_test(Some(QUESTION), false).await;
        assert!(matches!(&refused, Err(Refused::NotNow(told)) if told.contains("under way")), "{refused:?}");
        assert_eq!(ended(play).await.state, SelfTestState::Passed);
        assert_eq!(tested(play, Some(QUESTION), false).await.state, SelfTestState::Passed);
    });
}

#[test]
fn a_test_begins_only_where_something_would_be_answered() {
    play(async |play| {
        let refused = |refused: Result<(), Refused>, words: &str| {
            assert!(refused.as_ref().is_err_and(|told| told.to_string().contains(words)), "{refused:?}");
        };
        refused(play.begin_self_test(None, false).await, "there is no help article to ask about");
        refused(play.begin_self_test(Some(" "), false).await, "the question is empty");
        refused(play.begin_self_test_to("olga", Some(QUESTION)).await, "no e-mail address");
        play.pause().await;
        refused(play.begin_self_test(Some(QUESTION), false).await, "`polus resume acme`");
        play.release().await;
        play.try_change(Change::Mode(Mode::Off)).await.expect("a mode");
        refused(play.begin_self_test(Some(QUESTION), false).await, "the mode of acme is off");
        play.disconnect().await;
        refused(play.begin_self_test(Some(QUESTION), false).await, "not connected");
        assert_eq!(play.tickets(), Vec::<i64>::new());
    });
}

/// An answer to a mailbox of the shop would come back as a ticket of its own, and so on.
#[test]
fn a_mailbox_of_the_shop_gets_no_answers() {
    play(async |play| {
        let other = play.customer_asks_of(None, "Where is my order?").await;
        play.minutes(1).await;
        play.begin_self_test_to(&play.cast.email_address.clone(), Some(QUESTION)).await.expect("a test");
        let test = ended(play).await;
        assert_eq!(steps(&test), [("create", false)]);
        assert!(told(&test, "create").contains("a mailbox of the shop"), "{test:?}");
        assert_eq!(play.tickets(), [other]);
    });
}

#[test]
fn the_first_article_gives_the_question() {
    play(async |play| {
        let article = |title: &str| Article {
            id: title.into(),
            title: title.into(),
            text: format!("# {title}\n\nYes."),
        };
        let articles = vec![article("How to return tea"), article("Shipping")];
        play.try_change(Change::Knowledge { made_on: 0, articles }).await.expect("articles");
        let test = tested(play, None, false).await;
        assert_eq!(test.question, "How to return tea");
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
    });
}

/// Only drafts are written in shadow mode, and nothing is handed off.
#[test]
fn in_shadow_mode_drafts_are_what_is_tested() {
    play(async |play| {
        play.try_change(Change::Mode(Mode::Shadow)).await.expect("a mode");
        let test = tested(play, Some(QUESTION), true).await;
        assert_eq!(test.state, SelfTestState::Passed, "{test:?}");
        assert!(told(&test, "answered").contains("draft"), "{test:?}");
        assert!(told(&test, "handoff").contains("people would have got"), "{test:?}");
        assert_eq!(play.replies(number(&test)), Vec::<String>::new());
    });
}

/// S-64: with the key its test ends too, and its ticket is named.
#[test]
fn a_disconnect_breaks_a_test_off() {
    play(async |play| {
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(10).await;
        play.disconnect().await;
        let calls = play.calls();
        let test = play.self_test();
        let SelfTestState::BrokenOff { why } = &test.state else { panic!("{test:?}") };
        assert!(why.contains("was cut") && why.contains(&format!("ticket {}", number(&test))), "{why}");
        play.minutes(10).await;
        assert_eq!(play.calls(), calls, "called after the disconnect");
        assert_eq!(play.self_test(), test);
        play.connect().await;
        play.install_webhook().await;
        assert_eq!(tested(play, Some(QUESTION), false).await.state, SelfTestState::Passed);
    });
}

/// The same key saved anew is no other key.
#[test]
fn a_connection_saved_anew_goes_on_with_its_test() {
    play(async |play| {
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(10).await;
        play.connect().await;
        assert_eq!(ended(play).await.state, SelfTestState::Passed);
    });
}

/// The supervisor does not wait for a test, and neither does the end of the program.
#[test]
fn a_test_holds_nothing_up() {
    play_from(7, async |play| {
        play.connect().await;
        play.install_webhook().await;
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(3).await;
        let ticket = play.customer_asks(QUESTION).await;
        play.pause().await;
        play.release().await;
        play.seconds(40).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        ended(play).await;
        play.begin_self_test(Some(QUESTION), false).await.expect("a test");
        play.seconds(3).await;
        assert!(play.stop().await < Duration::from_millis(500));
    });
}
