//! Both nodes write, and nothing goes round in circles.

use std::time::Duration;

use crate::pair::{Pair, shared};

/// A change comes back to nobody: what a node applied it does not send.
///
/// Seen to fail with an output plugin that sends what was applied here, too.
#[test]
fn pglogical_210_changes_do_not_come_back() {
    let pair = shared("no_loops");
    pair.tables(
        "CREATE TABLE no_loops.t (id int PRIMARY KEY, v int); CREATE TABLE no_loops.applied (id int, op text)",
        &["no_loops.t"],
    );
    // Both nodes note what their apply worker writes.
    pair.everywhere(
        "CREATE FUNCTION no_loops.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO no_loops.applied VALUES (coalesce(new.id, old.id), tg_op); RETURN NULL; END $$; \
         CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON no_loops.t FOR EACH ROW EXECUTE FUNCTION no_loops.note(); \
         ALTER TABLE no_loops.t ENABLE REPLICA TRIGGER note",
    );
    for (node, at) in [(pair.n1(), 1), (pair.n2(), 101)] {
        node.sql(&format!(
            "INSERT INTO no_loops.t VALUES ({at}, 0); INSERT INTO no_loops.t VALUES ({at} + 1, 0); \
             UPDATE no_loops.t SET v = 1 WHERE id = {at}; DELETE FROM no_loops.t WHERE id = {at} + 1"
        ));
    }
    // Twice there and back: a change that came back would have come by now.
    pair.sync();
    pair.sync();
    assert_eq!(pair.assert_equal("no_loops.t"), 2);
    let applied = "SELECT id, op FROM no_loops.applied ORDER BY ctid";
    assert_eq!(pair.n1().table(applied), "101|INSERT\n102|INSERT\n101|UPDATE\n102|DELETE");
    assert_eq!(pair.n2().table(applied), "1|INSERT\n2|INSERT\n1|UPDATE\n2|DELETE");
}

/// The version of an applied row is that of its author: time and node, on the other node too.
///
/// Seen to fail with a commit without the origin and the time of its author.
#[test]
fn v2_applied_rows_carry_the_version_of_their_author() {
    let pair = shared("versions");
    pair.tables("CREATE TABLE versions.t (id int PRIMARY KEY)", &["versions.t"]);
    pair.n1().sql("INSERT INTO versions.t VALUES (1)");
    pair.n2().sql("INSERT INTO versions.t VALUES (2)");
    pair.sync();
    pair.assert_same("SELECT id, pg_xact_commit_timestamp(xmin) FROM versions.t ORDER BY id");
    // Each node knows by its origins who wrote the other's row; its own have none.
    let origins = "SELECT id, (SELECT n.node_name FROM spock.origin_history h JOIN spock.node n USING (node_id) \
                     WHERE h.roident = c.roident AND h.to_xid IS NULL) \
                   FROM versions.t t, pg_xact_commit_timestamp_origin(t.xmin) c ORDER BY id";
    assert_eq!(pair.n1().table(origins), "1|∅\n2|n2");
    assert_eq!(pair.n2().table(origins), "1|n1\n2|∅");
    // The origin is a real one (V1).
    let unreal = "SELECT count(*) FROM versions.t t, pg_xact_commit_timestamp_origin(t.xmin) c \
                  WHERE c.roident <> 0 AND c.roident NOT IN (SELECT o.roident FROM pg_replication_origin o)";
    for node in [pair.n1(), pair.n2()] {
        assert_eq!(node.value::<i64>(unreal), 0);
    }
}

/// Both nodes update and insert the same few rows at once, for a while.
#[test]
fn both_nodes_write_the_same_rows_at_once() {
    let pair = Pair::start();
    pair.tables("CREATE TABLE t (id int PRIMARY KEY, v text, n int)", &["t"]);
    pair.n1().sql("INSERT INTO t SELECT i, 'start', 0 FROM generate_series(1, 10) i");
    pair.sync();
    let pair = &pair;
    std::thread::scope(|scope| {
        for client in 0..4_u32 {
            scope.spawn(move || {
                let mut session = pair.node(client as usize % 2).connect();
                // A walk over the keys that differs from client to client, the same in every run.
                let mut state = client * 7919 + 1;
                for round in 0..250 {
                    state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
                    let id = (state >> 16) % 15 + 1;
                    let sql = format!(
                        "INSERT INTO t VALUES ({id}, 'client {client} round {round}', 1) \
                         ON CONFLICT (id) DO UPDATE SET v = excluded.v, n = t.n + 1"
                    );
                    session.batch_execute(&sql).unwrap();
                }
            });
        }
    });
    // What a node decided on hearing the other is not news to anybody: two barriers are enough.
    pair.wait_at_most(Duration::from_secs(120), "the streams to drain", || {
        pair.sync();
        true
    });
    assert_eq!(pair.assert_equal("t"), 15);
}
