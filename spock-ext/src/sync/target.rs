//! The local table that a copy fills.

use crate::pg::spi;

/// A column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalColumn {
    pub(super) name: String,
    pub(super) type_oid: u32,
    /// Computed from others, so no value can be given.
    pub(super) generated: bool,
}

/// The object id of an ordinary or partitioned table. Needs a transaction, as all here.
pub(super) fn find(schema: &str, name: &str) -> Option<u32> {
    spi::select_one(
        "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1::name AND c.relname = $2::name AND c.relkind IN ('r', 'p')",
        &[schema.into(), name.into()],
    )
    .map(|row| row.get(0))
}

/// Its columns.
pub(super) fn columns(relation: u32) -> Vec<LocalColumn> {
    let rows = spi::select(
        "SELECT attname, atttypid, attgenerated <> '' FROM pg_attribute
          WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        &[relation.into()],
    );
    rows.iter()
        .map(|row| LocalColumn { name: row.get(0), type_oid: row.get(1), generated: row.get(2) })
        .collect()
}

/// Empties the table in this transaction: until its end nobody else reads or writes it. Tables that
/// others reference cannot be truncated alone, so their rows are deleted.
pub(super) fn empty(relation: u32) {
    let row = spi::select_one(
        "SELECT format('%I.%I', n.nspname, c.relname),
                EXISTS (SELECT 1 FROM pg_constraint
                         WHERE contype = 'f' AND confrelid = c.oid AND conrelid <> c.oid)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into()],
    );
    let Some(row) = row else { return };
    let (name, referenced): (String, bool) = (row.get(0), row.get(1));
    let statement = if referenced {
        spi::execute(&format!("LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE"), &[]);
        format!("DELETE FROM ONLY {name}")
    } else {
        format!("TRUNCATE TABLE ONLY {name}")
    };
    spi::execute(&statement, &[]);
}

/// Whether rows of a copy could stand beside the same rows of before: there are some, and no unique
/// index that would refuse the copy.
pub(super) fn would_take_duplicates(relation: u32) -> bool {
    let row = spi::select_one(
        "SELECT format('%I.%I', n.nspname, c.relname),
                EXISTS (SELECT 1 FROM pg_index WHERE indrelid = c.oid AND indisunique)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into()],
    );
    let Some(row) = row else { return false };
    let (name, unique): (String, bool) = (row.get(0), row.get(1));
    !unique && !spi::select(&format!("SELECT 1 FROM ONLY {name} LIMIT 1"), &[]).is_empty()
}
