//! Commit times only rise on this node (rule V4).
//!
//! The mark in shared memory is the newest commit time that this node has given out or applied. A
//! transaction that wrote waits before its commit until the clock has passed the mark: the server takes
//! the commit time after that moment. Normally the clock is ahead and the check costs a few nanoseconds;
//! the wait begins when the clock was stepped back. Beyond `spock.max_clock_skew` the commit is refused.
//!
//! The mark is raised twice by each commit: before it, to the clock's reading then, and after it, to
//! the time that the server took. A commit whose time is prescribed by its origin does not wait (the
//! stream waited, V5); it raises the mark to that time before others can see its rows.
//!
//! After a start the mark is what the file of [`super::saved_state`] says, until the supervisor has
//! looked through the newest commit times; until then, writers wait.
//!
//! **Promises.** A commit horizon tells peers of a time that later commits here will not have. A server
//! that crashes, and whose clock steps back before it is up again, would not know of it. So times are
//! promised only up to a bound that is on disk, which the supervisor moves on ahead of the clock while
//! times are asked for. After a crash writers wait until the clock has passed the bound: at most
//! [`AHEAD`] after the crash.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;

use crate::pg::callbacks::{XactEvent, XactWatcher};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::shmem::SharedState;
use crate::pg::{commit_ts, database, delete_marks, latch};
use crate::settings;

use super::slots::{self, Kind};
use super::{control, horizon, micros, now};

/// How many transactions the supervisor looks back at start.
const LOOK_BACK: u32 = 200_000;
/// How long a writer waits for the supervisor to restore the mark.
const RESTORE_WAIT: Duration = Duration::from_secs(30);
/// The same in a database that was no node of Spock when the server stopped.
const RESTORE_WAIT_ELSEWHERE: Duration = Duration::from_secs(5);
/// Waits are cut into pieces of this length, so that settings and interrupts are seen.
const SLICE: Duration = Duration::from_millis(100);
/// How far ahead of the clock the bound of promises is put; never more than half of the greatest skew.
const AHEAD: Duration = Duration::from_secs(2);
/// How long somebody who wants a promise waits for the bound.
const PROMISE_WAIT: Duration = Duration::from_secs(5);
/// Below this a wait is a plain short sleep.
const SHORT: Duration = Duration::from_millis(1);

/// What all processes share about time.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Newest commit time of this node.
    mark: AtomicI64,
    /// The mark takes the commits before the last start into account.
    restored: AtomicBool,
    /// Rises whenever the set of databases that are nodes may have changed.
    nodes_epoch: AtomicU64,
    /// Times up to this one may be promised: it is on disk. 0: none may.
    bound: AtomicI64,
    /// Somebody promised, or wanted to, since the bound was put there.
    promises: AtomicBool,
}

/// The region.
pub(super) static CLOCK: SharedState<Shared> = SharedState::new(c"spock clock", || 1);

/// The watcher of all commits.
pub(super) static WATCHER: XactWatcher = XactWatcher { interested, act: wait_before_commit };

// What this process knows. A process of the server has one thread; these are atomics because they
// are cheaper to reach from a library than thread-local cells, at each commit.
/// Epoch for which `IN_NODE` is right.
static SEEN_EPOCH: AtomicU64 = AtomicU64::new(u64::MAX);
static IN_NODE: AtomicBool = AtomicBool::new(false);
/// This transaction passed the check and will take a commit time of its own.
static COMMITTING: AtomicBool = AtomicBool::new(false);

fn shared() -> Option<&'static Shared> {
    CLOCK.get(0)
}

/// The set of databases that are nodes may have changed: everyone looks again.
pub(super) fn nodes_changed() {
    if let Some(shared) = shared() {
        shared.nodes_epoch.fetch_add(1, Ordering::Release);
    }
}

/// True if the database of this process is a node of Spock.
#[inline]
fn in_node(shared: &Shared) -> bool {
    let epoch = shared.nodes_epoch.load(Ordering::Acquire);
    if SEEN_EPOCH.load(Ordering::Relaxed) != epoch {
        look_for_node(epoch);
    }
    IN_NODE.load(Ordering::Relaxed)
}

