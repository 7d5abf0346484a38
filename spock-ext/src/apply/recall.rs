//! Reads from our own log what was deleted before the time from which deleted rows are still there
//! (convergence rule D1).
//!
//! A stream that is further behind than deleted rows are kept meets a change whose row is not there, and
//! finds no trace of a delete although there may have been one. Then the transaction is rolled back, the
//! deletes in the log that `worker::own_log` keeps, of every node, are written down in `spock.dead_row`,
//! where each change of the stream finds them, and the transaction is applied again. While no change
//! misses its row nothing is read, however far the stream is behind.
//!
//! What no log has (it was removed, or none is kept because nobody subscribes to this node) stays unknown.
//! When a change meets that, the subscription is marked first, in a transaction of its own, as one whose
//! rows may differ: `spock.repair_needed`. The same where a stream resumes with changes that are older
//! than the versions of rows are known (rule V2).
//!
//! **Why nothing slips through.** The server says since when all deleted rows are there *before* vacuum
//! may take older ones, and it is asked *after* the look.

use std::collections::HashMap;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::Version;
use spock_core::converge::LocalVersion;
use spock_core::converge::history;
use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use super::applier::Applier;
use super::image::is_transient;
use super::session::origins;
use super::version::Versions;
use crate::catalog::{dead_row, node, repair_needed, replication_set};
use crate::pg::dead_version::DeadVersion;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::{
    bgworker, database, delete_marks, failpoint, logical_slot, relation_history, spi, transaction,
};
use crate::worker::{horizon, own_log, passages, retention};

/// Deletes that are read in one transaction, at least.
const BATCH: i32 = 10_000;
/// Log that is read in one go, in bytes: the provider hears from us after each.
const STRETCH: u64 = 64 << 20;
/// A slot that was read from is kept for so long, so that a stream which stays behind need not begin
/// anew.
const KEEP_SLOT: i64 = 60_000_000;
/// A delete that the stream itself brought may have a commit time so much later than a change behind it.
const DISORDER: i64 = 1_000_000;

/// What a stream knows of deletes whose rows are gone.
pub(super) struct Recall {
    subscription: Oid,
    /// All deletes before this time are written down, as far as any log has them.
    read: i64,
    /// A change needs more.
    is_wanted: bool,
    /// The slot to read from exists, since this session made it; when it was used last.
    used_at: Option<i64>,
    /// The slot has all commits from this time on.
    slot_from: i64,
    /// What no log had when it was looked for.
    gap: Option<Gap>,
    /// What is to be written into `spock.repair_needed`: relation and reason.
    mark: Option<(Oid, String)>,
    /// Relations that stand there, as of the transaction with that commit record.
    noted: (Lsn, Vec<Oid>),
    /// Versions of rows are known from this time on; until the first change was compared with it.
    versions_from: Option<i64>,
}

/// Deletes that are not known.
#[derive(Debug)]
struct Gap {
    /// Those before this time, unless their rows are still there.
    until: i64,
    /// There is a log, but it begins too late.
    has_log: bool,
    /// Why.
    reason: String,
}

impl Recall {
    pub(super) const fn new(subscription: Oid) -> Self {
        Self {
            subscription,
            read: 0,
            is_wanted: false,
            used_at: None,
            slot_from: 0,
            gap: None,
            mark: None,
            noted: (Lsn::INVALID, Vec::new()),
            versions_from: None,
        }
    }

    /// A stream that was there before goes on; versions of rows are known from `oldest` on.
    pub(super) fn resume(&mut self, oldest: Option<i64>) {
        self.versions_from = oldest;
    }

    /// Whether the next change is the first one after that.
    #[inline]
    pub(super) const fn resumes(&self) -> bool {
        self.versions_from.is_some()
    }

    /// Whether rows of the relation may differ once a change is applied that met neither a row nor a
    /// delete. To be asked as [`Self::is_lacking`].
    fn is_unknown(&self, relation: Oid, time: i64, is_insert: bool) -> bool {
        let Some(gap) = &self.gap else { return false };
        let rewritten = relation_history::rewritten_at(relation).unwrap_or(0);
        let kept = retention::complete_since().map_or(i64::MAX, |since| since.max(rewritten));
        let settled = passages::settled(database::my_database(), self.subscription);
        // Of a stream in one direction it is ordinary that nothing is known from before the start.
        let is_exposed = !is_insert
            || gap.has_log
            || delete_marks::is_exposed_to_seen(relation.into(), time + DISORDER);
        history::Gap { until: gap.until.min(kept), settled }.matters_to(time, is_exposed)
    }

    /// Whether something is to be written into `spock.repair_needed`.
    pub(super) const fn has_mark(&self) -> bool {
        self.mark.is_some()
    }

    /// Writes it; outside of any transaction.
    pub(super) fn write_mark(&mut self, name: &str) -> Result<(), SpockError> {
        let Some((relation, reason)) = self.mark.take() else { return Ok(()) };
        let subscription = self.subscription;
        let is_new = bgworker::transaction(|| repair_needed::note(subscription, relation, &reason))
            .map_err(CaughtError::into_error)?;
        if is_new {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!("subscription \"{name}\" needs repair: {reason}"),
            )
            .detail("Rows here may differ from the provider's.")
            .hint(
                "spock.sub_show_status() names the table. Copy it again with \
                 spock.sub_resync_table(), or compare and mend it and call spock.sub_repaired().",
            )
            .report(PgLogLevel::WARNING);
        }
        Ok(())
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

