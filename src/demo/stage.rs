//! The stage: sets everything up, lets the story happen, kills the program in the middle and starts it again, and waits
//! until nothing is owed any more.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use polus_actors::world::Clock;
use polus_core::policy::Policy;
use polus_simulations::shop;
use polus_simulations::story::{Director, Moment, Seen, Strangers, Told, days_off, plays};
use secrecy::SecretString;

use super::SPEED;
use super::admin::Admin;
use super::clock::FastClock;
use super::feed::Heard;
use super::gorgias::Gorgias;
use super::lines::{Lines, clock_time};
use super::program::{Plan, Program};
use super::report::{Report, Run};

/// How often the stage looks whether somebody's turn has come.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The program stays down this long, so that webhooks find nobody; by the machine's clock.
const DOWN_FOR: Duration = Duration::from_millis(500);

/// Nothing is owed and nothing happens for this long: the story is over; by the machine's clock.
const QUIET_FOR: Duration = Duration::from_millis(500);

/// Nothing happens for this long although something should: the story has come to a halt; by the machine's clock.
const HALT_AFTER: Duration = Duration::from_secs(30);

/// It has come to a halt as well when it takes longer than this, whatever happens; by the machine's clock.
const STORY_MAY_TAKE: Duration = Duration::from_secs(180);

/// What chance does; the same in every demonstration.
const DICE: u64 = 20_261_120;

/// Takes the lines that tell what happens.
pub type Line<'a> = dyn FnMut(&str) -> anyhow::Result<()> + 'a;

/// The demonstration, set up.
pub struct Stage {
    clock: Arc<FastClock>,
    gorgias: Gorgias,
    plan: Plan,
    program: Option<Program>,
    token: SecretString,
    director: Director,
    seen: Seen,
    lines: Lines,
    listener: Sender<Heard>,
    heard: Receiver<Heard>,
    heard_up_to: u64,
    moment: Moment,
    /// What the merchant has set.
    policy: Policy,
    began: Instant,
    problems: Vec<String>,
}

/// What people need to know before it begins.
#[derive(Debug, Clone)]
pub struct Staged {
    /// Address of the admin API.
    pub api: String,
    /// File that holds the token of the admin API.
    pub token_file: PathBuf,
    /// Base address of the simulated Gorgias.
    pub gorgias: String,
    /// How many tickets the story has.
    pub tickets: usize,
}

