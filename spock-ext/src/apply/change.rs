//! Row changes: locate, decide, write.

use spock_core::conflict::kind::{ConflictType, Operation, Resolution};
use spock_core::conflict::{Decision, Policy, Side, decide};
use spock_core::proto::Tuple;

use pgrx::PgSqlErrorCode;

use super::applier::Applier;
use super::relation_map::RemoteRelation;
use super::version::LocalVersion;
use super::{queued, resolution};
use crate::pg::error::SpockError;
use crate::pg::target::{BATCH_ROWS, Written};
use crate::pg::transaction;
use crate::settings::{self, ConflictResolution};

/// Bytes of row values that a batch holds at most.
const BATCH_BYTES: usize = 1 << 20;

/// Inserts that look for an existing row first after one was met.
const CAREFUL_INSERTS: u32 = 1000;

/// The local row that a change met.
struct Met {
    decision: Decision,
    same_node: bool,
    local: LocalVersion,
    xmin: u32,
}

impl Applier {
    /// An insert: gathered where possible.
    pub(super) fn insert(&mut self, relid: u32, new: &Tuple<'_>) {
        let position = self.relations.position(relid);
        if self.gathering != Some(position) {
            self.flush_gathered();
            self.ready(false);
            let Some(open) = &self.open(position).open else { return };
            if open.is_queue || !open.target.can_batch() {
                self.insert_alone(position, new);
                return;
            }
            if open.insert_reads_with_snapshot() {
                self.ready(true);
            }
            self.gathering = Some(position);
        }
        let Self { relations, arena, unchanged, .. } = self;
        let Some(open) = &mut relations.at(position).open else { return };
        let rows = open.gather(new, arena, unchanged);
        if rows == BATCH_ROWS || arena.used_bytes() > BATCH_BYTES {
            self.flush_gathered();
        }
    }

    fn insert_alone(&mut self, position: usize, new: &Tuple<'_>) {
        self.ready(true);
        let Self { relations, arena, unchanged, .. } = self;
        if let Some(open) = &mut relations.at(position).open {
            open.fill(new, arena, unchanged, true);
        }
        self.insert_row(position, true);
        self.end_row();
        let message = match &self.relations.at(position).open {
            Some(open) if open.is_queue => open.target.new_row_position(),
            _ => return,
        };
        self.ready(true);
        queued::handle(&self.ends, message);
        self.wrote = true;
    }

    /// Writes the gathered inserts.
    pub(super) fn flush_gathered(&mut self) {
        let Some(position) = self.gathering.take() else { return };
        let careful = self.careful;
        let whole = self.whole;
        let relation = self.relations.at(position);
        let careful = careful || relation.careful_inserts > 0;
        let Some(open) = &mut relation.open else { return };
        let rows = open.target.pending_rows();
        let needs_snapshot = open.target.insert_needs_snapshot();
        let can_conflict = open.target.has_unique_index();
        self.ready(needs_snapshot);
        if rows == 1 {
            if let Some(open) = &mut self.relations.at(position).open {
                open.target.take_pending_row(0);
            }
            self.insert_row(position, can_conflict && (careful || !whole));
        } else if !can_conflict || (whole && !careful) {
            if let Some(open) = &mut self.relations.at(position).open {
                open.target.insert_pending();
            }
        } else if careful || !self.insert_in_subtransaction(position) {
            for row in 0..rows {
                self.ready(needs_snapshot);
                if let Some(open) = &mut self.relations.at(position).open {
                    open.target.take_pending_row(row);
                }
                self.insert_row(position, true);
            }
        }
        if let Some(open) = &mut self.relations.at(position).open {
            open.target.clear_pending();
        }
        self.wrote = true;
        self.end_row();
    }

    /// Writes the batch in a subtransaction; false when a row of it exists already.
    fn insert_in_subtransaction(&mut self, position: usize) -> bool {
        let Some(open) = &mut self.relations.at(position).open else { return true };
        let target = &mut open.target;
        let result = transaction::in_subtransaction(&mut || target.insert_pending());
        match result {
            Ok(()) => true,
            Err(error) if error.is_duplicate() => {
                self.relations.at(position).careful_inserts = CAREFUL_INSERTS;
                false
            }
            Err(error) => error.raise(),
        }
    }

