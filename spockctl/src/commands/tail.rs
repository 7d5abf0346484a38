//! `spockctl tail`: what a slot would send, as JSON lines.

use std::io::Write as _;
use std::time::Duration;

use spock_admin::client::SlotChange;
use spock_admin::error::AdminError;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Between two looks at a log that had nothing new.
const LOOK: Duration = Duration::from_millis(500);

/// Arguments of `tail`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  spockctl tail spk_app_n1_sub_n1_n2                       what the subscriber has not confirmed yet
  spockctl tail spk_app_n1_sub_n1_n2 --follow --table t    and what is written from now on, of one table")]
pub(crate) struct TailArgs {
    /// The slot, as `slot list` shows it
    slot: String,

    /// Go on with what is written from now on, until interrupted
    #[arg(short = 'F', long)]
    follow: bool,

    /// End after so many changes
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,

    /// Only changes of these tables, with their schemas unless they are in public (can be repeated)
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,
}

impl TailArgs {
    fn wants(&self, change: &SlotChange) -> bool {
        self.table.is_empty()
            || change.table.split(',').any(|table| {
                let wanted = |name: &String| *name == table || format!("public.{name}") == table;
                self.table.iter().any(wanted)
            })
    }
}

pub(crate) async fn run(global: &Global, args: &TailArgs) -> Result {
    let context = Context::load(global, "tail")?;
    let fleet = context.connect_cluster().await?;
    let item = super::slot::find(&fleet, &context, &args.slot).await?;
    let client = fleet.client(&item.node)?;
    if item.state == "own" {
        let message = format!("slot \"{}\" is the node's own, and sends nothing", args.slot);
        return Err(AdminError::precondition(message).on(&item.node).into());
    }
    // What its subscription asks for; where none is known, all sets of the node.
    let mut wanted = None;
    if let (Some(node), Some(sub)) = (&item.consumer, &item.subscription) {
        let subs = fleet.client(node)?.subscriptions().await?;
        wanted = subs.into_iter().find(|found| found.name == *sub);
    }
    let (sets, forwards) = match wanted {
        Some(sub) => (sub.replication_sets, !sub.forward_origins.is_empty()),
        None => (client.own_set_names().await?, false),
    };
    // Reading a log takes as long as it is.
    client
        .without_statement_timeout(async {
            let mut reader = client.copy_slot(&args.slot, &sets, forwards).await.map_err(|e| {
                e.context(format_args!("could not read slot \"{}\" beside its reader", args.slot))
            })?;
            let mut left = args.limit;
            let mut end = client.insert_position().await?;
            loop {
                let (changes, is_more) = reader.next(end).await?;
                for change in changes.iter().filter(|change| args.wants(change)) {
                    if let Err(failure) = line(change) {
                        return Ok(Err(failure));
                    }
                    left = left.map(|left| left - 1);
                    if left == Some(0) {
                        return Ok(Ok(Exit::Ok));
                    }
                }
                if !is_more && !args.follow {
                    return Ok(Ok(Exit::Ok));
                }
                if !is_more {
                    tokio::time::sleep(LOOK).await;
                    end = client.insert_position().await?;
                }
            }
        })
        .await?
}

fn line(change: &SlotChange) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, change)
        .map_err(std::io::Error::from)
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush())
        .map_err(|e| Failure::output(&e))
}
