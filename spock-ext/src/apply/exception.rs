//! Transactions that fail for a permanent reason (`spock.exception_behaviour`).
//!
//! The local transaction is rolled back, and the same remote transaction is run once more in one of
//! three ways: `discard` applies each change in a subtransaction and leaves out those that fail;
//! `transdiscard` applies none; `sub_disable` applies none and disables the subscription, so that
//! the transaction comes again later. In each of them every change is logged, one by one, with what
//! became of it, in the transaction that carries the stream's progress (but for `sub_disable`, whose
//! transaction carries none).
//!
//! **Invariants**
//! - A [`Failure`] is about the one transaction whose begin message names its commit record. It is
//!   known to this worker alone: after a crash the transaction fails again, and it is made again.
//! - What was left out stands in `spock.exception_status` as pending, whatever is logged.
//! - A transient error in such a run starts the run again.

use spock_core::conflict::Side;
use spock_core::exception::{Fate, SqlState, bystander_text, log_text};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::message::Truncate;
use spock_core::proto::{Message, Tuple};

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::applier::Applier;
use super::detour::Detour;
use super::image::{Images, raise_if_transient};
use crate::catalog::exceptions::{self, Entry, Image, Key, Story};
use crate::catalog::{queue, subscription};
use crate::pg::encoding::as_utf8;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::failpoint;
use crate::pg::quoting::qualified;
use crate::pg::transaction;
use crate::settings::{self, ExceptionBehaviour, ExceptionLogging};
use crate::sync::handover::Answer;

/// Tries of a change that meets a duplicate: another session may have inserted the key after the look.
const CHANGE_ATTEMPTS: u32 = 5;

/// What stood in the way of a remote transaction.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// Its commit record.
    pub(super) final_lsn: Lsn,
    /// The change that failed, counted from 1 in the transaction; 0: the commit.
    pub(super) command: u32,
    /// The error as the log shows it.
    pub(super) reason: String,
}

impl Failure {
    pub(super) fn new(final_lsn: Lsn, command: u32, error: &CaughtError) -> Self {
        Self { final_lsn, command, reason: reason_of(error) }
    }
}

/// The run of a transaction that is known to fail.
pub(super) struct Run {
    behaviour: ExceptionBehaviour,
    logging: ExceptionLogging,
    failure: Failure,
    key: Key,
    left_out: u32,
}

/// One change, as the log names it.
struct Change<'a> {
    operation: &'static str,
    relid: Option<u32>,
    old: Option<&'a Tuple<'a>>,
    new: Option<&'a Tuple<'a>>,
    truncate: Option<&'a Truncate<'a>>,
}

impl<'a> Change<'a> {
    fn of(message: &'a Message<'a>) -> Option<Self> {
        let (operation, relid, old, new) = match message {
            Message::Insert { relid, new } => ("INSERT", *relid, None, Some(new)),
            Message::Update { relid, old, new } => ("UPDATE", *relid, old.as_ref(), Some(new)),
            Message::Delete { relid, old } => ("DELETE", *relid, Some(old), None),
            Message::Truncate(truncate) => {
                let (operation, truncate) = ("TRUNCATE", Some(truncate));
                return Some(Self { operation, relid: None, old: None, new: None, truncate });
            }
            _ => return None,
        };
        Some(Self { operation, relid: Some(relid), old, new, truncate: None })
    }
}

impl Run {
    /// Begins the run of a transaction in the way that the settings ask for now.
    pub(super) fn begin(failure: &Failure, side: Side, commit_time: i64, xid: u32) -> Self {
        Self {
            behaviour: settings::exception_behaviour(),
            logging: settings::exception_logging(),
            failure: failure.clone(),
            key: Key {
                remote_origin: side.version.node,
                remote_commit_ts: commit_time,
                retry_errored_at: transaction::now(),
                remote_xid: xid,
            },
            left_out: 0,
        }
    }

