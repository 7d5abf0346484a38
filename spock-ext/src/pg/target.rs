//! A local relation opened for writing the changes of a provider.
//!
//! A [`Target`] bundles what the executor needs to insert, update and delete rows one by one or in
//! batches: relcache entry, result relation with its indexes, slots, the kept scan of the identity
//! index, defaults of columns that the provider does not have.
//!
//! **Invariants**: everything lives in the warm set, which forgets it as a whole; a `Target` has no
//! `Drop`. All methods run inside a transaction, under a frame ([`super::raw`]). Slots are empty
//! between rows, so no pin outlives a row.

use std::ffi::CStr;
use std::ptr::null_mut;

use pgrx::pg_sys;

use super::key_scan::{KeyScan, clear};
use super::warm_set::WarmSet;
use super::{compat_executor as compat, raw};

/// Rows that one multi-insert takes at most.
pub(crate) const BATCH_ROWS: usize = 1000;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Written.
    Done,
    /// Somebody changed the row meanwhile: look again.
    Changed,
}

/// Default of a column that the provider does not send.
struct ColumnDefault {
    attribute: usize,
    expression: *mut pg_sys::ExprState,
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
    key_scan: Option<KeyScan>,
    key_attributes: Vec<usize>,
    context: pg_sys::MemoryContext,
    warm_owner: pg_sys::ResourceOwner,
    defaults: Vec<ColumnDefault>,
    pending: Vec<*mut pg_sys::TupleTableSlot>,
    pending_rows: usize,
    inserted_at: pg_sys::ItemPointerData,
    attributes: usize,
    has_triggers: bool,
    /// Rows are changed through the table access method itself, without the executor's help.
    direct: bool,
    has_unique_index: bool,
    runs_user_code: bool,
    has_toast: bool,
    owner: pg_sys::Oid,
}

impl Target {
    /// Opens a relation; `sent` says for each attribute whether the provider sends it.
    pub(crate) fn open(warm: &mut WarmSet, relation: pg_sys::Oid, sent: &[bool]) -> Box<Self> {
        // SAFETY: inside a transaction. The relation is locked before it is opened, first for the
        // transaction, then for the session; references go to the warm set's owner, memory to its
        // context, and current context and owner are put back.
        unsafe {
            let current_context = pg_sys::CurrentMemoryContext;
            let current_owner = pg_sys::CurrentResourceOwner;
            pg_sys::LockRelationOid(relation, pg_sys::RowExclusiveLock as i32);
            pg_sys::CurrentMemoryContext = warm.context;
            pg_sys::CurrentResourceOwner = warm.owner;
            let target = Self::open_locked(warm, relation, sent);
            pg_sys::CurrentMemoryContext = current_context;
            pg_sys::CurrentResourceOwner = current_owner;
            target
        }
    }

