//! What belongs to a transaction arrives as one, and what was rolled back does not.

use crate::pair::{Pair, shared};

#[test]
fn savepoints_and_rollbacks() {
    let pair = shared("savepoints");
    pair.tables("CREATE TABLE savepoints.t (id int PRIMARY KEY, v text)", &["savepoints.t"]);
    for (node, at) in [(pair.n1(), 0), (pair.n2(), 1000)] {
        node.sql(&format!(
            "BEGIN; INSERT INTO savepoints.t VALUES ({at} + 1, 'stays'); \
             SAVEPOINT a; INSERT INTO savepoints.t VALUES ({at} + 2, 'gone'); ROLLBACK TO a; \
             INSERT INTO savepoints.t VALUES ({at} + 2, 'second try'); \
             SAVEPOINT b; UPDATE savepoints.t SET v = 'gone' WHERE id = {at} + 1; \
             SAVEPOINT c; DELETE FROM savepoints.t WHERE id = {at} + 2; RELEASE c; ROLLBACK TO b; \
             SAVEPOINT d; INSERT INTO savepoints.t VALUES ({at} + 3, 'released'); RELEASE d; COMMIT; \
             BEGIN; INSERT INTO savepoints.t VALUES ({at} + 4, 'never'); DELETE FROM savepoints.t; ROLLBACK"
        ));
        node.sql(&format!(
            "DO $$ BEGIN FOR i IN 1 .. 200 LOOP BEGIN \
                 INSERT INTO savepoints.t VALUES ({at} + 10 + i, 'loop'); \
                 IF i % 2 = 0 THEN RAISE division_by_zero; END IF; \
             EXCEPTION WHEN division_by_zero THEN \
                 UPDATE savepoints.t SET v = v || i WHERE id = {at} + 1; \
             END; END LOOP; END $$"
        ));
    }
    pair.sync();
    assert_eq!(pair.assert_equal("savepoints.t"), 206);
}

#[test]
fn empty_transactions_and_those_with_nothing_to_send() {
    let pair = shared("nothing");
    pair.tables("CREATE TABLE nothing.t (id int PRIMARY KEY)", &["nothing.t"]);
    pair.everywhere(
        "CREATE TABLE nothing.private (id int); CREATE UNLOGGED TABLE nothing.unlogged (id int)",
    );
    let confirmed = "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name LIKE 'spk\\_app%'";
    for _ in 0..50 {
        pair.n1().sql("BEGIN; COMMIT");
        pair.n1().sql("SELECT txid_current()");
        pair.n1()
            .sql("INSERT INTO nothing.private VALUES (1); INSERT INTO nothing.unlogged VALUES (1)");
        pair.n1()
            .sql("BEGIN; SAVEPOINT a; INSERT INTO nothing.t VALUES (1); ROLLBACK TO a; COMMIT");
        // Messages of others.
        pair.n1().sql("SELECT pg_logical_emit_message(false, 'mine', 'x'), pg_logical_emit_message(true, 'spock', 'y')");
        pair.n1().sql("SELECT * FROM nothing.t FOR UPDATE; LOCK TABLE nothing.t");
        pair.n1().sql("CREATE TEMP TABLE IF NOT EXISTS temp_nothing (id int); INSERT INTO temp_nothing VALUES (1); DROP TABLE temp_nothing");
    }
    pair.sync();
    assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM nothing.private"), 0);
    assert_eq!(pair.assert_equal("nothing.t"), 0);
    // An idle stream confirms what it has nothing of, so the provider can let its log go.
    let mark = pair.n1().wal_lsn();
    pair.n1().sql("INSERT INTO nothing.private SELECT generate_series(1, 1000)");
    pair.sync_to_n2();
    pair.wait_for("the slot to advance", || {
        pair.n1()
            .value::<bool>(&format!("SELECT '{}'::pg_lsn > '{mark}'", pair.n1().table(confirmed)))
    });
}

