//! `spockctl repset add-partition|remove-partition`.

use spock_admin::client::TableRef;

use super::{changes, could_not, writer};
use crate::cli::Global;
use crate::commands::change::Verb;
use crate::context::Context;
use crate::failure::Result;
use crate::ui;

const ADD: Verb = Verb("add", "added");
const REMOVE: Verb = Verb("remove", "removed");

/// Arguments of `repset add-partition`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    which: Which,

    /// Replicate only rows that meet this condition
    #[arg(long, value_name = "CONDITION")]
    row_filter: Option<String>,
}

/// Arguments of `repset remove-partition`.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, clap::Args)]
struct Which {
    /// The partitioned table, with its schema unless it is in public
    parent: TableRef,

    /// The partition; all of them unless one is given
    partition: Option<TableRef>,
}

impl Which {
    fn words(&self) -> String {
        match &self.partition {
            Some(partition) => format!("partition {partition} of {}", self.parent),
            None => format!("all partitions of {}", self.parent),
        }
    }

    fn object(&self) -> String {
        format!("table/{}", self.partition.as_ref().unwrap_or(&self.parent))
    }
}

pub(super) async fn add(global: &Global, args: &AddArgs) -> Result {
    let context = Context::load(global, "repset-add-partition")?;
    let client = writer(&context).await?;
    let (node, which) = (client.node(), &args.which);
    let what = format!("{} to its replication sets", which.words());
    let mut changes = changes(global, &context);
    if global.dry_run {
        changes.planned(ADD, node, which.object(), &what);
        return changes.emit();
    }
    let filter = args.row_filter.as_deref();
    let added = client
        .repset_add_partition(&which.parent, which.partition.as_ref(), filter)
        .await
        .map_err(|e| could_not(format_args!("add {what}"), e))?;
    match added {
        0 => {
            let why = format!("nothing of {} was to be added on node {node}", which.parent);
            changes.unchanged(ADD, node, which.object(), why);
        }
        _ => changes.done(ADD, node, which.object(), &what),
    }
    changes.emit()
}

pub(super) async fn remove(global: &Global, args: &RemoveArgs) -> Result {
    let context = Context::load(global, "repset-remove-partition")?;
    let client = writer(&context).await?;
    let (node, which) = (client.node(), &args.which);
    let what = format!("{} from its replication sets", which.words());
    let mut changes = changes(global, &context);
    if global.dry_run {
        changes.planned(REMOVE, node, which.object(), &what);
        return changes.emit();
    }
    ui::confirm::moderate(global, &format!("Remove {what} on node {node}?"))?;
    let removed = client
        .repset_remove_partition(&which.parent, which.partition.as_ref())
        .await
        .map_err(|e| could_not(format_args!("remove {what}"), e))?;
    match removed {
        0 => {
            let why = format!("nothing of {} was to be removed on node {node}", which.parent);
            changes.unchanged(REMOVE, node, which.object(), why);
        }
        _ => changes.done(REMOVE, node, which.object(), &what),
    }
    changes.emit()
}
