//! Versions come along with a copy (rule I1): a change of a third node that the source had not seen, and that
//! is older than what the source has, loses on the copy as it does at the source.

use spock_tests::{Cluster, wait_for};

use crate::mesh::{COLUMNS, settle, trio};
use crate::wait_at_last;

/// Neither n1, which will be copied from, nor n3, which copies, hears n2 for now.
fn n2_unheard(cluster: &Cluster) {
    settle(cluster);
    for (at, subscription) in [(0, "sub_n2_n1"), (2, "sub_n2_n3")] {
        cluster.node(at).query("SELECT spock.sub_disable($1::text::name, true)", &[&subscription]);
    }
}

fn copy_and_listen(cluster: &Cluster, writes: &[&str]) {
    copy(cluster, writes);
    listen(cluster);
}

/// n3 hears n2, then n1 does.
fn listen(cluster: &Cluster) {
    cluster.node(2).sql("SELECT spock.sub_enable('sub_n2_n3')");
    cluster.catch_up(1, 2);
    cluster.node(0).sql("SELECT spock.sub_enable('sub_n2_n1')");
    settle(cluster);
}

/// n3 copies the table from n1, which writes just before its snapshot is taken, so that n3 knows of that by the
/// copy alone.
fn copy(cluster: &Cluster, writes: &[&str]) {
    let (n1, n3) = (cluster.node(0), cluster.node(2));
    n3.failpoint("sync.before_snapshot", "wait");
    n3.sql("SELECT spock.sub_resync_table('sub_n1_n3', 't')");
    wait_for("the copy to begin", || n3.failpoint_hits("sync.before_snapshot") > 0);
    for statement in writes {
        n1.sql(statement);
    }
    n3.clear_failpoint("sync.before_snapshot");
    wait_at_last(&n3);
}

/// A row that the source wrote later than the change on its way. (Seen to fail when no versions of rows were
/// brought: n3 had the row of n2.)
#[test]
fn i1_a_change_that_is_older_than_the_copied_row_loses() {
    let cluster = trio("id int, v text, b text DEFAULT 'it''s', PRIMARY KEY (b, id)");
    let n2 = cluster.node(1);
    n2_unheard(&cluster);
    n2.sql("UPDATE t SET v = 'older' WHERE id IN (1, 2)");
    copy(&cluster, &["UPDATE t SET v = 'newer' WHERE id IN (1, 3)"]);
    // What is newer than the copied row wins all the same.
    n2.sql("UPDATE t SET v = 'newest' WHERE id = 3");
    listen(&cluster);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(
        cluster.node(2).table("SELECT id, v FROM t WHERE id < 5 ORDER BY id"),
        "1|newer\n2|older\n3|newest\n4|before"
    );
}

/// A row that the source deleted, or moved to another key, later than the change on its way. (Seen to fail when
/// no versions of deletes were brought: the inserted row was at n3 alone.)
#[test]
fn i1_a_change_that_is_older_than_a_delete_loses() {
    let cluster = trio(COLUMNS);
    let (n2, n3) = (cluster.node(1), cluster.node(2));
    n2_unheard(&cluster);
    n2.sql("UPDATE t SET v = 'older' WHERE id IN (1, 2)");
    n2.sql("INSERT INTO t VALUES (1000, 'older')");
    let writes = [
        "DELETE FROM t WHERE id = 1",
        "UPDATE t SET id = 2000 WHERE id = 2",
        "INSERT INTO t VALUES (1000, 'newer')",
        "DELETE FROM t WHERE id = 1000",
        // Updated and deleted by one transaction, and inserted again by another one.
        "BEGIN; UPDATE t SET v = 'x' WHERE id = 3; DELETE FROM t WHERE id = 3; COMMIT",
        "INSERT INTO t VALUES (3, 'again')",
    ];
    copy_and_listen(&cluster, &writes);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(
        n3.table("SELECT id, v FROM t WHERE id < 4 OR id > 100 ORDER BY id"),
        "3|again\n2000|before"
    );
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM spock.exceptions_pending"), 0);
}

/// Rows that were inserted before the source truncated the table. (Seen to fail when the truncate's version was
/// not brought.)
#[test]
fn i1_a_change_that_is_older_than_a_truncate_loses() {
    let cluster = trio(COLUMNS);
    let (n2, n3) = (cluster.node(1), cluster.node(2));
    n2_unheard(&cluster);
    n2.sql("INSERT INTO t VALUES (1000, 'older')");
    copy_and_listen(&cluster, &["TRUNCATE t", "INSERT INTO t VALUES (1, 'new')"]);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(n3.table("SELECT id, v FROM t"), "1|new");
}

/// Versions that came with a copy go on with a copy of the copy.
#[test]
fn i1_versions_survive_a_second_copy() {
    let cluster = trio(COLUMNS);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n2_unheard(&cluster);
    n2.sql("UPDATE t SET v = 'older' WHERE id IN (1, 2); INSERT INTO t VALUES (1000, 'older')");
    let writes = [
        "UPDATE t SET v = 'newer' WHERE id = 1",
        "DELETE FROM t WHERE id = 2",
        "INSERT INTO t VALUES (1000, '')",
        "DELETE FROM t WHERE id = 1000",
    ];
    copy(&cluster, &writes);
    cluster.catch_up(2, 0);
    n1.sql("SELECT spock.sub_resync_table('sub_n3_n1', 't')");
    wait_at_last(&n1);
    listen(&cluster);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(n1.table("SELECT v FROM t WHERE id IN (1, 2, 1000)"), "newer");
}
