//! Triggers of the subscriber: those that are ENABLE REPLICA or ALWAYS fire, others do not.

use spock_tests::Node;

use crate::pair::{Pair, publish, shared};

/// A trigger function that changes rows (`up` becomes `UP`), drops some (`drop`), and notes who it
/// ran as.
fn create_function(node: &Node<'_>, schema: &str) {
    node.sql(&format!(
        "CREATE FUNCTION {schema}.alter_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF tg_op = 'DELETE' THEN
                 IF old.v LIKE 'KEEP%' THEN RETURN NULL; END IF;
                 RETURN old;
             END IF;
             IF new.v LIKE 'drop%' THEN RETURN NULL; END IF;
             new.v := upper(new.v);
             new.seen := coalesce(new.seen, '') || tg_op || ';';
             RETURN new;
         END $$"
    ));
}

fn create_table(node: &Node<'_>, table: &str) {
    node.sql(&format!("CREATE TABLE {table} (id int PRIMARY KEY, v text, seen text)"));
}

fn create_trigger(node: &Node<'_>, table: &str, schema: &str, enable: &str) {
    node.sql(&format!(
        "CREATE TRIGGER alter_row BEFORE INSERT OR UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION {schema}.alter_row(); \
         ALTER TABLE {table} {enable} TRIGGER alter_row"
    ));
}

const KINDS: &[(&str, &str, bool)] = &[
    ("always", "ENABLE ALWAYS", true),
    ("replica", "ENABLE REPLICA", true),
    ("origin", "ENABLE", false),
    ("disabled", "DISABLE", false),
];

#[test]
fn before_row_triggers_change_and_drop_rows_in_the_stream() {
    let pair = shared("before_row");
    let n2 = pair.n2();
    create_function(&n2, "before_row");
    for (name, enable, fires) in KINDS {
        let table = format!("before_row.{name}");
        create_table(&pair.n1(), &table);
        create_table(&n2, &table);
        create_trigger(&n2, &table, "before_row", enable);
        publish(&pair.n1(), "default", &[&table]);
        pair.n1().sql(&format!("INSERT INTO {table} VALUES (1, 'one'), (2, 'drop me')"));
        pair.n1().sql(&format!("INSERT INTO {table} VALUES (3, 'keep'), (4, 'four')"));
        pair.n1().sql(&format!("UPDATE {table} SET v = 'ten' WHERE id = 1"));
        pair.n1().sql(&format!("UPDATE {table} SET v = 'drop this change' WHERE id = 4"));
        pair.n1().sql(&format!("UPDATE {table} SET id = 5 WHERE id = 4"));
        pair.n1().sql(&format!(
            "INSERT INTO {table} VALUES (6, 'six'); DELETE FROM {table} WHERE id IN (3, 6)"
        ));
        pair.sync_to_n2();
        let rows = n2.table(&format!("SELECT * FROM {table} ORDER BY id"));
        if *fires {
            // The change of 4 to 5 carries `drop this change`.
            assert_eq!(rows, "1|TEN|UPDATE;\n3|KEEP|INSERT;\n4|FOUR|INSERT;", "{name}");
        } else {
            assert_eq!(rows, "1|ten|∅\n2|drop me|∅\n5|drop this change|∅", "{name}");
        }
    }
}

#[test]
fn before_row_triggers_fire_for_each_row_of_a_batch() {
    let pair = shared("before_batch");
    let n2 = pair.n2();
    create_function(&n2, "before_batch");
    for (name, enable, fires) in KINDS {
        let table = format!("before_batch.{name}");
        create_table(&pair.n1(), &table);
        create_table(&n2, &table);
        create_trigger(&n2, &table, "before_batch", enable);
        publish(&pair.n1(), "default", &[&table]);
        pair.n1().sql(&format!(
            "INSERT INTO {table} SELECT i, CASE WHEN i % 10 = 0 THEN 'drop' ELSE 'v' || i END \
             FROM generate_series(1, 5000) i"
        ));
        pair.n1()
            .sql(&format!("UPDATE {table} SET v = v || 'x' WHERE id % 3 = 0 AND id % 10 <> 0"));
        pair.sync_to_n2();
        let counts = n2.table(&format!(
            "SELECT count(*), count(*) FILTER (WHERE v = upper(v)), \
             count(*) FILTER (WHERE v LIKE '%X'), count(seen) FROM {table}"
        ));
        assert_eq!(counts, if *fires { "4500|4500|1500|4500" } else { "5000|0|0|0" }, "{name}");
    }
}

