//! Row changes: gathered where nothing can be met, else handed to the convergence rules.
//!
//! What is decided about a change, and in which order rows are looked for and written, stands in
//! `spock_core::converge`; [`super::local_store`] is the table as those rules see it.

use spock_core::conflict::kind::{ConflictType, Operation};
use spock_core::conflict::missing::Wait;
use spock_core::converge::{self, Change, Outcome};
use spock_core::oid::NodeId;
use spock_core::proto::Tuple;

use pgrx::PgSqlErrorCode;

use super::applier::Applier;
use super::dead;
use super::local_store::LocalStore;
use super::policy::MissingPolicy;
use super::relation_map::RemoteRelation;
use super::schema_match::{Mismatch, Strictness};
use crate::pg::error::SpockError;
use crate::pg::target::BATCH_ROWS;
use crate::pg::transaction;
use crate::settings::{self, ChangeLogging, ExceptionBehaviour};
use crate::worker::statistics::Count;

/// Bytes of row values that a batch holds at most.
const BATCH_BYTES: usize = 1 << 20;

/// Inserts that look for an existing row first after one was met.
pub(super) const CAREFUL_INSERTS: u32 = 1000;

impl Applier {
    /// An insert: gathered where possible.
    pub(super) fn insert(&mut self, relid: u32, new: &Tuple<'_>) {
        let position = self.relations.position(relid);
        self.insert_at(position, new);
    }

    /// An insert into the relation at a position.
    #[inline]
    pub(super) fn insert_at(&mut self, position: usize, new: &Tuple<'_>) {
        if self.gathering != Some(position) {
            if self.relations.is_routed(position) {
                self.insert_routed(position, new);
                return;
            }
            self.flush_gathered();
            self.ready(false);
            let careful = self.careful || self.change_logging != ChangeLogging::None;
            let Some(open) = &self.open(position).open else {
                if self.relations.is_routed(position) {
                    self.insert_routed(position, new);
                }
                return;
            };
            if careful || open.is_queue || !open.target.can_batch() {
                self.insert_alone(position, new);
                return;
            }
            if open.insert_reads_with_snapshot() {
                self.ready(true);
            }
            self.gathering = Some(position);
            self.gathered_from = self.command;
        }
        let Self { relations, arena, unchanged, .. } = self;
        let Some(open) = &mut relations.at(position).open else { return };
        let rows = open.gather(new, arena, unchanged);
        if !unchanged.is_empty() {
            self.insert_incomplete(position, new);
            return;
        }
        if rows == BATCH_ROWS || arena.used_bytes() > BATCH_BYTES {
            self.flush_gathered();
        }
    }

    /// An insert that leaves values out, just gathered: what was an update at the provider, before a row
    /// filter let the row in.
    #[cold]
    fn insert_incomplete(&mut self, position: usize, new: &Tuple<'_>) {
        if let Some(open) = &mut self.relations.at(position).open {
            open.target.drop_pending_row();
            if open.target.pending_rows() == 0 {
                self.gathering = None;
            }
        }
        self.flush_gathered();
        self.insert_alone(position, new);
    }

    fn insert_alone(&mut self, position: usize, new: &Tuple<'_>) {
        self.ready(true);
        let Self { relations, arena, unchanged, .. } = self;
        if let Some(open) = &mut relations.at(position).open {
            open.fill(new, arena, unchanged, true);
        }
        if !self.unchanged.is_empty() && !self.complete_insert(position) {
            self.finish_change(position);
            return;
        }
        self.insert_row(position, true);
        self.end_row();
        let message = match &self.relations.at(position).open {
            Some(open) if open.is_queue => open.target.new_row_position(),
            _ => return,
        };
        self.only_committed("it has a message for this node");
        self.ready(true);
        self.obey(message);
        self.wrote = true;
    }

