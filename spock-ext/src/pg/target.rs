//! A local relation opened for writing the changes of a provider.
//!
//! A [`Target`] bundles what the executor needs to insert, update and delete rows one by one or in
//! batches: relcache entry, result relation with its indexes, slots, the kept scan of the identity
//! index, defaults of columns that the provider does not have.
//!
//! **Invariants**: everything lives in the warm set, which forgets it as a whole; a `Target` has no
//! `Drop`. All methods run inside a transaction, under a frame ([`super::raw`]). Slots are empty
//! between rows, so no pin outlives a row.

mod batch;
mod dead;
mod defaults;
mod delta;
mod json;
mod key_hash;
mod open;
mod resolver;
mod rivals;
mod row_image;
mod values;

use pgrx::pg_sys;

use super::compat::executor as compat;
use super::encoding::from_server;
use super::failpoint;
use super::key_scan::{KeyScan, clear};
use super::owner::{self, Before};
use super::raw;
use defaults::ColumnDefault;

pub(crate) use batch::BATCH_ROWS;
pub(crate) use rivals::Rival;
pub(crate) use row_image::RowImage;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Written.
    Done,
    /// Somebody changed the row meanwhile: look again.
    Changed,
}

/// The relation; see the module's page.
pub(crate) struct Target {
    relation: pg_sys::Relation,
    estate: *mut pg_sys::EState,
    result: *mut pg_sys::ResultRelInfo,
    /// The row as it shall be; also the search key.
    new: *mut pg_sys::TupleTableSlot,
    /// The row as it is.
    local: *mut pg_sys::TupleTableSlot,
    epq: *mut pg_sys::EPQState,
    identity_index: pg_sys::Oid,
    identity_attributes: Vec<usize>,
    locates_changes: bool,
    key_scan: Option<KeyScan>,
    context: pg_sys::MemoryContext,
    warm_owner: pg_sys::ResourceOwner,
    defaults: Vec<ColumnDefault>,
    pending: Vec<*mut pg_sys::TupleTableSlot>,
    pending_rows: usize,
    /// The row of the batch that is being written: after an error, the one that failed.
    pending_at: usize,
    inserted_at: pg_sys::ItemPointerData,
    attributes: usize,
    has_triggers: bool,
    /// Rows are changed through the table access method itself, without the executor's help.
    direct: bool,
    has_unique_index: bool,
    has_other_unique: bool,
    /// One of them is checked at the end of the transaction.
    has_deferred_unique: bool,
    runs_user_code: bool,
    has_toast: bool,
    owner: pg_sys::Oid,
    deltas: delta::Deltas,
    resolver: resolver::Resolver,
}

impl Target {
    /// OID of the relation.
    pub(crate) fn relation_oid(&self) -> pg_sys::Oid {
        // SAFETY: the relation is open.
        unsafe { (*self.relation).rd_id }
    }

    /// Name of the identity index.
    pub(crate) fn identity_index_name(&self) -> String {
        if self.identity_index == pg_sys::InvalidOid {
            return String::new();
        }
        // SAFETY: the index is open; get_rel_name returns a palloc'ed copy or null.
        unsafe {
            let name = pg_sys::get_rel_name(self.identity_index);
            if name.is_null() { String::new() } else { from_server(name) }
        }
    }

    /// Whether the rows of updates and deletes can be located.
    pub(crate) fn locates_changes(&self) -> bool {
        self.locates_changes
    }

    /// Whether an existing row can be looked for.
    pub(crate) fn has_identity(&self) -> bool {
        self.identity_index != pg_sys::InvalidOid
    }

    /// Whether an insert can meet a row that it conflicts with.
    pub(crate) fn has_unique_index(&self) -> bool {
        self.has_unique_index
    }

    /// Whether rows of different keys can claim one value.
    pub(crate) fn has_other_unique(&self) -> bool {
        self.has_other_unique
    }

    /// Whether such a claim can stand until the transaction ends.
    #[inline]
    pub(crate) fn has_deferred_unique(&self) -> bool {
        self.has_deferred_unique
    }

