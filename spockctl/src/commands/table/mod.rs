//! `spockctl table …`: the rows of tables on all nodes.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod repair;
pub(crate) mod show;

use spock_admin::client::TableRef;
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `table`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TableCommand {
    /// Show the tables of each node, their keys, and the replication sets that they are in
    List(list::ListArgs),
    /// Show what one table is made of on each node, and what is replicated of it
    Show(show::ShowArgs),
    /// Check that tables can be replicated, and are the same on all nodes
    ///
    /// Without names it checks all that are in replication sets: key and replica identity, unique values that clash,
    /// and whether every node has the same columns. Ends with status 6 when something keeps rows from being equal.
    Check(check::CheckArgs),
    /// Show which rows differ between the nodes, while clients write
    ///
    /// Every node hashes the table range by range; where hashes differ the rows are looked at, and again
    /// after the streams have brought what was under way. A row is reported only when nothing that is
    /// under way can make it equal. Ends with status 6 when rows differ.
    Diff(diff::DiffArgs),
    /// Make rows that differ equal on all nodes
    ///
    /// Each row is changed only where it is still what the comparison found, on the node that it is taken from
    /// and on the one that it is written to; the changes of a node are one transaction, which stays there.
    /// Rows keep their versions. Ends with status 6 when rows were skipped, or differ all the same.
    Repair(repair::RepairArgs),
}

pub(crate) async fn run(global: &Global, command: TableCommand) -> Result {
    match command {
        TableCommand::List(args) => list::run(global, &args).await,
        TableCommand::Show(args) => show::run(global, &args).await,
        TableCommand::Check(args) => check::run(global, &args).await,
        TableCommand::Diff(args) => diff::run(global, &args).await,
        TableCommand::Repair(args) => Box::pin(repair::run(global, &args)).await,
    }
}

/// The table by this name, on any of the nodes; without a schema it is one of `public`.
pub(super) async fn find(fleet: &Fleet, name: &str) -> Result<TableRef> {
    for client in &fleet.clients {
        if let Some(table) = client.find_table(name).await? {
            return Ok(table);
        }
    }
    let error = AdminError::precondition(format!("table \"{name}\" does not exist"));
    let mut known = Vec::new();
    for client in &fleet.clients {
        let tables = spock_admin::operations::doctor::tables::read(client).await?;
        known.extend(tables.into_iter().map(|table| table.table.to_string()));
    }
    let full = if name.contains('.') { name.to_owned() } else { format!("public.{name}") };
    let error = match spock_admin::did_you_mean(&full, known.iter().map(String::as_str)) {
        Some(known) => error.hint(format!("did you mean \"{known}\"?")),
        None => error.hint("see what there is with `spockctl table list`"),
    };
    Err(error.into())
}
