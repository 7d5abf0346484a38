//! `cluster apply`: what differs from the definition is mended, and nothing else.

use std::fs;

use serde_json::Value;
use spock_tests::{Cluster, Node};

use super::declared::{SETS, defined, differences, write};
use super::killed::{destroy, kill, replicates, start};
use super::run::on;

const APPLY: [&str; 2] = ["cluster", "apply"];

fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&APPLY[..], args].concat()
}

/// Each difference with what became of it.
fn outcomes(items: &[Value]) -> Vec<String> {
    let outcome = |item: &Value| item["outcome"].as_str().unwrap_or("-").to_owned();
    differences(items).into_iter().zip(items).map(|(d, item)| d + " " + &outcome(item)).collect()
}

fn steps(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["step"].as_str().expect("a step").to_owned()).collect()
}

/// The definition of [`defined`], with much that the nodes of it are not.
fn richer(cluster: &Cluster) {
    let far = |node: &Node<'_>, seconds: u8| format!("{} connect_timeout={seconds}", node.dsn());
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    write(
        cluster,
        &format!(
            "
[[node.interface]]
name = 'private'
peer = {:?}
[ddl]
auto = true
[[repset]]
name = 'reports'
replicate = ['insert', 'update', 'delete']
tables = ['public.orders', {{ name = 'public.account', columns = ['id', 'note'], row_filter = 'id>0' }}]
sequences = ['public.others']
[[repset]]
name = 'more'
tables = ['public.extra']
[[subscription]]
name = 'sub_n2_n1'
subscriber = 'n1'
provider = 'n2'
interface = 'private'
apply_delay = '1s'
forward_origins = ['all']
skip_schema = ['old']
replication_sets = ['default', 'default_insert_only', 'ddl_sql', 'reports', 'more']
[[subscription]]
name = 'sub_n1_n2'
subscriber = 'n2'
provider = 'n1'
replication_sets = ['default', 'default_insert_only', 'ddl_sql', 'reports']
",
            far(&n2, 7)
        ),
    );
    let file = cluster.dir().join("cluster.toml");
    let text = fs::read_to_string(&file).expect("the definition");
    let peer = far(&n1, 8);
    let about = "location = 'Earth'\ncountry = 'EU'\ninfo = { tiebreaker = 1 }\n";
    let text =
        text.replacen("name = \"n1\"\n", &format!("name = \"n1\"\n{about}peer = {peer:?}\n"), 1);
    fs::write(&file, text).expect("the definition");
}

/// What the definition of [`richer`] does not name, and lacks.
fn astray(cluster: &Cluster) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "SELECT spock.repset_create('mine');
         SELECT spock.node_add_interface('n1', 'spare', 'host=10.0.0.1')",
    );
    n2.sql("UPDATE spock.node SET location = 'Mars' WHERE node_name = 'n2'");
    n2.sql("SELECT spock.repset_add_table('reports', 'extra')");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.sql("SELECT spock.sub_drop('sub_n2_n1')");
}

const DIFFERENCES: [&str; 31] = [
    "n1 node - n1 peer changed make",
    "n1 node - n1 location missing make",
    "n1 node - n1 country missing make",
    "n1 node - n1 info missing make",
    "n1 interface - spare - extra remove",
    "n1 setting - spock.enable_ddl_replication - changed make",
    "n1 setting - spock.include_ddl_repset - changed make",
    "n1 setting - spock.allow_ddl_from_functions - changed make",
    "n1 repset - mine - extra remove",
    "n1 repset - more - missing make",
    "n1 table more public.extra - missing make",
    "n1 repset - reports replicate changed make",
    "n1 table reports public.account - changed make",
    "n1 sequence reports public.numbers - extra remove",
    "n1 sequence reports public.others - missing make",
    "n1 subscription - sub_n2_n1 - missing make",
    "n2 node - n2 location extra remove",
    "n2 interface - private - missing make",
    "n2 setting - spock.enable_ddl_replication - changed make",
    "n2 setting - spock.include_ddl_repset - changed make",
    "n2 setting - spock.allow_ddl_from_functions - changed make",
    "n2 repset - more - missing make",
    "n2 table more public.extra - missing make",
    "n2 repset - reports replicate changed make",
    "n2 table reports public.account - changed make",
    "n2 table reports public.extra - extra remove",
    "n2 sequence reports public.numbers - extra remove",
    "n2 sequence reports public.others - missing make",
    "n2 subscription - sub_n1_n2 dsn changed make",
    "n2 subscription - sub_n1_n2 enabled changed make",
    "n2 subscription - sub_n1_n2 replication_sets changed make",
];

