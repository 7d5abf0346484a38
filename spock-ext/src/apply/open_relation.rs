//! A local table opened for the changes of a remote one: which column is which, how values are read, and the
//! rows that come of it.

use std::collections::HashMap;

use pgrx::PgSqlErrorCode;
use spock_core::proto::{Column, Tuple};

use super::delta;
use super::relation_map::RemoteRelation;
use super::schema_match::{self, Mismatch, Strictness};
use crate::catalog::{queue, truncation, version_override};
use crate::pg::arena::Arena;
use crate::pg::column_input::ColumnInput;
use crate::pg::error::SpockError;
use crate::pg::local_relation::{LocalColumn, LocalRelation};
use crate::pg::target::{RowValues, Target};
use crate::pg::warm_set::WarmSet;

/// A local table opened for the changes of a remote one.
pub(super) struct OpenRelation {
    /// For each column of the provider: the local attribute and how its values are read. `None`
    /// where the value is computed here.
    columns: Vec<Option<(usize, ColumnInput)>>,
    /// Local attributes that the provider does not send.
    unsent: Vec<usize>,
    /// Reading a row may run code of the table's owner.
    reads_user_code: bool,
    /// For each column of the provider: whether it is part of the key that rows are found by here.
    pub(super) in_key: Vec<bool>,
    /// What truncated it last.
    pub(super) truncated_by: Option<truncation::By>,
    /// Rows of it are messages to us.
    pub(super) is_queue: bool,
    pub(super) target: Box<Target>,
}

impl OpenRelation {
    /// Reads a row into `values`; notes the attributes whose value the provider left out.
    fn read(
        columns: &mut [Option<(usize, ColumnInput)>],
        values: RowValues<'_>,
        tuple: &Tuple<'_>,
        arena: &mut Arena,
        unchanged: &mut Vec<usize>,
    ) {
        unchanged.clear();
        if tuple.len() != columns.len() {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
                format!(
                    "provider sent a row of {} columns for a relation of {}",
                    tuple.len(),
                    columns.len()
                ),
            )
            .raise();
        }
        for (column, input) in tuple.iter().zip(columns) {
            let Some((attribute, input)) = input else { continue };
            if let Column::Unchanged = column {
                unchanged.push(*attribute);
            } else if let Some(value) = input.read(&column, arena) {
                values.values[*attribute] = value;
                values.nulls[*attribute] = false;
            }
        }
    }

    /// Makes `tuple` the target's new row, complete but for what [`OpenRelation::keep_rest`] adds.
    pub(super) fn fill(
        &mut self,
        tuple: &Tuple<'_>,
        arena: &mut Arena,
        unchanged: &mut Vec<usize>,
        with_defaults: bool,
    ) {
        let Self { columns, target, .. } = self;
        let before = self.reads_user_code.then(|| target.act_as_owner());
        Self::read(columns, target.start_row(), tuple, arena, unchanged);
        target.finish_row(with_defaults);
        if let Some(before) = before {
            before.put_back();
        }
    }

    /// Adds `tuple` to the target's batch; returns the rows gathered.
    pub(super) fn gather(
        &mut self,
        tuple: &Tuple<'_>,
        arena: &mut Arena,
        unchanged: &mut Vec<usize>,
    ) -> usize {
        let Self { columns, target, .. } = self;
        let before = self.reads_user_code.then(|| target.act_as_owner());
        Self::read(columns, target.start_pending_row(), tuple, arena, unchanged);
        let rows = target.finish_pending_row();
        if let Some(before) = before {
            before.put_back();
        }
        rows
    }

    /// Whether reading a row of an insert needs an active snapshot.
    pub(super) fn insert_reads_with_snapshot(&self) -> bool {
        self.reads_user_code || self.target.has_defaults()
    }

    /// Whether an update or delete needs an active snapshot.
    pub(super) fn change_needs_snapshot(&self) -> bool {
        self.reads_user_code || self.target.change_needs_snapshot()
    }

    /// Whether the provider sends every column.
    pub(super) fn sends_all(&self) -> bool {
        self.unsent.is_empty()
    }

    /// Whether the provider has the column of an attribute.
    pub(super) fn comes_from_provider(&self, attribute: usize) -> bool {
        !self.unsent.contains(&attribute)
    }

    /// Takes from the local row what the provider did not send.
    pub(super) fn keep_rest(&mut self, unchanged: &[usize]) {
        for attribute in self.unsent.iter().chain(unchanged) {
            self.target.keep_local(*attribute);
        }
    }

    /// Takes from the new row of another partition what the provider does not send, or not as it shall be,
    /// and what it left out.
    pub(super) fn take_over(&mut self, from: &Self, left_out: &[usize]) {
        for attribute in self.unsent.iter().chain(left_out).copied() {
            self.target.take_over(attribute, &from.target);
        }
        for attribute in self.target.delta_attributes() {
            self.target.take_over(attribute, &from.target);
        }
    }

    /// Takes back [`OpenRelation::keep_rest`]: the local row is not what it was.
    pub(super) fn drop_rest(&mut self) {
        self.target.release_local(&self.unsent);
    }
}

