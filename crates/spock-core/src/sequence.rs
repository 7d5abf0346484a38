//! Replicated sequences: how far ahead of its own values a node has the others be.
//!
//! Values of a sequence are given out without a word to logical decoding. So the node that gives them tells
//! the others a value that it has not come to yet, and tells them the next one before it comes there. A node
//! that takes over goes on behind what it was told last, and gives no value a second time.
//!
//! - [`Shape::push`] decides when to tell, and what.
//! - [`Shape::raise`] is the other end: where a told value brings a sequence, if anywhere. Never back.
//! - [`Shape::landing`] keeps the others apart: each goes to a place of its own behind the told value, so that
//!   one that takes over has values to give that no other one would, until they have heard of it.
//!
//! **Invariants**: a told value lies within the bounds, and not behind the newest value that was given out.
//! Told twice in a row without a value given out in between, the second time says nothing.

/// How a sequence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Least value.
    pub min: i64,
    /// Greatest value.
    pub max: i64,
    /// The distance of values, below zero for one that counts down; never zero.
    pub step: i64,
    /// Begins anew at its end.
    pub cycles: bool,
}

/// What the other nodes were told of a sequence: a row of `spock.sequence_state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The value itself.
    pub value: i64,
    /// How many values it lay ahead. Zero: another node told us, and the sequence was raised to it.
    pub cache: i64,
}

/// For how many seconds of its present pace a sequence is to be ahead.
const AHEAD_SECONDS: i64 = 5;

/// Sequences with fewer values that cycle come round before they could be told of.
const SMALL_RING: i64 = 32;

impl Shape {
    fn span(self) -> i128 {
        i128::from(self.max) - i128::from(self.min) + 1
    }

    fn width(self) -> i128 {
        i128::from(self.step.unsigned_abs().max(1))
    }

    /// Number of values from one end to the other, and not more than can be counted.
    fn values(self) -> i64 {
        let values = (self.span() - 1) / self.width() + 1;
        i64::try_from(values).unwrap_or(i64::MAX)
    }

    /// The fewest values by which to be ahead: some ten thousand for `integer`, a hundred thousand for
    /// `bigint`, a thousand for `smallint`, and never more than an eighth of all.
    #[must_use]
    pub fn smallest_cache(self) -> i64 {
        let values = self.values();
        (values / 200_000).clamp(1_000, 100_000).min((values / 8).max(1))
    }

    /// The most values by which to be ahead: a million for `integer`.
    #[must_use]
    pub fn greatest_cache(self) -> i64 {
        (self.values() / 2048).clamp(self.smallest_cache(), 100_000_000)
    }

    /// How far `to` lies before us at `from`, in the direction of counting; below zero: behind. In a
    /// sequence that cycles everything lies both ways, and the shorter one counts.
    fn way(self, from: i64, to: i64) -> i128 {
        let up = i128::from(to) - i128::from(from);
        let way = if self.step < 0 { -up } else { up };
        if !self.cycles {
            return way;
        }
        let forward = way.rem_euclid(self.span());
        if forward * 2 > self.span() { forward - self.span() } else { forward }
    }

    /// Number of values on the way between two, rounded down.
    #[must_use]
    pub fn steps(self, from: i64, to: i64) -> i64 {
        let steps = self.way(from, to).div_euclid(self.width());
        i64::try_from(steps).unwrap_or(if steps < 0 { i64::MIN } else { i64::MAX })
    }

    const fn first(self) -> i64 {
        if self.step < 0 { self.max } else { self.min }
    }

    const fn last(self) -> i64 {
        if self.step < 0 { self.min } else { self.max }
    }

    /// The value that comes `count` values after another one, or the end.
    #[must_use]
    pub fn ahead(self, value: i64, count: i64) -> i64 {
        let far = |from: i64, count: i128| i128::from(from) + count * i128::from(self.step);
        let to = far(value, i128::from(count));
        let inside = i128::from(self.min)..=i128::from(self.max);
        if inside.contains(&to) {
            return to as i64;
        }
        if !self.cycles {
            return self.last();
        }
        // The first value after the end is the first of all.
        let straight = Self { cycles: false, ..self };
        let to_end = i128::from(straight.steps(value, self.last()).max(0));
        let rest = (i128::from(count) - to_end - 1).rem_euclid(i128::from(self.values()));
        far(self.first(), rest) as i64
    }

