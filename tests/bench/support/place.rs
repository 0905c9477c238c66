//! Where a benchmark runs: its folder on a real disk, the machine in words, and the table that it prints.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// Names the folder to work in. Its disk is what is measured.
const FOLDER_VARIABLE: &str = "POLUS_BENCH_FOLDER";

/// Whether cargo's `bench` asked for a run. Other ways to run all targets build without optimising.
pub fn is_wanted() -> bool {
    let wanted = std::env::args().any(|argument| argument == "--bench");
    if !wanted {
        println!("a benchmark; run it with `cargo bench`");
    }
    wanted
}

/// A folder of its own that goes when it is dropped. Refused where nothing is ever written to a disk.
pub fn folder() -> Result<TempDir> {
    let parent =
        std::env::var_os(FOLDER_VARIABLE).map_or_else(|| env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from);
    let kind = file_system(&parent)?;
    if kind == "tmpfs" || kind == "ramfs" {
        bail!(
            "{} is on {kind}, which has no disk: set {FOLDER_VARIABLE} to a folder that has one",
            parent.display()
        );
    }
    TempDir::new_in(&parent).with_context(|| format!("no folder can be made in {}", parent.display()))
}

/// The machine, in one line.
pub fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = value_of(&processors, "model name").unwrap_or("an unnamed processor");
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kilobytes: u64 = value_of(&memory, "MemTotal")
        .and_then(|value| value.trim_end_matches(" kB").parse().ok())
        .context("the size of memory")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let disk = file_system(folder()?.path())?;
    let gibibytes = kilobytes / 1024 / 1024;
    Ok(format!("{cores} cores of {model}, {gibibytes} GiB, Linux {}, {disk}", kernel.trim()))
}

/// Prints a table in Markdown. The first row names the columns.
pub fn print_table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) {
    for (place, row) in rows.iter().enumerate() {
        println!("| {} |", row.join(" | "));
        if place == 0 {
            println!("|{}", " --- |".repeat(COLUMNS));
        }
    }
}

fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find(|line| line.starts_with(name))?.split_once(':').map(|(_, value)| value.trim())
}

/// The kind of the file system that holds `path`: of all mounts above it the longest.
fn file_system(path: &Path) -> Result<String> {
    let path = path.canonicalize().with_context(|| path.display().to_string())?;
    let mounts = fs::read_to_string("/proc/mounts")?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((Path::new(fields.next()?), fields.next()?))
    });
    let above = mounts.filter(|(mount, _)| path.starts_with(mount));
    // The last of equals lies on top of the others.
    above
        .max_by_key(|(mount, _)| mount.as_os_str().len())
        .map(|(_, kind)| kind.to_owned())
        .context("no mount")
}
