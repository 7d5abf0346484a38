//! Which of two versions of a row stays: one pure rule, the same on every node.
//!
//! Nodes converge because the rule is a total order on versions and every node keeps the greatest
//! it has seen, in whatever order versions arrive (convergence rules V2 and V6). So nothing here
//! may look at a clock, at settings that differ between nodes, or at which side is the local one,
//! except in the policies that are known not to converge ([`Policy::converges`], rule P1).
//!
//! - [`decide`]: an incoming version against a row that is there.
//! - [`missing`]: an incoming change whose row is not there.
//! - [`kind`]: how the outcome is called in logs, tables and statistics.

pub mod kind;
pub mod missing;

use std::cmp::{Ordering, Reverse};

use crate::oid::NodeId;

/// When and where a row got its present content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// Commit time in microseconds since 2000, by the clock of [`node`](Self::node).
    pub time: i64,
    /// The node whose user committed it.
    pub node: NodeId,
}

/// A version and what is needed to compare it with any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Side {
    /// The version.
    pub version: Version,
    /// The tie-breaker of the version's node, which must be the same number on all nodes.
    pub tiebreaker: i64,
}

impl Side {
    /// A side whose node has no tie-breaker of its own: then the node id serves.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self { version, tiebreaker: i64::from(version.node.get()) }
    }

    /// A side whose node may have a tie-breaker of its own.
    #[must_use]
    pub fn with_tiebreaker(version: Version, tiebreaker: Option<i64>) -> Self {
        Self { tiebreaker: tiebreaker.unwrap_or(i64::from(version.node.get())), version }
    }

    /// Which version is newer: later time, then lower tie-breaker, then lower node id. Equal only
    /// for two versions of one node and one time.
    #[must_use]
    pub fn age_order(&self, other: &Self) -> Ordering {
        let key =
            |side: &Self| (side.version.time, Reverse(side.tiebreaker), Reverse(side.version.node));
        key(self).cmp(&key(other))
    }
}

/// How conflicts between versions of different nodes are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// The newer version stays.
    #[default]
    LastUpdateWins,
    /// The older version stays.
    FirstUpdateWins,
    /// The incoming version stays.
    ApplyRemote,
    /// The version that is there stays.
    KeepLocal,
    /// Neither: the incoming transaction fails.
    Error,
}

impl Policy {
    /// All policies.
    pub const ALL: [Self; 5] = [
        Self::LastUpdateWins,
        Self::FirstUpdateWins,
        Self::ApplyRemote,
        Self::KeepLocal,
        Self::Error,
    ];

    /// The name in settings and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LastUpdateWins => "last_update_wins",
            Self::FirstUpdateWins => "first_update_wins",
            Self::ApplyRemote => "apply_remote",
            Self::KeepLocal => "keep_local",
            Self::Error => "error",
        }
    }

    /// The policy with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }

    /// Whether nodes that write the same rows end with the same rows. The others are for one-way
    /// and single-writer set-ups. (Neither would a fixed order of nodes converge: a user who
    /// overwrites a row of a node that ranks higher is overruled everywhere but at home.)
    #[must_use]
    pub const fn converges(self) -> bool {
        matches!(self, Self::LastUpdateWins)
    }
}

/// What happens to an incoming change of a row that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It is applied.
    ApplyRemote,
    /// The local row stays as it is.
    KeepLocal,
    /// It was applied before, or is older than one from the same node that was: the row stays.
    SkipRepeat,
    /// The incoming transaction fails.
    Fail,
}

impl Decision {
    /// Whether the incoming change is written.
    #[must_use]
    pub const fn applies(self) -> bool {
        matches!(self, Self::ApplyRemote)
    }
}

