//! One logged change, applied to the local table.
//!
//! A change whose row was written later than the remote transaction is not applied: the later version
//! stands. Each change runs in a subtransaction, as the table's owner.

use crate::catalog::exceptions::{Logged, Transaction};
use crate::catalog::logged_table::{self, Table};
use crate::pg::error::SpockError;
use crate::pg::value::Value;
use crate::pg::{spi, transaction};

/// What a retry of a change came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    kind: Kind,
    pub(super) detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Applied,
    NewerKept,
    NothingToDo,
    Failed,
}

impl Outcome {
    fn new(kind: Kind, detail: impl Into<Option<&'static str>>) -> Self {
        Self { kind, detail: detail.into().map(str::to_owned) }
    }

    fn failed(detail: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, detail: Some(detail.into()) }
    }

    /// Nothing is missing any more.
    pub(super) fn is_settled(&self) -> bool {
        self.kind != Kind::Failed
    }

    /// As the function shows it.
    pub(super) fn word(&self, dry_run: bool) -> &'static str {
        match (self.kind, dry_run) {
            (Kind::Applied, false) => "applied",
            (Kind::Applied, true) => "would be applied",
            (Kind::NewerKept, false) => "newer row kept",
            (Kind::NewerKept, true) => "newer row would be kept",
            (Kind::NothingToDo, _) => "nothing to do",
            (Kind::Failed, false) => "failed",
            (Kind::Failed, true) => "would fail",
        }
    }
}

/// The local row that a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Older,
    Newer,
}

/// From here on triggers and foreign keys behave as for changes that the stream brings; gives what
/// to put back.
pub(super) fn enter_replica_role() -> String {
    let before = spi::select_one("SELECT current_setting('session_replication_role')", &[])
        .map_or_else(String::new, |row| row.get(0));
    set_role("replica");
    before
}

/// Ends [`enter_replica_role`].
pub(super) fn leave_replica_role(before: &str) {
    set_role(before);
}

fn set_role(role: &str) {
    spi::select("SELECT set_config('session_replication_role', $1, true)", &[role.into()]);
}

/// Applies a change.
pub(super) fn change(failed: &Transaction, change: &Logged) -> Outcome {
    let mut outcome = Ok(Outcome::new(Kind::NothingToDo, None));
    let tried = transaction::in_subtransaction(&mut || {
        outcome = apply(failed, change);
        if let Err(error) = outcome.clone() {
            error.raise();
        }
    });
    match (tried, outcome) {
        (Ok(()), Ok(outcome)) => outcome,
        (Err(error), _) => {
            Outcome::failed(format!("[SQLSTATE {}] {}", error.sqlstate, error.message))
        }
        (Ok(()), Err(error)) => Outcome::failed(error.message),
    }
}

fn apply(failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    if change.operation == "DDL" {
        return Ok(Outcome::failed("statements are not run again: run it by hand"));
    }
    let tables = logged_table::of_change(change)?;
    let [table] = tables.as_slice() else {
        return Ok(truncate(&tables, failed));
    };
    match change.operation.as_str() {
        "TRUNCATE" => Ok(truncate(&tables, failed)),
        "INSERT" => insert(table, failed, change),
        "UPDATE" => update(table, failed, change),
        "DELETE" => delete(table, failed, change),
        other => Ok(Outcome::failed(format!("an operation \"{other}\" is not known"))),
    }
}

fn insert(table: &Table, failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    let new = image(change.new.as_ref(), "the new row")?;
    table.check_columns_in(&new)?;
    let found = if table.has_key_in(&new) { find(table, failed, &new)? } else { Found::Nothing };
    match found {
        Found::Newer => Ok(newer()),
        Found::Older => {
            set(table, &new, &new);
            Ok(Outcome::new(Kind::Applied, "the row was there, in an older version"))
        }
        Found::Nothing => {
            let columns = table.columns_in(&new).join(", ");
            let name = table.name();
            spi::execute_as(
                table.owner,
                &format!(
                    "INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE \
                     SELECT {columns} FROM jsonb_populate_record(NULL::{name}, $1::jsonb)"
                ),
                &[new.into()],
            );
            Ok(Outcome::new(Kind::Applied, None))
        }
    }
}

