//! Numbers of nodes: chosen, compared, refused.

use std::collections::HashSet;

use spock_tests::{Cluster, Node, StopMode, wait_for};

use super::values::take;

fn number(node: &Node<'_>) -> i32 {
    node.value("SELECT spock.snowflake_node()")
}

/// Forces the number that was chosen for a node, as if the hash of its name were another one.
fn choose(node: &Node<'_>, number: i32) {
    node.sql(&format!(
        "UPDATE spock.sequence_node SET number = {number}
          WHERE node_id = (SELECT node_id FROM spock.local_node);
         SELECT pg_reload_conf()"
    ));
}

fn set_number(node: &Node<'_>, number: u32) {
    node.sql(&format!("ALTER SYSTEM SET snowflake.node = {number}"));
    node.sql("SELECT pg_reload_conf()");
    let shown = number.to_string();
    wait_for("the number to be set", || {
        let mut fresh = node.connect();
        fresh.query_one("SHOW snowflake.node", &[]).unwrap().get::<_, String>(0) == shown
    });
    node.disconnect();
}

#[test]
fn nodes_get_numbers_of_their_own() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    let numbers: HashSet<i32> = cluster.nodes().iter().map(number).collect();
    assert_eq!(numbers.len(), 3);
    // Two that chose the same before they knew of each other.
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    choose(&n2, number(&n1));
    assert_eq!(number(&n1), number(&n2));
    cluster.subscribe(0, 1);
    assert_ne!(number(&n1), number(&n2));
    cluster.subscribe(1, 0);
    assert_ne!(number(&n1), number(&n2));
    assert_eq!(
        n1.table("SELECT number FROM spock.sequence_node WHERE node_id <> (SELECT node_id FROM spock.local_node)"),
        number(&n2).to_string()
    );
    // What a node left behind goes with it.
    n1.sql("SELECT spock.sub_drop('sub_n2_n1')");
    assert_eq!(n1.table("SELECT count(*) FROM spock.sequence_node"), "1");
}

#[test]
fn numbers_that_were_set_must_differ() {
    let cluster = Cluster::builder().nodes(2).setting("snowflake.node", "12").start();
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let subscribe = format!("SELECT spock.sub_create('sub_n1_n2', '{}')", n1.dsn());
    let message = "snowflake.node 12 is also that of node \"n1\"";
    let error = cluster.refuses(&n2, &subscribe, "55000", message);
    assert!(error.hint().is_some_and(|hint| hint.contains("on one of the two nodes")), "{error:?}");
    assert_eq!(n2.table("SELECT count(*) FROM spock.subscription"), "0");
    set_number(&n2, 0);
    let sub = cluster.subscribe(0, 1);
    assert_ne!(number(&n2), 12);

    // The number of a provider is not taken later.
    n2.sql("CREATE SEQUENCE s");
    take(&n2, "s", 1);
    cluster.refuses(
        &n2,
        "SET snowflake.node = 12; SELECT snowflake.nextval('s')",
        "55000",
        message,
    );
    take(&n2, "s", 1);
    n2.sql("SET snowflake.node = 13; SELECT snowflake.nextval('s')");

    // Nor when the stream starts, until one of them has another one.
    n2.sql(&format!("SELECT spock.sub_disable('{sub}', true)"));
    set_number(&n2, 12);
    n2.sql(&format!("SELECT spock.sub_enable('{sub}', true)"));
    cluster.allow_log(message);
    let reason = "SELECT last_error FROM spock.sub_show_status()";
    cluster.wait_for("the stream to be refused", || n2.table(reason).contains(message));
    assert_eq!(cluster.status(1, &sub).as_deref(), Some("down"));
    cluster.allow_log("terminating connection due to administrator command");
    set_number(&n1, 0);
    set_number(&n2, 14);
    cluster.wait_for("the stream", || cluster.status(1, &sub).as_deref() == Some("replicating"));
    take(&n2, "s", 1);
}

/// A node that takes another number while streams run has its subscribers compare anew.
#[test]
fn a_changed_number_is_compared_at_once() {
    let cluster = Cluster::builder().nodes(2).start();
    cluster.allow_log("terminating connection due to administrator command");
    cluster.create_nodes();
    let sub = cluster.subscribe(0, 1);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    // n2's was chosen, so that it gives way to whatever n1 takes.
    let before = number(&n2);
    set_number(&n1, u32::try_from(before).unwrap());
    cluster.wait_for("n2 to take another number", || number(&n2) != before);
    cluster.wait_for("the stream", || cluster.status(1, &sub).as_deref() == Some("replicating"));
    let known = "SELECT number FROM spock.sequence_node n JOIN spock.node USING (node_id) WHERE node_name = 'n1'";
    assert_eq!(n2.table(known), before.to_string());
    n2.sql("CREATE SEQUENCE s");
    let node = "SELECT snowflake.get_node(snowflake.nextval('s'))";
    assert_eq!(n2.value::<i32>(node), number(&n2));
}

