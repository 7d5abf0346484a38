//! The replication slot that keeps deleted rows readable for a while (convergence rule D1).
//!
//! It is a physical slot without a position, so it keeps no WAL; its `xmin` keeps vacuum and pruning from
//! removing what transactions from that id on have deleted, in all databases. One process owns it (it
//! is active, so nobody can drop it) and moves the xmin on.
//!
//! **Order of the steps.** The xmin on disk, the one in [`horizon`] and the one that vacuum obeys must
//! never let a reader believe in versions that are gone. So a new value is written to disk first, then
//! published, and only then given to vacuum. A reader takes the horizon *after* it has read the versions.
//! The first xmin is published to vacuum provisionally; what is the oldest running transaction after
//! that is safe for good. (`ReplicationSlotsComputeRequiredXmin(true)`, which would do it at once, wants
//! other locks in other minor releases.)

use std::ffi::CStr;
use std::sync::atomic::{AtomicU32, Ordering, fence};

use pgrx::{PgSqlErrorCode, pg_sys};

use super::compat;
use super::error::SpockError;
use super::lwlock::{Held, Mode};
use super::shmem::SharedState;

/// Name of the slot.
pub(crate) const SLOT: &CStr = c"spock_retention";

/// Index of `ReplicationSlotControlLock` among the server's individual lightweight locks (15 to 18).
const CONTROL_LOCK: usize = 37;

/// What all processes see.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// The slot's xmin, 0 when nothing is kept.
    horizon: AtomicU32,
}

/// The region.
pub(crate) static STATE: SharedState<Shared> = SharedState::new(c"spock retention horizon", || 1);

/// Rows deleted by transactions from this one on are all still there; `None` when nothing is kept.
pub(crate) fn horizon() -> Option<u32> {
    STATE.get(0).map(|shared| shared.horizon.load(Ordering::Acquire)).filter(|xid| *xid != 0)
}

fn publish(horizon: u32) {
    if let Some(shared) = STATE.get(0) {
        shared.horizon.store(horizon, Ordering::SeqCst);
    }
}

/// The oldest transaction that is running now and has an id, else the next one.
pub(crate) fn oldest_running() -> u32 {
    // SAFETY: reads the process array under its lock; this server is not in recovery.
    unsafe { pg_sys::GetOldestActiveTransactionId() }.into_inner()
}

/// Whether this process owns the slot.
pub(crate) fn is_owned() -> bool {
    // SAFETY: a plain variable of this process.
    unsafe { !pg_sys::MyReplicationSlot.is_null() }
}

/// Whether the slot exists, whoever owns it.
pub(crate) fn exists() -> bool {
    // SAFETY: takes the lock that the search needs.
    unsafe { !pg_sys::SearchNamedReplicationSlot(SLOT.as_ptr(), true).is_null() }
}

/// Makes this process the owner of the slot, which is made if it does not exist, and returns its xmin.
/// Raises when no slot is free, or when it is in use elsewhere. Needs a transaction, whose abort gives
/// locks back.
pub(crate) fn own() -> u32 {
    // SAFETY: guarded calls; the slot's fields are changed by their owner alone.
    unsafe {
        if !is_owned() {
            let slot = pg_sys::SearchNamedReplicationSlot(SLOT.as_ptr(), true);
            if slot.is_null() {
                compat::create_physical_slot(SLOT.as_ptr());
            } else if (*slot).data.database != pg_sys::InvalidOid {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
                    format!("replication slot \"{}\" is a logical one", SLOT.to_string_lossy()),
                )
                .hint("The name is reserved: drop the slot.")
                .raise();
            } else {
                compat::acquire_slot(SLOT.as_ptr());
            }
        }
        if (*pg_sys::MyReplicationSlot).data.xmin == pg_sys::InvalidTransactionId {
            first_horizon();
        }
        let xmin = (*pg_sys::MyReplicationSlot).data.xmin.into_inner();
        publish(xmin);
        xmin
    }
}

/// Sets the xmin of a slot that has none.
unsafe fn first_horizon() {
    // SAFETY: this process owns the slot.
    unsafe {
        let slot = pg_sys::MyReplicationSlot;
        let provisional = pg_sys::GetOldestActiveTransactionId();
        with_mutex(slot, || (*slot).effective_xmin = provisional);
        // Whoever computed the common xmin without us has published it when we have had this lock.
        drop(Held::take(
            &raw mut (*pg_sys::MainLWLockArray.add(CONTROL_LOCK)).lock,
            Mode::Exclusive,
        ));
        pg_sys::ReplicationSlotsComputeRequiredXmin(false);
        let safe = pg_sys::GetOldestActiveTransactionId();
        with_mutex(slot, || (*slot).data.xmin = safe);
        pg_sys::ReplicationSlotMarkDirty();
        pg_sys::ReplicationSlotSave();
        with_mutex(slot, || (*slot).effective_xmin = safe);
        pg_sys::ReplicationSlotsComputeRequiredXmin(false);
    }
}

/// Moves the xmin on; an older one than it is changes nothing. Costs a few flushes: about once a second.
pub(crate) fn advance(to: u32) {
    // SAFETY: guarded calls; this process owns the slot (checked).
    unsafe {
        let slot = pg_sys::MyReplicationSlot;
        let xid = pg_sys::TransactionId::from(to);
        if slot.is_null() || !pg_sys::TransactionIdPrecedes((*slot).data.xmin, xid) {
            return;
        }
        with_mutex(slot, || (*slot).data.xmin = xid);
        pg_sys::ReplicationSlotMarkDirty();
        pg_sys::ReplicationSlotSave();
        publish(to);
        with_mutex(slot, || (*slot).effective_xmin = xid);
        pg_sys::ReplicationSlotsComputeRequiredXmin(false);
    }
}

/// Drops the slot if it exists; raises when another process owns it. Needs a transaction.
pub(crate) fn release() {
    publish(0);
    // SAFETY: guarded calls.
    unsafe {
        if is_owned() {
            pg_sys::ReplicationSlotRelease();
        }
        if exists() {
            pg_sys::ReplicationSlotDrop(SLOT.as_ptr(), true);
        }
    }
}

/// Runs `body` under the slot's spinlock. It must not call the server.
///
/// # Safety
/// `slot` is a slot of shared memory.
unsafe fn with_mutex(slot: *mut pg_sys::ReplicationSlot, body: impl FnOnce()) {
    // SAFETY: taken by the server's own function; given back as on every processor that the server
    // has a lock word of plain stores for (x86, ARM, and others): a store of zero that nothing before it
    // can be moved behind.
    unsafe {
        let mutex = &raw mut (*slot).mutex;
        pg_sys::s_lock(mutex, c"retention".as_ptr(), 0, c"with_mutex".as_ptr());
        body();
        fence(Ordering::Release);
        mutex.write_volatile(0);
    }
}
