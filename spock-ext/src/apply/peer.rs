//! Another node that may still bring the cause of a change: how far it has come, by proof.
//!
//! The peer is asked for a commit horizon (rule C3): a time and a position of its log such that all of
//! its commits before the time lie before the position. When its stream here has applied up to the
//! position, nothing older can come from it. Horizons that stood in the stream itself ([`passages`]) may
//! answer before anything is asked. A stream whose own head has a later commit time has passed
//! as well (C4): of streams that wait for each other, the one with the smallest time goes on.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::missing::Wait;
use spock_core::converge::passage::{self, Horizon, Neighbour, Passage};
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use crate::catalog::subscription::Subscription;
use crate::pg::error::SpockError;
use crate::pg::walreceiver::{Connection, Mode, micros};
use crate::pg::{deadline, latch, transaction};
use crate::worker::head::{self, Head};
use crate::worker::passages;

/// Name of these connections on the other side.
const APPLICATION: &str = "spock cause";
/// How long connecting may take: the stream stands meanwhile.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(6);
/// A peer that could not be asked for so long counts as unreachable.
const UNREACHABLE_AFTER: i64 = 10_000_000;
/// Shortest and longest pause between two attempts to ask a peer that cannot be asked.
const ATTEMPTS: (i64, i64) = (100_000, 5_000_000);
/// A commit that a peer without horizons has not finished by its sync event began at most so long ago.
const SLACK: i64 = 1_000_000;

/// Times travel as whole microseconds, positions as text.
const ASK_HORIZON: &str =
    concat!("SELECT ", micros!("h.ts"), ", h.lsn::pg_catalog.text FROM spock.commit_horizon() h");

/// The clock is read first.
const ASK_SYNC_EVENT: &str = concat!(
    "SELECT ",
    micros!("pg_catalog.clock_timestamp()"),
    ", spock.sync_event()::pg_catalog.text"
);

/// A subscription other than the stream's own.
pub(super) struct Peer {
    db: Oid,
    pub(super) subscription: Oid,
    pub(super) node: NodeId,
    /// Name of the node.
    pub(super) name: String,
    dsn: String,
    enabled: bool,
    connection: Option<Connection>,
    /// The peer knows no horizons.
    is_foreign: bool,
    /// What its stream has provably passed here, and the time of an answer that it has yet to reach.
    passage: Passage,
    asked: Option<i64>,
    /// What horizons in its stream prove.
    told: i64,
    /// As last seen.
    head: Option<Head>,
    /// It may still bring something, and can be waited for.
    is_alive: bool,
    /// Times of the steady clock: when asking began to fail (0: it does not), and when it may be tried
    /// again.
    failing_since: i64,
    next_attempt: i64,
    /// A wait for it ran out of time when its stream stood there.
    stalled_at: Option<Lsn>,
    /// It was told that the peer does not let itself be asked.
    refusal_told: bool,
}

impl Peer {
    pub(super) fn new(db: Oid, subscription: &Subscription) -> Self {
        Self {
            db,
            subscription: subscription.id,
            node: subscription.provider.id,
            name: subscription.provider.name.clone(),
            dsn: String::new(),
            enabled: false,
            connection: None,
            is_foreign: false,
            passage: Passage::default(),
            asked: None,
            told: i64::MIN,
            head: None,
            is_alive: true,
            failing_since: 0,
            next_attempt: 0,
            stalled_at: None,
            refusal_told: false,
        }
    }

    /// Takes over what the catalog says now.
    pub(super) fn update(&mut self, subscription: &Subscription) {
        self.enabled = subscription.enabled;
        let dsn = subscription.provider_interface.dsn.reveal();
        if self.dsn != dsn {
            self.dsn = dsn.to_owned();
            self.connection = None;
            (self.failing_since, self.next_attempt) = (0, 0);
        }
    }

    /// Looks how far it has come, asking it where that is needed; whether it is past a time.
    pub(super) fn look(&mut self, time: i64) -> bool {
        self.look_at_stream();
        if self.enabled && !self.is_past(time) && self.asked.is_none() {
            self.ask();
            self.look_at_stream();
        }
        if self.is_past(time) {
            self.stalled_at = None;
            return true;
        }
        if self.stalled_at != Some(self.position()) {
            self.stalled_at = None;
        }
        let failing = self.failing_since != 0
            && latch::steady_micros() - self.failing_since > UNREACHABLE_AFTER;
        self.is_alive = self.enabled && self.stalled_at.is_none() && !failing;
        false
    }

