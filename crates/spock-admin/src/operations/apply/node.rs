//! What is said of a node, how it is reached, and the settings that make it replicate statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::Site;
use crate::client::{Client, Fact, quote_identifier, quote_literal};
use crate::conninfo::Conninfo;
use crate::error::Result;
use crate::operations::drift::ObjectKind;
use crate::operations::server_setting;
use crate::plan::{Action, Step, StepProgress};

impl Site<'_> {
    /// The step that says it of the node.
    pub(super) fn make_fact(&self) -> Option<Step> {
        let wanted = &self.pair.wanted;
        let action: Box<dyn Action> = match (self.item.kind, self.item.field) {
            (ObjectKind::Node, Some("peer")) => Box::new(SetOwnAddress {
                client: self.client(),
                wanted: wanted.dsn.clone(),
                before: self.pair.live.as_ref().map(|live| live.dsn.clone()),
            }),
            (ObjectKind::Node, _) => self.fact(|| wanted)?,
            (ObjectKind::Interface, _) => Box::new(SetInterface {
                client: self.client(),
                node: wanted.name.clone(),
                name: self.item.name.clone(),
                wanted: Some(wanted.interfaces.get(&self.item.name)?.clone()),
                before: self.live_interface(),
            }),
            (ObjectKind::Setting, _) => Box::new(SetSetting {
                client: self.client(),
                name: self.item.name.clone(),
                wanted: self.item.file.clone()?,
                before: self.item.live.clone(),
            }),
            _ => return None,
        };
        Some(self.step(action))
    }

    /// The step that takes it back.
    pub(super) fn remove_fact(&self) -> Option<Step> {
        let wanted = &self.pair.wanted;
        let action: Box<dyn Action> = match self.item.kind {
            ObjectKind::Node => self.fact(|| wanted)?,
            ObjectKind::Interface => Box::new(SetInterface {
                client: self.client(),
                node: wanted.name.clone(),
                name: self.item.name.clone(),
                wanted: None,
                before: self.live_interface(),
            }),
            _ => return None,
        };
        Some(self.step(action))
    }

    fn live_interface(&self) -> Option<Conninfo> {
        self.pair.live.as_ref().and_then(|live| live.interfaces.get(&self.item.name)).cloned()
    }

    fn fact<'a>(
        &'a self,
        wanted: impl Fn() -> &'a crate::client::NodeDefinition,
    ) -> Option<Box<dyn Action>> {
        let of = |node: &crate::client::NodeDefinition| match self.item.field {
            Some("location") => Some(Fact::Location(node.location.clone())),
            Some("country") => Some(Fact::Country(node.country.clone())),
            Some("info") => Some(Fact::Info(node.info.clone())),
            _ => None,
        };
        let before = self.pair.live.as_ref().and_then(of);
        let name = self.pair.wanted.name.clone();
        Some(Box::new(SetFact { client: self.client(), name, wanted: of(wanted())?, before }))
    }
}

/// Says something of a node, or nothing any more.
struct SetFact {
    client: Arc<Client>,
    name: String,
    wanted: Fact,
    before: Option<Fact>,
}

impl SetFact {
    /// The column, and the value as text.
    fn parts(fact: &Fact) -> (&'static str, Option<String>) {
        match fact {
            Fact::Location(text) => ("location", text.clone()),
            Fact::Country(text) => ("country", text.clone()),
            Fact::Info(info) => ("info", info.as_ref().map(ToString::to_string)),
        }
    }

    fn statement(&self, fact: &Fact) -> String {
        let (column, value) = Self::parts(fact);
        let value = value.map_or_else(|| "NULL".to_owned(), |value| quote_literal(&value));
        let name = quote_literal(&self.name);
        format!("UPDATE spock.node SET {column} = {value} WHERE node_name = {name}")
    }
}

impl Action for SetFact {
    fn title(&self) -> String {
        match Self::parts(&self.wanted) {
            (column, Some(value)) => format!("set the {column} of node {} to {value}", self.name),
            (column, None) => format!("take away the {column} of node {}", self.name),
        }
    }

    fn preview(&self) -> Option<String> {
        Some(self.statement(&self.wanted))
    }

    fn undo(&self) -> Option<String> {
        self.before.as_ref().map(|before| self.statement(before))
    }

    fn is_destructive(&self) -> bool {
        Self::parts(&self.wanted).1.is_none()
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let now = self.client.registration(&self.name).await?;
            Ok(now.is_some_and(|now| match &self.wanted {
                Fact::Location(text) => now.location == *text,
                Fact::Country(text) => now.country == *text,
                Fact::Info(info) => now.info == *info,
            }))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.node_set_fact(&self.name, &self.wanted))
    }
}

/// Changes how a node says that it is reached.
struct SetOwnAddress {
    client: Arc<Client>,
    wanted: Conninfo,
    before: Option<Conninfo>,
}

impl SetOwnAddress {
    fn statement(dsn: &Conninfo) -> String {
        format!(
            "UPDATE spock.node_interface SET if_dsn = {} \
             WHERE if_id = (SELECT node_local_interface FROM spock.local_node)",
            quote_literal(&dsn.redacted())
        )
    }
}

