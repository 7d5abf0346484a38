//! Random histories of writes on several nodes, delivered in every order: in the end all nodes hold
//! what the complete history says.
//!
//! The way of each change through a node is `spock_core::converge`, the code that the engine runs;
//! [`node`] and [`store`] are a simulated table, [`cluster`] is everything around it with [`users`],
//! [`streams`] and [`copies`], [`oracle`] says what must come out, and [`shrink`] makes a failing
//! history small.
//!
//! `SPOCK_MODEL_COUNT` sets how many histories are run, `SPOCK_MODEL_SEED` where they begin. With
//! the feature `mutants` each known defect is put in instead, and has to be found.

mod cluster;
mod copies;
mod events;
mod node;
mod oracle;
mod shrink;
mod store;
mod streams;
mod users;

use std::sync::atomic::{AtomicU64, Ordering};

use cluster::Counts;
use events::History;

const COUNT: u64 = 100_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// Runs histories from `seed` on until one fails; returns the first such, and what all contained.
fn run(seed: u64, count: u64) -> (Option<u64>, Counts) {
    let next = AtomicU64::new(0);
    let first_failed = AtomicU64::new(u64::MAX);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(8));
    let work = || {
        let mut counts = Counts::default();
        loop {
            let at = next.fetch_add(64, Ordering::Relaxed);
            if at >= count || at > first_failed.load(Ordering::Relaxed) {
                return counts;
            }
            for at in at..(at + 64).min(count) {
                let cluster = cluster::run(&History::of(seed.wrapping_add(at)), false);
                counts.add(&cluster.counts);
                if oracle::check(&cluster).is_some() {
                    first_failed.fetch_min(at, Ordering::Relaxed);
                    return counts;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut counts = Counts::default();
        for worker in workers {
            counts.add(&worker.join().expect("a worker"));
        }
        let failed = first_failed.load(Ordering::Relaxed);
        ((failed != u64::MAX).then(|| seed.wrapping_add(failed)), counts)
    })
}

#[cfg(not(feature = "mutants"))]
#[test]
#[allow(clippy::print_stdout)]
fn replicas_converge_in_every_order() {
    use std::time::{SystemTime, UNIX_EPOCH};

    let seed = number("SPOCK_MODEL_SEED").unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        since.as_millis() as u64 * 1_000_000
    });
    let count = number("SPOCK_MODEL_COUNT").unwrap_or(COUNT);
    println!("{count} histories from SPOCK_MODEL_SEED={seed}");
    let (failed, counts) = run(seed, count);
    println!("{counts:?}");
    if let Some(seed) = failed {
        panic!("{}", shrink::report(seed));
    }
}

#[cfg(feature = "mutants")]
mod mutants {
    use super::*;
    use spock_core::converge::defect::{Defect, put_in};
    use std::fmt::Write;

    /// Puts in each defect (or the one named by `SPOCK_MODEL_DEFECT`) and looks for it; writes a table
    /// to the file named by `SPOCK_MODEL_REPORT`.
    #[test]
    #[allow(clippy::print_stdout)]
    fn every_defect_is_found() {
        let seed = number("SPOCK_MODEL_SEED").unwrap_or(1);
        let count = number("SPOCK_MODEL_COUNT").unwrap_or(COUNT);
        let wanted = std::env::var("SPOCK_MODEL_DEFECT").ok();
        let mut table = String::new();
        let mut missed = Vec::new();
        for defect in Defect::ALL.iter().copied() {
            if wanted.as_deref().is_some_and(|wanted| wanted != defect.name()) {
                continue;
            }
            put_in(Some(defect));
            let (failed, _) = run(seed, count);
            let found = failed.map(|failed| {
                let history = shrink::shrink(History::of(failed));
                if wanted.is_some() {
                    println!("{}", shrink::report(failed));
                }
                (failed - seed + 1, history.events.len(), shrink::failure(&history))
            });
            let line = match &found {
                Some((histories, events, text)) => format!(
                    "| `{}` | {} | {histories} | {events} | {} |",
                    defect.name(),
                    defect.text(),
                    text.as_deref().and_then(|text| text.lines().next()).unwrap_or_default()
                ),
                None => format!("| `{}` | {} | not found | | |", defect.name(), defect.text()),
            };
            println!("{line}");
            writeln!(table, "{line}").expect("a string");
            if found.is_none() {
                missed.push(defect.name());
            }
        }
        put_in(None);
        if let Ok(path) = std::env::var("SPOCK_MODEL_REPORT") {
            std::fs::write(path, table).expect("the report can be written");
        }
        assert!(missed.is_empty(), "not found: {missed:?}");
    }
}
