//! One look at every node: subscriptions, what they have counted, what blocks them, and slots.
//!
//! `check`, `metrics` and `top` are different ways to show an [`Observation`]; `doctor` takes its
//! slots. A look changes nothing, asks all nodes at once (or as many as `--jobs` says), and asks none of them for longer than the
//! limit of a statement.

mod follow;
mod rates;
mod slots;

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;

use crate::client::{Client, SubscriptionState};
use crate::cluster::Node;
use crate::error::{AdminError, Result};
use crate::operations::Fleet;
use crate::operations::clock::Clock;

pub use follow::follow;
pub use rates::{Rates, rates};
pub use slots::{Slot, slots};

/// What a subscription has counted since its counters were reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, schemars::JsonSchema)]
pub struct Counters {
    /// Transactions applied.
    pub commits: i64,
    /// Rows inserted, updated and deleted by them.
    pub inserts: i64,
    /// See `inserts`.
    pub updates: i64,
    /// See `inserts`.
    pub deletes: i64,
    /// Conflicts, whatever their resolution.
    pub conflicts: i64,
    /// How often the stream was lost.
    pub disconnects: i64,
}

impl Counters {
    /// Changes of all kinds.
    pub fn changes(&self) -> i64 {
        self.inserts + self.updates + self.deletes
    }
}

/// One subscription at one moment.
#[derive(Debug, Clone)]
pub struct Stream {
    /// How it stands.
    pub state: SubscriptionState,
    /// Why it is not well, or `None`.
    pub reason: Option<String>,
    /// What it has counted; `None` on servers with the existing version of the extension.
    pub counters: Option<Counters>,
    /// Processes that hold what its worker waits for.
    pub blocked_by: Vec<i32>,
}

/// What a node that answered says of itself.
#[derive(Debug, Clone)]
pub struct NodeView {
    /// Version of the extension.
    pub spock: Option<String>,
    /// Version of the server.
    pub postgres: String,
    /// Its subscriptions.
    pub streams: Vec<Stream>,
    /// Its replication slots.
    pub slots: Vec<Slot>,
    /// Its clock.
    pub clock: Clock,
}

/// A node and what it said, or why it said nothing.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The node.
    pub node: String,
    /// When.
    pub at: Instant,
    /// What it said.
    pub view: Result<NodeView>,
}

/// Every node at one moment.
#[derive(Debug, Clone, Default)]
pub struct Observation {
    /// The nodes, in the order of the cluster.
    pub nodes: Vec<Observed>,
}

impl Observation {
    /// What was seen of this node.
    pub fn node(&self, name: &str) -> Option<&Observed> {
        self.nodes.iter().find(|seen| seen.node == name)
    }

    /// The nodes that answered.
    pub fn views(&self) -> impl Iterator<Item = (&str, &NodeView)> {
        self.nodes.iter().filter_map(|n| Some((n.node.as_str(), n.view.as_ref().ok()?)))
    }

    /// The nodes that did not, and why.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &AdminError)> {
        self.nodes.iter().filter_map(|n| Some((n.node.as_str(), n.view.as_ref().err()?)))
    }
}

/// Looks at every node.
pub async fn observe(nodes: &[&Node], fleet: &Fleet) -> Observation {
    let looks = nodes.iter().map(|node| async {
        let view = match fleet.client(&node.name) {
            Ok(client) => look(&client).await,
            Err(missing) => Err(fleet
                .errors
                .iter()
                .find(|error| error.node.as_deref() == Some(&node.name))
                .cloned()
                .unwrap_or(missing)),
        };
        Observed { node: node.name.clone(), at: Instant::now(), view }
    });
    Observation { nodes: fleet.at_once.join(looks).await }
}

/// Looks at one node, for no longer than a statement may take.
pub async fn look(client: &Client) -> Result<NodeView> {
    client.in_time(ask(client)).await
}

async fn ask(client: &Client) -> Result<NodeView> {
    super::status::require_node(client).await?;
    let versions = client
        .query_one(
            "SELECT pg_catalog.current_setting('server_version'),
                    (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'spock')",
            &[],
        )
        .await?;
    let counters = counters(client).await?;
    let blocked = blocked(client).await?;
    let streams = client
        .subscriptions()
        .await?
        .into_iter()
        .map(|state| Stream {
            reason: super::status::reason(&state),
            counters: counters.as_ref().map(|all| all.get(&state.id).copied().unwrap_or_default()),
            blocked_by: blocked.get(&state.id).cloned().unwrap_or_default(),
            state,
        })
        .collect();
    Ok(NodeView {
        spock: versions.get(1),
        postgres: versions.get(0),
        streams,
        slots: slots(client).await?,
        clock: Clock::read(client, 1).await?,
    })
}

/// Whether the extension has this view; the existing version lacks ours.
async fn has_view(client: &Client, name: &str) -> Result<bool> {
    let row = client.query_one("SELECT pg_catalog.to_regclass($1) IS NOT NULL", &[&name]).await?;
    Ok(row.get(0))
}

async fn counters(client: &Client) -> Result<Option<BTreeMap<u32, Counters>>> {
    if !has_view(client, "spock.subscription_stats").await? {
        return Ok(None);
    }
    let rows = client
        .query(
            "SELECT sub_id, n_commit, n_insert, n_update, n_delete,
                    n_insert_conflict + n_update_conflict + n_delete_conflict, n_disconnect
               FROM spock.subscription_stats",
            &[],
        )
        .await?;
    let of = |row: &tokio_postgres::Row| Counters {
        commits: row.get(1),
        inserts: row.get(2),
        updates: row.get(3),
        deletes: row.get(4),
        conflicts: row.get(5),
        disconnects: row.get(6),
    };
    Ok(Some(rows.iter().map(|row| (row.get(0), of(row))).collect()))
}

async fn blocked(client: &Client) -> Result<BTreeMap<u32, Vec<i32>>> {
    if !has_view(client, "spock.apply_status").await? {
        return Ok(BTreeMap::new());
    }
    let rows = client
        .query(
            "SELECT sub_id, blocked_by FROM spock.apply_status
              WHERE pg_catalog.cardinality(blocked_by) > 0",
            &[],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
