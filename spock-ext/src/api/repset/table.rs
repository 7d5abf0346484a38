//! The tables of replication sets: added, with the columns and rows that go out, and removed.

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;

use super::{find, required};
use crate::api::checks::{invalid, missing, require_table};
use crate::catalog::queue::{self, MessageType};
use crate::catalog::replication_set::{self, Membership, ReplicationSet, TableFacts};
use crate::catalog::row_filter as kept;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;
use crate::pg::row_filter;

/// `spock.repset_add_table()`.
#[pg_extern(sql = false)]
fn repset_add_table(
    set_name: Option<In<String>>,
    relation: Option<In<Oid>>,
    synchronize_data: Option<bool>,
    columns: Option<In<Vec<Option<String>>>>,
    row_filter: Option<In<String>>,
    include_partitions: Option<bool>,
) -> bool {
    let set = required(set_name, "set_name");
    let relation = required(relation, "relation");
    let synchronize = required(synchronize_data.map(In), "synchronize_data");
    let add = || {
        let (set, relation, synchronize) = (find(&set?)?, relation?, synchronize?);
        let columns = columns.map(|list| column_names(list.0)).transpose()?;
        let (columns, filter) =
            (columns.as_deref(), row_filter.as_ref().map(|text| text.0.as_str()));
        let table = require_table(relation)?;
        add_table(&set, &table, columns, filter)?;
        let mut added = vec![table.clone()];
        if table.is_partitioned && include_partitions.unwrap_or(true) {
            for partition in replication_set::partitions_of(relation) {
                if !replication_set::has_table(set.id, partition.oid) {
                    add_table(&set, &partition, columns, filter)?;
                    added.push(partition);
                }
            }
        }
        if synchronize {
            added.iter().for_each(|table| queue_copy(&set, table));
        }
        Ok(())
    };
    add().or_raise();
    true
}

fn column_names(list: Vec<Option<String>>) -> Result<Vec<String>, SpockError> {
    list.into_iter().collect::<Option<_>>().ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED,
            "columns cannot contain NULL",
        )
    })
}

/// Checks the table against the set, and adds it.
pub(super) fn add_table(
    set: &ReplicationSet,
    table: &TableFacts,
    columns: Option<&[String]>,
    row_filter: Option<&str>,
) -> Result<(), SpockError> {
    let refused = |message: String| {
        SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
    };
    if table.is_reserved {
        return Err(refused(format!(
            "relation {} cannot be added to any replication set",
            table.qualified()
        ))
        .detail("Its schema, or the extension that it belongs to, is reserved."));
    }
    if !table.is_permanent {
        return Err(refused("UNLOGGED and TEMP tables cannot be replicated".into()));
    }
    if set.actions.need_identity() && table.identity.is_empty() && !table.is_partitioned {
        return Err(refused(format!(
            "table {} cannot be added to replication set {}",
            table.name, set.name
        ))
        .detail(
            "The set replicates UPDATEs or DELETEs, but the table has neither a PRIMARY KEY nor a \
             replica identity index.",
        )
        .hint("Add a PRIMARY KEY, or use a set that replicates only INSERTs and TRUNCATEs."));
    }
    if let Some(columns) = columns {
        check_columns(set, table, columns)?;
    }
    if replication_set::has_table(set.id, table.oid) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("table {} is already in replication set {}", table.qualified(), set.name),
        ));
    }
    let row_filter = row_filter.map(|text| check_row_filter(set, table, text)).transpose()?;
    let columns = columns.map(<[String]>::to_vec);
    if !replication_set::add_table(set.id, table.oid, Membership { columns, row_filter }) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            format!("column list and row_filter of table {} are too long", table.qualified()),
        ));
    }
    Ok(())
}

/// Parses a row filter and checks it against the set; its tree.
fn check_row_filter(
    set: &ReplicationSet,
    table: &TableFacts,
    text: &str,
) -> Result<String, SpockError> {
    let filter = row_filter::parse(table.oid, text)?;
    if set.actions.need_identity()
        && let Some(objection) = kept::objection(table, &filter.columns)
    {
        return Err(objection);
    }
    Ok(filter.tree)
}

fn check_columns(
    set: &ReplicationSet,
    table: &TableFacts,
    columns: &[String],
) -> Result<(), SpockError> {
    for column in columns {
        if table.generated_columns.contains(column) {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_INVALID_COLUMN_REFERENCE,
                format!("column {column} cannot be declared as generated"),
            ));
        }
        if !table.columns.contains(column) {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
                format!("table {} does not have column {column}", table.name),
            ));
        }
    }
    let identity = &table.identity;
    if set.actions.need_identity() && !identity.iter().all(|column| columns.contains(column)) {
        return Err(invalid("REPLICA IDENTITY columns must be replicated")
            .detail(format!("They are: {}.", identity.join(", "))));
    }
    Ok(())
}

/// Asks every subscriber of the set to copy the table. One that is partitioned has no rows of its own,
/// and changes of its partitions meet their copies one by one.
pub(super) fn queue_copy(set: &ReplicationSet, table: &TableFacts) {
    if table.is_partitioned {
        return;
    }
    let message = serde_json::json!({ "schema_name": table.schema, "table_name": table.name });
    queue::push(MessageType::TableSync, std::slice::from_ref(&set.name), &message.to_string());
}

/// `spock.repset_remove_table()`.
#[pg_extern(sql = false)]
fn repset_remove_table(set_name: In<String>, relation: In<Oid>, include_partitions: bool) -> bool {
    remove_table(&set_name.0, relation.0, include_partitions).or_raise();
    true
}

fn remove_table(set_name: &str, relation: Oid, partitions: bool) -> Result<(), SpockError> {
    let set = find(set_name)?;
    let table = require_table(relation)?;
    if !replication_set::remove_table(set.id, relation) {
        return Err(missing(format!(
            "Table {} not found in replication set {}",
            table.name, set.name
        )));
    }
    if partitions && table.is_partitioned {
        for partition in replication_set::partitions_of(relation) {
            replication_set::remove_table(set.id, partition.oid);
        }
    }
    Ok(())
}
