//! The provider's relations and the local tables that their changes are written to.
//!
//! A relation message describes a table of the provider; it is matched with the local table of the
//! same schema and name, column by column by name, when its first change arrives. That match is part
//! of the opened state and goes with it, so it can never be older than the lock that it was made
//! under.
//!
//! **Invariant**: a relation is open only while its lock is held by the warm set.

use std::collections::HashMap;
use std::ffi::{CStr, CString};

use pgrx::PgSqlErrorCode;
use spock_core::proto::message::Relation;
use spock_core::proto::{Column, Tuple};

use super::delta;
use super::policy::{Policies, TablePolicies};
use crate::catalog::{queue, truncation, version_override};
use crate::pg::arena::Arena;
use crate::pg::column_input::ColumnInput;
use crate::pg::encoding::as_utf8;
use crate::pg::error::SpockError;
use crate::pg::local_relation::{self, RELKIND_TABLE};
use crate::pg::target::{RowValues, Target};
use crate::pg::transaction;
use crate::pg::warm_set::WarmSet;

/// A table as the provider describes it.
pub(super) struct RemoteRelation {
    pub(super) schema: CString,
    pub(super) name: CString,
    pub(super) columns: Vec<RemoteColumn>,
    /// Rows for which an insert looks for an existing row first, because it met one lately.
    pub(super) careful_inserts: u32,
    /// Where the transaction's tally counts it.
    pub(super) counted_at: usize,
    /// How conflicts of its rows are decided.
    pub(super) policies: TablePolicies,
    /// Somebody was told that the provider sends no old values of delta columns.
    pub(super) lack_told: bool,
    /// Set while changes are written to it.
    pub(super) open: Option<OpenRelation>,
}

/// A column as the provider describes it.
pub(super) struct RemoteColumn {
    pub(super) name: CString,
    /// Its old value comes along when it changes.
    pub(super) key: bool,
    pub(super) type_oid: u32,
    pub(super) typmod: i32,
}

impl RemoteRelation {
    /// Schema and name as people write them.
    pub(super) fn qualified_name(&self) -> String {
        format!("{}.{}", as_utf8(&self.schema), as_utf8(&self.name))
    }

    /// Schema and name as SQL.
    pub(super) fn sql_name(&self) -> String {
        let quoted = |name: &CStr| format!("\"{}\"", as_utf8(name).replace('"', "\"\""));
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }

    /// The columns of the provider's replica identity, for people to read.
    pub(super) fn key_columns(&self) -> String {
        let keys = self.columns.iter().filter(|column| column.key);
        keys.map(|column| as_utf8(&column.name)).collect::<Vec<_>>().join(", ")
    }
}

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
    in_key: Vec<bool>,
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

    /// Takes back [`OpenRelation::keep_rest`]: the local row is not what it was.
    pub(super) fn drop_rest(&mut self) {
        self.target.release_local(&self.unsent);
    }
}

/// All relations that the provider told of on this connection.
pub(super) struct RelationMap {
    positions: HashMap<u32, usize>,
    relations: Vec<RemoteRelation>,
    /// The last look-up: changes come in runs.
    last: (u32, usize),
    warm: WarmSet,
}

impl RelationMap {
    pub(super) fn new() -> Self {
        Self {
            positions: HashMap::new(),
            relations: Vec::new(),
            last: (0, usize::MAX),
            warm: WarmSet::new(),
        }
    }

    /// Takes in a relation message.
    pub(super) fn announce(&mut self, message: &Relation<'_>, policies: TablePolicies) {
        let relation = RemoteRelation {
            schema: message.namespace.to_owned(),
            name: message.name.to_owned(),
            columns: message
                .columns()
                .map(|column| RemoteColumn {
                    name: column.name.to_owned(),
                    key: column.key,
                    type_oid: column.type_oid,
                    typmod: column.typmod,
                })
                .collect(),
            careful_inserts: 0,
            counted_at: 0,
            policies,
            lack_told: false,
            open: None,
        };
        match self.positions.get(&message.relid).copied() {
            Some(position) => {
                if self.relations[position].open.is_some() {
                    self.give_back_but_locks();
                }
                self.relations[position] = relation;
            }
            None => {
                self.positions.insert(message.relid, self.relations.len());
                self.relations.push(relation);
            }
        }
    }

    /// Takes over how conflicts are decided from now on.
    pub(super) fn set_policies(&mut self, policies: &Policies) {
        for relation in &mut self.relations {
            relation.policies = policies.of(&relation.schema, &relation.name);
        }
    }

