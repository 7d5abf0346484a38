//! How a stream brings a transaction to a node, and what becomes of it there.

use spock_core::conflict::Policy;
use spock_core::conflict::missing::Wait;
use spock_core::converge::copy::Copied;
use spock_core::converge::defect::{Defect, is_in};
use spock_core::converge::passage::{self, Neighbour};
use spock_core::converge::{self, Change, Outcome, clock, table};
use spock_core::lsn::Lsn;

use super::cluster::Cluster;
use super::node::{Image, Locks, Op, Pending, Row, Transaction};
use super::store::{Loser, ModelStore, Notes};
use super::users::is_free;

impl Cluster {
    /// A stream brings its next transaction; false when it cannot go on now.
    pub(crate) fn deliver(&mut self, from: usize, to: usize, flaky: bool) -> bool {
        let linked = from != to && self.nodes[from].joined && self.nodes[to].joined;
        if !linked || self.nodes[to].cut[from].is_some() {
            return false;
        }
        let progress = self.nodes[to].data.progress[from];
        let Some(transaction) = self.nodes[from].log.get(progress).cloned() else { return false };
        let clock = self.clock(to);
        self.nodes[to].heads[from] = Some(transaction.time());
        if !clock::may_apply(transaction.time(), clock) {
            self.counts.held += 1;
            return false;
        }
        let copied = Copied::up_to(Lsn(self.nodes[to].data.copied[from] as u64));
        if copied.holds(Lsn(progress as u64), transaction.time()) {
            self.note(|| "  stands in the copy".to_owned());
            self.applied(from, to, transaction.time());
            return true;
        }
        self.note(|| format!("  {from} to {to}, of {}:", transaction.time()));
        if self.is_blocked(from, to, &transaction) {
            return false;
        }
        if !self.apply(from, to, &transaction, flaky) {
            return false;
        }
        self.applied(from, to, transaction.time());
        true
    }

    pub(crate) fn applied(&mut self, from: usize, to: usize, time: i64) {
        let node = &mut self.nodes[to];
        node.data.progress[from] += 1;
        node.data.newest = node.data.newest.max(time);
        node.mark = node.mark.max(time);
        node.heads[from] = None;
        node.held[from] = Locks::default();
        node.passages[from].applied(Lsn(node.data.progress[from] as u64));
    }

    /// Whether somebody else holds a lock that the transaction needs.
    pub(crate) fn is_blocked(&self, from: usize, to: usize, transaction: &Transaction) -> bool {
        let node = &self.nodes[to];
        let mut locks = node.user_locks();
        for (stream, held) in node.held.iter().enumerate() {
            if stream != from {
                locks.add(*held);
            }
        }
        transaction.ops.iter().any(|op| locks.meets(op_locks(op)))
            // Rivals are removed, which needs their locks; users' transactions are short.
            || (self.shape.unique && !node.pending.is_empty())
    }

    /// Applies a transaction; false when it was rolled back and has to wait for something.
    pub(crate) fn apply(
        &mut self,
        from: usize,
        to: usize,
        transaction: &Transaction,
        flaky: bool,
    ) -> bool {
        let policy =
            if is_in(Defect::P1ApplyRemote) { Policy::ApplyRemote } else { Policy::LastUpdateWins };
        let mut remote = transaction.side;
        if is_in(Defect::V3Merged)
            && let Some(next) = self.nodes[from].log.get(self.nodes[to].data.progress[from] + 1)
        {
            remote = next.side;
        }
        let mut writes = remote;
        if is_in(Defect::V2NodeForgotten) {
            writes.version.node = self.nodes[to].id;
        }
        let wait = self.search(from, to, transaction.time());
        if wait == Wait::Ended {
            self.counts.ended += 1;
        }
        let change = Change { remote, policy, wait };
        let mut fetched = Vec::new();
        for _attempt in 0..20 {
            let before = self.nodes[to].data.clone();
            let mut notes = Notes { fetched, flaky, ..Notes::default() };
            let mut stopped = None;
            for (position, op) in transaction.ops.iter().enumerate() {
                let node = &mut self.nodes[to];
                let mut store = ModelStore::new(
                    &self.shape,
                    &mut node.data,
                    node.id,
                    (remote, writes),
                    (position, *op),
                    &mut notes,
                );
                let outcome = match *op {
                    Op::Insert { .. } => converge::insert(&mut store, change, true),
                    Op::Update { old, key, .. } => converge::update(&mut store, change, old != key),
                    Op::Delete { .. } => converge::delete(&mut store, change),
                    Op::Truncate => {
                        table::truncate(&mut store, remote);
                        Outcome::Applied
                    }
                };
                self.note(|| format!("  {op:?}: {outcome:?}"));
                let told = std::mem::take(&mut notes.told);
                if matches!(outcome, Outcome::Kept | Outcome::Skipped) && !told {
                    self.fail("a change was left out and nobody told of it".to_owned());
                }
                match outcome {
                    Outcome::Applied => self.counts.applied += 1,
                    Outcome::Kept => self.counts.kept += 1,
                    Outcome::Skipped => self.counts.skipped += 1,
                    // What is missing may be what was left out before.
                    Outcome::Missing(_) | Outcome::Unfetched(_) | Outcome::Wait { .. }
                        if notes.losers.are_open() =>
                    {
                        break;
                    }
                    Outcome::Missing(_) | Outcome::Unfetched(_) => {
                        self.fail(format!("node {to} dropped a change of node {from} as missing"));
                    }
                    Outcome::Refused(_) => self.fail("a change was refused".to_owned()),
                    Outcome::Wait { .. } | Outcome::Fetch(_) => {
                        stopped = Some((position, outcome));
                        break;
                    }
                    Outcome::Claim => {
                        let (Op::Update { old: key, .. } | Op::Insert { key, .. }) = *op else {
                            unreachable!("only rows have rivals")
                        };
                        let stands = self.nodes[to].data.rows[usize::from(key)].is_some();
                        notes.losers.leave_out(stands.then_some(usize::from(key)));
                    }
                }
            }
            if let Some(fault) = notes.fault.take() {
                self.fail(fault);
            }
            let losers = notes.losers.take();
            if !losers.is_empty() {
                self.nodes[to].data = before;
                fetched = notes.fetched;
                if !self.settle_claims(to, transaction, &losers) {
                    return false;
                }
                continue;
            }
            let Some((position, outcome)) = stopped else {
                let node = &mut self.nodes[to];
                if node.saved.is_none() {
                    node.saved = Some(Box::new(before));
                }
                return true;
            };
            self.nodes[to].data = before;
            fetched = notes.fetched;
            match outcome {
                Outcome::Fetch(owner) => {
                    let owner = usize::from(owner.get()) - 1;
                    let (Op::Update { key, .. } | Op::Insert { key, .. }) =
                        transaction.ops[position]
                    else {
                        unreachable!("only rows have values")
                    };
                    if self.nodes[to].cut[owner].is_some() {
                        return false;
                    }
                    self.counts.fetches += 1;
                    let row = self.nodes[owner].data.rows[usize::from(key)];
                    fetched.push((position, self.nodes[owner].id, row));
                    self.note(|| format!("  fetched from {owner}: {row:?}"));
                }
                _ => {
                    self.counts.waits += 1;
                    if is_in(Defect::C2WaitsInTransaction) {
                        for op in &transaction.ops[..position] {
                            self.nodes[to].held[from].add(op_locks(op));
                        }
                    }
                    return false;
                }
            }
        }
        self.fail("a transaction was tried again without end".to_owned());
        false
    }

