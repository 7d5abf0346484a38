//! Reads from our own log what was deleted before the time from which deleted rows are still there
//! (convergence rule D1).
//!
//! A stream that is further behind than deleted rows are kept meets a change whose row is not there, and
//! finds no trace of a delete although there may have been one. Then the transaction is rolled back, the
//! deletes in the log that `worker::own_log` keeps, of every node, are written down in `spock.dead_row`,
//! where each change of the stream finds them, and the transaction is applied again. While no change
//! misses its row nothing is read, however far the stream is behind.
//!
//! **Why nothing slips through.** The server says since when all deleted rows are there *before* vacuum
//! may take older ones, and it is asked *after* the look.

use std::collections::HashMap;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::Version;
use spock_core::converge::LocalVersion;
use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use super::applier::Applier;
use super::image::is_transient;
use super::session::origins;
use super::version::Versions;
use crate::catalog::{dead_row, node, replication_set};
use crate::pg::dead_version::DeadVersion;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::{
    bgworker, database, delete_marks, logical_slot, relation_history, spi, transaction,
};
use crate::worker::{horizon, own_log, passages, retention};

/// Deletes that are read in one transaction, at least.
const BATCH: i32 = 10_000;
/// Log that is read in one go, in bytes: the provider hears from us after each.
const STRETCH: u64 = 64 << 20;
/// A slot that was read from is kept for so long, so that a stream which stays behind need not begin
/// anew.
const KEEP_SLOT: i64 = 60_000_000;
/// How often a loss is told of.
const TELL_AGAIN: i64 = 600_000_000;

/// What a stream knows of deletes whose rows are gone.
pub(super) struct Recall {
    subscription: Oid,
    /// All deletes before this time are written down, as far as any log has them.
    read: i64,
    /// A change needs more.
    is_wanted: bool,
    /// The slot to read from exists, since this session made it; when it was used last.
    used_at: Option<i64>,
    told_at: i64,
}

impl Recall {
    pub(super) const fn new(subscription: Oid) -> Self {
        Self { subscription, read: 0, is_wanted: false, used_at: None, told_at: 0 }
    }

    /// Whether the log is to be read.
    pub(super) const fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Whether deletes that matter to the stream may be neither in the relation any more nor written
    /// down. To be asked after both were looked at.
    fn is_lacking(&self, relation: Oid) -> bool {
        let Some(since) = retention::complete_since() else {
            // None are kept, by whose choice ever: what the log had at the start is all.
            return self.read == 0;
        };
        if since <= self.read {
            return relation_history::rewritten_at(relation).is_some_and(|time| time > self.read);
        }
        let settled = passages::settled(database::my_database(), self.subscription).unwrap_or(0);
        let known = self.read.max(settled);
        since > known || relation_history::rewritten_at(relation).is_some_and(|time| time > known)
    }

    fn slot(&self) -> String {
        format!("{}r{}", own_log::prefix(database::my_database()), self.subscription)
    }

    /// Writes down what was deleted up to now; outside of any transaction.
    pub(super) fn read<E: From<SpockError>>(
        &mut self,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        self.is_wanted = false;
        let settled = passages::settled(database::my_database(), self.subscription).unwrap_or(0);
        // What commits from now on leaves a row that is kept.
        let (time, end) = horizon::mark()?;
        let read = self.read_up_to(end, settled, keep_alive);
        match read {
            Ok(0) => {}
            Ok(count) => pgrx::log!("spock: {count} deletes were read from the log"),
            Err(Failed::There(error)) => return Err(error),
            Err(Failed::Here(error)) => {
                logical_slot::let_go();
                self.close();
                if is_transient(&error) {
                    return Err(error.into_error().into());
                }
                self.tell_loss(&error.message);
            }
        }
        self.read = time;
        Ok(())
    }

