//! A definition to begin with: the nodes, and beside them what else can be said, as comments.

use super::quoted;
use crate::cluster::Cluster;

/// The text of a `cluster.toml` for these nodes.
pub fn template(cluster: &Cluster) -> String {
    let mut out = format!(
        "# Definition of a cluster for spockctl. `spockctl config validate` checks it, `spockctl config schema` prints a
# schema for editors. It has no passwords: they come from ~/.pgpass, a service, or password_command.
schema_version = 1

[cluster]
name = {}
# database = \"app\"                            # of every node, unless its connection string says otherwise
# topology = \"mesh\"                           # mesh, star, chain, custom
# seed = {}                                # where structure and rows come from when the cluster is made
# sub_name = \"sub_{{provider}}_{{subscriber}}\"

# [defaults.admin]                            # how spockctl connects to all nodes
# user = \"postgres\"
# sslmode = \"verify-full\"
# connect_timeout = \"5s\"
# password_command = [\"pass\", \"show\", \"pg/prod\"]

# [defaults.peer]                             # how the nodes connect to each other
# user = \"spock_repl\"
# sslmode = \"verify-full\"

# [defaults.subscription]
# replication_sets = [\"default\", \"default_insert_only\", \"ddl_sql\"]
# synchronize = \"structure+data\"              # structure+data, structure, data, none
# apply_delay = \"0s\"
",
        quoted(&cluster.name),
        quoted(&cluster.seed),
    );
    for node in &cluster.nodes {
        out.push_str(&format!(
            "\n[[node]]\nname = {}\nadmin = {}\n",
            quoted(&node.name),
            quoted(&node.admin.without_secrets().redacted()),
        ));
        out.push_str(
            "# peer = \"host=10.0.0.1 port=5432\"           # how the others reach it, where that is another way\n\
             # location = \"Frankfurt\"\n# country = \"DE\"\n",
        );
    }
    out.push_str(
        "
# [[repset]]                                  # beside the sets that every node has
# name = \"audit_only\"
# replicate = [\"insert\"]                      # insert, update, delete, truncate
# tables = [\"audit.*\", { name = \"public.orders\", columns = [\"id\", \"total\"], row_filter = \"total > 0\" }]

# [[subscription]]                            # an exception from the topology
# subscriber = \"n2\"
# provider = \"n1\"
# apply_delay = \"30m\"

# [guc]                                       # what `node guc check` compares the servers with
# \"spock.conflict_resolution\" = \"last_update_wins\"
",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Node;
    use crate::conninfo::Conninfo;

    /// Seen to fail with a key that does not exist in a comment.
    #[test]
    fn it_can_be_read_also_with_everything_that_is_a_comment() {
        let node = |name: &str| Node::new(name, Conninfo::new().with("host", name));
        let text = template(&Cluster::mesh("a \"b\"", vec![node("n1"), node("n2")]));
        let cluster = super::super::parse(&text, "t").expect("valid");
        assert_eq!((cluster.name.as_str(), cluster.nodes.len()), ("a \"b\"", 2));
        let all: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with("# Definition") && !line.starts_with("# schema"))
            .map(|line| line.strip_prefix("# ").unwrap_or(line))
            .collect();
        let cluster = super::super::parse(&all.join("\n"), "t").expect("valid");
        assert_eq!(cluster.replication_sets.len(), 1);
        assert_eq!(cluster.links.len(), 1);
        assert_eq!(cluster.settings.len(), 1);
        assert_eq!(cluster.nodes[0].peer.get("host"), Some("10.0.0.1"));
    }
}
