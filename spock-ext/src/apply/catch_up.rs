//! The stream of a single table, from the start of its copy until the main stream takes it over.

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;

use super::author::Authors;
use super::cause::Causes;
use super::stream::{Ended, Stream};
use super::{options, session};
use crate::catalog::subscription::Subscription;
use crate::pg::error::SpockError;
use crate::pg::transaction;
use crate::pg::walreceiver::Connection;
use crate::settings;
use crate::sync::handover::TableStates;

/// A stream of one table's changes; the session holds the origin under which they are committed.
pub(crate) struct TableStream(Stream);

impl TableStream {
    /// Starts the stream of a slot at `point`. `None`: the subscription is gone or disabled.
    pub(crate) fn start(
        subscription: &Subscription,
        mut connection: Connection,
        slot: &str,
        origin: u16,
        table: (&str, &str),
        point: Lsn,
        worker_slot: usize,
    ) -> Result<Option<Self>, SpockError> {
        let Some(setup) = session::load(subscription.id)? else { return Ok(None) };
        let trusted = settings::trust_peer_datums();
        let options = options::start_options(subscription, &setup.server, trusted, Some(table));
        let options: Vec<_> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
        connection.start_replication(slot, point.0, &options)?;
        let mut receiver = session::receiver(
            &setup,
            Authors::new(slot, origin, subscription.forwards_all()),
            TableStates::all_applied(subscription.id),
        );
        receiver.delay = 0;
        // It is about one table, and the main stream waits for it.
        receiver.applier.causes = Causes::impatient(subscription.id);
        receiver.received = point;
        receiver.heard_at = transaction::now();
        Ok(Some(Self(Stream::new(connection, receiver, worker_slot))))
    }

    /// Applies what is there, or waits a moment for more. Returns up to where everything is applied;
    /// `None` in the middle of a transaction.
    pub(crate) fn turn(&mut self) -> Result<Option<Lsn>, SpockError> {
        match self.0.turn() {
            Ok(()) => Ok(self.0.position()),
            Err(Ended::Lost(error)) => Err(error),
            Err(Ended::Wait(missing)) => Err(missing.into_error()),
            Err(Ended::Failed(error) | Ended::Stopped(error)) => Err(error.into_error()),
            // Only the main stream is started again; this one is made anew by a new copy.
            Err(Ended::Again | Ended::GaveUp(_) | Ended::Paused) => Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
                "a table's own stream cannot be started again",
            )),
        }
    }
}
