//! `cluster diff`: what is declared against what is.

use std::fs;

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{bare, define, on};

pub(crate) const SETS: &str = "
[[repset]]
name = 'reports'
replicate = ['insert', 'update']
tables = ['public.orders', { name = 'public.account', columns = ['id', 'v'] }]
sequences = ['public.numbers']
";

/// Two nodes made from a definition, which stands in the cluster's file.
pub(crate) fn defined(more: &str) -> Cluster {
    let cluster = bare(2);
    cluster.node(0).sql(
        "CREATE TABLE orders (id int PRIMARY KEY, total int);
         CREATE TABLE account (id int PRIMARY KEY, v text, note text);
         CREATE TABLE extra (id int PRIMARY KEY); CREATE SEQUENCE numbers; CREATE SEQUENCE others",
    );
    write(&cluster, more);
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster
}

/// Writes the definition with this at its end.
pub(crate) fn write(cluster: &Cluster, more: &str) {
    define(cluster, "");
    let file = cluster.dir().join("cluster.toml");
    let text = fs::read_to_string(&file).expect("the definition") + more;
    fs::write(&file, text).expect("the definition");
}

/// Each difference as `node object field change remedy`.
pub(crate) fn differences(items: &[Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    items
        .iter()
        .map(|item| {
            let parts = ["node", "kind", "set", "name", "field", "change", "remedy"];
            parts.map(|part| word(&item[part])).join(" ")
        })
        .collect()
}

#[test]
fn every_kind_of_drift_is_told() {
    let cluster = defined(SETS);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let diff =
        on(&cluster, &["cluster", "diff"]).ends(0).says("2 nodes are as the definition says");
    assert_eq!(diff.stdout, "");

    n1.sql(
        "SELECT spock.repset_remove_table('reports', 'orders');
         SELECT spock.repset_add_table('reports', 'extra');
         SELECT spock.repset_remove_table('reports', 'account');
         SELECT spock.repset_add_table('reports', 'account', columns := '{id,note}');
         SELECT spock.repset_remove_seq('reports', 'numbers');
         SELECT spock.repset_add_seq('reports', 'others');
         SELECT spock.repset_alter('reports', replicate_insert := false);
         SELECT spock.repset_create('mine');
         SELECT spock.node_add_interface('n1', 'private', 'host=10.0.0.1');
         SELECT spock.repset_add_table('default', 'extra')",
    );
    n2.sql("SELECT spock.repset_drop('reports')");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n2.sql("SELECT spock.sub_alter_options('sub_n1_n2', '{\"apply_delay\": \"1 hour\"}')");
    n1.sql("SELECT spock.sub_drop('sub_n2_n1')");
    n1.sql("UPDATE spock.node SET location = 'Mars' WHERE node_name = 'n1'");

    let json = on(&cluster, &["cluster", "diff", "-o", "json"]).ends(6);
    assert_eq!(
        differences(&json.items()),
        [
            "n1 node - n1 location extra remove",
            "n1 interface - private - extra remove",
            "n1 repset - mine - extra remove",
            "n1 repset - reports replicate changed make",
            "n1 table reports public.account - changed make",
            "n1 table reports public.extra - extra remove",
            "n1 table reports public.orders - missing make",
            "n1 sequence reports public.numbers - missing make",
            "n1 sequence reports public.others - extra remove",
            "n1 subscription - sub_n2_n1 - missing make",
            "n2 repset - reports - missing make",
            "n2 table reports public.account - missing make",
            "n2 table reports public.orders - missing make",
            "n2 sequence reports public.numbers - missing make",
            "n2 subscription - sub_n1_n2 enabled changed make",
            "n2 subscription - sub_n1_n2 apply_delay changed make",
        ]
    );
    let account = &json.items()[4];
    assert_eq!(account["file"], "columns [\"id\", \"v\"]");
    assert_eq!(account["live"], "columns [\"id\", \"note\"]");
    let text = on(&cluster, &["cluster", "diff"])
        .ends(6)
        .says("16 differences")
        .says(
            "make the nodes as the definition says with `spockctl cluster apply`, or one by one with `spockctl repset add-seq`, `spockctl repset add-table`, \
             `spockctl repset alter`, `spockctl repset create`, `spockctl repset remove-table`, `spockctl sub alter`, \
             `spockctl sub create`, `spockctl sub enable`\n",
        )
        .says(
            "remove what it does not name with `spockctl cluster apply --prune`, or one by one with `spockctl node drop-interface`, `spockctl repset drop`, \
             `spockctl repset remove-seq`, `spockctl repset remove-table`\n",
        );
    for line in [
        "--- live",
        "+++ definition",
        "-location = \"Mars\"",
        "-interface.private = \"host=10.0.0.1\"",
        "-replicate = [\"update\"]",
        "+replicate = [\"insert\", \"update\"]",
        "-  { name = \"public.account\", columns = [\"id\", \"note\"] },",
        "+  { name = \"public.account\", columns = [\"id\", \"v\"] },",
        "-[node.n1.repset.mine]",
        "+[node.n1.subscription.sub_n2_n1]",
        "-apply_delay = \"01:00:00\"",
    ] {
        assert!(text.stdout.lines().any(|found| found == line), "no {line} in {}", text.stdout);
    }
    let one = on(&cluster, &["cluster", "diff", "-o", "json", "--node", "n2"]).ends(6);
    assert_eq!(one.items().len(), 6);
}

#[test]
fn what_only_a_person_can_mend_is_told_with_what_to_do() {
    let cluster = bare(3);
    let all = {
        define(&cluster, "");
        fs::read_to_string(cluster.dir().join("cluster.toml")).expect("the definition")
    };
    let file = cluster.dir().join("cluster.toml");
    let two = all.split("[[node]]\nname = \"n3\"").next().expect("two nodes");
    fs::write(&file, two).expect("written");
    on(&cluster, &["cluster", "init"]).ends(0);

    // A third node, while the two replicate.
    fs::write(&file, &all).expect("written");
    let diff = on(&cluster, &["cluster", "diff", "-o", "json"]).ends(6);
    let found = differences(&diff.items());
    assert_eq!(found[2], "n3 node - n3 - missing person", "{found:?}");
    assert!(diff.items()[2]["advice"].as_str().expect("advice").contains("spockctl cluster init"));

    fs::write(&file, two.replace("name = \"n2\"", "name = \"other\"")).expect("written");
    let diff = on(&cluster, &["cluster", "diff", "-o", "json"]).ends(6);
    let found = differences(&diff.items());
    assert!(found.contains(&"other node - other name changed person".to_owned()), "{found:?}");

    let turned = "[[subscription]]\nname = 'sub_n1_n2'\nsubscriber = 'n2'\nprovider = 'n1'\nforce_text_transfer = true\n";
    fs::write(&file, format!("{two}{turned}")).expect("written");
    let diff = on(&cluster, &["cluster", "diff", "-o", "json"]).ends(6);
    assert_eq!(
        differences(&diff.items()),
        ["n2 subscription - sub_n1_n2 force_text_transfer changed person"]
    );
    on(&cluster, &["cluster", "diff"]).ends(6).says("spockctl sub drop sub_n1_n2 --node n2");

    // Nothing differs, as far as can be seen.
    fs::write(&file, two).expect("written");
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).unwrap();
    let diff = on(&cluster, &["cluster", "diff", "-o", "json"]).ends(5);
    assert_eq!(diff.json()["errors"][0]["node"], "n2");
    assert!(diff.items().is_empty());
    cluster.node(0).stop(StopMode::Fast).unwrap();
    on(&cluster, &["cluster", "diff"]).ends(4);
    cluster.node(0).start().unwrap();
    cluster.node(1).start().unwrap();
}
