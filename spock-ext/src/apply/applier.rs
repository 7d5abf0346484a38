//! Applies the provider's transactions, message by message.
//!
//! The applier is a state machine over the messages of one stream. A local transaction begins with
//! the first change of a remote one and ends with it: one remote transaction is one local commit
//! (convergence rule V3), whose record carries the remote end LSN and commit time (V1, V2).
//!
//! **Optimism.** Inserts are gathered and written in batches without looking for existing rows. When
//! one meets a duplicate, the transaction (if it came whole in one frame) or the batch (in a
//! subtransaction of its own) is rolled back and done again carefully, row by row with a look first.
//!
//! **Invariants**
//! - Everything here runs under the frame of `pg::stream::drain`; an error leaves the applier to
//!   [`Applier::abort`], which every caller of a failed drain calls before anything else.
//! - Between transactions no snapshot, pin or transaction is open; warm relations may be.

use std::ffi::CStr;

use spock_core::conflict::missing::Wait;
use spock_core::conflict::{Side, Version};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::Message;
use spock_core::proto::horizon::{self, HorizonMessage};
use spock_core::proto::spock_message::{PREFIX, SpockMessage};

use super::author::Authors;
use super::cause::Causes;
use super::delta::OwnOverrides;
use super::detour::Detour;
use super::exception::{Failure, Run};
use super::parallel::Early;
use super::policy::Policies;
use super::relation_map::{RelationMap, RemoteRelation};
use super::schema_match::Mismatch;
use super::verdict::Verdict;
use super::version::Versions;
use crate::pg::arena::Arena;
use crate::pg::error::SpockError;
use crate::pg::failpoint;
use crate::pg::relcache_watch;
use crate::pg::row_memory::RowMemory;
use crate::pg::transaction;
use crate::settings::{self, ChangeLogging};
use crate::sync::handover::{Answer, TableStates};
use crate::worker::head::Cell;
use crate::worker::passages;
use crate::worker::statistics::Tally;

/// How long relations may stay warm while changes keep coming: DDL waits for their locks.
const WARM_LIMIT_MICROS: i64 = 100_000;

/// The remote transaction being received.
#[derive(Debug, Clone, Copy)]
pub(super) struct RemoteTransaction {
    /// Position of its commit record.
    pub(super) final_lsn: Lsn,
    pub(super) commit_time: i64,
    pub(super) xid: u32,
    /// Version of everything it writes.
    pub(super) side: Side,
}

/// Who is at the two ends of the stream.
#[derive(Debug, Clone)]
pub(super) struct Ends {
    pub(super) subscription_id: u32,
    pub(super) subscription: String,
    pub(super) local: NodeId,
    pub(super) local_name: String,
    pub(super) provider: NodeId,
}

/// What the stream has to do before the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Go on.
    Next,
    /// A transaction begins; ask whether it may start now.
    Begun,
}

/// Where a transaction ended, for feedback and progress.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Applied {
    /// End of the last remote transaction applied (or found empty).
    pub(super) remote_end: Lsn,
    /// Commit time of it.
    pub(super) remote_time: i64,
    /// Commit time of the one before it.
    pub(super) previous_time: i64,
    /// End of the local commit record, zero when nothing was written since the last flush.
    pub(super) local_end: Lsn,
    /// Transactions since the worker started.
    pub(super) transactions: u64,
}

