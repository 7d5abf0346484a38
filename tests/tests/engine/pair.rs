//! Two nodes that replicate to each other.
//!
//! Changes of `n1` reach `n2` in the fastest form that both ends agree on; those of `n2` reach `n1`
//! as text, so that a test which writes on both nodes sees both forms.

use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError};

use spock_tests::{Cluster, ClusterBuilder, Node};

/// Two nodes with subscriptions in both directions.
pub(crate) struct Pair {
    cluster: Cluster,
}

impl Deref for Pair {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.cluster
    }
}

impl Pair {
    /// A pair for one test alone.
    pub(crate) fn start() -> Pair {
        Self::build(|cluster| cluster)
    }

    /// A pair for one test alone, whose servers are of a special kind.
    pub(crate) fn build(shape: impl FnOnce(ClusterBuilder) -> ClusterBuilder) -> Pair {
        let cluster = shape(Cluster::builder().nodes(2)).start();
        cluster.create_nodes();
        cluster.subscribe(0, 1);
        cluster.subscribe_with(1, 0, "force_text_transfer := true");
        Pair { cluster }
    }

    /// Makes tables on both nodes and publishes them from both, with all their changes.
    #[track_caller]
    pub(crate) fn tables(&self, ddl: &str, tables: &[&str]) {
        self.everywhere(ddl);
        self.publish("default", tables);
    }

    /// Adds tables to a replication set on both nodes.
    #[track_caller]
    pub(crate) fn publish(&self, set: &str, tables: &[&str]) {
        for node in [self.n1(), self.n2()] {
            publish(&node, set, tables);
        }
    }

    /// Waits until both nodes have applied all that the other one has committed by now.
    #[track_caller]
    pub(crate) fn sync(&self) {
        self.cluster.drain();
    }

    /// Waits for `n2` to have what `n1` has committed.
    #[track_caller]
    pub(crate) fn sync_to_n2(&self) {
        self.cluster.catch_up(0, 1);
    }

    /// Waits for `n1` to have what `n2` has committed.
    #[track_caller]
    pub(crate) fn sync_to_n1(&self) {
        self.cluster.catch_up(1, 0);
    }

    /// Panics unless a table has the same rows on both nodes; gives their number.
    #[track_caller]
    pub(crate) fn assert_equal(&self, table: &str) -> usize {
        let sql = format!("SELECT t::text FROM {table} AS t ORDER BY t::text COLLATE \"C\"");
        self.assert_same(&sql)
    }

    /// Panics unless a query gives the same rows on both nodes; gives their number.
    #[track_caller]
    pub(crate) fn assert_same(&self, sql: &str) -> usize {
        let (ours, theirs) = (self.n1().rows(sql), self.n2().rows(sql));
        if ours != theirs {
            let at = ours.iter().zip(&theirs).position(|(a, b)| a != b);
            let at = at.unwrap_or(ours.len().min(theirs.len()));
            panic!(
                "{} rows on n1, {} on n2; the first that differ, n1: {:?}, n2: {:?}\n  of: {sql}",
                ours.len(),
                theirs.len(),
                ours.get(at),
                theirs.get(at)
            );
        }
        ours.len()
    }

    /// Lets both nodes write without hearing of each other, and then joins them again.
    #[track_caller]
    pub(crate) fn apart(&self, writes: impl FnOnce()) {
        self.part();
        writes();
        self.join();
    }

    /// Stops replication in both directions.
    #[track_caller]
    pub(crate) fn part(&self) {
        self.sync();
        self.n1().sql("SELECT spock.sub_disable('sub_n2_n1')");
        self.n2().sql("SELECT spock.sub_disable('sub_n1_n2')");
        for node in [self.n1(), self.n2()] {
            self.cluster.wait_for("the stream to end", || {
                node.value::<i64>(
                    "SELECT count(*) FROM pg_replication_slots \
                     WHERE slot_name LIKE 'spk%' AND active",
                ) == 0
            });
        }
    }

    /// Starts replication again in both directions, and waits until both nodes heard everything.
    #[track_caller]
    pub(crate) fn join(&self) {
        self.n1().sql("SELECT spock.sub_enable('sub_n2_n1')");
        self.n2().sql("SELECT spock.sub_enable('sub_n1_n2')");
        self.sync();
    }
}

/// Adds tables to a replication set of one node.
#[track_caller]
pub(crate) fn publish(node: &Node<'_>, set: &str, tables: &[&str]) {
    for table in tables {
        node.query(
            "SELECT spock.repset_add_table($1::text::name, $2::text::regclass)",
            &[&set, table],
        );
    }
}

/// The pair that tests share, for one test.
pub(crate) struct Shared {
    pair: &'static Pair,
    /// Errors in the logs that are not of this test.
    earlier: Vec<String>,
}

/// The shared pair, with a schema for this test on both nodes.
pub(crate) fn shared(schema: &str) -> Shared {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    // Should it fail to start, the next test tries again.
    let pair = {
        let _one = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        PAIR.get_or_init(|| {
            let pair = Pair::start();
            pair.remove_after_exit();
            pair
        })
    };
    let shared = Shared { pair, earlier: pair.unexpected_errors() };
    shared.everywhere(&format!("CREATE SCHEMA {schema}"));
    shared
}

impl Deref for Shared {
    type Target = Pair;

    fn deref(&self) -> &Pair {
        self.pair
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.pair.keep_after_exit();
            self.pair.dump();
            // The kept sessions may be left in the middle of a transaction.
            self.pair.n1().disconnect();
            self.pair.n2().disconnect();
            return;
        }
        let mut errors = self.pair.unexpected_errors();
        errors.retain(|line| !self.earlier.contains(line));
        if !errors.is_empty() {
            self.pair.keep_after_exit();
            panic!("unexpected errors in the logs:\n{}", errors.join("\n"));
        }
    }
}
