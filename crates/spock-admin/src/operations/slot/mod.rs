//! Replication slots over all nodes: how much log each keeps, and who reads it.
//!
//! Who reads a slot stands at the subscriber. A slot is an orphan when every node that could read it was asked and
//! none does; while one could not be asked it is `unknown`. Slots are read before the subscriptions, and again
//! after them: what was dropped meanwhile is left out.

use futures::future::join_all;
use serde::Serialize;
use spock_core::lsn::Lsn;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, SlotClaim, SlotFacts};
use crate::error::{AdminError, ErrorKind, Result};

/// A slot and what is known of its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SlotState {
    /// The node that has it.
    pub node: String,
    /// What the server says.
    #[serde(flatten)]
    pub slot: SlotFacts,
    /// used, waiting, copying, own, foreign, orphan, or unknown.
    pub state: &'static str,
    /// The node whose subscription reads it.
    pub consumer: Option<String>,
    /// That subscription.
    pub subscription: Option<String>,
    /// What is not well, or what the slot is for.
    pub reason: Option<String>,
}

/// Who was asked which slots he reads, and who could not be.
#[derive(Debug, Clone, Default)]
struct Asked {
    claims: Vec<SlotClaim>,
    /// Names of the nodes that answered: those of the definition, and those that they are registered by.
    answered: Vec<String>,
    /// Names of those that did not.
    silent: Vec<String>,
}

/// The slots of these nodes (all when empty); `fleet` is the whole cluster, because any node can be a reader.
pub async fn list(fleet: &Fleet, nodes: &[String]) -> Answers<SlotState> {
    let chosen: Vec<_> = fleet
        .clients
        .iter()
        .filter(|client| nodes.is_empty() || nodes.iter().any(|node| node == client.node()))
        .collect();
    let mut out = Answers { items: Vec::new(), errors: Vec::new(), answered: 0 };
    out.errors.extend(
        fleet
            .errors
            .iter()
            .filter(|error| {
                nodes.is_empty() || error.node.as_ref().is_some_and(|node| nodes.contains(node))
            })
            .cloned(),
    );
    let mut found = Vec::new();
    for (client, slots) in join_all(chosen.into_iter().map(async |c| (c, c.slots().await))).await {
        match slots {
            Ok(slots) => found.push((client, slots)),
            Err(error) => out.errors.push(error),
        }
    }
    let asked = ask(fleet).await;
    let asked = &asked;
    let classified = found.into_iter().map(|(client, slots)| of_node(client, slots, asked));
    for items in join_all(classified).await {
        match items {
            Ok(items) => {
                out.items.extend(items);
                out.answered += 1;
            }
            Err(error) => out.errors.push(error),
        }
    }
    out
}

async fn ask(fleet: &Fleet) -> Asked {
    let mut asked = Asked::default();
    asked.silent.extend(fleet.errors.iter().filter_map(|error| error.node.clone()));
    let answers = fleet.clients.iter().map(async |client| {
        (client.node().to_owned(), client.slot_claims().await, client.local_node().await)
    });
    for (node, claims, local) in join_all(answers).await {
        match (claims, local) {
            (Ok(claims), Ok(local)) => {
                asked.claims.extend(claims);
                asked.answered.extend(local.map(|local| local.name).filter(|name| *name != node));
                asked.answered.push(node);
            }
            _ => asked.silent.push(node),
        }
    }
    asked
}

async fn of_node(client: &Client, slots: Vec<SlotFacts>, asked: &Asked) -> Result<Vec<SlotState>> {
    let local = client.local_node().await?;
    let mut known = Vec::new();
    if local.is_some() {
        known.extend(client.known_nodes().await?.into_iter().map(|(name, _)| name));
    }
    let still: Vec<String> = client.slots().await?.into_iter().map(|slot| slot.name).collect();
    let own: Vec<&str> = local
        .iter()
        .map(|local| local.name.as_str())
        .chain(std::iter::once(client.node()))
        .collect();
    let id = local.as_ref().map(|local| local.id);
    Ok(slots
        .into_iter()
        .filter(|slot| still.contains(&slot.name))
        .map(|slot| classify(client.node(), slot, id, &own, &known, asked))
        .collect())
}

