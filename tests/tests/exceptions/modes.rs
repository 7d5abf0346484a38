//! One bad transaction among a hundred good ones, in each mode and for each way to fail.

use crate::link::{GOOD, Link};

/// A way to fail.
struct Cause {
    name: &'static str,
    /// On `n2`, after the table `t (id int PRIMARY KEY, k int, v text)` was made on both nodes.
    obstacle: &'static str,
    /// The transaction on `n1`.
    bad: &'static str,
    /// Its changes, as `operation table`, and which of them fails, counted from 1; 0: the commit.
    changes: &'static [&'static str],
    fails: usize,
    /// What the log says of that.
    error: &'static str,
    /// Rows of `t` on `n2` when the failing change alone was left out.
    rest: &'static str,
    /// On `n2`; nothing where nothing helps.
    mend: Option<&'static str>,
}

const ROWS: &[&str] = &["INSERT t", "INSERT t", "INSERT t"];

const CAUSES: &[Cause] = &[
    Cause {
        name: "not null",
        obstacle: "ALTER TABLE t ALTER v SET NOT NULL",
        bad: "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, NULL), (3, 3, 'c')",
        changes: ROWS,
        fails: 2,
        error: "[SQLSTATE 23502] null value in column \"v\" of relation \"t\" violates not-null constraint",
        rest: "1|1|a\n3|3|c",
        mend: Some("ALTER TABLE t ALTER v DROP NOT NULL"),
    },
    Cause {
        name: "check",
        obstacle: "ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)",
        bad: "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'); UPDATE t SET k = 20 WHERE id = 1; DELETE FROM t WHERE id = 2",
        changes: &["INSERT t", "INSERT t", "UPDATE t", "DELETE t"],
        fails: 3,
        error: "[SQLSTATE 23514] new row for relation \"t\" violates check constraint \"small\"",
        rest: "1|1|a",
        mend: Some("ALTER TABLE t DROP CONSTRAINT small"),
    },
    Cause {
        // With a key the newer row would win (rule D4).
        name: "exclusion without a key",
        obstacle: "ALTER TABLE t DROP CONSTRAINT t_pkey; \
                   ALTER TABLE t ADD CONSTRAINT alone EXCLUDE USING hash (k WITH =); \
                   INSERT INTO t VALUES (1000, 2, 'local')",
        bad: "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')",
        changes: ROWS,
        fails: 2,
        error: "[SQLSTATE 23P01] conflicting key value violates exclusion constraint \"alone\"",
        rest: "1|1|a\n3|3|c",
        mend: Some("ALTER TABLE t DROP CONSTRAINT alone, ADD PRIMARY KEY (id)"),
    },
    Cause {
        name: "truncate",
        obstacle: "CREATE TABLE child (id int REFERENCES t); INSERT INTO t VALUES (1000, 0, 'local')",
        bad: "TRUNCATE t; INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b')",
        changes: &["TRUNCATE t", "INSERT t", "INSERT t"],
        fails: 1,
        error: "[SQLSTATE 0A000] cannot truncate a table referenced in a foreign key constraint",
        rest: "1|1|a\n2|2|b",
        mend: Some("DROP TABLE child"),
    },
    Cause {
        name: "missing table",
        obstacle: "ALTER TABLE other RENAME TO elsewhere",
        bad: "INSERT INTO t VALUES (1, 1, 'a'); INSERT INTO other VALUES (2, 2, 'b'); \
              INSERT INTO t VALUES (3, 3, 'c')",
        changes: &["INSERT t", "INSERT other", "INSERT t"],
        fails: 2,
        error: "[SQLSTATE 42P01] Spock can't find relation \"public.other\"",
        rest: "1|1|a\n3|3|c",
        mend: Some("ALTER TABLE elsewhere RENAME TO other"),
    },
    Cause {
        name: "missing column",
        obstacle: "ALTER TABLE other DROP v",
        bad: "INSERT INTO t VALUES (1, 1, 'a'); INSERT INTO other VALUES (2, 2, 'b'); \
              INSERT INTO t VALUES (3, 3, 'c')",
        changes: &["INSERT t", "INSERT other", "INSERT t"],
        fails: 2,
        error: "[SQLSTATE 42703] replication target \"public.other\" lacks column \"v\" of the provider",
        rest: "1|1|a\n3|3|c",
        mend: Some("ALTER TABLE other ADD v text"),
    },
    Cause {
        name: "invalid data",
        obstacle: "DROP TABLE other; CREATE TYPE word AS ENUM ('a', 'c'); \
                   CREATE TABLE other (id int PRIMARY KEY, k int, v word)",
        bad: "INSERT INTO other VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')",
        changes: &["INSERT other", "INSERT other", "INSERT other"],
        fails: 2,
        error: "[SQLSTATE 22P02] invalid input value for enum public.word: \"b\"",
        rest: "",
        mend: Some("ALTER TYPE word ADD VALUE 'b'"),
    },
    Cause {
        name: "commit",
        // A part of the commit is rolled back before the whole of it is: neither may count as applied.
        obstacle: "CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                       BEGIN INSERT INTO public.t VALUES (9, 9, 'gone'); RAISE EXCEPTION 'of the part'; \
                       EXCEPTION WHEN raise_exception THEN NULL; END; \
                       IF new.k = 2 THEN RAISE EXCEPTION 'k is 2' USING ERRCODE = 'integrity_constraint_violation'; \
                       END IF; RETURN NULL; END $$; \
                   CREATE CONSTRAINT TRIGGER judge AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED \
                       FOR EACH ROW EXECUTE FUNCTION judge(); \
                   ALTER TABLE t ENABLE ALWAYS TRIGGER judge",
        bad: "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')",
        changes: ROWS,
        fails: 0,
        error: "exception at command_counter 0: [SQLSTATE 23000] k is 2",
        rest: "",
        mend: Some("DROP TRIGGER judge ON t; DROP FUNCTION judge"),
    },
    Cause {
        name: "message",
        obstacle: "",
        bad: "INSERT INTO t VALUES (1, 1, 'a'); \
              INSERT INTO spock.queue VALUES (now(), 'somebody', '{default}', 'Z', '\"ANY STATEMENT\"'); \
              INSERT INTO t VALUES (3, 3, 'c')",
        changes: &["INSERT t", "DDL queue", "INSERT t"],
        fails: 2,
        error: "[SQLSTATE 0A000] provider queued a message of type \"Z\", which is not supported here",
        rest: "1|1|a\n3|3|c",
        mend: None,
    },
];

