//! `trace`: one row on all nodes.

use super::run::on;
use super::table_diff::{at_home, filled};

#[test]
fn a_row_is_shown_with_its_conflicts_on_every_node() {
    let cluster = filled(2, 10);
    cluster.everywhere("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    cluster.node(0).sql("UPDATE account SET note = 'first' WHERE id = 7");
    cluster.node(1).sql("UPDATE account SET note = 'second' WHERE id = 7");
    let apart = on(&cluster, &["trace", "account", "id=7", "-o", "json"]).ends(0);
    assert!(apart.stderr.contains("not the same on the 2 nodes"), "{apart:#?}");
    cluster.everywhere("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    cluster.drain();
    let trace = on(&cluster, &["trace", "account", "id=7", "-o", "json"]).ends(0);
    assert!(trace.stderr.contains("the same on the 2 nodes"), "{trace:#?}");
    let items = trace.items();
    for (item, node) in items.iter().zip(["n1", "n2"]) {
        assert_eq!(item["node"], node);
        assert_eq!(item["what"], "row");
        assert_eq!(item["from"], "n2");
        assert_eq!(item["value"]["note"], "second");
    }
    // n1's change lost on n2: that is recorded there.
    let conflict = items.iter().find(|item| item["what"] == "conflict" && item["node"] == "n2");
    assert!(conflict.is_some_and(|c| c["note"].as_str().unwrap().contains("first")), "{items:#?}");

    at_home(&cluster.node(1), "DELETE FROM account WHERE id = 8");
    let shown = on(&cluster, &["trace", "public.account", "id=8"]).ends(0);
    let line = shown.stdout.lines().find(|line| line.starts_with("n2")).unwrap_or_default();
    assert!(line.contains("no row"), "{shown:#?}");
    cluster.allow_log("has no column");
    on(&cluster, &["trace", "account", "nothing=1"]).says("has no column \"nothing\"");
    on(&cluster, &["trace", "account", "id"]).ends(2);
    on(&cluster, &["trace", "nowhere", "id=1"]).ends(8);
}