    /// Another node than the provider wrote the transaction.
    pub(super) fn is_of(&mut self, author: NodeId) {
        self.key.remote_origin = author;
    }

    /// Whether changes are tried: not where the commit itself is known to fail.
    fn tries(&self) -> bool {
        self.behaviour == ExceptionBehaviour::Discard && self.failure.command != 0
    }

    fn holds_back(&self) -> bool {
        self.behaviour == ExceptionBehaviour::SubDisable
    }

    fn mode(&self) -> &'static str {
        match self.behaviour {
            ExceptionBehaviour::Discard => "discard",
            ExceptionBehaviour::Transdiscard => "transdiscard",
            ExceptionBehaviour::SubDisable => "sub_disable",
        }
    }

    /// Whether a change with this fate is logged.
    fn logs(&self, fate: Fate) -> bool {
        match self.logging {
            ExceptionLogging::None => false,
            ExceptionLogging::Discard => fate != Fate::Applied,
            ExceptionLogging::All => true,
        }
    }
}

/// The text of an error in the log.
fn reason_of(error: &CaughtError) -> String {
    let code = SqlState::new(&error.sqlstate).unwrap_or(SqlState::INTERNAL_ERROR);
    log_text(code, &error.message)
}

impl Applier {
    /// Whether the changes of the transaction that is known to fail are tried one by one, so that
    /// its commit may still fail.
    pub(super) fn tries_changes(&self) -> bool {
        settings::exception_behaviour() == ExceptionBehaviour::Discard
            && self.failure.as_ref().is_some_and(|failure| failure.command != 0)
    }

    /// Runs one message of a transaction that is known to fail. False: it is no change, and goes the
    /// usual way.
    pub(super) fn run_exceptional(&mut self, message: &Message<'_>) -> bool {
        let Some(change) = Change::of(message) else { return false };
        let Some(mut run) = self.run.take() else { return false };
        if self.concerns_us(&change) {
            self.run_change(&mut run, message, &change);
        } else {
            self.command += 1;
        }
        self.run = Some(run);
        true
    }

    fn run_change(&mut self, run: &mut Run, message: &Message<'_>, change: &Change<'_>) {
        if !run.tries() {
            self.command += 1;
            let fate = if run.holds_back() { Fate::HeldBack } else { Fate::Discarded };
            let command = self.command;
            let reason = (command == run.failure.command).then(|| run.failure.reason.clone());
            self.note(run, change, fate, reason);
            return;
        }
        let before = self.command;
        let mut failed = None;
        for _ in 0..CHANGE_ATTEMPTS {
            self.command = before;
            failed = self.try_change(message).err();
            if !failed.as_ref().is_some_and(CaughtError::is_duplicate) {
                break;
            }
        }
        let Some(error) = failed else {
            match self.unfound.take() {
                Some(reason) => self.note(run, change, Fate::Discarded, Some(reason)),
                None => self.note(run, change, Fate::Applied, None),
            }
            return;
        };
        if self.verdict.is_some() {
            // The whole transaction waits for something, and comes again.
            error.raise();
        }
        let reason = reason_of(&error);
        raise_if_transient(error);
        self.note(run, change, Fate::Discarded, Some(reason));
    }

    /// Applies a change in a subtransaction.
    fn try_change(&mut self, message: &Message<'_>) -> Result<(), CaughtError> {
        self.ready(true);
        let (wrote, overrides) = (self.wrote, self.own_overrides.mark());
        let tried = transaction::in_subtransaction(&mut || {
            self.apply(message);
        });
        if tried.is_err() {
            self.wrote = wrote;
            self.own_overrides.back_to(overrides);
            self.after_rollback();
        }
        tried
    }

