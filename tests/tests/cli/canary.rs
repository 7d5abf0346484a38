//! A password in every place where one can stand, every command of the program, and a look at everything that was
//! written: output, log file, files of the program's own, and what others can see of the processes that it starts.
//!
//! The commands come from the program's own help. One that has no line in `canary.txt` makes the test fail.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use spock_tests::{Cluster, canary};

use super::run::{Run, define, run, spockctl};

/// The commands without commands of their own, as the help has them.
fn commands() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(path) = open.pop() {
        let mut command = spockctl();
        command.args(&path).arg("-h");
        let help = run(command).ends(0).stdout;
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let verbs: Vec<&str> = listed
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        if verbs.is_empty() {
            found.insert(path.join(" "));
        }
        open.extend(verbs.into_iter().map(|verb| [path.as_slice(), &[verb.to_owned()]].concat()));
    }
    found
}

/// A way to give a password: how the command ends, the environment, and the arguments.
type Way<'a> = (i32, Vec<(&'a str, String)>, Vec<String>);

/// One line of `canary.txt`: how the command ends, and its arguments.
struct Line {
    code: Option<i32>,
    args: Vec<String>,
}

fn lines() -> Vec<Line> {
    include_str!("canary.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (code, args) = line.split_once(' ').expect("a code and a command");
            let mut words: Vec<String> = Vec::new();
            for (at, part) in args.split('\'').enumerate() {
                if at % 2 == 1 {
                    words.push(part.to_owned());
                } else {
                    words.extend(part.split_whitespace().map(str::to_owned));
                }
            }
            Line { code: code.parse().ok(), args: words }
        })
        .collect()
}

/// Everything that was looked at, and where the word was found.
struct Watch<'a> {
    salt: &'a str,
    found: BTreeMap<String, String>,
    looked_at_children: usize,
}

impl Watch<'_> {
    fn look(&mut self, place: impl Into<String>, text: &str) {
        if let Some(line) = text.lines().find(|line| line.contains(self.salt)) {
            self.found.entry(place.into()).or_insert_with(|| line.to_owned());
        }
    }

    /// Runs the program; what it starts is looked at while it runs.
    fn run(&mut self, mut command: Command) -> Run {
        let name = format!("{:?}", command.get_args().collect::<Vec<_>>());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let readers = (reader(child.stdout.take()), reader(child.stderr.take()));
        while child.try_wait().expect("a status").is_none() {
            self.look_at_children(&child, &name);
            std::thread::sleep(Duration::from_millis(3));
        }
        let code = child.wait().expect("a status").code().unwrap_or(-1);
        let stdout = readers.0.join().expect("read");
        let stderr = readers.1.join().expect("read");
        self.look(format!("stdout of {name}"), &stdout);
        self.look(format!("stderr of {name}"), &stderr);
        Run { code, stdout, stderr }
    }

    fn look_at_children(&mut self, child: &Child, name: &str) {
        let mut open = vec![child.id()];
        let mut seen = HashSet::new();
        while let Some(pid) = open.pop() {
            let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { continue };
            for task in tasks.flatten() {
                let below = fs::read_to_string(task.path().join("children")).unwrap_or_default();
                open.extend(below.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
            }
            if pid == child.id() || !seen.insert(pid) {
                continue;
            }
            self.looked_at_children += 1;
            for file in ["cmdline", "environ"] {
                let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).replace('\0', "\n");
                self.look(format!("{file} of a child of {name}"), &text);
            }
        }
    }

    fn look_below(&mut self, dir: &Path) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.look_below(&path);
            } else {
                let bytes = fs::read(&path).unwrap_or_default();
                self.look(path.display().to_string(), &String::from_utf8_lossy(&bytes));
            }
        }
    }
}

