//! `spock.resolutions` as a whole: how many conflicts of which kind, and removing old ones.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Client;
use crate::error::Result;

/// Conflicts of one type, or of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ConflictCount {
    /// The node that recorded them.
    pub node: String,
    /// The type or the table, whichever is counted by.
    pub name: String,
    /// How many are recorded.
    pub recorded: i64,
    /// Of those, where the change was applied.
    pub applied: i64,
    /// Of those, where the row here was kept or the change left out.
    pub kept: i64,
    /// How many there were since the counters were reset, recorded or not; null when counted by table.
    pub counted: Option<i64>,
    /// The first that is recorded.
    pub first_at: Option<Timestamp>,
    /// The last.
    pub last_at: Option<Timestamp>,
}

/// Conflicts that were removed from the history of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PurgedConflicts {
    /// The node.
    pub node: String,
    /// How many; in a rehearsal how many it would be.
    pub conflicts: i64,
    /// How many stay.
    pub kept: i64,
}

impl Client {
    /// Conflicts by type, or by table, of the last so many seconds or of all time.
    pub async fn conflict_counts(
        &self,
        by_table: bool,
        seconds: Option<f64>,
    ) -> Result<Vec<ConflictCount>> {
        let rows = self
            .query(
                "SELECT coalesce(CASE WHEN $1 THEN r.relname ELSE r.conflict_type END, 'unknown'),
                        count(*), count(*) FILTER (WHERE r.conflict_resolution = 'apply_remote'),
                        min(r.log_time), max(r.log_time)
                   FROM spock.resolutions r
                  WHERE ($2::float8 IS NULL OR r.log_time
                         > pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $2))
                  GROUP BY 1 ORDER BY 1",
                &[&by_table, &seconds],
            )
            .await?;
        let counters = if by_table { None } else { Some(self.conflict_counters().await?) };
        let mut out: Vec<ConflictCount> = rows
            .iter()
            .map(|row| {
                let (name, recorded, applied): (String, i64, i64) =
                    (row.get(0), row.get(1), row.get(2));
                ConflictCount {
                    node: self.node().to_owned(),
                    counted: counters.as_ref().map(|c| c.get(&name).copied().unwrap_or(0)),
                    name,
                    recorded,
                    applied,
                    kept: recorded - applied,
                    first_at: row.get(3),
                    last_at: row.get(4),
                }
            })
            .collect();
        for (name, counted) in counters.into_iter().flatten().filter(|(_, counted)| *counted > 0) {
            if !out.iter().any(|item| item.name == name) {
                out.push(ConflictCount {
                    node: self.node().to_owned(),
                    name,
                    recorded: 0,
                    applied: 0,
                    kept: 0,
                    counted: Some(counted),
                    first_at: None,
                    last_at: None,
                });
            }
        }
        Ok(out)
    }

    /// Conflicts by type, over all subscriptions, since the counters were reset.
    async fn conflict_counters(&self) -> Result<BTreeMap<String, i64>> {
        let rows = self
            .query(
                "SELECT pg_catalog.to_jsonb(c) FROM spock.subscription s,
                        LATERAL spock.get_subscription_stats(s.sub_id) c",
                &[],
            )
            .await?;
        let mut out = BTreeMap::new();
        for row in &rows {
            let counters: Value = row.get(0);
            for (name, count) in counters.as_object().into_iter().flatten() {
                if let (Some(kind), Some(count)) = (name.strip_prefix("confl_"), count.as_i64()) {
                    *out.entry(kind.to_owned()).or_default() += count;
                }
            }
        }
        Ok(out)
    }

    /// Removes the conflicts that were recorded longer ago; with `rehearse` only counts them.
    pub async fn purge_conflicts(&self, seconds: f64, rehearse: bool) -> Result<PurgedConflicts> {
        const OLD: &str =
            "log_time < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $1)";
        let conflicts: i64 = if rehearse {
            let sql = format!("SELECT pg_catalog.count(*) FROM spock.resolutions WHERE {OLD}");
            self.query_one(&sql, &[&seconds]).await?.get(0)
        } else {
            let sql = format!(
                "WITH gone AS (DELETE FROM spock.resolutions WHERE {OLD} RETURNING 1)
                 SELECT pg_catalog.count(*) FROM gone"
            );
            self.query_one(&sql, &[&seconds]).await?.get(0)
        };
        let row = self.query_one("SELECT pg_catalog.count(*) FROM spock.resolutions", &[]).await?;
        let kept = row.get::<_, i64>(0) - if rehearse { conflicts } else { 0 };
        Ok(PurgedConflicts { node: self.node().to_owned(), conflicts, kept })
    }
}
