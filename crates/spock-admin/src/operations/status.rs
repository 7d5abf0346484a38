//! How the cluster and its subscriptions stand, with a reason for whatever is not well.

use futures::future::join;
use jiff::Timestamp;
use serde::Serialize;

use crate::client::{Client, SubscriptionState};
use crate::cluster::{Cluster, Node};
use crate::error::{AdminError, Result};
use crate::operations::Fleet;
use crate::operations::answers::{Answers, ask_nodes};
use crate::operations::clock::skews;

/// How one subscription stands, as the programs show it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct SubStatus {
    /// The subscriber.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Node that the changes come from.
    pub provider: String,
    /// replicating, initializing, disabled, down, or unknown.
    pub status: String,
    /// How long the last change was under way.
    pub lag_seconds: Option<f64>,
    /// Bytes of the provider's log not yet applied.
    pub lag_bytes: Option<i64>,
    /// Process of its worker.
    pub worker_pid: Option<i64>,
    /// Why it is not replicating, what it is doing, or that changes were left out.
    pub reason: Option<String>,
    /// Slot on the provider, and origin here.
    pub slot_name: String,
    /// Replication sets that are subscribed to.
    pub replication_sets: Vec<String>,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Vec<String>,
    /// State of the first copy, in words.
    pub sync_state: &'static str,
    /// Tables whose copy is done.
    pub tables_ready: u64,
    /// Tables with a copy.
    pub tables_total: u64,
    /// Newest change received.
    pub received_lsn: Option<String>,
    /// Why its worker last stopped, even if it runs again.
    pub last_error: Option<String>,
    /// When.
    pub last_error_at: Option<Timestamp>,
    /// Changes of the provider that were left out here, and wait for somebody.
    pub pending_exceptions: i64,
    /// Why rows may differ from the provider's, with the table.
    pub needs_repair: Option<String>,
    /// What may keep it from going on, now or later.
    pub warning: Option<String>,
    /// The connection string, secrets masked.
    pub provider_dsn: String,
}

impl SubStatus {
    /// Whether nothing needs attention.
    pub fn is_healthy(&self) -> bool {
        self.status == "replicating" && self.reason.is_none()
    }
}

/// How one node stands.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct NodeStatus {
    /// The node.
    pub node: String,
    /// ok, degraded, broken, or unreachable.
    pub status: &'static str,
    /// Version of the extension.
    pub spock: Option<String>,
    /// Version of the server.
    pub postgres: Option<String>,
    /// Subscriptions of this node that replicate.
    pub subscriptions_replicating: usize,
    /// Subscriptions of this node.
    pub subscriptions: usize,
    /// Tables in replication sets of this node.
    pub tables: usize,
    /// What is not well.
    pub reason: Option<String>,
    /// How the node is reached, secrets masked.
    pub dsn: String,
}

/// Every subscription on every node of the fleet.
pub async fn subscriptions(fleet: &Fleet) -> Answers<SubStatus> {
    ask_nodes(fleet, async |client| {
        let subs = client.subscriptions().await?;
        Ok(subs.into_iter().map(|sub| shown(client.node(), sub)).collect())
    })
    .await
}

/// Fails when the database is no node yet, and says what to do.
pub async fn require_node(client: &Client) -> Result<()> {
    if client.local_node().await?.is_some() {
        return Ok(());
    }
    Err(AdminError::precondition(format!(
        "database of node \"{}\" is no spock node",
        client.node()
    ))
    .on(client.node())
    .hint("make the cluster with `spockctl cluster init`"))
}

