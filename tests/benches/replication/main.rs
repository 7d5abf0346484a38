//! Replication benchmark: `cargo bench -p spock-tests --bench replication -- --help`.
//!
//! Two servers of the harness, one after the other each system does each workload, in every round
//! in another order; the figures that count are ratios of runs of the same round. What is measured
//! and how to read it stands in docs/bench.md.
//!
//! - [`args`]: the command line
//! - [`workloads`]: the tables and the changes
//! - [`systems`]: native modes, pglogical, spock: how each subscribes, stops, and continues
//! - [`runs`]: one run
//! - [`measure`]: processor time and memory of the workers
//! - [`report`]: medians, ratios, tables
#![expect(clippy::print_stdout, reason = "a program that a person watches")]

mod args;
mod measure;
mod report;
mod runs;
mod systems;
mod workloads;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use spock_tests::{Cluster, library};

use crate::args::Args;
use crate::report::{Sample, Summary, Wire};
use crate::runs::Figures;
use crate::systems::{Pair, System};
use crate::workloads::Job;

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.bench {
        // `cargo test --all-targets` starts this program too.
        println!("not a test; run it with cargo bench");
        return Ok(());
    }
    let cluster = start(&args);
    let systems = available(&cluster, &args)?;
    let jobs: Vec<Job> = args.workloads().iter().map(|w| w.job(args.divisor())).collect();
    let out = out_dir(&args)?;
    let load = load_average();
    if load > 0.5 {
        println!("note: the machine is busy (load {load}); ratios will scatter");
    }

    let mut samples = Vec::new();
    for round in 0..args.rounds {
        for job in &jobs {
            for &system in &order(&systems, round) {
                let perf = args.perf.then(|| {
                    let file = format!("perf-{}-{system:?}.data", job.workload.name());
                    out.join(file.to_lowercase()).to_string_lossy().into_owned()
                });
                let begun = Instant::now();
                let result = runs::measure(&Pair::new(&cluster, system), *job, perf.as_deref());
                let sample = sample(round, system, *job, result);
                println!("{}  [{:.0} s]", line(&args, &sample), begun.elapsed().as_secs_f64());
                samples.push(sample);
            }
        }
    }
    let wire = if args.no_wire { Wire::new() } else { count_wire(&cluster, &systems, &args) };
    let summaries = report::summarize(&samples, &wire, &jobs);
    write_results(&cluster, &args, &out, load, &samples, &summaries)
}

/// Two servers with the same settings; what serves no comparison is off.
fn start(args: &Args) -> Cluster {
    let systems = args.systems();
    let spock = systems.contains(&System::Spock);
    let pglogical = systems.contains(&System::Pglogical) && pglogical_library().is_some();
    let libraries: Vec<&str> = [(spock, "spock"), (pglogical, "pglogical")]
        .into_iter()
        .filter_map(|(wanted, name)| wanted.then_some(name))
        .collect();
    let databases: Vec<&str> = systems.iter().map(|s| s.database()).collect();
    let mut builder = Cluster::builder().nodes(2).databases(&databases);
    builder = if spock { builder.without_create_extension() } else { builder.stock() };
    for (name, value) in [
        ("shared_preload_libraries", libraries.join(", ").as_str()),
        ("wal_retrieve_retry_interval", "100ms"),
        ("shared_buffers", "1GB"),
        ("max_wal_size", "16GB"),
        ("min_wal_size", "4GB"),
        ("checkpoint_timeout", "1h"),
        ("autovacuum", "off"),
    ] {
        builder = builder.setting(name, value);
    }
    let cluster = builder.start();
    // Tables are compared after each run; what a disabled worker logs on its way out is no finding.
    cluster.allow_log("");
    cluster
}

/// pglogical's library, where the installed server has it.
fn pglogical_library() -> Option<PathBuf> {
    let server = spock_admin::local::Installation::find().ok()?;
    Some(server.lib.join("pglogical.so")).filter(|path| path.is_file())
}

