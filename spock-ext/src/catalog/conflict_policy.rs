//! `spock.conflict_policy`: tables whose conflicts are decided in a way of their own.

use crate::pg::spi;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TablePolicy {
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) conflict_type: String,
    pub(crate) policy: String,
}

/// All rows.
pub(crate) fn all() -> Vec<TablePolicy> {
    spi::select(
        "SELECT nspname::text, relname::text, conflict_type, policy
           FROM spock.conflict_policy ORDER BY 1, 2, 3",
        &[],
    )
    .iter()
    .map(|row| TablePolicy {
        schema: row.get(0),
        table: row.get(1),
        conflict_type: row.get(2),
        policy: row.get(3),
    })
    .collect()
}

/// Sets the policy of a table for a type of conflict.
pub(crate) fn set(row: &TablePolicy) {
    spi::execute(
        "INSERT INTO spock.conflict_policy AS p (nspname, relname, conflict_type, policy)
         VALUES ($1::name, $2::name, $3, $4)
         ON CONFLICT (nspname, relname, conflict_type) DO UPDATE SET policy = excluded.policy",
        &[
            row.schema.as_str().into(),
            row.table.as_str().into(),
            row.conflict_type.as_str().into(),
            row.policy.as_str().into(),
        ],
    );
}

/// Takes the policy of a table for a type of conflict back; whether there was one.
pub(crate) fn remove(schema: &str, table: &str, conflict_type: &str) -> bool {
    spi::execute(
        "DELETE FROM spock.conflict_policy
          WHERE nspname = $1::name AND relname = $2::name AND conflict_type = $3",
        &[schema.into(), table.into(), conflict_type.into()],
    ) > 0
}

/// Whether other nodes subscribe to this one: what is decided here meets what they decide.
pub(crate) fn has_subscribers() -> bool {
    spi::select_one(
        "SELECT 1 FROM pg_replication_slots
          WHERE slot_type = 'logical' AND NOT temporary AND plugin = 'spock_output'
            AND database = current_database() LIMIT 1",
        &[],
    )
    .is_some()
}