/// A subscription of this node as the programs show it.
pub fn shown(node: &str, sub: SubscriptionState) -> SubStatus {
    let reason = reason(&sub);
    SubStatus {
        node: node.to_owned(),
        reason,
        name: sub.name,
        provider: sub.provider,
        status: sub.status,
        lag_seconds: sub.lag_seconds,
        lag_bytes: sub.lag_bytes,
        worker_pid: sub.worker.and_then(|worker| worker.pid),
        slot_name: sub.slot_name,
        replication_sets: sub.replication_sets,
        forward_origins: sub.forward_origins,
        sync_state: sub.sync_state,
        tables_ready: sub.tables_ready,
        tables_total: sub.tables_total,
        received_lsn: sub.received_lsn.map(|lsn| lsn.to_string()),
        last_error: sub.last_error,
        last_error_at: sub.last_error_at,
        pending_exceptions: sub.pending_exceptions,
        needs_repair: sub.needs_repair,
        warning: sub.warning,
        provider_dsn: sub.provider_dsn,
    }
}

/// Why a subscription is not replicating, or `None` when it is.
pub(super) fn reason(sub: &SubscriptionState) -> Option<String> {
    if !sub.tables_failed.is_empty() {
        let tables: Vec<String> = sub.tables_failed.iter().map(ToString::to_string).collect();
        let why = sub.last_error.as_deref().map(|e| format!(": {e}")).unwrap_or_default();
        return Some(format!("copy failed for {}{why}", tables.join(", ")));
    }
    let error = || sub.last_error.clone();
    match sub.status.as_str() {
        "replicating" => needs_attention(sub),
        status if status.starts_with("waiting for ") => {
            Some("its next change builds on one of that node, which cannot be heard".to_owned())
        }
        "disabled" => {
            let by_hand = || "disabled by hand".to_owned();
            Some(sub.paused.clone().or_else(error).unwrap_or_else(by_hand))
        }
        "initializing" => {
            let progress = match sub.sync_state {
                state @ "copying data" if sub.tables_total > 0 => {
                    let done =
                        format!("{state}: {}/{} tables", sub.tables_copied, sub.tables_total);
                    match sub.rows_under_way {
                        0 => done,
                        rows => format!("{done}, {rows} rows under way"),
                    }
                }
                state => state.to_owned(),
            };
            Some(match error() {
                Some(error) => format!("{progress}; last error: {error}"),
                None => progress,
            })
        }
        _ => Some(error().unwrap_or_else(|| match &sub.worker {
            Some(worker) if worker.pid.is_none() => format!("worker {}", worker.status),
            Some(worker) => format!("worker {} runs and has not connected", worker.status),
            None => "no worker runs for it".to_owned(),
        })),
    }
}

