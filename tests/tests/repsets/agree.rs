//! Copy and stream agree: thirty tables whose sets are put together by chance, written by one workload, which
//! one database hears as a stream and another one copies at the end.
//!
//! Of each table a set may let out some rows, some columns, and some of the changes. The workload keeps to the
//! changes that all sets of the table replicate: what a set does not replicate is by intention not in the
//! stream. What is expected is asked of the provider itself, by the conditions and columns put into a query.
//!
//! `SPOCK_TEST_SEED=7` chooses others.
#![expect(clippy::print_stderr, reason = "what was chosen is worth seeing")]

use spock_tests::chance::Chance;
use spock_tests::{Cluster, Node};

const TABLES: usize = 30;

/// Conditions on the columns of the key, some of them unknown for some rows or for all.
const ON_KEY: &[&str] = &[
    "id % 3 <> 0",
    "region IN ('eu', 'us')",
    "region LIKE 'e%' OR id > 50",
    "lower(region) = 'eu'",
    "id BETWEEN 10 AND 60",
    "length(region) = 2 AND id % 2 = 0",
    "(id, region) > (20, 'eu')",
    "CASE WHEN id > 30 THEN region = 'us' ELSE id < 10 END",
    "nullif(region, 'eu') <> 'us'",
    "NULL::boolean OR id > 40",
    "region = NULL",
    "region ~ '^(eu|as)$' AND abs(id - 40) < 30",
];

/// Conditions on other columns: the old values must be in the log, or not be needed.
const ON_OTHERS: &[&str] = &[
    "v > 50",
    "v > 50 OR w IS NULL",
    "v <> w",
    "v = ANY ('{1,2,3,50,60,70}'::int[])",
    "upper(region) = 'EU' AND v IS DISTINCT FROM w",
    "left(big, 1) = 'a'",
    "length(big) > 3000 AND v > 20",
    "abs(v - 50) < 20",
    "coalesce(v, w, 0) >= 40 AND NOT (w < 30)",
    "at > '2026-06-01'::date OR at IS NULL",
    "CASE WHEN v <> 0 THEN 1000 / v > 15 END",
];

#[derive(Clone, Copy, PartialEq, Eq)]
struct Flags {
    update: bool,
    delete: bool,
    truncate: bool,
}

struct Set {
    flags: Flags,
    filter: Option<&'static str>,
    columns: Option<Vec<&'static str>>,
}

struct Table {
    name: String,
    has_full_identity: bool,
    sets: Vec<Set>,
}

impl Table {
    fn by_chance(number: usize, chance: &mut Chance) -> Table {
        // One with all changes more often than not; filters on old values need them in the log.
        let has_full_identity = chance.once_in(2);
        let few = chance.once_in(3);
        let sets = (0..chance.between(1, 4))
            .map(|_| {
                let all = !few || chance.once_in(3);
                let flags = Flags {
                    update: all || chance.once_in(2),
                    delete: all || chance.once_in(2),
                    truncate: chance.once_in(2),
                };
                let others = has_full_identity || !flags.update && !flags.delete;
                let filter = match chance.below(8) {
                    0 => None,
                    1..=4 if others => Some(*chance.pick(ON_OTHERS)),
                    _ => Some(*chance.pick(ON_KEY)),
                };
                let columns = chance.once_in(2).then(|| {
                    let mut columns = vec!["id", "region"];
                    columns
                        .extend(["v", "w", "big", "at"].into_iter().filter(|_| chance.once_in(2)));
                    columns
                });
                Set { flags, filter, columns }
            })
            .collect();
        Table { name: format!("t{number}"), has_full_identity, sets }
    }

    /// The table on any node. Columns that do not come have their defaults at the subscriber.
    fn create(&self) -> String {
        let name = &self.name;
        let mut sql = format!(
            "CREATE TABLE {name} (id int, region text, v int DEFAULT -1, w int DEFAULT -2, \
                 big text DEFAULT 'none', at date DEFAULT '2000-01-01', PRIMARY KEY (id, region)); \
             ALTER TABLE {name} ALTER big SET STORAGE EXTERNAL;"
        );
        if self.has_full_identity {
            sql += &format!("ALTER TABLE {name} REPLICA IDENTITY FULL;");
        }
        sql
    }

    fn set_name(&self, number: usize) -> String {
        format!("{}_{number}", self.name)
    }

    fn publish(&self, node: &Node<'_>) {
        for (number, set) in self.sets.iter().enumerate() {
            let name = self.set_name(number);
            let Flags { update, delete, truncate } = set.flags;
            node.sql(&format!(
                "SELECT spock.repset_create('{name}', replicate_insert := true, replicate_update := {update}, \
                     replicate_delete := {delete}, replicate_truncate := {truncate})"
            ));
            node.query(
                "SELECT spock.repset_add_table($1::text::name, $2::text::regclass, columns := $3, row_filter := $4)",
                &[&name, &self.name, &set.columns, &set.filter],
            );
        }
    }

