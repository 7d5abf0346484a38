//! What the functions of the schema snowflake give.

use std::collections::HashSet;

use spock_tests::{Cluster, Node};

fn with_number(number: &str) -> Cluster {
    Cluster::builder().setting("snowflake.node", number).start()
}

/// `count` values of a sequence, in the order in which they were given.
pub(crate) fn take(node: &Node<'_>, sequence: &str, count: u32) -> Vec<i64> {
    let query = format!("SELECT snowflake.nextval('{sequence}') FROM generate_series(1, {count})");
    node.query(&query, &[]).iter().map(|row| row.get(0)).collect()
}

#[test]
fn values_have_the_known_layout() {
    let cluster = with_number("77");
    let n1 = cluster.node(0);
    let value = "((1234567::bigint << 22) | (77 << 12) | 5)";
    assert_eq!(n1.table(&format!("SELECT snowflake.get_epoch({value})")), "1672532434.567");
    assert_eq!(n1.table(&format!("SELECT snowflake.get_node({value})")), "77");
    assert_eq!(n1.table(&format!("SELECT snowflake.get_count({value})")), "5");
    assert_eq!(
        n1.table(&format!("SELECT snowflake.format({value})")),
        r#"{"id": 77, "ts": "2023-01-01 00:20:34.567+00", "count": 5}"#
    );
    n1.sql("CREATE SEQUENCE s");
    assert_eq!(
        n1.table(
            "SELECT snowflake.get_node(v), abs(snowflake.get_epoch(v) - extract(epoch FROM clock_timestamp())) < 60
               FROM (SELECT snowflake.nextval('s') AS v) t"
        ),
        "77|t"
    );
    // Without an argument it is the sequence of the schema, for everybody.
    n1.sql("CREATE ROLE plain LOGIN");
    n1.sql("SET ROLE plain; SELECT snowflake.nextval(); SELECT snowflake.currval(); RESET ROLE");
    let types = "SELECT pg_typeof(snowflake.nextval('s')), pg_typeof(snowflake.get_epoch(1)),
        pg_typeof(snowflake.get_count(1)), pg_typeof(snowflake.get_node(1)),
        pg_typeof(snowflake.format(1))";
    assert_eq!(n1.table(types), "bigint|numeric|integer|integer|jsonb");
}

#[test]
fn currval_is_that_of_the_session() {
    let cluster = with_number("1");
    let n1 = cluster.node(0);
    n1.sql("CREATE SEQUENCE s; CREATE SEQUENCE t");
    cluster.refuses(
        &n1,
        "SELECT snowflake.currval('s')",
        "55000",
        "currval of sequence \"s\" is not yet defined in this session",
    );
    let mut session = n1.connect();
    let value = |session: &mut postgres::Client, sql: &str| -> i64 {
        session.query_one(sql, &[]).unwrap().get(0)
    };
    let first = value(&mut session, "SELECT snowflake.nextval('s')");
    let other = value(&mut session, "SELECT snowflake.nextval('t')");
    take(&n1, "s", 3);
    assert_eq!(value(&mut session, "SELECT snowflake.currval('s')"), first);
    assert_eq!(value(&mut session, "SELECT snowflake.currval('t')"), other);
    // Each call of one statement gives a value of its own.
    let row = session
        .query_one(
            "SELECT snowflake.nextval('s') < snowflake.nextval('s'), snowflake.nextval('t')",
            &[],
        )
        .unwrap();
    assert!(row.get::<_, bool>(0));
    assert_eq!(value(&mut session, "SELECT snowflake.currval('t')"), row.get::<_, i64>(1));
}

