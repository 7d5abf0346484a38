//! How far the apply worker of each slot has come, for status views and lag.
//!
//! One writer (the worker of the slot) writes once per transaction, without a lock: a counter that is
//! odd while the writer is inside lets readers notice and read again.

use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::pg::shmem::SharedState;

use super::slots::slot_count;

/// What is known of the stream of one subscription. Times are microseconds since 2000-01-01.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Local and remote node of the subscription.
    pub(crate) node: u32,
    pub(crate) remote_node: u32,
    /// Commit time at the provider of the newest transaction applied, and of the one before.
    pub(crate) remote_commit_ts: i64,
    pub(crate) prev_remote_ts: i64,
    /// Commit LSN at the provider of the newest transaction applied.
    pub(crate) remote_commit_lsn: u64,
    /// Where the provider's WAL ended when it sent its last message.
    pub(crate) remote_insert_lsn: u64,
    /// End of what was received.
    pub(crate) received_lsn: u64,
    /// Local time of the last change of this.
    pub(crate) last_updated_ts: i64,
}

const WORDS: usize = 7;

/// The shared form of [`Progress`].
#[derive(Debug, Default)]
pub(crate) struct Cell {
    version: AtomicU64,
    words: [AtomicU64; WORDS],
}

/// One cell per worker slot.
pub(crate) static CELLS: SharedState<Cell> = SharedState::new(c"spock progress", slot_count);

impl Progress {
    fn to_words(self) -> [u64; WORDS] {
        [
            u64::from(self.node) << 32 | u64::from(self.remote_node),
            self.remote_commit_ts.cast_unsigned(),
            self.prev_remote_ts.cast_unsigned(),
            self.remote_commit_lsn,
            self.remote_insert_lsn,
            self.received_lsn,
            self.last_updated_ts.cast_unsigned(),
        ]
    }

    fn from_words(words: [u64; WORDS]) -> Self {
        Self {
            node: (words[0] >> 32) as u32,
            remote_node: words[0] as u32,
            remote_commit_ts: words[1].cast_signed(),
            prev_remote_ts: words[2].cast_signed(),
            remote_commit_lsn: words[3],
            remote_insert_lsn: words[4],
            received_lsn: words[5],
            last_updated_ts: words[6].cast_signed(),
        }
    }
}

/// Publishes the progress of a slot; only its own worker may call this.
pub(crate) fn publish(slot: usize, progress: Progress) {
    let Some(cell) = CELLS.get(slot) else { return };
    let version = cell.version.load(Ordering::Relaxed) | 1;
    cell.version.store(version, Ordering::Relaxed);
    fence(Ordering::Release);
    for (place, word) in cell.words.iter().zip(progress.to_words()) {
        place.store(word, Ordering::Relaxed);
    }
    cell.version.store(version.wrapping_add(1), Ordering::Release);
}

/// Reads the progress of a slot.
pub(crate) fn read(slot: usize) -> Progress {
    let Some(cell) = CELLS.get(slot) else { return Progress::default() };
    let mut words = [0; WORDS];
    // A writer that died inside leaves the counter odd: what is there then is good enough.
    for _ in 0..1000 {
        let before = cell.version.load(Ordering::Acquire);
        for (word, place) in words.iter_mut().zip(&cell.words) {
            *word = place.load(Ordering::Relaxed);
        }
        fence(Ordering::Acquire);
        if before & 1 == 0 && before == cell.version.load(Ordering::Relaxed) {
            break;
        }
        std::hint::spin_loop();
    }
    Progress::from_words(words)
}
