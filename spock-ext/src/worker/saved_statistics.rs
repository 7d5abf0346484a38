//! The file that carries the counters over a clean restart of the server.
//!
//! `$PGDATA/spock/statistics.json` is written by the postmaster when all others have ended, and taken
//! over and removed when the server starts: after a crash nothing is found, and counting begins anew.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::counter_table::{CounterTable, Key};
use super::saved_state;
use super::statistics::{SUBSCRIPTIONS, TABLES};

fn path() -> PathBuf {
    saved_state::directory().join("statistics.json")
}

/// Writes the file, when the server stops cleanly. There is nobody left to complain to.
pub(super) fn save() {
    let state = json!({
        "version": 1,
        "tables": rows(&TABLES),
        "subscriptions": rows(&SUBSCRIPTIONS),
    });
    let write = || -> io::Result<()> {
        fs::create_dir_all(saved_state::directory())?;
        let fresh = path().with_extension("new");
        fs::write(&fresh, state.to_string())?;
        fs::rename(&fresh, path())
    };
    let _ = write();
}

/// The groups as lists of numbers: the three parts of the key, and the values.
fn rows<const N: usize>(table: &CounterTable<N>) -> Vec<Value> {
    let row = |(key, values): (Key, [u64; N])| {
        let numbers = [key.db, key.sub, key.relation].map(u64::from);
        numbers.into_iter().chain(values).collect::<Vec<_>>().into()
    };
    table.list(|_| true).into_iter().map(row).collect()
}

/// Takes the file over, when the server starts. A file that is missing or damaged says nothing.
pub(super) fn load() {
    let Ok(text) = fs::read_to_string(path()) else { return };
    let _ = fs::remove_file(path());
    let Ok(state) = serde_json::from_str::<Value>(&text) else { return };
    if state["version"] != json!(1) {
        return;
    }
    fill(&TABLES, &state["tables"]);
    fill(&SUBSCRIPTIONS, &state["subscriptions"]);
}

fn fill<const N: usize>(table: &CounterTable<N>, rows: &Value) {
    for row in rows.as_array().into_iter().flatten() {
        let numbers: Vec<u64> =
            row.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let Some((key, values)) = numbers.split_first_chunk::<3>() else { continue };
        let Ok(values) = <&[u64; N]>::try_from(values) else { continue };
        let [Ok(db), Ok(sub), Ok(relation)] = key.map(u32::try_from) else { continue };
        table.set(Key { db, sub, relation }, values);
    }
}
