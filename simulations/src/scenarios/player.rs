//! Plays a scenario: life after life of the program, each in a runtime of its own as in a run drawn from a seed, and the
//! story goes through all of them.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use polus_actors::office::Office;
use polus_storage::EventLog as _;

use super::scene::{Power, Running, Scene, Told};
use super::{Played, Scenario, story};
use crate::courier::{carry_webhooks, next_due, turn_away};
use crate::history::History;
use crate::properties;
use crate::run::{died, in_a_life};

/// How long the program is down when it died by itself.
const DOWN: Duration = Duration::from_secs(2);

/// How often it is looked whether anything stirs while the program is down.
const RESTS: Duration = Duration::from_secs(3_600);

/// After the story all that is owed must be settled within so many hours: the longest that an answer may take, and more.
const SETTLED_WITHIN_HOURS: u64 = 30;

type Script<'a> = Pin<&'a mut dyn Future<Output = Told>>;

/// What comes after a life.
enum Next {
    /// Another one.
    Up,
    /// None, until the story starts the program.
    Down,
    /// Another one, after a short while.
    DownFor(Duration),
    /// The story is over.
    Over(Told),
}

/// Plays it to its end and says what was not as it must be.
pub fn play(scenario: &Scenario) -> (Played, Option<History>) {
    let name = scenario.name;
    let scene = match Scene::new() {
        Ok(scene) => scene,
        Err(problem) => return (Played::of(name, Vec::new(), vec![problem.to_string()]), None),
    };
    let mut script = Box::pin(script(&scene, scenario));
    let mut next = Next::Up;
    let mut now_ms = scene.stage.now_ms();
    let told = loop {
        next = in_a_life(async {
            scene.stage.clock.go_on(now_ms);
            let then = match next {
                Next::Down => down(&scene, script.as_mut(), None).await,
                Next::DownFor(wait) => down(&scene, script.as_mut(), Some(wait)).await,
                Next::Up | Next::Over(_) => up(&scene, script.as_mut()).await,
            };
            now_ms = scene.stage.now_ms();
            then
        });
        if let Next::Over(told) = next {
            break told;
        }
    };
    in_a_life(async {
        scene.stage.clock.go_on(now_ms);
        let (played, history) = verdict(name, &scene, told).await;
        (played, Some(history))
    })
}

/// The story, and the time until all is settled and quiet, whatever came of it.
async fn script(scene: &Scene, scenario: &Scenario) -> Told {
    scene.the_program_starts().await;
    let told = match scene.merchant_connects().await {
        Ok(()) => (scenario.play)(scene).await,
        problem @ Err(_) => problem,
    };
    let told = told.and_then(|()| scene.expect_nothing_left());
    scene.the_program_starts().await;
    for _ in 0..SETTLED_WITHIN_HOURS * 2 {
        scene.minutes(30).await;
        if scene.is_settled().await? {
            break;
        }
    }
    scene.minutes(30).await;
    told
}

async fn verdict(name: &'static str, scene: &Scene, told: Told) -> (Played, History) {
    let mut unexpected: Vec<String> =
        told.err().into_iter().map(|unexpected| unexpected.to_string()).collect();
    let history = scene.history().await;
    let findings = properties::check(&history);
    unexpected.extend(findings.broken.iter().map(ToString::to_string));
    if findings.doubles.all() > 0 {
        unexpected.push(format!("{} posts were made once more", findings.doubles.all()));
    }
    (Played::of(name, story::told(scene, &history), unexpected), history)
}

/// One life of the program, from its start to its end.
async fn up(scene: &Scene, script: Script<'_>) -> Next {
    let (world, pulse) = scene.stage.world();
    let (doom, log) = (scene.stage.doom.clone(), scene.log.clone());
    let lives = async {
        let (office, ready) = Office::open(world.clone());
        if !matches!(ready.await, Ok(Ok(()))) {
            scene.happens("the program does not come up");
            return Next::DownFor(DOWN); // Whoever runs the program starts it anew.
        }
        actix::spawn(carry_webhooks(scene.stage.clone(), world.clone(), pulse.clone()));
        scene.happens("the program starts");
        scene.set_power(Power::On, Some(Running { office, board: world.board.clone() }));
        match follow(scene, script).await {
            Followed::Over(told) => Next::Over(told),
            Followed::Wants(_) => Next::Down,
        }
    };
    let next = tokio::select! {
        biased;
        _ = doom.struck() => {
            scene.happens(died(&doom));
            Next::DownFor(DOWN)
        }
        reason = log.poisoned() => {
            scene.happens(format!("the program dies: {reason}"));
            Next::DownFor(DOWN)
        }
        next = lives => next,
    };
    if matches!(next, Next::Down) {
        scene.happens("the power goes: the program ends without a word");
    }
    scene.set_power(if matches!(next, Next::Down) { Power::Off } else { Power::Lost }, None);
    pulse.end();
    scene.log.crash().await;
    scene.note_end_of_life();
    scene.stage.cut_off_webhooks();
    next
}

/// The program is down: the story goes on, and nobody takes webhooks.
async fn down(scene: &Scene, mut script: Script<'_>, wait: Option<Duration>) -> Next {
    let mut wait = wait;
    loop {
        let followed = tokio::select! {
            biased;
            followed = follow(scene, script.as_mut()) => followed,
            () = turn_all_away(scene) => return Next::Up,
            () = pause(wait) => return Next::Up,
        };
        match followed {
            Followed::Over(told) => return Next::Over(told),
            Followed::Wants(Power::On) => return Next::Up,
            Followed::Wants(Power::Off | Power::Lost) => {
                scene.set_power(Power::Off, None);
                wait = None;
            }
        }
    }
}

/// Completes after a while, or never.
async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => pending().await,
    }
}

/// Never completes.
async fn turn_all_away(scene: &Scene) {
    loop {
        turn_away(&scene.stage);
        let now_ms = scene.stage.now_ms();
        let next = next_due(&scene.stage).map_or(RESTS, |due_ms| millis(due_ms.saturating_sub(now_ms)));
        tokio::select! {
            biased;
            () = scene.stage.network.stirred.notified() => {}
            () = tokio::time::sleep(next.min(RESTS)) => {}
        }
    }
}

/// How far the story went.
enum Followed {
    /// To its end.
    Over(Told),
    /// To where it wants the power to change.
    Wants(Power),
}

/// Lets the story go on, and wakes it when the time has come that it waits for.
async fn follow(scene: &Scene, mut script: Script<'_>) -> Followed {
    let mut alarm: Option<(i64, Pin<Box<tokio::time::Sleep>>)> = None;
    poll_fn(|context| {
        loop {
            if let Poll::Ready(told) = script.as_mut().poll(context) {
                return Poll::Ready(Followed::Over(told));
            }
            if let Some(power) = scene.take_wanted() {
                return Poll::Ready(Followed::Wants(power));
            }
            let Some(at_ms) = scene.wakes_at_ms() else { return Poll::Pending };
            let set_anew = || {
                let wait = millis(at_ms.saturating_sub(scene.stage.now_ms()));
                (at_ms, Box::pin(tokio::time::sleep(wait)))
            };
            let mut current = alarm.take().filter(|(set_for, _)| *set_for == at_ms).unwrap_or_else(set_anew);
            if current.1.as_mut().poll(context).is_pending() {
                alarm = Some(current);
                return Poll::Pending;
            }
        }
    })
    .await
}

/// So many milliseconds, one at least.
fn millis(count: i64) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap_or(0).max(1))
}