const TABLE: &str = "SELECT id, k, v FROM t WHERE id < 1000 ORDER BY id";

fn prepare(link: &Link, cause: &Cause) {
    link.clear_log();
    link.everywhere("DROP TABLE IF EXISTS child, t, other; DROP TYPE IF EXISTS word");
    link.table("t", "id int PRIMARY KEY, k int, v text");
    link.table("other", "id int PRIMARY KEY, k int, v text");
    link.sync();
    link.n2().sql(cause.obstacle);
    link.good();
    link.n1().sql(&format!("BEGIN; {}; COMMIT", cause.bad));
    link.good();
}

/// One set of rows in the log, and in it the change that failed with its reason.
fn check_log(link: &Link, cause: &Cause, mode: &str, fates: &[&str]) {
    let name = cause.name;
    let n2 = link.n2();
    assert_eq!(
        n2.table(
            "SELECT count(DISTINCT (remote_origin, remote_commit_ts, remote_xid, retry_errored_at)) \
             FROM spock.exception_log"
        ),
        "1",
        "{mode}, {name}"
    );
    let log = link.log();
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.splitn(4, '|').collect()).collect();
    assert_eq!(lines.len(), fates.len(), "{mode}, {name}:\n{log}");
    for (at, (line, fate)) in lines.iter().zip(fates).enumerate() {
        let counter = at + 1;
        assert_eq!(line[0], counter.to_string(), "{mode}, {name}:\n{log}");
        if let Some(change) = cause.changes.get(at) {
            assert_eq!(format!("{} {}", line[1], line[2]), *change, "{mode}, {name}:\n{log}");
        }
        let what = if change_is_statement(line[1]) { "statement" } else { "tuple" };
        let wanted = fate.replace("{what}", what);
        assert!(line[3].contains(&wanted), "{mode}, {name}: wanted \"{wanted}\" in:\n{log}");
        // A change is called discarded only where it is missing.
        let told = line[3].contains("discarded");
        assert_eq!(told, wanted.contains("discarded"), "{mode}, {name}:\n{log}");
    }
}

fn change_is_statement(operation: &str) -> bool {
    matches!(operation, "DDL" | "TRUNCATE")
}

