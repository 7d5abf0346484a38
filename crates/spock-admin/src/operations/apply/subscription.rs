//! Subscriptions: making them, changing them, and having them replicate.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::node::{is_same, put_interface};
use super::until_read::{WaitUntilRead, find, reader};
use super::{Site, Steps};
use crate::client::{
    Client, NewOptions, NewSubscription, SubscriptionDefinition, quote_identifier, quote_literal,
};
use crate::cluster::Synchronize;
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};
use crate::operations::drift::Change;
use crate::operations::init::new_subscription;
use crate::plan::{Action, Step, StepProgress};
use crate::wait::Deadline;

impl Site<'_> {
    /// The steps that make the subscription, or change one property of it.
    pub(super) fn make_subscription(&self, steps: &mut Steps) -> Result<()> {
        let name = &self.item.name;
        let live = self.pair.live.as_ref().and_then(|live| live.subscriptions.get(name));
        let Some(wanted) = self.pair.wanted.subscriptions.get(name) else { return Ok(()) };
        let (client, node, provider) = (self.client(), &self.item.node, &wanted.provider);
        let address = || {
            let interface = self.interface_name(wanted);
            let (provider, dsn) = (provider.clone(), wanted.dsn.clone());
            Address { client: self.client(), provider, interface, dsn }
        };
        let Some(live) = live else {
            let links = self.cluster.subscriptions();
            let Some(link) = links.iter().find(|link| link.name == *name) else { return Ok(()) };
            let provider = self.cluster.node(provider)?;
            let new = new_subscription(self.cluster, link, provider, Synchronize::None);
            steps.warnings.push(without_copy(node, name, &wanted.provider));
            let limit = self.deadline.limit();
            let action = Create { client, new, address: address(), limit };
            steps.subscriptions.push(self.step(Box::new(action)));
            if wanted.enabled {
                steps.waits.push(self.wait(&wanted.provider)?);
            }
            return Ok(());
        };
        debug_assert_eq!(self.item.change, Change::Changed);
        let is_switch = self.item.field == Some("enabled");
        let action: Box<dyn Action> = match self.item.field {
            Some("dsn") => {
                let before = live.dsn.clone();
                let source = self.fleet.client(provider)?;
                Box::new(SetAddress { name: name.clone(), source, address: address(), before })
            }
            Some("enabled") => Box::new(Switch { client, name: name.clone(), on: wanted.enabled }),
            Some("replication_sets") => {
                let mut new = wanted.replication_sets.difference(&live.replication_sets);
                if new.next().is_some() {
                    steps.warnings.push(format!(
                        "{node}: rows that the tables of its new replication sets have already do not come by subscription \
                         {name}: copy them with `spockctl sub sync {name}`, or see which differ with `spockctl cluster verify --data`"
                    ));
                }
                let (wanted, before) =
                    (wanted.replication_sets.clone(), live.replication_sets.clone());
                Box::new(SetSets { client, name: name.clone(), wanted, before })
            }
            Some(field @ ("forward_origins" | "skip_schema" | "apply_delay")) => {
                let (wanted, before) = (wanted.clone(), live.clone());
                Box::new(SetOption { client, name: name.clone(), field, wanted, before })
            }
            _ => return Ok(()),
        };
        let step = self.step(action);
        if is_switch {
            steps.switches.push(step);
        } else {
            steps.subscriptions.push(step);
        }
        let is_led_elsewhere = self.item.field == Some("dsn");
        let wait = format!("{node}.wait_replicating.{name}");
        if wanted.enabled
            && (is_switch || is_led_elsewhere)
            && steps.waits.iter().all(|step| step.id != wait)
        {
            steps.waits.push(self.wait(provider)?);
        }
        Ok(())
    }

    pub(super) fn drop_subscription(&self) -> Step {
        let live = self.pair.live.as_ref();
        let live = live.and_then(|live| live.subscriptions.get(&self.item.name));
        self.step(Box::new(Drop {
            client: self.client(),
            name: self.item.name.clone(),
            provider: live.map(|live| live.provider.clone()).unwrap_or_default(),
            limit: self.deadline.limit(),
        }))
    }

    fn wait(&self, provider: &str) -> Result<Step> {
        let (client, name) = (self.client(), self.item.name.clone());
        let source = self.fleet.client(provider)?;
        let id = format!("wait_replicating.{name}");
        let wait = WaitUntilRead { client, source, name, deadline: self.deadline };
        Ok(self.named(&id, Box::new(wait)))
    }

    /// By which name the subscriber is to know the address: that of the provider's interface in the definition, the
    /// provider's own for its usual one, and the subscription's for one that nobody else uses.
    fn interface_name(&self, wanted: &SubscriptionDefinition) -> String {
        let Ok(provider) = self.cluster.node(&wanted.provider) else {
            return wanted.provider.clone();
        };
        if is_same(&provider.peer, &wanted.dsn) {
            return provider.name.clone();
        }
        let known = provider.interfaces.iter().find(|i| is_same(&i.peer, &wanted.dsn));
        known.map_or_else(|| self.item.name.clone(), |interface| interface.name.clone())
    }
}

