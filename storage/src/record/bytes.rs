//! The bytes of a stored record. This layout is persisted: a change needs a new format number and the old
//! reader kept.
//!
//! ```text
//! offset  bytes  content                      (numbers are big endian)
//!      0      1  format, 1
//!      1     16  id
//!     17      2  schema
//!     19      8  recorded_at_ms
//!     27      8  sequence
//!     35     16  hash of the record before it in the stream
//!     51      1  length of the stream's name, n
//!     52      n  the stream's name
//!   52+n      .  the body
//!    end     16  BLAKE3 over everything above, cut to 16 bytes
//! ```
//!
//! The position is not among them: it is where a backend keeps the record, and a copy of the log in another
//! backend keeps its hashes.

use super::{NAME_BYTES_MAX, NewRecord, RECORD_BYTES_MAX, Record, RecordHash, RecordId, StreamName};

/// The format this program writes. Persisted.
const FORMAT: u8 = 1;
const HEADER_BYTES: usize = 52;
const HASH_BYTES: usize = 16;
const _: () = assert!(NAME_BYTES_MAX <= u8::MAX as usize);

/// The most bytes a stored record can have: the longest name and the largest body.
pub(crate) const STORED_BYTES_MAX: usize = HEADER_BYTES + NAME_BYTES_MAX + RECORD_BYTES_MAX + HASH_BYTES;

/// Stored bytes that are no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// There are fewer bytes than the smallest record has.
    #[error("{0} bytes are too few for a record")]
    Short(usize),
    /// A newer program wrote it, or its first byte was altered.
    #[error("the record has the unknown format {0}")]
    UnknownFormat(u8),
    /// The bytes are not those that were written.
    #[error("the record does not match its hash")]
    WrongHash,
    /// The hash is right but the stream's name breaks the rules.
    #[error("the record names no proper stream")]
    BadStream,
}

/// Replaces the content of `bytes` by the stored form of a record and returns the record's hash.
pub(crate) fn encode(
    bytes: &mut Vec<u8>,
    stream: &StreamName,
    sequence: u64,
    previous: RecordHash,
    record: &NewRecord,
) -> RecordHash {
    let name = stream.as_str().as_bytes();
    bytes.clear();
    bytes.reserve(HEADER_BYTES + name.len() + record.body.len() + HASH_BYTES);
    bytes.push(FORMAT);
    bytes.extend_from_slice(&record.id.0);
    bytes.extend_from_slice(&record.schema.to_be_bytes());
    bytes.extend_from_slice(&record.recorded_at_ms.to_be_bytes());
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(&previous.0);
    // No name is longer than a byte can count.
    bytes.push(name.len() as u8);
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&record.body);
    let hash = hash_of(bytes);
    bytes.extend_from_slice(&hash.0);
    hash
}

impl Record {
    /// The stored form. Everything but the position is in it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(&mut bytes, &self.stream, self.sequence, self.previous, &self.as_new());
        bytes
    }

    /// Reads the stored form back and checks its hash. `position` is where it was found.
    pub fn from_bytes(position: u64, bytes: &[u8]) -> Result<Self, BadRecord> {
        if bytes.len() < HEADER_BYTES + HASH_BYTES {
            return Err(BadRecord::Short(bytes.len()));
        }
        if bytes[0] != FORMAT {
            return Err(BadRecord::UnknownFormat(bytes[0]));
        }
        let (content, hash) = bytes.split_at(bytes.len() - HASH_BYTES);
        let hash = RecordHash(array(hash));
        if hash_of(content) != hash {
            return Err(BadRecord::WrongHash);
        }
        let name_end = HEADER_BYTES + usize::from(content[51]);
        let name = content.get(HEADER_BYTES..name_end).ok_or(BadRecord::BadStream)?;
        let name = std::str::from_utf8(name).map_err(|_| BadRecord::BadStream)?;
        Ok(Self {
            position,
            stream: StreamName::new(name).map_err(|_| BadRecord::BadStream)?,
            sequence: u64::from_be_bytes(array(&content[27..35])),
            id: RecordId(array(&content[1..17])),
            schema: u16::from_be_bytes(array(&content[17..19])),
            recorded_at_ms: i64::from_be_bytes(array(&content[19..27])),
            previous: RecordHash(array(&content[35..51])),
            hash,
            body: content[name_end..].to_vec(),
        })
    }

    /// Whether the record is the one its hash was taken of.
    pub fn matches_its_hash(&self) -> bool {
        let mut bytes = Vec::new();
        encode(&mut bytes, &self.stream, self.sequence, self.previous, &self.as_new()) == self.hash
    }

    fn as_new(&self) -> NewRecord {
        NewRecord {
            id: self.id,
            schema: self.schema,
            recorded_at_ms: self.recorded_at_ms,
            body: self.body.clone(),
        }
    }
}