/// Decides what a slot is. `own`: the names of its node; `known`: the nodes that it knows.
fn classify(
    node: &str,
    slot: SlotFacts,
    id: Option<u32>,
    own: &[&str],
    known: &[String],
    asked: &Asked,
) -> SlotState {
    let state = |state, consumer: Option<&SlotClaim>, reason: Option<String>| SlotState {
        node: node.to_owned(),
        state,
        consumer: consumer.map(|claim| claim.node.clone()),
        subscription: consumer.map(|claim| claim.subscription.clone()),
        reason,
        slot: slot.clone(),
    };
    if slot.name == "spock_retention" {
        return state("own", None, Some("keeps deleted rows for late changes".to_owned()));
    }
    if slot.name.starts_with("spk_log_") {
        return state("own", None, Some("reads this server's own log for deletes".to_owned()));
    }
    let lost = (slot.wal_status.as_deref() == Some("lost"))
        .then(|| "the log that it needs is gone".to_owned());
    let mut claims = asked.claims.iter().filter(|claim| Some(claim.provider) == id);
    if let Some(claim) = claims.clone().find(|claim| claim.slot == slot.name) {
        if slot.is_active {
            return state("used", Some(claim), lost);
        }
        let why = if claim.is_enabled {
            format!("{} does not read it at the moment", claim.node)
        } else {
            format!("the subscription is disabled on {}", claim.node)
        };
        return state("waiting", Some(claim), lost.or(Some(why)));
    }
    let copy_of = |claim: &&SlotClaim| claim.copies.iter().any(|(name, _)| *name == slot.name);
    if let Some(claim) = claims.find(copy_of) {
        let table = claim.copies.iter().find(|(name, _)| *name == slot.name);
        return state(
            "copying",
            Some(claim),
            table.map(|(_, table)| format!("for the copy of {table}")),
        );
    }
    if slot.is_active {
        let reader = slot.reader.as_deref().unwrap_or("a client");
        return state(
            "foreign",
            None,
            Some(format!("{reader} reads it, for no known subscription")),
        );
    }
    let is_own = |name: &&String| own.contains(&name.as_str());
    let mut silent: Vec<&String> = asked.silent.iter().filter(|name| !is_own(name)).collect();
    silent.extend(known.iter().filter(|name| {
        !is_own(name) && !asked.answered.contains(name) && !asked.silent.contains(name)
    }));
    let others: Vec<&str> =
        asked.answered.iter().filter(|name| !is_own(name)).map(String::as_str).collect();
    if !silent.is_empty() {
        let names: Vec<&str> = silent.iter().map(|name| name.as_str()).collect();
        return state("unknown", None, Some(format!("{} could not be asked", names.join(", "))));
    }
    if others.is_empty() {
        return state(
            "unknown",
            None,
            Some("there is no other node that could be asked".to_owned()),
        );
    }
    state("orphan", None, Some(format!("no subscription of {} reads it", others.join(", "))))
}

/// What `slot enable-failover` did on a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FailoverSlots {
    /// The node.
    pub node: String,
    /// Slots that standbys keep from now on; in a rehearsal those that they would.
    pub changed: i64,
}

/// Has standbys keep the slots of every node's subscribers; with `rehearse` only says how many.
pub async fn enable_failover(fleet: &Fleet, rehearse: bool) -> Answers<FailoverSlots> {
    ask_nodes(fleet, async |client| {
        let version = client.version_num().await?;
        if version < 170_000 {
            let message = format!("PostgreSQL {} has no failover slots", version / 10_000);
            return Err(AdminError::new(ErrorKind::Incompatible, message)
                .hint("standbys keep slots from version 17 on")
                .on(client.node()));
        }
        let changed = if rehearse {
            client.slots_without_failover().await?
        } else {
            client.enable_failover().await?
        };
        Ok(vec![FailoverSlots { node: client.node().to_owned(), changed }])
    })
    .await
}