/// What is pending in `exceptions_pending` and `sub_show_status`.
fn pending(link: &Link) -> i64 {
    let n2 = link.n2();
    let shown: i64 = n2.value("SELECT pending_exceptions FROM spock.sub_show_status()");
    let listed: i64 =
        n2.value("SELECT coalesce(sum(changes), 0)::bigint FROM spock.exceptions_pending");
    assert_eq!(shown, listed);
    shown
}

/// Mends the cause, rehearses the retry, does it, and finds both nodes equal.
fn retry(link: &Link, cause: &Cause) {
    let n2 = link.n2();
    let Some(mend) = cause.mend else {
        n2.sql(
            "SELECT spock.exception_resolve(remote_origin, remote_commit_ts, remote_xid, 'by hand') \
             FROM spock.exceptions_pending",
        );
        assert_eq!(pending(link), 0, "{}", cause.name);
        return;
    };
    let call = "SELECT r.* FROM spock.exceptions_pending p, \
                spock.exception_retry(p.remote_origin, p.remote_commit_ts, p.remote_xid";
    let before = n2.table(TABLE);
    let waiting = pending(link);
    // While the cause is there the rehearsal says so, and changes nothing.
    let rehearsal = n2.table(&format!("{call}) r"));
    if !matches!(cause.name, "truncate" | "commit") {
        assert!(rehearsal.contains("would fail"), "{}:\n{rehearsal}", cause.name);
    }
    n2.sql(mend);
    let rehearsal = n2.table(&format!("{call}) r"));
    assert!(!rehearsal.contains("would fail"), "{}:\n{rehearsal}", cause.name);
    assert_eq!((n2.table(TABLE), pending(link)), (before, waiting), "a rehearsal left traces");
    let done = n2.table(&format!("{call}, false) r"));
    assert_eq!(done.lines().count() as i64, waiting, "{}:\n{done}", cause.name);
    assert_eq!(pending(link), 0, "{}:\n{done}", cause.name);
    link.assert_equal(TABLE);
    if cause.name != "missing column" {
        link.assert_equal("SELECT id, k, v::text FROM other ORDER BY id");
    }
    // What was applied late has the version that it has everywhere.
    let version = "SELECT t.id, v.timestamp FROM t, spock.xact_commit_timestamp_origin(t.xmin) v \
                   WHERE id < 1000 ORDER BY id";
    link.assert_equal(version);
}

fn after(link: &Link, cause: &Cause, mode: &str) {
    link.assert_healthy();
    assert_eq!(
        link.n2().value::<i64>("SELECT count(*) FROM good") % (2 * GOOD),
        0,
        "{mode}, {}",
        cause.name
    );
}

/// Seen to fail with a second set of rows in the log, with applied rows called discarded, and with what was
/// left out not pending.
#[test]
fn discard_leaves_out_what_fails() {
    let link = Link::start("discard");
    for cause in CAUSES {
        prepare(&link, cause);
        link.sync();
        after(&link, cause, "discard");
        assert_eq!(link.n2().table(TABLE), cause.rest, "{}", cause.name);
        let fates: Vec<&str> = (1..=cause.changes.len())
            .map(|counter| match cause.fails {
                0 => "discard: {what} discarded due to exception at command_counter 0",
                fails if counter == fails => cause.error,
                _ => "discard: {what} applied despite exception at command_counter",
            })
            .collect();
        check_log(&link, cause, "discard", &fates);
        let left_out = if cause.fails == 0 { cause.changes.len() as i64 } else { 1 };
        assert_eq!(pending(&link), left_out, "{}", cause.name);
        retry(&link, cause);
    }
}

/// Seen to fail with a second set of rows in the log.
#[test]
fn transdiscard_leaves_out_the_transaction() {
    let link = Link::start("transdiscard");
    for cause in CAUSES {
        prepare(&link, cause);
        link.sync();
        after(&link, cause, "transdiscard");
        assert_eq!(link.n2().table(TABLE), "", "{}", cause.name);
        let fates: Vec<&str> = (1..=cause.changes.len())
            .map(|counter| match cause.fails {
                0 => cause.error,
                fails if counter == fails => cause.error,
                _ => "transdiscard: {what} discarded due to exception at command_counter",
            })
            .collect();
        if cause.fails == 0 {
            let discarded = "transdiscard: {what} discarded due to exception at command_counter 0: [SQLSTATE 23000] k is 2";
            check_log(&link, cause, "transdiscard", &vec![discarded; cause.changes.len()]);
        } else {
            check_log(&link, cause, "transdiscard", &fates);
        }
        assert_eq!(pending(&link), cause.changes.len() as i64, "{}", cause.name);
        retry(&link, cause);
    }
}

