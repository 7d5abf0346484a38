//! Reads from our own log what was deleted while the provider was not heard (convergence rule D1).
//!
//! The manager keeps the log by a slot (`worker::absence`). Before the stream starts again the deletes in
//! it, of every node, are written down in `spock.dead_row`, where each change of the stream finds them.

use std::collections::HashMap;

use pgrx::PgLogLevel;
use pgrx::PgSqlErrorCode;
use spock_core::conflict::Version;
use spock_core::converge::LocalVersion;

use super::version::Versions;
use crate::catalog::{dead_row, replication_set};
use crate::pg::dead_version::DeadVersion;
use crate::pg::error::SpockError;
use crate::pg::{bgworker, delete_marks, spi};
use crate::worker::absence::slot_name;

/// Deletes that are read in one transaction, at least.
const BATCH: i32 = 10_000;

/// Writes down what was deleted since the last stream of the subscription ended. What cannot be read is
/// said, and does without.
pub(super) fn recall(subscription: u32, versions: &mut Versions) {
    let slot = slot_name(subscription);
    let mut total = 0;
    loop {
        match bgworker::transaction(|| batch(&slot, versions)) {
            Ok(Some(0)) => break,
            Ok(Some(count)) => total += count,
            Ok(None) => return,
            Err(error) => {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    format!(
                        "what was deleted while the provider was away cannot be read from the log: {}",
                        error.message
                    ),
                )
                .detail("Rows that both nodes changed meanwhile may differ.")
                .hint("Compare the tables of both nodes.")
                .report(PgLogLevel::WARNING);
                break;
            }
        }
    }
    let dropped = bgworker::transaction(|| {
        spi::select("SELECT pg_drop_replication_slot($1::name)", &[slot.as_str().into()]);
    });
    if let Err(error) = dropped {
        pgrx::warning!("slot \"{slot}\" was not dropped: {}", error.message);
    }
    if total > 0 {
        pgrx::log!(
            "spock: {total} deletes of the time without the provider were read from the log"
        );
    }
}

/// Reads some; how many, or nothing when there is no such slot.
fn batch(slot: &str, versions: &mut Versions) -> Option<usize> {
    spi::select_one(
        "SELECT 1 FROM pg_replication_slots
          WHERE slot_name = $1::name AND database = current_database()",
        &[slot.into()],
    )?;
    let rows = spi::select(
        "SELECT data FROM pg_logical_slot_get_changes($1::name, NULL, $2::integer,
            'startup_params_format', '1', 'min_proto_version', '4', 'max_proto_version', '5',
            'proto_format', 'deletes', 'spock.replication_set_names', $3)",
        &[slot.into(), BATCH.into(), replication_set::all_names().into()],
    );
    let mut newest: HashMap<(u32, String), Version> = HashMap::new();
    for row in &rows {
        let line: String = row.get(0);
        let Ok((relation, xid, time, origin, key)) =
            serde_json::from_str::<(u32, u32, i64, u16, String)>(&line)
        else {
            continue;
        };
        let version = match versions.of_delete(&DeadVersion { time, origin, xid }) {
            LocalVersion::Known(side) => side.version,
            LocalVersion::Own | LocalVersion::Unknown => versions.of_local(time).version,
        };
        let known = newest.entry((relation, key)).or_insert(version);
        if known.time < version.time {
            *known = version;
        }
    }
    for ((relation, key), version) in &newest {
        delete_marks::note_written(*relation, version.time);
        dead_row::leave(*relation, key, *version);
    }
    Some(rows.len())
}
