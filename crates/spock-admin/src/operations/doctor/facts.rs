//! What every node is asked.

use std::collections::BTreeMap;

use super::Finding;
use super::tables::TableFacts;
use crate::client::{Client, ServerFacts, SlotClaim, SubscriptionState, TableRef};
use crate::error::{AdminError, ErrorKind, Result};
use crate::operations::Fleet;
use crate::operations::observe::{Slot, slots};

/// A setting of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// Its value, in its unit.
    pub(super) value: String,
    /// It was changed, and waits for a restart.
    pub(super) pending_restart: bool,
}

/// A difference that the node has noted between a table and its provider's.
#[derive(Debug, Clone)]
pub(super) struct Mismatch {
    pub(super) subscription: String,
    pub(super) provider: String,
    pub(super) table: TableRef,
    pub(super) column: Option<String>,
    pub(super) reason: String,
    pub(super) waits: bool,
}

/// A column as peers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedColumn {
    pub(super) name: String,
    /// Type and properties, in words.
    pub(super) shape: String,
}

/// What a node said. What it did not answer is empty, and is one of the failures.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// How the cluster's definition calls it.
    pub(super) name: String,
    pub(super) server: Option<ServerFacts>,
    /// Version that the library says of itself.
    pub(super) library: Option<String>,
    /// What the database is registered as.
    pub(super) registered: Option<String>,
    pub(super) settings: BTreeMap<String, Setting>,
    /// Provider, collation and character type of the database.
    pub(super) collation: String,
    /// Transactions since the oldest row of the database that is not frozen.
    pub(super) xid_age: i64,
    pub(super) subscriptions: Vec<SubscriptionState>,
    pub(super) slots: Vec<Slot>,
    /// The slots that its subscriptions read elsewhere.
    pub(super) claims: Vec<SlotClaim>,
    /// Names of the nodes that it knows.
    pub(super) known: Vec<String>,
    pub(super) tables: Vec<TableFacts>,
    /// Columns of tables in replication sets of any node.
    pub(super) shapes: BTreeMap<TableRef, Vec<SharedColumn>>,
    pub(super) mismatches: Vec<Mismatch>,
    pub(super) rules: String,
    pub(super) failures: Vec<Finding>,
}

impl Facts {
    /// The setting as a number.
    pub(super) fn number(&self, setting: &str) -> Option<i64> {
        self.settings.get(setting)?.value.parse().ok()
    }

    /// The value of a question, or its default and a finding that says why there is none.
    fn keep<T: Default>(&mut self, what: &str, answer: Result<T>) -> T {
        answer.unwrap_or_else(|error| {
            self.failures.push(not_told(&self.name, what, &error));
            T::default()
        })
    }
}

fn not_told(node: &str, what: &str, error: &AdminError) -> Finding {
    let why = match error.kind {
        ErrorKind::Timeout if error.sqlstate.is_some() => "the statement took too long".to_owned(),
        _ => error.to_string(),
    };
    Finding::warning("not-checked", node, format!("{what} could not be examined: {why}"))
        .mend("connect as a superuser, or raise --statement-timeout")
}

/// Asks every node.
pub(super) async fn of_all(fleet: &Fleet) -> Vec<Facts> {
    let clients = &fleet.clients;
    let all = fleet.at_once.join(clients.iter().map(|client| async {
        client.in_time(async { Ok(of(client).await) }).await.unwrap_or_else(|error| {
            let failures = vec![not_told(client.node(), "the node", &error)];
            Facts { name: client.node().to_owned(), failures, ..Facts::default() }
        })
    }));
    let mut all: Vec<Facts> = all.await;
    let mut tables: Vec<TableRef> = all
        .iter()
        .flat_map(|facts| &facts.tables)
        .filter(|table| !table.sets.is_empty())
        .map(|table| table.table.clone())
        .collect();
    tables.sort();
    tables.dedup();
    let shapes = clients.iter().map(|client| client.in_time(shapes(client, &tables)));
    let shapes = fleet.at_once.join(shapes).await;
    for (facts, shapes) in all.iter_mut().zip(shapes) {
        if facts.registered.is_some() {
            facts.shapes = facts.keep("the columns of tables", shapes);
        }
    }
    all
}