    unsafe fn open_locked(warm: &mut WarmSet, oid: pg_sys::Oid, sent: &[bool]) -> Box<Self> {
        // SAFETY: see open().
        unsafe {
            let relation = pg_sys::table_open(oid, pg_sys::NoLock as i32);
            warm.keep_lock(relation);
            let estate = pg_sys::CreateExecutorState();
            let entry: *mut pg_sys::RangeTblEntry =
                pg_sys::palloc0(size_of::<pg_sys::RangeTblEntry>()).cast();
            (*entry).type_ = pg_sys::NodeTag::T_RangeTblEntry;
            (*entry).rtekind = pg_sys::RTEKind::RTE_RELATION;
            (*entry).relid = oid;
            (*entry).relkind = (*(*relation).rd_rel).relkind;
            (*entry).rellockmode = pg_sys::RowExclusiveLock as i32;
            compat::init_range_table(estate, entry);
            let result: *mut pg_sys::ResultRelInfo =
                pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast();
            (*result).type_ = pg_sys::NodeTag::T_ResultRelInfo;
            pg_sys::InitResultRelInfo(result, relation, 1, null_mut(), 0);
            let has_triggers = has_enabled_row_triggers((*result).ri_TrigDesc);
            if !has_triggers {
                // Triggers that do not fire in replica role (foreign keys, ordinary ones) would only
                // cost look-ups.
                (*result).ri_TrigDesc = null_mut();
            }
            pg_sys::ExecOpenIndices(result, false);
            let descriptor = (*relation).rd_att;
            let new = pg_sys::ExecInitExtraTupleSlot(
                estate,
                descriptor,
                &raw const pg_sys::TTSOpsVirtual,
            );
            let local = pg_sys::table_slot_create(relation, &raw mut (*estate).es_tupleTable);
            let epq: *mut pg_sys::EPQState = pg_sys::palloc0(size_of::<pg_sys::EPQState>()).cast();
            compat::init_epq(epq, estate);

            let attributes = (*descriptor).natts as usize;
            let constraints = (*descriptor).constr;
            let has_checks = !constraints.is_null() && (*constraints).num_check > 0;
            let has_generated = !constraints.is_null() && (*constraints).has_generated_stored;
            let mut has_unique_index = false;
            let mut has_expressions = false;
            let mut key_scan = None;
            let mut key_attributes = Vec::new();
            let identity_index = compat::identity_index(relation);
            for position in 0..(*result).ri_NumIndices as usize {
                let index = *(*result).ri_IndexRelationDescs.add(position);
                let info = *(*result).ri_IndexRelationInfo.add(position);
                has_unique_index |=
                    (*(*index).rd_index).indisunique || (*(*index).rd_index).indisexclusion;
                has_expressions |=
                    !(*info).ii_Expressions.is_null() || !(*info).ii_Predicate.is_null();
                if (*index).rd_id == identity_index {
                    let columns = (*(*index).rd_index).indnkeyatts as usize;
                    key_attributes = (0..columns)
                        .map(|column| {
                            *(*(*index).rd_index).indkey.values.as_ptr().add(column) as usize - 1
                        })
                        .collect();
                    if (*(*index).rd_rel).relam == pg_sys::Oid::from(pg_sys::BTREE_AM_OID)
                        && (*(*relation).rd_rel).relam
                            == pg_sys::Oid::from(pg_sys::HEAP_TABLE_AM_OID)
                    {
                        key_scan = Some(KeyScan::open(relation, index));
                    }
                }
            }
            let key_scan_opened = key_scan.is_some();
            let defaults = column_defaults(relation, estate, sent);
            Box::new(Self {
                relation,
                estate,
                result,
                new,
                local,
                epq,
                identity_index,
                key_scan,
                key_attributes,
                context: warm.context,
                warm_owner: warm.owner,
                runs_user_code: has_triggers
                    || has_checks
                    || has_generated
                    || has_expressions
                    || !defaults.is_empty(),
                direct: key_scan_opened && !has_triggers && !has_generated,
                defaults,
                pending: Vec::new(),
                pending_rows: 0,
                inserted_at: pg_sys::ItemPointerData::default(),
                attributes,
                has_triggers,
                has_unique_index,
                has_toast: (*(*relation).rd_rel).reltoastrelid != pg_sys::InvalidOid,
                owner: (*(*relation).rd_rel).relowner,
            })
        }
    }

    /// OID of the relation.
    pub(crate) fn relation_oid(&self) -> pg_sys::Oid {
        // SAFETY: the relation is open.
        unsafe { (*self.relation).rd_id }
    }

    /// 0-based attributes of the identity index, empty without one.
    pub(crate) fn key_attributes(&self) -> &[usize] {
        &self.key_attributes
    }

    /// Name of the identity index.
    pub(crate) fn identity_index_name(&self) -> String {
        if self.identity_index == pg_sys::InvalidOid {
            return String::new();
        }
        // SAFETY: the index is open; get_rel_name returns a palloc'ed copy or null.
        unsafe {
            let name = pg_sys::get_rel_name(self.identity_index);
            if name.is_null() {
                String::new()
            } else {
                CStr::from_ptr(name).to_string_lossy().into_owned()
            }
        }
    }

    /// Whether rows can be located.
    pub(crate) fn has_identity(&self) -> bool {
        self.identity_index != pg_sys::InvalidOid
    }

