//! Rows that have lost a unique value give way (convergence rule D4): they are deleted, become what they were
//! before, or are written again as they are.

use spock_core::oid::Oid;

use crate::pg::spi;
use crate::pg::transaction;

/// A row that stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) ctid: String,
    pub(crate) xmin: u32,
}

impl Holder {
    /// The row at a place as `pg::target` says it.
    pub(crate) fn at(place: u64, xmin: u32) -> Self {
        Self { ctid: format!("({},{})", place >> 16, place & 0xffff), xmin }
    }

    fn condition(&self) -> String {
        format!("ctid = '{}'::tid AND xmin = '{}'::xid", self.ctid, self.xmin)
    }
}

/// The row of a table (as SQL) as text, if it is still that version.
pub(crate) fn text(table: &str, holder: &Holder) -> Option<String> {
    let condition = holder.condition();
    spi::select_one(&format!("SELECT t::text FROM ONLY {table} t WHERE {condition}"), &[])
        .map(|row| row.get(0))
}

/// Deletes the row, if it is still that version.
pub(crate) fn delete(relation: Oid, table: &str, holder: &Holder) {
    let Some(owner) = owner(relation) else { return };
    spi::execute_as(owner, &format!("DELETE FROM ONLY {table} WHERE {}", holder.condition()), &[]);
}

/// Writes the row again as it is, if it is still that version.
pub(crate) fn touch(relation: Oid, table: &str, column: &str, holder: &Holder) {
    let Some(owner) = owner(relation) else { return };
    let condition = holder.condition();
    let statement = format!("UPDATE ONLY {table} SET {column} = {column} WHERE {condition}");
    spi::execute_as(owner, &statement, &[]);
}

/// Makes the row what a text says, but for delta columns, if it is still that version; false when the table
/// does not take it.
pub(crate) fn put_back(relation: Oid, table: &str, holder: &Holder, row: &str) -> bool {
    let Some(owner) = owner(relation) else { return false };
    let columns = spi::select_one(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
                string_agg('(r.row).' || quote_ident(attname), ', ' ORDER BY attnum)
           FROM pg_attribute a
          WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND attidentity <> 'a'
            AND NOT EXISTS (SELECT FROM pg_seclabel l
                             WHERE l.objoid = attrelid AND l.classoid = 'pg_class'::regclass
                               AND l.objsubid = attnum AND l.provider = 'spock')",
        &[relation.into()],
    );
    let Some(columns) = columns else { return false };
    let (names, values): (Option<String>, Option<String>) = (columns.get(0), columns.get(1));
    let (Some(names), Some(values)) = (names, values) else { return false };
    let statement = format!(
        "UPDATE ONLY {table} SET ({names}) = (SELECT {values} FROM (SELECT $1::{table} AS row) r)
          WHERE {}",
        holder.condition()
    );
    let mut written = 0;
    let result = transaction::in_subtransaction(&mut || {
        written = spi::execute_as(owner, &statement, &[row.into()]);
    });
    result.is_ok() && written == 1
}

fn owner(relation: Oid) -> Option<Oid> {
    spi::select_one("SELECT relowner FROM pg_class WHERE oid = $1::oid", &[relation.into()])
        .map(|row| row.get(0))
}
