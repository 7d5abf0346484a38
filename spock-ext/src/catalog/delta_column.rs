//! Delta columns, as security labels of their columns say it.

use crate::pg::security_label;
use crate::pg::spi::{self, Row};

/// The label of a delta column.
pub(crate) const LABEL: &str = "spock.delta_apply";

/// A column and what decides whether it can be a delta column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) relation: u32,
    /// Schema and name of the table, quoted where they must be.
    pub(crate) table: String,
    /// Its name, quoted where it must be.
    pub(crate) name: String,
    pub(crate) type_name: String,
    /// The type is one that differences can be added to.
    pub(crate) can_be_added: bool,
    pub(crate) not_null: bool,
    pub(crate) is_generated: bool,
    /// Part of the primary key.
    pub(crate) in_key: bool,
    /// Of an ordinary or partitioned table.
    pub(crate) in_table: bool,
    /// The table has a primary key.
    pub(crate) has_key: bool,
    /// The table has REPLICA IDENTITY FULL.
    pub(crate) has_full_identity: bool,
    /// It has the label.
    pub(crate) is_delta: bool,
}

const COLUMNS: &str = "SELECT c.oid, c.oid::regclass::text, quote_ident(a.attname),
        format_type(a.atttypid, a.atttypmod),
        a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype,
                       'float8'::regtype, 'numeric'::regtype, 'money'::regtype),
        a.attnotnull, a.attgenerated <> '',
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                   AND a.attnum = ANY (i.indkey)),
        c.relkind IN ('r', 'p'),
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
        c.relreplident = 'f',
        EXISTS (SELECT FROM pg_seclabel l
                 WHERE l.objoid = c.oid AND l.classoid = 'pg_class'::regclass
                   AND l.objsubid = a.attnum AND l.provider = 'spock'
                   AND l.label = 'spock.delta_apply')
   FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped";

/// The table itself, and its partitions.
const BELOW: &str =
    "(c.oid = $1::oid OR c.oid IN (SELECT p.relid FROM pg_partition_tree($1::oid) p))";

fn read(row: &Row) -> Column {
    Column {
        relation: row.get(0),
        table: row.get(1),
        name: row.get(2),
        type_name: row.get(3),
        can_be_added: row.get(4),
        not_null: row.get(5),
        is_generated: row.get(6),
        in_key: row.get(7),
        in_table: row.get(8),
        has_key: row.get(9),
        has_full_identity: row.get(10),
        is_delta: row.get(11),
    }
}

/// A column by its number.
pub(crate) fn by_number(relation: u32, number: i16) -> Option<Column> {
    let query = format!("{COLUMNS} AND c.oid = $1::oid AND a.attnum = $2");
    let number = i32::from(number);
    spi::select_one(&query, &[relation.into(), number.into()]).as_ref().map(read)
}

/// A column by its name: that of the table, and those of its partitions.
pub(crate) fn by_name(relation: u32, name: &str) -> Vec<Column> {
    let query = format!("{COLUMNS} AND {BELOW} AND a.attname = $2::name ORDER BY c.oid <> $1::oid");
    spi::select(&query, &[relation.into(), name.into()]).iter().map(read).collect()
}

/// The delta columns of a table and of its partitions.
pub(crate) fn below(relation: u32) -> Vec<Column> {
    let query = format!("{COLUMNS} AND {BELOW}");
    let columns = spi::select(&query, &[relation.into()]);
    columns.iter().map(read).filter(|column| column.is_delta).collect()
}

/// The numbers of a table's delta columns, as the catalog snapshot shows them: while decoding, at the
/// present place of the stream.
pub(crate) fn of_table(relation: u32) -> Vec<i16> {
    security_label::columns(relation, LABEL)
}

/// Gives a column the label, or takes it away.
pub(crate) fn set_label(column: &Column, is_delta: bool) {
    let Column { table, name, .. } = column;
    let label = if is_delta { format!("'{LABEL}'") } else { "NULL".to_owned() };
    spi::execute(&format!("SECURITY LABEL FOR spock ON COLUMN {table}.{name} IS {label}"), &[]);
}

/// Has old rows written to the log whole, or only as far as the primary key is concerned.
pub(crate) fn set_full_identity(column: &Column, full: bool) {
    let identity = if full { "FULL" } else { "DEFAULT" };
    spi::execute(&format!("ALTER TABLE {} REPLICA IDENTITY {identity}", column.table), &[]);
}
