//! Tables to which only streams write for a while (convergence rule D6), and the locks behind that.
//!
//! A session, the gate's *keeper*, holds SHARE ROW EXCLUSIVE on such a table: whoever else wants to write, or to
//! change the table, waits as for any other lock. Two things let streams through, without letting anybody
//! else:
//!
//! - **What is on its way is applied.** Until the statement is about to be committed, workers lock a table that has
//!   a gate as readers for update do ([`write_mode`]), which the keeper's lock admits. (What other streams bring
//!   after that was made after the statement, and waits for it as users do.) That is a weaker lock than writers need, and enough only
//!   while the keeper keeps all others away. So it gives its own lock back when no worker has a weak one any
//!   more: the gate is taken off first, which raises [`epoch`], and workers that have seen an epoch have closed
//!   what they opened before.
//! - **The statement that the gate is for** needs the table alone. The keeper is a member of the lock group of
//!   the worker that will run it ([`join`]), so that its lock is none to that worker, and the worker's wish
//!   goes before those of everybody who waits for the keeper.
//!
//! **Invariant**: a gate stands in shared memory from before its lock is asked for until after the last weak
//! lock is gone; both go with the keeper's process.

use std::cell::Cell;
use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};

use pgrx::pg_sys;

use super::bgworker;
use super::callbacks::{self, XactEvent, XactWatcher};
use super::shmem::{SharedState, SharedTable};

/// How many tables can have one.
const GATES: usize = 256;

/// How far the statement is that a gate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// No gate.
    Free,
    /// It may never come.
    Closed,
    /// It is being committed where it was run.
    Awaited,
    /// It was run here.
    Passed,
}

/// A table and its gate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    database: u32,
    pub(crate) table: u32,
    /// Where its rows were when the gate was closed.
    storage: u32,
    /// Process of the keeper.
    pub(crate) keeper: i32,
    /// The node whose statement it is.
    pub(crate) holder: u32,
    /// The worker in whose lock group the keeper is, or 0.
    worker: i32,
    /// Server time.
    pub(crate) since: i64,
    pub(crate) state: State,
}

/// How long a stream waits for another one's statement with a transaction open.
const LOCK_LIMIT_MILLIS: c_int = 2_000;

const FREE: Gate = Gate {
    database: 0,
    table: 0,
    storage: 0,
    keeper: 0,
    holder: 0,
    worker: 0,
    since: 0,
    state: State::Free,
};

/// The gates.
pub(crate) static TABLE: SharedTable<(), Gate> =
    SharedTable::new(c"spock write gates", || GATES, || (), || FREE);

/// How many gates there are, and how often that changed.
pub(crate) static COUNTS: SharedState<AtomicU64> =
    SharedState::new(c"spock write gate counts", || 2);

fn count() -> u64 {
    COUNTS.get(0).map_or(0, |count| count.load(Ordering::SeqCst))
}

/// How often gates were closed and taken off.
#[inline]
pub(crate) fn epoch() -> u64 {
    COUNTS.get(1).map_or(0, |epoch| epoch.load(Ordering::SeqCst))
}

fn changed(gates: &[Gate]) {
    let closed = gates.iter().filter(|gate| gate.state != State::Free).count() as u64;
    if let (Some(count), Some(epoch)) = (COUNTS.get(0), COUNTS.get(1)) {
        count.store(closed, Ordering::SeqCst);
        epoch.fetch_add(1, Ordering::SeqCst);
    }
}

fn my_database() -> u32 {
    super::database::my_database()
}

/// Takes the first lock on a table that this process writes to, until the end of the transaction.
///
/// Once the statement is awaited, changes of other streams were made after it and have to come after it. They
/// wait for the keeper, but not for long: the stream that brings the statement may need rows that this
/// transaction has, and gets them when it is rolled back, to be applied again.
pub(super) fn lock_to_write(table: pg_sys::Oid) {
    let state = met(table);
    let _limit = state.is_some_and(|state| state != State::Closed).then(LockLimit::set);
    // SAFETY: a guarded call inside a transaction.
    unsafe { pg_sys::LockRelationOid(table, mode_under(state)) }
}

