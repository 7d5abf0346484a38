//! What the clients write: a few rows, all nodes at once.

use std::fmt::Write as _;

use spock_tests::chance::Chance;

/// The tables, the same on all nodes. `journal` has a row of every transaction, for the ledger, with
/// what the transaction added to a balance.
pub(super) const TABLES: &str = "
    CREATE TABLE journal (id int8 PRIMARY KEY, added int8 NOT NULL);
    CREATE TABLE account (id int PRIMARY KEY, balance int8 NOT NULL, note text);
    SELECT spock.delta_apply('account', 'balance');
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, big text);
    CREATE INDEX ON t (a);
    CREATE TABLE u (id int PRIMARY KEY, x int UNIQUE, y text UNIQUE, v text);
    CREATE UNIQUE INDEX ON u ((x + length(v))) WHERE y > 'y1';
    CREATE TABLE bulk (id int8 PRIMARY KEY, n int8 NOT NULL, v text);
    ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
    SELECT spock.repset_add_table('default', r) FROM unnest('{journal,account,t,u,bulk}'::regclass[]) r";

/// The balances, to be written on one node before the others write.
pub(super) const BALANCES: &str =
    "INSERT INTO account SELECT i, 0, 'new' FROM generate_series(1, 3) i";

/// What all transactions added to the balances, and what the balances are.
pub(super) const SUMS: &str =
    "SELECT (SELECT sum(balance) FROM account), (SELECT sum(added) FROM journal)";

/// Rows of one long transaction: enough for it to be sent before it commits.
const LONG: u32 = 600;

/// Rows that the nodes fight for.
const KEYS: u64 = 10;

/// The transaction with this id.
pub(super) fn transaction(seed: u64, id: i64) -> String {
    let mut chance = Chance::new(seed ^ id.cast_unsigned().wrapping_mul(0x9e37_79b9));
    let added = if chance.once_in(2) { chance.below(21).cast_signed() - 10 } else { 0 };
    let mut sql = format!("INSERT INTO journal VALUES ({id}, {added});");
    if added != 0 {
        let account = 1 + chance.below(3);
        let _ = write!(
            sql,
            "UPDATE account SET balance = balance + {added}, note = 'by {id}' WHERE id = {account};"
        );
    }
    for _ in 0..1 + chance.below(3) * chance.below(2) {
        let _ = write!(sql, "{};", statement(&mut chance, id));
    }
    let mut chance = Chance::new(!seed ^ id.cast_unsigned().wrapping_mul(0x9e37_79b9));
    if chance.once_in(30) {
        let _ = write!(sql, "{};", long(&mut chance, id));
    }
    // Few enough for every stream to keep up, so that changes of the same rows meet.
    let _ = write!(sql, "SELECT pg_sleep({})", chance.below(20) as f64 / 1000.0);
    sql
}

fn statement(chance: &mut Chance, id: i64) -> String {
    let key = 1 + chance.below(KEYS);
    if chance.once_in(200) {
        return "TRUNCATE t".to_owned();
    }
    if chance.once_in(4) {
        return claim(chance, id);
    }
    match chance.below(24) {
        0..=3 => format!("INSERT INTO t VALUES ({key}, {id}, 'inserted') ON CONFLICT DO NOTHING"),
        4..=5 => format!(
            "INSERT INTO t VALUES ({key}, {id}, 'inserted') ON CONFLICT (id) DO UPDATE SET a = {id}"
        ),
        6..=9 => format!("UPDATE t SET a = {id} WHERE id = {key}"),
        10..=12 => format!("UPDATE t SET b = 'b{id}' WHERE id = {key}"),
        13..=15 => format!("DELETE FROM t WHERE id = {key}"),
        16 => {
            format!("DELETE FROM t WHERE id = {key}; INSERT INTO t VALUES ({key}, {id}, 'again')")
        }
        17 => format!("UPDATE t SET a = {id}, b = 'both' WHERE id IN ({key}, {})", KEYS + 1 - key),
        18 => {
            format!("INSERT INTO t VALUES ({key}, {id}, 'short'); DELETE FROM t WHERE id = {key}")
        }
        19..=20 => {
            format!("UPDATE t SET id = {}, a = {id} WHERE id = {key}", 1 + chance.below(KEYS))
        }
        21 => format!("UPDATE t SET big = repeat(md5('{id}'), 300) WHERE id = {key}"),
        22 => format!(
            "INSERT INTO t VALUES ({key}, {id}, 'big', repeat(md5('{id}'), 200)) ON CONFLICT DO NOTHING"
        ),
        _ => format!("UPDATE t SET a = a + 1 WHERE id > {key}"),
    }
}

/// A statement about many rows: new ones, or those of an earlier transaction, of whatever node; and some time
/// to apply them before the commit.
fn long(chance: &mut Chance, id: i64) -> String {
    let earlier = id - 1 - chance.below(60).cast_signed();
    let rows = format!("id BETWEEN {earlier} * 1000 AND {earlier} * 1000 + 999");
    let statement = match chance.below(6) {
        0..=3 => format!(
            "INSERT INTO bulk SELECT {id} * 1000 + i, {id}, 'long' FROM generate_series(1, {LONG}) i"
        ),
        4 => format!("UPDATE bulk SET n = {id}, v = repeat('{id}', 20) WHERE {rows}"),
        _ => format!("DELETE FROM bulk WHERE {rows} AND id % 3 = 0"),
    };
    format!("{statement}; SELECT pg_sleep({})", chance.below(4) as f64 / 10.0)
}

/// A statement about rows with values that have to be unique beside their keys.
fn claim(chance: &mut Chance, id: i64) -> String {
    let (key, x, y) = (1 + chance.below(6), 1 + chance.below(4), chance.below(4));
    match chance.below(7) {
        0..=2 => {
            format!("INSERT INTO u VALUES ({key}, {x}, 'y{y}', 'v{id}') ON CONFLICT DO NOTHING")
        }
        3 => format!("UPDATE u SET x = {x}, v = 'x{id}' WHERE id = {key}"),
        4 => format!("UPDATE u SET y = 'y{y}', v = 'y{id}' WHERE id = {key}"),
        5 => {
            format!("UPDATE u SET id = {}, v = 'moved {id}' WHERE id = {key}", 1 + chance.below(6))
        }
        _ => format!("DELETE FROM u WHERE id = {key}"),
    }
}
