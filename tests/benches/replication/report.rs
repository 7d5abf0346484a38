//! Medians, ratios, and the tables and files that show them.
//!
//! A ratio compares two runs of the same round: above 1 the system is faster (or cheaper) than the
//! better native mode. Which mode that is, its median decides per workload; the pairs of one round
//! then give the ratios, and the median of those is shown. Bare times are for the JSON file only.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::runs::Figures;
use crate::systems::System;
use crate::workloads::{Job, Workload};

/// One run's result.
#[derive(Debug, Serialize)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    pub(crate) system: System,
    pub(crate) workload: Workload,
    pub(crate) rows: u64,
    /// Nothing when the run is void.
    pub(crate) figures: Option<Figures>,
    /// Why it is void.
    pub(crate) void: Option<String>,
}

/// What all runs of a system with a workload come to.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) workload: String,
    pub(crate) title: String,
    pub(crate) system: String,
    pub(crate) runs: usize,
    pub(crate) void: usize,
    pub(crate) rows_per_second: Option<f64>,
    pub(crate) apply_cpu_us_per_row: Option<f64>,
    pub(crate) walsender_cpu_us_per_row: Option<f64>,
    pub(crate) apply_peak_private_mib: Option<f64>,
    pub(crate) walsender_peak_private_mib: Option<f64>,
    pub(crate) wire_bytes_per_row: Option<f64>,
    pub(crate) latency_p50_ms: Option<f64>,
    pub(crate) latency_p99_ms: Option<f64>,
    /// Speed against the better native mode; of latencies the medians'.
    pub(crate) speed_ratio: Option<f64>,
    /// Lowest and highest of the rounds.
    pub(crate) speed_ratio_range: Option<(f64, f64)>,
    /// Processor time against the native mode that uses less of it.
    pub(crate) cpu_ratio: Option<f64>,
    /// 99th percentile of latencies against the better native mode.
    pub(crate) p99_ratio: Option<f64>,
}

/// Bytes per row on the wire.
pub(crate) type Wire = BTreeMap<(Workload, System), f64>;

/// Sums up all runs.
pub(crate) fn summarize(samples: &[Sample], wire: &Wire, jobs: &[Job]) -> Vec<Summary> {
    let mut summaries = Vec::new();
    for job in jobs {
        for system in System::ALL {
            let of = |s: &&Sample| s.workload == job.workload && s.system == system;
            let runs: Vec<&Sample> = samples.iter().filter(of).collect();
            if runs.is_empty() {
                continue;
            }
            let measured = |metric: Metric| median(values(samples, job.workload, system, metric));
            let (speed_ratio, speed_ratio_range) = ratio(samples, *job, system, Metric::Speed);
            summaries.push(Summary {
                workload: job.workload.name().to_owned(),
                title: job.title(),
                system: system.name().to_owned(),
                runs: runs.iter().filter(|s| s.figures.is_some()).count(),
                void: runs.iter().filter(|s| s.figures.is_none()).count(),
                rows_per_second: measured(Metric::Rate),
                apply_cpu_us_per_row: measured(Metric::ApplyCpu).map(|v| 1.0 / v),
                walsender_cpu_us_per_row: measured(Metric::SenderCpu).map(|v| 1.0 / v),
                apply_peak_private_mib: measured(Metric::ApplyMemory),
                walsender_peak_private_mib: measured(Metric::SenderMemory),
                wire_bytes_per_row: wire.get(&(job.workload, system)).copied(),
                latency_p50_ms: measured(Metric::P50).map(|v| 1.0 / v),
                latency_p99_ms: measured(Metric::P99).map(|v| 1.0 / v),
                speed_ratio,
                speed_ratio_range,
                cpu_ratio: ratio(samples, *job, system, Metric::ApplyCpu).0,
                p99_ratio: ratio(samples, *job, system, Metric::P99).0,
            });
        }
    }
    summaries
}

/// Something of a run; where less is better, its inverse, so that ratios read alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Metric {
    Speed,
    Rate,
    ApplyCpu,
    SenderCpu,
    ApplyMemory,
    SenderMemory,
    P50,
    P99,
}

impl Metric {
    fn of(self, sample: &Sample) -> Option<f64> {
        let rows = sample.rows as f64;
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        match (sample.figures.as_ref()?, self) {
            (Figures::Backlog { seconds, .. }, Metric::Speed | Metric::Rate) => {
                Some(rows / seconds)
            }
            (Figures::Backlog { subscriber, .. }, Metric::ApplyCpu) => {
                Some(rows / subscriber.cpu_us)
            }
            (Figures::Backlog { provider, .. }, Metric::SenderCpu) => Some(rows / provider.cpu_us),
            (Figures::Backlog { subscriber, .. }, Metric::ApplyMemory) => {
                Some(mib(subscriber.peak_private_bytes))
            }
            (Figures::Backlog { provider, .. }, Metric::SenderMemory) => {
                Some(mib(provider.peak_private_bytes))
            }
            (Figures::Latency { ms }, Metric::Speed | Metric::P50) => Some(1.0 / at(ms, 0.5)?),
            (Figures::Latency { ms }, Metric::P99) => Some(1.0 / at(ms, 0.99)?),
            _ => None,
        }
    }
}

