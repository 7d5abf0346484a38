//! Delta columns: declared, given up, and kept fit for it.
//!
//! A delta column is a number to which concurrent updates add instead of overwriting each other
//! (convergence rule X1). Three statements declare one: `spock.delta_apply()`, the column options
//! `log_old_value` and `delta_apply_function` of ALTER TABLE, which a patched server knows, and
//! `SECURITY LABEL FOR spock`, which is how the declaration is kept and how it stands in dumps.
//!
//! **Invariant**: the table of a delta column has REPLICA IDENTITY FULL (old values stand in the log then,
//! while rows are still found by the primary key), and the column is NOT NULL and of a type that can be
//! added. Statements that would break this are refused.

use std::collections::BTreeMap;
use std::ffi::CStr;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::catalog::delta_column::{self, Column, LABEL};
use crate::pg::alter_table::ColumnOption;
use crate::pg::error::SpockError;

/// Options of columns that ALTER TABLE does not bring to the server.
pub(super) static OPTIONS: [&CStr; 2] = [c"log_old_value", c"delta_apply_function"];

fn error(code: PgSqlErrorCode, message: String) -> SpockError {
    SpockError::new(code, message)
}

/// Why a column cannot be a delta column, whatever is done to its table.
fn objection(column: &Column) -> Option<SpockError> {
    let Column { table, name, .. } = column;
    if !column.in_table {
        return Some(error(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("{table} is not a table"),
        ));
    }
    if !column.can_be_added {
        return Some(
            error(
                PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
                format!(
                    "column {name} of table {table} cannot be a delta column: its type is {}",
                    column.type_name
                ),
            )
            .hint(
                "Delta columns are of type smallint, integer, bigint, real, double precision, \
                 numeric or money.",
            ),
        );
    }
    if column.is_generated || column.in_key {
        return Some(error(
            PgSqlErrorCode::ERRCODE_INVALID_TABLE_DEFINITION,
            format!(
                "column {name} of table {table} cannot be a delta column: it is {}",
                if column.in_key { "part of the primary key" } else { "generated" }
            ),
        ));
    }
    None
}

/// What a column lacks that must be NOT NULL.
fn nullable(column: &Column) -> SpockError {
    error(
        PgSqlErrorCode::ERRCODE_NOT_NULL_VIOLATION,
        format!("column {} of table {} is not NOT NULL", column.name, column.table),
    )
    .detail("Delta columns must be NOT NULL: nothing can be added to null.")
}

fn not_full(table: &str) -> SpockError {
    error(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("table {table} has delta columns and needs REPLICA IDENTITY FULL"),
    )
    .detail("Old values of delta columns stand in the log only then.")
}

/// Judges a label that a column is about to get.
pub(super) fn judge(relation: u32, number: i16, label: Option<&str>) -> Result<(), SpockError> {
    let Some(label) = label else { return Ok(()) };
    if label != LABEL {
        return Err(error(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("spock has no security label \"{label}\""),
        )
        .detail(format!("The only one is \"{LABEL}\".")));
    }
    let Some(column) = delta_column::by_number(relation, number) else { return Ok(()) };
    if let Some(objection) = objection(&column) {
        return Err(objection);
    }
    if !column.not_null {
        return Err(nullable(&column));
    }
    if !column.has_full_identity {
        return Err(not_full(&column.table)
            .hint("Use spock.delta_apply(), or ALTER TABLE ... REPLICA IDENTITY FULL first."));
    }
    Ok(())
}

fn find(relation: u32, name: &str) -> Result<Vec<Column>, SpockError> {
    let columns = delta_column::by_name(relation, name);
    if columns.is_empty() {
        return Err(error(
            PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
            format!("relation with OID {relation} has no column \"{name}\""),
        ));
    }
    Ok(columns)
}

/// Makes a column a delta column, in all partitions too.
pub(crate) fn declare(relation: u32, name: &str) -> Result<(), SpockError> {
    let columns = find(relation, name)?;
    for column in &columns {
        if let Some(objection) = objection(column) {
            return Err(objection);
        }
        if !column.not_null {
            return Err(nullable(column));
        }
    }
    for column in &columns {
        if !column.has_full_identity {
            delta_column::set_full_identity(column, true);
        }
        if !column.is_delta {
            delta_column::set_label(column, true);
        }
    }
    Ok(())
}

/// Makes it an ordinary column again; false when it is one. The table gets its replica identity back
/// with its last delta column.
pub(crate) fn give_up(relation: u32, name: &str) -> Result<bool, SpockError> {
    let mut was_delta = false;
    for column in find(relation, name)? {
        if !column.is_delta {
            continue;
        }
        was_delta = true;
        delta_column::set_label(&column, false);
        if delta_column::of_table(column.relation).is_empty() {
            delta_column::set_full_identity(&column, false);
            error(
                PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
                format!("table {} has REPLICA IDENTITY DEFAULT again", column.table),
            )
            .report(PgLogLevel::NOTICE);
        }
    }
    Ok(was_delta)
}

/// Whether the column may be null, which delta columns must not be.
pub(crate) fn refuses_for_nulls(relation: u32, name: &str) -> Result<bool, SpockError> {
    let columns = find(relation, name)?;
    let Some(column) = columns.iter().find(|column| !column.not_null) else { return Ok(false) };
    nullable(column).report(PgLogLevel::NOTICE);
    Ok(true)
}

/// Whether rows of the table can be found by a primary key, in all partitions too.
pub(crate) fn has_key(relation: u32, name: &str) -> Result<bool, SpockError> {
    Ok(find(relation, name)?.iter().all(|column| column.has_key))
}

/// After ALTER TABLE: does what the options say, then looks whether delta columns still can be such.
pub(super) fn after(relation: u32, options: Vec<ColumnOption>) -> Result<(), SpockError> {
    let mut wanted = BTreeMap::new();
    for option in options {
        let wants = means_delta(&option)?;
        // A column that one of two options is taken from is not a delta column.
        wanted.entry(option.column).and_modify(|delta| *delta &= wants).or_insert(wants);
    }
    for (column, delta) in &wanted {
        if *delta {
            declare(relation, column)?;
        } else {
            give_up(relation, column)?;
        }
    }
    for column in delta_column::below(relation) {
        if let Some(objection) = objection(&column) {
            return Err(objection);
        }
        let hint =
            "Take the delta column back first: SELECT spock.delta_apply(table, column, true).";
        if !column.not_null {
            return Err(nullable(&column).hint(hint));
        }
        if !column.has_full_identity {
            return Err(not_full(&column.table).hint(hint));
        }
    }
    Ok(())
}

/// Whether an option makes its column a delta column, or takes that back.
fn means_delta(option: &ColumnOption) -> Result<bool, SpockError> {
    let Some(value) = &option.value else { return Ok(false) };
    let invalid = |expected: &str| {
        error(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("invalid value \"{value}\" of column option \"{}\"", option.name),
        )
        .hint(format!("Expected is {expected}."))
    };
    if option.name == "log_old_value" {
        return match value.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Ok(true),
            "false" | "off" | "no" | "0" => Ok(false),
            _ => Err(invalid("true or false")),
        };
    }
    match value.as_str() {
        "spock.delta_apply" | "delta_apply" => Ok(true),
        _ => Err(invalid("spock.delta_apply")),
    }
}
