//! The simulated cluster: what each event does to the nodes.
//!
//! The way of a change through a node is the rules' own code; everything around it (logs, streams,
//! locks, crashes) is simulated here, as simply as it can be while the rules still have something to
//! go wrong with.

use spock_core::converge::clock::{self, Commit};
use spock_core::converge::defect::{Defect, is_in};
use spock_core::converge::passage::{self, Horizon};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::events::{Event, History, Numbers, Shape};
use super::node::{Data, Image, Locks, MAX_KEYS, MAX_NODES, Node, Row};

/// How far behind its mark a clock may be.
const MAX_SKEW: i64 = 250;

/// How often things happened, over all histories.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) writes: u64,
    pub(crate) applied: u64,
    pub(crate) kept: u64,
    pub(crate) skipped: u64,
    pub(crate) waits: u64,
    pub(crate) ended: u64,
    pub(crate) fetches: u64,
    pub(crate) claims: u64,
    pub(crate) returned: u64,
    pub(crate) crashes: u64,
    pub(crate) purged: u64,
    pub(crate) copies: u64,
    pub(crate) refused: u64,
    pub(crate) held: u64,
    pub(crate) overtaken: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.writes += other.writes;
        self.applied += other.applied;
        self.kept += other.kept;
        self.skipped += other.skipped;
        self.waits += other.waits;
        self.ended += other.ended;
        self.fetches += other.fetches;
        self.claims += other.claims;
        self.returned += other.returned;
        self.crashes += other.crashes;
        self.purged += other.purged;
        self.copies += other.copies;
        self.refused += other.refused;
        self.held += other.held;
        self.overtaken += other.overtaken;
    }
}

pub(crate) struct Cluster {
    pub(crate) shape: Shape,
    pub(crate) nodes: Vec<Node>,
    /// True time.
    pub(crate) now: i64,
    pub(crate) next_value: u32,
    pub(crate) counts: Counts,
    /// What was seen to be wrong.
    pub(crate) fault: Option<String>,
    /// What happened, where somebody wants to read it.
    pub(crate) trace: Option<String>,
}

/// The rows that every node begins with.
pub(crate) fn first_row(key: usize) -> Option<Row> {
    (key < 2).then(|| Row {
        version: None,
        image: Image { plain: 1, unique: [key as u8 + 1, 0], large: 1, sum: 100 },
    })
}

