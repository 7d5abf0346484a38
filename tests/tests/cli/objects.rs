//! `table list|show|check`, `seq …`, `conflict stats|purge`, `slot advance|enable-failover`.

use spock_tests::Cluster;

use super::run::{bare, on};
use super::transcript::Transcript;

fn count(cluster: &Cluster, args: &[&str]) -> usize {
    on(cluster, &[args, &["-o", "json"]].concat()).ends(0).items().len()
}

#[test]
fn tables_sequences_conflicts_and_slots_are_shown_and_dealt_with() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE t (id serial PRIMARY KEY, v text UNIQUE, w int);
         CREATE TABLE log (v text);
         CREATE SCHEMA more; CREATE SEQUENCE more.free;
         CREATE TABLE more.part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
         CREATE TABLE more.part_1 PARTITION OF more.part FOR VALUES FROM (0) TO (100)",
    );
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let mut transcript = Transcript::of(&cluster);
    n1.sql("SELECT spock.repset_add_table('default', 'more.part', row_filter => 'id > 5')");

    // Tables.
    transcript.run(&["table", "list"]).ends(0);
    transcript.run(&["table", "list", "--unassigned", "--node", "n1"]).ends(0);
    assert_eq!(count(&cluster, &["table", "list", "--repset", "default_insert_only"]), 2);
    assert_eq!(count(&cluster, &["table", "list", "--repset", "ddl_sql"]), 0);
    transcript.run(&["table", "list", "--repset", "nothing"]).ends(8);
    transcript.run(&["table", "show", "more.part"]).ends(0);
    let shown = on(&cluster, &["table", "show", "t", "-o", "json"]).ends(0).items();
    assert_eq!((shown.len(), &shown[0]["key"][0]), (2, &"id".into()), "{shown:#?}");
    transcript.run(&["table", "show", "more.prat"]).ends(8);
    transcript.run(&["table", "check"]).ends(0);
    n2.sql("ALTER TABLE t DROP COLUMN w; CREATE UNLOGGED TABLE more.fast (v int)");
    transcript.run(&["table", "check"]).ends(6);
    transcript.run(&["table", "check", "log"]).ends(0);
    transcript.run(&["table", "check", "t", "more.fast", "-q"]).ends(6);
    let found = on(&cluster, &["table", "check", "t", "-o", "json"]).ends(6).items();
    assert!(found.iter().any(|item| item["id"] == "table-differs"), "{found:#?}");
    transcript.run(&["table", "check", "nothing"]).ends(8);
    n2.sql("ALTER TABLE t ADD COLUMN w int");

    // Sequences.
    n1.sql("SELECT nextval('t_id_seq')");
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    let columns = ["--columns", "node,sequence,replication_sets,values,column"];
    transcript.run(&[&["seq", "list"], &columns[..]].concat()).ends(0);
    assert_eq!(count(&cluster, &["seq", "list", "--unassigned"]), 2);
    let shown = on(&cluster, &["seq", "show", "t_id_seq", "-o", "json"]).ends(0).items();
    let last = |at: usize| shown[at]["last_value"].as_i64().unwrap_or_default();
    assert!(shown.len() == 2 && last(0) > 0 && last(0) < last(1), "{shown:#?}");
    transcript.run(&["seq", "show", "t_id"]).ends(8);
    n1.sql("SELECT setval('t_id_seq', 1000000)");
    transcript.run(&["seq", "sync", "t_id_seq", "--node", "n1", "--dry-run", "-o", "name"]).ends(0);
    let told = on(&cluster, &["seq", "sync", "t_id_seq", "--node", "n1", "-o", "json"]).ends(0);
    assert!(told.items()[0]["told"].as_i64().is_some_and(|told| told >= 1_000_000), "{told:#?}");
    cluster.wait_for("the sequence to be told", || {
        n2.value::<i64>("SELECT last_value FROM t_id_seq") >= 1_000_000
    });
    on(&cluster, &["seq", "sync", "--all"]).ends(0).says("told subscribers of 2 sequences");
    transcript.run(&["seq", "sync", "more.free", "nothing"]).ends(8);
    on(&cluster, &["seq", "sync"]).ends(2);

    // Conflicts: both nodes write one row before they hear of each other.
    n1.sql("INSERT INTO t VALUES (1, 'one', 0)");
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    transcript.run(&["conflict", "stats"]).ends(0);
    on(&cluster, &["cluster", "pause", "--yes"]).ends(0);
    n1.sql("UPDATE t SET w = 1 WHERE id = 1");
    n2.sql("UPDATE t SET w = 2 WHERE id = 1");
    on(&cluster, &["cluster", "resume"]).ends(0);
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    let stats = ["conflict", "stats", "--columns"];
    transcript.run(&[&stats[..], &["node,type,recorded,applied,kept,counted"]].concat()).ends(0);
    transcript.run(&[&stats[..], &["node,table,recorded,kept", "--by", "table"]].concat()).ends(0);
    assert_eq!(count(&cluster, &["conflict", "stats", "--since", "1d", "--by", "table"]), 1);
    transcript.run(&["conflict", "purge", "--older-than", "30d"]).ends(9);
    transcript.run(&["conflict", "purge", "--older-than", "0s", "--dry-run"]).ends(0);
    transcript.run(&["conflict", "purge", "--older-than", "7d", "--yes"]).ends(0);
    transcript.run(&["conflict", "purge", "--older-than", "0s", "--yes"]).ends(0);
    assert_eq!(count(&cluster, &["conflict", "list"]), 0);
    transcript.run(&["conflict", "purge", "--older-than", "soon", "--yes"]).ends(2);

    // Slots.
    let slot = "spk_app_n1_sub_n1_n2";
    transcript.run(&["slot", "advance", slot, "0/1", "--yes"]).ends(8);
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    let is_free =
        "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'spk_app_n1_sub_n1_n2'";
    cluster.wait_for("the slot to be let go", || n1.value::<bool>(is_free));
    transcript.run(&["slot", "advance", slot, "0/1", "--yes"]).ends(8);
    transcript.run(&["slot", "advance", slot, "FF/0", "--yes"]).ends(8);
    transcript.run(&["slot", "advance", slot, "here"]).ends(2);
    transcript.run(&["slot", "advance", "spock_retention", "0/1", "--node", "n1"]).ends(8);
    n1.sql("INSERT INTO t VALUES (2, 'two', 0)");
    let next = n1.value::<String>("SELECT pg_current_wal_insert_lsn()::text");
    on(&cluster, &["slot", "advance", slot, &next]).ends(9);
    on(&cluster, &["slot", "advance", slot, &next, "--dry-run"]).ends(0).says("would move slot");
    on(&cluster, &["slot", "advance", slot, &next, "--yes"]).ends(0).says("moved slot");
    let confirmed = "SELECT confirmed_flush_lsn >= '{}' FROM pg_replication_slots \
                     WHERE slot_name = 'spk_app_n1_sub_n1_n2'";
    assert!(n1.value::<bool>(&confirmed.replace("{}", &next)));
    if n1.value::<i32>("SELECT current_setting('server_version_num')::int") < 170_000 {
        on(&cluster, &["slot", "enable-failover"])
            .ends(10)
            .says("has no failover slots")
            .says("from version 17 on");
    } else {
        let would = on(&cluster, &["slot", "enable-failover", "--dry-run", "-o", "json"]).ends(0);
        assert_eq!(would.items().len(), 2);
        on(&cluster, &["slot", "enable-failover"]).ends(0);
    }
    transcript.is("objects");
}
