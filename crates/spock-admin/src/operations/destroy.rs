//! Taking a cluster apart: afterwards its databases are no nodes any more. User tables and rows stay.
//!
//! All subscriptions go first, because a node is not dropped while one uses it; with each goes its slot at the
//! provider and its origins. Dropping a node then takes what half a `cluster init` left behind, too: slots that
//! nobody reads. The steps look at what is there when they run, not when they were planned: the dead run whose
//! lock is taken over may have been doing something yet.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::Fleet;
use crate::client::{Client, quote_literal};
use crate::cluster::Cluster;
use crate::error::{AdminError, Result};
use crate::plan::{Action, Order, Plan, Step, StepProgress};
use crate::wait::{Deadline, duration_text};

/// How long what reads a slot, or keeps a log, may take to end.
const ENDING: Duration = Duration::from_secs(30);

/// Plans it for the nodes that answer; each subscription may take `limit` to go.
pub async fn plan(
    cluster: &Cluster,
    fleet: &Fleet,
    drop_extension: bool,
    limit: Duration,
) -> Result<Plan> {
    let mut plan = Plan::new(format!("destroy cluster \"{}\"", cluster.name));
    let (mut subscriptions, mut nodes, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
    for client in &fleet.clients {
        if !client.has_extension().await? {
            continue;
        }
        let step = |what: &str, action: Box<dyn Action>| Step {
            id: format!("{}.{what}", client.node()),
            node: client.node().to_owned(),
            action,
        };
        let client = || Arc::clone(client);
        let names = client().subscription_names().await?;
        let action = DropSubscriptions { client: client(), names, limit };
        subscriptions.push(step("sub_drop", Box::new(action)));
        let names = client().registered_nodes().await?;
        nodes.push(step("node_drop", Box::new(DropNodes { client: client(), names })));
        if drop_extension {
            extensions.push(step("drop_extension", Box::new(DropExtension { client: client() })));
        }
    }
    // One after the other: each drops slots on the others.
    plan.stage(Order::Sequential, subscriptions);
    plan.stage(Order::Parallel, nodes);
    plan.stage(Order::Parallel, extensions);
    Ok(plan)
}

/// What stays behind where nobody could be asked.
pub fn left_behind(fleet: &Fleet) -> Vec<AdminError> {
    let tell = |error: &AdminError| {
        let node = error.node.as_deref().unwrap_or("?");
        let why = error.why();
        AdminError::new(
            error.kind,
            format!("node \"{node}\" could not be reached: it is a node of the cluster still"),
        )
        .on(node)
        .detail(format!(
            "{why}\nIts subscriptions, nodes, sets, origins and slots stay there; the slots keep its log."
        ))
        .hint("run the same command again when it can be reached")
    };
    fleet.errors.iter().map(tell).collect()
}

/// A call of the function for each name, as a statement.
fn calls(function: &str, names: &[String]) -> Option<String> {
    let call = |name: &String| format!("{function}({})", quote_literal(name));
    let calls: Vec<String> = names.iter().map(call).collect();
    (!calls.is_empty()).then(|| format!("SELECT {}", calls.join(", ")))
}

struct DropSubscriptions {
    client: Arc<Client>,
    /// Those that there were when it was planned.
    names: Vec<String>,
    /// How long each may take.
    limit: Duration,
}

impl Action for DropSubscriptions {
    fn title(&self) -> String {
        match self.names.as_slice() {
            [] => "drop subscriptions".to_owned(),
            names => format!("drop subscriptions {}", names.join(", ")),
        }
    }

    fn preview(&self) -> Option<String> {
        calls("spock.sub_drop", &self.names)
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            Ok(!self.client.has_extension().await?
                || self.client.subscription_names().await?.is_empty())
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let names = self.client.subscription_names().await?;
            for (at, name) in names.iter().enumerate() {
                progress.at(at as u64, names.len() as u64, name);
                self.client.within(self.limit, self.client.sub_drop(name, true)).await?;
            }
            Ok(())
        })
    }
}

struct DropNodes {
    client: Arc<Client>,
    /// Those that there were when it was planned, its own last.
    names: Vec<String>,
}

impl Action for DropNodes {
    fn title(&self) -> String {
        "drop the node, its sets and slots, and what it knows of others".to_owned()
    }

    fn preview(&self) -> Option<String> {
        calls("spock.node_drop", &self.names)
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            Ok(!self.client.has_extension().await?
                || self.client.registered_nodes().await?.is_empty()
                    && own_slots(&self.client).await?.is_empty())
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let deadline = Deadline::after(ENDING);
            for name in self.client.registered_nodes().await? {
                loop {
                    match self.client.node_drop(&name).await {
                        Ok(()) => break,
                        // Whoever read a slot notices soon that its subscription is gone.
                        Err(error)
                            if error.sqlstate.as_deref() == Some("55006")
                                && !deadline.is_over() =>
                        {
                            progress.at(0, 0, "waiting for readers of its slots to end");
                            deadline.pause().await;
                        }
                        Err(error) if error.sqlstate.as_deref() == Some("55006") => {
                            return Err(still_read(&self.client, error).await);
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            // Those that keep its own log are dropped by its manager.
            while let Some(name) = own_slots(&self.client).await?.into_iter().next() {
                if deadline.is_over() {
                    return Err(AdminError::timeout("slots stay")
                        .detail(format!("Slot {name} is there still."))
                        .hint(format!("drop it: `spockctl slot drop {name}`")));
                }
                progress.at(0, 0, "waiting until its slots are gone");
                deadline.pause().await;
            }
            Ok(())
        })
    }
}

/// Who reads slots that are to go: a subscriber that could not be reached from here, but reaches this node.
async fn still_read(client: &Client, error: AdminError) -> AdminError {
    let Ok(slots) = client.slots().await else { return error };
    let readers: Vec<String> = slots
        .into_iter()
        .filter_map(|slot| {
            let (name, pid) = (slot.name, slot.pid?);
            let from = slot.reader_address.unwrap_or_else(|| "this machine".to_owned());
            let is_others = name.starts_with("spk_") && !name.starts_with("spk_log_");
            is_others.then(|| format!("Slot {name} is read from {from} (process {pid})."))
        })
        .collect();
    if readers.is_empty() {
        return error;
    }
    let mut error = AdminError::precondition(format!(
        "slots are read after {} still",
        duration_text(ENDING)
    ))
    .on(client.node())
    .detail(readers.join("\n"))
    .hint("a subscriber that could not be reached from here reaches this node: stop its server, or drop its subscription there with spock.sub_drop()");
    error.sqlstate = Some("55006".to_owned());
    error
}

/// The slots of this database; the one that keeps deleted rows is of all databases of the server.
async fn own_slots(client: &Client) -> Result<Vec<String>> {
    let slots = client.slots().await?.into_iter().map(|slot| slot.name);
    Ok(slots.filter(|name| name != "spock_retention").collect())
}

struct DropExtension {
    client: Arc<Client>,
}

impl Action for DropExtension {
    fn title(&self) -> String {
        "drop extension spock".to_owned()
    }

    fn preview(&self) -> Option<String> {
        Some("DROP EXTENSION spock".to_owned())
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(!self.client.has_extension().await?) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.drop_extension())
    }
}
