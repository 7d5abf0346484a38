//! Initial copies of structure and rows.

use spock_tests::{Cluster, Node, canary, wait_for};

use crate::{FULL, make_nodes, subscribe, wait_at_last, wait_ready};

#[test]
fn structure_and_data_are_copied_and_the_stream_goes_on() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE SCHEMA \"Odd Schema\";
         CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TYPE pair AS (a int, b text);
         CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
         CREATE TABLE plain (id int PRIMARY KEY, v text, at timestamptz DEFAULT now());
         CREATE TABLE \"Odd Schema\".\"Odd Table\" (\"Id\" bigint PRIMARY KEY, \"a b\" mood[], p positive,
             c pair, twice int GENERATED ALWAYS AS (p * 2) STORED);
         CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES plain, CHECK (double(id) > 0));
         CREATE INDEX by_v ON plain (v) WHERE v IS NOT NULL;
         CREATE VIEW plain_view AS SELECT id FROM plain;
         CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM plain;
         CREATE SEQUENCE seq;
         CREATE TABLE keyless (v int);
         INSERT INTO plain SELECT i, 'v' || i FROM generate_series(1, 5000) i;
         INSERT INTO child SELECT i, i FROM generate_series(1, 100) i;
         INSERT INTO \"Odd Schema\".\"Odd Table\" VALUES (1, '{ok,sad}', 3, (7, 'x')), (2, NULL, NULL, NULL);
         INSERT INTO keyless SELECT 1 FROM generate_series(1, 10);
         COMMENT ON TABLE plain IS 'a comment';
         SELECT spock.repset_add_all_tables('default', '{public,Odd Schema}');
         SELECT spock.repset_add_table('default_insert_only', 'keyless');",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    for query in [
        "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM plain p",
        "SELECT md5(string_agg(t::text, ',' ORDER BY \"Id\")) FROM \"Odd Schema\".\"Odd Table\" t",
        "SELECT count(*), sum(parent) FROM child",
        "SELECT count(*), sum(v) FROM keyless",
        "SELECT relname, relkind FROM pg_class WHERE relnamespace IN
            ('public'::regnamespace, '\"Odd Schema\"'::regnamespace) ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT obj_description('plain'::regclass)",
    ] {
        assert_eq!(n1.table(query), n2.table(query), "{query}");
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM plain"), 5000);
    // Copied rows have a version, and it is older than any.
    let old = "SELECT count(*) FROM plain WHERE pg_xact_commit_timestamp(xmin) = 'epoch'";
    assert_eq!(n2.value::<i64>(old), 5000);

    n1.sql(
        "INSERT INTO plain VALUES (5001, 'later'); UPDATE plain SET v = 'changed' WHERE id = 1;
         DELETE FROM child WHERE id = 1; INSERT INTO keyless VALUES (2);",
    );
    wait_for("the stream", || {
        n2.table(
            "SELECT (SELECT count(*) FROM plain), (SELECT v FROM plain WHERE id = 1),
                  (SELECT count(*) FROM child), (SELECT sum(v) FROM keyless)",
        )
        .trim()
            == "5001|changed|99|12"
    });
}

/// The number of backends that copied, by the origins of the rows.
fn copiers(node: &Node<'_>, tables: &[&str]) -> i64 {
    let all: Vec<String> = tables
        .iter()
        .map(|table| {
            format!("SELECT (pg_xact_commit_timestamp_origin(xmin)).roident AS o FROM {table}")
        })
        .collect();
    node.value(&format!("SELECT count(DISTINCT o) FROM ({}) s", all.join(" UNION ALL ")))
}

