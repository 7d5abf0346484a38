//! Dealing with changes that could not be applied.

mod replay;

use pgrx::pg_extern;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, missing, not_now, require_local_node};
use crate::catalog::exceptions::{self, Logged, Transaction};
use crate::catalog::origin_history;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Rows};
use crate::pg::session_origin::{self, SessionOrigin};
use crate::pg::{database, origin, session, transaction};
use replay::Outcome;

/// `spock.exception_retry()`: applies the changes of a transaction that were left out, from their
/// images in the log, or says what would come of it.
///
/// The rows get the version that the remote transaction has: the transaction carries its commit time
/// and an origin that stands for its node. They do not travel on, because everybody else has them.
#[pg_extern(sql = false)]
fn exception_retry(
    remote_origin: In<Oid>,
    remote_commit_ts: In<i64>,
    remote_xid: In<i64>,
    dry_run: bool,
) -> Rows {
    let retry = || -> Result<_, SpockError> {
        require_local_node()?;
        let node = node_of(remote_origin.0)?;
        let failed = exceptions::newest_pending(node, remote_commit_ts.0, remote_xid.0)
            .ok_or_else(|| {
                missing("no change of that transaction waits in spock.exceptions_pending")
            })?;
        if dry_run {
            return rehearse(&failed);
        }
        if session::in_transaction_block() {
            return Err(not_now("exception_retry cannot be run inside a transaction block")
                .detail("The whole transaction gets the commit time of the remote one."));
        }
        if session_origin::is_held() {
            return Err(not_now("a statement can retry one remote transaction only")
                .detail("It gets the commit time of the remote one.")
                .hint("Run a statement for each of them, as with \\gexec in psql."));
        }
        take_version_of(&failed)?;
        perform(&failed, false)
    };
    let rows = retry().or_raise();
    let row = |(change, outcome): (Logged, Outcome)| {
        vec![
            change.command_counter.into(),
            change.operation.into(),
            change.schema.into(),
            change.table.into(),
            outcome.word(dry_run).into(),
            outcome.detail.into(),
        ]
    };
    Rows(rows.into_iter().map(row).collect())
}

/// `spock.exception_resolve()`: somebody has dealt with the changes in another way. False when nothing
/// of the transaction waits.
#[pg_extern(sql = false)]
fn exception_resolve(
    remote_origin: In<Oid>,
    remote_commit_ts: In<i64>,
    remote_xid: In<i64>,
    note: In<String>,
) -> bool {
    let resolve = || -> Result<bool, SpockError> {
        require_local_node()?;
        let node = node_of(remote_origin.0)?;
        let failed = exceptions::newest_pending(node, remote_commit_ts.0, remote_xid.0);
        if let Some(failed) = &failed {
            exceptions::settle_all(failed, &note.0);
        }
        Ok(failed.is_some())
    };
    resolve().or_raise()
}

fn node_of(id: Oid) -> Result<NodeId, SpockError> {
    NodeId::from_oid(id).ok_or_else(|| invalid(format!("{id} is no node id")))
}

type Outcomes = Vec<(Logged, Outcome)>;

/// Everything that a retry does, taken back at the end.
fn rehearse(failed: &Transaction) -> Result<Outcomes, SpockError> {
    const TAKEN_BACK: &str = "the rehearsal is over";
    let mut outcomes = Ok(Vec::new());
    let ended = transaction::in_subtransaction(&mut || {
        outcomes = perform(failed, true);
        not_now(TAKEN_BACK).raise();
    });
    match ended {
        Err(error) if error.message != TAKEN_BACK => Err(error.into_error()),
        _ => outcomes,
    }
}

fn perform(failed: &Transaction, rehearses: bool) -> Result<Outcomes, SpockError> {
    let before = replay::enter_replica_role();
    let mut outcomes = Vec::new();
    for change in exceptions::pending_changes(failed) {
        let outcome = replay::change(failed, &change, rehearses);
        if outcome.is_settled() {
            exceptions::settle(failed, change.command_counter, outcome.word(false));
        }
        outcomes.push((change, outcome));
    }
    exceptions::close_if_settled(failed);
    replay::leave_replica_role(&before);
    Ok(outcomes)
}

/// What this transaction commits will have the version of the remote one.
fn take_version_of(failed: &Transaction) -> Result<(), SpockError> {
    let provider = failed.remote_origin;
    // One for each node, for good: commit timestamps name it.
    let name = format!("spk_retry_{provider}_{}", database::my_database());
    let id = match origin::by_name(&name) {
        Some(id) => id,
        None => {
            let id = origin::create(&name, origin_history::highest_origin())?;
            origin_history::open(id, provider, 0);
            id
        }
    };
    let holder = SessionOrigin::acquire(id);
    holder.stamp(Lsn::INVALID, failed.remote_commit_ts);
    holder.hold_until_end();
    Ok(())
}
