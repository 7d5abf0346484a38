//! Shared memory of the extension: regions with a name, made when the server starts.
//!
//! A region is a `static` of [`SharedTable`] (a header and rows under one lightweight lock) or of
//! [`SharedState`] (atomics, no lock). `_PG_init` hands each one to [`register`]; the server then asks
//! for the sizes, and makes the memory once (again after a crash, when all values start afresh).
//!
//! **Invariants**: what lies in a region holds no pointer, reference or heap value (`Copy` rows and
//! atomics), because each process maps its own heap. Closures that run under a region's lock call
//! nothing that may wait or raise.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::ptr;
use std::sync::OnceLock;

use pgrx::pg_sys;

use super::lwlock::{Held, Mode};
use super::preload::is_preloaded;

/// Index of `AddinShmemInitLock` among the server's individual lightweight locks (15 to 18).
const ADDIN_SHMEM_INIT_LOCK: usize = 21;

/// Something that wants a piece of shared memory.
pub(crate) trait Region: Sync {
    /// Bytes wanted; called when `max_worker_processes` and the other settings are known.
    fn size(&self) -> usize;
    /// Name of the region, and of its lock.
    fn name(&self) -> &'static CStr;
    /// True if the region has a lightweight lock.
    fn has_lock(&self) -> bool;
    /// Takes over the memory; `fresh` when it has not been initialised yet.
    fn attach(&self, memory: *mut u8, lock: *mut pg_sys::LWLock, fresh: bool);
}

