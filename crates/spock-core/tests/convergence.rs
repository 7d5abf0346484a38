//! Random histories of writes, delays and repeats on several nodes: in the end all hold one row.
//!
//! A model of the cluster with one row: nodes write it, streams bring each node's writes to every
//! other in the order written but at any time, and a stream may be cut and start again from an
//! earlier point. The only decision is [`decide`].

use proptest::prelude::*;
use spock_core::conflict::{Decision, Policy, Side, Version, decide};
use spock_core::oid::NodeId;

/// One thing that happens. Numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A user writes at a node, whose clock has moved on (or back, where clocks may).
    Write { node: usize, clock: i64 },
    /// A stream brings its next change.
    Deliver { from: usize, to: usize },
    /// A stream starts again, some changes back.
    Rewind { from: usize, to: usize, changes: usize },
}

struct Cluster {
    policy: Policy,
    /// Whether nodes keep their commit times above every version they hold (rules V4 and V5).
    clock_rules: bool,
    rows: Vec<Option<Side>>,
    written: Vec<Vec<Side>>,
    position: Vec<Vec<usize>>,
    ties: Vec<i64>,
}

impl Cluster {
    fn new(ties: Vec<i64>, policy: Policy, clock_rules: bool) -> Self {
        let count = ties.len();
        Self {
            policy,
            clock_rules,
            rows: vec![None; count],
            written: vec![Vec::new(); count],
            position: vec![vec![0; count]; count],
            ties,
        }
    }

    fn write(&mut self, node: usize, clock: i64) {
        let newest_here = self.rows[node].map(|side| side.version.time);
        let time = match newest_here {
            Some(newest) if self.clock_rules && clock <= newest => newest + 1,
            _ => clock,
        };
        let id = NodeId::new(node as u16 + 1).expect("a real node id");
        let side = Side::with_tiebreaker(Version { time, node: id }, Some(self.ties[node]));
        self.rows[node] = Some(side);
        self.written[node].push(side);
    }

    fn deliver(&mut self, from: usize, to: usize) -> bool {
        if from == to {
            return false;
        }
        let Some(&remote) = self.written[from].get(self.position[from][to]) else { return false };
        self.position[from][to] += 1;
        let decision = match self.rows[to] {
            None => Decision::ApplyRemote,
            Some(_) => decide(self.policy, self.rows[to], remote),
        };
        if decision.applies() {
            self.rows[to] = Some(remote);
        }
        true
    }

    fn run(&mut self, events: &[Event]) {
        let nodes = self.rows.len();
        for event in events {
            match *event {
                Event::Write { node, clock } => self.write(node % nodes, clock),
                Event::Deliver { from, to } => {
                    self.deliver(from % nodes, to % nodes);
                }
                Event::Rewind { from, to, changes } => {
                    let position = &mut self.position[from % nodes][to % nodes];
                    *position = position.saturating_sub(changes);
                }
            }
        }
    }

    /// Lets every stream come to its end, one after the other in an order given by `seed`.
    fn drain(&mut self, seed: usize) {
        let nodes = self.rows.len();
        for step in 0..nodes * nodes {
            let pair = (step + seed) % (nodes * nodes);
            while self.deliver(pair / nodes, pair % nodes) {}
        }
    }

    fn equal(&self) -> bool {
        self.rows.windows(2).all(|pair| pair[0] == pair[1])
    }
}

fn event() -> impl Strategy<Value = Event> {
    let node = 0..5usize;
    prop_oneof![
        // Few different times, so that many are equal.
        2 => (node.clone(), 0..6i64).prop_map(|(node, clock)| Event::Write { node, clock }),
        5 => (node.clone(), node.clone()).prop_map(|(from, to)| Event::Deliver { from, to }),
        1 => (node.clone(), node, 0..3usize)
            .prop_map(|(from, to, changes)| Event::Rewind { from, to, changes }),
    ]
}

fn write(node: usize, clock: i64) -> Event {
    Event::Write { node, clock }
}

fn deliver(from: usize, to: usize) -> Event {
    Event::Deliver { from, to }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn all_nodes_end_with_the_same_version(
        ties in prop::collection::vec(0..3i64, 2..=5),
        events in prop::collection::vec(event(), 0..60),
        seed: usize,
    ) {
        let mut cluster = Cluster::new(ties, Policy::LastUpdateWins, true);
        cluster.run(&events);
        cluster.drain(seed);
        prop_assert!(cluster.equal(), "{:?}", cluster.rows);
    }
}

#[test]
fn v4_without_the_clock_rules_nodes_diverge() {
    // A writes at 100, its clock steps back, A writes at 50; B wrote at 70.
    let history = [write(0, 100), write(1, 70), write(0, 50)];
    for (clock_rules, converges) in [(false, false), (true, true)] {
        let mut cluster = Cluster::new(vec![1, 2], Policy::LastUpdateWins, clock_rules);
        cluster.run(&history);
        cluster.drain(0);
        assert_eq!(cluster.equal(), converges, "{:?}", cluster.rows);
    }
}

#[test]
fn p1_the_other_policies_diverge_in_a_mesh() {
    // Two histories for each: two nodes write at once; one overwrites the other's row.
    let histories: [&[Event]; 2] =
        [&[write(0, 1), write(1, 2)], &[write(0, 1), deliver(0, 1), write(1, 2)]];
    for policy in [Policy::FirstUpdateWins, Policy::ApplyRemote, Policy::KeepLocal, Policy::Error] {
        assert!(!policy.converges());
        let diverged = histories.iter().any(|history| {
            let mut cluster = Cluster::new(vec![1, 2], policy, true);
            cluster.run(history);
            cluster.drain(0);
            !cluster.equal()
        });
        assert!(diverged, "{}", policy.name());
    }
}

#[test]
fn v6_a_stream_that_starts_again_does_no_harm() {
    let mut cluster = Cluster::new(vec![1, 2], Policy::LastUpdateWins, true);
    cluster.run(&[write(0, 1), write(0, 2), write(0, 3), deliver(0, 1), deliver(0, 1)]);
    cluster.run(&[deliver(0, 1), Event::Rewind { from: 0, to: 1, changes: 3 }, deliver(0, 1)]);
    assert_eq!(cluster.rows[0], cluster.rows[1], "the first repeat is skipped");
}