    /// Leaves out the change at hand alone: its row is missing beyond doubt, and the rest of the
    /// transaction has nothing to do with that.
    #[cold]
    pub(super) fn leave_out(&mut self, message: &Message<'_>) {
        // In a run of its own the change is noted there.
        if self.is_exceptional() {
            return;
        }
        let Some(reason) = self.unfound.take() else { return };
        let Some(change) = Change::of(message) else { return };
        let remote = self.remote;
        let mut run = self.run.take().unwrap_or_else(|| {
            let (final_lsn, command) = (remote.final_lsn, self.command);
            let failure = Failure { final_lsn, command, reason: reason.clone() };
            Run::begin(&failure, remote.side, remote.commit_time, remote.xid)
        });
        self.note(&mut run, &change, Fate::Discarded, Some(reason));
        self.run = Some(run);
        self.detour = Detour::InPart;
    }

    /// Whether the stream would apply the change: not while its table is being copied.
    fn concerns_us(&mut self, change: &Change<'_>) -> bool {
        let Self { relations, tables, remote, .. } = self;
        let mut concerns = |relid| {
            let position = relations.position(relid);
            let relation = relations.at(position);
            let (schema, name) = (&relation.schema, &relation.name);
            tables.answer(schema, name, remote.final_lsn, remote.commit_time) != Answer::Leave
        };
        match (change.relid, change.truncate) {
            (Some(relid), _) => concerns(relid),
            (None, Some(truncate)) => truncate.relids().any(concerns),
            (None, None) => false,
        }
    }

    /// Writes down what became of a change; `reason` where it failed itself.
    fn note(&mut self, run: &mut Run, change: &Change<'_>, fate: Fate, reason: Option<String>) {
        self.ready(true);
        if fate == Fate::Discarded {
            run.left_out += 1;
            exceptions::leave_pending(&run.key, self.command);
        }
        if run.logs(fate) {
            let mut entry = self.describe(change, fate);
            let what = if entry.ddl_statement.is_some() { "statement" } else { "tuple" };
            let Failure { command, reason: root, .. } = &run.failure;
            entry.error_message =
                reason.unwrap_or_else(|| bystander_text(run.mode(), what, fate, *command, root));
            exceptions::log(&run.key, entry);
        }
        self.end_row();
        self.wrote = true;
    }

    fn describe(&mut self, change: &Change<'_>, fate: Fate) -> Entry {
        let mut entry = Entry {
            command_counter: self.command,
            operation: change.operation,
            ..Entry::default()
        };
        if let Some(truncate) = change.truncate {
            let names: Vec<_> = truncate.relids().map(|relid| self.name_of(relid)).collect();
            entry.ddl_statement = Some(truncate_text(&names, truncate.restart_identity));
            let list = serde_json::json!({
                "tables": names, "restart_identity": truncate.restart_identity,
            });
            let keep = vec!["tables".to_owned(), "restart_identity".to_owned()];
            entry.new = Some(Image { json: list.to_string(), keep });
            entry.table = names.into_iter().next();
            return entry;
        }
        let Some(relid) = change.relid else { return entry };
        let position = self.relations.position(relid);
        let relation = self.relations.at(position);
        if queue::is_queue(&relation.schema, &relation.name) {
            entry.operation = "DDL";
            if let Some(row) = change.new {
                let Self { relations, arena, .. } = self;
                let relation = relations.at(position);
                let message = relation.text_column(row, "message", arena);
                entry.ddl_statement = Some(message.map_or_else(String::new, statement_in));
                entry.ddl_user = relation.text_column(row, "role", arena);
            }
        }
        entry.table = Some(self.name_of(relid));
        let look = fate != Fate::Applied;
        let Images { old, new, local } = self.images(position, change.old, change.new, look);
        (entry.old, entry.new) = (old, new);
        if let Some((row, side)) = local {
            entry.local = Some(row);
            entry.local_origin = side.map(|side| side.version.node);
            entry.local_commit_ts = side.map(|side| side.version.time);
        }
        entry
    }

    fn name_of(&mut self, relid: u32) -> (String, String) {
        let position = self.relations.position(relid);
        let relation = self.relations.at(position);
        (as_utf8(&relation.schema), as_utf8(&relation.name))
    }

