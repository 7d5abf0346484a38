//! The DDL lock of the transaction of this process.
//!
//! It is given back with the transaction, by closing the connections: that cannot fail, wait or raise, so it
//! can be done in whatever way the transaction ends.

use std::cell::RefCell;
use std::time::Duration;

use pgrx::PgSqlErrorCode;
use spock_core::oid::{NodeId, Oid};

use super::site;
use crate::pg::callbacks::{self, XactEvent, XactWatcher};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::walreceiver::Connection;
use crate::pg::{deadline, transaction};

/// How long a node may take to say that its lock is still held.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// A node whose lock this transaction has.
pub(super) struct Grant {
    pub(super) id: NodeId,
    pub(super) name: String,
    /// None: this node itself, whose lock goes with the transaction.
    pub(super) connection: Option<Connection>,
}

/// What this transaction has.
pub(super) struct Held {
    pub(super) grants: Vec<Grant>,
    /// So many nodes' locks are needed.
    pub(super) needed: usize,
    /// Tables to which no other node's users can write.
    pub(super) rewritable: Vec<Oid>,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Keeps the lock to the end of the transaction.
pub(super) fn keep(held: Held) {
    HELD.with(|cell| *cell.borrow_mut() = Some(held));
    callbacks::want_end();
}

/// Whether this transaction has the lock. A rollback to a savepoint takes this node's away, and with it the
/// reason for all others.
pub(in crate::ddl) fn is_held() -> bool {
    if is_noted() && !site::holds() {
        give_back();
    }
    is_noted()
}

/// Does something with what this transaction has, if it has the lock.
pub(super) fn with<T>(body: impl FnOnce(&mut Held) -> T) -> Option<T> {
    HELD.with_borrow_mut(|held| held.as_mut().map(body))
}

fn is_noted() -> bool {
    HELD.with(|cell| cell.borrow().is_some())
}

/// Closes the connections.
fn give_back() {
    drop(HELD.with(RefCell::take));
}

/// Before the commit it is asked for once more; after the end of the transaction it is given back.
pub(crate) static WATCHER: XactWatcher = XactWatcher { interested: |_| is_noted(), act };

fn act(event: XactEvent) {
    match event {
        XactEvent::PreCommit => verify().or_raise(),
        XactEvent::PrePrepare => refuse_prepare().or_raise(),
        XactEvent::Commit | XactEvent::Abort | XactEvent::Prepare => {
            give_back();
        }
    }
}

fn refuse_prepare() -> Result<(), SpockError> {
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        "cannot PREPARE a transaction that has the DDL lock",
    ))
}

/// A lock that was lost meanwhile may be somebody else's by now.
fn verify() -> Result<(), SpockError> {
    // No statement runs any more whose snapshot could be used.
    transaction::push_snapshot();
    let holds = is_held();
    transaction::pop_snapshot();
    if !holds {
        return Ok(());
    }
    let Some(mut held) = HELD.with(RefCell::take) else { return Ok(()) };
    let mut lost = deny(&mut held.grants, "SELECT spock.ddl_lock_holds()::text");
    let mut needed = held.needed;
    if !held.rewritable.is_empty() {
        // Every gate counts; and they are told to wait only when all are there.
        needed = held.grants.len();
        if lost.is_empty() {
            lost = deny(&mut held.grants, "SELECT spock.ddl_gate_keep()::text");
        }
    }
    if held.grants.len() - lost.len() < needed {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
            format!("the DDL lock of node {} was lost before the commit", lost.join(", ")),
        )
        .hint("Try again when that node can be reached."));
    }
    keep(held);
    Ok(())
}

/// The nodes that do not say yes.
fn deny(grants: &mut [Grant], query: &str) -> Vec<String> {
    let mut lost = Vec::new();
    for grant in grants {
        let Some(connection) = &mut grant.connection else { continue };
        let answer = deadline::with_limit(ANSWER_LIMIT, || connection.query_row(query, 1));
        let says_yes =
            matches!(answer, Ok(Ok(row)) if row.first().and_then(Option::as_deref) == Some("true"));
        if !says_yes {
            lost.push(grant.name.clone());
        }
    }
    lost
}
