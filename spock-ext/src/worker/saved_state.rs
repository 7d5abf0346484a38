//! The file that carries the clock's mark and the list of nodes over a restart of the server.
//!
//! `$PGDATA/spock/state.json` is written by the supervisor about once a second when something changed,
//! and read before any session exists. While times are promised to peers the mark in it stands ahead of
//! the clock ([`clock`]): what was promised is still known after a crash, without a write per promise.

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

/// Writes the file if anything changed. By the supervisor, in each round.
pub(super) fn save() {
    if let Some(bound) = clock::wanted_bound() {
        if save_mark(bound) {
            clock::bind(bound);
        }
        return;
    }
    let mark = clock::mark();
    // A bound that still stands ahead says more.
    let is_said = SAVED.with_borrow(|saved| saved.mark >= mark && saved.nodes == nodes_now());
    if !is_said {
        save_mark(mark.max(SAVED.with_borrow(|saved| saved.mark)));
    }
}

/// Writes it when the supervisor ends. Nothing is promised any more, so the mark need not stand ahead of
/// the clock.
pub(super) fn save_for_good() {
    clock::bind(0);
    let mark = clock::mark();
    if SAVED.with_borrow(|saved| saved.mark != mark || saved.nodes != nodes_now()) {
        save_mark(mark);
    }
}

/// Whether it was written; a failure is reported once.
fn save_mark(mark: i64) -> bool {
    let nodes = nodes_now();
    let written = write(mark, &nodes);
    SAVED.with_borrow_mut(|saved| match &written {
        Ok(()) => *saved = Saved { mark, nodes, failed: false },
        Err(error) if !saved.failed => {
            saved.failed = true;
            pgrx::warning!("{} cannot be written: {error}", path().display());
        }
        Err(_) => {}
    });
    written.is_ok()
}

/// Puts the file into its place, durably.
fn write(mark: i64, nodes: &[NodeEntry]) -> io::Result<()> {
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
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path())?;
    File::open(directory())?.sync_all()?;
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
