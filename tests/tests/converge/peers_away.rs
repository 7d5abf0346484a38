//! The wait ends without the cause (rule C5): a peer is disabled, cannot be reached, or does not move.
//! Nothing is dropped.

use std::time::{Duration, Instant};

use spock_tests::proxy::Proxy;

use crate::trio::Trio;

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, v text, big text)";

/// An update is written as an insert with its own version, and what comes later loses against it.
///
/// Seen to fail with changes dropped when a wait ends without proof.
#[test]
fn c5_with_a_disabled_peer_an_update_becomes_an_insert() {
    let trio = Trio::start(&[TABLE]);
    let n3 = trio.node(2);
    n3.sql("SELECT spock.sub_disable('sub_n1_n3', true)");
    trio.node(0).sql("INSERT INTO t VALUES (1, 'n1')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 1");
    let began = Instant::now();
    trio.catch_up(1, 2);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(n3.table("SELECT id, v FROM t"), "1|n2");
    n3.sql("SELECT spock.sub_enable('sub_n1_n3', true)");
    trio.drain();
    trio.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t");
    assert_eq!(n3.table("SELECT id, v FROM t"), "1|n2");
}

/// A delete leaves its version, and the insert that comes later is older.
///
/// Seen to fail with deletes without their row that leave nothing.
#[test]
fn c5_with_a_disabled_peer_a_delete_leaves_its_version() {
    let trio = Trio::start(&[TABLE]);
    let n3 = trio.node(2);
    n3.sql("SELECT spock.sub_disable('sub_n1_n3', true)");
    trio.node(0).sql("INSERT INTO t VALUES (1, 'n1'), (2, 'n1')");
    trio.catch_up(0, 1);
    trio.node(1).sql("DELETE FROM t WHERE id = 1");
    trio.catch_up(1, 2);
    n3.sql("SELECT spock.sub_enable('sub_n1_n3', true)");
    trio.drain();
    trio.assert_equal("SELECT id, v FROM t");
    assert_eq!(n3.table("SELECT id FROM t"), "2");
}

/// An update when the peer's server cannot be reached; the second change does not wait again.
///
/// Seen to fail with peers waited for up to the bound although they cannot be asked.
#[test]
fn c5_an_unreachable_peer_is_given_up() {
    let trio = Trio::apart(&[TABLE]);
    let proxy = Proxy::to(trio.node(0).port());
    for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 0), (2, 1)] {
        trio.subscribe(from, to);
    }
    trio.subscribe_via(0, 2, &proxy.dsn(&trio.node(0)), "");
    trio.allow_log("could not connect to peer");
    trio.allow_log("terminating");
    proxy.cut();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'n1'), (2, 'n1')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    let began = Instant::now();
    trio.catch_up(1, 2);
    // Long before the bound, which is a minute.
    assert!(began.elapsed() < Duration::from_secs(35), "{:?}", began.elapsed());
    assert_eq!(trio.node(2).table("SELECT id, v FROM t"), "1|n2");
    let began = Instant::now();
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 2");
    trio.catch_up(1, 2);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    proxy.heal();
    trio.wait_for("n1 to be heard again", || {
        trio.status(2, "sub_n1_n3").as_deref() == Some("replicating")
    });
    trio.drain();
    trio.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
}

/// A peer whose stream stands still is waited for as long as `spock.cause_wait_timeout` says.
///
/// Seen to fail with waits without a bound.
#[test]
fn c5_a_wait_has_a_bound() {
    let trio = Trio::start(&[TABLE]);
    trio.node(2).sql("ALTER SYSTEM SET spock.cause_wait_timeout = '2s'");
    trio.node(2).sql("SELECT pg_reload_conf()");
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'n1')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    trio.catch_up(1, 2);
    assert_eq!(trio.node(2).table("SELECT id, v FROM t"), "1|n2");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t");
}

/// An update that lacks a value cannot become an insert: its stream waits, says for whom, and goes on
/// when that node is back.
///
/// Seen to fail with every update taken for a complete one.
#[test]
fn c5_an_incomplete_update_waits_with_an_alarm() {
    let trio = Trio::start(&[TABLE]);
    for node in trio.nodes() {
        node.sql("ALTER TABLE t ALTER COLUMN big SET STORAGE EXTERNAL");
    }
    let n3 = trio.node(2);
    n3.sql("SELECT spock.sub_disable('sub_n1_n3', true)");
    trio.node(0).sql("INSERT INTO t VALUES (1, 'n1', repeat('x', 20000))");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 1");
    trio.wait_for("the alarm", || trio.status(2, "sub_n2_n3").as_deref() == Some("waiting for n1"));
    assert_eq!(n3.table("SELECT id FROM t"), "");
    n3.sql("SELECT spock.sub_enable('sub_n1_n3', true)");
    trio.drain();
    trio.assert_equal("SELECT id, v, md5(big), pg_xact_commit_timestamp(xmin) FROM t");
    assert_eq!(n3.table("SELECT id, v, length(big) FROM t"), "1|n2|20000");
}
