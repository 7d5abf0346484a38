//! Transactions made by chance, carried to tables of another shape.
//!
//! The same seed gives the same transactions. `SPOCK_TEST_SEED` chooses it, to look for more than
//! the usual run finds.

use std::fmt::Write as _;

use spock_tests::Node;
use spock_tests::chance::Chance;

use crate::pair::{Pair, publish, shared};

/// The tables of the node that writes.
const WRITER: &str = "
    CREATE TABLE {s}.plain (id int PRIMARY KEY, t text, n numeric, j jsonb, big text, at timestamptz);
    CREATE TABLE {s}.pair (x int, y text, v int, a int[], PRIMARY KEY (y, x));
    CREATE TABLE {s}.by_index (v int, u uuid NOT NULL, k int NOT NULL, big text);
    CREATE UNIQUE INDEX by_index_key ON {s}.by_index (k, u);
    ALTER TABLE {s}.by_index REPLICA IDENTITY USING INDEX by_index_key;
    CREATE TABLE {s}.whole (id int PRIMARY KEY, v text, big text);
    ALTER TABLE {s}.whole REPLICA IDENTITY FULL;
    CREATE TABLE {s}.keyless (v text, n int);
    CREATE TABLE {s}.second (id int PRIMARY KEY, k int UNIQUE, v text)";

