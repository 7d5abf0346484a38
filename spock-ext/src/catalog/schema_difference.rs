//! `spock.schema_difference`: how tables here are not what they are at a provider, and which of these
//! differences a subscription waits for.

use spock_core::oid::Oid;
use spock_core::schema::{ColumnFacts, Difference};

use crate::pg::spi::{self, Row};
use crate::pg::value::Value;

/// The query by which a table is described, of itself and of a peer: `$1` is the schema, `$2` the table.
const COLUMNS: &str =
    "attname::text, type_name, not_null, has_default, generated, collation_name, in_key";

/// What a table here looks like; nothing where there is none.
pub(crate) fn describe(schema: &str, table: &str) -> Vec<ColumnFacts> {
    let query = format!("SELECT {COLUMNS} FROM spock.table_columns($1::name, $2::name)");
    let facts = |row: &Row| ColumnFacts {
        name: row.get(0),
        type_name: row.get(1),
        not_null: row.get(2),
        has_default: row.get(3),
        generated: row.get(4),
        collation: row.get::<Option<String>>(5).unwrap_or_default(),
        in_key: row.get(6),
    };
    spi::select(&query, &[schema.into(), table.into()]).iter().map(facts).collect()
}

/// The same of a peer, as a query with its names already quoted; see [`read`].
pub(crate) fn query_for(schema: &str, table: &str) -> String {
    format!("SELECT {COLUMNS} FROM spock.table_columns({schema}, {table})")
}

/// How many columns that query has.
pub(crate) const WIDTH: usize = 7;

/// A row of a peer's answer.
pub(crate) fn read(row: Vec<Option<String>>) -> Option<ColumnFacts> {
    let mut values = row.into_iter();
    let mut text = || values.next().flatten();
    let (name, type_name) = (text()?, text()?);
    let mut truth = || text().is_some_and(|value| value == "t");
    let (not_null, has_default, generated) = (truth(), truth(), truth());
    let collation = text().unwrap_or_default();
    let in_key = text().is_some_and(|value| value == "t");
    Some(ColumnFacts { name, type_name, not_null, has_default, generated, collation, in_key })
}

/// Another text after every statement that changes a table here, its columns or its indexes; none where there
/// is no table.
pub(crate) fn state(schema: &str, table: &str) -> Option<String> {
    spi::select_one(
        "SELECT concat_ws(' ', c.oid, c.xmin,
                    (SELECT string_agg(a.xmin::text, ',' ORDER BY a.attnum)
                       FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0),
                    (SELECT string_agg(concat_ws('/', i.indexrelid, i.xmin), ',' ORDER BY i.indexrelid)
                       FROM pg_index i WHERE i.indrelid = c.oid))
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1::name AND c.relname = $2::name",
        &[schema.into(), table.into()],
    )?
    .get(0)
}

/// A table of a provider: its schema and name, the columns that travel as the text of an array (none: all),
/// and its fingerprint.
pub(crate) type Published = (String, String, Option<String>, String);

/// Those of a provider's tables that look different here.
pub(crate) fn differing(published: &[Published]) -> Vec<Published> {
    let column = |value: &dyn Fn(&Published) -> Option<String>| {
        Value::Array(published.iter().map(value).collect())
    };
    let rows = spi::select(
        "SELECT t.at FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
                WITH ORDINALITY t (nspname, relname, columns, fingerprint, at)
          WHERE spock.schema_fingerprint(t.nspname::name, t.relname::name, t.columns::text[])
                IS DISTINCT FROM t.fingerprint",
        &[
            column(&|table| Some(table.0.clone())),
            column(&|table| Some(table.1.clone())),
            column(&|table| table.2.clone()),
            column(&|table| Some(table.3.clone())),
        ],
    );
    rows.iter()
        .filter_map(|row| usize::try_from(row.get::<i64>(0) - 1).ok())
        .filter_map(|at| published.get(at).cloned())
        .collect()
}

/// The columns in the text of an array.
pub(crate) fn names_in(array: &str) -> Vec<String> {
    spi::select_one("SELECT $1::text::text[]", &[array.into()])
        .map_or_else(Vec::new, |row| row.get(0))
}

/// Notes a difference; one that the subscription waits for replaces others of the same column.
pub(crate) fn note(
    subscription: Oid,
    schema: &str,
    table: &str,
    difference: &Difference,
    waits: bool,
) {
    spi::execute(
        "INSERT INTO spock.schema_difference AS d (sub_id, nspname, relname, attname, reason, waits)
         VALUES ($1::oid, $2::name, $3::name, $4::name, $5, $6)
         ON CONFLICT (sub_id, nspname, relname, attname) DO UPDATE
            SET reason = excluded.reason, waits = excluded.waits,
                since = CASE WHEN d.waits = excluded.waits THEN d.since ELSE excluded.since END",
        &[
            subscription.into(),
            schema.into(),
            table.into(),
            difference.column.as_deref().unwrap_or("").into(),
            difference.reason.as_str().into(),
            waits.into(),
        ],
    );
}

/// Forgets what was noted of a subscription: all, or of one table.
pub(crate) fn forget(subscription: Oid, table: Option<(&str, &str)>) {
    let (schema, name) = table.unzip();
    spi::execute(
        "DELETE FROM spock.schema_difference
          WHERE sub_id = $1::oid AND ($2::name IS NULL OR nspname = $2::name AND relname = $3::name)",
        &[subscription.into(), schema.into(), name.into()],
    );
}

/// What a subscription waits for: the table, the reason, and since when.
pub(crate) fn waited_for(subscription: Oid) -> Option<(String, String, i64)> {
    let row = spi::select_one(
        "SELECT pg_catalog.format('%I.%I', nspname, relname), reason, since
           FROM spock.schema_difference WHERE sub_id = $1::oid AND waits LIMIT 1",
        &[subscription.into()],
    )?;
    Some((row.get(0), row.get(1), row.get(2)))
}
