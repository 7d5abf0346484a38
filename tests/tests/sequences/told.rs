//! What subscribers are told of sequences: by `sync_seq`, in copies, and what they do with it.

use spock_tests::{Cluster, Node};

/// A provider `n1` and its subscriber `n2`, without a subscription yet.
fn pair() -> Cluster {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.create_nodes();
    cluster
}

fn both(cluster: &Cluster, sql: &str) {
    for node in cluster.nodes() {
        node.sql(sql);
    }
}

fn last(node: &Node<'_>, sequence: &str) -> i64 {
    node.value(&format!("SELECT last_value FROM {sequence}"))
}

#[test]
fn sync_seq_raises_sequences_and_never_sets_them_back() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    both(
        &cluster,
        r#"CREATE SCHEMA "Sch ""ema"; CREATE SEQUENCE "Sch ""ema"."Se.q"; CREATE SEQUENCE s AS int"#,
    );
    let quoted = r#""Sch ""ema"."Se.q""#;
    cluster.subscribe(0, 1);
    n1.sql("SELECT setval('s', 500)");
    n1.query("SELECT setval($1::text::regclass, 7000)", &[&quoted]);
    for name in ["s", quoted] {
        n1.query("SELECT spock.repset_add_seq('default', $1::text::regclass)", &[&name]);
        n1.query("SELECT spock.sync_seq($1::text::regclass)", &[&name]);
    }
    cluster.catch_up(0, 1);
    assert_eq!(last(&n2, "s"), 500 + 10_737);
    assert_eq!(last(&n2, quoted), 7000 + 100_000);
    assert_eq!(n2.value::<i64>("SELECT nextval('s')"), 500 + 10_738);
    // The subscriber has gone further, and stays there.
    n2.sql("SELECT setval('s', 1000000)");
    n1.sql("SELECT spock.sync_seq('s')");
    cluster.catch_up(0, 1);
    assert_eq!(last(&n2, "s"), 1_000_000);
    // A value that went back is told, and changes nothing there.
    n1.sql("ALTER SEQUENCE s RESTART; SELECT nextval('s'); SELECT spock.sync_seq('s')");
    cluster.catch_up(0, 1);
    assert_eq!(last(&n2, "s"), 1_000_000);
    // Rolled back is not told. The first call keeps the manager away, which may tell of any value that it sees.
    n1.sql(
        "BEGIN; SELECT spock.sync_seq('s'); SELECT setval('s', 5000000); SELECT spock.sync_seq('s');
         SELECT setval('s', 1); ROLLBACK",
    );
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT last_value < 5000000 FROM s"), "t");
    assert_eq!(n2.table("SELECT count(*) FROM spock.exception_log"), "0");
}

/// Only subscribers of a set that the sequence is in are told.
#[test]
fn sets_decide_who_is_told() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    both(&cluster, "CREATE SEQUENCE here; CREATE SEQUENCE elsewhere");
    n1.sql("SELECT spock.repset_create('other'); SELECT spock.repset_add_seq('other', 'elsewhere', true)");
    cluster.subscribe(0, 1);
    n1.sql(
        "SELECT spock.repset_add_seq('default', 'here', true); SELECT spock.sync_seq('elsewhere')",
    );
    cluster.catch_up(0, 1);
    assert_eq!((last(&n2, "here"), last(&n2, "elsewhere")), (100_001, 1));
    // A set that it comes into later hears of it, too.
    n1.sql(
        "SELECT setval('elsewhere', 7); SELECT spock.repset_create('more');
         BEGIN; SELECT spock.repset_remove_seq('other', 'elsewhere');
         SELECT spock.repset_add_seq('other', 'elsewhere'); COMMIT; SELECT spock.repset_add_seq('more', 'here')",
    );
    let queued = "SELECT replication_sets, message ->> 'last_value' FROM spock.queue
          WHERE message_type = 'S' AND replication_sets <> '{default}' ORDER BY 1, 2";
    assert_eq!(n1.table(queued), "{more}|100001\n{other}|100001\n{other}|100001\n{other}|100007");
    n2.sql("SELECT spock.sub_add_repset('sub_n1_n2', 'other')");
    // The copy of what came to the subscription brings the sequence too.
    n2.sql("SELECT spock.sub_alter_sync('sub_n1_n2')");
    assert_eq!(last(&n2, "elsewhere"), 100_007);
}

