//! The sequences of replication sets.

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;
use spock_core::sequence::Told;

use super::all_tables::{usable_schemas, warn};
use super::find;
use crate::api::checks::{missing, not_now, require_local_node, require_sequence};
use crate::catalog::replicated_sequence;
use crate::catalog::replication_set::{self, ReplicationSet, TableFacts};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Rows};
use crate::pg::sequence::told::{self, Look, Standing};
use crate::sequence::push;
use crate::worker::notify;

/// `spock.repset_add_seq()`. Subscribers are told in any case: they would be a moment later.
#[pg_extern(sql = false)]
fn repset_add_seq(set_name: In<String>, relation: In<Oid>, _synchronize_data: bool) -> bool {
    let add = || {
        let set = find(&set_name.0)?;
        add_sequence(&set, &require_sequence(relation.0)?)
    };
    add().or_raise();
    notify::catalog_changed();
    true
}

/// Checks the sequence, adds it, and tells the subscribers of the set where to be.
fn add_sequence(set: &ReplicationSet, sequence: &TableFacts) -> Result<(), SpockError> {
    if sequence.is_reserved {
        return Err(not_now(format!(
            "relation {} cannot be added to any replication set",
            sequence.qualified()
        ))
        .detail("Its schema, or the extension that it belongs to, is reserved."));
    }
    if !sequence.is_permanent {
        return Err(not_now("UNLOGGED and TEMP sequences cannot be replicated"));
    }
    told::lock(sequence.oid);
    if !replicated_sequence::add(set.id, sequence.oid) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("sequence {} is already in replication set {}", sequence.qualified(), set.name),
        ));
    }
    let standing = standing(sequence.oid).ok_or_else(|| gone(sequence))?;
    let before = replicated_sequence::told(sequence.oid, standing.storage);
    let value = push::value_for_subscribers(&standing, before);
    push::queue_value(sequence.oid, std::slice::from_ref(&set.name), value);
    if before.is_none() {
        let cache = standing.shape.smallest_cache();
        replicated_sequence::note(sequence.oid, standing.storage, Told { value, cache });
    }
    Ok(())
}

/// Where a sequence stands, if it is still there; waits for whoever alters it, as every statement does.
fn standing(sequence: Oid) -> Option<Standing> {
    told::keep(sequence);
    match told::look(sequence) {
        Look::At(standing) => Some(standing),
        Look::Gone | Look::Busy => None,
    }
}

fn gone(sequence: &TableFacts) -> SpockError {
    missing(format!("sequence {} is gone", sequence.qualified()))
}

/// `spock.repset_add_all_seqs()`.
#[pg_extern(sql = false)]
fn repset_add_all_seqs(
    set_name: In<String>,
    schema_names: In<Vec<String>>,
    _synchronize_data: bool,
) -> bool {
    add_all(&set_name.0, &schema_names.0).or_raise();
    notify::catalog_changed();
    true
}

fn add_all(set_name: &str, schemas: &[String]) -> Result<(), SpockError> {
    let set = find(set_name)?;
    let members = replicated_sequence::of_set(set.id);
    for schema in usable_schemas(schemas)? {
        for sequence in replication_set::sequences_of_schema(&schema) {
            if members.contains(&sequence.oid) {
                continue;
            }
            if let Err(error) = add_sequence(&set, &sequence) {
                warn(
                    format!(
                        "skipping sequence {} for replication set {}",
                        sequence.qualified(),
                        set.name
                    ),
                    Some(error.detail.unwrap_or(error.message)),
                );
            }
        }
    }
    Ok(())
}

/// `spock.repset_remove_seq()`.
#[pg_extern(sql = false)]
fn repset_remove_seq(set_name: In<String>, relation: In<Oid>) -> bool {
    let remove = || {
        let set = find(&set_name.0)?;
        let sequence = require_sequence(relation.0)?;
        told::lock(sequence.oid);
        if replicated_sequence::remove(set.id, sequence.oid) {
            return Ok(());
        }
        Err(missing(format!(
            "replication set sequence mapping {}:{} not found",
            set.id, sequence.oid
        ))
        .detail(format!(
            "Sequence {} is not in replication set {}.",
            sequence.qualified(),
            set.name
        )))
    };
    remove().or_raise();
    notify::catalog_changed();
    true
}

/// `spock.sync_seq()`: tells the subscribers of all sets that the sequence is in.
#[pg_extern(sql = false)]
fn sync_seq(relation: In<Oid>) -> bool {
    let tell = || {
        require_local_node()?;
        let sequence = require_sequence(relation.0)?;
        let sets = replicated_sequence::set_names(sequence.oid);
        if sets.is_empty() {
            return Err(not_now(format!("\"{}\" is not a replicated sequence", sequence.name))
                .hint("Add it to a replication set with spock.repset_add_seq()."));
        }
        let standing = standing(sequence.oid).ok_or_else(|| gone(&sequence))?;
        let told = replicated_sequence::told(sequence.oid, standing.storage);
        let value = push::value_for_subscribers(&standing, told);
        push::queue_value(sequence.oid, &sets, value);
        Ok(())
    };
    tell().or_raise();
    true
}

/// `spock.sequence_values()`: where a subscriber of these sets is to be; what it asks when it begins.
#[pg_extern(sql = false)]
fn sequence_values(repsets: In<Vec<String>>) -> Rows {
    let values = || {
        let node = require_local_node()?.node.id;
        let mut rows = Vec::new();
        for sequence in replicated_sequence::of_sets(node, &repsets.0) {
            // Dropped since.
            let Some(standing) = standing(sequence.oid) else { continue };
            let told = replicated_sequence::told(sequence.oid, standing.storage);
            let value = push::value_for_subscribers(&standing, told);
            let at_rest = push::is_at_rest(&standing, told);
            let (schema, name) = (sequence.schema, sequence.name);
            rows.push(vec![schema.into(), name.into(), value.into(), at_rest.into()]);
        }
        Ok(rows)
    };
    Rows(values().or_raise())
}
