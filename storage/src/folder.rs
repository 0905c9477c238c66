//! Folders whose names survive a power cut: made, and synced in the folder above.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes `folder` and those above it that are missing. Each new one is synced in the one above it.
pub(crate) fn create_synced(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    create_synced(above(folder))?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    sync_above(folder)
}

/// Makes the names in `folder` durable.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the name of `folder` durable in the folder above it.
pub(crate) fn sync_above(folder: &Path) -> io::Result<()> {
    sync(above(folder))
}

fn above(folder: &Path) -> &Path {
    match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        Some(_) | None => Path::new("."),
    }
}
