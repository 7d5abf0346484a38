//! The column options that a patched server knows: taken out of ALTER TABLE before the server sees them.

use spock_tests::Cluster;

use crate::refused;

const COLUMNS: &str = "SELECT attname FROM spock.delta_columns ORDER BY 1";

#[test]
fn x1_every_spelling_of_old_scripts_works() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    node.sql(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL);
         CREATE TABLE other (id int PRIMARY KEY, a int NOT NULL)",
    );
    let declares = |sql: &str, expected: &str| {
        node.sql(sql);
        assert_eq!(node.table(COLUMNS), expected, "{sql}");
    };
    declares(
        "ALTER TABLE t ALTER COLUMN a SET (log_old_value=true, delta_apply_function=spock.delta_apply)",
        "a",
    );
    declares("ALTER TABLE t ALTER COLUMN a SET (log_old_value=false)", "");
    declares("ALTER TABLE t ALTER COLUMN a SET (LOG_OLD_VALUE=true)", "a");
    declares("ALTER TABLE t ALTER COLUMN a RESET (log_old_value, delta_apply_function)", "");
    declares("ALTER TABLE t ALTER a SET (log_old_value)", "a");
    declares("ALTER TABLE t ALTER a RESET (delta_apply_function)", "");
    declares("ALTER TABLE ONLY public.t ALTER COLUMN a SET (log_old_value='on')", "a");
    declares("ALTER TABLE t ALTER a SET (log_old_value=0)", "");
    declares("ALTER TABLE t ALTER a SET (delta_apply_function='spock.delta_apply')", "a");
    declares(
        "ALTER TABLE t ALTER a SET (log_old_value=off, delta_apply_function=spock.delta_apply)",
        "",
    );
    declares(
        "ALTER TABLE t ALTER a SET (log_old_value=1), ALTER b SET (log_old_value=yes)",
        "a\nb",
    );
    declares("ALTER TABLE t ALTER a RESET (log_old_value), ALTER b RESET (log_old_value)", "");
    // What else stands in the statement goes on to the server.
    declares(
        "ALTER TABLE t ADD c bigint NOT NULL DEFAULT 0, ALTER c SET (log_old_value=true, n_distinct=5)",
        "c",
    );
    assert_eq!(
        node.table(
            "SELECT 'n_distinct=5' = ANY (attoptions), attoptions::text ~ 'log|delta'
               FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'"
        ),
        "t|f"
    );
    declares("ALTER TABLE t ALTER c RESET (n_distinct, log_old_value)", "");
    declares("ALTER TABLE IF EXISTS nothing ALTER a SET (log_old_value=true)", "");
    // In functions, prepared and run again.
    node.sql(
        "CREATE PROCEDURE declare() LANGUAGE plpgsql AS $$ BEGIN
             ALTER TABLE t ALTER a SET (log_old_value=true, delta_apply_function=spock.delta_apply);
         END $$;
         CALL declare(); CALL declare()",
    );
    assert_eq!(node.table(COLUMNS), "a");
    declares("DO $$ BEGIN ALTER TABLE t ALTER a RESET (log_old_value); END $$", "");
    // A rollback takes everything back.
    node.sql("BEGIN; ALTER TABLE t ALTER a SET (log_old_value=true); ROLLBACK");
    assert_eq!(node.table(COLUMNS), "");
    assert_eq!(node.table("SELECT relreplident FROM pg_class WHERE relname = 't'"), "d");
}

#[test]
fn x1_wrong_options_are_refused_with_the_servers_own_errors() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    node.sql("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int, c text NOT NULL)");
    for (statement, code, message) in [
        ("t ALTER a SET (log_old_value=perhaps)", "22023", "invalid value \"perhaps\""),
        ("t ALTER a SET (delta_apply_function=lower)", "22023", "invalid value \"lower\""),
        (
            "t ALTER b SET (log_old_value=true)",
            "23502",
            "column b of table public.t is not NOT NULL",
        ),
        (
            "t ALTER c SET (log_old_value=true)",
            "42804",
            "cannot be a delta column: its type is text",
        ),
        (
            "t ALTER d SET (log_old_value=true)",
            "42703",
            "column \"d\" of relation \"t\" does not exist",
        ),
        (
            "nothing ALTER a SET (log_old_value=true)",
            "42P01",
            "relation \"nothing\" does not exist",
        ),
        (
            "t ALTER a SET (log_old_values=true)",
            "22023",
            "unrecognized parameter \"log_old_values\"",
        ),
        ("t ALTER a SET (x.log_old_value=true)", "22023", "unrecognized parameter namespace \"x\""),
    ] {
        let error = refused(&cluster, &format!("ALTER TABLE {statement}"));
        assert_eq!(error.code().code(), code, "{statement}: {}", error.message());
        assert!(error.message().contains(message), "{statement}: {}", error.message());
    }
    assert_eq!(node.table(COLUMNS), "");
}
