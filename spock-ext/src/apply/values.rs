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

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::Version;
use spock_core::converge::Fetch;
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::applier::Applier;
use crate::catalog::subscription;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{bgworker, deadline, failpoint, latch, transaction};

const APPLICATION: &str = "spock values";
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// Questions that are gathered before they are asked.
const QUESTIONS: usize = 1000;
/// Between two looks whether the owner can see its own commit.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// Shortest and longest pause after a failure.
const PAUSES: (u64, u64) = (100, 5_000);
/// A wait of this length is worth a warning, as often.
const WARN_EVERY: i64 = 60_000_000;
const KEEP_ALIVE: i64 = 1_000_000;

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

/// What a node answered.
#[derive(Debug)]
struct Answer {
    subject: Subject,
    values: Texts,
}

/// Questions and answers of one transaction.
#[derive(Default)]
pub(super) struct Values {
    of: Lsn,
    questions: Vec<Question>,
    answers: Vec<Answer>,
    connections: Vec<(NodeId, Connection)>,
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

    /// Asks what is to be asked, until there are answers. Outside of any transaction.
    pub(super) fn ask<E: From<SpockError>>(
        &mut self,
        of: Lsn,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        if self.of != of {
            self.of = of;
            self.answers.clear();
        }
        let began = latch::steady_micros();
        let (mut told, mut warned) = (began, began - WARN_EVERY + 10_000_000);
        let mut pause = PAUSES.0;
        while let Some(question) = self.questions.pop() {
            transaction::check_for_interrupts();
            bgworker::reload_config_if_asked();
            let now = latch::steady_micros();
            if now - told >= KEEP_ALIVE {
                told = now;
                keep_alive()?;
            }
            match self.answer(&question) {
                Ok(Some(values)) => {
                    pause = PAUSES.0;
                    self.answers.push(Answer { subject: question.subject, values });
                }
                Ok(None) => {
                    self.questions.push(question);
                    latch::wait(LOOK_AGAIN);
                }
                Err(error) if cannot_ever(&error) => {
                    tell(&question, &error, "The values that stand here are kept.");
                    self.answers.push(Answer { subject: question.subject, values: Vec::new() });
                }
                Err(error) => {
                    // A query that failed half way leaves its transaction open.
                    transaction::abort();
                    self.connections.retain(|(node, _)| *node != question.subject.owner);
                    if now - warned >= WARN_EVERY {
                        warned = now;
                        tell(&question, &error, "The stream stands still until that node answers.");
                    }
                    self.questions.push(question);
                    latch::wait(Duration::from_millis(pause));
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
        failpoint::hit("apply.values_asked");
        Ok(())
    }

    /// The owner's values; none while it cannot see its own commit yet.
    fn answer(&mut self, question: &Question) -> Result<Option<Texts>, SpockError> {
        let owner = question.subject.owner;
        let place = match self.connections.iter().position(|(node, _)| *node == owner) {
            Some(place) => place,
            None => {
                self.connections.push((owner, connect(owner)?));
                self.connections.len() - 1
            }
        };
        let connection = &mut self.connections[place].1;
        let is_over = question.xid.map_or_else(
            || "true".to_owned(),
            |xid| {
                format!(
                    "NOT EXISTS (SELECT FROM pg_catalog.pg_snapshot_xip(pg_catalog.pg_current_snapshot()) x \
                     WHERE x::pg_catalog.text::pg_catalog.int8 % 4294967296 = {xid})"
                )
            },
        );
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
            return Ok(None);
        }
        let is_here = values.next().flatten().is_some();
        let answered = question.attributes.iter().copied().zip(values);
        Ok(Some(if is_here { answered.collect() } else { Vec::new() }))
    }
}

fn connect(owner: NodeId) -> Result<Connection, SpockError> {
    let found = bgworker::transaction(|| subscription::of_provider(owner))
        .map_err(CaughtError::into_error)?;
    let Some(subscription) = found.into_iter().next() else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            format!("there is no subscription to node {owner}"),
        ));
    };
    let dsn = subscription.provider_interface.dsn.reveal().to_owned();
    Connection::connect_within(&dsn, APPLICATION, Mode::Sql, CONNECT_LIMIT)
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
        if !self.causes.is_patient() || subscription::of_provider(owner).is_empty() {
            return (Fetch::Unable, None);
        }
        let of = self.remote.final_lsn;
        let xid = (owner == self.ends.provider).then_some(self.remote.xid);
        let relation = self.relations.at(position);
        let table = relation.sql_name();
        let Some(open) = &relation.open else { return (Fetch::Unable, None) };
        let mut columns = open.target.large_columns();
        columns.retain(|(attribute, _)| open.comes_from_provider(*attribute));
        let Some(key) = open.target.key_condition().filter(|_| !columns.is_empty()) else {
            return (Fetch::Unable, None);
        };
        let relation = open.target.relation_oid().to_u32();
        let subject = Subject { owner: version.node, relation, key, version };
        let values = &mut self.causes.values;
        if let Some(at) = values.find(of, &subject) {
            return (Fetch::Ready, Some(at));
        }
        if values.questions.iter().all(|question| question.subject != subject) {
            let (attributes, columns) = columns.into_iter().unzip();
            values.questions.push(Question { subject, table, attributes, columns, xid });
        }
        if provisional && values.questions.len() < QUESTIONS {
            (Fetch::Unable, None)
        } else {
            (Fetch::Ask, None)
        }
    }

    /// Puts what a node answered into the new row, for the attributes that `wanted` has.
    pub(super) fn put_answer(&mut self, position: usize, at: usize, wanted: Option<&[usize]>) {
        let Self { relations, causes, .. } = self;
        let Some(open) = &mut relations.at(position).open else { return };
        let Some(answer) = causes.values.answers.get(at) else { return };
        for (attribute, text) in &answer.values {
            if wanted.is_none_or(|wanted| wanted.contains(attribute)) {
                open.target.set_text(*attribute, text.as_deref());
            }
        }
    }
}
