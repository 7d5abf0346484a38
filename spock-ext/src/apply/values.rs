//! Values that changes left out, asked of the node that has them (convergence rule T1).
//!
//! An update leaves out the large values that it did not touch. Where the row here is another node's,
//! its values are not the right ones. The transaction is applied with them all the same, as far as it
//! goes, so that all its questions are known; then it is rolled back, the owners of the rows are asked
//! over connections of SQL, and it is applied again with their answers. Answers are kept for that one
//! transaction.
//!
//! An answer must not be older than the change: a commit can be sent before it can be seen, so the
//! provider answers only when the transaction is no longer running there.
//!
//! A node that is heard by way of another one has that one asked in its place, which has applied what it
//! forwarded. While a node may still answer the stream waits for it, and says so. One to which there is no enabled
//! subscription any more, or that refuses to answer, is gone: the change is left pending then.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::Version;
use spock_core::converge::Fetch;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::applier::Applier;
use crate::catalog::subscription::{self, Subscription};
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{bgworker, deadline, failpoint, latch, transaction};
use crate::worker::head::{Cell, Waiting};
use crate::worker::statistics::{self, Rare};

const APPLICATION: &str = "spock values";
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// Questions that are gathered before they are asked.
const QUESTIONS: usize = 1000;
/// Between two looks whether the owner can see its own commit.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// Shortest and longest pause after a failure.
const PAUSES: (u64, u64) = (100, 5_000);
/// A wait of this length is worth a warning, and one is repeated as often as the second says.
const WARN_AFTER: i64 = 10_000_000;
const WARN_EVERY: i64 = 60_000_000;
const KEEP_ALIVE: i64 = 1_000_000;
const NO_SUBSCRIPTION: &str = "there is no enabled subscription to that node";

/// Whose row is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    owner: NodeId,
    /// The local relation.
    relation: u32,
    /// The key, as a condition of SQL.
    key: String,
    /// The version that wins: an answer is not older than that, but may be older than one that came
    /// since.
    version: Version,
}

#[derive(Debug)]
struct Question {
    subject: Subject,
    /// The relation as SQL, and as people write it.
    table: String,
    attributes: Vec<usize>,
    columns: Vec<String>,
    /// The transaction that must be over at the owner.
    xid: Option<u32>,
}

/// Attribute and text of each value; nothing when the owner has no such row any more.
type Texts = Vec<(usize, Option<String>)>;

/// What a node answered; nothing when it is gone.
#[derive(Debug)]
struct Answer {
    subject: Subject,
    values: Option<Texts>,
}

/// Questions and answers of one transaction.
#[derive(Default)]
pub(super) struct Values {
    of: Lsn,
    questions: Vec<Question>,
    answers: Vec<Answer>,
    connections: Vec<(NodeId, Connection)>,
    /// Why the last node that is gone does not answer.
    refusal: String,
}

impl Values {
    /// Whether something has to be asked before the transaction may commit.
    #[inline]
    pub(super) fn are_wanted(&self) -> bool {
        !self.questions.is_empty()
    }

    /// A run of a transaction begins, or is over.
    pub(super) fn forget_questions(&mut self) {
        self.questions.clear();
    }

    pub(super) fn disconnect(&mut self) {
        self.connections.clear();
    }

    fn find(&self, of: Lsn, subject: &Subject) -> Option<usize> {
        if self.of != of {
            return None;
        }
        self.answers.iter().position(|answer| answer.subject == *subject)
    }

    /// Why a node does not answer.
    pub(super) fn refusal(&self) -> &str {
        &self.refusal
    }

