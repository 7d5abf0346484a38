//! Whether an incoming insert can be older than a delete of the same key that happened here.
//!
//! Inserts are the hot path and are written without a look for deleted rows. That is right as long as
//! no delete of the relation committed here at or after the insert's commit time: only such a delete can
//! win against it. So each relation has a mark in shared memory (shared by the relations of one hash) with
//! the newest commit time of a delete here, and the number of transactions with deletes that are
//! committing just now. An insert that [`is_exposed`] is applied with a look for deleted rows.
//!
//! **Who sets marks.** Statements of sessions that delete, or update columns of a key, are noticed when
//! the executor starts them; an apply worker tells of its deletes and key updates itself. The marks are
//! set at commit: counted as committing before the commit record is written, and timed after it, before
//! anyone who waited for the transaction goes on. COMMIT PREPARED, whose relations are not known, and the
//! start of the server mark all relations.
//!
//! **Why nothing slips through.** The insert's writer looks at the mark after its row has entered the
//! unique index. A delete of that key that committed before had begun to be counted by then, so the mark
//! shows it. None can commit later, as the row that the key has now is not visible to it.
//!
//! Sessions pay for DELETE, MERGE and UPDATE statements only: for an UPDATE a comparison of two small
//! bitmaps. Rows removed without the executor or this worker (a native subscription's, TRUNCATE) set no
//! mark here.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use pgrx::pg_sys;

use super::callbacks::{self, XactEvent, XactWatcher};
use super::shmem::SharedState;
use super::{commit_ts, compat};

/// Marks of relations; one more for all of them, and one for what that was set to at the start.
const MARKS: usize = 4096;
const ALL: usize = MARKS;
const FLOOR: usize = MARKS + 1;

/// What is known of deletes in the relations of one hash.
#[derive(Debug, Default)]
pub(crate) struct Mark {
    /// Newest commit time.
    newest: AtomicI64,
    /// Transactions that are between the decision to commit and having told their commit time.
    committing: AtomicU32,
    /// How many ever were.
    began: AtomicU32,
    /// There may be written-down versions of deletes that removed no row.
    has_written: AtomicBool,
}

/// The region.
pub(crate) static SHARED: SharedState<Mark> = SharedState::new(c"spock deletes", || MARKS + 2);

/// The watcher that sets marks; after the one that may refuse a commit.
pub(crate) static WATCHER: XactWatcher = XactWatcher { interested: on_event, act: |_| {} };

/// Marks that this transaction will set.
struct Pending(UnsafeCell<Vec<usize>>);
// SAFETY: backends have one thread.
unsafe impl Sync for Pending {}
static PENDING: Pending = Pending(UnsafeCell::new(Vec::new()));
/// They are counted as committing.
static COUNTED: AtomicBool = AtomicBool::new(false);

fn place(database: u32, relation: u32) -> usize {
    let hash = relation.wrapping_mul(0x9E37_79B1) ^ database.wrapping_mul(0x85EB_CA77);
    (hash >> 20) as usize % MARKS
}

fn my_place(relation: pg_sys::Oid) -> usize {
    place(super::database::my_database(), relation.to_u32())
}

/// Whether a delete of the relation may have a commit time not older than `time`.
#[inline]
pub(crate) fn is_exposed(relation: pg_sys::Oid, time: i64) -> bool {
    [my_place(relation), ALL].into_iter().any(|place| {
        SHARED.get(place).is_none_or(|mark| {
            // In this order: a transaction has told its time before it stops to count.
            mark.committing.load(Ordering::SeqCst) != 0
                || mark.newest.load(Ordering::SeqCst) >= time
        })
    })
}

/// The state of a relation's marks at a moment; none when deletes were committing then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(Option<[u32; 2]>);

/// The marks of a relation now.
#[inline]
pub(crate) fn moment(relation: pg_sys::Oid) -> Moment {
    let marks = [SHARED.get(my_place(relation)), SHARED.get(ALL)];
    let mut began = [0; 2];
    for (began, mark) in began.iter_mut().zip(marks) {
        let Some(mark) = mark else { return Moment(None) };
        *began = mark.began.load(Ordering::SeqCst);
        if mark.committing.load(Ordering::SeqCst) != 0 {
            return Moment(None);
        }
    }
    Moment(Some(began))
}

