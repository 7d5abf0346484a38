//! Conflicts in tables that are partitioned here are decided as in any other: `n2` has the table of `n1`
//! partitioned, `n3` has it as it is, and both meet the same changes.

use spock_tests::chance::Chance;
use spock_tests::{Cluster, Node};

const PLAIN: &str = "
    CREATE TABLE t (id int, region text, v text, code int, n int NOT NULL DEFAULT 0,
                    PRIMARY KEY (id, region), UNIQUE (region, code));
    ALTER TABLE t ALTER v SET STORAGE EXTERNAL";

const PARTITIONED: &str = "
    CREATE TABLE t (v text, region text, n int NOT NULL DEFAULT 0, id int, code int,
                    PRIMARY KEY (id, region), UNIQUE (region, code)) PARTITION BY LIST (region);
    CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu') PARTITION BY HASH (region);
    CREATE TABLE \"t EU\" (n int NOT NULL DEFAULT 0, lost int, code int, region text NOT NULL, v text, id int NOT NULL);
    ALTER TABLE \"t EU\" DROP COLUMN lost;
    ALTER TABLE t_eu ATTACH PARTITION \"t EU\" FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
    CREATE TABLE t_rest PARTITION OF t DEFAULT";

const ROWS: &str = "SELECT id, region, left(v, 20), length(v), code, n FROM t ORDER BY id, region";
const CONFLICTS: &str = "SELECT conflict_type, conflict_resolution, count(*) FROM spock.resolutions GROUP BY 1, 2 ORDER BY 1, 2";

/// `n1` provides; the table is partitioned at `n2`, and an ordinary one at `n3`.
struct Twins {
    cluster: Cluster,
}

impl Twins {
    fn make(more: &str) -> Self {
        let cluster = Cluster::start(3);
        cluster.create_nodes();
        let twins = Self { cluster };
        twins.n1().sql(PLAIN);
        twins.n1().sql("SELECT spock.repset_add_table('default', 't')");
        twins.partitioned().sql(PARTITIONED);
        twins.ordinary().sql(PLAIN);
        for node in twins.cluster.nodes() {
            if !more.is_empty() {
                node.sql(more);
            }
        }
        twins.cluster.subscribe(0, 1);
        twins.cluster.subscribe(0, 2);
        for (node, name) in twins.both() {
            node.sql(&format!("SELECT spock.sub_wait_for_sync('{name}')"));
        }
        twins
    }

    fn n1(&self) -> Node<'_> {
        self.cluster.node(0)
    }

    fn partitioned(&self) -> Node<'_> {
        self.cluster.node(1)
    }

    fn ordinary(&self) -> Node<'_> {
        self.cluster.node(2)
    }

    fn both(&self) -> [(Node<'_>, &'static str); 2] {
        [(self.partitioned(), "sub_n1_n2"), (self.ordinary(), "sub_n1_n3")]
    }

    /// Statements of both subscribers.
    fn here(&self, sql: &str) {
        for (node, _) in self.both() {
            node.sql(sql);
        }
    }

    /// What `write` does meets what comes from the provider only afterwards.
    fn apart(&self, write: impl FnOnce()) {
        for (node, name) in self.both() {
            node.sql(&format!("SELECT spock.sub_disable('{name}', true)"));
        }
        write();
        for (node, name) in self.both() {
            node.sql(&format!("SELECT spock.sub_enable('{name}', true)"));
        }
        self.sync();
    }

    #[track_caller]
    fn sync(&self) {
        self.cluster.catch_up(0, 1);
        self.cluster.catch_up(0, 2);
    }

    #[track_caller]
    fn assert_alike(&self) {
        for query in [ROWS, CONFLICTS] {
            assert_eq!(self.partitioned().table(query), self.ordinary().table(query), "{query}");
        }
        for (node, _) in self.both() {
            assert_eq!(node.table("SELECT error_message FROM spock.exception_log"), "");
        }
    }

    #[track_caller]
    fn assert_rows(&self, rows: &str) {
        self.assert_alike();
        assert_eq!(
            self.partitioned().table("SELECT id, region, v FROM t ORDER BY id, region"),
            rows
        );
    }
}

