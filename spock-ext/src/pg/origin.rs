//! Replication origins as catalog objects: create, drop, look up, progress (`replication/origin.h`).
//!
//! Convergence rule V1: an id in a commit record is always a real origin, and no id is used again
//! while commit timestamps may name it. The server's own `replorigin_create` takes the lowest free
//! id, so [`create`] forms the catalog row itself, with an id above every one known.
//!
//! **Invariants**: ids are 1 to 65534. A transaction is open. Dropping an origin clears its progress
//! at once, whatever becomes of the transaction: it is the last thing a command does.

use pgrx::{PgSqlErrorCode, pg_sys};
use spock_core::lsn::Lsn;

use super::encoding::{from_server, to_server};
use super::error::{OrRaise, SpockError};
use super::value::Value;

/// Creates an origin under an id above all that exist and above `highest_known` (ids that were
/// dropped but may still stand in commit timestamps).
pub(crate) fn create(name: &str, highest_known: u16) -> Result<u16, SpockError> {
    // SAFETY: the lock keeps other creators (ours and replorigin_create, which takes the same one)
    // out between the look and the insert; like that function we look with a dirty snapshot, and
    // give the lock back at once. Descriptor and arrays live while the tuple is formed.
    unsafe {
        let relation = pg_sys::table_open(
            pg_sys::ReplicationOriginRelationId,
            pg_sys::ExclusiveLock as pg_sys::LOCKMODE,
        );
        let chosen = choose_id(&existing(relation), name, highest_known);
        if let Ok(id) = chosen {
            let mut datums = [
                pg_sys::Datum::from(u32::from(id)),
                Value::from(name)
                    .into_datum(pg_sys::TEXTOID)
                    .expect("a text that is not null has a datum"),
            ];
            let mut nulls = [false, false];
            let tuple = pg_sys::heap_form_tuple(
                (*relation).rd_att,
                datums.as_mut_ptr(),
                nulls.as_mut_ptr(),
            );
            pg_sys::CatalogTupleInsert(relation, tuple);
            pg_sys::heap_freetuple(tuple);
            pg_sys::CommandCounterIncrement();
        }
        pg_sys::table_close(relation, pg_sys::ExclusiveLock as pg_sys::LOCKMODE);
        chosen
    }
}

/// The next id: one above all known; from the bottom again only when the space is used up.
fn choose_id(
    existing: &[(u16, String)],
    name: &str,
    highest_known: u16,
) -> Result<u16, SpockError> {
    if existing.iter().any(|(_, other)| other == name) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("replication origin \"{name}\" already exists"),
        )
        .hint("It may be left over from a dropped subscription: pg_replication_origin_drop()."));
    }
    let highest = existing.iter().map(|(id, _)| *id).max().unwrap_or(0).max(highest_known);
    if highest < u16::MAX - 1 {
        return Ok(highest + 1);
    }
    (1..u16::MAX).find(|id| existing.iter().all(|(other, _)| other != id)).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            "could not find free replication origin ID",
        )
    })
}

/// All origins, those of transactions in progress too.
///
/// # Safety
/// `relation` is the open and locked pg_replication_origin.
unsafe fn existing(relation: pg_sys::Relation) -> Vec<(u16, String)> {
    let mut snapshot = pg_sys::SnapshotData {
        snapshot_type: pg_sys::SnapshotType::SNAPSHOT_DIRTY,
        ..Default::default()
    };
    let mut origins = Vec::new();
    // SAFETY: the snapshot outlives the scan; each tuple is read before the next is fetched. The
    // catalog's two columns are never null.
    unsafe {
        let scan = pg_sys::systable_beginscan(
            relation,
            pg_sys::Oid::INVALID,
            false,
            &raw mut snapshot,
            0,
            std::ptr::null_mut(),
        );
        loop {
            let tuple = pg_sys::systable_getnext(scan);
            if tuple.is_null() {
                break;
            }
            let row = pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_replication_origin>();
            let name = pg_sys::text_to_cstring(&raw mut (*row).roname);
            origins.push(((*row).roident.to_u32() as u16, from_server(name)));
        }
        pg_sys::systable_endscan(scan);
    }
    origins
}

/// The id of an origin.
pub(crate) fn by_name(name: &str) -> Option<u16> {
    let name = to_server(name).or_raise();
    // SAFETY: a C string that lives for the call.
    let id = unsafe { pg_sys::replorigin_by_name(name.as_ptr(), true) };
    (id != 0).then_some(id)
}

/// Drops an origin, waiting for the session that uses it; nothing happens when there is none.
pub(crate) fn drop(name: &str) {
    let name = to_server(name).or_raise();
    // SAFETY: a C string that lives for the call.
    unsafe { pg_sys::replorigin_drop_by_name(name.as_ptr(), true, false) }
}

/// How far the origin's remote node has been applied here; `INVALID` when it never was.
pub(crate) fn progress(id: u16) -> Lsn {
    // SAFETY: reads shared memory under its lock.
    Lsn(unsafe { pg_sys::replorigin_get_progress(id, false) })
}

/// Sets the progress of an origin that no session uses, also backwards, and logs it.
pub(crate) fn set_progress(id: u16, remote: Lsn) {
    // SAFETY: the id exists; the server raises when a session uses it.
    unsafe { pg_sys::replorigin_advance(id, remote.0, 0, true, true) }
}

/// Shows the progress of an origin that no session uses: what a crash keeps of it stands elsewhere.
/// `local` is the end of the commit record that brought it.
pub(crate) fn show_progress(id: u16, remote: Lsn, local: Lsn) {
    // SAFETY: the id exists; the server raises when a session uses it.
    unsafe { pg_sys::replorigin_advance(id, remote.0, local.0, false, false) }
}
