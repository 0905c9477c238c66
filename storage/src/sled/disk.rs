//! The two things the log asks of the disk itself, as a seam: tests count, delay and fail them.

use std::fs::File;
use std::io;
use std::path::Path;

/// What makes written bytes durable and knows how much room is left.
pub trait Disk: Send + Sync {
    /// Makes everything written to `file` so far durable. An error means that nothing is known of it.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Bytes that an ordinary user may still write where `folder` is.
    fn free_bytes(&self, folder: &Path) -> io::Result<u64>;
}

/// The real disk: `fdatasync` and `statvfs`.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn free_bytes(&self, folder: &Path) -> io::Result<u64> {
        let volume = rustix::fs::statvfs(folder)?;
        Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
    }
}
