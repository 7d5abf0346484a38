//! The statements that take a repair back, as a script for `psql` on the node that was repaired.
//!
//! Each statement changes its row only while it is what the repair left.

use std::fmt::Write as _;

use super::statements::Statements;
use crate::client::{quote_identifier, quote_literal};

/// Collects the script of one node.
pub(super) struct Undo {
    node: String,
    statements: Vec<String>,
}

impl Undo {
    pub(super) fn new(node: &str) -> Self {
        Undo { node: node.to_owned(), statements: Vec::new() }
    }

    /// The repair deletes this row.
    pub(super) fn delete(&mut self, table: &Statements, old: &[Option<String>]) {
        let names: Vec<String> =
            table.columns().iter().map(|(name, _)| quote_identifier(name)).collect();
        let values: Vec<String> = table
            .columns()
            .iter()
            .zip(old)
            .map(|((_, kind), value)| format!("{}::{kind}", literal(value.as_deref())))
            .collect();
        self.statements.push(format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING;",
            table.table(),
            names.join(", "),
            values.join(", ")
        ));
    }

    /// The repair inserts this row.
    pub(super) fn insert(&mut self, table: &Statements, new: &[Option<String>]) {
        let all: Vec<usize> = (0..new.len()).collect();
        let condition = has(table, new, &all);
        self.statements.push(if table.has_key() {
            format!("DELETE FROM {} WHERE {condition};", table.table())
        } else {
            let name = table.table();
            format!(
                "DELETE FROM {name} WHERE (tableoid, ctid) IN \
                 (SELECT tableoid, ctid FROM {name} WHERE {condition} LIMIT 1);"
            )
        });
    }

    /// The repair sets some columns of a row, by their places.
    pub(super) fn update(
        &mut self,
        table: &Statements,
        old: &[Option<String>],
        new: &[Option<String>],
        changed: &[usize],
    ) {
        let set: Vec<String> = changed
            .iter()
            .map(|at| {
                let (name, kind) = &table.columns()[*at];
                format!("{} = {}::{kind}", quote_identifier(name), literal(old[*at].as_deref()))
            })
            .collect();
        let is_key = |name: &str| table.key().iter().any(|key| key.name == name);
        let places: Vec<usize> = (0..new.len())
            .filter(|at| changed.contains(at) || is_key(&table.columns()[*at].0))
            .collect();
        self.statements.push(format!(
            "UPDATE {} SET {} WHERE {};",
            table.table(),
            set.join(", "),
            has(table, new, &places)
        ));
    }

    /// The whole script, newest change first.
    pub(super) fn finish(&mut self) -> String {
        let mut out = format!(
            "-- Takes back a repair on node {}: run it there with psql. Nothing of it is replicated.\n\
             \\set ON_ERROR_STOP on\nBEGIN;\n{};\n\
             SET LOCAL session_replication_role = replica;\nSELECT spock.repair_mode(true);\n",
            self.node.replace(['\n', '\r'], " "),
            crate::client::session_settings()
        );
        for statement in self.statements.iter().rev() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{statement}");
        }
        out.push_str("COMMIT;\n");
        out
    }
}

/// The row has these values at these places.
fn has(table: &Statements, values: &[Option<String>], places: &[usize]) -> String {
    let is_key = |name: &str| table.key().iter().find(|key| key.name == name);
    let conditions = places.iter().map(|at| {
        let (name, kind) = &table.columns()[*at];
        let (column, value) = (quote_identifier(name), literal(values[*at].as_deref()));
        match is_key(name) {
            // So that the index is used.
            Some(key) => format!("{column} {} {value}::{kind}", key.equality),
            None => format!("{column}::text IS NOT DISTINCT FROM {value}::{kind}::text"),
        }
    });
    conditions.collect::<Vec<_>>().join(" AND ")
}

/// A value as it stands in a statement, whatever `standard_conforming_strings` says.
fn literal(value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) if text.contains('\\') => {
            format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
        }
        Some(text) => quote_literal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(literal(None), "NULL");
        assert_eq!(literal(Some("it's")), "'it''s'");
        assert_eq!(literal(Some("\\x00'")), "E'\\\\x00'''");
    }
}
