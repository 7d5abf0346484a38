//! What is done to one node.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::plan::{MaxLag, Restart, lacks};
use super::site::{Site, Sites};
use crate::client::SubscriptionState;
use crate::error::{AdminError, ErrorKind, Result};
use crate::operations::{status, wait};
use crate::plan::{Action, StepProgress};
use crate::progress::Silent;
use crate::wait::{Deadline, duration_text};

/// So long a server may take to be gone after the command that stops it has ended.
const GONE: Duration = Duration::from_secs(30);

/// Looks whether a node can be taken out: its streams are well, and its new files are there.
pub(super) struct CheckNode {
    pub(super) sites: Sites,
    pub(super) site: Arc<Site>,
    pub(super) target: String,
    pub(super) max_lag: MaxLag,
    pub(super) limit: Duration,
}

impl CheckNode {
    /// What keeps the node from being taken out now.
    async fn waits_for(&self) -> Result<Vec<String>> {
        let streams = self.sites.streams_of(self.site.name()).await?;
        Ok(streams
            .iter()
            .filter_map(|(_, sub)| stands_still(sub).or_else(|| self.behind(sub)))
            .collect())
    }

    fn behind(&self, sub: &SubscriptionState) -> Option<String> {
        let is_behind = match self.max_lag {
            MaxLag::Time(limit) => sub.lag_seconds.is_some_and(|lag| lag > limit.as_secs_f64()),
            MaxLag::Bytes(limit) => sub.lag_bytes.is_some_and(|lag| lag as f64 > limit),
        };
        (sub.is_enabled && is_behind).then(|| match self.max_lag {
            MaxLag::Time(limit) => format!(
                "{} is {:.1} s behind, more than {}",
                sub.name,
                sub.lag_seconds.unwrap_or_default(),
                duration_text(limit)
            ),
            MaxLag::Bytes(limit) => format!(
                "{} is {} bytes behind, more than {limit}",
                sub.name,
                sub.lag_bytes.unwrap_or_default()
            ),
        })
    }
}

fn stands_still(sub: &SubscriptionState) -> Option<String> {
    (sub.is_enabled && sub.status != "replicating")
        .then(|| format!("{} is {}", sub.name, status::reason_or_state(sub)))
}

impl Action for CheckNode {
    fn title(&self) -> String {
        "check that its streams are well and its new files are there".to_owned()
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            // A server that is away was checked by the run that stopped it.
            let Some(client) = self.site.connect_if_up().await? else { return Ok(true) };
            Ok(client.library_version().await? == self.target)
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let client = self.site.connect().await?;
            let missing = lacks(&client, &client.versions().await?, &self.target).await?;
            drop(client);
            if !missing.is_empty() {
                return Err(AdminError::precondition("the new files are not there")
                    .detail(missing.join("\n")));
            }
            until_empty(self.limit, progress, || self.waits_for()).await
        })
    }
}

/// Waits until nothing is left to wait for.
async fn until_empty<F>(
    limit: Duration,
    progress: StepProgress<'_>,
    look: impl Fn() -> F,
) -> Result<()>
where
    F: Future<Output = Result<Vec<String>>>,
{
    let deadline = Deadline::after(limit);
    loop {
        let waits = match look().await {
            // A server that is away comes back, or the wait runs out.
            Err(error) if error.kind == ErrorKind::Connect => vec![error.to_string()],
            other => other?,
        };
        if waits.is_empty() {
            return Ok(());
        }
        let text = waits.join("; ");
        progress.at(0, 0, &text);
        if deadline.is_over() {
            let limit = duration_text(limit);
            return Err(AdminError::timeout(format!("timed out after {limit}")).detail(text).hint(
                "wait longer with --timeout, or look at the reasons with `spockctl doctor`",
            ));
        }
        deadline.pause().await;
    }
}

/// Stops the server and starts it with the new library.
pub(super) struct RestartServer {
    pub(super) site: Arc<Site>,
    pub(super) target: String,
    /// The version that the database had.
    pub(super) from: Option<String>,
    /// Whether a script leads back to it.
    pub(super) back: bool,
    pub(super) how: Restart,
    pub(super) limit: Duration,
}

impl RestartServer {
    /// The version of the library of the running server.
    async fn library(&self) -> Result<Option<String>> {
        let Some(client) = self.site.connect_if_up().await? else { return Ok(None) };
        match client.library_version().await {
            // It went away meanwhile.
            Err(error) if error.kind == ErrorKind::Connect => Ok(None),
            other => other.map(Some),
        }
    }

    async fn by_commands(&self, progress: StepProgress<'_>) -> Result<()> {
        let Restart::Commands { stop, start } = &self.how else { return Ok(()) };
        let (node, deadline) = (self.site.name(), Deadline::after(self.limit));
        if self.library().await?.is_some() {
            progress.at(0, 0, "stopping the server");
            stop.run(node, deadline).await?;
            let gone = Deadline::after(GONE.min(deadline.remaining()));
            while self.library().await?.is_some() {
                if gone.is_over() {
                    return Err(AdminError::failed("the server still answers")
                        .detail(format!("\"{}\" has ended without an error.", stop.shown(node))));
                }
                gone.pause().await;
            }
        }
        progress.at(0, 0, "starting the server");
        start.run(node, deadline).await?;
        loop {
            match self.library().await? {
                Some(library) if library == self.target => return Ok(()),
                Some(library) => {
                    return Err(AdminError::failed(format!(
                        "the server runs the library of spock {library} after its restart"
                    ))
                    .hint(format!("install the files of spock {}", self.target)));
                }
                None if deadline.is_over() => {
                    return Err(AdminError::timeout("the server does not answer after its start")
                        .hint("look at the server's log; with the old files it starts as before"));
                }
                None => deadline.pause().await,
            }
        }
    }

