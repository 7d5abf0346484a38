//! Copies rows: several tables at once, all in one exported snapshot.
//!
//! The tables to copy stand in `spock.local_sync_status` and are taken from there one by one, biggest
//! first, by the apply worker itself and by helpers (sync workers without a table). Each table is one
//! transaction, which also notes that the table holds a copy: a later try empties it first.

use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;
use spock_core::sync::SyncStatus;

use super::provider::{self, ListedTable};
use super::vector::{self, Point, Terms};
use super::{
    HELPER_SCHEMA, advance, announce_change, closing, ensure_origin, in_transaction,
    read_subscription, target, versions,
};
use crate::catalog::subscription::Subscription;
use crate::catalog::{copied_changes, origin_history, sync_work};
use crate::pg::error::SpockError;
use crate::pg::session_origin::{COPIED_AT, SessionOrigin};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{bgworker, copy, failpoint, guc, latch, origin};
use crate::settings;
use crate::worker::control;
use crate::worker::entry::{Outcome, WorkerContext};

/// How long a table may stay claimed without a live helper before the copy is given up.
const ABANDONED: Duration = Duration::from_secs(10);

/// One process's share of a copy.
pub(super) struct Copier<'a> {
    pub(super) subscription: &'a Subscription,
    pub(super) provider: &'a mut Connection,
    /// Acquired by this session; copied rows are committed under it.
    pub(super) holder: &'a SessionOrigin,
    /// What the provider's snapshot holds of other nodes; none when the provider cannot say.
    pub(super) point: Option<&'a Point>,
}

/// What was done before the snapshot was taken.
pub(super) struct Prepared {
    /// None when the provider cannot say how far it is.
    terms: Option<Terms>,
    /// The tables that are closed for the streams of other nodes.
    closed: Vec<(String, String)>,
}

impl Prepared {
    /// Closes the tables that will be copied for the streams of nodes that the provider hears too, and waits
    /// until it is as far as they are here.
    pub(super) fn new(subscription: &Subscription) -> Result<Self, SpockError> {
        let dsn = subscription.provider_interface.dsn.reveal();
        let mut provider = Connection::connect(dsn, &subscription.slot_name, Mode::Sql)?;
        let mut prepared =
            Self { terms: Terms::agree(&mut provider, subscription)?, closed: Vec::new() };
        let Some(terms) = &mut prepared.terms else { return Ok(prepared) };
        let nodes = terms.nodes();
        if nodes.is_empty() {
            return Ok(prepared);
        }
        let sets = &subscription.replication_sets;
        let tables = provider::list_tables(&mut provider, sets, &subscription.skip_schema)?;
        prepared.closed = tables.into_iter().map(|table| (table.schema, table.name)).collect();
        closing::await_slots(subscription.id, &nodes)?;
        closing::close(subscription, &prepared.closed, &nodes)?;
        let wanted = vector::applied_here(subscription, &prepared.closed)?;
        terms.await_source(&mut provider, &wanted, None)?;
        terms.just_before(&mut provider)?;
        Ok(prepared)
    }

    /// Fails when a table came into the sets since: a stream may have written to it.
    fn covers(&self, tables: &[ListedTable]) -> Result<(), SpockError> {
        let is_open = |table: &&ListedTable| {
            !self.closed.iter().any(|(schema, name)| (schema, name) == (&table.schema, &table.name))
        };
        if self.terms.as_ref().is_none_or(|terms| terms.nodes().is_empty()) {
            return Ok(());
        }
        match tables.iter().find(is_open) {
            None => Ok(()),
            Some(table) => Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!(
                    "table {}.{} was added to a replication set while the copy began",
                    table.schema, table.name
                ),
            )),
        }
    }
}

/// Copies every table of the subscribed sets, with the help of other workers.
pub(super) fn copy_tables(
    subscription: &Subscription,
    snapshot: &str,
    holder: &SessionOrigin,
    prepared: &Prepared,
) -> Result<(), SpockError> {
    let dsn = subscription.provider_interface.dsn.reveal();
    let mut provider = provider::connect_to_snapshot(dsn, &subscription.slot_name, snapshot)?;
    let sets = &subscription.replication_sets;
    let tables = provider::list_tables(&mut provider, sets, &subscription.skip_schema)?;
    let point = match &prepared.terms {
        Some(terms) => Some(terms.point(&mut provider)?),
        None => None,
    };
    prepared.covers(&tables)?;
    publish(subscription, snapshot, point.as_ref(), &tables)?;
    let helpers = Helpers::call(subscription.id, tables.len());
    let copied = bgworker::catching(|| {
        let mut copier =
            Copier { subscription, provider: &mut provider, holder, point: point.as_ref() };
        while let Some((schema, name)) = claim(subscription.id, snapshot)? {
            copier.copy_claimed(&schema, &name, snapshot)?;
        }
        helpers.wait()
    });
    let copied = copied.unwrap_or_else(|caught| Err(caught.into_error()));
    // After a failure nobody may go on copying in the name of this try.
    let cleared = helpers.dismiss(subscription);
    copied.and(cleared)
}