#[test]
fn the_newest_change_of_a_partitioned_row_wins() {
    let twins = Twins::make("");
    let n1 = twins.n1();
    n1.sql("INSERT INTO t (id, region, v) SELECT i, 'eu', 'start' FROM generate_series(1, 6) i");
    twins.sync();
    twins.apart(|| {
        n1.sql("UPDATE t SET v = 'there, older' WHERE id = 1");
        twins.here("UPDATE t SET v = 'here, newer' WHERE id = 1");
        twins.here("UPDATE t SET v = 'here, older' WHERE id = 2");
        n1.sql("UPDATE t SET v = 'there, newer' WHERE id = 2");
        n1.sql("UPDATE t SET v = 'there, older' WHERE id = 3");
        twins.here("DELETE FROM t WHERE id = 3");
        twins.here("DELETE FROM t WHERE id = 4");
        n1.sql("UPDATE t SET v = 'there, newer' WHERE id = 4");
        n1.sql("DELETE FROM t WHERE id = 5");
        twins.here("UPDATE t SET v = 'here, newer' WHERE id = 5");
        twins.here("UPDATE t SET v = 'here, older' WHERE id = 6");
        n1.sql("DELETE FROM t WHERE id = 6");
        n1.sql("INSERT INTO t (id, region, v) VALUES (7, 'us', 'there, older')");
        twins.here("INSERT INTO t (id, region, v) VALUES (7, 'us', 'here, newer')");
        twins.here("INSERT INTO t (id, region, v) VALUES (8, 'us', 'here, older')");
        n1.sql("INSERT INTO t (id, region, v) VALUES (8, 'us', 'there, newer')");
        n1.sql("INSERT INTO t (id, region, v) VALUES (9, 'us', 'there, older')");
        twins.here("INSERT INTO t (id, region) VALUES (9, 'us'); DELETE FROM t WHERE id = 9");
    });
    twins.assert_rows(
        "1|eu|here, newer\n2|eu|there, newer\n4|eu|there, newer\n5|eu|here, newer\n7|us|here, newer\n\
         8|us|there, newer",
    );
    let told = "SELECT what, value ->> 'v' FROM spock.explain_row('t', '{\"id\": 1}')";
    for (node, _) in twins.both() {
        assert_eq!(node.table(told), "row|here, newer\nconflict|here, newer");
    }
    let names = "SELECT DISTINCT relname, idxname FROM spock.resolutions ORDER BY 1, 2";
    let names = twins.partitioned().table(names);
    assert_eq!(names, "public.t|t EU_pkey\npublic.t|t_us_pkey");
}

/// Each half of a move is decided by itself, in its partition (rule D3).
#[test]
fn d3_moves_between_partitions_are_decided_as_two() {
    let twins = Twins::make("");
    let n1 = twins.n1();
    n1.sql("INSERT INTO t (id, region, v) SELECT i, 'eu', 'start' FROM generate_series(1, 8) i");
    twins.sync();
    twins.apart(|| {
        // The old row is newer here.
        n1.sql("UPDATE t SET region = 'us', v = 'moved, older' WHERE id = 1");
        twins.here("UPDATE t SET v = 'here, newer' WHERE id = 1");
        // The old row is gone, by something newer and by something older.
        n1.sql("UPDATE t SET region = 'us', v = 'moved, older' WHERE id = 2");
        twins.here("DELETE FROM t WHERE id = 2");
        twins.here("DELETE FROM t WHERE id = 3");
        n1.sql("UPDATE t SET region = 'us', v = 'moved, newer' WHERE id = 3");
        // Where it goes is a row, newer and older.
        n1.sql("UPDATE t SET region = 'us', v = 'moved, older' WHERE id = 4");
        twins.here("INSERT INTO t (id, region, v) VALUES (4, 'us', 'here, newer')");
        twins.here("INSERT INTO t (id, region, v) VALUES (5, 'us', 'here, older')");
        n1.sql("UPDATE t SET region = 'us', v = 'moved, newer' WHERE id = 5");
        // Where it goes was a row that is deleted by something newer.
        n1.sql("UPDATE t SET region = 'us', v = 'moved, older' WHERE id = 6");
        twins.here("INSERT INTO t (id, region) VALUES (6, 'us'); DELETE FROM t WHERE id = 6 AND region = 'us'");
        // It went elsewhere here.
        n1.sql("UPDATE t SET region = 'us', v = 'moved, older' WHERE id = 7");
        twins.here("UPDATE t SET region = 'rest', v = 'here, newer' WHERE id = 7");
        // Twice.
        n1.sql("UPDATE t SET region = 'us', v = 'moved' WHERE id = 8");
        n1.sql("UPDATE t SET region = 'rest', v = 'moved again' WHERE id = 8");
    });
    twins.assert_rows(
        "1|eu|here, newer\n1|us|moved, older\n2|us|moved, older\n3|us|moved, newer\n4|us|here, newer\n\
         5|us|moved, newer\n7|rest|here, newer\n7|us|moved, older\n8|rest|moved again",
    );
}

