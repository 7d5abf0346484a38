//! What statements that define tables have to do with replication.

pub(crate) mod capture;
pub(crate) mod command;
pub(crate) mod delta_columns;
pub(crate) mod lock;
mod membership;
mod new_members;
mod rewrite;

use crate::pg::alter_table::{ColumnOption, Party};
use crate::pg::error::SpockError;
use crate::pg::{alter_table, callbacks, ddl_watch, object_watch, security_label};

/// Takes the options of delta columns out of ALTER TABLE, and looks at what came of it.
static PARTY: Party = Party { options: &delta_columns::OPTIONS, after };

/// Registers who hears of such statements; in `_PG_init` of the preloaded library.
pub(crate) fn register() {
    security_label::register(delta_columns::judge);
    alter_table::register(&PARTY);
    object_watch::register(&membership::WATCHER);
    ddl_watch::register(&capture::WATCHER);
    callbacks::watch_transactions(&lock::WATCHER);
}

fn after(relation: u32, options: Vec<ColumnOption>) -> Result<(), SpockError> {
    let part = capture::Inner::PartOfStatement;
    capture::running_for(part, || delta_columns::after(relation, options))?;
    membership::altered(relation)
}
