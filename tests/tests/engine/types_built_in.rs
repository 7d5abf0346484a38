//! Every built-in type, alone and in arrays, in all forms that a value can take on its way.

use crate::pair::{Pair, shared};

/// Types and values that go to their edges.
const TYPES: &[(&str, &[&str])] = &[
    ("bool", &["true", "false"]),
    ("\"char\"", &["a", " ", "~"]),
    ("name", &["", "plain", "Mixed \"Case\" with blanks and ünïcode"]),
    ("int2", &["0", "-32768", "32767"]),
    ("int4", &["0", "-2147483648", "2147483647"]),
    ("int8", &["0", "-9223372036854775808", "9223372036854775807"]),
    ("float4", &["0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e38", "0.1"]),
    (
        "float8",
        &["0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308", "0.1"],
    ),
    (
        "numeric",
        &["0", "0.000", "NaN", "Infinity", "-Infinity", "1e1000", "-1e-1000", "12345678.90123"],
    ),
    ("numeric(12,3)", &["0", "-123456789.125", "0.001"]),
    ("money", &["0", "-92233720368547758.08", "92233720368547758.07"]),
    (
        "text",
        &["", "a", "tab\tline\nreturn\rquote'double\"back\\slash", "日本語 🐘", "\\N", "NULL"],
    ),
    ("varchar", &["", "x"]),
    ("varchar(20)", &["", "exactly twenty chars"]),
    ("bpchar", &["", "x  "]),
    ("char(10)", &["", "x", "1234567890"]),
    ("bytea", &["", "\\x00", "\\x000102fffe5c27", "\\x5c303030"]),
    ("date", &["2000-01-01", "infinity", "-infinity", "4713-11-24 BC", "5874897-12-31"]),
    ("time", &["00:00:00", "24:00:00", "12:34:56.789012"]),
    ("timetz", &["00:00:00+15:59", "24:00:00-15:59", "12:34:56.789012+05:30"]),
    (
        "timestamp",
        &[
            "2000-01-01",
            "infinity",
            "-infinity",
            "4713-11-24 00:00:00 BC",
            "294276-12-31 23:59:59.999999",
        ],
    ),
    (
        "timestamptz",
        &["2000-01-01 00:00:00+00", "infinity", "-infinity", "2024-03-31 02:30:00.123456+07"],
    ),
    ("timestamp(0)", &["2000-01-01 12:34:56"]),
    (
        "interval",
        &[
            "0",
            "178000000 years",
            "-1 year -2 mons +3 days -04:05:06.789",
            "1 mon -30 days",
            "1 day -24:00:00",
        ],
    ),
    ("uuid", &["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    ("xml", &["<a b=\"c\">d &amp; e</a>", "just text", "<?xml version=\"1.0\"?><doc/>"]),
    ("json", &["null", "{\"b\":1,  \"a\":[1, 2.50, \"\\u0041\"], \"b\":2}", "\"\""]),
    ("jsonb", &["null", "{\"b\": 1, \"a\": [1, 2.50, \"x\", {}]}", "[]", "1e100"]),
    ("jsonpath", &["$", "$.a[*] ? (@ > 1)", "strict $.\"key with blanks\".type()"]),
    ("bit(11)", &["00000000000", "10110011101"]),
    ("varbit", &["", "1", "101100111000111"]),
    ("varbit(9)", &["", "101100111"]),
    ("inet", &["0.0.0.0", "192.168.1.2/24", "::1", "2001:db8::ff00:42:8329/64"]),
    ("cidr", &["10.0.0.0/8", "::/0", "2001:db8::/32"]),
    ("macaddr", &["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"]),
    ("macaddr8", &["08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00"]),
    ("point", &["(0,-0)", "(NaN,Infinity)", "(1.5,-2.25)"]),
    ("line", &["{1,-1,0}", "{0,1,-2.5}"]),
    ("lseg", &["[(0,0),(1,1)]"]),
    ("box", &["(1,1),(0,0)", "(3.5,2),(-1,-1)"]),
    ("path", &["[(0,0),(1,1),(2,0)]", "((0,0),(1,1))"]),
    ("polygon", &["((0,0),(1,1),(2,0))"]),
    ("circle", &["<(0,0),0>", "<(1.5,-2),3.25>"]),
    ("tsvector", &["", "'a':1A,2B 'quo''te' 'b'"]),
    ("tsquery", &["", "'a' & !'b' | 'c':*A <2> 'd'"]),
    ("oid", &["0", "4294967295"]),
    ("xid", &["0", "4294967295"]),
    ("xid8", &["0", "18446744073709551615"]),
    ("cid", &["0", "4294967295"]),
    ("tid", &["(0,0)", "(4294967295,65535)"]),
    ("pg_lsn", &["0/0", "FFFFFFFF/FFFFFFFF"]),
    ("txid_snapshot", &["10:20:10,14,15"]),
    ("pg_snapshot", &["10:20:10,14,15", "1:1:"]),
    ("refcursor", &["", "a cursor"]),
    ("int2vector", &["", "1 -2 3"]),
    ("oidvector", &["", "1 2 4294967295"]),
    ("regproc", &["now", "-"]),
    ("regprocedure", &["sum(integer)", "-"]),
    ("regoper", &["pg_catalog.||/", "0"]),
    ("regoperator", &["+(integer,integer)", "0"]),
    ("regclass", &["pg_class", "-"]),
    ("regtype", &["timestamp with time zone", "-"]),
    ("regrole", &["pg_monitor", "-"]),
    ("regnamespace", &["pg_catalog", "-"]),
    ("regconfig", &["english", "-"]),
    ("regdictionary", &["simple", "-"]),
    ("regcollation", &["\"C\"", "-"]),
    ("aclitem", &["pg_monitor=arwdDxt/pg_monitor", "=r/pg_monitor"]),
    ("int4range", &["empty", "(,)", "[1,10)", "(,5]"]),
    ("int8range", &["empty", "[-9223372036854775808,9223372036854775806]"]),
    ("numrange", &["empty", "(1.10,2.200]", "[NaN,NaN]"]),
    ("tsrange", &["[2000-01-01,infinity)", "(,)"]),
    ("tstzrange", &["[2000-01-01 00:00+00,2001-01-01 00:00+00]"]),
    ("daterange", &["[2000-01-01,2000-02-01)", "[,infinity]"]),
    ("int4multirange", &["{}", "{[1,3),[5,9)}", "{(,)}"]),
    ("int8multirange", &["{}", "{[1,3),[5,9)}"]),
    ("nummultirange", &["{}", "{(1.1,2.2],[3,3]}"]),
    ("tsmultirange", &["{[2000-01-01,2000-01-02),[2001-01-01,infinity)}"]),
    ("tstzmultirange", &["{[2000-01-01 00:00+00,2000-01-02 00:00+00)}"]),
    ("datemultirange", &["{}", "{[2000-01-01,2000-01-05),[2000-02-01,)}"]),
];

