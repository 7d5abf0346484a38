//! Which partition a row of a partitioned table belongs to: the server's own tuple routing, set up once and
//! kept as long as the table stays open.
//!
//! **Invariants**
//! - Everything lives in the warm set, which forgets it as a whole: partitions that were found stay open, and
//!   locked for the session, as long as the router does. A [`Router`] has no `Drop`.
//! - A partition that is attached or detached is noticed through the relation cache, as other changes of a
//!   table are ([`super::relcache_watch`]): the router goes and is made anew.
//! - All methods run inside a transaction, under a frame ([`super::raw`]).

use std::collections::HashSet;
use std::ffi::CStr;
use std::ptr::null_mut;

use pgrx::pg_sys;

use super::compat::executor as compat;
use super::key_scan::clear;
use super::local_relation::RelationOid;
use super::owner::{self, Before};
use super::raw;
use super::target::RowValues;
use super::warm_set::WarmSet;
use super::write_gate::{lock_to_write, write_mode};

/// As the server locks the partitions that it routes rows to.
const LOCK_MODE: i32 = pg_sys::RowExclusiveLock as i32;

unsafe extern "C-unwind" {
    fn ExecSetupPartitionTupleRouting(
        estate: *mut pg_sys::EState,
        relation: pg_sys::Relation,
    ) -> *mut pg_sys::PartitionTupleRouting;
    fn ExecFindPartition(
        state: *mut pg_sys::ModifyTableState,
        root: *mut pg_sys::ResultRelInfo,
        routing: *mut pg_sys::PartitionTupleRouting,
        slot: *mut pg_sys::TupleTableSlot,
        estate: *mut pg_sys::EState,
    ) -> *mut pg_sys::ResultRelInfo;
    fn has_partition_attrs(
        relation: pg_sys::Relation,
        attributes: *mut pg_sys::Bitmapset,
        used_in_expression: *mut bool,
    ) -> bool;
    fn get_partition_parent(relation: pg_sys::Oid, even_if_detached: bool) -> pg_sys::Oid;
    fn find_all_inheritors(
        parent: pg_sys::Oid,
        mode: pg_sys::LOCKMODE,
        parents: *mut *mut pg_sys::List,
    ) -> *mut pg_sys::List;
}

/// The router; see the module's page.
pub(crate) struct Router {
    root: pg_sys::Relation,
    estate: *mut pg_sys::EState,
    result: *mut pg_sys::ResultRelInfo,
    state: *mut pg_sys::ModifyTableState,
    routing: *mut pg_sys::PartitionTupleRouting,
    /// The row to be routed.
    row: *mut pg_sys::TupleTableSlot,
    attributes: usize,
    owner: pg_sys::Oid,
    warm_owner: pg_sys::ResourceOwner,
    /// Tables below the root that are locked for the session.
    kept: HashSet<u32>,
}

impl Router {
    /// Opens a partitioned table for routing.
    pub(crate) fn open(warm: &mut WarmSet, table: RelationOid) -> Box<Self> {
        // SAFETY: inside a transaction. The relation is locked before it is opened, first for the
        // transaction, then for the session; references go to the warm set's owner, memory to its
        // context, and current context and owner are put back.
        unsafe {
            let current_context = pg_sys::CurrentMemoryContext;
            let current_owner = pg_sys::CurrentResourceOwner;
            lock_to_write(table);
            pg_sys::CurrentMemoryContext = warm.context;
            pg_sys::CurrentResourceOwner = warm.owner;
            let router = Self::open_locked(warm, table);
            pg_sys::CurrentMemoryContext = current_context;
            pg_sys::CurrentResourceOwner = current_owner;
            router
        }
    }

