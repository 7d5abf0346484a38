//! Keeping the users of this node from writing to tables that another node is about to rewrite (convergence
//! rule D6): the side of the node that is asked.
//!
//! The session that keeps this node's DDL lock keeps the gates as well ([`write_gate`]). They are closed before
//! the other node waits until everybody has applied everything, and stay closed until the statement has been
//! applied here: what is committed in between would be newer than the statement on some nodes and older on
//! others. When the session ends, with the other node's transaction, that may still be to come. So a session
//! that was told of the commit waits for it before it leaves, with its locks, up to `spock.ddl_lock_timeout`.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use super::site;
use crate::catalog::{node, replicated_table, subscription};
use crate::pg::database::my_database;
use crate::pg::error::SpockError;
use crate::pg::write_gate::{self, State};
use crate::pg::{callbacks, latch, spi};
use crate::settings;
use crate::worker::slots::{self, Kind, SLOTS};
use crate::worker::{head, horizon};

/// Pause between two looks.
const POLL: Duration = Duration::from_millis(5);
/// How long a worker is waited for that still writes under a weak lock when the gate is off.
const LAST_LIMIT: Duration = Duration::from_secs(5);
/// How long streams may be held up by who waits for a gate.
const HELD_UP_LIMIT: Duration = Duration::from_secs(1);
/// Pause between two looks for them.
const HELD_UP_POLL: Duration = Duration::from_millis(500);

thread_local! {
    static NAMES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LEAVES: Cell<bool> = const { Cell::new(false) };
    /// The epoch in which no stream has a weak lock any more; 0: not yet.
    static STRONG: Cell<u64> = const { Cell::new(0) };
    /// The statement comes here.
    static FOLLOWS: Cell<bool> = const { Cell::new(false) };
}

/// Closes the gates of tables for a statement of another node, and waits until nobody here writes to them any
/// more. The position up to which all others have to apply this node's log then.
pub(crate) fn close(
    holder: &str,
    tables: &[(String, String)],
    limit: Duration,
) -> Result<Lsn, SpockError> {
    let until = Instant::now() + limit;
    let holder = node::by_name(holder).filter(|_| site::holds()).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "this session does not keep the DDL lock for a node that is known here",
        )
    })?;
    let mine = write_gate::mine();
    let mut found = replicated_table::by_names(tables);
    found.retain(|(table, _)| mine.iter().all(|gate| gate.table != *table));
    let mut stream = 0;
    if let Some(subscription) =
        subscription::of_provider(holder.id).into_iter().find(|subscription| subscription.enabled)
    {
        let slot = slots::of_subscription(my_database(), subscription.id);
        let worker = slot.filter(|(_, slot)| slot.status.is_live()).map_or(0, |(_, slot)| slot.pid);
        if worker == 0 || !write_gate::join(worker) {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!("subscription \"{}\" does not run at the moment", subscription.name),
            )
            .detail("The statement would not come while writers are kept away for it."));
        }
        FOLLOWS.set(true);
        stream = worker;
    }
    if !LEAVES.replace(true) {
        callbacks::before_exit(leave);
    }
    NAMES.with_borrow_mut(|names| names.extend(found.iter().map(|(_, name)| name.clone())));
    let oids: Vec<Oid> = found.iter().map(|(table, _)| *table).collect();
    let epoch = write_gate::close(holder.id.as_oid(), stream, &oids).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            format!("writers cannot be kept away from {} more tables at once", oids.len()),
        )
    })?;
    while let Some(behind) = behind(epoch) {
        if Instant::now() >= until {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!(
                    "subscription \"{behind}\" did not come to the end of a transaction in time"
                ),
            ));
        }
        latch::wait(POLL);
    }
    for table in oids {
        let left = until.saturating_duration_since(Instant::now());
        site::set_lock_timeout(&format!("{}ms", left.as_millis().max(1)));
        write_gate::lock(table);
    }
    Ok(horizon::take()?.1)
}

/// A stream that may still write as before the gates of an epoch.
fn behind(epoch: u64) -> Option<String> {
    let db = my_database();
    let live = slots::list(|slot| {
        slot.kind == Kind::Apply
            && slot.db == db
            && slot.status.is_live()
            // It looks before it goes on.
            && !slot.paused
    });
    let (_, slot) = live.into_iter().find(|(id, _)| !head::knows_gates(id.index, epoch))?;
    latch::wake(slot.pid);
    Some(slot.name.as_str().to_owned())
}

