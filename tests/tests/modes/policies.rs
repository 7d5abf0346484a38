//! p1: policies for conflicts, and where they are refused.

use spock_tests::Cluster;

/// One provider, one subscriber that nobody subscribes to, and tables that both write.
fn one_way() -> Cluster {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (LIKE t INCLUDING ALL)",
        );
    }
    cluster.node(0).sql(
        "SELECT spock.repset_add_table('default', 't'), spock.repset_add_table('default', 'u')",
    );
    cluster.subscribe(0, 1);
    cluster
}

fn set(cluster: &Cluster, node: usize, name: &str, value: &str) {
    let node = cluster.node(node);
    node.set(&[(name, value)]).unwrap();
    node.reload().unwrap();
    cluster.wait_for("the setting to be seen", || node.table(&format!("SHOW {name}")) == value);
}

/// p1: the setting decides from the next transaction on, in a worker that runs.
#[test]
fn p1_policies_of_a_one_way_subscriber() {
    let cluster = one_way();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    // (policy, what stays of: a later change from n1, an earlier change from n1)
    for (policy, newer, older) in [
        ("first_update_wins", "n2", "n1"),
        ("apply_remote", "n1", "n1"),
        ("keep_local", "n2", "n2"),
        ("last_update_wins", "n1", "n2"),
    ] {
        set(&cluster, 1, "spock.conflict_resolution", policy);
        n1.sql("TRUNCATE t; INSERT INTO t VALUES (1, 'start'), (2, 'start')");
        cluster.catch_up(0, 1);
        n2.sql("UPDATE t SET v = 'n2' WHERE id = 1");
        n1.sql("UPDATE t SET v = 'n1' WHERE id = 1");
        cluster.catch_up(0, 1);
        n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
        n1.sql("UPDATE t SET v = 'n1' WHERE id = 2");
        n2.sql("UPDATE t SET v = 'n2' WHERE id = 2");
        n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
        cluster.catch_up(0, 1);
        assert_eq!(
            n2.table("SELECT id, v FROM t ORDER BY id"),
            format!("1|{newer}\n2|{older}"),
            "{policy}"
        );
    }
}

/// p1: a table has a policy of its own, for one type of conflict.
#[test]
fn p1_policies_of_tables() {
    let cluster = one_way();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let set = "SELECT spock.set_conflict_policy('t', 'insert_exists', 'keep_local')";
    assert!(n2.value::<bool>(set));
    assert!(!n2.value::<bool>(set), "nothing changes the second time");
    for table in ["t", "u"] {
        n2.sql(&format!("INSERT INTO {table} VALUES (1, 'n2'), (2, 'n2')"));
        n1.sql(&format!("INSERT INTO {table} VALUES (1, 'n1')"));
        n1.sql(&format!(
            "INSERT INTO {table} VALUES (3, 'n1'); UPDATE {table} SET v = 'late' WHERE id = 3"
        ));
    }
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT id, v FROM t ORDER BY id"), "1|n2\n2|n2\n3|late");
    assert_eq!(n2.table("SELECT id, v FROM u ORDER BY id"), "1|n1\n2|n2\n3|late");
    // Other types of conflict of that table go by the standard.
    n1.sql("UPDATE t SET v = 'later' WHERE id = 1");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 1"), "later");
    assert_eq!(
        n2.table("SELECT * FROM spock.conflict_policy"),
        "public|t|insert_exists|keep_local"
    );
    assert!(n2.value::<bool>("SELECT spock.set_conflict_policy('t', 'insert_exists', NULL)"));
    n2.sql("INSERT INTO t VALUES (4, 'n2')");
    n1.sql("INSERT INTO t VALUES (4, 'n1')");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 4"), "n1");

    for (call, message) in [
        ("'t', 'insert_exists', 'newest'", "unknown conflict policy \"newest\""),
        (
            "'t', 'update_exists', 'keep_local'",
            "no policy decides conflicts of type \"update_exists\"",
        ),
        (
            "'t', 'update_missing', 'keep_local'",
            "unknown policy \"keep_local\" for rows that are missing",
        ),
        ("'t', NULL, 'keep_local'", "conflict_type must not be null"),
    ] {
        cluster.refuses(
            &n2,
            &format!("SELECT spock.set_conflict_policy({call})"),
            "22023",
            message,
        );
    }
}

/// p1: a change whose row is missing beyond doubt is left out, or is an error.
#[test]
fn p1_policies_for_missing_rows() {
    let cluster = one_way();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n2.sql("SELECT spock.set_conflict_policy('t', 'update_missing', 'error')");
    n1.sql("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    cluster.catch_up(0, 1);
    // Never here, so that no version of a delete tells what became of it.
    n2.sql("TRUNCATE t");
    cluster.allow_log("found no row");
    n1.sql("UPDATE t SET v = 'b' WHERE id = 1");
    let told = "SELECT coalesce(last_error, '') FROM spock.sub_show_status()
                UNION ALL SELECT error_message FROM spock.exception_log";
    cluster.wait_for("the change to fail", || {
        n2.table(told).contains("conflict on relation public.t: remote UPDATE found no row")
    });
    n2.sql("SELECT spock.set_conflict_policy('t', 'update_missing', 'skip')");
    n1.sql("UPDATE t SET v = 'c' WHERE id = 2");
    cluster.catch_up(0, 1);
    let left_out = "SELECT conflict_type, conflict_resolution FROM spock.resolutions
                     WHERE remote_row ->> 'id' = '2'";
    assert_eq!(n2.table(left_out), "update_missing|skip");
}

/// p1: in a mesh only what converges is used, unless somebody says that he knows.
///
/// Seen to fail with the look for subscribers left out.
#[test]
fn p1_a_mesh_takes_only_policies_that_converge() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text); SELECT spock.repset_add_table('default', 't')");
    }
    cluster.mesh();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let message = "policy \"apply_remote\" is for nodes that nobody subscribes to";
    let call = "SELECT spock.set_conflict_policy('t', 'update_origin_differs', 'apply_remote')";
    cluster.refuses(&n2, call, "55000", message);
    // A setting cannot be refused; nothing is applied under it.
    n1.sql("INSERT INTO t VALUES (1, 'a')");
    cluster.drain();
    set(&cluster, 1, "spock.conflict_resolution", "keep_local");
    cluster.wait_for("the subscription to stop", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("down")
    });
    n1.sql("UPDATE t SET v = 'b'");
    let error = n2.table("SELECT last_error FROM spock.sub_show_status('sub_n1_n2')");
    assert_eq!(
        error,
        "nothing is applied: spock.conflict_resolution is \"keep_local\", under which nodes end with different rows"
    );
    assert_eq!(n2.table("SELECT v FROM t"), "a");
    set(&cluster, 1, "spock.allow_divergent_policy", "on");
    cluster.drain();
    assert_eq!(n2.table("SELECT v FROM t"), "b");
    assert!(n2.value::<bool>(call));
    // Both ends are compared when a stream starts.
    cluster.wait_for("the warning that the nodes differ", || {
        let log = n2.log();
        log.contains("provider of subscription \"sub_n1_n2\" decides conflicts in another way")
            && log.contains(
                "Here: keep_local; update_origin_differs of public.t: apply_remote. There: last_update_wins.",
            )
    });
}
