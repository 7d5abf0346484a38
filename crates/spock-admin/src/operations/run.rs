//! Running a plan: under the operators' lock, with a journal, and with an end that leaves nothing locked.
//!
//! ```text
//! journal begun, or taken up again
//!   stages that make what the lock needs
//!   operators' lock on every node that can be reached
//!   stages, each step written down before and after; none begins once the lock is lost
//! lock released, end written down
//! ```
//!
//! Also after a failure, and when the run is cancelled: statements that run are cancelled in their servers,
//! too. A process that is killed leaves a journal without an end and a lock that runs out; the same run
//! taken up again, or a new one of the same machine, takes the lock over at once and ends what the dead one
//! left running.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::Fleet;
use super::operator_lock::{OperatorLock, Request, end_sessions};
use crate::client::{ConnectOptions, LockClaim, LockHolder};
use crate::cluster::Cluster;
use crate::error::{AdminError, ErrorKind, Result};
use crate::journal::{self, Asked, Entry, Journal, RunState, random_hex};
use crate::plan::{Plan, Ran, Step, Summary, Watch, with_undo};
use crate::progress::{Event, Outcome, Progress};

/// How long statements that were cancelled may take to end.
const CANCELLED: Duration = Duration::from_secs(1);

/// Asks for a cancellation, from another task. Never undone.
#[derive(Debug)]
pub struct Cancel(watch::Sender<bool>);

impl Default for Cancel {
    fn default() -> Self {
        Cancel(watch::Sender::new(false))
    }
}

impl Cancel {
    /// Asks for it.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    async fn requested(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = receiver.wait_for(|requested| *requested).await;
    }
}

/// How to run a plan.
pub struct Options {
    /// What was asked for, for the journal.
    pub asked: Asked,
    /// Directory of the journals.
    pub journals: PathBuf,
    /// The run that is taken up again.
    pub resume: Option<String>,
    /// How to connect; the lock has connections of its own.
    pub connect: ConnectOptions,
    /// How long the operators' lock outlives a program that died.
    pub lease: Duration,
    /// How long another holder of the lock is waited for.
    pub wait: Duration,
    /// Ends the run early.
    pub cancel: Arc<Cancel>,
}

/// A run that has begun: its journal is open.
pub struct Run {
    journal: Journal,
    options: Options,
    holder: String,
}

impl Run {
    /// Opens the journal.
    pub async fn begin(options: Options) -> Result<Run> {
        let holder = holder();
        let journal = match &options.resume {
            Some(id) => Journal::resume(&options.journals, id).await?.0,
            None => Journal::create(&options.journals, options.asked.clone(), &holder)?,
        };
        Ok(Run { journal, options, holder })
    }

    /// The id of the run: steps that must not be done twice are known by it.
    pub fn id(&self) -> &str {
        self.journal.id()
    }

    /// Who runs it: `user@host`.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// Notes which text with passwords it executes, as only this machine can tell.
    pub fn note_secret(&self, text: &str) -> Result<()> {
        let digest = journal::digest::of(&self.options.journals, text)?;
        self.journal.write(Entry::Secret { digest })
    }

    /// Runs the plan.
    pub async fn execute(
        &self,
        cluster: &Cluster,
        fleet: &Fleet,
        plan: &Plan,
        progress: &dyn Progress,
    ) -> Result<Summary> {
        let (state, result) = self.guarded(cluster, fleet, plan, progress).await;
        self.finished(state, result.as_ref().err());
        result.map_err(|error| match state {
            RunState::Refused => error,
            _ => error.hint("run the same command again to go on: what is done is skipped"),
        })
    }

    fn finished(&self, state: RunState, error: Option<&AdminError>) {
        let error = error.map(AdminError::line);
        if let Err(error) = self.journal.write(Entry::Finished { state, error }) {
            tracing::warn!(%error, "the journal has no end");
        }
    }

    async fn guarded(
        &self,
        cluster: &Cluster,
        fleet: &Fleet,
        plan: &Plan,
        progress: &dyn Progress,
    ) -> (RunState, Result<Summary>) {
        let failed = |error| (RunState::Failed, Err(error));
        let steps = plan.steps().count();
        progress.event(Event::PlanStarted { steps });
        let begun = async {
            self.journal.write(Entry::Planned { steps })?;
            for client in &fleet.clients {
                if self.options.resume.is_some() {
                    end_sessions(client, self.id()).await?;
                }
                client.mark_session(self.id()).await?;
            }
            Ok(())
        };
        if let Err(error) = begun.await {
            return failed(error);
        }
        let is_cancelled = AtomicBool::new(false);
        let mut around = Around { run: self, lock: None, is_cancelled: &is_cancelled };
        let cancel = &self.options.cancel;
        let before = tokio::select! {
            ran = plan.run_stages(..plan.unlocked, progress, &around) => ran,
            () = cancel.requested() => return (RunState::Cancelled, Err(cancelled())),
        };
        if let Some(error) = before.failure {
            return failed(with_undo(error, &before.changed));
        }
        let lock = tokio::select! {
            lock = self.lock(cluster, fleet, progress) => lock,
            () = cancel.requested() => return (RunState::Cancelled, Err(cancelled())),
        };
        let lock = match lock {
            Ok(lock) => lock,
            Err(error) => return (RunState::Refused, Err(error)),
        };
        around.lock = Some(&lock);
        let ended = self.under_lock(plan, before, &around, progress).await;
        lock.release().await;
        ended
    }

