//! Statements that define objects: how nodes treat them, and which ones were queued.

use serde::Serialize;

use super::replicated_ddl::shown;
use super::{Client, rfc3339};
use crate::error::Result;

/// How a node treats statements that define objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DdlState {
    /// They are replicated by themselves.
    pub automatic: bool,
    /// New tables join replication sets.
    pub joins_sets: bool,
    /// Those of functions, too.
    pub from_functions: bool,
    /// They are refused.
    pub denied: bool,
    /// `spock.ddl_lock`.
    pub lock: String,
    /// The node that has the DDL lock of this node.
    pub held_by: Option<String>,
    /// For what.
    pub held_for: Option<String>,
    /// Since when.
    pub held_since: Option<String>,
}

/// A statement that was queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct QueuedDdl {
    /// When.
    pub queued_at: String,
    /// Who ran it.
    pub role: String,
    /// Whose subscribers run it.
    pub sets: Vec<String>,
    /// It was captured, and not given to `spock.replicate_ddl`.
    pub captured: bool,
    /// What they run.
    pub text: String,
}

impl Client {
    /// How this node treats statements that define objects.
    pub async fn ddl_state(&self) -> Result<DdlState> {
        let row = self
            .query_one(
                "SELECT bool_or(s.setting = 'on') FILTER (WHERE s.name = 'spock.enable_ddl_replication'),
                        bool_or(s.setting = 'on') FILTER (WHERE s.name = 'spock.include_ddl_repset'),
                        bool_or(s.setting = 'on') FILTER (WHERE s.name = 'spock.allow_ddl_from_functions'),
                        bool_or(s.setting = 'on') FILTER (WHERE s.name = 'spock.deny_all_ddl'),
                        max(s.setting) FILTER (WHERE s.name = 'spock.ddl_lock'),
                        (SELECT array[l.holder, l.statement, l.since::text] FROM spock.ddl_locks l LIMIT 1)
                   FROM pg_catalog.pg_settings s WHERE s.name LIKE 'spock.%'",
                &[],
            )
            .await?;
        let on = |column: usize| row.get::<_, Option<bool>>(column).unwrap_or_default();
        let mut held = row.get::<_, Option<Vec<Option<String>>>>(5).unwrap_or_default().into_iter();
        let mut next = || held.next().flatten();
        Ok(DdlState {
            automatic: on(0),
            joins_sets: on(1),
            from_functions: on(2),
            denied: on(3),
            lock: row.get::<_, Option<String>>(4).unwrap_or_default(),
            held_by: next(),
            held_for: next().as_deref().map(shown),
            held_since: next().as_deref().map(rfc3339),
        })
    }

    /// The newest statements in this node's queue, which has those of other nodes, too.
    pub async fn queued_ddl(&self, limit: i64) -> Result<Vec<QueuedDdl>> {
        let rows = self
            .query(
                "SELECT q.queued_at::text, q.role::text, coalesce(q.replication_sets, '{}'),
                        q.message_type = 'D', coalesce(q.message #>> '{}', '')
                   FROM spock.queue q WHERE q.message_type IN ('Q', 'D')
                  ORDER BY q.queued_at DESC LIMIT $1",
                &[&limit],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| QueuedDdl {
                queued_at: rfc3339(row.get(0)),
                role: row.get(1),
                sets: row.get(2),
                captured: row.get(3),
                // Of passwords it has what the servers have stored.
                text: shown(row.get(4)),
            })
            .collect())
    }
}