#[test]
fn copies_bring_sequences() {
    for structure in [true, false] {
        let cluster = pair();
        let (n1, n2) = (cluster.node(0), cluster.node(1));
        let define = r#"CREATE TABLE t (id serial PRIMARY KEY, "I d" bigint GENERATED ALWAYS AS IDENTITY);
            CREATE SCHEMA skipped; CREATE SEQUENCE skipped.s; CREATE SEQUENCE down INCREMENT -1;
            CREATE ROLE owner; CREATE SEQUENCE of_owner; ALTER SEQUENCE of_owner OWNER TO owner"#;
        n1.sql(define);
        n1.sql(
            "SELECT spock.repset_add_table('default', 't');
             SELECT spock.repset_add_all_seqs('default', '{public,skipped}');
             INSERT INTO t SELECT FROM generate_series(1, 100);
             SELECT nextval('down'), nextval('skipped.s'); SELECT setval('of_owner', 77)",
        );
        if structure {
            n2.sql("CREATE ROLE owner; CREATE SCHEMA skipped; CREATE SEQUENCE skipped.s");
        } else {
            n2.sql(define);
        }
        cluster.subscribe_with(
            0,
            1,
            &format!(
                "synchronize_structure := {structure}, synchronize_data := true, skip_schema := '{{skipped}}'"
            ),
        );
        n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
        assert_eq!(last(&n2, "t_id_seq"), 100 + 10_737);
        assert_eq!(last(&n2, r#""t_I d_seq""#), 100 + 100_000);
        assert_eq!(last(&n2, "down"), -1 - 100_000);
        assert_eq!(last(&n2, "of_owner"), 77 + 100_000);
        assert_eq!(last(&n2, "skipped.s"), 1);
        assert_eq!(
            n2.table("SELECT relowner::regrole FROM pg_class WHERE relname = 'of_owner'"),
            "owner"
        );
        n2.sql("INSERT INTO t DEFAULT VALUES");
        assert_eq!(n2.table("SELECT max(id) FROM t"), "10838");
    }
}

/// A sequence that is not here fails the copy, which says so and goes on when it is.
#[test]
fn a_copy_waits_for_a_sequence() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE SEQUENCE s; SELECT setval('s', 9); SELECT spock.repset_add_seq('default', 's')");
    cluster.allow_log("sequence public.s does not exist here");
    n2.sql(&format!(
        "SELECT spock.sub_create('sub_n1_n2', '{}', synchronize_data := true)",
        n1.dsn()
    ));
    let reason = "SELECT sync_reason FROM spock.local_sync_status WHERE sync_relname IS NULL";
    cluster.wait_for("the copy to fail", || {
        n2.table(reason).starts_with("sequence public.s does not exist here")
    });
    n2.sql("CREATE SEQUENCE s");
    cluster
        .wait_for("the copy", || cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating"));
    assert_eq!(last(&n2, "s"), 100_009);
}

/// What cannot be done is an exception with a reason; the stream goes on, and a retry does it when it can be.
#[test]
fn what_cannot_be_raised_is_an_exception() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE SEQUENCE missing; CREATE SEQUENCE table_there; CREATE SEQUENCE big;
         CREATE TABLE t (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
    );
    n2.sql(
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE table_there (i int);
         CREATE SEQUENCE big MAXVALUE 1000",
    );
    cluster.subscribe(0, 1);
    let queue = |message: &str| {
        n1.sql(&format!(
            "INSERT INTO spock.queue VALUES (now(), 'x', '{{default}}', 'S', '{message}')"
        ));
    };
    let newest = || {
        n2.table(
            "SELECT error_message FROM spock.exception_log ORDER BY retry_errored_at DESC LIMIT 1",
        )
    };
    let refused = |what: &str, message: &str| {
        cluster.catch_up(0, 1);
        assert!(newest().contains(message), "{what}: {}", newest());
        let open: i64 = n2.value("SELECT count(*) FROM spock.exceptions_pending");
        assert!(open > 0, "{what}");
    };
    n1.sql("SELECT spock.repset_add_seq('default', 'missing', true)");
    refused("no sequence", "sequence public.missing does not exist here");
    n1.sql("SELECT spock.repset_add_seq('default', 'table_there', true)");
    refused("a table", "public.table_there is not a sequence here, but it is on node n1");
    n1.sql("SELECT spock.repset_add_seq('default', 'big', true)");
    refused("bounds", "value 100001 of node n1 is out of bounds for sequence public.big (1..1000)");
    for message in [
        "{}",
        "7",
        r#"{"schema_name": "public", "sequence_name": "big", "last_value": "seven"}"#,
        r#"{"schema_name": "public", "sequence_name": "big"}"#,
        r#"{"schema_name": "public", "sequence_name": "big", "last_value": 7.5}"#,
        r#"{"schema_name": null, "sequence_name": "big", "last_value": 7}"#,
        r#"{"schema_name": "public", "sequence_name": "big", "last_value": "99999999999999999999"}"#,
    ] {
        queue(message);
        refused(message, "provider queued a message of type \"S\" that cannot be read");
    }
    // A number that is not quoted is read as well.
    queue(r#"{"schema_name": "public", "sequence_name": "big", "last_value": 7}"#);
    n1.sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    assert_eq!(last(&n2, "big"), 7);
    assert_eq!(n2.table("SELECT * FROM t"), "1");
    assert_eq!(cluster.status(1, "sub_n1_n2").as_deref(), Some("replicating"));

    n2.sql("CREATE SEQUENCE missing");
    let retry = |dry_run: bool| {
        n2.table(&format!(
            "SELECT r.outcome, r.detail FROM (SELECT DISTINCT remote_origin, remote_commit_ts, remote_xid
                 FROM spock.exception_log WHERE error_message LIKE '%public.missing%') e,
             spock.exception_retry(e.remote_origin, e.remote_commit_ts, e.remote_xid, {dry_run}) r"
        ))
    };
    assert!(retry(true).starts_with("would be applied"), "{}", retry(true));
    assert_eq!(last(&n2, "missing"), 1);
    assert!(retry(false).starts_with("applied"));
    assert_eq!(last(&n2, "missing"), 100_001);
}

/// Providers of the existing Spock have no function for it; one that does not let us ask is told of.
#[test]
fn other_providers_are_asked_as_they_can_be() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    both(
        &cluster,
        r#"CREATE SEQUENCE "U p"; CREATE SEQUENCE down INCREMENT -2; CREATE SEQUENCE small MAXVALUE 100;
           CREATE SEQUENCE unused; CREATE SEQUENCE told"#,
    );
    n1.sql(
        r#"SELECT setval('"U p"', 500), setval('down', -7), setval('small', 90), setval('told', 5);
           SELECT spock.repset_add_all_seqs('default', '{public}');
           SELECT spock.repset_remove_seq('default', 'told');
           SELECT spock.repset_add_seq('default', 'told', true);
           ALTER EXTENSION spock DROP FUNCTION spock.sequence_values; DROP FUNCTION spock.sequence_values"#,
    );
    cluster.allow_log("function spock.sequence_values(text[]) does not exist");
    cluster.subscribe_with(0, 1, "synchronize_data := true");
    // What the manager tells meanwhile is further.
    let at_least = |sequence: &str, value: i64| {
        let at = last(&n2, sequence);
        assert!(at.abs() >= value.abs(), "{sequence} is at {at}");
    };
    at_least(r#""U p""#, 1500);
    at_least("down", -2007);
    assert_eq!(last(&n2, "small"), 100);
    at_least("told", 100_005);
    assert_eq!(n2.table("SELECT max(sync_failures) FROM spock.local_sync_status"), "0");
}

#[test]
fn a_provider_that_does_not_tell_is_told_of() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    both(&cluster, "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY)");
    n1.sql(
        "SELECT spock.repset_add_table('default', 't'); SELECT spock.repset_add_seq('default', 's');
         INSERT INTO t VALUES (1);
         CREATE ROLE reader LOGIN REPLICATION; GRANT SELECT ON t TO reader; GRANT pg_monitor TO reader;
         GRANT EXECUTE ON FUNCTION spock.applied_changes, spock.applied_horizons, spock.commit_horizon,
             spock.copy_versions TO reader",
    );
    cluster.allow_log("permission denied for function sequence_values");
    let dsn = n1.dsn().replace("user=postgres", "user=reader");
    cluster.subscribe_via(0, 1, &dsn, "synchronize_data := true");
    assert_eq!(n2.table("SELECT * FROM t"), "1");
    assert!(n2.log().contains("provider \"n1\" does not say where its sequences are to be here"));
    n1.sql("GRANT EXECUTE ON FUNCTION spock.sequence_values TO reader");
    n2.sql("SELECT spock.sub_alter_sync('sub_n1_n2')");
    assert_eq!(last(&n2, "s"), 100_001);
}