    /// Inserts the target's new row; with `look` an existing row is found before the server finds it.
    fn insert_row(&mut self, position: usize, look: bool) {
        let relation = self.relations.at(position);
        relation.careful_inserts = relation.careful_inserts.saturating_sub(1);
        loop {
            let Some(open) = &mut self.relations.at(position).open else { return };
            if !(look && open.target.has_identity() && open.target.find()) {
                open.target.insert();
                open.target.end_row();
                self.wrote = true;
                return;
            }
            // The row exists: the insert becomes an update of it, and columns that the provider
            // does not have keep their local values.
            self.relations.at(position).careful_inserts = CAREFUL_INSERTS;
            let met = self.meet(position);
            let Some(open) = &mut self.relations.at(position).open else { return };
            open.keep_rest(&[]);
            self.record_met(position, Operation::Insert, &met);
            let Some(open) = &mut self.relations.at(position).open else { return };
            if !met.decision.applies() || open.target.update() == Written::Done {
                self.wrote |= met.decision.applies();
                open.target.end_row();
                return;
            }
            // Changed meanwhile: look again, without what was kept of the row that is no more.
            open.drop_rest();
        }
    }

    /// An update.
    pub(super) fn update(&mut self, relid: u32, old: Option<&Tuple<'_>>, new: &Tuple<'_>) {
        self.flush_gathered();
        let Some(position) = self.ready_for_change(relid, Operation::Update) else { return };
        loop {
            let Self { relations, arena, unchanged, .. } = self;
            let Some(open) = &mut relations.at(position).open else { return };
            open.fill(old.unwrap_or(new), arena, unchanged, false);
            if !open.target.find() {
                if old.is_some() {
                    open.fill(new, arena, unchanged, false);
                }
                self.record_missing(position, Operation::Update);
                break;
            }
            let met = self.meet(position);
            let Self { relations, arena, unchanged, .. } = self;
            let Some(open) = &mut relations.at(position).open else { return };
            if old.is_some() {
                open.fill(new, arena, unchanged, false);
            }
            open.keep_rest(unchanged);
            self.record_met(position, Operation::Update, &met);
            if !met.decision.applies() {
                break;
            }
            let Some(open) = &mut self.relations.at(position).open else { return };
            if open.target.update() == Written::Done {
                self.wrote = true;
                break;
            }
            open.target.end_row();
            self.end_row();
        }
        self.finish_change(position);
    }

    /// A delete.
    pub(super) fn delete(&mut self, relid: u32, old: &Tuple<'_>) {
        self.flush_gathered();
        let Some(position) = self.ready_for_change(relid, Operation::Delete) else { return };
        loop {
            let Self { relations, arena, unchanged, .. } = self;
            let Some(open) = &mut relations.at(position).open else { return };
            open.fill(old, arena, unchanged, false);
            if !open.target.find() {
                self.record_missing(position, Operation::Delete);
                break;
            }
            let met = self.meet(position);
            self.record_met(position, Operation::Delete, &met);
            if !met.decision.applies() {
                break;
            }
            let Some(open) = &mut self.relations.at(position).open else { return };
            if open.target.delete() == Written::Done {
                self.wrote = true;
                break;
            }
            open.target.end_row();
            self.end_row();
        }
        self.finish_change(position);
    }

    /// Opens the relation of an update or delete; `None` when the change is not for us.
    fn ready_for_change(&mut self, relid: u32, operation: Operation) -> Option<usize> {
        let position = self.relations.position(relid);
        self.ready(false);
        let relation = self.open(position);
        let open = relation.open.as_ref()?;
        if !open.target.locates_changes() {
            no_identity(relation, operation);
        }
        if open.change_needs_snapshot() {
            self.ready(true);
        }
        Some(position)
    }

    fn finish_change(&mut self, position: usize) {
        if let Some(open) = &mut self.relations.at(position).open {
            open.target.end_row();
        }
        self.end_row();
    }

