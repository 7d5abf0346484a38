//! The operators' lock over several nodes: one program at a time changes a cluster.
//!
//! It is a row with a lease on every node that can be reached, taken one after the other in the
//! order of their names, all or none: of two that begin at once the first node lets one pass. Who sees that one
//! row is held takes none: a holder's row on a node that is away (its restart may be the holder's work) runs out
//! without being lost as long as the others are renewed. A task
//! with connections of its own renews the rows at a third of the lease, because the others may be
//! busy with one long statement. Who finds that a row is another's stops before its next step.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::sync::Mutex;

use super::Fleet;
use crate::client::{Client, ConnectOptions, LockClaim, LockHolder, Taken};
use crate::cluster::{Cluster, Node};
use crate::error::{AdminError, Result};
use crate::progress::{Event, Progress};
use crate::wait::{Deadline, duration_text};

/// How to take the lock.
pub struct Request<'a> {
    /// Whose definition says how to connect.
    pub cluster: &'a Cluster,
    /// The nodes that answer.
    pub fleet: &'a Fleet,
    /// How to connect.
    pub options: &'a ConnectOptions,
    /// What is written into the rows.
    pub claim: LockClaim,
    /// How long another holder is waited for.
    pub wait: Duration,
    /// Whether a holder is known to be dead: its lock is taken over at once.
    pub is_dead: &'a (dyn Fn(&LockHolder) -> bool + Send + Sync),
}

/// A lock that is held, until [`OperatorLock::release`]; one that is dropped runs out.
pub struct OperatorLock {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    claim: LockClaim,
    rows: Vec<Mutex<Row>>,
}

/// The row of one node.
struct Row {
    node: Node,
    options: ConnectOptions,
    client: Option<Client>,
    renewed: Instant,
    /// Somebody else has it, or took it away.
    lost: Option<String>,
    /// It went with the extension.
    gone: bool,
}

impl OperatorLock {
    /// Takes the lock on every node of the fleet.
    pub async fn take(request: Request<'_>, progress: &dyn Progress) -> Result<OperatorLock> {
        let Request { cluster, fleet, options, claim, wait, is_dead } = request;
        for error in &fleet.errors {
            if let Some(node) = &error.node {
                let message = "cannot be reached: the operators' lock is not taken there";
                progress.event(Event::Warning { node, message });
            }
        }
        let mut nodes: Vec<&Node> = fleet
            .clients
            .iter()
            .map(|client| cluster.node(client.node()))
            .collect::<Result<_>>()?;
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let deadline = Deadline::after(wait);
        let clients = join_all(nodes.iter().map(|node| Client::connect(node, options))).await;
        let mut rows = Vec::new();
        for (node, client) in nodes.into_iter().zip(clients) {
            rows.push(Row {
                node: node.clone(),
                options: options.clone(),
                client: Some(client?),
                renewed: Instant::now(),
                lost: None,
                gone: false,
            });
        }
        let mut told = false;
        loop {
            let Some(holder) = take_all(&mut rows, &claim, is_dead, progress).await? else { break };
            if deadline.is_over() {
                return Err(refusal(&holder, wait));
            }
            if !std::mem::replace(&mut told, true) {
                let message = format!("waiting for the operators' lock: {}", describe(&holder));
                progress.event(Event::Warning { node: &holder.node, message: &message });
            }
            deadline.pause().await;
        }
        rows.retain(|row| !row.gone);
        let shared = Arc::new(Shared { claim, rows: rows.into_iter().map(Mutex::new).collect() });
        let task = tokio::spawn(renew_for_ever(Arc::clone(&shared)));
        Ok(OperatorLock { shared, task })
    }

    /// Fails when the lock is no longer ours. What has not been renewed for long is renewed first: this
    /// process may have been stopped for a while.
    pub async fn check(&self) -> Result<()> {
        let lease = self.shared.claim.lease;
        for row in &self.shared.rows {
            let mut row = row.lock().await;
            if row.lost.is_none() && !row.gone && row.renewed.elapsed() > lease * 2 / 3 {
                row.renew(&self.shared.claim).await;
            }
            if let Some(why) = &row.lost {
                return Err(AdminError::precondition("the operators' lock was lost")
                    .detail(why.clone())
                    .on(&row.node.name)
                    .hint("see who works on the cluster in spock.operator_lock, and run the same command again later"));
            }
        }
        Ok(())
    }

