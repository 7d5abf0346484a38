//! What differs between the server's major versions, and nothing else: no other file asks for a version.

pub(super) mod executor;

use pgrx::pg_sys;

/// Number of the first timeout that an extension may claim (`USER_TIMEOUT` in `utils/timeout.h`,
/// which the bindings leave out; 17 put `transaction_timeout` before it).
#[cfg(any(feature = "pg15", feature = "pg16"))]
pub(crate) const USER_TIMEOUT: u32 = 12;
#[cfg(any(feature = "pg17", feature = "pg18"))]
pub(crate) const USER_TIMEOUT: u32 = 13;

// A raw declaration: the handlers are the server's own functions, which the bindings wrap.
unsafe extern "C-unwind" {
    /// Sets the handler of a signal; 18 renamed the symbol and kept the name as a macro.
    #[cfg_attr(feature = "pg18", link_name = "pqsignal_be")]
    pub(crate) fn pqsignal(signal: i32, handler: Option<unsafe extern "C-unwind" fn(i32)>);
}

unsafe extern "C-unwind" {
    fn LogLogicalMessage(
        prefix: *const core::ffi::c_char,
        message: *const core::ffi::c_char,
        size: usize,
        transactional: bool,
        #[cfg(any(feature = "pg17", feature = "pg18"))] flush: bool,
    ) -> u64;
}

/// Writes a logical message, and returns where its record ends; not flushed by itself.
///
/// # Safety
/// Calls the server unguarded: run it inside a guard. `prefix` ends with NUL, `message` has `size`
/// bytes.
pub(crate) unsafe fn log_logical_message(
    prefix: *const core::ffi::c_char,
    message: *const core::ffi::c_char,
    size: usize,
    transactional: bool,
) -> u64 {
    // SAFETY: as the caller promises.
    unsafe {
        LogLogicalMessage(
            prefix,
            message,
            size,
            transactional,
            #[cfg(any(feature = "pg17", feature = "pg18"))]
            false,
        )
    }
}

/// Opens a connection that takes replication commands and SQL; the third argument is a place for
/// libpq's message when null comes back.
///
/// # Safety
/// Calls the server unguarded: run it inside a guard, with `CurrentMemoryContext` long-lived.
pub(crate) unsafe fn walrcv_connect(
    functions: &pg_sys::WalReceiverFunctionsType,
    conninfo: *const core::ffi::c_char,
    application_name: *const core::ffi::c_char,
    error: *mut *mut core::ffi::c_char,
) -> *mut pg_sys::WalReceiverConn {
    let Some(connect) = functions.walrcv_connect else { return core::ptr::null_mut() };
    // SAFETY: the table is the library's own; the strings live for the call.
    unsafe {
        #[cfg(feature = "pg15")]
        return connect(conninfo, true, application_name, error);
        #[cfg(feature = "pg16")]
        return connect(conninfo, true, false, application_name, error);
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        return connect(conninfo, true, true, false, application_name, error);
    }
}

/// What [`expression_tree_walker`] calls with each node; true ends the walk.
pub(crate) type NodeVisitor =
    unsafe extern "C-unwind" fn(*mut pg_sys::Node, *mut core::ffi::c_void) -> bool;

unsafe extern "C-unwind" {
    /// Visits what stands directly below a node of an expression. Unguarded.
    #[cfg_attr(not(feature = "pg15"), link_name = "expression_tree_walker_impl")]
    pub(crate) fn expression_tree_walker(
        node: *mut pg_sys::Node,
        visitor: Option<NodeVisitor>,
        context: *mut core::ffi::c_void,
    ) -> bool;
}

/// A column of a row descriptor, counted from zero.
///
/// # Safety
/// `index` is below the descriptor's `natts`, and the descriptor lives for `'a`.
#[inline]
pub(crate) unsafe fn tuple_desc_attr<'a>(
    descriptor: pg_sys::TupleDesc,
    index: usize,
) -> &'a pg_sys::FormData_pg_attribute {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return &*(*descriptor).attrs.as_ptr().add(index);
        #[cfg(feature = "pg18")]
        return &*pg_sys::TupleDescAttr(descriptor, index as i32);
    }
}

/// Makes a persistent physical replication slot without a position, and acquires it.
///
/// # Safety
/// This process has no slot; `name` is a C string.
pub(crate) unsafe fn create_physical_slot(name: *const core::ffi::c_char) {
    let persistent = pg_sys::ReplicationSlotPersistency::RS_PERSISTENT;
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        pg_sys::ReplicationSlotCreate(name, false, persistent, false);
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        pg_sys::ReplicationSlotCreate(name, false, persistent, false, false, false);
    }
}

