//! Why one of two versions won, in words.
//!
//! What was decided is recorded, the rule by which is not: it is found by deciding again, with the rules of the
//! node, and is only called the reason when it comes to what is recorded.

use serde::Serialize;
use spock_core::conflict::kind::Resolution;
use spock_core::conflict::{Policy, Side, decide};

use super::side;
use crate::client::{Conflict, ConflictSide};

/// A conflict and why it came out as it did.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Explanation {
    /// The conflict.
    #[serde(flatten)]
    pub conflict: Conflict,
    /// The rule that decided: a policy, same_node, resolver, missing, unique_value, delta_base, deleted, or
    /// unknown.
    pub rule: &'static str,
    /// The same in sentences: what met, both versions, the rule, the outcome.
    pub sentences: Vec<String>,
}

/// Explains a conflict.
pub fn explain(conflict: Conflict) -> Explanation {
    let (rule, reason) = reason(&conflict);
    let mut sentences = vec![what_met(&conflict)];
    sentences.push(format!("Here: {}.", version(&conflict.local)));
    sentences.push(format!("Came: {}.", version(&conflict.remote)));
    sentences.push(reason);
    sentences.push(outcome(&conflict));
    Explanation { conflict, rule, sentences }
}

fn who(side: &ConflictSide) -> &str {
    side.node.as_deref().unwrap_or("a node that is not known any more")
}

fn what_met(c: &Conflict) -> String {
    let table = c.table.as_deref().unwrap_or("a table");
    let (here, local, remote) = (&c.node, who(&c.local), who(&c.remote));
    let what = match c.conflict_type.as_str() {
        "insert_exists" if is_deleted(c) => {
            format!(
                "{remote} wrote a row of {table} whose key had been deleted on {here} by {local}"
            )
        }
        "insert_exists" => {
            format!(
                "{remote} inserted a row of {table} whose key existed on {here}, written by {local}"
            )
        }
        "update_origin_differs" => {
            format!(
                "{remote} updated a row of {table} that {local} had written last, as seen by {here}"
            )
        }
        "delete_origin_differs" => {
            format!(
                "{remote} deleted a row of {table} that {local} had written last, as seen by {here}"
            )
        }
        "delete_exists" => {
            format!(
                "{remote} deleted a row of {table} of which {here} had a newer version, of {local}"
            )
        }
        "update_missing" if is_deleted(c) => {
            format!("{remote} updated a row of {table} that had been deleted on {here} by {local}")
        }
        "update_missing" => format!("{remote} updated a row of {table} that {here} does not have"),
        "delete_missing" => format!("{remote} deleted a row of {table} that {here} does not have"),
        "update_exists" => format!(
            "two rows of {table} with different keys, one of {local} and one of {remote}, have one value of \
             index {}",
            c.index.as_deref().unwrap_or("?")
        ),
        "delta_base_differs" => format!(
            "a key of {table} was inserted or deleted by one of {local} and {remote} while the other added to \
             delta columns of its row"
        ),
        other => {
            format!("a change of {remote} in {table} met a conflict of type {other} on {here}")
        }
    };
    format!("{what} ({}, recorded at {}).", c.conflict_type, c.recorded_at)
}

fn is_deleted(c: &Conflict) -> bool {
    c.local.xid.is_none() && c.local.committed_at.is_some()
}

fn version(side: &ConflictSide) -> String {
    let row = match (&side.row, &side.text) {
        (Some(row), _) => row.to_string(),
        (None, Some(text)) => text.clone(),
        (None, None) => return "no row".to_owned(),
    };
    match (&side.node, side.committed_at) {
        (Some(node), Some(at)) => format!("{row}, committed on {node} at {at}"),
        _ => format!("{row}, so old that its node and time are not known any more"),
    }
}