/// What a subscription that is made without a copy leaves out.
pub(in crate::operations) fn without_copy(node: &str, name: &str, provider: &str) -> String {
    format!(
        "{node}: subscription {name} is made without a copy: what was written on {provider} while it was not there does not \
         come. See which tables differ with `spockctl cluster verify --data`, and mend them with `spockctl table repair`, or \
         copy them whole with `spockctl sub resync-table`"
    )
}

/// How a subscriber reaches a provider.
struct Address {
    client: Arc<Client>,
    provider: String,
    interface: String,
    dsn: Conninfo,
}

impl Address {
    /// Has the subscriber know it; to be called in a transaction.
    async fn put(&self) -> Result<()> {
        put_interface(&self.client, &self.provider, &self.interface, &self.dsn).await
    }

    fn add(&self, dsn: &Conninfo) -> String {
        format!(
            "SELECT spock.node_add_interface({}, {}, {})",
            quote_literal(&self.provider),
            quote_literal(&self.interface),
            quote_literal(&dsn.redacted())
        )
    }
}

struct Create {
    client: Arc<Client>,
    new: NewSubscription,
    address: Address,
    /// How long it may take.
    limit: Duration,
}

impl Action for Create {
    fn title(&self) -> String {
        format!(
            "create subscription {} to {}, without a copy",
            self.new.name, self.address.provider
        )
    }

    fn preview(&self) -> Option<String> {
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| quote_literal(name)).collect();
            format!("ARRAY[{}]", names.join(", "))
        };
        Some(format!(
            "SELECT spock.sub_create({}, {}, {}, synchronize_structure => false, synchronize_data => false, \
             forward_origins => {}::text[], apply_delay => {}, enabled => {})",
            quote_literal(&self.new.name),
            quote_literal(&self.address.dsn.redacted()),
            list(&self.new.replication_sets),
            list(&self.new.forward_origins),
            quote_literal(&self.new.apply_delay),
            self.new.enabled,
        ))
    }

    fn undo(&self) -> Option<String> {
        Some(format!("SELECT spock.sub_drop({})", quote_literal(&self.new.name)))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.client.has_subscription(&self.new.name))
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            // A provider that is known by another address is not subscribed to by this one.
            if self.client.registration(&self.address.provider).await?.is_some() {
                self.client.in_transaction(self.address.put()).await?;
            }
            let created = self.client.sub_create(&self.new);
            self.client.within(self.limit, created).await
        })
    }
}

/// Has a subscription reach its provider in another way.
struct SetAddress {
    name: String,
    /// The provider.
    source: Arc<Client>,
    address: Address,
    before: Conninfo,
}