/// The same at the other end, with more columns, other orders, and more indexes.
const READER: &str = "
    CREATE TABLE {s}.plain (extra text DEFAULT 'extra', at timestamptz, big text, j jsonb, gone int, n numeric,
        t text, id int PRIMARY KEY, len int GENERATED ALWAYS AS (length(t)) STORED);
    ALTER TABLE {s}.plain DROP gone;
    CREATE INDEX ON {s}.plain USING hash (t); CREATE INDEX ON {s}.plain USING gin (j);
    CREATE INDEX ON {s}.plain (n) WHERE n > 100; CREATE INDEX ON {s}.plain (lower(t));
    CREATE INDEX ON {s}.plain USING brin (id);
    CREATE TABLE {s}.pair (x int, y text COLLATE \"C\", v int, a int[], more int NOT NULL DEFAULT 5, PRIMARY KEY (x, y));
    CREATE INDEX ON {s}.pair USING gin (a);
    CREATE TABLE {s}.by_index (gone text, v int, u uuid NOT NULL, k int NOT NULL, big text);
    ALTER TABLE {s}.by_index DROP gone;
    ALTER TABLE {s}.by_index ADD PRIMARY KEY (u, k);
    CREATE TABLE {s}.whole (id int PRIMARY KEY, v text, big text);
    CREATE TABLE {s}.keyless (v text, n int, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE TABLE {s}.second (id int PRIMARY KEY, k int UNIQUE DEFERRABLE, v text) WITH (fillfactor = 50)";

/// What both must agree on.
const COMPARED: &[&str] = &[
    "SELECT id, t, n, j, md5(big), at FROM {s}.plain ORDER BY id",
    "SELECT x, y, v, a FROM {s}.pair ORDER BY x, y COLLATE \"C\"",
    "SELECT v, u, k, md5(big) FROM {s}.by_index ORDER BY u, k",
    "SELECT id, v, md5(big) FROM {s}.whole ORDER BY id",
    "SELECT v, n, count(*) FROM {s}.keyless GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT id, k, v FROM {s}.second ORDER BY id",
];

/// One statement; none of them fails.
fn statement(chance: &mut Chance, schema: &str) -> String {
    let id = chance.below(400);
    let (from, to) = (id, id + chance.below(3) * chance.below(120));
    let long = chance.below(12) * chance.below(900);
    let v = chance.below(1000);
    let series = format!("generate_series({from}, {to}) i");
    let big =
        format!("(SELECT string_agg(md5({v} || 'x' || n), '') FROM generate_series(1, {long}) n)");
    let where_id = match chance.below(3) {
        0 => format!("id = {id}"),
        1 => format!("id BETWEEN {from} AND {to}"),
        _ => format!("id % 17 = {}", id % 17),
    };
    let sql = match chance.below(24) {
        0..=2 => format!(
            "INSERT INTO {{s}}.plain SELECT i, 't{v}' || i, i * {v}.5, to_jsonb(i), {big}, now() FROM {series} \
             ON CONFLICT (id) DO {}",
            if v.is_multiple_of(2) {
                "NOTHING"
            } else {
                "UPDATE SET t = excluded.t, n = plain.n + 1"
            }
        ),
        3 => format!("UPDATE {{s}}.plain SET t = 'u{v}', n = n + 1 WHERE {where_id}"),
        4 => format!("UPDATE {{s}}.plain SET big = {big}, j = j || '[{v}]' WHERE {where_id}"),
        5 => format!(
            "UPDATE {{s}}.plain p SET id = 1000 - id WHERE {where_id} \
             AND NOT EXISTS (SELECT FROM {{s}}.plain o WHERE o.id = 1000 - p.id)"
        ),
        6 => format!("DELETE FROM {{s}}.plain WHERE {where_id}"),
        7..=8 => format!(
            "INSERT INTO {{s}}.pair SELECT i, 'y{}', {v}, ARRAY[i, {v}, NULL] FROM {series} ON CONFLICT DO NOTHING",
            v % 3
        ),
        9 => {
            format!("UPDATE {{s}}.pair SET v = v + 1, a = a || {v} WHERE x BETWEEN {from} AND {to}")
        }
        10 => format!("UPDATE {{s}}.pair SET y = y || '.{}' WHERE x = {id}", chance.below(1 << 40)),
        11 => format!("DELETE FROM {{s}}.pair WHERE x BETWEEN {from} AND {to} AND v % 2 = 0"),
        12 => format!(
            "INSERT INTO {{s}}.by_index SELECT {v}, md5((i % 50)::text)::uuid, i, {big} FROM {series} \
             ON CONFLICT DO NOTHING"
        ),
        13 => format!("UPDATE {{s}}.by_index SET v = {v} WHERE k BETWEEN {from} AND {to}"),
        14 => format!("UPDATE {{s}}.by_index SET u = md5('{v}' || u)::uuid WHERE k = {id}"),
        15 => format!("DELETE FROM {{s}}.by_index WHERE k % 13 = {}", id % 13),
        16 => format!(
            "INSERT INTO {{s}}.whole SELECT i, NULLIF('w{}', 'w0'), {big} FROM {series} ON CONFLICT DO NOTHING",
            v % 4
        ),
        17 => format!("UPDATE {{s}}.whole SET v = v || '{v}' WHERE {where_id}"),
        18 => format!("DELETE FROM {{s}}.whole WHERE {where_id}"),
        19..=20 => format!("INSERT INTO {{s}}.keyless SELECT 'k{}', i FROM {series}", v % 5),
        21 => format!(
            "INSERT INTO {{s}}.second SELECT i, i * 3, 's' FROM {series} ON CONFLICT DO NOTHING; \
             DELETE FROM {{s}}.second WHERE id % 31 = {}",
            id % 31
        ),
        22 => format!("UPDATE {{s}}.second SET v = v || '{v}', k = -k WHERE {where_id}"),
        _ => {
            let table = *chance.pick(&["plain", "pair", "by_index", "whole", "keyless", "second"]);
            if v.is_multiple_of(20) {
                format!("TRUNCATE {{s}}.{table}")
            } else {
                // Of a table without key only inserts go out.
                let table = if table == "keyless" { "plain" } else { table };
                format!("DELETE FROM {{s}}.{table} WHERE hashtext(ctid::text) % 100 = {}", id % 100)
            }
        }
    };
    sql.replace("{s}", schema)
}

fn transaction(chance: &mut Chance, schema: &str) -> String {
    let mut sql = String::from("BEGIN;\n");
    let statements = 1 + chance.below(4) * chance.below(10);
    let mut points = 0;
    for _ in 0..statements {
        match chance.below(10) {
            0 => {
                points += 1;
                let _ = writeln!(sql, "SAVEPOINT s{points};");
            }
            1 if points > 0 => {
                let _ = writeln!(sql, "ROLLBACK TO s{points};");
            }
            2 if points > 0 => {
                let _ = writeln!(sql, "RELEASE s{points};");
                points -= 1;
            }
            _ => {
                let _ = writeln!(sql, "{};", statement(chance, schema));
            }
        }
    }
    sql += if chance.below(8) == 0 { "ROLLBACK" } else { "COMMIT" };
    sql
}

fn carry(pair: &Pair, writer: &Node<'_>, reader: &Node<'_>, schema: &str, seed: u64) {
    writer.sql(&WRITER.replace("{s}", schema));
    reader.sql(&READER.replace("{s}", schema));
    for table in ["plain", "pair", "by_index", "whole", "second"] {
        publish(writer, "default", &[&format!("{schema}.{table}")]);
    }
    publish(writer, "default_insert_only", &[&format!("{schema}.keyless")]);
    let mut chance = Chance::new(seed);
    for round in 0..4 {
        let mut sent = String::new();
        for _ in 0..20 {
            let sql = transaction(&mut chance, schema);
            writer.sql(&sql);
            let _ = writeln!(sent, "{sql};");
        }
        // What else happens to tables.
        let ddl = *chance.pick(&[
            "VACUUM {s}.plain",
            "VACUUM FULL {s}.whole",
            "ANALYZE {s}.pair",
            "REINDEX TABLE {s}.by_index",
            "CREATE INDEX ON {s}.second (v)",
            "CLUSTER {s}.second USING second_pkey",
            "ALTER TABLE {s}.plain ADD later int DEFAULT 3, DROP later",
        ]);
        let ddl = ddl.replace("{s}", schema).replace(", DROP later", "");
        if !ddl.contains("ADD later") {
            reader.sql(&ddl);
        } else {
            reader.sql(&format!("{ddl}; ALTER TABLE {schema}.plain DROP later"));
        }
        pair.sync();
        for sql in COMPARED {
            let sql = sql.replace("{s}", schema);
            let (ours, theirs) = (writer.rows(&sql), reader.rows(&sql));
            assert!(
                ours == theirs,
                "seed {seed}, round {round}: {} rows and {} of: {sql}\nafter:\n{sent}",
                ours.len(),
                theirs.len()
            );
        }
    }
}

fn seed() -> u64 {
    std::env::var("SPOCK_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_26)
}

#[test]
fn transactions_by_chance_arrive() {
    let pair = shared("chance");
    carry(&pair, &pair.n1(), &pair.n2(), "chance", seed());
}

#[test]
fn transactions_by_chance_arrive_as_text() {
    let pair = shared("chance_text");
    carry(&pair, &pair.n2(), &pair.n1(), "chance_text", seed() + 1);
}
