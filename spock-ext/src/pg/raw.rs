//! Unguarded declarations of the server functions that the hot path calls.
//!
//! pgrx's bindings wrap each call in a guard that costs about 20 ns and loses parts of the error. The
//! apply path runs under one [`super::error::catch`] per drain of its socket instead and calls these.
//!
//! **Invariant**: whoever calls one stands under such a frame (or under a pgrx guard) and owns nothing
//! with `Drop` that must run if the call raises.

use std::ffi::{c_char, c_int, c_long};

use pgrx::pg_sys::*;

/// `BUFFER_LOCK_SHARE` and `BUFFER_LOCK_UNLOCK` of `storage/bufmgr.h`.
pub(super) const LOCK_SHARE: c_int = 1;
pub(super) const UNLOCK: c_int = 0;

unsafe extern "C-unwind" {
    pub(super) fn StartTransactionCommand();
    pub(super) fn CommitTransactionCommand();
    pub(super) fn AbortOutOfAnyTransaction();
    pub(super) fn BeginInternalSubTransaction(name: *const c_char);
    pub(super) fn ReleaseCurrentSubTransaction();
    pub(super) fn RollbackAndReleaseCurrentSubTransaction();
    pub(super) fn CommandCounterIncrement();
    pub(super) fn GetCurrentCommandId(used: bool) -> CommandId;
    pub(super) fn GetCurrentTransactionId() -> TransactionId;
    pub(super) fn TransactionIdIsCurrentTransactionId(xid: TransactionId) -> bool;

    pub(super) fn raw_parser(text: *const c_char, mode: RawParseMode::Type) -> *mut List;
    pub(super) fn SPI_execute(source: *const c_char, read_only: bool, limit: c_long) -> c_int;

    pub(super) fn GetTransactionSnapshot() -> Snapshot;
    pub(super) fn GetLatestSnapshot() -> Snapshot;
    pub(super) fn PushActiveSnapshot(snapshot: Snapshot);
    pub(super) fn PopActiveSnapshot();
    pub(super) fn UpdateActiveSnapshotCommandId();

    pub(super) fn ExecStoreVirtualTuple(slot: *mut TupleTableSlot) -> *mut TupleTableSlot;
    pub(super) fn ExecStoreBufferHeapTuple(
        tuple: HeapTuple,
        slot: *mut TupleTableSlot,
        buffer: Buffer,
    ) -> *mut TupleTableSlot;
    pub(super) fn slot_getsomeattrs_int(slot: *mut TupleTableSlot, attnum: c_int);

    pub(super) fn ExecSimpleRelationInsert(
        rri: *mut ResultRelInfo,
        estate: *mut EState,
        slot: *mut TupleTableSlot,
    );
    pub(super) fn ExecSimpleRelationUpdate(
        rri: *mut ResultRelInfo,
        estate: *mut EState,
        epq: *mut EPQState,
        found: *mut TupleTableSlot,
        slot: *mut TupleTableSlot,
    );
    pub(super) fn ExecSimpleRelationDelete(
        rri: *mut ResultRelInfo,
        estate: *mut EState,
        epq: *mut EPQState,
        found: *mut TupleTableSlot,
    );
    pub(super) fn RelationFindReplTupleByIndex(
        relation: Relation,
        index: Oid,
        mode: LockTupleMode::Type,
        search: *mut TupleTableSlot,
        found: *mut TupleTableSlot,
    ) -> bool;
    pub(super) fn ExecConstraints(
        rri: *mut ResultRelInfo,
        slot: *mut TupleTableSlot,
        estate: *mut EState,
    );
    pub(super) fn ExecPartitionCheck(
        rri: *mut ResultRelInfo,
        slot: *mut TupleTableSlot,
        estate: *mut EState,
        emit_error: bool,
    ) -> bool;
    pub(super) fn AfterTriggerBeginQuery();
    pub(super) fn AfterTriggerEndQuery(estate: *mut EState);
    pub(super) fn heap_multi_insert(
        relation: Relation,
        slots: *mut *mut TupleTableSlot,
        count: c_int,
        cid: CommandId,
        options: c_int,
        state: *mut BulkInsertStateData,
    );

    pub(super) fn index_rescan(
        scan: IndexScanDesc,
        keys: ScanKey,
        nkeys: c_int,
        order_bys: ScanKey,
        norder_bys: c_int,
    );
    pub(super) fn index_getnext_tid(
        scan: IndexScanDesc,
        direction: ScanDirection::Type,
    ) -> ItemPointer;
    pub(super) fn ReadBuffer(relation: Relation, block: BlockNumber) -> Buffer;
    pub(super) fn LockBuffer(buffer: Buffer, mode: c_int);
    pub(super) fn ReleaseBuffer(buffer: Buffer);
    pub(super) fn heap_hot_search_buffer(
        tid: ItemPointer,
        relation: Relation,
        buffer: Buffer,
        snapshot: Snapshot,
        tuple: HeapTuple,
        all_dead: *mut bool,
        first_call: bool,
    ) -> bool;
    pub(super) fn heap_page_prune_opt(relation: Relation, buffer: Buffer);
    pub(super) fn XactLockTableWait(
        xid: TransactionId,
        relation: Relation,
        tid: ItemPointer,
        operation: XLTW_Oper::Type,
    );
    pub(super) fn TransactionIdGetCommitTsData(
        xid: TransactionId,
        time: *mut TimestampTz,
        origin: *mut RepOriginId,
    ) -> bool;

    pub(super) fn InputFunctionCall(
        function: *mut FmgrInfo,
        text: *mut c_char,
        io_param: Oid,
        typmod: i32,
    ) -> Datum;
    pub(super) fn OutputFunctionCall(function: *mut FmgrInfo, value: Datum) -> *mut c_char;
    pub(super) fn ReceiveFunctionCall(
        function: *mut FmgrInfo,
        buffer: StringInfo,
        io_param: Oid,
        typmod: i32,
    ) -> Datum;

    pub(super) fn MemoryContextReset(context: MemoryContext);
    pub(super) fn AcceptInvalidationMessages();
    pub(super) fn ProcessInterrupts();
    pub(super) fn GetCurrentTimestamp() -> TimestampTz;
    pub(super) fn XLogFlush(record: XLogRecPtr);
    pub(super) fn GetFlushRecPtr(timeline: *mut TimeLineID) -> XLogRecPtr;
    pub(super) fn pgstat_report_stat(force: bool) -> i64;
    pub(super) fn GetUserIdAndSecContext(user: *mut Oid, context: *mut c_int);
    pub(super) fn SetUserIdAndSecContext(user: Oid, context: c_int);
}
