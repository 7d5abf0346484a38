//! A test's cluster: made quickly, watched, checked, and thrown away.

use std::fmt::Display;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use spock_admin::local::{LocalCluster, LocalClusterBuilder, StopMode};
use tempfile::TempDir;

use crate::node::{Node, Sessions};
use crate::reaper::{self, Reaper};
use crate::{library, log_check, wait};

/// The database that a test works in unless it says otherwise.
pub const DATABASE: &str = "app";

/// Real servers that live as long as this value.
///
/// Dropping it in a failing test prints the nodes' state and keeps the files; dropping it in a
/// passing one checks the logs.
pub struct Cluster {
    // Order matters at drop: sessions, then servers, then the watcher.
    sessions: Vec<Sessions>,
    local: LocalCluster,
    databases: Vec<String>,
    allowed: Mutex<Vec<String>>,
    temp: Option<TempDir>,
    _reaper: Reaper,
}

/// Says what a test's cluster shall be.
pub struct ClusterBuilder {
    nodes: usize,
    databases: Vec<String>,
    create_extension: bool,
    preload: bool,
    fake_clock: bool,
    shape: Vec<Shape>,
}

type Shape = Box<dyn for<'b> FnOnce(LocalClusterBuilder<'b>) -> LocalClusterBuilder<'b>>;

impl ClusterBuilder {
    /// How many nodes; they are called `n1`, `n2`, and so on.
    #[must_use]
    pub fn nodes(mut self, count: usize) -> Self {
        self.nodes = count;
        self
    }

    /// The databases to make, instead of `app`.
    #[must_use]
    pub fn databases(mut self, names: &[&str]) -> Self {
        self.databases = names.iter().map(|&n| n.to_owned()).collect();
        self
    }

    /// Plain servers, without the extension.
    #[must_use]
    pub fn stock(mut self) -> Self {
        self.preload = false;
        self.create_extension = false;
        self
    }

    /// Preloads the library, but leaves CREATE EXTENSION to the test.
    #[must_use]
    pub fn without_create_extension(mut self) -> Self {
        self.create_extension = false;
        self
    }

    /// A setting of every node.
    #[must_use]
    pub fn setting(self, name: &str, value: &str) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.shape(move |local| local.setting(name, value))
    }

    /// A setting of one node.
    #[must_use]
    pub fn node_setting(self, node: &str, name: &str, value: &str) -> Self {
        let (node, name, value) = (node.to_owned(), name.to_owned(), value.to_owned());
        self.shape(move |local| local.node_setting(node, name, value))
    }

    /// Gives every node a clock that can be stepped ([`LocalNode::clock`]).
    ///
    /// [`LocalNode::clock`]: spock_admin::local::LocalNode::clock
    #[must_use]
    pub fn fake_clock(mut self) -> Self {
        self.fake_clock = true;
        self
    }

    /// Asks for this password over TCP.
    #[must_use]
    pub fn password(self, password: &str) -> Self {
        let password = password.to_owned();
        self.shape(move |local| local.password(password))
    }

    /// Anything else that the builder of local clusters can do.
    #[must_use]
    pub fn shape(
        mut self,
        shape: impl for<'b> FnOnce(LocalClusterBuilder<'b>) -> LocalClusterBuilder<'b> + 'static,
    ) -> Self {
        self.shape.push(Box::new(shape));
        self
    }

    /// Makes the cluster.
    #[must_use]
    pub fn start(self) -> Cluster {
        // A short path: sockets live in it.
        let temp = tempfile::Builder::new()
            .prefix("spk-")
            .tempdir_in(std::env::temp_dir())
            .unwrap_or_else(|e| panic!("no temporary directory: {e}"));
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o755))
            .unwrap_or_else(|e| panic!("no temporary directory: {e}"));
        let reaper = Reaper::watch(temp.path());
        let mut local = LocalCluster::builder(temp.path()).nodes(self.nodes);
        local = if self.preload {
            local.extension(library::extension())
        } else {
            local.without_extension()
        };
        for database in &self.databases {
            local = local.database(database);
        }
        if self.fake_clock {
            local = local.fake_clock();
        }
        for shape in self.shape {
            local = shape(local);
        }
        let mut temp = Some(temp);
        let local = local.up().unwrap_or_else(|e| {
            let kept = temp.take().map(TempDir::keep).unwrap_or_default();
            panic!("{e}: {} (files in {})", e.detail.as_deref().unwrap_or(""), kept.display())
        });
        let cluster = Cluster {
            sessions: (0..self.nodes).map(|_| Sessions::default()).collect(),
            local,
            databases: self.databases,
            allowed: Mutex::new(Vec::new()),
            temp,
            _reaper: reaper,
        };
        if self.create_extension {
            for node in cluster.nodes() {
                for database in &cluster.databases {
                    node.database(database).sql("CREATE EXTENSION spock");
                }
            }
        }
        cluster
    }
}