/// The rule, and what it said.
fn reason(c: &Conflict) -> (&'static str, String) {
    match c.conflict_type.as_str() {
        "update_exists" => return ("unique_value", unique_value(c)),
        "delta_base_differs" => {
            let what = "What the delta columns count from differs, so the values of the newer version stand.";
            return ("delta_base", what.to_owned());
        }
        "update_missing" | "delete_missing" if !is_deleted(c) => {
            let what = "No other node could still bring the row, and no delete of it is known: the change was \
                        left out, as the policy for this type of conflict says.";
            return ("missing", what.to_owned());
        }
        _ => {}
    }
    let (local, remote) = (side(&c.local), side(&c.remote));
    let Some(remote) = remote else {
        return ("unknown", "The version that came is not recorded.".to_owned());
    };
    if local.is_some_and(|local| local.version.node == remote.version.node) {
        let what = "Both versions are of one node: its later one stays, whatever the policy.";
        return ("same_node", what.to_owned());
    }
    if c.winner == "merged" {
        let function = c.resolver_today.as_deref().map_or_else(
            || "a function that the table has no longer".to_owned(),
            |name| format!("the function {name} of the table"),
        );
        return (
            "resolver",
            format!("One row was made of both by {function}, the older one first."),
        );
    }
    if is_deleted(c) {
        return (
            "deleted",
            format!("The delete counts as a version: {}.", newer(local, remote, c)),
        );
    }
    let today = c.policy_today.as_deref().and_then(Policy::from_name).unwrap_or_default();
    let came_out = |policy: &Policy| {
        let would = Resolution::of(decide(*policy, local, remote));
        would.is_some_and(|would| would.name() == c.resolution)
    };
    match [today, Policy::LastUpdateWins].iter().find(|policy| came_out(policy)) {
        Some(Policy::LastUpdateWins) => {
            let what = format!("Last update wins: {}.", newer(local, remote, c));
            (Policy::LastUpdateWins.name(), what)
        }
        Some(policy) => (policy.name(), fixed(*policy)),
        None => (
            "unknown",
            format!(
                "The rules of {} today ({}) would decide otherwise: the policy was another one then, or the row \
                 had a version that is not recorded.",
                c.node,
                today.name()
            ),
        ),
    }
}

/// Which version is newer, and by how much.
fn newer(local: Option<Side>, remote: Side, c: &Conflict) -> String {
    let Some(local) = local else {
        return "a row whose version is not known any more counts as older than every change"
            .to_owned();
    };
    let (winner, loser) = match local.age_order(&remote).is_gt() {
        true => ((local, &c.local), (remote, &c.remote)),
        false => ((remote, &c.remote), (local, &c.local)),
    };
    let apart = winner.0.version.time - loser.0.version.time;
    let (w, l) = (who(winner.1), who(loser.1));
    if apart > 0 {
        return format!("{w} committed {} after {l}, each by its own clock", span(apart));
    }
    if winner.0.tiebreaker == loser.0.tiebreaker {
        let (a, b) = (winner.0.version.node, loser.0.version.node);
        return format!(
            "both committed in the same microsecond, and the lower node id wins ({w} {a}, {l} {b})"
        );
    }
    format!(
        "both committed in the same microsecond, and the lower tie-breaker wins ({w} {}, {l} {})",
        winner.0.tiebreaker, loser.0.tiebreaker
    )
}

fn fixed(policy: Policy) -> String {
    let what = match policy {
        Policy::FirstUpdateWins => "the older version stays",
        Policy::ApplyRemote => "the version that comes stays",
        Policy::KeepLocal => "the version that is here stays",
        Policy::Error => "the transaction that comes fails",
        Policy::LastUpdateWins => "the newer version stays",
    };
    format!("Policy {}: {what}. Nodes that write the same rows can differ under it.", policy.name())
}

fn unique_value(c: &Conflict) -> String {
    let why = match (side(&c.local), side(&c.remote)) {
        (local, Some(remote)) => format!(": {}", newer(local, remote, c)),
        _ => String::new(),
    };
    format!("Whatever the policy, the row that was written last keeps the value{why}.")
}

