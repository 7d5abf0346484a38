//! `spockctl repset add-table|remove-table|add-all-tables|add-seq|remove-seq|add-all-seqs`.

use spock_admin::client::{TableOptions, TableRef};

use super::{
    change_one, changes, could_not, object, require_set, together, without_columns, writer,
};
use crate::cli::Global;
use crate::commands::change::Verb;
use crate::context::Context;
use crate::failure::Result;
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl repset add-table default public.orders public.lines --node n1 --sync-data
  spockctl repset add-table audit app.orders --node n1 --columns id,total --row-filter 'total > 0'";

const ADD: Verb = Verb("add", "added");
const REMOVE: Verb = Verb("remove", "removed");

/// Arguments of `repset add-table`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddTableArgs {
    /// The replication set
    set: String,

    /// The tables, with their schemas unless they are in public
    #[arg(required = true)]
    table: Vec<TableRef>,

    /// Replicate only rows that meet this condition
    #[arg(long, value_name = "CONDITION")]
    row_filter: Option<String>,

    /// Have the subscribers of the set copy them
    #[arg(long)]
    sync_data: bool,

    /// Leave out the partitions of partitioned tables
    #[arg(long)]
    no_partitions: bool,
}

/// Arguments of `repset remove-table`.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveTableArgs {
    /// The replication set
    set: String,

    /// The tables, with their schemas unless they are in public
    #[arg(required = true)]
    table: Vec<TableRef>,

    /// Leave the partitions of partitioned tables in it
    #[arg(long)]
    no_partitions: bool,

    /// Pass over tables that are not in it
    #[arg(long)]
    if_exists: bool,
}

/// Arguments of `repset add-all-tables` and `repset add-all-seqs`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddAllArgs {
    /// The replication set
    set: String,

    /// The schemas
    #[arg(required = true)]
    schema: Vec<String>,

    /// Have the subscribers of the set copy what is added
    #[arg(long)]
    sync_data: bool,
}

/// Arguments of `repset add-seq`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddSeqArgs {
    /// The replication set
    set: String,

    /// The sequences, with their schemas unless they are in public
    #[arg(required = true, value_name = "SEQUENCE")]
    seq: Vec<TableRef>,

    /// Send their values to the subscribers at once
    #[arg(long)]
    sync_data: bool,
}

/// Arguments of `repset remove-seq`.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveSeqArgs {
    /// The replication set
    set: String,

    /// The sequences, with their schemas unless they are in public
    #[arg(required = true, value_name = "SEQUENCE")]
    seq: Vec<TableRef>,

    /// Pass over sequences that are not in it
    #[arg(long)]
    if_exists: bool,
}

pub(super) async fn add_table(global: &Global, args: &AddTableArgs) -> Result {
    let columns = (!global.columns.is_empty()).then(|| global.columns.clone());
    let global = &without_columns(global);
    let context = Context::load(global, "repset-add-table")?;
    let client = writer(&context).await?;
    let (node, set) = (client.node(), &args.set);
    require_set(&client, set).await?;
    let members = client.repset_members(Some(set)).await?;
    let is_plain = columns.is_none() && args.row_filter.is_none();
    let mut some = Vec::new();
    if let Some(columns) = &columns {
        some.push(format!("columns {}", columns.join(", ")));
    }
    if let Some(filter) = &args.row_filter {
        some.push(format!("rows where {filter}"));
    }
    let some = if some.is_empty() { String::new() } else { format!(" ({})", some.join("; ")) };
    let options = TableOptions {
        columns,
        row_filter: args.row_filter.clone(),
        synchronize_data: args.sync_data,
        without_partitions: args.no_partitions,
    };
    let work = async {
        let mut told = Vec::new();
        for table in &args.table {
            let what = format!("table {table}{some} to replication set {set}");
            let has = members.iter().find(|member| member.relation == *table);
            // As a whole it is there as wanted; with a rule, the server says that it is there already.
            let why = has
                .is_some_and(|m| is_plain && m.columns.is_none() && m.row_filter.is_none())
                .then(|| format!("table {table} is in replication set {set} on node {node}"));
            let add = client.repset_add_table_with(set, table, &options);
            told.push(change_one(global, ADD, why, what, add).await?);
        }
        Ok(told)
    };
    together(&client, changes(global, &context), ADD, set, work).await
}

