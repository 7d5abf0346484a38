//! What a snapshot shows of transactions, and of the versions of a table's rows.

use crate::pg::quoting::identifier;
use crate::pg::spi;

/// The transactions from an id on that the snapshot of this transaction does not count as running or later;
/// those that were rolled back are among them.
pub(crate) fn visible_since(first: u64) -> Vec<u64> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    spi::select(
        "SELECT x FROM generate_series($1,
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) x
          WHERE pg_visible_in_snapshot(x::text::xid8, pg_current_snapshot())",
        &[first.into()],
    )
    .iter()
    .map(|row| row.get::<i64>(0).cast_unsigned())
    .collect()
}

/// The transactions from an id on (none: all) that wrote rows of a table. Reads all of it.
pub(crate) fn writers(relation: u32, first: Option<u32>) -> Vec<u32> {
    let age = first.map_or(i32::MAX, |first| {
        let age = spi::select_one("SELECT age($1::text::xid)", &[first.to_string().into()]);
        age.map_or(i32::MAX, |row| row.get(0))
    });
    let query = format!(
        "SELECT DISTINCT xmin::text::bigint FROM ONLY {} WHERE age(xmin) <= $1",
        name(relation)
    );
    let rows = spi::select(&query, &[age.into()]);
    rows.iter().filter_map(|row| u32::try_from(row.get::<i64>(0)).ok()).collect()
}

/// The rows of a table that some transactions wrote: raw xmin, and the values of some columns as text.
pub(crate) fn of_writers(
    relation: u32,
    columns: &[String],
    writers: &[u32],
) -> Vec<(u32, Vec<String>)> {
    let list: Vec<String> =
        columns.iter().map(|column| format!("{}::text", identifier(column))).collect();
    let writers: Vec<String> = writers.iter().map(u32::to_string).collect();
    let query = format!(
        "SELECT xmin::text::bigint, ARRAY[{}] FROM ONLY {} WHERE xmin = ANY ('{{{}}}'::xid[])",
        list.join(", "),
        name(relation),
        writers.join(",")
    );
    let rows = spi::select(&query, &[]);
    rows.iter()
        .filter_map(|row| Some((u32::try_from(row.get::<i64>(0)).ok()?, row.get(1))))
        .collect()
}

/// Schema and name, quoted.
fn name(relation: u32) -> String {
    let row = spi::select_one(
        "SELECT format('%I.%I', n.nspname, c.relname)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into()],
    );
    row.map(|row| row.get(0)).unwrap_or_default()
}
