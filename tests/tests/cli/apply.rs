//! `cluster apply`: what differs from the definition is mended, and nothing else.

use std::fs;

use serde_json::Value;
use spock_tests::{Cluster, Node};

use super::declared::{SETS, defined, differences, write};
use super::killed::{destroy, kill, replicates, start};
use super::run::{bare, define, on};
use super::transcript::Transcript;

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
    cluster.allow_log("replication slot \"spk_app_");
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
        let _came_in_time = kill(&cluster, start(&cluster, &args, &step));
        killed.push(step);
    }
    assert!(killed.len() > 20, "{killed:?}");
    let runs = on(&cluster, &["runs", "list", "-o", "json"]).ends(0).items();
    let ours: Vec<_> = runs.iter().filter(|run| run["command"] == "cluster apply").collect();
    let count = |state| ours.iter().filter(|run| run["state"] == state).count();
    // The last step may be faster than the signal.
    assert!(count("done") <= 1, "{ours:?}");
    assert_eq!(count("interrupted") + count("done"), killed.len(), "{ours:?}");
    let last = runs.iter().find(|run| run["state"] == "interrupted").expect("a run");
    let last = last["run"].as_str().expect("an id");
    on(&cluster, &["runs", "resume", last]).ends(0).says("is as the definition says");
    let resumed = on(&cluster, &["runs", "list", "-o", "json"]).ends(0).items();
    let resumed = resumed.iter().find(|run| run["run"] == last).expect("the run");
    assert_eq!(resumed["state"], "done");
    on(&cluster, &args).ends(0).says("is as the definition says");
    assert_eq!(on(&cluster, &["cluster", "diff"]).ends(0).stdout, "");
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
    replicates(&cluster, 1);
    destroy(&cluster);
}

/// The columns of a table that do not have names of this run in them.
const STEADY: [&str; 2] = ["--columns", "node,object,field,change,outcome"];