#[cold]
fn look_for_node(epoch: u64) {
    let node = slots::of_manager(database::my_database())
        .is_some_and(|(_, slot)| slot.kind == Kind::Manager && !slot.name.is_empty());
    IN_NODE.store(node, Ordering::Relaxed);
    SEEN_EPOCH.store(epoch, Ordering::Relaxed);
}

/// The part that every commit of every session pays for.
fn interested(event: XactEvent) -> bool {
    match event {
        XactEvent::PreCommit => before_commit(),
        XactEvent::Commit => {
            if COMMITTING.load(Ordering::Relaxed)
                && let Some(shared) = shared()
            {
                COMMITTING.store(false, Ordering::Relaxed);
                shared.mark.fetch_max(commit_ts::just_taken(), Ordering::AcqRel);
            }
            false
        }
        XactEvent::Abort => {
            COMMITTING.store(false, Ordering::Relaxed);
            // A COMMIT PREPARED that failed.
            horizon::leave();
            false
        }
        XactEvent::PrePrepare | XactEvent::Prepare => false,
    }
}

/// True when this commit must wait.
fn before_commit() -> bool {
    let Some(shared) = shared() else { return false };
    if !commit_ts::is_writing() {
        return false;
    }
    if !shared.restored.load(Ordering::Acquire) {
        return database::under_postmaster() && !database::in_binary_upgrade();
    }
    if !in_node(shared) {
        return false;
    }
    if let Some(time) = commit_ts::prescribed() {
        observe(time);
        return false;
    }
    COMMITTING.store(true, Ordering::Relaxed);
    !pass(shared)
}

/// Raises the mark to the clock if the clock has passed it.
#[inline]
fn pass(shared: &Shared) -> bool {
    let now = now();
    // One process may raise the mark between the two steps; then the clock was already past it.
    let passed = now > shared.mark.load(Ordering::Acquire);
    if passed {
        shared.mark.fetch_max(now, Ordering::AcqRel);
    }
    passed
}

/// The slow part: waits for the mark to be restored, and for the clock to pass it.
fn wait_before_commit(_event: XactEvent) {
    let Some(shared) = shared() else { return };
    await_restored(shared).or_raise();
    if !in_node(shared) {
        return;
    }
    if let Some(time) = commit_ts::prescribed() {
        observe(time);
        return;
    }
    COMMITTING.store(true, Ordering::Relaxed);
    await_clock(shared).or_raise();
}

fn await_restored(shared: &Shared) -> Result<(), SpockError> {
    let began = Instant::now();
    while !shared.restored.load(Ordering::Acquire) {
        let waited = began.elapsed();
        if waited > RESTORE_WAIT_ELSEWHERE && !in_node(shared) {
            return Ok(());
        }
        if waited > RESTORE_WAIT {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the newest commit time before the server's start is not known yet",
            )
            .hint(
                "The spock supervisor finds it; see the server log for why it does not run, and \
                 max_worker_processes.",
            ));
        }
        latch::wait(Duration::from_millis(10));
    }
    Ok(())
}

fn await_clock(shared: &Shared) -> Result<(), SpockError> {
    loop {
        if pass(shared) {
            return Ok(());
        }
        let ahead = until_past(shared.mark.load(Ordering::Acquire));
        if ahead > settings::max_clock_skew() {
            return Err(refusal(ahead));
        }
        sleep(ahead);
    }
}

fn refusal(ahead: Duration) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!(
            "the clock is {:.3} s behind the newest commit of this node",
            ahead.as_secs_f64()
        ),
    )
    .detail("A commit now would get an older time than changes it may depend on.")
    .hint(
        "Set the server's clock right. A difference up to spock.max_clock_skew is waited for instead.",
    )
}

/// How long until the clock has passed a time; zero when it has.
fn until_past(time: i64) -> Duration {
    let ahead = time.saturating_sub(now()).saturating_add(1);
    Duration::from_micros(u64::try_from(ahead).unwrap_or(0))
}

/// Sleeps a piece of a wait; answers interrupts.
fn sleep(ahead: Duration) {
    if ahead < SHORT {
        std::thread::sleep(ahead);
        latch::interrupts();
    } else {
        latch::wait(ahead.min(SLICE));
    }
}

