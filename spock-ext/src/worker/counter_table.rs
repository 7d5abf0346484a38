//! Counters in shared memory, a group of them for each key.
//!
//! A key is looked up, or added, under a lock, seldom: whoever counts keeps the group that it got and
//! adds to it without any lock. Groups do not move; one is given back only when nobody can count in it
//! any more (its subscription or table is gone).

use std::sync::atomic::{AtomicU64, Ordering};

use crate::pg::shmem::{self, SharedState, SharedTable};

/// What a group of counters belongs to. A relation of 0: the subscription as a whole; a subscription of
/// 0: what this node sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) db: u32,
    pub(crate) sub: u32,
    pub(crate) relation: u32,
}

/// No database has these ids; a look-up ends at a free place and goes on at one given back.
const FREE: u32 = 0;
const GIVEN_BACK: u32 = u32::MAX;

impl Key {
    const fn free() -> Self {
        Self { db: FREE, sub: 0, relation: 0 }
    }

    fn is_taken(&self) -> bool {
        self.db != FREE && self.db != GIVEN_BACK
    }

    /// Where the search for it begins.
    fn hash(&self) -> usize {
        let mixed = (u64::from(self.db) << 32 | u64::from(self.relation))
            .wrapping_add(u64::from(self.sub).wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_mul(0xff51_afd7_ed55_8ccd);
        (mixed >> 32) as usize
    }
}

/// A group of counters.
#[derive(Debug)]
pub(crate) struct Counters<const N: usize>([AtomicU64; N]);

impl<const N: usize> Default for Counters<N> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl<const N: usize> Counters<N> {
    /// Adds to one of them.
    #[inline]
    pub(crate) fn add(&self, index: usize, number: u32) {
        if number != 0 {
            self.0[index].fetch_add(u64::from(number), Ordering::Relaxed);
        }
    }

    fn read(&self) -> [u64; N] {
        std::array::from_fn(|index| self.0[index].load(Ordering::Relaxed))
    }

    fn write(&self, values: &[u64; N]) {
        for (place, value) in self.0.iter().zip(values) {
            place.store(*value, Ordering::Relaxed);
        }
    }
}

/// The groups.
pub(crate) struct CounterTable<const N: usize> {
    keys: SharedTable<(), Key>,
    counters: SharedState<Counters<N>>,
}

impl<const N: usize> CounterTable<N> {
    /// Describes the table; `size` is called when the settings are known.
    pub(crate) const fn new(
        keys: &'static std::ffi::CStr,
        counters: &'static std::ffi::CStr,
        size: fn() -> usize,
    ) -> Self {
        Self {
            keys: SharedTable::new(keys, size, || (), Key::free),
            counters: SharedState::new(counters, size),
        }
    }

    /// Asks for the shared memory; in `_PG_init`.
    pub(super) fn register(&'static self) {
        shmem::register(&self.keys);
        shmem::register(&self.counters);
    }

    /// The group of a key; `None` when there is no room, or no shared memory.
    pub(crate) fn group(&self, key: Key) -> Option<&'static Counters<N>> {
        let found = self.keys.read(|(), keys| find(keys, &key)).flatten();
        let index = match found {
            Some(index) => Some(index),
            None => self.keys.write(|(), keys| find_or_add(keys, key)).flatten(),
        };
        self.counters.get(index?)
    }

    /// Whether no key can be added.
    pub(super) fn is_full(&self) -> bool {
        self.keys.read(|(), keys| keys.iter().all(Key::is_taken)).unwrap_or(false)
    }

    /// The groups that `wanted` picks, with their values.
    pub(crate) fn list(&self, wanted: impl Fn(&Key) -> bool) -> Vec<(Key, [u64; N])> {
        let wanted = |key: &Key| key.is_taken() && wanted(key);
        // Room is made outside of the lock, where nothing may raise.
        let count = self.keys.read(|(), keys| keys.iter().filter(|key| wanted(key)).count());
        let room = count.unwrap_or(0);
        let mut found = Vec::with_capacity(room);
        self.keys.read(|(), keys| {
            for (index, key) in keys.iter().enumerate() {
                if found.len() < room
                    && wanted(key)
                    && let Some(counters) = self.counters.get(index)
                {
                    found.push((*key, counters.read()));
                }
            }
        });
        found
    }

    /// Sets the values of a group.
    pub(crate) fn set(&self, key: Key, values: &[u64; N]) {
        if let Some(counters) = self.group(key) {
            counters.write(values);
        }
    }

    /// Gives the groups back that `gone` picks.
    pub(crate) fn remove(&self, gone: impl Fn(&Key) -> bool) {
        self.keys.write(|(), keys| {
            for (index, key) in keys.iter_mut().enumerate() {
                if key.is_taken() && gone(key) {
                    *key = Key { db: GIVEN_BACK, ..Key::free() };
                    if let Some(counters) = self.counters.get(index) {
                        counters.write(&[0; N]);
                    }
                }
            }
        });
    }
}

/// The places to look at for a key, in order.
fn places(keys: &[Key], key: &Key) -> impl Iterator<Item = usize> + use<> {
    let (size, start) = (keys.len(), key.hash());
    (0..size).map(move |step| (start + step) % size)
}

fn find(keys: &[Key], key: &Key) -> Option<usize> {
    places(keys, key).take_while(|place| keys[*place].db != FREE).find(|place| keys[*place] == *key)
}

fn find_or_add(keys: &mut [Key], key: Key) -> Option<usize> {
    if let Some(place) = find(keys, &key) {
        return Some(place);
    }
    let place = places(keys, &key).find(|place| !keys[*place].is_taken())?;
    keys[place] = key;
    Some(place)
}