#[test]
fn what_cannot_give_values_is_refused() {
    let cluster = with_number("0");
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE SEQUENCE s; CREATE TABLE t (id int); CREATE SEQUENCE small AS integer;
         CREATE SEQUENCE back INCREMENT -1; CREATE SEQUENCE full_up; CREATE ROLE plain LOGIN",
    );
    let next = |sequence: &str| format!("SELECT snowflake.nextval('{sequence}')");
    let refusal = cluster.refuses(&n1, &next("s"), "55000", "value for snowflake.node is not set");
    assert!(refusal.hint().is_some_and(|hint| hint.contains("1 to 1023")), "{refusal:?}");
    assert_eq!(n1.table("SELECT spock.snowflake_node() IS NULL"), "t");
    for wrong in ["1024", "-1"] {
        let message =
            format!("{wrong} is outside the valid range for parameter \"snowflake.node\"");
        cluster.refuses(&n1, &format!("SET snowflake.node = {wrong}"), "22023", &message);
    }
    cluster.refuses(
        &n1,
        "SET ROLE plain; SET snowflake.node = 4",
        "42501",
        "permission denied to set parameter \"snowflake.node\"",
    );
    let with = |sql: &str| format!("SET snowflake.node = 3; {sql}");
    for (sql, code, message) in [
        (next("t"), "42809", "\"t\" is not a sequence"),
        (next("nix"), "42P01", "relation \"nix\" does not exist"),
        ("SELECT snowflake.nextval(0)".to_owned(), "XX000", "could not open relation with OID 0"),
        (format!("SET ROLE plain; {}", next("s")), "42501", "permission denied for sequence s"),
        (
            "SET ROLE plain; SELECT snowflake.currval('s')".to_owned(),
            "42501",
            "permission denied for sequence s",
        ),
        (
            format!("SET LOCAL transaction_read_only = on; {}", next("s")),
            "25006",
            "cannot execute nextval() in a read-only transaction",
        ),
        (next("small"), "2200H", "nextval: reached maximum value of sequence \"small\""),
        (next("back"), "55000", "sequence \"back\" counts backwards"),
    ] {
        cluster.refuses(&n1, &with(&sql), code, message);
    }
    n1.sql("SELECT setval('full_up', 9223372036854775807)");
    let error = cluster.refuses(&n1, &with(&next("full_up")), "2200H", "nextval: reached maximum");
    assert_eq!(error.hint(), None);
    // A temporary one may be used in a read-only transaction, as the server's own function does.
    n1.sql(&with(
        "CREATE TEMP SEQUENCE own; BEGIN READ ONLY; SELECT snowflake.nextval('own'); COMMIT",
    ));
    // Nothing was broken by all that.
    assert_eq!(n1.table(&with("SELECT snowflake.nextval('s') > 0")), "t");
}

#[test]
fn the_servers_own_functions_understand_the_state() {
    let cluster = with_number("9");
    let n1 = cluster.node(0);
    n1.sql("CREATE SEQUENCE s INCREMENT 3");
    let value: i64 = n1.value("SELECT snowflake.nextval('s')");
    assert_eq!(n1.table("SELECT last_value, is_called FROM s"), format!("{value}|t"));
    assert_eq!(n1.value::<i64>("SELECT nextval('s')"), value + 3);
    assert!(n1.value::<i64>("SELECT snowflake.nextval('s')") > value + 3);
    // A value set into the future is where it goes on.
    let future = value + (3_600_000 << 22);
    n1.sql(&format!("SELECT setval('s', {future})"));
    assert_eq!(take(&n1, "s", 3), [future + 3, future + 6, future + 9]);
    n1.sql(&format!("SELECT setval('s', {}, false)", future + 100));
    assert!(take(&n1, "s", 1)[0] >= future + 100);
    // Also once it is altered, and restarted in the past.
    n1.sql("ALTER SEQUENCE s INCREMENT 1; ALTER SEQUENCE s RESTART");
    let again = take(&n1, "s", 2);
    assert!(again[0] > value && again[1] > again[0] && again[1] < future, "{again:?}");
    // The counter runs over into the next millisecond.
    let full = future + 10_000_000_000;
    n1.sql(&format!("SELECT setval('s', ({full} >> 22 << 22) | (9 << 12) | 4094)"));
    let next = take(&n1, "s", 2);
    assert_eq!(next, [full >> 22 << 22 | 9 << 12 | 4095, ((full >> 22) + 1) << 22 | 9 << 12]);
    // A sequence without log, and one that is rolled back with its transaction.
    n1.sql("CREATE UNLOGGED SEQUENCE u");
    assert!(take(&n1, "u", 100).is_sorted());
    n1.sql(
        "BEGIN; CREATE SEQUENCE gone; SELECT snowflake.nextval('gone'); SAVEPOINT a;
            SELECT snowflake.nextval('s'); ROLLBACK TO a; SELECT snowflake.nextval('s'); ROLLBACK",
    );
    // A rollback does not bring values back.
    let kept: i64 = n1.value("SELECT last_value FROM s");
    assert!(kept > next[1]);
}

/// Sessions that use one sequence and others at the same time never get the same value, and each gets
/// rising ones.
#[test]
fn sessions_share_sequences() {
    let cluster = with_number("5");
    let n1 = cluster.node(0);
    n1.sql("CREATE SEQUENCE s");
    let lists: Vec<Vec<i64>> = std::thread::scope(|scope| {
        let sessions: Vec<_> = (0..6)
            .map(|_| {
                let mut session = n1.connect();
                scope.spawn(move || {
                    let mut values = Vec::new();
                    for _ in 0..20 {
                        let rows = session
                            .query(
                                "SELECT snowflake.nextval('s') FROM generate_series(1, 3000)",
                                &[],
                            )
                            .unwrap();
                        values.extend(rows.iter().map(|row| row.get::<_, i64>(0)));
                    }
                    values
                })
            })
            .collect();
        sessions.into_iter().map(|session| session.join().unwrap()).collect()
    });
    let mut seen = HashSet::new();
    for list in &lists {
        assert!(list.is_sorted_by(|a, b| a < b), "a session got values out of order");
        for value in list {
            assert!(seen.insert(*value), "{value} came twice");
        }
    }
    assert_eq!(seen.len(), 6 * 20 * 3000);
}
