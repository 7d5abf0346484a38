//! Deletes leave versions (rules D1 and D2): a change that comes late is compared with the delete of its
//! row, and the same one wins on both nodes.

use spock_tests::Node;

use crate::two::Two;

const COLUMNS: &str = "id int PRIMARY KEY, v text, w int DEFAULT 0";

/// What a node recorded of changes that met no row.
fn recorded(node: &Node<'_>) -> String {
    node.table(
        "SELECT conflict_type, conflict_resolution, local_tuple LIKE 'deleted at % by node %', \
                local_timestamp IS NOT NULL \
         FROM spock.resolutions ORDER BY id",
    )
}

/// Keeps vacuum busy: no dead row may be lost by it.
fn vacuum(node: &Node<'_>) {
    node.sql("VACUUM (FREEZE, INDEX_CLEANUP ON) t");
}

/// Both ways: the newer one of delete and update stays.
///
/// Seen to fail with deletes that leave no version.
#[test]
fn d1_a_delete_wins_against_an_older_update() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 4) i");
    two.apart(|| {
        two.n1().sql("UPDATE t SET v = 'older' WHERE id = 1");
        two.n2().sql("DELETE FROM t WHERE id = 1");
        two.n2().sql("UPDATE t SET v = 'older' WHERE id = 2");
        two.n1().sql("DELETE FROM t WHERE id = 2");
        vacuum(&two.n1());
        vacuum(&two.n2());
    });
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(two.n1().table("SELECT id FROM t ORDER BY id"), "3\n4");
    // What the update lost against is told, with its time.
    assert_eq!(recorded(&two.n2()), "update_missing|skip|t|t");
    assert_eq!(recorded(&two.n1()), "update_missing|skip|t|t");
    assert!(two.n2().log().contains("Row was deleted at "), "{}", two.n2().log());
}

/// The update of a row that was deleted before brings it back, whole.
///
/// Seen to fail with deleted rows that stay deleted.
#[test]
fn d2_a_newer_update_brings_the_row_back() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before', i FROM generate_series(1, 4) i");
    two.apart(|| {
        two.n1().sql("DELETE FROM t WHERE id = 1");
        two.n2().sql("UPDATE t SET v = 'newer' WHERE id = 1");
        two.n2().sql("DELETE FROM t WHERE id = 2");
        two.n1().sql("UPDATE t SET v = 'newer' WHERE id = 2");
        vacuum(&two.n1());
        vacuum(&two.n2());
    });
    two.assert_equal("SELECT id, v, w, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    assert_eq!(
        two.n1().table("SELECT id, v, w FROM t ORDER BY id"),
        "1|newer|1\n2|newer|2\n3|before|3\n4|before|4"
    );
}

/// An insert that is older than the delete of its key does not bring the row back; alone, in a packet,
/// and in a large transaction.
///
/// Seen to fail with inserts that do not look for deletes.
#[test]
fn d1_a_delete_wins_against_an_older_insert() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.apart(|| {
        let (n1, n2) = (two.n1(), two.n2());
        n1.sql("INSERT INTO t VALUES (1, 'older')");
        n1.sql("INSERT INTO t SELECT i, 'older' FROM generate_series(2, 9) i");
        n1.sql("INSERT INTO t SELECT i, 'older' FROM generate_series(10, 5000) i");
        // Every key is written by the other node, too, and removed there later.
        n2.sql("INSERT INTO t SELECT i, 'newer' FROM generate_series(1, 5000) i");
        n2.sql("DELETE FROM t WHERE id % 5 = 1");
        vacuum(&n2);
        // And inserts that are newer than the deletes stay.
        n1.sql("DELETE FROM t WHERE id = 11");
        n1.sql("INSERT INTO t VALUES (11, 'newest')");
    });
    two.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    assert_eq!(
        two.n1().table("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"),
        "newer|4000\nnewest|1"
    );
    assert_eq!(
        two.n2().value::<i64>(
            "SELECT count(*) FROM spock.resolutions WHERE conflict_type = 'insert_exists' \
             AND conflict_resolution = 'skip' AND local_tuple LIKE 'deleted at %'"
        ),
        1000
    );
}

