//! Logical slots that this process reads from by SQL functions (`replication/slot.h`).

use pgrx::pg_sys;

/// After an error in such a function: gives the slot back that it had acquired. Sessions do this where
/// they end a failed statement; a worker has to do it itself.
pub(crate) fn let_go() {
    // SAFETY: a plain variable of this process; a slot that it names is acquired by it.
    unsafe {
        if !pg_sys::MyReplicationSlot.is_null() {
            pg_sys::ReplicationSlotRelease();
        }
    }
}
