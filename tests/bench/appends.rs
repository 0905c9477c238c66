//! Durable appends: the log against a plain file with the same group commit, at 1 to 256 producers.
//!
//! Repeat it with `cargo bench --bench appends`; about one and a half minutes. Producers share one thread; both
//! contenders begin each turn empty, and write to 100,000 streams at random.

mod support {
    pub mod place;
    pub mod plain_file;
    pub mod times;
    pub mod turns;
    pub mod watch;
}

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use polus_storage::{EventLog, Expected, NewRecord, RecordId, SledLog, SledOptions, StreamName};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use support::place;
use support::plain_file::PlainFile;
use support::times::median_and_p99;
use support::turns::{Turn, in_turns};
use support::watch::Watch;

const BODY_BYTES: [usize; 2] = [512, 1536];
const PRODUCERS: [usize; 4] = [1, 16, 64, 256];
const STREAMS: u64 = 100_000;
const WARM_UP: Duration = Duration::from_millis(100);
const MEASURED: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy)]
enum Contender {
    PlainFile,
    Log,
}

enum Target {
    PlainFile(PlainFile),
    Log(SledLog),
}

fn main() -> Result<()> {
    if !place::is_wanted() {
        return Ok(());
    }
    println!("Durable appends, medians of {} turns. {}.\n", support::turns::ROUNDS, place::machine()?);
    let columns = [
        "body, bytes",
        "producers",
        "plain file, per s",
        "p50 / p99, ms",
        "log, per s",
        "p50 / p99, ms",
        "log / plain file",
        "others' cores, at most",
    ];
    let mut rows = vec![columns.map(str::to_owned)];
    for bytes in BODY_BYTES {
        for producers in PRODUCERS {
            let medians = in_turns(&[Contender::PlainFile, Contender::Log], |contender| {
                turn(contender, bytes, producers)
            })?;
            let [plain, log] = &medians[..] else { anyhow::bail!("two contenders have two medians") };
            let times = |turn: &Turn| format!("{:.2} / {:.2}", turn.values[1], turn.values[2]);
            rows.push([
                bytes.to_string(),
                producers.to_string(),
                format!("{:.0}", plain.values[0]),
                times(plain),
                format!("{:.0}", log.values[0]),
                times(log),
                format!("{:.2}", log.values[0] / plain.values[0]),
                format!("{:.1}", plain.foreign_cores.max(log.foreign_cores)),
            ]);
        }
    }
    place::print_table(&rows);
    Ok(())
}

fn turn(contender: Contender, bytes: usize, producers: usize) -> Result<Turn> {
    let folder = place::folder()?;
    let target = Rc::new(Target::open(contender, folder.path())?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let began = Instant::now();
    let producer = |number: usize| {
        let target = Rc::clone(&target);
        async move { target.produce(number as u64, bytes, began).await }
    };
    let watch = Watch::begin()?;
    let times = runtime.block_on(try_join_all((0..producers).map(producer)))?;
    let foreign_cores = watch.foreign_cores()?;
    let mut times: Vec<Duration> = times.into_iter().flatten().collect();
    let per_second = times.len() as f64 / MEASURED.as_secs_f64();
    let [p50, p99] = median_and_p99(&mut times);
    Ok(Turn { values: vec![per_second, p50, p99], foreign_cores })
}

impl Target {
    fn open(contender: Contender, folder: &Path) -> Result<Self> {
        Ok(match contender {
            Contender::PlainFile => Self::PlainFile(PlainFile::create(&folder.join("plain"))?),
            Contender::Log => Self::Log(SledLog::open(folder.join("log"), SledOptions::default())?),
        })
    }

    /// Appends one record after another and returns how long each took that was answered after the warm-up.
    async fn produce(&self, number: u64, bytes: usize, began: Instant) -> Result<Vec<Duration>> {
        let mut random = StdRng::seed_from_u64(number);
        let mut body = vec![b'x'; bytes];
        let mut times = Vec::new();
        loop {
            random.fill(&mut body[..16]);
            let stream = format!("acme/ticket/{}", random.random_range(0..STREAMS));
            let asked = Instant::now();
            self.append(stream, &body).await?;
            let since_begin = began.elapsed();
            if since_begin >= WARM_UP + MEASURED {
                return Ok(times);
            }
            if since_begin >= WARM_UP {
                times.push(asked.elapsed());
            }
        }
    }

    async fn append(&self, stream: String, body: &[u8]) -> Result<()> {
        match self {
            Self::PlainFile(file) => file.append(stream, body.to_vec()).await.map(drop),
            Self::Log(log) => {
                let mut id = [0; 16];
                id.copy_from_slice(&body[..16]);
                let record = NewRecord {
                    id: RecordId(id),
                    schema: 1,
                    recorded_at_ms: 1_800_000_000_000,
                    body: body.to_vec(),
                };
                log.append(&StreamName::new(stream)?, Expected::Any, vec![record]).await?;
                Ok(())
            }
        }
    }
}
