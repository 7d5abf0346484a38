//! The DDL lock between nodes: for people, and for the nodes that ask for it.

use std::time::Duration;

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, not_now, require_local_node};
use crate::ddl::lock::site::{self, Answer};
use crate::ddl::lock::{self, gate};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out, Record, Rows};
use crate::pg::session;
use crate::pg::value::Value;
use crate::pg::write_gate::{self, Gate, State};

/// `spock.ddl_lock_acquire()`: takes it for this transaction, whatever `spock.ddl_lock` says.
#[pg_extern(sql = false)]
fn ddl_lock_acquire(statement: In<String>) {
    let acquire = || {
        require_local_node()?;
        if !session::in_transaction_block() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_NO_ACTIVE_SQL_TRANSACTION,
                "spock.ddl_lock_acquire() can only be used in transaction blocks",
            )
            .detail("The lock is given back when the transaction ends."));
        }
        lock::acquire(&statement.0, true)
    };
    acquire().or_raise();
}

/// `spock.ddl_lock_give()`: what other nodes ask for.
#[pg_extern(sql = false)]
fn ddl_lock_give(holder: In<String>, statement: In<String>, wait_ms: In<i64>) -> Record {
    let give = || {
        require_local_node()?;
        if session::in_recovery() {
            return Err(not_now("recovery is in progress"));
        }
        let wait = u64::try_from(wait_ms.0).ok().filter(|ms| *ms > 0).map(Duration::from_millis);
        site::give(&holder.0, &statement.0, wait)
    };
    Record(match give().or_raise() {
        Answer::Granted(lsn) => {
            vec![true.into(), Value::Null, Value::Null, Value::Null, lsn.into()]
        }
        Answer::Taken(holder) => vec![
            false.into(),
            holder.node.into(),
            holder.statement.into(),
            Value::Timestamp(holder.since),
            Value::Null,
        ],
    })
}

/// `spock.ddl_lock_holds()`: whether this session keeps this node's lock.
#[pg_extern(sql = false)]
fn ddl_lock_holds() -> bool {
    site::holds()
}

/// `spock.ddl_lock_catch_up()`: waits until this node has applied these nodes' logs up to these positions.
#[pg_extern(sql = false)]
fn ddl_lock_catch_up(
    nodes: In<Vec<String>>,
    positions: In<Vec<String>>,
    wait_ms: In<i64>,
) -> Option<Out<String>> {
    let catch_up = || {
        require_local_node()?;
        if nodes.0.len() != positions.0.len() {
            return Err(invalid("there must be one position for each node"));
        }
        let mut vector = Vec::with_capacity(nodes.0.len());
        for (node, position) in nodes.0.iter().zip(&positions.0) {
            let id = node.parse::<Oid>().ok().and_then(NodeId::from_oid);
            let lsn = position.parse::<Lsn>().ok();
            vector.push(id.zip(lsn).ok_or_else(|| invalid("unreadable node or position"))?);
        }
        let limit = Duration::from_millis(u64::try_from(wait_ms.0).unwrap_or(0));
        Ok(site::catch_up(&vector, limit))
    };
    catch_up().or_raise().map(Out)
}

/// `spock.ddl_gate_close()`: keeps users from writing to tables that another node is about to rewrite.
#[pg_extern(sql = false)]
fn ddl_gate_close(
    for_node: In<String>,
    schemas: In<Vec<String>>,
    tables: In<Vec<String>>,
    wait_ms: In<i64>,
) -> Out<Lsn> {
    let close = || {
        require_local_node()?;
        if schemas.0.len() != tables.0.len() {
            return Err(invalid("there must be one schema for each table"));
        }
        let names: Vec<_> = schemas.0.into_iter().zip(tables.0).collect();
        let limit = Duration::from_millis(u64::try_from(wait_ms.0).unwrap_or(0));
        gate::close(&for_node.0, &names, limit)
    };
    Out(close().or_raise())
}

/// `spock.ddl_gate_keep()`: keeps them away until the statement has been applied here; whether they are.
#[pg_extern(sql = false)]
fn ddl_gate_keep() -> bool {
    gate::keep()
}

/// `spock.ddl_gates_open()`: lets users in again where the statement does not come.
#[pg_extern(sql = false)]
fn ddl_gates_open() -> i32 {
    i32::try_from(write_gate::give_up()).unwrap_or(i32::MAX)
}

/// `spock.write_gates()`: the tables that users cannot write to at the moment.
#[pg_extern(sql = false)]
fn write_gates() -> Rows {
    let state = |state| match state {
        State::Free | State::Closed => "closed",
        State::Awaited => "awaits statement",
        State::Passed => "opens",
    };
    let row = |gate: &Gate| {
        vec![
            gate.table.into(),
            gate.holder.into(),
            gate.keeper.into(),
            Value::Timestamp(gate.since),
            state(gate.state).into(),
        ]
    };
    Rows(write_gate::here().iter().map(row).collect())
}