/// Seen to fail with a second set of rows in the log.
#[test]
fn sub_disable_holds_everything_back() {
    let link = Link::start("sub_disable");
    for cause in CAUSES {
        prepare(&link, cause);
        link.wait_disabled();
        let reached: i64 = link.n2().value("SELECT count(*) FROM good");
        assert_eq!(reached % (2 * GOOD), GOOD, "{}", cause.name);
        assert_eq!(link.n2().table(TABLE), "", "{}", cause.name);
        let mut fates: Vec<&str> = (1..=cause.changes.len())
            .map(|counter| match cause.fails {
                fails if fails == counter => cause.error,
                _ => "sub_disable: {what} held back due to exception at command_counter",
            })
            .collect();
        fates.push("disabling subscription sub_n1_n2 due to exception(s) - skip_lsn = ");
        check_log(&link, cause, "sub_disable", &fates);
        assert_eq!(pending(&link), 0, "{}", cause.name);
        match cause.mend {
            Some(mend) => {
                link.n2().sql(mend);
                link.enable();
                link.sync();
                link.assert_equal(TABLE);
                assert_eq!(pending(&link), 0, "{}", cause.name);
            }
            None => skip(&link, cause),
        }
        after(&link, cause, "sub_disable");
        assert_eq!(
            link.n2().table("SELECT DISTINCT status FROM spock.exception_status"),
            if cause.mend.is_some() { "resolved" } else { "pending" },
            "{}",
            cause.name
        );
    }
}

/// The transaction is left out by hand, and so it is pending.
fn skip(link: &Link, cause: &Cause) {
    let n2 = link.n2();
    let mark = n2.log_size();
    n2.sql(
        "SELECT spock.sub_alter_skiplsn('sub_n1_n2', split_part(error_message, 'skip_lsn = ', 2)::pg_lsn) \
         FROM spock.exception_log WHERE operation = 'SUB_DISABLE'",
    );
    link.enable();
    link.sync();
    assert_eq!(n2.table(TABLE), "");
    assert_eq!(pending(link), cause.changes.len() as i64);
    let log = n2.log_since(mark);
    assert!(log.contains("WARNING:  skip-LSN of subscription \"sub_n1_n2\" cleared"), "{log}");
    assert_eq!(n2.table("SELECT sub_skip_lsn FROM spock.subscription"), "0/0");
}

/// Not everything has to be logged; what is missing is pending all the same.
///
/// Seen to fail with what was left out pending only where it is logged.
#[test]
fn less_can_be_logged() {
    let link = Link::start("discard");
    link.table("t", "id int PRIMARY KEY, k int, v text");
    link.n2().sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    for (logging, rows) in [("discard", "2|INSERT|t"), ("none", "")] {
        link.n2().sql(&format!("ALTER SYSTEM SET spock.exception_logging = {logging}"));
        link.n2().sql("SELECT pg_reload_conf()");
        link.wait_for("the setting", || link.n2().table("SHOW spock.exception_logging") == logging);
        // The worker reads it between two packets.
        link.good();
        link.sync();
        link.clear_log();
        link.n1().sql("INSERT INTO t VALUES (1, 1, 'a'), (2, 20, 'b')");
        link.sync();
        let log = link.n2().table(
            "SELECT command_counter, operation, table_name FROM spock.exception_log ORDER BY 1",
        );
        assert_eq!(log, rows, "{logging}");
        assert_eq!(pending(&link), 1, "{logging}");
        assert_eq!(link.n2().table("SELECT id FROM t"), "1");
        link.everywhere("DELETE FROM t");
        link.sync();
    }
}

/// The pause before a transaction is run as an exception; the stream is started anew after it.
#[test]
fn the_run_of_an_exception_can_be_delayed() {
    let link = Link::build(|cluster| {
        cluster
            .setting("spock.exception_behaviour", "discard")
            .setting("spock.restart_delay_on_exception", "1500ms")
    });
    link.table("t", "id int PRIMARY KEY, k int, v text");
    link.n2().sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    link.sync();
    let begun = std::time::Instant::now();
    link.n1().sql("INSERT INTO t VALUES (1, 1, 'a'), (2, 20, 'b')");
    link.good();
    link.sync();
    assert!(begun.elapsed().as_millis() >= 1500, "{:?}", begun.elapsed());
    link.assert_healthy();
    assert_eq!(link.n2().table("SELECT id FROM t"), "1");
    assert_eq!(pending(&link), 1);
}