impl Cluster {
    pub(crate) fn new(shape: Shape) -> Self {
        let nodes = (0..usize::from(shape.nodes))
            .map(|number| {
                let joined = number < usize::from(shape.nodes - shape.joiners);
                Node {
                    id: NodeId::new(number as u16 + 1).expect("a real node id"),
                    tie: (!shape.equal_ties).then_some(7 - number as i64).or(Some(0)),
                    joined,
                    data: Data {
                        rows: if joined {
                            std::array::from_fn(first_row)
                        } else {
                            Default::default()
                        },
                        dead: Default::default(),
                        before: Default::default(),
                        truncated: None,
                        progress: [0; MAX_NODES],
                        copied: [0; MAX_NODES],
                        promised: 0,
                        newest: 0,
                    },
                    saved: None,
                    log: Vec::new(),
                    offset: 0,
                    mark: 0,
                    seen: 0,
                    pending: Vec::new(),
                    passages: Default::default(),
                    heads: Default::default(),
                    held: Default::default(),
                    cut: Default::default(),
                    has_purged: false,
                }
            })
            .collect();
        Self {
            shape,
            nodes,
            now: 1000,
            next_value: 10,
            counts: Counts::default(),
            fault: None,
            trace: None,
        }
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push_str(&text());
            trace.push('\n');
        }
    }

    pub(crate) fn fail(&mut self, text: String) {
        self.note(|| format!("  FAULT: {text}"));
        self.fault.get_or_insert(text);
    }

    pub(crate) fn clock(&mut self, node: usize) -> i64 {
        let clock = self.now + self.nodes[node].offset;
        self.nodes[node].seen = self.nodes[node].seen.max(clock);
        clock
    }

    pub(crate) fn happens(&mut self, event: Event) {
        self.now += 1;
        self.note(|| format!("{event:?}"));
        let n = self.nodes.len() as u8;
        let at = |node: u8| usize::from(node % n);
        for node in 0..self.nodes.len() {
            self.clock(node);
        }
        match event {
            Event::Write { node, what } => self.write(at(node), what),
            Event::Commit { node } => self.commit(at(node)),
            Event::Deliver { from, to, flaky } => {
                self.deliver(at(from), at(to), flaky);
            }
            Event::Flush { node } => self.nodes[at(node)].flush(),
            Event::Crash { node } => {
                self.nodes[at(node)].crash();
                self.counts.crashes += 1;
            }
            Event::Ask { to, all: true, .. } => {
                for from in 0..self.nodes.len() {
                    self.ask(from, at(to));
                }
            }
            Event::Ask { from, to, all: false } => self.ask(at(from), at(to)),
            Event::Purge { node } => self.purge(at(node)),
            Event::Repeat { from, to, back } => self.repeat(at(from), at(to), usize::from(back)),
            Event::Step { node, by } => self.nodes[at(node)].offset += i64::from(by),
            Event::Pass { time } => self.now += i64::from(time),
            Event::Cut { from, to, given_up } => {
                let (from, to) = (at(from), at(to));
                self.nodes[to].cut[from] = Some(given_up);
                self.nodes[to].heads[from] = None;
                self.nodes[to].held[from] = Locks::default();
            }
            Event::Mend { from, to } => self.nodes[at(to)].cut[at(from)] = None,
            Event::Copy { node, source } => self.copy(at(node), at(source)),
        }
    }

    /// Takes a commit time at a node; none when that has to be refused.
    pub(crate) fn commit_time(&mut self, node: usize) -> Option<i64> {
        let clock = self.clock(node);
        let mark = self.nodes[node].mark;
        let time = match clock::may_commit(clock, mark, MAX_SKEW) {
            Commit::Now => clock,
            Commit::Wait(until) => {
                self.now += until + 1 - clock;
                self.clock(node)
            }
            Commit::Refuse => {
                self.counts.refused += 1;
                if mark > self.nodes[node].seen {
                    self.fail(format!("a peer's clock keeps node {node} from writing"));
                }
                return None;
            }
        };
        self.nodes[node].mark = mark.max(time);
        Some(time)
    }

    /// A provider is asked how far it has come.
    pub(crate) fn ask(&mut self, from: usize, to: usize) {
        let linked = from != to && self.nodes[from].joined && self.nodes[to].joined;
        if !linked || self.nodes[to].cut[from].is_some() {
            return;
        }
        let clock = self.clock(from);
        let others = self.others(from, from);
        let provider = &mut self.nodes[from];
        let time = clock::promise(clock, provider.mark);
        if !is_in(Defect::C3MarkNotRaised) {
            provider.mark = time;
            provider.data.promised = time;
            if let Some(saved) = &mut provider.saved {
                saved.promised = time;
            }
        }
        if !is_in(Defect::C3CommittersNotAwaited) {
            while !provider.pending.is_empty() {
                provider.commit(0);
            }
        }
        provider.flush();
        let applied =
            passage::applied_horizon(others.iter().map(|other| &provider.passages[*other]));
        let answer = Horizon { time, lsn: Lsn(provider.log.len() as u64), applied };
        self.note(|| format!("  {from} to {to}: {answer:?}"));
        let progress = self.nodes[to].data.progress[from];
        let passage = &mut self.nodes[to].passages[from];
        passage.applied(Lsn(progress as u64));
        passage.answer(answer);
    }

    /// The joined nodes but two.
    pub(crate) fn others(&self, here: usize, from: usize) -> Vec<usize> {
        let joined = |node: &usize| self.nodes[*node].joined;
        (0..self.nodes.len()).filter(|node| *node != here && *node != from).filter(joined).collect()
    }

    pub(crate) fn purge(&mut self, node: usize) {
        let others = self.others(node, node);
        let here = &mut self.nodes[node];
        let horizon = passage::purge_horizon(others.iter().map(|other| &here.passages[*other]));
        if horizon > i64::MIN {
            here.data.before = Default::default();
        }
        for key in 0..MAX_KEYS {
            if here.data.dead[key].is_some_and(|dead| dead.version.version.time < horizon) {
                here.data.dead[key] = None;
                here.has_purged = true;
                self.counts.purged += 1;
                if let Some(trace) = &mut self.trace {
                    trace.push_str(&format!("  delete of {key} forgotten (before {horizon})\n"));
                }
            }
        }
    }

    /// Writes stop and streams drain, in an order of their own; false when they do not.
    pub(crate) fn drain(&mut self, order: u64) {
        let mut numbers = Numbers::new(order);
        let count = self.nodes.len();
        let mut quiet = 0;
        for node in &mut self.nodes {
            node.cut = Default::default();
        }
        for _round in 0..200 {
            for node in 0..count {
                while !self.nodes[node].pending.is_empty() {
                    self.commit(node);
                }
            }
            self.now += 50;
            let mut progress = false;
            let first = numbers.next() as usize;
            for step in 0..count * count {
                let pair = (step * 7 + first) % (count * count);
                let (from, to) = (pair / count, pair % count);
                let most = 1 + numbers.below(4);
                for _ in 0..most {
                    progress |= self.deliver(from, to, false);
                }
            }
            quiet = if progress { 0 } else { quiet + 1 };
            if quiet > 0 {
                for pair in 0..count * count {
                    self.ask(pair / count, pair % count);
                }
            }
            if self.fault.is_some() || (quiet > 1 && self.is_drained()) {
                return;
            }
            if quiet > 1 {
                self.now += 500;
            }
            if quiet > 20 {
                break;
            }
        }
        self.fail("streams do not drain".to_owned());
    }

    pub(crate) fn is_drained(&self) -> bool {
        (0..self.nodes.len()).all(|here| {
            self.others(here, here).iter().all(|other| {
                !self.nodes[here].joined
                    || self.nodes[here].data.progress[*other] == self.nodes[*other].log.len()
            })
        })
    }
}

/// Lets a history happen, and its streams drain.
pub(crate) fn run(history: &History, trace: bool) -> Cluster {
    let mut cluster = Cluster::new(history.shape);
    cluster.trace = trace.then(String::new);
    for event in &history.events {
        cluster.happens(*event);
        if cluster.fault.is_some() {
            return cluster;
        }
    }
    cluster.drain(history.drain);
    cluster
}
