//! The steps of making a cluster.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::super::wait::{self, Looked};
use super::super::{automatic_ddl, server_setting, status};
use crate::client::{Client, NewSubscription, SequenceMembership, TableOptions, quote_literal};
use crate::cluster::Node;
use crate::error::{AdminError, Result};
use crate::plan::{Action, StepProgress};
use crate::wait::Deadline;

pub(super) struct CreateExtension {
    pub(super) client: Arc<Client>,
}

impl Action for CreateExtension {
    fn title(&self) -> String {
        "create extension spock".to_owned()
    }

    fn preview(&self) -> Option<String> {
        Some("CREATE EXTENSION spock".to_owned())
    }

    fn undo(&self) -> Option<String> {
        Some("DROP EXTENSION spock".to_owned())
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.client.has_extension())
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.create_extension())
    }
}

pub(super) struct CreateNode {
    pub(super) client: Arc<Client>,
    pub(super) node: Node,
}

impl Action for CreateNode {
    fn title(&self) -> String {
        format!("create node {}", self.node.name)
    }

    fn preview(&self) -> Option<String> {
        Some(format!(
            "SELECT spock.node_create({}, dsn => {})",
            quote_literal(&self.node.name),
            quote_literal(&self.node.peer.redacted())
        ))
    }

    fn undo(&self) -> Option<String> {
        Some(format!("SELECT spock.node_drop({})", quote_literal(&self.node.name)))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let Some(local) = self.client.local_node().await? else { return Ok(false) };
            if local.name != self.node.name {
                return Err(AdminError::precondition(format!(
                    "the database is registered as node \"{}\", not \"{}\"",
                    local.name, self.node.name
                ))
                .hint("correct the name, or drop the node with spock.node_drop"));
            }
            let interfaces = self.client.node_interfaces(&self.node.name).await?;
            Ok(self.node.interfaces.iter().all(|i| interfaces.contains(&i.name)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let Node { name, peer, location, country, info, interfaces, .. } = &self.node;
            if self.client.local_node().await?.is_none() {
                self.client
                    .node_create(
                        name,
                        &peer.dsn(),
                        location.as_deref(),
                        country.as_deref(),
                        info.as_ref(),
                    )
                    .await?;
            }
            let present = self.client.node_interfaces(name).await?;
            for interface in interfaces.iter().filter(|i| !present.contains(&i.name)) {
                self.client.node_add_interface(name, interface).await?;
            }
            Ok(())
        })
    }
}

/// Has a node replicate statements that define objects by themselves, or not.
pub(super) struct SwitchAutomaticDdl {
    pub(super) client: Arc<Client>,
    pub(super) on: bool,
}

impl Action for SwitchAutomaticDdl {
    fn title(&self) -> String {
        format!("switch automatic DDL {}", if self.on { "on" } else { "off" })
    }

    fn preview(&self) -> Option<String> {
        let statements = automatic_ddl::wanted(self.on)
            .map(|(name, value)| format!("ALTER SYSTEM SET {name} = {value}"));
        Some(format!("{}; SELECT pg_reload_conf()", statements.join("; ")))
    }

    fn undo(&self) -> Option<String> {
        let statements = automatic_ddl::SETTINGS.map(|name| format!("ALTER SYSTEM RESET {name}"));
        Some(format!("{}; SELECT pg_reload_conf()", statements.join("; ")))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let wanted = automatic_ddl::wanted(self.on);
            let looked = server_setting::switch_node(&self.client, &wanted, true).await?;
            Ok(looked.iter().all(|setting| !setting.changed))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let wanted = automatic_ddl::wanted(self.on);
            server_setting::switch_node(&self.client, &wanted, false).await.map(drop)
        })
    }
}

/// Puts what is in no set yet into the default ones.
pub(super) struct AddTables {
    pub(super) client: Arc<Client>,
    pub(super) schemas: Vec<String>,
    /// Subscription that brings the tables: before it exists there is nothing to add.
    pub(super) after: Option<String>,
}

impl Action for AddTables {
    fn title(&self) -> String {
        format!("add the tables and sequences of {} to replication sets", self.schemas.join(", "))
    }

