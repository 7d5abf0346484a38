//! Nodes that are away and subscriptions that are not well, each with its true reason.
//!
//! Whether one server reaches another is known from the worker of the subscription between them: no
//! other process of that server uses that connection string. Of a disabled subscription it is not known.

use super::{Facts, Finding};
use crate::client::SubscriptionState;
use crate::cluster::{Cluster, Node};
use crate::operations::Fleet;
use crate::operations::status::reason;

/// How messages begin that say a server was not reached.
const NOT_REACHED: [&str; 4] = [
    "could not connect to",
    "could not receive data from",
    "connection to server",
    "provider ended the replication stream",
];

/// Whether a subscription is down because its provider is not reached.
pub(crate) fn is_unreached(sub: &SubscriptionState) -> bool {
    sub.status == "down"
        && sub
            .last_error
            .as_deref()
            .is_some_and(|error| NOT_REACHED.iter().any(|start| error.contains(start)))
}

/// Nodes that this program does not reach, with what the others say of them.
pub(super) fn away_nodes(nodes: &[&Node], fleet: &Fleet, facts: &[Facts]) -> Vec<Finding> {
    let mut out = Vec::new();
    for error in &fleet.errors {
        let Some(node) = error.node.as_deref() else { continue };
        let why = error.why();
        let (mut by, mut not_by) = (Vec::new(), Vec::new());
        for other in facts {
            for sub in other.subscriptions.iter().filter(|sub| sub.provider == node) {
                if sub.status == "replicating" {
                    by.push(other.name.as_str());
                } else if is_unreached(sub) {
                    not_by.push(other.name.as_str());
                }
            }
        }
        let dsn = nodes.iter().find(|n| n.name == node).map(|n| n.admin.redacted());
        let dsn = dsn.unwrap_or_default();
        out.push(if by.is_empty() {
            let others = match not_by.len() {
                0 => String::new(),
                1 => format!("; {} does not reach it either", not_by[0]),
                _ => format!("; {} do not reach it either", not_by.join(", ")),
            };
            let problem = format!("{node} is not reached: {why}{others}");
            Finding::error("node-unreachable", node, problem)
                .mend(format!("start the server of {node}, or correct its address: {dsn}"))
        } else {
            let others = by.join(", ");
            let runs = if by.len() == 1 { "replicates" } else { "replicate" };
            let problem = format!(
                "{node} is not reached from here: {why}; the server runs, {others} {runs} from it"
            );
            Finding::error("node-unreachable", node, problem)
                .mend(format!("correct how this machine reaches {node}: {dsn}"))
        });
    }
    out
}

/// Subscriptions of the cluster's definition that do not exist.
pub(super) fn missing(cluster: &Cluster, facts: &[Facts]) -> Vec<Finding> {
    let mut out = Vec::new();
    for link in cluster.subscriptions() {
        let Some(node) = facts.iter().find(|node| node.name == link.subscriber) else { continue };
        if node.registered.is_none()
            || node.subscriptions.iter().any(|sub| sub.provider == link.provider)
        {
            continue;
        }
        let problem = format!(
            "does not subscribe to {}: what is written there does not come here",
            link.provider
        );
        out.push(
            Finding::error("subscription-missing", &node.name, problem)
                .about(&link.name)
                .mend("spockctl cluster init"),
        );
    }
    out
}

/// Every subscription that is not well. `away`: nodes that were asked and are told of themselves.
pub(super) fn subscriptions(facts: &[Facts], away: &[&str]) -> Vec<Finding> {
    let mut out = Vec::new();
    for node in facts {
        for sub in &node.subscriptions {
            let provider =
                facts.iter().find(|other| other.registered.as_ref() == Some(&sub.provider));
            let is_told = away.contains(&sub.provider.as_str()) && is_unreached(sub);
            let found = if is_told { None } else { stopped(node, sub, provider) };
            out.extend(found.map(|finding| finding.about(&sub.name)));
            out.extend(diverged(node, sub).into_iter().map(|finding| finding.about(&sub.name)));
        }
    }
    out
}