fn values(
    samples: &[Sample],
    workload: Workload,
    system: System,
    metric: Metric,
) -> impl Iterator<Item = f64> {
    samples
        .iter()
        .filter(move |s| s.workload == workload && s.system == system)
        .filter_map(move |s| metric.of(s))
}

/// Median of the rounds' ratios to the better native mode, and their range.
fn ratio(
    samples: &[Sample],
    job: Job,
    system: System,
    metric: Metric,
) -> (Option<f64>, Option<(f64, f64)>) {
    let of_system = |system| median(values(samples, job.workload, system, metric));
    let natives = System::ALL.into_iter().filter(|s| s.is_native());
    let best = natives
        .filter_map(|s| Some((s, of_system(s)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(s, _)| s);
    let Some(best) = best else { return (None, None) };
    let in_round = |round, system| {
        let of = |s: &&Sample| s.round == round && s.workload == job.workload && s.system == system;
        samples.iter().find(of).and_then(|s| metric.of(s))
    };
    let mut rounds: Vec<u32> = samples.iter().map(|s| s.round).collect();
    rounds.dedup();
    rounds.sort_unstable();
    rounds.dedup();
    let pairs: Vec<f64> = rounds
        .into_iter()
        .filter_map(|round| Some(in_round(round, system)? / in_round(round, best)?))
        .collect();
    let low = pairs.iter().copied().min_by(f64::total_cmp);
    let high = pairs.iter().copied().max_by(f64::total_cmp);
    (median(pairs), low.zip(high))
}

/// The middle value.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], upper)
    } else {
        upper
    })
}

/// The value below which this share of sorted ones lies.
fn at(sorted: &[f64], share: f64) -> Option<f64> {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.saturating_sub(1)).copied()
}

/// The comparison as Markdown: a line per workload, ratios to the better native mode.
pub(crate) fn ratio_table(summaries: &[Summary]) -> String {
    let systems: Vec<&str> = System::ALL
        .into_iter()
        .map(System::name)
        .filter(|name| summaries.iter().any(|s| s.system == *name))
        .collect();
    let mut text = format!("| workload | {} |\n|---|", systems.join(" | "));
    text.push_str(&"---:|".repeat(systems.len()));
    text.push('\n');
    for title in titles(summaries) {
        let cell = |system: &str| {
            let of = |s: &&Summary| s.title == title && s.system == system;
            let Some(summary) = summaries.iter().find(of) else { return "–".to_owned() };
            match summary.speed_ratio {
                _ if summary.runs == 0 => "void".to_owned(),
                Some(ratio) if system == System::Spock.name() => format!("**{ratio:.2}**"),
                Some(ratio) => format!("{ratio:.2}"),
                None => "–".to_owned(),
            }
        };
        let cells: Vec<String> = systems.iter().map(|s| cell(s)).collect();
        let _ = writeln!(text, "| {title} | {} |", cells.join(" | "));
    }
    text
}

/// Everything else as Markdown: a line per workload and system.
pub(crate) fn detail_table(summaries: &[Summary]) -> String {
    let mut text = "| workload | system | rows/s | speed ratio (range) | apply CPU µs/row | CPU ratio \
                    | walsender CPU µs/row | apply peak MiB | walsender peak MiB | wire bytes/row |\n\
                    |---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "–".to_owned(), |v| format!("{v:.digits$}"))
    };
    for s in summaries.iter().filter(|s| s.latency_p50_ms.is_none()) {
        let range = s
            .speed_ratio_range
            .map_or_else(String::new, |(low, high)| format!(" ({low:.2}–{high:.2})"));
        let void = if s.void > 0 { format!(" ({} void)", s.void) } else { String::new() };
        let _ = writeln!(
            text,
            "| {} | {}{void} | {} | {}{range} | {} | {} | {} | {} | {} | {} |",
            s.title,
            s.system,
            number(s.rows_per_second, 0),
            number(s.speed_ratio, 2),
            number(s.apply_cpu_us_per_row, 2),
            number(s.cpu_ratio, 2),
            number(s.walsender_cpu_us_per_row, 2),
            number(s.apply_peak_private_mib, 1),
            number(s.walsender_peak_private_mib, 1),
            number(s.wire_bytes_per_row, 1),
        );
    }
    let latencies: Vec<&Summary> =
        summaries.iter().filter(|s| s.latency_p50_ms.is_some()).collect();
    if !latencies.is_empty() {
        text.push_str(
            "\n| latency | p50 ms | p50 ratio | p99 ms | p99 ratio |\n|---|---:|---:|---:|---:|\n",
        );
    }
    for s in latencies {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            s.system,
            number(s.latency_p50_ms, 3),
            number(s.speed_ratio, 2),
            number(s.latency_p99_ms, 3),
            number(s.p99_ratio, 2),
        );
    }
    text
}

fn titles(summaries: &[Summary]) -> Vec<&str> {
    let mut titles: Vec<&str> = summaries.iter().map(|s| s.title.as_str()).collect();
    titles.dedup();
    titles
}