/// The applier; see the module's page.
pub(super) struct Applier {
    pub(super) ends: Ends,
    pub(super) authors: Authors,
    pub(super) versions: Versions,
    pub(super) own_overrides: OwnOverrides,
    pub(super) relations: RelationMap,
    pub(super) tables: TableStates,
    pub(super) arena: Arena,
    pub(super) memory: RowMemory,
    /// Attributes of the current row whose value the provider left out.
    pub(super) unchanged: Vec<usize>,
    /// The relation whose inserts are being gathered.
    pub(super) gathering: Option<usize>,
    pub(super) remote: RemoteTransaction,
    /// Look for an existing row before each insert.
    pub(super) careful: bool,
    /// The transaction has not committed at the provider, as far as is known.
    pub(super) early: Option<Early>,
    /// What is logged of each change of the transaction.
    pub(super) change_logging: ChangeLogging,
    /// The remote transaction came in one frame: it can be applied again from there.
    pub(super) whole: bool,
    in_transaction: bool,
    /// Changes of the remote transaction so far, this one included.
    pub(super) command: u32,
    /// The relation whose gathered inserts are being written, and the first of them.
    pub(super) flushing: Option<usize>,
    pub(super) gathered_from: u32,
    /// All changes are done, the commit is under way.
    in_commit: bool,
    /// End of the remote transaction whose commit was last begun.
    committing: Lsn,
    snapshot: bool,
    /// Something was written since the last command counter step.
    pub(super) wrote: bool,
    /// Commit record of a transaction that is to be left out, or `INVALID`.
    pub(super) skip_lsn: Lsn,
    /// The remote transaction being received takes another way.
    pub(super) detour: Detour,
    /// What stands in the way of a transaction that is about to come, or come again.
    pub(super) failure: Option<Failure>,
    /// A transaction that may have failed by bad luck, and how often.
    pub(super) suspected: Option<(Lsn, u32)>,
    /// How that transaction is run.
    pub(super) run: Option<Run>,
    /// Why the change at hand is left out, although the transaction goes on.
    pub(super) unfound: Option<String>,
    /// Changes may be left out.
    pub(super) leaves_out: bool,
    /// What is to be said of it when it is committed.
    pub(super) told: Option<SpockError>,
    /// Commit records of transactions that were held back before, and whether this is one of them.
    pub(super) held_back: Vec<Lsn>,
    pub(super) was_held_back: bool,
    /// The subscription was disabled.
    pub(super) is_stopped: bool,
    pub(super) applied: Applied,
    /// What the transaction has done so far, for statistics.
    pub(super) tally: Tally,
    /// How conflicts are decided.
    pub(super) policies: Policies,
    /// Why this run of the transaction was cut short.
    pub(super) verdict: Option<Verdict>,
    /// A table that does not fit the provider's, where that is why.
    pub(super) mismatch: Option<Mismatch>,
    /// How far the search for what the transaction at hand misses has come.
    pub(super) wait: Wait,
    /// What is known of other nodes that may still bring what is missing.
    pub(super) causes: Causes,
    /// Where others see what is being applied.
    pub(super) head: Option<&'static Cell>,
    /// No other process applies transactions of the stream at the moment.
    pub(super) is_alone: bool,
    /// The worker slot under which others see what the stream has passed, for a subscription's own.
    pub(super) passage: Option<usize>,
}

impl Applier {
    pub(super) fn new(
        ends: Ends,
        authors: Authors,
        versions: Versions,
        tables: TableStates,
        policies: Policies,
    ) -> Self {
        relcache_watch::start();
        let version = Version { time: 0, node: ends.provider };
        let tally = Tally::new(ends.subscription_id);
        Self {
            tally,
            policies,
            remote: RemoteTransaction {
                final_lsn: Lsn(0),
                commit_time: 0,
                xid: 0,
                side: versions.side(version),
            },
            causes: Causes::new(ends.subscription_id),
            verdict: None,
            mismatch: None,
            wait: Wait::Going,
            head: None,
            is_alone: true,
            passage: None,
            ends,
            authors,
            versions,
            own_overrides: OwnOverrides::default(),
            relations: RelationMap::new(),
            tables,
            arena: Arena::default(),
            memory: RowMemory::new(),
            unchanged: Vec::new(),
            gathering: None,
            careful: false,
            early: None,
            change_logging: ChangeLogging::None,
            whole: false,
            in_transaction: false,
            command: 0,
            flushing: None,
            gathered_from: 0,
            in_commit: false,
            committing: Lsn::INVALID,
            snapshot: false,
            wrote: false,
            skip_lsn: Lsn::INVALID,
            detour: Detour::None,
            failure: None,
            suspected: None,
            run: None,
            unfound: None,
            leaves_out: false,
            told: None,
            held_back: Vec::new(),
            was_held_back: false,
            is_stopped: false,
            applied: Applied::default(),
        }
    }

    /// Applies one message. `Step::Begun` comes before anything of a transaction was done.
    pub(super) fn message(&mut self, message: &Message<'_>) -> Step {
        if self.detour != Detour::None && self.takes_detour(message) {
            return Step::Next;
        }
        self.apply(message)
    }

