//! What statements that define tables have to do with replication.

pub(crate) mod delta_columns;

use crate::pg::{alter_table, security_label};

/// Registers who hears of such statements; in `_PG_init` of the preloaded library.
pub(crate) fn register() {
    security_label::register(delta_columns::judge);
    alter_table::register(&delta_columns::PARTY);
}