    /// Has the servers give up what this run's own sessions do at the moment. A failure is no matter: the
    /// sessions end soon anyhow.
    pub(super) async fn cancel_statements(&self) {
        let run = &self.shared.claim.run;
        join_all(self.shared.rows.iter().map(|row| async move {
            let mut row = row.lock().await;
            let cancelled = async { row.client().await?.cancel_statements_of(run).await };
            if let Err(error) = cancelled.await {
                tracing::debug!(%error, "could not cancel a statement");
            }
        }))
        .await;
    }

    /// Lets the lock go.
    pub async fn release(self) {
        self.task.abort();
        let token = &self.shared.claim.token;
        join_all(self.shared.rows.iter().map(|row| async move {
            let mut row = row.lock().await;
            if row.gone || row.lost.is_some() {
                return;
            }
            match row.release(token).await {
                Err(error) if is_gone(&error) => {}
                // It runs out by itself.
                Err(error) => tracing::warn!(node = %row.node.name, %error, "the operators' lock stays until it runs out"),
                Ok(_) => {}
            }
        }))
        .await;
    }
}

impl Drop for OperatorLock {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Row {
    /// The connection; a lost one is made again.
    async fn client(&mut self) -> Result<&Client> {
        let client = match self.client.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => Client::connect(&self.node, &self.options).await?,
        };
        Ok(self.client.insert(client))
    }

    async fn release(&mut self, token: &str) -> Result<bool> {
        let client = self.client().await?;
        // It may have gone with the extension.
        if !client.in_time(client.has_operator_lock()).await? {
            return Ok(false);
        }
        client.in_time(client.release_operator_lock(token)).await
    }

    /// A node that does not answer is asked again later: nobody else can take its row meanwhile.
    async fn renew(&mut self, claim: &LockClaim) {
        let result = async {
            let client = self.client().await?;
            let renewed = client.in_time(client.renew_operator_lock(&claim.token, claim.lease));
            let is_ours = renewed.await?;
            let other = if is_ours { None } else { client.operator_lock().await? };
            Ok::<_, AdminError>((is_ours, other))
        };
        match result.await {
            Ok((true, _)) => self.renewed = Instant::now(),
            Ok((false, Some(other))) => {
                self.lost = Some(format!("It was taken over: {}.", describe(&other)));
            }
            Ok((false, None)) => self.lost = Some("It was taken away.".to_owned()),
            Err(error) if is_gone(&error) => self.gone = true,
            Err(error) => {
                tracing::warn!(node = %self.node.name, %error, "could not renew the operators' lock");
                self.client = None;
            }
        }
    }
}

/// No such table, or no such schema: the extension was dropped.
fn is_gone(error: &AdminError) -> bool {
    matches!(error.sqlstate.as_deref(), Some("42P01" | "3F000"))
}

async fn renew_for_ever(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(shared.claim.lease / 3).await;
        join_all(shared.rows.iter().map(|row| async {
            let mut row = row.lock().await;
            if row.lost.is_none() && !row.gone {
                row.renew(&shared.claim).await;
                if let Some(why) = &row.lost {
                    tracing::warn!(node = %row.node.name, %why, "the operators' lock was lost");
                }
            }
        }))
        .await;
    }
}