/// The statement is about to be committed: from now on the gates stay until it has been applied here. False when
/// one is not closed any more.
pub(crate) fn keep() -> bool {
    let mine = write_gate::mine();
    let count = spi::select_one(
        "SELECT count(*) FROM pg_locks
          WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted
            AND mode = 'ShareRowExclusiveLock' AND relation = ANY ($1::oid[])",
        &[array(mine.iter().map(|gate| gate.table)).into()],
    );
    let locked: i64 = count.map_or(0, |row| row.get(0));
    if !site::holds() || usize::try_from(locked) != Ok(mine.len()) {
        return false;
    }
    STRONG.set(write_gate::await_statement());
    true
}

fn array(oids: impl Iterator<Item = u32>) -> String {
    let texts: Vec<String> = oids.map(|oid| oid.to_string()).collect();
    format!("{{{}}}", texts.join(","))
}

/// Before this process ends: waits for the statement that was announced, takes the gates off, and keeps the
/// locks until no worker writes without one of its own. Raises nothing.
fn leave() {
    let began = Instant::now();
    let limit = settings::ddl_lock_timeout();
    let awaits = || write_gate::mine().iter().any(|gate| gate.state == State::Awaited);
    while FOLLOWS.get() && awaits() {
        if began.elapsed() >= limit {
            let names = NAMES.with_borrow(|names| names.join(", "));
            SpockError::new(
                PgSqlErrorCode::ERRCODE_WARNING,
                format!("writers of {names} are let in again, though the statement that rewrites it did not come"),
            )
            .detail(
                "What is written here before it comes can be taken for newer than the statement on some nodes, and \
                 for older on others.",
            )
            .hint("Compare the table between the nodes.")
            .report(PgLogLevel::WARNING);
            break;
        }
        // The server stops.
        if SLOTS.read(|header, _| header.supervisor_pid == 0).unwrap_or(true) {
            break;
        }
        latch::wait(POLL);
    }
    let Some(epoch) = write_gate::open() else { return };
    // Who waits for this process to write what was made after the statement need not know that the gates are off.
    let epoch = if STRONG.get() == 0 { epoch } else { STRONG.get() };
    let opened = Instant::now();
    while opened.elapsed() < LAST_LIMIT && behind(epoch).is_some() {
        latch::wait(POLL);
    }
    // The server gives locks of sessions back with a transaction only.
    callbacks::abandon_transaction();
}

/// Ends statements that wait for a gate of this session while a stream, which has to come to an end first,
/// waits for their transactions.
pub(super) struct HeldUp {
    looked: Instant,
}

impl HeldUp {
    pub(super) fn new() -> Self {
        Self { looked: Instant::now() + HELD_UP_LIMIT - HELD_UP_POLL }
    }

    pub(super) fn look(&mut self) {
        let now = Instant::now();
        if now < self.looked + HELD_UP_POLL {
            return;
        }
        self.looked = now;
        let gates = write_gate::mine();
        if gates.is_empty() {
            return;
        }
        let db = my_database();
        let workers =
            slots::list(|slot| slot.kind == Kind::Apply && slot.db == db && slot.pid != 0);
        let in_the_way = spi::select(
            "WITH RECURSIVE waits (pid) AS (
                SELECT unnest($1::integer[])
                 UNION
                SELECT b FROM waits w, LATERAL unnest(pg_blocking_pids(w.pid)) b)
             SELECT DISTINCT w.pid FROM waits w JOIN pg_locks l ON l.pid = w.pid
              WHERE NOT l.granted AND l.locktype = 'relation' AND l.relation = ANY ($2::oid[])
                AND w.pid <> ALL ($1::integer[])",
            &[
                array(workers.iter().map(|(_, slot)| slot.pid.cast_unsigned())).into(),
                array(gates.iter().map(|gate| gate.table)).into(),
            ],
        );
        for row in in_the_way {
            let pid: i32 = row.get(0);
            spi::select("SELECT pg_cancel_backend($1::integer)", &[i64::from(pid).into()]);
            SpockError::new(
                PgSqlErrorCode::ERRCODE_WARNING,
                format!("the statement of process {pid} was canceled"),
            )
            .detail(
                "It waited to write to a table that another node is about to rewrite, and a stream that has to be \
                 applied before waited for its transaction.",
            )
            .report(PgLogLevel::WARNING);
        }
    }
}
