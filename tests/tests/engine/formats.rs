//! Settings that change how values are written and read, different on every role and node.

use crate::pair::Pair;

/// Settings of the output and input of values, in two mutually unreadable fashions.
const N1: &[(&str, &str)] = &[
    ("datestyle", "SQL, DMY"),
    ("intervalstyle", "sql_standard"),
    ("bytea_output", "escape"),
    ("extra_float_digits", "-15"),
    ("timezone", "Asia/Kathmandu"),
    ("search_path", "decoy, public"),
    ("xmloption", "document"),
    ("xmlbinary", "hex"),
    ("quote_all_identifiers", "on"),
    ("array_nulls", "off"),
    ("standard_conforming_strings", "off"),
    ("escape_string_warning", "off"),
    ("backslash_quote", "off"),
];
const N2: &[(&str, &str)] = &[
    ("datestyle", "German, MDY"),
    ("intervalstyle", "iso_8601"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "-3"),
    ("timezone", "America/St_Johns"),
    ("search_path", "\"$user\""),
    ("xmloption", "content"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("transform_null_equals", "on"),
    ("statement_timeout", "20s"),
    ("row_security", "off"),
];

const TABLE: &str = "CREATE TABLE public.t (
    id int PRIMARY KEY, d date, ts timestamp, tz timestamptz, i interval, b bytea, f float4, g float8,
    p point, r tstzrange, ds date[], fs float8[], x xml, m money, c regclass, k regtype, ns text[])";

const ROW: &str = "'2003-02-01', '2003-02-01 04:05:06.000007', '2003-11-12 04:05:06.000007+00', \
    '-1 year 2 mons -3 days 04:05:06.7', decode('00275c80ff', 'hex'), 0.1, 1e0 / 3, '(0.1,1e-300)', \
    '[2003-02-01 00:00+00,2003-03-01 00:00+00)', '{2003-02-01,2004-03-02}', ARRAY[0.1::float8, 1e0 / 3, 5e-324], \
    '<a>1</a>', 12.34, 'public.target', 'public.target', ARRAY['NULL', NULL, 'null']";

fn check(pair: &Pair) {
    // Another type and table of the same name, which a search path finds first.
    pair.everywhere(
        "CREATE SCHEMA decoy; CREATE TABLE decoy.target (); CREATE TABLE decoy.t (id text PRIMARY KEY); \
         CREATE TABLE public.target ()",
    );
    pair.tables(TABLE, &["public.t"]);
    let row = |id: i32| {
        // Written in a plain fashion, whatever the role's.
        format!(
            "BEGIN; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL standard_conforming_strings = on; \
             SET LOCAL array_nulls = on; SET LOCAL extra_float_digits = 1; SET LOCAL xmloption = content; \
             INSERT INTO public.t SELECT {id}, {ROW}; COMMIT"
        )
    };
    let same = || {
        pair.assert_same(
            "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres_verbose'; SET bytea_output = 'hex'; \
             SET extra_float_digits = 3; SET timezone = 'UTC'; SET search_path = ''; SET quote_all_identifiers = off; \
             SELECT * FROM public.t ORDER BY id",
        )
    };
    pair.n1().sql(&row(1));
    pair.n2().sql(&row(2));
    pair.sync();
    assert_eq!(same(), 2);
    pair.n1().sql("UPDATE public.t SET i = i * 2, ts = ts + '1 day', g = g / 7 WHERE id = 2");
    pair.n2().sql("UPDATE public.t SET i = i * 2, ts = ts + '1 day', g = g / 7 WHERE id = 1");
    pair.n1().sql("UPDATE public.t SET id = 11 WHERE id = 1");
    pair.sync();
    assert_eq!(same(), 2);
    // A decoy of the same name is left alone.
    for node in [pair.n1(), pair.n2()] {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM decoy.t"), 0);
    }
}

#[test]
fn formats_of_the_server_do_not_matter() {
    let pair = Pair::build(|mut cluster| {
        for (name, value) in N1 {
            cluster = cluster.node_setting("n1", name, value);
        }
        for (name, value) in N2 {
            cluster = cluster.node_setting("n2", name, value);
        }
        cluster
    });
    check(&pair);
}

#[test]
fn formats_of_the_role_and_of_the_database_do_not_matter() {
    let pair = Pair::build(|cluster| cluster.setting("spock.trust_peer_datums", "off"));
    pair.part();
    for (node, settings) in [(pair.n1(), N1), (pair.n2(), N2)] {
        let role = node.table("SELECT quote_ident(current_user)");
        for (i, (name, value)) in settings.iter().enumerate() {
            let whom = match i % 3 {
                0 => format!("ROLE {role}"),
                1 => "DATABASE app".to_owned(),
                _ => format!("ROLE {role} IN DATABASE app"),
            };
            let value =
                if *name == "search_path" { (*value).to_owned() } else { format!("'{value}'") };
            node.sql(&format!("ALTER {whom} SET {name} = {value}"));
        }
        node.disconnect();
    }
    pair.join();
    check(&pair);
}