/// Types whose input functions refuse every value.
const WITHOUT_INPUT: &[&str] = &[
    "gtsvector",
    "pg_node_tree",
    "pg_ndistinct",
    "pg_dependencies",
    "pg_mcv_list",
    "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary",
];

/// Types that look like arrays themselves, so that an array of arrays of them is not to be had.
const VECTORS: &[&str] = &["int2vector", "oidvector"];

#[test]
fn the_list_of_built_in_types_is_complete() {
    let pair = shared("built_in_list");
    let named: Vec<String> = TYPES
        .iter()
        .map(|(name, _)| pair.n1().table(&format!("SELECT '{name}'::regtype::oid::text")))
        .collect();
    let missing = pair.n1().table(&format!(
        "SELECT t.typname FROM pg_type t \
         WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.oid < 10000 \
           AND t.typtype IN ('b', 'r', 'm') AND t.typname !~ '^_' \
           AND t.oid NOT IN ({}) AND t.typname <> ALL ('{{{}}}') ORDER BY 1",
        named.join(", "),
        WITHOUT_INPUT.join(", ")
    ));
    assert_eq!(missing, "");
}

#[test]
fn values_of_every_built_in_type_arrive() {
    let pair = shared("built_in");
    carry_all(&pair, "built_in");
}

