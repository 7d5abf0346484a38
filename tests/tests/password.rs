//! Passwords that the servers use for their connections to each other show nowhere.

use spock_tests::{Cluster, canary};

#[test]
fn password_in_extra_connection_options_shows_nowhere() {
    let password = canary::password();
    let quoted = format!("password='{}'", password.replace('\'', "\\'"));
    let cluster = Cluster::builder()
        .nodes(2)
        .password(&password)
        .setting("spock.extra_connection_options", &quoted)
        .start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY)");
    }
    cluster.node(0).sql("SELECT spock.repset_add_table('default', 't')");
    cluster.subscribe(0, 1);
    cluster.node(0).sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    assert_eq!(cluster.node(1).value::<i64>("SELECT count(*) FROM t"), 1);
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());

    // Neither when the connection fails.
    cluster.allow_log("could not connect");
    cluster.node(0).stop(spock_tests::StopMode::Fast).unwrap();
    cluster.wait_for("the subscription to be down", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("down")
    });
    cluster.node(0).start().unwrap();
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
}
