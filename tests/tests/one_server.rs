//! One server with several databases, each a node, set up and driven by a psql script as regression suites of
//! such extensions do.

use std::fs::File;
use std::process::Stdio;

use spock_tests::library::root;
use spock_tests::{Cluster, Victim};

const DATABASES: [&str; 4] = ["regression", "postgres", "regression1", "sourcedb"];

/// What the script prints.
const EXPECTED: &str = "== nodes
t
t
t
t
== tables of the first database
t
== a copy with structure, by a superuser
t

test_orig_subscription|replicating|test_orig_provider|{default,default_insert_only,ddl_sql}|{}
5
t
t
== a cascade, by a superuser
t

test_subscription|replicating|test_provider|{default,default_insert_only,ddl_sql}|{all}
d|public|basic|r
d|public|no_key|r
d|public|top_level|r
f|||r
== rows alone, by an ordinary role
t

5
== slots
spk_postgres_test_provider_test_sube55bf37|spock_output|logical|regression
spk_regression1_test_provider_test_subb8ed19d|spock_output|logical|regression
spk_regression_test_orif028f6c_test_orid518ddd|spock_output|logical|sourcedb
== changes

nonsuper|1
super|2


1|1|one|01:00:00
2|2||
2
later|1
sourcedb|5
1|1|one|01:00:00
2|2||
sourcedb|5
== sets
t
t
t
public|basic|updates
public|no_key|default_insert_only
public|top_level|default

2
t
t
test_subscription|disabled
t
t

1|one
2|
10|only where it is asked for
== what must not work
== the end
1
t
1
t
1
t
t
0
";
/// What it is refused.
const REFUSED: [&str; 4] = [
    "ERROR:  current database is already configured as spock node",
    "ERROR:  subscription test_subscription already exists",
    "ERROR:  cannot drop node \"test_subscriber\" because it still has subscriptions associated with it",
    "ERROR:  permission denied for schema spock at character 8",
];

/// Seen to fail with a right of the ordinary role left out.
#[test]
fn four_databases_of_one_server_are_driven_by_a_script() {
    let cluster = Cluster::builder()
        .databases(&["regression", "regression1", "sourcedb"])
        .without_create_extension()
        .start();
    let node = cluster.node(0);
    let [regression, postgres, regression1, sourcedb] =
        DATABASES.map(|name| format!("host=127.0.0.1 port={} dbname={name}", node.port()));
    node.set(&[
        ("spock.provider_dsn", &regression),
        ("spock.subscriber_dsn", &postgres),
        ("spock.provider1_dsn", &regression1),
        ("spock.orig_provider_dsn", &sourcedb),
    ])
    .expect("variables of the server");
    node.reload().expect("variables of the server");
    cluster.wait_for("the variables", || {
        node.connect()
            .query_one("SELECT current_setting('spock.orig_provider_dsn', true)", &[])
            .is_ok_and(|row| row.get::<_, Option<String>>(0).is_some())
    });
    for refused in REFUSED {
        cluster.allow_log(refused.trim_start_matches("ERROR:  "));
    }
    // A manager that was about to look into its database when that was dropped.
    cluster.allow_log("FATAL:  database 1");
    let script = File::open(root().join("tests/data/one_server.sql")).expect("the script");
    let output = node
        .client("psql", "regression")
        .args(["--no-psqlrc", "--quiet"])
        .stdin(Stdio::from(script))
        .output()
        .expect("psql");
    let (said, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{errors}");
    assert_eq!(said.lines().collect::<Vec<_>>(), EXPECTED.lines().collect::<Vec<_>>());
    assert_eq!(errors.lines().collect::<Vec<_>>(), REFUSED, "{errors}");
    let node = node.database("postgres");
    for left in ["pg_replication_slots", "pg_replication_origin"] {
        cluster.wait_for(format!("{left} to be empty"), || {
            node.value::<i64>(&format!("SELECT count(*) FROM {left}")) == 0
        });
    }
    assert_eq!(node.find(Victim::ApplyWorker).len(), 0);
}
