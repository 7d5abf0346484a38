//! Workers stand still while `spock.readonly` is `all`, or while the apply workers of their database are paused.
//!
//! The worker stays, and its slot says that it is paused, so that it goes on at once, and so that whoever
//! asks learns why nothing happens.
//!
//! Which databases are paused stands in shared memory: a restart of the server ends every pause. While the
//! session that asked still waits its process stands beside the database, so that a pause whose session was
//! ended in the middle is taken back by the first worker that sees it.
//!
//! **Invariant**: once [`pause_database`] has returned, no worker applies anything before the pause ends. A
//! worker shows that it stands still only when it has nothing in hand, and looks again after it has ceased to
//! show it: the one who pauses writes first and looks then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;

use crate::pg::bgworker::my_pid;
use crate::pg::database::my_database;
use crate::pg::error::SpockError;
use crate::pg::shmem::{SharedState, max_worker_processes};
use crate::pg::{bgworker, latch};
use crate::settings::{self, ReadOnly};

use super::slots::{self, Kind, SlotId};

/// Between two looks at what is wanted; a reload, a pause and its end wake the worker at once.
const LOOK: Duration = Duration::from_millis(500);
/// Between two looks whether the workers stand still.
const POLL: Duration = Duration::from_millis(10);

/// What the status of a subscription gives as the reason.
const READONLY_REASON: &str = "nothing is applied while spock.readonly is \"all\"";
const PAUSED_REASON: &str =
    "paused by spock.pause_apply_workers() until spock.resume_apply_workers() is called";

/// The databases that are paused, in the upper half, and the process that still waits for it, or 0; 0 where
/// a place is free. Each of them has a manager, so that there are no more than workers.
pub(crate) static DATABASES: SharedState<AtomicU64> =
    SharedState::new(c"spock paused databases", max_worker_processes);

/// How many of these are taken, or about to be: while it is none a worker looks at nothing else.
pub(crate) static TAKEN: SharedState<AtomicU64> = SharedState::new(c"spock pauses", || 1);

fn taken() -> Option<&'static AtomicU64> {
    TAKEN.get(0)
}

/// Takes a free place; none when there is none.
fn take(mine: u64) -> Option<&'static AtomicU64> {
    let taken = taken()?;
    // Counted first, so that nobody passes by a place that is taken.
    taken.fetch_add(1, Ordering::SeqCst);
    let free = |place: &&AtomicU64| {
        place.compare_exchange(0, mine, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    };
    let place = places().find(free);
    if place.is_none() {
        taken.fetch_sub(1, Ordering::SeqCst);
    }
    place
}

/// Gives a place back, unless it is somebody else's by now.
fn give_back(place: &AtomicU64, entry: u64) {
    if place.compare_exchange(entry, 0, Ordering::SeqCst, Ordering::SeqCst).is_ok()
        && let Some(taken) = taken()
    {
        taken.fetch_sub(1, Ordering::SeqCst);
    }
}

fn places() -> impl Iterator<Item = &'static AtomicU64> {
    (0..).map_while(|index| DATABASES.get(index))
}

fn entry(db: u32, waiting: i32) -> u64 {
    u64::from(db) << 32 | u64::from(waiting.cast_unsigned())
}

fn database_of(entry: u64) -> u32 {
    (entry >> 32) as u32
}

fn waiting_of(entry: u64) -> i32 {
    (entry as u32).cast_signed()
}

fn is_database_paused(db: u32) -> bool {
    taken().is_some_and(|taken| taken.load(Ordering::SeqCst) != 0) && is_among_places(db)
}

#[cold]
fn is_among_places(db: u32) -> bool {
    places().any(|place| database_of(place.load(Ordering::SeqCst)) == db)
}

/// Whether workers of this database are to stand still.
#[inline]
pub(crate) fn is_wanted() -> bool {
    settings::readonly() == ReadOnly::All || is_database_paused(my_database())
}

/// Why a subscription of this database is paused.
pub(crate) fn reason() -> &'static str {
    if is_database_paused(my_database()) { PAUSED_REASON } else { READONLY_REASON }
}

/// Shows in the slot of this worker whether it stands still.
pub(crate) fn show(worker_slot: usize, paused: bool) {
    if let Some(slot) = slots::get(worker_slot) {
        let id = SlotId { index: worker_slot, generation: slot.generation };
        slots::update(id, |slot| slot.paused = paused);
    }
}