/// Copies (into a table of a running subscription, and again) are not exempt.
#[test]
fn before_row_triggers_change_and_drop_rows_in_copies() {
    let pair = shared("before_copy");
    let n2 = pair.n2();
    create_function(&n2, "before_copy");
    for (name, enable, fires) in KINDS {
        let table = format!("before_copy.{name}");
        create_table(&pair.n1(), &table);
        create_table(&n2, &table);
        create_trigger(&n2, &table, "before_copy", enable);
        pair.n1().sql(&format!(
            "INSERT INTO {table} SELECT i, CASE WHEN i % 10 = 0 THEN 'drop' ELSE 'v' || i END \
             FROM generate_series(1, 2000) i"
        ));
        pair.n1().sql(&format!(
            "SELECT spock.repset_add_table('default', '{table}', synchronize_data := true)"
        ));
        let expected = if *fires { "1800|1800|1800" } else { "2000|0|0" };
        let counts = || {
            n2.table(&format!(
                "SELECT count(*), count(*) FILTER (WHERE v = upper(v)), count(seen) FROM {table}"
            ))
        };
        wait_for_copy(&pair, &table);
        assert_eq!(counts(), expected, "{name}");
        n2.sql(&format!("SELECT spock.sub_resync_table('sub_n1_n2', '{table}')"));
        wait_for_copy(&pair, &table);
        assert_eq!(counts(), expected, "{name} again");
    }
}

fn wait_for_copy(pair: &Pair, table: &str) {
    pair.sync_to_n2();
    pair.n2().query("SELECT spock.table_wait_for_sync('sub_n1_n2', $1::text::regclass)", &[&table]);
}

/// Triggers run as the owner of the table, never as the superuser that the worker is; what they
/// write into other tables stays here.
#[test]
fn triggers_run_as_the_owner_of_the_table() {
    let pair = shared("owner");
    let n2 = pair.n2();
    n2.sql("CREATE ROLE row_owner; GRANT ALL ON SCHEMA owner TO row_owner");
    pair.tables(
        "CREATE TABLE owner.t (id int PRIMARY KEY, v text); CREATE TABLE owner.audit (id int, who text, what text, role text)",
        &["owner.t"],
    );
    pair.publish("default_insert_only", &["owner.audit"]);
    n2.sql(
        "ALTER TABLE owner.t OWNER TO row_owner; ALTER TABLE owner.audit OWNER TO row_owner; \
         CREATE FUNCTION owner.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO owner.audit VALUES (coalesce(new.id, old.id), current_user, tg_when || ' ' || tg_op, \
                 current_setting('session_replication_role')); \
             RETURN NULL; END $$; \
         CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON owner.t FOR EACH ROW EXECUTE FUNCTION owner.note(); \
         ALTER TABLE owner.t ENABLE ALWAYS TRIGGER note",
    );
    pair.n1().sql("INSERT INTO owner.t VALUES (1, 'a'), (2, 'b'); UPDATE owner.t SET v = 'c' WHERE id = 1; DELETE FROM owner.t WHERE id = 2");
    pair.sync();
    assert_eq!(
        n2.table("SELECT * FROM owner.audit"),
        "1|row_owner|AFTER INSERT|replica\n2|row_owner|AFTER INSERT|replica\n\
         1|row_owner|AFTER UPDATE|replica\n2|row_owner|AFTER DELETE|replica"
    );
    // The audit rows belong to the change that came from n1: they do not go back there.
    assert_eq!(pair.n1().value::<i64>("SELECT count(*) FROM owner.audit"), 0);
}