#[test]
fn what_only_a_person_can_mend_is_told_and_the_rest_is_done() {
    let cluster = bare(3);
    define(&cluster, "");
    let file = cluster.dir().join("cluster.toml");
    let all = fs::read_to_string(&file).expect("the definition");
    let two = all.split("[[node]]\nname = \"n3\"").next().expect("two nodes");
    fs::write(&file, two).expect("written");
    let mut transcript = Transcript::of(&cluster);
    transcript.run(&with(&["--yes"])).ends(8);
    on(&cluster, &["cluster", "init"]).ends(0);
    transcript.run(&with(&["--yes"])).ends(0);

    // A node that is to join, another way to send values, and settings of servers.
    let more = "
[[subscription]]
name = 'sub_n1_n2'
subscriber = 'n2'
provider = 'n1'
force_text_transfer = true
[guc]
max_connections = 77
[[repset]]
name = 'reports'
";
    fs::write(&file, format!("{all}{more}")).expect("written");
    transcript.run(&with(&["--dry-run", "--columns", "node,step"])).ends(0);
    transcript.run(&with(&["--yes", "--no-progress", STEADY[0], STEADY[1]])).ends(6);
    let again = on(&cluster, &with(&["--yes", "-o", "json"])).ends(6);
    assert_eq!(
        outcomes(&again.items()),
        [
            "n1 setting - max_connections - changed person person",
            "n1 subscription - sub_n3_n1 - missing person person",
            "n2 setting - max_connections - changed person person",
            "n2 subscription - sub_n1_n2 force_text_transfer changed person person",
            "n2 subscription - sub_n3_n2 - missing person person",
            "n3 node - n3 - missing person person",
        ]
    );
    let advice = |at: usize| again.items()[at]["advice"].as_str().expect("advice").to_owned();
    assert!(advice(0).contains("`spockctl node guc set --from-file`"), "{again:#?}");
    assert!(advice(1).contains("it comes with node n3"), "{again:#?}");
    let warnings = again.json()["warnings"].to_string();
    assert!(warnings.contains("n3: node n3 is not mended here: rows that"), "{warnings}");
    // What counts after a restart is told to need one.
    on(&cluster, &["node", "guc", "set", "max_connections", "77", "--node", "n1", "--yes"]).ends(0);
    on(&cluster, &with(&["--yes"])).ends(6).says("counts after a restart of the server");

    // A pause is somebody's.
    fs::write(&file, two).expect("written");
    on(&cluster, &["cluster", "pause", "--yes"]).ends(0);
    let paused = on(&cluster, &with(&["--yes", "-o", "json"])).ends(6).says("paused by ");
    assert_eq!(paused.items().len(), 4, "and a set that is left on two");
    let enabled = "SELECT count(*) FROM spock.subscription WHERE sub_enabled";
    assert_eq!(cluster.node(0).value::<i64>(enabled), 0);
    on(&cluster, &["cluster", "resume"]).ends(0);
    on(&cluster, &with(&["--prune", "--confirm", "test"])).ends(0).says("2 removed");
    on(&cluster, &["cluster", "diff"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(spock_tests::StopMode::Fast).expect("a stop");
    on(&cluster, &with(&["--yes"])).ends(4).says("could not connect to node \"n2\"");
    cluster.node(1).start().expect("a start");
    transcript.is("cluster_apply");
}

#[test]
fn a_subscription_goes_over_to_another_address() {
    let cluster = defined("");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let known = || {
        n1.table(
            "SELECT i.if_name, substring(i.if_dsn, 'connect_timeout=(.*)'), s.sub_name
               FROM spock.node_interface i JOIN spock.node n ON n.node_id = i.if_nodeid
               LEFT JOIN spock.subscription s ON s.sub_origin_if = i.if_id
              WHERE n.node_name = 'n2' ORDER BY 1",
        )
    };
    let apply = || {
        on(&cluster, &with(&["--yes"])).ends(0);
        on(&cluster, &["cluster", "diff"]).ends(0);
    };
    let address = |seconds: u8| format!("{} connect_timeout={seconds}", n2.dsn());
    assert_eq!(known(), "n2|∅|sub_n2_n1");
    // The interface keeps its name where it is the node's own; another one comes with its name.
    let peer = |seconds: u8| format!("peer = {:?}\n", address(seconds));
    write(&cluster, &peer(5));
    apply();
    assert_eq!(known(), "n2|5|sub_n2_n1");
    let private = format!("[[node.interface]]\nname = 'private'\npeer = {:?}\n", address(6));
    let by = "[[subscription]]\nname = 'sub_n2_n1'\nsubscriber = 'n1'\nprovider = 'n2'\n";
    write(&cluster, &format!("{}{private}{by}interface = 'private'\n", peer(5)));
    apply();
    assert_eq!(known(), "n2|5|∅\nprivate|6|sub_n2_n1");
    write(&cluster, &format!("{}{private}{by}dsn = {:?}\n", peer(5), address(7)));
    apply();
    assert_eq!(known(), "n2|5|∅\nprivate|6|∅\nsub_n2_n1|7|sub_n2_n1");
    write(&cluster, &format!("{}{private}", peer(8)));
    apply();
    assert_eq!(known(), "n2|8|sub_n2_n1\nprivate|6|∅\nsub_n2_n1|7|∅");
    n2.sql("INSERT INTO orders VALUES (1, 1)");
    n1.sql("INSERT INTO orders VALUES (2, 2)");

    // One that leads to another node is refused before anything is done.
    write(&cluster, &format!("peer = {:?}\n{private}", n1.dsn()));
    on(&cluster, &with(&["--yes"])).ends(8).says("does not lead to the database of node \"n2\"");
    assert_eq!(known(), "n2|8|sub_n2_n1\nprivate|6|∅\nsub_n2_n1|7|∅");
    // One by which nothing comes is waited for, but not for ever, and the way back is told.
    cluster.allow_log("could not connect to");
    let nowhere = "peer = 'host=127.0.0.1 port=1 dbname=app user=postgres'\n";
    write(&cluster, &format!("{nowhere}{private}"));
    on(&cluster, &with(&["--yes", "--timeout", "3s"]))
        .ends(7)
        .says("could not be seen from here")
        .says("could not wait until sub_n2_n1 replicates on node \"n1\"")
        .says("or take back what was done");
    write(&cluster, &format!("{}{private}", peer(8)));
    apply();
    cluster.drain();
}

/// Partitions that go with their table get its new columns; one that is named keeps what it is said to have.
#[test]
fn a_table_is_changed_with_its_partitions() {
    let cluster = bare(2);
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE TABLE parts (id int PRIMARY KEY, v text, w text) PARTITION BY RANGE (id);
         CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
         CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (10) TO (20)",
    );
    let set = |columns: &str| {
        format!(
            "[[repset]]\nname = 'reports'\ntables = [{{ name = 'public.part2', columns = ['id'] }}, {{ name = 'public.parts', columns = {columns} }}]\n"
        )
    };
    write(&cluster, &set("['id', 'v']"));
    on(&cluster, &["cluster", "init"]).ends(0);
    let columns = || {
        n1.table(
            "SELECT set_reloid, set_att_list FROM spock.replication_set_table
               JOIN spock.replication_set USING (set_id) WHERE set_name = 'reports' ORDER BY 1",
        )
    };
    assert_eq!(columns(), "parts|{id,v}\npart1|{id,v}\npart2|{id}");
    write(&cluster, &set("['id', 'w']"));
    on(&cluster, &with(&["--yes"])).ends(0).says("2 differences mended");
    assert_eq!(columns(), "parts|{id,w}\npart1|{id,w}\npart2|{id}");
    on(&cluster, &["cluster", "diff"]).ends(0);
}

/// A stream that begins anew leaves out what was written before: who makes the cluster again is told.
#[test]
fn what_init_makes_without_a_copy_in_a_running_cluster_is_told() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    write(&cluster, "[ddl]\nauto = true\n");
    let init = ["cluster", "init", "--add-all-tables", "public"];
    let first = on(&cluster, &init).ends(0);
    assert!(!first.stderr.contains("without a copy"), "{first:#?}");
    for node in cluster.nodes() {
        assert_eq!(node.value::<String>("SHOW spock.include_ddl_repset"), "on");
    }
    on(&cluster, &["cluster", "diff"]).ends(0);
    n1.sql("SELECT spock.sub_drop('sub_n2_n1')");
    n2.sql("INSERT INTO t VALUES (1, 'unheard of')");
    let told = "n1: subscription sub_n2_n1 is made without a copy: what was written on n2 while";
    let dry = on(&cluster, &[&init[..], &["--dry-run", "-o", "json"]].concat()).ends(0);
    assert!(dry.json()["warnings"].to_string().contains(told), "{dry:#?}");
    let title = |item: &&Value| item["step"] == "n1.sub_create.sub_n2_n1";
    let items = dry.items();
    let title = &items.iter().find(title).expect("the step")["title"];
    assert_eq!(title, "create subscription sub_n2_n1 to n2, without a copy");
    on(&cluster, &init).ends(0).says(told);
    let again = on(&cluster, &init).ends(0).says("0 steps done");
    assert!(!again.stderr.contains("without a copy"), "{again:#?}");
    // As it was told: the row did not come, and is found.
    cluster.drain();
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(6);
    n1.sql("INSERT INTO t VALUES (2, 'x')");
    replicates(&cluster, 3);
}
