//! Partitions of this node's tables, and the keys of rows that belong to each.

use spock_core::oid::Oid;

use crate::pg::spi;

/// The partitions that hold the rows of a partitioned table, on all levels; none when the table is an ordinary
/// one.
pub(crate) fn leaves(table: Oid) -> Vec<Oid> {
    let query = "SELECT p.relid::oid
                   FROM pg_class c, pg_partition_tree(c.oid) p
                  WHERE c.oid = $1::oid AND c.relkind = 'p' AND p.isleaf ORDER BY 1";
    spi::select(query, &[table.into()]).iter().map(|row| row.get(0)).collect()
}

/// Which of several keys belong to a partition, by their places. A key is a text for each of the columns
/// `names`, among which are those of the partition key.
pub(crate) fn keys_of(partition: Oid, names: &[String], keys: &[Vec<String>]) -> Vec<usize> {
    let row = spi::select_one(
        "SELECT coalesce(pg_get_partition_constraintdef($1::oid), 'true'),
                (SELECT string_agg(format('(k.texts ->> %s)::%s AS %I', u.place - 1,
                                          format_type(a.atttypid, a.atttypmod), a.attname), ', ')
                   FROM unnest($2::text[]) WITH ORDINALITY AS u (name, place)
                   JOIN pg_attribute a ON a.attrelid = $1::oid AND a.attname = u.name)",
        &[partition.into(), names.to_vec().into()],
    );
    let Some(row) = row else { return Vec::new() };
    let (condition, columns): (String, Option<String>) = (row.get(0), row.get(1));
    let Some(columns) = columns else { return Vec::new() };
    let query = format!(
        "SELECT v.place
           FROM (SELECT k.place::integer - 1 AS place, {columns}
                   FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS k (texts, place)) AS v
          WHERE {condition}"
    );
    let texts = serde_json::json!(keys).to_string();
    let rows = spi::select(&query, &[texts.into()]);
    rows.iter().filter_map(|row| usize::try_from(row.get::<i32>(0)).ok()).collect()
}
