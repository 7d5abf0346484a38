//! Old rows of `spock.resolutions` go, by hand and by themselves.

use spock_tests::{Cluster, StopMode};

#[test]
fn old_resolutions_are_removed() {
    // 0: the manager removes nothing by itself.
    let cluster = Cluster::builder().setting("spock.resolutions_retention_days", "0").start();
    let n1 = cluster.node(0);
    cluster.create_nodes();
    n1.sql(
        "INSERT INTO spock.resolutions (node_name, log_time)
         SELECT 'n1', now() - make_interval(days => age)
           FROM unnest(ARRAY[1, 10, 200, 300]) AS age",
    );
    let count = "SELECT count(*) FROM spock.resolutions";
    cluster.refuses(
        &n1,
        "SELECT spock.cleanup_resolutions(-1)",
        "22023",
        "days must not be negative",
    );
    assert_eq!(n1.value::<i64>("SELECT spock.cleanup_resolutions(250)"), 1);
    // With a setting the manager removes what is older, once a day ...
    n1.set(&[("spock.resolutions_retention_days", "100")]).unwrap();
    n1.reload().unwrap();
    cluster.wait_for("the manager to remove what is old", || n1.value::<i64>(count) == 2);
    // ... and without an argument the setting counts.
    n1.sql(
        "INSERT INTO spock.resolutions (node_name, log_time)
         VALUES ('n1', now() - interval '150 days')",
    );
    assert_eq!(n1.value::<i64>("SELECT spock.cleanup_resolutions()"), 1);
    assert_eq!(n1.value::<i64>(count), 2);
    n1.sql("CREATE ROLE someone; GRANT USAGE ON SCHEMA spock TO someone");
    cluster.refuses(
        &n1,
        "SET ROLE someone; SELECT spock.cleanup_resolutions()",
        "42501",
        "permission denied for function cleanup_resolutions",
    );
    n1.sql("RESET ROLE");
    n1.set(&[("spock.resolutions_retention_days", "5")]).unwrap();
    n1.restart(StopMode::Fast).unwrap();
    cluster.wait_for("the manager to remove more", || n1.value::<i64>(count) == 1);
}