/// Entry of a helper.
pub(super) fn help(context: &WorkerContext) -> Result<Outcome, SpockError> {
    let snapshot = in_transaction(|| Ok(sync_work::snapshot(context.sub)))?;
    let (Some(subscription), Some((snapshot, point))) = (read_subscription(context.sub)?, snapshot)
    else {
        return Ok(Outcome::Done);
    };
    let point = point.as_deref().and_then(Point::from_text);
    let claimed = claim(subscription.id, &snapshot)?;
    let Some((schema, name)) = claimed else { return Ok(Outcome::Done) };
    let mut current = (schema, name);
    let worked = bgworker::catching(|| {
        let own_name = helper_origin(&subscription, &context.table);
        let id = in_transaction(|| ensure_origin(&subscription, &own_name))?;
        let holder = SessionOrigin::acquire(id);
        let dsn = subscription.provider_interface.dsn.reveal();
        let mut provider = provider::connect_to_snapshot(dsn, &own_name, &snapshot)?;
        let mut copier = Copier {
            subscription: &subscription,
            provider: &mut provider,
            holder: &holder,
            point: point.as_ref(),
        };
        loop {
            copier.copy_claimed(&current.0, &current.1, &snapshot)?;
            match claim(subscription.id, &snapshot)? {
                Some(next) => current = next,
                None => break,
            }
        }
        holder.release();
        Ok(())
    });
    let failed = match worked {
        Ok(Ok(())) => return Ok(Outcome::Done),
        Ok(Err(error)) => error,
        Err(caught) => caught.into_error(),
    };
    // A later try is under way: what became of an earlier one is no news to it.
    if !in_transaction(|| Ok(sync_work::holds_snapshot(subscription.id, &snapshot)))? {
        return Ok(Outcome::Done);
    }
    // The apply worker finds the reason in the table's row, and starts all over.
    super::record_failure(subscription.id, Some((&current.0, &current.1)), &failed)?;
    Ok(Outcome::Done)
}

fn helper_origin(subscription: &Subscription, helper: &str) -> String {
    format!("{}_{}", subscription.slot_name, helper.replace(' ', "_"))
}

/// Puts the tables on the list, and the snapshot where helpers find it.
fn publish(
    subscription: &Subscription,
    snapshot: &str,
    point: Option<&Point>,
    tables: &[ListedTable],
) -> Result<(), SpockError> {
    let point = point.map(Point::to_text);
    let names: Vec<(String, String)> =
        tables.iter().map(|table| (table.schema.clone(), table.name.clone())).collect();
    in_transaction(|| {
        sync_work::keep_only(subscription.id, &names);
        for table in tables {
            sync_work::enlist(subscription.id, &table.schema, &table.name, table.bytes);
        }
        sync_work::set_snapshot(subscription.id, Some(snapshot), point.as_deref());
        Ok(())
    })
}

fn claim(subscription: u32, snapshot: &str) -> Result<Option<(String, String)>, SpockError> {
    in_transaction(|| Ok(sync_work::claim(subscription, snapshot)))
}

impl Copier<'_> {
    /// Copies a table that this process took from the list.
    ///
    /// A helper may outlive the apply worker that called it. If the next try has begun meanwhile, these
    /// rows are of a snapshot older than its slot, and what happened in between would be lost.
    fn copy_claimed(&mut self, schema: &str, name: &str, snapshot: &str) -> Result<(), SpockError> {
        let id = self.subscription.id;
        self.copy_table(schema, name, || {
            advance(id, Some((schema, name)), SyncStatus::SyncWait, Lsn::INVALID);
            if sync_work::holds_snapshot(id, snapshot) {
                return Ok(());
            }
            Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the copy that this was a part of was given up",
            ))
        })
    }
}

