//! A replication set of one node made what a text says, all of it or nothing.
//!
//! What is wanted is worked out with the node's own tables and in its server's words, as for the cluster's definition
//! ([`super::drift`]): patterns are of the tables that there are, and partitions of a table that is named may stay.
//! The set is changed only while it is still what was read.

use std::collections::BTreeSet;

use crate::client::{Client, Relations, SetDefinition, TableOptions, TablePart, TableRef};
use crate::error::{AdminError, Result};
use crate::replication_set::ReplicationSet;

/// A set as it was read, with what could be in it.
#[derive(Debug, Clone)]
pub struct Read {
    /// What is in it; none when there is no set of this name.
    pub set: Option<SetDefinition>,
    relations: Relations,
}

/// Reads a set.
pub async fn read(client: &Client, name: &str) -> Result<Read> {
    let set = client.set_definitions(Some(name)).await?.remove(name);
    Ok(Read { set, relations: client.relations().await? })
}

impl Read {
    /// What the text wants the set to be. A condition that the server does not take is an error.
    pub async fn wanted(&self, client: &Client, text: &ReplicationSet) -> Result<SetDefinition> {
        let mut wanted = super::drift::wanted_set(text, self.set.as_ref(), &self.relations);
        for (table, part) in &mut wanted.tables {
            let there = self.part(table).and_then(|part| part.row_filter.as_ref());
            if let Some(filter) = part.row_filter.as_mut().filter(|filter| Some(&**filter) != there)
            {
                // The same condition may be written in many ways; the server knows one.
                *filter = client
                    .canonical_row_filter(table, filter)
                    .await
                    .map_err(|e| e.context(format_args!("row filter of table {table}")))?;
            }
        }
        Ok(wanted)
    }

    /// Makes the set so, unless it is no longer what was read.
    pub async fn change(&self, client: &Client, name: &str, wanted: &SetDefinition) -> Result<()> {
        let change = async {
            client.lock_repsets().await?;
            if client.set_definitions(Some(name)).await?.remove(name) != self.set {
                return Err(AdminError::precondition(format!(
                    "replication set \"{name}\" was changed by somebody else meanwhile"
                ))
                .on(client.node())
                .hint("nothing was changed: look at it again"));
            }
            self.differences(client, name, wanted).await
        };
        client.in_transaction(change).await
    }

    async fn differences(&self, client: &Client, name: &str, wanted: &SetDefinition) -> Result<()> {
        let of_table = |table: &TableRef| format!("table {table}");
        for (table, part) in self.set.iter().flat_map(|set| &set.tables) {
            if wanted.tables.get(table) != Some(part) {
                client
                    .repset_remove_table(name, table, false)
                    .await
                    .map_err(|e| e.context(of_table(table)))?;
            }
        }
        // What may go out decides which conditions are taken.
        if self.set.as_ref().map(|set| set.actions) != Some(wanted.actions) {
            client.repset_define(name, wanted.actions, self.set.is_some()).await?;
        }
        for (table, part) in &wanted.tables {
            if self.part(table) != Some(part) {
                client
                    .repset_add_table_with(name, table, &self.options(wanted, table, part))
                    .await
                    .map_err(|e| e.context(of_table(table)))?;
            }
        }
        let none = BTreeSet::new();
        let there = self.set.as_ref().map_or(&none, |set| &set.sequences);
        for sequence in there.difference(&wanted.sequences) {
            client
                .repset_remove_sequence(name, sequence)
                .await
                .map_err(|e| e.context(format_args!("sequence {sequence}")))?;
        }
        for sequence in wanted.sequences.difference(there) {
            client
                .repset_add_seq(name, sequence)
                .await
                .map_err(|e| e.context(format_args!("sequence {sequence}")))?;
        }
        Ok(())
    }

    /// What of a table is in it.
    fn part(&self, table: &TableRef) -> Option<&TablePart> {
        self.set.as_ref().and_then(|set| set.tables.get(table))
    }

    /// How a table comes in: with its partitions, unless the text names some of them.
    fn options(&self, wanted: &SetDefinition, table: &TableRef, part: &TablePart) -> TableOptions {
        let is_partition_of = |other: &TableRef| {
            self.relations.tables.get(other).is_some_and(|above| above.contains(table))
        };
        part.options(wanted.tables.keys().any(is_partition_of))
    }
}
