//! The new server's own system identifier.
//!
//! The identifier stands in `global/pg_control`, and no program of the server changes it. Its place is the
//! beginning of the file in every version; the checksum that covers it stands behind the last field,
//! whose place differs. It is found by its value: the one place that holds the checksum of all before it.
//! A file where there is no such place, or more than one, is left alone. The log keeps the identifier in
//! its pages, so `pg_resetwal` begins a new log afterwards.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use spock_admin::error::{AdminError, Result};

/// Where the checksum can stand.
const PLACES: Range<usize> = 200..500;

/// Gives the stopped server of this data directory another identifier; returns it.
pub(crate) fn reset(pgdata: &Path) -> Result<u64> {
    let path = pgdata.join("global/pg_control");
    let failed = |what: &str, e: std::io::Error| {
        AdminError::failed(format!("could not {what} \"{}\": {e}", path.display()))
    };
    let mut bytes = fs::read(&path).map_err(|e| failed("read", e))?;
    let old = read(&bytes);
    let new = fresh(old);
    if !set(&mut bytes, new) {
        return Err(AdminError::failed("could not change the system identifier")
            .detail(format!("\"{}\" has no checksum that fits.", path.display())));
    }
    let mut file = OpenOptions::new().write(true).open(&path).map_err(|e| failed("open", e))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|e| failed("write", e))?;
    Ok(new)
}

fn read(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

/// An identifier as `initdb` makes one, of time and process.
fn fresh(old: Option<u64>) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let id = (now.as_secs() << 32)
        | (u64::from(now.subsec_micros()) << 12)
        | u64::from(std::process::id() & 0xfff);
    if Some(id) == old { id ^ 1 } else { id }
}

/// Where the checksum of the bytes before it stands.
fn checksum_place(bytes: &[u8]) -> Option<usize> {
    let mut fitting = PLACES.step_by(4).filter(|&at| {
        bytes.get(at..at + 4).is_some_and(|sum| {
            u32::from_ne_bytes([sum[0], sum[1], sum[2], sum[3]]) == crc32c::crc32c(&bytes[..at])
        })
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Whether the identifier could be set.
fn set(bytes: &mut [u8], id: u64) -> bool {
    let Some(at) = checksum_place(bytes) else { return false };
    bytes[..8].copy_from_slice(&id.to_ne_bytes());
    let sum = crc32c::crc32c(&bytes[..at]).to_ne_bytes();
    bytes[at..at + 4].copy_from_slice(&sum);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..288u16).map(|n| (n % 251) as u8).collect();
        bytes.extend(crc32c::crc32c(&bytes).to_ne_bytes());
        bytes.resize(8192, 0);
        bytes
    }

    #[test]
    fn identifier_and_checksum_change_and_nothing_else() {
        let (before, mut after) = (file(), file());
        assert!(set(&mut after, 42));
        assert_eq!(read(&after), Some(42));
        assert_eq!(checksum_place(&after), Some(288));
        assert_eq!(before[8..288], after[8..288]);
        assert_eq!(before[292..], after[292..]);
    }

    #[test]
    fn damaged_file_is_left_alone() {
        let mut bytes = file();
        bytes[100] ^= 1;
        let before = bytes.clone();
        assert!(!set(&mut bytes, 42));
        assert_eq!(before, bytes);
    }

    #[test]
    fn identifiers_differ() {
        let one = fresh(None);
        assert_ne!(fresh(Some(one)), one);
    }
}
