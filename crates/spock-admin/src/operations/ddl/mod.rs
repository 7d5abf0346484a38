//! Statements that define objects, for all nodes: executed on one, waited for, and looked for on the others.
//!
//! The text is executed once, however often the run is begun again, because its node notes it in the same
//! transaction ([`crate::client::ExecutedDdl`]); the other nodes have it from the log. The note is taken away when the
//! run has ended and its journal says so: who runs the text again afterwards means it.

pub mod everywhere;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use super::Fleet;
use super::barrier::barrier;
use crate::client::{Client, ExceptionFilter, ExecutedDdl, NewDdl, quote_literal};
use crate::error::{AdminError, ErrorKind, Result};
use crate::plan::{Action, Order, Plan, Step, StepProgress};
use crate::progress::{Event, Progress};
use crate::wait::Deadline;

/// What became of the text on one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OnNode {
    /// The node.
    pub node: String,
    /// executed; failed; resolved: it failed, and somebody has dealt with that; waiting: it is on its way; not_sent: no
    /// subscription of the node takes these sets; pending: this node's turn did not come; unknown: the node could not be
    /// asked.
    pub state: &'static str,
    /// Why.
    pub reason: Option<String>,
}

impl OnNode {
    /// The failure, if it is one.
    pub fn error(&self) -> Option<AdminError> {
        let OnNode { node, state, reason } = self;
        let error = |message: String| {
            let error = AdminError::new(ErrorKind::Partial, message).on(node);
            match reason {
                Some(reason) => error.detail(reason.clone()),
                None => error,
            }
        };
        match *state {
            "failed" => Some(
                error(format!("node \"{node}\" could not execute it"))
                    .hint("mend the cause there, then run `spockctl exception retry`"),
            ),
            "waiting" => Some(
                error(format!("node \"{node}\" has not executed it yet"))
                    .hint("look at the reasons with `spockctl sub status`"),
            ),
            "pending" => Some(error(format!("node \"{node}\" has not executed it"))),
            "unknown" => Some(error(format!("node \"{node}\" could not be asked"))),
            _ => None,
        }
    }
}

/// What is executed, and how.
pub struct Request {
    /// The text.
    pub new: NewDdl,
    /// The node that executes it for all.
    pub node: String,
    /// Whose run it is, once that has begun: its id and `user@host`.
    pub run: Arc<OnceLock<(String, String)>>,
    /// Runs that executed the same text, and do not count.
    pub ended: Vec<String>,
    /// How long the statements may take, and then the others.
    pub limit: Duration,
    /// Whether the others are waited for.
    pub wait: bool,
}

/// Plans it.
pub fn plan(fleet: &Fleet, request: Request) -> Result<Plan> {
    let Request { new, node, run, ended, limit, wait } = request;
    let client = fleet.client(&node)?;
    let new = Arc::new(new);
    let mut plan = Plan::new(format!("execute statements on {node} for all nodes"));
    let step = |node: &str, what: &str, action: Box<dyn Action>| Step {
        id: format!("{node}.ddl_{what}"),
        node: node.to_owned(),
        action,
    };
    let execute = Execute { client: Arc::clone(&client), new: Arc::clone(&new), run, ended, limit };
    plan.stage(Order::Sequential, vec![step(&node, "execute", Box::new(execute))]);
    if !wait {
        return Ok(plan);
    }
    let fleet = Fleet::of(fleet.clients.clone());
    let others = fleet.clients.iter().filter(|other| other.node() != node);
    let looks = others.map(|other| {
        let (origin, subscriber) = (Arc::clone(&client), Arc::clone(other));
        let all = fleet.clients.clone();
        let look = Look { all, origin, subscriber, new: Arc::clone(&new) };
        step(other.node(), "result", Box::new(look))
    });
    let looks: Vec<Step> = looks.collect();
    if !looks.is_empty() {
        let wait = Box::new(Wait { fleet, timeout: limit });
        plan.stage(Order::Sequential, vec![step(&node, "barrier", wait)]);
        plan.stage(Order::Parallel, looks);
    }
    Ok(plan)
}

/// What became of the text on each node; nothing when its own has not executed it. `is_past`: the others were waited for.
pub async fn results(
    fleet: &Fleet,
    node: &str,
    new: &NewDdl,
    is_past: bool,
) -> Result<Vec<OnNode>> {
    let Some(executed) = fleet.client(node)?.executed_ddl(new).await? else {
        return Ok(Vec::new());
    };
    let clients = &fleet.clients;
    let asked = clients.iter().map(|client| async {
        let name = client.node().to_owned();
        if name == node {
            return OnNode { node: name, state: "executed", reason: None };
        }
        look(clients, client, node, &executed, is_past).await.unwrap_or_else(|error| OnNode {
            node: name,
            state: "unknown",
            reason: Some(error.line()),
        })
    });
    let mut results = join_all(asked).await;
    results.extend(fleet.errors.iter().map(|error| OnNode {
        node: error.node.clone().unwrap_or_default(),
        state: "unknown",
        reason: Some(error.line()),
    }));
    Ok(results)
}