/// Whoever reads while the delete commits sees it: inserts that wait for a delete in progress lose
/// against it.
///
/// Seen to fail with no second comparison after the insert.
#[test]
fn d1_an_older_insert_waits_for_a_delete_in_progress() {
    let two = Two::start();
    two.table("t", COLUMNS);
    let mut session = two.n2().connect();
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (1, 'older')");
        two.n2().sql("INSERT INTO t VALUES (1, 'newer')");
        session.batch_execute("BEGIN; DELETE FROM t WHERE id = 1").expect("a delete");
        two.n2().sql("SELECT spock.sub_enable('sub_n1_n2')");
        two.wait_for("the apply worker to wait", || {
            two.n2().value::<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'spock apply' \
                 AND wait_event_type = 'Lock')",
            )
        });
        session.batch_execute("COMMIT").expect("a commit");
    });
    two.assert_equal("SELECT id, v FROM t");
    assert_eq!(two.n2().table("SELECT id, v FROM t"), "");
}

/// A transaction that deletes a row and inserts it again brings it back where it was deleted before: its
/// own delete is no reason to leave the insert out.
///
/// Seen to fail with a delete of the same version counted as a newer one.
#[test]
fn d1_deleted_and_inserted_again_in_one_transaction() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 3) i");
    two.apart(|| {
        two.n1().sql("DELETE FROM t WHERE id = 1");
        two.n2()
            .sql("BEGIN; DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 'again'); COMMIT");
        two.n1().sql("DELETE FROM t WHERE id = 2");
        two.n1().sql("INSERT INTO t VALUES (2, 'newest')");
    });
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(two.n1().table("SELECT id, v FROM t ORDER BY id"), "1|again\n2|newest\n3|before");
}

/// A crash between the delete and the change that comes late.
///
/// Seen to fail with deletes that leave no version.
#[test]
fn d1_versions_of_deletes_outlive_a_crash() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 200) i");
    two.apart(|| {
        let n2 = two.n2();
        two.n1().sql("UPDATE t SET v = 'older' WHERE id <= 50");
        two.n1().sql("INSERT INTO t VALUES (201, 'older')");
        n2.sql("INSERT INTO t VALUES (201, 'newer')");
        n2.sql("DELETE FROM t WHERE id <= 100 OR id = 201");
        two.n1().sql("UPDATE t SET v = 'newer' WHERE id BETWEEN 51 AND 60");
        vacuum(&n2);
        n2.crash().expect("a crash");
        n2.start().expect("a start");
        vacuum(&n2);
    });
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(
        two.n2().table("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"),
        "before|100\nnewer|10"
    );
}

/// An index built concurrently lacks deleted rows: the table is searched.
///
/// Seen to fail with every index trusted to have all versions.
#[test]
fn d1_reindex_concurrently_hides_no_delete() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 20) i");
    two.apart(|| {
        two.n1().sql("UPDATE t SET v = 'older' WHERE id <= 5");
        two.n2().sql("DELETE FROM t WHERE id <= 10");
        two.n1().sql("UPDATE t SET v = 'newer' WHERE id BETWEEN 6 AND 8");
        two.n2().sql("REINDEX TABLE CONCURRENTLY t");
        vacuum(&two.n2());
    });
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(
        two.n2().table("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"),
        "before|10\nnewer|3"
    );
}

/// A row that got another key is gone from its old one.
///
/// Seen to fail with deletes that leave no version.
#[test]
fn d3_a_key_update_leaves_a_version_of_the_old_key() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 3) i");
    two.apart(|| {
        two.n1().sql("UPDATE t SET v = 'older' WHERE id = 1");
        two.n1().sql("INSERT INTO t VALUES (4, 'older')");
        two.n2().sql("INSERT INTO t VALUES (4, 'newer')");
        two.n2().sql("UPDATE t SET id = 11, v = 'moved' WHERE id = 1");
        two.n2().sql("UPDATE t SET id = 14, v = 'moved' WHERE id = 4");
    });
    assert_eq!(
        two.n2().table("SELECT id, v FROM t ORDER BY id"),
        "2|before\n3|before\n11|moved\n14|moved"
    );
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
}