    /// What to tell the others now, if anything. `given` is the newest value that may have been given out
    /// here, `told` what they were told last, and `pace` how many values a second are being taken. With a cache
    /// of zero it is to be noted, and nobody is told.
    #[must_use]
    pub fn push(self, given: i64, told: Option<Told>, pace: i64) -> Option<Told> {
        let next = |cache| Told { value: self.ahead(given, cache), cache };
        let Some(told) = told else { return Some(next(self.smallest_cache())) };
        if self.cycles && self.values() < SMALL_RING {
            return None;
        }
        if told.cache == 0 {
            // A truncate of another node, or somebody here, began anew: no value was taken yet.
            if self.way(told.value, given) < 0 {
                return Some(Told { value: given, cache: 0 });
            }
            // Nobody else knows of values that we give out after it.
            return (given != told.value).then(|| next(self.smallest_cache()));
        }
        let cache =
            pace.saturating_mul(AHEAD_SECONDS).clamp(self.smallest_cache(), self.greatest_cache());
        let left = self.steps(given, told.value);
        // Further behind than it ever was: the sequence was set back.
        let was_set_back = left > told.cache;
        if !was_set_back && left >= (cache + 1) / 2 {
            return None;
        }
        let next = next(cache);
        (was_set_back || self.way(told.value, next.value) > 0).then_some(next)
    }

    /// Where the node with this rank among all goes that is told a value.
    #[must_use]
    pub fn landing(self, told: i64, rank: u32) -> i64 {
        let count = self.smallest_cache().saturating_mul(i64::from(rank));
        let landing = self.ahead(told, count);
        // Too near to the end for places of their own.
        if landing == self.last() { told } else { landing }
    }

    /// Where a value that another node told brings a sequence that stands at `at`; nothing when it is there
    /// already, or beyond. `is_given`: `at` itself was given out, else it comes next.
    ///
    /// One that does not cycle keeps to its own steps: if it gives odd values it goes on to give odd ones.
    #[must_use]
    pub fn raise(self, at: i64, is_given: bool, told: i64) -> Option<i64> {
        let way = self.way(at, told);
        if way < i128::from(is_given) {
            return None;
        }
        if self.cycles {
            return Some(told);
        }
        let steps = (way + self.width() - 1) / self.width();
        let to = i128::from(at) + steps * i128::from(self.step);
        let inside = i128::from(self.min)..=i128::from(self.max);
        Some(if inside.contains(&to) { to as i64 } else { self.last() })
    }

