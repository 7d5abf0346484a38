//! What the provider has to copy: the tables of the subscribed sets, and how to read one.

use pgrx::PgSqlErrorCode;
use serde_json::Value as Json;

use super::target::{self, LocalColumn};
use crate::pg::copy::CopyFormat;
use crate::pg::error::SpockError;
use crate::pg::quoting::{identifier, literal, qualified, text_array};
use crate::pg::walreceiver::{Connection, Mode};

/// First object id that a server gives to objects which users create.
const FIRST_USER_OID: u32 = 16_384;

/// A table of the provider that is in a subscribed set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedTable {
    pub(super) schema: String,
    pub(super) name: String,
    /// Size of its rows there.
    pub(super) bytes: i64,
}

/// A column that the provider sends.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RemoteColumn {
    name: String,
    type_oid: u32,
    /// The binary form means the same on every server of a major version.
    portable: bool,
}

/// A table about to be copied.
#[derive(Debug, Clone)]
pub(super) struct SourceTable {
    schema: String,
    name: String,
    columns: Vec<RemoteColumn>,
    filtered: bool,
}

/// How a table is copied.
#[derive(Debug, Clone)]
pub(super) struct CopyPlan {
    /// The command for the provider.
    pub(super) command: String,
    /// The local table.
    pub(super) relation: u32,
    pub(super) columns: Vec<String>,
    pub(super) format: CopyFormat,
}

/// Opens a connection that reads in an exported snapshot.
pub(super) fn connect_to_snapshot(
    dsn: &str,
    name: &str,
    snapshot: &str,
) -> Result<Connection, SpockError> {
    let mut connection = Connection::connect(dsn, name, Mode::Sql)?;
    connection.exec("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
    connection.exec(&format!("SET TRANSACTION SNAPSHOT {}", literal(snapshot)))?;
    Ok(connection)
}

/// The tables that the given sets publish, without those of the skipped schemas. Parents of partitions
/// have no rows of their own: their partitions are listed.
pub(super) fn list_tables(
    provider: &mut Connection,
    sets: &[String],
    skipped_schemas: &[String],
) -> Result<Vec<ListedTable>, SpockError> {
    let query = format!(
        "SELECT i.nspname, i.relname, pg_catalog.pg_table_size(i.relid)
           FROM (SELECT DISTINCT relid FROM spock.tables WHERE set_name::text = ANY ({sets})) t,
                LATERAL spock.repset_show_table(t.relid::pg_catalog.oid::pg_catalog.regclass, {sets}) i
          WHERE i.relkind = 'r' AND NOT i.nspname = ANY ({skipped})",
        sets = text_array(sets),
        skipped = text_array(skipped_schemas),
    );
    let rows = provider.query(&query, 3)?;
    let tables = rows.into_iter().map(|row| {
        let mut values = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || values.next().unwrap_or_default();
        ListedTable { schema: next(), name: next(), bytes: next().parse().unwrap_or(0) }
    });
    Ok(tables.collect())
}

/// Describes one table of the given sets.
pub(super) fn describe(
    provider: &mut Connection,
    sets: &[String],
    schema: &str,
    name: &str,
) -> Result<SourceTable, SpockError> {
    // Types that stand for objects travel by object id in binary form, which differs per database.
    let query = format!(
        "SELECT i.has_row_filter, pg_catalog.json_agg(pg_catalog.json_build_array(
                    a.attname, a.atttypid::pg_catalog.int8,
                    t.typsend <> 0 AND t.typreceive <> 0 AND t.typname !~ '^_?reg'
                ) ORDER BY a.attnum)
           FROM spock.repset_show_table({table}::pg_catalog.regclass, {sets}) i
           JOIN pg_catalog.pg_attribute a ON a.attrelid = i.relid
           JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
          WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND (i.att_list IS NULL OR a.attname::text = ANY (i.att_list))
          GROUP BY i.has_row_filter",
        table = literal(&qualified(schema, name)),
        sets = text_array(sets),
    );
    let row = provider.query(&query, 2)?.into_iter().next();
    let Some([filtered, Some(columns)]) = row.as_deref() else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("the provider does not publish table {schema}.{name} to this subscription"),
        ));
    };
    let columns = parse_columns(columns).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
            format!("the provider gave an unreadable description of table {schema}.{name}"),
        )
    })?;
    let filtered = filtered.as_deref() == Some("t");
    Ok(SourceTable { schema: schema.to_owned(), name: name.to_owned(), columns, filtered })
}

fn parse_columns(text: &str) -> Option<Vec<RemoteColumn>> {
    let Json::Array(columns) = serde_json::from_str(text).ok()? else { return None };
    let column = |json: &Json| {
        Some(RemoteColumn {
            name: json.get(0)?.as_str()?.to_owned(),
            type_oid: json.get(1)?.as_u64()?.try_into().ok()?,
            portable: json.get(2)?.as_bool()?,
        })
    };
    columns.iter().map(column).collect()
}

impl SourceTable {
    /// Matches the table with the local one of the same name. Columns that are computed here are left
    /// out; columns that only we have get their defaults. Needs a transaction.
    pub(super) fn plan(&self, sets: &[String], same_major: bool) -> Result<CopyPlan, SpockError> {
        let error = |code, message| Err(SpockError::new(code, message));
        let Some(relation) = target::find(&self.schema, &self.name) else {
            return error(
                PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
                format!("table {}.{} does not exist on the subscriber", self.schema, self.name),
            );
        };
        let local = target::columns(relation);
        let mut chosen: Vec<(&RemoteColumn, &LocalColumn)> = Vec::new();
        for column in &self.columns {
            let Some(here) = local.iter().find(|here| here.name == column.name) else {
                return error(
                    PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
                    format!(
                        "table {}.{} on the subscriber lacks column \"{}\" of the provider",
                        self.schema, self.name, column.name
                    ),
                );
            };
            if !here.generated {
                chosen.push((column, here));
            }
        }
        let binary = same_major
            && chosen.iter().all(|(there, here)| {
                there.portable && there.type_oid == here.type_oid && there.type_oid < FIRST_USER_OID
            });
        let format = if binary { CopyFormat::Binary } else { CopyFormat::Text };
        let columns: Vec<String> = chosen.iter().map(|(there, _)| there.name.clone()).collect();
        Ok(CopyPlan { command: self.command(&columns, format, sets), relation, columns, format })
    }

    fn command(&self, columns: &[String], format: CopyFormat, sets: &[String]) -> String {
        let table = qualified(&self.schema, &self.name);
        let list = columns.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ");
        let format = if format == CopyFormat::Binary { "binary" } else { "text" };
        if self.filtered {
            format!(
                "COPY (SELECT {list} FROM spock.table_data_filtered(NULL::{table}, \
                 {}::pg_catalog.regclass, {})) TO STDOUT WITH (FORMAT {format})",
                literal(&table),
                text_array(sets),
            )
        } else {
            format!("COPY {table} ({list}) TO STDOUT WITH (FORMAT {format})")
        }
    }
}
