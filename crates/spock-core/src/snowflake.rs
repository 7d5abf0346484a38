//! Snowflake values: 64-bit numbers that nodes generate without asking each other.
//!
//! | bits | what |
//! |---|---|
//! | 63 | 0, so that values are positive |
//! | 22 to 62 | milliseconds since 2023-01-01 00:00 UTC |
//! | 12 to 21 | number of the node |
//! | 0 to 11 | counter within the millisecond |
//!
//! [`Snowflake::after`] is the whole generator: its state is the value that a sequence gave last. The clock
//! only ever moves it forward; while the clock does not move on, or goes back, the counter does.
//!
//! **Invariants**: a value is larger than the one before it. Two nodes with different numbers have no value
//! in common.

use std::fmt;

/// The first millisecond, since 1970.
pub const EPOCH_UNIX_MS: i64 = 1_672_531_200_000;
/// Largest number of a node.
pub const MAX_NODE: u16 = 1023;
/// Values that one millisecond has room for.
pub const COUNTS: i64 = 4096;

const NODE_SHIFT: u32 = 12;
const TIME_SHIFT: u32 = 22;
/// 41 bits; 69 years.
const MAX_MS: i64 = (1 << 41) - 1;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snowflake(pub i64);

/// There is no later value: the milliseconds are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all snowflake values are used up")
    }
}

impl std::error::Error for Exhausted {}

impl Snowflake {
    /// Puts a value together; nothing when a part has no room in it.
    #[must_use]
    pub fn compose(unix_ms: i64, node: u16, count: u16) -> Option<Self> {
        let ms = unix_ms.checked_sub(EPOCH_UNIX_MS)?;
        let fits = (0..=MAX_MS).contains(&ms) && node <= MAX_NODE && i64::from(count) < COUNTS;
        fits.then(|| Self::pack(ms, node, i64::from(count)))
    }

    const fn pack(ms: i64, node: u16, count: i64) -> Self {
        Self(ms << TIME_SHIFT | (node as i64) << NODE_SHIFT | count)
    }

    /// Milliseconds since the epoch of the format; negative for what is not a snowflake value.
    const fn ms(self) -> i64 {
        self.0 >> TIME_SHIFT
    }

    /// When it was generated, in milliseconds since 1970.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.ms() + EPOCH_UNIX_MS
    }

    /// Number of the node that generated it.
    #[must_use]
    pub const fn node(self) -> u16 {
        (self.0 >> NODE_SHIFT & MAX_NODE as i64) as u16
    }

    /// Its place within the millisecond.
    #[must_use]
    pub const fn count(self) -> u16 {
        (self.0 & (COUNTS - 1)) as u16
    }

    /// The value that follows this one on `node` when the clock shows `unix_ms`. `step` (at least 1) is the
    /// distance of values within a millisecond.
    ///
    /// A full millisecond, and a value of another node, are followed by the next millisecond: values may
    /// run ahead of the clock.
    pub fn after(self, unix_ms: i64, node: u16, step: i64) -> Result<Self, Exhausted> {
        debug_assert!(node <= MAX_NODE && step > 0);
        let (now, last) = (unix_ms.saturating_sub(EPOCH_UNIX_MS), self.ms().max(0));
        let next = if now > last {
            Self::pack(now.min(MAX_MS + 1), node, 0)
        } else {
            let count = i64::from(self.count()).saturating_add(step);
            if self.node() == node && self.0 >= 0 && count < COUNTS {
                return Ok(Self(self.0 + step));
            }
            Self::pack(last + 1, node, 0)
        };
        // Beyond the last millisecond the shift reaches the sign.
        if next.0 > self.0 && next.ms() <= MAX_MS { Ok(next) } else { Err(Exhausted) }
    }

    /// The same place some milliseconds later, or the last value of all: up to where values can be
    /// reserved.
    #[must_use]
    pub const fn later_by(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms << TIME_SHIFT))
    }
}

