//! Looking for the delete of a row that is not there.

use std::hash::{DefaultHasher, Hash, Hasher};

use pgrx::pg_sys;

use super::{Target, place};
use crate::pg::dead_version::{self, DeadVersion};
use crate::pg::delete_marks::{self, Moment};
use crate::pg::key_scan::clear;
use crate::pg::key_text::KeyText;
use crate::pg::raw;

impl Target {
    /// The newest delete of the row whose key stands in the new row, as far as deleted rows are kept.
    /// Only after no such row was found.
    pub(crate) fn dead_version(&mut self) -> Option<DeadVersion> {
        // SAFETY: slots and scan belong to this relation; no row was found, so `local` is empty.
        unsafe {
            let (index, keys, count) = self.key_scan.as_mut()?.keys(self.new)?;
            dead_version::newest(self.relation, index, keys, count, self.local)
        }
    }

    /// Where the row whose key stands in the new row is for everybody else, and its raw xmin, where this
    /// transaction has written it over or deleted it.
    #[cold]
    pub(crate) fn place_for_others(&mut self) -> Option<(u64, u32)> {
        // SAFETY: scan and new row belong to this relation; the slot is dropped here, or with its memory and
        // pin by the abort that follows an ERROR.
        unsafe {
            let (index, keys, count) = self.key_scan.as_mut()?.keys(self.new)?;
            let slot = pg_sys::table_slot_create(self.relation, std::ptr::null_mut());
            let ended = dead_version::ended_by_us(self.relation, index, keys, count, slot);
            pg_sys::ExecDropSingleTupleTableSlot(slot);
            ended.map(|(tid, xmin)| (place(tid), xmin))
        }
    }

    /// Lets the delta columns of the new row, which is inserted anew, start from what the row had when it was
    /// deleted (rule D2). Without a deleted row that is kept they stay as they were sent.
    pub(crate) fn add_deltas_to_dead(&mut self) {
        let Some(dead) = self.dead_version() else { return };
        // SAFETY: as dead_version(); the slot is emptied again, which gives its pin back.
        unsafe {
            let Some(scan) = &mut self.key_scan else { return };
            let Some((index, keys, count)) = scan.keys(self.new) else { return };
            if dead_version::ended_by(self.relation, index, keys, count, self.local, dead.xid) {
                self.add_deltas();
                clear(self.local);
            }
        }
    }

    /// The key that stands in the new row as a text that equal keys share ([`KeyText`]). None where a
    /// column is null, or the relation has no identity.
    pub(crate) fn key_text(&mut self) -> Option<String> {
        // SAFETY: the new row is complete; output functions of stored types exist.
        unsafe {
            let mut text = KeyText::default();
            for attribute in self.key_scan.as_ref()?.attributes() {
                if *(*self.new).tts_isnull.add(*attribute) {
                    return None;
                }
                let descriptor = (*self.relation).rd_att;
                let form = crate::pg::compat::tuple_desc_attr(descriptor, *attribute);
                text.push(form, *(*self.new).tts_values.add(*attribute));
            }
            Some(text.finish())
        }
    }

    /// A row leaves its key: it is deleted, or gets another one. Older inserts of the key may come later.
    #[inline]
    pub(crate) fn note_departure(&self) {
        delete_marks::note(self.relation_oid());
    }

    /// Whether an insert of that commit time may be older than a delete of its key that happened here.
    #[inline]
    pub(crate) fn is_exposed(&self, time: i64) -> bool {
        self.key_scan.is_some() && delete_marks::is_exposed(self.relation_oid(), time)
    }

    /// The state of deletes in the relation, to be compared later.
    #[inline]
    pub(crate) fn departures(&self) -> Moment {
        delete_marks::moment(self.relation_oid())
    }

    /// Whether rows may have been deleted by others since.
    #[inline]
    pub(crate) fn departures_since(&self, before: Moment) -> bool {
        delete_marks::changed_since(self.relation_oid(), before)
    }

    /// Takes back the insert of the new row: a newer delete of its key turned up.
    pub(crate) fn undo_insert(&mut self) {
        // SAFETY: the row is this transaction's own and stands where it was put; the position is not
        // valid when a trigger left the row out.
        unsafe {
            if self.inserted_at.ip_posid != 0 {
                raw::CommandCounterIncrement();
                pg_sys::simple_heap_delete(self.relation, &raw mut self.inserted_at);
                // Or the next snapshot would show the row again.
                raw::CommandCounterIncrement();
            }
        }
    }

    /// Whether versions of deletes that removed no row may be written down for this relation.
    pub(crate) fn has_written_versions(&self) -> bool {
        delete_marks::has_written(self.relation_oid())
    }

    /// The version of a delete that removes no row, of that commit time, will be written down: says so
    /// to everybody. Before one looks whether the row is there.
    pub(crate) fn note_written_version(&self, time: i64) {
        delete_marks::note_written(self.relation_oid().to_u32(), time);
    }

    /// Waits for others that write down the version of a delete of this key, until the end of the
    /// transaction: `alone` by who writes one, shared by who reads.
    pub(crate) fn lock_key(&self, key: &str, alone: bool) {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let mode = if alone { pg_sys::ExclusiveLock } else { pg_sys::ShareLock };
        // SAFETY: inside a transaction, whose end gives the lock back. No catalog has the number of a
        // user's table, so nobody else locks such an object.
        unsafe {
            let object = pg_sys::Oid::from(hasher.finish() as u32);
            pg_sys::LockDatabaseObject(self.relation_oid(), object, 0, mode as i32);
        }
    }
}
