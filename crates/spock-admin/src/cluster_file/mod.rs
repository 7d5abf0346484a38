//! `cluster.toml`: the cluster as a file that a team keeps under version control.
//!
//! Reading is strict. An unknown key is an error with its line, its column, and the key that was
//! probably meant; values that contradict each other are all reported at once.

mod document;
pub mod origin;
mod schema;
mod spockctrl;
mod template;
mod write;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use self::document::{Document, RepsetTable, SetTable};
pub use self::schema::schema;
pub use self::spockctrl::from_spockctrl;
pub use self::template::template;
pub(crate) use self::write::{lines, list, quoted, tables};
pub use self::write::{set_text, write};
use crate::cluster::{Cluster, Interface, Link, Node, SubscriptionDefaults, Topology};
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};
use crate::replication_set::ReplicationSet;

/// Reads the file; a password in it is accepted only when nobody else may read the file.
pub fn load(path: &Path) -> Result<Cluster> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        AdminError::config(format!("could not read cluster file \"{}\"", path.display()))
            .detail(e.to_string())
    })?;
    let mode = std::fs::metadata(path).map(|meta| meta.permissions().mode());
    let mut cluster = parse(&text, &path.display().to_string())?;
    if cluster.nodes.iter().any(has_password) {
        if mode.is_ok_and(|mode| mode & 0o077 != 0) {
            return Err(AdminError::config(format!(
                "cluster file \"{}\" contains a password and has group or world access",
                path.display()
            ))
            .hint("use passfile, service, or password_command, or chmod 0600 the file"));
        }
        cluster.warnings.push(format!("\"{}\" contains a password", path.display()));
    }
    Ok(cluster)
}

fn has_password(node: &Node) -> bool {
    node.admin.password().is_some()
        || node.peer.password().is_some()
        || node.interfaces.iter().any(|interface| interface.peer.password().is_some())
}

/// Reads the text of a cluster file; `name` is how errors call it.
pub fn parse(text: &str, name: &str) -> Result<Cluster> {
    let document: Document = toml::from_str(text).map_err(|e| syntax_error(&e, text, name))?;
    if document.schema_version != 1 {
        return Err(AdminError::config(format!(
            "{name}: schema_version {} is not supported",
            document.schema_version
        ))
        .hint("this program reads schema_version = 1"));
    }
    let faults = faults(&document);
    if !faults.is_empty() {
        return Err(AdminError::config(format!("{name}: {}", faults.join("; "))));
    }
    Ok(build(document))
}

/// Reads a replication set as [`set_text`] writes it; `name` is how errors call the text.
pub fn parse_set(set: &str, text: &str, name: &str) -> Result<ReplicationSet> {
    let table: SetTable = toml::from_str(text).map_err(|e| syntax_error(&e, text, name))?;
    Ok(ReplicationSet {
        name: set.to_owned(),
        replicate: table.replicate.map(|replicate| replicate.0),
        tables: table.tables.into_iter().map(|entry| entry.0).collect(),
        sequences: table.sequences.into_iter().map(|named| named.0).collect(),
        nodes: None,
    })
}

/// A fault of the text, with its place and the word that was probably meant.
pub(crate) fn syntax_error(error: &toml::de::Error, text: &str, name: &str) -> AdminError {
    let message = error.message();
    let (line, column) = error.span().map_or((1, 1), |span| position(text, span.start));
    let (message, hint) = match message.split_once('\n') {
        Some((message, hint)) => (message, Some(hint.to_owned())),
        None => (message, None),
    };
    let mut words = message.split('`').skip(1).step_by(2);
    let hint = hint.or_else(|| {
        let written = words.next().filter(|_| message.starts_with("unknown "))?;
        Some(match crate::did_you_mean(written, words.clone()) {
            Some(known) => format!("did you mean \"{known}\"?"),
            None => format!("known here: {}", words.collect::<Vec<_>>().join(", ")),
        })
    });
    let message = message.split(", expected").next().unwrap_or(message).replace('`', "\"");
    let out = AdminError::config(format!("{name}:{line}:{column}: {message}"));
    match hint {
        Some(hint) => out.hint(hint),
        None => out,
    }
}

