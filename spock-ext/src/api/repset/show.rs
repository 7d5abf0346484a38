//! What subscribers of replication sets get of a table.

use pgrx::pg_extern;
use spock_core::oid::Oid;

use crate::api::checks::require_table;
use crate::api::node::local_id;
use crate::catalog::{replication_set, row_filter};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out, Record};
use crate::pg::spi;
use crate::pg::value::Value;

/// `spock.repset_show_table()`: what a subscriber asks before it copies a table.
#[pg_extern(sql = false)]
fn repset_show_table(relation: In<Oid>, repsets: In<Vec<String>>) -> Record {
    Record(show_table(relation.0, &repsets.0).or_raise())
}

fn show_table(relation: Oid, sets: &[String]) -> Result<Vec<Value>, SpockError> {
    let node = local_id()?;
    let table = require_table(relation)?;
    let publication = replication_set::publication(node, relation, sets);
    let row = spi::select_one(
        "SELECT relkind, relispartition FROM pg_class WHERE oid = $1::oid",
        &[relation.into()],
    );
    let (kind, is_partition) = match row {
        Some(row) => (row.get::<u8>(0).into(), row.get::<bool>(1).into()),
        None => (Value::Null, Value::Null),
    };
    let filtered = publication.as_ref().is_some_and(|publication| publication.has_row_filter);
    // In the order of the table, whatever order the lists have.
    let listed = publication.and_then(|publication| publication.columns);
    let mut columns = table.columns;
    if let Some(listed) = listed {
        columns.retain(|column| listed.contains(column));
    }
    Ok(vec![
        relation.into(),
        table.schema.into(),
        table.name.into(),
        columns.into(),
        filtered.into(),
        kind,
        is_partition,
    ])
}

/// `spock.repset_row_filter()`: which rows they get, as a condition of SQL; null for all.
#[pg_extern(sql = false)]
fn repset_row_filter(relation: In<Oid>, repsets: In<Vec<String>>) -> Out<Option<String>> {
    let condition = || {
        let table = require_table(relation.0)?;
        Ok(row_filter::condition(local_id()?, table.oid, &repsets.0))
    };
    Out(condition().or_raise())
}
