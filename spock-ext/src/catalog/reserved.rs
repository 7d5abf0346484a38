//! `spock.reserved_object`: schemas and extensions that replication leaves alone.

use crate::pg::spi;

/// Whether an extension is each node's own.
pub(crate) fn is_extension(name: &str) -> bool {
    let query = "SELECT 1 FROM spock.reserved_object WHERE kind = 'extension' AND name = $1::name";
    spi::select_one(query, &[name.into()]).is_some()
}

/// Whether there are schemas, and statements about objects in them are not replicated.
pub(crate) fn are_all_kept(schemas: &[u32]) -> bool {
    all(schemas, "NOT r.replicate_ddl")
}

/// Whether there are schemas, and they are those of the extension.
pub(crate) fn are_all_ours(schemas: &[u32]) -> bool {
    all(schemas, "r.builtin AND r.name IN ('spock', 'snowflake')")
}

fn all(schemas: &[u32], condition: &str) -> bool {
    let query = format!(
        "SELECT count(*) FROM pg_namespace n
           JOIN spock.reserved_object r ON r.kind = 'schema' AND r.name = n.nspname AND {condition}
          WHERE n.oid = $1::oid"
    );
    !schemas.is_empty()
        && schemas.iter().all(|schema| {
            spi::select_one(&query, &[(*schema).into()]).is_some_and(|row| row.get::<i64>(0) > 0)
        })
}