    /// Applies one message.
    #[inline(always)]
    pub(super) fn apply(&mut self, message: &Message<'_>) -> Step {
        match message {
            Message::Insert { relid, new } => {
                self.command += 1;
                self.insert(*relid, new);
                if self.unfound.is_some() {
                    self.leave_out(message);
                }
            }
            Message::Update { relid, old, new } => {
                self.command += 1;
                self.update(*relid, old.as_ref(), new);
                if self.unfound.is_some() {
                    self.leave_out(message);
                }
            }
            Message::Delete { relid, old } => {
                self.command += 1;
                self.delete(*relid, old);
                if self.unfound.is_some() {
                    self.leave_out(message);
                }
            }
            Message::Begin { final_lsn, commit_time, xid } => {
                self.committing = Lsn::INVALID;
                self.command = 0;
                self.in_commit = false;
                self.change_logging = settings::apply_change_logging();
                let version = Version { time: *commit_time, node: self.ends.provider };
                self.remote = RemoteTransaction {
                    final_lsn: *final_lsn,
                    commit_time: *commit_time,
                    xid: *xid,
                    side: self.versions.side(version),
                };
                self.wait = self.causes.answer_for(&self.remote).unwrap_or(Wait::Going);
                self.causes.values.forget_questions();
                self.causes.claims.forget();
                if let Some(head) = self.head {
                    head.begin(*commit_time);
                }
                self.choose_way();
                return Step::Begun;
            }
            Message::Origin { node, lsn, name } => self.origin(*node, *lsn, *name),
            Message::Commit { end_lsn, commit_time, .. } => self.commit(*end_lsn, *commit_time),
            Message::CommitOrder { .. } => {}
            Message::Relation(relation) => {
                self.flush_gathered();
                self.causes.schema.agreed.hear(relation);
                let policies = self.policies.of(relation.namespace, relation.name);
                self.relations.announce(relation, policies);
            }
            Message::Truncate(truncate) => {
                self.command += 1;
                self.truncate(truncate);
            }
            Message::Logical { lsn, transactional, prefix, content, .. } => {
                if *prefix == horizon::PREFIX {
                    self.note_horizon(content);
                } else if *prefix == PREFIX
                    && let Some(SpockMessage::SyncEvent { .. }) = SpockMessage::decode(content)
                {
                    if *transactional {
                        self.ready(false);
                        transaction::assign_xid();
                    } else {
                        self.advance_to(*lsn);
                    }
                }
            }
            Message::Startup(_) => {}
        }
        Step::Next
    }

    /// The stream has come to a commit horizon of the provider. Tables whose copy is under way are
    /// behind it, and a stream of one table says nothing of others.
    #[cold]
    fn note_horizon(&mut self, content: &[u8]) {
        if self.in_transaction || !self.tables.all_ready() {
            return;
        }
        if let Some(slot) = self.passage
            && let Some(horizon) = HorizonMessage::decode(content)
        {
            passages::note(slot, &horizon);
        }
    }

    /// Which change of the remote transaction failed, counted from 1, and 0 for its commit; `None`
    /// when the error is not about what the transaction does.
    pub(super) fn failed_command(&mut self) -> Option<u32> {
        if let Some(position) = self.flushing
            && let Some(open) = &self.relations.at(position).open
        {
            return Some(self.gathered_from + open.target.pending_at() as u32);
        }
        if self.in_commit { Some(0) } else { (self.command > 0).then_some(self.command) }
    }

    /// Begins the local transaction if it has not begun, and makes earlier changes visible.
    pub(super) fn ready(&mut self, snapshot: bool) {
        if !self.in_transaction {
            transaction::begin();
            self.in_transaction = true;
            let gates = self.head.and_then(Cell::new_gates);
            if relcache_watch::take()
                || gates.is_some()
                || self.tables.depend_on_position()
                    && self
                        .relations
                        .any_open(|schema, name| self.tables.depends_on_position(schema, name))
            {
                self.relations.give_back();
            }
            if let Some((head, epoch)) = self.head.zip(gates)
                && self.is_alone
            {
                head.knows_gates(epoch);
            }
            self.versions.next_transaction();
            self.own_overrides.clear();
            self.memory.enter();
            if self.causes.recall.resumes() && self.command > 0 {
                self.require_versions();
            }
        }
        if self.wrote {
            transaction::next_command(self.snapshot);
            self.wrote = false;
        }
        if snapshot && !self.snapshot {
            transaction::push_snapshot();
            self.snapshot = true;
        }
    }

    /// Ends a row: slots are the caller's, memory is ours.
    pub(super) fn end_row(&mut self) {
        self.arena.reset();
        self.memory.reset();
    }

    fn commit(&mut self, end_lsn: Lsn, commit_time: i64) {
        self.flush_gathered();
        self.in_commit = true;
        match self.detour {
            Detour::None | Detour::Returned => {}
            Detour::Skip => self.forget_skipped(),
            Detour::Exception | Detour::InPart => self.conclude_run(),
        }
        if self.was_held_back {
            self.ready(true);
            self.settle_held_back(self.detour == Detour::Skip);
        }
        if self.in_transaction {
            if self.causes.claims.are_deferred() {
                self.check_deferred();
            }
            if self.causes.have_tasks() {
                self.await_tasks();
            }
            self.keep_author_progress();
            self.close_snapshot();
            failpoint::hit("apply.before_commit");
            transaction::set_commit_origin(end_lsn, commit_time);
            self.committing = end_lsn;
            self.applied.local_end = transaction::commit();
            transaction::clear_commit_origin();
            failpoint::hit("apply.after_commit");
            self.show_author_progress();
            self.in_transaction = false;
            self.wrote = false;
            if self.detour != Detour::None {
                self.end_detour();
            }
            if self.suspected.is_some_and(|(lsn, _)| lsn == self.remote.final_lsn) {
                self.suspected = None;
                self.careful = false;
            }
            let warm_since = self.relations.warm_since();
            if warm_since != 0 && transaction::now() - warm_since > WARM_LIMIT_MICROS {
                self.relations.give_back();
            }
        }
        self.tally.publish();
        self.applied.previous_time = self.applied.remote_time;
        self.applied.remote_end = end_lsn;
        self.applied.remote_time = commit_time;
        self.applied.transactions += 1;
    }

