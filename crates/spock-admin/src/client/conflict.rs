//! Conflicts that a node has recorded in `spock.resolutions`.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;

use super::{Client, TableRef};
use crate::error::{AdminError, Result};

/// One of the two versions that met.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConflictSide {
    /// The node that wrote it; its number where it is not known by name. Null when nobody knows any more.
    pub node: Option<String>,
    /// The number of that node.
    pub node_id: Option<u32>,
    /// The number that decides between equal times, where the node has one of its own.
    pub tiebreaker: Option<i64>,
    /// When that node committed it, by its clock; null when that is not known any more.
    pub committed_at: Option<Timestamp>,
    /// The transaction: of this node for the local version, of the node that wrote it for the other.
    pub xid: Option<i64>,
    /// The row, by column; null where there was none, or it was not recorded.
    pub row: Option<Value>,
    /// The same as the server writes it, or in words that it was deleted.
    pub text: Option<String>,
}

/// A conflict.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Conflict {
    /// The node that recorded it.
    pub node: String,
    /// What it is called on the command line: `NODE/NUMBER`.
    pub id: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The table, with its schema.
    pub table: Option<String>,
    /// The index by which the row was found, or which both rows claim.
    pub index: Option<String>,
    /// insert_exists, update_origin_differs, and the like.
    pub conflict_type: String,
    /// apply_remote, keep_local, or skip.
    pub resolution: String,
    /// Which row stands there afterwards: remote, local, merged, or none.
    pub winner: &'static str,
    /// The version that was here.
    pub local: ConflictSide,
    /// The version that came.
    pub remote: ConflictSide,
    /// Where the change stands in the log of the node that it came from.
    pub remote_lsn: Option<String>,
    /// The row afterwards, by column.
    pub result_row: Option<Value>,
    /// The same as the server writes it.
    pub result_text: Option<String>,
    /// The policy that holds today for this table and type of conflict.
    pub policy_today: Option<String>,
    /// The function that makes one row of two in this table today.
    pub resolver_today: Option<String>,
}

/// Which conflicts are asked for.
#[derive(Debug, Clone, Default)]
pub struct ConflictFilter {
    /// Only this one, by its number on the node.
    pub number: Option<i32>,
    /// Only those of the last so many seconds.
    pub seconds: Option<f64>,
    /// Only those of this table: with its schema, or without where it is in public.
    pub table: Option<String>,
    /// Only those of this type.
    pub conflict_type: Option<String>,
    /// So many at most, the newest first.
    pub limit: Option<i64>,
}