/// Whether a slot may be moved there; the server refuses the rest.
pub fn check_advance(slot: &SlotFacts, state: &str, target: Lsn, end: Lsn) -> Result<()> {
    let name = &slot.name;
    let refused = |why: String| AdminError::precondition(why);
    if state == "own" {
        return Err(refused(format!("slot \"{name}\" is the node's own, and is not moved")));
    }
    if slot.is_active {
        let reader = slot.reader.as_deref().unwrap_or("a client");
        return Err(refused(format!("slot \"{name}\" is read by {reader}"))
            .hint("disable the subscription first"));
    }
    let confirmed = slot.confirmed_lsn.as_deref().and_then(|lsn| lsn.parse::<Lsn>().ok());
    if let Some(confirmed) = confirmed.filter(|confirmed| target < *confirmed) {
        return Err(refused(format!(
            "slot \"{name}\" cannot go back from {confirmed} to {target}"
        )));
    }
    if target > end {
        return Err(refused(format!("the log ends at {end}, before {target}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(name: &str, is_active: bool) -> SlotFacts {
        SlotFacts {
            name: name.into(),
            is_active,
            pid: None,
            reader: None,
            reader_address: None,
            kept_bytes: Some(1),
            safe_bytes: None,
            wal_status: Some("reserved".into()),
            restart_lsn: None,
            confirmed_lsn: None,
        }
    }

    fn asked(silent: &[&str]) -> Asked {
        let claim = SlotClaim {
            node: "n2".into(),
            subscription: "sub_n1_n2".into(),
            is_enabled: true,
            provider: 1,
            slot: "spk_a".into(),
            copies: vec![("spk_a_00000001".into(), "public.t".into())],
        };
        Asked {
            claims: vec![claim],
            answered: vec!["n1".into(), "n2".into()],
            silent: silent.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn of(slot: SlotFacts, known: &[&str], asked: &Asked) -> (&'static str, String) {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        let state = classify("n1", slot, Some(1), &["n1"], &known, asked);
        (state.state, state.reason.unwrap_or_default())
    }

    #[test]
    fn a_slot_goes_neither_back_nor_beyond_the_log() {
        let at = |active| SlotFacts { confirmed_lsn: Some("0/64".into()), ..slot("s", active) };
        let check = |slot: &SlotFacts, state, lsn| check_advance(slot, state, Lsn(lsn), Lsn(200));
        for lsn in [100, 150, 200] {
            assert!(check(&at(false), "orphan", lsn).is_ok(), "{lsn}");
        }
        assert!(check(&at(false), "orphan", 99).is_err());
        assert!(check(&at(false), "orphan", 201).is_err());
        assert!(check(&at(true), "used", 150).is_err());
        assert!(check(&at(false), "own", 150).is_err());
    }

    #[test]
    fn a_slot_is_what_its_reader_says() {
        let all = asked(&[]);
        assert_eq!(of(slot("spk_a", true), &["n1", "n2"], &all).0, "used");
        assert_eq!(of(slot("spk_a", false), &["n1", "n2"], &all).0, "waiting");
        assert_eq!(of(slot("spk_a_00000001", false), &["n1", "n2"], &all).0, "copying");
        assert_eq!(of(slot("spk_log_1", false), &[], &all).0, "own");
        assert_eq!(of(slot("spk_b", true), &["n1", "n2"], &all).0, "foreign");
        let orphan = of(slot("spk_b", false), &["n1", "n2"], &all);
        assert_eq!(orphan, ("orphan", "no subscription of n2 reads it".to_owned()));
        // A copy that is done has no slot.
        assert_eq!(of(slot("spk_a_00000002", false), &["n1", "n2"], &all).0, "orphan");
        // A slot of the same name at another provider is another slot.
        let other = classify("n1", slot("spk_a", false), Some(9), &["n1"], &[], &all);
        assert_eq!(other.state, "orphan");
    }

    /// Seen to fail with nodes that could not be asked counted as those that read nothing.
    #[test]
    fn no_slot_is_an_orphan_while_a_node_could_not_be_asked() {
        let (state, why) = of(slot("spk_b", false), &["n1", "n2"], &asked(&["n3"]));
        assert_eq!((state, why.as_str()), ("unknown", "n3 could not be asked"));
        // Known to the node, and in no definition.
        let (state, why) = of(slot("spk_b", false), &["n1", "n2", "n4"], &asked(&[]));
        assert_eq!((state, why.as_str()), ("unknown", "n4 could not be asked"));
        let alone = Asked { answered: vec!["n1".into()], ..Default::default() };
        assert_eq!(of(slot("spk_b", false), &["n1"], &alone).0, "unknown");
    }
}