    /// Of this process: streams that copy tables have the same subscription.
    fn slot(&self) -> String {
        format!("{}r{}", own_log::prefix(database::my_database()), bgworker::my_pid())
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
        self.gap = None;
        match read {
            Ok(None) => {
                let reason = "no log is kept that has them".to_owned();
                self.gap = Some(Gap { until: time, has_log: false, reason });
            }
            Ok(Some(count)) => {
                if count > 0 {
                    pgrx::log!("spock: {count} deletes were read from the log");
                }
                if self.slot_from > 0 {
                    let reason = "the log that is kept begins later".to_owned();
                    self.gap = Some(Gap { until: self.slot_from, has_log: true, reason });
                }
            }
            Err(Failed::There(error)) => return Err(error),
            Err(Failed::Here(error)) => {
                logical_slot::let_go_of_all();
                self.close();
                if is_transient(&error) {
                    return Err(error.into_error().into());
                }
                pgrx::log!("spock: the log could not be read for deletes: {}", error.message);
                let reason = format!("the log that has them cannot be read: {}", error.message);
                self.gap = Some(Gap { until: time, has_log: true, reason });
            }
        }
        self.read = time;
        Ok(())
    }

    /// How many were read; none without a log.
    fn read_up_to<E>(
        &mut self,
        end: Lsn,
        settled: i64,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Option<usize>, Failed<E>> {
        let slot = self.slot();
        if self.used_at.is_none() {
            let Some(from) = bgworker::transaction(|| open(&slot))? else { return Ok(None) };
            self.slot_from = from;
        }
        self.used_at = Some(transaction::now());
        let mut versions = bgworker::transaction(|| {
            let (spans, tiebreakers) = origins();
            node::local().map(|local| Versions::new(local.node.id, spans, tiebreakers))
        })?;
        let Some(versions) = &mut versions else { return Ok(None) };
        let mut total = 0;
        let mut position = bgworker::transaction(|| position(&slot))?;
        loop {
            let up_to = Lsn(end.0.min(position.0 + STRETCH));
            let count = bgworker::transaction(|| batch(&slot, up_to, settled, versions))?;
            total += count;
            keep_alive().map_err(Failed::There)?;
            if count < BATCH as usize {
                if up_to == end {
                    return Ok(Some(total));
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
            logical_slot::let_go_of_all();
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

/// Makes the slot to read from, and says from which time on it has all commits (0: nobody knows); `None`
/// when no log is kept.
fn open(slot: &str) -> Option<i64> {
    let prefix = own_log::prefix(database::my_database());
    let row = spi::select_one(
        "SELECT kept.names
           FROM (SELECT array_agg(slot_name::text ORDER BY confirmed_flush_lsn) AS names
                   FROM pg_replication_slots
                  WHERE database = current_database() AND NOT temporary
                    AND starts_with(slot_name::text, $2) AND wal_status <> 'lost') AS kept,
                LATERAL pg_copy_logical_replication_slot(kept.names[1]::name, $1::name, true) AS c
          WHERE kept.names IS NOT NULL",
        &[slot.into(), prefix.as_str().into()],
    )?;
    failpoint::hit("apply.open_log");
    let names: Vec<String> = row.get(0);
    // The one that begins first has what any other has. It may be the younger one: after a crash
    // subscribers' slots are where they were a while ago.
    let from = names.iter().map(|name| own_log::complete_from(name, &prefix).unwrap_or(0)).min();
    Some(from.unwrap_or(0))
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
    /// our log alone, or if it has first to be noted that nobody knows them; to be asked after a look for
    /// them. `goes_on`: the change will be decided by what is known now, and waits for no other node.
    #[cold]
    pub(super) fn require_history(&mut self, relation: Oid, is_insert: bool, goes_on: bool) {
        if !(self.causes.is_patient() || self.whole) {
            return;
        }
        let recall = &mut self.causes.recall;
        if recall.is_lacking(relation) {
            recall.is_wanted = true;
            self.await_cause("what was deleted before", false)
        }
        let remote = &self.remote;
        if !goes_on || !recall.is_unknown(relation, remote.commit_time, is_insert) {
            return;
        }
        if recall.noted.0 != remote.final_lsn {
            recall.noted = (remote.final_lsn, Vec::new());
        }
        if recall.noted.1.contains(&relation) {
            return;
        }
        if repair_needed::is_noted(recall.subscription, relation) {
            recall.noted.1.push(relation);
            return;
        }
        let why = recall.gap.as_ref().map_or("", |gap| &gap.reason);
        let reason =
            format!("a late change could not be compared with what was deleted here: {why}");
        recall.mark = Some((relation, reason));
        self.await_cause("the note that rows may differ", false)
    }

    /// The first change of a stream that goes on: ends this run if it is older than the versions of rows
    /// are known here.
    #[cold]
    pub(super) fn require_versions(&mut self) {
        let recall = &mut self.causes.recall;
        let Some(from) = recall.versions_from.take() else { return };
        if self.remote.commit_time < from {
            let reason =
                "the stream goes on with changes that are older than the commit times kept here";
            recall.mark = Some((repair_needed::ALL, reason.to_owned()));
            self.await_cause("the note that rows may differ", false)
        }
    }
}