    fn preview(&self) -> Option<String> {
        let schemas: Vec<String> =
            self.schemas.iter().map(|schema| quote_literal(schema)).collect();
        let schemas = schemas.join(", ");
        Some(format!(
            "SELECT spock.repset_add_all_tables('default', ARRAY[{schemas}]), \
             spock.repset_add_all_seqs('default', ARRAY[{schemas}]); tables without a key go to \
             default_insert_only, sequences of snowflake values to none"
        ))
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
            let tables = self.client.table_memberships(&self.schemas).await?;
            let sequences = self.client.sequence_memberships(&self.schemas).await?;
            Ok(tables.iter().all(|table| !table.sets.is_empty())
                && !sequences.iter().any(is_left_out))
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let tables = self.client.table_memberships(&self.schemas).await?;
            let sequences = self.client.sequence_memberships(&self.schemas).await?;
            let total = (tables.len() + sequences.len()) as u64;
            // Partitions are tables of this list themselves.
            let options = TableOptions { without_partitions: true, ..TableOptions::default() };
            for (at, member) in tables.iter().enumerate() {
                progress.at(at as u64, total, &member.table.to_string());
                if !member.sets.is_empty() {
                    continue;
                }
                let set = if member.has_key { "default" } else { "default_insert_only" };
                self.client
                    .repset_add_table_with(set, &member.table, &options)
                    .await
                    .map_err(|e| e.context(format_args!("table {}", member.table)))?;
            }
            for (at, member) in sequences.iter().enumerate() {
                progress.at((tables.len() + at) as u64, total, &member.sequence.to_string());
                if is_left_out(member) {
                    self.client
                        .repset_add_seq("default", &member.sequence)
                        .await
                        .map_err(|e| e.context(format_args!("sequence {}", member.sequence)))?;
                }
            }
            Ok(())
        })
    }
}

/// Whether a sequence is in no set and needs one: snowflake values are never given twice.
fn is_left_out(sequence: &SequenceMembership) -> bool {
    sequence.sets.is_empty() && !sequence.gives_snowflakes
}

pub(super) struct CreateSubscription {
    pub(super) client: Arc<Client>,
    pub(super) new: NewSubscription,
    pub(super) provider: Node,
    /// The cluster runs, and it was missing: what was written before does not come.
    pub(super) is_late: bool,
    /// How long it may take.
    pub(super) limit: Duration,
}

impl Action for CreateSubscription {
    fn title(&self) -> String {
        let what = match (self.new.synchronize_structure, self.new.synchronize_data) {
            (true, true) => ", copying structure and data",
            (true, false) => ", copying structure",
            (false, true) => ", copying data",
            (false, false) if self.is_late => ", without a copy",
            (false, false) => "",
        };
        format!("create subscription {} to {}{what}", self.new.name, self.provider.name)
    }

    fn preview(&self) -> Option<String> {
        let mut sql = format!(
            "SELECT spock.sub_create({}, {}",
            quote_literal(&self.new.name),
            quote_literal(&self.provider.peer.redacted())
        );
        if self.new.synchronize_structure {
            sql.push_str(", synchronize_structure => true");
        }
        if self.new.synchronize_data {
            sql.push_str(", synchronize_data => true");
        }
        if self.new.apply_delay != "0" {
            // Writing to a string cannot fail.
            let _ = write!(sql, ", apply_delay => {}", quote_literal(&self.new.apply_delay));
        }
        sql.push(')');
        Some(sql)
    }

    fn undo(&self) -> Option<String> {
        Some(format!("SELECT spock.sub_drop({})", quote_literal(&self.new.name)))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.client.has_subscription(&self.new.name))
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.within(self.limit, self.client.sub_create(&self.new)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitGoal {
    Synced,
    Replicating,
}

pub(super) struct WaitForSubscription {
    pub(super) client: Arc<Client>,
    pub(super) name: String,
    pub(super) goal: WaitGoal,
    pub(super) deadline: Deadline,
}

impl WaitForSubscription {
    /// How it stands; tables are counted.
    async fn look(&self) -> Result<Looked> {
        let subs = match self.client.local_node().await? {
            Some(_) => self.client.subscriptions().await?,
            None => Vec::new(),
        };
        let Some(sub) = subs.into_iter().find(|sub| sub.name == self.name) else {
            let state = "does not exist".to_owned();
            return Ok(Looked { is_reached: false, done: 0, total: 0, state });
        };
        let is_reached = match self.goal {
            WaitGoal::Synced => wait::is_synced(&sub)?,
            WaitGoal::Replicating => wait::is_replicating(&sub)?,
        };
        let state = status::reason_or_state(&sub);
        Ok(Looked { is_reached, done: sub.tables_copied, total: sub.tables_total, state })
    }
}

impl Action for WaitForSubscription {
    fn title(&self) -> String {
        match self.goal {
            WaitGoal::Synced => format!("wait for the copy of {}", self.name),
            WaitGoal::Replicating => format!("wait until {} replicates", self.name),
        }
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.look().await?.is_reached) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(wait::until(&self.name, self.deadline, progress, || self.look()))
    }
}
