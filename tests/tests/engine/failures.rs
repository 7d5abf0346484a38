//! Changes that cannot be applied, where none may be left out: the reason shows, and all goes on when
//! it is mended.

use spock_tests::{Cluster, Node};

use crate::pair::publish;

/// A one-way pair whose subscriber stops at the first exception.
fn one_way() -> Cluster {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("spock.restart_delay_default", "200ms")
        .setting("spock.exception_behaviour", "sub_disable")
        .setting("spock.schema_mismatch", "apply")
        .start();
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    cluster
}

fn reason(node: &Node<'_>) -> String {
    node.table("SELECT s::text FROM spock.sub_show_status() AS s")
}

/// Makes the change fail, waits for the reason, mends it, and waits for the rest.
fn fails_and_goes_on(cluster: &Cluster, change: &str, expected: &str, mend: &str) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.allow_log(expected);
    n1.sql(change);
    cluster.wait_for(format!("the reason \"{expected}\""), || {
        let text = reason(&n2);
        text.contains("disabled") && text.contains(expected)
    });
    // Later transactions wait behind it.
    n1.sql("INSERT INTO good SELECT coalesce(max(id), 0) + 1 FROM good");
    n2.sql(mend);
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.catch_up(0, 1);
    cluster.assert_equal("SELECT * FROM good ORDER BY id");
    cluster.wait_for("the subscription", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });
}

#[test]
fn tables_and_columns_that_are_missing() {
    let cluster = one_way();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE good (id int PRIMARY KEY)");
    }
    n1.sql(
        "CREATE TABLE late (id int PRIMARY KEY, v text, more int); CREATE TYPE mood AS ENUM ('a')",
    );
    publish(&n1, "default", &["good", "late"]);
    fails_and_goes_on(
        &cluster,
        "INSERT INTO late VALUES (1, 'v', 2)",
        "can't find relation",
        "CREATE TABLE late (id int PRIMARY KEY, v text, more int)",
    );
    n2.sql("ALTER TABLE late DROP more");
    fails_and_goes_on(
        &cluster,
        "BEGIN; INSERT INTO good VALUES (1000); UPDATE late SET more = 3; COMMIT",
        "lacks column",
        "ALTER TABLE late ADD more int",
    );
    n1.sql("CREATE TABLE moody (id int PRIMARY KEY, m mood); ALTER TYPE mood ADD VALUE 'b'");
    n2.sql("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE moody (id int PRIMARY KEY, m mood)");
    publish(&n1, "default", &["moody"]);
    fails_and_goes_on(
        &cluster,
        "INSERT INTO moody VALUES (1, 'a'), (2, 'b')",
        "invalid input value for enum public.mood",
        "ALTER TYPE mood ADD VALUE 'b'",
    );
    for table in ["late", "moody"] {
        cluster.assert_equal(&format!("SELECT * FROM {table} ORDER BY id"));
    }
}

#[test]
fn constraints_that_only_the_subscriber_has() {
    let cluster = one_way();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql(
            "CREATE TABLE good (id int PRIMARY KEY); \
             CREATE TABLE t (id int PRIMARY KEY, k int, v text, keyless int)",
        );
    }
    publish(&n1, "default", &["good", "t"]);
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10), ALTER v SET NOT NULL");
    fails_and_goes_on(
        &cluster,
        "INSERT INTO t SELECT i, i, 'v' FROM generate_series(1, 15) i",
        "violates check constraint",
        "ALTER TABLE t DROP CONSTRAINT small",
    );
    fails_and_goes_on(
        &cluster,
        "BEGIN; INSERT INTO good VALUES (2000); UPDATE t SET v = NULL WHERE id = 3; COMMIT",
        "violates not-null constraint",
        "ALTER TABLE t ALTER v DROP NOT NULL",
    );
    // The trigger fails until it does not.
    n2.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             RAISE EXCEPTION 'not today' USING ERRCODE = 'XX001'; END $$; \
         CREATE TRIGGER refuse BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION refuse(); \
         ALTER TABLE t ENABLE ALWAYS TRIGGER refuse",
    );
    fails_and_goes_on(
        &cluster,
        "DELETE FROM t WHERE id > 10",
        "not today",
        "DROP TRIGGER refuse ON t",
    );
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}