/// Takes all rows, or none: then who has one of them.
async fn take_all(
    rows: &mut [Row],
    claim: &LockClaim,
    is_dead: &(dyn Fn(&LockHolder) -> bool + Send + Sync),
    progress: &dyn Progress,
) -> Result<Option<LockHolder>> {
    for held in join_all(rows.iter_mut().map(|row| held_by_another(row, claim, is_dead))).await {
        if let Some(holder) = held? {
            return Ok(Some(holder));
        }
    }
    let mut failure = Ok(None);
    let mut taken = 0;
    for row in rows.iter_mut().filter(|row| !row.gone) {
        match take_one(row, claim, is_dead, progress).await {
            Ok(None) => taken += 1,
            other => {
                failure = other;
                break;
            }
        }
    }
    if !matches!(failure, Ok(None)) {
        for row in rows.iter_mut().filter(|row| !row.gone).take(taken) {
            if let Err(error) = row.release(&claim.token).await {
                // It runs out by itself.
                tracing::warn!(node = %row.node.name, %error, "the operators' lock stays until it runs out");
            }
        }
    }
    failure
}

/// The holder that would not let us pass.
async fn held_by_another(
    row: &mut Row,
    claim: &LockClaim,
    is_dead: &(dyn Fn(&LockHolder) -> bool + Send + Sync),
) -> Result<Option<LockHolder>> {
    let client = row.client().await?;
    let holder = client.in_time(client.operator_lock()).await?;
    Ok(holder.filter(|holder| {
        holder.token != claim.token && holder.lease_left_seconds > 0.0 && !is_dead(holder)
    }))
}

async fn take_one(
    row: &mut Row,
    claim: &LockClaim,
    is_dead: &(dyn Fn(&LockHolder) -> bool + Send + Sync),
    progress: &dyn Progress,
) -> Result<Option<LockHolder>> {
    let name = row.node.name.clone();
    let client = row.client().await?;
    // An expired holder may have sessions that have not noticed.
    let before = client.operator_lock().await?;
    let mut taken = client.in_time(client.take_operator_lock(claim, None)).await?;
    if let Taken::Held(holder) = &taken
        && is_dead(holder)
    {
        taken = client.in_time(client.take_operator_lock(claim, Some(&holder.token))).await?;
    }
    match taken {
        Taken::Held(holder) => Ok(Some(holder)),
        Taken::Ours => {
            // Those of our own run that was taken up again are ended already, and these here are ours.
            if let Some(before) = before.filter(|before| before.run != claim.run) {
                end_sessions(client, &before.run).await?;
            }
            row.renewed = Instant::now();
            Ok(None)
        }
        Taken::NoTable => {
            row.gone = true;
            let message =
                "its extension has no operators' lock: another operator is not kept away there";
            progress.event(Event::Warning { node: &name, message });
            Ok(None)
        }
    }
}

/// Ends what a dead run has left running in the server: it would still do its step.
pub(super) async fn end_sessions(client: &Client, run: &str) -> Result<()> {
    let deadline = Deadline::after(Duration::from_secs(20));
    while client.end_sessions_of(run).await? > 0 {
        if deadline.is_over() {
            return Err(AdminError::timeout(format!("sessions of run {run} do not end"))
                .on(client.node())
                .hint("end them with pg_terminate_backend(): their application_name ends in the run's id"));
        }
        deadline.pause().await;
    }
    Ok(())
}

fn describe(holder: &LockHolder) -> String {
    let LockHolder { operation, holder: who, pid, since, lease_left_seconds, .. } = holder;
    let mut text = format!("\"{operation}\" of {who} (pid {pid}) since {since}");
    if *lease_left_seconds > 0.0 {
        let left = duration_text(Duration::from_secs_f64(lease_left_seconds.ceil()));
        // Writing to a string cannot fail.
        let _ = write!(text, ", lease ends in {left} unless renewed");
    }
    text
}

fn refusal(holder: &LockHolder, waited: Duration) -> AdminError {
    let who = &holder.holder;
    let mut error = AdminError::precondition(format!(
        "another operator is at work on the cluster: \"{}\" of {who}",
        holder.operation
    ))
    .on(&holder.node)
    .detail(format!(
        "Node \"{}\" is locked by run {}: {}.",
        holder.node,
        holder.run,
        describe(holder)
    ));
    if !waited.is_zero() {
        error = error.hint(format!("it was waited for {}", duration_text(waited)));
    }
    error
        .hint("wait for it with --wait-lock DURATION")
        .hint("if it is dead, its lock ends with the lease, or goes with `spockctl runs unlock`")
}
