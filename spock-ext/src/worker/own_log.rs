//! Keeps the part of this server's log that has the deletes which a stream may still need (convergence
//! rule D1); part of the manager.
//!
//! Deleted rows are kept for seconds. A stream that is further behind (its peer was away, or it is slow)
//! brings changes that were made without knowing of older deletes, and our log has those. So each
//! database with subscriptions has a slot that stays behind all of its streams: no older than a look or
//! two while all are heard, as old as the absence where one is not. The stream that needs it reads from a
//! copy of it ([`crate::apply`]), and pays only then.
//!
//! The slot is never moved, which would mean to decode the log twice. It is a copy of a slot by which a
//! subscriber reads from us, and gives way to a later copy once every stream is settled well behind the
//! moment at which that was made: after a crash it is at first known of less. `max_slot_wal_keep_size`
//! limits it as it does all slots; a disabled subscription keeps log by it until it is enabled or dropped.

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use crate::pg::error::OrRaise;
use crate::pg::{logical_slot, session, spi};

use super::{clock, steady};

/// Age at which a slot is to be followed by another one, in microseconds.
const TURN: i64 = 10_000_000;

/// The names of the slots of a database begin so, also those of what streams read from. What follows in
/// the name of a slot that keeps log is the time from which it has all commits.
pub(crate) fn prefix(db: u32) -> String {
    format!("spk_log_{db}_")
}

/// From which time on the slot with that name has all commits, if it says so.
pub(crate) fn complete_from(name: &str, prefix: &str) -> Option<i64> {
    name.strip_prefix(prefix)?.parse().ok()
}

/// A slot that keeps log.
#[derive(Debug, Clone)]
struct Kept {
    name: String,
    start: Lsn,
    /// What was committed here at this time or later lies behind its start.
    from: i64,
    /// Steady time of its making, 0 before this process.
    made: i64,
}

/// What the manager of a database keeps.
#[derive(Debug, Default)]
pub(super) struct OwnLog {
    /// The one that counts first, then its successor.
    kept: Vec<Kept>,
}

impl OwnLog {
    /// Makes, replaces and drops slots; `settled` is that of all streams of the database. Needs a
    /// transaction that has not written.
    pub(super) fn turn(&mut self, db: u32, is_wanted: bool, settled: Option<i64>) {
        let prefix = prefix(db);
        self.look(&prefix);
        if !is_wanted {
            for kept in std::mem::take(&mut self.kept) {
                drop_slot(&kept.name);
            }
            return;
        }
        if let [_, successor, ..] = self.kept.as_slice()
            && settled.is_some_and(|settled| successor.from + TURN <= settled)
        {
            let old = self.kept.remove(0);
            drop_slot(&old.name);
        }
        let is_due = match self.kept.as_slice() {
            [] => true,
            [only] => {
                let end = session::last_important_record();
                steady() - only.made >= TURN && end > only.start
            }
            _ => false,
        };
        if is_due {
            self.make(&prefix);
        }
    }

    /// Whether there are streams, and nothing is kept for them yet.
    pub(super) fn is_missing(&self, streams: &[(u32, NodeId)]) -> bool {
        self.kept.is_empty() && !streams.is_empty()
    }

    /// From which time on the log is kept.
    pub(super) fn complete_from(&self) -> Option<i64> {
        self.kept.first().map(|kept| kept.from)
    }

    /// Takes over what an earlier manager made, and forgets what is gone.
    fn look(&mut self, prefix: &str) {
        let there = spi::select(
            "SELECT slot_name::text, confirmed_flush_lsn, coalesce(wal_status = 'lost', false)
               FROM pg_replication_slots
              WHERE database = current_database() AND NOT temporary
                AND starts_with(slot_name::text, $1)
              ORDER BY confirmed_flush_lsn, slot_name",
            &[prefix.into()],
        );
        let before = std::mem::take(&mut self.kept);
        for row in &there {
            let name: String = row.get(0);
            if row.get::<bool>(2) {
                pgrx::warning!(
                    "the log that slow and absent peers need was removed: slot \"{name}\" is lost"
                );
                drop_slot(&name);
                continue;
            }
            let known = before.iter().find(|kept| kept.name == name).cloned();
            self.kept.push(known.unwrap_or_else(|| Kept {
                // Where the name does not say: later than the truth, which is safe.
                from: complete_from(&name, prefix).unwrap_or_else(clock::so_far),
                name,
                start: row.get(1),
                made: 0,
            }));
        }
    }

    /// Every commit that takes its time later than ours is read begins its record behind the end of the
    /// log that is read before.
    fn make(&mut self, prefix: &str) {
        let end = session::last_record_end();
        let from = clock::so_far();
        let name = format!("{prefix}{from}");
        let made = spi::select_one(
            "SELECT c.lsn
               FROM (SELECT slot_name FROM pg_replication_slots
                      WHERE database = current_database() AND plugin = 'spock_output'
                        AND NOT temporary AND slot_name LIKE 'spk\\_%'
                        AND slot_name NOT LIKE 'spk\\_log\\_%'
                        AND confirmed_flush_lsn <= $2 AND wal_status <> 'lost'
                      ORDER BY confirmed_flush_lsn DESC LIMIT 1) AS newest,
                    LATERAL pg_copy_logical_replication_slot(newest.slot_name, $1::name, false) AS c",
            &[name.as_str().into(), end.into()],
        );
        let Some(row) = made else { return };
        let start: Lsn = row.get(0);
        if start > end {
            // Its subscriber was quicker: the name would promise too much.
            drop_slot(&name);
            return;
        }
        // A standby that keeps subscribers' slots keeps this one too, and has the same log: promoted, it
        // knows what was deleted before.
        if logical_slot::CAN_FAIL_OVER {
            logical_slot::enable_failover(&name).or_raise();
        }
        self.kept.push(Kept { name, start, from, made: steady() });
    }
}

fn drop_slot(name: &str) {
    // A stream may be copying it: then it goes next time.
    spi::select(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
          WHERE slot_name = $1::name AND NOT active",
        &[name.into()],
    );
}
