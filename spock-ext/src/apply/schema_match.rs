//! Whether a table here can take what a provider's table of the same name sends.
//!
//! Looked at when a relation is opened, never for a row. Where the two do not fit, nothing is applied half:
//! the transaction waits until they do ([`super::schema_wait`]). More columns here, another order and wider
//! types are no difference.

use std::collections::HashMap;
use std::ffi::CString;

use pgrx::PgSqlErrorCode;
use spock_core::proto::message::Relation;
use spock_core::schema::ColumnFacts;
use spock_core::schema::types::{self, TypeRef};

use super::relation_map::{RemoteColumn, RemoteRelation, columns_of};
use crate::pg::encoding::as_utf8;
use crate::pg::error::SpockError;
use crate::pg::local_relation::{self, LocalColumn};
use crate::settings::{self, SchemaMismatch};

/// How the two of a relation do not fit.
#[derive(Debug, Clone)]
pub(super) struct Mismatch {
    /// The provider's table.
    pub(super) schema: String,
    pub(super) table: String,
    /// The provider's columns.
    pub(super) columns: Vec<RemoteColumn>,
    /// The column; none where it is the key.
    pub(super) column: Option<String>,
    pub(super) code: PgSqlErrorCode,
    /// The whole message.
    pub(super) message: String,
}

impl Mismatch {
    fn new(
        remote: &RemoteRelation,
        column: Option<String>,
        code: PgSqlErrorCode,
        message: String,
    ) -> Self {
        Self {
            schema: as_utf8(&remote.schema),
            table: as_utf8(&remote.name),
            columns: remote.columns.clone(),
            column,
            code,
            message,
        }
    }

    /// The table here lacks a column.
    pub(super) fn missing_column(remote: &RemoteRelation, column: &RemoteColumn) -> Self {
        let name = as_utf8(&column.name);
        let message = format!(
            "replication target \"{}\" lacks column \"{name}\" of the provider",
            remote.local_name()
        );
        Self::new(remote, Some(name), PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN, message)
    }

    /// Rows cannot be found here by what the provider sends of old ones.
    pub(super) fn key(remote: &RemoteRelation, message: String) -> Self {
        let code = PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
        Self::new(remote, None, code, message)
    }

    /// Whether the provider's table is not any more as it was when it sent this; in a transaction.
    pub(super) fn is_past(&self, there: &[ColumnFacts]) -> bool {
        let now = |name: &str| there.iter().find(|column| column.name == name);
        let Some(name) = &self.column else {
            let is_key = |column: &RemoteColumn| {
                now(&as_utf8(&column.name)).is_some_and(|column| column.in_key)
            };
            return self.columns.iter().any(|column| column.key != is_key(column));
        };
        let sent = self.columns.iter().find(|column| as_utf8(&column.name) == *name);
        let sent = sent.map(|sent| TypeRef { oid: sent.type_oid, modifier: sent.typmod });
        match (now(name), sent) {
            (Some(now), Some(sent)) => now.type_name != local_relation::type_name(sent),
            (None, Some(sent)) => !self.may_be_renamed(there, &local_relation::type_name(sent)),
            _ => true,
        }
    }

    /// Whether the provider has a column of that type now that it had not: a column that is gone there may be this
    /// one, and its values must not be left out.
    fn may_be_renamed(&self, there: &[ColumnFacts], type_name: &str) -> bool {
        there.iter().any(|now| {
            now.type_name == type_name
                && self.columns.iter().all(|sent| as_utf8(&sent.name) != now.name)
        })
    }

    pub(super) fn error(&self) -> SpockError {
        SpockError::new(self.code, self.message.clone())
    }
}

/// How closely is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// Each difference counts by which a value could be lost.
    Strict,
    /// Values are converted as well as may be; only without a place for them nothing goes.
    Convert,
    /// The provider's table has come to be as the one here: what its older changes have more is gone there, too.
    Agreed,
}

/// Tables for which changes of the older shape may be applied, because the provider's table is like the
/// one here by now; the columns are those of the older shape.
#[derive(Debug, Default)]
pub(super) struct Agreed(HashMap<(CString, CString), Vec<RemoteColumn>>);

impl Agreed {
    pub(super) fn add(&mut self, mismatch: &Mismatch) {
        let name = |text: &str| CString::new(text).unwrap_or_default();
        let key = (name(&mismatch.schema), name(&mismatch.table));
        self.0.insert(key, mismatch.columns.clone());
    }

    /// The provider describes a table: older shapes of it do not come any more.
    pub(super) fn hear(&mut self, message: &Relation<'_>) {
        if self.0.is_empty() {
            return;
        }
        let key = (message.namespace.to_owned(), message.name.to_owned());
        if self.0.get(&key).is_some_and(|columns| *columns != columns_of(message)) {
            self.0.remove(&key);
        }
    }

    /// How closely a relation is looked at.
    pub(super) fn strictness(&self, remote: &RemoteRelation, patient: bool) -> Strictness {
        if !self.0.is_empty() && self.covers(remote) {
            Strictness::Agreed
        } else if patient && settings::schema_mismatch() == SchemaMismatch::Wait {
            Strictness::Strict
        } else {
            Strictness::Convert
        }
    }

    #[cold]
    fn covers(&self, remote: &RemoteRelation) -> bool {
        let key = (remote.schema.clone(), remote.name.clone());
        self.0.get(&key).is_some_and(|columns| *columns == remote.columns)
    }
}

/// Whether a column here does not hold what the provider sends.
#[inline]
pub(super) fn type_mismatch(
    remote: &RemoteRelation,
    sent: &RemoteColumn,
    here: &LocalColumn,
) -> Option<Mismatch> {
    let there = TypeRef { oid: sent.type_oid, modifier: sent.typmod };
    if there == here.kind || here.generated { None } else { judge_types(remote, sent, here) }
}

#[cold]
fn judge_types(
    remote: &RemoteRelation,
    sent: &RemoteColumn,
    here: &LocalColumn,
) -> Option<Mismatch> {
    let there = TypeRef { oid: sent.type_oid, modifier: sent.typmod };
    if types::holds(local_relation::base_type(here.kind), there) {
        return None;
    }
    let name = as_utf8(&sent.name);
    let message = format!(
        "column \"{name}\" of replication target \"{}\" is of type {}, and the provider's of type {}",
        remote.local_name(),
        local_relation::type_name(here.kind),
        local_relation::type_name(there),
    );
    let code = PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH;
    Some(Mismatch::new(remote, Some(name), code, message))
}

/// Whether the key here is less than the provider's: rows that differ there would be one here.
/// `in_key` says of each column of the provider whether rows are found by it here.
pub(super) fn key_mismatch(remote: &RemoteRelation, in_key: &[bool]) -> Option<Mismatch> {
    let lacks = remote.columns.iter().zip(in_key).any(|(column, in_key)| column.key && !in_key);
    (lacks && in_key.contains(&true)).then(|| less_of_a_key(remote, in_key))
}

#[cold]
fn less_of_a_key(remote: &RemoteRelation, in_key: &[bool]) -> Mismatch {
    let names: Vec<_> = remote
        .columns
        .iter()
        .zip(in_key)
        .filter(|(_, in_key)| **in_key)
        .map(|(column, _)| as_utf8(&column.name))
        .collect();
    let message = format!(
        "rows of replication target \"{}\" are found by ({}), which is only a part of the provider's key ({})",
        remote.local_name(),
        names.join(", "),
        remote.key_columns()
    );
    Mismatch::key(remote, message)
}