    /// Whether columns that the provider lacks have defaults.
    pub(crate) fn has_defaults(&self) -> bool {
        !self.defaults.is_empty()
    }

    /// Whether an insert needs an active snapshot (it runs expressions or triggers).
    pub(crate) fn insert_needs_snapshot(&self) -> bool {
        self.runs_user_code
    }

    /// Whether an update or delete needs an active snapshot (old TOAST values, too).
    pub(crate) fn change_needs_snapshot(&self) -> bool {
        self.runs_user_code || self.has_toast
    }

    /// Whether inserts can be gathered: nothing may look at single rows on the way.
    pub(crate) fn can_batch(&self) -> bool {
        !self.has_triggers && !self.has_deferred_unique && !self.has_generated()
    }

    fn has_generated(&self) -> bool {
        // SAFETY: the relation is open.
        unsafe {
            let constraints = (*(*self.relation).rd_att).constr;
            !constraints.is_null() && (*constraints).has_generated_stored
        }
    }

    /// Empties the new row and offers its values for filling; all are null at first.
    pub(crate) fn start_row(&mut self) -> RowValues<'_> {
        // SAFETY: the slot has arrays of `attributes` elements; the borrow ends before other use.
        unsafe {
            clear(self.new);
            RowValues::of(self.new, self.attributes)
        }
    }

    /// Declares the new row complete, with the defaults of columns that the provider lacks.
    pub(crate) fn finish_row(&mut self, with_defaults: bool) {
        // SAFETY: all values of the slot are set; expressions were initialised for this estate.
        unsafe {
            if with_defaults && !self.defaults.is_empty() {
                self.fill_defaults(self.new);
            }
            raw::ExecStoreVirtualTuple(self.new);
        }
    }

    /// Keeps the local row's value of one attribute in the new row.
    pub(crate) fn keep_local(&mut self, attribute: usize) {
        // SAFETY: a row was found; its attributes are deformed up to this one first.
        unsafe {
            let number = attribute as i32 + 1;
            if i32::from((*self.local).tts_nvalid) < number {
                raw::slot_getsomeattrs_int(self.local, number);
            }
            *(*self.new).tts_values.add(attribute) = *(*self.local).tts_values.add(attribute);
            *(*self.new).tts_isnull.add(attribute) = *(*self.local).tts_isnull.add(attribute);
        }
    }

    /// Looks for the row whose key stands in the new row; waits for transactions that change it. A
    /// row under constant update can be missed (rule C6): see [`Target::look_again`].
    pub(crate) fn look(&mut self) -> bool {
        // SAFETY: slots and scan belong to this relation.
        unsafe {
            match &mut self.key_scan {
                Some(scan) if self.direct => scan.find(self.new, self.local),
                _ => raw::RelationFindReplTupleByIndex(
                    self.relation,
                    self.identity_index,
                    pg_sys::LockTupleMode::LockTupleExclusive,
                    self.new,
                    self.local,
                ),
            }
        }
    }

    /// Whether a snapshot taken now sees the row that was missed. Only rows of btree-indexed heaps
    /// can be looked for in this way.
    pub(crate) fn look_again(&mut self) -> bool {
        if failpoint::is_set("apply.no_second_look") {
            return false;
        }
        // SAFETY: slots and scan belong to this relation.
        unsafe {
            match &mut self.key_scan {
                Some(scan) => scan.visible_now(self.new, self.local),
                None => false,
            }
        }
    }

    /// Where the row that was found stands.
    pub(crate) fn local_place(&self) -> u64 {
        // SAFETY: the slot exists; its tid is set when a row is stored in it.
        place(unsafe { (*self.local).tts_tid })
    }

    /// The attributes (from 0) of the identity index.
    pub(crate) fn identity_attributes(&self) -> &[usize] {
        &self.identity_attributes
    }

    /// The raw xmin of the row that was found.
    pub(crate) fn local_xmin(&self) -> u32 {
        // SAFETY: a row was found; the slot is a buffer heap slot and holds its tuple.
        unsafe {
            let tuple = (*self.local.cast::<pg_sys::HeapTupleTableSlot>()).tuple;
            (*(*tuple).t_data).t_choice.t_heap.t_xmin.into_inner()
        }
    }

    /// Inserts the new row.
    pub(crate) fn insert(&mut self) {
        // SAFETY: the new row is complete.
        unsafe {
            self.as_owner(&mut |target| {
                (*target.estate).es_output_cid = raw::GetCurrentCommandId(true);
                target.with_triggers(&mut |target| {
                    raw::ExecSimpleRelationInsert(target.result, target.estate, target.new);
                });
                target.inserted_at = (*target.new).tts_tid;
            });
        }
    }

    /// Updates the row that was found to the new row.
    pub(crate) fn update(&mut self) -> Written {
        let mut written = Written::Done;
        // SAFETY: a row was found and the new row is complete.
        unsafe {
            self.as_owner(&mut |target| {
                (*target.estate).es_output_cid = raw::GetCurrentCommandId(true);
                if target.direct {
                    written = target.update_directly();
                } else {
                    target.with_triggers(&mut |target| {
                        (*target.epq).origslot = target.local;
                        raw::ExecSimpleRelationUpdate(
                            target.result,
                            target.estate,
                            target.epq,
                            target.local,
                            target.new,
                        );
                    });
                }
            });
        }
        written
    }

    /// Raises when a row violates a constraint, or the bounds of the partition that the relation is.
    ///
    /// # Safety
    /// The slot holds a complete row of the relation.
    unsafe fn check_row(&self, row: *mut pg_sys::TupleTableSlot) {
        // SAFETY: the caller's promise; the relation is open.
        unsafe {
            if !(*(*self.relation).rd_att).constr.is_null() {
                raw::ExecConstraints(self.result, row, self.estate);
            }
            if (*(*self.relation).rd_rel).relispartition {
                raw::ExecPartitionCheck(self.result, row, self.estate, true);
            }
        }
    }

    unsafe fn update_directly(&mut self) -> Written {
        // SAFETY: as update(); the access method's callback is set for every table.
        unsafe {
            self.check_row(self.new);
            let cid = (*self.estate).es_output_cid;
            let (outcome, entries) = compat::tuple_update(self.relation, self.local, self.new, cid);
            if outcome != pg_sys::TM_Result::TM_Ok {
                return Written::Changed;
            }
            compat::update_index_entries(self.result, self.new, self.estate, entries);
            Written::Done
        }
    }

    /// Deletes the row that was found.
    pub(crate) fn delete(&mut self) -> Written {
        self.note_departure();
        let mut written = Written::Done;
        // SAFETY: a row was found.
        unsafe {
            self.as_owner(&mut |target| {
                (*target.estate).es_output_cid = raw::GetCurrentCommandId(true);
                if target.direct {
                    let cid = (*target.estate).es_output_cid;
                    if compat::tuple_delete(target.relation, target.local, cid)
                        != pg_sys::TM_Result::TM_Ok
                    {
                        written = Written::Changed;
                    }
                } else {
                    target.with_triggers(&mut |target| {
                        (*target.epq).origslot = target.local;
                        raw::ExecSimpleRelationDelete(
                            target.result,
                            target.estate,
                            target.epq,
                            target.local,
                        );
                    });
                }
            });
        }
        written
    }

    /// Lets go of the row that was found; the new row stays, with defaults for `unsent` attributes
    /// (their values may have been the found row's).
    pub(crate) fn release_local(&mut self, unsent: &[usize]) {
        // SAFETY: slots of this target; the attributes exist.
        unsafe {
            for attribute in unsent {
                *(*self.new).tts_isnull.add(*attribute) = true;
            }
            if !self.defaults.is_empty() {
                self.fill_defaults(self.new);
            }
            clear(self.local);
        }
    }

    /// Ends a row: empties slots, lets go of pins and of the row's memory.
    pub(crate) fn end_row(&mut self) {
        // SAFETY: slots of this target.
        unsafe {
            clear(self.local);
            clear(self.new);
        }
        self.forget_old_values();
        self.forget_sent();
        self.reset_row_memory();
    }

    fn reset_row_memory(&self) {
        // SAFETY: nothing that lives there is used after a row.
        unsafe {
            let econtext = (*self.estate).es_per_tuple_exprcontext;
            if !econtext.is_null() && !(*(*econtext).ecxt_per_tuple_memory).isReset {
                raw::MemoryContextReset((*econtext).ecxt_per_tuple_memory);
            }
        }
    }

    /// Where the row that was inserted last stands, as the text of a ctid.
    pub(crate) fn new_row_position(&self) -> String {
        let tid = self.inserted_at;
        let block = u32::from(tid.ip_blkid.bi_hi) << 16 | u32::from(tid.ip_blkid.bi_lo);
        format!("({block},{})", tid.ip_posid)
    }

    /// Text of the new row, as the server shows a row value.
    pub(crate) fn new_row_text(&mut self) -> String {
        row_text(self.new)
    }

    /// Text of the row that was found.
    pub(crate) fn local_row_text(&mut self) -> String {
        row_text(self.local)
    }

    /// Runs `body` as the table's owner where it may run the owner's code.
    unsafe fn as_owner(&mut self, body: &mut dyn FnMut(&mut Self)) {
        if !self.runs_user_code {
            body(self);
            return;
        }
        let before = self.act_as_owner();
        body(self);
        before.put_back();
    }

    /// Becomes the table's owner.
    pub(crate) fn act_as_owner(&self) -> Before {
        owner::act_as(self.owner)
    }

    /// Surrounds `body` with the trigger manager's query level where triggers may fire.
    unsafe fn with_triggers(&mut self, body: &mut dyn FnMut(&mut Self)) {
        // SAFETY: on an error the (sub)transaction's abort closes the level (commands/trigger.h).
        unsafe {
            if self.has_triggers {
                raw::AfterTriggerBeginQuery();
                body(self);
                raw::AfterTriggerEndQuery(self.estate);
            } else {
                body(self);
            }
        }
    }
}

