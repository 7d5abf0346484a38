//! Replication sets of the definition, one step for each set and node.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::client::{Client, TableRef, quote_literal};
use crate::error::{AdminError, Result};
use crate::plan::{Action, StepProgress};
use crate::replication_set::{Actions, Pattern, ReplicationSet, TableRule};

/// Makes a set and puts into it what is to be there. What else is in it stays.
pub(super) struct DefineSet {
    pub(super) client: Arc<Client>,
    pub(super) set: ReplicationSet,
    /// Subscription that brings the tables: before it exists there is nothing to add.
    pub(super) after: Option<String>,
}

/// What a set lacks.
#[derive(Default)]
struct Missing<'a> {
    /// Which changes it is to let out, and whether it exists.
    actions: Option<(Actions, bool)>,
    tables: Vec<(TableRef, &'a TableRule)>,
    sequences: Vec<TableRef>,
    /// What is named and is not there.
    unknown: Vec<String>,
}

impl DefineSet {
    async fn missing(&self) -> Result<Missing<'_>> {
        let set = &self.set;
        let mut missing = Missing::default();
        let found = self.client.repset_actions(&set.name).await?;
        let all = Actions { insert: true, update: true, delete: true, truncate: true };
        let wanted = set.replicate.or(found).unwrap_or(all);
        if found != Some(wanted) {
            missing.actions = Some((wanted, found.is_some()));
        }
        let is_in = |sets: &[String]| sets.contains(&set.name);
        for rule in &set.tables {
            let members =
                self.client.table_memberships(std::slice::from_ref(&rule.tables.schema)).await?;
            let matching: Vec<_> =
                members.into_iter().filter(|member| rule.tables.matches(&member.table)).collect();
            missing.note_unknown("table", &rule.tables, matching.is_empty());
            for member in matching.into_iter().filter(|member| !is_in(&member.sets)) {
                // The first rule that names a table decides.
                if !missing.tables.iter().any(|(table, _)| *table == member.table) {
                    missing.tables.push((member.table, rule));
                }
            }
        }
        for pattern in &set.sequences {
            let members =
                self.client.sequence_memberships(std::slice::from_ref(&pattern.schema)).await?;
            let matching: Vec<_> =
                members.into_iter().filter(|member| pattern.matches(&member.sequence)).collect();
            missing.note_unknown("sequence", pattern, matching.is_empty());
            for member in matching.into_iter().filter(|member| !is_in(&member.sets)) {
                if !missing.sequences.contains(&member.sequence) {
                    missing.sequences.push(member.sequence);
                }
            }
        }
        Ok(missing)
    }
}

impl Missing<'_> {
    fn note_unknown(&mut self, kind: &str, pattern: &Pattern, is_unknown: bool) {
        if is_unknown && pattern.name.is_some() {
            self.unknown.push(format!("{kind} {pattern}"));
        }
    }

    fn is_nothing(&self) -> bool {
        self.actions.is_none()
            && self.tables.is_empty()
            && self.sequences.is_empty()
            && self.unknown.is_empty()
    }
}

impl Action for DefineSet {
    fn title(&self) -> String {
        format!("define replication set {}", self.set.name)
    }

    fn preview(&self) -> Option<String> {
        let name = quote_literal(&self.set.name);
        let mut calls = vec![format!("spock.repset_create({name})")];
        for rule in &self.set.tables {
            calls.push(format!(
                "spock.repset_add_table({name}, {})",
                quote_literal(&rule.tables.to_string())
            ));
        }
        for pattern in &self.set.sequences {
            calls.push(format!(
                "spock.repset_add_seq({name}, {})",
                quote_literal(&pattern.to_string())
            ));
        }
        Some(format!("SELECT {}", calls.join(", ")))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            if let Some(subscription) = &self.after
                && !self.client.has_subscription(subscription).await?
            {
                return Ok(false);
            }
            if self.client.local_node().await?.is_none() {
                return Ok(false);
            }
            Ok(self.missing().await?.is_nothing())
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let set = &self.set.name;
            let missing = self.missing().await?;
            if !missing.unknown.is_empty() {
                return Err(AdminError::precondition(format!(
                    "replication set \"{set}\" names what does not exist: {}",
                    missing.unknown.join(", ")
                ))
                .hint("correct [[repset]] in the cluster file, or create it"));
            }
            if let Some((actions, exists)) = missing.actions {
                self.client.repset_define(set, actions, exists).await?;
            }
            let total = (missing.tables.len() + missing.sequences.len()) as u64;
            for (at, (table, rule)) in missing.tables.iter().enumerate() {
                progress.at(at as u64, total, &table.to_string());
                self.client
                    .repset_add_table(set, table, Some(rule))
                    .await
                    .map_err(|e| e.context(format_args!("table {table}")))?;
            }
            for (at, sequence) in missing.sequences.iter().enumerate() {
                progress.at((missing.tables.len() + at) as u64, total, &sequence.to_string());
                self.client
                    .repset_add_seq(set, sequence)
                    .await
                    .map_err(|e| e.context(format_args!("sequence {sequence}")))?;
            }
            Ok(())
        })
    }
}
