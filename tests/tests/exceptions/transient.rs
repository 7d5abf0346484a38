//! What goes away by itself: tried again until it does, applied once, and never called bad data.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, Signal, StopMode, Victim};

use crate::link::Link;

fn assert_nothing_left_out(link: &Link) {
    assert_eq!(link.log(), "");
    assert_eq!(link.n2().table("SELECT * FROM spock.exception_status"), "");
}

fn apply_waits(node: &Node<'_>) -> bool {
    node.value(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
         AND backend_type <> 'client backend')",
    )
}

/// Errors with the codes of what passes, 20 times each, so that every way to try again is used: in
/// the worker, with a new stream, with a new worker. Fails when one of the codes counts as permanent.
#[test]
fn spock_556_transient_errors_are_not_bad_data() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, v text");
    let n2 = link.n2();
    // A sequence does not come back with a rollback.
    n2.sql(
        "CREATE SEQUENCE tries; \
         CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('public.tries') < 20 THEN RAISE EXCEPTION 'trouble' USING ERRCODE = new.v; END IF; \
             RETURN new; END $$; \
         CREATE TRIGGER trouble BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trouble(); \
         ALTER TABLE t ENABLE ALWAYS TRIGGER trouble",
    );
    let begun = Instant::now();
    let codes =
        ["40P01", "55P03", "40001", "57014", "53100", "53200", "58030", "57P02", "57P03", "08006"];
    for (id, code) in codes.iter().enumerate() {
        n2.sql("ALTER SEQUENCE tries RESTART");
        link.n1().sql(&format!("INSERT INTO t VALUES ({id}, '{code}')"));
        link.good();
        link.sync();
        assert_eq!(n2.value::<i64>("SELECT last_value FROM tries"), 20, "{code}");
        // A worker that ended with the error counts its failures, and this one has come back.
        link.assert_healthy();
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), codes.len() as i64);
    // 200 failures, and a line in ten seconds.
    let log = n2.log();
    let said = log.matches("will restart and retry").count() + log.matches("stopped: ").count();
    let most = 2 + begun.elapsed().as_secs() / 10;
    assert!((1..=most).contains(&(said as u64)), "{said} lines, at most {most}:\n{log}");
    assert_nothing_left_out(&link);
}

/// A real deadlock with a client, in a transaction that is too long for one packet.
///
/// Seen to fail with 40P01 taken for permanent.
#[test]
fn b26_a_deadlock_in_a_long_transaction_is_retried() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, v text");
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_log("deadlock detected");
    n1.sql("INSERT INTO t SELECT i, 'first' FROM generate_series(1, 2000) i");
    link.sync();
    let mut session = n2.connect();
    // The worker looks for a deadlock first.
    session
        .batch_execute("SET deadlock_timeout = '60s'; BEGIN; UPDATE t SET v = 'n2' WHERE id = 2000")
        .expect("a lock");
    n1.sql("UPDATE t SET v = 'n1'");
    link.wait_for("the apply worker to wait", || apply_waits(&n2));
    session.batch_execute("UPDATE t SET v = 'n2' WHERE id = 1; COMMIT").expect("both rows");
    link.good();
    link.sync();
    link.assert_healthy();
    assert_eq!(n2.table("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"), "n1|1998\nn2|2");
    assert_nothing_left_out(&link);
}

/// A real lock timeout, in a trigger that asks for one.
///
/// Seen to fail with 55P03 taken for permanent.
#[test]
fn b26_a_lock_timeout_is_retried() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, v text");
    let n2 = link.n2();
    n2.sql(
        "CREATE TABLE counters (n int); INSERT INTO counters VALUES (0); \
         CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$ BEGIN \
             UPDATE public.counters SET n = n + 1; RETURN new; END $$; \
         CREATE TRIGGER tally BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tally(); \
         ALTER TABLE t ENABLE ALWAYS TRIGGER tally",
    );
    let mut session = n2.connect();
    session.batch_execute("BEGIN; UPDATE counters SET n = n").expect("a lock");
    link.n1().sql("INSERT INTO t VALUES (1, 'once')");
    link.wait_for("the timeout", || n2.log().contains("will restart and retry"));
    session.batch_execute("COMMIT").expect("the lock's end");
    link.good();
    link.sync();
    link.assert_healthy();
    assert_eq!(n2.table("SELECT n FROM counters"), "1");
    assert_nothing_left_out(&link);
}