fn hash_of(content: &[u8]) -> RecordHash {
    RecordHash(array(&blake3::hash(content).as_bytes()[..HASH_BYTES]))
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    #[test]
    fn the_bytes_of_format_1_are_these() {
        let record = NewRecord {
            id: RecordId([7; 16]),
            schema: 0x0102,
            recorded_at_ms: 1_700_000_000_000,
            body: b"{\"a\":1}".to_vec(),
        }
        .chain(9, StreamName::new("acme/ticket/501").unwrap(), 3, RecordHash([9; 16]));
        let expected = concat!(
            "01",
            "07070707070707070707070707070707",
            "0102",
            "0000018bcfe56800",
            "0000000000000003",
            "09090909090909090909090909090909",
            "0f",
            "61636d652f7469636b65742f353031",
            "7b2261223a317d",
            "aec68721a1e3712ce60f6d06702ebc50",
        );
        let hex: String = record.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }

    #[test]
    fn every_record_reads_back_as_it_was_written() {
        let mut random = StdRng::seed_from_u64(1);
        for _ in 0..500 {
            let record = any_record(&mut random);
            assert_eq!(Record::from_bytes(record.position, &record.to_bytes()), Ok(record.clone()));
            assert!(record.matches_its_hash());
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let mut random = StdRng::seed_from_u64(2);
        for _ in 0..50 {
            let bytes = any_record(&mut random).to_bytes();
            let mut flipped = bytes.clone();
            let place = random.random_range(0..bytes.len());
            flipped[place] ^= 1 << random.random_range(0..8);
            assert!(Record::from_bytes(1, &flipped).is_err(), "byte {place}");
            let cut = random.random_range(0..bytes.len());
            assert!(Record::from_bytes(1, &bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn the_hash_depends_on_the_link() {
        let new = NewRecord { id: RecordId([1; 16]), schema: 1, recorded_at_ms: 0, body: vec![1] };
        let stream = StreamName::new("s").unwrap();
        let one = new.clone().chain(1, stream.clone(), 1, RecordHash::ZERO);
        let other = new.chain(1, stream, 1, RecordHash([1; 16]));
        assert_ne!(one.hash, other.hash);
    }

    #[test]
    fn the_longest_record_has_the_promised_size() {
        let new = NewRecord {
            id: RecordId([1; 16]),
            schema: 1,
            recorded_at_ms: 0,
            body: vec![0; RECORD_BYTES_MAX],
        };
        let stream = StreamName::new("n".repeat(NAME_BYTES_MAX)).unwrap();
        assert_eq!(new.chain(1, stream, 1, RecordHash::ZERO).to_bytes().len(), STORED_BYTES_MAX);
    }

    fn any_record(random: &mut StdRng) -> Record {
        let name_length = random.random_range(1..=NAME_BYTES_MAX);
        let name: String = (0..name_length).map(|_| random.random_range('!'..='~')).collect();
        let body_length = random.random_range(0..2000);
        let new = NewRecord {
            id: RecordId(random.random()),
            schema: random.random(),
            recorded_at_ms: random.random(),
            body: (0..body_length).map(|_| random.random()).collect(),
        };
        let previous = RecordHash(random.random());
        new.chain(random.random(), StreamName::new(name).unwrap(), random.random(), previous)
    }
}
