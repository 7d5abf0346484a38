//! The apply worker's side of table copies: which changes it leaves to a copy, and the moment at which
//! it takes a table over.
//!
//! While a table is copied the stream goes on without it. Its sync worker copies the rows as of the
//! start S of a slot of its own, then applies that slot's changes of the table until it is close behind
//! the stream, and asks for the hand-over (state `w`). The apply worker, between two transactions at
//! position A, answers with `u` and waits; the sync worker goes on to the first position at or after A,
//! notes it (L, state `y`) and ends; from then on the stream applies the table's changes of every
//! transaction whose commit record begins at or after L. When the stream has passed L the state becomes
//! `r`, in a commit that also carries the stream's progress, so that no restart sees one without the
//! other.
//!
//! **Copies from other nodes.** Before such a copy of a table begins, the table is closed for this stream:
//! its transactions that change the table wait ([`Answer::Closed`]), until the copy is committed. What of
//! the provider the copy holds says `spock.copied_changes`, and is left out after that. Whoever closes a
//! table waits until every stream has read that it is closed ([`super::closing`]).
//!
//! **Invariants**: a table whose copy failed (`f`) is never written by the stream: the next try copies
//! it afresh. Answers depend on the commit's position while [`TableStates::all_ready`] is false, so
//! nobody keeps them beyond a transaction then.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

use spock_core::converge::copy::Copied;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};
use spock_core::sync::SyncStatus;

use super::{advance_from, in_transaction};
use crate::catalog::{copied_changes, subscription, sync_status};
use crate::pg::encoding::to_server;
use crate::pg::error::SpockError;
use crate::pg::{catalog_watch, latch, systable, transaction};
use crate::worker::{control, head};

/// Without a notice the catalog is looked at this often while a copy is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the stream waits for a sync worker that does not answer before it goes on without it.
const HANDOVER_LIMIT: Duration = Duration::from_secs(60);

/// Tells when somebody changed the states of tables.
static STATES: catalog_watch::Watch = catalog_watch::Watch::new();

/// Where the copy of a table stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    schema: String,
    name: String,
    status: SyncStatus,
    lsn: Lsn,
}

/// By schema and name, in the database's encoding as the stream has them.
type ByName<T> = HashMap<CString, HashMap<CString, T>>;

type States = ByName<State>;

/// What a copy from another node means for a table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FromElsewhere {
    /// The subscription that is copying it.
    closed_by: Option<Oid>,
    copied: Option<Copied>,
}

/// What a stream does with the changes that a transaction made to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Apply,
    /// A copy has them, or will.
    Leave,
    /// They wait for the copy of this subscription.
    Closed(Oid),
}

/// The tables of a subscription that the stream does not simply apply.
pub(crate) struct TableStates {
    subscription: u32,
    /// Whose changes the stream brings.
    provider: Option<NodeId>,
    /// Those that are not ready.
    unready: States,
    /// Those that are or were copied from other nodes.
    elsewhere: ByName<FromElsewhere>,
    /// Another subscription has not done its first copy.
    others_begin: bool,
    /// One of them is applied from some position on.
    depend_on_position: bool,
    /// Where others see what was read last.
    head: Option<&'static head::Cell>,
    looked_at: Instant,
    /// A stream of one table, whose state is not the stream's business.
    single: bool,
}

impl TableStates {
    /// Reads the states, for the stream of a provider and the worker with that head.
    pub(crate) fn load(
        subscription: u32,
        provider: NodeId,
        head: Option<&'static head::Cell>,
    ) -> Result<Self, SpockError> {
        let mut states = Self::all_applied(subscription);
        states.provider = Some(provider);
        states.head = head;
        states.single = false;
        states.read()?;
        Ok(states)
    }

    /// States for a stream that carries a single table and applies all of it.
    pub(crate) fn all_applied(subscription: u32) -> Self {
        Self {
            subscription,
            provider: None,
            unready: HashMap::new(),
            elsewhere: HashMap::new(),
            others_begin: false,
            depend_on_position: false,
            head: None,
            looked_at: Instant::now(),
            single: true,
        }
    }

    /// True while the stream applies everything.
    #[inline]
    pub(crate) fn all_ready(&self) -> bool {
        self.unready.is_empty() && self.elsewhere.is_empty()
    }

    /// Whether a table that is not here may come with the first copy of another subscription.
    pub(crate) fn others_begin(&self) -> bool {
        self.others_begin
    }

    /// True while answers of [`Self::answer`] differ between transactions.
    #[inline]
    pub(crate) fn depend_on_position(&self) -> bool {
        self.depend_on_position
    }

