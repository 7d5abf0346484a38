//! The local tables that logged changes are about: their keys, and columns that can be written.

use pgrx::PgSqlErrorCode;
use spock_core::oid::Oid;

use super::exceptions::Logged;
use crate::pg::error::SpockError;
use crate::pg::spi;

/// A table of this node.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    oid: Oid,
    pub(crate) owner: Oid,
    /// Quoted, with its schema.
    name: String,
    /// Key columns, quoted; empty where there is no key.
    key: Vec<String>,
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
                           WHERE i.indexrelid = pg_get_replica_identity_index(c.oid)), '{}')
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r'",
        &[schema.into(), table.into()],
    );
    let Some(row) = row else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("there is no table \"{schema}.{table}\" here"),
        ));
    };
    Ok(Table { oid: row.get(0), owner: row.get(1), name: row.get(2), key: row.get(3) })
}

impl Table {
    /// Quoted, with its schema.
    pub(crate) fn name(&self) -> &str {
        &self.name
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