    fn look_at_stream(&mut self) {
        self.head = head::of_subscription(self.db, self.subscription);
        self.passage.applied(self.position());
        if let Some(passage) = passages::of_subscription(self.db, self.subscription) {
            self.told = passage.time;
        }
        if self.asked.is_some_and(|time| self.passage.passed() >= time) {
            self.asked = None;
        }
    }

    /// Up to where its stream is applied here.
    fn position(&self) -> Lsn {
        self.head.map_or(Lsn::INVALID, |head| head.passed)
    }

    /// As last seen, for the rules.
    pub(super) fn neighbour(&self) -> Neighbour {
        Neighbour {
            passed: self.passage.passed().max(self.told),
            head: self.head.and_then(|head| head.commit_time),
            is_alive: self.is_alive,
        }
    }

    /// Whether nothing up to that time can come from it, as last seen.
    pub(super) fn is_past(&self, time: i64) -> bool {
        passage::search(time, std::iter::once(self.neighbour())) == Wait::Proved
    }

    /// The wait for it ran out of time: the next ones do not wait until its stream moves.
    pub(super) fn give_up(&mut self) {
        self.stalled_at = Some(self.position());
        self.is_alive = false;
    }

    pub(super) fn disconnect(&mut self) {
        self.connection = None;
    }

    /// Says once that the peer does not let us ask.
    #[cold]
    fn tell_of_refusal(&mut self, error: &SpockError) {
        if std::mem::replace(&mut self.refusal_told, true) {
            return;
        }
        SpockError::new(
            error.code,
            format!(
                "node {} does not let this node ask how far it has come: {}",
                self.name, error.message
            ),
        )
        .detail("A change that builds on one of that node which is still on its way is not waited for.")
        .hint(
            "On that node, GRANT USAGE ON SCHEMA spock, and EXECUTE ON FUNCTION spock.commit_horizon, to \
             the role by which this node connects.",
        )
        .report(PgLogLevel::WARNING);
    }

    /// Asks for a horizon, if that may be tried now. A failure counts, and is told to nobody, but for a
    /// refusal: it shows in the state of that peer's own subscription.
    fn ask(&mut self) {
        let now = latch::steady_micros();
        if now < self.next_attempt {
            return;
        }
        match self.answer() {
            Ok((time, lsn)) => {
                // How far the peer itself has come in others' changes is of no interest here.
                self.passage.answer(Horizon { time, lsn, applied: i64::MIN });
                self.asked = Some(time);
                self.failing_since = 0;
                self.next_attempt = 0;
            }
            Err(error) => {
                self.connection = None;
                // A query that failed half way leaves its transaction open.
                transaction::abort();
                if is_unknown(&error) && !self.is_foreign {
                    self.is_foreign = true;
                    return;
                }
                if is_refused(&error) {
                    self.tell_of_refusal(&error);
                }
                let now = latch::steady_micros();
                if self.failing_since == 0 {
                    self.failing_since = now;
                }
                let (shortest, longest) = ATTEMPTS;
                self.next_attempt = now + (now - self.failing_since).clamp(shortest, longest);
            }
        }
    }

    fn answer(&mut self) -> Result<(i64, Lsn), SpockError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::connect_within(&self.dsn, APPLICATION, Mode::Sql, CONNECT_LIMIT)?,
        };
        let connection = self.connection.insert(connection);
        if !self.is_foreign {
            return horizon_of(connection, ANSWER_LIMIT);
        }
        let (time, position) = ask(connection, ASK_SYNC_EVENT, ANSWER_LIMIT)?;
        Ok((time - SLACK, position))
    }
}

/// Asks a node for a commit horizon.
pub(crate) fn horizon_of(
    connection: &mut Connection,
    limit: Duration,
) -> Result<(i64, Lsn), SpockError> {
    ask(connection, ASK_HORIZON, limit)
}

fn ask(
    connection: &mut Connection,
    command: &str,
    limit: Duration,
) -> Result<(i64, Lsn), SpockError> {
    let row = match deadline::with_limit(limit, || connection.query_row(command, 2)) {
        Ok(row) => row?,
        Err(deadline::Expired) => return Err(unusable("peer did not answer in time")),
    };
    let mut values = row.into_iter().flatten();
    let time = values.next().and_then(|text| text.parse::<i64>().ok());
    let position = values.next().and_then(|text| text.parse::<Lsn>().ok());
    time.zip(position).ok_or_else(|| unusable("peer gave an unreadable commit horizon"))
}

fn unusable(message: &str) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE, message)
}

/// Whether the peer does not know the function, or does not let us use it.
fn is_unknown(error: &SpockError) -> bool {
    error.code == PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION || is_refused(error)
}

fn is_refused(error: &SpockError) -> bool {
    error.code == PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE
}