impl Action for SetOwnAddress {
    fn title(&self) -> String {
        format!("register that it is reached by {}", self.wanted.redacted())
    }

    fn preview(&self) -> Option<String> {
        Some(Self::statement(&self.wanted))
    }

    fn undo(&self) -> Option<String> {
        self.before.as_ref().map(Self::statement)
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let now = self.client.own_dsn().await?;
            Ok(now.is_some_and(|now| is_same(&now, &self.wanted)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { self.client.set_own_dsn(&self.wanted.dsn()).await })
    }
}

/// Whether two addresses are the same, but for secrets.
pub(super) fn is_same(one: &Conninfo, other: &Conninfo) -> bool {
    one.without_secrets() == other.without_secrets()
}

/// Makes, changes, or drops an interface of the node itself.
struct SetInterface {
    client: Arc<Client>,
    node: String,
    name: String,
    wanted: Option<Conninfo>,
    before: Option<Conninfo>,
}

impl SetInterface {
    fn statement(&self, from: Option<&Conninfo>, to: Option<&Conninfo>) -> Option<String> {
        let object = format!("{}, {}", quote_literal(&self.node), quote_literal(&self.name));
        let drop = from.map(|_| format!("spock.node_drop_interface({object})"));
        let add = to.map(|dsn| {
            format!("spock.node_add_interface({object}, {})", quote_literal(&dsn.redacted()))
        });
        let calls: Vec<String> = [drop, add].into_iter().flatten().collect();
        (!calls.is_empty()).then(|| format!("SELECT {}", calls.join("; SELECT ")))
    }
}

impl Action for SetInterface {
    fn title(&self) -> String {
        let (name, node) = (&self.name, &self.node);
        match (&self.before, &self.wanted) {
            (_, None) => format!("drop interface {name} of node {node}"),
            (None, Some(dsn)) => format!("add interface {name} of node {node}: {}", dsn.redacted()),
            (Some(_), Some(dsn)) => {
                format!("change interface {name} of node {node} to {}", dsn.redacted())
            }
        }
    }

    fn preview(&self) -> Option<String> {
        self.statement(self.before.as_ref(), self.wanted.as_ref())
    }

    fn undo(&self) -> Option<String> {
        self.statement(self.wanted.as_ref(), self.before.as_ref())
    }

    fn is_destructive(&self) -> bool {
        self.wanted.is_none()
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let known = self.client.interface_dsns(&self.node).await?;
            Ok(match (known.get(&self.name), &self.wanted) {
                (Some(now), Some(wanted)) => is_same(now, wanted),
                (now, wanted) => now.is_none() && wanted.is_none(),
            })
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            match &self.wanted {
                None => self.client.drop_interface(&self.node, &self.name).await,
                Some(dsn) => {
                    let put = put_interface(&self.client, &self.node, &self.name, dsn);
                    self.client.in_transaction(put).await
                }
            }
        })
    }
}

/// Has this node know the other one by this address, under this name; subscriptions that use it go over.
/// To be called in a transaction.
pub(super) async fn put_interface(
    client: &Client,
    node: &str,
    name: &str,
    dsn: &Conninfo,
) -> Result<()> {
    const MEANWHILE: &str = "spockctl_meanwhile";
    let known: BTreeMap<String, Conninfo> = client.interface_dsns(node).await?;
    let dsn = match known.get(name) {
        Some(now) if is_same(now, dsn) => return Ok(()),
        Some(_) => dsn.dsn(),
        None => return client.add_interface(node, name, &dsn.dsn()).await,
    };
    let interfaces = client.interfaces().await?.into_iter();
    let users: Vec<String> = interfaces
        .filter(|known| known.of == node && known.name == name)
        .flat_map(|known| known.used_by)
        .collect();
    // One that is used cannot be dropped, and none can be changed.
    if !users.is_empty() {
        client.add_interface(node, MEANWHILE, &dsn).await?;
    }
    for user in &users {
        client.sub_alter_interface(user, MEANWHILE).await?;
    }
    client.drop_interface(node, name).await?;
    client.add_interface(node, name, &dsn).await?;
    for user in &users {
        client.sub_alter_interface(user, name).await?;
    }
    if !users.is_empty() {
        client.drop_interface(node, MEANWHILE).await?;
    }
    Ok(())
}

/// Sets a setting of the node's server.
struct SetSetting {
    client: Arc<Client>,
    name: String,
    wanted: String,
    before: Option<String>,
}

impl SetSetting {
    fn statement(&self, value: &str) -> String {
        let name: Vec<String> = self.name.split('.').map(quote_identifier).collect();
        format!("ALTER SYSTEM SET {} = {}", name.join("."), quote_literal(value))
    }
}

impl Action for SetSetting {
    fn title(&self) -> String {
        format!("set {} to {}", self.name, self.wanted)
    }

    fn preview(&self) -> Option<String> {
        Some(self.statement(&self.wanted))
    }

    fn undo(&self) -> Option<String> {
        self.before.as_ref().map(|before| self.statement(before))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let now = self.client.settings(&[&self.name]).await?;
            Ok(now.iter().all(|now| now.value == self.wanted))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let wanted = [(self.name.as_str(), self.wanted.as_str())];
            server_setting::switch_node(&self.client, &wanted, false).await.map(drop)
        })
    }
}