    /// Asks what is to be asked, until there are answers, or nobody is left to answer. Outside of any
    /// transaction. `head` shows others what the stream waits for.
    pub(super) fn ask<E: From<SpockError>>(
        &mut self,
        of: Lsn,
        subscription: Oid,
        head: Option<&Cell>,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        if self.of != of {
            self.of = of;
            self.answers.clear();
        }
        let mut wait = OwnerWait::new(head);
        let mut told = wait.began;
        while let Some(question) = self.questions.pop() {
            transaction::check_for_interrupts();
            bgworker::reload_config_if_asked();
            let now = latch::steady_micros();
            if now - told >= KEEP_ALIVE {
                told = now;
                keep_alive()?;
            }
            let answered = self.answer(&question, subscription);
            let Question { subject, .. } = &question;
            let values = match answered {
                Ok(Reply::Values(values)) => Some(values),
                Ok(Reply::NotYet) => {
                    self.questions.push(question);
                    latch::wait(LOOK_AGAIN);
                    continue;
                }
                Ok(Reply::Gone) => {
                    NO_SUBSCRIPTION.clone_into(&mut self.refusal);
                    None
                }
                Err(error) if cannot_ever(&error) => {
                    tell(&question, &error, "The change is left pending.");
                    self.refusal = error.message;
                    None
                }
                Err(error) => {
                    // A query that failed half way leaves its transaction open.
                    transaction::abort();
                    self.connections.retain(|(node, _)| *node != subject.owner);
                    wait.failed(&question, &error);
                    self.questions.push(question);
                    continue;
                }
            };
            wait.answered();
            statistics::count_rare(subscription, Rare::ValueAsked);
            if values.as_ref().is_some_and(|values| !values.is_empty()) {
                statistics::count_rare(subscription, Rare::ValueFetched);
            }
            self.answers.push(Answer { subject: question.subject, values });
        }
        failpoint::hit("apply.values_asked");
        Ok(())
    }

    /// What the owner says.
    fn answer(&mut self, question: &Question, own: Oid) -> Result<Reply, SpockError> {
        let owner = question.subject.owner;
        let place = match self.connections.iter().position(|(node, _)| *node == owner) {
            Some(place) => place,
            None => {
                let Some(connection) = connect(owner, own)? else { return Ok(Reply::Gone) };
                self.connections.push((owner, connection));
                self.connections.len() - 1
            }
        };
        let connection = &mut self.connections[place].1;
        let is_over = question.xid.map_or_else(|| "true".to_owned(), seen);
        let texts: Vec<String> =
            question.columns.iter().map(|name| format!("t.{name}::pg_catalog.text")).collect();
        let query = format!(
            "SELECT ({is_over})::pg_catalog.text, (t.is_here)::pg_catalog.text, {} \
             FROM (SELECT) s LEFT JOIN (SELECT true AS is_here, * FROM {} WHERE {}) t ON true",
            texts.join(", "),
            question.table,
            question.subject.key
        );
        let count = question.columns.len() + 2;
        let asked = deadline::with_limit(ANSWER_LIMIT, || connection.query_row(&query, count));
        let row = match asked {
            Ok(row) => row?,
            Err(deadline::Expired) => {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
                    "peer did not answer in time",
                ));
            }
        };
        let mut values = row.into_iter();
        if values.next().flatten().as_deref() != Some("true") {
            return Ok(Reply::NotYet);
        }
        let is_here = values.next().flatten().is_some();
        let answered = question.attributes.iter().copied().zip(values);
        Ok(Reply::Values(if is_here { answered.collect() } else { Vec::new() }))
    }
}

/// A condition of SQL: the query's own snapshot shows this transaction. It is then neither listed as running
/// nor as late as the snapshot's end, behind which nothing is listed: the newest transaction stands there until
/// its commit can be seen, when no later one was over before it.
fn seen(xid: u32) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_snapshot_xip(pg_catalog.pg_current_snapshot()) x \
             WHERE x::pg_catalog.text::pg_catalog.int8 % 4294967296 = {xid}) \
         AND (pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8 \
                  % 4294967296 - {xid} + 4294967296) % 4294967296 BETWEEN 1 AND 2147483647"
    )
}