/// `lock_timeout` of this process while it stands.
struct LockLimit(c_int);

impl LockLimit {
    fn set() -> Self {
        // SAFETY: a plain variable of this process.
        unsafe {
            let before = Self(pg_sys::LockTimeout);
            pg_sys::LockTimeout = LOCK_LIMIT_MILLIS;
            before
        }
    }
}

impl Drop for LockLimit {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { pg_sys::LockTimeout = self.0 }
    }
}

/// In which mode this process locks a table that it writes to.
pub(super) fn write_mode(table: pg_sys::Oid) -> c_int {
    mode_under(met(table))
}

fn mode_under(state: Option<State>) -> c_int {
    match state {
        Some(State::Closed) => pg_sys::RowShareLock as c_int,
        _ => pg_sys::RowExclusiveLock as c_int,
    }
}

/// The gate of a table, where this process meets it.
#[inline]
fn met(table: pg_sys::Oid) -> Option<State> {
    if count() == 0 || !PASSES.get() { None } else { state_of(table.to_u32()) }
}

#[cold]
fn state_of(table: u32) -> Option<State> {
    let database = my_database();
    TABLE.read(|(), gates| {
        let mut closed = gates.iter().filter(|gate| gate.state != State::Free);
        closed.find(|gate| gate.database == database && gate.table == table).map(|gate| gate.state)
    })?
}

/// Announces gates of this process. The epoch in which all workers know of them; none where there is no room.
pub(crate) fn close(holder: u32, worker: i32, tables: &[u32]) -> Option<u64> {
    let found: Vec<(u32, u32)> = tables.iter().map(|table| (*table, storage_of(*table))).collect();
    let (database, keeper, since) = (my_database(), bgworker::my_pid(), super::transaction::now());
    TABLE.write(|(), gates| {
        if gates.iter().filter(|gate| gate.state == State::Free).count() < found.len() {
            return None;
        }
        let free = gates.iter_mut().filter(|gate| gate.state == State::Free);
        for (gate, (table, storage)) in free.zip(found) {
            let state = State::Closed;
            *gate = Gate { database, table, storage, keeper, holder, worker, since, state };
        }
        changed(gates);
        Some(epoch())
    })?
}

/// Takes the gates of this process off, not yet its locks. The epoch in which all workers know that.
pub(crate) fn open() -> Option<u64> {
    let keeper = bgworker::my_pid();
    TABLE.write(|(), gates| {
        let mut was_any = false;
        for gate in gates.iter_mut().filter(|gate| gate.keeper == keeper) {
            *gate = FREE;
            was_any = true;
        }
        if !was_any {
            return None;
        }
        changed(gates);
        Some(epoch())
    })?
}

/// The gates of this process.
pub(crate) fn mine() -> Vec<Gate> {
    let keeper = bgworker::my_pid();
    list(|gate| gate.keeper == keeper)
}

/// The gates of this database.
pub(crate) fn here() -> Vec<Gate> {
    let database = my_database();
    list(|gate| gate.database == database)
}

fn list(wanted: impl Fn(&Gate) -> bool) -> Vec<Gate> {
    let all = TABLE.read(|(), gates| {
        gates.iter().filter(|gate| gate.state != State::Free && wanted(gate)).copied().collect()
    });
    all.unwrap_or_default()
}

/// The statement is about to be committed where it was run: the gates of this process wait for it from now on. The
/// epoch in which no worker has a weak lock on these tables any more.
pub(crate) fn await_statement() -> u64 {
    let keeper = bgworker::my_pid();
    TABLE.write(|(), gates| {
        for gate in gates.iter_mut().filter(|gate| gate.keeper == keeper) {
            if gate.state == State::Closed {
                gate.state = State::Awaited;
            }
        }
        changed(gates);
    });
    epoch()
}

thread_local! {
    static PASSES: Cell<bool> = const { Cell::new(false) };
    /// The node of whose statement this transaction has run what a gate is for; 0: of none.
    static RUN: Cell<u32> = const { Cell::new(0) };
}

