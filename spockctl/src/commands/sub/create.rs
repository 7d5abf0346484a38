//! `spockctl sub create`.

use std::time::Duration;

use spock_admin::client::NewSubscription;
use spock_admin::cluster::SubscriptionDefaults;
use spock_admin::conninfo::Conninfo;
use spock_admin::error::AdminError;
use spock_admin::operations::subscription::wait::{Goal, wait};
use spock_admin::wait::{Deadline, parse_duration};

use super::find::{could_not, object};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl sub create sub_n1_n2 --node n2 --provider n1 --sync both --wait
  spockctl sub create audit --node n3 --provider n1 --repset audit_only --apply-delay 30m
  spockctl sub create sub_n1_n2 --dsn service=n2 --provider-dsn service=n1 --disabled";

const CREATE: Verb = Verb("create", "created");

/// Arguments of `sub create`.
#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// Name of the subscription: lower-case letters, digits, and underscores
    name: String,

    #[command(flatten)]
    provider: ProviderArgs,

    /// Replication sets to subscribe to, separated by commas (can be repeated)
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    repset: Vec<String>,

    /// What is copied first
    #[arg(long, value_enum, value_name = "WHAT", default_value = "none")]
    sync: Sync,

    /// Whose changes the provider sends: its own, or all that it has
    #[arg(long, value_enum, value_name = "ORIGINS", default_value = "none")]
    forward_origins: Forward,

    /// Hold every transaction back for so long
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = parse_duration)]
    apply_delay: Duration,

    /// Have values travel as text
    #[arg(long)]
    force_text_transfer: bool,

    /// Schemas to leave out, separated by commas (can be repeated)
    #[arg(long, value_name = "SCHEMA", value_delimiter = ',')]
    skip_schema: Vec<String>,

    /// Do not start it
    #[arg(long, conflicts_with = "wait")]
    disabled: bool,

    /// Wait until the copy is done and it replicates
    #[arg(long)]
    wait: bool,

    /// Do nothing when there is a subscription of this name
    #[arg(long)]
    if_not_exists: bool,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct ProviderArgs {
    /// The node that the changes come from, by its name in the cluster definition
    #[arg(long, value_name = "NODE")]
    provider: Option<String>,

    /// The node that the changes come from, by the connection string that the subscriber is to use
    #[arg(long, value_name = "CONNINFO")]
    provider_dsn: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Sync {
    /// Tables, empty
    Structure,
    /// Rows, into tables that are there
    Data,
    /// Tables and their rows
    #[value(alias = "structure+data")]
    Both,
    /// Nothing
    None,
}

/// Whose changes a provider sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Forward {
    /// Those made there
    None,
    /// Also those that it has applied from others
    All,
}

impl Forward {
    pub(super) fn origins(self) -> Vec<String> {
        match self {
            Forward::None => Vec::new(),
            Forward::All => vec!["all".to_owned()],
        }
    }
}

/// A delay as the server reads it.
pub(super) fn interval(delay: Duration) -> String {
    format!("{} ms", delay.as_millis())
}

pub(super) async fn run(global: &Global, args: &CreateArgs) -> Result {
    if args.disabled && args.sync != Sync::None {
        return Err(Failure::usage("a subscription that is not started copies nothing")
            .hint("leave out --disabled, or --sync"));
    }
    let context = Context::load(global, "sub-create")?;
    let node = context.one_node()?.name.clone();
    let (provider, dsn) = provider(&context, &args.provider, &node)?;
    let fleet = context.connect_to(&node).await?;
    let client = fleet.client(&node)?;
    let mut changes = Changes::new(global, &context);
    if client.has_subscription(&args.name).await? {
        if !args.if_not_exists {
            return Err(AdminError::precondition(format!(
                "subscription \"{}\" exists already on node \"{node}\"",
                args.name
            ))
            .on(&node)
            .hint("give --if-not-exists to let it be")
            .into());
        }
        let why = format!("subscription {} exists on node {node}", args.name);
        changes.unchanged(CREATE, &node, object(&args.name), why);
        return changes.emit();
    }
    let new = NewSubscription {
        name: args.name.clone(),
        provider_dsn: dsn.dsn(),
        replication_sets: match args.repset.is_empty() {
            true => SubscriptionDefaults::default().replication_sets,
            false => args.repset.clone(),
        },
        synchronize_structure: matches!(args.sync, Sync::Structure | Sync::Both),
        synchronize_data: matches!(args.sync, Sync::Data | Sync::Both),
        forward_origins: args.forward_origins.origins(),
        apply_delay: interval(args.apply_delay),
        force_text_transfer: args.force_text_transfer,
        skip_schemas: args.skip_schema.clone(),
        enabled: !args.disabled,
    };
    let what = describe(&new, &provider);
    if global.dry_run {
        changes.planned(CREATE, &node, object(&new.name), &what);
        return changes.emit();
    }
    let deadline = Deadline::after(global.timeout);
    client
        .with_statement_timeout(global.timeout, client.sub_create(&new))
        .await
        .map_err(|e| could_not("create", &new.name, e))?;
    changes.done(CREATE, &node, object(&new.name), &what);
    if args.wait {
        let progress = ui::progress::reporter(global);
        for goal in [Goal::Synced, Goal::Replicating] {
            let waited = wait(&client, &new.name, &goal, deadline, progress.as_ref()).await?;
            super::wait::require_reached(&waited, deadline)?;
        }
        drop(progress);
        ui::note(global, format!("subscription {} replicates", new.name));
    }
    changes.emit()
}

/// The provider, as messages call it, and how the subscriber reaches it.
fn provider(context: &Context, args: &ProviderArgs, node: &str) -> Result<(String, Conninfo)> {
    if let Some(dsn) = &args.provider_dsn {
        let info = Conninfo::parse(dsn)?;
        return Ok((info.redacted(), info));
    }
    let name = args.provider.as_deref().unwrap_or_default();
    if name == node {
        return Err(Failure::usage(format!("node \"{name}\" cannot subscribe to itself")));
    }
    Ok((name.to_owned(), context.cluster.node(name)?.peer.clone()))
}

/// `subscription sub_n1_n2 to n1 (sets default, ddl_sql; copies structure and data)`.
fn describe(new: &NewSubscription, provider: &str) -> String {
    let mut facts = vec![format!("sets {}", new.replication_sets.join(", "))];
    facts.push(match (new.synchronize_structure, new.synchronize_data) {
        (true, true) => "copies structure and data".to_owned(),
        (true, false) => "copies structure".to_owned(),
        (false, true) => "copies data".to_owned(),
        (false, false) => "copies nothing".to_owned(),
    });
    if !new.enabled {
        facts.push("disabled".to_owned());
    }
    format!("subscription {} to {provider} ({})", new.name, facts.join("; "))
}
