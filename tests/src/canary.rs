//! A password that must appear nowhere.
//!
//! A test gives the servers a password that holds a word which occurs nowhere else, does what it
//! does, and then looks for the word wherever a person without the right to know it could look.

use std::fs;
use std::hash::{BuildHasher, RandomState};

use crate::Cluster;

/// A fresh password; a quote and a blank inside make careless quoting show.
pub fn password() -> String {
    format!("can'ary {:016x}", RandomState::new().hash_one("password"))
}

/// The part of a password that no quoting changes.
fn salt(password: &str) -> &str {
    password.rsplit(' ').next().unwrap_or(password)
}

/// The relations that exist to hold connection strings, readable by superusers alone.
const HOLDS_CONNECTION_STRINGS: &[&str] = &["spock.node_interface"];

/// All the places where the password shows: logs, command lines, process titles and environments of
/// the servers, and every view and table of `spock` and `pg_catalog` but those that exist to hold
/// connection strings.
pub fn find(cluster: &Cluster, password: &str) -> Vec<String> {
    let salt = salt(password);
    let mut places = Vec::new();
    for node in cluster.nodes() {
        let name = node.name().to_owned();
        for (at, line) in node.log().lines().enumerate() {
            if line.contains(salt) {
                places.push(format!("{name}: log line {}", at + 1));
            }
        }
        for process in node.processes() {
            for file in ["cmdline", "environ"] {
                let bytes = fs::read(format!("/proc/{}/{file}", process.pid)).unwrap_or_default();
                if String::from_utf8_lossy(&bytes).contains(salt) {
                    places.push(format!("{name}: {file} of \"{}\"", process.title));
                }
            }
        }
        for relation in relations(&node) {
            if HOLDS_CONNECTION_STRINGS.contains(&relation.as_str()) {
                continue;
            }
            // The pattern is put together by the server: the query itself shows in
            // pg_stat_activity.
            let (head, rest) = salt.split_at(salt.len() / 2);
            let query = format!(
                "SELECT count(*) FROM {relation} AS r \
                 WHERE strpos(r::text, '{head}' || '{rest}') > 0"
            );
            if let Ok(rows) = node.try_query(&query, &[])
                && rows.first().is_some_and(|row| row.get::<_, i64>(0) > 0)
            {
                places.push(format!("{name}: {relation}"));
            }
        }
    }
    places
}

/// Qualified names of the relations to search.
fn relations(node: &crate::Node<'_>) -> Vec<String> {
    let rows = node.rows(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'spock' AND c.relkind IN ('r', 'v', 'm') \
            OR n.nspname = 'pg_catalog' AND (c.relkind = 'v' OR c.relname = 'pg_subscription') \
         ORDER BY 1",
    );
    rows.into_iter().filter_map(|mut row| row.pop().flatten()).collect()
}
