//! Apply workers of this database that stand still for a while.

use pgrx::pg_extern;

use super::checks::require_local_node;
use crate::pg::error::OrRaise;
use crate::settings;
use crate::worker::pause;

/// `spock.pause_apply_workers()`: returns when all of them stand still between two transactions, which they
/// do until they are resumed or the server starts anew.
#[pg_extern(sql = false)]
fn pause_apply_workers() {
    require_local_node().map(drop).or_raise();
    pause::pause_database(settings::pause_timeout()).or_raise();
}

/// `spock.resume_apply_workers()`: they go on where they stopped.
#[pg_extern(sql = false)]
fn resume_apply_workers() {
    require_local_node().map(drop).or_raise();
    pause::resume_database();
}