pub(super) async fn remove_table(global: &Global, args: &RemoveTableArgs) -> Result {
    let partitions = !args.no_partitions;
    let context = Context::load(global, "repset-remove-table")?;
    let kind = ("table", "tables");
    remove(global, &context, &args.set, &args.table, kind, args.if_exists, partitions).await
}

pub(super) async fn remove_seq(global: &Global, args: &RemoveSeqArgs) -> Result {
    let context = Context::load(global, "repset-remove-seq")?;
    let kind = ("sequence", "sequences");
    remove(global, &context, &args.set, &args.seq, kind, args.if_exists, false).await
}

async fn remove(
    global: &Global,
    context: &Context,
    set: &str,
    relations: &[TableRef],
    (kind, kinds): (&'static str, &str),
    if_exists: bool,
    partitions: bool,
) -> Result {
    let client = writer(context).await?;
    let node = client.node();
    require_set(&client, set).await?;
    let members = client.repset_members(Some(set)).await?;
    let is_member = |relation: &TableRef| {
        members.iter().any(|member| member.kind == kind && member.relation == *relation)
    };
    if !global.dry_run && (!if_exists || relations.iter().any(is_member)) {
        let names: Vec<String> = relations.iter().map(ToString::to_string).collect();
        let word = if names.len() == 1 { kind } else { kinds };
        let names = names.join(", ");
        let question = format!("Remove {word} {names} from replication set {set} on node {node}?");
        ui::confirm::moderate(global, &question)?;
    }
    let work = async {
        let mut told = Vec::new();
        for relation in relations {
            let what = format!("{kind} {relation} from replication set {set}");
            let why = (if_exists && !is_member(relation)).then(|| {
                format!("{kind} {relation} is not in replication set {set} on node {node}")
            });
            let take = async {
                match kind {
                    "table" => client.repset_remove_table(set, relation, partitions).await,
                    _ => client.repset_remove_sequence(set, relation).await,
                }
            };
            told.push(change_one(global, REMOVE, why, what, take).await?);
        }
        Ok(told)
    };
    together(&client, changes(global, context), REMOVE, set, work).await
}

pub(super) async fn add_seq(global: &Global, args: &AddSeqArgs) -> Result {
    let context = Context::load(global, "repset-add-seq")?;
    let client = writer(&context).await?;
    let (node, set) = (client.node(), &args.set);
    require_set(&client, set).await?;
    let members = client.repset_members(Some(set)).await?;
    let work = async {
        let mut told = Vec::new();
        for sequence in &args.seq {
            let what = format!("sequence {sequence} to replication set {set}");
            let why = members
                .iter()
                .any(|member| member.relation == *sequence)
                .then(|| format!("sequence {sequence} is in replication set {set} on node {node}"));
            let add = client.repset_add_sequence(set, sequence, args.sync_data);
            told.push(change_one(global, ADD, why, what, add).await?);
        }
        Ok(told)
    };
    together(&client, changes(global, &context), ADD, set, work).await
}

pub(super) async fn add_all(global: &Global, args: &AddAllArgs, sequences: bool) -> Result {
    let (command, kind) = if sequences {
        ("repset-add-all-seqs", "sequence")
    } else {
        ("repset-add-all-tables", "table")
    };
    let context = Context::load(global, command)?;
    let client = writer(&context).await?;
    let (node, set) = (client.node(), &args.set);
    require_set(&client, set).await?;
    let mut changes = changes(global, &context);
    let schemas = args.schema.join(", ");
    let what = format!("all {kind}s of {schemas} to replication set {set}");
    if global.dry_run {
        changes.planned(ADD, node, object(set), &what);
        return changes.emit();
    }
    let before = client.repset_members(Some(set)).await?;
    client
        .repset_add_all(set, &args.schema, sequences, args.sync_data)
        .await
        .map_err(|e| could_not(format_args!("add {what}"), e))?;
    let after = client.repset_members(Some(set)).await?;
    let added: Vec<_> = after.iter().filter(|member| !before.contains(member)).collect();
    for member in &added {
        let what = format!("{kind} {} to replication set {set}", member.relation);
        changes.done(ADD, node, object(set), &what);
    }
    if added.is_empty() {
        let why =
            format!("nothing of {schemas} was to be added to replication set {set} on node {node}");
        changes.unchanged(ADD, node, object(set), why);
    }
    changes.emit()
}
