//! The cluster as an operator means it: nodes, how to reach them, and who subscribes to whom.
//!
//! A [`Cluster`] is made from `cluster.toml` ([`crate::cluster_file`]), from the state of a local
//! cluster, or from one connection string; the operations take nothing else. Each node has two
//! connection strings, because they differ wherever a network does: `admin` is how this program
//! reaches it, `peer` is what the other nodes store to reach it.

use serde::Serialize;

use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};
use crate::replication_set::ReplicationSet;

/// Who subscribes to whom.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// Every node subscribes to every other.
    #[default]
    Mesh,
    /// The seed and each other node subscribe to each other.
    Star,
    /// Each node subscribes to the one before it.
    Chain,
    /// Only the listed subscriptions.
    Custom,
}

/// What a new subscriber copies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub enum Synchronize {
    /// Tables and their rows.
    #[default]
    #[serde(rename = "structure+data")]
    StructureAndData,
    /// Tables, empty.
    #[serde(rename = "structure")]
    Structure,
    /// Rows, into tables that are there.
    #[serde(rename = "data")]
    Data,
    /// Nothing.
    #[serde(rename = "none")]
    None,
}

impl Synchronize {
    /// Whether the structure is copied.
    pub fn structure(self) -> bool {
        matches!(self, Self::StructureAndData | Self::Structure)
    }

    /// Whether the rows are copied.
    pub fn data(self) -> bool {
        matches!(self, Self::StructureAndData | Self::Data)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StructureAndData => "structure+data",
            Self::Structure => "structure",
            Self::Data => "data",
            Self::None => "none",
        }
    }
}

/// One node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name in the cluster.
    pub name: String,
    /// How this program reaches it.
    pub admin: Conninfo,
    /// Command that prints the password of `admin`.
    pub password_command: Option<Vec<String>>,
    /// How the other nodes reach it.
    pub peer: Conninfo,
    /// Where it stands.
    pub location: Option<String>,
    /// In which country.
    pub country: Option<String>,
    /// Free-form facts, among them the tiebreaker of conflicts.
    pub info: Option<serde_json::Value>,
    /// More ways for other nodes to reach it.
    pub interfaces: Vec<Interface>,
}

/// A further connection string of a node, by name.
#[derive(Debug, Clone)]
pub struct Interface {
    /// Name of the interface.
    pub name: String,
    /// The connection string.
    pub peer: Conninfo,
}

impl Node {
    /// A node with one connection string for both uses.
    pub fn new(name: impl Into<String>, admin: Conninfo) -> Self {
        Node {
            name: name.into(),
            peer: admin.clone(),
            admin,
            password_command: None,
            location: None,
            country: None,
            info: None,
            interfaces: Vec::new(),
        }
    }
}

/// What every subscription of the topology has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionDefaults {
    /// Replication sets that are subscribed to.
    pub replication_sets: Vec<String>,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Vec<String>,
    /// How long applying is held back, as the server reads intervals.
    pub apply_delay: String,
    /// What the other nodes copy from the seed.
    pub synchronize: Synchronize,
}

impl Default for SubscriptionDefaults {
    fn default() -> Self {
        SubscriptionDefaults {
            replication_sets: ["default", "default_insert_only", "ddl_sql"]
                .map(str::to_owned)
                .to_vec(),
            forward_origins: Vec::new(),
            apply_delay: "0".to_owned(),
            synchronize: Synchronize::default(),
        }
    }
}

/// One wanted subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Name of the subscription.
    pub name: String,
    /// Node that the changes come from.
    pub provider: String,
    /// Node that applies them.
    pub subscriber: String,
    /// Replication sets, when they differ from the defaults.
    pub replication_sets: Option<Vec<String>>,
    /// Delay, when it differs from the defaults.
    pub apply_delay: Option<String>,
    /// Origins whose transactions are forwarded, when they differ from the defaults.
    pub forward_origins: Option<Vec<String>>,
    /// Schemas that a copy of the structure leaves out.
    pub skip_schema: Vec<String>,
    /// Whether values travel as text.
    pub force_text_transfer: bool,
    /// Whether it is stopped.
    pub disabled: bool,
    /// How the subscriber reaches the provider, when that is not the provider's `peer`.
    pub dsn: Option<Conninfo>,
}

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Who subscribes to whom.
    pub topology: Topology,
    /// Node whose structure and data the others copy.
    pub seed: String,
    /// Pattern of subscription names, with `{provider}` and `{subscriber}`.
    pub sub_name: String,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What the subscriptions have in common.
    pub subscription: SubscriptionDefaults,
    /// Exceptions from the topology, and all there is when it is custom.
    pub links: Vec<Link>,
    /// Replication sets that every node has.
    pub replication_sets: Vec<ReplicationSet>,
    /// Whether the nodes are to replicate statements that define objects; as they are where nothing is said.
    pub automatic_ddl: Option<bool>,
    /// Settings that every server is to have, by name.
    pub settings: Vec<(String, String)>,
    /// What the user should know about the definition.
    pub warnings: Vec<String>,
}

/// Name pattern of subscriptions unless the file gives another.
pub const SUB_NAME: &str = "sub_{provider}_{subscriber}";

