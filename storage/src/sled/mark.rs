//! The file `head`: what the log knew to be durable, kept apart from sled.
//!
//! sled takes a damaged end of its file for a write that a crash cut off, and drops it without a word. This
//! mark is how the log notices: it is written after every sync and before the answer, so a log that ends
//! before the mark has lost acknowledged records. It is not synced with each group, which costs nothing: a
//! power cut can only leave an older mark, and an older mark is still true.
//!
//! Two slots of 64 bytes at 0 and 512 are written in turn, so that a torn write leaves the other. Persisted:
//!
//! ```text
//! offset  bytes  content                       (numbers are big endian)
//!      0      8  format, 1
//!      8      8  the last position known to be durable
//!     16      8  the last position when the log was last opened and found sound
//!     24     16  hash of the record at the last position
//!     40     16  BLAKE3 over the 40 bytes above, cut to 16 bytes
//! ```

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::RecordHash;

const FORMAT: u64 = 1;
const CONTENT_BYTES: usize = 40;
const SLOT_BYTES: usize = 56;
const SLOT_OFFSETS: [u64; 2] = [0, 512];

/// What one slot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marked {
    /// The last position known to be durable.
    pub position: u64,
    /// The last position when the log was last opened and found sound. What came later was never checked.
    pub checked: u64,
    /// Hash of the record at `position`; zero for position 0.
    pub hash: RecordHash,
}

impl Marked {
    /// What an empty log is marked with.
    pub(super) const EMPTY: Self = Self { position: 0, checked: 0, hash: RecordHash::ZERO };
}

/// The open file.
pub(super) struct Mark {
    file: File,
    /// The slot to be written next.
    turn: usize,
}

impl Mark {
    /// Opens the file, makes it when it is missing, and returns what it says. `None`: it says nothing,
    /// because it is new or because both slots are damaged.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<Marked>)> {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        let newest = newest(&file)?;
        // The newest is overwritten last.
        let turn = newest.map_or(0, |(slot, _)| 1 - slot);
        Ok((Self { file, turn }, newest.map(|(_, marked)| marked)))
    }

    /// What the file says; `None` when both slots are damaged. Changes nothing.
    pub(super) fn read(path: &Path) -> io::Result<Option<Marked>> {
        Ok(newest(&File::open(path)?)?.map(|(_, marked)| marked))
    }

    /// Writes the next slot.
    pub(super) fn write(&mut self, marked: Marked) -> io::Result<()> {
        self.file.write_all_at(&slot_bytes(marked), SLOT_OFFSETS[self.turn])?;
        self.turn = 1 - self.turn;
        Ok(())
    }

    /// Makes what was written durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

/// The slot that was written last, by its number, and what it says.
fn newest(file: &File) -> io::Result<Option<(usize, Marked)>> {
    let slots = [read_slot(file, SLOT_OFFSETS[0])?, read_slot(file, SLOT_OFFSETS[1])?];
    Ok(match slots {
        [Some(first), Some(second)] if first.position > second.position => Some((0, first)),
        [_, Some(second)] => Some((1, second)),
        [Some(first), None] => Some((0, first)),
        [None, None] => None,
    })
}

fn read_slot(file: &File, offset: u64) -> io::Result<Option<Marked>> {
    let mut bytes = [0; SLOT_BYTES];
    match file.read_exact_at(&mut bytes, offset) {
        Ok(()) => Ok(marked_in(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn slot_bytes(marked: Marked) -> [u8; SLOT_BYTES] {
    let mut bytes = [0; SLOT_BYTES];
    bytes[..8].copy_from_slice(&FORMAT.to_be_bytes());
    bytes[8..16].copy_from_slice(&marked.position.to_be_bytes());
    bytes[16..24].copy_from_slice(&marked.checked.to_be_bytes());
    bytes[24..CONTENT_BYTES].copy_from_slice(&marked.hash.0);
    let check = check_of(&bytes);
    bytes[CONTENT_BYTES..].copy_from_slice(&check);
    bytes
}

fn marked_in(bytes: &[u8; SLOT_BYTES]) -> Option<Marked> {
    if check_of(bytes) != bytes[CONTENT_BYTES..] || number_at(bytes, 0) != FORMAT {
        return None;
    }
    let mut hash = RecordHash([0; 16]);
    hash.0.copy_from_slice(&bytes[24..CONTENT_BYTES]);
    Some(Marked { position: number_at(bytes, 8), checked: number_at(bytes, 16), hash })
}

fn number_at(bytes: &[u8; SLOT_BYTES], start: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[start..start + 8]);
    u64::from_be_bytes(number)
}

fn check_of(bytes: &[u8; SLOT_BYTES]) -> [u8; 16] {
    let mut check = [0; 16];
    check.copy_from_slice(&blake3::hash(&bytes[..CONTENT_BYTES]).as_bytes()[..16]);
    check
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn marked(position: u64) -> Marked {
        Marked { position, checked: 3, hash: RecordHash([5; 16]) }
    }

    #[test]
    fn the_newest_mark_is_read_back_and_a_torn_one_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        let (mut mark, found) = Mark::open(&path).unwrap();
        assert_eq!(found, None);
        for position in 1..=5 {
            mark.write(marked(position)).unwrap();
            let (_, found) = Mark::open(&path).unwrap();
            assert_eq!(found, Some(marked(position)));
        }
        let (mut mark, _) = Mark::open(&path).unwrap();
        mark.write(marked(6)).unwrap();
        let torn = SLOT_OFFSETS[1 - mark.turn];
        mark.file.write_all_at(&[255], torn + 9).unwrap();
        assert_eq!(Mark::open(&path).unwrap().1, Some(marked(5)));
    }

    #[test]
    fn the_bytes_of_format_1_are_these() {
        let hex: String = slot_bytes(marked(9)).iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = concat!(
            "0000000000000001",
            "0000000000000009",
            "0000000000000003",
            "05050505050505050505050505050505",
            "d76a95458acbdac6091b0dc87b3d9a6b",
        );
        assert_eq!(hex, expected);
    }
}
