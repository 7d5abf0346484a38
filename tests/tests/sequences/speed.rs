//! What a snowflake value costs beside a value of the server's own.

use std::time::{Duration, Instant};

use postgres::Client;
use spock_tests::Cluster;

const ROUNDS: usize = 15;
const VALUES: u32 = 400_000;

fn time(session: &mut Client, function: &str, sequence: &str) -> Duration {
    let query = format!("SELECT count({function}('{sequence}')) FROM generate_series(1, {VALUES})");
    let began = Instant::now();
    session.query(&query, &[]).unwrap();
    began.elapsed()
}

/// Pairs in one session, their median: at most one and a half times. Only a release build tells.
#[test]
#[ignore = "takes the machine for itself; run it with --release"]
#[expect(clippy::print_stderr, reason = "the figure is what it is run for")]
fn nextval_costs_little_more_than_the_servers_own() {
    let cluster = Cluster::builder().setting("snowflake.node", "2").start();
    let n1 = cluster.node(0);
    n1.sql("CREATE SEQUENCE own; CREATE SEQUENCE snow");
    let mut session = n1.connect();
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let own = time(&mut session, "nextval", "own");
            let snow = time(&mut session, "snowflake.nextval", "snow");
            eprintln!(
                "own {:.0} ns, snowflake {:.0} ns",
                own.as_nanos() as f64 / f64::from(VALUES),
                snow.as_nanos() as f64 / f64::from(VALUES)
            );
            snow.as_secs_f64() / own.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ROUNDS / 2];
    eprintln!("median of {ROUNDS} pairs: {median:.2}");
    if cfg!(debug_assertions) {
        eprintln!("SKIPPED: a debug build says nothing about cost");
        return;
    }
    assert!(median <= 1.5, "snowflake.nextval takes {median:.2} times as long as nextval");
}
