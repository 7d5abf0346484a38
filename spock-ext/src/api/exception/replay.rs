//! One logged change, applied to the local table.
//!
//! A change whose row was written later than the remote transaction is not applied: the later version
//! stands. What an update adds to delta columns is added in any case, once, as the stream would have done;
//! a later row keeps its version then. Each change runs in a subtransaction, as the table's owner.

use serde_json::Value as Json;

use crate::catalog::exceptions::{Logged, Transaction};
use crate::catalog::logged_table::{self, Found, Table};
use crate::catalog::node;
use crate::catalog::queue::Received;
use crate::ddl::command;
use crate::pg::error::SpockError;
use crate::pg::value::Value;
use crate::pg::{spi, transaction};
use crate::sequence::receive;

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

/// Applies a change. `rehearses`: it will be taken back.
pub(super) fn change(failed: &Transaction, change: &Logged, rehearses: bool) -> Outcome {
    let mut outcome = Ok(Outcome::new(Kind::NothingToDo, None));
    let tried = transaction::in_subtransaction(&mut || {
        outcome = apply(failed, change, rehearses);
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

fn apply(failed: &Transaction, change: &Logged, rehearses: bool) -> Result<Outcome, SpockError> {
    if change.operation == "DDL" {
        return match message(change) {
            Some(Received::Sequence { schema, name, value }) => {
                raise_sequence(failed, (schema.as_str(), name.as_str(), value), rehearses)
            }
            Some(Received::Statement { role, text }) => {
                command::run_received(&role, &text)?;
                Ok(Outcome::new(Kind::Applied, None))
            }
            _ => Ok(Outcome::failed("the message cannot be sent again: do by hand what it says")),
        };
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

/// The message to subscribers whose row was left out.
fn message(change: &Logged) -> Option<Received> {
    let row: Json = serde_json::from_str(change.new.as_deref()?).ok()?;
    let kind = row.get("message_type")?.as_str()?.chars().next()?;
    let message = match row.get("message")? {
        Json::String(text) if serde_json::from_str::<Json>(text).is_ok() => text.clone(),
        json => json.to_string(),
    };
    let role = row.get("role").and_then(Json::as_str).unwrap_or_default().to_owned();
    Some(Received::read(kind, message, role))
}

/// Raises a sequence, which no rollback takes back.
fn raise_sequence(
    failed: &Transaction,
    (schema, name, value): (&str, &str, i64),
    rehearses: bool,
) -> Result<Outcome, SpockError> {
    let node = failed.remote_origin;
    let source = || node::name_of(node);
    if rehearses {
        receive::find(schema, name, value, source)?;
    } else {
        receive::raise(schema, name, value, source)?;
    }
    Ok(Outcome::new(Kind::Applied, "the sequence is not set back"))
}

fn insert(table: &Table, failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    let new = image(change.new.as_ref(), "the new row")?;
    table.check_columns_in(&new)?;
    let found = if table.has_key_in(&new) { table.find(&new) } else { None };
    match found {
        Some(found) if is_newer(&found, failed) => Ok(newer()),
        Some(_) => {
            set(table, &new, &new, None);
            Ok(Outcome::new(Kind::Applied, "the row was there, in an older version"))
        }
        None => {
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
    let old = change.old.as_deref();
    match find(table, &key)? {
        None => Ok(Outcome::failed("the row is not here")),
        Some(found) if is_newer(&found, failed) => {
            let added = old.is_some_and(|old| add_to_newer(table, &found, &key, (old, &new)));
            Ok(if added { added_to_newer() } else { newer() })
        }
        Some(_) => {
            set(table, &new, &key, old);
            Ok(Outcome::new(Kind::Applied, None))
        }
    }
}

fn delete(table: &Table, failed: &Transaction, change: &Logged) -> Result<Outcome, SpockError> {
    let old = image(change.old.as_ref(), "the old row")?;
    match find(table, &old)? {
        None => Ok(Outcome::new(Kind::NothingToDo, "the row is not here")),
        Some(found) if is_newer(&found, failed) => Ok(newer()),
        Some(_) => {
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
        let rows_of = table.rows();
        let older = "coalesce(pg_xact_commit_timestamp(t.xmin) < $1, true)";
        let statement = format!("DELETE FROM {rows_of} AS t WHERE {older}");
        let time = Value::Timestamp(failed.remote_commit_ts);
        spi::execute_as(table.owner, &statement, &[time]);
        let rows = spi::select_as(table.owner, &format!("SELECT count(*) FROM {rows_of}"), &[]);
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
fn find(table: &Table, key: &str) -> Result<Option<Found>, SpockError> {
    if !table.has_key_in(key) {
        return Err(SpockError::new(
            pgrx::PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            "the table has no key here by which the row could be found",
        ));
    }
    Ok(table.find(key))
}

fn is_newer(found: &Found, failed: &Transaction) -> bool {
    found.is_newer_than(failed.remote_commit_ts)
}

fn added_to_newer() -> Outcome {
    Outcome::new(
        Kind::NewerKept,
        "later changes touched the same row; what this one adds to delta columns was added",
    )
}

/// Gives the row with the key of one image the values of another; delta columns get the difference from
/// the old image added.
fn set(table: &Table, new: &str, key: &str, old: Option<&str>) {
    let added = old.map_or_else(Vec::new, |old| table.additions((old, new), ("$3", "$1")));
    let is_added = |column: &String| added.iter().any(|(name, _)| name == column);
    let mut columns = table.settable_columns_in(new);
    columns.retain(|column| !is_added(column));
    let (name, condition) = (table.name(), table.key_condition("$2"));
    let mut settings: Vec<String> =
        added.iter().map(|(column, sum)| format!("{column} = {sum}")).collect();
    if !columns.is_empty() {
        let columns = columns.join(", ");
        settings.push(format!(
            "({columns}) = (SELECT {columns} FROM jsonb_populate_record(NULL::{name}, $1::jsonb))"
        ));
    }
    if settings.is_empty() {
        return;
    }
    let statement = format!("UPDATE {name} AS t SET {} WHERE {condition}", settings.join(", "));
    let old = old.map_or(Value::Null, Value::from);
    spi::execute_as(table.owner, &statement, &[new.into(), key.into(), old]);
}

/// Adds what an older update adds to delta columns, and nothing else; false when that is nothing.
fn add_to_newer(table: &Table, found: &Found, key: &str, images: (&str, &str)) -> bool {
    let added = table.additions(images, ("$1", "$2"));
    let Some(local) = node::local().filter(|_| !added.is_empty()) else { return false };
    let settings: Vec<String> =
        added.iter().map(|(column, sum)| format!("{column} = {sum}")).collect();
    let changes: Vec<String> =
        added.iter().map(|(column, sum)| format!("t.{column} <> {sum}")).collect();
    let statement = format!(
        "UPDATE {} AS t SET {} WHERE {} AND ({})",
        table.name(),
        settings.join(", "),
        table.key_condition("$3"),
        changes.join(" OR ")
    );
    let (old, new) = images;
    let rows = spi::execute_as(table.owner, &statement, &[old.into(), new.into(), key.into()]);
    if rows > 0 {
        Table::keep_version(found, local.node.id.as_oid());
    }
    rows > 0
}
