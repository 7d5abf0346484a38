//! Waiting until what was made or changed replicates.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::client::{Client, SubscriptionState};
use crate::error::{AdminError, Result};
use crate::operations::status;
use crate::operations::wait::{self, Looked};
use crate::plan::{Action, StepProgress};
use crate::wait::Deadline;

/// Waits until a subscription replicates and its slot is read: a worker whose provider has ended the stream may not know
/// yet. One that is disabled again is a failure.
pub(super) struct WaitUntilRead {
    pub(super) client: Arc<Client>,
    pub(super) source: Arc<Client>,
    pub(super) name: String,
    pub(super) deadline: Deadline,
}

impl WaitUntilRead {
    async fn look(&self) -> Result<Looked> {
        let looked = |is_reached, state| Looked { is_reached, done: 0, total: 0, state };
        let Some(sub) = find(&self.client, &self.name).await? else {
            return Ok(looked(false, "does not exist".to_owned()));
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
        Ok(looked(wait::is_replicating(&sub)? && is_read, state))
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
        Box::pin(wait::until(&self.name, self.deadline, progress, || self.look()))
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
