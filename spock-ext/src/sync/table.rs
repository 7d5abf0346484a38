//! Copies one table beside the running stream; see [`super::handover`] for how the two meet.

use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;
use spock_core::names;
use spock_core::sync::SyncStatus;

use super::data::{Copier, about_table};
use super::vector::{self, Terms};
use super::{
    advance, advance_from, closing, ensure_origin, in_transaction, record_failure, slot, target,
};
use crate::apply::catch_up::TableStream;
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{node, origin_history, repair_needed, sync_status, sync_work};
use crate::pg::error::SpockError;
use crate::pg::session_origin::SessionOrigin;
use crate::pg::walreceiver::{Connection, Mode, SlotSnapshot};
use crate::pg::{bgworker, failpoint, latch};
use crate::settings;
use crate::worker::entry::{Outcome, WorkerContext};
use crate::worker::{mark, slots};

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
        let terms = self.prepare(&mut provider)?;
        let id = in_transaction(|| ensure_origin(&self.subscription, &self.slot_name))?;
        let holder = SessionOrigin::acquire(id);
        let copied = in_transaction(|| self.copy(&mut provider, &holder, terms));
        holder.unstamp();
        let (schema, name) = self.table();
        let point = copied.map_err(|error| about_table(schema, name, error))?;
        failpoint::hit("sync.table_copied");
        provider.exec("COMMIT")?;
        let outcome = self.follow(provider, &holder, point)?;
        holder.release();
        if matches!(outcome, Outcome::Done) {
            self.drop_origins()?;
        }
        Ok(outcome)
    }

    /// Waits until the source is about as far as this node, then closes the table for the streams of other
    /// nodes. None when the source cannot say how far it is.
    fn prepare(&self, provider: &mut Connection) -> Result<Option<Terms>, SpockError> {
        let Some(mut terms) = Terms::agree(provider, &self.subscription)? else { return Ok(None) };
        let (schema, name) = self.table();
        let table = [(schema.to_owned(), name.to_owned())];
        let wanted = vector::applied_here(&self.subscription, &table)?;
        terms.await_source(provider, &wanted, None)?;
        closing::close(&self.subscription, &table, &terms.nodes())?;
        Ok(Some(terms))
    }

    /// Copies the table as of a new slot's start, which is returned, in this transaction.
    ///
    /// From here on nobody writes to the table. The lock lets readers in: the source may ask us for values
    /// while we wait for it. This transaction has no id before the slot is there, which could wait for it.
    fn copy(
        &self,
        provider: &mut Connection,
        holder: &SessionOrigin,
        terms: Option<Terms>,
    ) -> Result<Lsn, SpockError> {
        let (schema, name) = self.table();
        let mut terms = terms;
        if let (Some(terms), Some(relation)) = (&mut terms, target::find(schema, name)) {
            let mut own = None;
            if terms.hears_us()
                && let Some(local) = node::local()
            {
                bgworker::report_activity(Some("waiting for writers of the table"));
                target::keep_writers_out(relation, settings::copy_wait_timeout());
                own = Some(mark::write(&local, false)?);
            }
            let table = [(schema.to_owned(), name.to_owned())];
            let wanted = vector::applied_here_now(&self.subscription, &table);
            self.refuse_loss(terms, relation)?;
            failpoint::hit("sync.before_snapshot");
            terms.await_source(provider, &wanted, own)?;
            terms.just_before(provider)?;
        }
        provider.exec("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        let created =
            provider.create_slot(&self.slot_name, slot::PLUGIN, SlotSnapshot::Use, true)?;
        let point = match &terms {
            Some(terms) => Some(terms.point(provider)?),
            None => None,
        };
        let mut copier =
            Copier { subscription: &self.subscription, provider, holder, point: point.as_ref() };
        copier.copy_rows(schema, name)?;
        Ok(Lsn(created.consistent_point))
    }

    /// Fails when the table is to be emptied and has rows of a node that the source does not hear: they would
    /// be gone here for good.
    fn refuse_loss(&self, terms: &Terms, relation: u32) -> Result<(), SpockError> {
        let own = &self.subscription;
        if !sync_work::replaces(own.id, Some(self.table())) {
            return Ok(());
        }
        let unheard = subscription::all().into_iter().filter(|other| {
            other.provider.id != own.provider.id && terms.before.of(other.provider.id).is_none()
        });
        for other in unheard {
            if target::has_rows_of(relation, other.provider.id.as_oid()) {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    format!(
                        "the table has rows of node {}, which provider \"{}\" does not hear",
                        other.provider.name, own.provider.name
                    ),
                )
                .detail("They would not come back. Nothing was changed.")
                .hint(
                    "Delete the provider's rows here, and copy the table with truncate := false.",
                ));
            }
        }
        Ok(())
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
        let (schema, name) = self.table();
        in_transaction(|| {
            let moved = advance_from(id, table, from, to, position);
            if moved {
                repair_needed::table_copied(id, schema, name);
            }
            Ok(moved)
        })
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
