//! Members of replication sets when they change: a table or sequence that is dropped, or a table that is made
//! UNLOGGED, leaves its sets, and what a row filter relies on stays.

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::catalog::{replication_set, row_filter};
use crate::pg::error::SpockError;
use crate::pg::object_watch::DropWatcher;
use crate::pg::relation;

/// Hears of what is dropped.
pub(super) static WATCHER: DropWatcher = DropWatcher { relation: dropped, column: column_dropped };

const HINT: &str = "Remove the table from the replication set first: spock.repset_remove_table().";

fn dropped(relation: u32) -> Result<(), SpockError> {
    for (kind, set) in replication_set::leave_sets(relation) {
        let name = relation::qualified_name(relation);
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!("drop cascades to {kind} {name} membership in replication set {set}"),
        )
        .report(PgLogLevel::NOTICE);
    }
    Ok(())
}

fn column_dropped(relation: u32, column: i16) -> Result<(), SpockError> {
    let Some(column) = relation::column_name(relation, column) else { return Ok(()) };
    let filters = row_filter::below(relation);
    let Some(filter) = filters
        .iter()
        .find(|filter| filter.table == relation && filter.columns().contains(&column))
    else {
        return Ok(());
    };
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST,
        format!(
            "cannot drop column {column} of table {} because the row filter in replication set {} \
             depends on it",
            relation::qualified_name(relation),
            filter.set
        ),
    )
    .hint(HINT))
}

/// After ALTER TABLE: a table without a log leaves its sets, and the filters of the table and its partitions
/// still have to hold.
pub(super) fn altered(relation: u32) -> Result<(), SpockError> {
    if !relation::is_permanent(relation) {
        for (kind, set) in replication_set::leave_sets(relation) {
            let name = relation::qualified_name(relation);
            SpockError::new(
                PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
                format!("{kind} {name} is removed from replication set {set}"),
            )
            .detail("It is not in the log any more, so its changes cannot be replicated.")
            .report(PgLogLevel::WARNING);
        }
    }
    for filter in row_filter::below(relation) {
        if !filter.fits() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                "cannot alter type of a column used by a row filter",
            )
            .detail(format!(
                "Table {} has one in replication set {}.",
                relation::qualified_name(filter.table),
                filter.set
            ))
            .hint(HINT));
        }
        if let Some(table) = replication_set::table_facts(filter.table)
            && filter.actions.need_identity()
            && let Some(objection) = row_filter::objection(&table, &filter.columns())
        {
            return Err(objection);
        }
    }
    Ok(())
}
