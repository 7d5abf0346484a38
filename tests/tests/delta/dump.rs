//! Delta columns in dumps: of ours, of a patched server, and in the structure copy.

use std::io::Write;
use std::process::{Command, Stdio};

use spock_tests::{Cluster, Node};

const COLUMNS: &str =
    "SELECT nspname, relname, attname, type FROM spock.delta_columns ORDER BY relname, attname";

fn dump(node: &Node<'_>, arguments: &[&str]) -> String {
    let output = node.client("pg_dump", node.database_name()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn restore(node: &Node<'_>, script: &str) {
    let mut command: Command = node.client("psql", node.database_name());
    command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn x1_dumps_carry_delta_columns() {
    let cluster = Cluster::builder().databases(&["app", "restored", "structure"]).start();
    let node = cluster.node(0);
    node.sql(
        "CREATE SCHEMA \"S s\";
         CREATE TABLE \"S s\".\"T t\" (gone int, id int PRIMARY KEY, \"N n\" int8 NOT NULL DEFAULT 0);
         ALTER TABLE \"S s\".\"T t\" DROP gone;
         CREATE TABLE t (id int PRIMARY KEY, m money NOT NULL, n numeric(9,2) NOT NULL);
         INSERT INTO t VALUES (1, 5, 6);
         SELECT spock.delta_apply('\"S s\".\"T t\"', 'N n');
         ALTER TABLE t ALTER m SET (log_old_value=true, delta_apply_function=spock.delta_apply),
                       ALTER n SET (log_old_value=true, delta_apply_function=spock.delta_apply)",
    );
    let columns = "S s|T t|N n|bigint\npublic|t|m|money\npublic|t|n|numeric(9,2)";
    assert_eq!(node.table(COLUMNS), columns);
    for (database, arguments) in [
        ("restored", &["--exclude-schema=spock", "--extension=plpgsql"][..]),
        ("structure", &["--schema-only", "--exclude-schema=spock", "--extension=plpgsql"][..]),
    ] {
        let copy = node.database(database);
        restore(&copy, &dump(&node, arguments));
        assert_eq!(copy.table(COLUMNS), columns, "{database}");
        assert_eq!(
            copy.table("SELECT DISTINCT relreplident FROM pg_class WHERE relname IN ('t', 'T t')"),
            "f"
        );
    }
    assert_eq!(node.database("restored").table("SELECT n FROM t"), "6.00");
}

/// What `pg_dump` of a patched server writes.
#[test]
fn x1_dumps_of_patched_servers_are_restored() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    restore(
        &node,
        "CREATE TABLE public.accounts (id integer NOT NULL, balance numeric NOT NULL);
         ALTER TABLE ONLY public.accounts ALTER COLUMN balance SET (log_old_value=true, delta_apply_function=spock.delta_apply);
         ALTER TABLE public.accounts OWNER TO postgres;
         COPY public.accounts (id, balance) FROM stdin;
1\t100
\\.
         ALTER TABLE ONLY public.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
        ",
    );
    assert_eq!(node.table(COLUMNS), "public|accounts|balance|numeric");
}

#[test]
fn x1_the_structure_copy_brings_delta_columns() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); INSERT INTO t VALUES (1, 100);
         SELECT spock.delta_apply('t', 'n'); SELECT spock.repset_add_table('default', 't')",
    );
    cluster.subscribe_with(0, 1, "synchronize_structure := true, synchronize_data := true");
    n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
    assert_eq!(n2.table(COLUMNS), "public|t|n|integer");
    n2.sql("UPDATE t SET n = n + 1000");
    n1.sql("UPDATE t SET n = n + 10");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT n FROM t"), "1110");
}
