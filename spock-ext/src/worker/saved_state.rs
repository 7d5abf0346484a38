//! The file that carries the clock's mark and the list of nodes over a restart of the server.
//!
//! `$PGDATA/spock/state.json` is written by the supervisor once a second when something changed, and
//! read before any session exists. Losing it costs nothing but the moment in which the supervisor looks
//! through the newest commit times: the file is renamed into place, and only a change of the list of
//! nodes is made durable.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::pg::database;

use super::slots::{self, Kind, Owner};
use super::{clock, text::Text};

/// A database that is a node of Spock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NodeEntry {
    db: u32,
    name: String,
}

/// What was last written.
#[derive(Debug, Default)]
struct Saved {
    mark: i64,
    nodes: Vec<NodeEntry>,
    failed: bool,
}

/// Where the files lie that outlive a restart.
pub(super) fn directory() -> PathBuf {
    database::data_directory().join("spock")
}

fn path() -> PathBuf {
    directory().join("state.json")
}

fn nodes_now() -> Vec<NodeEntry> {
    slots::list(|slot| slot.kind == Kind::Manager && !slot.name.is_empty())
        .into_iter()
        .map(|(_, slot)| NodeEntry { db: slot.db, name: slot.name.as_str().to_owned() })
        .collect()
}

thread_local! {
    static SAVED: RefCell<Saved> = RefCell::default();
}

/// Writes the file if anything changed; a failure is reported once. By the supervisor, in each round
/// and when it ends.
pub(super) fn save() {
    SAVED.with_borrow_mut(|saved| {
        let mark = clock::mark();
        let nodes = nodes_now();
        let durable = nodes != saved.nodes;
        if mark == saved.mark && !durable {
            return;
        }
        match write(mark, &nodes, durable) {
            Ok(()) => *saved = Saved { mark, nodes, failed: false },
            Err(error) if !saved.failed => {
                saved.failed = true;
                pgrx::warning!("{} cannot be written: {error}", path().display());
            }
            Err(_) => {}
        }
    });
}

fn write(mark: i64, nodes: &[NodeEntry], durable: bool) -> io::Result<()> {
    let nodes: Vec<Value> =
        nodes.iter().map(|node| json!({ "database": node.db, "node": node.name })).collect();
    let text = json!({ "version": 1, "mark": mark, "nodes": nodes }).to_string();
    match fs::create_dir(directory()) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let fresh = path().with_extension("new");
    let mut file = File::create(&fresh)?;
    file.write_all(text.as_bytes())?;
    if durable {
        file.sync_all()?;
    }
    drop(file);
    fs::rename(&fresh, path())?;
    if durable {
        File::open(directory())?.sync_all()?;
    }
    Ok(())
}

/// Takes the file over into shared memory, when the server starts. A file that is missing or damaged
/// says nothing.
pub(super) fn load() {
    let Ok(text) = fs::read_to_string(path()) else { return };
    let Ok(state) = serde_json::from_str::<Value>(&text) else { return };
    if state["version"] != json!(1) {
        return;
    }
    clock::preset(state["mark"].as_i64().unwrap_or(0));
    for node in state["nodes"].as_array().into_iter().flatten() {
        let db = node["database"].as_u64().and_then(|db| u32::try_from(db).ok());
        if let (Some(db), Some(name)) = (db, node["node"].as_str())
            && let Some(id) = slots::reserve(&Owner::manager(db), name)
        {
            slots::update(id, |slot| slot.name = Text::new(name));
        }
    }
    clock::nodes_changed();
}
