//! Replication sets: what this node offers.

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;

use super::checks::{invalid, missing, require_table};
use super::node::local_id;
use crate::catalog::queue::{self, MessageType};
use crate::catalog::replication_set::{self, Actions, ReplicationSet, TableFacts};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out, Record};
use crate::pg::spi;
use crate::pg::value::Value;

/// `spock.repset_create()`.
#[pg_extern(sql = false)]
fn repset_create(
    set_name: In<String>,
    replicate_insert: bool,
    replicate_update: bool,
    replicate_delete: bool,
    replicate_truncate: bool,
) -> Out<Oid> {
    let actions = Actions {
        insert: replicate_insert,
        update: replicate_update,
        delete: replicate_delete,
        truncate: replicate_truncate,
    };
    Out(create(&set_name.0, actions).or_raise())
}

fn create(name: &str, actions: Actions) -> Result<Oid, SpockError> {
    let node = local_id()?;
    if name.is_empty() {
        return Err(invalid("replication set name cannot be empty"));
    }
    if replication_set::by_name(node, name).is_some() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("replication set {name} already exists"),
        ));
    }
    Ok(replication_set::insert(node, name, actions))
}

fn find(name: &str) -> Result<ReplicationSet, SpockError> {
    replication_set::by_name(local_id()?, name)
        .ok_or_else(|| missing(format!("replication set {name} not found")))
}

fn required<T>(argument: Option<In<T>>, name: &str) -> Result<T, SpockError> {
    argument.map(|value| value.0).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED,
            format!("{name} cannot be NULL"),
        )
    })
}

/// `spock.repset_alter()`; what is null stays as it is.
#[pg_extern(sql = false)]
fn repset_alter(
    set_name: Option<In<String>>,
    replicate_insert: Option<bool>,
    replicate_update: Option<bool>,
    replicate_delete: Option<bool>,
    replicate_truncate: Option<bool>,
) -> Out<Oid> {
    let set = required(set_name, "set_name").and_then(|name| find(&name)).or_raise();
    let actions = Actions {
        insert: replicate_insert.unwrap_or(set.actions.insert),
        update: replicate_update.unwrap_or(set.actions.update),
        delete: replicate_delete.unwrap_or(set.actions.delete),
        truncate: replicate_truncate.unwrap_or(set.actions.truncate),
    };
    alter(&set, actions).or_raise();
    Out(set.id)
}

fn alter(set: &ReplicationSet, actions: Actions) -> Result<(), SpockError> {
    if actions.need_identity()
        && !set.actions.need_identity()
        && let Some(table) =
            replication_set::tables_of_set(set.id).iter().find(|table| table.identity.is_empty())
    {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "replication set {} cannot be altered to replicate UPDATEs or DELETEs because it \
                 contains tables without PRIMARY KEY",
                set.name
            ),
        )
        .detail(format!("One such table is {}.", qualified(table))));
    }
    replication_set::set_actions(set.id, actions);
    Ok(())
}

