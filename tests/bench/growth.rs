//! A log that grows: bytes on disk for an answered ticket, and whether appends become slower.
//!
//! Repeat it with `cargo bench --bench growth`; about ten minutes, most of them to fill the log, and some gigabytes of
//! disk. At each size the log's appends are compared with those of a plain file with the same group commit, and with
//! the log's own when it was empty.

mod support {
    pub mod fill;
    pub mod place;
    pub mod plain_file;
    pub mod story;
    pub mod watch;
    pub mod world;
}

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use polus_storage::{EventLog, Expected, NewRecord, RecordId, StreamName};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use support::plain_file::PlainFile;
use support::story::EVENTS;
use support::watch::Watch;
use support::{fill, place, world};

/// Records in the log when it is looked at.
const SIZES: [i64; 4] = [0, 1_000_000, 2_000_000, 5_000_000];

/// Tickets whose stories run side by side.
const SIDE_BY_SIDE: i64 = 10_000;

const PRODUCERS: usize = 64;
const BODY_BYTES: usize = 512;
const MEASURED: Duration = Duration::from_secs(2);
const TURNS: usize = 5;

fn main() -> Result<()> {
    if !place::is_wanted() {
        return Ok(());
    }
    println!(
        "Appends of {BODY_BYTES} bytes by {PRODUCERS} producers, medians of {TURNS} turns. {}.\n",
        place::machine()?
    );
    let (folder, beside) = (place::folder()?, place::folder()?);
    let world = world::open(folder.path())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let story = fill::story(&world)?;
    runtime.block_on(world::connect(&world))?;
    let columns = [
        "records",
        "of tickets, on disk",
        "for an answered ticket",
        "log, per s",
        "log / plain file",
        "log / empty log",
        "others' cores",
    ];
    let mut rows = vec![columns.map(str::to_owned)];
    let (mut tickets, mut bytes, mut empty) = (0, 0, None);
    for size in SIZES {
        let before = bytes_in(&folder.path().join("log"))?;
        while tickets * (EVENTS as i64) < size {
            runtime.block_on(fill::stories(&world, &story, tickets + 1..=tickets + SIDE_BY_SIDE))?;
            tickets += SIDE_BY_SIDE;
        }
        // Without what the measured appends of the sizes before took.
        bytes += bytes_in(&folder.path().join("log"))?.saturating_sub(before);
        let records = world.log.head();
        let watch = Watch::begin()?;
        let (mut log, mut plain) = (Vec::new(), Vec::new());
        for turn in 0..TURNS {
            let file = PlainFile::create(&beside.path().join(format!("{size}-{turn}")))?;
            plain.push(runtime.block_on(rate(|stream, body| file.append(stream, body)))?);
            log.push(runtime.block_on(rate(|stream, body| append(world.log.as_ref(), stream, body)))?);
        }
        let (log, plain) = (median(log), median(plain));
        let first = *empty.get_or_insert(log);
        let each = if tickets > 0 { format!("{} bytes", bytes / tickets as u64) } else { String::new() };
        rows.push([
            records.to_string(),
            format!("{:.0} MB", bytes as f64 / 1e6),
            each,
            format!("{log:.0}"),
            format!("{:.2}", log / plain),
            format!("{:.2}", log / first),
            format!("{:.1}", watch.foreign_cores()?),
        ]);
    }
    place::print_table(&rows);
    Ok(())
}

/// Appends in a second, by all producers together.
async fn rate<F: Future<Output = Result<T>>, T>(append: impl Fn(String, Vec<u8>) -> F) -> Result<f64> {
    let began = Instant::now();
    let append = &append;
    let producer = |number: usize| async move {
        let mut random = StdRng::seed_from_u64(number as u64);
        let mut body = vec![b'x'; BODY_BYTES];
        let mut appended = 0_u64;
        while began.elapsed() < MEASURED {
            random.fill(&mut body[..16]);
            append(format!("other/ticket/{}", random.random_range(0..100_000)), body.clone()).await?;
            appended += 1;
        }
        Ok::<_, anyhow::Error>(appended)
    };
    let appended = try_join_all((0..PRODUCERS).map(producer)).await?;
    Ok(appended.into_iter().sum::<u64>() as f64 / began.elapsed().as_secs_f64())
}

async fn append(log: &dyn EventLog, stream: String, body: Vec<u8>) -> Result<()> {
    let mut id = [0; 16];
    id.copy_from_slice(&body[..16]);
    let record = NewRecord { id: RecordId(id), schema: 1, recorded_at_ms: 1_800_000_000_000, body };
    log.append(&StreamName::new(stream)?, Expected::Any, vec![record]).await?;
    Ok(())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// What the disk holds for the files in a folder.
fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() {
            bytes_in(&entry.path())?
        } else {
            std::os::unix::fs::MetadataExt::blocks(&about) * 512
        };
    }
    Ok(bytes)
}
