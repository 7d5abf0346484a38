//! What another policy, or a function, would have made of a recorded conflict. Nothing is written.

use serde::Serialize;
use serde_json::Value;
use spock_core::conflict::{Decision, Policy, decide};

use super::side;
use crate::client::{Client, Conflict, TableRef};
use crate::error::{AdminError, Result};

/// What a policy or a function makes of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Replayed {
    /// The conflict.
    pub id: String,
    /// The policy, or `resolver`.
    pub policy: String,
    /// The function, where one decides.
    pub resolver: Option<String>,
    /// Which row would stand there: remote, local, merged, or none because the transaction fails.
    pub winner: &'static str,
    /// The row that would stand there; null for none.
    pub row: Option<Value>,
    /// Whether that is what came out.
    pub is_as_recorded: bool,
    /// Whether nodes that write the same rows end with the same rows under it; null where that depends on the
    /// function.
    pub converges: Option<bool>,
}

/// Decides a conflict again under each of these policies.
pub fn replay(conflict: &Conflict, policies: &[Policy]) -> Result<Vec<Replayed>> {
    require_versions(conflict)?;
    let local = side(&conflict.local);
    let remote =
        side(&conflict.remote).ok_or_else(|| cannot(conflict, "its version is not recorded"))?;
    let is_delete = conflict.conflict_type.starts_with("delete");
    let of = |policy: &Policy| {
        let (winner, row) = match decide(*policy, local, remote) {
            Decision::ApplyRemote if is_delete => ("remote", None),
            Decision::ApplyRemote => ("remote", conflict.remote.row.clone()),
            Decision::KeepLocal | Decision::SkipRepeat => ("local", conflict.local.row.clone()),
            Decision::Fail => ("none", conflict.local.row.clone()),
        };
        Replayed {
            id: conflict.id.clone(),
            policy: policy.name().to_owned(),
            resolver: None,
            winner,
            is_as_recorded: winner == conflict.winner,
            row,
            converges: Some(policy.converges()),
        }
    };
    Ok(policies.iter().map(of).collect())
}

/// Has a function of the node make one row of the two.
pub async fn replay_resolver(
    client: &Client,
    conflict: &Conflict,
    resolver: &str,
) -> Result<Replayed> {
    require_versions(conflict)?;
    if conflict.conflict_type.starts_with("delete") {
        return Err(cannot(conflict, "deletes go by version, a function has no say in them"));
    }
    let (Some(local), Some(remote)) = (&conflict.local.row, &conflict.remote.row) else {
        return Err(cannot(conflict, "the rows are not recorded by column"));
    };
    let (schema, name) = conflict
        .table
        .as_deref()
        .and_then(|table| table.split_once('.'))
        .ok_or_else(|| cannot(conflict, "its table is not recorded"))?;
    let table = TableRef { schema: schema.to_owned(), name: name.to_owned() };
    let remote_side =
        side(&conflict.remote).ok_or_else(|| cannot(conflict, "its version is not recorded"))?;
    let is_local_newer =
        side(&conflict.local).is_some_and(|local| local.age_order(&remote_side).is_gt());
    let (older, newer) = if is_local_newer { (remote, local) } else { (local, remote) };
    let row = client.try_resolver(&table, resolver, older, newer).await?;
    Ok(Replayed {
        id: conflict.id.clone(),
        policy: "resolver".to_owned(),
        resolver: Some(resolver.to_owned()),
        winner: "merged",
        is_as_recorded: Some(&row) == conflict.result_row.as_ref(),
        row: Some(row),
        converges: None,
    })
}

/// Policies decide between two versions of one row.
fn require_versions(conflict: &Conflict) -> Result<()> {
    let why = match conflict.conflict_type.as_str() {
        "update_missing" | "delete_missing" => "the row was not there: no two versions met",
        "update_exists" => "a value of a unique index goes to the newer row, whatever the policy",
        "delta_base_differs" => "the newer version stands, whatever the policy",
        _ if conflict.local.xid.is_none() => "the row was deleted: versions alone decide",
        _ => return Ok(()),
    };
    Err(cannot(conflict, why))
}

fn cannot(conflict: &Conflict, why: &str) -> AdminError {
    AdminError::precondition(format!("conflict {} cannot be decided again", conflict.id))
        .detail(format!("It is of type {}: {why}.", conflict.conflict_type))
        .on(&conflict.node)
}

#[cfg(test)]
mod tests {
    use super::super::explain::tests::conflict;
    use super::*;

    #[test]
    fn each_policy_decides_as_it_would_have() {
        let recorded = conflict((1, 1), (2, 9));
        let all = replay(&recorded, &Policy::ALL).expect("decided");
        let winners: Vec<(&str, &str, bool)> =
            all.iter().map(|r| (r.policy.as_str(), r.winner, r.is_as_recorded)).collect();
        assert_eq!(
            winners,
            [
                ("last_update_wins", "remote", true),
                ("first_update_wins", "local", false),
                ("apply_remote", "remote", true),
                ("keep_local", "local", false),
                ("error", "none", false),
            ]
        );
        assert_eq!(all[1].row, recorded.local.row);
        let mut delete = recorded.clone();
        delete.conflict_type = "delete_origin_differs".into();
        assert_eq!(replay(&delete, &Policy::ALL).expect("decided")[0].row, None);
        let mut missing = recorded;
        missing.conflict_type = "update_missing".into();
        assert!(replay(&missing, &Policy::ALL).is_err());
    }
}
