//! `top`: the screen on live nodes, printed and on a terminal.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, StopMode};

use super::run::{bare, on, spockctl};

fn mesh(nodes: usize) -> Cluster {
    let cluster = bare(nodes);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster
}

/// The words of the line that begins with these.
#[track_caller]
fn line<'a>(screen: &'a str, start: &[&str]) -> Vec<&'a str> {
    let lines = screen.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .into_iter()
        .find(|words| words.starts_with(start))
        .unwrap_or_else(|| panic!("no {start:?} in\n{screen}"))
}

#[test]
fn the_screen_shows_what_blocks_and_what_is_away() {
    let cluster = mesh(3);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(2).stop(StopMode::Fast).unwrap();
    cluster.wait_for("n3 to be missed", || {
        cluster.status(0, "sub_n3_n1").as_deref() == Some("down")
            && cluster.status(1, "sub_n3_n2").as_deref() == Some("down")
    });
    let mut holder = cluster.node(1).connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").unwrap();
    let pid: i32 = holder.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    cluster.node(0).sql("INSERT INTO t VALUES (1, 1)");
    let print = ["top", "--print"];
    cluster.wait_for("the worker to be blocked", || {
        on(&cluster, &print).stdout.contains(&pid.to_string())
    });
    let run = on(&cluster, &print).ends(0);
    assert_eq!(run.stderr, "");
    let screen = run.stdout;
    assert_eq!(screen.lines().count(), 24, "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(screen.starts_with("spockctl top   test   "), "{screen}");
    assert!(screen.contains("every 2s   2 of 3 nodes up"), "{screen}");
    assert_eq!(line(&screen, &["LAG"]), ["LAG", "n1", "n2", "n3"]);
    assert_eq!(line(&screen, &["n3", "!down"]), ["n3", "!down", "!down", "-"]);
    let blocked = line(&screen, &["n2", "sub_n1_n2", "replicating"]);
    assert_eq!(*blocked.last().unwrap(), pid.to_string(), "{screen}");
    let slot = line(&screen, &["n1", "spk_app_n1_sub_n1_n3"]);
    assert_eq!(slot[4..], ["read", "by", "nobody", "-"], "{screen}");
    assert!(
        screen.contains("\nn3: error connecting to server: Connection refused (os error 111)\n"),
        "{screen}"
    );
    assert!(screen.ends_with("q quit  h help  s sort: lag  p pause  arrows select, next view\n"));

    let wide = on(&cluster, &["top", "--print=200x50"]).ends(0).stdout;
    assert_eq!(wide.lines().count(), 50, "{wide}");
    assert!(line(&wide, &["NODE", "SUBSCRIPTION"]).ends_with(&["BLOCKED", "WORKER", "TX/S"]));
    holder.batch_execute("ROLLBACK").unwrap();
}

#[test]
fn the_screen_shows_what_is_applied() {
    let cluster = mesh(2);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = cluster.node(0).connect();
            let mut id = 0;
            while !done.load(Ordering::Relaxed) {
                id += 1;
                session.execute("INSERT INTO t VALUES ($1, 0)", &[&id]).unwrap();
            }
        });
        let began = Instant::now();
        loop {
            let screen = on(&cluster, &["top", "--print"]).ends(0).stdout;
            let row = line(&screen, &["n2", "sub_n1_n2"]);
            // NODE SUBSCRIPTION STATUS LAG BEHIND (with its unit) CHG/S
            let changes: f64 = row[6].parse().unwrap_or(0.0);
            if changes > 1.0 {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{screen}");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn it_starts_on_a_terminal_and_gives_it_back() {
    let cluster = mesh(2);
    on(&cluster, &["top"]).ends(2).says("top needs a terminal").says("--print");
    let file = cluster.dir().join("cluster.toml");
    let program = spockctl().get_program().to_string_lossy().into_owned();
    let line = format!("stty cols 80 rows 24; '{program}' -f '{}' top --watch=1s", file.display());
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script starts");
    let mut keys = child.stdin.take().expect("piped");
    let mut screen = child.stdout.take().expect("piped");
    let (sender, received) = std::sync::mpsc::channel::<Vec<u8>>();
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(size @ 1..) = screen.read(&mut part) {
            if sender.send(part[..size].to_vec()).is_err() {
                return;
            }
        }
    });
    let mut seen = String::new();
    let mut wait = |text: &str| {
        let began = Instant::now();
        while !seen.contains(text) {
            assert!(began.elapsed() < Duration::from_secs(60), "no {text} in {seen:?}");
            if let Ok(part) = received.recv_timeout(Duration::from_millis(100)) {
                seen.push_str(&String::from_utf8_lossy(&part));
            }
        }
    };
    // The alternate screen, and a subscription in it.
    wait("\x1b[?1049h");
    wait("sub_n1_n2");
    keys.write_all(b"h").unwrap();
    wait("quit");
    keys.write_all(b"x").unwrap();
    keys.write_all(b"q").unwrap();
    // It is left, and the cursor is back.
    wait("\x1b[?1049l");
    drop(keys);
    let began = Instant::now();
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it runs or has ended") {
            break ended;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(ended.code(), Some(0));
}