    async fn by_hand(&self, progress: StepProgress<'_>) -> Result<()> {
        let (node, target) = (self.site.name(), self.target.as_str());
        progress.tell(&format!("restart the server of {node} now; waiting for spock {target}"));
        until_empty(self.limit, progress, || async {
            Ok(match self.library().await? {
                Some(library) if library == target => Vec::new(),
                Some(library) => vec![format!("the server of {node} still runs spock {library}")],
                None => vec![format!("the server of {node} does not answer")],
            })
        })
        .await
    }
}

impl Action for RestartServer {
    fn title(&self) -> String {
        match self.how {
            Restart::Commands { .. } => format!("restart the server to load spock {}", self.target),
            Restart::Manual => {
                format!("wait until its server was restarted with spock {}", self.target)
            }
        }
    }

    fn preview(&self) -> Option<String> {
        let node = self.site.name();
        match &self.how {
            Restart::Commands { stop, start } => {
                Some(format!("{}; {}", stop.shown(node), start.shown(node)))
            }
            Restart::Manual => None,
        }
    }

    fn undo(&self) -> Option<String> {
        let (from, to) = (self.from.as_deref()?, &self.target);
        let node = self.site.name();
        Some(if self.back {
            format!(
                "install the files of spock {from}, with the script that leads back, and run \
                 `spockctl upgrade run --to {from} --node {node}`"
            )
        } else {
            format!(
                "no script leads from spock {to} back to {from}: only while its extension is {from}, \
                 install those files and restart the server"
            )
        })
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.library().await?.as_deref() == Some(self.target.as_str())) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match self.how {
                Restart::Commands { .. } => self.by_commands(progress).await,
                Restart::Manual => self.by_hand(progress).await,
            }
        })
    }
}

/// Waits until the streams to and from a node go on.
pub(super) struct WaitForStreams {
    pub(super) sites: Sites,
    pub(super) site: Arc<Site>,
    pub(super) limit: Duration,
}

impl WaitForStreams {
    async fn waits_for(&self) -> Result<Vec<String>> {
        let streams = self.sites.streams_of(self.site.name()).await?;
        Ok(streams.iter().filter_map(|(_, sub)| stands_still(sub)).collect())
    }
}

impl Action for WaitForStreams {
    fn title(&self) -> String {
        "wait until the streams to and from it go on".to_owned()
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            match self.waits_for().await {
                Err(error) if error.kind == ErrorKind::Connect => Ok(false),
                other => Ok(other?.is_empty()),
            }
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(until_empty(self.limit, progress, || self.waits_for()))
    }
}

/// Brings the extension in the database to the version of the library.
pub(super) struct UpdateExtension {
    pub(super) site: Arc<Site>,
    pub(super) target: String,
    pub(super) limit: Duration,
}

impl Action for UpdateExtension {
    fn title(&self) -> String {
        format!("update extension spock to {}", self.target)
    }

    fn preview(&self) -> Option<String> {
        Some(format!("ALTER EXTENSION spock UPDATE TO '{}'", self.target))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let Some(client) = self.site.connect_if_up().await? else { return Ok(false) };
            Ok(client.extension_version().await?.as_deref() == Some(self.target.as_str()))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let client = self.site.connect().await?;
            let updated = client.update_extension(&self.target, self.limit).await;
            // The manager of the database does the same when it starts, and may have been faster.
            match updated {
                Err(_) if self.is_done().await? => Ok(()),
                other => other,
            }
        })
    }
}

/// Proves that a node has come back whole.
pub(super) struct VerifyNode {
    pub(super) sites: Sites,
    pub(super) site: Arc<Site>,
    pub(super) target: String,
    pub(super) limit: Duration,
}

impl Action for VerifyNode {
    fn title(&self) -> String {
        "verify its versions, and send a mark through every stream".to_owned()
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let versions = self.site.connect().await?.versions().await?;
            let (library, extension) = (versions.library, versions.extension);
            for (what, version) in [("library", library), ("extension", extension)] {
                if version.as_deref() != Some(self.target.as_str()) {
                    let version = version.as_deref().unwrap_or("missing");
                    return Err(AdminError::failed(format!(
                        "the {what} is {version}, not {}",
                        self.target
                    )));
                }
            }
            until_empty(self.limit, progress, || async {
                let streams = self.sites.streams_of(self.site.name()).await?;
                Ok(streams.iter().filter_map(|(_, sub)| stands_still(sub)).collect())
            })
            .await?;
            progress.at(0, 0, "a mark is on its way through every stream");
            let fleet = self.sites.connect().await?;
            wait::caught_up(&fleet, Deadline::after(self.limit), &Silent).await.map(drop)
        })
    }
}
