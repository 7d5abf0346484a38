//! The database's own relations, as far as they are asked for by number.

use crate::pg::spi;

/// Those of some relations that are there.
pub(crate) fn existing(relations: &[u32]) -> Vec<u32> {
    let numbers: Vec<String> = relations.iter().map(u32::to_string).collect();
    spi::select("SELECT oid FROM pg_class WHERE oid = ANY ($1::oid[])", &[numbers.into()])
        .iter()
        .map(|row| row.get(0))
        .collect()
}