/// Line and column of an offset, both from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Everything that the document says and cannot mean.
fn faults(document: &Document) -> Vec<String> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for node in &document.node {
        if !names.insert(node.name.as_str()) {
            faults.push(format!("node \"{}\" is listed twice", node.name));
        }
        if node.name.is_empty() || node.name.len() > 63 {
            faults.push(format!("node name \"{}\" must have 1 to 63 bytes", node.name));
        }
    }
    if names.is_empty() {
        faults.push("no [[node]] is listed".to_owned());
    }
    let known = |what: &str, name: &str, faults: &mut Vec<String>| {
        if !names.contains(name) {
            faults.push(format!("{what} \"{name}\" is no [[node]]"));
        }
    };
    if let Some(seed) = &document.cluster.seed {
        known("seed", seed, &mut faults);
    }
    for sub in &document.subscription {
        known("subscriber", &sub.subscriber, &mut faults);
        known("provider", &sub.provider, &mut faults);
        if let Some(interface) = &sub.interface {
            let provider = document.node.iter().find(|node| node.name == sub.provider);
            if sub.dsn.is_some() {
                faults.push("a subscription has an interface or a dsn, not both".to_owned());
            } else if provider.is_some_and(|p| p.interface.iter().all(|i| i.name != *interface)) {
                faults.push(format!("node \"{}\" has no interface \"{interface}\"", sub.provider));
            }
        }
        if sub.subscriber == sub.provider {
            faults.push(format!("node \"{}\" cannot subscribe to itself", sub.subscriber));
        }
    }
    for (at, set) in document.repset.iter().enumerate() {
        for node in set.nodes.iter().flatten() {
            known("node of a repset", node, &mut faults);
        }
        let meets = |other: &RepsetTable| match (&set.nodes, &other.nodes) {
            (Some(these), Some(those)) => these.iter().any(|node| those.contains(node)),
            _ => true,
        };
        if document.repset[..at].iter().any(|other| other.name == set.name && meets(other)) {
            faults.push(format!("repset \"{}\" is listed twice", set.name));
        }
    }
    let pattern = &document.cluster.sub_name;
    if !pattern.contains("{provider}") || !pattern.contains("{subscriber}") {
        faults.push("sub_name must contain {provider} and {subscriber}".to_owned());
    }
    faults
}

fn build(document: Document) -> Cluster {
    let Document { cluster, defaults, ddl, node, repset, subscription, guc, .. } = document;
    let mut base = Conninfo::new();
    if let Some(database) = &cluster.database {
        base = base.with("dbname", database);
    }
    let layered = |own: Conninfo, defaults: &Conninfo| {
        let mut out = own;
        out.fill_from(defaults);
        out.fill_from(&base);
        out
    };
    let nodes: Vec<Node> = node
        .into_iter()
        .map(|node| {
            let admin = layered(node.admin.info, &defaults.admin.info);
            // Without an address of its own for the peers, a node is reached as we reach it.
            let mut own_peer = node.peer.info;
            if own_peer.is_empty() && defaults.peer.info.is_empty() {
                own_peer = admin.clone();
            } else if own_peer.get("host").is_none() && own_peer.get("hostaddr").is_none() {
                for key in ["host", "hostaddr", "port"] {
                    if let (None, Some(value)) = (own_peer.get(key), admin.get(key)) {
                        own_peer = own_peer.with(key, value);
                    }
                }
            }
            Node {
                admin,
                password_command: node
                    .admin
                    .password_command
                    .or_else(|| defaults.admin.password_command.clone()),
                peer: layered(own_peer, &defaults.peer.info),
                name: node.name,
                location: node.location,
                country: node.country,
                info: node.info,
                interfaces: node
                    .interface
                    .into_iter()
                    .map(|interface| Interface {
                        name: interface.name,
                        peer: layered(interface.peer.info, &defaults.peer.info),
                    })
                    .collect(),
            }
        })
        .collect();
    let mut out = Cluster {
        topology: cluster.topology,
        sub_name: cluster.sub_name,
        ..Cluster::mesh(cluster.name, nodes)
    };
    if let Some(seed) = cluster.seed {
        out.seed = seed;
    }
    let given = defaults.subscription;
    let usual = SubscriptionDefaults::default();
    out.subscription = SubscriptionDefaults {
        replication_sets: given.replication_sets.unwrap_or(usual.replication_sets),
        // What passes through a node of a chain has come from others.
        forward_origins: given.forward_origins.unwrap_or_else(|| match out.topology {
            Topology::Chain => vec!["all".to_owned()],
            _ => usual.forward_origins,
        }),
        apply_delay: given.apply_delay.unwrap_or(usual.apply_delay),
        synchronize: given.synchronize.unwrap_or(usual.synchronize),
    };
    out.links = subscription
        .into_iter()
        .map(|sub| Link {
            name: sub.name.unwrap_or_else(|| out.link_name(&sub.provider, &sub.subscriber)),
            replication_sets: sub.replication_sets,
            apply_delay: sub.apply_delay,
            forward_origins: sub.forward_origins,
            skip_schema: sub.skip_schema,
            force_text_transfer: sub.force_text_transfer,
            disabled: sub.enabled == Some(false),
            dsn: match (sub.interface, sub.dsn) {
                (Some(interface), _) => interface_of(&out.nodes, &sub.provider, &interface),
                (None, dsn) => dsn.map(|dsn| layered(dsn.info, &defaults.peer.info)),
            },
            provider: sub.provider,
            subscriber: sub.subscriber,
        })
        .collect();
    out.replication_sets = repset
        .into_iter()
        .map(|set| ReplicationSet {
            name: set.name,
            replicate: set.replicate.map(|replicate| replicate.0),
            tables: set.tables.into_iter().map(|entry| entry.0).collect(),
            sequences: set.sequences.into_iter().map(|named| named.0).collect(),
            nodes: set.nodes,
        })
        .collect();
    for set in &out.replication_sets {
        let asked_for = out.links.iter().filter_map(|link| link.replication_sets.as_ref());
        if !asked_for.chain([&out.subscription.replication_sets]).flatten().any(|n| *n == set.name)
        {
            out.warnings.push(format!("no subscription asks for replication set \"{}\"", set.name));
        }
    }
    out.automatic_ddl = ddl.and_then(|ddl| ddl.auto);
    out.warnings.extend(out.unsent_ddl());
    out.settings = guc.iter().map(|(name, value)| (name.clone(), setting(value))).collect();
    out
}

