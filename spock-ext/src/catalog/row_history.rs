//! What the catalogs and the table itself tell of one row.

use serde_json::{Map, Value as Json};

use crate::pg::spi;
use crate::pg::value::Value;

/// Rows of a table that are shown at most, where the columns given are no key.
const MOST_ROWS: i64 = 100;

/// A row as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Present {
    pub(crate) value: String,
    pub(crate) xid: u32,
    /// Commit time, and node: 0 for this one. None when no longer known.
    pub(crate) time: Option<i64>,
    pub(crate) node: Option<u32>,
}

/// Something that was recorded for a row.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) at: i64,
    /// Where the change came from.
    pub(crate) node: Option<u32>,
    pub(crate) value: Option<String>,
    pub(crate) note: String,
}

/// Those of some columns that a table does not have.
pub(crate) fn unknown_columns(relation: u32, columns: &[String]) -> Vec<String> {
    spi::select(
        "SELECT c FROM unnest($2::text[]) c
          WHERE NOT EXISTS (SELECT FROM pg_attribute a
                             WHERE a.attrelid = $1::oid AND a.attname = c AND a.attnum > 0
                               AND NOT a.attisdropped)",
        &[relation.into(), columns.into()],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// The rows of a table whose columns have some values.
pub(crate) fn present(relation: u32, key: &Map<String, Json>) -> Vec<Present> {
    let columns: Vec<String> = key.keys().cloned().collect();
    let json = Json::Object(key.clone()).to_string();
    // Written out with the columns' types, so that an index can be used.
    let query = spi::select_one(
        "SELECT format('SELECT to_jsonb(t)::text, t.xmin::text::bigint FROM %s t WHERE %s LIMIT $2',
                       (SELECT format(CASE c.relkind WHEN 'p' THEN '%I.%I' ELSE 'ONLY %I.%I' END,
                                      n.nspname, c.relname)
                          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE c.oid = $1::oid),
                       string_agg(CASE WHEN $3::jsonb -> a.attname = 'null'
                                       THEN format('t.%I IS NULL', a.attname)
                                       ELSE format('t.%I = ($1::jsonb ->> %L)::%s', a.attname, a.attname,
                                                   format_type(a.atttypid, a.atttypmod)) END, ' AND '))
           FROM pg_attribute a
          WHERE a.attrelid = $1::oid AND a.attname = ANY ($2::text[]) AND a.attnum > 0",
        &[relation.into(), (&columns).into(), json.as_str().into()],
    );
    let Some(query) = query.and_then(|row| row.get::<Option<String>>(0)) else { return Vec::new() };
    let rows = spi::select(&query, &[json.into(), MOST_ROWS.into()]);
    rows.iter().map(|row| with_version(row.get(0), row.get(1))).collect()
}

fn with_version(value: String, xid: u32) -> Present {
    let version = spi::select_one(
        "SELECT v.timestamp, v.roident::bigint
           FROM spock.xact_commit_timestamp_origin($1::text::xid) v",
        &[xid.to_string().into()],
    );
    let (time, node) = match version {
        Some(row) => (row.get(0), row.get(1)),
        None => (None, None),
    };
    Present { value, xid, time, node }
}

/// Conflicts of a table in which a row with such values took part.
pub(crate) fn conflicts(schema: &str, table: &str, key: &str) -> Vec<Recorded> {
    recorded(
        "SELECT log_time, remote_origin::bigint, result_row::text,
                format('%s: %s; remote %s of %s%s', conflict_type, conflict_resolution,
                       coalesce(remote_row::text, remote_tuple), remote_timestamp,
                       CASE WHEN local_tuple IS NOT NULL
                            THEN format(', local %s of node %s at %s', coalesce(local_row::text, local_tuple),
                                        coalesce(local_origin::text, 'unknown'),
                                        coalesce(local_timestamp::text, 'an unknown time')) END)
           FROM spock.resolutions
          WHERE relname = $1 AND (local_row @> $2::jsonb OR remote_row @> $2::jsonb)
          ORDER BY log_time, id",
        &[format!("{schema}.{table}").into(), key.into()],
    )
}

/// Exceptions of a table that name a row with such values.
pub(crate) fn exceptions(schema: &str, table: &str, key: &str) -> Vec<Recorded> {
    recorded(
        "SELECT retry_errored_at, remote_origin::bigint, coalesce(remote_new_tup, remote_old_tup)::text,
                format('%s: %s', operation, error_message)
           FROM spock.exception_log
          WHERE table_schema = $1 AND table_name = $2
            AND (remote_new_tup @> $3::jsonb OR remote_old_tup @> $3::jsonb OR local_tup @> $3::jsonb)
          ORDER BY retry_errored_at, command_counter",
        &[schema.into(), table.into(), key.into()],
    )
}

fn recorded(query: &str, parameters: &[Value]) -> Vec<Recorded> {
    spi::select(query, parameters)
        .iter()
        .map(|row| Recorded {
            at: row.get(0),
            node: row.get(1),
            value: row.get(2),
            note: row.get(3),
        })
        .collect()
}

/// Streams of this database that bring nothing at the moment: subscription, provider, and why.
pub(crate) fn standing_still() -> Vec<(u32, String)> {
    spi::select(
        "SELECT n.node_id::bigint,
                format('stream of subscription \"%s\" is %s%s%s', s.subscription_name, s.status,
                       CASE WHEN s.status <> 'replicating' THEN ': ' || s.last_error END,
                       ', and waits for changes of ' || s.waiting_for)
           FROM spock.sub_show_status() s
           JOIN spock.node n ON n.node_name::text = s.provider_node
          WHERE s.status <> 'replicating' OR s.waiting_for IS NOT NULL
          ORDER BY s.subscription_name",
        &[],
    )
    .iter()
    .map(|row| (row.get(0), row.get(1)))
    .collect()
}