    unsafe fn open_locked(warm: &mut WarmSet, table: RelationOid) -> Box<Self> {
        // SAFETY: see open(). The state of a plan node is one in name only, as in the server's own
        // apply worker: routing asks it for nothing but the relations that the statement names.
        unsafe {
            let root = pg_sys::table_open(table, pg_sys::NoLock as i32);
            warm.keep_lock(root);
            let estate = pg_sys::CreateExecutorState();
            let entry: *mut pg_sys::RangeTblEntry = zeroed();
            (*entry).type_ = pg_sys::NodeTag::T_RangeTblEntry;
            (*entry).rtekind = pg_sys::RTEKind::RTE_RELATION;
            (*entry).relid = table;
            (*entry).relkind = (*(*root).rd_rel).relkind;
            (*entry).rellockmode = write_mode(table);
            compat::init_range_table(estate, entry);
            let result: *mut pg_sys::ResultRelInfo = zeroed();
            (*result).type_ = pg_sys::NodeTag::T_ResultRelInfo;
            pg_sys::InitResultRelInfo(result, root, 1, null_mut(), 0);
            let state: *mut pg_sys::ModifyTableState = zeroed();
            (*state).ps.type_ = pg_sys::NodeTag::T_ModifyTableState;
            (*state).ps.state = estate;
            (*state).operation = pg_sys::CmdType::CMD_INSERT;
            (*state).resultRelInfo = result;
            (*state).rootResultRelInfo = result;
            let routing = ExecSetupPartitionTupleRouting(estate, root);
            let descriptor = (*root).rd_att;
            let row = pg_sys::ExecInitExtraTupleSlot(
                estate,
                descriptor,
                &raw const pg_sys::TTSOpsVirtual,
            );
            Box::new(Self {
                root,
                estate,
                result,
                state,
                routing,
                row,
                attributes: (*descriptor).natts as usize,
                owner: (*(*root).rd_rel).relowner,
                warm_owner: warm.owner,
                kept: HashSet::new(),
            })
        }
    }

    /// The partitioned table.
    pub(crate) fn table(&self) -> RelationOid {
        // SAFETY: the relation is open.
        unsafe { (*self.root).rd_id }
    }

    /// Empties the row and offers its values for filling; all are null at first. Those that no key asks
    /// for ([`Router::key_columns`]) may stay so.
    pub(crate) fn start_row(&mut self) -> RowValues<'_> {
        // SAFETY: the slot has arrays of `attributes` elements; the borrow ends before other use.
        unsafe {
            clear(self.row);
            RowValues::of(self.row, self.attributes)
        }
    }

    /// The partition of the row; raises where none takes it. To be called as the table's owner.
    pub(crate) fn find(&mut self, warm: &mut WarmSet) -> RelationOid {
        // SAFETY: the row is filled as far as keys ask for it. What is opened on the way belongs to the
        // warm set; after an error that is forgotten as a whole, and the abort puts the rest back.
        unsafe {
            let current_owner = pg_sys::CurrentResourceOwner;
            pg_sys::CurrentResourceOwner = self.warm_owner;
            raw::ExecStoreVirtualTuple(self.row);
            let leaf =
                ExecFindPartition(self.state, self.result, self.routing, self.row, self.estate);
            let relation = (*leaf).ri_RelationDesc;
            if !self.kept.contains(&(*relation).rd_id.to_u32()) {
                self.keep(relation, warm);
            }
            clear(self.row);
            let econtext = (*self.estate).es_per_tuple_exprcontext;
            if !econtext.is_null() {
                raw::MemoryContextReset((*econtext).ecxt_per_tuple_memory);
            }
            pg_sys::CurrentResourceOwner = current_owner;
            (*relation).rd_id
        }
    }

    /// Becomes the table's owner: keys may be expressions, and of types that are not built in.
    pub(crate) fn act_as_owner(&self) -> Before {
        owner::act_as(self.owner)
    }

    /// Locks a partition, and the partitioned tables between it and the root, for the session: this
    /// transaction has the locks, so nothing is waited for.
    #[cold]
    unsafe fn keep(&mut self, leaf: pg_sys::Relation, warm: &mut WarmSet) {
        // SAFETY: the leaf is open; its ancestors are locked by the routing that led to it.
        unsafe {
            warm.keep_lock(leaf);
            let mut table = (*leaf).rd_id;
            self.kept.insert(table.to_u32());
            loop {
                table = get_partition_parent(table, true);
                if table == (*self.root).rd_id || !self.kept.insert(table.to_u32()) {
                    break;
                }
                let relation = pg_sys::table_open(table, write_mode(table));
                warm.keep_lock(relation);
            }
        }
    }

    /// Names of the columns that decide, on any level, to which partition a row belongs, in the database's
    /// encoding.
    pub(crate) fn key_columns(&self) -> Vec<Vec<u8>> {
        let mut names = Vec::new();
        // SAFETY: inside a transaction; tables stay locked until its end.
        unsafe {
            add_keys_below(self.root, &mut names);
            let mut table = self.root;
            // Where the table is a partition itself, the row must fit there.
            while (*(*table).rd_rel).relispartition {
                let parent = get_partition_parent((*table).rd_id, true);
                let opened = pg_sys::table_open(parent, pg_sys::AccessShareLock as i32);
                add_keys(opened, &mut names);
                if table != self.root {
                    pg_sys::table_close(table, pg_sys::NoLock as i32);
                }
                table = opened;
            }
            if table != self.root {
                pg_sys::table_close(table, pg_sys::NoLock as i32);
            }
        }
        names
    }
}