#[test]
fn every_kind_of_drift_is_mended_and_what_is_extra_goes_when_asked() {
    let cluster = defined(SETS);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    richer(&cluster);
    astray(&cluster);
    let diff = || on(&cluster, &["cluster", "diff", "-o", "json"]);
    assert_eq!(differences(&diff().ends(6).items()), DIFFERENCES);

    // Nothing is changed where it is only looked at, and where nobody agrees.
    let dry = on(&cluster, &with(&["--dry-run", "-o", "json"])).ends(0);
    assert_eq!(dry.items().len(), 27, "{dry:#?}");
    let warnings = dry.json()["warnings"].to_string();
    for warning in [
        "subscription sub_n2_n1 is made without a copy: what was written on n2 while",
        "n1: replication set mine is there, which the definition does not name; --prune removes it",
        "n2: node n2 has a location that the definition does not name; --prune removes it",
        "rows that public.extra has already are not sent to the subscribers of more",
    ] {
        assert!(warnings.contains(warning), "no \"{warning}\" in {warnings}");
    }
    let text = on(&cluster, &with(&["--dry-run"])).ends(0).says("27 steps, 0 destructive");
    assert!(text.stdout.contains("would create subscription sub_n2_n1 to n2, without a copy"));
    on(&cluster, &with(&["--prune", "--dry-run"])).ends(0).says("33 steps, 6 destructive");
    on(&cluster, &APPLY).ends(9).says("give --yes");
    on(&cluster, &with(&["--prune", "--yes"])).ends(9).says("give --confirm 'test'");
    on(&cluster, &with(&["--prune", "--confirm", "prod"])).ends(9);
    on(&cluster, &with(&["--node", "n1", "--yes"])).ends(2).says("leave out --node");
    assert_eq!(differences(&diff().ends(6).items()), DIFFERENCES);
    assert!(on(&cluster, &["runs", "list", "-o", "json"]).items().len() == 1, "that of init");

    let applied = on(&cluster, &with(&["--yes", "-o", "json"]))
        .ends(0)
        .says("25 differences mended, 0 removed; 6 things that it does not name were left");
    let wanted: Vec<String> = DIFFERENCES
        .iter()
        .map(|d| format!("{d} {}", if d.ends_with("remove") { "left" } else { "made" }))
        .collect();
    assert_eq!(outcomes(&applied.items()), wanted);
    let left: Vec<&str> = DIFFERENCES.into_iter().filter(|d| d.ends_with("remove")).collect();
    assert_eq!(differences(&diff().ends(6).items()), left);
    let again = on(&cluster, &with(&["--yes"])).ends(0).says("6 things that it does not name");
    assert!(again.stdout.contains("left"), "{again:#?}");

    let pruned = on(&cluster, &with(&["--prune", "--confirm", "test"])).ends(0);
    assert!(pruned.stderr.contains("as the definition says: 0 differences mended, 6 removed"));
    assert!(pruned.stdout.contains("removed"), "{pruned:#?}");
    assert!(diff().ends(0).items().is_empty());
    on(&cluster, &with(&["--prune", "-o", "json"])).ends(0).says("is as the definition says");

    // It is so: by what the catalogs have, and by rows.
    let options = "SELECT i.if_name, s.sub_apply_delay, s.sub_forward_origins, s.sub_skip_schema
                     FROM spock.subscription s JOIN spock.node_interface i ON i.if_id = s.sub_origin_if";
    assert_eq!(n1.table(options), "n2|00:00:01|{all}|{old}");
    assert_eq!(n2.table("SELECT node_name, if_name FROM spock.node_interface i JOIN spock.node n ON n.node_id = i.if_nodeid ORDER BY 1, 2"),
        "n1|n1\nn2|n2\nn2|private");
    assert_eq!(n1.value::<String>("SHOW spock.enable_ddl_replication"), "on");
    n1.sql("INSERT INTO orders VALUES (1, 1); INSERT INTO account VALUES (1, 'v', 'note'), (-1, 'v', 'note')");
    n2.sql("INSERT INTO orders VALUES (2, 2); INSERT INTO extra VALUES (2)");
    cluster.drain();
    assert_eq!(n2.table("SELECT id, v, note FROM account"), "1|∅|note");
    assert_eq!(n1.table("SELECT id FROM orders ORDER BY id"), "1\n2");
    assert_eq!(n1.table("SELECT id FROM extra"), "2");
    destroy(&cluster);
}

