//! Statements that touch what the workers stand on: databases, the extension, prepared transactions.
//!
//! - A database that is a node is not dropped, renamed or moved: the error names the node. Elsewhere the
//!   manager leaves, so that its connection is not in the way.
//! - `DROP EXTENSION spock` stops the workers of the database first; the manager tidies up after the
//!   commit. `CREATE EXTENSION spock` calls a manager in.
//! - `COMMIT PREPARED` takes a commit time and therefore obeys the clock.

use std::time::Duration;

use pgrx::PgSqlErrorCode;

use crate::pg::error::SpockError;
use crate::pg::hooks::{Utility, UtilityWatcher};
use crate::pg::{database, delete_marks, session};

use super::slots;
use super::{clock, control, notify};

/// How long a statement waits for workers to leave.
const LEAVE: Duration = Duration::from_secs(10);
/// How long a statement waits for the manager to say whether its database still is a node.
const ASK: Duration = Duration::from_secs(3);

/// The watcher.
pub(super) static WATCHER: UtilityWatcher = UtilityWatcher { before, after };

fn before(statement: Utility<'_>) -> Result<(), SpockError> {
    match statement {
        Utility::DropDatabase { name } => {
            refuse_if_node(name, "drop")?;
            vacate(name)
        }
        Utility::MoveDatabase { name } => {
            refuse_if_node(name, "rename or move")?;
            vacate(name)
        }
        Utility::CreateDatabase { template: Some(name) } => vacate(name),
        // Whether the user may is checked by the server only later. (Where somebody else owns the
        // extension, its workers notice by themselves that it is gone.)
        Utility::DropExtension { name }
            if name == c"spock" && session::is_superuser() && database::has_extension(name) =>
        {
            // The manager will tidy up by what it has seen: let it see the newest.
            control::fresh_look(database::my_database(), ASK);
            control::stop_all_but_manager(LEAVE)
        }
        Utility::CommitPrepared => {
            clock::before_commit_prepared()?;
            delete_marks::before_commit_prepared();
            Ok(())
        }
        _ => Ok(()),
    }
}

fn after(statement: Utility<'_>) -> Result<(), SpockError> {
    match statement {
        Utility::DropDatabase { .. }
        | Utility::MoveDatabase { .. }
        | Utility::CreateDatabase { .. } => notify::databases_changed(),
        Utility::CreateExtension { name } | Utility::DropExtension { name } => {
            if name == c"spock" {
                notify::extension_changed();
            }
        }
        Utility::CommitPrepared => clock::after_commit_prepared(),
    }
    Ok(())
}

fn refuse_if_node(database: &std::ffi::CStr, verb: &str) -> Result<(), SpockError> {
    let Some(db) = database::oid_of(database) else { return Ok(()) };
    let Some(node) = node_of(db) else { return Ok(()) };
    let database = database.to_string_lossy();
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
        format!("cannot {verb} database \"{database}\" because it is spock node \"{node}\""),
    )
    .hint(format!(
        "Remove the node first: in database \"{database}\", drop its subscriptions and then run SELECT spock.node_drop('{node}')."
    )))
}

/// Name of the node that a database is. Its manager is asked to look again first, because the node
/// may have been dropped or created a moment ago.
fn node_of(db: u32) -> Option<String> {
    let slot = control::fresh_look(db, ASK)?;
    (!slot.name.is_empty()).then(|| slot.name.as_str().to_owned())
}

/// Makes the manager of a database leave until this transaction ends, if the database is no node.
fn vacate(database: &std::ffi::CStr) -> Result<(), SpockError> {
    let Some(db) = database::oid_of(database) else { return Ok(()) };
    match slots::of_manager(db) {
        Some((_, slot)) if slot.name.is_empty() => control::stop_manager(db, LEAVE),
        _ => Ok(()),
    }
}
