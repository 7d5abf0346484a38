//! The local tables that logged changes are about: their keys, columns that can be written, and the
//! versions of their rows.

use pgrx::PgSqlErrorCode;
use spock_core::oid::Oid;

use super::delta_column;
use super::exceptions::Logged;
use super::version_override::{self, Override};
use crate::pg::error::SpockError;
use crate::pg::{row_key, spi, transaction};

/// A table of this node.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    oid: Oid,
    pub(crate) owner: Oid,
    /// Quoted, with its schema.
    name: String,
    /// Its rows are in its partitions.
    is_partitioned: bool,
    /// Key columns, quoted; empty where there is no key.
    key: Vec<String>,
    /// Delta columns, quoted, and how their sums are made.
    deltas: Vec<Delta>,
}

/// A delta column.
#[derive(Debug, Clone)]
struct Delta {
    name: String,
    /// A difference of two values may not fit its type.
    is_integer: bool,
}

/// The version that a row has here.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The table that holds it: a partition, where the table is partitioned.
    relation: Oid,
    /// Its ctid.
    place: String,
    /// Commit time and node, 0 for this one: of the transaction that wrote it, or what it kept when an
    /// older one added to it. None while it is being written, or when no longer known.
    version: Option<(i64, Oid)>,
}

/// The tables of a change; only a TRUNCATE has several.
pub(crate) fn of_change(change: &Logged) -> Result<Vec<Table>, SpockError> {
    let rows = match (&change.new, change.operation.as_str()) {
        (Some(list), "TRUNCATE") => spi::select(
            "SELECT e.v ->> 0, e.v ->> 1 FROM jsonb_array_elements($1::jsonb -> 'tables') e(v)",
            &[list.into()],
        ),
        _ => spi::select(
            "SELECT $1, $2",
            &[change.schema.clone().into(), change.table.clone().into()],
        ),
    };
    rows.iter()
        .map(|row| {
            let names = (row.get::<Option<String>>(0), row.get::<Option<String>>(1));
            let (Some(schema), Some(table)) = names else {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
                    "the log does not say which table it was",
                ));
            };
            by_name(&schema, &table)
        })
        .collect()
}

fn by_name(schema: &str, table: &str) -> Result<Table, SpockError> {
    let row = spi::select_one(
        "SELECT c.oid, c.relowner, format('%I.%I', n.nspname, c.relname),
                coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum)
                            FROM pg_index i
                            JOIN pg_attribute a ON a.attrelid = i.indrelid
                                               AND a.attnum = ANY (i.indkey)
                           WHERE i.indexrelid = coalesce(
                                     pg_get_replica_identity_index(c.oid),
                                     (SELECT p.indexrelid FROM pg_index p
                                       WHERE p.indrelid = c.oid AND p.indisprimary))), '{}'),
                c.relkind = 'p'
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')",
        &[schema.into(), table.into()],
    );
    let Some(row) = row else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("there is no table \"{schema}.{table}\" here"),
        ));
    };
    let oid: Oid = row.get(0);
    let deltas = delta_columns(oid);
    Ok(Table {
        oid,
        owner: row.get(1),
        name: row.get(2),
        key: row.get(3),
        is_partitioned: row.get(4),
        deltas,
    })
}

fn delta_columns(table: Oid) -> Vec<Delta> {
    let numbers = delta_column::of_table(table);
    if numbers.is_empty() {
        return Vec::new();
    }
    spi::select(
        "SELECT a.attnum::integer, quote_ident(a.attname),
                a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
           FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0",
        &[table.into()],
    )
    .iter()
    .filter(|row| numbers.iter().any(|number| i32::from(*number) == row.get::<i32>(0)))
    .map(|row| Delta { name: row.get(1), is_integer: row.get(2) })
    .collect()
}

impl Found {
    /// Whether the row is newer than a commit time.
    pub(crate) fn is_newer_than(&self, time: i64) -> bool {
        self.version.is_some_and(|(own, _)| own > time)
    }
}

impl Table {
    /// Quoted, with its schema.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where its own rows are selected from: not those of tables that inherit from it.
    pub(crate) fn rows(&self) -> String {
        format!("{}{}", if self.is_partitioned { "" } else { "ONLY " }, self.name)
    }

    /// Whether an image has all columns of the key.
    pub(crate) fn has_key_in(&self, image: &str) -> bool {
        let columns = self.columns_in(image);
        !self.key.is_empty() && self.key.iter().all(|column| columns.contains(column))
    }

