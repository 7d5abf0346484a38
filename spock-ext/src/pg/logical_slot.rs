//! Logical slots of this server (`replication/slot.h`).

use std::ffi::CStr;

use pgrx::pg_sys;

use super::compat;
use super::encoding::to_server;
use super::error::SpockError;

/// Whether this server has slots that its standbys take over.
pub(crate) const CAN_FAIL_OVER: bool = compat::FAILOVER_SLOTS;

/// Has standbys take a slot over. Nothing is rolled back with the transaction.
pub(crate) fn enable_failover(name: &str) -> Result<(), SpockError> {
    let name = to_server(name)?;
    let name: &CStr = &name;
    // SAFETY: guarded; this process has no slot, as a session that runs SQL has none between its calls
    // of slot functions; the name lives for the call.
    unsafe { compat::enable_failover(name.as_ptr()) };
    Ok(())
}

/// After an error in a function that reads a slot by SQL, or changes one, which goes no further: gives
/// the slot back that it had acquired.
pub(crate) fn let_go() {
    // SAFETY: a plain variable of this process; a slot that it names is acquired by it.
    unsafe {
        if !pg_sys::MyReplicationSlot.is_null() {
            pg_sys::ReplicationSlotRelease();
        }
    }
}

/// The same for a worker, which has to do itself what sessions do where they end a failed statement: its
/// temporary slots go too, as one whose making failed halfway.
pub(crate) fn let_go_of_all() {
    let_go();
    // SAFETY: a guarded server call; this process has acquired no slot.
    unsafe { compat::drop_temporary_slots() };
}
