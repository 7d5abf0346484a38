//! What can happen in a history, and where histories come from.
//!
//! Events carry raw numbers that are taken modulo what there is when they happen, so that any
//! subset of a history is a history: that is what makes shrinking simple.

/// A small generator of numbers (splitmix64): the same seed gives the same history everywhere.
#[derive(Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn one_in(&mut self, chance: u64) -> bool {
        self.below(chance) == 0
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A user's transaction takes its commit time; `what` says what it does.
    Write { node: u8, what: u64 },
    /// And then its commit record is written. Between the two others may overtake it.
    Commit { node: u8 },
    /// A stream brings its next transaction; `flaky` look-ups miss a row under update once.
    Deliver { from: u8, to: u8, flaky: bool },
    /// What was applied becomes durable.
    Flush { node: u8 },
    /// A server dies and starts again.
    Crash { node: u8 },
    /// A subscriber asks a provider for its horizon, or all its providers.
    Ask { from: u8, to: u8, all: bool },
    /// Versions of deletes that are of no more use go.
    Purge { node: u8 },
    /// A stream starts again some transactions back, as if what was applied had not been noted.
    Repeat { from: u8, to: u8, back: u8 },
    /// A clock steps.
    Step { node: u8, by: i16 },
    /// Time goes by.
    Pass { time: u16 },
    /// A link breaks; `given_up`: nobody waits for it any more.
    Cut { from: u8, to: u8, given_up: bool },
    /// It works again.
    Mend { from: u8, to: u8 },
    /// A table is copied again from another node, or the node joins the cluster by that.
    Copy { node: u8, source: u8 },
}

/// What a history is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) nodes: u8,
    pub(crate) keys: u8,
    /// How many of the nodes join later.
    pub(crate) joiners: u8,
    pub(crate) deletes: bool,
    pub(crate) moves: bool,
    pub(crate) truncates: bool,
    pub(crate) unique: bool,
    pub(crate) large: bool,
    pub(crate) deltas: bool,
    pub(crate) copies: bool,
    pub(crate) cuts: bool,
    pub(crate) crashes: bool,
    pub(crate) steps: bool,
    /// Transactions come again (then without deltas, which must not).
    pub(crate) repeats: bool,
    /// Tie-breakers are equal, so that node ids decide.
    pub(crate) equal_ties: bool,
}

/// A history: its shape, what happens, and the order of the last deliveries.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) shape: Shape,
    pub(crate) events: Vec<Event>,
    pub(crate) drain: u64,
}

impl History {
    /// The history of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut numbers = Numbers::new(seed);
        let nodes = match numbers.below(8) {
            0 | 1 => 2,
            2..=5 => 3,
            6 => 4,
            _ => 5,
        };
        let shape = Shape {
            nodes,
            keys: 2 + numbers.below(4) as u8,
            joiners: u8::from(nodes > 2 && numbers.one_in(4)),
            deletes: !numbers.one_in(4),
            moves: numbers.one_in(3),
            truncates: numbers.one_in(4),
            unique: numbers.one_in(3),
            large: numbers.one_in(2),
            deltas: numbers.one_in(3),
            copies: numbers.one_in(4),
            cuts: numbers.one_in(3),
            crashes: numbers.one_in(3),
            steps: !numbers.one_in(3),
            repeats: numbers.one_in(4),
            equal_ties: numbers.one_in(4),
        };
        let length = 12 + numbers.below(150);
        let events = (0..length).map(|_| event(&mut numbers, &shape)).collect();
        Self { shape, events, drain: numbers.next() }
    }
}

fn event(numbers: &mut Numbers, shape: &Shape) -> Event {
    let n = u64::from(shape.nodes);
    let (node, other) = (numbers.below(n) as u8, numbers.below(n) as u8);
    let (from, to) = (node, other);
    let raw = numbers.next();
    match numbers.below(100) {
        0..=26 => Event::Write { node, what: raw },
        27..=33 => Event::Commit { node },
        34..=62 => Event::Deliver { from, to, flaky: raw.is_multiple_of(4) },
        63..=72 => Event::Ask { from, to, all: raw.is_multiple_of(2) },
        73..=78 => Event::Purge { node },
        79..=80 => Event::Pass { time: (raw % 40) as u16 },
        81..=82 if shape.steps => Event::Step { node, by: (raw % 161) as i16 - 80 },
        83 if shape.steps => Event::Step { node, by: (raw % 1201) as i16 - 600 },
        84 if shape.crashes => Event::Flush { node },
        85..=86 if shape.crashes => Event::Crash { node },
        87..=89 if shape.cuts => Event::Cut { from, to, given_up: raw.is_multiple_of(2) },
        90..=91 if shape.cuts => Event::Mend { from, to },
        92..=93 if shape.copies || shape.joiners > 0 => Event::Copy { node, source: other },
        94..=95 if shape.repeats => Event::Repeat { from, to, back: (raw % 4) as u8 },
        _ => Event::Deliver { from, to, flaky: false },
    }
}