    /// Whether every set, or one at least, replicates a kind of change.
    fn all(&self, kind: fn(Flags) -> bool) -> bool {
        self.sets.iter().all(|set| kind(set.flags))
    }

    fn any(&self, kind: fn(Flags) -> bool) -> bool {
        self.sets.iter().any(|set| kind(set.flags))
    }

    fn condition(&self) -> String {
        let filters: Vec<String> = self
            .sets
            .iter()
            .map(|set| set.filter.map_or("true".to_owned(), |f| format!("coalesce(({f}), false)")))
            .collect();
        filters.join(" OR ")
    }

    /// What a subscriber is to have, asked of the provider.
    fn expected(&self) -> String {
        let lists: Vec<_> = self.sets.iter().filter_map(|set| set.columns.as_ref()).collect();
        let column = |name: &str, value: &'static str, default: &'static str| {
            let comes = lists.is_empty() || lists.iter().any(|list| list.contains(&name));
            if comes { value } else { default }
        };
        format!(
            "SELECT id, region, {}, {}, {}, {} FROM {} WHERE {} ORDER BY id, region",
            column("v", "v", "-1"),
            column("w", "w", "-2"),
            column("big", "md5(big)", "md5('none')"),
            column("at", "at", "'2000-01-01'::date"),
            self.name,
            self.condition()
        )
    }

    fn there(&self) -> String {
        format!("SELECT id, region, v, w, md5(big), at FROM {} ORDER BY id, region", self.name)
    }

    /// Changes by chance, of the kinds that all sets of the table replicate.
    fn write(&self, node: &Node<'_>, first: u64, chance: &mut Chance) {
        let name = &self.name;
        node.sql(&format!(
            "INSERT INTO {name} SELECT i, (ARRAY['eu', 'us', 'asia', 'EU', 'as'])[1 + i * 7 % 5], \
                 nullif(i * 13 % 100, 7), CASE WHEN i % 4 > 0 THEN i * 29 % 100 END, \
                 repeat(chr(97 + i % 3), CASE WHEN i % 6 = 0 THEN 4000 ELSE 5 END), \
                 CASE WHEN i % 5 > 0 THEN '2026-01-01'::date + i * 11 % 365 END \
             FROM generate_series({first}, {first} + 79) i"
        ));
        for _ in 0..25 {
            let id = first + chance.below(90);
            let some = format!("id BETWEEN {id} AND {id} + {}", chance.below(12));
            let statement = match chance.below(10) {
                0 | 1 => format!(
                    "INSERT INTO {name} VALUES ({id}, '{}', {}, {}, repeat('a', {})) ON CONFLICT DO NOTHING",
                    chance.pick(&["eu", "us", "asia"]),
                    chance.below(100),
                    chance.below(100),
                    chance.pick(&[3, 5000])
                ),
                2 if self.all(|flags| flags.delete) => format!("DELETE FROM {name} WHERE {some}"),
                2 => continue,
                _ if !self.all(|flags| flags.update) => continue,
                3 => format!(
                    "UPDATE {name} SET v = {}, w = nullif(w, {id} % 7) WHERE {some}",
                    chance.below(100)
                ),
                4 => format!("UPDATE {name} SET v = NULL, at = '2026-07-01' WHERE {some}"),
                5 => format!(
                    "UPDATE {name} SET big = repeat(chr(97 + (id + 1) % 3), 3500) WHERE {some}"
                ),
                6 => format!(
                    "UPDATE {name} SET region = region || 'x' WHERE {some} AND length(region) < 8"
                ),
                7 => format!(
                    "UPDATE {name} SET region = CASE region WHEN 'eu' THEN 'us' ELSE 'eu' END \
                     WHERE id = {id} AND region = (SELECT min(region) FROM {name} WHERE id = {id}) \
                       AND (SELECT count(*) FROM {name} WHERE id = {id}) = 1"
                ),
                8 => format!("UPDATE {name} SET id = id + 1000, v = v + 1 WHERE id = {id}"),
                _ => format!(
                    "BEGIN; UPDATE {name} SET v = 99 - v WHERE {some}; SAVEPOINT a; \
                     UPDATE {name} SET v = 1, w = 1; ROLLBACK TO a; UPDATE {name} SET w = v WHERE {some}; COMMIT"
                ),
            };
            node.sql(&statement);
        }
    }

    fn told(&self) -> String {
        let sets = self.sets.iter().map(|set| {
            let Flags { update, delete, truncate } = set.flags;
            let flag = |letter, is_set| if is_set { letter } else { "-" };
            format!(
                "i{}{}{} {} {:?}",
                flag("u", update),
                flag("d", delete),
                flag("t", truncate),
                set.filter.unwrap_or("all rows"),
                set.columns
            )
        });
        let identity = if self.has_full_identity { "full" } else { "key" };
        format!("{} ({identity}): {}", self.name, sets.collect::<Vec<_>>().join("; "))
    }
}