/// Decides between the row that is there and an incoming change of it.
///
/// A `local` of none is a row whose version is no longer known: older than everything. Versions of
/// one node are no conflict, so the policy has no say in them: the incoming one is applied when
/// its time is at least the row's, otherwise it is a repeat (rule V6).
#[must_use]
pub fn decide(policy: Policy, local: Option<Side>, remote: Side) -> Decision {
    let keep_local = match (policy, local) {
        (_, Some(local)) if local.version.node == remote.version.node => {
            return if remote.version.time >= local.version.time {
                Decision::ApplyRemote
            } else {
                Decision::SkipRepeat
            };
        }
        (Policy::Error, _) => return Decision::Fail,
        (Policy::ApplyRemote, _) => false,
        (Policy::KeepLocal, _) => true,
        (Policy::LastUpdateWins, Some(local)) => local.age_order(&remote).is_gt(),
        (Policy::FirstUpdateWins, Some(local)) => local.age_order(&remote).is_lt(),
        (Policy::LastUpdateWins, None) => false,
        (Policy::FirstUpdateWins, None) => true,
    };
    if keep_local { Decision::KeepLocal } else { Decision::ApplyRemote }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side(time: i64, node: u16, tiebreaker: i64) -> Side {
        let node = NodeId::new(node).expect("a real node id");
        Side { version: Version { time, node }, tiebreaker }
    }

    fn any_side() -> impl Strategy<Value = Side> {
        // The tie-breaker belongs to the node, as in a cluster; some nodes share one.
        (0..4i64, 1..6u16).prop_map(|(time, node)| side(time, node, i64::from(node % 3)))
    }

    use Decision::{ApplyRemote, Fail, KeepLocal, SkipRepeat};

    #[test]
    fn later_time_wins() {
        let lww = |local, remote| decide(Policy::LastUpdateWins, Some(local), remote);
        assert_eq!(lww(side(1, 1, 0), side(2, 2, 9)), ApplyRemote);
        assert_eq!(lww(side(2, 1, 9), side(1, 2, 0)), KeepLocal);
    }

    #[test]
    fn ties_go_to_the_lower_tiebreaker_then_the_lower_node_id() {
        let lww = |local, remote| decide(Policy::LastUpdateWins, Some(local), remote);
        assert_eq!(lww(side(1, 1, 5), side(1, 2, 4)), ApplyRemote);
        assert_eq!(lww(side(1, 2, 4), side(1, 1, 5)), KeepLocal);
        assert_eq!(lww(side(1, 1, 5), side(1, 2, 5)), KeepLocal);
        assert_eq!(lww(side(1, 2, 5), side(1, 1, 5)), ApplyRemote);
    }

    #[test]
    fn without_a_tiebreaker_the_node_id_serves() {
        let node = NodeId::new(7).expect("a real node id");
        let version = Version { time: 0, node };
        assert_eq!(Side::new(version).tiebreaker, 7);
        assert_eq!(Side::with_tiebreaker(version, None), Side::new(version));
        assert_eq!(Side::with_tiebreaker(version, Some(-1)).tiebreaker, -1);
    }

    #[test]
    fn v6_same_node_compares_times_whatever_the_policy() {
        for policy in Policy::ALL {
            assert_eq!(decide(policy, Some(side(5, 1, 1)), side(6, 1, 1)), ApplyRemote);
            assert_eq!(decide(policy, Some(side(5, 1, 1)), side(5, 1, 1)), ApplyRemote);
            assert_eq!(decide(policy, Some(side(5, 1, 1)), side(4, 1, 1)), SkipRepeat);
        }
    }

    #[test]
    fn an_unknown_version_is_older_than_everything() {
        let remote = side(i64::MIN, 65_534, i64::MAX);
        assert_eq!(decide(Policy::LastUpdateWins, None, remote), ApplyRemote);
        assert_eq!(decide(Policy::FirstUpdateWins, None, remote), KeepLocal);
    }

    #[test]
    fn fixed_policies_do_not_look_at_versions() {
        let (old, new) = (side(1, 1, 1), side(2, 2, 2));
        for (local, remote) in [(old, new), (new, old)] {
            assert_eq!(decide(Policy::ApplyRemote, Some(local), remote), ApplyRemote);
            assert_eq!(decide(Policy::KeepLocal, Some(local), remote), KeepLocal);
            assert_eq!(decide(Policy::Error, Some(local), remote), Fail);
        }
    }

    #[test]
    fn names_are_unique_and_found_again() {
        for policy in Policy::ALL {
            assert_eq!(Policy::from_name(policy.name()), Some(policy));
        }
        assert_eq!(Policy::from_name("latest"), None);
    }

    proptest! {
        #[test]
        fn both_nodes_keep_the_same_of_two(a in any_side(), b in any_side()) {
            // Of one node they never stand against each other: its versions come in order.
            if a.version.node == b.version.node {
                return Ok(());
            }
            let policy = Policy::LastUpdateWins;
            let at_a = if decide(policy, Some(a), b).applies() { b } else { a };
            let at_b = if decide(policy, Some(b), a).applies() { a } else { b };
            prop_assert_eq!(at_a, at_b);
        }

        #[test]
        fn age_is_a_total_order(a in any_side(), b in any_side(), c in any_side()) {
            prop_assert_eq!(a.age_order(&b), b.age_order(&a).reverse());
            prop_assert_eq!(a.age_order(&b).is_eq(), a == b);
            if a.age_order(&b).is_le() && b.age_order(&c).is_le() {
                prop_assert!(a.age_order(&c).is_le());
            }
        }
    }
}
