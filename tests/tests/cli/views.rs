//! Ways to look at the whole cluster: who subscribes to whom as matrix, tree and graph, and what `cluster status` and
//! `cluster verify` show of it.

use spock_tests::StopMode;

use super::far::on_terminal;
use super::run::{bare, on};
use super::transcript::Transcript;

#[test]
fn the_cluster_is_shown_in_each_way() {
    let cluster = bare(3);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    on(&cluster, &["sub", "disable", "sub_n1_n3", "--yes"]).ends(0);
    cluster.wait_for("the worker to end", || {
        on(&cluster, &["sub", "status", "sub_n1_n3", "-o", "json"]).ends(0).items()[0]["status"]
            == "disabled"
    });
    let mut transcript = Transcript::of(&cluster);
    for form in ["matrix", "tree", "dot", "mermaid"] {
        transcript.run(&["cluster", "topology", "--format", form]).ends(0);
    }
    transcript.run(&["cluster", "topology", "--format", "cube"]).ends(2);
    transcript.run(&["cluster", "status", "--health", "--columns", "NODE,STATUS,REASON"]).ends(0);
    transcript.run(&["cluster", "status", "--versions", "--columns", "NODE,SPOCK,LIBRARY"]).ends(0);
    transcript.run(&["cluster", "status", "--topology"]).ends(0);
    transcript.run(&["cluster", "status", "--lag", "--columns", "NODE,NAME,STATUS"]).ends(0);
    transcript.run(&["cluster", "status", "--clock", "--columns", "NODE,REFERENCE"]).ends(0);
    transcript.run(&["cluster", "status", "--clock", "--lag"]).ends(2);
    transcript.run(&["cluster", "verify", "--arch", "--columns", "NODE,BITS,ENCODING"]).ends(0);
    transcript
        .run(&["cluster", "verify", "--connectivity", "--columns", "FROM,NODE,STATE"])
        .ends(0);

    let json = |args: &[&str], code: i32| {
        on(&cluster, &[args, &["-o", "json"]].concat()).ends(code).items().clone()
    };
    assert_eq!(json(&["cluster", "topology"], 0).len(), 6);
    let clocks = json(&["cluster", "status", "--clock"], 0);
    // One machine has one clock.
    assert_eq!(clocks.len(), 3);
    assert!(clocks.iter().all(|clock| clock["seconds"] == 0.0), "{clocks:#?}");
    let arch = json(&["cluster", "verify", "--arch"], 0);
    assert_eq!((arch.len(), arch[0]["bits"].as_i64()), (3, Some(64)));
    let major = cluster.node(0).value::<i32>("SELECT current_setting('server_version_num')::int");
    assert_eq!(arch[2]["major"], major / 10_000);

    let wide = on_terminal(&cluster, "cluster topology", &[]);
    assert!(wide.contains("PROVIDER"), "{wide}");

    // What cannot be reached from a server, and what cannot from here.
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).expect("it stops");
    cluster.wait_for("n1 to miss n2", || {
        json(&["cluster", "verify", "--connectivity"], 6)
            .iter()
            .any(|way| way["from"] == "n1" && way["node"] == "n2" && way["state"] == "unreachable")
    });
    transcript.run(&["cluster", "topology", "--format", "tree"]).ends(5);
    transcript.run(&["cluster", "topology", "--format", "dot"]).ends(5);
    on(&cluster, &["cluster", "verify", "--arch"]).ends(4);
    transcript.is("views");
}