fn update(table: &Table, failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    let new = image(change.new.as_ref(), "the new row")?;
    table.check_columns_in(&new)?;
    let key = match &change.old {
        Some(old) if table.has_key_in(old) => old.clone(),
        _ => new.clone(),
    };
    match find(table, failed, &key)? {
        Found::Nothing => Ok(Outcome::failed("the row is not here")),
        Found::Newer => Ok(newer()),
        Found::Older => {
            set(table, &new, &key);
            Ok(Outcome::new(Kind::Applied, None))
        }
    }
}

fn delete(table: &Table, failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    let old = image(change.old.as_ref(), "the old row")?;
    match find(table, failed, &old)? {
        Found::Nothing => Ok(Outcome::new(Kind::NothingToDo, "the row is not here")),
        Found::Newer => Ok(newer()),
        Found::Older => {
            let (name, key) = (table.name(), table.key_condition("$1"));
            let statement = format!("DELETE FROM {name} AS t WHERE {key}");
            spi::execute_as(table.owner, &statement, &[old.into()]);
            Ok(Outcome::new(Kind::Applied, None))
        }
    }
}

/// Rows that were written later stay, and those that the same transaction wrote after it.
fn truncate(tables: &[Table], failed: &Transaction) -> Outcome {
    let mut left = 0;
    for table in tables {
        let name = table.name();
        let older = "coalesce(pg_xact_commit_timestamp(t.xmin) < $1, true)";
        let statement = format!("DELETE FROM ONLY {name} AS t WHERE {older}");
        let time = Value::Timestamp(failed.remote_commit_ts);
        spi::execute_as(table.owner, &statement, &[time]);
        let rows = spi::select_as(table.owner, &format!("SELECT count(*) FROM ONLY {name}"), &[]);
        left += rows.first().map_or(0, |row| row.get::<i64>(0));
    }
    match left {
        0 => Outcome::new(Kind::Applied, None),
        _ => Outcome::new(Kind::Applied, "rows that were written later stay"),
    }
}

fn newer() -> Outcome {
    Outcome::new(Kind::NewerKept, "later changes touched the same row")
}

fn image(image: Option<&String>, what: &str) -> Result<String, SpockError> {
    image.cloned().ok_or_else(|| {
        SpockError::new(
            pgrx::PgSqlErrorCode::ERRCODE_NO_DATA_FOUND,
            format!("{what} is not in the log"),
        )
    })
}

/// Looks for the row whose key stands in an image, and locks it.
fn find(table: &Table, failed: &Transaction, key: &str) -> Result<Found, SpockError> {
    if !table.has_key_in(key) {
        return Err(SpockError::new(
            pgrx::PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            "the table has no key here by which the row could be found",
        ));
    }
    let (name, condition) = (table.name(), table.key_condition("$1"));
    // What this transaction wrote has no commit time yet.
    let statement = format!(
        "SELECT coalesce(pg_xact_commit_timestamp(t.xmin) > $2, false) \
         FROM {name} AS t WHERE {condition} FOR UPDATE"
    );
    let parameters = [key.into(), Value::Timestamp(failed.remote_commit_ts)];
    let rows = spi::select_as(table.owner, &statement, &parameters);
    Ok(match rows.first() {
        None => Found::Nothing,
        Some(row) if row.get::<bool>(0) => Found::Newer,
        Some(_) => Found::Older,
    })
}

/// Gives the row with the key of one image the values of another.
fn set(table: &Table, new: &str, key: &str) {
    let columns = table.settable_columns_in(new).join(", ");
    if columns.is_empty() {
        return;
    }
    let (name, condition) = (table.name(), table.key_condition("$2"));
    let statement = format!(
        "UPDATE {name} AS t SET ({columns}) = \
         (SELECT {columns} FROM jsonb_populate_record(NULL::{name}, $1::jsonb)) WHERE {condition}"
    );
    spi::execute_as(table.owner, &statement, &[new.into(), key.into()]);
}