    /// Where the relation with the provider's id stands.
    pub(super) fn position(&mut self, relid: u32) -> usize {
        if self.last == (relid, self.last.1) && self.last.1 != usize::MAX {
            return self.last.1;
        }
        let Some(position) = self.positions.get(&relid) else {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
                format!("provider sent a change of relation {relid} without describing it"),
            )
            .raise();
        };
        self.last = (relid, *position);
        *position
    }

    /// The opened relation at a position.
    pub(super) fn get(&self, position: usize) -> Option<&OpenRelation> {
        self.relations[position].open.as_ref()
    }

    /// Schema and name of the relation at a position.
    pub(super) fn name(&self, position: usize) -> String {
        self.relations[position].qualified_name()
    }

    /// Whether an update gives its row another key, as far as the bytes of the key go.
    pub(super) fn moves_key(&self, position: usize, old: &Tuple<'_>, new: &Tuple<'_>) -> bool {
        self.get(position).is_some_and(|open| {
            open.in_key
                .iter()
                .zip(old.iter().zip(new))
                .any(|(in_key, (old, new))| *in_key && new != Column::Unchanged && old != new)
        })
    }

    /// The relation at a position.
    pub(super) fn at(&mut self, position: usize) -> &mut RemoteRelation {
        &mut self.relations[position]
    }

    /// Opens the relation at a position if it is not and `applies` says so: while a table is being
    /// copied its changes are left to the copy, and the table is not even locked.
    pub(super) fn open(&mut self, position: usize, applies: impl FnOnce(&CStr, &CStr) -> bool) {
        let relation = &mut self.relations[position];
        if relation.open.is_none() && applies(&relation.schema, &relation.name) {
            relation.open = Some(open_local(relation, &mut self.warm));
        }
    }

    /// Whether a relation for which this holds is open.
    pub(super) fn any_open(&self, holds: impl Fn(&CStr, &CStr) -> bool) -> bool {
        self.relations
            .iter()
            .any(|relation| relation.open.is_some() && holds(&relation.schema, &relation.name))
    }

    /// Since when relations are held open (server time), 0 when none is.
    pub(super) fn warm_since(&self) -> i64 {
        self.warm.since()
    }

    /// Closes every relation and gives their locks back: between transactions, or before one has
    /// written anything.
    pub(super) fn give_back(&mut self) {
        if self.warm.since() == 0 {
            return;
        }
        self.drop_targets();
        self.warm.give_back();
    }

    /// Closes every relation in the middle of a transaction: what it wrote stays locked to its end.
    pub(super) fn give_back_but_locks(&mut self) {
        if transaction::is_open() {
            self.warm.keep_until_commit();
        }
        self.give_back();
    }

    /// After an abort, which took the locks away.
    pub(super) fn forget(&mut self) {
        self.drop_targets();
        self.warm.forget();
    }

    /// Closes every relation for good.
    pub(super) fn close(&mut self) {
        self.drop_targets();
        self.warm.close();
    }

    fn drop_targets(&mut self) {
        for relation in &mut self.relations {
            relation.open = None;
        }
    }
}

/// Matches the remote relation with the local table of the same name and opens that.
fn open_local(remote: &RemoteRelation, warm: &mut WarmSet) -> OpenRelation {
    let Some(local) = local_relation::describe(&remote.schema, &remote.name, warm) else {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("Spock can't find relation \"{}\"", remote.qualified_name()),
        )
        .hint("Create the table here as it is on the provider, or remove it from the replication set.")
        .raise();
    };
    if local.kind != RELKIND_TABLE {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("replication target \"{}\" is not a table", remote.qualified_name()),
        )
        .raise();
    }
    let mut sent = vec![false; local.attributes];
    let mut keys = vec![false; local.attributes];
    let mut by_name: HashMap<Vec<u8>, _> =
        local.columns.into_iter().map(|column| (column.name.clone(), column)).collect();
    let mut reads_user_code = false;
    let columns: Vec<_> = remote
        .columns
        .iter()
        .map(|sent_column| {
            let name = &sent_column.name;
            let Some(mut column) = by_name.remove(name.to_bytes()) else {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
                    format!(
                        "replication target \"{}\" lacks column \"{}\" of the provider",
                        remote.qualified_name(),
                        as_utf8(name)
                    ),
                )
                .raise();
            };
            sent[column.attribute] = true;
            keys[column.attribute] = sent_column.key;
            column.input.comes_as(sent_column.type_oid, sent_column.typmod);
            reads_user_code |= !column.generated && column.input.runs_user_code();
            (!column.generated).then_some((column.attribute, column.input))
        })
        .collect();
    let unsent = by_name
        .into_values()
        .filter(|column| !column.generated)
        .map(|column| column.attribute)
        .collect();
    // Under a replica identity of whole rows no column is marked, and every old value comes.
    let some_keys = remote.columns.iter().any(|column| column.key);
    let mut target = Target::open(warm, local.oid, &sent, some_keys.then_some(&keys));
    if local.has_full_identity {
        delta::find_columns(&mut target);
    }
    if let Some(function) = remote.policies.resolver {
        target.set_resolver(function);
    }
    version_override::recall(target.relation_oid().to_u32());
    let is_queue = queue::is_queue(&remote.schema, &remote.name);
    let key = target.identity_attributes();
    let in_key = columns
        .iter()
        .map(|column| column.as_ref().is_some_and(|(attribute, _)| key.contains(attribute)))
        .collect();
    // Under the lock: nobody truncates the table while it is open.
    let truncated_by = truncation::newest(local.oid.to_u32());
    OpenRelation { columns, unsent, reads_user_code, in_key, truncated_by, is_queue, target }
}