    /// Ends the run, before its commit.
    pub(super) fn conclude_run(&mut self) {
        let Some(run) = self.run.take() else { return };
        failpoint::hit("apply.exception");
        self.ready(true);
        let status = match (run.holds_back(), run.left_out) {
            (true, _) => exceptions::HELD_BACK,
            (false, 0) => exceptions::RESOLVED,
            _ => exceptions::PENDING,
        };
        let story = Story {
            subscription: &self.ends.subscription,
            commit_lsn: self.remote.final_lsn,
            behaviour: run.mode(),
            reason: &run.failure.reason,
            failed_command: run.failure.command,
            changes: self.command,
            left_out: run.left_out,
        };
        exceptions::conclude(&run.key, status, &story);
        if run.holds_back() {
            self.disable(&run);
        } else {
            self.told = Some(self.outcome(&run));
        }
        self.end_row();
    }

    /// The transaction that was held back before passes now.
    pub(super) fn settle_held_back(&mut self, is_left_out: bool) {
        let (provider, lsn) = (self.remote.side.version.node, self.remote.final_lsn);
        if is_left_out {
            exceptions::leave_out_held_back(provider, lsn);
        } else {
            let how = if self.is_exceptional() { "came again" } else { "applied" };
            exceptions::settle_held_back(provider, lsn, how);
        }
        self.held_back.retain(|other| *other != lsn);
        self.end_row();
    }

    /// Disables the subscription with the transaction that logged the changes, and ends the worker.
    fn disable(&mut self, run: &Run) {
        let text = format!(
            "disabling subscription {} due to exception(s) - skip_lsn = {}",
            self.ends.subscription, self.remote.final_lsn
        );
        if run.logging != ExceptionLogging::None {
            let entry = Entry {
                command_counter: self.command + 1,
                operation: "SUB_DISABLE",
                error_message: text,
                ..Entry::default()
            };
            exceptions::log(&run.key, entry);
        }
        subscription::set_enabled(self.ends.subscription_id, false);
        self.end_row();
        self.commit_without_progress();
        self.is_stopped = true;
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "subscription \"{}\" was disabled: {}",
                self.ends.subscription, run.failure.reason
            ),
        )
        .detail(format!(
            "Remote transaction {} with its commit record at {} cannot be applied.",
            self.remote.xid, self.remote.final_lsn
        ))
        .hint(
            "Mend what stands in its way and enable the subscription, or leave the transaction out \
             with spock.sub_alter_skiplsn().",
        )
        .raise();
    }

    /// What the server's log is told once the run is committed.
    fn outcome(&self, run: &Run) -> SpockError {
        let remote = &self.remote;
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!(
                "subscription \"{}\" left out {} of {} changes of remote transaction {}: {}",
                self.ends.subscription, run.left_out, self.command, remote.xid, run.failure.reason
            ),
        )
        .detail(format!(
            "Its commit record is at {}; spock.exception_behaviour is {}.",
            remote.final_lsn,
            run.mode()
        ))
        .hint("See spock.exceptions_pending, and spock.exception_retry() when the cause is mended.")
    }

    /// After the commit of a run.
    pub(super) fn tell_outcome(&mut self) {
        self.failure = None;
        if let Some(outcome) = self.told.take() {
            outcome.report(PgLogLevel::WARNING);
        }
    }
}

/// A message that is a JSON string is a statement; others are shown as they are.
fn statement_in(message: String) -> String {
    match serde_json::from_str(&message) {
        Ok(serde_json::Value::String(statement)) => statement,
        _ => message,
    }
}

fn truncate_text(names: &[(String, String)], restart: bool) -> String {
    let tables: Vec<_> = names.iter().map(|(schema, name)| qualified(schema, name)).collect();
    let sequences = if restart { " RESTART IDENTITY" } else { "" };
    format!("TRUNCATE {}{sequences}", tables.join(", "))
}