/// Acquires a replication slot; raises when it is in use.
///
/// # Safety
/// As [`create_physical_slot`].
pub(crate) unsafe fn acquire_slot(name: *const core::ffi::c_char) {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        pg_sys::ReplicationSlotAcquire(name, true);
        #[cfg(feature = "pg18")]
        pg_sys::ReplicationSlotAcquire(name, true, true);
    }
}

/// Whether there are slots that standbys take over.
pub(super) const FAILOVER_SLOTS: bool = cfg!(any(feature = "pg17", feature = "pg18"));

/// Has standbys take a logical slot over, which must be free. Does nothing where there is no such thing.
///
/// # Safety
/// This process has no slot; `name` is a C string.
pub(super) unsafe fn enable_failover(name: *const core::ffi::c_char) {
    #[cfg(any(feature = "pg15", feature = "pg16"))]
    let _ = name;
    // SAFETY: as the caller promises.
    #[cfg(feature = "pg17")]
    unsafe {
        pg_sys::ReplicationSlotAlter(name, true);
    }
    // SAFETY: as the caller promises; the flag lives for the call.
    #[cfg(feature = "pg18")]
    unsafe {
        let failover = true;
        pg_sys::ReplicationSlotAlter(name, &raw const failover, std::ptr::null());
    }
}

/// Drops the temporary slots of this process.
///
/// # Safety
/// This process has acquired no slot, and persistent ones are not its own.
pub(super) unsafe fn drop_temporary_slots() {
    // SAFETY: as the caller promises; 17 can restrict it to those that a standby is still making.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        pg_sys::ReplicationSlotCleanup();
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        pg_sys::ReplicationSlotCleanup(false);
    }
}

/// Whether slots of standbys are named that logical streams must not get ahead of (17 and later).
pub(super) fn standby_slots_are_named() -> bool {
    #[cfg(any(feature = "pg15", feature = "pg16"))]
    return false;
    // SAFETY: a variable of this process, null or a C string.
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    unsafe {
        let names = pg_sys::synchronized_standby_slots;
        !names.is_null() && *names != 0
    }
}

/// Whether all of those have the log up to a position.
///
/// # Safety
/// Calls the server, which takes a lock of its own for a moment.
pub(super) unsafe fn standby_slots_have(lsn: pg_sys::XLogRecPtr) -> bool {
    #[cfg(any(feature = "pg15", feature = "pg16"))]
    {
        let _ = lsn;
        true
    }
    // What is wrong with a slot the walsenders that wait for it say.
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    // SAFETY: as the caller promises.
    unsafe {
        pg_sys::StandbySlotsHaveCaughtup(lsn, pgrx::PgLogLevel::DEBUG1 as i32)
    }
}

/// An entry of a plan's range table, counted from one.
///
/// # Safety
/// The plan has that many entries.
pub(crate) unsafe fn range_table_entry(
    plan: *mut pg_sys::PlannedStmt,
    number: i32,
) -> *mut pg_sys::RangeTblEntry {
    // SAFETY: as the caller promises; the list holds pointers to entries.
    unsafe { (*(*(*plan).rtable).elements.add(number as usize - 1)).ptr_value.cast() }
}

/// The columns that a statement sets in a table (offset as in the server's own sets); none when that is
/// not known, or generated columns follow.
///
/// # Safety
/// `entry` is an entry of the plan's range table.
pub(crate) unsafe fn updated_columns(
    plan: *mut pg_sys::PlannedStmt,
    entry: *mut pg_sys::RangeTblEntry,
) -> Option<*mut pg_sys::Bitmapset> {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(feature = "pg15")]
        {
            let _ = plan;
            (*entry).extraUpdatedCols.is_null().then_some((*entry).updatedCols)
        }
        #[cfg(not(feature = "pg15"))]
        {
            let index = (*entry).perminfoindex as usize;
            (index > 0).then(|| {
                let info = (*(*(*plan).permInfos).elements.add(index - 1)).ptr_value;
                (*info.cast::<pg_sys::RTEPermissionInfo>()).updatedCols
            })
        }
    }
}

/// The index behind a relation's primary key, or zero.
///
/// # Safety
/// The relation is open.
pub(crate) unsafe fn primary_key_index(relation: pg_sys::Relation) -> pg_sys::Oid {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return pg_sys::RelationGetPrimaryKeyIndex(relation);
        #[cfg(feature = "pg18")]
        return pg_sys::RelationGetPrimaryKeyIndex(relation, false);
    }
}

/// A row image of a decoded change (a wrapper of its own until 16).
#[cfg(any(feature = "pg15", feature = "pg16"))]
#[inline]
pub(crate) fn change_tuple(tuple: *mut pg_sys::ReorderBufferTupleBuf) -> pg_sys::HeapTuple {
    if tuple.is_null() {
        std::ptr::null_mut()
    } else {
        // SAFETY: not null, so the reorder buffer's own.
        unsafe { &raw mut (*tuple).tuple }
    }
}