impl Cluster {
    /// This many nodes with the extension created in database [`DATABASE`].
    #[must_use]
    pub fn start(nodes: usize) -> Cluster {
        Self::builder().nodes(nodes).start()
    }

    /// Describes another one.
    #[must_use]
    pub fn builder() -> ClusterBuilder {
        ClusterBuilder {
            nodes: 1,
            databases: vec![DATABASE.to_owned()],
            create_extension: true,
            preload: true,
            fake_clock: false,
            shape: Vec::new(),
        }
    }

    /// A node, counted from zero: `node(0)` is `n1`.
    pub fn node(&self, index: usize) -> Node<'_> {
        let database = self.databases.first().map_or("postgres", String::as_str);
        Node::new(&self.local.nodes()[index], &self.sessions[index], database.to_owned())
    }

    /// The first node.
    pub fn n1(&self) -> Node<'_> {
        self.node(0)
    }

    /// The second node.
    pub fn n2(&self) -> Node<'_> {
        self.node(1)
    }

    /// Runs statements on every node.
    #[track_caller]
    pub fn everywhere(&self, sql: &str) {
        for node in self.nodes() {
            node.sql(sql);
        }
    }

    /// All nodes.
    pub fn nodes(&self) -> Vec<Node<'_>> {
        (0..self.local.nodes().len()).map(|i| self.node(i)).collect()
    }

    /// The directory that holds all its files.
    pub fn dir(&self) -> &Path {
        self.local.dir()
    }

    /// The cluster below.
    pub fn local(&self) -> &LocalCluster {
        &self.local
    }

    /// Makes every database of the first name a spock node named after its server.
    pub fn create_nodes(&self) {
        for node in self.nodes() {
            node.query(
                "SELECT spock.node_create(node_name := $1::text::name, dsn := $2)",
                &[&node.name(), &node.dsn()],
            );
        }
    }

    /// Subscribes one node to another as `sub_<provider>_<subscriber>`, without copying anything,
    /// and waits until changes flow. Gives the subscription's name.
    pub fn subscribe(&self, provider: usize, subscriber: usize) -> String {
        self.subscribe_with(provider, subscriber, "")
    }

    /// [`subscribe`](Self::subscribe) with further arguments of `spock.sub_create`, such as
    /// `synchronize_data := true`.
    pub fn subscribe_with(&self, provider: usize, subscriber: usize, args: &str) -> String {
        self.subscribe_via(provider, subscriber, &self.node(provider).dsn(), args)
    }

    /// [`subscribe_with`](Self::subscribe_with) by another connection string, as through a proxy.
    pub fn subscribe_via(
        &self,
        provider: usize,
        subscriber: usize,
        dsn: &str,
        args: &str,
    ) -> String {
        let to = self.node(subscriber);
        let name = format!("sub_{}_{}", self.node(provider).name(), to.name());
        let comma = if args.is_empty() { "" } else { ", " };
        to.query(
            &format!(
                "SELECT spock.sub_create(subscription_name := $1::text::name, \
                 provider_dsn := $2{comma}{args})"
            ),
            &[&name, &dsn],
        );
        self.wait_for(format!("{name} to replicate"), || {
            self.status(subscriber, &name).as_deref() == Some("replicating")
        });
        name
    }

    /// Subscribes every node to every other one.
    pub fn mesh(&self) {
        let count = self.local.nodes().len();
        for provider in 0..count {
            for subscriber in (0..count).filter(|&s| s != provider) {
                self.subscribe(provider, subscriber);
            }
        }
    }

    /// What `spock.sub_show_status` says of a subscription.
    pub fn status(&self, subscriber: usize, subscription: &str) -> Option<String> {
        let rows = self
            .node(subscriber)
            .try_query("SELECT status FROM spock.sub_show_status($1::text::name)", &[&subscription])
            .ok()?;
        rows.first()?.try_get(0).ok()
    }

    /// Waits until everything that the provider has committed by now is applied at the subscriber:
    /// a sync event written now has arrived.
    pub fn catch_up(&self, provider: usize, subscriber: usize) {
        let from = self.node(provider);
        let lsn: String = from.value("SELECT spock.sync_event()::text");
        let done: bool = {
            let mut session = self.node(subscriber).connect();
            let rows = session
                .simple_query(&format!(
                    "CALL spock.wait_for_sync_event(NULL, '{}', '{lsn}', {})",
                    from.name(),
                    wait::LIMIT.as_secs()
                ))
                .unwrap_or_else(|e| panic!("wait_for_sync_event: {e}"));
            rows.iter().any(|message| {
                matches!(message, postgres::SimpleQueryMessage::Row(row) if row.get(0) == Some("t"))
            })
        };
        assert!(done, "n{} did not catch up with {}", subscriber + 1, from.name());
    }

    /// [`catch_up`](Self::catch_up) of every node with every other one.
    pub fn drain(&self) {
        let count = self.local.nodes().len();
        for provider in 0..count {
            for subscriber in (0..count).filter(|&s| s != provider) {
                self.catch_up(provider, subscriber);
            }
        }
    }

    /// Panics unless the query gives the same rows on all nodes.
    #[track_caller]
    pub fn assert_equal(&self, sql: &str) {
        let first = self.node(0).table(sql);
        for node in self.nodes().iter().skip(1) {
            let other = node.table(sql);
            assert!(
                first == other,
                "n1 and {} differ in: {sql}\n{first}\n--\n{other}",
                node.name()
            );
        }
    }

    /// Waits until the condition holds; shows the nodes' state and panics when it does not.
    #[track_caller]
    pub fn wait_for(&self, what: impl Display, condition: impl FnMut() -> bool) {
        self.wait_at_most(wait::LIMIT, what, condition);
    }

    /// [`wait_for`](Self::wait_for) with another limit.
    #[track_caller]
    pub fn wait_at_most(
        &self,
        limit: Duration,
        what: impl Display,
        condition: impl FnMut() -> bool,
    ) {
        assert!(
            wait::wait_until(limit, condition),
            "waited {} s in vain for {what}",
            limit.as_secs()
        );
    }

    /// The files go when the process ends: for a cluster that tests share and nobody drops.
    pub fn remove_after_exit(&self) {
        reaper::remove_after_exit(self.dir(), true);
    }

    /// Takes [`remove_after_exit`](Self::remove_after_exit) back, since a test has failed.
    pub fn keep_after_exit(&self) {
        reaper::remove_after_exit(self.dir(), false);
        eprintln!("the nodes' files are kept in {}", self.dir().display());
    }

    /// Announces that log lines of level ERROR and above may hold this text.
    pub fn allow_log(&self, piece: &str) {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner).push(piece.to_owned());
    }

    /// Announces what a crash brings: it takes sessions and streams with it.
    pub fn allow_crashes(&self) {
        for expected in [
            "terminating connection",
            "the database system is",
            "could not receive data from WAL stream",
            "could not connect",
            "provider ended the replication stream",
            "server closed the connection unexpectedly",
            "could not send data",
            "background worker",
            "terminated by signal",
            "is active for PID",
            "was terminated",
            "no COPY in progress",
            "connection to server",
        ] {
            self.allow_log(expected);
        }
    }

    /// Prints what every node knows of its replication, and the end of its log.
    pub fn dump(&self) {
        for node in self.nodes() {
            eprintln!("==== {} (port {}) ====", node.name(), node.port());
            for query in [
                "SELECT * FROM spock.sub_show_status()",
                "SELECT * FROM spock.local_sync_status",
                "SELECT slot_name, plugin, active, restart_lsn, confirmed_flush_lsn \
                 FROM pg_replication_slots",
                "SELECT pid, datname, application_name, backend_type, state, wait_event, query \
                 FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
            ] {
                if let Ok(rows) = node.try_rows(query) {
                    eprintln!("-- {query}");
                    for row in rows {
                        let columns: Vec<&str> =
                            row.iter().map(|c| c.as_deref().unwrap_or("∅")).collect();
                        eprintln!("   {}", columns.join(" | "));
                    }
                }
            }
            let log = node.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("-- log");
            for line in &lines[lines.len().saturating_sub(40)..] {
                eprintln!("   {line}");
            }
        }
    }

    /// The lines of the logs that nothing allows, with their node's name.
    pub fn unexpected_errors(&self) -> Vec<String> {
        let allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        let of_node = |node: Node<'_>| {
            log_check::unexpected_errors(&node.log(), &allowed)
                .into_iter()
                .map(|line| format!("{}: {line}", node.name()))
                .collect::<Vec<_>>()
        };
        self.nodes().into_iter().flat_map(of_node).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let failing = std::thread::panicking();
        for node in self.local.nodes() {
            let _ = node.resume();
        }
        if failing {
            self.dump();
        }
        self.sessions.clear();
        let mode = if failing { StopMode::Immediate } else { StopMode::Fast };
        let stopped = self.local.down(mode, |_| ());
        let errors = {
            let allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
            self.local
                .nodes()
                .iter()
                .flat_map(|n| log_check::unexpected_errors(&n.log(), &allowed))
                .collect::<Vec<_>>()
        };
        let keep = failing || stopped.is_err() || !errors.is_empty();
        if keep && let Some(temp) = self.temp.take() {
            eprintln!("the nodes' files are kept in {}", temp.keep().display());
        }
        if !failing {
            if let Err(error) = stopped {
                panic!("{error}: {}", error.detail.as_deref().unwrap_or_default());
            }
            assert!(errors.is_empty(), "unexpected errors in the logs:\n{}", errors.join("\n"));
        }
    }
}
