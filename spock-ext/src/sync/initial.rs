//! The copy with which a subscription begins, run by its apply worker before it streams.

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::lsn::Lsn;
use spock_core::sync::{SyncKind, SyncStatus};

use super::structure::{Section, Structure};
use super::{
    advance, closing, data, ensure_origin, in_transaction, record_failure, sequences, slot,
};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{
    copied_changes, forwarded_progress, origin_history, repair_needed, sync_status, sync_work,
};
use crate::pg::error::SpockError;
use crate::pg::session_origin::SessionOrigin;
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{bgworker, failpoint, origin};
use crate::worker::entry::{Outcome, WorkerContext};

/// Brings a new subscription to the state in which it streams. `None`: it is there. Otherwise the worker
/// ends with the outcome, and the copy is tried again when it comes back.
pub(crate) fn bring_up(context: &WorkerContext) -> Result<Option<Outcome>, SpockError> {
    let found = in_transaction(|| {
        Ok(subscription::by_id(context.sub).zip(sync_status::of_subscription(context.sub)))
    })?;
    let Some((subscription, row)) = found else { return Ok(None) };
    if row.status == SyncStatus::Ready {
        return Ok(None);
    }
    let copied = match bgworker::catching(|| Initial { subscription, kind: row.kind }.run()) {
        Ok(result) => result,
        Err(caught) => Err(caught.into_error()),
    };
    bgworker::report_activity(None);
    match copied {
        Ok(()) => Ok(None),
        Err(error) => record_failure(context.sub, None, &error).map(Some),
    }
}

struct Initial {
    subscription: Subscription,
    kind: SyncKind,
}

impl Initial {
    fn run(&self) -> Result<(), SpockError> {
        self.enter(SyncStatus::Init, Lsn::INVALID)?;
        let dsn = self.subscription.provider_interface.dsn.reveal();
        let name = &self.subscription.slot_name;
        let mut provider = Connection::connect(dsn, name, Mode::Replication)?;
        let start = if self.kind == SyncKind::Init {
            self.start_without_copy(&mut provider)?
        } else {
            self.copy(&mut provider)?
        };
        drop(provider);
        if self.kind != SyncKind::Init {
            log(format!("initial copy of subscription \"{}\" is done", self.subscription.name));
        }
        start.take_up(self.subscription.id)
    }

    /// Commits a state before the step that it names.
    fn enter(&self, status: SyncStatus, lsn: Lsn) -> Result<(), SpockError> {
        bgworker::report_activity(Some(&format!(
            "copying subscription {}: {}",
            self.subscription.name,
            status.name()
        )));
        in_transaction(|| {
            if advance(self.subscription.id, None, status, lsn) { Ok(()) } else { Err(vanished()) }
        })
    }

    fn start_without_copy(&self, provider: &mut Connection) -> Result<Start, SpockError> {
        let point = slot::take_or_create(provider, &self.subscription.slot_name)?;
        sequences::begin(provider, &self.subscription)?;
        in_transaction(|| {
            let id = ensure_origin(&self.subscription, &self.subscription.slot_name)?;
            // Whoever made the slot may have set the origin further, and another stream may have
            // brought what the provider wrote.
            let point = point.max(origin_history::applied(&self.subscription));
            self.tell_of_gap(point);
            Ok(Start { origin: id, point })
        })
    }

    /// Says that a copy from another node, made before this subscription, holds the provider's changes up to
    /// an earlier position only.
    fn tell_of_gap(&self, point: Lsn) {
        let provider = &self.subscription.provider;
        let rows = copied_changes::of_node(provider.id).into_iter();
        let held = rows.filter_map(|row| row.copied).map(|copied| copied.applied_at_most).min();
        let Some(held) = held.filter(|held| *held < point) else { return };
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!(
                "subscription \"{}\" begins at {point} of node {}; tables that were copied from \
                 another node have its changes up to {held}",
                self.subscription.name, provider.name
            ),
        )
        .detail("What that node changed in between is not here.")
        .report(PgLogLevel::LOG);
    }

    fn copy(&self, provider: &mut Connection) -> Result<Start, SpockError> {
        let replace = in_transaction(|| {
            sync_work::set_snapshot(self.subscription.id, None, None);
            Ok(sync_work::replaces(self.subscription.id, None))
        })?;
        let structure = if self.kind.structure() {
            Some(Structure::new(&self.subscription, provider.server_version())?)
        } else {
            None
        };
        let prepared =
            if self.kind.data() { Some(data::Prepared::new(&self.subscription)?) } else { None };
        // The snapshot lives until the next command on this connection.
        let slot = slot::create_anew(provider, &self.subscription.slot_name)?;
        let point = Lsn(slot.consistent_point);
        failpoint::hit("sync.after_slot");
        let snapshot = slot.snapshot.ok_or_else(|| {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
                "the provider exported no snapshot with its slot",
            )
        })?;
        let origin = in_transaction(|| {
            let id = ensure_origin(&self.subscription, &self.subscription.slot_name)?;
            // Progress of an earlier try means nothing to this slot.
            for member in origin_history::family(&self.subscription.slot_name) {
                origin::set_progress(member, Lsn::INVALID);
            }
            forwarded_progress::forget(self.subscription.id);
            Ok(id)
        })?;
        if let Some(structure) = &structure {
            self.enter(SyncStatus::Structure, point)?;
            structure.dump(&snapshot)?;
            structure.restore(Section::PreData, replace)?;
            failpoint::hit("sync.after_pre_data");
        }
        if let Some(prepared) = &prepared {
            self.enter(SyncStatus::Data, point)?;
            let holder = SessionOrigin::acquire(origin);
            data::copy_tables(&self.subscription, &snapshot, &holder, prepared)?;
            sequences::copy(&self.subscription)?;
            holder.release();
        }
        if let Some(structure) = &structure {
            self.enter(SyncStatus::Constraints, point)?;
            structure.restore(Section::PostData, false)?;
        }
        self.enter(SyncStatus::SyncWait, point)?;
        failpoint::hit("sync.before_ready");
        Ok(Start { origin, point })
    }
}

/// Where the stream begins.
struct Start {
    origin: u16,
    point: Lsn,
}

impl Start {
    /// Sets the origin to the point and the subscription to ready, in one commit.
    fn take_up(self, subscription: u32) -> Result<(), SpockError> {
        let holder = SessionOrigin::acquire(self.origin);
        holder.stamp(self.point, 0);
        in_transaction(|| {
            sync_work::all_tables_ready(subscription);
            closing::reopen(subscription, None);
            repair_needed::clear(subscription);
            if advance(subscription, None, SyncStatus::Ready, self.point) {
                Ok(())
            } else {
                Err(vanished())
            }
        })?;
        holder.release();
        Ok(())
    }
}

fn vanished() -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT, "the subscription is gone")
}

fn log(message: String) {
    SpockError::new(PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION, message).report(PgLogLevel::LOG);
}
