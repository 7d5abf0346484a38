//! Opening a relation: everything that is built once and kept in the warm set.

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::{Target, defaults};
use crate::pg::compat::executor as compat;
use crate::pg::key_scan::KeyScan;
use crate::pg::row_key;
use crate::pg::warm_set::WarmSet;
use crate::pg::write_gate;

impl Target {
    /// Opens a relation; `sent` says for each attribute whether the provider sends it, `keys` whether
    /// it always sends the old value when that changes (none where it sends whole old rows).
    pub(crate) fn open(
        warm: &mut WarmSet,
        relation: pg_sys::Oid,
        sent: &[bool],
        keys: Option<&[bool]>,
    ) -> Box<Self> {
        // SAFETY: inside a transaction. The relation is locked before it is opened, first for the
        // transaction, then for the session; references go to the warm set's owner, memory to its
        // context, and current context and owner are put back.
        unsafe {
            let current_context = pg_sys::CurrentMemoryContext;
            let current_owner = pg_sys::CurrentResourceOwner;
            write_gate::lock_to_write(relation);
            pg_sys::CurrentMemoryContext = warm.context;
            pg_sys::CurrentResourceOwner = warm.owner;
            let target = Self::open_locked(warm, relation, sent, keys);
            pg_sys::CurrentMemoryContext = current_context;
            pg_sys::CurrentResourceOwner = current_owner;
            target
        }
    }

    unsafe fn open_locked(
        warm: &mut WarmSet,
        oid: pg_sys::Oid,
        sent: &[bool],
        keys: Option<&[bool]>,
    ) -> Box<Self> {
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
            (*entry).rellockmode = write_gate::write_mode(oid);
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
            let mut has_other_unique = false;
            let mut has_deferred_unique = false;
            let mut has_expressions = false;
            let mut key_scan = None;
            let mut identity_attributes = Vec::new();
            let locating = locating_index(result, keys);
            let identity_index = locating.unwrap_or_else(|| compat::identity_index(relation));
            for position in 0..(*result).ri_NumIndices as usize {
                let index = *(*result).ri_IndexRelationDescs.add(position);
                let info = *(*result).ri_IndexRelationInfo.add(position);
                has_unique_index |=
                    (*(*index).rd_index).indisunique || (*(*index).rd_index).indisexclusion;
                has_other_unique |= ((*(*index).rd_index).indisunique
                    || (*(*index).rd_index).indisexclusion)
                    && (*index).rd_id != identity_index;
                has_deferred_unique |=
                    !(*(*index).rd_index).indimmediate && (*index).rd_id != identity_index;
                has_expressions |=
                    !(*info).ii_Expressions.is_null() || !(*info).ii_Predicate.is_null();
                if (*index).rd_id != identity_index {
                    continue;
                }
                identity_attributes = row_key::attributes_of(index);
                if (*(*index).rd_rel).relam == pg_sys::BTREE_AM_OID
                    && (*(*relation).rd_rel).relam == pg_sys::HEAP_TABLE_AM_OID
                {
                    key_scan = Some(KeyScan::open(relation, index));
                }
            }
            let key_scan_opened = key_scan.is_some();
            let defaults = defaults::column_defaults(relation, estate, sent);
            Box::new(Self {
                relation,
                estate,
                result,
                new,
                local,
                epq,
                identity_index,
                identity_attributes,
                locates_changes: locating.is_some(),
                key_scan,
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
                pending_at: 0,
                inserted_at: pg_sys::ItemPointerData::default(),
                attributes,
                has_triggers,
                has_unique_index,
                has_other_unique,
                has_deferred_unique,
                has_toast: (*(*relation).rd_rel).reltoastrelid != pg_sys::InvalidOid,
                owner: (*(*relation).rd_rel).relowner,
                deltas: super::delta::Deltas::default(),
                resolver: super::resolver::Resolver::default(),
            })
        }
    }
}

/// The index that finds the rows of updates and deletes: the replica identity, the primary key, or
/// else any that finds at most one row, if the provider always sends the old values of its columns.
unsafe fn locating_index(
    result: *mut pg_sys::ResultRelInfo,
    keys: Option<&[bool]>,
) -> Option<pg_sys::Oid> {
    // SAFETY: the relation and its indexes are open; an index has indnatts key numbers.
    unsafe {
        let relation = (*result).ri_RelationDesc;
        let identity = compat::identity_index(relation);
        let indexes = (0..(*result).ri_NumIndices as usize).map(|position| {
            (
                *(*result).ri_IndexRelationDescs.add(position),
                *(*result).ri_IndexRelationInfo.add(position),
            )
        });
        let rank = |index: pg_sys::Relation, info: *mut pg_sys::IndexInfo| {
            let form = (*index).rd_index;
            if (*index).rd_id == identity {
                return Some(0);
            }
            let single = (*form).indisunique
                && (*form).indimmediate
                && (*form).indisvalid
                && (*info).ii_Expressions.is_null()
                && (*info).ii_Predicate.is_null();
            single.then_some(if (*form).indisprimary { 1 } else { 2 })
        };
        let covered = |index: pg_sys::Relation| {
            let form = (*index).rd_index;
            (0..(*form).indnkeyatts as usize).all(|column| {
                let number = *(*form).indkey.values.as_ptr().add(column);
                let Ok(attribute) = usize::try_from(number - 1) else { return false };
                keys.is_none_or(|keys| keys[attribute])
                    && compat::attribute((*relation).rd_att, attribute).attnotnull
            })
        };
        indexes
            .filter_map(|(index, info)| Some((rank(index, info)?, (*index).rd_id, covered(index))))
            .filter(|(.., covered)| *covered)
            .min_by_key(|(rank, ..)| *rank)
            .map(|(_, id, _)| id)
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
