//! Slots: those that lost their log, those that nobody reads, and those that keep much.

use std::collections::BTreeSet;

use super::{Facts, Finding};
use crate::operations::observe::Slot;

/// Log that a slot which nobody reads may keep before it is worth a word, where nothing limits it.
const MUCH: i64 = 1 << 30;

/// A number of bytes as people read it.
fn size(bytes: i64) -> String {
    if bytes >= 1 << 30 { format!("{} GB", bytes >> 30) } else { format!("{} MB", bytes >> 20) }
}

/// Whether every node that some node knows of was asked, so that a slot which nobody claims is nobody's.
fn is_whole(facts: &[Facts]) -> bool {
    facts.iter().all(|node| node.failures.is_empty())
        && facts.iter().flat_map(|node| &node.known).all(|known| {
            facts.iter().any(|node| node.name == *known || node.registered.as_ref() == Some(known))
        })
}

/// What is wrong with the slots of all nodes.
pub(super) fn slots(facts: &[Facts]) -> Vec<Finding> {
    let is_whole = is_whole(facts);
    let used: BTreeSet<&str> = facts
        .iter()
        .flat_map(|node| &node.claims)
        .flat_map(|claim| {
            let copies = claim.copies.iter().map(|(slot, _)| slot.as_str());
            copies.chain(std::iter::once(claim.slot.as_str()))
        })
        .collect();
    let mut out = Vec::new();
    for node in facts {
        for slot in &node.slots {
            let is_used = used.contains(slot.name.as_str());
            if slot.is_lost() {
                out.extend(lost(node, slot, facts));
            } else if slot.is_stream() && slot.active_pid.is_none() && !is_used && is_whole {
                let kept = slot.kept_bytes.unwrap_or_default();
                let problem = format!(
                    "slot {} belongs to no subscription, and keeps {} of log",
                    slot.name,
                    size(kept)
                );
                out.push(
                    Finding::warning("slot-without-consumer", &node.name, problem)
                        .about(&slot.name)
                        .mend(drop_slot(node, slot)),
                );
            } else {
                out.extend(keeps_much(node, slot));
            }
        }
    }
    out
}

fn drop_slot(node: &Facts, slot: &Slot) -> String {
    format!("spockctl slot drop {} --node {}", slot.name, node.name)
}

/// A slot whose log is gone. That of a subscription is told with it.
fn lost(node: &Facts, slot: &Slot, facts: &[Facts]) -> Option<Finding> {
    let is_told = facts.iter().flat_map(|n| &n.subscriptions).any(|s| s.slot_name == slot.name);
    if is_told {
        return None;
    }
    let limit = limit(node);
    Some(if slot.is_own() {
        let problem = format!(
            "slot {} lost its log ({limit}): deletes that late changes are compared with are not \
             known",
            slot.name
        );
        Finding::warning("own-log-lost", &node.name, problem)
            .about(&slot.name)
            .mend("raise max_slot_wal_keep_size; the slot is made again by itself")
    } else {
        let problem = format!("slot {} lost its log ({limit})", slot.name);
        Finding::warning("slot-lost", &node.name, problem)
            .about(&slot.name)
            .mend(drop_slot(node, slot))
    })
}

/// The limit of the log that slots keep, in words.
pub(super) fn limit(node: &Facts) -> String {
    match node.number("max_slot_wal_keep_size") {
        Some(-1) | None => "max_slot_wal_keep_size is not limited now".to_owned(),
        Some(mb) => format!("max_slot_wal_keep_size is {mb} MB"),
    }
}

fn keeps_much(node: &Facts, slot: &Slot) -> Option<Finding> {
    let kept = slot.kept_bytes?;
    let limited = node.number("max_slot_wal_keep_size").filter(|mb| *mb >= 0);
    if let (Some(mb), Some(safe)) = (limited, slot.safe_bytes) {
        let is_near = slot.wal_status.as_deref() == Some("unreserved") || safe < (mb << 20) / 4;
        if !is_near || kept < (mb << 20) / 2 {
            return None;
        }
        let problem = format!(
            "slot {} keeps {} of log, and is lost at max_slot_wal_keep_size ({mb} MB)",
            slot.name,
            size(kept)
        );
        return Some(
            Finding::warning("wal-kept", &node.name, problem)
                .about(&slot.name)
                .mend(format!("ALTER SYSTEM SET max_slot_wal_keep_size = '{}MB'", mb * 4)),
        );
    }
    if slot.active_pid.is_some() || kept < MUCH || slot.is_own() {
        return None;
    }
    let problem = format!(
        "slot {} keeps {} of log, nobody reads it, and nothing limits it: the disk fills up",
        slot.name,
        size(kept)
    );
    Some(
        Finding::warning("wal-kept", &node.name, problem)
            .about(&slot.name)
            .mend("bring its subscriber back, drop the slot, or set max_slot_wal_keep_size"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::facts::Setting;
    use super::*;
    use crate::client::SlotClaim;

    fn node(limit_mb: &str, slot: Slot) -> Facts {
        let setting = Setting { value: limit_mb.into(), pending_restart: false };
        Facts {
            name: "n1".into(),
            settings: [("max_slot_wal_keep_size".to_owned(), setting)].into(),
            slots: vec![slot],
            known: vec!["n1".into(), "n2".into()],
            ..Facts::default()
        }
    }

    fn slot() -> Slot {
        Slot {
            name: "spk_a".into(),
            plugin: Some("spock_output".into()),
            is_here: true,
            active_pid: None,
            wal_status: Some("extended".into()),
            kept_bytes: Some(60 << 20),
            safe_bytes: Some(4 << 20),
        }
    }

    #[test]
    fn a_slot_near_its_limit_is_told_before_it_is_lost() {
        let found = slots(&[node("64", slot())]);
        assert_eq!(found[0].id, "wal-kept");
        assert!(found[0].problem.contains("keeps 60 MB"), "{found:?}");
        assert_eq!(slots(&[node("1024", Slot { safe_bytes: Some(900 << 20), ..slot() })]), []);
        assert_eq!(slots(&[node("-1", Slot { safe_bytes: None, ..slot() })]), []);
    }

    #[test]
    fn a_slot_is_nobodys_only_when_all_nodes_were_asked() {
        let n1 = node("-1", Slot { safe_bytes: None, ..slot() });
        let n2 = Facts { name: "n2".into(), known: n1.known.clone(), ..Facts::default() };
        assert_eq!(slots(std::slice::from_ref(&n1)), []);
        let both = [n1, n2];
        assert_eq!(slots(&both)[0].id, "slot-without-consumer");
        let [n1, n2] = both;
        let claim = SlotClaim {
            node: "n2".into(),
            subscription: "s".into(),
            is_enabled: true,
            provider: 1,
            slot: "spk".into(),
            copies: vec![("spk_a".into(), "public.t".into())],
        };
        assert_eq!(slots(&[n1, Facts { claims: vec![claim], ..n2 }]), [], "it is for a copy");
    }
}