/// The columns of a local table by name.
pub(super) fn by_name(columns: Vec<LocalColumn>) -> HashMap<Vec<u8>, LocalColumn> {
    columns.into_iter().map(|column| (column.name.clone(), column)).collect()
}

/// Matches the columns of a remote relation with those of a table here, and opens that.
pub(super) fn open_table(
    remote: &RemoteRelation,
    local: LocalRelation,
    warm: &mut WarmSet,
    strictness: Strictness,
) -> Result<OpenRelation, Mismatch> {
    let mut sent = vec![false; local.attributes];
    let mut keys = vec![false; local.attributes];
    let mut by_name = by_name(local.columns);
    let mut reads_user_code = false;
    let mut columns = Vec::with_capacity(remote.columns.len());
    for sent_column in &remote.columns {
        let Some(mut column) = by_name.remove(sent_column.name.to_bytes()) else {
            if strictness != Strictness::Agreed {
                return Err(Mismatch::missing_column(remote, sent_column));
            }
            columns.push(None);
            continue;
        };
        if strictness == Strictness::Strict
            && let Some(mismatch) = schema_match::type_mismatch(remote, sent_column, &column)
        {
            return Err(mismatch);
        }
        sent[column.attribute] = true;
        keys[column.attribute] = sent_column.key;
        column.input.comes_as(sent_column.type_oid, sent_column.typmod);
        reads_user_code |= !column.generated && column.input.runs_user_code();
        columns.push((!column.generated).then_some((column.attribute, column.input)));
    }
    let unsent = by_name
        .into_values()
        .filter(|column| !column.generated)
        .map(|column| column.attribute)
        .collect();
    // Under a replica identity of whole rows no column is marked, and every old value comes.
    let some_keys = remote.columns.iter().any(|column| column.key);
    let mut target = Target::open(warm, local.oid, &sent, some_keys.then_some(&keys));
    let partitioned = remote.partitioned_table();
    if local.has_full_identity || partitioned.is_some() {
        delta::find_columns(&mut target, partitioned);
    }
    if let Some(function) = remote.policies.resolver {
        if partitioned.is_some() {
            refuse_resolver(remote);
        }
        target.set_resolver(function);
    }
    version_override::recall(target.relation_oid().to_u32());
    let is_queue = queue::is_queue(&remote.schema, &remote.name);
    let key = target.identity_attributes();
    let in_key: Vec<bool> = columns
        .iter()
        .map(|column| column.as_ref().is_some_and(|(attribute, _)| key.contains(attribute)))
        .collect();
    if strictness == Strictness::Strict
        && partitioned.is_none()
        && target.locates_changes()
        && let Some(mismatch) = schema_match::key_mismatch(remote, &in_key)
    {
        return Err(mismatch);
    }
    // Under the lock: nobody truncates the table while it is open.
    let truncated_by = truncation::newest(local.oid.to_u32());
    Ok(OpenRelation { columns, unsent, reads_user_code, in_key, truncated_by, is_queue, target })
}

/// A resolver takes rows of one type, and partitions have each their own.
fn refuse_resolver(remote: &RemoteRelation) -> ! {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        format!(
            "table \"{}\" has a conflict resolver, and is partitioned",
            remote.qualified_name()
        ),
    )
    .hint("Take the resolver back with spock.set_conflict_resolver(table, NULL).")
    .raise()
}