/// What a node tells goes down a chain, like the rows.
#[test]
fn a_chain_hands_on_what_it_is_told() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id serial PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
        );
    }
    let (n1, n3) = (cluster.node(0), cluster.node(2));
    cluster.subscribe(0, 1);
    cluster.subscribe_with(1, 2, "forward_origins := '{all}'");
    n1.sql("SELECT spock.repset_add_seq('default', 't_id_seq'); INSERT INTO t SELECT FROM generate_series(1, 9000)");
    cluster.wait_for("n3 to be ahead", || last(&n3, "t_id_seq") > 9000);
    cluster.wait_for("the rows", || n3.table("SELECT count(*) FROM t") == "9000");
    n3.sql("INSERT INTO t DEFAULT VALUES");
}

/// A subscription without a copy begins although a sequence is missing, and says so.
#[test]
fn a_missing_sequence_does_not_keep_a_subscription_from_beginning() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    both(&cluster, "CREATE SEQUENCE here");
    n1.sql(
        "CREATE SEQUENCE missing; SELECT setval('here', 50), setval('missing', 50);
         SELECT spock.repset_add_all_seqs('default', '{public}')",
    );
    cluster.subscribe(0, 1);
    assert!(n2.log().contains("WARNING:  sequence public.missing does not exist here"));
    assert_eq!(last(&n2, "here"), 100_050);
    n2.sql("CREATE SEQUENCE missing; SELECT spock.sub_alter_sync('sub_n1_n2')");
    assert_eq!(last(&n2, "missing"), 100_050);
}
