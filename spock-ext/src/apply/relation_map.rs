//! The provider's relations and the local tables that their changes are written to.
//!
//! A relation message describes a table of the provider; it is matched with the local table of the
//! same schema and name, column by column by name, when its first change arrives. That match is part
//! of the opened state and goes with it, so it can never be older than the lock that it was made
//! under.
//!
//! Where the local table is partitioned, its entry holds the routing ([`super::partition`]), and each of its
//! partitions that a row belonged to has an entry of its own, as if the provider had sent the row for it.
//!
//! **Invariant**: a relation is open only while its lock is held by the warm set.

use std::collections::HashMap;
use std::ffi::{CStr, CString};

use pgrx::PgSqlErrorCode;
use spock_core::proto::message::Relation;
use spock_core::proto::{Column, Tuple};

use super::open_relation::{self, OpenRelation};
use super::partition::Routing;
use super::policy::{Policies, TablePolicies};
use super::schema_match::{Mismatch, Strictness};
use crate::pg::arena::Arena;
use crate::pg::encoding::as_utf8;
use crate::pg::error::SpockError;
use crate::pg::local_relation::{self, RELKIND_PARTITIONED, RELKIND_TABLE, RelationOid};
use crate::pg::quoting::qualified;
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
    /// The partition here that the entry is for; none where it is for the table of that name.
    partition: Option<Partition>,
    /// Where the entries of partitions of the local table stand.
    partitions: HashMap<RelationOid, usize>,
    /// Set while changes are written to it.
    pub(super) open: Option<OpenRelation>,
    /// Set instead where the local table is partitioned.
    pub(super) routing: Option<Box<Routing>>,
}

/// A partition, and the table of the provider's name, whose rows are routed to it.
#[derive(Clone, Copy)]
struct Partition {
    oid: RelationOid,
    of: RelationOid,
}

/// A column as the provider describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RemoteColumn {
    pub(super) name: CString,
    /// Its old value comes along when it changes.
    pub(super) key: bool,
    pub(super) type_oid: u32,
    pub(super) typmod: i32,
}

/// The columns that a relation message names.
pub(super) fn columns_of(message: &Relation<'_>) -> Vec<RemoteColumn> {
    message
        .columns()
        .map(|column| RemoteColumn {
            name: column.name.to_owned(),
            key: column.key,
            type_oid: column.type_oid,
            typmod: column.typmod,
        })
        .collect()
}

impl RemoteRelation {
    /// Schema and name as people write them.
    pub(super) fn qualified_name(&self) -> String {
        format!("{}.{}", as_utf8(&self.schema), as_utf8(&self.name))
    }

    /// Schema and name as SQL: those of the provider's table.
    pub(super) fn sql_name(&self) -> String {
        qualified(&as_utf8(&self.schema), &as_utf8(&self.name))
    }

    /// The local table as SQL.
    pub(super) fn local_sql_name(&self) -> String {
        match self.partition.and_then(|partition| local_relation::name_of(partition.oid)) {
            Some((schema, name)) => qualified(&as_utf8(&schema), &as_utf8(&name)),
            None => self.sql_name(),
        }
    }

    /// The local table as people write it.
    pub(super) fn local_name(&self) -> String {
        match self.partition.and_then(|partition| local_relation::name_of(partition.oid)) {
            Some((schema, name)) => format!("{}.{}", as_utf8(&schema), as_utf8(&name)),
            None => self.qualified_name(),
        }
    }

    /// The partitioned table, where the entry is for one of its partitions.
    pub(super) fn partitioned_table(&self) -> Option<RelationOid> {
        self.partition.map(|partition| partition.of)
    }

    /// Whether something of it is held open.
    fn is_open(&self) -> bool {
        self.open.is_some() || self.routing.is_some()
    }

    /// A closed entry for a partition of the local table.
    fn of_partition(&self, partition: Partition) -> Self {
        Self {
            schema: self.schema.clone(),
            name: self.name.clone(),
            columns: self.columns.clone(),
            careful_inserts: 0,
            counted_at: 0,
            policies: self.policies,
            lack_told: self.lack_told,
            partition: Some(partition),
            partitions: HashMap::new(),
            open: None,
            routing: None,
        }
    }