/// With arrays: none are sent as datums to a node that does not trust us, and no peer's bits are
/// taken unchecked.
#[test]
fn values_of_every_built_in_type_arrive_without_trust() {
    let pair = Pair::build(|cluster| cluster.setting("spock.trust_peer_datums", "off"));
    pair.everywhere("CREATE SCHEMA built_in");
    carry_all(&pair, "built_in");
}

fn carry_all(pair: &Pair, schema: &str) {
    let tables: Vec<String> = (0..TYPES.len()).map(|i| format!("{schema}.t{i}")).collect();
    let each = |make: &dyn Fn(&str, &str, &[&str]) -> String| -> String {
        let parts = tables.iter().zip(TYPES);
        parts
            .map(|(table, (name, values))| make(table, name, values))
            .collect::<Vec<_>>()
            .join(";\n")
    };
    let same = |what: &str| {
        for (table, (name, _)) in tables.iter().zip(TYPES) {
            let rows = pair.assert_equal(table);
            assert!(rows > 1, "{what}: {rows} rows of type {name}");
        }
    };

    pair.everywhere(&each(&|table, name, _| {
        format!("CREATE TABLE {table} (id int PRIMARY KEY, v {name}, a {name}[])")
    }));
    let names: Vec<&str> = tables.iter().map(String::as_str).collect();
    pair.publish("default", &names);

    // As datums (or in send form).
    pair.n1().sql(&each(&|table, name, values| insert(table, name, values, 1)));
    pair.sync_to_n2();
    same("inserted on n1");
    // As text.
    pair.n2().sql(&each(&|table, name, values| insert(table, name, values, 101)));
    pair.sync_to_n1();
    same("inserted on n2");

    // Every row takes the values of its neighbour, one its key as well.
    let rotate = each(&|table, _, _| {
        format!(
            "UPDATE {table} t SET v = n.v, a = n.a FROM {table} n WHERE n.id = t.id + 1; \
             UPDATE {table} SET id = -1 WHERE id = 1"
        )
    });
    pair.n1().sql(&rotate);
    pair.sync_to_n2();
    same("updated on n1");
    pair.n2().sql(&rotate.replace("-1", "-101").replace("= 1", "= 101"));
    pair.sync_to_n1();
    same("updated on n2");

    pair.n1().sql(&each(&|table, _, _| format!("DELETE FROM {table} WHERE id < 2")));
    pair.n2().sql(&each(&|table, _, _| format!("DELETE FROM {table} WHERE id = 101")));
    pair.sync();
    same("after deletes");

    pair.n1().sql(&each(&|table, _, _| format!("TRUNCATE {table}")));
    pair.sync();
    for table in &tables {
        assert_eq!(pair.assert_equal(table), 0, "{table} after TRUNCATE");
    }
}

/// An insert of all values of a type, of NULL, and of arrays of them.
fn insert(table: &str, name: &str, values: &[&str], first: usize) -> String {
    let value = |v: &str| format!("'{}'::{name}", v.replace('\'', "''"));
    let all: Vec<String> = values.iter().map(|v| value(v)).collect();
    let mut arrays = vec![
        format!("ARRAY[{}, NULL]::{name}[]", all.join(", ")),
        format!("'{{}}'::{name}[]"),
        format!("array_fill({}, ARRAY[2], ARRAY[-3])", all[0]),
    ];
    if !VECTORS.contains(&name) {
        arrays.push(format!(
            "ARRAY[ARRAY[{0}, NULL], ARRAY[{1}, {0}]]",
            all[0],
            all[all.len() - 1]
        ));
    } else {
        arrays.truncate(2);
    }
    let mut rows = vec!["NULL, NULL".to_owned()];
    rows.extend(all.iter().map(|v| format!("{v}, NULL")));
    rows.extend(arrays.iter().map(|a| format!("NULL, {a}")));
    let rows: Vec<String> =
        rows.iter().enumerate().map(|(i, row)| format!("({}, {row})", first + i)).collect();
    format!("INSERT INTO {table} VALUES {}", rows.join(", "))
}
