//! Workers stand still while `spock.readonly` is `all`.
//!
//! The worker stays, and its slot says that it is paused, so that it goes on at once, and so that whoever
//! asks learns why nothing happens.

use std::time::Duration;

use crate::pg::{bgworker, latch};
use crate::settings::{self, ReadOnly};

use super::slots::{self, SlotId};

/// Between two looks at the setting; a reload wakes the worker at once.
const LOOK: Duration = Duration::from_millis(500);

/// What the status of a paused subscription gives as the reason.
pub(crate) const REASON: &str = "nothing is applied while spock.readonly is \"all\"";

/// Whether workers are to stand still.
#[inline]
pub(crate) fn is_wanted() -> bool {
    settings::readonly() == ReadOnly::All
}

/// Shows in the slot of this worker whether it stands still.
pub(crate) fn show(worker_slot: usize, paused: bool) {
    if let Some(slot) = slots::get(worker_slot) {
        let id = SlotId { index: worker_slot, generation: slot.generation };
        slots::update(id, |slot| slot.paused = paused);
    }
}

/// One piece of the wait; answers interrupts.
pub(crate) fn wait() {
    latch::wait(LOOK);
    bgworker::reload_config_if_asked();
}

/// Waits, outside of any transaction, until this worker may write.
pub(crate) fn until_writable(worker_slot: usize) {
    if !is_wanted() {
        return;
    }
    show(worker_slot, true);
    while is_wanted() {
        wait();
    }
    show(worker_slot, false);
}