#[test]
fn a_row_changes_often_in_one_transaction() {
    let pair = shared("often");
    pair.tables("CREATE TABLE often.t (id int PRIMARY KEY, v text)", &["often.t"]);
    for (node, at) in [(pair.n1(), 1), (pair.n2(), 101)] {
        let mut sql = format!("BEGIN; INSERT INTO often.t VALUES ({at}, 'new');");
        for i in 0..50 {
            sql += &format!(
                "UPDATE often.t SET v = v || '{i};' WHERE id = {at}; DELETE FROM often.t WHERE id = {at}; \
                 INSERT INTO often.t VALUES ({at}, 'again {i}'); \
                 INSERT INTO often.t VALUES ({at} + 1, 'brief'); UPDATE often.t SET id = {at} + 2 WHERE id = {at} + 1; \
                 DELETE FROM often.t WHERE id = {at} + 2;"
            );
        }
        node.sql(&(sql + "COMMIT"));
    }
    pair.sync();
    assert_eq!(pair.assert_equal("often.t"), 2);
    assert_eq!(pair.n1().table("SELECT v FROM often.t WHERE id = 101"), "again 49");
}

#[test]
fn inserts_of_several_tables_alternate() {
    let pair = shared("alternate");
    pair.tables(
        "CREATE TABLE alternate.a (id int PRIMARY KEY, v text); CREATE TABLE alternate.b (id int PRIMARY KEY, v text)",
        &["alternate.a", "alternate.b"],
    );
    pair.n1().sql(
        "DO $$ BEGIN FOR i IN 1 .. 500 LOOP \
             INSERT INTO alternate.a VALUES (i, 'a'); INSERT INTO alternate.b VALUES (i, 'b'), (-i, 'c'); \
             IF i % 7 = 0 THEN UPDATE alternate.a SET v = 'u' WHERE id = i; END IF; \
             IF i % 11 = 0 THEN DELETE FROM alternate.b WHERE id = -i; END IF; \
         END LOOP; END $$",
    );
    pair.sync();
    assert_eq!(pair.assert_equal("alternate.a"), 500);
    assert_eq!(pair.assert_equal("alternate.b"), 955);
}

#[test]
fn truncates() {
    let pair = shared("truncates");
    pair.tables(
        "CREATE TABLE truncates.a (id serial PRIMARY KEY, v text); \
         CREATE TABLE truncates.b (id int PRIMARY KEY, a int REFERENCES truncates.a); \
         CREATE TABLE truncates.c (id int PRIMARY KEY)",
        &["truncates.a", "truncates.b", "truncates.c"],
    );
    let counts = "SELECT (SELECT count(*) FROM truncates.a), (SELECT count(*) FROM truncates.b), (SELECT count(*) FROM truncates.c)";
    for node in [pair.n1(), pair.n2()] {
        let fill = "INSERT INTO truncates.a (id, v) SELECT i, 'v' FROM generate_series(1, 10) i; \
                    INSERT INTO truncates.b SELECT i, i FROM generate_series(1, 10) i; \
                    INSERT INTO truncates.c SELECT generate_series(1, 10)";
        node.sql(fill);
        pair.sync();
        assert_eq!(pair.n1().table(counts), "10|10|10");
        assert_eq!(pair.n2().table(counts), "10|10|10");
        node.sql("TRUNCATE truncates.a, truncates.b");
        pair.sync();
        assert_eq!(pair.n1().table(counts), "0|0|10");
        assert_eq!(pair.n2().table(counts), "0|0|10");
        // In the middle of a transaction, with the cascade's tables, and rows after it.
        node.sql(&format!(
            "BEGIN; TRUNCATE truncates.c; {fill}; TRUNCATE truncates.a RESTART IDENTITY CASCADE; \
             INSERT INTO truncates.a (v) VALUES ('after'); COMMIT"
        ));
        pair.sync();
        assert_eq!(pair.n1().table(counts), "1|0|10");
        assert_eq!(pair.n2().table(counts), "1|0|10");
        node.sql("BEGIN; TRUNCATE truncates.c; ROLLBACK");
        node.sql("TRUNCATE truncates.a, truncates.b, truncates.c");
        pair.sync();
        assert_eq!(pair.n2().table(counts), "0|0|0");
    }
}