/// A delete that was prepared is noticed when it commits.
///
/// Seen to fail with COMMIT PREPARED that marks nothing.
#[test]
fn d1_prepared_deletes_count() {
    let two = Two::build(|cluster| cluster.setting("max_prepared_transactions", "5"));
    two.table("t", COLUMNS);
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (1, 'older')");
        two.n2().sql("INSERT INTO t VALUES (1, 'newer')");
        two.n2().sql("BEGIN; DELETE FROM t WHERE id = 1; PREPARE TRANSACTION 'gone'");
        two.n2().sql("COMMIT PREPARED 'gone'");
    });
    two.assert_equal("SELECT id, v FROM t");
    assert_eq!(two.n2().table("SELECT id, v FROM t"), "");
}

/// Few keys, deleted, inserted again and updated by both nodes, with both hearing late of it, again and
/// again; statements of every shape that removes rows.
///
/// Seen to fail with deletes that leave no version.
#[test]
fn d1_deletes_and_inserts_of_the_same_keys() {
    let two = Two::start();
    two.table("t", COLUMNS);
    let mut seed = spock_tests_seed();
    for round in 0..6 {
        two.apart(|| {
            for step in 0..120 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let node = two.node((seed >> 33) as usize % 2);
                let key = (seed >> 40) % 12;
                let value = format!("{round}.{step}");
                node.sql(&match (seed >> 48) % 8 {
                    0 | 1 => format!("DELETE FROM t WHERE id = {key}"),
                    2 => format!("WITH d AS (DELETE FROM t WHERE id = {key} RETURNING 1) SELECT count(*) FROM d"),
                    3 => format!("BEGIN; DELETE FROM t WHERE id = {key}; INSERT INTO t VALUES ({key}, '{value}'); COMMIT"),
                    4 => format!("MERGE INTO t USING (VALUES ({key})) AS s (id) ON t.id = s.id WHEN MATCHED THEN DELETE"),
                    5 => format!("UPDATE t SET v = '{value}' WHERE id = {key}"),
                    _ => format!("INSERT INTO t VALUES ({key}, '{value}') ON CONFLICT (id) DO UPDATE SET v = excluded.v"),
                });
                if step % 40 == 39 {
                    vacuum(&node);
                }
            }
        });
        two.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    }
}

fn spock_tests_seed() -> u64 {
    std::env::var("SPOCK_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(1, |time| time.as_nanos() as u64)
    })
}

/// What a copy takes along of deletes: a row that stands is not among them with the version that it has, or a
/// change that comes after the copy's snapshot would be taken for one that was deleted at once, and be left out.
///
/// Seen to fail with an update of a row whose key had been deleted before, after a transaction that deleted others;
/// and with one of a row that its transaction had locked.
#[test]
fn i1_an_update_is_no_delete() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    let n1 = two.n1();
    n1.sql("INSERT INTO t SELECT i, 'first' FROM generate_series(1, 4) i");
    n1.sql("DELETE FROM t WHERE id = 1");
    n1.sql("BEGIN; INSERT INTO t VALUES (1, 'again'); DELETE FROM t WHERE id = 2; COMMIT");
    n1.sql("UPDATE t SET v = 'updated' WHERE id = 1");
    n1.sql("BEGIN; SELECT FROM t WHERE id = 3 FOR UPDATE; UPDATE t SET v = 'updated' WHERE id = 3; COMMIT");
    n1.sql("INSERT INTO t VALUES (4, 'x') ON CONFLICT (id) DO UPDATE SET v = 'updated'");
    let dead = n1.table(
        "SELECT key FROM spock.copy_versions('t', NULL) WHERE kind IN ('d', 'w') ORDER BY key",
    );
    assert_eq!(dead, "{1}\n{2}");
    let is_older = "SELECT d.commit_time < pg_xact_commit_timestamp(t.xmin)
           FROM spock.copy_versions('t', NULL) d, t WHERE d.kind = 'd' AND d.key = '{1}' AND t.id = 1";
    assert!(n1.value::<bool>(is_older));
}
