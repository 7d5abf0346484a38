//! Statements that each node executes by itself, none of them for others: for what must not travel, and for nodes whose
//! streams stand.
//!
//! One node after the other, each in one transaction that stays on the node (`spock.repair_mode()`) and notes the text
//! as executed; the first failure ends it, and a second run goes on with the nodes that lack it.

use std::sync::{Arc, OnceLock};

use futures::future::{BoxFuture, join_all};

use super::{OnNode, first_line};
use crate::client::{Client, ExecutedDdl, NewDdl, quote_literal};
use crate::error::{AdminError, ErrorKind, Result};
use crate::operations::Fleet;
use crate::plan::{Action, Order, Plan, Step, StepProgress};

/// Plans it. `run`: its id and `user@host`, once it has begun; `ended`: runs that executed the same text, and do not count.
pub fn plan(
    fleet: &Fleet,
    new: &NewDdl,
    run: &Arc<OnceLock<(String, String)>>,
    ended: &[String],
) -> Plan {
    let mut plan = Plan::new(format!("execute statements on {} nodes", fleet.clients.len()));
    let steps = fleet.clients.iter().map(|client| Step {
        id: format!("{}.ddl_execute", client.node()),
        node: client.node().to_owned(),
        action: Box::new(Execute {
            client: Arc::clone(client),
            new: new.clone(),
            run: Arc::clone(run),
            ended: ended.to_vec(),
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

/// Executes the text on one node.
struct Execute {
    client: Arc<Client>,
    new: NewDdl,
    run: Arc<OnceLock<(String, String)>>,
    ended: Vec<String>,
}

impl Execute {
    async fn executed(&self) -> Result<Option<ExecutedDdl>> {
        let executed = self.client.executed_ddl(&self.new).await?;
        Ok(executed.filter(|executed| !self.ended.contains(&executed.run)))
    }
}

impl Action for Execute {
    fn title(&self) -> String {
        format!("execute {}", first_line(&self.new.shown()))
    }

    fn preview(&self) -> Option<String> {
        let text = quote_literal(&self.new.shown());
        Some(format!(
            "SELECT spock.repair_mode(true); SELECT spock.replicate_ddl({text}, array[]::text[])"
        ))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.executed().await?.is_some()) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            for run in &self.ended {
                self.client.forget_ddl(run).await?;
            }
            let (run, holder) = self
                .run
                .get()
                .ok_or_else(|| AdminError::new(ErrorKind::Internal, "the run has no id"))?;
            let execution = self.client.execute_ddl(&self.new, run, holder);
            self.client.without_statement_timeout(execution).await
        })
    }
}