/// An insert that is taken back in the middle, and the update it becomes.
#[test]
fn insert_on_conflict() {
    let pair = shared("upsert");
    pair.tables(
        "CREATE TABLE upsert.t (id int PRIMARY KEY, k int UNIQUE, v int DEFAULT 0)",
        &["upsert.t"],
    );
    let upsert = "INSERT INTO upsert.t SELECT i, i FROM generate_series(1, 100) i \
                  ON CONFLICT (id) DO UPDATE SET v = upsert.t.v + 1";
    pair.n1().sql(upsert);
    pair.n1().sql(upsert);
    pair.n1().sql("INSERT INTO upsert.t VALUES (500, 7) ON CONFLICT DO NOTHING");
    pair.sync();
    pair.n2().sql(upsert);
    pair.sync();
    assert_eq!(pair.assert_equal("upsert.t"), 100);
    assert_eq!(pair.n1().value::<i64>("SELECT sum(v) FROM upsert.t"), 200);
    // Three sessions at once, so that speculative insertions are aborted. Without a value for k: its
    // index is no arbiter, and sessions that race for one raise an error.
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut session = pair.n1().connect();
                for i in 0..150 {
                    let sql = format!(
                        "INSERT INTO upsert.t VALUES ({i} + 1000, NULL) \
                         ON CONFLICT (id) DO UPDATE SET v = upsert.t.v + 1"
                    );
                    session.batch_execute(&sql).unwrap();
                }
            });
        }
    });
    pair.sync();
    assert_eq!(pair.assert_equal("upsert.t"), 250);
    assert_eq!(pair.n2().value::<i64>("SELECT sum(v) FROM upsert.t WHERE id >= 1000"), 300);
}

/// Concurrent transactions arrive in commit order, each whole.
#[test]
fn concurrent_transactions() {
    let pair = shared("concurrent");
    pair.tables(
        "CREATE TABLE concurrent.t (id bigserial PRIMARY KEY, who int, n int); CREATE TABLE concurrent.sum (who int PRIMARY KEY, n int)",
        &["concurrent.t", "concurrent.sum"],
    );
    pair.n1().sql("INSERT INTO concurrent.sum SELECT i, 0 FROM generate_series(0, 3) i");
    pair.n2().sql(
        "CREATE FUNCTION concurrent.whole() RETURNS bigint LANGUAGE sql AS \
         'SELECT count(*) FROM concurrent.sum s WHERE n <> (SELECT count(*) FROM concurrent.t WHERE who = s.who)'",
    );
    let pair = &pair;
    std::thread::scope(|scope| {
        for who in 0..4 {
            scope.spawn(move || {
                let mut session = pair.n1().connect();
                for _ in 0..100 {
                    let sql = format!(
                        "BEGIN; INSERT INTO concurrent.t (who, n) VALUES ({who}, 1), ({who}, 2); \
                         UPDATE concurrent.sum SET n = n + 2 WHERE who = {who}; COMMIT"
                    );
                    session.batch_execute(&sql).unwrap();
                }
            });
        }
        // Meanwhile no half of a transaction shows.
        for _ in 0..50 {
            assert_eq!(pair.n2().value::<i64>("SELECT concurrent.whole()"), 0);
        }
    });
    pair.sync();
    assert_eq!(pair.assert_equal("concurrent.t"), 800);
    assert_eq!(pair.assert_equal("concurrent.sum"), 4);
}

/// Long rows, long transactions: more than one frame, more than one batch.
#[test]
fn transactions_of_every_length() {
    let pair = shared("lengths");
    pair.tables(
        "CREATE TABLE lengths.t (len int, i int, v text, PRIMARY KEY (len, i))",
        &["lengths.t"],
    );
    let lengths = [1, 2, 3, 999, 1000, 1001, 2048, 5000];
    for len in lengths {
        pair.n1().sql(&format!("INSERT INTO lengths.t SELECT {len}, i, repeat('x', i % 300) FROM generate_series(1, {len}) i"));
        pair.n2().sql(&format!("INSERT INTO lengths.t SELECT -{len}, i, repeat('y', 8000 + i) FROM generate_series(1, {len} / 50 + 1) i"));
    }
    pair.n1().sql("UPDATE lengths.t SET v = v || 'u' WHERE len > 0");
    pair.n1().sql("DELETE FROM lengths.t WHERE len > 0 AND i % 4 = 0");
    pair.sync();
    pair.assert_equal("lengths.t");
}