fn reader(pipe: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The lines with errors among all that is said with -vvv.
fn errors(stderr: &str) -> String {
    stderr.lines().filter(|line| line.starts_with("error") || line.starts_with('{')).collect()
}

fn private(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("chmod");
}

#[test]
fn no_command_shows_a_password() {
    let lines = lines();
    // Seen to fail with a line left out, and with a password in a message.
    let known = |command: &String| {
        lines.iter().any(|line| {
            line.args
                .iter()
                .map(String::as_str)
                .zip(command.split(' '))
                .filter(|(a, b)| a == b)
                .count()
                == command.split(' ').count()
        })
    };
    let unknown: Vec<String> = commands().into_iter().filter(|command| !known(command)).collect();
    assert!(unknown.is_empty(), "tests/tests/cli/canary.txt has no line for {unknown:#?}");

    let password = canary::password();
    let salt = password.rsplit(' ').next().expect("a word").to_owned();
    let cluster =
        Cluster::builder().nodes(2).without_create_extension().password(&password).start();
    cluster.allow_log("password authentication failed");
    // There is no table p: only what the refusals say is looked at.
    cluster.allow_log("relation \"public.p\" does not exist");
    // n2 still reads from n1, whose subscription is the one that was dropped.
    cluster.allow_log("one or more replication slots for the node are still active");
    let quoted = password.replace('\\', "\\\\").replace('\'', "\\'");
    define(&cluster, &format!("password='{quoted}'"));
    cluster.node(0).sql(
        "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY, v text); \
              INSERT INTO t VALUES (1, 'a')",
    );
    let dir = cluster.dir().to_owned();
    let file = |name: &str| dir.join(name);
    let own = file("own");
    for name in ["own", "own/local", "own/state", "own/config"] {
        fs::create_dir(file(name)).expect("a directory");
    }
    let port = cluster.node(0).port();
    let place = format!("host=127.0.0.1 port={port} user=postgres dbname=app");
    let mapping = format!(
        "CREATE USER MAPPING FOR postgres SERVER srv OPTIONS (user 'u', password '{}')",
        password.replace('\'', "''")
    );
    let mut watch = Watch { salt: &salt, found: BTreeMap::new(), looked_at_children: 0 };
    let program = || {
        let mut command = spockctl();
        command.env("SPOCK_LOCAL_DIR", file("own/local")).env("XDG_STATE_HOME", file("own/state"));
        command.env("XDG_CONFIG_HOME", file("own/config")).env("HOME", file("own"));
        command.arg("--no-input");
        command
    };

    for (name, text) in [
        ("set", format!("# password={salt}\nreplicate = [\"insert\"]\ntables = [\"public.t\"]\n")),
        (
            "torn",
            format!("tables = [\"public.t\"]\nreplicate = [\"insert\", password = '{salt}' ]\n"),
        ),
        ("strange", format!("tables = [{{ name = \"public.t\", password = '{salt}' }}]\n")),
    ] {
        private(&file(name), &text);
    }
    let mut wrong = Vec::new();
    for mut line in lines {
        for arg in &mut line.args {
            *arg = arg.replace("{dsn}", &format!("{place} password='{quoted}'"));
            *arg = arg.replace("{mapping}", &mapping);
            for name in ["set", "torn", "strange"] {
                *arg = arg.replace(&format!("{{{name}}}"), &file(name).display().to_string());
            }
            if arg == "{exception}" {
                *arg = cluster.node(1).value(
                    "SELECT 'n1/' || remote_xid FROM spock.exception_log WHERE ddl_statement ~ 'MAPPING'",
                );
            }
        }
        for (how, more) in [("-vvv", &[][..]), ("-v", &["-o", "json"])] {
            if more.is_empty()
                || line.code.is_some() && line.args.iter().any(|arg| arg == "--dry-run")
            {
                let mut command = program();
                command.arg("--cluster-file").arg(file("cluster.toml")).arg(how).args(more);
                command.arg("--log-file").arg(file("own/spockctl.log")).args(&line.args);
                let run = watch.run(command);
                // A line that is not understood shows nothing.
                if line.code.map_or(run.code == 2, |code| run.code != code) {
                    wrong.push(format!("{:?}: {} {}", line.args, run.code, errors(&run.stderr)));
                }
            }
        }
        // What works on this machine only takes no connection.
        if line.args[0] != "local" {
            let mut command = program();
            command.arg("-vvv").args(&line.args).args(["-o", "json", "--timeout", "2s"]);
            command.args(["--dsn", &format!("{place} password='wrong {salt}'")]);
            watch.run(command);
        }
    }

    assert!(watch.found.is_empty(), "the password shows: {:#?}", watch.found);
    assert!(wrong.is_empty(), "other exit codes than in canary.txt: {}", wrong.join("\n"));

    // Every place of the password, the right one and a wrong one.
    let encoded: String = password.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
    private(&file("passfile"), &format!("127.0.0.1:{port}:app:postgres:{escaped}\n"));
    private(&file("wrong-passfile"), &format!("*:*:*:*:wrong {salt}\n"));
    private(&file("password"), &format!("{password}\n"));
    private(&file("wrong-password"), &format!("wrong {salt}\n"));
    private(
        &file("services"),
        &format!(
            "[right]\npassword={password}\n[wrong]\npassword=wrong {salt}\n[broken]\npassword={password}\n{salt}\n"
        ),
    );
    let text = |name: &str| file(name).display().to_string();
    let uri = |password: &str| format!("postgresql://postgres:{password}@127.0.0.1:{port}/app");
    let wrong = format!("wrong {salt}");
    let ways: Vec<Way<'_>> = vec![
        (0, vec![], vec!["--dsn".into(), format!("{place} password='{quoted}'")]),
        (0, vec![], vec!["--dsn".into(), uri(&encoded)]),
        (0, vec![("SPOCKCTL_DSN", uri(&encoded))], vec![]),
        (0, vec![("PGPASSWORD", password.clone())], vec!["--dsn".into(), place.clone()]),
        (0, vec![("PGPASSFILE", text("passfile"))], vec!["--dsn".into(), place.clone()]),
        (0, vec![], vec!["--dsn".into(), format!("{place} passfile={}", text("passfile"))]),
        (
            0,
            vec![],
            vec!["--dsn".into(), place.clone(), "--password-file".into(), text("password")],
        ),
        (
            0,
            vec![("PGSERVICEFILE", text("services"))],
            vec!["--dsn".into(), format!("service=right {place}")],
        ),
        (4, vec![], vec!["--dsn".into(), uri(&format!("wrong%20{salt}"))]),
        (4, vec![("PGPASSWORD", wrong)], vec!["--dsn".into(), place.clone()]),
        (4, vec![("PGPASSFILE", text("wrong-passfile"))], vec!["--dsn".into(), place.clone()]),
        (
            4,
            vec![],
            vec!["--dsn".into(), place.clone(), "--password-file".into(), text("wrong-password")],
        ),
        (
            4,
            vec![("PGSERVICEFILE", text("services"))],
            vec!["--dsn".into(), format!("service=wrong {place}")],
        ),
        // What cannot be read is not quoted.
        (
            3,
            vec![("PGSERVICEFILE", text("services"))],
            vec!["--dsn".into(), format!("service=broken {place}")],
        ),
        (3, vec![], vec!["--dsn".into(), format!("{place} password='{salt}")]),
        (3, vec![], vec!["--dsn".into(), format!("{place} passwrd={salt}")]),
        (3, vec![], vec!["--dsn".into(), format!("postgresql://postgres:{salt}%zz@127.0.0.1/app")]),
        (3, vec![], vec!["--dsn".into(), format!("postgresql://postgres:{salt}@[127.0.0.1/app")]),
    ];
    for (code, env, args) in ways {
        for format in ["table", "json"] {
            let mut command = program();
            command.args(["-vvv", "-o", format, "--log-file"]).arg(file("own/spockctl.log"));
            command.envs(env.iter().cloned()).args(["node", "list"]).args(&args);
            let run = watch.run(command);
            assert_eq!(run.code, code, "{args:?} {env:?}: {run:#?}");
        }
    }
    // A program that prints it.
    private(
        &file("asked.toml"),
        &format!(
            "schema_version = 1\ncluster = {{ name = \"c\" }}\n[defaults.admin]\n\
             password_command = [\"sh\", \"-c\", \"sleep 0.2; cat {}\"]\n\
             [[node]]\nname = \"n1\"\nadmin = \"{place}\"\n",
            text("password")
        ),
    );
    let mut command = program();
    command.args(["-vvv", "node", "list", "--cluster-file"]).arg(file("asked.toml"));
    let run = watch.run(command);
    assert_eq!(run.code, 0, "{run:#?}");
    // A definition that cannot be read.
    for line in [
        format!("admin = \"host=h password='{salt}\""),
        format!("passwrd = \"{salt}\""),
        format!("admin = {{ password = \"{salt}\" hos }}"),
    ] {
        private(
            &file("broken.toml"),
            &format!(
                "schema_version = 1\ncluster = {{ name = \"c\" }}\n[[node]]\nname = \"n1\"\n{line}\n"
            ),
        );
        let mut command = program();
        command.args(["-vvv", "config", "validate", "--cluster-file"]).arg(file("broken.toml"));
        let run = watch.run(command);
        assert_eq!(run.code, 3, "{run:#?}");
    }

    let log: PathBuf = file("own/spockctl.log");
    let logged = fs::read_to_string(&log).expect("a log");
    assert!(
        logged.contains("spock.sub_create") && logged.len() > 100_000,
        "{} bytes",
        logged.len()
    );
    watch.look_below(&own);
    assert!(watch.found.is_empty(), "the password shows: {:#?}", watch.found);
    assert!(watch.looked_at_children > 0, "no command has started a program");
    // The statement itself is kept where nodes take it from, and where it is run again from; superusers alone read it.
    assert_eq!(
        canary::find(&cluster, &password),
        ["n1: spock.queue as postgres", "n2: spock.exception_log as postgres"]
    );
}