/// The systems that can run here, prepared.
fn available(cluster: &Cluster, args: &Args) -> Result<Vec<System>> {
    let mut systems = args.systems();
    if systems.contains(&System::Pglogical) && pglogical_library().is_none() {
        println!("pglogical is not installed (package postgresql-15-pglogical): left out");
        systems.retain(|s| *s != System::Pglogical);
    }
    for &system in &systems {
        Pair::new(cluster, system)
            .prepare()
            .with_context(|| format!("{} cannot be prepared", system.name()))?;
    }
    Ok(systems)
}

/// The order of a round: everyone comes first in turn, and every other round runs backwards.
fn order(systems: &[System], round: u32) -> Vec<System> {
    let mut order = systems.to_vec();
    let count = order.len().max(1);
    order.rotate_left(round as usize / 2 % count);
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

fn sample(round: u32, system: System, job: Job, result: Result<Figures>) -> Sample {
    let (figures, void) = match result {
        Ok(figures) => (Some(figures), None),
        Err(error) => (None, Some(format!("{error:#}"))),
    };
    Sample { round, system, workload: job.workload, rows: job.rows(), figures, void }
}

/// A run as the person who watches sees it.
fn line(args: &Args, sample: &Sample) -> String {
    let what = match &sample.figures {
        Some(Figures::Backlog { seconds, provider, subscriber }) => format!(
            "{:>8.0} rows/s  apply {:.2} µs/row, {:.1} MiB  walsender {:.2} µs/row, {:.1} MiB",
            sample.rows as f64 / seconds,
            subscriber.cpu_us / sample.rows as f64,
            subscriber.peak_private_bytes as f64 / f64::from(1 << 20),
            provider.cpu_us / sample.rows as f64,
            provider.peak_private_bytes as f64 / f64::from(1 << 20),
        ),
        Some(Figures::Latency { ms }) => {
            format!("p50 {:.3} ms", ms.get(ms.len() / 2).copied().unwrap_or_default())
        }
        None => format!("VOID: {}", sample.void.as_deref().unwrap_or_default()),
    };
    format!(
        "round {}/{}  {:<12} {:<13} {what}",
        sample.round + 1,
        args.rounds,
        sample.workload.name(),
        sample.system.name()
    )
}

/// Bytes per row on the wire, by runs that nobody times.
fn count_wire(cluster: &Cluster, systems: &[System], args: &Args) -> Wire {
    let mut wire = Wire::new();
    for workload in args.workloads() {
        let job = workload.job(10);
        if workload == workloads::Workload::Latency {
            continue;
        }
        for &system in systems {
            match runs::count_bytes(&Pair::new(cluster, system), job) {
                Ok(bytes) => {
                    let per_row = bytes as f64 / job.rows() as f64;
                    println!(
                        "wire  {:<12} {:<13} {per_row:.1} bytes/row",
                        workload.name(),
                        system.name()
                    );
                    wire.insert((workload, system), per_row);
                }
                Err(error) => println!("wire  {} {}: {error:#}", workload.name(), system.name()),
            }
        }
    }
    wire
}

fn out_dir(args: &Args) -> Result<PathBuf> {
    let target = || {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| library::root().join("target"), PathBuf::from)
            .join("bench")
    };
    let out = args.out.clone().unwrap_or_else(target);
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    Ok(out)
}

fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|l| l.parse().ok()).unwrap_or_default()
}

fn write_results(
    cluster: &Cluster,
    args: &Args,
    out: &std::path::Path,
    load: f64,
    samples: &[Sample],
    summaries: &[Summary],
) -> Result<()> {
    let version: String = cluster.node(0).value("SELECT version()");
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")?.split(": ").nth(1));
    let json = serde_json::json!({
        "server": version,
        "cpu": model,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "load_before": load,
        "rounds": args.rounds,
        "quick": args.quick,
        "summary": summaries,
        "runs": samples,
    });
    let (ratios, details) = (report::ratio_table(summaries), report::detail_table(summaries));
    println!("\nspeed against the better native mode (above 1 is faster)\n\n{ratios}\n{details}");
    for (name, text) in [
        ("replication.json", serde_json::to_string_pretty(&json)?),
        ("replication.md", format!("{ratios}\n{details}")),
    ] {
        let path = out.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("written: {}", path.display());
    }
    Ok(())
}
