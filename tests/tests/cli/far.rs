//! Many nodes that are away, and output that nobody shows or reads.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use spock_tests::Cluster;
use spock_tests::proxy::{Direction, Proxy};

use super::run::{bare, on, run, spockctl};

/// Fifty nodes, thirty of which take connections and say nothing: the answer is there within the limit
/// of one connection, whatever is asked.
#[test]
fn nodes_that_do_not_answer_are_waited_for_once() {
    let cluster = Cluster::start(1);
    cluster.create_nodes();
    let node = cluster.node(0);
    let silent: Vec<TcpListener> =
        (0..30).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).collect();
    let mut text = "schema_version = 1\n\
                    cluster = { name = \"many\", topology = \"custom\" }\n"
        .to_owned();
    for at in 0..50 {
        let dsn = match silent.get(at) {
            Some(port) => {
                let port = port.local_addr().expect("an address").port();
                format!("host=127.0.0.1 port={port} user=postgres dbname=app")
            }
            None => node.dsn(),
        };
        text.push_str(&format!("[[node]]\nname = \"m{at}\"\nadmin = {dsn:?}\n"));
    }
    let file = cluster.dir().join("many.toml");
    fs::write(&file, text).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("chmod");
    let ask = |args: &[&str]| {
        let mut command = spockctl();
        command.arg("-f").arg(&file).args(["--connect-timeout", "6s"]).args(args);
        let began = Instant::now();
        let run = run(command);
        (run, began.elapsed())
    };
    let (status, took) = ask(&["status", "-o", "json"]);
    let items = status.ends(5).items();
    assert_eq!(items.len(), 50);
    let away: Vec<_> = items.iter().filter(|item| item["status"] == "unreachable").collect();
    assert_eq!(away.len(), 30);
    assert_eq!(away[0]["reason"], "timed out while logging in");
    // The limit, which leaves a busy machine time to answer, and not twice the limit. One after the other
    // it would be three minutes.
    assert!(took < Duration::from_secs(11), "{took:?}");
    let (doctor, took) = ask(&["doctor", "-o", "json"]);
    let items = doctor.ends(6).items();
    let away = items.iter().filter(|item| item["id"] == "node-unreachable").count();
    assert_eq!(away, 30);
    assert!(took < Duration::from_secs(11), "{took:?}");
}

/// A network that is gone while the program looks ends the look, too.
#[test]
fn a_node_that_falls_silent_is_not_waited_for_for_ever() {
    let cluster = Cluster::start(1);
    cluster.create_nodes();
    let node = cluster.node(0);
    let proxy = Proxy::to(node.port());
    let mut command = spockctl();
    command.args(["check", "conflicts", "--over", "4s", "--statement-timeout", "2s"]);
    command.args(["-d", &proxy.dsn(&node)]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let began = Instant::now();
    let child = command.spawn().expect("the program starts");
    // The first look is over, the second one not begun.
    cluster.wait_for("the first look", || proxy.bytes(Direction::ToClient) > 2000);
    std::thread::sleep(Duration::from_secs(1));
    proxy.silence();
    let output = child.wait_with_output().expect("it ends");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "SPOCK CONFLICTS UNKNOWN - node: no answer within 4s\n"
    );
    assert_eq!(output.status.code(), Some(3));
}

/// What the program prints on a terminal of 80 columns.
pub(crate) fn on_terminal(cluster: &Cluster, args: &str, env: &[(&str, &str)]) -> String {
    on_terminal_of(80, cluster, args, env)
}

/// What the program prints on a terminal of so many columns; util-linux's script makes one.
pub(crate) fn on_terminal_of(
    columns: usize,
    cluster: &Cluster,
    args: &str,
    env: &[(&str, &str)],
) -> String {
    let mut command = terminal(columns, cluster, args);
    command.envs(env.iter().copied());
    run(command).stdout
}

/// The program on a terminal of so many columns. Its definition is written by the first command of a test.
pub(crate) fn terminal(columns: usize, cluster: &Cluster, args: &str) -> Command {
    let file = cluster.dir().join("cluster.toml");
    let program = spockctl();
    let path = program.get_program().to_string_lossy();
    let line = format!("stty cols {columns} rows 24; '{path}' -f '{}' {args}", file.display());
    let mut command = Command::new("script");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // Continuous integration is taken for a terminal with colours, whatever its name.
    for variable in ["NO_COLOR", "CI", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm");
    command
}

/// Colours follow what the output is, and what the environment says.
#[test]
fn colours_are_for_terminals_that_want_them() {
    let cluster = bare(1);
    on(&cluster, &["status"]).ends(0);
    let status = |env: &[(&str, &str)]| on_terminal(&cluster, "status -o wide", env);
    assert!(status(&[]).contains("\x1b["), "colours on a terminal");
    assert!(!status(&[("NO_COLOR", "1")]).contains("\x1b["), "NO_COLOR is obeyed");
    assert!(!status(&[("TERM", "dumb")]).contains("\x1b["), "so is a dumb terminal");
    let piped = on(&cluster, &["status"]).ends(0).stdout;
    assert!(!piped.contains("\x1b["), "no colours in a pipe: {piped}");
    let forced = on(&cluster, &["status", "--color", "always"]).ends(0).stdout;
    assert!(forced.contains("\x1b["), "colours where they are asked for: {forced}");
}

/// A terminal of 80 columns gets the columns that fit and is told how many there are; a pipe gets all.
#[test]
fn eighty_columns_are_enough() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    let narrow = on_terminal(&cluster, "sub status", &[("NO_COLOR", "1")]);
    assert!(narrow.lines().all(|line| line.chars().count() <= 80), "{narrow}");
    assert!(narrow.contains("sub_n1_n2") && narrow.contains("disabled by hand"), "{narrow}");
    let piped = on(&cluster, &["sub", "status", "-o", "wide"]).ends(0).stdout;
    assert!(piped.lines().any(|line| line.chars().count() > 120), "{piped}");
    let wide = on_terminal(&cluster, "doctor", &[("NO_COLOR", "1")]);
    assert!(wide.contains("+1 column, use -o wide"), "{wide}");
}

/// A reader that has seen enough is no failure.
#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let cluster = bare(1);
    on(&cluster, &["status"]).ends(0);
    let file = cluster.dir().join("cluster.toml");
    let mut command = spockctl();
    command.arg("-f").arg(file).args(["status", "--watch=100ms"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut first).expect("it writes");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