impl SetAddress {
    fn statement(&self, dsn: &Conninfo) -> String {
        format!(
            "{}; SELECT spock.sub_alter_interface({}, {})",
            self.address.add(dsn),
            quote_literal(&self.name),
            quote_literal(&self.address.interface)
        )
    }
}

/// How long a worker may take to let go of the former address.
const RESTART: Duration = Duration::from_secs(10);

impl Action for SetAddress {
    fn title(&self) -> String {
        let Address { provider, dsn, .. } = &self.address;
        format!("have subscription {} reach {provider} by {}", self.name, dsn.redacted())
    }

    fn preview(&self) -> Option<String> {
        Some(self.statement(&self.address.dsn))
    }

    fn undo(&self) -> Option<String> {
        Some(self.statement(&self.before))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let subs = self.address.client.subscription_definitions(Some(&self.name)).await?;
            Ok(subs.values().any(|sub| is_same(&sub.dsn, &self.address.dsn)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let Address { client, interface, .. } = &self.address;
            let slot = find(client, &self.name).await?.map(|sub| sub.slot_name);
            let slot = slot.unwrap_or_default();
            let before = reader(&self.source, &slot).await?;
            let alter = async {
                self.address.put().await?;
                client.sub_alter_interface(&self.name, interface).await
            };
            client.in_transaction(alter).await?;
            // Whoever reads now came by the former one.
            let deadline = Deadline::after(RESTART);
            while before.is_some()
                && reader(&self.source, &slot).await? == before
                && !deadline.is_over()
            {
                deadline.pause().await;
            }
            Ok(())
        })
    }
}

/// Has a subscription ask for other replication sets.
struct SetSets {
    client: Arc<Client>,
    name: String,
    wanted: BTreeSet<String>,
    before: BTreeSet<String>,
}

impl SetSets {
    fn statement(&self, from: &BTreeSet<String>, to: &BTreeSet<String>) -> String {
        let call = |function: &str, set: &String| {
            format!("spock.{function}({}, {})", quote_literal(&self.name), quote_literal(set))
        };
        let add = to.difference(from).map(|set| call("sub_add_repset", set));
        let remove = from.difference(to).map(|set| call("sub_remove_repset", set));
        format!("SELECT {}", add.chain(remove).collect::<Vec<_>>().join(", "))
    }

    /// To be called in a transaction.
    async fn change(&self) -> Result<()> {
        let now = self.now().await?;
        for set in self.wanted.difference(&now) {
            self.client.sub_change_repset(&self.name, set, true).await?;
        }
        for set in now.difference(&self.wanted) {
            self.client.sub_change_repset(&self.name, set, false).await?;
        }
        Ok(())
    }

    async fn now(&self) -> Result<BTreeSet<String>> {
        let mut subs = self.client.subscription_definitions(Some(&self.name)).await?;
        let missing = || {
            AdminError::precondition(format!("subscription \"{}\" does not exist", self.name))
                .on(self.client.node())
        };
        Ok(subs.remove(&self.name).ok_or_else(missing)?.replication_sets)
    }
}

impl Action for SetSets {
    fn title(&self) -> String {
        let words = |sets: Vec<&String>| sets.into_iter().cloned().collect::<Vec<_>>().join(", ");
        let add = words(self.wanted.difference(&self.before).collect());
        let remove = words(self.before.difference(&self.wanted).collect());
        let name = &self.name;
        match (add.is_empty(), remove.is_empty()) {
            (false, true) => format!("have subscription {name} ask for {add}, too"),
            (true, _) => format!("have subscription {name} no longer ask for {remove}"),
            (false, false) => {
                format!("have subscription {name} ask for {add} in place of {remove}")
            }
        }
    }

    fn preview(&self) -> Option<String> {
        Some(self.statement(&self.before, &self.wanted))
    }

