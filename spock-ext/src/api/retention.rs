//! How long deleted rows are kept, and giving them up.

use pgrx::pg_extern;

use super::checks::require_preloaded;
use crate::pg::error::OrRaise;
use crate::pg::function::Record;
use crate::pg::value::Value;
use crate::worker::retention;

/// `spock.retention_state()`: what the view `spock.retention` shows of this server.
#[pg_extern(sql = false)]
fn retention_state() -> Record {
    require_preloaded().or_raise();
    let report = retention::report();
    Record(vec![
        report.state.as_str().into(),
        report.xmin.into(),
        report.complete_since.map_or(Value::Null, Value::Timestamp),
    ])
}

/// `spock.release_retention()`: gives the replication slot back that keeps deleted rows, until it is
/// called with false or the server starts anew.
#[pg_extern(sql = false)]
fn release_retention(release: bool) {
    require_preloaded().or_raise();
    retention::set_released(release);
}