fn compare(n1: &Node<'_>, subscribers: &[(&str, &Node<'_>)], tables: &[Table]) {
    for table in tables {
        let expected = n1.table(&table.expected());
        for (way, node) in subscribers {
            let there = node.table(&table.there());
            if expected != there {
                let gone: Vec<&str> = expected.lines().filter(|row| !there.contains(row)).collect();
                let added: Vec<&str> =
                    there.lines().filter(|row| !expected.contains(row)).collect();
                let told =
                    "SELECT conflict_type, conflict_resolution, relname, local_tuple, remote_tuple
                              FROM spock.resolutions
                            UNION ALL SELECT operation, error_message, table_name, '', ''
                              FROM spock.exception_log";
                panic!(
                    "by {way}: {}\nmissing {gone:#?}\nadded {added:#?}\n{}",
                    table.told(),
                    node.table(told)
                );
            }
        }
    }
}

/// Seen to fail with rows for which a filter is unknown let out by the copy alone, and with the old row of an
/// update that leaves the filter taken as outside.
#[test]
fn b61_copy_and_stream_agree_for_thirty_combinations() {
    let seed =
        std::env::var("SPOCK_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(61);
    let mut chance = Chance::new(seed);
    let cluster = Cluster::builder()
        .nodes(2)
        .databases(&["app", "late"])
        .setting("spock.exception_behaviour", "sub_disable")
        .start();
    cluster.create_nodes();
    let (n1, stream) = (cluster.n1(), cluster.n2());
    let copy = stream.database("late");
    copy.query("SELECT spock.node_create('late', $1)", &[&copy.dsn()]);
    let tables: Vec<Table> =
        (0..TABLES).map(|number| Table::by_chance(number, &mut chance)).collect();
    for table in &tables {
        eprintln!("{}", table.told());
        for node in [&n1, &stream, &copy] {
            node.sql(&table.create());
        }
        table.publish(&n1);
    }
    let sets: Vec<String> = tables
        .iter()
        .flat_map(|table| (0..table.sets.len()).map(|number| table.set_name(number)))
        .collect();
    let sets = format!("replication_sets := '{{{}}}'", sets.join(","));
    cluster.subscribe_with(0, 1, &sets);

    for table in &tables {
        table.write(&n1, 1, &mut chance);
    }
    cluster.catch_up(0, 1);
    let subscribe =
        format!("SELECT spock.sub_create('late', $1, {sets}, synchronize_data := true)");
    copy.query(&subscribe, &[&n1.dsn()]);
    copy.sql("SELECT spock.sub_wait_for_sync('late')");
    let both = [("stream", &stream), ("copy", &copy)];
    compare(&n1, &both, &tables);
    // What is compared is neither nothing nor everything.
    let partly = tables
        .iter()
        .filter(|table| {
            let all: i64 = n1.value(&format!("SELECT count(*) FROM {}", table.name));
            let there: i64 = stream.value(&format!("SELECT count(*) FROM {}", table.name));
            0 < there && there < all
        })
        .count();
    assert!(partly > TABLES / 2, "{partly} tables have some of the rows");

    // The stream goes on from a copy as it does without one.
    let late_has_all = || {
        let lsn: String = n1.value("SELECT spock.sync_event()::text");
        copy.sql(&format!("CALL spock.wait_for_sync_event(NULL, 'n1', '{lsn}', 60)"));
    };
    for table in &tables {
        table.write(&n1, 201, &mut chance);
    }
    cluster.catch_up(0, 1);
    late_has_all();
    compare(&n1, &both, &tables);

    // Changes that no set of a table replicates stay at home.
    let states = |node: &Node<'_>| -> Vec<String> {
        tables.iter().map(|table| node.table(&table.there())).collect()
    };
    let before = states(&stream);
    for table in &tables {
        let name = &table.name;
        if !table.any(|flags| flags.update) {
            n1.sql(&format!("UPDATE {name} SET v = v + 1, region = region || 'y'"));
        }
        if !table.any(|flags| flags.delete) {
            n1.sql(&format!("DELETE FROM {name} WHERE id % 2 = 0"));
        }
        if !table.any(|flags| flags.truncate) {
            n1.sql(&format!("TRUNCATE {name}"));
        }
    }
    cluster.catch_up(0, 1);
    assert!(before == states(&stream), "a change arrived that no set replicates");
    // A TRUNCATE goes out by any set that has it, whatever its filter says.
    for table in tables.iter().filter(|table| table.any(|flags| flags.truncate)) {
        n1.sql(&format!("TRUNCATE {}", table.name));
    }
    cluster.catch_up(0, 1);
    late_has_all();
    for table in tables.iter().filter(|table| table.any(|flags| flags.truncate)) {
        for (way, node) in both {
            let left: i64 = node.value(&format!("SELECT count(*) FROM {}", table.name));
            assert_eq!(left, 0, "by {way}: {}", table.told());
        }
    }
    for (_, node) in both {
        assert_eq!(node.table("SELECT error_message FROM spock.exception_log"), "");
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.resolutions"), 0);
    }
}
