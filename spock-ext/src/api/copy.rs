//! What a node that copies tables from this one asks; see [`crate::sync`].

use std::time::Duration;

use pgrx::pg_extern;
use spock_core::oid::{NodeId, Oid};

use super::checks::{require_local_node, require_preloaded};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Rows};
use crate::pg::value::Value;
use crate::sync::source::{self, Kind};

/// The install script takes these functions from PUBLIC.
fn require_reader() -> Result<(), SpockError> {
    require_preloaded()?;
    require_local_node().map(|_| ())
}

/// `spock.applied_changes()`.
#[pg_extern(sql = false)]
fn applied_changes(since: Option<In<i64>>) -> Rows {
    require_reader().or_raise();
    let rows = source::applied(since.map(|since| since.0.cast_unsigned())).into_iter();
    Rows(
        rows.map(|applied| {
            let times: Vec<String> = applied.commit_times.iter().map(i64::to_string).collect();
            vec![applied.node.as_oid().into(), applied.position.into(), times.join(",").into()]
        })
        .collect(),
    )
}

/// `spock.applied_horizons()`. Asks other nodes and waits for their streams, at most `patience` ms.
#[pg_extern(sql = false)]
fn applied_horizons(besides: In<Oid>, patience: i32) -> Rows {
    require_reader().or_raise();
    let patience = Duration::from_millis(u64::try_from(patience).unwrap_or(0));
    let rows = source::horizons(besides.0, patience).into_iter();
    let row = |(node, passed): (NodeId, Option<i64>)| {
        vec![node.as_oid().into(), passed.map_or(Value::Null, Value::Timestamp)]
    };
    Rows(rows.map(row).collect())
}

/// `spock.copy_versions()`.
#[pg_extern(sql = false)]
fn copy_versions(relation: Option<In<Oid>>, since: Option<In<i64>>) -> Rows {
    require_reader().or_raise();
    let Some(relation) = relation else { return Rows(Vec::new()) };
    let carried = source::versions(relation.0, since.map(|since| since.0));
    let rows = carried.into_iter().map(|carried| {
        let kind = match carried.kind {
            Kind::Key => b'k',
            Kind::Row => b'r',
            Kind::Dead => b'd',
            Kind::Written => b'w',
            Kind::Truncate => b't',
        };
        let version = carried.version;
        vec![
            kind.into(),
            carried.key.into(),
            version.map_or(Value::Null, |version| Value::Timestamp(version.time)),
            version.map(|version| version.node.as_oid()).into(),
        ]
    });
    Rows(rows.collect())
}