/// What is wrong with a subscription that replicates: why its rows may differ from its provider's, and
/// what may keep it from going on.
fn needs_attention(sub: &SubscriptionState) -> Option<String> {
    let pending =
        (sub.pending_exceptions > 0).then(|| format!("DIVERGED ({})", sub.pending_exceptions));
    let repair = sub.needs_repair.as_ref().map(|why| format!("needs repair: {why}"));
    let all: Vec<String> = [pending, repair, sub.warning.clone()].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// The reason, or the status when there is none.
pub(super) fn reason_or_state(sub: &SubscriptionState) -> String {
    match reason(sub) {
        Some(reason) => format!("{} ({reason})", sub.status),
        None => sub.status.clone(),
    }
}

/// Every node of the cluster, whether it answers or not.
pub async fn nodes(cluster: &Cluster, nodes: &[&Node], fleet: &Fleet) -> Vec<NodeStatus> {
    let wanted = cluster.subscriptions();
    let found = fleet.at_once.join(nodes.iter().map(|node| async {
        let mut status = NodeStatus {
            node: node.name.clone(),
            status: "unreachable",
            spock: None,
            postgres: None,
            subscriptions_replicating: 0,
            subscriptions: 0,
            tables: 0,
            reason: None,
            dsn: node.admin.redacted(),
        };
        let Ok(client) = fleet.client(&node.name) else {
            let error = fleet.errors.iter().find(|e| e.node.as_deref() == Some(&node.name));
            status.reason = error.map(|e| e.why().to_owned());
            return status;
        };
        if let Err(error) = fill(&client, &mut status).await {
            status.status = "broken";
            status.reason = Some(error.line());
            return status;
        }
        let missing = wanted.iter().filter(|link| link.subscriber == node.name).count();
        if status.status == "ok" && status.subscriptions < missing {
            status.status = "degraded";
            status.reason =
                Some(format!("{} of {missing} subscriptions exist", status.subscriptions));
        }
        status
    }));
    let (mut found, skews) = join(found, skews(&fleet.clients)).await;
    for skew in skews.iter().filter(|skew| skew.matters()) {
        let Some(status) = found.iter_mut().find(|status| status.node == skew.node) else {
            continue;
        };
        let clock = format!(
            "its clock is {:.1} s {} that of {}",
            skew.seconds,
            skew.word(),
            skew.reference
        );
        if status.status == "ok" {
            status.status = "degraded";
        }
        status.reason = Some(match status.reason.take() {
            Some(reason) => format!("{reason}; {clock}"),
            None => clock,
        });
    }
    found
}

async fn fill(client: &Client, status: &mut NodeStatus) -> Result<()> {
    let facts = client.server_facts().await?;
    status.postgres = Some(facts.version);
    status.spock.clone_from(&facts.extension_installed);
    require_node(client).await?;
    let subs = client.subscriptions().await?;
    status.subscriptions = subs.len();
    status.subscriptions_replicating = subs.iter().filter(|s| s.status == "replicating").count();
    status.tables = client.replicated_tables().await?.len();
    let bad: Vec<String> =
        subs.iter().filter_map(|sub| Some(format!("{}: {}", sub.name, reason(sub)?))).collect();
    status.status = if bad.is_empty() { "ok" } else { "degraded" };
    status.reason = (!bad.is_empty()).then(|| bad.join("; "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{TableRef, Worker};

    fn sub(status: &str) -> SubscriptionState {
        SubscriptionState {
            id: 1,
            name: "sub_n1_n2".into(),
            provider: "n1".into(),
            status: status.into(),
            provider_dsn: String::new(),
            slot_name: "spk".into(),
            replication_sets: Vec::new(),
            forward_origins: Vec::new(),
            is_enabled: true,
            sync_state: "copying data",
            tables_ready: 0,
            tables_total: 40,
            tables_copied: 12,
            rows_under_way: 5000,
            tables_failed: Vec::new(),
            worker: None,
            last_error: None,
            last_error_at: None,
            pending_exceptions: 0,
            needs_repair: None,
            paused: None,
            warning: None,
            received_lsn: None,
            lag_seconds: None,
            lag_bytes: None,
        }
    }

    #[test]
    fn whatever_is_not_replicating_has_a_reason() {
        assert_eq!(reason(&sub("replicating")), None);
        let mut differs = sub("replicating");
        differs.needs_repair = Some("public.t: why".into());
        assert_eq!(reason(&differs).as_deref(), Some("needs repair: public.t: why"));
        differs.pending_exceptions = 2;
        let both = "DIVERGED (2); needs repair: public.t: why";
        assert_eq!(reason(&differs).as_deref(), Some(both));
        let mut mutual = sub("replicating");
        mutual.warning = Some("commits wait".into());
        assert_eq!(reason(&mutual).as_deref(), Some("commits wait"));
        assert_eq!(
            reason(&sub("initializing")).as_deref(),
            Some("copying data: 12/40 tables, 5000 rows under way")
        );
        assert_eq!(reason(&sub("down")).as_deref(), Some("no worker runs for it"));
        assert_eq!(reason(&sub("disabled")).as_deref(), Some("disabled by hand"));
        let waiting = reason(&sub("waiting for n2")).expect("a reason");
        assert!(waiting.starts_with("its next change builds on"), "{waiting}");
        let mut down = sub("down");
        down.worker = Some(Worker { pid: None, status: "stopped".into() });
        assert_eq!(reason(&down).as_deref(), Some("worker stopped"));
        down.last_error = Some("connection refused".into());
        assert_eq!(reason(&down).as_deref(), Some("connection refused"));
        down.tables_failed = vec![TableRef { schema: "public".into(), name: "t".into() }];
        assert_eq!(reason(&down).as_deref(), Some("copy failed for public.t: connection refused"));
    }
}
