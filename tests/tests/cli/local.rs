//! `spockctl local …`.

use std::path::Path;
use std::process::Command;

use super::run::{Run, run, spockctl};

/// Local clusters of one test; they end with it.
struct Home(tempfile::TempDir);

impl Home {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = spockctl();
        command.env("SPOCK_LOCAL_DIR", self.path()).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        run(self.command(args))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.run(&["local", "down", "--delete", "--yes"]);
    }
}

#[test]
fn local_clusters_come_up_and_go_down() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home(tempfile::Builder::new().prefix("spk-").tempdir().unwrap());
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();

    home.run(&["local", "up", "--dry-run"]).ends(0).says("would make 3 servers");
    assert!(home.run(&["local", "list", "-o", "json"]).ends(0).items().is_empty());
    home.run(&["cluster", "status"]).ends(3).says("spockctl local up");

    let up =
        home.run(&["local", "up", "--nodes", "2", "--database", "db", "--set", "work_mem=5MB"]);
    assert_eq!(up.ends(0).stdout.lines().count(), 3);
    let psql = |node: &str, sql: &str| {
        home.run(&["local", "psql", node, "--", "-Atqc", sql]).ends(0).stdout.trim().to_owned()
    };
    assert_eq!(psql("n2", "SHOW work_mem"), "5MB");
    assert_eq!(psql("n1", "SELECT current_database()"), "db");
    home.run(&["local", "psql", "n9"]).ends(8).says("its nodes are n1, n2");

    // The only local cluster is the one that is meant.
    psql("n1", "CREATE TABLE t (id int PRIMARY KEY)");
    home.run(&["cluster", "init", "--add-all-tables", "public"]).ends(0);
    psql("n2", "INSERT INTO t VALUES (1)");
    home.run(&["cluster", "verify", "--data"]).ends(0).says("1 rows");
    let logs = home.run(&["local", "logs", "n1", "--lines", "2"]).ends(0);
    assert_eq!(logs.stdout.lines().count(), 2);

    home.run(&["local", "down"]).ends(0);
    let list = home.run(&["local", "list", "-o", "json"]).ends(0);
    assert!(list.items().iter().all(|node| node["status"] == "stopped"));
    home.run(&["local", "up"]).ends(0);
    home.run(&["cluster", "wait", "--for", "replicating"]).ends(0);
    home.run(&["local", "down", "--delete"]).ends(9);
    home.run(&["local", "down", "--delete", "--yes"]).ends(0);
    assert!(home.run(&["local", "list", "-o", "json"]).ends(0).items().is_empty());
}