/// One piece of the wait; answers interrupts.
pub(crate) fn wait() {
    latch::wait(LOOK);
    bgworker::reload_config_if_asked();
    take_back_abandoned();
}

/// Ends the pause of a session that is gone and did not learn whether all workers stood still.
fn take_back_abandoned() {
    for place in places() {
        let entry = place.load(Ordering::SeqCst);
        let waiting = waiting_of(entry);
        if waiting != 0 && !latch::is_alive(waiting) {
            give_back(place, entry);
        }
    }
}

/// Waits, outside of any transaction, until this worker may write.
pub(crate) fn until_writable(worker_slot: usize) {
    // Looked at again once the slot does not say any more that the worker stands still.
    while is_wanted() {
        show(worker_slot, true);
        while is_wanted() {
            wait();
        }
        show(worker_slot, false);
    }
}

/// Has the apply workers of this database stand still, and waits until all do. When that fails, in whatever
/// way, they go on.
pub(crate) fn pause_database(timeout: Duration) -> Result<(), SpockError> {
    let db = my_database();
    let request = Request::enter(db)?;
    let began = Instant::now();
    wake_workers(db);
    loop {
        if !is_database_paused(db) {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "apply workers were resumed by another session before all of them had paused",
            ));
        }
        let moving = moving(db);
        if moving.is_empty() {
            return request.keep();
        }
        if began.elapsed() >= timeout {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!(
                    "timed out waiting for apply workers to pause after {} seconds",
                    timeout.as_secs()
                ),
            )
            .detail(format!("Still in the middle of something: {}.", moving.join(", ")))
            .hint("See spock.apply_status for what they wait for, or raise spock.pause_timeout."));
        }
        latch::wait(POLL);
    }
}

/// Ends the pause of this database.
pub(crate) fn resume_database() {
    let db = my_database();
    for place in places() {
        let entry = place.load(Ordering::SeqCst);
        if database_of(entry) == db {
            give_back(place, entry);
        }
    }
    wake_workers(db);
}

/// Gives places of databases back that do not exist any more.
pub(super) fn forget_dropped(exists: impl Fn(u32) -> bool) {
    for place in places() {
        let entry = place.load(Ordering::SeqCst);
        if entry != 0 && !exists(database_of(entry)) {
            give_back(place, entry);
        }
    }
}

/// Subscriptions whose apply worker does not stand still yet.
fn moving(db: u32) -> Vec<String> {
    slots::list(|slot| {
        slot.kind == Kind::Apply && slot.db == db && slot.status.is_live() && !slot.paused
    })
    .into_iter()
    .map(|(_, slot)| format!("subscription \"{}\"", slot.name.as_str()))
    .collect()
}

fn wake_workers(db: u32) {
    for (_, slot) in slots::list(|slot| slot.db == db && slot.status.is_live()) {
        if slot.kind != Kind::Manager {
            latch::wake(slot.pid);
        }
    }
}

/// A pause that is taken back unless it is kept.
struct Request {
    db: u32,
    /// What this session wrote, and where; nothing when the database was paused already.
    written: Option<(&'static AtomicU64, u64)>,
}

impl Request {
    fn enter(db: u32) -> Result<Self, SpockError> {
        take_back_abandoned();
        if is_database_paused(db) {
            return Ok(Self { db, written: None });
        }
        let mine = entry(db, my_pid());
        match take(mine) {
            Some(place) => Ok(Self { db, written: Some((place, mine)) }),
            None => Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                "apply workers of too many databases are paused",
            )
            .hint("Resume those of another one, or raise max_worker_processes.")),
        }
    }

    /// The workers stand still from here on.
    fn keep(mut self) -> Result<(), SpockError> {
        let Some((place, mine)) = self.written.take() else { return Ok(()) };
        let kept =
            place.compare_exchange(mine, entry(self.db, 0), Ordering::SeqCst, Ordering::SeqCst);
        kept.map(drop).map_err(|_| {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "apply workers were resumed by another session before all of them had paused",
            )
        })
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if let Some((place, mine)) = self.written {
            give_back(place, mine);
            wake_workers(self.db);
        }
    }
}