    /// The columns of the provider's replica identity, for people to read.
    pub(super) fn key_columns(&self) -> String {
        let keys = self.columns.iter().filter(|column| column.key);
        keys.map(|column| as_utf8(&column.name)).collect::<Vec<_>>().join(", ")
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
            columns: columns_of(message),
            careful_inserts: 0,
            counted_at: 0,
            policies,
            lack_told: false,
            partition: None,
            partitions: HashMap::new(),
            open: None,
            routing: None,
        };
        match self.positions.get(&message.relid).copied() {
            Some(position) => {
                if self.relations[position].is_open() {
                    self.give_back_but_locks();
                }
                let partitions = std::mem::take(&mut self.relations[position].partitions);
                for at in partitions.values() {
                    if let Some(partition) = self.relations[*at].partition {
                        self.relations[*at] = relation.of_partition(partition);
                    }
                }
                self.relations[position] = RemoteRelation { partitions, ..relation };
            }
            None => {
                self.positions.insert(message.relid, self.relations.len());
                self.relations.push(relation);
            }
        }
    }

    /// Whether rows of the relation at a position are routed to partitions; known once it is open.
    #[inline]
    pub(super) fn is_routed(&self, position: usize) -> bool {
        self.relations[position].routing.is_some()
    }

    /// Where the entry of the partition stands that a row belongs to, of the relation at a position, whose
    /// rows are routed; raises where no partition takes the row. What the row leaves out is taken from `old`.
    pub(super) fn partition_of(
        &mut self,
        position: usize,
        row: &Tuple<'_>,
        old: Option<&Tuple<'_>>,
        arena: &mut Arena,
    ) -> usize {
        let relation = &mut self.relations[position];
        let Some(routing) = &mut relation.routing else { return position };
        let partition = routing.partition_of(row, old, arena, &mut self.warm);
        if let Some(at) = relation.partitions.get(&partition) {
            return *at;
        }
        let of = routing.table();
        self.entry_of_partition(position, partition, of)
    }

    /// Where the entry of a partition stands of the table `of`, to which the relation at a position belongs.
    #[cold]
    pub(super) fn entry_of_partition(
        &mut self,
        position: usize,
        partition: RelationOid,
        of: RelationOid,
    ) -> usize {
        let relation = &self.relations[position];
        if let Some(at) = relation.partitions.get(&partition) {
            return *at;
        }
        let entry = relation.of_partition(Partition { oid: partition, of });
        let at = self.relations.len();
        self.relations.push(entry);
        self.relations[position].partitions.insert(partition, at);
        at
    }

    /// Completes the new row at one position with what the new row at another one has, another partition's:
    /// columns that the provider does not send, delta columns, and values that it left out.
    pub(super) fn hand_over(&mut self, from: usize, to: usize, left_out: &[usize]) {
        if let Ok([from, to]) = self.relations.get_disjoint_mut([from, to])
            && let (Some(from), Some(to)) = (&from.open, &mut to.open)
        {
            to.take_over(from, left_out);
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
    /// A table that does not fit, by the strictness that is asked for, stays closed.
    pub(super) fn open(
        &mut self,
        position: usize,
        applies: impl FnOnce(&CStr, &CStr) -> bool,
        strictness: impl FnOnce(&RemoteRelation) -> Strictness,
    ) -> Result<(), Mismatch> {
        let relation = &mut self.relations[position];
        if relation.open.is_none()
            && relation.routing.is_none()
            && applies(&relation.schema, &relation.name)
        {
            let strictness = strictness(relation);
            open_local(relation, &mut self.warm, strictness)?;
            if let Some(routing) = &relation.routing {
                let table = routing.table();
                self.belong_to(position, table);
            }
        }
        Ok(())
    }

    /// The table of the provider's name may be another one than it was, with partitions that it took over.
    #[cold]
    fn belong_to(&mut self, position: usize, table: RelationOid) {
        let partitions = std::mem::take(&mut self.relations[position].partitions);
        for at in partitions.values() {
            if let Some(partition) = &mut self.relations[*at].partition {
                partition.of = table;
            }
        }
        self.relations[position].partitions = partitions;
    }

    /// Whether a relation for which this holds is open.
    pub(super) fn any_open(&self, holds: impl Fn(&CStr, &CStr) -> bool) -> bool {
        self.relations
            .iter()
            .any(|relation| relation.is_open() && holds(&relation.schema, &relation.name))
    }

    /// How many relations are known.
    pub(super) fn len(&self) -> usize {
        self.relations.len()
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
            relation.routing = None;
        }
    }
}

/// Matches the remote relation with the local table of the same name, or the partition that it is for, and
/// opens that.
fn open_local(
    remote: &mut RemoteRelation,
    warm: &mut WarmSet,
    strictness: Strictness,
) -> Result<(), Mismatch> {
    let found = match remote.partition {
        Some(partition) => Some(partition.oid),
        None => local_relation::find(&remote.schema, &remote.name),
    };
    let Some(local) = found.and_then(|oid| local_relation::describe(oid, warm)) else {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("Spock can't find relation \"{}\"", remote.qualified_name()),
        )
        .hint("Create the table here as it is on the provider, or remove it from the replication set.")
        .raise();
    };
    match local.kind {
        RELKIND_TABLE => {
            remote.open = Some(open_relation::open_table(remote, local, warm, strictness)?);
        }
        RELKIND_PARTITIONED => remote.routing = Some(Routing::open(remote, local, warm)),
        _ => SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("replication target \"{}\" is not a table", remote.local_name()),
        )
        .raise(),
    }
    Ok(())
}
