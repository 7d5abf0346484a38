//! What subscriptions have counted: transactions, changes, conflicts, and changes by table.

use jiff::Timestamp;
use serde::Serialize;

use super::Client;
use crate::error::Result;

/// What one subscription has counted since `since`.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SubscriptionStatistics {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub name: String,
    /// Node that the changes come from.
    pub provider: String,
    /// Transactions that were applied.
    pub transactions: i64,
    /// Transactions that were rolled back.
    pub rollbacks: i64,
    /// Rows inserted.
    pub inserts: i64,
    /// Rows updated.
    pub updates: i64,
    /// Rows deleted.
    pub deletes: i64,
    /// How often the stream was lost.
    pub disconnects: i64,
    /// Conflicts, by kind.
    pub conflicts: Conflicts,
    /// Since when it is counted.
    pub since: Option<Timestamp>,
}

/// Conflicts, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Conflicts {
    /// The row was there already.
    pub insert_exists: i64,
    /// The updated row was another node's.
    pub update_origin_differs: i64,
    /// The updated row claims a value that another row has.
    pub update_exists: i64,
    /// The updated row was not there.
    pub update_missing: i64,
    /// The deleted row was another node's.
    pub delete_origin_differs: i64,
    /// The deleted row was not there.
    pub delete_missing: i64,
    /// The deleted row was newer than the delete.
    pub delete_exists: i64,
}

impl Conflicts {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.insert_exists
            + self.update_origin_differs
            + self.update_exists
            + self.update_missing
            + self.delete_origin_differs
            + self.delete_missing
            + self.delete_exists
    }
}

/// Changes of one table by one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableStatistics {
    /// The node.
    pub node: String,
    /// The subscription; none for what the node has sent.
    pub name: Option<String>,
    /// The table, as it stands in a statement; its number when it is gone.
    pub table: String,
    /// Rows inserted.
    pub inserts: i64,
    /// Rows updated.
    pub updates: i64,
    /// Rows deleted.
    pub deletes: i64,
    /// Conflicts.
    pub conflicts: i64,
    /// Changes with delta columns.
    pub deltas: i64,
}

impl Client {
    /// What each subscription of this node has counted, by name.
    pub async fn subscription_statistics(&self) -> Result<Vec<SubscriptionStatistics>> {
        let rows = self
            .query(
                "SELECT s.sub_name::text, s.provider::text, s.n_commit, s.n_rollback, s.n_insert,
                        s.n_update, s.n_delete, s.n_disconnect, c.confl_insert_exists,
                        c.confl_update_origin_differs, c.confl_update_exists,
                        c.confl_update_missing, c.confl_delete_origin_differs,
                        c.confl_delete_missing, c.confl_delete_exists, s.stats_reset
                   FROM spock.subscription_stats s,
                        LATERAL spock.get_subscription_stats(s.sub_id) c
                  ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SubscriptionStatistics {
                node: self.node().to_owned(),
                name: row.get(0),
                provider: row.get(1),
                transactions: row.get(2),
                rollbacks: row.get(3),
                inserts: row.get(4),
                updates: row.get(5),
                deletes: row.get(6),
                disconnects: row.get(7),
                conflicts: Conflicts {
                    insert_exists: row.get(8),
                    update_origin_differs: row.get(9),
                    update_exists: row.get(10),
                    update_missing: row.get(11),
                    delete_origin_differs: row.get(12),
                    delete_missing: row.get(13),
                    delete_exists: row.get(14),
                },
                since: row.get(15),
            })
            .collect())
    }

    /// Changes by stream and table: of each subscription, and of what this node has sent.
    pub async fn table_statistics(&self) -> Result<Vec<TableStatistics>> {
        let rows = self
            .query(
                "SELECT CASE WHEN subid <> 0 THEN coalesce(sub_name::text, subid::text) END,
                        coalesce(table_name, relid::text), n_tup_ins, n_tup_upd, n_tup_del,
                        n_conflict, n_dca
                   FROM spock.channel_table_stats ORDER BY 1 NULLS FIRST, 2",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| TableStatistics {
                node: self.node().to_owned(),
                name: row.get(0),
                table: row.get(1),
                inserts: row.get(2),
                updates: row.get(3),
                deletes: row.get(4),
                conflicts: row.get(5),
                deltas: row.get(6),
            })
            .collect())
    }

    /// Has a subscription count from nothing.
    pub async fn reset_subscription_statistics(&self, subscription: u32) -> Result<()> {
        let sql = "SELECT spock.reset_subscription_stats($1)";
        self.query_one(sql, &[&subscription]).await.map(drop)
    }

    /// Has all streams of this node count the changes of tables from nothing.
    pub async fn reset_table_statistics(&self) -> Result<()> {
        self.query_one("SELECT spock.reset_channel_stats()", &[]).await.map(drop)
    }
}
