//! Databases that are not in UTF-8.

use spock_tests::{Cluster, Node};

use crate::pair::publish;

/// Makes a database of an encoding on both servers, as nodes that replicate to each other.
fn join<'a>(cluster: &'a Cluster, encoding: &str) -> (Node<'a>, Node<'a>) {
    let nodes = [0, 1].map(|i| {
        let server = cluster.node(i);
        server.sql(&format!(
            "CREATE DATABASE other ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        ));
        let node = server.database("other");
        node.sql("CREATE EXTENSION spock");
        node.query(
            "SELECT spock.node_create(node_name := $1::text::name, dsn := $2)",
            &[&node.name(), &node.dsn()],
        );
        node
    });
    let [n1, n2] = nodes;
    for (from, to, text) in [(&n1, &n2, false), (&n2, &n1, true)] {
        to.query(
            "SELECT spock.sub_create(subscription_name := $1::text::name, provider_dsn := $2, \
             force_text_transfer := $3)",
            &[&format!("sub_{}", from.name()), &from.dsn(), &text],
        );
        cluster.wait_for("the subscription", || {
            to.table("SELECT status FROM spock.sub_show_status()") == "replicating"
        });
    }
    (n1, n2)
}

fn sync(cluster: &Cluster, from: &Node<'_>, to: &Node<'_>) {
    let lsn = from.table("SELECT spock.sync_event()");
    let mut session = to.connect();
    let call = format!("CALL spock.wait_for_sync_event(NULL, '{}', '{lsn}', 60)", from.name());
    let messages = session.simple_query(&call).expect("the call");
    let done = messages.iter().any(|message| {
        matches!(message, postgres::SimpleQueryMessage::Row(row) if row.get(0) == Some("t"))
    });
    if !done {
        cluster.dump();
        panic!("{} did not catch up with {}", to.name(), from.name());
    }
}

#[test]
fn databases_in_latin1_replicate() {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("spock.exception_behaviour", "sub_disable")
        .setting("spock.save_resolutions", "on")
        .start();
    let (n1, n2) = join(&cluster, "LATIN1");
    for node in [&n1, &n2] {
        node.sql(
            "CREATE SCHEMA \"Größe\"; CREATE TYPE \"Größe\".farbe AS ENUM ('grün', 'weiß'); \
             CREATE TABLE \"Größe\".\"Maß\" (\"Schlüssel\" text PRIMARY KEY, f \"Größe\".farbe, w text, \
                 x xml, j json, a text[])",
        );
        publish(node, "default", &["\"Größe\".\"Maß\""]);
    }
    let table = "SELECT * FROM \"Größe\".\"Maß\" ORDER BY 1";
    for (from, to, at) in [(&n1, &n2, 1), (&n2, &n1, 2)] {
        from.sql(&format!(
            "INSERT INTO \"Größe\".\"Maß\" VALUES ('ä{at}', 'grün', 'Übermaß', '<ß>é</ß>', '{{\"é\": \"ÿ\"}}', '{{ö,NULL}}'); \
             INSERT INTO \"Größe\".\"Maß\" SELECT 'b' || i || 'ö{at}', 'weiß', repeat('þ', i) FROM generate_series(1, 50) i; \
             UPDATE \"Größe\".\"Maß\" SET \"Schlüssel\" = 'c' || \"Schlüssel\", f = 'grün' WHERE \"Schlüssel\" LIKE 'b_ö{at}'; \
             DELETE FROM \"Größe\".\"Maß\" WHERE \"Schlüssel\" = 'b44ö{at}'"
        ));
        sync(&cluster, from, to);
        assert_eq!(from.table(table), to.table(table));
    }
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM \"Größe\".\"Maß\" WHERE w LIKE 'þ%'"), 98);

    // What is written about changes is in the database's encoding, too.
    n2.sql("SELECT spock.sub_disable('sub_n1', true)");
    n1.sql("SELECT spock.sub_disable('sub_n2', true)");
    n2.sql("DELETE FROM \"Größe\".\"Maß\" WHERE \"Schlüssel\" = 'ä1'");
    n1.sql("UPDATE \"Größe\".\"Maß\" SET w = 'späte Änderung' WHERE \"Schlüssel\" = 'ä1'");
    n2.sql("SELECT spock.sub_enable('sub_n1')");
    sync(&cluster, &n1, &n2);
    assert_eq!(
        n2.table(
            "SELECT relname, remote_tuple LIKE '%späte Änderung%' FROM spock.resolutions ORDER BY id DESC LIMIT 1"
        ),
        "Größe.Maß|t"
    );
    // A reason that names a table of this encoding.
    cluster.allow_log("can't find relation");
    n2.sql("ALTER TABLE \"Größe\".\"Maß\" RENAME TO \"Öl\"");
    n1.sql("INSERT INTO \"Größe\".\"Maß\" VALUES ('ende')");
    cluster.wait_for("the reason", || {
        n2.table("SELECT s::text FROM spock.sub_show_status() s").contains("Größe.Maß")
    });
    assert_eq!(
        n2.table("SELECT table_schema, table_name, remote_new_tup ->> 'Schlüssel' FROM spock.exception_log ORDER BY 1 LIMIT 1"),
        "Größe|Maß|ende"
    );
    n2.sql("ALTER TABLE \"Größe\".\"Öl\" RENAME TO \"Maß\"");
    n2.sql("SELECT spock.sub_enable('sub_n1')");
    sync(&cluster, &n1, &n2);
    assert!(n2.table(table).contains("ende"));
}

/// The first copy, too.
#[test]
fn databases_in_latin1_are_copied() {
    let cluster = Cluster::builder().nodes(2).start();
    let (n1, n2) = join(&cluster, "LATIN1");
    n1.sql("CREATE TABLE \"Maß\" (\"ä\" text PRIMARY KEY); INSERT INTO \"Maß\" SELECT 'ö' || i FROM generate_series(1, 500) i");
    n2.sql("CREATE TABLE \"Maß\" (\"ä\" text PRIMARY KEY)");
    n1.sql("SELECT spock.repset_add_table('default', '\"Maß\"', synchronize_data := true)");
    sync(&cluster, &n1, &n2);
    n2.sql("SELECT spock.table_wait_for_sync('sub_n1', '\"Maß\"')");
    let table = "SELECT * FROM \"Maß\" ORDER BY 1";
    assert_eq!(n1.table(table), n2.table(table));
}

/// Bytes that are no text anywhere.
#[test]
fn databases_without_encoding_replicate() {
    let cluster = Cluster::builder().nodes(2).start();
    let (n1, n2) = join(&cluster, "SQL_ASCII");
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
        publish(node, "default", &["t"]);
    }
    for (from, to, at) in [(&n1, &n2, 1), (&n2, &n1, 2)] {
        from.sql(&format!("INSERT INTO t VALUES ({at}, E'\\xe9\\xff\\x80 caf\\xc3\\xa9'); UPDATE t SET v = v || E'\\xfe'"));
        sync(&cluster, from, to);
    }
    let table = "SELECT id, encode(v::bytea, 'hex') FROM (SELECT id, replace(v, E'\\\\', E'\\\\\\\\') AS v FROM t) s ORDER BY id";
    assert_eq!(n1.table(table), n2.table(table));
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 2);
}
