//! The DDL lock: one node at a time changes tables, and nobody before every node has what was changed last.
//!
//! Whoever takes it asks every node for the lock *of that node*, in the order of node ids, own node included
//! ([`take`]). All nodes ask in the same order and queue up at the first one that is taken, so two can never
//! both get it, wait for each other, or starve. Then everybody applies what the others had committed when they gave their
//! lock: the statement runs on tables that are the same on all nodes.
//!
//! A node's lock is an advisory lock of the session through which it was asked ([`site`]), and lives as long as
//! that connection: it is given back when the transaction ends ([`held`]), when its process or server dies, and
//! when its machine is gone, as soon as the connection is found dead. A transaction that lost the lock of a node
//! cannot commit.
//!
//! **Invariants**: nothing here runs in workers of ours: what they apply ran under the lock elsewhere. A
//! transaction takes the lock once, and keeps it to its end.

pub(crate) mod gate;
mod held;
pub(crate) mod site;
mod take;
pub(super) mod writers;

use crate::pg::ddl_watch::Definition;
use crate::pg::error::SpockError;
use crate::pg::utility::Kind;
use crate::settings::{self, DdlLock};

pub(crate) use held::WATCHER;
pub(super) use held::is_held;
pub(crate) use take::acquire;

/// Before a statement that is going to be replicated; an error refuses it.
pub(super) fn before(definition: &Definition) -> Result<(), SpockError> {
    // It commits by itself, more than once, and the lock goes with the first of these commits.
    if matches!(definition.kind, Kind::OfServer | Kind::Concurrently) {
        return Ok(());
    }
    let relations = &definition.relations;
    if !relations.is_empty() && relations.iter().all(|named| named.is_temporary) {
        return Ok(());
    }
    before_statement(&title(definition))
}

/// Before the statements of `spock.replicate_ddl()`.
pub(super) fn before_statement(title: &str) -> Result<(), SpockError> {
    match settings::ddl_lock() {
        DdlLock::Off => Ok(()),
        mode => acquire(title, mode == DdlLock::Wait),
    }
}

/// What others are shown of a statement. Not its text, in which a password may stand.
fn title(definition: &Definition) -> String {
    let names: Vec<String> = definition
        .relations
        .iter()
        .map(|named| match &named.schema {
            Some(schema) => format!("{schema}.{}", named.name),
            None => named.name.clone(),
        })
        .collect();
    format!("{} {}", definition.tag, names.join(", ")).trim().to_owned()
}