/// What came of a question.
enum Reply {
    Values(Texts),
    /// The owner cannot see its own commit yet.
    NotYet,
    /// There is nobody to ask.
    Gone,
}

/// A connection to a node; none where this node does not follow it any more.
fn connect(owner: NodeId, own: Oid) -> Result<Option<Connection>, SpockError> {
    let found = bgworker::transaction(|| way_to(owner, own)).map_err(CaughtError::into_error)?;
    let Some(subscription) = found else { return Ok(None) };
    let dsn = subscription.provider_interface.dsn.reveal().to_owned();
    Connection::connect_within(&dsn, APPLICATION, Mode::Sql, CONNECT_LIMIT).map(Some)
}

/// The enabled subscription to a node, or one by which its changes come: the stream's own before others. In
/// a transaction.
fn way_to(owner: NodeId, own: Oid) -> Option<Subscription> {
    let direct = subscription::of_provider(owner).into_iter().find(|to| to.enabled);
    direct.or_else(|| {
        let mut ways = subscription::all();
        ways.retain(|way| way.enabled && way.forwards_all());
        ways.into_iter().min_by_key(|way| way.id != own)
    })
}

/// The wait for owners that do not answer.
struct OwnerWait<'a> {
    head: Option<&'a Cell>,
    /// Times of the steady clock, and of the wall clock.
    began: i64,
    warned: i64,
    since: i64,
    pause: u64,
    is_shown: bool,
}

impl<'a> OwnerWait<'a> {
    fn new(head: Option<&'a Cell>) -> Self {
        let began = latch::steady_micros();
        let (warned, since) = (began - WARN_EVERY + WARN_AFTER, transaction::now());
        Self { head, began, warned, since, pause: PAUSES.0, is_shown: false }
    }

    /// An attempt failed: shows that, and waits for the next one.
    fn failed(&mut self, question: &Question, error: &SpockError) {
        let node = question.subject.owner;
        if let Some(head) = self.head {
            head.wait_for(Waiting { node, since: self.since, alarmed: true });
        }
        bgworker::report_activity(Some(&format!("waiting for values of node {node}")));
        self.is_shown = true;
        let now = latch::steady_micros();
        if now - self.warned >= WARN_EVERY {
            self.warned = now;
            tell(question, error, "The stream stands still until that node answers.");
        }
        latch::wait(Duration::from_millis(self.pause));
        self.pause = (self.pause * 2).min(PAUSES.1);
    }

    fn answered(&mut self) {
        self.pause = PAUSES.0;
    }
}

impl Drop for OwnerWait<'_> {
    fn drop(&mut self) {
        if self.is_shown {
            bgworker::report_activity(None);
            if let Some(head) = self.head {
                head.wait_over();
            }
        }
    }
}

/// Asking again would not help: the other side has no such table or column, or does not let us read it.
fn cannot_ever(error: &SpockError) -> bool {
    matches!(
        error.code,
        PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE
            | PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN
            | PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT
            | PgSqlErrorCode::ERRCODE_INVALID_SCHEMA_NAME
            | PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE
    )
}

fn tell(question: &Question, error: &SpockError, what_now: &str) {
    SpockError::new(
        error.code,
        format!(
            "node {} could not be asked for values of a row of {}: {}",
            question.subject.owner, question.table, error.message
        ),
    )
    .detail(what_now)
    .report(PgLogLevel::WARNING);
}

