//! `spock.conflict_policy` and `spock.conflict_resolver`: tables whose conflicts are decided in a way of
//! their own.

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

/// A table whose conflicts a function resolves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableResolver {
    pub(crate) schema: String,
    pub(crate) table: String,
    /// Number of the function; none where it is gone.
    pub(crate) function: Option<u32>,
    /// Its name, for people.
    pub(crate) name: String,
}

/// All tables with a resolver.
pub(crate) fn resolvers() -> Vec<TableResolver> {
    spi::select(
        "SELECT r.nspname::text, r.relname::text, f.oid::bigint,
                format('%I.%I', r.function_nspname, r.function_name)
           FROM spock.conflict_resolver r
           LEFT JOIN pg_class c
             ON c.relname = r.relname AND c.relnamespace = to_regnamespace(quote_ident(r.nspname))
           LEFT JOIN pg_proc f
             ON f.proname = r.function_name
            AND f.pronamespace = to_regnamespace(quote_ident(r.function_nspname))
            AND f.pronargs = 2 AND f.proargtypes[0] = c.reltype AND f.proargtypes[1] = c.reltype
            AND f.prorettype = c.reltype
          ORDER BY 1, 2",
        &[],
    )
    .iter()
    .map(|row| TableResolver {
        schema: row.get(0),
        table: row.get(1),
        function: row.get(2),
        name: row.get(3),
    })
    .collect()
}

/// Why a function cannot resolve conflicts of a table, if so.
pub(crate) fn objection(relation: u32, function: u32) -> Option<String> {
    spi::select_one(
        "SELECT CASE
                WHEN f.oid IS NULL THEN 'there is no such function'
                WHEN c.relkind = 'p'
                THEN 'the table is partitioned, and the rows of each partition have a type of their own'
                WHEN f.prokind <> 'f' OR f.proretset OR f.pronargs <> 2
                     OR f.proargtypes[0] <> c.reltype OR f.proargtypes[1] <> c.reltype
                     OR f.prorettype <> c.reltype
                THEN format('it must take two rows of %s and return one', c.oid::regclass)
                WHEN f.provolatile <> 'i'
                THEN 'it must be IMMUTABLE: its result may depend on nothing but the two rows'
                WHEN NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid
                                    AND (i.indisprimary OR i.indisreplident))
                THEN 'the table has no key'
                WHEN EXISTS (SELECT FROM spock.delta_columns d WHERE d.relid = c.oid)
                THEN 'the table has delta columns'
                END
           FROM pg_class c LEFT JOIN pg_proc f ON f.oid = $2::oid
          WHERE c.oid = $1::oid",
        &[relation.into(), function.into()],
    )
    .and_then(|row| row.get(0))
}

/// Has a function resolve conflicts of a table, or none; whether that is news.
pub(crate) fn set_resolver(schema: &str, table: &str, function: Option<u32>) -> bool {
    match function {
        None => {
            spi::execute(
                "DELETE FROM spock.conflict_resolver WHERE nspname = $1::name AND relname = $2::name",
                &[schema.into(), table.into()],
            ) > 0
        }
        Some(function) => {
            spi::execute(
                "INSERT INTO spock.conflict_resolver AS r
                     (nspname, relname, function_nspname, function_name)
                 SELECT $1::name, $2::name, n.nspname, f.proname
                   FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                  WHERE f.oid = $3::oid
                 ON CONFLICT (nspname, relname) DO UPDATE
                    SET function_nspname = excluded.function_nspname,
                        function_name = excluded.function_name
                  WHERE (r.function_nspname, r.function_name)
                        IS DISTINCT FROM (excluded.function_nspname, excluded.function_name)",
                &[schema.into(), table.into(), function.into()],
            ) > 0
        }
    }
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
