//! Three nodes that hear each other, and what is compared of them.

use std::ops::Deref;

use spock_tests::{Cluster, Node};

/// Three nodes in a mesh, without tables.
pub(crate) struct Trio(Cluster);

impl Deref for Trio {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}

impl Trio {
    /// Nodes on which nothing is captured.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Nodes on which statements are replicated by themselves, and new tables join replication sets.
    pub(crate) fn automatic() -> Self {
        Self::with(&[("spock.enable_ddl_replication", "on"), ("spock.include_ddl_repset", "on")])
    }

    /// Nodes with these settings.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let mut builder = Cluster::builder().nodes(3);
        for (name, value) in settings {
            builder = builder.setting(name, value);
        }
        let cluster = builder.start();
        cluster.create_nodes();
        cluster.mesh();
        Self(cluster)
    }

    /// Waits until the others have applied what a node has committed.
    pub(crate) fn spread(&self, from: usize) {
        for to in (0..3).filter(|to| *to != from) {
            self.catch_up(from, to);
        }
    }

    /// What every node dumps; panics where two differ.
    #[track_caller]
    pub(crate) fn assert_same_dumps(&self, after: &str) -> String {
        let nodes = self.nodes();
        let dumps: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = nodes.iter().map(|node| scope.spawn(|| dump(node))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (node, other) in nodes.iter().zip(&dumps).skip(1) {
            assert!(
                dumps[0] == *other,
                "n1 and {} differ after: {after}\n{}",
                node.name(),
                difference(&dumps[0], other)
            );
        }
        dumps.into_iter().next().unwrap_or_default()
    }

    /// What could not be applied on any node.
    pub(crate) fn exceptions(&self) -> String {
        let of = |node: Node<'_>| {
            node.table("SELECT operation, ddl_user, error_message FROM spock.exception_log")
        };
        self.nodes().into_iter().map(of).collect()
    }
}

/// The structure of a node's database, and the roles of its server.
fn dump(node: &Node<'_>) -> String {
    let mut command = node.client("pg_dump", node.database_name());
    let output = command.arg("--schema-only").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: pg_dump: {said}", node.name());
    let text = String::from_utf8(output.stdout).unwrap();
    let is_statement = |line: &&str| !line.is_empty() && !line.starts_with("--");
    let lines: Vec<&str> = text
        .lines()
        .filter(is_statement)
        // A key of its own that each run of newer pg_dump makes.
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect();
    lines.join("\n")
}

fn difference(one: &str, other: &str) -> String {
    let only = |sign: &str, a: &str, b: &str| {
        let lines = a.lines().filter(|line| !b.lines().any(|other| other == *line));
        lines.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    only("-", one, other) + &only("+", other, one)
}
