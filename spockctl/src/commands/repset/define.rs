//! `spockctl repset create|alter|drop`.

use spock_admin::replication_set::Actions;

use super::{changes, could_not, object, require_set, writer};
use crate::cli::Global;
use crate::commands::change::Verb;
use crate::context::Context;
use crate::failure::Result;
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl repset create audit --node n1 --no-update --no-delete --no-truncate
  spockctl repset add-table audit audit.log --node n1";

const CREATE: Verb = Verb("create", "created");
const ALTER: Verb = Verb("alter", "altered");
const DROP: Verb = Verb("drop", "dropped");

/// Arguments of `repset create`.
#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// Name of the replication set
    set: String,

    #[command(flatten)]
    without: Without,

    /// Do nothing when there is a set of this name
    #[arg(long)]
    if_not_exists: bool,
}

/// What is not let out.
#[derive(Debug, clap::Args)]
struct Without {
    /// Do not replicate INSERT
    #[arg(long)]
    no_insert: bool,
    /// Do not replicate UPDATE
    #[arg(long)]
    no_update: bool,
    /// Do not replicate DELETE
    #[arg(long)]
    no_delete: bool,
    /// Do not replicate TRUNCATE
    #[arg(long)]
    no_truncate: bool,
}

/// Arguments of `repset alter`.
#[derive(Debug, clap::Args)]
pub(crate) struct AlterArgs {
    /// The replication set
    set: String,

    #[command(flatten)]
    new: New,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct New {
    /// Replicate INSERT
    #[arg(long, conflicts_with = "no_insert")]
    insert: bool,
    /// Do not replicate INSERT
    #[arg(long)]
    no_insert: bool,
    /// Replicate UPDATE
    #[arg(long, conflicts_with = "no_update")]
    update: bool,
    /// Do not replicate UPDATE
    #[arg(long)]
    no_update: bool,
    /// Replicate DELETE
    #[arg(long, conflicts_with = "no_delete")]
    delete: bool,
    /// Do not replicate DELETE
    #[arg(long)]
    no_delete: bool,
    /// Replicate TRUNCATE
    #[arg(long, conflicts_with = "no_truncate")]
    truncate: bool,
    /// Do not replicate TRUNCATE
    #[arg(long)]
    no_truncate: bool,
}

/// Arguments of `repset drop`.
#[derive(Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// The replication set
    set: String,

    /// Do nothing when there is no such set
    #[arg(long)]
    if_exists: bool,
}

/// `insert, update`, or `nothing`.
fn words(actions: Actions) -> String {
    let Actions { insert, update, delete, truncate } = actions;
    let on = [insert, update, delete, truncate];
    let words: Vec<&str> =
        Actions::WORDS.into_iter().zip(on).filter(|(_, on)| *on).map(|(word, _)| word).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

pub(super) async fn create(global: &Global, args: &CreateArgs) -> Result {
    let context = Context::load(global, "repset-create")?;
    let client = writer(&context).await?;
    let (node, set, not) = (client.node(), &args.set, &args.without);
    let mut changes = changes(global, &context);
    if args.if_not_exists && client.repset_actions(set).await?.is_some() {
        let why = format!("replication set {set} exists on node {node}");
        changes.unchanged(CREATE, node, object(set), why);
        return changes.emit();
    }
    let actions = Actions {
        insert: !not.no_insert,
        update: !not.no_update,
        delete: !not.no_delete,
        truncate: !not.no_truncate,
    };
    let what = format!("replication set {set} ({})", words(actions));
    if global.dry_run {
        changes.planned(CREATE, node, object(set), &what);
        return changes.emit();
    }
    client
        .repset_create(set, actions)
        .await
        .map_err(|e| could_not(format_args!("create replication set \"{set}\""), e))?;
    changes.done(CREATE, node, object(set), &what);
    changes.emit()
}

pub(super) async fn alter(global: &Global, args: &AlterArgs) -> Result {
    let context = Context::load(global, "repset-alter")?;
    let client = writer(&context).await?;
    let (node, set, new) = (client.node(), &args.set, &args.new);
    require_set(&client, set).await?;
    let mut changes = changes(global, &context);
    let Some(now) = client.repset_actions(set).await? else { return changes.emit() };
    let wanted = Actions {
        insert: (now.insert || new.insert) && !new.no_insert,
        update: (now.update || new.update) && !new.no_update,
        delete: (now.delete || new.delete) && !new.no_delete,
        truncate: (now.truncate || new.truncate) && !new.no_truncate,
    };
    if wanted == now {
        let why = format!("replication set {set} on node {node} lets out {} already", words(now));
        changes.unchanged(ALTER, node, object(set), why);
        return changes.emit();
    }
    let what = format!("replication set {set} ({} to {})", words(now), words(wanted));
    if global.dry_run {
        changes.planned(ALTER, node, object(set), &what);
        return changes.emit();
    }
    client
        .repset_define(set, wanted, true)
        .await
        .map_err(|e| could_not(format_args!("alter replication set \"{set}\""), e))?;
    changes.done(ALTER, node, object(set), &what);
    changes.emit()
}

pub(super) async fn drop(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "repset-drop")?;
    let client = writer(&context).await?;
    let (node, set) = (client.node(), &args.set);
    let mut changes = changes(global, &context);
    if args.if_exists && client.repset_actions(set).await?.is_none() {
        let why = format!("node {node} has no replication set {set}");
        changes.unchanged(DROP, node, object(set), why);
        return changes.emit();
    }
    require_set(&client, set).await?;
    let members = client.repset_members(Some(set)).await?;
    let tables = members.iter().filter(|member| member.kind == "table").count();
    let sequences = members.len() - tables;
    let what = format!("replication set {set} (tables: {tables}, sequences: {sequences})");
    if global.dry_run {
        changes.planned(DROP, node, object(set), &what);
        return changes.emit();
    }
    let question =
        format!("Drop {what} on node {node}? What is in no other set is not replicated any more.");
    ui::confirm::moderate(global, &question)?;
    client
        .repset_drop(set)
        .await
        .map_err(|e| could_not(format_args!("drop replication set \"{set}\""), e))?;
    changes.done(DROP, node, object(set), &what);
    changes.emit()
}
