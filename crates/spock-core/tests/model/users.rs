//! What users do at a node.

use super::cluster::Cluster;
use super::events::Numbers;
use super::node::{Image, Locks, MAX_KEYS, Op, Pending, Row, Transaction};

impl Cluster {
    /// A user's transaction, up to its commit time.
    pub(crate) fn write(&mut self, node: usize, what: u64) {
        if !self.nodes[node].joined {
            return;
        }
        let mut dice = Numbers::new(what);
        let held = self.nodes[node].user_locks();
        let mut after = self.nodes[node].data.rows;
        let mut locks = Locks::default();
        let mut ops = Vec::new();
        let statements = if dice.one_in(3) { 1 + dice.below(3) } else { 1 };
        for _ in 0..statements {
            self.statement(&mut dice, held, &mut after, &mut locks, &mut ops);
        }
        if ops.is_empty() {
            return;
        }
        let Some(time) = self.commit_time(node) else { return };
        self.counts.writes += 1;
        self.note(|| format!("  at {time}: {ops:?}"));
        let side = self.nodes[node].side(time);
        for op in &ops {
            let keys = match *op {
                Op::Insert { key, .. } | Op::Delete { key } => key..=key,
                Op::Update { key, .. } => key..=key,
                Op::Truncate => 0..=MAX_KEYS as u8 - 1,
            };
            for key in keys {
                if let Some(row) = &mut after[usize::from(key)] {
                    row.version = Some(side);
                }
            }
        }
        self.nodes[node].pending.push(Pending {
            transaction: Transaction { side, ops },
            after,
            locks,
        });
        // Most commits take no time to speak of.
        if !dice.one_in(4) {
            let last = self.nodes[node].pending.len() - 1;
            self.nodes[node].commit(last);
        }
    }

    pub(crate) fn value(&mut self) -> u32 {
        self.next_value += 1;
        self.next_value
    }

    /// One statement of a user, if it can be executed now.
    pub(crate) fn statement(
        &mut self,
        dice: &mut Numbers,
        held: Locks,
        after: &mut [Option<Row>; MAX_KEYS],
        locks: &mut Locks,
        ops: &mut Vec<Op>,
    ) {
        let shape = self.shape;
        if shape.truncates && dice.one_in(12) {
            if held == Locks::default() {
                *after = Default::default();
                locks.keys = (1 << MAX_KEYS) - 1;
                ops.push(Op::Truncate);
            }
            return;
        }
        let keys = u64::from(shape.keys);
        let key = dice.below(keys) as usize;
        let mut wants = Locks::default();
        wants.add_key(key);
        let Some(row) = after[key] else {
            let image = Image {
                plain: self.value(),
                unique: if shape.unique {
                    [dice.below(4) as u8, dice.below(4) as u8]
                } else {
                    [0, 0]
                },
                large: self.value(),
                sum: dice.below(100) as i64,
            };
            wants.add_values(&image);
            if !held.meets(wants) && is_free(after, key, key, &image) {
                after[key] = Some(Row { version: None, image });
                locks.add(wants);
                ops.push(Op::Insert { key: key as u8, image });
            }
            return;
        };
        wants.add_values(&row.image);
        let calm = shape.deltas && key == 0;
        if shape.deletes && !calm && dice.one_in(4) {
            if !held.meets(wants) {
                after[key] = None;
                locks.add(wants);
                ops.push(Op::Delete { key: key as u8 });
            }
            return;
        }
        let mut image = Image { plain: self.value(), ..row.image };
        let large_sent = !shape.large || dice.one_in(3);
        if large_sent {
            image.large = self.value();
        }
        if shape.deltas && !dice.one_in(3) {
            image.sum += dice.below(21) as i64 - 10;
        }
        if shape.unique && !calm && dice.one_in(2) {
            image.unique[dice.below(2) as usize] = dice.below(4) as u8;
        }
        let mut to = key;
        if shape.moves && !calm && dice.one_in(3) {
            to = dice.below(keys) as usize;
            if to != key && after[to].is_some() {
                return;
            }
            wants.add_key(to);
        }
        wants.add_values(&image);
        if held.meets(wants) || !is_free(after, key, to, &image) {
            return;
        }
        after[key] = None;
        after[to] = Some(Row { version: None, image });
        locks.add(wants);
        let before = row.image.sum;
        ops.push(Op::Update { old: key as u8, key: to as u8, image, large_sent, before });
    }

    /// A pending commit gets its record; not always the oldest.
    pub(crate) fn commit(&mut self, node: usize) {
        let pending = self.nodes[node].pending.len();
        if pending == 0 {
            return;
        }
        let position = (self.now as usize) % pending;
        if position > 0 {
            self.counts.overtaken += 1;
        }
        self.nodes[node].commit(position);
    }
}

/// Whether no other row holds a unique value of the image.
pub(crate) fn is_free(
    rows: &[Option<Row>; MAX_KEYS],
    old: usize,
    new: usize,
    image: &Image,
) -> bool {
    rows.iter()
        .enumerate()
        .filter(|(key, _)| *key != old && *key != new)
        .all(|(_, row)| row.is_none_or(|row| !image.meets(&row.image)))
}
