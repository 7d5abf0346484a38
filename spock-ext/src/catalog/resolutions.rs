//! `spock.resolutions`: conflicts that were resolved, and how.

use crate::pg::spi;
use crate::pg::value::Value;

/// A row; times are microseconds since 2000-01-01.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resolution {
    pub(crate) node_name: String,
    /// Schema-qualified.
    pub(crate) relation: String,
    pub(crate) index: Option<String>,
    pub(crate) conflict_type: &'static str,
    pub(crate) conflict_resolution: &'static str,
    /// Node that wrote the local row.
    pub(crate) local_origin: Option<i32>,
    pub(crate) local_tuple: Option<String>,
    pub(crate) local_xid: Option<u32>,
    pub(crate) local_timestamp: Option<i64>,
    pub(crate) remote_origin: i32,
    pub(crate) remote_tuple: Option<String>,
    pub(crate) remote_xid: u32,
    pub(crate) remote_timestamp: i64,
    pub(crate) remote_lsn: spock_core::lsn::Lsn,
    /// The row that stands there afterwards.
    pub(crate) result_tuple: Option<String>,
    /// The three rows as JSON.
    pub(crate) local_json: Option<String>,
    pub(crate) remote_json: Option<String>,
    pub(crate) result_json: Option<String>,
}

/// Adds a row.
pub(crate) fn insert(resolution: &Resolution) {
    let time = |time: Option<i64>| time.map_or(Value::Null, Value::Timestamp);
    spi::execute(
        "INSERT INTO spock.resolutions (node_name, log_time, relname, idxname, conflict_type,
             conflict_resolution, local_origin, local_tuple, local_xid, local_timestamp,
             remote_origin, remote_tuple, remote_xid, remote_timestamp, remote_lsn,
             result_tuple, local_row, remote_row, result_row)
         VALUES ($1::name, clock_timestamp(), $2, $3, $4, $5, $6::integer, $7, $8::text::xid,
             $9::timestamptz, $10::integer, $11, $12::text::xid, $13::timestamptz, $14::pg_lsn,
             $15, $16::jsonb, $17::jsonb, $18::jsonb)",
        &[
            resolution.node_name.as_str().into(),
            resolution.relation.as_str().into(),
            resolution.index.as_deref().into(),
            resolution.conflict_type.into(),
            resolution.conflict_resolution.into(),
            resolution.local_origin.into(),
            resolution.local_tuple.as_deref().into(),
            resolution.local_xid.map(|xid| xid.to_string()).into(),
            time(resolution.local_timestamp),
            resolution.remote_origin.into(),
            resolution.remote_tuple.as_deref().into(),
            resolution.remote_xid.to_string().into(),
            Value::Timestamp(resolution.remote_timestamp),
            resolution.remote_lsn.into(),
            resolution.result_tuple.as_deref().into(),
            resolution.local_json.as_deref().into(),
            resolution.remote_json.as_deref().into(),
            resolution.result_json.as_deref().into(),
        ],
    );
}

/// Removes rows older than some days; how many.
pub(crate) fn remove_older_than(days: i32) -> u64 {
    spi::execute(
        "DELETE FROM spock.resolutions
          WHERE log_time < now() - make_interval(days => $1::integer)",
        &[days.into()],
    )
}
