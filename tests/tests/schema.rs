//! Tables that are not the same on two nodes: a change that does not fit waits, says why, and goes on by itself
//! once either table is mended. Nothing is lost, nothing is an exception.

use std::time::Duration;

use spock_tests::{Cluster, Node};

/// A provider and a subscriber with tables of their own making, in the set `default`.
fn link(there: &str, here: &str) -> Cluster {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for (node, ddl) in [(cluster.n1(), there), (cluster.n2(), here)] {
        node.sql("CREATE TABLE good (id int PRIMARY KEY)");
        node.sql(ddl);
        node.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    }
    cluster.subscribe(0, 1);
    cluster.wait_for("the subscription", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });
    cluster
}

/// Waits until the subscription stands still for a reason that holds all of these words.
#[track_caller]
fn stands_still(cluster: &Cluster, words: &[&str]) {
    let n2 = cluster.n2();
    // What a worker that has just ended waited for may be shown for a moment.
    cluster.wait_at_most(Duration::from_secs(30), format!("a mismatch of {words:?}"), || {
        let shown = n2.table("SELECT status, last_error FROM spock.sub_show_status('sub_n1_n2')");
        shown.starts_with("schema mismatch|") && words.iter().all(|word| shown.contains(word))
    });
    // A stream that starts again looks at all tables before it waits.
    cluster.wait_for("the table that is waited for", || {
        n2.table("SELECT subscription_name, provider_node, nspname, relname FROM spock.schema_mismatch WHERE waits")
            == "sub_n1_n2|n1|public|t"
    });
}

/// The stream goes on by itself, by the same process, and nothing was left out.
#[track_caller]
fn goes_on(cluster: &Cluster, worker: i64) {
    cluster.catch_up(0, 1);
    let n2 = cluster.n2();
    cluster.wait_for("the subscription", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM spock.exception_log"), 0);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM spock.schema_mismatch WHERE waits"), 0);
    assert_eq!(worker_of(&n2), worker, "the worker was started anew");
    cluster.assert_equal("SELECT * FROM good ORDER BY id");
}

fn worker_of(node: &Node<'_>) -> i64 {
    node.value("SELECT coalesce(max(worker_pid), 0) FROM spock.get_apply_worker_status()")
}

/// Seen to fail with changes of other shape that are exceptions (spock.schema_mismatch = apply).
#[test]
fn n16_a_change_waits_for_a_column_that_is_missing_here() {
    let cluster = link(
        "CREATE TABLE t (id int PRIMARY KEY, v text, more int)",
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
    );
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    n1.sql("INSERT INTO good VALUES (1)");
    n1.sql("INSERT INTO good VALUES (2); INSERT INTO t VALUES (1, 'a', 1)");
    n1.sql("UPDATE t SET more = 2");
    n1.sql("INSERT INTO good VALUES (3)");
    stands_still(&cluster, &["\"public.t\"", "\"more\""]);
    // What came before is here, what comes after waits.
    assert_eq!(n2.table("SELECT id FROM good"), "1");
    // A restart changes nothing.
    n2.sql("SELECT spock.sub_disable('sub_n1_n2')");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.wait_for("another worker", || ![0, worker].contains(&worker_of(&n2)));
    let restarted = worker_of(&n2);
    stands_still(&cluster, &["\"public.t\"", "\"more\""]);
    n2.sql("ALTER TABLE t ADD more int");
    goes_on(&cluster, restarted);
    assert_eq!(n2.table("SELECT * FROM t"), "1|a|2");
}

/// The same in a transaction that comes in many packets, mended at the provider: the column goes there, and
/// with it what older changes hold of it.
#[test]
fn n16_a_column_that_the_provider_gives_up_is_waited_for_no_more() {
    let cluster = link(
        "CREATE TABLE t (id int PRIMARY KEY, v text, more int)",
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
    );
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    n1.sql("INSERT INTO t SELECT i, repeat('v', 100), i FROM generate_series(1, 3000) i");
    n1.sql("UPDATE t SET v = 'w' WHERE id % 2 = 0; DELETE FROM t WHERE id % 3 = 0");
    stands_still(&cluster, &["\"more\""]);
    n1.sql("ALTER TABLE t DROP more");
    n1.sql("INSERT INTO t VALUES (5000, 'last'); INSERT INTO good VALUES (1)");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2001);
    // The agreement was about that shape alone.
    n1.sql("ALTER TABLE t ADD other int DEFAULT 7");
    n1.sql("INSERT INTO t VALUES (5001, 'x')");
    stands_still(&cluster, &["\"other\""]);
    n2.sql("ALTER TABLE t ADD other int DEFAULT 7");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// A type that does not hold all values is not tried with those that it holds.
