//! Copies one table beside the running stream; see [`super::handover`] for how the two meet.

use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;
use spock_core::names;
use spock_core::sync::SyncStatus;

use super::data::Copier;
use super::{advance, advance_from, ensure_origin, in_transaction, record_failure, slot};
use crate::apply::catch_up::TableStream;
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{origin_history, sync_status};
use crate::pg::error::SpockError;
use crate::pg::session_origin::SessionOrigin;
use crate::pg::walreceiver::{Connection, Mode, SlotSnapshot};
use crate::pg::{bgworker, failpoint, latch};
use crate::worker::entry::{Outcome, WorkerContext};
use crate::worker::slots;

/// How often the state in the catalog is looked at while streaming.
const LOOK: Duration = Duration::from_millis(50);

/// Copies the table of the worker's slot and brings it to where the stream takes it over.
pub(super) fn run(context: &WorkerContext) -> Result<Outcome, SpockError> {
    let found = in_transaction(|| {
        Ok((
            subscription::by_id(context.sub),
            sync_status::of_table(context.sub, &context.schema, &context.table),
        ))
    })?;
    let (Some(subscription), Some(row)) = found else { return Ok(Outcome::Done) };
    if matches!(row.status, SyncStatus::Ready | SyncStatus::SyncDone) {
        return Ok(Outcome::Done);
    }
    let copy = TableCopy {
        slot_name: names::table_slot_name(&subscription.slot_name, &context.schema, &context.table),
        subscription,
        context,
    };
    let copied = match bgworker::catching(|| copy.run()) {
        Ok(result) => result,
        Err(caught) => Err(caught.into_error()),
    };
    match copied {
        Ok(outcome) => Ok(outcome),
        Err(error) => {
            let table = Some((context.schema.as_str(), context.table.as_str()));
            record_failure(context.sub, table, &error)
        }
    }
}

struct TableCopy<'a> {
    subscription: Subscription,
    context: &'a WorkerContext,
    /// Also the name of the origin, and of the connection.
    slot_name: String,
}

impl TableCopy<'_> {
    fn table(&self) -> (&str, &str) {
        (&self.context.schema, &self.context.table)
    }

    fn run(&self) -> Result<Outcome, SpockError> {
        self.enter(SyncStatus::Data, Lsn::INVALID)?;
        let dsn = self.subscription.provider_interface.dsn.reveal();
        let mut provider = Connection::connect(dsn, &self.slot_name, Mode::Replication)?;
        slot::check_plugin_allowed(&mut provider)?;
        provider.exec("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        let created =
            provider.create_slot(&self.slot_name, slot::PLUGIN, SlotSnapshot::Use, true)?;
        let point = Lsn(created.consistent_point);
        let id = in_transaction(|| ensure_origin(&self.subscription, &self.slot_name))?;
        let holder = SessionOrigin::acquire(id);
        self.copy(&mut provider, &holder)?;
        failpoint::hit("sync.table_copied");
        provider.exec("COMMIT")?;
        let outcome = self.follow(provider, &holder, point)?;
        holder.release();
        if matches!(outcome, Outcome::Done) {
            self.drop_origins()?;
        }
        Ok(outcome)
    }

    fn copy(&self, provider: &mut Connection, holder: &SessionOrigin) -> Result<(), SpockError> {
        let (schema, name) = self.table();
        let mut copier = Copier { subscription: &self.subscription, provider, holder };
        copier.copy_table(schema, name, || Ok(()))
    }

    /// Applies the table's changes since the copy until the main stream takes over.
    fn follow(
        &self,
        provider: Connection,
        holder: &SessionOrigin,
        point: Lsn,
    ) -> Result<Outcome, SpockError> {
        bgworker::report_activity(Some("catching up"));
        // Each commit brings its own progress and time.
        holder.stamp(Lsn::INVALID, 0);
        let stream = TableStream::start(
            &self.subscription,
            provider,
            &self.slot_name,
            holder.id(),
            self.table(),
            point,
            self.context.slot.index,
        )?;
        let Some(mut stream) = stream else { return Ok(Outcome::Restart) };
        let mut asked = false;
        let mut looked = Instant::now();
        loop {
            let Some(position) = stream.turn()? else { continue };
            if !asked {
                let ahead = in_transaction(|| Ok(origin_history::applied(&self.subscription)))?;
                if position < ahead {
                    continue;
                }
                self.enter(SyncStatus::SyncWait, position)?;
                asked = true;
                self.wake_apply();
                looked = Instant::now();
            }
            if looked.elapsed() < LOOK {
                continue;
            }
            looked = Instant::now();
            match self.granted()? {
                Granted::NotYet => self.wake_apply(),
                Granted::UpTo(limit) if position >= limit => {
                    failpoint::hit("sync.before_hand_over");
                    // The stream may have given up waiting, and gone on without this table.
                    if !self.hand_over(position)? {
                        return Ok(Outcome::Restart);
                    }
                    self.wake_apply();
                    return Ok(Outcome::Done);
                }
                Granted::UpTo(_) => {}
                Granted::No => return Ok(Outcome::Restart),
            }
        }
    }

    /// What the apply worker answered.
    fn granted(&self) -> Result<Granted, SpockError> {
        let (schema, name) = self.table();
        let row = in_transaction(|| Ok(sync_status::of_table(self.context.sub, schema, name)))?;
        Ok(match row {
            Some(row) if row.status == SyncStatus::SyncWait => Granted::NotYet,
            Some(row) if row.status == SyncStatus::Catchup => Granted::UpTo(row.lsn),
            _ => Granted::No,
        })
    }

    fn enter(&self, status: SyncStatus, lsn: Lsn) -> Result<(), SpockError> {
        in_transaction(|| {
            if advance(self.context.sub, Some(self.table()), status, lsn) {
                Ok(())
            } else {
                Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
                    "the table is not to be copied any more",
                ))
            }
        })
    }

    /// Hands the table to the stream as of `position`; false when the stream waits no longer.
    fn hand_over(&self, position: Lsn) -> Result<bool, SpockError> {
        let (id, table) = (self.context.sub, Some(self.table()));
        let (from, to) = (SyncStatus::Catchup, SyncStatus::SyncDone);
        in_transaction(|| Ok(advance_from(id, table, from, to, position)))
    }

    fn wake_apply(&self) {
        if let Some((_, slot)) = slots::of_subscription(self.context.db, self.context.sub) {
            latch::wake(slot.pid);
        }
    }

    /// The origins of a copy that is done are not needed again; history keeps them.
    fn drop_origins(&self) -> Result<(), SpockError> {
        in_transaction(|| {
            origin_history::drop_family(&self.slot_name);
            Ok(())
        })
    }
}

enum Granted {
    NotYet,
    /// Go on to this position.
    UpTo(Lsn),
    /// The copy was given up.
    No,
}