impl Copier<'_> {
    /// Prepares a table for its copy in this transaction. True: the copy's rows will stand alone in it.
    fn make_room(&self, relation: u32, schema: &str, name: &str) -> Result<bool, SpockError> {
        let id = self.subscription.id;
        if sync_work::replaces(id, Some((schema, name))) {
            target::empty(relation);
            return Ok(true);
        }
        if target::is_empty(relation) {
            return Ok(true);
        }
        if sync_work::was_copied(id, schema, name) {
            target::remove_copied(relation, id);
        }
        if target::has_unique_index(relation) || target::is_empty(relation) {
            return Ok(false);
        }
        Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "the table has rows already, and no key by which to recognize them",
        )
        .hint("Run spock.sub_resync_table() with truncate := true, or empty the table."))
    }

    /// Copies one table in one transaction; `note` runs in it too.
    fn copy_table(
        &mut self,
        schema: &str,
        name: &str,
        note: impl FnOnce() -> Result<(), SpockError>,
    ) -> Result<(), SpockError> {
        let copied = in_transaction(|| {
            self.copy_rows(schema, name)?;
            note()
        });
        self.holder.unstamp();
        copied.map_err(|error| about_table(schema, name, error))
    }

    /// Copies the rows of one table in this transaction, which is stamped as a copy.
    pub(super) fn copy_rows(&mut self, schema: &str, name: &str) -> Result<(), SpockError> {
        bgworker::report_activity(Some(&format!("copying table {schema}.{name}")));
        let sets = &self.subscription.replication_sets;
        let source = provider::describe(self.provider, sets, schema, name)?;
        let ours = guc::get_int("server_version_num").unwrap_or(0) / 10_000;
        let same_major = i64::from(self.provider.server_version()) / 10_000 == ours
            && !self.subscription.force_text_transfer;
        self.holder.stamp(Lsn::INVALID, COPIED_AT);
        let plan = source.plan(sets, same_major)?;
        let alone = self.make_room(plan.relation, schema, name)?;
        self.provider.exec(&plan.command)?;
        let rows = copy::copy_in(self.provider, plan.relation, &plan.columns, plan.format)?;
        sync_work::copied(self.subscription.id, schema, name, rows, alone);
        failpoint::hit("sync.after_rows");
        self.bring_what_belongs_to_it(plan.relation, schema, name)
    }

    /// What other nodes' changes need to know of the copied rows.
    fn bring_what_belongs_to_it(
        &mut self,
        relation: u32,
        schema: &str,
        name: &str,
    ) -> Result<(), SpockError> {
        copied_changes::set(schema, name, self.point.map_or(&[], |point| &point.copied));
        announce_change();
        let Some(point) = self.point else { return Ok(()) };
        versions::bring(self.provider, schema, name, relation, point.since)?;
        point.raise_mark()?;
        // Else the table may be open for other streams already.
        if copied_changes::is_wanted(self.subscription.id) {
            return Ok(());
        }
        Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "the subscription was disabled",
        ))
    }
}

/// Names the table in an error about its copy.
pub(super) fn about_table(schema: &str, name: &str, error: SpockError) -> SpockError {
    SpockError { message: format!("copying table {schema}.{name}: {}", error.message), ..error }
}

/// Workers that help.
struct Helpers {
    subscription: u32,
    names: Vec<String>,
}

impl Helpers {
    /// Asks for as many as the settings and the number of tables allow. Nothing depends on them.
    fn call(subscription: u32, tables: usize) -> Self {
        let count = settings::sync_table_workers().min(tables).saturating_sub(1);
        let names: Vec<String> = (1..=count).map(|number| format!("copy {number}")).collect();
        let called = |name: &String| control::request_sync(subscription, HELPER_SCHEMA, name);
        Self { subscription, names: names.into_iter().filter(called).collect() }
    }

    fn any_live(&self) -> bool {
        self.names.iter().any(|name| {
            control::sync_slot(self.subscription, HELPER_SCHEMA, name)
                .is_some_and(|slot| slot.status.is_live())
        })
    }

    /// Waits until every table is copied.
    fn wait(&self) -> Result<(), SpockError> {
        let mut alone_since = Instant::now();
        loop {
            let tally = in_transaction(|| Ok(sync_work::tally(self.subscription)))?;
            let failed = |message| {
                SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
            };
            if let Some(reason) = tally.failed {
                return Err(failed(reason));
            }
            if tally.copying + tally.waiting == 0 {
                return Ok(());
            }
            if self.any_live() {
                alone_since = Instant::now();
            } else if alone_since.elapsed() > ABANDONED {
                return Err(failed("a worker that copied a table is gone".to_owned()));
            }
            latch::wait(Duration::from_millis(100));
        }
    }

    /// Ends the helpers and drops their origins, which nothing will be committed under again; the
    /// history keeps them.
    fn dismiss(&self, subscription: &Subscription) -> Result<(), SpockError> {
        in_transaction(|| {
            sync_work::set_snapshot(self.subscription, None, None);
            Ok(())
        })?;
        for name in &self.names {
            control::cancel_sync(self.subscription, HELPER_SCHEMA, name);
            let own_name = helper_origin(subscription, name);
            in_transaction(|| {
                if let Some(id) = origin::by_name(&own_name) {
                    origin_history::close_origin(id);
                    // Waits for the helper to end.
                    origin::drop(&own_name);
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