#[test]
fn several_tables_are_copied_at_once_in_one_snapshot() {
    let cluster = Cluster::builder().nodes(2).setting("spock.sync_table_workers", "3").start();
    let (n1, n2) = make_nodes(&cluster);
    let names: Vec<String> = (1..=12).map(|i| format!("t{i}")).collect();
    for name in &names {
        n1.sql(&format!(
            "CREATE TABLE {name} (id int PRIMARY KEY, v int);
             INSERT INTO {name} SELECT i, 0 FROM generate_series(1, 20000) i;
             SELECT spock.repset_add_table('default', '{name}')"
        ));
    }
    // Every transaction adds one to the same row of all tables: a copy in several snapshots, or with
    // a gap before the stream, would show different sums.
    let updates: String =
        names.iter().map(|name| format!("UPDATE {name} SET v = v + 1 WHERE id = 7;")).collect();
    let total = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut session = n1.connect();
            let mut count = 0;
            let ready = "SELECT count(*) FROM spock.local_sync_status WHERE sync_status = 'r'";
            while n2.value::<i64>(ready) < 13 && count < 3000 {
                session.batch_execute(&format!("BEGIN; {updates} COMMIT")).unwrap();
                count += 1;
            }
            count
        });
        subscribe(&n1, &n2, FULL);
        wait_ready(&n2);
        writer.join().unwrap()
    });
    let sums: Vec<String> = names.iter().map(|name| format!("SELECT sum(v) FROM {name}")).collect();
    wait_for("the stream", || sums.iter().all(|query| n2.value::<i64>(query) == i64::from(total)));
    let tables: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(copiers(&n2, &tables) > 1, "one process copied everything");
    // Helpers leave no origin behind.
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM pg_replication_origin"), 1);
}

#[test]
fn triggers_defaults_and_computed_columns_work_in_a_copy() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY, v text, n int, iv interval, r regclass, twice int GENERATED ALWAYS AS (n * 2) STORED);
         INSERT INTO t SELECT i, 'v' || i, i, '-1 day 02:03:04', 'pg_class' FROM generate_series(1, 100) i;
         SELECT spock.repset_add_table('default', 't')",
    );
    n2.sql(
        "CREATE TABLE t (twice int GENERATED ALWAYS AS (n * 3) STORED, extra text DEFAULT 'default', n bigint,
             r regclass, gone int, v text, id int PRIMARY KEY, iv interval);
         ALTER TABLE t DROP COLUMN gone;
         CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN IF NEW.id % 10 = 0 THEN RETURN NULL; END IF; NEW.v := NEW.v || '!'; RETURN NEW; END $$;
         CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION change();
         ALTER TABLE t ENABLE ALWAYS TRIGGER a;
         CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
         CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION never();
         ALTER DATABASE app SET intervalstyle = 'sql_standard'; ALTER DATABASE app SET datestyle = 'German';",
    );
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    let row = n2
        .table("SELECT id, v, n, twice, extra, extract(epoch FROM iv)::int, r FROM t WHERE id = 3");
    assert_eq!(row.trim(), "3|v3!|3|9|default|-79016|pg_class");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 90);
}

#[test]
fn the_password_shows_nowhere() {
    let password = canary::password();
    let cluster = Cluster::builder()
        .nodes(2)
        .password(&password)
        .setting("spock.restart_delay_default", "200ms")
        .setting("spock.sync_table_workers", "2")
        .start();
    cluster.allow_log("already exists");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let quoted = password.replace('\\', "\\\\").replace('\'', "\\'");
    let dsn = |node: &Node<'_>| format!("{} password='{quoted}'", node.dsn());
    for (name, node) in [("n1", &n1), ("n2", &n2)] {
        node.query("SELECT spock.node_create($1::text::name, $2)", &[&name, &dsn(node)]);
    }
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY);
         SELECT spock.repset_add_all_tables('default', '{public}')",
    );
    n2.sql("CREATE TABLE t ()");
    n2.query(&format!("SELECT spock.sub_create('sub', $1, {FULL})"), &[&dsn(&n1)]);
    let reason = "SELECT coalesce(string_agg(sync_reason, ' '), '') FROM spock.local_sync_status";
    wait_for("the reason", || n2.value::<String>(reason).contains("already exists"));
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
    n2.sql("DROP TABLE t");
    wait_at_last(&n2);
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
}
