//! Waiting until what was made or changed replicates.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::client::{Client, SubscriptionState};
use crate::error::{AdminError, Result};
use crate::operations::{status, wait};
use crate::plan::{Action, StepProgress};
use crate::wait::{Deadline, duration_text};

/// Waits until a subscription replicates and its slot is read: a worker that has not reached its provider yet looks like
/// one that has. One that is disabled again is a failure.
pub(super) struct WaitUntilRead {
    pub(super) client: Arc<Client>,
    pub(super) source: Arc<Client>,
    pub(super) name: String,
    pub(super) deadline: Deadline,
}

impl WaitUntilRead {
    /// Whether it is so, and the state in words.
    async fn look(&self) -> Result<(bool, String)> {
        let Some(sub) = find(&self.client, &self.name).await? else {
            return Ok((false, "does not exist".to_owned()));
        };
        let state = status::reason_or_state(&sub);
        if !sub.is_enabled {
            let message = format!("subscription \"{}\" was disabled again", self.name);
            return Err(AdminError::failed(message)
                .detail(state)
                .on(self.client.node())
                .hint(format!("see why with `spockctl sub show {}`", self.name)));
        }
        let is_read = reader(&self.source, &sub.slot_name).await?.is_some();
        Ok((wait::is_replicating(&sub)? && is_read, state))
    }
}

impl Action for WaitUntilRead {
    fn title(&self) -> String {
        format!("wait until {} replicates", self.name)
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        // How it was before the steps that it is waited for says nothing.
        Box::pin(async { Ok(false) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            loop {
                let (is_reached, state) = self.look().await?;
                if is_reached {
                    return Ok(());
                }
                progress.at(0, 0, &state);
                if self.deadline.is_over() {
                    let limit = duration_text(self.deadline.limit());
                    return Err(AdminError::timeout(format!("timed out after {limit}"))
                        .detail(format!("{} is {state}.", self.name))
                        .hint("wait longer with --timeout"));
                }
                self.deadline.pause().await;
            }
        })
    }
}

/// The state of a subscription.
pub(super) async fn find(client: &Client, name: &str) -> Result<Option<SubscriptionState>> {
    Ok(client.subscriptions().await?.into_iter().find(|sub| sub.name == name))
}

/// Who reads the slot, at its provider.
pub(super) async fn reader(source: &Client, slot: &str) -> Result<Option<i32>> {
    let slots = source.slots().await?;
    Ok(slots.into_iter().find(|known| known.name == slot).and_then(|slot| slot.pid))
}