    fn undo(&self) -> Option<String> {
        Some(self.statement(&self.wanted, &self.before))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.now().await? == self.wanted) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.in_transaction(self.change()))
    }
}

/// Sets an option of a subscription.
struct SetOption {
    client: Arc<Client>,
    name: String,
    field: &'static str,
    wanted: SubscriptionDefinition,
    before: SubscriptionDefinition,
}

impl SetOption {
    fn options(&self, of: &SubscriptionDefinition) -> NewOptions {
        let all = |names: &BTreeSet<String>| Some(names.iter().cloned().collect());
        let mut options = NewOptions::default();
        match self.field {
            "forward_origins" => options.forward_origins = all(&of.forward_origins),
            "skip_schema" => options.skip_schemas = all(&of.skip_schema),
            _ => options.apply_delay = Some(of.apply_delay.clone()),
        }
        options
    }

    fn statement(&self, of: &SubscriptionDefinition) -> String {
        let options = self.options(of).to_json().to_string();
        let name = quote_literal(&self.name);
        format!("SELECT spock.sub_alter_options({name}, {})", quote_literal(&options))
    }

    fn is_set(&self, sub: &SubscriptionDefinition) -> bool {
        match self.field {
            "forward_origins" => sub.forward_origins == self.wanted.forward_origins,
            "skip_schema" => sub.skip_schema == self.wanted.skip_schema,
            _ => sub.apply_delay == self.wanted.apply_delay,
        }
    }
}

impl Action for SetOption {
    fn title(&self) -> String {
        let list = |names: &BTreeSet<String>| match names.len() {
            0 => "none".to_owned(),
            _ => names.iter().map(|name| quote_identifier(name)).collect::<Vec<_>>().join(", "),
        };
        let value = match self.field {
            "forward_origins" => list(&self.wanted.forward_origins),
            "skip_schema" => list(&self.wanted.skip_schema),
            _ => self.wanted.apply_delay.clone(),
        };
        format!("set {} of subscription {} to {value}", self.field, self.name)
    }

    fn preview(&self) -> Option<String> {
        Some(self.statement(&self.wanted))
    }

    fn undo(&self) -> Option<String> {
        Some(self.statement(&self.before))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let subs = self.client.subscription_definitions(Some(&self.name)).await?;
            Ok(subs.values().any(|sub| self.is_set(sub)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            self.client.sub_alter_options(&self.name, &self.options(&self.wanted)).await
        })
    }
}

/// Enables or disables a subscription.
struct Switch {
    client: Arc<Client>,
    name: String,
    on: bool,
}

impl Switch {
    fn call(&self, on: bool) -> String {
        let function = if on { "sub_enable" } else { "sub_disable" };
        format!("SELECT spock.{function}({}, true)", quote_literal(&self.name))
    }
}

impl Action for Switch {
    fn title(&self) -> String {
        format!("{} subscription {}", if self.on { "enable" } else { "disable" }, self.name)
    }

    fn preview(&self) -> Option<String> {
        Some(self.call(self.on))
    }

    fn undo(&self) -> Option<String> {
        Some(self.call(!self.on))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let subs = self.client.subscription_definitions(Some(&self.name)).await?;
            Ok(subs.values().any(|sub| sub.enabled == self.on))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.sub_switch(&self.name, self.on, true))
    }
}

struct Drop {
    client: Arc<Client>,
    name: String,
    provider: String,
    /// How long it may take.
    limit: Duration,
}

impl Action for Drop {
    fn title(&self) -> String {
        format!("drop subscription {} to {}, and its slot there", self.name, self.provider)
    }

    fn preview(&self) -> Option<String> {
        Some(format!("SELECT spock.sub_drop({})", quote_literal(&self.name)))
    }

    fn is_destructive(&self) -> bool {
        true
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(!self.client.has_subscription(&self.name).await?) })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.within(self.limit, self.client.sub_drop(&self.name, true)))
    }
}