#[test]
fn a_saved_plan_is_done_as_long_as_nothing_has_changed() {
    let cluster = defined(SETS);
    let n1 = cluster.node(0);
    let file = cluster.dir().join("plan.json");
    let plan = file.to_str().expect("UTF-8");
    let save = |args: &[&str]| {
        let args = [&with(&["--dry-run", "--plan-out", plan])[..], args].concat();
        on(&cluster, &args).ends(0);
    };
    n1.sql("SELECT spock.repset_remove_table('reports', 'orders')");
    n1.sql("SELECT spock.repset_create('mine')");
    save(&[]);
    let text = fs::read_to_string(&file).expect("the plan");
    assert!(text.contains("spock.repset_add_table"), "{text}");
    // The state is another one, also where the steps are the same.
    n1.sql("SELECT spock.repset_remove_seq('reports', 'numbers')");
    on(&cluster, &with(&["--plan", plan])).ends(8).says("no longer the plan");
    n1.sql("SELECT spock.repset_add_seq('reports', 'numbers')");
    n1.sql("SELECT spock.repset_create('another')");
    on(&cluster, &with(&["--plan", plan])).ends(8).says("no longer the plan");
    n1.sql("SELECT spock.repset_drop('another')");
    // So is the definition.
    write(&cluster, &format!("{SETS}\n[ddl]\nauto = false\n"));
    on(&cluster, &with(&["--plan", plan])).ends(8).says("no longer the plan");
    write(&cluster, SETS);
    on(&cluster, &with(&["--plan", plan, "--prune"])).ends(2);
    on(&cluster, &with(&["--plan", plan, "--dry-run"])).ends(0).says("1 steps, 0 destructive");
    // Who made it has agreed to it.
    on(&cluster, &with(&["--plan", plan]))
        .ends(0)
        .says("1 differences mended, 0 removed; 1 things");
    on(&cluster, &with(&["--plan", plan])).ends(8).says("no longer the plan");

    save(&["--prune"]);
    on(&cluster, &with(&["--plan", plan])).ends(9).says("give --confirm 'test'");
    on(&cluster, &with(&["--plan", plan, "--confirm", "test"])).ends(0).says("1 removed");
    on(&cluster, &["cluster", "diff"]).ends(0);
    let other = cluster.dir().join("cluster.toml");
    on(&cluster, &with(&["--plan", other.to_str().expect("UTF-8")])).ends(3).says("--plan-out");
    on(&cluster, &with(&["--plan", "/nowhere"])).ends(3).says("could not read plan");
}

/// One run is killed at each step that it comes to; the last one finishes.
#[test]
fn apply_that_is_killed_at_each_step_is_finished_by_the_same_command() {
    let cluster = defined(SETS);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    cluster.node(1).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    for node in cluster.nodes() {
        node.sql("SELECT spock.repset_add_table('default', 't')");
    }
    // A walsender of the dead run may find its slot dropped.
    cluster.allow_log("does not exist");
    richer(&cluster);
    astray(&cluster);
    let args = with(&["--prune", "--confirm", "test"]);
    let mut killed: Vec<String> = Vec::new();
    loop {
        let plan = on(&cluster, &[&args[..], &["--dry-run", "-o", "json"]].concat()).ends(0);
        let Some(step) = steps(&plan.items()).into_iter().find(|step| !killed.contains(step))
        else {
            break;
        };
        kill(&cluster, start(&cluster, &args, &step));
        killed.push(step);
    }
    assert!(killed.len() > 20, "{killed:?}");
    let runs = on(&cluster, &["runs", "list", "-o", "json"]).ends(0).items();
    let interrupted = runs.iter().filter(|run| run["state"] == "interrupted").count();
    assert_eq!(interrupted, killed.len());
    on(&cluster, &args).ends(0).says("is as the definition says");
    assert_eq!(on(&cluster, &["cluster", "diff"]).ends(0).stdout, "");
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
    replicates(&cluster, 1);
    destroy(&cluster);
}
