//! The place for a lock among the nodes, under which statements that define objects would run.
//!
//! [`before`] is called for each statement that is going to be replicated, before the server runs it, with
//! the relations that it names. An error refuses the statement.

use crate::pg::ddl_watch::Definition;
use crate::pg::error::SpockError;

/// Nothing is locked yet: two nodes that alter the same object at once can end up with different ones.
#[expect(clippy::unnecessary_wraps, reason = "a lock may be refused")]
pub(super) fn before(_definition: &Definition) -> Result<(), SpockError> {
    Ok(())
}
