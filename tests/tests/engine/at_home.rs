//! What stays on its node: local and temporary tables, locks, side effects, rules, what is not in the log.

use std::time::Duration;

use crate::pair::{publish, shared};

/// Seen to fail with the table published from the subscriber, too.
#[test]
fn b1_the_subscriber_stays_writable() {
    let pair = shared("one_way");
    let (n1, n2) = (pair.n1(), pair.n2());
    pair.everywhere("CREATE TABLE one_way.t (id int PRIMARY KEY, v text)");
    publish(&n1, "default", &["one_way.t"]);
    n1.sql("INSERT INTO one_way.t VALUES (1, 'n1'), (2, 'n1')");
    pair.sync();
    let mut session = n2.connect();
    session
        .batch_execute(
            "CREATE TABLE one_way.own AS SELECT * FROM one_way.t; \
             CREATE TEMP TABLE report AS SELECT count(*) AS rows FROM one_way.t; \
             INSERT INTO report SELECT id FROM one_way.t; \
             INSERT INTO one_way.t VALUES (100, 'n2'); UPDATE one_way.t SET v = 'n2' WHERE id = 1; \
             DELETE FROM one_way.t WHERE id = 2",
        )
        .expect("writes at the subscriber");
    pair.sync();
    let rows = "SELECT * FROM one_way.t ORDER BY id";
    assert_eq!(n1.table(rows), "1|n1\n2|n1");
    assert_eq!(n2.table(rows), "1|n2\n100|n2");
    assert!(n1.value::<bool>("SELECT to_regclass('one_way.own') IS NULL"));
    // The stream goes on, over the tables in use.
    n1.sql("INSERT INTO one_way.t VALUES (3, 'n1')");
    pair.sync();
    assert_eq!(n2.table(rows), "1|n2\n3|n1\n100|n2");
    let report = session.query_one("SELECT count(*) FROM report", &[]).expect("a temporary table");
    assert_eq!(report.get::<_, i64>(0), 3);
}

/// Seen to fail with the lock taken on the other node as well.
#[test]
fn b11_locks_stay_on_their_node() {
    let pair = shared("locks_at_home");
    let (n1, n2) = (pair.n1(), pair.n2());
    pair.tables(
        "CREATE TABLE locks_at_home.t (id int PRIMARY KEY, v text); \
         CREATE TABLE locks_at_home.u (id int PRIMARY KEY)",
        &["locks_at_home.t", "locks_at_home.u"],
    );
    n1.sql("INSERT INTO locks_at_home.t VALUES (1, 'a'), (2, 'a')");
    pair.sync();
    let mut holder = n1.connect();
    holder
        .batch_execute(
            "BEGIN; SELECT * FROM locks_at_home.t FOR UPDATE; LOCK TABLE locks_at_home.t; \
             INSERT INTO locks_at_home.u VALUES (1)",
        )
        .expect("locks");
    // n1 goes on sending while it is locked, and n2 writes the same rows.
    n1.sql("INSERT INTO locks_at_home.u VALUES (2)");
    pair.sync_to_n2();
    let mut writer = n2.connect();
    writer
        .batch_execute(
            "SET lock_timeout = '2s'; UPDATE locks_at_home.t SET v = 'n2'; \
             BEGIN; LOCK TABLE locks_at_home.t; COMMIT",
        )
        .expect("nobody holds a lock here");
    holder.batch_execute("COMMIT").expect("the end");
    pair.sync();
    assert_eq!(pair.assert_equal("locks_at_home.t"), 2);
    assert_eq!(pair.assert_equal("locks_at_home.u"), 2);
}

