//! Where each value of a cluster's definition comes from: the line of the file, what it is layered over, a service, a
//! variable, or a default.

use serde::Serialize;
use toml_edit::{Document, Item};

use crate::cluster::{Cluster, Node};
use crate::conninfo::Conninfo;
use crate::conninfo::resolve::{self, Env};
use crate::error::{AdminError, Result};

/// One value that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Origin {
    /// Its name: `cluster.seed`, `node.n1.admin.host`.
    pub setting: String,
    /// The value, passwords masked.
    pub value: String,
    /// Where it comes from: `cluster.toml:12`, `service "prod"`, `PGUSER`, `default`.
    pub origin: String,
}

/// What a definition was read from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The text of a file, and how it is called.
    File(&'a str, &'a str),
    /// Something else than a file: `--dsn`.
    Other(&'a str),
}

/// Every value of the definition, as layered, with its origin.
pub fn origins(cluster: &Cluster, source: Source<'_>, env: &dyn Env) -> Result<Vec<Origin>> {
    let places = Places::of(source)?;
    let mut out = Vec::new();
    let mut tell = |setting: String, value: String, origin: Option<String>| {
        let origin = origin.unwrap_or_else(|| "default".to_owned());
        out.push(Origin { setting, value, origin });
    };
    let topology = serde_json::to_value(cluster.topology).unwrap_or_default();
    for (key, value) in [
        ("name", cluster.name.clone()),
        ("topology", topology.as_str().unwrap_or_default().to_owned()),
        ("seed", cluster.seed.clone()),
        ("sub_name", cluster.sub_name.clone()),
    ] {
        tell(format!("cluster.{key}"), value, places.line(&["cluster", key]));
    }
    let usual = &cluster.subscription;
    for (key, value) in [
        ("replication_sets", usual.replication_sets.join(",")),
        ("forward_origins", usual.forward_origins.join(",")),
        ("apply_delay", usual.apply_delay.clone()),
        ("synchronize", usual.synchronize.as_str().to_owned()),
    ] {
        let origin = places.line(&["defaults", "subscription", key]);
        tell(format!("defaults.subscription.{key}"), value, origin);
    }
    for (at, node) in cluster.nodes.iter().enumerate() {
        let at = at.to_string();
        let prefix = format!("node.{}", node.name);
        tell(format!("{prefix}.name"), node.name.clone(), places.line(&["node", &at, "name"]));
        for (key, value) in [("location", &node.location), ("country", &node.country)] {
            if let Some(value) = value {
                tell(format!("{prefix}.{key}"), value.clone(), places.line(&["node", &at, key]));
            }
        }
        for (key, value, origin) in admin(&places, &at, node, env) {
            tell(format!("{prefix}.admin.{key}"), value, origin);
        }
        for (key, value) in parameters(&node.peer) {
            let origin = places.peer(&at, &key);
            tell(format!("{prefix}.peer.{key}"), value, origin);
        }
    }
    for (name, value) in &cluster.settings {
        tell(format!("guc.{name}"), value.clone(), places.line(&["guc", name]));
    }
    Ok(out)
}

/// Parameters as they are shown.
fn parameters(info: &Conninfo) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> =
        info.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if info.password().is_some() {
        out.push(("password".to_owned(), "****".to_owned()));
    }
    out
}

/// How this program reaches a node: the file first, then what libpq looks at.
fn admin(
    places: &Places<'_>,
    at: &str,
    node: &Node,
    env: &dyn Env,
) -> Vec<(String, String, Option<String>)> {
    let mut out: Vec<_> = parameters(&node.admin)
        .into_iter()
        .map(|(key, value)| {
            let origin = places.admin(at, &key);
            (key, value, origin)
        })
        .collect();
    if let Some(command) = &node.password_command {
        let origin = places
            .line(&["node", at, "admin", "password_command"])
            .or_else(|| places.line(&["defaults", "admin", "password_command"]));
        out.push(("password_command".to_owned(), command.join(" "), origin));
    }
    // What cannot be resolved is told by the command that connects.
    if let Ok(whole) = resolve::resolve(&node.admin, env) {
        for (key, value) in parameters(&whole) {
            if out.iter().all(|(known, ..)| *known != key) {
                let origin = resolve::origin(&node.admin, &key, env);
                out.push((key, value, Some(origin)));
            }
        }
    }
    out
}

/// The text of a definition, by its lines.
struct Places<'a> {
    document: Option<Document<&'a str>>,
    text: &'a str,
    name: &'a str,
}

