//! A node's own DDL lock, as other nodes ask for it over a connection, and as this node takes it.
//!
//! Two advisory locks: in the *queue* the sessions of this node wait for their turn, so that whoever waits for
//! another session of the same node waits where the deadlock detector looks; the *lock* itself is what all
//! nodes ask for. Who has it stands in `spock.ddl_lock`, which counts only while that session holds the lock.

use std::time::Duration;

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::gate::HeldUp;
use crate::catalog::{node, subscription};
use crate::pg::database::my_database;
use crate::pg::error::SpockError;
use crate::pg::latch;
use crate::pg::spi;
use crate::worker::{head, horizon};

/// The key of advisory locks of ours.
const CLASS: i64 = 0x7370_6f6b;
const QUEUE: i64 = 1;
const LOCK: i64 = 2;

/// Pause between two looks at the streams.
const POLL: Duration = Duration::from_millis(5);

/// Who has a node's lock.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holder {
    pub(crate) node: String,
    pub(crate) statement: String,
    pub(crate) since: i64,
}

/// What a node answers who asks for its lock.
pub(crate) enum Answer {
    /// It is yours; up to there this node's log has to be applied by all others.
    Granted(Lsn),
    Taken(Holder),
}

/// Settings of the session that keeps the lock for another node: it ends when that node is gone, within half a
/// minute, and for no other reason: also while it waits, and while an answer to it is on its way, for which there are
/// no keepalives.
const SESSION: &str = "SELECT set_config(s.name, s.value, false)
       FROM (VALUES ('client_connection_check_interval', '2s'), ('tcp_keepalives_idle', '10'),
                    ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
                    ('tcp_user_timeout', '25s'), ('statement_timeout', '0'),
                    ('idle_session_timeout', '0')) s (name, value)";

/// Gives this node's lock to another node, for as long as this session lasts. `wait` is how long it may be
/// waited for; none: not at all.
pub(crate) fn give(
    holder: &str,
    statement: &str,
    wait: Option<Duration>,
) -> Result<Answer, SpockError> {
    spi::select(SESSION, &[]);
    if !lock(LOCK, Scope::Session, wait) {
        return Ok(Answer::Taken(self::holder().unwrap_or_default()));
    }
    spi::execute("DELETE FROM spock.ddl_lock", &[]);
    spi::execute(
        "INSERT INTO spock.ddl_lock (pid, started, holder, statement, since)
         SELECT a.pid, a.backend_start, $1, $2, clock_timestamp()
           FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()",
        &[holder.into(), statement.into()],
    );
    // Whoever had it before has committed, or not, and that is in the log.
    Ok(Answer::Granted(horizon::take()?.1))
}

/// Takes this node's lock for this transaction.
pub(super) fn take_own(wait: Option<Duration>) -> Result<Answer, SpockError> {
    if !lock(LOCK, Scope::Transaction, wait) {
        return Ok(Answer::Taken(holder().unwrap_or_default()));
    }
    Ok(Answer::Granted(horizon::take()?.1))
}

/// Waits for the turn among the sessions of this node; false when that is not waited for.
pub(super) fn queue_up(wait: Option<Duration>) -> bool {
    lock(QUEUE, Scope::Transaction, wait)
}

/// Whether this session holds this node's lock.
pub(crate) fn holds() -> bool {
    spi::select_one(
        "SELECT 1 FROM pg_locks
          WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = $1::oid AND objid = $2::oid AND objsubid = 2",
        &[CLASS.into(), LOCK.into()],
    )
    .is_some()
}

/// Who has this node's lock.
fn holder() -> Option<Holder> {
    let row = spi::select_one("SELECT holder, statement, since FROM spock.ddl_locks LIMIT 1", &[])?;
    Some(Holder {
        node: row.get(0),
        statement: row.get::<Option<String>>(1).unwrap_or_default(),
        since: row.get::<Option<i64>>(2).unwrap_or_default(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Session,
    Transaction,
}

/// Takes an advisory lock; waits no longer than `lock_timeout` says then, which raises.
fn lock(which: i64, scope: Scope, wait: Option<Duration>) -> bool {
    let keys = [CLASS.into(), which.into()];
    let Some(wait) = wait else {
        let query = match scope {
            Scope::Session => "SELECT pg_try_advisory_lock($1::integer, $2::integer)",
            Scope::Transaction => "SELECT pg_try_advisory_xact_lock($1::integer, $2::integer)",
        };
        return spi::select_one(query, &keys).is_some_and(|row| row.get(0));
    };
    let before = set_lock_timeout(&format!("{}ms", wait.as_millis().max(1)));
    let query = match scope {
        Scope::Session => "SELECT pg_advisory_lock($1::integer, $2::integer)::text",
        Scope::Transaction => "SELECT pg_advisory_xact_lock($1::integer, $2::integer)::text",
    };
    spi::select(query, &keys);
    set_lock_timeout(&before);
    true
}

/// Sets it for the transaction, and says what it was.
pub(super) fn set_lock_timeout(value: &str) -> String {
    spi::select_one(
        "SELECT current_setting('lock_timeout'), set_config('lock_timeout', $1, true)",
        &[value.into()],
    )
    .map_or_else(|| "0".to_owned(), |row| row.get(0))
}

/// Waits until the streams of this node have applied these nodes' logs up to there; the name of a node whose
/// stream did not in time. A node that this one does not hear is not waited for.
pub(crate) fn catch_up(vector: &[(NodeId, Lsn)], limit: Duration) -> Option<String> {
    let db = my_database();
    let wanted: Vec<_> = subscription::all()
        .into_iter()
        .filter(|sub| sub.enabled)
        .filter_map(|sub| {
            let (_, lsn) = vector.iter().find(|(node, _)| *node == sub.provider.id)?;
            Some((sub.id, sub.provider.id, *lsn))
        })
        .collect();
    let began = latch::steady_micros();
    let mut held_up = HeldUp::new();
    loop {
        let behind = wanted.iter().find(|(sub, _, lsn)| {
            head::of_subscription(db, *sub).is_none_or(|head| head.passed < *lsn)
        });
        let (_, node, _) = behind?;
        let limit = i64::try_from(limit.as_micros()).unwrap_or(i64::MAX);
        if latch::steady_micros() - began >= limit {
            return Some(node::name_of(*node));
        }
        held_up.look();
        latch::wait(POLL);
    }
}