/// A setting as the server shows it.
fn setting(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(on) => if *on { "on" } else { "off" }.to_owned(),
        other => other.to_string(),
    }
}

/// How a node is reached by one of its interfaces.
fn interface_of(nodes: &[Node], node: &str, interface: &str) -> Option<Conninfo> {
    let node = nodes.iter().find(|candidate| candidate.name == node)?;
    let found = node.interfaces.iter().find(|candidate| candidate.name == interface)?;
    Some(found.peer.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Synchronize;

    const GOOD: &str = r#"
schema_version = 1
[cluster]
name = "prod"
database = "app"
seed = "n2"
[defaults.admin]
user = "postgres"
sslmode = "verify-full"
connect_timeout = "5s"
[defaults.peer]
user = "repl"
[defaults.subscription]
synchronize = "structure"
[[node]]
name = "n1"
admin = { host = "bastion", port = 6001 }
peer = { host = "10.0.0.1", port = 5432 }
location = "Frankfurt"
info = { tiebreaker = 1 }
  [[node.interface]]
  name = "private"
  peer = { host = "192.168.1.1" }
[[node]]
name = "n2"
admin = "service=prod-n2"
peer = "host=10.0.0.2 port=5432"
[[subscription]]
subscriber = "n2"
provider = "n1"
apply_delay = "30m"
"#;

    fn error(text: &str) -> AdminError {
        parse(text, "cluster.toml").expect_err("invalid")
    }

    #[test]
    fn file_is_layered_over_its_defaults() {
        let cluster = parse(GOOD, "cluster.toml").expect("valid");
        assert_eq!((cluster.name.as_str(), cluster.seed.as_str()), ("prod", "n2"));
        let n1 = cluster.node("n1").expect("known");
        assert_eq!(
            n1.admin.redacted(),
            "host=bastion port=6001 dbname=app user=postgres connect_timeout=5 sslmode=verify-full"
        );
        assert_eq!(n1.peer.redacted(), "host=10.0.0.1 port=5432 dbname=app user=repl");
        assert_eq!(n1.interfaces[0].peer.redacted(), "host=192.168.1.1 dbname=app user=repl");
        assert_eq!(n1.info, Some(serde_json::json!({"tiebreaker": 1})));
        let n2 = cluster.node("n2").expect("known");
        assert_eq!(n2.admin.get("service"), Some("prod-n2"));
        assert_eq!(cluster.subscription.synchronize, Synchronize::Structure);
        let links = cluster.subscriptions();
        assert_eq!(links.len(), 2);
        assert_eq!(links[1].apply_delay.as_deref(), Some("30m"));
    }

    #[test]
    fn replication_sets_are_read() {
        let sets = "[[repset]]
name = 'audit_only'
replicate = ['insert']
tables = ['audit.*', { name = 'public.orders', columns = ['id', 'total'], row_filter = 'total > 0' }]
sequences = ['public.orders_id_seq']
";
        let cluster = parse(&format!("{GOOD}{sets}"), "cluster.toml").expect("valid");
        let [set] = cluster.replication_sets.as_slice() else { panic!("{cluster:?}") };
        assert_eq!(set.name, "audit_only");
        let actions = set.replicate.expect("given");
        assert!(actions.insert && !actions.update && !actions.delete && !actions.truncate);
        assert_eq!(set.tables[0].tables.to_string(), "audit.*");
        assert_eq!(set.tables[1].columns.as_deref(), Some(&["id", "total"].map(str::to_owned)[..]));
        assert_eq!(set.tables[1].row_filter.as_deref(), Some("total > 0"));
        assert_eq!(set.sequences[0].to_string(), "public.orders_id_seq");
        assert_eq!(cluster.warnings, ["no subscription asks for replication set \"audit_only\""]);

        let fault = |old: &str, new: &str| {
            let e = error(&format!("{GOOD}{}", sets.replace(old, new)));
            (e.message.clone(), e.hints.clone())
        };
        let (message, hints) = fault("['insert']", "['inserts']");
        assert_eq!(message, "cluster.toml:34:13: \"inserts\" is no kind of change");
        assert_eq!(hints, ["known here: insert, update, delete, truncate"]);
        let (message, hints) = fault("public.orders_id_seq", "orders_id_seq");
        assert_eq!(message, "cluster.toml:36:13: \"orders_id_seq\" names no relation");
        assert_eq!(hints, ["write schema.name, or schema.* for all of a schema"]);
        let (message, hints) = fault("row_filter =", "rowfilter =");
        assert!(message.ends_with("unknown field \"rowfilter\""), "{message}");
        assert_eq!(hints, ["did you mean \"row_filter\"?"]);
        let (message, _) = fault("[[repset]]", "[[repset]]\nname = 'audit_only'\n[[repset]]");
        assert_eq!(message, "cluster.toml: repset \"audit_only\" is listed twice");
    }

    #[test]
    fn unknown_key_has_its_place_and_a_suggestion() {
        let e = error(&GOOD.replace("location =", "locaton ="));
        assert_eq!(e.message, "cluster.toml:19:1: unknown field \"locaton\"");
        assert_eq!(e.hints, ["did you mean \"location\"?"]);
        let e = error(&GOOD.replace("port = 6001", "prot = 6001"));
        assert!(e.message.contains("unknown connection parameter \"prot\""), "{e}");
        assert_eq!(e.hints, ["did you mean \"port\"?"]);
    }

    #[test]
    fn contradictions_are_reported_together() {
        let e = error(
            "schema_version = 1\ncluster = { name = 'c', seed = 'x', sub_name = 's' }\n\
             [[node]]\nname = 'a'\n[[node]]\nname = 'a'\n",
        );
        for part in ["\"a\" is listed twice", "seed \"x\" is no [[node]]", "sub_name must contain"]
        {
            assert!(e.message.contains(part), "{e}");
        }
        assert!(error("schema_version = 2\ncluster = { name = 'c' }").message.contains("2 is not"));
    }

    #[test]
    fn password_needs_a_private_file() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("cluster.toml");
        std::fs::write(&path, GOOD.replace("service=prod-n2", "host=h password=canary"))
            .expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("chmod");
        let e = load(&path).expect_err("refused");
        assert!(e.message.contains("group or world access"), "{e}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("chmod");
        let cluster = load(&path).expect("accepted");
        assert_eq!(cluster.warnings.len(), 1);
        assert!(!format!("{cluster:?}").contains("canary"));
    }
}
