//! Brings the versions that matter along with the rows of a table (convergence rule I1), in the transaction
//! of its copy.
//!
//! A copied row counts as old, unless a change that still comes may be older than it: then its version is
//! kept beside it (`spock.version_override`). Versions of deletes are written down (`spock.dead_row`), that
//! of the last truncate too.

use std::collections::HashMap;

use serde_json::Value as Json;
use spock_core::conflict::Version;
use spock_core::oid::NodeId;

use super::vector::Since;
use crate::catalog::{dead_row, partition, truncation, version_override};
use crate::pg::error::SpockError;
use crate::pg::quoting::{literal, qualified};
use crate::pg::walreceiver::{Connection, micros};
use crate::pg::{dead_rows, delete_marks, transaction};

/// Asks the provider, in its snapshot, for the versions of a table, and writes them down.
pub(super) fn bring(
    provider: &mut Connection,
    schema: &str,
    name: &str,
    relation: u32,
    since: Since,
) -> Result<(), SpockError> {
    let since = match since {
        Since::Nothing => return Ok(()),
        Since::Everything => "NULL".to_owned(),
        Since::Time(time) => {
            format!("timestamptz '2000-01-01 00:00:00+00' + {time} * interval '1 microsecond'")
        }
    };
    // That of a partitioned table has all columns by which rows are routed.
    let Some(key) = dead_rows::key_of(relation) else { return Ok(()) };
    let query = format!(
        concat!(
            "SELECT v.kind::pg_catalog.text, pg_catalog.to_json(v.key)::pg_catalog.text, ",
            micros!("v.commit_time"),
            ", v.node_id::pg_catalog.text
               FROM spock.copy_versions({}::pg_catalog.regclass, {}) v"
        ),
        literal(&qualified(schema, name)),
        since,
    );
    let mut brought = Brought::default();
    for row in provider.query(&query, 4)? {
        brought.take(&row);
    }
    let leaves = partition::leaves(relation);
    if leaves.is_empty() {
        brought.write(relation, None);
        return Ok(());
    }
    let keys: Vec<Vec<String>> =
        brought.rows.iter().filter_map(|row| key.arrange(&brought.names, &row.key)).collect();
    // All of them, or none: rows are of one table there.
    let is_known = keys.len() == brought.rows.len();
    for leaf in leaves {
        let own = if is_known { partition::keys_of(leaf, &key.names(), &keys) } else { Vec::new() };
        brought.write(leaf, Some(&own));
    }
    Ok(())
}

/// What the provider knows of versions in a table.
#[derive(Default)]
struct Brought {
    /// Columns of the key there.
    names: Vec<String>,
    rows: Vec<KeyVersion>,
    /// Keys as they were written down there.
    written: Vec<(String, Version)>,
    truncated: Option<Version>,
}

struct KeyVersion {
    key: Vec<String>,
    version: Version,
    is_dead: bool,
}

impl Brought {
    fn take(&mut self, row: &[Option<String>]) {
        let [Some(kind), texts, time, node] = row else { return };
        let texts = texts.as_deref().and_then(texts_of);
        if kind == "k" {
            self.names = texts.unwrap_or_default();
            return;
        }
        let time = time.as_deref().and_then(|time| time.parse::<i64>().ok());
        let node = node.as_deref().and_then(|node| node.parse().ok()).and_then(NodeId::from_oid);
        let Some((time, node)) = time.zip(node) else { return };
        let version = Version { time, node };
        match (kind.as_str(), texts) {
            ("t", _) => self.truncated = Some(version),
            (_, None) => {}
            ("w", Some(texts)) => {
                self.written.extend(texts.into_iter().next().map(|text| (text, version)));
            }
            (kind, Some(key)) => {
                self.rows.push(KeyVersion { key, version, is_dead: kind != "r" });
            }
        }
    }

    /// Writes down what is about a table, or of the rows only those at some places. Where the keys of both
    /// tables differ nothing can be said of single rows.
    fn write(&self, relation: u32, places: Option<&[usize]>) {
        let Some(key) = dead_rows::key_of(relation) else { return };
        if let Some(version) = self.truncated {
            truncation::copied(relation, version);
        }
        let mut rows = Vec::new();
        // By the key as it is written down.
        let mut dead: HashMap<String, Version> = HashMap::new();
        let mut note = |text: String, version: Version| {
            let known = dead.entry(text).or_insert(version);
            if known.time < version.time {
                *known = version;
            }
        };
        let own: Vec<&KeyVersion> = match places {
            Some(places) => places.iter().filter_map(|place| self.rows.get(*place)).collect(),
            None => self.rows.iter().collect(),
        };
        for row in own {
            let Some(values) = key.arrange(&self.names, &row.key) else { continue };
            let Version { time, node } = row.version;
            if row.is_dead {
                note(key.text(&values), row.version);
            } else {
                rows.push((key.hash(&values), time, node.as_oid()));
            }
        }
        if self.names == key.names() {
            for (text, version) in &self.written {
                note(text.clone(), *version);
            }
        }
        if !rows.is_empty() {
            version_override::put_all(relation, transaction::current_xid(), &rows);
        }
        for (text, version) in dead {
            delete_marks::note_written(relation, version.time);
            dead_row::leave(relation, &text, version);
        }
    }
}

fn texts_of(json: &str) -> Option<Vec<String>> {
    let Json::Array(texts) = serde_json::from_str(json).ok()? else { return None };
    texts.into_iter().map(|text| Some(text.as_str()?.to_owned())).collect()
}
