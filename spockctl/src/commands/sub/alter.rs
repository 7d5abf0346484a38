//! `spockctl sub alter|alter-interface|add-repset|remove-repset`.

use std::time::Duration;

use spock_admin::client::{NewOptions, SubscriptionOptions};
use spock_admin::error::AdminError;
use spock_admin::wait::parse_duration;

use super::create::{Forward, interval};
use super::find::{could_not, find, object};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::Result;
use crate::output::age;
use crate::ui;

const ALTER: Verb = Verb("alter", "altered");
const ADD: Verb = Verb("add", "added");
const REMOVE: Verb = Verb("remove", "removed");

/// Arguments of `sub alter`.
#[derive(Debug, clap::Args)]
pub(crate) struct AlterArgs {
    /// The subscription
    name: String,

    #[command(flatten)]
    options: OptionArgs,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct OptionArgs {
    /// Hold every transaction back for so long
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    apply_delay: Option<Duration>,

    /// Whose changes the provider sends
    #[arg(long, value_enum, value_name = "ORIGINS")]
    forward_origins: Option<Forward>,

    /// Schemas to leave out, separated by commas; an empty value for none
    #[arg(long, value_name = "SCHEMA", value_delimiter = ',')]
    skip_schema: Option<Vec<String>>,
}

/// Arguments of `sub alter-interface`.
#[derive(Debug, clap::Args)]
pub(crate) struct AlterInterfaceArgs {
    /// The subscription
    name: String,

    /// The interface of the provider to use, as the subscriber knows it
    interface: String,
}

/// Arguments of `sub add-repset` and `sub remove-repset`.
#[derive(Debug, clap::Args)]
pub(crate) struct RepsetArgs {
    /// The subscription
    name: String,

    /// The replication set of the provider
    set: String,
}

impl OptionArgs {
    /// Those of the wanted options that differ from what is set, and the differences in words.
    fn differing(&self, now: &SubscriptionOptions) -> (NewOptions, Vec<String>) {
        let mut new = NewOptions::default();
        let mut words = Vec::new();
        let list = |items: &[String]| match items {
            [] => "none".to_owned(),
            items => items.join(", "),
        };
        if let Some(delay) = self.apply_delay
            && (delay.as_secs_f64() - now.apply_delay_seconds).abs() > 1e-6
        {
            new.apply_delay = Some(interval(delay));
            words.push(format!(
                "apply delay {} to {}",
                age(now.apply_delay_seconds),
                age(delay.as_secs_f64())
            ));
        }
        if let Some(forward) = self.forward_origins
            && forward.origins() != now.forward_origins
        {
            let wanted = forward.origins();
            words.push(format!(
                "forwarded origins {} to {}",
                list(&now.forward_origins),
                list(&wanted)
            ));
            new.forward_origins = Some(wanted);
        }
        if let Some(schemas) = &self.skip_schema {
            let wanted: Vec<String> = schemas.iter().filter(|s| !s.is_empty()).cloned().collect();
            if wanted != now.skip_schemas {
                words.push(format!(
                    "schemas left out {} to {}",
                    list(&now.skip_schemas),
                    list(&wanted)
                ));
                new.skip_schemas = Some(wanted);
            }
        }
        (new, words)
    }
}

pub(super) async fn alter(global: &Global, args: &AlterArgs) -> Result {
    let context = Context::load(global, "sub-alter")?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let now = client.subscription_options(sub.id).await?;
    let (new, words) = args.options.differing(&now);
    let mut changes = Changes::new(global, &context);
    if words.is_empty() {
        let why = format!("subscription {name} on node {node} is set so already");
        changes.unchanged(ALTER, node, object(name), why);
        return changes.emit();
    }
    let what = format!("subscription {name} ({})", words.join("; "));
    if global.dry_run {
        changes.planned(ALTER, node, object(name), &what);
        return changes.emit();
    }
    client.sub_alter_options(name, &new).await.map_err(|e| could_not("alter", name, e))?;
    changes.done(ALTER, node, object(name), &what);
    changes.emit()
}

pub(super) async fn alter_interface(global: &Global, args: &AlterInterfaceArgs) -> Result {
    let context = Context::load(global, "sub-alter-interface")?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let (node, name, wanted) = (client.node(), &args.name, &args.interface);
    let known = client.node_interfaces(&sub.provider).await?;
    if !known.contains(wanted) {
        let error = AdminError::precondition(format!(
            "node \"{}\" has no interface \"{wanted}\" that node \"{node}\" knows",
            sub.provider
        ));
        let near = spock_admin::did_you_mean(wanted, known.iter().map(String::as_str));
        return Err(match near {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error.hint(format!("it knows {}", known.join(", "))),
        }
        .into());
    }
    let now = client.subscription_options(sub.id).await?.interface;
    let mut changes = Changes::new(global, &context);
    if now == *wanted {
        let why = format!("subscription {name} on node {node} uses interface {wanted} already");
        changes.unchanged(ALTER, node, object(name), why);
        return changes.emit();
    }
    let what = format!("subscription {name} (interface {now} to {wanted})");
    if global.dry_run {
        changes.planned(ALTER, node, object(name), &what);
        return changes.emit();
    }
    client.sub_alter_interface(name, wanted).await.map_err(|e| could_not("alter", name, e))?;
    changes.done(ALTER, node, object(name), &what);
    changes.emit()
}

pub(super) async fn change_repset(global: &Global, args: &RepsetArgs, add: bool) -> Result {
    let (command, verb) = if add { ("sub-add-repset", ADD) } else { ("sub-remove-repset", REMOVE) };
    let context = Context::load(global, command)?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let (node, name, set) = (client.node(), &args.name, &args.set);
    let mut changes = Changes::new(global, &context);
    if sub.replication_sets.contains(set) == add {
        let how = if add { "has replication set" } else { "does not have replication set" };
        let why = format!("subscription {name} on node {node} {how} {set}");
        changes.unchanged(verb, node, object(name), why);
        return changes.emit();
    }
    let direction = if add { "to" } else { "from" };
    let what = format!("replication set {set} {direction} subscription {name}");
    if global.dry_run {
        changes.planned(verb, node, object(name), &what);
        return changes.emit();
    }
    if !add {
        let question = format!("Remove {what}? Changes of its tables are not applied any more.");
        ui::confirm::moderate(global, &question)?;
    }
    client.sub_change_repset(name, set, add).await.map_err(|e| could_not("alter", name, e))?;
    changes.done(verb, node, object(name), &what);
    if add {
        ui::hint(
            global,
            format!("copy its tables with `spockctl sub sync {name}` if they are to be equal"),
        );
    }
    changes.emit()
}