impl Applier {
    /// The answer of the winning version's node for the row whose key stands in the new row, or the question
    /// noted; the second result is where the answer stands. `provisional`: the change can be tried without.
    #[cold]
    pub(super) fn ask_owner(
        &mut self,
        position: usize,
        version: Version,
        provisional: bool,
    ) -> (Fetch, Option<usize>) {
        let owner = version.node;
        if owner == self.ends.local {
            return (Fetch::Own, None);
        }
        self.ready(true);
        if !self.causes.is_patient() {
            // What was found was copied from the provider.
            return (if provisional { Fetch::Own } else { Fetch::Unable }, None);
        }
        let Some(way) = way_to(owner, self.ends.subscription_id) else {
            NO_SUBSCRIPTION.clone_into(&mut self.causes.values.refusal);
            return (Fetch::Unable, None);
        };
        let of = self.remote.final_lsn;
        let xid = (way.provider.id == self.ends.provider).then_some(self.remote.xid);
        let relation = self.relations.at(position);
        let table = relation.sql_name();
        let Some(open) = &relation.open else { return (Fetch::Own, None) };
        let mut columns = open.target.large_columns();
        columns.retain(|(attribute, _)| open.comes_from_provider(*attribute));
        let Some(key) = open.target.key_condition().filter(|_| !columns.is_empty()) else {
            return (Fetch::Own, None);
        };
        let relation = open.target.relation_oid().to_u32();
        let subject = Subject { owner: version.node, relation, key, version };
        let values = &mut self.causes.values;
        if let Some(at) = values.find(of, &subject) {
            return match values.answers[at].values {
                Some(_) => (Fetch::Ready, Some(at)),
                None => (Fetch::Unable, None),
            };
        }
        if values.questions.iter().all(|question| question.subject != subject) {
            let (attributes, columns) = columns.into_iter().unzip();
            values.questions.push(Question { subject, table, attributes, columns, xid });
        }
        if provisional && values.questions.len() < QUESTIONS {
            (Fetch::Noted, None)
        } else {
            (Fetch::Ask, None)
        }
    }

    /// Makes the new row what its resolver makes of it and of the row that was found, with the values that
    /// the latter's node answered.
    #[cold]
    pub(super) fn resolve(&mut self, position: usize, new_is_newer: bool, kept: Option<usize>) {
        let Self { relations, causes, .. } = self;
        let Some(open) = &mut relations.at(position).open else { return };
        let kept = kept.and_then(|at| causes.values.answers.get(at));
        let values = kept.and_then(|answer| answer.values.as_deref()).unwrap_or_default();
        open.target.resolve(new_is_newer, values);
    }

    /// Completes the new row of an insert that leaves values out. False when the provider has no such row
    /// any more: what became of it is still to come.
    #[cold]
    pub(super) fn complete_insert(&mut self, position: usize) -> bool {
        match self.ask_owner(position, self.remote.side.version, false) {
            (Fetch::Ready, Some(at)) => {
                let values = &self.causes.values.answers;
                let gone = |answer: &Answer| answer.values.as_ref().is_some_and(Vec::is_empty);
                if values.get(at).is_some_and(gone) {
                    SpockError::new(
                        PgSqlErrorCode::ERRCODE_WARNING,
                        format!(
                            "an insert into {} left out values, and its row is not at the provider any more",
                            self.relations.name(position)
                        ),
                    )
                    .detail("The row is left out, too.")
                    .report(PgLogLevel::WARNING);
                    return false;
                }
                let wanted = std::mem::take(&mut self.unchanged);
                self.put_answer(position, at, Some(&wanted));
                self.unchanged = wanted;
                true
            }
            (Fetch::Ask, _) => self.await_values(),
            _ => SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!("an insert into {} left out values", self.relations.name(position)),
            )
            .detail("The node that wrote the row cannot be asked for them.")
            .raise(),
        }
    }

    /// Puts what a node answered into the new row, for the attributes that `wanted` has.
    pub(super) fn put_answer(&mut self, position: usize, at: usize, wanted: Option<&[usize]>) {
        let Self { relations, causes, .. } = self;
        let Some(open) = &mut relations.at(position).open else { return };
        let Some(answer) = causes.values.answers.get(at) else { return };
        for (attribute, text) in answer.values.iter().flatten() {
            if wanted.is_none_or(|wanted| wanted.contains(attribute)) {
                open.target.set_text(*attribute, text.as_deref());
            }
        }
    }
}