impl<'a> Places<'a> {
    fn of(source: Source<'a>) -> Result<Self> {
        Ok(match source {
            Source::Other(name) => Places { document: None, text: "", name },
            Source::File(text, name) => Places {
                document: Some(Document::parse(text).map_err(|e| {
                    AdminError::config(format!("could not read {name}: {}", e.message()))
                })?),
                text,
                name,
            },
        })
    }

    fn item(&self, path: &[&str]) -> Option<&Item> {
        let mut item = self.document.as_ref()?.as_item();
        for step in path {
            item = match step.parse::<usize>() {
                Ok(at) => item.get(at)?,
                Err(_) => item.get(*step)?,
            };
        }
        Some(item)
    }

    /// The line of a key; without a file its name.
    fn line(&self, path: &[&str]) -> Option<String> {
        let (last, above) = path.split_last()?;
        let item = self.item(path)?;
        let key = self.item(above).and_then(Item::as_table_like).and_then(|table| table.key(last));
        let span = key.and_then(toml_edit::Key::span).or_else(|| item.span())?;
        let line = self.text[..span.start.min(self.text.len())].matches('\n').count() + 1;
        Some(format!("{}:{line}", self.name))
    }

    /// The line of a connection parameter, in a table or in a string.
    fn parameter(&self, path: &[&str], key: &str) -> Option<String> {
        match self.item(path)?.as_str() {
            None => self.line(&[path, &[key]].concat()),
            Some(text) => {
                let info = Conninfo::parse(text).ok()?;
                let has = info.get(key).is_some() || key == "password" && info.password().is_some();
                has.then(|| self.line(path)).flatten()
            }
        }
    }

    fn database(&self, key: &str) -> Option<String> {
        (key == "dbname").then(|| self.line(&["cluster", "database"])).flatten()
    }

    fn admin(&self, at: &str, key: &str) -> Option<String> {
        if self.document.is_none() {
            return Some(self.name.to_owned());
        }
        self.parameter(&["node", at, "admin"], key)
            .or_else(|| self.parameter(&["defaults", "admin"], key))
            .or_else(|| self.database(key))
    }

    fn peer(&self, at: &str, key: &str) -> Option<String> {
        self.parameter(&["node", at, "peer"], key)
            .or_else(|| self.parameter(&["defaults", "peer"], key))
            // Without an address of its own for the peers, a node is reached as we reach it.
            .or_else(|| self.admin(at, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Env for Fixed {
        fn var(&self, name: &str) -> Option<String> {
            (name == "PGUSER").then(|| "ann".to_owned())
        }
    }

    #[test]
    fn each_value_has_its_place() {
        let text = "schema_version = 1
[cluster]
name = 'prod'
database = 'app'
[defaults.admin]
sslmode = 'disable'
[[node]]
name = 'n1'
admin = { host = 'a', password = 'canary' }
location = 'here'
[[node]]
name = 'n2'
admin = 'host=b port=7'
peer = { host = 'c' }
[guc]
'spock.readonly' = 'off'
";
        let cluster = super::super::parse(text, "c.toml").expect("valid");
        let found = origins(&cluster, Source::File(text, "c.toml"), &Fixed).expect("told");
        let of = |setting: &str| {
            let found = found.iter().find(|found| found.setting == setting);
            let found = found.unwrap_or_else(|| panic!("no {setting} in {found:#?}"));
            format!("{} {}", found.value, found.origin)
        };
        assert_eq!(of("cluster.name"), "prod c.toml:3");
        assert_eq!(of("cluster.topology"), "mesh default");
        assert_eq!(of("cluster.seed"), "n1 default");
        assert_eq!(of("node.n1.admin.host"), "a c.toml:9");
        assert_eq!(of("node.n1.admin.password"), "**** c.toml:9");
        assert_eq!(of("node.n1.admin.dbname"), "app c.toml:4");
        assert_eq!(of("node.n1.admin.sslmode"), "disable c.toml:6");
        assert_eq!(of("node.n1.admin.user"), "ann PGUSER");
        assert_eq!(of("node.n1.admin.port"), "5432 default");
        assert_eq!(of("node.n1.peer.host"), "a c.toml:9");
        assert_eq!(of("node.n1.location"), "here c.toml:10");
        assert_eq!(of("node.n2.admin.port"), "7 c.toml:13");
        assert_eq!(of("node.n2.peer.host"), "c c.toml:14");
        assert_eq!(of("guc.spock.readonly"), "off c.toml:16");
        assert!(!format!("{found:?}").contains("canary"));
        let found = origins(&cluster, Source::Other("--dsn"), &Fixed).expect("told");
        assert!(found.iter().any(|of| of.setting == "node.n1.admin.host" && of.origin == "--dsn"));
    }
}
