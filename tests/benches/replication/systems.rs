//! The systems that are compared: how each makes, stops, continues, and ends a subscription.
//!
//! Each has a database of its own on both servers, so that one's catalogs and hooks are not in the
//! way of another's. Only one has a subscription at a time: no slot holds or decodes the log of the
//! others' runs.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Serialize;
use spock_tests::{Cluster, Node, wait_until};

use crate::workloads::TABLES;

/// How long a subscription may take to come up, go down, or deliver a single row.
const LIMIT: Duration = Duration::from_secs(60);

/// A way to replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum System {
    /// Native logical replication as it comes.
    Native,
    /// Native logical replication with `binary = true`.
    NativeBinary,
    /// The pglogical extension, where it is installed.
    Pglogical,
    /// This extension.
    Spock,
}

impl System {
    pub(crate) const ALL: [System; 4] =
        [System::Native, System::NativeBinary, System::Pglogical, System::Spock];

    pub(crate) fn name(self) -> &'static str {
        match self {
            System::Native => "native",
            System::NativeBinary => "native binary",
            System::Pglogical => "pglogical",
            System::Spock => "spock",
        }
    }

    pub(crate) fn database(self) -> &'static str {
        match self {
            System::Native => "bench_native",
            System::NativeBinary => "bench_binary",
            System::Pglogical => "bench_pglogical",
            System::Spock => "bench_spock",
        }
    }

    pub(crate) fn is_native(self) -> bool {
        matches!(self, System::Native | System::NativeBinary)
    }
}

/// One system between the two servers.
pub(crate) struct Pair<'c> {
    pub(crate) system: System,
    pub(crate) provider: Node<'c>,
    pub(crate) subscriber: Node<'c>,
}

