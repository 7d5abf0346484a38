//! `spockctl repset …`: replication sets, and what is in them.

pub(crate) mod define;
pub(crate) mod members;
pub(crate) mod partition;
pub(crate) mod show;
pub(crate) mod text;

use spock_admin::error::AdminError;

use crate::cli::Global;
use crate::commands::change::{Changes, Outcome, Verb};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ui;

/// Verbs of `repset`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RepsetCommand {
    /// Show the replication sets of each node
    List,
    /// Show what is in a replication set: tables, columns, row filters, sequences
    Show(show::ShowArgs),
    /// Make a replication set
    #[command(after_long_help = define::EXAMPLES)]
    Create(define::CreateArgs),
    /// Change which changes a replication set lets out
    Alter(define::AlterArgs),
    /// Drop a replication set; its tables stay
    Drop(define::DropArgs),
    /// Edit a replication set of a node as a text, with $VISUAL or $EDITOR
    ///
    /// The set is changed as a whole or not at all, and only if it is still what was edited.
    #[command(after_long_help = text::EXAMPLES)]
    Edit(text::EditArgs),
    /// Make a replication set of a node what a file says, as a whole or not at all
    #[command(after_long_help = text::EXAMPLES)]
    Apply(text::ApplyArgs),
    /// Show how a replication set differs between the nodes, or from a file; ends with 6 where it does
    ///
    /// With the definition of the cluster compares `spockctl cluster diff`.
    #[command(after_long_help = text::EXAMPLES)]
    Diff(text::DiffArgs),
    /// Make a replication set of other nodes what it is on one
    #[command(after_long_help = text::EXAMPLES)]
    Copy(text::CopyArgs),
    /// Put tables into a replication set
    ///
    /// `--columns` says here which columns are replicated; the key must be among them.
    #[command(after_long_help = members::EXAMPLES)]
    AddTable(members::AddTableArgs),
    /// Take tables out of a replication set
    RemoveTable(members::RemoveTableArgs),
    /// Put all tables of schemas into a replication set
    AddAllTables(members::AddAllArgs),
    /// Put sequences into a replication set
    AddSeq(members::AddSeqArgs),
    /// Take sequences out of a replication set
    RemoveSeq(members::RemoveSeqArgs),
    /// Put all sequences of schemas into a replication set
    AddAllSeqs(members::AddAllArgs),
    /// Put partitions into the replication sets that their table is in
    AddPartition(partition::AddArgs),
    /// Take partitions out of the replication sets that their table is in
    RemovePartition(partition::RemoveArgs),
    /// Show the tables of all replication sets
    #[command(hide = true)]
    ListTables(show::ListTablesArgs),
}

pub(crate) async fn run(global: &Global, command: RepsetCommand) -> Result {
    match command {
        RepsetCommand::List => show::list(global).await,
        RepsetCommand::Show(args) => show::show(global, &args).await,
        RepsetCommand::Create(args) => define::create(global, &args).await,
        RepsetCommand::Alter(args) => define::alter(global, &args).await,
        RepsetCommand::Drop(args) => define::drop(global, &args).await,
        RepsetCommand::Edit(args) => text::edit(global, &args).await,
        RepsetCommand::Apply(args) => text::apply(global, &args).await,
        RepsetCommand::Diff(args) => text::diff(global, &args).await,
        RepsetCommand::Copy(args) => text::copy(global, &args).await,
        RepsetCommand::AddTable(args) => members::add_table(global, &args).await,
        RepsetCommand::RemoveTable(args) => members::remove_table(global, &args).await,
        RepsetCommand::AddAllTables(args) => members::add_all(global, &args, false).await,
        RepsetCommand::AddSeq(args) => members::add_seq(global, &args).await,
        RepsetCommand::RemoveSeq(args) => members::remove_seq(global, &args).await,
        RepsetCommand::AddAllSeqs(args) => members::add_all(global, &args, true).await,
        RepsetCommand::AddPartition(args) => partition::add(global, &args).await,
        RepsetCommand::RemovePartition(args) => partition::remove(global, &args).await,
        RepsetCommand::ListTables(args) => {
            ui::renamed("repset list-tables", "repset show SET --tables");
            show::list_tables(global, &args).await
        }
    }
}

/// What a set is called in the results of commands that change it.
fn object(set: &str) -> String {
    format!("repset/{set}")
}

/// Says what could not be done.
fn could_not(what: impl std::fmt::Display, error: AdminError) -> Failure {
    let node = error.node.as_ref().map(|node| format!(" on node \"{node}\"")).unwrap_or_default();
    error.about_state().context(format_args!("could not {what}{node}")).into()
}

/// A set of this name is there, or not; with the name that was probably meant.
async fn require_set(client: &spock_admin::client::Client, set: &str) -> Result<()> {
    let known: Vec<String> = client.repsets().await?.into_iter().map(|known| known.name).collect();
    if known.iter().any(|known| known == set) {
        return Ok(());
    }
    let error = AdminError::precondition(format!(
        "node \"{}\" has no replication set \"{set}\"",
        client.node()
    ))
    .on(client.node());
    let near = spock_admin::did_you_mean(set, known.iter().map(String::as_str));
    Err(match near {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error.hint("see what there is with `spockctl repset list`"),
    }
    .into())
}

/// The connection to the one node that a command changes.
async fn writer(context: &Context) -> Result<std::sync::Arc<spock_admin::client::Client>> {
    connected(context, &context.one_node()?.name).await
}

/// The connection to a node of the cluster.
async fn connected(
    context: &Context,
    node: &str,
) -> Result<std::sync::Arc<spock_admin::client::Client>> {
    let client = context.connect_to(node).await?.client(node)?;
    spock_admin::operations::status::require_node(&client).await?;
    Ok(client)
}

/// What was done to one relation: the text is what follows the verb, or why nothing was to be done.
type Told = (Outcome, String);

/// Changes one relation of a set, unless it is as wanted (`why`) or this is a rehearsal.
async fn change_one(
    global: &Global,
    verb: Verb,
    why: Option<String>,
    what: String,
    change: impl Future<Output = spock_admin::error::Result<()>>,
) -> Result<Told> {
    if let Some(why) = why {
        return Ok((Outcome::Unchanged, why));
    }
    if global.dry_run {
        return Ok((Outcome::Planned, what));
    }
    change.await.map_err(|e| could_not(format_args!("{} {what}", verb.0), e))?;
    Ok((Outcome::Done, what))
}

/// Runs changes of one set as one transaction, all of them or none, and tells of each.
async fn together(
    client: &spock_admin::client::Client,
    mut changes: Changes<'_>,
    verb: Verb,
    set: &str,
    work: impl Future<Output = Result<Vec<Told>>>,
) -> Result {
    for (outcome, text) in client.in_transaction(work).await? {
        changes.tell(outcome, verb, client.node(), object(set), text);
    }
    changes.emit()
}

/// A global without `--columns`, where that says which columns are replicated.
fn without_columns(global: &Global) -> Global {
    Global { columns: Vec::new(), ..global.clone() }
}

fn changes<'a>(global: &'a Global, context: &'a Context) -> Changes<'a> {
    Changes::new(global, context)
}
