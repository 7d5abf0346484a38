//! The server's own synchronous standbys (`replication/syncrep.h`): who is asked for, who is there.
//!
//! The server counts any walsender whose application name is listed, logical ones too. This file
//! tells the two kinds apart by the slots that the walsenders hold.

use std::ffi::CStr;

use pgrx::pg_sys;
use spock_core::lsn::Lsn;
use spock_core::sync_standby::{LogicalSlot, Rule, Standby};

use super::compat;

/// Does this process stream to a client, and are there synchronous standbys to think of?
#[inline]
pub(crate) fn may_matter() -> bool {
    // SAFETY: a variable of this process.
    unsafe { pg_sys::am_walsender && are_named() }
}

/// Does the setting name anybody?
#[inline]
pub(crate) fn are_named() -> bool {
    // SAFETY: a variable of this process, null or a C string.
    unsafe {
        let names = pg_sys::SyncRepStandbyNames;
        !names.is_null() && *names != 0
    }
}

/// The rule in force, if there is one.
pub(crate) fn rule() -> Option<Rule> {
    // SAFETY: the configuration belongs to the setting and changes only with a reload; its names
    // stand one after the other, each with its zero byte.
    unsafe {
        let config = pg_sys::SyncRepConfig;
        if config.is_null() || !are_named() {
            return None;
        }
        let mut next = (&raw const (*config).member_names).cast::<core::ffi::c_char>();
        let names = (0..(*config).nmembers)
            .map(|_| {
                let name = CStr::from_ptr(next).to_bytes();
                next = next.add(name.len() + 1);
                name.to_vec()
            })
            .collect();
        Some(Rule {
            needed: usize::try_from((*config).num_sync).unwrap_or(0),
            any: u32::from((*config).syncrep_method) == pg_sys::SYNC_REP_QUORUM,
            names,
        })
    }
}

/// Do the physical standbys that are asked for have everything before `lsn`? Without any: yes.
pub(crate) fn have(lsn: Lsn) -> bool {
    rule().is_none_or(|rule| rule.is_confirmed(&candidates(), &logical_slots(), lsn))
}

/// Are there standbys that could take this server's place, of either kind: synchronous ones, or those
/// whose slots `synchronized_standby_slots` names?
#[inline]
pub(crate) fn may_take_over() -> bool {
    are_named() || compat::standby_slots_are_named()
}

/// Do all of them have everything before `lsn`?
pub(crate) fn could_take_over_at(lsn: Lsn) -> bool {
    // SAFETY: a guarded server call.
    have(lsn) && unsafe { compat::standby_slots_have(lsn.0) }
}

/// The standbys that the rule names and that stream now.
fn candidates() -> Vec<Standby> {
    let mut list = std::ptr::null_mut();
    // SAFETY: a guarded server call; it allocates an array of as many entries as it says.
    unsafe {
        let count = pg_sys::SyncRepGetCandidateStandbys(&mut list);
        let list: &[pg_sys::SyncRepStandbyData] = match usize::try_from(count) {
            Ok(count) if count > 0 => std::slice::from_raw_parts(list, count),
            _ => &[],
        };
        list.iter()
            .map(|standby| Standby {
                pid: standby.pid,
                priority: standby.sync_standby_priority,
                flushed: Lsn(standby.flush),
            })
            .collect()
    }
}

/// The logical slots of this server. Looks without a lock: whoever acts on it looks again soon.
pub(crate) fn logical_slots() -> Vec<LogicalSlot> {
    // SAFETY: the array is in shared memory, as long as the setting says, for ever; a name that
    // changes under our eyes still has a zero byte at its end.
    unsafe {
        let slots = (&raw const (*pg_sys::ReplicationSlotCtl).replication_slots)
            .cast::<pg_sys::ReplicationSlot>();
        (0..usize::try_from(pg_sys::max_replication_slots).unwrap_or(0))
            .map(|index| &raw const *slots.add(index))
            .filter(|slot| (**slot).in_use && (**slot).data.database != pg_sys::InvalidOid)
            .map(|slot| LogicalSlot {
                name: CStr::from_ptr((*slot).data.name.data.as_ptr()).to_bytes().to_vec(),
                pid: (*slot).active_pid,
            })
            .collect()
    }
}

/// Takes over changed settings, as a walsender does between its waits.
pub(crate) fn reload_settings() {
    // SAFETY: guarded server calls, in the order of the walsender's own loop.
    unsafe {
        if pg_sys::ConfigReloadPending != 0 {
            pg_sys::ConfigReloadPending = 0;
            pg_sys::ProcessConfigFile(pg_sys::GucContext::PGC_SIGHUP);
            pg_sys::SyncRepInitConfig();
        }
    }
}
