//! What a snapshot shows of transactions, and of the versions of a table's rows.

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

/// The rows of a table that transactions from an id on have written (none: all rows): raw xmin, and the
/// values of some columns as text.
pub(crate) fn of_rows(
    relation: u32,
    columns: &[String],
    first: Option<u32>,
) -> Vec<(u32, Vec<String>)> {
    let query = spi::select_one(
        "SELECT format('SELECT xmin::text::bigint, ARRAY[%s] FROM ONLY %I.%I%s',
                       (SELECT string_agg(format('%I::text', u.name), ', ' ORDER BY u.number)
                          FROM unnest($2::text[]) WITH ORDINALITY u (name, number)),
                       n.nspname, c.relname,
                       CASE WHEN $3 THEN ' WHERE age(xmin) <= $1' ELSE '' END)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into(), columns.into(), first.is_some().into()],
    );
    let Some(query) = query.map(|row| row.get::<String>(0)) else { return Vec::new() };
    let rows = match first {
        Some(first) => {
            let age = spi::select_one("SELECT age($1::text::xid)", &[first.to_string().into()]);
            let age = age.map_or(i32::MAX, |row| row.get(0));
            spi::select(&query, &[age.into()])
        }
        None => spi::select(&query, &[]),
    };
    rows.iter()
        .filter_map(|row| Some((u32::try_from(row.get::<i64>(0)).ok()?, row.get(1))))
        .collect()
}
