//! Sync events: marks in a node's log by which the others show how far they have come.

use spock_core::lsn::Lsn;
use tokio_postgres::types::PgLsn;

use super::Client;
use crate::error::Result;

/// How far a subscription has come in its provider's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginProgress {
    /// Its name.
    pub subscription: String,
    /// Its provider.
    pub provider: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// Everything before this place has been applied here.
    pub applied: Option<Lsn>,
}

impl Client {
    /// `spock.sync_event`: writes a mark and returns its place in the log.
    pub async fn sync_event(&self) -> Result<Lsn> {
        self.sync_event_as(false).await
    }

    /// The same, as part of a transaction or outside of any.
    pub async fn sync_event_as(&self, transactional: bool) -> Result<Lsn> {
        let sql = "SELECT spock.sync_event($1)";
        let lsn: PgLsn = self.query_one(sql, &[&transactional]).await?.get(0);
        Ok(Lsn(lsn.into()))
    }

    /// How far each subscription of this node has come.
    pub async fn origin_progress(&self) -> Result<Vec<OriginProgress>> {
        let rows = self
            .query(
                "SELECT s.sub_name::text, n.node_name::text, s.sub_enabled, o.remote_lsn
                   FROM spock.subscription s
                   JOIN spock.node n ON n.node_id = s.sub_origin
                   LEFT JOIN pg_catalog.pg_replication_origin_status o
                     ON o.external_id = s.sub_slot_name::text
                  ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| OriginProgress {
                subscription: row.get(0),
                provider: row.get(1),
                is_enabled: row.get(2),
                applied: row.get::<_, Option<PgLsn>>(3).map(|lsn| Lsn(lsn.into())),
            })
            .collect())
    }
}