/// Written in the postmaster only, before any child exists; read in the two hooks below.
struct Regions(UnsafeCell<Vec<&'static dyn Region>>);
// SAFETY: backends have one thread; see pgrx's own thread check.
unsafe impl Sync for Regions {}
static REGIONS: Regions = Regions(UnsafeCell::new(Vec::new()));

/// What runs once the regions are there and empty.
static AFTER_START: OnceLock<fn()> = OnceLock::new();
/// What runs when the server stops cleanly.
static BEFORE_STOP: OnceLock<fn()> = OnceLock::new();

/// Names the function that fills the regions when the server starts (and again after a crash).
pub(crate) fn after_start(fill: fn()) {
    let _ = AFTER_START.set(fill);
}

/// Names the function that saves the regions when the server stops cleanly: in the postmaster, when all
/// other processes are gone. It must not raise.
pub(crate) fn before_stop(save: fn()) {
    let _ = BEFORE_STOP.set(save);
}

struct Previous {
    request: pg_sys::shmem_request_hook_type,
    startup: pg_sys::shmem_startup_hook_type,
}
static mut PREVIOUS: Previous = Previous { request: None, startup: None };

/// Adds a region; only during `_PG_init` of a preloaded library.
pub(crate) fn register(region: &'static dyn Region) {
    assert!(is_preloaded(), "shared memory is asked for while the server starts");
    // SAFETY: one thread, and no reference into the list is held anywhere else.
    unsafe { (*REGIONS.0.get()).push(region) }
}

/// Puts the two hooks in place; once, after all regions are registered.
pub(crate) fn install_hooks() {
    // SAFETY: hook variables belong to whoever loads at this moment.
    unsafe {
        PREVIOUS =
            Previous { request: pg_sys::shmem_request_hook, startup: pg_sys::shmem_startup_hook };
        pg_sys::shmem_request_hook = Some(request);
        pg_sys::shmem_startup_hook = Some(startup);
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn request() {
    // SAFETY: runs once in the postmaster; previous hooks are called as the server would.
    unsafe {
        if let Some(previous) = PREVIOUS.request {
            pg_sys::ffi::pg_guard_ffi_boundary(|| previous());
        }
        for region in &*REGIONS.0.get() {
            pg_sys::RequestAddinShmemSpace(region.size() + 128);
            if region.has_lock() {
                pg_sys::RequestNamedLWLockTranche(region.name().as_ptr(), 1);
            }
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn startup() {
    // SAFETY: the init lock serialises the making of regions; sizes are those asked for.
    unsafe {
        if let Some(previous) = PREVIOUS.startup {
            pg_sys::ffi::pg_guard_ffi_boundary(|| previous());
        }
        let init_lock = &raw mut (*pg_sys::MainLWLockArray.add(ADDIN_SHMEM_INIT_LOCK)).lock;
        let held = Held::take(init_lock, Mode::Exclusive);
        let mut all_fresh = true;
        for region in &*REGIONS.0.get() {
            let mut found = false;
            let memory =
                pg_sys::ShmemInitStruct(region.name().as_ptr(), region.size(), &raw mut found);
            let lock = if region.has_lock() {
                &raw mut (*pg_sys::GetNamedLWLockTranche(region.name().as_ptr())).lock
            } else {
                ptr::null_mut()
            };
            region.attach(memory.cast(), lock, !found);
            all_fresh &= !found;
        }
        drop(held);
        if all_fresh && let Some(fill) = AFTER_START.get() {
            fill();
        }
        if !pg_sys::IsUnderPostmaster {
            pg_sys::on_shmem_exit(Some(stop), pg_sys::Datum::from(0));
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn stop(code: i32, _arg: pg_sys::Datum) {
    // After a crash the regions may hold anything.
    if code == 0
        && let Some(save) = BEFORE_STOP.get()
    {
        save();
    }
}

/// Where a region lies; set once per process tree.
struct Place<T>(UnsafeCell<T>);
// SAFETY: written while the process has one thread and nobody uses the region yet.
unsafe impl<T> Sync for Place<T> {}

/// A header and rows of plain values under one lock.
pub(crate) struct SharedTable<H: Copy + 'static, R: Copy + 'static> {
    name: &'static CStr,
    rows: fn() -> usize,
    fresh_header: fn() -> H,
    fresh_row: fn() -> R,
    place: Place<TablePlace<H, R>>,
}

struct TablePlace<H, R> {
    lock: *mut pg_sys::LWLock,
    header: *mut H,
    rows: *mut R,
    count: usize,
}

impl<H: Copy + 'static, R: Copy + 'static> SharedTable<H, R> {
    /// Describes a table; `rows` is asked when the server's settings are known.
    pub(crate) const fn new(
        name: &'static CStr,
        rows: fn() -> usize,
        fresh_header: fn() -> H,
        fresh_row: fn() -> R,
    ) -> Self {
        let place = TablePlace {
            lock: ptr::null_mut(),
            header: ptr::null_mut(),
            rows: ptr::null_mut(),
            count: 0,
        };
        Self { name, rows, fresh_header, fresh_row, place: Place(UnsafeCell::new(place)) }
    }

    /// Runs `body` alone. `None` when the library was not preloaded.
    pub(crate) fn write<T>(&self, body: impl FnOnce(&mut H, &mut [R]) -> T) -> Option<T> {
        // SAFETY: the lock is held exclusively while the references live.
        unsafe {
            let place = &*self.place.0.get();
            if place.header.is_null() {
                return None;
            }
            let _held = Held::take(place.lock, Mode::Exclusive);
            let rows = std::slice::from_raw_parts_mut(place.rows, place.count);
            Some(body(&mut *place.header, rows))
        }
    }

    /// Runs `body` beside other readers. `None` when the library was not preloaded.
    pub(crate) fn read<T>(&self, body: impl FnOnce(&H, &[R]) -> T) -> Option<T> {
        // SAFETY: the lock is held shared while the references live.
        unsafe {
            let place = &*self.place.0.get();
            if place.header.is_null() {
                return None;
            }
            let _held = Held::take(place.lock, Mode::Shared);
            let rows = std::slice::from_raw_parts(place.rows.cast_const(), place.count);
            Some(body(&*place.header, rows))
        }
    }
}

// SAFETY: the values are plain and all access goes through the lock.
unsafe impl<H: Copy + 'static, R: Copy + 'static> Sync for SharedTable<H, R> {}

impl<H: Copy + 'static, R: Copy + 'static> Region for SharedTable<H, R> {
    fn size(&self) -> usize {
        size_of::<H>().next_multiple_of(64) + (self.rows)() * size_of::<R>()
    }

    fn name(&self) -> &'static CStr {
        self.name
    }

    fn has_lock(&self) -> bool {
        true
    }

    fn attach(&self, memory: *mut u8, lock: *mut pg_sys::LWLock, fresh: bool) {
        let count = (self.rows)();
        // SAFETY: the memory has the size given above, on a cache line boundary; nobody else looks
        // at it before this function returns.
        unsafe {
            let header = memory.cast::<H>();
            let rows = memory.add(size_of::<H>().next_multiple_of(64)).cast::<R>();
            if fresh {
                header.write((self.fresh_header)());
                for index in 0..count {
                    rows.add(index).write((self.fresh_row)());
                }
            }
            *self.place.0.get() = TablePlace { lock, header, rows, count };
        }
    }
}

/// Structs of atomics that all processes see, without a lock.
pub(crate) struct SharedState<T: Default + Sync + 'static> {
    name: &'static CStr,
    count: fn() -> usize,
    place: Place<StatePlace<T>>,
}

struct StatePlace<T> {
    first: *const T,
    count: usize,
}

impl<T: Default + Sync + 'static> SharedState<T> {
    /// Describes the region; `T` consists of atomics.
    pub(crate) const fn new(name: &'static CStr, count: fn() -> usize) -> Self {
        let place = Place(UnsafeCell::new(StatePlace { first: ptr::null(), count: 0 }));
        Self { name, count, place }
    }

    /// One of the values; `None` beyond the end, and when the library was not preloaded.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&'static T> {
        // SAFETY: once set, pointer and count are good for the life of the process.
        unsafe {
            let place = &*self.place.0.get();
            if index < place.count { place.first.add(index).as_ref() } else { None }
        }
    }
}

// SAFETY: `T` is Sync, and the place is written before anyone reads.
unsafe impl<T: Default + Sync + 'static> Sync for SharedState<T> {}

impl<T: Default + Sync + 'static> Region for SharedState<T> {
    fn size(&self) -> usize {
        size_of::<T>() * (self.count)()
    }

    fn name(&self) -> &'static CStr {
        self.name
    }

    fn has_lock(&self) -> bool {
        false
    }

    fn attach(&self, memory: *mut u8, _lock: *mut pg_sys::LWLock, fresh: bool) {
        let first = memory.cast::<T>();
        let count = (self.count)();
        // SAFETY: as in the other `attach`.
        unsafe {
            if fresh {
                for index in 0..count {
                    first.add(index).write(T::default());
                }
            }
            *self.place.0.get() = StatePlace { first, count };
        }
    }
}

/// `max_worker_processes` as the server runs with it.
pub(crate) fn max_worker_processes() -> usize {
    // SAFETY: a plain variable of the server.
    usize::try_from(unsafe { pg_sys::max_worker_processes }).unwrap_or(0)
}
