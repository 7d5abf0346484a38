//! The commands that there are, and a cluster that most of those that read have something to say of.

use std::collections::BTreeSet;
use std::process::Command;

use spock_tests::Cluster;

use super::run::{command, on, run, spockctl};

/// Two nodes with a conflict, a transaction that n2 has left out, and a subscription that stands at another one.
pub(crate) struct World {
    pub(crate) cluster: Cluster,
    pub(crate) conflict: String,
    pub(crate) exception: String,
    pub(crate) slot: String,
    /// A position of n1's log after that of the slot.
    pub(crate) end: String,
}

pub(crate) fn world() -> World {
    let cluster = Cluster::builder()
        .nodes(2)
        .without_create_extension()
        .setting("spock.save_resolutions", "on")
        .setting("spock.exception_behaviour", "discard")
        .start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, k int); CREATE SEQUENCE s");
    n1.sql("CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)");
    n1.sql("CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.everywhere("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    n1.sql("INSERT INTO t VALUES (1, 1)");
    n2.sql("INSERT INTO t VALUES (1, 2)");
    cluster.everywhere("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    cluster.drain();
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    n1.sql("INSERT INTO t VALUES (2, 20)");
    cluster.catch_up(0, 1);
    // The worker that is to stand begins with the setting: one that runs may read it later than the next change.
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n2.sql("ALTER SYSTEM SET spock.exception_behaviour = 'sub_disable'");
    n2.sql("SELECT pg_reload_conf()");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.catch_up(0, 1);
    n1.sql("INSERT INTO t VALUES (3, 30)");
    cluster.wait_for("the subscription to stand", || {
        !n2.value::<bool>("SELECT sub_enabled FROM spock.subscription")
    });
    let id = |args: &[&str]| {
        let items = on(&cluster, args).ends(0).items();
        items[0]["id"].as_str().expect("an id").to_owned()
    };
    let conflict = id(&["conflict", "list", "--node", "n1", "-o", "json"]);
    let exception = id(&["exception", "list", "--pending", "-o", "json"]);
    let slot =
        n1.value("SELECT slot_name::text FROM pg_replication_slots WHERE slot_name ~ 'sub_n1_n2'");
    n1.sql("SELECT pg_create_logical_replication_slot('unread', 'spock_output')");
    let end = n1.value("SELECT pg_current_wal_insert_lsn()::text");
    World { cluster, conflict, exception, slot, end }
}

impl World {
    /// A command of the lists, with the names of this cluster.
    pub(crate) fn line(&self, line: &str) -> String {
        line.replace("CONFLICT", &self.conflict)
            .replace("EXCEPTION", &self.exception)
            .replace("SLOT", &self.slot)
            .replace("END", &self.end)
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let words = shlex::split(&self.line(line)).expect("words");
        let mut command =
            command(&self.cluster, &words.iter().map(String::as_str).collect::<Vec<_>>());
        command.env("SPOCK_LOCAL_DIR", self.cluster.dir().join("local"));
        command
    }
}

/// Every command that the help shows, without arguments.
pub(crate) fn commands() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(&[], &mut found);
    assert!(found.len() > 50, "{found:?}");
    found
}

fn walk(path: &[&str], found: &mut BTreeSet<String>) {
    let mut help = spockctl();
    help.args(path).arg("-h");
    let help = run(help).ends(0).stdout;
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        found.insert(path.join(" "));
        return;
    };
    for line in list.lines().take_while(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            let name = name.split_whitespace().next().expect("a name");
            walk(&[path, &[name]].concat(), found);
        }
    }
}
