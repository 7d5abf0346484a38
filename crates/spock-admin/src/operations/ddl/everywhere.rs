//! Statements that each node executes by itself, none of them for others: for what must not travel, and for nodes whose
//! streams stand.
//!
//! One node after the other, each in one transaction that stays on the node (`spock.repair_mode()`) and notes the text
//! as executed; the first failure ends it, and a second run goes on with the nodes that lack it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::join_all;

use super::{Execute, OnNode};
use crate::client::NewDdl;
use crate::operations::Fleet;
use crate::plan::{Order, Plan, Step};

/// Plans it. `run`: its id and `user@host`, once it has begun; `ended`: runs that executed the same text, and do not count;
/// `limit`: how long it may take on a node.
pub fn plan(
    fleet: &Fleet,
    new: &NewDdl,
    run: &Arc<OnceLock<(String, String)>>,
    ended: &[String],
    limit: Duration,
) -> Plan {
    let new = Arc::new(new.clone());
    let mut plan = Plan::new(format!("execute statements on {} nodes", fleet.clients.len()));
    let steps = fleet.clients.iter().map(|client| Step {
        id: format!("{}.ddl_execute", client.node()),
        node: client.node().to_owned(),
        action: Box::new(Execute {
            client: Arc::clone(client),
            new: Arc::clone(&new),
            run: Arc::clone(run),
            ended: ended.to_vec(),
            limit,
        }),
    });
    plan.stage(Order::Sequential, steps.collect());
    plan
}

/// What became of the text on each node.
pub async fn results(fleet: &Fleet, new: &NewDdl) -> Vec<OnNode> {
    join_all(fleet.clients.iter().map(|client| async {
        let node = client.node().to_owned();
        match client.executed_ddl(new).await {
            Ok(Some(_)) => OnNode { node, state: "executed", reason: None },
            Ok(None) => OnNode { node, state: "pending", reason: None },
            Err(error) => OnNode { node, state: "unknown", reason: Some(error.line()) },
        }
    }))
    .await
}