    /// Refuses an image with values of columns that the table lacks: they would be lost.
    pub(crate) fn check_columns_in(&self, image: &str) -> Result<(), SpockError> {
        let row = spi::select_one(
            "SELECT key FROM jsonb_object_keys($2::jsonb) AS key
              WHERE NOT EXISTS (SELECT FROM pg_attribute
                                 WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped
                                   AND attname = key)
              LIMIT 1",
            &[self.oid.into(), image.into()],
        );
        row.map_or(Ok(()), |row| {
            Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
                format!("the table lacks column \"{}\" here", row.get::<String>(0)),
            ))
        })
    }

    /// The condition that the row `t` has the key that stands in an image, which is the parameter.
    pub(crate) fn key_condition(&self, parameter: &str) -> String {
        let own =
            self.key.iter().map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", ");
        let key = self.key.join(", ");
        let name = &self.name;
        format!(
            "({own}) = (SELECT {key} FROM jsonb_populate_record(NULL::{name}, {parameter}::jsonb))"
        )
    }

    /// Looks for the row whose key stands in an image, and locks it.
    pub(crate) fn find(&self, key: &str) -> Option<Found> {
        let (name, condition) = (&self.name, self.key_condition("$1"));
        let statement = format!(
            "SELECT t.ctid::text, t.xmin::text, t.tableoid
               FROM {name} AS t WHERE {condition} FOR UPDATE"
        );
        let rows = spi::select_as(self.owner, &statement, &[key.into()]);
        let row = rows.first()?;
        let (place, xmin): (String, String) = (row.get(0), row.get(1));
        let relation = row.get(2);
        let version = version_at(relation, &place, &xmin);
        Some(Found { relation, place, version })
    }

    /// Has the row keep its version, although this transaction has just written it; `local` is this node.
    pub(crate) fn keep_version(found: &Found, local: Oid) {
        let Some((time, node)) = found.version else { return };
        let node = if node == 0 { local } else { node };
        give_version(found.relation, &found.place, time, node);
    }

    /// Settings of delta columns that two images of a row have values for: the row's own, and the
    /// difference. `parameters` are those of the old and the new image.
    pub(crate) fn additions(
        &self,
        (old, new): (&str, &str),
        parameters: (&str, &str),
    ) -> Vec<(String, String)> {
        let (in_old, in_new) = (self.columns_in(old), self.columns_in(new));
        let name = &self.name;
        let row = |parameter| format!("(jsonb_populate_record(NULL::{name}, {parameter}::jsonb))");
        self.deltas
            .iter()
            .filter(|delta| in_old.contains(&delta.name) && in_new.contains(&delta.name))
            .map(|Delta { name, is_integer }| {
                let cast = if *is_integer { "::numeric" } else { "" };
                let (old, new) = (row(parameters.0), row(parameters.1));
                let sum = format!("t.{name}{cast} + ({new}.{name}{cast} - {old}.{name}{cast})");
                (name.clone(), sum)
            })
            .collect()
    }

    /// The columns of the table, quoted, that an image has a value for.
    pub(crate) fn columns_in(&self, image: &str) -> Vec<String> {
        self.select_columns(image, false)
    }

    /// Those of [`Self::columns_in`] that an UPDATE may set.
    pub(crate) fn settable_columns_in(&self, image: &str) -> Vec<String> {
        self.select_columns(image, true)
    }

    fn select_columns(&self, image: &str, settable: bool) -> Vec<String> {
        let row = spi::select_one(
            "SELECT coalesce(array_agg(quote_ident(attname) ORDER BY attnum), '{}')
               FROM pg_attribute
              WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                AND $2::jsonb ? attname::text AND (NOT $3 OR attidentity <> 'a')",
            &[self.oid.into(), image.into(), settable.into()],
        );
        row.map_or_else(Vec::new, |row| row.get(0))
    }
}

/// Has the row at a place, which this transaction has just written, have another version than the transaction.
/// False where the table has no key: versions are kept by it.
pub(crate) fn give_version(relation: Oid, place: &str, time: i64, node: Oid) -> bool {
    let Some(key) = row_key::hash_at(relation, place) else { return false };
    let xmin = transaction::current_xid();
    version_override::put(relation, key, Override { xmin, time, node });
    true
}

/// The version of the row at a place with an xmin: commit time, and node, which is 0 for this one. None when
/// nobody knows it any more.
pub(crate) fn version_at(relation: Oid, place: &str, xmin: &str) -> Option<(i64, Oid)> {
    kept_version(relation, place, xmin).or_else(|| {
        let row = spi::select_one(
            "SELECT v.timestamp, v.roident::bigint
               FROM spock.xact_commit_timestamp_origin($1::text::xid) v
              WHERE v.timestamp IS NOT NULL",
            &[xmin.into()],
        )?;
        Some((row.get(0), row.get::<Option<u32>>(1).unwrap_or(0)))
    })
}

/// The version that a row kept when an older change was added to it.
fn kept_version(relation: Oid, place: &str, xmin: &str) -> Option<(i64, Oid)> {
    version_override::recall(relation);
    if !version_override::may_exist(relation) {
        return None;
    }
    let found = version_override::find(relation, row_key::hash_at(relation, place)?)?;
    (found.xmin.to_string() == xmin).then_some((found.time, found.node))
}