    /// Writes the gathered inserts.
    pub(super) fn flush_gathered(&mut self) {
        let Some(position) = self.gathering.take() else { return };
        let careful = self.careful;
        let whole = self.whole;
        let careful_inserts = self.relations.at(position).careful_inserts;
        let is_late = self.comes_after_truncate(position);
        let careful = careful || is_late || careful_inserts > 0;
        let time = self.remote.commit_time;
        let Some(open) = &mut self.relations.at(position).open else { return };
        let careful = careful || open.target.is_exposed(time);
        let rows = open.target.pending_rows();
        let needs_snapshot = open.target.insert_needs_snapshot();
        let can_conflict = open.target.has_unique_index();
        self.flushing = Some(position);
        self.ready(needs_snapshot);
        if rows == 1 {
            if let Some(open) = &mut self.relations.at(position).open {
                open.target.take_pending_row(0);
            }
            self.insert_row(position, is_late || can_conflict && (careful || !whole));
        } else if !is_late && (!can_conflict || (whole && !careful)) {
            if let Some(open) = &mut self.relations.at(position).open {
                open.target.insert_pending();
                if open.target.is_exposed(time) {
                    dead::raise_again(dead::EXPOSED);
                }
            }
            self.count(position, Count::Insert, rows as u32);
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
        self.flushing = None;
        self.wrote = true;
        self.end_row();
    }

    /// Writes the batch in a subtransaction; false when a row of it exists already.
    fn insert_in_subtransaction(&mut self, position: usize) -> bool {
        let Some(open) = &mut self.relations.at(position).open else { return true };
        let target = &mut open.target;
        let rows = target.pending_rows();
        let time = self.remote.commit_time;
        let result = transaction::in_subtransaction(&mut || {
            target.insert_pending();
            if target.is_exposed(time) {
                dead::raise_again(dead::EXPOSED);
            }
        });
        match result {
            Ok(()) => {
                self.count(position, Count::Insert, rows as u32);
                true
            }
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
        let Some(open) = &relation.open else { return };
        let has_identity = open.target.has_identity();
        if look && !has_identity && self.comes_after_truncate(position) {
            self.record_truncated_row(position);
        } else {
            let change = self.change(position, Operation::Insert);
            let mut store = LocalStore::loaded(self, position);
            let outcome = converge::insert(&mut store, change, look && has_identity);
            self.conclude(position, Operation::Insert, outcome);
        }
        if let Some(open) = &mut self.relations.at(position).open {
            open.target.end_row();
        }
    }

    /// An update.
    pub(super) fn update(&mut self, relid: u32, old: Option<&Tuple<'_>>, new: &Tuple<'_>) {
        let position = self.relations.position(relid);
        self.update_at(position, old, new);
    }

    /// An update in the relation at a position.
    #[inline]
    pub(super) fn update_at(&mut self, position: usize, old: Option<&Tuple<'_>>, new: &Tuple<'_>) {
        self.flush_gathered();
        if !self.ready_for_change(position, Operation::Update) {
            if self.relations.is_routed(position) {
                self.update_routed(position, old, new);
            }
            return;
        }
        let moves_key = old.is_some_and(|old| self.relations.moves_key(position, old, new));
        if moves_key && let Some(open) = self.relations.get(position) {
            open.target.note_departure();
        }
        let outcome = loop {
            let change = self.change(position, Operation::Update);
            let mut store = LocalStore::sent(self, position, old, Some(new));
            match converge::update(&mut store, change, moves_key) {
                Outcome::Wait { alarm } => self.seek_cause(position, Operation::Update, alarm),
                outcome => break outcome,
            }
        };
        self.conclude(position, Operation::Update, outcome);
        self.finish_change(position);
    }

    /// A delete.
    pub(super) fn delete(&mut self, relid: u32, old: &Tuple<'_>) {
        let position = self.relations.position(relid);
        self.delete_at(position, old);
    }

    /// A delete from the relation at a position.
    #[inline]
    pub(super) fn delete_at(&mut self, position: usize, old: &Tuple<'_>) {
        self.flush_gathered();
        if !self.ready_for_change(position, Operation::Delete) {
            if self.relations.is_routed(position) {
                self.delete_routed(position, old);
            }
            return;
        }
        let outcome = loop {
            let change = self.change(position, Operation::Delete);
            let mut store = LocalStore::sent(self, position, Some(old), None);
            match converge::delete(&mut store, change) {
                Outcome::Wait { alarm } => self.seek_cause(position, Operation::Delete, alarm),
                outcome => break outcome,
            }
        };
        self.conclude(position, Operation::Delete, outcome);
        self.finish_change(position);
    }

    /// What a change of the transaction brings along.
    pub(super) fn change(&mut self, position: usize, operation: Operation) -> Change {
        let policy = self.relations.at(position).policies.of(operation);
        Change { remote: self.remote.side, policy, wait: self.wait }
    }

    /// A row is not here that another node may still bring. Comes back when nobody has to be waited
    /// for after all; the change is to be applied again then. Otherwise the transaction is.
    #[cold]
    pub(super) fn seek_cause(&mut self, position: usize, operation: Operation, alarm: bool) {
        self.finish_change(position);
        if !alarm {
            self.ready(true);
            self.wait = self.causes.judge(&self.remote);
        }
        if alarm || self.wait == Wait::Going {
            self.await_row(position, operation, alarm);
        }
    }

    fn await_row(&mut self, position: usize, operation: Operation, alarm: bool) -> ! {
        let relation = self.relations.name(position);
        self.await_cause(&format!("the row of an {} of {relation}", operation.name()), alarm)
    }

    /// Does what the end of a change's way asks for.
    pub(super) fn conclude(&mut self, position: usize, operation: Operation, outcome: Outcome) {
        self.must_be_plain(&outcome);
        match outcome {
            Outcome::Applied => {
                self.count(position, Count::of(operation), 1);
                if self.change_logging != ChangeLogging::None {
                    self.log_change(position, operation);
                }
            }
            Outcome::Kept | Outcome::Skipped => {}
            // Of an update that moves the key, its delete may be what misses the row.
            Outcome::Missing(_) => self.miss(position, operation),
            Outcome::Refused(operation) => {
                self.fail_by_policy(position, operation, "met a local row")
            }
            Outcome::Wait { alarm } => self.await_row(position, operation, alarm),
            Outcome::Fetch(_) => self.await_values(),
            Outcome::Unfetched(owner) => self.miss_values(position, operation, owner),
            // Left out for now: the transaction goes on as far as it does, so that all its losers give way
            // at once, and is applied again before it commits.
            Outcome::Claim => {}
        }
    }

    /// The row is missing beyond doubt: no other node can bring it, and no delete is known. What is
    /// pending then is this change alone, and none of the transaction's others.
    #[cold]
    fn miss(&mut self, position: usize, operation: Operation) {
        match self.relations.at(position).policies.of_missing(operation) {
            MissingPolicy::Skip => {}
            MissingPolicy::Error => self.fail_by_policy(position, operation, "found no row"),
            MissingPolicy::Pending if !self.leaves_out => {}
            MissingPolicy::Pending => {
                let reason = format!(
                    "{}: the row of {} is not here, and was not deleted as far as is known",
                    ConflictType::of_absent_row(operation).name(),
                    self.relations.name(position)
                );
                self.leave_pending(reason);
            }
        }
    }

    /// Values of the row are in doubt, and the node that knows them is gone (rule T1): the change at hand
    /// is pending, and none of the transaction's others.
    #[cold]
    fn miss_values(&mut self, position: usize, operation: Operation, owner: NodeId) {
        if self.flushing.is_some() {
            dead::raise_again("a row of several is to be told of by itself");
        }
        if self.leaves_out {
            let reason = format!(
                "{} of {}: large values cannot be asked for at node {owner}: {}",
                operation.name(),
                self.relations.name(position),
                self.causes.values.refusal()
            );
            self.leave_pending(reason);
        }
    }

    fn leave_pending(&mut self, reason: String) {
        if settings::exception_behaviour() == ExceptionBehaviour::SubDisable {
            SpockError::new(PgSqlErrorCode::ERRCODE_NO_DATA_FOUND, reason).raise();
        }
        self.unfound = Some(reason);
    }

    /// Opens the relation of an update or delete; false when the change is not for us, or is to be routed.
    pub(super) fn ready_for_change(&mut self, position: usize, operation: Operation) -> bool {
        self.ready(false);
        let relation = self.open(position);
        let Some(open) = relation.open.as_ref() else { return false };
        if !open.target.locates_changes() {
            let message = no_identity(relation, operation);
            self.refuse_key(position, message);
        }
        if open.change_needs_snapshot() {
            self.ready(true);
        }
        true
    }

    /// Rows cannot be found here by what the provider sends: that waits until the keys fit, where the provider
    /// sends one.
    #[cold]
    fn refuse_key(&mut self, position: usize, error: SpockError) -> ! {
        let strictness = {
            let Self { relations, causes, .. } = self;
            causes.schema.agreed.strictness(relations.at(position), causes.is_patient())
        };
        let relation = self.relations.at(position);
        let sends_key = relation.columns.iter().any(|column| column.key);
        if sends_key && strictness == Strictness::Strict && relation.partitioned_table().is_none() {
            let mismatch = Mismatch::key(relation, error.message);
            self.await_schema(mismatch);
        }
        error.raise()
    }

    pub(super) fn finish_change(&mut self, position: usize) {
        if let Some(open) = &mut self.relations.at(position).open {
            open.target.end_row();
        }
        self.end_row();
    }

    fn fail_by_policy(&self, position: usize, operation: Operation, what: &str) -> ! {
        let relation = self.relations.name(position);
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION,
            format!("conflict on relation {relation}: remote {} {what}", operation.name()),
        )
        .hint("The policy for this conflict is \"error\".")
        .raise()
    }
}

fn no_identity(relation: &RemoteRelation, operation: Operation) -> SpockError {
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
            relation.local_name()
        ),
    )
    .hint(hint)
}