/// A commit time was applied here: later local commits get later times.
///
/// Called for every commit whose origin prescribes its time, before its rows become visible; the
/// apply worker need not call it.
pub(crate) fn observe(time: i64) {
    let Some(shared) = shared() else { return };
    // A subscription of the server's own may bring any time; one nobody could wait for is not taken
    // over, or every writer here would be refused. Ours holds such changes back (V5).
    if until_past(time) <= settings::max_clock_skew() {
        shared.mark.fetch_max(time, Ordering::AcqRel);
    }
}

/// Before COMMIT PREPARED, which takes its time from the clock too.
pub(super) fn before_commit_prepared() -> Result<(), SpockError> {
    let Some(shared) = shared() else { return Ok(()) };
    await_restored(shared)?;
    if in_node(shared) {
        await_clock(shared)?;
        horizon::enter();
    }
    Ok(())
}

/// After COMMIT PREPARED: its time was not later than now.
pub(super) fn after_commit_prepared() {
    horizon::leave();
    if let Some(shared) = shared()
        && in_node(shared)
    {
        shared.mark.fetch_max(now(), Ordering::AcqRel);
    }
}

/// A time that this node has left behind: every commit that begins from now on gets a later one.
/// `None` while no such time can be promised.
pub(super) fn try_promise() -> Option<i64> {
    let shared = shared()?;
    let now = now();
    let time = shared.mark.fetch_max(now, Ordering::SeqCst).max(now);
    // In this order: whoever takes the bound away reads the mark after that.
    let is_kept = time <= shared.bound.load(Ordering::SeqCst);
    shared.promises.store(true, Ordering::Release);
    is_kept.then_some(time)
}

/// The same, waiting for the supervisor where that is needed.
pub(super) fn promise() -> Result<i64, SpockError> {
    let began = Instant::now();
    loop {
        if let Some(time) = try_promise() {
            return Ok(time);
        }
        if began.elapsed() > PROMISE_WAIT {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the spock supervisor does not put down up to which time commits are over",
            )
            .hint("See the server log for why it does not run, or cannot write its file."));
        }
        control::wake_supervisor();
        latch::wait(Duration::from_millis(5));
    }
}

/// A new bound that is to be put on disk before it is [`bind`]ed, where one is wanted.
pub(super) fn wanted_bound() -> Option<i64> {
    let shared = shared()?;
    let ahead = micros(AHEAD.min(settings::max_clock_skew() / 2));
    let now = now().max(shared.mark.load(Ordering::Acquire));
    let is_near = shared.bound.load(Ordering::Acquire) - now < ahead / 2;
    (is_near && shared.promises.swap(false, Ordering::AcqRel)).then_some(now + ahead)
}

/// Times up to this one may be promised from now on; with 0 none.
pub(super) fn bind(bound: i64) {
    if let Some(shared) = shared() {
        shared.bound.store(bound, Ordering::SeqCst);
    }
}

/// A time between all commits before now and all later ones, as long as the server does not crash.
pub(super) fn latest() -> i64 {
    let now = now();
    shared().map_or(now, |shared| shared.mark.fetch_max(now, Ordering::AcqRel).max(now))
}

/// A time that no commit before now has passed. Later ones may be older still: nobody has to wait for
/// what is only compared with.
pub(super) fn so_far() -> i64 {
    now().max(mark())
}

/// The mark, to be saved.
pub(super) fn mark() -> i64 {
    shared().map_or(0, |shared| shared.mark.load(Ordering::Acquire))
}

/// Takes over the mark that was saved before the start.
pub(super) fn preset(mark: i64) {
    if let Some(shared) = shared() {
        shared.mark.fetch_max(mark, Ordering::AcqRel);
    }
}

/// Looks through the newest commit times and lets writers go; by the supervisor, once after a start.
/// Needs a transaction.
pub(super) fn restore() {
    let Some(shared) = shared() else { return };
    if shared.restored.load(Ordering::Acquire) {
        return;
    }
    if commit_ts::is_tracked() {
        shared.mark.fetch_max(commit_ts::newest(LOOK_BACK), Ordering::AcqRel);
    }
    delete_marks::set_floor(mark());
    shared.restored.store(true, Ordering::Release);
    let ahead = until_past(mark()).saturating_sub(AHEAD);
    if micros(ahead) > 1_000_000 {
        pgrx::warning!(
            "the clock is {:.3} s behind the newest commit of this server",
            ahead.as_secs_f64()
        );
    }
}
