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

use super::quoting::{literal, qualified};
use super::vector::Since;
use crate::catalog::{dead_row, truncation, version_override};
use crate::pg::error::SpockError;
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
    let mut names = Vec::new();
    let mut rows = Vec::new();
    // By the key as it is written down.
    let mut dead: HashMap<String, Version> = HashMap::new();
    for row in provider.query(&query, 4)? {
        let [Some(kind), texts, time, node] = &row[..] else { continue };
        let texts = texts.as_deref().and_then(texts_of);
        if kind == "k" {
            names = texts.unwrap_or_default();
            continue;
        }
        let time = time.as_deref().and_then(|time| time.parse::<i64>().ok());
        let node = node.as_deref().and_then(|node| node.parse().ok()).and_then(NodeId::from_oid);
        let Some((time, node)) = time.zip(node) else { continue };
        let version = Version { time, node };
        if kind == "t" {
            truncation::copied(relation, version);
            continue;
        }
        let Some(texts) = texts else { continue };
        // Where the keys of both tables differ nothing can be said of single rows.
        let text = if kind == "w" {
            texts.into_iter().next().filter(|_| names == key.names())
        } else {
            let Some(values) = key.arrange(&names, &texts) else { continue };
            if kind == "r" {
                rows.push((key.hash(&values), time, node.as_oid()));
                continue;
            }
            Some(key.text(&values))
        };
        let Some(text) = text else { continue };
        let known = dead.entry(text).or_insert(version);
        if known.time < time {
            *known = version;
        }
    }
    if !rows.is_empty() {
        version_override::put_all(relation, transaction::current_xid(), &rows);
    }
    for (text, version) in dead {
        delete_marks::note_written(relation, version.time);
        dead_row::leave(relation, &text, version);
    }
    Ok(())
}

fn texts_of(json: &str) -> Option<Vec<String>> {
    let Json::Array(texts) = serde_json::from_str(json).ok()? else { return None };
    texts.into_iter().map(|text| Some(text.as_str()?.to_owned())).collect()
}
