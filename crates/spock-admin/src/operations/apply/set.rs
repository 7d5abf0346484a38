//! Replication sets and what is in them.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::Site;
use crate::client::{Client, SetDefinition, TablePart, TableRef, quote_literal};
use crate::error::Result;
use crate::operations::drift::{Change, ObjectKind};
use crate::plan::{Action, Step, StepProgress};
use crate::replication_set::{Actions, Pattern};

impl Site<'_> {
    /// The step that makes the set, or has it let out other changes.
    pub(super) fn make_set(&self) -> Option<Step> {
        let wanted = self.pair.wanted.sets.get(&self.item.name)?;
        let before = self.live_set(&self.item.name).map(|set| set.actions);
        let action = DefineSet {
            client: self.client(),
            name: self.item.name.clone(),
            wanted: wanted.actions,
            before,
        };
        Some(self.step(Box::new(action)))
    }

    pub(super) fn drop_set(&self) -> Step {
        let (client, name) = (self.client(), self.item.name.clone());
        self.step(Box::new(DropSet { client, name }))
    }

    /// The step that puts a table or sequence into its set as it is to be.
    pub(super) fn put_member(&self, warnings: &mut Vec<String>) -> Option<Step> {
        let (set, relation) = (self.item.set.clone()?, self.item.relation.clone()?);
        let client = self.client();
        if self.item.kind == ObjectKind::Sequence {
            let action = PutSequence { client, set, sequence: relation, is_in: true };
            return Some(self.step(Box::new(action)));
        }
        let wanted = self.pair.wanted.sets.get(&set)?.tables.get(&relation)?.clone();
        let before = self.live_set(&set).and_then(|live| live.tables.get(&relation)).cloned();
        let node = &self.item.node;
        warnings.push(match self.item.change {
            Change::Missing => format!(
                "{node}: rows that {relation} has already are not sent to the subscribers of {set}: see which differ with \
                 `spockctl table diff {relation}`, and mend them with `spockctl table repair` or `spockctl sub resync-table`"
            ),
            _ => format!(
                "{node}: what {relation} has already is not sent again by the new rule of {set}: see which rows differ with \
                 `spockctl table diff {relation}`, and mend them with `spockctl table repair` or `spockctl sub resync-table`"
            ),
        });
        let sets = self.cluster.replication_sets.iter();
        let rules = sets.filter(|known| known.name == set && known.is_of(node));
        let named =
            rules.flat_map(|set| set.tables.iter().map(|rule| rule.tables.clone())).collect();
        let action = PutTable { client, set, table: relation, wanted, before, named };
        Some(self.step(Box::new(action)))
    }

    pub(super) fn remove_member(&self) -> Option<Step> {
        let (set, relation) = (self.item.set.clone()?, self.item.relation.clone()?);
        let client = self.client();
        let action: Box<dyn Action> = if self.item.kind == ObjectKind::Sequence {
            Box::new(PutSequence { client, set, sequence: relation, is_in: false })
        } else {
            Box::new(RemoveTable { client, set, table: relation })
        };
        Some(self.step(action))
    }

    fn live_set(&self, name: &str) -> Option<&SetDefinition> {
        self.pair.live.as_ref()?.sets.get(name)
    }
}

/// Makes a set, or changes what it lets out.
struct DefineSet {
    client: Arc<Client>,
    name: String,
    wanted: Actions,
    before: Option<Actions>,
}

impl DefineSet {
    fn arguments(&self, actions: Actions) -> String {
        let Actions { insert, update, delete, truncate } = actions;
        let name = quote_literal(&self.name);
        format!("({name}, {insert}, {update}, {delete}, {truncate})")
    }
}

impl Action for DefineSet {
    fn title(&self) -> String {
        let words = self.wanted.words().join(", ");
        match self.before {
            None => format!("create replication set {} ({words})", self.name),
            Some(_) => format!("have replication set {} let out {words}", self.name),
        }
    }

    fn preview(&self) -> Option<String> {
        let function = if self.before.is_some() { "repset_alter" } else { "repset_create" };
        Some(format!("SELECT spock.{function}{}", self.arguments(self.wanted)))
    }

    fn undo(&self) -> Option<String> {
        Some(match self.before {
            Some(before) => format!("SELECT spock.repset_alter{}", self.arguments(before)),
            None => format!("SELECT spock.repset_drop({})", quote_literal(&self.name)),
        })
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.client.repset_actions(&self.name).await? == Some(self.wanted)) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let exists = self.client.repset_actions(&self.name).await?.is_some();
            self.client.repset_define(&self.name, self.wanted, exists).await
        })
    }
}

struct DropSet {
    client: Arc<Client>,
    name: String,
}

impl Action for DropSet {
    fn title(&self) -> String {
        format!("drop replication set {} with what is in it", self.name)
    }

    fn preview(&self) -> Option<String> {
        Some(format!("SELECT spock.repset_drop({})", quote_literal(&self.name)))
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.client.repset_actions(&self.name).await?.is_none()) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.repset_drop(&self.name))
    }
}

/// Puts a table into a set, with these columns and rows; one that is there with others is changed in one transaction, so
/// that no change of it finds the table outside.
struct PutTable {
    client: Arc<Client>,
    set: String,
    table: TableRef,
    wanted: TablePart,
    before: Option<TablePart>,
    /// What the definition names of this set: other partitions go with their table.
    named: Vec<Pattern>,
}

