//! A node that goes away and comes back: each look at it is by a connection of its own.

use std::sync::{Arc, OnceLock};

use futures::future::join_all;

use crate::client::{Client, ConnectOptions, SubscriptionState};
use crate::cluster::{Cluster, Node};
use crate::error::{ErrorKind, Result};
use crate::operations::Fleet;

/// How to reach a node.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) node: Node,
    options: ConnectOptions,
    run: Arc<OnceLock<String>>,
}

/// All nodes of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Sites {
    all: Vec<Arc<Site>>,
}

impl Site {
    pub(super) fn name(&self) -> &str {
        &self.node.name
    }

    /// A connection; one of a run is marked, so that its statements end with it.
    pub(super) async fn connect(&self) -> Result<Client> {
        let client = Client::connect(&self.node, &self.options).await?;
        if let Some(run) = self.run.get() {
            client.mark_session(run).await?;
        }
        Ok(client)
    }

    /// A connection, or nothing while the server is away.
    pub(super) async fn connect_if_up(&self) -> Result<Option<Client>> {
        match self.connect().await {
            Ok(client) => Ok(Some(client)),
            Err(error) if error.kind == ErrorKind::Connect => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Sites {
    pub(super) fn of(
        cluster: &Cluster,
        options: &ConnectOptions,
        run: &Arc<OnceLock<String>>,
    ) -> Sites {
        let site = |node: &Node| Site {
            node: node.clone(),
            options: options.clone(),
            run: Arc::clone(run),
        };
        Sites { all: cluster.nodes.iter().map(|node| Arc::new(site(node))).collect() }
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<Site>> {
        self.all.iter().find(|site| site.name() == name).map(Arc::clone)
    }

    /// Connections to all of them; fails unless every node answers.
    pub(super) async fn connect(&self) -> Result<Fleet> {
        let clients = join_all(self.all.iter().map(|site| site.connect())).await;
        let clients = clients.into_iter().map(|client| client.map(Arc::new));
        Ok(Fleet::of(clients.collect::<Result<_>>()?))
    }

    /// The subscriptions of a node, and those of others to it, with the node that has them.
    pub(super) async fn streams_of(&self, node: &str) -> Result<Vec<(String, SubscriptionState)>> {
        let fleet = self.connect().await?;
        let mut out = Vec::new();
        for client in &fleet.clients {
            let subs = client.in_time(client.subscriptions()).await?;
            let here = client.node().to_owned();
            let ours = subs.into_iter().filter(|sub| here == node || sub.provider == node);
            out.extend(ours.map(|sub| (here.clone(), sub)));
        }
        Ok(out)
    }
}