/// So do defaults, constraints, and the constraints of domains, when the rows come one by one, in a
/// batch, and in a copy.
#[test]
fn defaults_and_constraints_run_as_the_owner_of_the_table() {
    let pair = shared("owned");
    let n2 = pair.n2();
    pair.n1().sql("CREATE TABLE owned.t (id int PRIMARY KEY, v text)");
    n2.sql(
        "CREATE ROLE code_owner; GRANT ALL ON SCHEMA owned TO code_owner; \
         CREATE FUNCTION owned.by_owner() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN \
             PERFORM count(*) FROM owned.seen; \
             RETURN current_user = 'code_owner'; END $$; \
         CREATE TABLE owned.seen (); ALTER TABLE owned.seen OWNER TO code_owner; \
         CREATE DOMAIN owned.checked AS text CHECK (owned.by_owner()); \
         CREATE TABLE owned.t (id int PRIMARY KEY CHECK (owned.by_owner()), v owned.checked, \
             who text DEFAULT current_user, ok bool DEFAULT owned.by_owner()); \
         ALTER TABLE owned.t OWNER TO code_owner",
    );
    pair.n1().sql("INSERT INTO owned.t VALUES (1, 'copied')");
    pair.n1().sql("SELECT spock.repset_add_table('default', 'owned.t', synchronize_data := true)");
    wait_for_copy(&pair, "owned.t");
    pair.n1().sql("INSERT INTO owned.t VALUES (2, 'alone')");
    pair.n1().sql("INSERT INTO owned.t SELECT i, 'batch' FROM generate_series(3, 2000) i");
    pair.n1().sql("UPDATE owned.t SET v = 'changed'");
    pair.sync_to_n2();
    assert_eq!(
        n2.table("SELECT who, ok, v, count(*) FROM owned.t GROUP BY 1, 2, 3"),
        "code_owner|t|changed|2000"
    );
}

/// Triggers see the rows that came before theirs in the same transaction.
#[test]
fn triggers_see_earlier_rows_of_their_transaction() {
    let pair = shared("sees");
    let n2 = pair.n2();
    pair.everywhere("CREATE TABLE sees.t (id int PRIMARY KEY, before bigint)");
    n2.sql(
        "CREATE FUNCTION sees.count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             SELECT count(*) INTO new.before FROM sees.t; RETURN new; END $$; \
         CREATE TRIGGER count BEFORE INSERT ON sees.t FOR EACH ROW EXECUTE FUNCTION sees.count(); \
         ALTER TABLE sees.t ENABLE REPLICA TRIGGER count",
    );
    publish(&pair.n1(), "default", &["sees.t"]);
    pair.n1().sql("INSERT INTO sees.t SELECT i, -1 FROM generate_series(1, 100) i");
    pair.n1().sql(
        "BEGIN; INSERT INTO sees.t VALUES (101, -1); INSERT INTO sees.t VALUES (102, -1); COMMIT",
    );
    pair.sync_to_n2();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM sees.t WHERE before = id - 1"), 102);
}

/// Foreign keys are the provider's business: their triggers do not fire here.
#[test]
fn foreign_keys_are_not_checked() {
    let pair = shared("foreign_keys");
    pair.everywhere(
        "CREATE TABLE foreign_keys.parent (id int PRIMARY KEY); \
         CREATE TABLE foreign_keys.child (id int PRIMARY KEY, parent int REFERENCES foreign_keys.parent ON DELETE CASCADE)",
    );
    // The parents stay at home.
    pair.publish("default", &["foreign_keys.child"]);
    pair.n1().sql("INSERT INTO foreign_keys.parent VALUES (1), (2); INSERT INTO foreign_keys.child VALUES (1, 1), (2, 2)");
    pair.sync();
    assert_eq!(pair.assert_equal("foreign_keys.child"), 2);
    // The cascade's deletes are changes like any other.
    pair.n1().sql("DELETE FROM foreign_keys.parent WHERE id = 1");
    pair.sync();
    assert_eq!(pair.n2().table("SELECT * FROM foreign_keys.child"), "2|2");
}