/// Whether a delete of the relation may have been committed since that moment.
#[inline]
pub(crate) fn changed_since(relation: pg_sys::Oid, before: Moment) -> bool {
    before.0.is_none() || moment(relation) != before
}

/// This transaction removes a row of the relation, or moves one to another key.
#[inline]
pub(crate) fn note(relation: pg_sys::Oid) {
    note_place(my_place(relation));
}

#[inline]
fn note_place(place: usize) {
    // SAFETY: one thread; no reference into the list is held elsewhere.
    let pending = unsafe { &mut *PENDING.0.get() };
    if !pending.contains(&place) {
        pending.push(place);
        callbacks::want_end();
    }
}

/// Whether a delete of the relation was seen since the server's start whose commit time is not older than
/// `time`: unlike [`is_exposed`] this does not count those that there may have been before.
pub(crate) fn is_exposed_to_seen(relation: pg_sys::Oid, time: i64) -> bool {
    let newest =
        |place| SHARED.get(place).map_or(0, |mark: &Mark| mark.newest.load(Ordering::SeqCst));
    let all = newest(ALL);
    newest(my_place(relation)) >= time || all >= time && all != newest(FLOOR)
}

/// Any delete before the server's start has at most this commit time.
pub(crate) fn set_floor(time: i64) {
    if let Some(mark) = SHARED.get(FLOOR) {
        mark.newest.fetch_max(time, Ordering::SeqCst);
    }
    if let Some(mark) = SHARED.get(ALL) {
        mark.newest.fetch_max(time, Ordering::SeqCst);
    }
}

/// The version of a delete that removed no row is being written down, or was before the server's start.
pub(crate) fn note_written(relation: u32, time: i64) {
    if let Some(mark) = SHARED.get(place(super::database::my_database(), relation)) {
        mark.has_written.store(true, Ordering::SeqCst);
        mark.newest.fetch_max(time, Ordering::SeqCst);
        mark.began.fetch_add(1, Ordering::SeqCst);
    }
}

/// Whether there may be written-down versions of deletes in the relation.
pub(crate) fn has_written(relation: pg_sys::Oid) -> bool {
    SHARED.get(my_place(relation)).is_none_or(|mark| mark.has_written.load(Ordering::SeqCst))
}

/// Before COMMIT PREPARED, whose relations nobody here knows.
pub(crate) fn before_commit_prepared() {
    note_place(ALL);
    count();
}

fn count() {
    // SAFETY: as note_place().
    let pending = unsafe { &*PENDING.0.get() };
    if pending.is_empty() || COUNTED.swap(true, Ordering::Relaxed) {
        return;
    }
    for mark in pending.iter().filter_map(|place| SHARED.get(*place)) {
        mark.committing.fetch_add(1, Ordering::SeqCst);
        mark.began.fetch_add(1, Ordering::SeqCst);
    }
}

/// Neither raises nor panics: it runs at every commit, without a guard.
fn on_event(event: XactEvent) -> bool {
    // SAFETY: as note_place().
    let pending = unsafe { &mut *PENDING.0.get() };
    if pending.is_empty() {
        return false;
    }
    match event {
        XactEvent::PreCommit => {
            if commit_ts::is_writing() {
                count();
            }
            return false;
        }
        XactEvent::PrePrepare => return false,
        XactEvent::Commit | XactEvent::Abort | XactEvent::Prepare => {}
    }
    if COUNTED.swap(false, Ordering::Relaxed) {
        // A prepared transaction that was committed took its time a moment ago, and not from here.
        let time = if pending.contains(&ALL) {
            super::transaction::now()
        } else {
            commit_ts::prescribed().unwrap_or_else(commit_ts::just_taken)
        };
        for mark in pending.iter().filter_map(|place| SHARED.get(*place)) {
            if event == XactEvent::Commit || pending.contains(&ALL) {
                mark.newest.fetch_max(time, Ordering::SeqCst);
            }
            mark.committing.fetch_sub(1, Ordering::SeqCst);
        }
    }
    pending.clear();
    false
}