/// A number for a node that no other node has: derived from the node's id, so that nodes that choose at the
/// same time rarely choose the same; nothing when all are taken.
#[must_use]
pub fn free_number(node_id: u32, is_taken: impl Fn(u16) -> bool) -> Option<u16> {
    let numbers = u32::from(MAX_NODE);
    // The count of numbers is 3 * 11 * 31: a stride that none of these divides reaches all.
    let stride = (1..numbers)
        .map(|more| 1 + (node_id / numbers + more) % numbers)
        .find(|stride| [3, 11, 31].iter().all(|factor| stride % factor != 0))?;
    (0..numbers)
        .map(|step| 1 + ((node_id % numbers + step * stride) % numbers) as u16)
        .find(|number| !is_taken(*number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::HashSet;

    use super::*;

    const NOW: i64 = EPOCH_UNIX_MS + 100_000_000_000;

    fn parts(value: Snowflake) -> (i64, u16, u16) {
        (value.unix_ms(), value.node(), value.count())
    }

    #[test]
    fn the_layout_is_that_of_existing_values() {
        let value = Snowflake::compose(EPOCH_UNIX_MS + 5, 3, 7).unwrap();
        assert_eq!(value.0, 5 << 22 | 3 << 12 | 7);
        assert_eq!(parts(value), (EPOCH_UNIX_MS + 5, 3, 7));
        // 2092 is the last year.
        let last = Snowflake::compose(EPOCH_UNIX_MS + MAX_MS, MAX_NODE, 4095).unwrap();
        assert_eq!(last.0, i64::MAX);
        for (ms, node, count) in [
            (EPOCH_UNIX_MS - 1, 1, 0),
            (EPOCH_UNIX_MS + MAX_MS + 1, 1, 0),
            (NOW, MAX_NODE + 1, 0),
            (NOW, 1, 4096),
        ] {
            assert_eq!(Snowflake::compose(ms, node, count), None);
        }
    }

    #[test]
    fn a_new_millisecond_begins_at_zero() {
        let first = Snowflake(1).after(NOW, 5, 1).unwrap();
        assert_eq!(parts(first), (NOW, 5, 0));
        let second = first.after(NOW, 5, 1).unwrap();
        assert_eq!(parts(second), (NOW, 5, 1));
        assert_eq!(parts(second.after(NOW + 1, 5, 1).unwrap()), (NOW + 1, 5, 0));
    }

    #[test]
    fn a_full_millisecond_runs_ahead_of_the_clock() {
        let last = Snowflake::compose(NOW, 5, 4095).unwrap();
        assert_eq!(parts(last.after(NOW, 5, 1).unwrap()), (NOW + 1, 5, 0));
        let nearly = Snowflake::compose(NOW, 5, 4090).unwrap();
        assert_eq!(parts(nearly.after(NOW, 5, 5).unwrap()), (NOW, 5, 4095));
        assert_eq!(parts(nearly.after(NOW, 5, 6).unwrap()), (NOW + 1, 5, 0));
        assert_eq!(parts(nearly.after(NOW, 5, i64::MAX).unwrap()), (NOW + 1, 5, 0));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_matter() {
        let last = Snowflake::compose(NOW, 5, 17).unwrap();
        assert_eq!(parts(last.after(NOW - 3_600_000, 5, 1).unwrap()), (NOW, 5, 18));
        assert_eq!(parts(last.after(i64::MIN, 5, 1).unwrap()), (NOW, 5, 18));
    }

    #[test]
    fn a_value_of_another_node_is_left_behind() {
        let last = Snowflake::compose(NOW, 5, 17).unwrap();
        assert_eq!(parts(last.after(NOW, 4, 1).unwrap()), (NOW + 1, 4, 0));
        assert_eq!(parts(last.after(NOW, 6, 1).unwrap()), (NOW + 1, 6, 0));
    }

    #[test]
    fn sequences_of_other_kinds_go_over() {
        for last in [i64::MIN, -1, 0, 1, 1_000_000] {
            assert_eq!(parts(Snowflake(last).after(NOW, 9, 1).unwrap()), (NOW, 9, 0));
        }
        // Before the epoch there is no time, but still an order.
        assert_eq!(Snowflake(-7).after(0, 9, 1).unwrap(), Snowflake(1 << 22 | 9 << 12));
    }

    #[test]
    fn the_end_is_an_error() {
        let end = Snowflake(i64::MAX);
        assert_eq!(end.after(NOW, MAX_NODE, 1), Err(Exhausted));
        assert_eq!(end.after(i64::MAX, 1, 1), Err(Exhausted));
        assert_eq!(Snowflake(0).after(i64::MAX, 1, 1), Err(Exhausted));
        assert_eq!(end.later_by(1000), end);
    }

    #[test]
    fn free_numbers_are_found_as_long_as_there_are_any() {
        for id in [1, 2, 1022, 1023, 1024, 2046, 40_000, 65_534] {
            let mut taken = HashSet::new();
            while let Some(number) = free_number(id, |number| taken.contains(&number)) {
                assert!((1..=MAX_NODE).contains(&number), "{number}");
                assert!(taken.insert(number));
            }
            assert_eq!(taken.len(), usize::from(MAX_NODE), "of node {id}");
        }
    }

    proptest! {
        #[test]
        fn parts_come_back(ms in 0..=MAX_MS, node in 0..=MAX_NODE, count in 0u16..4096) {
            let value = Snowflake::compose(EPOCH_UNIX_MS + ms, node, count).unwrap();
            prop_assert!(value.0 >= 0);
            prop_assert_eq!(parts(value), (EPOCH_UNIX_MS + ms, node, count));
        }

        /// Whatever the clock does, and whoever is the node.
        #[test]
        fn values_rise(
            last in any::<i64>(),
            steps in prop::collection::vec((-5_000i64..5_000, 0u16..4, 1i64..5_000), 1..200),
        ) {
            let (mut last, mut clock) = (Snowflake(last.min(i64::MAX >> 1)), NOW);
            for (tick, node, step) in steps {
                clock += tick;
                let next = last.after(clock, node, step).unwrap();
                prop_assert!(next > last, "{next:?} after {last:?}");
                prop_assert_eq!(next.node(), node);
                last = next;
            }
        }

        /// Nodes with clocks of their own, and one that was renamed on the way.
        #[test]
        fn nodes_have_no_value_in_common(
            picks in prop::collection::vec((0usize..3, -20i64..20), 1..300),
        ) {
            let mut last = [Snowflake(1); 3];
            let mut clocks = [NOW, NOW + 5, NOW - 3];
            let mut seen = HashSet::new();
            for (index, tick) in picks {
                clocks[index] += tick;
                last[index] = last[index].after(clocks[index], index as u16 + 1, 1).unwrap();
                prop_assert!(seen.insert(last[index]));
            }
        }

        /// What was reserved covers everything up to it.
        #[test]
        fn values_after_the_reserved_one_are_new(ms in 0i64..1_000_000, back in 0i64..10_000) {
            let value = Snowflake::compose(NOW + ms, 7, 9).unwrap();
            let reserved = value.later_by(1000);
            prop_assert_eq!(reserved.node(), 7);
            let next = reserved.after(NOW + ms - back, 7, 1).unwrap();
            prop_assert!(next > reserved);
        }
    }
}