fn outcome(c: &Conflict) -> String {
    let result = match (&c.result_row, &c.result_text) {
        (Some(row), _) => row.to_string(),
        (None, Some(text)) => text.clone(),
        (None, None) => "no row".to_owned(),
    };
    match (c.conflict_type.as_str(), c.winner) {
        ("update_exists", _) => {
            let loser = if c.resolution == "apply_remote" { &c.local } else { &c.remote };
            format!("The row of {} lost its value and became: {result}.", who(loser))
        }
        (_, "remote") => {
            format!("The change of {} was applied; afterwards: {result}.", who(&c.remote))
        }
        (_, "merged") => format!("Afterwards: {result}."),
        _ => format!("The change of {} was not applied; afterwards: {result}.", who(&c.remote)),
    }
}

/// Microseconds in words.
fn span(us: i64) -> String {
    match us {
        0..1_000 => format!("{us} microseconds"),
        1_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us / 100_000 % 10),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn conflict(local: (u32, i64), remote: (u32, i64)) -> Conflict {
        let side = |(node, us): (u32, i64), v: &str| ConflictSide {
            node: Some(format!("n{node}")),
            node_id: Some(node),
            tiebreaker: None,
            committed_at: jiff::Timestamp::from_microsecond(us).ok(),
            xid: Some(700),
            row: Some(json!({"id": 1, "v": v})),
            text: Some(format!("(1,{v})")),
        };
        Conflict {
            node: "n1".into(),
            id: "n1/1".into(),
            recorded_at: jiff::Timestamp::UNIX_EPOCH,
            table: Some("public.t".into()),
            index: Some("t_pkey".into()),
            conflict_type: "update_origin_differs".into(),
            resolution: "apply_remote".into(),
            winner: "remote",
            local: side(local, "a"),
            remote: side(remote, "b"),
            remote_lsn: None,
            result_row: Some(json!({"id": 1, "v": "b"})),
            result_text: Some("(1,b)".into()),
            policy_today: Some("last_update_wins".into()),
            resolver_today: None,
        }
    }

    fn rule_of(conflict: Conflict) -> (&'static str, String) {
        let explained = explain(conflict);
        (explained.rule, explained.sentences[3].clone())
    }

    #[test]
    fn the_later_version_won() {
        assert_eq!(
            rule_of(conflict((1, 1_000_000), (2, 4_250_000))),
            (
                "last_update_wins",
                "Last update wins: n2 committed 3.2 s after n1, each by its own clock.".into()
            )
        );
        let mut unknown = conflict((1, 0), (2, 10));
        unknown.local.committed_at = None;
        let (rule, why) = rule_of(unknown);
        assert_eq!(rule, "last_update_wins");
        assert!(why.contains("counts as older"), "{why}");
    }

    #[test]
    fn equal_times_are_decided_by_tiebreakers() {
        let mut tie = conflict((2, 7), (1, 7));
        let (_, why) = rule_of(tie.clone());
        assert!(why.contains("the lower tie-breaker wins (n1 1, n2 2)"), "{why}");
        tie.local.tiebreaker = Some(1);
        let (_, why) = rule_of(tie);
        assert!(why.contains("the lower node id wins (n1 1, n2 2)"), "{why}");
    }

    /// A rule is the reason only when it comes to what is recorded.
    #[test]
    fn a_rule_that_would_decide_otherwise_is_not_called_the_reason() {
        let mut kept = conflict((1, 1), (2, 9));
        (kept.resolution, kept.winner) = ("keep_local".into(), "local");
        assert_eq!(rule_of(kept.clone()).0, "unknown");
        kept.policy_today = Some("keep_local".into());
        assert_eq!(rule_of(kept.clone()).0, "keep_local");
        kept.policy_today = Some("apply_remote".into());
        kept.local.committed_at = jiff::Timestamp::from_microsecond(10).ok();
        assert_eq!(rule_of(kept).0, "last_update_wins");
    }

    #[test]
    fn what_no_policy_decides_is_told() {
        let mut c = conflict((1, 1), (1, 9));
        assert_eq!(rule_of(c.clone()).0, "same_node");
        c = conflict((1, 1), (2, 9));
        c.winner = "merged";
        assert_eq!(rule_of(c.clone()).0, "resolver");
        c.conflict_type = "update_exists".into();
        assert_eq!(rule_of(c.clone()).0, "unique_value");
        c.conflict_type = "delete_missing".into();
        assert_eq!(rule_of(c).0, "missing");
    }
}
