//! The operations on a whole cluster: what `spockctl cluster …` does, as functions.
//!
//! Each takes a [`Fleet`], the connections to the nodes, and reports through
//! [`crate::progress::Progress`]. Dropping the future of an operation ends it at its next wait.

pub mod answers;
pub mod apply;
pub mod automatic_ddl;
pub mod barrier;
pub mod check;
pub mod clock;
pub mod conflict;
pub mod ddl;
pub mod dead_operator;
pub mod destroy;
pub mod diff;
pub mod doctor;
pub mod drift;
pub mod exception;
pub mod export;
pub mod guc;
pub mod init;
pub mod observe;
pub mod operator_lock;
pub mod pause;
pub mod preflight;
pub mod reach;
pub mod read_only;
pub mod repset;
pub mod run;
pub mod server_setting;
pub mod slot;
pub mod status;
pub mod subscription;
pub mod upgrade;
pub mod verify;
pub mod wait;
pub mod worker_pause;

use std::sync::Arc;

use crate::client::{AtOnce, Client, ConnectOptions};
use crate::cluster::{Cluster, Node};
use crate::error::{AdminError, Result};

/// Connections to the nodes of a cluster.
pub struct Fleet {
    /// The nodes that answered, in the order of the cluster.
    pub clients: Vec<Arc<Client>>,
    /// The nodes that did not, and why.
    pub errors: Vec<AdminError>,
    /// How many of them are asked at once, where no node has to wait for another.
    pub at_once: AtOnce,
}

impl Fleet {
    /// These connections, all that there are.
    pub fn of(clients: Vec<Arc<Client>>) -> Fleet {
        Fleet { clients, errors: Vec::new(), at_once: AtOnce::default() }
    }

    /// Connects to these nodes, as many at once as the options say.
    pub async fn connect(nodes: &[&Node], options: &ConnectOptions) -> Fleet {
        let attempts = nodes.iter().map(|node| Client::connect(node, options));
        let mut fleet = Fleet { at_once: options.at_once, ..Fleet::of(Vec::new()) };
        for (node, result) in nodes.iter().zip(options.at_once.join(attempts).await) {
            match result {
                Ok(client) => fleet.clients.push(Arc::new(client)),
                Err(error) => fleet.errors.push(error.on(&node.name)),
            }
        }
        fleet
    }

    /// Connects to every node of a cluster; fails unless all of them answer.
    pub async fn connect_all(cluster: &Cluster, options: &ConnectOptions) -> Result<Fleet> {
        let nodes: Vec<&Node> = cluster.nodes.iter().collect();
        let fleet = Fleet::connect(&nodes, options).await;
        match fleet.errors.first() {
            None => Ok(fleet),
            Some(error) if fleet.errors.len() == 1 => Err(error.clone()),
            Some(error) => {
                let mut all = AdminError::new(
                    error.kind,
                    format!("could not connect to {} nodes", fleet.errors.len()),
                );
                let lines = fleet.errors.iter().map(AdminError::line);
                all = all.detail(lines.collect::<Vec<_>>().join("\n"));
                for hint in fleet.errors.iter().flat_map(|error| &error.hints) {
                    if !all.hints.contains(hint) {
                        all = all.hint(hint.as_str());
                    }
                }
                Err(all)
            }
        }
    }

    /// The connection to this node.
    pub fn client(&self, node: &str) -> Result<Arc<Client>> {
        self.clients
            .iter()
            .find(|client| client.node() == node)
            .map(Arc::clone)
            .ok_or_else(|| AdminError::config(format!("no connection to node \"{node}\"")))
    }
}

/// Results of the same question to several nodes: the first failure, or all answers.
pub async fn ask_all<'a, T, F>(fleet: &'a Fleet, ask: impl Fn(&'a Client) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>> + 'a,
{
    let asked = fleet.clients.iter().map(|client| ask(client));
    fleet.at_once.join(asked).await.into_iter().collect()
}