    /// How far the search for causes of a change at `time` has come.
    pub(crate) fn search(&self, from: usize, to: usize, time: i64) -> Wait {
        let node = &self.nodes[to];
        let others = self.others(to, from);
        passage::search(
            time,
            others.iter().map(|other| Neighbour {
                passed: node.passages[*other].passed(),
                head: node.heads[*other],
                is_alive: node.cut[*other] != Some(true),
            }),
        )
    }

    /// Takes losers of unique values away, in a transaction of the node's own.
    pub(crate) fn settle_claims(
        &mut self,
        here: usize,
        cause: &Transaction,
        losers: &[Loser],
    ) -> bool {
        // Its commit comes after the change that it follows from.
        let node = &mut self.nodes[here];
        node.mark = node.mark.max(cause.time());
        let Some(time) = self.commit_time(here) else { return false };
        self.counts.claims += 1;
        let node = &mut self.nodes[here];
        let side = node.side(time);
        let mut after = node.data.rows;
        let mut locks = Locks::default();
        let mut ops = Vec::new();
        let mut fault = None;
        let mut returned = 0;
        for &Loser { key, rival, position } in losers {
            let stands = after[key];
            if rival.is_some_and(|version| stands.is_none_or(|row| row.version != version)) {
                continue;
            }
            let moves = |op: &Op| matches!(*op, Op::Update { old, .. } if usize::from(old) == key);
            if rival.is_some() && cause.ops[..position].iter().any(moves) {
                fault = Some("a row gave way to its own transaction");
            }
            locks.add_key(key);
            let returns = match (rival, stands) {
                (Some(_), Some(row)) => node.data.before[key]
                    .filter(|image| {
                        let (Op::Insert { image: winner, .. } | Op::Update { image: winner, .. }) =
                            cause.ops[position]
                        else {
                            unreachable!("only rows have rivals")
                        };
                        is_free(&after, key, key, image) && !image.meets(&winner)
                    })
                    .map(|image| (Image { sum: row.image.sum, ..image }, true)),
                (None, Some(row)) => Some((row.image, !self.shape.large)),
                _ => None,
            };
            if let Some((image, large_sent)) = returns {
                returned += 1;
                after[key] = Some(Row { version: Some(side), image });
                let (key, before) = (key as u8, image.sum);
                ops.push(Op::Update { old: key, key, image, large_sent, before });
            } else {
                after[key] = None;
                ops.push(Op::Delete { key: key as u8 });
            }
        }
        self.counts.returned += returned;
        if let Some(fault) = fault {
            self.fail(fault.to_owned());
        }
        self.note(|| format!("  own transaction at {time}: {ops:?}"));
        let node = &mut self.nodes[here];
        node.pending.push(Pending { transaction: Transaction { side, ops }, after, locks });
        node.commit(node.pending.len() - 1);
        let is_silent = is_in(Defect::D4SilentRemoval)
            || is_in(Defect::D4ArrivalSilent) && losers.iter().all(|loser| loser.rival.is_none());
        if is_silent {
            node.log.pop();
        }
        true
    }
}

/// The locks that applying a change takes.
fn op_locks(op: &Op) -> Locks {
    let mut locks = Locks::default();
    match op {
        Op::Insert { key, image } => {
            locks.add_key(usize::from(*key));
            locks.add_values(image);
        }
        Op::Update { old, key, image, .. } => {
            locks.add_key(usize::from(*old));
            locks.add_key(usize::from(*key));
            locks.add_values(image);
        }
        Op::Delete { key } => locks.add_key(usize::from(*key)),
        Op::Truncate => locks.keys = u32::MAX,
    }
    locks
}
