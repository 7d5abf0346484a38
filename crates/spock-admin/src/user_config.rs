//! `config.toml` of a user: the clusters that the user works with, each under a name, and how results are to look.
//!
//! Reading is as strict as for `cluster.toml`. Writing keeps comments and order, and replaces the file in one step.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::cluster_file::syntax_error;
use crate::conninfo::resolve::Env;
use crate::error::{AdminError, Result};

/// What stands in the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    /// The context of commands that name no cluster.
    pub current_context: Option<String>,
    /// The contexts.
    #[serde(default)]
    pub context: BTreeMap<String, ContextEntry>,
    /// Output format, as `--output` takes it.
    pub output: Option<String>,
    /// When to use colours, as `--color` takes it.
    pub color: Option<String>,
    /// How tables look, as `--table-style` takes it.
    pub table_style: Option<String>,
}

/// One cluster, under a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextEntry {
    /// The definition.
    pub cluster_file: PathBuf,
    /// The node of commands that name none.
    pub default_node: Option<String>,
    /// Refuse everything that writes.
    #[serde(default)]
    pub read_only: bool,
}

/// Where the file is, be it there or not.
pub fn path(env: &dyn Env) -> Result<PathBuf> {
    if let Some(path) = env.var("SPOCKCTL_CONFIG") {
        return Ok(path.into());
    }
    let dir = match env.var("XDG_CONFIG_HOME") {
        Some(dir) => PathBuf::from(dir),
        None => match env.var("HOME") {
            Some(home) => PathBuf::from(home).join(".config"),
            None => {
                return Err(AdminError::config("no place for the configuration of the user")
                    .hint("set SPOCKCTL_CONFIG, or HOME"));
            }
        },
    };
    Ok(dir.join("spockctl/config.toml"))
}

impl UserConfig {
    /// Reads the file; one that is not there says nothing.
    pub fn load(path: &Path) -> Result<UserConfig> {
        let Some(text) = read(path)? else { return Ok(UserConfig::default()) };
        let name = path.display().to_string();
        toml::from_str(&text).map_err(|e| syntax_error(&e, &text, &name))
    }

    /// The context of this name.
    pub fn entry(&self, name: &str) -> Result<&ContextEntry> {
        self.context.get(name).ok_or_else(|| {
            let error = AdminError::config(format!("unknown context \"{name}\""));
            let known: Vec<&str> = self.context.keys().map(String::as_str).collect();
            match crate::did_you_mean(name, known.iter().copied()) {
                Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                None if known.is_empty() => {
                    error.hint("add it with `spockctl context add NAME --cluster-file PATH`")
                }
                None => error.hint(format!("known are {}", known.join(", "))),
            }
        })
    }
}

/// Makes a context the current one.
pub fn make_current(path: &Path, name: &str) -> Result<()> {
    UserConfig::load(path)?.entry(name)?;
    edit(path, |document| document["current_context"] = value(name))
}

/// Adds a context; one that is there is an error.
pub fn add(path: &Path, name: &str, entry: &ContextEntry) -> Result<()> {
    if UserConfig::load(path)?.context.contains_key(name) {
        return Err(AdminError::precondition(format!("context \"{name}\" already exists"))
            .hint(format!("remove it first: spockctl context remove {name}")));
    }
    edit(path, |document| {
        let mut table = Table::new();
        table["cluster_file"] = value(entry.cluster_file.display().to_string());
        if let Some(node) = &entry.default_node {
            table["default_node"] = value(node);
        }
        if entry.read_only {
            table["read_only"] = value(true);
        }
        let contexts = document.entry("context").or_insert_with(|| {
            let mut contexts = Table::new();
            contexts.set_implicit(true);
            Item::Table(contexts)
        });
        contexts[name] = Item::Table(table);
    })
}

/// Takes a context out; it is no longer the current one either.
pub fn remove(path: &Path, name: &str) -> Result<()> {
    UserConfig::load(path)?.entry(name)?;
    edit(path, |document| {
        if let Some(contexts) = document.get_mut("context").and_then(Item::as_table_like_mut) {
            contexts.remove(name);
        }
        if document.get("current_context").and_then(Item::as_str) == Some(name) {
            document.remove("current_context");
        }
    })
}

fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<()> {
    let failed = |e: &dyn std::fmt::Display| {
        AdminError::config(format!("could not write \"{}\": {e}", path.display()))
    };
    let text = read(path)?.unwrap_or_default();
    let mut document: DocumentMut = text.parse().map_err(|e| failed(&e))?;
    change(&mut document);
    let dir = path.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(dir).map_err(|e| failed(&e))?;
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|e| failed(&e))?;
    file.write_all(document.to_string().as_bytes()).map_err(|e| failed(&e))?;
    file.persist(path).map_err(|e| failed(&e))?;
    Ok(())
}

/// The text of a file; `None` when there is none.
fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(AdminError::config(format!("could not read \"{}\": {e}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(file: &str) -> ContextEntry {
        ContextEntry { cluster_file: file.into(), default_node: None, read_only: true }
    }

    #[test]
    fn changes_keep_what_stands_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("deep/config.toml");
        add(&path, "prod", &entry("/p.toml")).expect("added");
        let mut text = std::fs::read_to_string(&path).expect("written");
        text.insert_str(0, "# mine\noutput = \"wide\" # all of it\n");
        std::fs::write(&path, text).expect("written");
        add(&path, "test", &ContextEntry { read_only: false, ..entry("/t.toml") }).expect("added");
        make_current(&path, "test").expect("known");
        let text = std::fs::read_to_string(&path).expect("written");
        assert!(text.contains("# mine\n") && text.contains("# all of it"), "{text}");
        let config = UserConfig::load(&path).expect("valid");
        assert_eq!(config.current_context.as_deref(), Some("test"));
        assert!(config.entry("prod").expect("known").read_only);
        assert!(!config.entry("test").expect("known").read_only);
        assert_eq!(
            add(&path, "test", &entry("/x")).expect_err("there").kind,
            crate::error::ErrorKind::Precondition
        );
        assert_eq!(
            make_current(&path, "prdo").expect_err("unknown").hints,
            ["did you mean \"prod\"?"]
        );
        remove(&path, "test").expect("known");
        let config = UserConfig::load(&path).expect("valid");
        assert_eq!(config.current_context, None);
        assert_eq!(config.context.len(), 1);
    }

    #[test]
    fn unknown_keys_have_their_place() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "[context.a]\ncluster_file = \"a\"\nreadonly = true\n")
            .expect("written");
        let error = UserConfig::load(&path).expect_err("unknown");
        assert!(error.message.ends_with("config.toml:3:1: unknown field \"readonly\""), "{error}");
        assert_eq!(error.hints, ["did you mean \"read_only\"?"]);
    }
}