    async fn lock(
        &self,
        cluster: &Cluster,
        fleet: &Fleet,
        progress: &dyn Progress,
    ) -> Result<OperatorLock> {
        let options = &self.options;
        let host = host();
        let is_dead = |holder: &LockHolder| {
            holder.holder.rsplit('@').next() == Some(&host)
                && (holder.run == self.id() || journal::is_dead(&options.journals, &holder.run))
        };
        let claim = LockClaim {
            token: random_hex(16)?,
            run: self.id().to_owned(),
            operation: options.asked.command.clone(),
            holder: self.holder.clone(),
            pid: nix::unistd::getpid().as_raw(),
            lease: options.lease,
        };
        let request = Request {
            cluster,
            fleet,
            options: &options.connect,
            claim,
            wait: options.wait,
            is_dead: &is_dead,
        };
        let lock = OperatorLock::take(request, progress).await?;
        let nodes = fleet.clients.iter().map(|client| client.node().to_owned()).collect();
        self.journal.write(Entry::Locked { nodes })?;
        Ok(lock)
    }

    async fn under_lock<'p>(
        &self,
        plan: &'p Plan,
        before: Ran<'p>,
        around: &Around<'_>,
        progress: &dyn Progress,
    ) -> (RunState, Result<Summary>) {
        let mut changed = before.changed;
        let work = plan.run_stages(plan.unlocked.., progress, around);
        tokio::pin!(work);
        let ran = tokio::select! {
            ran = &mut work => Some(ran),
            () = self.options.cancel.requested() => {
                around.is_cancelled.store(true, Ordering::Relaxed);
                if let Some(lock) = around.lock {
                    let _ = tokio::time::timeout(CANCELLED, lock.cancel_statements()).await;
                }
                tokio::time::timeout(CANCELLED, &mut work).await.ok()
            }
        };
        let mut failure = None;
        if let Some(ran) = ran {
            changed.extend(ran.changed);
            if ran.failure.is_none() {
                let already_done = plan.steps().count() - changed.len();
                return (RunState::Done, Ok(Summary { changed: changed.len(), already_done }));
            }
            failure = ran.failure;
        }
        match failure {
            Some(error) if !self.options.cancel.is_requested() => {
                (RunState::Failed, Err(with_undo(error, &changed)))
            }
            _ => (RunState::Cancelled, Err(with_undo(cancelled(), &changed))),
        }
    }
}

fn cancelled() -> AdminError {
    AdminError::new(ErrorKind::Failed, "cancelled")
}

/// Writes each step down, and lets none begin without the lock.
struct Around<'a> {
    run: &'a Run,
    lock: Option<&'a OperatorLock>,
    is_cancelled: &'a AtomicBool,
}

impl Watch for Around<'_> {
    fn before<'a>(&'a self, step: &'a Step) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if self.is_cancelled.load(Ordering::Relaxed) {
                return Err(cancelled());
            }
            if let Some(lock) = self.lock {
                lock.check().await?;
            }
            self.run.journal.write(Entry::StepStarted {
                step: step.id.clone(),
                node: step.node.clone(),
                title: crate::error::redact(&step.action.title()),
            })
        })
    }

    fn after(&self, step: &Step, result: &Result<Outcome>) -> Result<()> {
        let step = step.id.clone();
        self.run.journal.write(match result {
            Ok(outcome) => Entry::StepFinished { step, changed: *outcome == Outcome::Changed },
            Err(error) => Entry::StepFailed { step, error: crate::error::redact(&error.line()) },
        })
    }
}

fn host() -> String {
    nix::unistd::gethostname().map_or_else(|_| "?".to_owned(), |h| h.to_string_lossy().into_owned())
}

/// Who we are: `user@host`.
fn holder() -> String {
    let uid = nix::unistd::getuid();
    let user = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    format!("{}@{}", user.unwrap_or_else(|| uid.to_string()), host())
}