/// Seen to fail with a table that stays in its set as it goes out of the log.
#[test]
fn b12_tables_without_a_log_stay_at_home() {
    let pair = shared("no_log");
    let (n1, n2) = (pair.n1(), pair.n2());
    pair.tables(
        "CREATE TABLE no_log.t (id int PRIMARY KEY); CREATE UNLOGGED TABLE no_log.u (id int PRIMARY KEY)",
        &["no_log.t"],
    );
    let mut session = n1.connect();
    session
        .batch_execute(
            "CREATE TEMP TABLE scratch (id int PRIMARY KEY); INSERT INTO scratch VALUES (1); \
             INSERT INTO no_log.u VALUES (1); INSERT INTO no_log.t VALUES (1)",
        )
        .expect("rows");
    for table in ["scratch", "no_log.u"] {
        pair.allow_log("UNLOGGED and TEMP tables cannot be replicated");
        let add = format!("SELECT spock.repset_add_table('default', '{table}')");
        let error = session.batch_execute(&add).expect_err(table);
        let error = error.as_db_error().expect("an answer of the server");
        assert_eq!(error.message(), "UNLOGGED and TEMP tables cannot be replicated", "{table}");
    }
    pair.sync();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM no_log.u"), 0);
    assert_eq!(pair.assert_equal("no_log.t"), 1);

    let members =
        "SELECT count(*) FROM spock.replication_set_table WHERE set_reloid = 'no_log.t'::regclass";
    assert_eq!(n1.value::<i64>(members), 1);
    n1.sql("ALTER TABLE no_log.t SET UNLOGGED");
    assert_eq!(n1.value::<i64>(members), 0);
    assert!(n1.log().contains("table no_log.t is removed from replication set default"));
    n1.sql("INSERT INTO no_log.t VALUES (2)");
    n1.sql("ALTER TABLE no_log.t SET LOGGED; SELECT spock.repset_add_table('default', 'no_log.t')");
    n1.sql("INSERT INTO no_log.t VALUES (3)");
    pair.sync();
    assert_eq!(n2.table("SELECT id FROM no_log.t ORDER BY id"), "1\n3");
    // Other changes of a table that stays logged leave it where it is.
    n1.sql("ALTER TABLE no_log.t SET LOGGED; ALTER TABLE no_log.t ADD v int DEFAULT 1");
    assert_eq!(n1.value::<i64>(members), 1);
}

/// Notifications of the same transactions do not come, either (B25).
///
/// Seen to fail with the trigger enabled for applied rows.
#[test]
fn b16_values_come_as_they_were_and_side_effects_do_not() {
    let pair = shared("final");
    let (n1, n2) = (pair.n1(), pair.n2());
    pair.tables(
        "CREATE TABLE final.t (id bigint PRIMARY KEY DEFAULT nextval('final.s'), \
             at timestamptz DEFAULT clock_timestamp(), r float8 DEFAULT random(), \
             u uuid DEFAULT gen_random_uuid(), who text DEFAULT pg_backend_pid()::text, n int DEFAULT 0, \
             changed text); \
         CREATE TABLE final.effects (what text); \
         CREATE FUNCTION final.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             new.changed := 'by a trigger at ' || clock_timestamp(); \
             INSERT INTO final.effects VALUES (tg_op); PERFORM pg_notify('final', new.id::text); \
             RETURN new; END $$; \
         CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON final.t FOR EACH ROW EXECUTE FUNCTION final.touch(); \
         CREATE RULE twice AS ON UPDATE TO final.t WHERE new.n = -1 \
             DO ALSO INSERT INTO final.effects VALUES ('rule')"
            .replace("CREATE TABLE final.t", "CREATE SEQUENCE final.s; CREATE TABLE final.t")
            .as_str(),
        &["final.t"],
    );
    let mut listeners = [n1.connect(), n2.connect()];
    for listener in &mut listeners {
        listener.batch_execute("LISTEN final").expect("LISTEN");
    }
    n1.sql("INSERT INTO final.t SELECT FROM generate_series(1, 20)");
    n1.sql("INSERT INTO final.t DEFAULT VALUES");
    n1.sql("UPDATE final.t SET n = n + 1, r = random(), at = clock_timestamp() WHERE id % 2 = 0");
    n1.sql("UPDATE final.t SET n = n - 1 WHERE id = 1");
    pair.sync_to_n2();
    assert_eq!(pair.assert_equal("final.t"), 21);
    let effects = "SELECT what, count(*) FROM final.effects GROUP BY what ORDER BY what";
    assert_eq!(n1.table(effects), "INSERT|21\nUPDATE|11\nrule|1");
    assert_eq!(n2.table(effects), "");
    assert_eq!(n2.table("SELECT is_called FROM final.s"), "f");
    let mut heard = [0, 0];
    for (listener, heard) in listeners.iter_mut().zip(&mut heard) {
        use postgres::fallible_iterator::FallibleIterator as _;
        let mut notifications = listener.notifications();
        let mut iter = notifications.timeout_iter(Duration::from_millis(500));
        while iter.next().expect("a connection").is_some() {
            *heard += 1;
        }
    }
    assert_eq!(heard, [32, 0]);
}

