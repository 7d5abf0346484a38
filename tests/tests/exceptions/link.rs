//! A provider `n1` and a subscriber `n2` that treats exceptions in a given way.

use std::ops::Deref;

use spock_tests::{Cluster, ClusterBuilder};

/// Good transactions before, and after, a bad one.
pub(crate) const GOOD: i64 = 50;

/// The pair.
pub(crate) struct Link(Cluster);

impl Deref for Link {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}

impl Link {
    /// `n2` runs with that `spock.exception_behaviour`, and its workers come back quickly.
    pub(crate) fn start(mode: &str) -> Self {
        Self::build(|cluster| cluster.setting("spock.exception_behaviour", mode))
    }

    pub(crate) fn build(shape: impl FnOnce(ClusterBuilder) -> ClusterBuilder) -> Self {
        // Tables that do not fit are exceptions like others here.
        let builder = Cluster::builder()
            .nodes(2)
            .setting("spock.restart_delay_default", "200ms")
            .setting("spock.schema_mismatch", "apply");
        let cluster = shape(builder).start();
        cluster.create_nodes();
        let link = Self(cluster);
        // A stream that starts again may come before the provider has noticed that the last one is over.
        link.allow_log("is active for PID");
        link.everywhere(
            "CREATE TABLE good (id bigserial PRIMARY KEY, v text); \
             CREATE PROCEDURE good(n bigint) LANGUAGE plpgsql AS $$ BEGIN \
                 FOR i IN 1 .. n LOOP INSERT INTO good (v) VALUES ('good'); COMMIT; END LOOP; \
             END $$",
        );
        link.publish("good");
        link.subscribe(0, 1);
        link
    }

    /// Adds a table of `n1` to what `n2` subscribes to.
    #[track_caller]
    pub(crate) fn publish(&self, table: &str) {
        self.n1().query("SELECT spock.repset_add_table('default', $1::text::regclass)", &[&table]);
    }

    /// Makes a table on both nodes and publishes it.
    #[track_caller]
    pub(crate) fn table(&self, name: &str, columns: &str) {
        self.everywhere(&format!("CREATE TABLE {name} ({columns})"));
        self.publish(name);
    }

    /// Commits good transactions.
    #[track_caller]
    pub(crate) fn good(&self) {
        self.n1().sql(&format!("CALL good({GOOD})"));
    }

    #[track_caller]
    pub(crate) fn sync(&self) {
        self.catch_up(0, 1);
    }

    /// Waits until `n2` has disabled its subscription.
    #[track_caller]
    pub(crate) fn wait_disabled(&self) {
        self.wait_for("the subscription to be disabled", || {
            self.status(1, "sub_n1_n2").as_deref() == Some("disabled")
        });
    }

    #[track_caller]
    pub(crate) fn enable(&self) {
        self.n2().sql("SELECT spock.sub_enable('sub_n1_n2')");
    }

    /// The good rows are all there, and the stream runs.
    #[track_caller]
    pub(crate) fn assert_healthy(&self) {
        self.assert_equal("SELECT * FROM good ORDER BY id");
        self.wait_for("the subscription to replicate", || {
            self.status(1, "sub_n1_n2").as_deref() == Some("replicating")
        });
    }

    /// `command_counter|operation|error_message` of all that is logged for a table's transaction.
    #[track_caller]
    pub(crate) fn log(&self) -> String {
        self.n2().table(
            "SELECT command_counter, operation, table_name, error_message \
             FROM spock.exception_log ORDER BY retry_errored_at, command_counter",
        )
    }

    /// Forgets what was logged.
    #[track_caller]
    pub(crate) fn clear_log(&self) {
        self.n2().sql(
            "DELETE FROM spock.exception_status_detail; DELETE FROM spock.exception_status; \
             DELETE FROM spock.exception_log",
        );
    }
}