#[test]
fn n16_a_type_that_holds_less_is_waited_for() {
    let cluster = link(
        "CREATE TABLE t (id int PRIMARY KEY, n bigint, wide int, v varchar(10))",
        "CREATE TABLE t (id int PRIMARY KEY, n int, wide numeric, v text)",
    );
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    // Seen before anything came.
    let seen = "n|is of type integer here and bigint there|f\n\
                v|is of type text here and character varying(10) there|f\n\
                wide|is of type numeric here and integer there|f";
    cluster.wait_for("differences to be seen", || {
        n2.table("SELECT attname, reason, waits FROM spock.schema_mismatch ORDER BY 1") == seen
    });
    n1.sql(
        "INSERT INTO t VALUES (1, 1, 1, 'a'), (2, 5000000000, 2, 'b'); INSERT INTO good VALUES (1)",
    );
    stands_still(&cluster, &["\"n\"", "integer", "bigint"]);
    assert_eq!(n2.table("SELECT * FROM t"), "");
    n2.sql("ALTER TABLE t ALTER n TYPE bigint");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    // And mended at the provider, which keeps what the type holds.
    n2.sql("ALTER TABLE t ALTER v TYPE varchar(5)");
    n1.sql("UPDATE t SET v = 'short' WHERE id = 1");
    stands_still(&cluster, &["\"v\"", "character varying(5)", "character varying(10)"]);
    n1.sql("ALTER TABLE t ALTER v TYPE varchar(5)");
    n1.sql("UPDATE t SET v = 'after' WHERE id = 2; INSERT INTO good VALUES (2)");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// Rows that differ at the provider would be one row here.
#[test]
fn n16_a_key_that_is_less_than_the_providers_is_waited_for() {
    let cluster = link(
        "CREATE TABLE t (id int, region text, v text, PRIMARY KEY (id, region))",
        "CREATE TABLE t (id int, region text NOT NULL, v text, PRIMARY KEY (id))",
    );
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    n1.sql("INSERT INTO t VALUES (1, 'eu', 'a'), (1, 'us', 'b'); UPDATE t SET v = 'c' WHERE region = 'us'");
    stands_still(&cluster, &["\"public.t\"", "(id)", "(id, region)"]);
    n2.sql("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (region, id)");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id, region");
    assert_eq!(n2.table("SELECT * FROM t ORDER BY 2"), "1|eu|a\n1|us|c");
}

/// Rows cannot be found by what the provider sends of old ones.
#[test]
fn n16_a_key_that_the_provider_does_not_send_is_waited_for() {
    let cluster = link(
        "CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, v text)",
        "CREATE TABLE t (id int NOT NULL, code int PRIMARY KEY, v text)",
    );
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    n1.sql("INSERT INTO t VALUES (1, 10, 'a'), (2, 20, 'b')");
    n1.sql("UPDATE t SET v = 'c' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO good VALUES (1)");
    stands_still(&cluster, &["\"public.t\"", "no key"]);
    assert_eq!(n2.table("SELECT count(*) FROM t"), "2");
    n2.sql("CREATE UNIQUE INDEX ON t (id)");
    goes_on(&cluster, worker);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// A table is altered by hand on one side, in the middle of a stream that has its description: the next change
/// waits, and goes on once the other side has it, too.
///
/// Seen to fail where a new description of a relation is not heeded.
#[test]
fn n16_a_table_that_is_altered_while_the_stream_runs_is_waited_for() {
    // (Nothing here rewrites rows of the subscriber, which would make the change that waits the older one.)
    let both = "CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, n varchar(10), v text)";
    let cluster = link(both, both);
    let (n1, n2) = (cluster.n1(), cluster.n2());
    let worker = worker_of(&n2);
    let key = |columns: &str| {
        format!("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY ({columns})")
    };
    // Which side is altered, how, what the reason names, what mends it here, and what `v` is called there.
    let wider = "ALTER TABLE t ALTER n TYPE varchar(20)".to_owned();
    let more = "ALTER TABLE t ADD more int DEFAULT 1".to_owned();
    let (to_w, to_v) =
        ("ALTER TABLE t RENAME v TO w".to_owned(), "ALTER TABLE t RENAME w TO v".to_owned());
    let cases = [
        (&n1, more.clone(), "\"more\"", more.clone(), "v"),
        (&n1, wider.clone(), "\"n\"", wider.clone(), "v"),
        (&n1, to_w.clone(), "\"w\"", to_w.clone(), "w"),
        (&n1, key("id, code"), "(id)", key("id, code"), "w"),
        (&n2, "ALTER TABLE t DROP more".to_owned(), "\"more\"", more, "w"),
        (&n2, "ALTER TABLE t ALTER n TYPE varchar(5)".to_owned(), "\"n\"", wider, "w"),
        (&n2, to_v, "\"w\"", to_w, "w"),
        (&n2, key("code"), "(code)", key("id, code"), "w"),
    ];
    for (id, (altered, alter, reason, mend, text)) in (1..).zip(&cases) {
        // The stream has the table as it was, and the subscriber has it open.
        n1.sql(&format!("INSERT INTO t (id, code, n) VALUES ({id}, {id}, 'new')"));
        cluster.catch_up(0, 1);
        altered.sql(alter);
        n1.sql(&format!("UPDATE t SET n = 'n{id}', {text} = 'after' WHERE id = {id}"));
        n1.sql(&format!("INSERT INTO good VALUES ({id})"));
        stands_still(&cluster, &["\"public.t\"", reason]);
        let later = n2.value::<i64>(&format!("SELECT count(*) FROM good WHERE id = {id}"));
        assert_eq!(later, 0, "{alter}: what comes later waits");
        n2.sql(mend);
        goes_on(&cluster, worker);
        cluster.assert_equal(&format!("SELECT id, code, n, {text} FROM t ORDER BY id"));
    }
}