    fn read_up_to<E>(
        &mut self,
        end: Lsn,
        settled: i64,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<usize, Failed<E>> {
        let slot = self.slot();
        if self.used_at.is_none() && !bgworker::transaction(|| open(&slot))? {
            self.tell_loss("no log is kept, because no node subscribes to this one");
            return Ok(0);
        }
        self.used_at = Some(transaction::now());
        let mut versions = bgworker::transaction(|| {
            let (spans, tiebreakers) = origins();
            node::local().map(|local| Versions::new(local.node.id, spans, tiebreakers))
        })?;
        let Some(versions) = &mut versions else { return Ok(0) };
        let mut total = 0;
        let mut position = bgworker::transaction(|| position(&slot))?;
        loop {
            let up_to = Lsn(end.0.min(position.0 + STRETCH));
            let count = bgworker::transaction(|| batch(&slot, up_to, settled, versions))?;
            total += count;
            keep_alive().map_err(Failed::There)?;
            if count < BATCH as usize {
                if up_to == end {
                    return Ok(total);
                }
                position = up_to;
            }
        }
    }

    /// Gives the slot back when it was not needed for a while.
    pub(super) fn cool_down(&mut self, now: i64) {
        if self.used_at.is_some_and(|at| now - at > KEEP_SLOT) {
            self.close();
        }
    }

    /// Says, now and then, that nobody knows.
    fn tell_loss(&mut self, reason: &str) {
        let now = transaction::now();
        if self.told_at != 0 && now - self.told_at < TELL_AGAIN {
            return;
        }
        self.told_at = now;
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("what was deleted earlier cannot be read from the log: {reason}"),
        )
        .detail("Rows that were deleted here and changed elsewhere may differ.")
        .hint("Compare the tables of both nodes.")
        .report(PgLogLevel::WARNING);
    }

    fn close(&mut self) {
        if self.used_at.take().is_none() {
            return;
        }
        let slot = self.slot();
        let dropped = bgworker::transaction(|| {
            spi::select(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                  WHERE slot_name = $1::name",
                &[slot.as_str().into()],
            );
        });
        if let Err(error) = dropped {
            logical_slot::let_go();
            pgrx::warning!("slot \"{slot}\" was not dropped: {}", error.message);
        }
    }
}

/// Where reading failed.
enum Failed<E> {
    Here(CaughtError),
    /// On the way to the provider.
    There(E),
}

impl<E> From<CaughtError> for Failed<E> {
    fn from(error: CaughtError) -> Self {
        Self::Here(error)
    }
}

/// Makes the slot to read from; false when no log is kept.
fn open(slot: &str) -> bool {
    let prefix = own_log::prefix(database::my_database());
    spi::select_one(
        "SELECT c.lsn
           FROM (SELECT slot_name FROM pg_replication_slots
                  WHERE database = current_database() AND NOT temporary
                    AND starts_with(slot_name::text, $2) AND wal_status <> 'lost'
                  ORDER BY confirmed_flush_lsn LIMIT 1) AS oldest,
                LATERAL pg_copy_logical_replication_slot(oldest.slot_name, $1::name, true) AS c",
        &[slot.into(), prefix.into()],
    )
    .is_some()
}

fn position(slot: &str) -> Lsn {
    spi::select_one(
        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = $1::name",
        &[slot.into()],
    )
    .map_or(Lsn::INVALID, |row| row.get(0))
}

/// Reads some, and how many that were.
fn batch(slot: &str, up_to: Lsn, settled: i64, versions: &mut Versions) -> usize {
    let rows = spi::select(
        "SELECT data FROM pg_logical_slot_get_changes($1::name, $2, $3::integer,
            'startup_params_format', '1', 'min_proto_version', '4', 'max_proto_version', '5',
            'proto_format', 'deletes', 'spock.replication_set_names', $4)",
        &[slot.into(), up_to.into(), BATCH.into(), replication_set::all_names().into()],
    );
    let mut newest: HashMap<(u32, String), Version> = HashMap::new();
    for row in &rows {
        let line: String = row.get(0);
        let Ok((relation, xid, time, origin, key)) =
            serde_json::from_str::<(u32, u32, i64, u16, String)>(&line)
        else {
            continue;
        };
        let version = match versions.of_delete(&DeadVersion { time, origin, xid }) {
            LocalVersion::Known(side) => side.version,
            LocalVersion::Own | LocalVersion::Unknown => versions.of_local(time).version,
        };
        // What is settled no change of the stream can need.
        if version.time < settled {
            continue;
        }
        let known = newest.entry((relation, key)).or_insert(version);
        if known.time < version.time {
            *known = version;
        }
    }
    for ((relation, key), version) in &newest {
        delete_marks::note_written(*relation, version.time);
        dead_row::leave(*relation, key, *version);
    }
    rows.len()
}

impl Applier {
    /// Ends this run of the transaction if deletes that matter to the change at hand may be known to
    /// our log alone; to be asked after a look for them.
    #[cold]
    pub(super) fn require_history(&mut self, relation: Oid) {
        if !(self.causes.is_patient() || self.whole) || !self.causes.recall.is_lacking(relation) {
            return;
        }
        self.causes.recall.is_wanted = true;
        self.await_cause("what was deleted before", false)
    }
}
