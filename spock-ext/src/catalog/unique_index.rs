//! Unique keys of a table beside the one that its rows are found by, and who holds a value of one
//! (convergence rule D4).

use spock_core::oid::Oid;

use crate::pg::spi;

/// A unique index on plain columns.
pub(crate) struct UniqueIndex {
    pub(crate) name: String,
    /// Attributes from 0.
    pub(crate) attributes: Vec<usize>,
}

/// A row that stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) ctid: String,
    pub(crate) xmin: u32,
}

/// The unique indexes of a relation but one; those on expressions or a part of the rows are left out.
pub(crate) fn others(relation: Oid, identity: &str) -> Vec<UniqueIndex> {
    spi::select(
        "SELECT c.relname::text, i.indkey::text, i.indnkeyatts::int4
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
          WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid
            AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relname <> $2",
        &[relation.into(), identity.into()],
    )
    .iter()
    .map(|row| {
        let numbers: String = row.get(1);
        let count: i32 = row.get(2);
        let attributes = numbers
            .split(' ')
            .take(usize::try_from(count).unwrap_or(0))
            .filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1))
            .collect();
        UniqueIndex { name: row.get(0), attributes }
    })
    .collect()
}

/// The row of a table (as SQL) that meets a condition.
pub(crate) fn holder(table: &str, condition: &str) -> Option<Holder> {
    spi::select_one(
        &format!("SELECT ctid::text, xmin::text FROM ONLY {table} WHERE {condition}"),
        &[],
    )
    .and_then(|row| Some(Holder { ctid: row.get(0), xmin: row.get::<String>(1).parse().ok()? }))
}

fn at(holder: &Holder) -> String {
    format!("ctid = '{}'::tid AND xmin = '{}'::xid", holder.ctid, holder.xmin)
}

/// The row as text, if it is still that version.
pub(crate) fn text(table: &str, holder: &Holder) -> Option<String> {
    spi::select_one(&format!("SELECT t::text FROM ONLY {table} t WHERE {}", at(holder)), &[])
        .map(|row| row.get(0))
}

/// Deletes the row, if it is still that version.
pub(crate) fn delete(relation: Oid, table: &str, holder: &Holder) {
    let Some(owner) = owner(relation) else { return };
    spi::execute_as(owner, &format!("DELETE FROM ONLY {table} WHERE {}", at(holder)), &[]);
}

/// Writes the row again as it is, if it is still that version.
pub(crate) fn touch(relation: Oid, table: &str, column: &str, holder: &Holder) {
    let Some(owner) = owner(relation) else { return };
    let statement = format!("UPDATE ONLY {table} SET {column} = {column} WHERE {}", at(holder));
    spi::execute_as(owner, &statement, &[]);
}

fn owner(relation: Oid) -> Option<Oid> {
    spi::select_one("SELECT relowner FROM pg_class WHERE oid = $1::oid", &[relation.into()])
        .map(|row| row.get(0))
}
