//! `table repair`: rows that differ are equal afterwards, whatever is written meanwhile or on its way.

use std::path::PathBuf;

use spock_tests::{Cluster, Node};

use super::run::{Run, on};
use super::table_diff::{at_home, delay, filled, found, load, plant, planted, shapes};

/// The scripts that a repair has left, by node.
fn undo_files(cluster: &Cluster) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(cluster.dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("undo-"))
        .collect();
    files.sort();
    files
}

fn repair(cluster: &Cluster, args: &[&str]) -> Run {
    let dir = cluster.dir().to_string_lossy().into_owned();
    on(cluster, &[&["table", "repair", "-o", "json", "--undo-dir", &dir], args].concat())
}

fn run_script(node: &Node<'_>, script: &PathBuf) {
    let output = node
        .client("psql", node.database_name())
        .args(["--no-psqlrc", "--quiet", "--file"])
        .arg(script)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn outcomes(run: &Run) -> Vec<(String, String, String, String)> {
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap_or("-").to_owned();
    let one = |item: &serde_json::Value| {
        let key = item["key"]["id"].as_str().unwrap_or("-").to_owned();
        (text(item, "node"), key, text(item, "action"), text(item, "outcome"))
    };
    run.items().iter().map(one).collect()
}

/// The version of a row of `account`.
fn version(node: &Node<'_>, id: u32) -> String {
    node.value(&format!(
        "SELECT v.commit_time || ' ' || v.node_id FROM account t,
                LATERAL spock.row_version(t.tableoid, t.ctid::text, t.xmin) v WHERE id = {id}"
    ))
}

/// Seen to fail with the check of the row here left out.
#[test]
fn planted_rows_are_repaired_under_load() {
    const ROWS: u32 = 20_000;
    let cluster = filled(3, ROWS);
    cluster.allow_log("connection to client lost");
    // Versions that are still known.
    cluster.node(0).sql(&format!("UPDATE account SET balance = 5 WHERE id > {}", ROWS - 1000));
    cluster.drain();
    delay(&cluster);
    let running = load(&cluster, ROWS, 30);
    plant(&cluster, ROWS);
    let file = cluster.dir().join("diff.json").to_string_lossy().into_owned();
    on(&cluster, &["table", "diff", "account", "--plan-out", &file]).ends(6);
    let args = ["--diff", &file, "--from", "n1"];

    let dry = repair(&cluster, &[&args[..], &["--dry-run"]].concat()).ends(0);
    let (missing, changed, extra) = (ROWS - 10, ROWS - 500, ROWS + 7);
    let all = |outcome: &str| {
        [("n2", changed, "update"), ("n2", missing, "insert"), ("n3", extra, "delete")].map(
            |(node, id, action)| {
                (node.to_owned(), id.to_string(), action.to_owned(), outcome.to_owned())
            },
        )
    };
    assert_eq!(outcomes(&dry), all("planned"));
    repair(&cluster, &args).ends(9).says("--confirm 'public.account'");
    // Before anything is compared.
    let wrong = repair(&cluster, &[&args[..], &["--confirm", "account"]].concat()).ends(9);
    assert!(!wrong.stderr.contains("compare"), "{wrong:#?}");
    repair(&cluster, &[&args[..], &["--yes"]].concat()).ends(9);
    let diff = on(&cluster, &["table", "diff", "account", "-o", "json"]).ends(6);
    let mut seen = found(&diff.items());
    seen.sort();
    assert_eq!(seen, planted(ROWS, "n3"), "nothing was changed yet");

    let confirmed = [&args[..], &["--confirm", "public.account"]].concat();
    let done =
        repair(&cluster, &confirmed).ends(0).says("3 rows are repaired, and equal on all nodes");
    assert_eq!(outcomes(&done), all("done"));
    on(&cluster, &["table", "diff", "account"]).ends(0);
    for id in [missing, changed] {
        let right = version(&cluster.node(0), id);
        assert_eq!(version(&cluster.node(1), id), right, "version of {id}");
        assert_eq!(version(&cluster.node(2), id), right, "version of {id}");
    }
    // The rows are not what they were any more.
    let again = repair(&cluster, &confirmed).ends(6).says("3 were skipped");
    assert_eq!(outcomes(&again), all("skipped"));
    drop(running);
    cluster.drain();
    cluster.assert_equal("SELECT count(*), sum(hashtext(t::text)) FROM account t");

    // Back to what it was.
    let scripts = undo_files(&cluster);
    assert_eq!(scripts.len(), 2, "{scripts:?}");
    for (node, script) in [1, 2].into_iter().zip(&scripts) {
        run_script(&cluster.node(node), script);
    }
    let diff = on(&cluster, &["table", "diff", "account", "-o", "json"]).ends(6);
    let mut seen = found(&diff.items());
    seen.sort();
    assert_eq!(seen, planted(ROWS, "n3"));
    // Without a file, the newest row wins: the one that was put back on n2.
    let newest = ["account", "--newest", "--where"];
    let condition = format!("id = {changed}");
    repair(&cluster, &[&newest[..], &[&condition, "--confirm", "public.account"]].concat()).ends(0);
    cluster.assert_equal(&format!("SELECT balance, note FROM account WHERE {condition}"));
    let balance: i64 =
        cluster.node(0).value(&format!("SELECT balance FROM account WHERE {condition}"));
    assert_eq!(balance, -1);
}

/// Changes that a third node made before the repair, and that come after it, are decided as if there had been
/// no repair: the newer one wins, and the older one loses.
///
/// Seen to fail without `repair_as_copy` (the insert of the deleted key loses), and without `keep_version`
/// (the older one wins).
#[test]
fn changes_that_are_under_way_during_a_repair_are_decided_alike() {
    let cluster = filled(3, 100);
    let all = "SELECT sub_name FROM spock.subscription WHERE sub_origin = spock.node_id_of('n3')";
    let switch = |word: &str| {
        for node in [0, 1] {
            cluster.node(node).sql(&format!("SELECT spock.sub_{word}(s.sub_name) FROM ({all}) s"));
        }
    };
    switch("disable");
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    cluster.node(2).sql("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    n3.sql("UPDATE account SET note = 'older' WHERE id = 1");
    n1.sql("UPDATE account SET note = 'right' WHERE id IN (1, 2)");
    n3.sql("UPDATE account SET note = 'newer' WHERE id = 2");
    n3.sql("INSERT INTO account VALUES (200, 1, 'inserted', '')");
    cluster.catch_up(0, 1);
    at_home(&n2, "UPDATE account SET note = 'wrong' WHERE id IN (1, 2)");
    at_home(&n2, "INSERT INTO account VALUES (200, 0, 'wrong', '')");
    let args = ["account", "--node", "n1,n2", "--from", "n1", "--confirm", "public.account"];
    let done = repair(&cluster, &args).ends(0);
    assert_eq!(done.items().len(), 3, "{done:#?}");
    assert_eq!(n2.table("SELECT note FROM account WHERE id < 3 ORDER BY id"), "right\nright");
    n3.sql("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    switch("enable");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM account ORDER BY id");
    let notes = "SELECT note FROM account WHERE id IN (1, 2, 200) ORDER BY id";
    assert_eq!(n2.table(notes), "right\nnewer\ninserted");
}

/// Rows are repaired in tables of every kind, and what stands in the way of one row is told.
#[test]
fn rows_of_tables_of_every_kind_are_repaired() {
    let cluster = shapes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    at_home(&n2, "DELETE FROM public.composite WHERE b = 'b77'");
    at_home(&n1, "UPDATE public.worded SET f = f + 1e-9, by = NULL WHERE word LIKE '%-78'");
    at_home(
        &n1,
        "UPDATE public.typed SET n = 7.5 WHERE n = 7.50; DELETE FROM public.typed WHERE n = 9.5",
    );
    at_home(&n1, "INSERT INTO public.bare SELECT v, n FROM public.bare ORDER BY v, n LIMIT 1");
    at_home(&n2, "INSERT INTO public.bare VALUES (NULL, 1), (NULL, 1)");
    at_home(
        &n2,
        "UPDATE public.parted SET v = NULL WHERE id IN (77, 78); DELETE FROM public.parted WHERE id = 80",
    );
    at_home(&n2, "UPDATE \"Odd One\".\"T\"\"x\" SET \"b c\" = 0 WHERE \"Key\" = 100");
    let tables = ["composite", "worded", "typed", "bare", "parted", "\"Odd One\".\"T\"\"x\""];
    let before: Vec<String> = tables
        .iter()
        .map(|t| n2.table(&format!("SELECT t::text FROM {} t ORDER BY 1", with_schema(t))))
        .collect();
    let args = [&tables[..], &["--from", "n1", "--confirm", "test"]].concat();
    let done = repair(&cluster, &args).ends(0);
    assert_eq!(done.items().len(), 10, "{done:#?}");
    on(&cluster, &[&["table", "diff"], &tables[..]].concat()).ends(0);
    let scripts = undo_files(&cluster);
    run_script(&n2, &scripts[0]);
    for (table, before) in tables.iter().zip(before) {
        let after = n2.table(&format!("SELECT t::text FROM {} t ORDER BY 1", with_schema(table)));
        assert_eq!(after, before, "{table}");
    }
    repair(&cluster, &args).ends(0);

    // A value that another row has: nothing of the node is changed.
    cluster.allow_log("duplicate key value");
    cluster.everywhere("CREATE TABLE public.account (id int PRIMARY KEY, code int UNIQUE)");
    cluster.everywhere("INSERT INTO public.account SELECT g, g FROM generate_series(1, 5) g");
    cluster.everywhere("SELECT spock.repset_add_table('default', 'public.account')");
    at_home(
        &n2,
        "DELETE FROM public.account WHERE id = 1; UPDATE public.account SET code = 1 WHERE id = 5",
    );
    at_home(&n2, "UPDATE public.account SET code = 50 WHERE id = 4");
    let args = ["account", "--from", "n1", "--confirm", "public.account"];
    let skipped = repair(&cluster, &args).ends(0);
    assert_eq!(skipped.items().len(), 3, "{skipped:#?}");
    at_home(
        &n2,
        "UPDATE public.account SET code = -1 WHERE id = 1; UPDATE public.account SET code = 1 WHERE id = 2",
    );
    repair(&cluster, &args)
        .ends(1)
        .says("could not update the row id=1")
        .says("nothing was changed");
    assert_eq!(n2.value::<i32>("SELECT code FROM public.account WHERE id = 1"), -1);
}

fn with_schema(table: &str) -> String {
    if table.contains('.') { table.to_owned() } else { format!("public.{table}") }
}
