//! `conflict …`: which version won, why, and what else could have come of it.

use serde_json::json;
use spock_tests::{Cluster, StopMode};

use super::run::{bare, define, on};
use super::transcript::Transcript;

/// Two nodes that wrote the same rows while they did not hear each other; n2 later than n1.
fn met() -> Cluster {
    let cluster = Cluster::builder()
        .nodes(2)
        .without_create_extension()
        .setting("spock.save_resolutions", "on")
        .start();
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, note text, k int UNIQUE)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.everywhere("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'of n1')");
    cluster.node(1).sql("INSERT INTO t VALUES (1, 'of n2')");
    cluster.everywhere("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    cluster.drain();
    cluster
}

/// Seen to fail with the two rows of a resolver given as (local, remote).
#[test]
fn a_conflict_is_shown_explained_and_decided_again() {
    let cluster = met();
    let mut transcript = Transcript::of(&cluster);
    let items = transcript.run(&["conflict", "list", "-o", "json", "--node", "n1"]).ends(0).items();
    assert_eq!(items.len(), 1, "{items:#?}");
    let id = items[0]["id"].as_str().expect("an id");
    transcript.run(&["conflict", "list", "--since", "1h", "--table", "t", "--node", "n1"]).ends(0);
    transcript.run(&["conflict", "list", "--type", "update_missing"]).ends(0);
    transcript.run(&["conflict", "show", id]).ends(0);
    transcript.run(&["conflict", "explain", id]).ends(0);
    let of_loser =
        transcript.run(&["conflict", "list", "-o", "json", "--node", "n2"]).ends(0).items();
    assert_eq!(of_loser[0]["winner"], json!("local"));
    let lost = of_loser[0]["id"].as_str().expect("an id");
    transcript.run(&["conflict", "explain", lost]).ends(0);
    transcript.run(&["conflict", "explain", lost, "-o", "json"]).ends(0);
    transcript.run(&["conflict", "replay", id]).ends(0);
    transcript
        .run(&["conflict", "replay", lost, "--policy", "keep_local,first_update_wins"])
        .ends(0);

    cluster.everywhere(
        "CREATE FUNCTION both_notes(older t, newer t) RETURNS t IMMUTABLE LANGUAGE plpgsql AS $$
         BEGIN newer.note := older.note || ', ' || newer.note; RETURN newer; END $$",
    );
    for id in [id, lost] {
        let made =
            transcript.run(&["conflict", "replay", id, "--resolver", "both_notes", "-o", "json"]);
        assert_eq!(made.ends(0).items()[0]["row"]["note"], json!("of n1, of n2"));
    }
    assert_eq!(cluster.node(0).table("SELECT note FROM t WHERE id = 1"), "of n2");
    transcript.run(&["conflict", "replay", id, "--resolver", "nothing"]).ends(8);
    transcript.run(&["conflict", "show", "n1/999"]).ends(8);
    transcript.run(&["conflict", "explain", "999"]).ends(2);
    transcript.run(&["conflict", "explain", "n3/1"]).ends(3);
    transcript.is("conflict");
}

/// What is not between two versions is explained too, and is not decided again.
#[test]
fn values_of_unique_indexes_and_missing_rows_are_explained() {
    let cluster = met();
    cluster.everywhere("TRUNCATE spock.resolutions");
    cluster.everywhere("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    cluster.node(0).sql("INSERT INTO t VALUES (10, 'of n1', 100)");
    cluster.node(1).sql("INSERT INTO t VALUES (20, 'of n2', 100)");
    cluster.everywhere("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    cluster.drain();
    let mut transcript = Transcript::of(&cluster);
    let items = on(&cluster, &["conflict", "list", "--type", "update_exists", "-o", "json"])
        .ends(0)
        .items();
    let first = items.iter().find(|item| item["node"] == "n1").unwrap_or(&items[0]);
    let id = first["id"].as_str().expect("an id");
    let explained = transcript.run(&["conflict", "explain", id]).ends(0);
    assert!(explained.stdout.contains("t_k_key"), "{explained:#?}");
    transcript.run(&["conflict", "replay", id]).ends(8);
    transcript.is("conflict_unique_value");
}

#[test]
fn nodes_that_recorded_nothing_and_nodes_that_are_away() {
    let cluster = bare(2);
    define(&cluster, "");
    on(&cluster, &["conflict", "list"]).ends(8).says("is no spock node");
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).unwrap();
    on(&cluster, &["conflict", "list"]).ends(5).says("could not connect to node \"n2\"");
    on(&cluster, &["conflict", "show", "n2/1"]).ends(4);
    on(&cluster, &["conflict", "show", "n2/1", "--node", "n1"]).ends(2);
    cluster.node(1).start().unwrap();
}