/// Prepared transactions arrive when they are committed, with that time.
#[test]
fn prepared_transactions() {
    let pair = Pair::build(|cluster| cluster.setting("max_prepared_transactions", "5"));
    pair.tables("CREATE TABLE t (id int PRIMARY KEY, v text)", &["t"]);
    for (node, at) in [(pair.n1(), 1), (pair.n2(), 11)] {
        node.sql(&format!(
            "BEGIN; INSERT INTO t VALUES ({at}, 'prepared'); SAVEPOINT a; INSERT INTO t VALUES ({at} + 1, 'gone'); \
             ROLLBACK TO a; PREPARE TRANSACTION 'one'"
        ));
        node.sql(&format!("INSERT INTO t VALUES ({at} + 2, 'meanwhile')"));
        node.sql(&format!(
            "BEGIN; INSERT INTO t VALUES ({at} + 3, 'never'); PREPARE TRANSACTION 'two'"
        ));
        pair.sync();
        let others = "SELECT count(*) FROM t WHERE v = 'prepared'";
        let before = pair.n1().value::<i64>(others);
        node.sql("ROLLBACK PREPARED 'two'");
        node.sql("COMMIT PREPARED 'one'");
        pair.sync();
        pair.assert_equal("t");
        assert_eq!(pair.n1().value::<i64>(others), before + 1);
    }
    pair.assert_same("SELECT id, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    assert_eq!(pair.assert_equal("t"), 4);
}

/// Whoever looks at the other node sees each session's transactions in their order, each whole or not at
/// all: no number without all before it.
///
/// Seen to fail with a receiver that applies some transactions after the one that follows them.
#[test]
fn b23_transactions_show_whole_and_in_the_order_of_their_origin() {
    const ROUNDS: i32 = 400;
    const SESSIONS: i32 = 3;
    let pair = Pair::start();
    pair.tables(
        "CREATE TABLE ledger (s int, n int, part int, v text, PRIMARY KEY (s, n, part))",
        &["ledger"],
    );
    let mut looks = 0;
    std::thread::scope(|scope| {
        for s in 0..SESSIONS {
            let n1 = pair.n1();
            scope.spawn(move || {
                let mut session = n1.connect();
                for n in 1..=ROUNDS {
                    // Most in one packet, some in several.
                    let width = if n % 50 == s { 3000 } else { 1 };
                    let write = format!(
                        "INSERT INTO ledger SELECT {s}, {n}, p, repeat('x', {width}) FROM generate_series(1, 3) p"
                    );
                    session.batch_execute(&write).expect("a transaction");
                }
            });
        }
        let mut session = pair.n2().connect();
        let begun = std::time::Instant::now();
        loop {
            let look = session
                .query("SELECT s, count(*), max(n)::int8 FROM ledger GROUP BY s", &[])
                .expect("a look");
            looks += 1;
            let mut seen = 0;
            for row in &look {
                let (count, newest): (i64, i64) = (row.get(1), row.get(2));
                assert_eq!(count, newest * 3, "session {} at look {looks}", row.get::<_, i32>(0));
                seen += newest;
            }
            if seen == i64::from(ROUNDS * SESSIONS) {
                break;
            }
            assert!(begun.elapsed().as_secs() < 60, "only {seen} transactions came");
        }
    });
    assert!(looks > 50, "{looks} looks show nothing");
    // Those that came too quickly to be seen were written in that order, too.
    let swapped = "SELECT count(*) FROM (SELECT s, n, xmin::text::int8 AS xid, \
                     lag(xmin::text::int8) OVER (PARTITION BY s ORDER BY n, part) AS before FROM ledger) o \
                   WHERE xid < before";
    assert_eq!(pair.n2().value::<i64>(swapped), 0);
}
