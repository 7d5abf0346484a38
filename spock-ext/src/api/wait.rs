//! Waiting until subscribers have confirmed a position of this node.

use std::time::Duration;

use pgrx::pg_extern;
use spock_core::lsn::Lsn;

use crate::pg::function::In;
use crate::pg::value::Value;
use crate::pg::{latch, session, spi};

const POLL: Duration = Duration::from_millis(100);

/// `spock.wait_slot_confirm_lsn()`: until the slot, or all slots, have confirmed the position, or this
/// session's last commit, or all that was written so far. Cancelling the query ends the wait.
#[pg_extern(sql = false)]
fn wait_slot_confirm_lsn(slotname: Option<In<String>>, target: Option<In<Lsn>>) {
    let target = target.map_or_else(default_target, |lsn| lsn.0);
    let slot: Value = slotname.map(|name| name.0).into();
    while spi::select_one(
        "SELECT 1 FROM pg_replication_slots
          WHERE ($1 IS NULL OR slot_name = $1::name)
            AND slot_name NOT LIKE 'spk\\_log\\_%'
            AND coalesce(confirmed_flush_lsn, restart_lsn) < $2 LIMIT 1",
        &[slot.clone(), target.into()],
    )
    .is_some()
    {
        latch::wait(POLL);
    }
}

fn default_target() -> Lsn {
    let last = session::last_commit_end();
    if last.is_valid() { last } else { session::insert_position() }
}
