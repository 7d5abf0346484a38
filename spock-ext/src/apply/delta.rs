//! Delta columns (convergence rule X1): updates add `new - old` to what stands here, exactly once, and
//! never change who wins the rest.
//!
//! A change that is newer than the row is written with the sums in its delta columns. One that is older
//! adds its differences too, but the row keeps all else, its version included: the transaction that
//! writes it is older than the row, so a version override goes with it
//! ([`version_override`]).
//!
//! **Invariants**: a repeated change adds nothing. Within the transaction being applied overrides are
//! remembered here, because their rows carry its own xmin.

use spock_core::conflict::kind::{ConflictType, Operation, Resolution};
use spock_core::conflict::{Side, Version};
use spock_core::converge::{Conflict, LocalVersion};
use spock_core::oid::NodeId;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::applier::Applier;
use crate::catalog::delta_column;
use crate::catalog::version_override::{self, Override};
use crate::pg::error::SpockError;
use crate::pg::local_relation::{self, RelationOid};
use crate::pg::target::{Target, Written};
use crate::pg::transaction;
use crate::worker::statistics::Rare;

/// Overrides written by the transaction being applied.
#[derive(Default)]
pub(super) struct OwnOverrides(Vec<OwnOverride>);

/// Of one row. Its xmin is that of a subtransaction where changes are applied in such.
struct OwnOverride {
    relation: u32,
    key: i64,
    xmin: u32,
    side: Side,
}

impl OwnOverrides {
    /// A transaction begins.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// How many there are, before a subtransaction.
    pub(super) fn mark(&self) -> usize {
        self.0.len()
    }

    /// The subtransaction was rolled back.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.0.truncate(mark);
    }

    fn get(&self, relation: u32, key: i64, xmin: u32) -> Option<Side> {
        self.0
            .iter()
            .rfind(|own| (own.relation, own.key, own.xmin) == (relation, key, xmin))
            .map(|own| own.side)
    }
}

/// Tells a relation that was opened about its delta columns. A partition has those of the table above it too:
/// it may have been added since they were declared.
pub(super) fn find_columns(target: &mut Target, partitioned: Option<RelationOid>) {
    let relation = target.relation_oid();
    let mut columns = delta_column::of_table(relation.to_u32());
    if let Some(table) = partitioned {
        for column in delta_column::of_table(table.to_u32()) {
            let column = local_relation::same_column(table, column, relation);
            columns.extend(column.filter(|column| !columns.contains(column)));
        }
    }
    if !columns.is_empty() {
        target.set_delta_columns(&columns);
    }
}

/// Whether a change of a relation with delta columns loses nothing although the row is newer: all that it
/// brings is added.
pub(super) fn loses_nothing(target: &mut Target, conflict: &Conflict) -> bool {
    conflict.operation == Operation::Update
        && conflict.resolution == Resolution::KeepLocal
        && target.knows_old_values()
        && !target.weigh_older().loses
}

/// Whether differences count from different values on different nodes: the row's key was inserted or
/// deleted on one node while another added to it.
pub(super) fn base_differs(target: &mut Target, conflict: &Conflict, remote: Side) -> bool {
    let of_another_node = match (conflict.local, conflict.dead) {
        (Some(LocalVersion::Known(side)), _) | (_, Some(side)) => {
            side.version.node != remote.version.node
        }
        (Some(LocalVersion::Own), _) => false,
        (Some(LocalVersion::Unknown) | None, None) => true,
    };
    of_another_node
        && match conflict.kind {
            ConflictType::InsertExists => true,
            ConflictType::UpdateMissing => target.has_deltas(),
            ConflictType::DeleteOriginDiffers | ConflictType::DeleteExists => {
                target.delta_values_differ()
            }
            _ => false,
        }
}

impl Applier {
    /// The version that the row which was found kept when an older change added to it.
    ///
    /// Only a row that a change of another node wrote can have one.
    #[cold]
    pub(super) fn kept_version(&mut self, position: usize, seen: LocalVersion) -> Option<Side> {
        let target = &mut self.relations.at(position).open.as_mut()?.target;
        let relation = target.relation_oid().to_u32();
        let (key, xmin) = (target.local_key_hash(), target.local_xmin());
        self.kept_version_of(relation, key, xmin, seen)
    }

    /// The same of any row, by the hash of its key and its raw xmin.
    pub(super) fn kept_version_of(
        &self,
        relation: u32,
        key: i64,
        xmin: u32,
        seen: LocalVersion,
    ) -> Option<Side> {
        if let LocalVersion::Known(side) = seen
            && side.version.node == self.ends.local
        {
            return None;
        }
        if seen == LocalVersion::Own {
            return self.own_overrides.get(relation, key, xmin);
        }
        let found = version_override::find(relation, key).filter(|found| found.xmin == xmin)?;
        let node = NodeId::new(u16::try_from(found.node).ok()?)?;
        Some(self.versions.side(Version { time: found.time, node }))
    }

    /// Says once that updates come without old values: their provider does not know of delta columns.
    #[cold]
    pub(super) fn tell_of_lack(&mut self, position: usize) {
        let relation = self.relations.at(position);
        if std::mem::replace(&mut relation.lack_told, true) {
            return;
        }
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!(
                "provider sends no old values of the delta columns of {}: new values overwrite \
                 instead of being added",
                relation.qualified_name()
            ),
        )
        .hint("Declare the delta columns on the provider, too: SELECT spock.delta_apply(...).")
        .report(PgLogLevel::WARNING);
    }

    /// Writes the row that was found, of that version, with the differences of an older change, which
    /// stand in the new row already, and with the values that the row's owner answered.
    pub(super) fn add_to_newer(
        &mut self,
        position: usize,
        version: LocalVersion,
        answer: Option<usize>,
    ) -> Written {
        let Some(open) = &mut self.relations.at(position).open else { return Written::Done };
        let target = &mut open.target;
        let LocalVersion::Known(side) = version else { return Written::Done };
        let adds = target.weigh_older().adds;
        target.keep_newer();
        if let Some(at) = answer {
            self.put_answer(position, at, None);
        }
        let Some(open) = &mut self.relations.at(position).open else { return Written::Done };
        if !adds && !open.target.differs_from_local() {
            return Written::Done;
        }
        let written = self.write_under(position, side);
        if adds && written == Written::Done {
            self.tally.rare(Rare::KeptDelta);
        }
        written
    }

    /// Writes the row that was found, of that version, as a resolver made it from it and an older change.
    pub(super) fn merge_into_newer(&mut self, position: usize, version: LocalVersion) -> Written {
        let Some(open) = &mut self.relations.at(position).open else { return Written::Done };
        let LocalVersion::Known(side) = version else { return Written::Done };
        if !open.target.differs_from_local() {
            return Written::Done;
        }
        self.write_under(position, side)
    }

    /// Writes the new row over the one that was found, which keeps its version.
    fn write_under(&mut self, position: usize, side: Side) -> Written {
        let Some(open) = &mut self.relations.at(position).open else { return Written::Done };
        let target = &mut open.target;
        let relation = target.relation_oid().to_u32();
        // Of two texts of one key the written one counts.
        let key = target.new_key_hash();
        if target.update() == Written::Changed {
            return Written::Changed;
        }
        self.wrote = true;
        let xmin = transaction::current_xid();
        if self.own_overrides.get(relation, key, xmin).is_none() {
            self.ready(true);
            let Version { time, node } = side.version;
            version_override::put(relation, key, Override { xmin, time, node: node.as_oid() });
            self.own_overrides.0.push(OwnOverride { relation, key, xmin, side });
        }
        Written::Done
    }
}