impl<'c> Pair<'c> {
    pub(crate) fn new(cluster: &'c Cluster, system: System) -> Pair<'c> {
        let node = |at| cluster.node(at).database(system.database());
        Pair { system, provider: node(0), subscriber: node(1) }
    }

    /// Makes tables and what is to be published; once per database.
    pub(crate) fn prepare(&self) -> Result<()> {
        for (node, name) in [(&self.provider, "provider"), (&self.subscriber, "subscriber")] {
            run(node, TABLES)?;
            let (dsn, extension, create, publish) = match self.system {
                System::Native | System::NativeBinary => continue,
                System::Pglogical => {
                    (node.dsn(), "pglogical", "create_node", "replication_set_add_table")
                }
                System::Spock => (node.dsn(), "spock", "node_create", "repset_add_table"),
            };
            run(
                node,
                &format!(
                    "CREATE EXTENSION {extension};
                     SELECT {extension}.{create}(node_name := '{name}', dsn := '{dsn}');
                     SELECT {extension}.{publish}('default', 't');
                     SELECT {extension}.{publish}('default', 'mark');"
                ),
            )?;
        }
        if self.system.is_native() {
            run(&self.provider, "CREATE PUBLICATION bench FOR TABLE t, mark")?;
        }
        Ok(())
    }

    /// Empties the tables of both sides; there is no subscription.
    pub(crate) fn clear(&self) -> Result<()> {
        for node in [&self.provider, &self.subscriber] {
            run(node, "TRUNCATE t; TRUNCATE mark")?;
        }
        Ok(())
    }

    /// Subscribes by way of `dsn`; says nothing of when changes flow.
    pub(crate) fn subscribe(&self, dsn: &str, copy: bool) -> Result<()> {
        let native = |binary| {
            format!(
                "CREATE SUBSCRIPTION bench CONNECTION '{dsn}' PUBLICATION bench \
                 WITH (copy_data = {copy}, binary = {binary})"
            )
        };
        let like_pglogical = |function| {
            format!(
                "SELECT {function}(subscription_name := 'bench', provider_dsn := '{dsn}', \
                 replication_sets := '{{default}}', synchronize_structure := false, \
                 synchronize_data := {copy}, forward_origins := '{{}}')"
            )
        };
        run(
            &self.subscriber,
            &match self.system {
                System::Native => native(false),
                System::NativeBinary => native(true),
                System::Pglogical => like_pglogical("pglogical.create_subscription"),
                System::Spock => like_pglogical("spock.sub_create"),
            },
        )
    }

    /// Waits until changes flow and no table is being copied.
    pub(crate) fn wait_replicating(&self) -> Result<()> {
        let question = match self.system {
            System::Native | System::NativeBinary => {
                "SELECT NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r')"
            }
            System::Pglogical => {
                "SELECT bool_and(status = 'replicating') FROM pglogical.show_subscription_status()"
            }
            System::Spock => "SELECT bool_and(status = 'replicating') FROM spock.sub_show_status()",
        };
        self.wait("replication to start", || {
            is_true(&self.subscriber, question) && self.slot_is_active(true)
        })
    }

    pub(crate) fn enable(&self) -> Result<()> {
        run(
            &self.subscriber,
            match self.system {
                System::Native | System::NativeBinary => "ALTER SUBSCRIPTION bench ENABLE",
                System::Pglogical => "SELECT pglogical.alter_subscription_enable('bench')",
                System::Spock => "SELECT spock.sub_enable('bench')",
            },
        )
    }

    /// Disables, and waits until nothing is read any more.
    pub(crate) fn disable(&self) -> Result<()> {
        run(
            &self.subscriber,
            match self.system {
                System::Native | System::NativeBinary => "ALTER SUBSCRIPTION bench DISABLE",
                System::Pglogical => "SELECT pglogical.alter_subscription_disable('bench')",
                System::Spock => "SELECT spock.sub_disable('bench')",
            },
        )?;
        self.wait("the slot to be free", || self.slot_is_active(false))
    }

    /// Drops the subscription and its slot, whatever state they are in.
    pub(crate) fn unsubscribe(&self) -> Result<()> {
        let dropped = match self.system {
            System::Native | System::NativeBinary => {
                run(&self.subscriber, "DROP SUBSCRIPTION IF EXISTS bench")
            }
            System::Pglogical => {
                run(&self.subscriber, "SELECT pglogical.drop_subscription('bench', true)")
            }
            System::Spock => run(&self.subscriber, "SELECT spock.sub_drop('bench', true)"),
        };
        // What a failed run left must not hold the log for the next one.
        let gone = self.wait("the slot to go", || {
            is_true(&self.provider, "SELECT NOT EXISTS (SELECT FROM pg_replication_slots)")
                || self
                    .provider
                    .try_sql(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots \
                         WHERE NOT active AND NOT temporary",
                    )
                    .is_err()
        });
        dropped.and(gone)
    }

    fn slot_is_active(&self, wanted: bool) -> bool {
        let active = if wanted { "active" } else { "NOT active" };
        is_true(
            &self.provider,
            &format!("SELECT count(*) = 1 AND bool_and({active}) FROM pg_replication_slots"),
        )
    }

    /// Waits for a state; the error tells what the subscriber last logged.
    pub(crate) fn wait(&self, what: &str, condition: impl FnMut() -> bool) -> Result<()> {
        ensure!(
            wait_until(LIMIT, condition),
            "waited {} s in vain for {what}\n{}",
            LIMIT.as_secs(),
            self.last_log_lines()
        );
        Ok(())
    }

    /// The end of the subscriber's log.
    pub(crate) fn last_log_lines(&self) -> String {
        let log = self.subscriber.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

/// Runs statements.
pub(crate) fn run(node: &Node<'_>, sql: &str) -> Result<()> {
    node.try_sql(sql).map_err(server_error).with_context(|| format!("on {}: {sql}", node.name()))
}

/// What the server said, rather than "db error".
pub(crate) fn server_error(error: postgres::Error) -> anyhow::Error {
    match error.as_db_error() {
        Some(db) => anyhow::anyhow!("{}", db.message().to_owned()),
        None => error.into(),
    }
}

fn is_true(node: &Node<'_>, question: &str) -> bool {
    node.try_rows(question)
        .ok()
        .and_then(|rows| rows.into_iter().next()?.into_iter().next()?)
        .is_some_and(|answer| answer == "t")
}