    /// Whether an insert can meet a row that it conflicts with.
    pub(crate) fn has_unique_index(&self) -> bool {
        self.has_unique_index
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
        !self.has_triggers && !self.has_generated()
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

    unsafe fn fill_defaults(&self, slot: *mut pg_sys::TupleTableSlot) {
        // SAFETY: as finish_row(); the per-tuple context exists once asked for.
        unsafe {
            let econtext = if (*self.estate).es_per_tuple_exprcontext.is_null() {
                pg_sys::MakePerTupleExprContext(self.estate)
            } else {
                (*self.estate).es_per_tuple_exprcontext
            };
            for default in &self.defaults {
                let state = default.expression;
                let mut is_null = false;
                let value = match (*state).evalfunc {
                    Some(evaluate) => evaluate(state, econtext, &raw mut is_null),
                    None => pg_sys::Datum::from(0),
                };
                *(*slot).tts_values.add(default.attribute) = value;
                *(*slot).tts_isnull.add(default.attribute) = is_null;
            }
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

    /// Looks for the row whose key stands in the new row; waits for transactions that change it.
    pub(crate) fn find(&mut self) -> bool {
        // SAFETY: slots and scan belong to this relation.
        unsafe {
            loop {
                let found = match &mut self.key_scan {
                    Some(scan) if self.direct => scan.find(self.new, self.local),
                    _ => raw::RelationFindReplTupleByIndex(
                        self.relation,
                        self.identity_index,
                        pg_sys::LockTupleMode::LockTupleExclusive,
                        self.new,
                        self.local,
                    ),
                };
                if found {
                    return true;
                }
                // A dirty look can miss a row that is being updated (rule C6).
                let Some(scan) = &mut self.key_scan else { return false };
                if !scan.visible_now(self.new, self.local) {
                    return false;
                }
            }
        }
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

    unsafe fn update_directly(&mut self) -> Written {
        // SAFETY: as update(); the access method's callback is set for every table.
        unsafe {
            if !(*(*self.relation).rd_att).constr.is_null() {
                raw::ExecConstraints(self.result, self.new, self.estate);
            }
            let cid = (*self.estate).es_output_cid;
            let (outcome, update_indexes) =
                compat::tuple_update(self.relation, self.local, self.new, cid);
            if outcome != pg_sys::TM_Result::TM_Ok {
                return Written::Changed;
            }
            if update_indexes && (*self.result).ri_NumIndices > 0 {
                compat::insert_index_entries(self.result, self.new, self.estate, true);
            }
            Written::Done
        }
    }

    /// Deletes the row that was found.
    pub(crate) fn delete(&mut self) -> Written {
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

    /// Offers the values of the next row of a batch.
    pub(crate) fn start_pending_row(&mut self) -> RowValues<'_> {
        // SAFETY: slots of the batch are made on demand in the warm set and kept.
        unsafe {
            if self.pending_rows == self.pending.len() {
                let context = pg_sys::CurrentMemoryContext;
                let owner = pg_sys::CurrentResourceOwner;
                pg_sys::CurrentMemoryContext = self.context;
                // The slot's reference on the descriptor lives as long as the warm set.
                pg_sys::CurrentResourceOwner = self.warm_owner;
                let slot = pg_sys::MakeTupleTableSlot(
                    (*self.new).tts_tupleDescriptor,
                    &raw const pg_sys::TTSOpsVirtual,
                );
                pg_sys::CurrentMemoryContext = context;
                pg_sys::CurrentResourceOwner = owner;
                self.pending.push(slot);
            }
            let slot = self.pending[self.pending_rows];
            clear(slot);
            RowValues::of(slot, self.attributes)
        }
    }

    /// Adds the row of [`Target::start_pending_row`] to the batch; returns the rows gathered.
    pub(crate) fn finish_pending_row(&mut self) -> usize {
        // SAFETY: all values are set.
        unsafe {
            let slot = self.pending[self.pending_rows];
            if !self.defaults.is_empty() {
                self.fill_defaults(slot);
            }
            raw::ExecStoreVirtualTuple(slot);
        }
        self.pending_rows += 1;
        self.pending_rows
    }

    /// Rows gathered.
    pub(crate) fn pending_rows(&self) -> usize {
        self.pending_rows
    }

    /// Makes one gathered row the new row.
    pub(crate) fn take_pending_row(&mut self, position: usize) {
        // SAFETY: both slots have the same descriptor; values stay in the arena.
        unsafe {
            clear(self.new);
            let slot = self.pending[position];
            for attribute in 0..self.attributes {
                *(*self.new).tts_values.add(attribute) = *(*slot).tts_values.add(attribute);
                *(*self.new).tts_isnull.add(attribute) = *(*slot).tts_isnull.add(attribute);
            }
            raw::ExecStoreVirtualTuple(self.new);
        }
    }

    /// Writes the gathered rows with the server's multi-insert.
    pub(crate) fn insert_pending(&mut self) {
        // SAFETY: the rows are complete; no trigger and no generated column (can_batch()).
        unsafe {
            self.as_owner(&mut |target| {
                let rows = target.pending_rows;
                let cid = raw::GetCurrentCommandId(true);
                (*target.estate).es_output_cid = cid;
                if !(*(*target.relation).rd_att).constr.is_null() {
                    for slot in &target.pending[..rows] {
                        raw::ExecConstraints(target.result, *slot, target.estate);
                    }
                }
                let slots = target.pending.as_mut_ptr();
                raw::heap_multi_insert(target.relation, slots, rows as i32, cid, 0, null_mut());
                if (*target.result).ri_NumIndices > 0 {
                    for slot in &target.pending[..rows] {
                        let (result, estate) = (target.result, target.estate);
                        compat::insert_index_entries(result, *slot, estate, false);
                        target.reset_row_memory();
                    }
                }
            });
        }
    }

    /// Forgets the gathered rows.
    pub(crate) fn clear_pending(&mut self) {
        for slot in &self.pending[..self.pending_rows] {
            // SAFETY: slots of this target.
            unsafe { clear(*slot) }
        }
        self.pending_rows = 0;
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
        // SAFETY: on an error the transaction's abort restores user and context (xact.c).
        unsafe {
            let mut user = pg_sys::InvalidOid;
            let mut context = 0;
            raw::GetUserIdAndSecContext(&raw mut user, &raw mut context);
            let restricted = context | pg_sys::SECURITY_RESTRICTED_OPERATION as i32;
            let new_context = if self.owner == user { context } else { restricted };
            raw::SetUserIdAndSecContext(self.owner, new_context);
            body(self);
            raw::SetUserIdAndSecContext(user, context);
        }
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
    unsafe fn of<'a>(slot: *mut pg_sys::TupleTableSlot, attributes: usize) -> RowValues<'a> {
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

/// Whether a row trigger fires in replica role (`tgenabled` R or A).
unsafe fn has_enabled_row_triggers(description: *mut pg_sys::TriggerDesc) -> bool {
    if description.is_null() {
        return false;
    }
    // SAFETY: numtriggers entries stand in the array.
    unsafe {
        (0..(*description).numtriggers as usize).any(|position| {
            let enabled = (*(*description).triggers.add(position)).tgenabled as u8;
            enabled == pg_sys::TRIGGER_FIRES_ON_REPLICA || enabled == pg_sys::TRIGGER_FIRES_ALWAYS
        })
    }
}

/// Default expressions of the columns that the provider does not send.
unsafe fn column_defaults(
    relation: pg_sys::Relation,
    estate: *mut pg_sys::EState,
    sent: &[bool],
) -> Vec<ColumnDefault> {
    let mut defaults = Vec::new();
    // SAFETY: the relation is open; expressions live in the estate's query context.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        pg_sys::CurrentMemoryContext = (*estate).es_query_cxt;
        for (position, sent) in sent.iter().enumerate() {
            let attribute = compat::attribute((*relation).rd_att, position);
            if *sent || attribute.attisdropped || attribute.attgenerated != 0 {
                continue;
            }
            let default = pg_sys::build_column_default(relation, position as i32 + 1);
            if default.is_null() {
                continue;
            }
            let planned = pg_sys::expression_planner(default.cast());
            let expression = pg_sys::ExecInitExpr(planned, null_mut());
            defaults.push(ColumnDefault { attribute: position, expression });
        }
        pg_sys::CurrentMemoryContext = context;
    }
    defaults
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
        CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
