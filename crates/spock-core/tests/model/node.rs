//! One simulated node: its table, what it knows of deletes, how far its streams are.

use spock_core::conflict::{Side, Version};
use spock_core::converge::defect::{Defect, is_in};
use spock_core::converge::passage::Passage;
use spock_core::oid::NodeId;

pub(crate) const MAX_KEYS: usize = 5;
pub(crate) const MAX_NODES: usize = 5;

/// The values of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) plain: u32,
    /// Values of two unique columns; 0 is null.
    pub(crate) unique: [u8; 2],
    /// A large value, which updates leave out when they do not touch it.
    pub(crate) large: u32,
    /// A delta column.
    pub(crate) sum: i64,
}

impl Image {
    /// Whether two rows claim one unique value.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.unique.iter().zip(other.unique).any(|(mine, other)| *mine != 0 && *mine == other)
    }
}

/// A row and who wrote it; none when that is no longer known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) version: Option<Side>,
    pub(crate) image: Image,
}

/// What a delete left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dead {
    pub(crate) version: Side,
    /// The row as it was, where there was one.
    pub(crate) image: Option<Image>,
}

/// One change of a transaction, as the log has it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Insert {
        key: u8,
        image: Image,
    },
    /// `image` is the whole row as its author had it; what travels of it is up to the flags.
    Update {
        old: u8,
        key: u8,
        image: Image,
        large_sent: bool,
        before: i64,
    },
    Delete {
        key: u8,
    },
    Truncate,
}

/// A transaction in the log of its node.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) side: Side,
    pub(crate) ops: Vec<Op>,
}

impl Transaction {
    pub(crate) const fn time(&self) -> i64 {
        self.side.version.time
    }
}

/// What a crash brings back as it was at the last flush.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) rows: [Option<Row>; MAX_KEYS],
    pub(crate) dead: [Option<Dead>; MAX_KEYS],
    /// Each row as it was before the transaction that wrote it last, where that is known.
    pub(crate) before: [Option<Image>; MAX_KEYS],
    pub(crate) truncated: Option<Side>,
    /// Transactions applied of each node.
    pub(crate) progress: [usize; MAX_NODES],
    /// How many of them stand in the copy that was made of the table.
    pub(crate) copied: [usize; MAX_NODES],
    /// Commit times may not be older than this, whatever the rows say.
    pub(crate) promised: i64,
    /// Newest commit time in the commit timestamps.
    pub(crate) newest: i64,
}

impl Data {
    /// How much of a node's log is in the table, by its stream or by a copy.
    pub(crate) fn reach(&self, node: usize) -> usize {
        self.progress[node].max(self.copied[node])
    }

    /// Keeps the version of a delete, if it is the newest of the key.
    pub(crate) fn bury(&mut self, key: usize, version: Side, image: Option<Image>) {
        let older = self.dead[key].is_none_or(|dead| dead.version.age_order(&version).is_le());
        if older {
            self.dead[key] = Some(Dead { version, image });
        }
    }
}

/// A user's transaction that has its commit time and not yet its record.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) transaction: Transaction,
    /// The rows as it leaves them, for the keys that it locks.
    pub(crate) after: [Option<Row>; MAX_KEYS],
    pub(crate) locks: Locks,
}

/// Keys and unique values, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locks {
    pub(crate) keys: u32,
    pub(crate) values: u64,
}

impl Locks {
    pub(crate) fn add_key(&mut self, key: usize) {
        self.keys |= 1 << key;
    }

    pub(crate) fn add_values(&mut self, image: &Image) {
        for (column, value) in image.unique.into_iter().enumerate() {
            if value != 0 {
                self.values |= 1 << (column * 16 + usize::from(value));
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.keys |= other.keys;
        self.values |= other.values;
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.keys & other.keys != 0 || self.values & other.values != 0
    }
}

/// A node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) tie: Option<i64>,
    pub(crate) joined: bool,
    pub(crate) data: Data,
    /// The data as of the last flush, when something was applied since.
    pub(crate) saved: Option<Box<Data>>,
    pub(crate) log: Vec<Transaction>,
    /// The clock's distance from true time.
    pub(crate) offset: i64,
    /// High-water mark of commit times.
    pub(crate) mark: i64,
    /// Latest time that the clock ever showed.
    pub(crate) seen: i64,
    pub(crate) pending: Vec<Pending>,
    pub(crate) passages: [Passage; MAX_NODES],
    /// Commit time of the transaction that each stream is at.
    pub(crate) heads: [Option<i64>; MAX_NODES],
    /// Locks that waiting transactions hold: none, but for one defect.
    pub(crate) held: [Locks; MAX_NODES],
    /// Broken incoming links; true when nobody waits for them.
    pub(crate) cut: [Option<bool>; MAX_NODES],
    /// Versions of deletes are gone.
    pub(crate) has_purged: bool,
}

impl Node {
    pub(crate) fn side(&self, time: i64) -> Side {
        Side::with_tiebreaker(Version { time, node: self.id }, self.tie)
    }

    /// What was applied becomes durable.
    pub(crate) fn flush(&mut self) {
        self.saved = None;
    }

    /// Everything since the last flush is gone, and what only memory knew.
    pub(crate) fn crash(&mut self) {
        if let Some(saved) = self.saved.take() {
            if is_in(Defect::V1ProgressApart) {
                self.data.progress = saved.progress;
            } else {
                self.data = *saved;
            }
        }
        self.pending.clear();
        self.passages = Default::default();
        self.heads = Default::default();
        self.held = Default::default();
        self.mark = self.data.newest.max(self.data.promised);
    }

    /// What the users' transactions in progress have locked.
    pub(crate) fn user_locks(&self) -> Locks {
        let mut locks = Locks::default();
        for pending in &self.pending {
            locks.add(pending.locks);
        }
        locks
    }

    /// Writes the commit record of the pending transaction at `position`.
    pub(crate) fn commit(&mut self, position: usize) {
        let Pending { transaction, after, locks } = self.pending.remove(position);
        let data = &mut self.data;
        for op in &transaction.ops {
            let gone = match *op {
                Op::Delete { key } => Some(key),
                Op::Update { old, key, .. } if old != key => Some(old),
                Op::Truncate => {
                    data.truncated = Some(transaction.side);
                    None
                }
                Op::Insert { .. } | Op::Update { .. } => None,
            };
            if let Some(key) = gone {
                let image = data.rows[usize::from(key)].map(|row| row.image);
                data.bury(usize::from(key), transaction.side, image);
            }
        }
        for (key, row) in after.into_iter().enumerate() {
            if locks.keys & 1 << key != 0 {
                data.before[key] =
                    data.rows[key].filter(|_| stays(&transaction.ops, key)).map(|row| row.image);
                data.rows[key] = row;
            }
        }
        data.newest = data.newest.max(transaction.time());
        self.log.push(transaction);
        self.flush();
    }
}

/// Whether operations only ever update the row of a key in its place.
fn stays(ops: &[Op], key: usize) -> bool {
    ops.iter().all(|op| match *op {
        Op::Insert { key: of, .. } | Op::Delete { key: of } => usize::from(of) != key,
        Op::Update { old, key: of, .. } => {
            old == of || (usize::from(old) != key && usize::from(of) != key)
        }
        Op::Truncate => false,
    })
}