impl Cluster {
    /// A mesh of these nodes, seeded by the first.
    pub fn mesh(name: impl Into<String>, nodes: Vec<Node>) -> Self {
        Cluster {
            name: name.into(),
            topology: Topology::Mesh,
            seed: nodes.first().map(|node| node.name.clone()).unwrap_or_default(),
            sub_name: SUB_NAME.to_owned(),
            nodes,
            subscription: SubscriptionDefaults::default(),
            links: Vec::new(),
            replication_sets: Vec::new(),
            automatic_ddl: None,
            settings: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A warning when statements that are to be replicated by themselves would reach nobody: they travel by the set
    /// `default_insert_only`.
    pub fn unsent_ddl(&self) -> Option<String> {
        let lacks = |sets: &[String]| sets.iter().all(|set| set != "default_insert_only");
        let is_lost =
            self.automatic_ddl == Some(true) && lacks(&self.subscription.replication_sets);
        is_lost.then(|| {
            "automatic DDL is on, but subscriptions do not ask for replication set \
             \"default_insert_only\", by which statements travel"
                .to_owned()
        })
    }

    /// Has the nodes of a chain pass on what has come from others, unless it is said what they pass on.
    pub fn forward_in_chain(&mut self) {
        if self.topology == Topology::Chain && self.subscription.forward_origins.is_empty() {
            self.subscription.forward_origins = vec!["all".to_owned()];
        }
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Result<&Node> {
        self.nodes.iter().find(|node| node.name == name).ok_or_else(|| {
            let error = AdminError::config(format!("unknown node \"{name}\""));
            let names = || self.nodes.iter().map(|node| node.name.as_str());
            match crate::did_you_mean(name, names()) {
                Some(known) => error.hint(format!("did you mean \"{known}\"?")),
                None => error.hint(format!(
                    "the cluster has the nodes {}",
                    names().collect::<Vec<_>>().join(", ")
                )),
            }
        })
    }

    /// Only the named nodes; all of them when no name is given.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Node>> {
        if names.is_empty() {
            return Ok(self.nodes.iter().collect());
        }
        names.iter().map(|name| self.node(name)).collect()
    }

    /// Name of the subscription between two nodes.
    pub fn link_name(&self, provider: &str, subscriber: &str) -> String {
        self.sub_name.replace("{provider}", provider).replace("{subscriber}", subscriber)
    }

    /// Every wanted subscription: those of the topology, in an order in which the seed's come
    /// first, with the listed exceptions in place of or behind them.
    pub fn subscriptions(&self) -> Vec<Link> {
        let pairs: Vec<(&str, &str)> = match self.topology {
            Topology::Custom => Vec::new(),
            Topology::Chain => self
                .nodes
                .windows(2)
                .map(|pair| (pair[0].name.as_str(), pair[1].name.as_str()))
                .collect(),
            Topology::Mesh | Topology::Star => self
                .nodes
                .iter()
                .flat_map(|p| self.nodes.iter().map(move |s| (p.name.as_str(), s.name.as_str())))
                .filter(|(p, s)| p != s)
                .filter(|(p, s)| {
                    self.topology == Topology::Mesh || *p == self.seed || *s == self.seed
                })
                .collect(),
        };
        let mut links: Vec<Link> = pairs
            .into_iter()
            .map(|(provider, subscriber)| Link {
                name: self.link_name(provider, subscriber),
                provider: provider.to_owned(),
                subscriber: subscriber.to_owned(),
                ..Link::default()
            })
            .collect();
        for exception in &self.links {
            match links.iter_mut().find(|link| link.name == exception.name) {
                Some(link) => *link = exception.clone(),
                None => links.push(exception.clone()),
            }
        }
        // Stable: the order of the file holds among equals.
        links.sort_by_key(|link| link.provider != self.seed);
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(topology: Topology) -> Cluster {
        let nodes =
            ["n1", "n2", "n3"].map(|name| Node::new(name, Conninfo::new().with("host", name)));
        Cluster { topology, seed: "n2".to_owned(), ..Cluster::mesh("c", nodes.to_vec()) }
    }

    fn names(cluster: &Cluster) -> Vec<String> {
        cluster.subscriptions().into_iter().map(|link| link.name).collect()
    }

    #[test]
    fn subscriptions_of_the_seed_come_first() {
        assert_eq!(
            names(&cluster(Topology::Mesh)),
            ["sub_n2_n1", "sub_n2_n3", "sub_n1_n2", "sub_n1_n3", "sub_n3_n1", "sub_n3_n2"]
        );
        assert_eq!(
            names(&cluster(Topology::Star)),
            ["sub_n2_n1", "sub_n2_n3", "sub_n1_n2", "sub_n3_n2"]
        );
        assert_eq!(names(&cluster(Topology::Chain)), ["sub_n2_n3", "sub_n1_n2"]);
        assert!(names(&cluster(Topology::Custom)).is_empty());
    }

    #[test]
    fn unknown_node_names_the_known_ones() {
        let error = cluster(Topology::Mesh).node("n4").expect_err("unknown");
        assert_eq!(error.message, "unknown node \"n4\"");
        assert_eq!(error.hints, ["the cluster has the nodes n1, n2, n3"]);
    }
}