    /// What becomes of the changes that a transaction made to a table; `commit_lsn` is where its commit
    /// record begins (the begin message's final LSN).
    pub(crate) fn answer(
        &self,
        schema: &CStr,
        name: &CStr,
        commit_lsn: Lsn,
        commit_time: i64,
    ) -> Answer {
        match self.unready.get(schema).and_then(|tables| tables.get(name)) {
            None => {}
            Some(State { status: SyncStatus::SyncDone, lsn, .. }) if commit_lsn >= *lsn => {}
            Some(_) => return Answer::Leave,
        }
        let Some(elsewhere) = self.elsewhere.get(schema).and_then(|tables| tables.get(name)) else {
            return Answer::Apply;
        };
        if let Some(subscription) = elsewhere.closed_by {
            return Answer::Closed(subscription);
        }
        let copied = elsewhere.copied.as_ref();
        if copied.is_some_and(|copied| copied.holds(commit_lsn, commit_time)) {
            Answer::Leave
        } else {
            Answer::Apply
        }
    }

    /// Whether answers about a table differ between transactions.
    pub(crate) fn depends_on_position(&self, schema: &CStr, name: &CStr) -> bool {
        let of =
            |states: &States| states.get(schema).is_some_and(|tables| tables.contains_key(name));
        of(&self.unready)
            || self.elsewhere.get(schema).is_some_and(|tables| tables.contains_key(name))
    }

    /// Whether there is something to [`Self::settle`], at the position up to which the stream has been
    /// worked off. Asked between remote transactions; costs next to nothing while everything is ready
    /// and nothing changed.
    #[inline]
    pub(crate) fn are_due(&self, position: Lsn) -> bool {
        !self.single
            && (STATES.take()
                || !self.all_ready()
                    && (self.looked_at.elapsed() >= LOOK_AGAIN || self.passed_any(position)))
    }

    fn list(&self) -> impl Iterator<Item = &State> {
        self.unready.values().flat_map(HashMap::values)
    }

    fn passed_any(&self, position: Lsn) -> bool {
        self.depend_on_position
            && (self.passed_copies(position)
                || self
                    .list()
                    .any(|state| state.status == SyncStatus::SyncDone && position >= state.lsn))
    }

    /// Whether the stream is behind all that some copy from elsewhere holds.
    fn passed_copies(&self, position: Lsn) -> bool {
        let tables = self.elsewhere.values().flat_map(HashMap::values);
        tables.filter(|table| table.closed_by.is_none()).any(|table| {
            table.copied.as_ref().is_some_and(|copied| position >= copied.applied_at_most)
        })
    }

    /// Reads the states if somebody changed them, and shows that; for a stream that does not come to
    /// [`Self::settle`] for a while, and has nothing open.
    pub(crate) fn look(&mut self) -> Result<(), SpockError> {
        if !self.single && STATES.take() { self.read() } else { Ok(()) }
    }

    /// Whether somebody changed the states since they were read.
    pub(crate) fn have_news(&self) -> bool {
        !self.single && STATES.is_noticed()
    }

    /// Whether another subscription has not done its first copy, as the catalog says now.
    pub(crate) fn do_others_begin(&mut self) -> Result<bool, SpockError> {
        self.read()?;
        Ok(self.others_begin)
    }

    /// Whether a table is closed for the stream, as the catalog says now.
    pub(crate) fn is_closed(&mut self, schema: &str, name: &str) -> Result<bool, SpockError> {
        self.read()?;
        let (schema, name) = (to_server(schema)?, to_server(name)?);
        let table = self.elsewhere.get(&schema).and_then(|tables| tables.get(&name));
        Ok(table.is_some_and(|table| table.closed_by.is_some()))
    }

    /// Does what is due between two remote transactions: has copies made, lets one catch up to
    /// `position`, takes a table over. Afterwards answers may differ from earlier ones. `keep_alive` is
    /// called about once a second while a hand-over makes the stream wait.
    pub(crate) fn settle(
        &mut self,
        position: Lsn,
        keep_alive: &mut dyn FnMut() -> Result<(), SpockError>,
    ) -> Result<(), SpockError> {
        self.read()?;
        if let Some(provider) = self.provider
            && self.passed_copies(position)
        {
            // Of no use any more; without the stream's progress, a crash may bring both back.
            transaction::set_commit_origin(position, 0);
            in_transaction(|| {
                copied_changes::forget_passed(provider, position);
                Ok(())
            })?;
            transaction::clear_commit_origin();
        }
        let mut tables: Vec<State> = self.list().cloned().collect();
        tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
        for State { schema, name, status, lsn } in tables {
            match status {
                SyncStatus::SyncWait => self.hand_over(&schema, &name, position, keep_alive)?,
                SyncStatus::SyncDone if position >= lsn => {
                    self.take_over(&schema, &name, position)?;
                }
                SyncStatus::SyncDone => {}
                // The worker starts only now that the stream leaves the table alone. Also after a
                // restart of the server, when nobody remembers that a copy was asked for.
                _ => {
                    control::request_sync(self.subscription, &schema, &name);
                }
            }
        }
        self.read()
    }

