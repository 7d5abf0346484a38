//! A password that must appear nowhere.
//!
//! A test gives the servers a password that holds a word which occurs nowhere else, does what it
//! does, and then looks for the word wherever a person without the right to know it could look.

use std::fs;
use std::hash::{BuildHasher, RandomState};

use crate::{Cluster, Node};

/// A fresh password; a quote and a blank inside make careless quoting show.
pub fn password() -> String {
    format!("can'ary {:016x}", RandomState::new().hash_one("password"))
}

/// The part of a password that no quoting changes.
fn salt(password: &str) -> &str {
    password.rsplit(' ').next().unwrap_or(password)
}

/// The relations that exist to show superusers what they configured.
const FOR_SUPERUSERS: &[&str] = &[
    "spock.node_interface",
    "pg_catalog.pg_settings",
    "pg_catalog.pg_file_settings",
    "pg_catalog.pg_user_mappings",
];

/// A role of every server that may read no more than PUBLIC may.
const ORDINARY: &str = "pg_signal_backend";

/// All the places where the password shows: logs, command lines, process titles and environments of
/// the servers, and every view and table of `spock` and `pg_catalog`, read as an ordinary role and,
/// but for those that exist to show superusers what they configured, as a superuser.
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
        places.extend(find_in_relations(&node, salt, None));
        places.extend(find_in_relations(&node, salt, Some(ORDINARY)));
    }
    places
}

/// The relations that show the word to a role, or to the superuser.
fn find_in_relations(node: &Node<'_>, salt: &str, role: Option<&str>) -> Vec<String> {
    let reader = role.unwrap_or("postgres");
    let mut session = node.connect();
    let role = role.map_or("none".to_owned(), |name| format!("'{name}'"));
    session
        .batch_execute(&format!("SET ROLE {role}"))
        .unwrap_or_else(|e| panic!("{}: {e}", node.name()));
    let holds = move |relation: &String| {
        // The word is put together by the server: the query itself shows in pg_stat_activity.
        let (head, rest) = salt.split_at(salt.len() / 2);
        let query = format!(
            "SELECT 1 FROM {relation} AS r WHERE strpos(r::text, '{head}' || '{rest}') > 0 LIMIT 1"
        );
        session.simple_query(&query).is_ok_and(|messages| {
            messages.iter().any(|m| matches!(m, postgres::SimpleQueryMessage::Row(_)))
        })
    };
    relations(node, reader)
        .into_iter()
        .filter(|relation| reader == ORDINARY || !FOR_SUPERUSERS.contains(&relation.as_str()))
        .filter(holds)
        .map(|relation| format!("{}: {relation} as {reader}", node.name()))
        .collect()
}

/// Qualified names of the relations that a role may read; but for one that holds no text, and fails on
/// servers without NUMA.
fn relations(node: &Node<'_>, role: &str) -> Vec<String> {
    let rows = node.rows(&format!(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname <> 'pg_shmem_allocations_numa' AND (n.nspname = 'spock' AND c.relkind IN ('r', 'v', 'm') \
             OR n.nspname = 'pg_catalog' AND (c.relkind = 'v' OR c.relname = 'pg_subscription')) \
           AND has_schema_privilege('{role}', n.oid, 'USAGE') \
           AND has_table_privilege('{role}', c.oid, 'SELECT') \
         ORDER BY 1"
    ));
    rows.into_iter().filter_map(|mut row| row.pop().flatten()).collect()
}
