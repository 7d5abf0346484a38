//! The stream through the replication protocol, as a subscriber gets it.

use std::io::Read;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use spock_core::lsn::Lsn;
use spock_tests::{Cluster, Node, wait_for, wait_until};

use crate::stream::{Peek, make_provider, make_slot};

/// `pg_recvlogical` on the slot, with what it has read; it confirms every second.
struct Receiver {
    child: Child,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Receiver {
    fn start(node: &Node<'_>, peek: &Peek) -> Self {
        let mut command = node.client("pg_recvlogical", "app");
        command.args(["--dbname", "app", "--slot", "s", "--start", "--no-loop", "--file", "-"]);
        command.args(["--status-interval", "1", "--fsync-interval", "0"]);
        for (name, value) in peek.options() {
            command.arg("--option").arg(format!("{name}={value}"));
        }
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let mut output = child.stdout.take().unwrap();
        let read = Arc::clone(&bytes);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                read.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { child, bytes }
    }

    fn has(&self, text: &str) -> bool {
        self.bytes.lock().unwrap().windows(text.len()).any(|window| window == text.as_bytes())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn s1_commits_wait_for_physical_standbys_and_not_for_subscriptions() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(
        "CREATE TABLE t (id text PRIMARY KEY);
         SELECT spock.repset_add_table('default', 't')",
    );
    make_slot(&node);
    let receiver = Receiver::start(&node, &Peek::ours());
    let mut writer = node.connect();
    writer.batch_execute("SET synchronous_commit = local").unwrap();
    let mut write = |value: &str| {
        writer.execute("INSERT INTO t VALUES ($1)", &[&value]).unwrap();
    };

    write("nobody is asked for");
    wait_for("the first row", || receiver.has("nobody is asked for"));

    // Only the subscription itself is listed, by the name of its slot.
    node.set(&[("synchronous_standby_names", "FIRST 1 (s)")]).unwrap();
    node.reload().unwrap();
    let shows = |names: &str| {
        let show = "SHOW synchronous_standby_names";
        wait_for("the setting", || {
            node.connect().query_one(show, &[]).unwrap().get::<_, String>(0) == names
        });
    };
    shows("FIRST 1 (s)");
    write("only a subscription is");
    wait_for("the second row", || receiver.has("only a subscription is"));

    // A standby that is not there.
    node.set(&[("synchronous_standby_names", "FIRST 2 (s, elsewhere)")]).unwrap();
    node.reload().unwrap();
    shows("FIRST 2 (s, elsewhere)");
    // The walsender hears of it at its next wait, the latest.
    std::thread::sleep(Duration::from_millis(200));
    write("a standby is");
    assert!(!wait_until(Duration::from_secs(2), || receiver.has("a standby is")));

    node.unset("synchronous_standby_names").unwrap();
    node.reload().unwrap();
    wait_for("the third row", || receiver.has("a standby is"));
}

#[test]
fn transactions_that_nobody_gets_do_not_hold_the_slot() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql("CREATE TABLE unpublished (id int PRIMARY KEY)");
    make_slot(&node);
    let receiver = Receiver::start(&node, &Peek::ours());
    for _ in 0..3 {
        node.sql("INSERT INTO unpublished SELECT coalesce(max(id), 0) + 1 FROM unpublished");
    }
    node.sql("INSERT INTO unpublished SELECT generate_series(1000, 50000)");
    let target: Lsn = node.wal_lsn().parse().unwrap();
    wait_for("the slot to move on", || {
        let confirmed: String =
            node.value("SELECT confirmed_flush_lsn::text FROM pg_replication_slots");
        confirmed.parse::<Lsn>().unwrap() >= target
    });
    assert!(receiver.bytes.lock().unwrap().is_empty());
}