/// What became of it on a node other than its own.
async fn look(
    all: &[Arc<Client>],
    client: &Client,
    origin: &str,
    executed: &ExecutedDdl,
    is_past: bool,
) -> Result<OnNode> {
    let on_node = |state, reason| OnNode { node: client.node().to_owned(), state, reason };
    let transaction = Some((origin.to_owned(), executed.xid));
    let filter = ExceptionFilter { transaction, ..ExceptionFilter::default() };
    // Numbers of transactions come again, after four billions of them.
    let failed = client.exceptions(&filter).await?;
    if let Some(failed) = failed.into_iter().find(|failed| failed.committed_at >= executed.at) {
        return Ok(match failed.status.as_str() {
            "resolved" => on_node("resolved", failed.outcome),
            _ => on_node("failed", failed.reason),
        });
    }
    if client.has_queued(executed).await? {
        return Ok(on_node("executed", None));
    }
    if !is_past {
        return Ok(on_node("waiting", None));
    }
    // The barrier lets pass what a disabled subscription keeps, of this node or of one that is to forward it.
    let mut disabled = Vec::new();
    for other in all {
        if let Ok(subs) = other.origin_progress().await {
            let names = subs.into_iter().filter(|sub| !sub.is_enabled);
            let names = names.map(|sub| (other.node() != client.node(), sub.subscription));
            disabled.extend(names.map(|(is_other, name)| (is_other, other.node(), name)));
        }
    }
    Ok(match disabled.into_iter().min() {
        Some((_, node, name)) => {
            on_node("waiting", Some(format!("subscription {name} of node {node} is disabled")))
        }
        None => on_node("not_sent", None),
    })
}

/// Executes the text, for all, or for its own node where it has no sets.
struct Execute {
    client: Arc<Client>,
    new: Arc<NewDdl>,
    run: Arc<OnceLock<(String, String)>>,
    ended: Vec<String>,
    limit: Duration,
}

impl Execute {
    /// The run that has executed it and goes on.
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
        let sets: Vec<String> = self.new.sets.iter().map(|set| quote_literal(set)).collect();
        let text = quote_literal(&self.new.shown());
        let sets = sets.join(", ");
        let repair = if sets.is_empty() { "SELECT spock.repair_mode(true); " } else { "" };
        Some(format!("{repair}SELECT spock.replicate_ddl({text}, array[{sets}]::text[])"))
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
            self.client.within(self.limit, execution).await.map_err(|error| {
                // Without an answer of the server nobody knows.
                if error.sqlstate.is_some() && !self.new.sets.is_empty() {
                    error.hint("nothing was executed, on no node: the text is one transaction")
                } else {
                    error
                }
            })
        })
    }
}

/// Waits until what was written before has been applied everywhere.
struct Wait {
    fleet: Fleet,
    timeout: Duration,
}

impl Action for Wait {
    fn title(&self) -> String {
        "wait until all nodes have come so far".to_owned()
    }

    fn preview(&self) -> Option<String> {
        Some("SELECT spock.sync_event()".to_owned())
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let deadline = Deadline::after(self.timeout);
            let passages = barrier(&self.fleet, false, Some(deadline), &Within(progress)).await?;
            let behind = passages.iter().filter(|passage| passage.state == "behind");
            behind.filter_map(|passage| passage.error(Some(deadline))).next().map_or(Ok(()), Err)
        })
    }
}

/// The progress of a wait as that of the step in which it is.
struct Within<'a>(StepProgress<'a>);

impl Progress for Within<'_> {
    fn event(&self, event: Event<'_>) {
        if let Event::StepProgress { done, total, message, .. } = event {
            self.0.at(done, total, message);
        }
    }
}

/// Looks whether a node has executed it.
struct Look {
    all: Vec<Arc<Client>>,
    origin: Arc<Client>,
    subscriber: Arc<Client>,
    new: Arc<NewDdl>,
}

impl Action for Look {
    fn title(&self) -> String {
        "look whether it was executed".to_owned()
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let origin = self.origin.node();
            let executed = self.origin.executed_ddl(&self.new).await?.ok_or_else(|| {
                AdminError::failed("another program has taken away the note of what was executed")
                    .on(origin)
            })?;
            let found = look(&self.all, &self.subscriber, origin, &executed, true).await?;
            found.error().map_or(Ok(()), Err)
        })
    }
}

/// What is shown of a text.
pub fn first_line(text: &str) -> String {
    let mut lines = text.trim().lines();
    let line = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{line} ...") } else { line.to_owned() }
}
