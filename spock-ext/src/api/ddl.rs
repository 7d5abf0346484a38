//! Statements that define objects, for all nodes.

use pgrx::pg_extern;

use super::checks::require_local_node;
use crate::ddl::command;
use crate::pg::error::OrRaise;
use crate::pg::function::In;

/// `spock.replicate_ddl()`.
#[pg_extern(sql = false)]
fn replicate_ddl(
    command: In<String>,
    replication_sets: In<Vec<String>>,
    search_path: In<String>,
    role: In<String>,
) -> bool {
    let run = || {
        let node = require_local_node()?;
        command::replicate(&node, &command.0, &replication_sets.0, &search_path.0, &role.0)
    };
    run().or_raise();
    true
}
