//! What a repair of single rows needs beside `spock.repair_mode()`: rows that have the version which they have
//! on the node that they come from.
//!
//! A row that a repair writes must not win over a change that is on its way and newer than the row: that
//! change is made on a node that knows nothing of the repair. So the transaction of a repair counts as old, like
//! that of a copy, and rows whose version is known get it beside them.

use pgrx::pg_extern;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, not_now, require_local_node, require_table};
use crate::catalog::{logged_table, node, origin_history};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Record};
use crate::pg::session_origin::{self, COPIED_AT, SessionOrigin};
use crate::pg::value::Value;
use crate::pg::{database, origin, session};

/// `spock.repair_as_copy()`: what this transaction writes and deletes counts as older than any change.
#[pg_extern(sql = false)]
fn repair_as_copy() {
    let begin = || -> Result<(), SpockError> {
        let local = require_local_node()?;
        if session::in_recovery() {
            return Err(not_now("recovery is in progress"));
        }
        if session_origin::is_held() {
            return Ok(());
        }
        // The node that the versions of these rows are said to be of must not be this one: rows that it wrote
        // itself have no other version.
        let author = node::all()
            .into_iter()
            .map(|other| other.id)
            .filter(|other| *other != local.node.id)
            .min()
            .ok_or_else(|| not_now("this node knows of no other node"))?;
        // One for each node, for good: commit timestamps name it.
        let name = format!("spk_repair_{author}_{}", database::my_database());
        let id = match origin::by_name(&name) {
            Some(id) => id,
            None => {
                let id = origin::create(&name, origin_history::highest_origin())?;
                origin_history::open(id, author, 0);
                id
            }
        };
        let holder = SessionOrigin::acquire(id);
        holder.stamp(Lsn::INVALID, COPIED_AT);
        holder.hold_until_end();
        Ok(())
    };
    begin().or_raise();
}

/// `spock.keep_version()`: has a row that this transaction has just written have the version that it has on
/// another node. False where the table has no key, by which versions are kept.
#[pg_extern(sql = false)]
fn keep_version(
    relation: In<Oid>,
    place: In<String>,
    commit_time: In<i64>,
    node_id: In<Oid>,
) -> bool {
    let keep = || -> Result<bool, SpockError> {
        require_local_node()?;
        require_table(relation.0)?;
        if NodeId::from_oid(node_id.0).is_none() {
            return Err(invalid(format!("{} is no node id", node_id.0)));
        }
        if !session_origin::is_held() {
            return Err(not_now("this transaction gives its rows versions of its own")
                .hint("Call spock.repair_as_copy() first, in the same transaction."));
        }
        Ok(logged_table::give_version(relation.0, &place.0, commit_time.0, node_id.0))
    };
    keep().or_raise()
}

/// `spock.row_version()`: the version of the row at a place, with an xmin.
#[pg_extern(sql = false)]
fn row_version(relation: In<Oid>, place: In<String>, xmin: In<u32>) -> Record {
    let version = || -> Result<_, SpockError> {
        let local = require_local_node()?;
        let found = logged_table::version_at(relation.0, &place.0, &xmin.0.to_string());
        Ok(found.map(|(time, node)| {
            let node = if node == 0 { local.node.id.as_oid() } else { node };
            (time, node)
        }))
    };
    match version().or_raise() {
        Some((time, node)) => Record(vec![Value::Timestamp(time), node.into()]),
        None => Record(vec![Value::Null, Value::Null]),
    }
}