/// Three nodes insert into one table at once, keys by default: every row is on every node.
#[test]
fn b41_three_nodes_generate_at_once() {
    const SESSIONS: usize = 2;
    const ROWS: usize = 2000;
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id bigserial PRIMARY KEY, node text);
             SELECT snowflake.convert_sequence_to_snowflake('t_id_seq');
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.mesh();
    std::thread::scope(|scope| {
        for node in cluster.nodes() {
            for _ in 0..SESSIONS {
                let mut session = node.connect();
                scope.spawn(move || {
                    for _ in 0..ROWS / 100 {
                        session
                            .batch_execute(
                                "INSERT INTO t (node) SELECT current_setting('port') FROM generate_series(1, 99);
                                 INSERT INTO t (node) VALUES ('one')",
                            )
                            .unwrap();
                    }
                });
            }
        }
    });
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    let n1 = cluster.node(0);
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), (3 * SESSIONS * ROWS) as i64);
    let nodes = "SELECT count(DISTINCT snowflake.get_node(id)) FROM t";
    assert_eq!(n1.value::<i64>(nodes), 3);
    for node in cluster.nodes() {
        assert_eq!(node.table("SELECT count(*) FROM spock.resolutions"), "0");
    }
}

/// A million values on each of three nodes at once, while one restarts, one loses its power, the nodes do not
/// hear each other for a while, and the clock of one goes back.
#[test]
#[ignore = "takes a minute or two of the whole machine"]
#[expect(clippy::print_stderr, reason = "the figure is what it is run for")]
fn b41_three_nodes_take_a_million_values_each() {
    const SESSIONS: usize = 2;
    const VALUES: usize = 1_000_000;
    let cluster = Cluster::builder().nodes(3).fake_clock().start();
    cluster.allow_crashes();
    cluster.allow_log("is active for PID");
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE SEQUENCE s");
    }
    cluster.mesh();
    let began = std::time::Instant::now();
    let mut all: Vec<(usize, Vec<i64>)> = Vec::new();
    std::thread::scope(|scope| {
        let mut takers = Vec::new();
        for index in 0..3 {
            for _ in 0..SESSIONS {
                let node = cluster.node(index);
                takers.push(scope.spawn(move || {
                    let mut values: Vec<i64> = Vec::with_capacity(VALUES / SESSIONS + 2000);
                    let mut session = None;
                    while values.len() < VALUES / SESSIONS {
                        let Some(open) = &mut session else {
                            session = node.try_connect().ok();
                            std::thread::sleep(std::time::Duration::from_millis(50));
                            continue;
                        };
                        let query = "SELECT snowflake.nextval('s') FROM generate_series(1, 2000)";
                        match open.query(query, &[]) {
                            Ok(rows) => values.extend(rows.iter().map(|row| row.get::<_, i64>(0))),
                            Err(_) => session = None,
                        }
                    }
                    (index, values)
                }));
            }
        }
        let pause = || std::thread::sleep(std::time::Duration::from_millis(700));
        pause();
        let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
        n3.sql("SELECT spock.sub_disable('sub_n1_n3', true), spock.sub_disable('sub_n2_n3', true)");
        n1.restart(StopMode::Fast).unwrap();
        pause();
        n2.crash().unwrap();
        n2.clock().unwrap().set_offset_ms(-20_000).unwrap();
        n2.start().unwrap();
        pause();
        n1.crash().unwrap();
        n1.start().unwrap();
        n3.sql("SELECT spock.sub_enable('sub_n1_n3', true), spock.sub_enable('sub_n2_n3', true)");
        all = takers.into_iter().map(|taker| taker.join().unwrap()).collect();
    });
    let taken = began.elapsed();
    let mut values: Vec<i64> = all.iter().flat_map(|(_, values)| values).copied().collect();
    let count = values.len();
    assert!(count >= 3 * VALUES);
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), count, "values came twice");
    // The number of the node is in each.
    for (index, values) in &all {
        let numbers: HashSet<i64> = values.iter().map(|value| value >> 12 & 1023).collect();
        assert_eq!(numbers, HashSet::from([i64::from(number(&cluster.node(*index)))]));
    }
    eprintln!("{count} values in {:.1} s, no one twice", taken.as_secs_f64());
}