    /// Reads the states anew.
    fn read(&mut self) -> Result<(), SpockError> {
        if let Some(head) = self.head {
            // Before the catalog is read: what is closed after this is read the next time.
            head.reads(head::closings());
        }
        let provider = self.provider;
        let (elsewhere, others_begin) = in_transaction(|| {
            let mut found = ByName::<FromElsewhere>::new();
            for row in provider.into_iter().flat_map(copied_changes::of_node) {
                let table = FromElsewhere { closed_by: row.closed_by, copied: row.copied };
                let (schema, name) = (to_server(&row.schema)?, to_server(&row.table)?);
                found.entry(schema).or_default().insert(name, table);
            }
            let begins = |other: &subscription::Subscription| {
                other.id != self.subscription
                    && sync_status::of_subscription(other.id)
                        .is_some_and(|row| row.status != SyncStatus::Ready && row.kind.structure())
            };
            let begins = subscription::all().into_iter().find(begins).map(|other| other.id);
            // Before a first copy is done its tables have no indexes.
            for table in found.values_mut().flat_map(HashMap::values_mut) {
                table.closed_by = table.closed_by.or(begins);
            }
            Ok((found, begins.is_some()))
        })?;
        let (rows, relation) = in_transaction(|| {
            let relation = systable::relation_oid(c"spock", c"local_sync_status");
            let mut found = Vec::new();
            for row in sync_status::of_tables(self.subscription) {
                let Some((schema, name)) = row.table else { continue };
                if row.status != SyncStatus::Ready {
                    let key = (to_server(&schema)?, to_server(&name)?);
                    found.push((key, State { schema, name, status: row.status, lsn: row.lsn }));
                }
            }
            Ok((found, relation))
        })?;
        let mut unready = States::new();
        for ((schema, name), state) in rows {
            unready.entry(schema).or_default().insert(name, state);
        }
        if let Some(relation) = relation {
            STATES.set(relation);
        }
        self.looked_at = Instant::now();
        self.unready = unready;
        self.elsewhere = elsewhere;
        self.others_begin = others_begin;
        let depends = self.list().any(|state| state.status == SyncStatus::SyncDone);
        self.depend_on_position = depends || !self.elsewhere.is_empty();
        Ok(())
    }

    fn current(&self, schema: &str, name: &str) -> Result<Option<SyncStatus>, SpockError> {
        let row = in_transaction(|| Ok(sync_status::of_table(self.subscription, schema, name)))?;
        Ok(row.map(|row| row.status))
    }

    /// Lets the sync worker catch up to `position`, and waits for it.
    fn hand_over(
        &self,
        schema: &str,
        name: &str,
        position: Lsn,
        keep_alive: &mut dyn FnMut() -> Result<(), SpockError>,
    ) -> Result<(), SpockError> {
        let table = Some((schema, name));
        in_transaction(|| {
            let row = sync_status::of_table(self.subscription, schema, name);
            if let Some(row) = row.filter(|row| row.status == SyncStatus::SyncWait) {
                let (from, to) = (SyncStatus::SyncWait, SyncStatus::Catchup);
                advance_from(self.subscription, table, from, to, row.lsn.max(position));
            }
            Ok(())
        })?;
        let began = Instant::now();
        let mut reported = began;
        while self.current(schema, name)? == Some(SyncStatus::Catchup) {
            let slot = control::sync_slot(self.subscription, schema, name);
            let live = slot.is_some_and(|slot| {
                latch::wake(slot.pid);
                slot.status.is_live()
            });
            if !live || began.elapsed() > HANDOVER_LIMIT {
                // It will start again from a copy; the stream does not wait for that.
                in_transaction(|| {
                    let (from, to) = (SyncStatus::Catchup, SyncStatus::Init);
                    advance_from(self.subscription, table, from, to, Lsn::INVALID);
                    Ok(())
                })?;
                control::request_sync(self.subscription, schema, name);
                return Ok(());
            }
            if reported.elapsed() >= Duration::from_secs(1) {
                reported = Instant::now();
                keep_alive()?;
            }
            latch::wait(Duration::from_millis(20));
        }
        Ok(())
    }

    /// From here on the stream alone writes the table.
    fn take_over(&self, schema: &str, name: &str, position: Lsn) -> Result<(), SpockError> {
        transaction::set_commit_origin(position, 0);
        in_transaction(|| {
            let (from, to) = (SyncStatus::SyncDone, SyncStatus::Ready);
            advance_from(self.subscription, Some((schema, name)), from, to, position);
            Ok(())
        })?;
        transaction::clear_commit_origin();
        Ok(())
    }
}
