//! Questions on a terminal: what is asked, what each answer does, and that what was declined has changed nothing.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use spock_tests::Cluster;

use super::far::terminal;
use super::run::{bare, on};

/// The program on a terminal of its own, which util-linux's script makes.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn start(cluster: &Cluster, args: &str) -> Terminal {
        let mut child = terminal(80, cluster, args)
            .env("NO_COLOR", "1")
            .env("XDG_STATE_HOME", cluster.dir().join("state"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script starts");
        let keys = child.stdin.take().expect("piped");
        let mut screen = child.stdout.take().expect("piped");
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(size @ 1..) = screen.read(&mut part) {
                if sender.send(part[..size].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal { child, keys, shown, seen: String::new() }
    }

    /// Waits until this is shown.
    #[track_caller]
    fn wait(&mut self, text: &str) {
        let began = Instant::now();
        while !self.seen.contains(text) {
            assert!(began.elapsed() < Duration::from_secs(60), "no {text} in {:?}", self.seen);
            match self.shown.recv_timeout(Duration::from_millis(100)) {
                Ok(part) => self.seen.push_str(&String::from_utf8_lossy(&part)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("no {text} in {:?}", self.seen),
            }
        }
    }

    /// Waits until the terminal shows no keys: what was typed before that is thrown away.
    #[track_caller]
    fn wait_hidden(&self) {
        let pid = self.child.id();
        let began = Instant::now();
        loop {
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
            let children = children.expect("script runs");
            let shell = children.split_whitespace().next().expect("a shell on the terminal");
            let terminal = fs::read_link(format!("/proc/{shell}/fd/0")).expect("a terminal");
            let state = Command::new("stty").arg("-aF").arg(terminal).output().expect("stty");
            if String::from_utf8_lossy(&state.stdout).split_whitespace().any(|word| word == "-echo")
            {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "keys are shown: {state:?}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a question, gives the answer, and waits for the end: how it ended, and all that was shown.
    #[track_caller]
    fn answer(mut self, question: &str, keys: &str) -> (i32, String) {
        self.wait(question);
        self.keys.write_all(keys.as_bytes()).expect("it reads");
        let began = Instant::now();
        // The terminal is held open until then: its end would be an answer.
        let ended = loop {
            if let Some(ended) = self.child.try_wait().expect("it runs or has ended") {
                break ended;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "it does not end: {:?}", self.seen);
            sleep(Duration::from_millis(20));
        };
        while let Ok(part) = self.shown.recv_timeout(Duration::from_secs(5)) {
            self.seen.push_str(&String::from_utf8_lossy(&part));
        }
        (ended.code().unwrap_or(-1), self.seen)
    }
}

/// Seen to fail with a question that takes Enter for yes.
#[test]
fn a_question_is_answered_by_y_and_declined_by_everything_else() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    let n2 = cluster.node(1);
    let is_enabled = || n2.value::<bool>("SELECT sub_enabled FROM spock.subscription");
    let disable = "sub disable sub_n1_n2";
    for keys in ["n", "\r"] {
        let (code, shown) = Terminal::start(&cluster, disable).answer("[y/N]", keys);
        assert_eq!(code, 9, "{keys:?}: {shown}");
        assert!(shown.contains("error: declined"), "{keys:?}: {shown}");
        assert!(is_enabled(), "{keys:?}: {shown}");
    }
    let (code, shown) = Terminal::start(&cluster, disable).answer("[y/N]", "y");
    assert_eq!(code, 0, "{shown}");
    assert!(!is_enabled(), "{shown}");
    // What would be done is shown before the question.
    let question = shown.find("[y/N]").expect("a question");
    assert!(shown[..question].contains("sub_n1_n2"), "{shown}");
}

/// Seen to fail with a name that is not compared.
#[test]
fn what_cannot_be_taken_back_wants_its_name_typed() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    let nodes = || cluster.node(0).value::<i64>("SELECT count(*) FROM spock.node");
    for keys in ["y\r", "tes\r", "\r"] {
        let destroy = Terminal::start(&cluster, "cluster destroy");
        let (code, shown) = destroy.answer("Type \"test\" to go on", keys);
        assert_eq!(code, 9, "{keys:?}: {shown}");
        assert!(shown.contains("give --confirm 'test' to go on"), "{keys:?}: {shown}");
        assert_eq!(nodes(), 2, "{keys:?}: {shown}");
    }
    // --yes answers no question of this kind.
    let destroy = Terminal::start(&cluster, "cluster destroy --yes");
    let (code, shown) = destroy.answer("Type \"test\" to go on", "test\r");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(nodes(), 0, "{shown}");
}

/// Seen to fail with a password that is echoed.
#[test]
fn a_password_is_asked_for_and_not_shown() {
    let cluster = Cluster::builder().nodes(1).password("se cret").start();
    cluster.allow_log("password authentication failed");
    let dsn = cluster.node(0).dsn();
    let list = format!("--dsn \"{dsn}\" -W sql -c 'SELECT 40 + 2 AS answer'");
    fs::write(cluster.dir().join("cluster.toml"), "").expect("written");
    // --dsn is given, so the definition of the line is not read.
    let asked = |password: &str| {
        let mut terminal = Terminal::start(&cluster, &list);
        terminal.wait("Password");
        terminal.wait_hidden();
        terminal.answer("Password", &format!("{password}\r"))
    };
    let (code, shown) = asked("se cret");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("42") && !shown.contains("se cret"), "{shown}");
    let (code, shown) = asked("wrong");
    assert_eq!(code, 4, "{shown}");
    assert!(shown.contains("password authentication failed"), "{shown}");
}