/// Settings for all sessions of the server do not reach the worker: no serialization failure, no
/// timeout, although every client has them.
///
/// Seen to fail with a worker that takes these settings from the server.
#[test]
fn b26_the_worker_pins_what_could_make_it_fail() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, n int");
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql("INSERT INTO t SELECT i, 0 FROM generate_series(1, 10) i");
    link.sync();
    for setting in [
        "default_transaction_isolation = 'serializable'",
        "default_transaction_read_only = on",
        "statement_timeout = '50ms'",
        "lock_timeout = '50ms'",
        "idle_in_transaction_session_timeout = '50ms'",
    ] {
        n2.sql(&format!("ALTER SYSTEM SET {setting}"));
    }
    n2.sql("SELECT pg_reload_conf()");
    let mut session = n2.connect();
    session
        .batch_execute(
            "SET default_transaction_read_only = off; SET statement_timeout = 0; \
             SET idle_in_transaction_session_timeout = 0",
        )
        .expect("settings");
    // What a session sees of the others stays the same until its transaction ends.
    let mut looker = n2.connect();
    n2.kill(Victim::ApplyWorker, Signal::SIGTERM);
    link.assert_healthy();
    for round in 0..5 {
        session.batch_execute("BEGIN; UPDATE t SET n = -1 WHERE id = 5").expect("a lock");
        n1.sql(&format!("UPDATE t SET n = {round} + 100"));
        link.wait_for("the apply worker to wait", || {
            let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE \
                         wait_event_type = 'Lock' AND backend_type = 'spock apply')";
            looker.query_one(waits, &[]).expect("a look").get(0)
        });
        // Longer than any of the timeouts.
        let begun = Instant::now();
        link.wait_for("some time", || begun.elapsed() > Duration::from_millis(300));
        session.batch_execute("COMMIT").expect("the lock's end");
    }
    for setting in ["statement_timeout", "default_transaction_read_only"] {
        session.batch_execute(&format!("ALTER SYSTEM RESET {setting}")).expect("a reset");
    }
    session.batch_execute("SELECT pg_reload_conf()").expect("a reload");
    n2.disconnect();
    link.wait_for("the setting", || {
        n2.disconnect();
        n2.table("SHOW default_transaction_read_only") == "off"
    });
    link.sync();
    assert_eq!(n2.table("SELECT DISTINCT n FROM t WHERE id <> 5"), "104");
    assert_nothing_left_out(&link);
    let log = n2.log();
    assert!(!log.contains("will restart and retry"), "{log}");
}

/// A file system of a few megabytes, as long as this lives; none without the right to mount one.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(cluster: &Cluster) -> Option<Self> {
        let place = cluster.dir().join("small");
        std::fs::create_dir(&place).ok()?;
        // It has to belong to the server's account.
        let data = std::fs::metadata(cluster.node(1).data_dir()).ok()?;
        let options = format!("size=20m,mode=0700,uid={},gid={}", data.uid(), data.gid());
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&place)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(Self(place))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A real full disk: the transaction waits for room, and then is applied once.
///
/// Seen to fail with 53100 taken for permanent.
#[test]
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn b26_a_full_disk_is_waited_for() {
    let link = Link::start("transdiscard");
    let (n1, n2) = (link.n1(), link.n2());
    let Some(disk) = SmallDisk::mount(&link) else {
        eprintln!("SKIPPED: mounting a small file system needs root");
        return;
    };
    n2.sql(&format!("CREATE TABLESPACE small LOCATION '{}'", disk.0.display()));
    link.table("t", "id int PRIMARY KEY, v text");
    n2.sql("ALTER TABLE t SET TABLESPACE small");
    std::fs::write(disk.0.join("ballast"), vec![0u8; 18 << 20]).expect("room for the ballast");
    n1.sql("INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 4000) i");
    link.wait_for("the full disk", || n2.log().contains("transient resource error"));
    std::fs::remove_file(disk.0.join("ballast")).expect("the ballast");
    link.good();
    link.sync();
    link.assert_healthy();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 4000);
    assert_nothing_left_out(&link);
    n2.sql("DROP TABLE t");
    n2.sql("CHECKPOINT");
    n2.sql("DROP TABLESPACE small");
}

