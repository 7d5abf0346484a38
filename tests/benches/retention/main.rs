//! What keeping deleted rows costs: `scripts/bench retention --help`.
//!
//! Two nodes that replicate to each other; pgbench writes on one of them, whose few rows of branches and
//! tellers are as hot as rows get. Each round runs it with `spock.retention_hold` as asked and with 0,
//! one after the other, in turns which comes first: while both nodes hear each other, and while the other
//! one is stopped. What counts is the ratio of the two runs of a round.
#![expect(clippy::print_stdout, reason = "a program that a person watches")]

use std::time::Duration;

use clap::Parser;
use spock_tests::pgbench::Pgbench;
use spock_tests::{Cluster, Node, StopMode};

/// What keeping deleted rows costs.
#[derive(Parser)]
struct Args {
    /// How often each is run.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Length of a run.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The setting that is compared with 0.
    #[arg(long, default_value = "10s")]
    hold: String,
    /// Size of pgbench's tables.
    #[arg(long, default_value_t = 5)]
    scale: u32,
    /// Sessions of pgbench.
    #[arg(long, default_value_t = 2)]
    clients: u32,
    /// Said by cargo bench.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What the other node does during a run.
#[derive(Clone, Copy)]
enum Peer {
    Healthy,
    Stopped,
}

impl Peer {
    const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "both nodes are heard",
            Self::Stopped => "the peer is stopped",
        }
    }
}

fn main() {
    let args = Args::parse();
    if !args.bench {
        // `cargo test --all-targets` starts this program too.
        println!("not a test; run it with cargo bench");
        return;
    }
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("shared_buffers", "512MB")
        .setting("max_wal_size", "8GB")
        .setting("checkpoint_timeout", "1h")
        .setting("autovacuum_naptime", "1s")
        .start();
    // Stopped nodes are part of it, and rows are compared in the end.
    cluster.allow_log("");
    cluster.create_nodes();
    let n1 = cluster.node(0);
    for node in cluster.nodes() {
        Pgbench::init(&node, args.scale);
        node.sql(
            "ALTER TABLE pgbench_history ADD id uuid PRIMARY KEY DEFAULT gen_random_uuid();
             SELECT spock.repset_add_all_tables('default', '{public}')",
        );
    }
    cluster.mesh();
    cluster.drain();

    let mut lines = Vec::new();
    for peer in [Peer::Healthy, Peer::Stopped] {
        let mut ratios = Vec::new();
        for round in 0..args.rounds {
            let mut figures = [0.0; 2];
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for which in order {
                let hold = if which == 0 { args.hold.as_str() } else { "0" };
                figures[which] = run(&cluster, &n1, peer, hold, &args);
            }
            let ratio = figures[0] / figures[1];
            println!(
                "{}, round {}: {:.0} tps with {}, {:.0} without: {ratio:.2}",
                peer.name(),
                round + 1,
                figures[0],
                args.hold,
                figures[1],
            );
            ratios.push(ratio);
        }
        ratios.sort_by(f64::total_cmp);
        lines.push(format!(
            "| {} | {:.2} ({:.2} to {:.2}) |",
            peer.name(),
            ratios[ratios.len() / 2],
            ratios[0],
            ratios[ratios.len() - 1],
        ));
    }
    cluster.assert_equal("SELECT * FROM pgbench_branches ORDER BY bid");
    println!("\n| tps with spock.retention_hold = {}, without it 1 | median (range) |", args.hold);
    println!("|---|---:|");
    for line in lines {
        println!("{line}");
    }
}

/// One run; its transactions per second.
fn run(cluster: &Cluster, n1: &Node<'_>, peer: Peer, hold: &str, args: &Args) -> f64 {
    n1.sql(&format!("ALTER SYSTEM SET spock.retention_hold = '{hold}'"));
    n1.sql("SELECT pg_reload_conf()");
    let wanted = if hold == "0" { "off: spock.retention_hold is 0" } else { "holding" };
    cluster.wait_for("the setting", || {
        n1.value::<String>("SELECT state FROM spock.retention") == wanted
    });
    // Each begins with tables without dead rows.
    for table in ["pgbench_branches", "pgbench_tellers", "pgbench_accounts"] {
        n1.sql(&format!("VACUUM FULL {table}"));
    }
    n1.sql("CHECKPOINT");
    let n2 = cluster.node(1);
    if let Peer::Stopped = peer {
        n2.stop(StopMode::Fast).expect("a stop");
    }
    let report = Pgbench::new(n1).clients(args.clients).seconds(args.seconds).run();
    if let Peer::Stopped = peer {
        n2.start().expect("a start");
    }
    cluster.wait_at_most(Duration::from_secs(600), "the other node to catch up", || {
        cluster.status(0, "sub_n2_n1").as_deref() == Some("replicating")
            && cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });
    cluster.drain();
    report.per_second
}