/// Why a subscription does not replicate.
fn stopped(node: &Facts, sub: &SubscriptionState, provider: Option<&Facts>) -> Option<Finding> {
    let name = node.name.as_str();
    let why = || reason(sub).unwrap_or_else(|| sub.status.clone());
    if let Some(lost) = slot_gone(node, sub, provider) {
        return Some(lost);
    }
    let enable = || format!("spockctl sub enable {} --node {name}", sub.name);
    match sub.status.as_str() {
        "replicating" => None,
        "disabled" if let Some(paused) = &sub.paused => Some(
            Finding::warning("subscription-disabled", name, paused).mend("spockctl cluster resume"),
        ),
        "disabled" => Some(match &sub.last_error {
            Some(error) => {
                Finding::error("subscription-disabled", name, format!("disabled: {error}"))
                    .mend(format!("mend the cause, then {}", enable()))
            }
            None => {
                Finding::warning("subscription-disabled", name, "disabled by hand").mend(enable())
            }
        }),
        "initializing" if sub.tables_failed.is_empty() && sub.last_error.is_none() => {
            Some(Finding::info("subscription-initializing", name, why()))
        }
        "paused" if why().contains("resume_apply_workers") => Some(
            Finding::warning("subscription-paused", name, why())
                .mend(format!("spockctl worker resume --node {name}")),
        ),
        "paused" => Some(
            Finding::warning("subscription-paused", name, "spock.readonly is \"all\"")
                .mend("ALTER SYSTEM SET spock.readonly = off, and SELECT pg_reload_conf()"),
        ),
        // The table is told of itself.
        "schema mismatch"
            if node.mismatches.iter().any(|m| m.waits && m.subscription == sub.name) =>
        {
            None
        }
        "schema mismatch" => Some(
            Finding::error("schema-mismatch", name, why())
                .mend("alter one of the two tables: the stream goes on by itself"),
        ),
        status if status.starts_with("waiting for ") => Some(
            Finding::error("subscription-waits", name, format!("{status}: {}", why()))
                .mend("bring that node back, or its subscription"),
        ),
        "down" if is_unreached(sub) => {
            let problem = format!("{name} does not reach {}: {}", sub.provider, why());
            Some(Finding::error("peer-unreachable", name, problem).mend(format!(
                "correct the address that {name} has of {} ({}), or pg_hba.conf there",
                sub.provider, sub.provider_dsn
            )))
        }
        status => Some(
            Finding::error("subscription-down", name, format!("{status}: {}", why()))
                .mend("see the server's log; spock.restart_delay_default later it is tried again"),
        ),
    }
}

/// A subscription whose slot is lost or missing at a provider that was asked.
fn slot_gone(node: &Facts, sub: &SubscriptionState, provider: Option<&Facts>) -> Option<Finding> {
    let provider = provider?;
    // Without an answer about its slots nothing is known of them.
    if provider.slots.is_empty() && !provider.failures.is_empty() {
        return None;
    }
    let again = format!(
        "spockctl sub drop {} --node {} --yes, then spockctl cluster init, and compare: \
         spockctl table diff",
        sub.name, node.name
    );
    let slot = provider.slots.iter().find(|slot| slot.name == sub.slot_name);
    match slot {
        Some(slot) if slot.is_lost() => {
            let problem = format!(
                "its slot {} on {} lost the log that it still needs ({})",
                sub.slot_name,
                provider.name,
                super::slots::limit(provider)
            );
            Some(Finding::error("slot-lost", &node.name, problem).mend(again))
        }
        // While the copy runs the slot may not be there yet.
        None if matches!(sub.status.as_str(), "down" | "disabled") => {
            let problem = format!("its slot {} does not exist on {}", sub.slot_name, provider.name);
            Some(Finding::error("slot-missing", &node.name, problem).mend(again))
        }
        _ => None,
    }
}

/// Why rows may differ from the provider's although changes arrive, or may stop arriving.
fn diverged(node: &Facts, sub: &SubscriptionState) -> Vec<Finding> {
    let name = node.name.as_str();
    let mut out = Vec::new();
    if sub.pending_exceptions > 0 {
        let changes = if sub.pending_exceptions == 1 { "change" } else { "changes" };
        let problem = format!(
            "DIVERGED: {} {changes} of {} could not be applied and wait for somebody",
            sub.pending_exceptions, sub.provider
        );
        out.push(Finding::error("exceptions-pending", name, problem).mend(format!(
            "spockctl exception list --pending --node {name}, then retry or resolve"
        )));
    }
    if let Some(why) = &sub.needs_repair {
        out.push(Finding::error("needs-repair", name, format!("rows may differ: {why}")).mend(
            format!("spockctl table repair, then SELECT spock.sub_repaired('{}')", sub.name),
        ));
    }
    if let Some(warning) = &sub.warning {
        let finding = if warning.contains("synchronous_standby_names") {
            Finding::error("synchronous-pair", name, warning.clone())
                .mend("take one of the two out of synchronous_standby_names")
        } else {
            Finding::warning("subscription-warning", name, warning.clone())
        };
        out.push(finding);
    }
    out
}