/// The partitions that hold the rows of a partitioned table, on all levels, and the partitioned tables
/// between; each is locked for writing until the end of the transaction.
pub(crate) fn lock_tree(table: RelationOid) -> Tree {
    let mut tree = Tree::default();
    // SAFETY: inside a transaction; the list lives in its memory, and locked relations stay.
    unsafe {
        let list = find_all_inheritors(table, LOCK_MODE, null_mut());
        for position in 0..pg_sys::list_length(list) {
            let member = pg_sys::list_nth_oid(list, position);
            if pg_sys::get_rel_relkind(member) as u8 == pg_sys::RELKIND_PARTITIONED_TABLE {
                tree.partitioned.push(member);
            } else {
                tree.leaves.push(member);
            }
        }
    }
    tree
}

/// A partitioned table and what is below it.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) leaves: Vec<RelationOid>,
    pub(crate) partitioned: Vec<RelationOid>,
}

/// # Safety
/// Inside a transaction; the relation is open.
unsafe fn add_keys_below(relation: pg_sys::Relation, names: &mut Vec<Vec<u8>>) {
    // SAFETY: the caller's promise; arrays have an element for each partition.
    unsafe {
        add_keys(relation, names);
        let partitions = pg_sys::RelationGetPartitionDesc(relation, true);
        for position in 0..(*partitions).nparts as usize {
            if *(*partitions).is_leaf.add(position) {
                continue;
            }
            let table = *(*partitions).oids.add(position);
            let below = pg_sys::table_open(table, write_mode(table));
            add_keys_below(below, names);
            pg_sys::table_close(below, pg_sys::NoLock as i32);
        }
    }
}

/// # Safety
/// The relation is open.
unsafe fn add_keys(relation: pg_sys::Relation, names: &mut Vec<Vec<u8>>) {
    // SAFETY: the caller's promise; attributes of a set are counted from below those of the system.
    unsafe {
        let descriptor = (*relation).rd_att;
        for attribute in 0..(*descriptor).natts as usize {
            let form = compat::attribute(descriptor, attribute);
            let number = i32::from(form.attnum) - pg_sys::FirstLowInvalidHeapAttributeNumber;
            let set = pg_sys::bms_make_singleton(number);
            if has_partition_attrs(relation, set, null_mut()) {
                let name = CStr::from_ptr(form.attname.data.as_ptr()).to_bytes().to_vec();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            pg_sys::bms_free(set);
        }
    }
}

/// # Safety
/// Allocates in the current memory context.
unsafe fn zeroed<T>() -> *mut T {
    // SAFETY: palloc'ed memory is aligned for anything.
    unsafe { pg_sys::palloc0(size_of::<T>()).cast() }
}