/// Rows of one partition that claim a unique value (rule D4): the loser is another row of that partition.
#[test]
fn d4_unique_values_of_a_partition_go_to_the_newest() {
    let twins = Twins::make("");
    let n1 = twins.n1();
    n1.sql("INSERT INTO t (id, region, code) SELECT i, 'eu', i FROM generate_series(1, 4) i");
    twins.sync();
    twins.apart(|| {
        n1.sql("INSERT INTO t (id, region, code, v) VALUES (10, 'eu', 100, 'there, older')");
        twins.here("INSERT INTO t (id, region, code, v) VALUES (11, 'eu', 100, 'here, newer')");
        twins.here("INSERT INTO t (id, region, code, v) VALUES (12, 'eu', 200, 'here, older')");
        n1.sql("INSERT INTO t (id, region, code, v) VALUES (13, 'eu', 200, 'there, newer')");
        twins.here("UPDATE t SET code = 300, v = 'here, older' WHERE id = 1");
        n1.sql("UPDATE t SET code = 300, v = 'there, newer' WHERE id = 2");
        // Moved to where the value is taken.
        twins.here("INSERT INTO t (id, region, code, v) VALUES (14, 'us', 3, 'here, older')");
        n1.sql("UPDATE t SET region = 'us', v = 'moved, newer' WHERE id = 3");
    });
    for (node, _) in twins.both() {
        let rows = node.table("SELECT id, region, code, v FROM t ORDER BY id, region");
        assert_eq!(
            rows,
            "1|eu|1|∅\n2|eu|300|there, newer\n3|us|3|moved, newer\n4|eu|4|∅\n11|eu|100|here, newer\n\
             13|eu|200|there, newer"
        );
    }
    twins.assert_alike();
}

/// Differences add up in partitions too, also of rows that go to another one (rule X1).
#[test]
fn x1_delta_columns_of_partitions_add_up() {
    let twins = Twins::make("SELECT spock.delta_apply('t', 'n')");
    let n1 = twins.n1();
    n1.sql("INSERT INTO t (id, region, n) SELECT i, 'eu', 100 FROM generate_series(1, 4) i");
    twins.sync();
    twins.apart(|| {
        n1.sql("UPDATE t SET n = n + 1, v = 'there, older' WHERE id = 1");
        twins.here("UPDATE t SET n = n + 10, v = 'here, newer' WHERE id = 1");
        twins.here("UPDATE t SET n = n + 10, v = 'here, older' WHERE id = 2");
        n1.sql("UPDATE t SET n = n + 1, v = 'there, newer' WHERE id = 2");
        twins.here("UPDATE t SET n = n + 10, v = 'here, older' WHERE id = 3");
        n1.sql("UPDATE t SET n = n + 1, region = 'us' WHERE id = 3");
        twins.here("DELETE FROM t WHERE id = 4");
        n1.sql("UPDATE t SET n = n + 1, v = 'there, newer' WHERE id = 4");
    });
    twins.assert_alike();
    let sums = twins.partitioned().table("SELECT id, region, n FROM t ORDER BY id");
    assert_eq!(sums, "1|eu|111\n2|eu|111\n3|us|111\n4|eu|101");

    // A partition that was added since has the delta columns of the table above it.
    twins.partitioned().sql(
        "CREATE TABLE t_new (code int, n int NOT NULL DEFAULT 0, v text, region text NOT NULL, id int NOT NULL);
         ALTER TABLE t ATTACH PARTITION t_new FOR VALUES IN ('new')",
    );
    n1.sql("INSERT INTO t (id, region, n) VALUES (9, 'new', 100)");
    twins.sync();
    twins.apart(|| {
        n1.sql("UPDATE t SET n = n + 1 WHERE id = 9");
        twins.here("UPDATE t SET n = n + 10 WHERE id = 9");
    });
    assert_eq!(twins.partitioned().table("SELECT n FROM t_new"), "111");
    twins.assert_alike();
}

