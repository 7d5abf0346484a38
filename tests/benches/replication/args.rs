//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::systems::System;
use crate::workloads::Workload;

/// Compares spock with native logical replication and pglogical on the same work in the same run.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub(crate) struct Args {
    /// How often each system does each workload; ratios are medians over the rounds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Only this workload (may be repeated).
    #[arg(long, value_enum)]
    pub(crate) workload: Vec<Workload>,
    /// Only this system (may be repeated); ratios need one of the native modes.
    #[arg(long, value_enum)]
    pub(crate) system: Vec<System>,
    /// A tenth of the rows: to see that everything works, not to publish.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Leaves out the untimed runs that count bytes on the wire.
    #[arg(long)]
    pub(crate) no_wire: bool,
    /// Where results go, instead of `bench` in cargo's target directory.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Records a profile of each apply worker with `perf` (the times are not comparable then).
    #[arg(long)]
    pub(crate) perf: bool,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    pub(crate) bench: bool,
}

impl Args {
    /// The systems to compare, in their order of the tables.
    pub(crate) fn systems(&self) -> Vec<System> {
        let asked = |s: &System| self.system.is_empty() || self.system.contains(s);
        System::ALL.into_iter().filter(asked).collect()
    }

    /// The workloads to run, in their order of the tables.
    pub(crate) fn workloads(&self) -> Vec<Workload> {
        let asked = |w: &Workload| self.workload.is_empty() || self.workload.contains(w);
        Workload::ALL.into_iter().filter(asked).collect()
    }

    /// What row counts are divided by.
    pub(crate) fn divisor(&self) -> u64 {
        if self.quick { 10 } else { 1 }
    }
}
