//! Statements by chance on few rows of three nodes, over links that break, between servers that die:
//! afterwards every row is the same on all nodes, its version included.
//!
//! A seed decides what is written, what is broken, and when, so that a run of some seeds meets every
//! kind of conflict in every order of arrival; the tests fail unless it did. Threads and servers go their
//! own pace, so the same seed is a similar run, not the same one.
//!
//! ```sh
//! scripts/torture 17          # this seed
//! scripts/torture 100..200    # these, one line each to docs/evidence/torture.jsonl
//! ```

mod compare;
mod evidence;
mod faults;
mod load;

use std::ops::Range;
use std::time::{Duration, Instant};

use spock_tests::chance::Chance;
use spock_tests::ledger::Ledger;
use spock_tests::{Cluster, Node, wait_until};

use evidence::Evidence;
use faults::Faults;

/// How long statements and faults go on.
const UNREST: Duration = Duration::from_secs(9);

/// What servers say beside what crashes bring: of links that are cut, and of clients that meet each
/// other's rows.
const EXPECTED: [&str; 6] = [
    "SSL",
    "connection to client lost",
    "duplicate key value violates unique constraint",
    "deadlock detected",
    "canceling statement",
    "CONFLICT",
];

/// One run.
fn run(seed: u64) -> Evidence {
    let began = Instant::now();
    let mut chance = Chance::new(seed);
    let builder = Cluster::builder()
        .nodes(3)
        .setting("spock.restart_delay_default", "100")
        .setting("spock.save_resolutions", "on")
        .setting("logical_decoding_work_mem", "64kB")
        .setting("wal_retrieve_retry_interval", "100ms");
    let with_clocks = seed % 2 == 1;
    let cluster = if with_clocks { builder.fake_clock() } else { builder }.start();
    cluster.allow_crashes();
    for text in EXPECTED {
        cluster.allow_log(text);
    }
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(load::TABLES);
    }
    let mut faults = Faults::between(&cluster);
    cluster.node(0).sql(load::BALANCES);
    for node in cluster.nodes() {
        cluster.wait_for("the log to be kept", || {
            node.value(
                "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name LIKE 'spk_log_%'",
            )
        });
    }
    cluster.drain();
    let ledger = Ledger::new(cluster.dir());
    let dsns: Vec<String> = cluster.nodes().iter().map(Node::dsn).collect();
    let writers_seed = chance.below(u64::MAX);
    let writers = ledger.load(&dsns, move |id| load::transaction(writers_seed, id));
    let end = Instant::now() + UNREST;
    while Instant::now() < end {
        faults.strike(&cluster, &mut chance, with_clocks);
    }
    writers.stop();
    faults.end(&cluster);
    for (subscriber, name) in &faults.subscriptions {
        assert!(
            wait_until(Duration::from_secs(60), || {
                cluster.status(*subscriber, name).as_deref() == Some("replicating")
            }),
            "seed {seed}: {name} does not come back"
        );
    }
    // What is written while streams drain (rows that lost a unique value) drains in the second round.
    cluster.drain();
    cluster.drain();
    compare::nodes(&cluster, seed);
    compare::sums(&cluster, seed);
    cluster.assert_equal("SELECT id, n, v FROM bulk ORDER BY id");
    // No log was lost, so there is nothing that nobody knew.
    for node in cluster.nodes() {
        let unknown =
            node.table("SELECT sub_id, reloid::regclass, reason FROM spock.repair_needed");
        assert_eq!(unknown, "", "seed {seed}: {}", node.name());
    }
    ledger.check(&cluster.nodes(), "SELECT id FROM journal");
    let evidence = Evidence::collect(&cluster, seed, &ledger, &faults, began.elapsed());
    assert!(evidence.seconds <= 120, "seed {seed} took {} s", evidence.seconds);
    evidence
}

/// Runs seeds, shows what each met, and demands what they must have met together.
fn run_all(seeds: Range<u64>) {
    let all: Vec<Evidence> = seeds.map(run).collect();
    evidence::demand(&all);
}

#[test]
fn seeds_1_to_5_converge() {
    run_all(1..6);
}

#[test]
fn seeds_6_to_10_converge() {
    run_all(6..11);
}

/// The seeds of `SPOCK_TORTURE_SEEDS` (`17` or `100..200`); `scripts/torture` calls it.
#[test]
#[ignore = "as many seeds as somebody asks for"]
fn chosen_seeds_converge() {
    let text = std::env::var("SPOCK_TORTURE_SEEDS").unwrap_or_else(|_| "11..21".to_owned());
    let number = |text: &str| text.parse().unwrap_or_else(|e| panic!("seed {text}: {e}"));
    let seeds = match text.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => number(&text)..number(&text) + 1,
    };
    for seed in seeds {
        run(seed).record();
    }
}