impl Client {
    /// The conflicts that this node has recorded, the newest first.
    pub async fn conflicts(&self, filter: &ConflictFilter) -> Result<Vec<Conflict>> {
        let ConflictFilter { number, seconds, table, conflict_type, limit } = filter;
        let rows = self
            .query(
                "SELECT r.id, r.log_time, r.relname, r.idxname, r.conflict_type, r.conflict_resolution,
                        r.local_origin, coalesce(l.node_name::text, r.local_origin::text) AS local_node,
                        (l.info ->> 'tiebreaker')::int8 AS local_tiebreaker,
                        r.local_timestamp, r.local_xid::text::int8 AS local_xid, r.local_row,
                        r.local_tuple,
                        r.remote_origin, coalesce(o.node_name::text, r.remote_origin::text) AS remote_node,
                        (o.info ->> 'tiebreaker')::int8 AS remote_tiebreaker,
                        r.remote_timestamp, r.remote_xid::text::int8 AS remote_xid, r.remote_row,
                        r.remote_tuple, r.remote_lsn::text, r.result_row, r.result_tuple,
                        coalesce((SELECT p.policy FROM spock.conflict_policy p
                                   WHERE p.nspname || '.' || p.relname = r.relname
                                     AND p.conflict_type = r.conflict_type),
                                 pg_catalog.current_setting('spock.conflict_resolution', true)) AS policy,
                        (SELECT pg_catalog.format('%I.%I', f.function_nspname, f.function_name)
                           FROM spock.conflict_resolver f
                          WHERE f.nspname || '.' || f.relname = r.relname) AS resolver
                   FROM spock.resolutions r
                   LEFT JOIN spock.node l ON l.node_id::int8 = r.local_origin
                   LEFT JOIN spock.node o ON o.node_id::int8 = r.remote_origin
                  WHERE ($1::int4 IS NULL OR r.id = $1)
                    AND ($2::float8 IS NULL
                         OR r.log_time > pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $2))
                    AND ($3::text IS NULL OR r.relname IN ($3, 'public.' || $3))
                    AND ($4::text IS NULL OR r.conflict_type = $4)
                  ORDER BY r.log_time DESC, r.id DESC LIMIT $5",
                &[number, seconds, table, conflict_type, limit],
            )
            .await?;
        Ok(rows.iter().map(|row| self.conflict(row)).collect())
    }

    fn conflict(&self, row: &Row) -> Conflict {
        let number: i32 = row.get("id");
        let side = |name: &str| {
            let column = |what: &str| format!("{name}_{what}");
            ConflictSide {
                node: row.get(column("node").as_str()),
                node_id: row
                    .get::<_, Option<i32>>(column("origin").as_str())
                    .and_then(|id| u32::try_from(id).ok()),
                tiebreaker: row.get(column("tiebreaker").as_str()),
                committed_at: row.get(column("timestamp").as_str()),
                xid: row.get(column("xid").as_str()),
                row: row.get(column("row").as_str()),
                text: row.get(column("tuple").as_str()),
            }
        };
        let text = |column: &str| row.get::<_, Option<String>>(column);
        let (local, remote) = (side("local"), side("remote"));
        let conflict_type = text("conflict_type").unwrap_or_default();
        let resolution = text("conflict_resolution").unwrap_or_default();
        let result_text = text("result_tuple");
        let winner = match (resolution.as_str(), &result_text) {
            (_, Some(result))
                if conflict_type != "update_exists"
                    && Some(result) != local.text.as_ref()
                    && Some(result) != remote.text.as_ref() =>
            {
                "merged"
            }
            ("apply_remote", _) => "remote",
            _ if local.row.is_none() && local.text.is_none() => "none",
            _ => "local",
        };
        Conflict {
            node: self.node().to_owned(),
            id: format!("{}/{number}", self.node()),
            recorded_at: row.get("log_time"),
            table: text("relname"),
            index: text("idxname"),
            conflict_type,
            resolution,
            winner,
            local,
            remote,
            remote_lsn: text("remote_lsn"),
            result_row: row.get("result_row"),
            result_text,
            policy_today: text("policy"),
            resolver_today: text("resolver"),
        }
    }

    /// What a function makes of two rows of a table, the older one first; nothing is written.
    pub async fn try_resolver(
        &self,
        table: &TableRef,
        resolver: &str,
        older: &Value,
        newer: &Value,
    ) -> Result<Value> {
        let found = self
            .query_opt(
                "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
                   FROM pg_catalog.pg_proc p
                   JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass($2)
                  WHERE $1 IN (p.proname::text, n.nspname || '.' || p.proname,
                               pg_catalog.format('%I.%I', n.nspname, p.proname))
                    AND p.pronargs = 2 AND p.proargtypes[0] = c.reltype
                    AND p.proargtypes[1] = c.reltype AND p.prorettype = c.reltype
                  ORDER BY n.nspname <> 'public' LIMIT 1",
                &[&resolver, &table.quoted()],
            )
            .await?;
        let Some(found) = found else {
            return Err(AdminError::precondition(format!(
                "node \"{}\" has no function \"{resolver}\" that makes one row of {table} of two",
                self.node()
            ))
            .on(self.node()));
        };
        let (function, table): (String, String) = (found.get(0), table.quoted());
        self.begin_snapshot().await?;
        let made = self
            .query_one(
                &format!(
                    "SELECT pg_catalog.to_jsonb({function}(
                                pg_catalog.jsonb_populate_record(NULL::{table}, $1::jsonb),
                                pg_catalog.jsonb_populate_record(NULL::{table}, $2::jsonb)))"
                ),
                &[older, newer],
            )
            .await;
        let ended = self.batch("ROLLBACK").await;
        let made = made?;
        ended?;
        Ok(made.get(0))
    }
}