    /// Whether a value can be one of the sequence.
    #[must_use]
    pub fn has_room_for(self, value: i64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INT: Shape = Shape { min: 1, max: i32::MAX as i64, step: 1, cycles: false };
    const BIG: Shape = Shape { min: 1, max: i64::MAX, step: 1, cycles: false };
    const SMALL: Shape = Shape { min: 1, max: i16::MAX as i64, step: 1, cycles: false };
    const DOWN: Shape = Shape { min: i64::MIN, max: -1, step: -1, cycles: false };
    const RING: Shape = Shape { min: 1, max: 100, step: 1, cycles: true };

    #[test]
    fn how_far_ahead_depends_on_the_range() {
        assert_eq!((INT.smallest_cache(), INT.greatest_cache()), (10_737, 1_048_575));
        assert_eq!((BIG.smallest_cache(), BIG.greatest_cache()), (100_000, 100_000_000));
        assert_eq!((SMALL.smallest_cache(), SMALL.greatest_cache()), (1000, 1000));
        assert_eq!((RING.smallest_cache(), RING.greatest_cache()), (12, 12));
        let one = Shape { min: 5, max: 5, step: 1, cycles: false };
        assert_eq!((one.smallest_cache(), one.greatest_cache()), (1, 1));
        let wide = Shape { min: i64::MIN, max: i64::MAX, step: 1, cycles: true };
        assert_eq!(wide.smallest_cache(), 100_000);
    }

    #[test]
    fn told_once_then_at_half() {
        let first = INT.push(5, None, 0).unwrap();
        assert_eq!(first, Told { value: 10_742, cache: 10_737 });
        assert_eq!(INT.push(5, Some(first), 0), None);
        assert_eq!(INT.push(5373, Some(first), 0), None);
        let second = INT.push(5374, Some(first), 0).unwrap();
        assert_eq!(second, Told { value: 16_111, cache: 10_737 });
        // A fast one is told earlier, and further.
        let fast = INT.push(6, Some(first), 20_000).unwrap();
        assert_eq!(fast, Told { value: 100_006, cache: 100_000 });
        // A slow one that was fast is not told before it must.
        assert_eq!(INT.push(90_000, Some(fast), 1), None);
        // Overtaken.
        assert_eq!(INT.push(200_000, Some(fast), 0).unwrap().value, 210_737);
        // Set back.
        assert_eq!(INT.push(1, Some(fast), 0).unwrap().value, 10_738);
    }

    #[test]
    fn what_another_node_told_is_no_news_to_it() {
        let raised = Told { value: 500, cache: 0 };
        assert_eq!(INT.push(500, Some(raised), 0), None);
        assert_eq!(INT.push(501, Some(raised), 0).unwrap().value, 11_238);
        let restarted = INT.push(1, Some(raised), 0).unwrap();
        assert_eq!(restarted, Told { value: 1, cache: 0 });
        assert_eq!(INT.push(2, Some(restarted), 0).unwrap().value, 10_739);
    }

    #[test]
    fn each_node_lands_at_a_place_of_its_own() {
        assert_eq!([0, 1, 2].map(|rank| INT.landing(500, rank)), [500, 11_237, 21_974]);
        assert_eq!(DOWN.landing(-500, 1), -100_500);
        assert_eq!([0, 1, 2].map(|rank| SMALL.landing(31_000, rank)), [31_000, 32_000, 31_000]);
    }

    #[test]
    fn ends_are_not_passed() {
        assert_eq!(SMALL.ahead(32_000, 1000), 32_767);
        let told = SMALL.push(32_000, None, 0);
        assert_eq!(SMALL.push(32_500, told, 0), None);
        assert_eq!(DOWN.ahead(-1, 5), -6);
        assert_eq!(DOWN.ahead(i64::MIN + 2, 5), i64::MIN);
        assert_eq!(BIG.ahead(i64::MAX - 1, i64::MAX), i64::MAX);
        assert_eq!(RING.ahead(95, 12), 7);
        let ring = Shape { min: 1, max: 100, step: -7, cycles: true };
        assert_eq!(ring.ahead(9, 3), 93);
    }

    #[test]
    fn sequences_are_raised_and_never_set_back() {
        assert_eq!(INT.raise(10, true, 10), None);
        assert_eq!(INT.raise(10, false, 10), Some(10));
        assert_eq!(INT.raise(10, true, 9), None);
        assert_eq!(INT.raise(10, true, 11), Some(11));
        assert_eq!(DOWN.raise(-10, true, -9), None);
        assert_eq!(DOWN.raise(-10, true, -11), Some(-11));
        // Odd and even numbers on two nodes stay so.
        let odd = Shape { step: 2, ..INT };
        assert_eq!(odd.raise(7, true, 100), Some(101));
        assert_eq!(odd.raise(i32::MAX.into(), true, i32::MAX.into()), None);
        assert_eq!(Shape { max: 100, ..odd }.raise(7, true, 100), Some(100));
        // Round the corner is forward.
        assert_eq!(RING.raise(95, true, 7), Some(7));
        assert_eq!(RING.raise(7, true, 95), None);
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        let bound = prop_oneof![any::<i64>(), -300..300_i64, Just(i64::MIN), Just(i64::MAX)];
        let step = prop_oneof![-9..-1_i64, 1..9_i64, any::<i64>()].prop_map(|step| step | 1);
        (bound.clone(), bound, step, any::<bool>()).prop_map(|(a, b, step, cycles)| Shape {
            min: a.min(b),
            max: a.max(b),
            step,
            cycles,
        })
    }

    fn inside(shape: Shape, part: f64) -> i64 {
        let offset = (shape.span() as f64 * part) as i128;
        (i128::from(shape.min) + offset).min(i128::from(shape.max)) as i64
    }

    proptest! {
        #[test]
        fn told_values_are_inside_and_ahead(shape in shapes(), part in 0.0..1.0_f64, pace: i64) {
            let given = inside(shape, part);
            let told = shape.push(given, None, pace).unwrap();
            prop_assert!(shape.has_room_for(told.value));
            prop_assert!(told.cache > 0);
            prop_assert_eq!(shape.push(given, Some(told), 0), None);
            if shape.cycles && shape.values() < SMALL_RING {
                return Ok(());
            }
            prop_assert!(shape.steps(given, told.value) >= 0);
            if let Some(faster) = shape.push(given, Some(told), pace) {
                prop_assert!(shape.way(told.value, faster.value) > 0);
                prop_assert_eq!(shape.push(given, Some(faster), pace), None);
            }
        }

        #[test]
        fn raising_reaches_what_was_told(
            shape in shapes(), a in 0.0..1.0_f64, b in 0.0..1.0_f64, is_given: bool,
        ) {
            let (at, told) = (inside(shape, a), inside(shape, b));
            match shape.raise(at, is_given, told) {
                Some(to) => {
                    prop_assert!(shape.has_room_for(to));
                    prop_assert!(shape.way(told, to) >= 0);
                    prop_assert_eq!(shape.raise(to, true, told), None);
                }
                None => prop_assert!(shape.way(at, told) <= 0),
            }
        }

        /// A provider takes values in bursts and is looked at in between; a subscriber that takes over at any
        /// moment is ahead, if no burst was larger than half of the cache.
        #[test]
        fn whoever_takes_over_is_ahead(
            bursts in prop::collection::vec(0..5000_i64, 1..60), down: bool, cycles: bool,
        ) {
            let shape = Shape { min: 1, max: i32::MAX.into(), step: if down { -1 } else { 1 }, cycles };
            let mut given = shape.first();
            let mut there = shape.first();
            let mut told = None;
            let mut pushes = 0;
            let total: i64 = bursts.iter().sum();
            for burst in bursts {
                if let Some(next) = shape.push(given, told, 0) {
                    told = Some(next);
                    pushes += 1;
                    there = shape.raise(there, true, next.value).unwrap_or(there);
                }
                given = shape.ahead(given, burst);
                prop_assert!(shape.steps(given, there) >= 0, "{} given, subscriber at {}", given, there);
            }
            prop_assert!(pushes <= 1 + total / (shape.smallest_cache() / 2));
        }
    }
}