/// Somebody else's replication connection.
struct Intruder(Child);

impl Intruder {
    fn connect(node: &Node<'_>) -> Self {
        let dsn = format!("{} replication=database", node.socket_conninfo("app"));
        let mut child = node
            .client("psql", "app")
            .args(["-X", "-q", "-d", &dsn])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("psql");
        if let Some(stdin) = &mut child.stdin {
            stdin.write_all(b"IDENTIFY_SYSTEM;\n").expect("a command");
        }
        Self(child)
    }
}

impl Drop for Intruder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A provider without a connection to spare: the subscriber asks until it gets one.
///
/// Seen to fail with a subscription that is disabled when it cannot connect.
#[test]
fn b26_a_provider_without_connections_is_asked_again() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, v text");
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_log("number of requested standby connections exceeds");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.set(&[("max_wal_senders", "1")]).expect("a setting");
    n1.restart(StopMode::Fast).expect("a restart");
    let intruder = Intruder::connect(&n1);
    link.wait_for("the intruder", || !n1.find(Victim::Walsender).is_empty());
    n1.sql("INSERT INTO t VALUES (1, 'once')");
    link.enable();
    link.wait_for("the refusal", || {
        n2.table("SELECT last_error FROM spock.sub_show_status()").contains("max_wal_senders")
    });
    drop(intruder);
    link.good();
    link.sync();
    link.assert_healthy();
    assert_eq!(n2.table("SELECT * FROM t"), "1|once");
    assert_nothing_left_out(&link);
}

/// Sessions of both nodes insert the same keys at the same time, several in a transaction: an insert that
/// meets a row which was not there when the worker looked is no exception.
#[test]
fn races_for_keys_are_no_exceptions() {
    // On a slow machine the streams can be far behind.
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("spock.restart_delay_default", "200ms")
        .setting("spock.retention_hold", "120s")
        .start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text); SELECT spock.repset_add_table('default', 't')");
    }
    cluster.mesh();
    cluster.allow_log("deadlock detected");
    let until = Instant::now() + Duration::from_secs(6);
    std::thread::scope(|scope| {
        for worker in 0..6_u32 {
            let node = cluster.node((worker % 2) as usize);
            scope.spawn(move || {
                let mut session = node.connect();
                let mut round = worker;
                while Instant::now() < until {
                    round = round.wrapping_mul(7).wrapping_add(11) % 1000;
                    // In the order of keys, so that the sessions of a node do not deadlock.
                    let sql = format!(
                        "BEGIN; INSERT INTO t SELECT i % 40, '{worker} {round}' \
                             FROM generate_series({round}, {round} + 15) i ORDER BY 1 \
                             ON CONFLICT (id) DO NOTHING; \
                         DELETE FROM t WHERE id % 3 = {round} % 3; COMMIT"
                    );
                    if session.batch_execute(&sql).is_err() {
                        let _ = session.batch_execute("ROLLBACK");
                    }
                }
            });
        }
    });
    cluster.drain();
    cluster.drain();
    for node in cluster.nodes() {
        assert_eq!(
            node.table("SELECT error_message FROM spock.exception_log"),
            "",
            "{}",
            node.name()
        );
    }
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// A unique value that an older row has here is no exception either, also where the transaction is too long
/// to be run again from a packet: rule D4 decides. Fails when only short ones get a careful run.
#[test]
fn d4_a_long_transaction_takes_a_unique_value() {
    let link = Link::start("transdiscard");
    link.table("t", "id int PRIMARY KEY, k int UNIQUE, v text");
    let (n1, n2) = (link.n1(), link.n2());
    n2.sql("INSERT INTO t VALUES (5000, 7, 'older')");
    n1.sql("INSERT INTO t SELECT i, i, repeat('x', 100) FROM generate_series(1, 1500) i");
    link.good();
    link.sync();
    link.assert_healthy();
    assert_nothing_left_out(&link);
    assert_eq!(n2.table("SELECT count(*), min(id) FILTER (WHERE k = 7) FROM t"), "1500|7");
}
