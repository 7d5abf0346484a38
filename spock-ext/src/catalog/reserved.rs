//! `spock.reserved_object`: schemas and extensions that replication leaves alone.

use crate::pg::spi;

/// Whether an extension is each node's own.
pub(crate) fn is_extension(name: &str) -> bool {
    let query = "SELECT 1 FROM spock.reserved_object WHERE kind = 'extension' AND name = $1::name";
    spi::select_one(query, &[name.into()]).is_some()
}

/// Whether there are schemas, and statements about objects in them are not replicated.
pub(crate) fn are_all_kept(schemas: &[String]) -> bool {
    all(schemas, "NOT r.replicate_ddl")
}

/// Whether there are schemas, and they are those of the extension.
pub(crate) fn are_all_ours(schemas: &[String]) -> bool {
    all(schemas, "r.builtin AND r.name IN ('spock', 'snowflake')")
}

fn all(schemas: &[String], condition: &str) -> bool {
    let query = format!(
        "SELECT 1 FROM spock.reserved_object r WHERE r.kind = 'schema' AND r.name = $1::name
            AND {condition}"
    );
    !schemas.is_empty()
        && schemas.iter().all(|schema| spi::select_one(&query, &[schema.into()]).is_some())
}
