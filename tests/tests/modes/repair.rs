//! `spock.repair_mode()`: transactions, or parts of them, that stay on this node.

use spock_tests::Cluster;

/// What is written in repair mode is not replicated; what comes before and after it is.
///
/// Seen to fail with the plugin's flag kept over the end of a transaction.
#[test]
fn repairs_stay_at_home() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    cluster.subscribe(0, 1);
    let mut session = n1.connect();
    let mut shown = |sql: &str| -> String {
        let messages = session.simple_query(sql).unwrap();
        let row = messages.iter().rev().find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        row.unwrap_or_default()
    };
    let mode = "SHOW spock.replication_repair_mode";
    shown("BEGIN; INSERT INTO t VALUES (1, 'before')");
    assert_eq!(shown("SELECT spock.repair_mode(true) <= pg_current_wal_insert_lsn()"), "t");
    assert_eq!(shown(mode), "on");
    shown("INSERT INTO t VALUES (2, 'repair'); UPDATE t SET v = 'repaired' WHERE id = 1");
    shown("SELECT spock.repair_mode(false)");
    assert_eq!(shown(mode), "off");
    shown("INSERT INTO t VALUES (3, 'after')");
    // It ends with the transaction, and with the part of it that is rolled back.
    shown("SELECT spock.repair_mode(true); INSERT INTO t VALUES (4, 'repair'); COMMIT");
    assert_eq!(shown(mode), "off");
    shown("INSERT INTO t VALUES (5, 'next transaction')");
    shown("BEGIN; SAVEPOINT a; SELECT spock.repair_mode(true); ROLLBACK TO a");
    assert_eq!(shown(mode), "off");
    shown("INSERT INTO t VALUES (6, 'after a rollback'); COMMIT");
    // Nothing at all of a transaction, a TRUNCATE included.
    shown("BEGIN; SELECT spock.repair_mode(true); DELETE FROM t WHERE id = 3; COMMIT");
    cluster.catch_up(0, 1);
    assert_eq!(
        n2.table("SELECT * FROM t ORDER BY id"),
        "1|before\n3|after\n5|next transaction\n6|after a rollback"
    );
    assert_eq!(
        n1.table("SELECT * FROM t ORDER BY id"),
        "1|repaired\n2|repair\n4|repair\n5|next transaction\n6|after a rollback"
    );
    shown("BEGIN; SELECT spock.repair_mode(true); TRUNCATE t; COMMIT");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 4);
}

/// It is for those who may change replication, takes no null, and nobody sets it by hand.
#[test]
fn who_may_repair() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    cluster.refuses(
        &n1,
        "SELECT spock.repair_mode(true)",
        "55000",
        "current database is not configured as spock node",
    );
    cluster.create_nodes();
    cluster.refuses(&n1, "SELECT spock.repair_mode(NULL)", "22004", "enabled must not be null");
    cluster.refuses(
        &n1,
        "SET spock.replication_repair_mode = on",
        "55P02",
        "parameter \"spock.replication_repair_mode\" cannot be changed",
    );
    cluster.refuses(
        &n1,
        "CREATE ROLE app; GRANT USAGE ON SCHEMA spock TO app; SET ROLE app; SELECT spock.repair_mode(true)",
        "42501",
        "permission denied for function repair_mode",
    );
}
