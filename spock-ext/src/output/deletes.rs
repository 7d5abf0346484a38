//! The deletes of every node that are in this server's log, for the server itself: what it has forgotten
//! of them while a peer was away (convergence rule D1).
//!
//! One JSON array for each row that was deleted or got another key: table, transaction, commit time,
//! replication origin (0 for this node), and the key as `pg::target` writes it. Read by SQL.

use serde_json::json;
use spock_core::lsn::Lsn;

use super::relation::{Decision, Relations};
use crate::pg::error::SpockError;
use crate::pg::output_plugin::{Change, LogicalMessage, Output, Plugin, Truncate, Txn};
use crate::pg::relation::RelationRef;

/// The stream of deletes.
pub(super) struct Deletes {
    relations: Relations,
}

impl Deletes {
    pub(super) fn new(relations: Relations) -> Self {
        Self { relations }
    }
}

impl Plugin for Deletes {
    fn is_text(&self) -> bool {
        true
    }

    fn drops_origin(&self, _origin: u16) -> bool {
        false
    }

    fn begin(&mut self, _out: &mut Output<'_>, _txn: &Txn) -> Result<(), SpockError> {
        Ok(())
    }

    fn change(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        relation: RelationRef<'_>,
        change: Change<'_>,
    ) -> Result<(), SpockError> {
        let (old, new) = match change {
            Change::Delete { old: Some(old) } => (old, None),
            Change::Update { old: Some(old), new } => (old, Some(new)),
            _ => return Ok(()),
        };
        if !matches!(self.relations.decision(relation)?, Decision::Table(_)) {
            return Ok(());
        }
        let columns = relation.locating_key();
        let Some(key) = old.key_text(relation, &columns) else { return Ok(()) };
        // Where whole old rows are written, most updates leave the key as it is.
        if new.is_some_and(|new| new.key_text(relation, &columns).as_ref() == Some(&key)) {
            return Ok(());
        }
        let line = json!([relation.oid(), txn.xid, txn.commit_time, txn.origin, key]);
        out.send(line.to_string().as_bytes());
        Ok(())
    }

    fn truncate(
        &mut self,
        _out: &mut Output<'_>,
        _txn: &Txn,
        _truncate: Truncate<'_>,
    ) -> Result<(), SpockError> {
        Ok(())
    }

    fn message(
        &mut self,
        _out: &mut Output<'_>,
        _txn: Option<&Txn>,
        _message: LogicalMessage<'_>,
    ) -> Result<(), SpockError> {
        Ok(())
    }

    fn commit(
        &mut self,
        _out: &mut Output<'_>,
        _txn: &Txn,
        _commit_lsn: Lsn,
    ) -> Result<(), SpockError> {
        Ok(())
    }
}