/// `spock.repset_drop()`.
#[pg_extern(sql = false)]
fn repset_drop(set_name: In<String>, ifexists: bool) -> bool {
    let node = local_id().or_raise();
    match replication_set::by_name(node, &set_name.0) {
        Some(set) => {
            replication_set::delete(set.id);
            true
        }
        None if ifexists => false,
        None => missing(format!("replication set {} not found", set_name.0)).raise(),
    }
}

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
        if row_filter.is_some() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                "row filters are not supported yet",
            ));
        }
        let columns = columns.map(|list| column_names(list.0)).transpose()?;
        let table = require_table(relation)?;
        add_table(&set, &table, columns.as_deref())?;
        if table.is_partitioned && include_partitions.unwrap_or(true) {
            for partition in replication_set::partitions_of(relation) {
                if !replication_set::has_table(set.id, partition.oid) {
                    add_table(&set, &partition, columns.as_deref())?;
                }
            }
        }
        if synchronize {
            queue_copy(&set, &table);
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

fn qualified(table: &TableFacts) -> String {
    format!("{}.{}", table.schema, table.name)
}

/// Checks the table against the set, and adds it.
fn add_table(
    set: &ReplicationSet,
    table: &TableFacts,
    columns: Option<&[String]>,
) -> Result<(), SpockError> {
    let refused = |message: String| {
        SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
    };
    if table.is_reserved {
        return Err(refused(format!(
            "relation {} cannot be added to any replication set",
            qualified(table)
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
            format!("table {} is already in replication set {}", qualified(table), set.name),
        ));
    }
    replication_set::add_table(set.id, table.oid, columns);
    Ok(())
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

/// Asks every subscriber of the set to copy the table.
fn queue_copy(set: &ReplicationSet, table: &TableFacts) {
    let message = serde_json::json!({ "schema_name": table.schema, "table_name": table.name });
    queue::push(MessageType::TableSync, std::slice::from_ref(&set.name), &message.to_string());
}

/// `spock.repset_add_all_tables()`.
#[pg_extern(sql = false)]
fn repset_add_all_tables(
    set_name: In<String>,
    schema_names: In<Vec<String>>,
    synchronize_data: bool,
) -> bool {
    add_all_tables(&set_name.0, &schema_names.0, synchronize_data).or_raise();
    true
}

fn add_all_tables(set_name: &str, schemas: &[String], synchronize: bool) -> Result<(), SpockError> {
    let set = find(set_name)?;
    let warn = |message: String, detail: Option<String>| {
        let warning = SpockError::new(PgSqlErrorCode::ERRCODE_WARNING, message);
        let warning = match detail {
            Some(detail) => warning.detail(detail),
            None => warning,
        };
        warning.report(PgLogLevel::WARNING);
    };
    for schema in schemas {
        match schema_standing(schema) {
            None => {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_INVALID_SCHEMA_NAME,
                    format!("schema \"{schema}\" does not exist"),
                ));
            }
            Some(true) => {
                warn(format!("skipping schema {schema}"), Some("The schema is reserved.".into()));
                continue;
            }
            Some(false) => {}
        }
        for table in replication_set::tables_of_schema(schema) {
            if replication_set::has_table(set.id, table.oid) {
                continue;
            }
            match add_table(&set, &table, None) {
                Ok(()) if synchronize => queue_copy(&set, &table),
                Ok(()) => {}
                Err(error) => warn(
                    format!(
                        "skipping table {} for replication set {}",
                        qualified(&table),
                        set.name
                    ),
                    Some(error.detail.unwrap_or(error.message)),
                ),
            }
        }
    }
    Ok(())
}

/// Whether a schema is reserved; nothing when there is none of that name.
fn schema_standing(schema: &str) -> Option<bool> {
    spi::select_one(
        "SELECT nspname IN ('pg_catalog', 'information_schema', 'spock')
                OR nspname LIKE 'pg\\_toast%' OR nspname LIKE 'pg\\_temp%'
                OR EXISTS (SELECT FROM spock.reserved_object o
                            WHERE o.kind = 'schema' AND o.block_in_repset AND o.name = n.nspname)
           FROM pg_namespace n WHERE nspname = $1::name",
        &[schema.into()],
    )
    .map(|row| row.get(0))
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

/// `spock.repset_show_table()`: what a subscriber asks before it copies a table.
#[pg_extern(sql = false)]
fn repset_show_table(relation: In<Oid>, repsets: In<Vec<String>>) -> Record {
    Record(show_table(relation.0, &repsets.0).or_raise())
}

fn show_table(relation: Oid, sets: &[String]) -> Result<Vec<Value>, SpockError> {
    let node = local_id()?;
    let table = require_table(relation)?;
    let publication = replication_set::publication(node, relation, sets);
    let row = spi::select_one(
        "SELECT relkind, relispartition FROM pg_class WHERE oid = $1::oid",
        &[relation.into()],
    );
    let (kind, is_partition) = match row {
        Some(row) => (row.get::<u8>(0).into(), row.get::<bool>(1).into()),
        None => (Value::Null, Value::Null),
    };
    let filtered = publication.as_ref().is_some_and(|publication| publication.has_row_filter);
    // In the order of the table, whatever order the lists have.
    let listed = publication.and_then(|publication| publication.columns);
    let mut columns = table.columns;
    if let Some(listed) = listed {
        columns.retain(|column| listed.contains(column));
    }
    Ok(vec![
        relation.into(),
        table.schema.into(),
        table.name.into(),
        columns.into(),
        filtered.into(),
        kind,
        is_partition,
    ])
}