impl Stage {
    /// Sets everything up in a new data folder: the simulated Gorgias, the program, and the connection between them,
    /// made through the program's own admin API. The program listens on `port` of this machine; 0 takes a free one.
    pub async fn set_up(data: &Path, port: u16) -> anyhow::Result<Self> {
        let clock = Arc::new(FastClock::new(SPEED));
        let gorgias = Gorgias::open(Arc::clone(&clock), DICE)?;
        let knowledge = data.join("articles");
        let mut plan = Plan {
            data: data.to_owned(),
            knowledge: knowledge.clone(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            gorgias_url: gorgias.base_url.clone(),
            clock: Arc::clone(&clock),
        };
        let (listener, heard) = channel();
        let program = Program::start(plan.clone(), 0, listener.clone())?;
        // Only a folder that holds nothing else is taken for a new data folder, so these come second.
        write_articles(&knowledge)?;
        // The webhook's address must be the same after the crash.
        plan.listen = program.address;
        let token = program.token.clone();
        let director = Director::new(plays(), gorgias.cast.clone(), clock.now().0);
        let stage = Self {
            clock,
            gorgias,
            plan,
            program: Some(program),
            token,
            director,
            seen: Seen::default(),
            lines: Lines::default(),
            listener,
            heard,
            heard_up_to: 0,
            moment: Moment::First,
            policy: Policy::default(),
            began: Instant::now(),
            problems: Vec::new(),
        };
        stage.admin().connect(&stage.gorgias.cast).await?;
        Ok(stage)
    }

    /// What people need to know before it begins.
    pub fn staged(&self) -> Staged {
        Staged {
            api: format!("http://{}/api/v1", self.plan.listen),
            token_file: self.plan.data.join(crate::data::ADMIN_TOKEN),
            gorgias: self.gorgias.base_url.clone(),
            tickets: plays().len(),
        }
    }

    /// Plays the story to its end, which is when nothing is owed any more, or when it has come to a halt.
    pub async fn play(&mut self, line: &mut Line<'_>) -> anyhow::Result<Report> {
        self.began = Instant::now();
        let began_at = self.clock.now();
        self.director = Director::new(plays(), self.gorgias.cast.clone(), began_at.0);
        let mut restarts = 0;
        let mut last_news = Instant::now();
        loop {
            if self.turn(line)? {
                last_news = Instant::now();
            }
            if self.moment == Moment::Restarted
                && self.director.is_day_over(&self.seen)
                && self.gorgias.desk().due().is_none()
            {
                self.close_the_shop(line).await?;
                last_news = Instant::now();
            }
            if self.moment == Moment::First && self.director.is_ready_for_crash(&self.seen) {
                self.crash_and_restart(line).await?;
                restarts += 1;
                last_news = Instant::now();
            }
            let still_for = last_news.elapsed();
            if still_for >= QUIET_FOR && self.is_quiet() {
                break;
            }
            if still_for >= HALT_AFTER || self.began.elapsed() >= STORY_MAY_TAKE {
                let missing = self.director.missing(&self.seen);
                self.problems.push(format!("the story came to a halt: {}", missing.join("; ")));
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let run = Run {
            restarts,
            took: self.began.elapsed(),
            story: self.clock.now().since(began_at),
            problems: std::mem::take(&mut self.problems),
        };
        let hours = &self.policy.hours;
        Ok(Report::new(&self.director, &self.gorgias.desk(), &self.gorgias.cast, &self.seen, hours, run))
    }

    /// Lets strangers write for ever.
    pub async fn go_on(&mut self, line: &mut Line<'_>) -> anyhow::Result<()> {
        let mut strangers = Strangers::new(DICE, self.clock.now().0);
        loop {
            self.turn(line)?;
            let now = self.clock.now();
            let told = strangers.tick(now.0, &mut self.gorgias.desk(), &self.gorgias.cast)?;
            self.say(told, line)?;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Stops the program with grace.
    pub fn end(mut self) -> anyhow::Result<()> {
        self.program.take().map_or(Ok(()), Program::stop)
    }

    /// Hears what the log told and lets those act whose turn it is. Says whether anything happened.
    fn turn(&mut self, line: &mut Line<'_>) -> anyhow::Result<bool> {
        let heard = self.listen(line)?;
        let now = self.clock.now();
        let told = self.director.tick(now.0, &mut self.gorgias.desk(), &self.seen, self.moment)?;
        let acted = !told.is_empty();
        self.say(told, line)?;
        Ok(heard || acted)
    }

    fn listen(&mut self, line: &mut Line<'_>) -> anyhow::Result<bool> {
        let mut any = false;
        while let Ok(heard) = self.heard.try_recv() {
            any = true;
            match heard {
                Heard::Ticket { position, ticket, recorded } => {
                    self.heard_up_to = position;
                    self.seen.hear(ticket, &recorded).context("the program wrote an illegal event")?;
                    if let Some(told) = self.lines.tell(ticket, &recorded.event, self.clock.now()) {
                        line(&told)?;
                    }
                }
                Heard::Problem(problem) => bail!("the program's log cannot be followed: {problem}"),
            }
        }
        Ok(any)
    }

    fn say(&self, told: impl IntoIterator<Item = Told>, line: &mut Line<'_>) -> anyhow::Result<()> {
        let at = clock_time(self.clock.now());
        for Told { ticket, what } in told {
            line(&format!("{at} #{ticket} {what}"))?;
        }
        Ok(())
    }

    /// Nothing is owed on any ticket, everybody has done their part, and nothing is on its way at the desk.
    fn is_quiet(&self) -> bool {
        self.director.is_over() && self.director.is_settled(&self.seen) && self.gorgias.desk().due().is_none()
    }

    async fn crash_and_restart(&mut self, line: &mut Line<'_>) -> anyhow::Result<()> {
        let program = self.program.take().context("the program does not run")?;
        line(&format!(
            "{} ---- the program is killed: server and actors are dropped, nothing is said goodbye to ----",
            clock_time(self.clock.now())
        ))?;
        program.crash()?;
        self.moment = Moment::Down;
        let down_until = Instant::now() + DOWN_FOR;
        while Instant::now() < down_until {
            self.turn(line)?;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let program = Program::start(self.plan.clone(), self.heard_up_to, self.listener.clone())?;
        self.program = Some(program);
        self.moment = Moment::Restarted;
        line(&format!("{} ---- started again on the same data ----", clock_time(self.clock.now())))
    }

    /// The merchant closes the shop for two days, through the program's own admin API.
    async fn close_the_shop(&mut self, line: &mut Line<'_>) -> anyhow::Result<()> {
        let settings = days_off(self.clock.now())?;
        for (key, value) in &settings {
            self.policy.set(key, value)?;
        }
        self.admin().set_policy(&settings).await?;
        self.moment = Moment::DaysOff;
        line(&format!(
            "{} ---- the shop closes for two days: who is handed off now is told when people are back ----",
            clock_time(self.clock.now())
        ))
    }

    fn admin(&self) -> Admin<'_> {
        Admin { address: self.plan.listen, token: &self.token }
    }
}

fn write_articles(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (id, markdown) in shop::every_article() {
        let path = folder.join(format!("{id}.md"));
        fs::write(&path, markdown).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