/// Values and null flags of a row being filled.
pub(crate) struct RowValues<'a> {
    /// One per attribute of the local relation.
    pub(crate) values: &'a mut [pg_sys::Datum],
    /// True where the value is null.
    pub(crate) nulls: &'a mut [bool],
}

impl RowValues<'_> {
    /// # Safety
    /// The slot has arrays of `attributes` elements and outlives the borrow.
    pub(super) unsafe fn of<'a>(
        slot: *mut pg_sys::TupleTableSlot,
        attributes: usize,
    ) -> RowValues<'a> {
        // SAFETY: the caller's promise.
        unsafe {
            let nulls = std::slice::from_raw_parts_mut((*slot).tts_isnull, attributes);
            nulls.fill(true);
            RowValues {
                values: std::slice::from_raw_parts_mut((*slot).tts_values, attributes),
                nulls,
            }
        }
    }
}

/// The server's own text form of a row.
fn row_text(slot: *mut pg_sys::TupleTableSlot) -> String {
    // SAFETY: the slot holds a row; the datum is a fresh composite of a blessed descriptor.
    unsafe {
        if pg_sys::TTS_FLAG_EMPTY as u16 & (*slot).tts_flags != 0 {
            return String::new();
        }
        let datum = pg_sys::ExecFetchSlotHeapTupleDatum(slot);
        let text = pg_sys::OidOutputFunctionCall(pg_sys::Oid::from(pg_sys::F_RECORD_OUT), datum);
        from_server(text)
    }
}

/// A position in a table as one number: block, then item.
fn place(tid: pg_sys::ItemPointerData) -> u64 {
    let block = u64::from(tid.ip_blkid.bi_hi) << 16 | u64::from(tid.ip_blkid.bi_lo);
    block << 16 | u64::from(tid.ip_posid)
}