    /// Weighs the change against the row that was found.
    fn meet(&mut self, position: usize) -> Met {
        let remote = self.remote.side;
        let Some(open) = &self.relations.at(position).open else {
            unreachable!("a row was found in an open relation")
        };
        let xmin = open.target.local_xmin();
        let mut local = self.versions.of_xmin(xmin);
        if local == LocalVersion::Unknown && self.versions.may_be_stale() {
            self.ready(true);
            let (spans, tiebreakers) = super::session::origins();
            self.versions.refresh(spans, tiebreakers);
            local = self.versions.of_xmin(xmin);
        }
        let policy = match settings::conflict_resolution() {
            ConflictResolution::LastUpdateWins => Policy::LastUpdateWins,
        };
        let (decision, same_node) = match local {
            LocalVersion::Own => (Decision::ApplyRemote, true),
            LocalVersion::Known(side) => {
                (decide(policy, Some(side), remote), side.version.node == remote.version.node)
            }
            LocalVersion::Unknown => (decide(policy, None, remote), false),
        };
        Met { decision, same_node, local, xmin }
    }

    /// Reports a change that met a row; every change that is not applied is recorded.
    fn record_met(&mut self, position: usize, operation: Operation, met: &Met) {
        if met.same_node && met.decision.applies() && operation != Operation::Insert {
            return;
        }
        let Some(resolution) = Resolution::of(met.decision) else {
            self.fail_by_policy(position, operation);
        };
        let kind = match ConflictType::of_present_row(operation, met.same_node, met.decision) {
            Some(kind) => kind,
            None if operation == Operation::Delete => ConflictType::DeleteExists,
            None => ConflictType::UpdateOriginDiffers,
        };
        let local = match met.local {
            LocalVersion::Known(side) => Some((met.xmin, Some(side))),
            LocalVersion::Own | LocalVersion::Unknown => Some((met.xmin, None)),
        };
        self.record(position, operation, kind, resolution, local);
    }

    fn record_missing(&mut self, position: usize, operation: Operation) {
        let kind = match operation {
            Operation::Delete => ConflictType::DeleteMissing,
            Operation::Insert | Operation::Update => ConflictType::UpdateMissing,
        };
        self.record(position, operation, kind, Resolution::Skip, None);
    }

    fn record(
        &mut self,
        position: usize,
        operation: Operation,
        kind: ConflictType,
        resolution: Resolution,
        local: Option<(u32, Option<Side>)>,
    ) {
        let must_save = resolution != Resolution::ApplyRemote;
        let may_save = settings::save_resolutions() && !kind.is_origin_change();
        let log = resolution::is_logged(kind);
        if !(must_save || may_save || log) {
            return;
        }
        self.ready(true);
        let remote = self.remote;
        let Self { relations, ends, .. } = self;
        let relation = relations.at(position);
        let name = relation.qualified_name();
        let Some(open) = &mut relation.open else { return };
        let conflict = resolution::Conflict {
            ends,
            relation: name,
            index: open.target.identity_index_name(),
            operation,
            kind,
            resolution,
            local_row: local.map(|_| open.target.local_row_text()),
            local,
            remote_row: open.target.new_row_text(),
            remote,
        };
        if log {
            conflict.log();
        }
        if must_save || may_save {
            conflict.save();
            self.wrote = true;
        }
    }

    fn fail_by_policy(&mut self, position: usize, operation: Operation) -> ! {
        let relation = self.relations.at(position).qualified_name();
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION,
            format!("conflict on relation {relation}: remote {} met a local row", operation.name()),
        )
        .hint("Setting \"spock.conflict_resolution\" is \"error\".")
        .raise()
    }
}

fn no_identity(relation: &RemoteRelation, operation: Operation) -> ! {
    let keys = relation.key_columns();
    let hint = if keys.is_empty() {
        "Add a primary key, or publish the table through a set that replicates inserts only."
            .to_owned()
    } else {
        format!("Add a primary key or unique index on columns that are not null, of {keys}.")
    };
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!(
            "cannot apply {} to relation \"{}\": no key here is part of the provider's replica \
             identity",
            operation.name(),
            relation.qualified_name()
        ),
    )
    .hint(hint)
    .raise()
}