/// Statements by chance on both sides.
#[test]
fn whatever_comes_ends_as_in_an_ordinary_table() {
    let twins = Twins::make("");
    let n1 = twins.n1();
    let seed = std::env::var("SPOCK_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut chance = Chance::new(seed.unwrap_or(1));
    let mut next = |below| chance.below(below);
    for round in 0..6 {
        twins.apart(|| {
            for step in 0..60 {
                let id = next(4);
                let region = ["eu", "us", "rest"][next(3) as usize];
                let other = ["eu", "us", "rest"][next(3) as usize];
                let to = next(4);
                let text = ["'small'", "repeat('large', 900)"][next(2) as usize];
                let here = format!("id = {id} AND region = '{region}'");
                let sql = match next(6) {
                    0 | 1 => format!(
                        "INSERT INTO t (id, region, v, n) VALUES ({id}, '{region}', {text}, {step})
                         ON CONFLICT (id, region) DO UPDATE SET v = excluded.v"
                    ),
                    2 => format!("UPDATE t SET v = {text}, n = {round} WHERE {here}"),
                    3 => format!("UPDATE t SET n = n + 1 WHERE {here}"),
                    4 => format!("DELETE FROM t WHERE {here}"),
                    _ => format!(
                        "UPDATE t SET region = '{other}', id = {to} WHERE {here} AND NOT EXISTS (
                         SELECT FROM t o WHERE o.id = {to} AND o.region = '{other}')"
                    ),
                };
                if next(2) == 0 { n1.sql(&sql) } else { twins.here(&sql) }
            }
        });
        twins.assert_alike();
    }
    let conflicts = twins.partitioned().value::<i64>("SELECT count(*) FROM spock.resolutions");
    assert!(conflicts > 20, "{conflicts}");
}

/// A truncate is a version of each partition (rule D5): what was written later stays, and what was written
/// earlier and comes later is gone.
#[test]
fn d5_truncates_are_versions_of_partitions() {
    let twins = Twins::make("");
    let n1 = twins.n1();
    n1.sql(
        "INSERT INTO t (id, region, v) SELECT i, (ARRAY['eu', 'us', 'rest'])[1 + i % 3], 'start'
           FROM generate_series(1, 30) i",
    );
    twins.sync();
    twins.apart(|| {
        twins.here("UPDATE t SET v = 'older' WHERE id = 1");
        n1.sql("TRUNCATE t");
        twins.here("UPDATE t SET v = 'newer' WHERE id = 2");
        twins.here("INSERT INTO t (id, region, v) VALUES (40, 'eu', 'newer')");
        n1.sql("INSERT INTO t (id, region, v) VALUES (41, 'us', 'after')");
    });
    let told = "SELECT count(*) FROM spock.resolutions WHERE remote_tuple = 'TRUNCATE'";
    for (node, _) in twins.both() {
        let rows = node.table("SELECT id, region, v FROM t ORDER BY id");
        assert_eq!(rows, "2|rest|newer\n40|eu|newer\n41|us|after");
    }
    // Of the partitions two had newer rows.
    assert_eq!(twins.partitioned().value::<i64>(told), 2);
    assert_eq!(twins.ordinary().value::<i64>(told), 1);
    // Nothing is newer than the next one, which takes all partitions as one command.
    n1.sql("TRUNCATE t; INSERT INTO t (id, region, v) VALUES (1, 'eu', 'after')");
    twins.sync();
    assert_eq!(twins.partitioned().table(ROWS), "1|eu|after|5|∅|0");
    assert_eq!(twins.partitioned().value::<i64>(told), 2);
}

/// Rows that another node wrote before the truncate, and that come after it.
#[test]
fn d5_late_rows_of_a_third_node_stay_away() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    n1.sql(PLAIN);
    n2.sql(PARTITIONED);
    n3.sql(PLAIN);
    for node in [&n1, &n3] {
        node.sql("SELECT spock.repset_add_table('default', 't')");
    }
    cluster.subscribe(0, 1);
    cluster.subscribe(2, 1);
    n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2'), spock.sub_wait_for_sync('sub_n3_n2')");
    n2.sql("SELECT spock.sub_disable('sub_n3_n2', true)");
    n3.sql("INSERT INTO t (id, region) SELECT i, 'eu' FROM generate_series(1, 20) i");
    n3.sql("INSERT INTO t (id, region) VALUES (100, 'us')");
    n1.sql("TRUNCATE t");
    cluster.catch_up(0, 1);
    n3.sql("INSERT INTO t (id, region) VALUES (200, 'us')");
    n2.sql("SELECT spock.sub_enable('sub_n3_n2', true)");
    cluster.catch_up(2, 1);
    assert_eq!(n2.table("SELECT id, region FROM t"), "200|us");
}

#[test]
fn a_partitioned_table_takes_no_resolver() {
    let twins =
        Twins::make("CREATE FUNCTION merge(t, t) RETURNS t IMMUTABLE LANGUAGE sql AS 'SELECT $2'");
    let set = "SELECT spock.set_conflict_resolver('t', 'merge(t,t)')";
    let (refusing, taking) = (twins.partitioned(), twins.ordinary());
    twins.cluster.allow_log("the table is partitioned");
    let error = refusing.sql_error(set);
    let text = format!("{} {}", error.message(), error.detail().unwrap_or_default());
    assert!(text.contains("the table is partitioned"), "{text}");
    taking.sql(set);
}