/// Has the keepers of this database wait no longer for statements that were announced. The number of gates.
pub(crate) fn give_up() -> usize {
    let database = my_database();
    let waited = TABLE.write(|(), gates| {
        let awaited = |gate: &&mut Gate| gate.database == database && gate.state == State::Awaited;
        gates.iter_mut().filter(awaited).map(|gate| gate.state = State::Passed).count()
    });
    waited.unwrap_or(0)
}

/// A statement of a node is about to be run here. Whether a gate stands in its way, because its keeper is in the lock
/// group of a worker that is gone; it is let in then, and so are those who waited before it.
pub(crate) fn force(holder: u32) -> bool {
    if count() == 0 {
        return false;
    }
    let (database, worker) = (my_database(), bgworker::my_pid());
    let forced = TABLE.write(|(), gates| {
        let mut forced = false;
        for gate in gates.iter_mut() {
            let is_meant = gate.database == database && gate.holder == holder;
            if is_meant && gate.state == State::Awaited && gate.worker != worker {
                gate.state = State::Passed;
                forced = true;
            }
        }
        forced
    });
    forced.unwrap_or(false)
}

/// A statement of a node has been run here, in the transaction that is open.
pub(crate) fn was_run(holder: u32) {
    if count() == 0 {
        return;
    }
    let database = my_database();
    let gates = list(|gate| gate.database == database && gate.holder == holder);
    if gates.iter().any(|gate| storage_of(gate.table) != gate.storage) {
        RUN.set(holder);
        callbacks::want_end();
    }
}

/// Tells the keepers when such a transaction is committed.
pub(crate) static WATCHER: XactWatcher = XactWatcher { interested: |_| RUN.get() != 0, act };

fn act(event: XactEvent) {
    let holder = match event {
        XactEvent::Commit => RUN.replace(0),
        XactEvent::Abort => {
            RUN.set(0);
            return;
        }
        _ => return,
    };
    let database = my_database();
    TABLE.write(|(), gates| {
        for gate in gates.iter_mut() {
            let is_meant = gate.database == database && gate.holder == holder;
            if is_meant && gate.state != State::Free {
                gate.state = State::Passed;
            }
        }
    });
}

/// Where the rows of a table are; 0 when there is none, or it has none.
fn storage_of(table: u32) -> u32 {
    // SAFETY: a guarded look-up in a transaction; the row is read before it is released.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::RELOID as c_int;
        let tuple = pg_sys::SearchSysCache1(cache, pg_sys::Datum::from(pg_sys::Oid::from(table)));
        if tuple.is_null() {
            return 0;
        }
        let storage = (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>()).relfilenode;
        pg_sys::ReleaseSysCache(tuple);
        storage.to_u32()
    }
}

/// Locks a table for this session, so that only workers and readers come to it. Waits as for any lock.
pub(crate) fn lock(table: u32) {
    // SAFETY: a guarded call; the lock goes with the session.
    unsafe {
        let mut id =
            pg_sys::LockRelId { relId: pg_sys::Oid::from(table), dbId: pg_sys::MyDatabaseId };
        pg_sys::LockRelationIdForSession(
            &raw mut id,
            pg_sys::ShareRowExclusiveLock as pg_sys::LOCKMODE,
        );
    }
}

/// This process applies a stream: gates let it through, and it says, or has somebody say, which of them it knows.
pub(crate) fn pass() {
    PASSES.set(true);
}

/// Lets sessions join the lock group of this process.
pub(crate) fn accept_members() {
    // SAFETY: a guarded call; does nothing the second time.
    unsafe { pg_sys::BecomeLockGroupLeader() }
}

/// Joins the lock group of a worker, for as long as this process lives: their locks on relations do not stand in
/// each other's way. False when the worker is gone, or this process is in another group.
pub(crate) fn join(worker: i32) -> bool {
    // SAFETY: entries of the process array are never freed, and the server compares the process id under its
    // own lock before it lets this process join.
    unsafe {
        let leader = pg_sys::BackendPidGetProc(worker);
        if leader.is_null() {
            return false;
        }
        let current = (*pg_sys::MyProc).lockGroupLeader;
        if !current.is_null() {
            return current == leader;
        }
        pg_sys::BecomeLockGroupMember(leader, worker)
    }
}