    /// Commits what was written so far by itself: the remote transaction comes again.
    pub(super) fn commit_without_progress(&mut self) {
        self.close_snapshot();
        transaction::clear_commit_origin();
        transaction::commit();
        self.in_transaction = false;
        self.wrote = false;
    }

    /// Records that the stream has come to `lsn` although nothing was to be done.
    ///
    /// A commit record is written for it: progress that only memory knows would not be found by
    /// whoever waits for a sync event on the origin's status after a restart.
    fn advance_to(&mut self, lsn: Lsn) {
        if self.in_transaction {
            return;
        }
        transaction::begin();
        transaction::assign_xid();
        transaction::set_commit_origin(lsn, transaction::now());
        self.applied.local_end = transaction::commit();
        transaction::clear_commit_origin();
        self.applied.remote_end = self.applied.remote_end.max(lsn);
    }

    /// Opens the relation at a position for the current transaction.
    pub(super) fn open(&mut self, position: usize) -> &mut RemoteRelation {
        let Self { relations, tables, remote, causes, .. } = self;
        let mut closed_by = None;
        let applies = |schema: &CStr, name: &CStr| match tables.answer(
            schema,
            name,
            remote.final_lsn,
            remote.commit_time,
        ) {
            Answer::Apply => true,
            Answer::Leave => false,
            Answer::Closed(subscription) => {
                closed_by = Some(subscription);
                false
            }
        };
        let strictness = |relation: &RemoteRelation| {
            causes.schema.agreed.strictness(relation, causes.is_patient())
        };
        if let Err(mismatch) = relations.open(position, applies, strictness) {
            self.await_schema(mismatch);
        }
        if let Some(subscription) = closed_by {
            self.await_copy(position, subscription);
        }
        self.relations.at(position)
    }

    /// A remote transaction was applied beside the stream, up to `local_end` in our log.
    pub(super) fn applied_beside(&mut self, end_lsn: Lsn, commit_time: i64, local_end: Lsn) {
        self.applied.local_end = self.applied.local_end.max(local_end);
        self.applied.previous_time = self.applied.remote_time;
        self.applied.remote_end = end_lsn;
        self.applied.remote_time = commit_time;
        self.applied.transactions += 1;
    }

    fn close_snapshot(&mut self) {
        if self.snapshot {
            transaction::pop_snapshot();
            self.snapshot = false;
        }
    }

    /// Whether the transaction that failed had been committed: an error can come after the record.
    pub(super) fn is_committed(&self) -> bool {
        self.committing.is_valid() && transaction::session_origin_progress() >= self.committing
    }

    /// Whether a remote transaction is half applied.
    pub(super) fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Gives warm relations back: nothing is coming at the moment.
    pub(super) fn idle(&mut self) {
        if !self.in_transaction {
            self.relations.give_back();
        }
    }

    /// Between transactions: what was opened before write gates were closed or taken off is closed, and that
    /// told.
    pub(super) fn meet_gates(&mut self) {
        if let Some(head) = self.head
            && let Some(epoch) = head.new_gates()
        {
            self.relations.give_back();
            head.knows_gates(epoch);
        }
    }

    /// Whether relations are held open.
    pub(super) fn is_warm(&self) -> bool {
        self.relations.warm_since() != 0
    }

    /// Gives back what outlives transactions: the stream is over, the process is not.
    pub(super) fn close(mut self) {
        self.relations.close();
        self.memory.free();
    }

    /// After an error: rolls back and forgets everything that belonged to the transaction.
    pub(super) fn abort(&mut self) {
        if self.in_transaction {
            self.tally.discard();
        }
        let was_open = transaction::is_begun();
        transaction::abort();
        // Whatever this worker commits next must not claim the failed transaction.
        transaction::clear_commit_origin();
        if self.authors.is_lost() {
            self.authors.go_home();
        }
        if was_open {
            self.relations.forget();
        } else {
            // Nothing has dropped the locks.
            self.relations.give_back();
        }
        self.gathering = None;
        self.in_transaction = false;
        self.snapshot = false;
        self.wrote = false;
        self.detour = Detour::None;
        self.run = None;
        self.told = None;
        self.unfound = None;
        self.careful = false;
        self.flushing = None;
        self.arena.reset();
        self.memory.reset();
    }
}
