//! Tables that are partitioned here: which partition a change is for.
//!
//! The provider's table may be an ordinary one, or partitioned in another way. Each row goes to the
//! partition that the server's own routing names, and from there on everything is as if it had been sent for
//! that partition: keys, versions, conflicts. An update that takes a row to another partition gives it
//! another key, and is decided as two (convergence rule D3): each half in its own partition.
//!
//! The old row of an update or delete is in the partition that its old values name, so the provider has to
//! send those of the columns that decide. It does wherever rows are found here by a primary key, of which
//! these columns are a part.

use pgrx::PgSqlErrorCode;
use spock_core::conflict::kind::Operation;
use spock_core::converge::{Key, Outcome, Store as _, moved};
use spock_core::proto::{Column, Tuple};

use super::applier::Applier;
use super::local_store::LocalStore;
use super::open_relation::by_name;
use super::relation_map::RemoteRelation;
use crate::pg::arena::Arena;
use crate::pg::column_input::ColumnInput;
use crate::pg::error::SpockError;
use crate::pg::local_relation::{LocalRelation, RelationOid};
use crate::pg::partition_router::Router;
use crate::pg::warm_set::WarmSet;

/// A partitioned table opened to route the rows of a remote one.
pub(super) struct Routing {
    /// For each column of the provider: the local attribute and how its values are read, where the partition
    /// depends on it.
    columns: Vec<Option<(usize, ColumnInput)>>,
    /// The provider always sends the old values of these columns.
    tells_old: bool,
    router: Box<Router>,
}

impl Routing {
    /// Opens the local table, which is partitioned.
    pub(super) fn open(
        remote: &RemoteRelation,
        local: LocalRelation,
        warm: &mut WarmSet,
    ) -> Box<Self> {
        let router = Router::open(warm, local.oid);
        let mut keys = router.key_columns();
        let mut by_name = by_name(local.columns);
        // Under a replica identity of whole rows no column is marked, and every old value comes.
        let some_keys = remote.columns.iter().any(|column| column.key);
        let mut tells_old = true;
        let columns = remote
            .columns
            .iter()
            .map(|sent| {
                let at = keys.iter().position(|key| key == sent.name.to_bytes())?;
                let mut column = by_name.remove(&keys.swap_remove(at))?;
                column.input.comes_as(sent.type_oid, sent.typmod);
                tells_old &= sent.key || !some_keys;
                Some((column.attribute, column.input))
            })
            .collect();
        if let Some(lacking) = keys.first() {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
                format!(
                    "rows of partitioned table \"{}\" cannot be routed: the provider sends no column \
                     \"{}\"",
                    remote.qualified_name(),
                    String::from_utf8_lossy(lacking)
                ),
            )
            .hint("Partition the table by columns that the provider has, too.")
            .raise();
        }
        Box::new(Self { columns, tells_old, router })
    }

    /// The partitioned table.
    pub(super) fn table(&self) -> RelationOid {
        self.router.table()
    }

    /// The partition of a row; raises where none takes it.
    pub(super) fn partition_of(
        &mut self,
        row: &Tuple<'_>,
        old: Option<&Tuple<'_>>,
        arena: &mut Arena,
        warm: &mut WarmSet,
    ) -> RelationOid {
        // Reading a value may run code of the owner's, as routing does.
        let before = self.router.act_as_owner();
        let values = self.router.start_row();
        let mut old = old.map(Tuple::iter);
        for (value, column) in row.iter().zip(&mut self.columns) {
            let old = old.as_mut().and_then(Iterator::next);
            let Some((attribute, input)) = column else { continue };
            let value = match (value, old) {
                (Column::Unchanged, Some(old)) => old,
                (value, _) => value,
            };
            if let Some(datum) = input.read(&value, arena) {
                values.values[*attribute] = datum;
                values.nulls[*attribute] = false;
            }
        }
        let partition = self.router.find(warm);
        before.put_back();
        partition
    }
}

impl Applier {
    /// The entry of the partition that a row belongs to, of the relation at a position, whose rows are routed.
    pub(super) fn partition_of(
        &mut self,
        position: usize,
        row: &Tuple<'_>,
        old: Option<&Tuple<'_>>,
    ) -> usize {
        self.ready(true);
        self.open(position);
        let Self { relations, arena, .. } = self;
        relations.partition_of(position, row, old, arena)
    }

    /// Inserts into the partition that the row belongs to.
    pub(super) fn insert_routed(&mut self, position: usize, new: &Tuple<'_>) {
        let partition = self.partition_of(position, new, None);
        self.insert_at(partition, new);
    }

    /// Updates the row in its partition, or moves it to another one.
    pub(super) fn update_routed(
        &mut self,
        position: usize,
        old: Option<&Tuple<'_>>,
        new: &Tuple<'_>,
    ) {
        self.require_old_partition(position, Operation::Update);
        let to = self.partition_of(position, new, old);
        let Some(old) = old else {
            self.update_at(to, None, new);
            return;
        };
        let from = self.partition_of(position, old, None);
        if from == to {
            self.update_at(to, Some(old), new);
        } else {
            self.move_row(from, to, old, new);
        }
    }

    /// Deletes the row from its partition.
    pub(super) fn delete_routed(&mut self, position: usize, old: &Tuple<'_>) {
        self.require_old_partition(position, Operation::Delete);
        let partition = self.partition_of(position, old, None);
        self.delete_at(partition, old);
    }

    /// An update that takes the row to another partition.
    #[cold]
    fn move_row(&mut self, from: usize, to: usize, old: &Tuple<'_>, new: &Tuple<'_>) {
        self.flush_gathered();
        if !(self.ready_for_change(from, Operation::Update)
            && self.ready_for_change(to, Operation::Update))
        {
            return;
        }
        let outcome = loop {
            match self.try_move(from, to, old, new) {
                Outcome::Wait { alarm } => {
                    self.finish_change(to);
                    self.seek_cause(from, Operation::Update, alarm);
                }
                outcome => break outcome,
            }
        };
        self.conclude(to, Operation::Update, outcome);
        self.finish_change(from);
        self.finish_change(to);
    }

    fn try_move(&mut self, from: usize, to: usize, old: &Tuple<'_>, new: &Tuple<'_>) -> Outcome {
        let change = self.change(to, Operation::Update);
        let is_here = LocalStore::sent(self, from, Some(old), Some(new)).look(Key::Old);
        let mut entering =
            LocalStore::sent(self, to, Some(old), Some(new)).coming_from(is_here.then_some(from));
        if let Err(outcome) = moved::prepare(&mut entering, change) {
            return outcome;
        }
        let mut leaving = LocalStore::sent(self, from, Some(old), Some(new));
        let removed = match moved::leave(&mut leaving, change) {
            Ok(removed) => removed,
            Err(outcome) => return outcome,
        };
        let takes_along = removed && leaving.takes_along();
        let mut entering = LocalStore::sent(self, to, Some(old), Some(new))
            .coming_from(takes_along.then_some(from));
        moved::enter(&mut entering, change, removed)
    }

    fn require_old_partition(&mut self, position: usize, operation: Operation) {
        let relation = self.relations.at(position);
        if relation.routing.as_ref().is_none_or(|routing| routing.tells_old) {
            return;
        }
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "cannot apply {} to partitioned table \"{}\": the provider's replica identity lacks \
                 columns of the partition key",
                operation.name(),
                relation.qualified_name()
            ),
        )
        .hint("Run ALTER TABLE ... REPLICA IDENTITY FULL on the provider.")
        .raise()
    }
}