async fn of(client: &Client) -> Facts {
    let mut facts = Facts { name: client.node().to_owned(), ..Facts::default() };
    facts.server = match client.server_facts().await {
        Ok(server) => Some(server),
        Err(error) => {
            facts.failures.push(not_told(&facts.name, "the server", &error));
            None
        }
    };
    facts.settings = facts.keep("settings", settings(client).await);
    (facts.collation, facts.xid_age) = facts.keep("the database", database(client).await);
    let registered = client.local_node().await.map(|node| node.map(|node| node.name));
    facts.registered = facts.keep("the node", registered);
    if facts.registered.is_none() {
        return facts;
    }
    facts.library = facts.keep("the library", library(client).await);
    facts.subscriptions = facts.keep("subscriptions", client.subscriptions().await);
    facts.slots = facts.keep("slots", slots(client).await);
    facts.claims = facts.keep("subscriptions", client.slot_claims().await);
    let known = client.known_nodes().await;
    let known = known.map(|nodes| nodes.into_iter().map(|(name, _)| name).collect());
    facts.known = facts.keep("other nodes", known);
    facts.tables = facts.keep("tables", super::tables::read(client).await);
    facts.rules = facts.keep("conflict rules", client.conflict_rules().await);
    facts.mismatches = facts.keep("tables that differ", mismatches(client).await);
    facts
}

async fn settings(client: &Client) -> Result<BTreeMap<String, Setting>> {
    let rows = client
        .query("SELECT name, setting, pending_restart FROM pg_catalog.pg_settings", &[])
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            let value = row.get::<_, Option<String>>(1).unwrap_or_default();
            (row.get(0), Setting { value, pending_restart: row.get(2) })
        })
        .collect())
}

async fn database(client: &Client) -> Result<(String, i64)> {
    let row = client
        .query_one(
            "SELECT pg_catalog.concat_ws(' ', CASE datlocprovider WHEN 'i' THEN 'icu'
                        WHEN 'b' THEN 'builtin' ELSE 'libc' END, datcollate, datctype),
                    pg_catalog.age(datfrozenxid)::int8
               FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
            &[],
        )
        .await?;
    Ok((row.get(0), row.get(1)))
}

async fn library(client: &Client) -> Result<Option<String>> {
    Ok(Some(client.query_one("SELECT spock.spock_version()", &[]).await?.get(0)))
}

async fn mismatches(client: &Client) -> Result<Vec<Mismatch>> {
    let known = client
        .query_one("SELECT pg_catalog.to_regclass('spock.schema_mismatch') IS NOT NULL", &[])
        .await?;
    if !known.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let rows = client
        .query(
            "SELECT subscription_name::text, provider_node::text, nspname::text, relname::text,
                    attname::text, reason, waits
               FROM spock.schema_mismatch ORDER BY 1, 3, 4, 5",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Mismatch {
            subscription: row.get(0),
            provider: row.get(1),
            table: TableRef { schema: row.get(2), name: row.get(3) },
            column: row.get(4),
            reason: row.get(5),
            waits: row.get(6),
        })
        .collect())
}

/// Columns of these tables, where the node has them.
async fn shapes(
    client: &Client,
    tables: &[TableRef],
) -> Result<BTreeMap<TableRef, Vec<SharedColumn>>> {
    let known = client
        .query_one(
            "SELECT pg_catalog.to_regprocedure('spock.table_columns(name,name)') IS NOT NULL",
            &[],
        )
        .await?;
    if tables.is_empty() || !known.get::<_, bool>(0) {
        return Ok(BTreeMap::new());
    }
    let schemas: Vec<&str> = tables.iter().map(|table| table.schema.as_str()).collect();
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let rows = client
        .query(
            "SELECT t.s, t.n, c.attname::text,
                    c.type_name || CASE WHEN c.not_null THEN ' not null' ELSE '' END
                      || CASE WHEN c.has_default THEN ' with default' ELSE '' END
                      || CASE WHEN c.generated THEN ' generated' ELSE '' END
                      || coalesce(' collate ' || nullif(c.collation_name, '\"default\"'), '')
                      || CASE WHEN c.in_key THEN ' in key' ELSE '' END
               FROM unnest($1::text[], $2::text[]) t (s, n)
              CROSS JOIN LATERAL spock.table_columns(t.s::name, t.n::name) c
              ORDER BY 1, 2, c.attname COLLATE \"C\"",
            &[&schemas, &names],
        )
        .await?;
    let mut out: BTreeMap<TableRef, Vec<SharedColumn>> = BTreeMap::new();
    for row in &rows {
        let table = TableRef { schema: row.get(0), name: row.get(1) };
        let column = SharedColumn { name: row.get(2), shape: row.get(3) };
        out.entry(table).or_default().push(column);
    }
    Ok(out)
}