/// Seen to fail with a rule's work done by hand.
#[test]
fn b30_rules_do_not_fire() {
    let pair = shared("rules");
    let (n1, n2) = (pair.n1(), pair.n2());
    pair.everywhere(
        "CREATE TABLE rules.t (id int PRIMARY KEY, v text); CREATE TABLE rules.fired (what text)",
    );
    publish(&n1, "default", &["rules.t"]);
    n2.sql(
        "CREATE RULE on_insert AS ON INSERT TO rules.t DO ALSO INSERT INTO rules.fired VALUES ('insert'); \
         CREATE RULE on_update AS ON UPDATE TO rules.t DO INSTEAD NOTHING; \
         CREATE RULE on_delete AS ON DELETE TO rules.t DO INSTEAD INSERT INTO rules.fired VALUES ('delete'); \
         ALTER TABLE rules.t ENABLE ALWAYS RULE on_insert; ALTER TABLE rules.t ENABLE REPLICA RULE on_delete",
    );
    n1.sql("INSERT INTO rules.t SELECT i, 'a' FROM generate_series(1, 2000) i");
    n1.sql("INSERT INTO rules.t VALUES (3000, 'a')");
    n1.sql("UPDATE rules.t SET v = 'b' WHERE id > 10; DELETE FROM rules.t WHERE id > 1000");
    pair.sync_to_n2();
    assert_eq!(pair.assert_equal("rules.t"), 1000);
    assert_eq!(n2.table("TABLE rules.fired"), "");
}

/// Seen to fail with an UNLOGGED table made an ordinary one.
#[test]
fn b68_the_logged_part_of_a_transaction_arrives() {
    let pair = shared("mixed");
    pair.tables(
        "CREATE TABLE mixed.logged (id int PRIMARY KEY, v text); \
         CREATE UNLOGGED TABLE mixed.unlogged (id int PRIMARY KEY, v text)",
        &["mixed.logged"],
    );
    for (node, at) in [(pair.n1(), 0), (pair.n2(), 100)] {
        node.sql(&format!(
            "BEGIN; INSERT INTO mixed.unlogged SELECT i, 'u' FROM generate_series({at} + 1, {at} + 10) i; \
             INSERT INTO mixed.logged SELECT id, v FROM mixed.unlogged WHERE id > {at}; \
             SAVEPOINT a; DELETE FROM mixed.unlogged; DELETE FROM mixed.logged WHERE id > {at}; ROLLBACK TO a; \
             UPDATE mixed.unlogged SET v = 'x'; UPDATE mixed.logged SET v = 'y' WHERE id > {at} + 5; COMMIT"
        ));
        pair.sync();
    }
    assert_eq!(pair.assert_equal("mixed.logged"), 20);
    let kept = "SELECT count(*), min(id) FROM mixed.unlogged";
    assert_eq!(pair.n1().table(kept), "10|1");
    assert_eq!(pair.n2().table(kept), "10|101");
}