unsafe extern "C-unwind" {
    fn RelationGetIndexAttrBitmap(relation: pg_sys::Relation, kind: u32) -> *mut pg_sys::Bitmapset;
    fn bms_overlap(a: *const pg_sys::Bitmapset, b: *const pg_sys::Bitmapset) -> bool;
    fn bms_free(set: *mut pg_sys::Bitmapset);
}

/// Whether a statement may remove rows or move them to other keys.
///
/// # Safety
/// `plan` is that of a statement that is about to start.
#[inline]
pub(super) unsafe fn is_concerned(plan: *mut pg_sys::PlannedStmt) -> bool {
    // SAFETY: the caller's plan.
    unsafe {
        !(*plan).resultRelations.is_null()
            && ((*plan).commandType != pg_sys::CmdType::CMD_INSERT || has_conflict_update(plan))
    }
}

/// INSERT ... ON CONFLICT DO UPDATE may update a key, too.
unsafe fn has_conflict_update(plan: *mut pg_sys::PlannedStmt) -> bool {
    // SAFETY: the plan of a running statement.
    unsafe {
        let tree = (*plan).planTree;
        (*plan).hasModifyingCTE
            || !tree.is_null()
                && (*tree).type_ == pg_sys::NodeTag::T_ModifyTable
                && (*tree.cast::<pg_sys::ModifyTable>()).onConflictAction
                    == pg_sys::OnConflictAction::ONCONFLICT_UPDATE
    }
}

/// Notes the relations that lose rows or keys.
///
/// # Safety
/// The statement has started: its relations are open.
pub(super) unsafe fn note_results(query: *mut pg_sys::QueryDesc) {
    // SAFETY: the list holds range table indexes; es_result_relations has an element for each entry of
    // the range table, null where that is not opened as a result (pruned partitions).
    unsafe {
        let plan = (*query).plannedstmt;
        let kind = (*plan).commandType;
        let only_updates = (kind == pg_sys::CmdType::CMD_UPDATE
            || kind == pg_sys::CmdType::CMD_INSERT)
            && !(*plan).hasModifyingCTE;
        let results = (*plan).resultRelations;
        let opened = (*(*query).estate).es_result_relations;
        for index in 0..usize::try_from((*results).length).unwrap_or(0) {
            let number = (*(*results).elements.add(index)).int_value;
            let result = if opened.is_null() {
                std::ptr::null_mut()
            } else {
                *opened.add(number as usize - 1)
            };
            let entry = compat::range_table_entry(plan, number);
            if only_updates && !result.is_null() && !changes_key(plan, entry, result) {
                continue;
            }
            if (*entry).relkind as u8 == pg_sys::RELKIND_PARTITIONED_TABLE {
                // The partitions are chosen row by row.
                note_place(ALL);
            } else {
                note((*entry).relid);
            }
        }
    }
}

/// Whether an UPDATE may change a column that belongs to a key.
unsafe fn changes_key(
    plan: *mut pg_sys::PlannedStmt,
    entry: *mut pg_sys::RangeTblEntry,
    result: *mut pg_sys::ResultRelInfo,
) -> bool {
    // SAFETY: the relation is open; the bitmap is a copy.
    unsafe {
        let triggers = (*result).ri_TrigDesc;
        if !triggers.is_null() && (*triggers).trig_update_before_row {
            return true;
        }
        let Some(updated) = compat::updated_columns(plan, entry) else { return true };
        let kind = pg_sys::IndexAttrBitmapKind::INDEX_ATTR_BITMAP_KEY;
        let keys = RelationGetIndexAttrBitmap((*result).ri_RelationDesc, kind);
        let overlaps = bms_overlap(updated, keys);
        bms_free(keys);
        overlaps
    }
}
