//! Connection strings lead where psql's lead.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use spock_tests::Cluster;

use super::run::{run, spockctl};

/// What a way to name a server leads to: database and port, or nothing.
type Reached = Option<String>;

fn psql(program: &Command, dsn: Option<&str>, env: &[(&str, &str)]) -> Reached {
    let mut command = Command::new(program.get_program());
    command.env_clear().envs(env.iter().copied()).args(["-XAtw"]);
    command.args(["-c", "SELECT current_database() || ' ' || current_setting('port')"]);
    if let Some(dsn) = dsn {
        command.arg(dsn);
    }
    let output = command.output().expect("psql runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn ours(dsn: Option<&str>, env: &[(&str, &str)]) -> Reached {
    let mut command = spockctl();
    command.env_remove("HOME").env_remove("USER").env_remove("LOGNAME").envs(env.iter().copied());
    command.args(["node", "list", "-o", "json", "-d", dsn.unwrap_or("")]);
    let run = run(command);
    (run.code == 0).then(|| {
        let node = run.items()[0].clone();
        let database = node["database"].as_str().unwrap_or_default();
        // The port is not in the document; the system identifier stands for the server.
        format!("{database} {}", node["system_identifier"].as_str().unwrap_or_default())
    })
}

#[test]
fn connection_strings_reach_what_psql_reaches() {
    let cluster = Cluster::builder().nodes(2).stock().databases(&["app", "odd 'name"]).start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let (p1, p2) = (n1.port().to_string(), n2.port().to_string());
    let sockets = n1.socket_dir().to_str().expect("UTF-8").to_owned();
    let encoded = sockets.replace('/', "%2F");
    let service = cluster.dir().join("services");
    fs::write(
        &service,
        format!("[a]\nhost=127.0.0.1\nport={p1}\nuser=postgres\ndbname=app\n[b]\nport={p2}\n"),
    )
    .expect("written");
    fs::set_permissions(&service, fs::Permissions::from_mode(0o644)).expect("chmod");
    let service = service.to_str().expect("UTF-8");
    let home = cluster.dir().to_str().expect("UTF-8");

    let base = [("PGHOST", "127.0.0.1"), ("PGPORT", p2.as_str()), ("PGUSER", "postgres")];
    let none: [(&str, &str); 0] = [];
    let with_service = [("PGSERVICEFILE", service), ("HOME", home)];
    let by_variable = [("PGSERVICEFILE", service), ("PGSERVICE", "a"), ("PGPORT", p2.as_str())];
    let cases: Vec<(String, &[(&str, &str)])> = vec![
        (format!("host=127.0.0.1 port={p1} user=postgres dbname=app"), &none),
        (format!("host = 127.0.0.1  port={p1} user='postgres' dbname='odd \\'name'"), &none),
        (format!("postgresql://postgres@127.0.0.1:{p1}/app"), &none),
        (format!("postgres://postgres@127.0.0.1:{p1}/odd%20%27name?connect_timeout=5"), &none),
        (format!("postgresql://postgres@{encoded}:{p1}/app"), &none),
        (format!("postgresql:///app?host={sockets}&port={p2}&user=postgres"), &none),
        (format!("host={sockets} port={p2} user=postgres dbname=app"), &none),
        (format!("host=127.0.0.1,127.0.0.1 port=1,{p2} user=postgres dbname=app"), &none),
        (
            format!("hostaddr=127.0.0.1 host=nowhere.invalid port={p1} user=postgres dbname=app"),
            &none,
        ),
        (format!("host=127.0.0.1 port={p1} user=postgres"), &none),
        (format!("host=127.0.0.1 port={p1} user=postgres dbname=app sslmode=require"), &none),
        (
            format!(
                "host=127.0.0.1 port={p1} user=postgres dbname=app target_session_attrs=read-only"
            ),
            &none,
        ),
        ("dbname=app".to_owned(), &base),
        ("app".to_owned(), &base),
        (String::new(), &base),
        ("port=1".to_owned(), &base),
        ("service=a".to_owned(), &with_service),
        ("service=b host=127.0.0.1 user=postgres dbname=app".to_owned(), &with_service),
        ("service=c host=127.0.0.1".to_owned(), &with_service),
        ("dbname=app".to_owned(), &by_variable),
    ];
    let program = n1.client("psql", "app");
    let identifier = |node: &spock_tests::Node<'_>| {
        node.value::<String>("SELECT system_identifier::text FROM pg_control_system()")
    };
    let servers = [(p1.clone(), identifier(&n1)), (p2.clone(), identifier(&n2))];
    let mut reached_count = 0;
    for (dsn, env) in cases {
        let dsn = (!dsn.is_empty()).then_some(dsn.as_str());
        let theirs = psql(&program, dsn, env).map(|reached| {
            let (database, port) = reached.rsplit_once(' ').expect("two words");
            let server = servers.iter().find(|(p, _)| p == port).expect("a known port");
            format!("{database} {}", server.1)
        });
        assert_eq!(ours(dsn, env), theirs, "{dsn:?} with {env:?}");
        reached_count += usize::from(theirs.is_some());
    }
    assert_eq!(reached_count, 16, "the others are refused by both");
}