/// A row image of a decoded change.
#[cfg(any(feature = "pg17", feature = "pg18"))]
#[inline]
pub(crate) fn change_tuple(tuple: pg_sys::HeapTuple) -> pg_sys::HeapTuple {
    tuple
}

/// Acquires a replication origin for this session.
///
/// # Safety
/// As `replorigin_session_setup`: none may be held.
pub(crate) unsafe fn acquire_origin(origin: pg_sys::RepOriginId) {
    // SAFETY: passed on; 16 added whom to share it with (nobody).
    unsafe {
        #[cfg(feature = "pg15")]
        pg_sys::replorigin_session_setup(origin);
        #[cfg(not(feature = "pg15"))]
        pg_sys::replorigin_session_setup(origin, 0);
    }
}

/// Several sessions may write under one replication origin (since 16).
pub(crate) const ORIGINS_ARE_SHARED: bool = cfg!(not(feature = "pg15"));

/// Lets this session write under an origin that another one has, where that is possible.
///
/// # Safety
/// In a transaction; none may be held.
pub(crate) unsafe fn share_origin(origin: pg_sys::RepOriginId, owner: i32) {
    // SAFETY: passed on; the server raises when the owner does not have it.
    #[cfg(not(feature = "pg15"))]
    unsafe {
        pg_sys::replorigin_session_setup(origin, owner);
    }
    #[cfg(feature = "pg15")]
    let _ = (origin, owner);
}

/// What tells this transaction from the ones before it in this process.
///
/// # Safety
/// The process has its entry among the server's processes.
#[inline]
pub(crate) unsafe fn local_transaction() -> u32 {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        return (*pg_sys::MyProc).lxid;
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        return (*pg_sys::MyProc).vxid.lxid;
    }
}

#[cfg(feature = "pg15")]
type Storage = pg_sys::RelFileNode;
#[cfg(not(feature = "pg15"))]
type Storage = pg_sys::RelFileLocator;

/// Where a relation is stored, in the form of the log.
#[inline]
pub(crate) fn storage_of(relation: &pg_sys::RelationData) -> Storage {
    #[cfg(feature = "pg15")]
    return relation.rd_node;
    #[cfg(not(feature = "pg15"))]
    return relation.rd_locator;
}

/// The subtransaction of this transaction that gave a relation new storage, or zero.
#[inline]
pub(crate) fn first_storage_subtransaction(relation: &pg_sys::RelationData) -> u32 {
    #[cfg(feature = "pg15")]
    return relation.rd_firstRelfilenodeSubid;
    #[cfg(not(feature = "pg15"))]
    return relation.rd_firstRelfilelocatorSubid;
}

/// Adds bytes to the record of the log that is being made.
///
/// # Safety
/// Calls the server unguarded, between `XLogBeginInsert` and `XLogInsert`, until which the bytes live.
pub(crate) unsafe fn register_log_data(data: *const core::ffi::c_void, length: u32) {
    unsafe extern "C-unwind" {
        #[cfg(feature = "pg15")]
        fn XLogRegisterData(data: *mut core::ffi::c_char, length: i32);
        #[cfg(any(feature = "pg16", feature = "pg17"))]
        fn XLogRegisterData(data: *const core::ffi::c_char, length: u32);
        #[cfg(feature = "pg18")]
        fn XLogRegisterData(data: *const core::ffi::c_void, length: u32);
    }
    // SAFETY: as the caller promises; the bytes are only read.
    unsafe {
        #[cfg(feature = "pg15")]
        XLogRegisterData(data.cast_mut().cast(), length.cast_signed());
        #[cfg(any(feature = "pg16", feature = "pg17"))]
        XLogRegisterData(data.cast(), length);
        #[cfg(feature = "pg18")]
        XLogRegisterData(data, length);
    }
}

/// The oldest transaction whose commit time is kept, or 0. 17 renamed the variable.
pub(super) fn oldest_commit_ts_xid() -> u32 {
    // SAFETY: shared memory of the server, there from its start on; one word, read whole.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        let shared = pg_sys::ShmemVariableCache;
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        let shared = pg_sys::TransamVariables;
        (&raw const (*shared).oldestCommitTsXid).read_volatile().into_inner()
    }
}

/// Whether one role may act as another one. 16 made that a right of its own.
///
/// # Safety
/// Guarded look-ups in a transaction.
pub(super) unsafe fn can_set_role(member: pg_sys::Oid, role: pg_sys::Oid) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        #[cfg(feature = "pg15")]
        return pg_sys::is_member_of_role(member, role);
        #[cfg(not(feature = "pg15"))]
        return pg_sys::member_can_set_role(member, role);
    }
}