impl PutTable {
    fn add(&self, part: &TablePart) -> String {
        let mut call = format!("SELECT spock.repset_add_table({}", self.arguments());
        if let Some(columns) = &part.columns {
            let columns: Vec<String> = columns.iter().map(|c| quote_literal(c)).collect();
            call += &format!(", columns => ARRAY[{}]", columns.join(", "));
        }
        if let Some(filter) = &part.row_filter {
            call += &format!(", row_filter => {}", quote_literal(filter));
        }
        call + ")"
    }

    fn remove(&self) -> String {
        format!("SELECT spock.repset_remove_table({})", self.arguments())
    }

    fn arguments(&self) -> String {
        format!("{}, {}", quote_literal(&self.set), quote_literal(&self.table.quoted()))
    }

    async fn live(&self) -> Result<Option<SetDefinition>> {
        Ok(self.client.set_definitions(Some(&self.set)).await?.remove(&self.set))
    }

    /// To be called in a transaction.
    async fn put(&self) -> Result<()> {
        let live = self.live().await?;
        let Some(before) = live.as_ref().and_then(|live| live.tables.get(&self.table)) else {
            let options = self.wanted.options(false);
            return self.client.repset_add_table_with(&self.set, &self.table, &options).await;
        };
        let tables = self.client.table_and_partitions(&self.table).await?;
        let is_named = |table: &TableRef| self.named.iter().any(|named| named.matches(table));
        let of_set = |table: &TableRef| live.as_ref().and_then(|live| live.tables.get(table));
        let follows =
            |table: &TableRef| of_set(table).is_some_and(|part| part == before) && !is_named(table);
        let options = self.wanted.options(true);
        for table in tables.iter().filter(|table| **table == self.table || follows(table)) {
            self.client.repset_remove_table(&self.set, table, false).await?;
            self.client.repset_add_table_with(&self.set, table, &options).await?;
        }
        Ok(())
    }
}

impl Action for PutTable {
    fn title(&self) -> String {
        let (table, set) = (&self.table, &self.set);
        match &self.before {
            None => format!("add table {table} to replication set {set}"),
            Some(_) => format!("change what of table {table} replication set {set} lets out"),
        }
    }

    fn preview(&self) -> Option<String> {
        let add = self.add(&self.wanted);
        Some(match &self.before {
            None => add,
            Some(_) => format!("{}; {add}", self.remove()),
        })
    }

    fn undo(&self) -> Option<String> {
        Some(match &self.before {
            None => self.remove(),
            Some(before) => format!("{}; {}", self.remove(), self.add(before)),
        })
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let live = self.live().await?;
            let Some(now) = live.as_ref().and_then(|live| live.tables.get(&self.table)) else {
                return Ok(false);
            };
            if now.columns != self.wanted.columns {
                return Ok(false);
            }
            Ok(match (&now.row_filter, &self.wanted.row_filter) {
                (Some(now), Some(wanted)) if now != wanted => {
                    self.client.canonical_row_filter(&self.table, wanted).await? == *now
                }
                (now, wanted) => now == wanted,
            })
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.in_transaction(self.put()))
    }
}

struct RemoveTable {
    client: Arc<Client>,
    set: String,
    table: TableRef,
}

impl Action for RemoveTable {
    fn title(&self) -> String {
        format!("remove table {} from replication set {}", self.table, self.set)
    }

    fn preview(&self) -> Option<String> {
        let (set, table) = (quote_literal(&self.set), quote_literal(&self.table.quoted()));
        Some(format!("SELECT spock.repset_remove_table({set}, {table})"))
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let sets = self.client.set_definitions(Some(&self.set)).await?;
            Ok(sets.values().all(|set| !set.tables.contains_key(&self.table)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.repset_remove_table(&self.set, &self.table, false))
    }
}

/// Puts a sequence into a set, or takes it out.
struct PutSequence {
    client: Arc<Client>,
    set: String,
    sequence: TableRef,
    is_in: bool,
}

impl PutSequence {
    fn call(&self, is_in: bool) -> String {
        let function = if is_in { "repset_add_seq" } else { "repset_remove_seq" };
        let (set, sequence) = (quote_literal(&self.set), quote_literal(&self.sequence.quoted()));
        format!("SELECT spock.{function}({set}, {sequence})")
    }
}

impl Action for PutSequence {
    fn title(&self) -> String {
        let (sequence, set) = (&self.sequence, &self.set);
        if self.is_in {
            format!("add sequence {sequence} to replication set {set}")
        } else {
            format!("remove sequence {sequence} from replication set {set}")
        }
    }

    fn preview(&self) -> Option<String> {
        Some(self.call(self.is_in))
    }

    fn undo(&self) -> Option<String> {
        Some(self.call(!self.is_in))
    }

    fn is_destructive(&self) -> bool {
        !self.is_in
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let sets = self.client.set_definitions(Some(&self.set)).await?;
            let sequences: BTreeSet<&TableRef> =
                sets.values().flat_map(|set| &set.sequences).collect();
            Ok(sequences.contains(&self.sequence) == self.is_in)
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            if self.is_in {
                self.client.repset_add_seq(&self.set, &self.sequence).await
            } else {
                self.client.repset_remove_sequence(&self.set, &self.sequence).await
            }
        })
    }
}
