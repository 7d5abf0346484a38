//! One run: a system does a job once.
//!
//! Backlogs are made while the subscription is disabled, and timed from enabling it to the last row
//! being visible. An initial copy is timed from the creation of the subscription. In every case the
//! tables of both sides are compared afterwards; a run whose tables differ has no figures.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use postgres::{Client, Statement};
use serde::Serialize;
use spock_tests::Node;
use spock_tests::proxy::{Direction, Proxy};

use crate::measure::{self, Sampler, Usage};
use crate::systems::{Pair, run, server_error};
use crate::workloads::{Job, Workload};

/// How long a backlog may take.
const LIMIT: Duration = Duration::from_secs(240);
/// How often a backlog's end is looked for.
const POLL: Duration = Duration::from_millis(5);
/// What both tables hold: rows, and a checksum that does not depend on their order.
const CONTENT: &str =
    "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM t";

/// What a run measured.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Figures {
    /// Of changes that were waiting.
    Backlog { seconds: f64, provider: Usage, subscriber: Usage },
    /// Milliseconds from commit to visible, sorted.
    Latency { ms: Vec<f64> },
}

/// Bytes that a job sent from provider to subscriber, counted by a proxy in a run of its own.
pub(crate) fn count_bytes(pair: &Pair<'_>, job: Job) -> Result<u64> {
    let proxy = Proxy::to(pair.provider.port());
    let counted =
        Run { pair, job, dsn: proxy.dsn(&pair.provider), proxy: Some(&proxy), perf: None };
    let bytes = counted.whole().map(|(_, bytes)| bytes);
    let dropped = pair.unsubscribe();
    let bytes = bytes?;
    dropped.map(|()| bytes)
}

/// Does a job once; `perf` names the file of a profile.
pub(crate) fn measure(pair: &Pair<'_>, job: Job, perf: Option<&str>) -> Result<Figures> {
    let timed = Run { pair, job, dsn: pair.provider.dsn(), proxy: None, perf };
    let figures = timed.whole().map(|(figures, _)| figures);
    let dropped = pair.unsubscribe();
    let figures = figures?;
    dropped.map(|()| figures)
}

struct Run<'a> {
    pair: &'a Pair<'a>,
    job: Job,
    dsn: String,
    proxy: Option<&'a Proxy>,
    perf: Option<&'a str>,
}

impl Run<'_> {
    fn whole(&self) -> Result<(Figures, u64)> {
        self.pair.clear()?;
        let (figures, bytes) = match self.job.workload {
            Workload::InitialCopy => self.copy()?,
            Workload::Latency => (self.latency()?, 0),
            _ => self.backlog()?,
        };
        self.compare()?;
        Ok((figures, bytes))
    }

    fn backlog(&self) -> Result<(Figures, u64)> {
        let Pair { provider, subscriber, .. } = self.pair;
        self.pair.subscribe(&self.dsn, false)?;
        self.pair.wait_replicating()?;
        let mut watch = Watch::new(subscriber, "SELECT 1 FROM mark WHERE id = $1")?;
        if let Some(sql) = self.job.base_sql() {
            build(provider, &sql)?;
        }
        watch.wait_for(mark(provider)?).with_context(|| self.pair.last_log_lines())?;
        self.settle()?;
        self.leave_behind(&mut watch)?;
        self.pair.disable()?;
        build(provider, &self.job.changes_sql())?;
        let last = mark(provider)?;
        run(provider, "CHECKPOINT")?;
        self.timed(|| self.pair.enable(), &mut watch, last)
    }

    fn copy(&self) -> Result<(Figures, u64)> {
        let Pair { provider, subscriber, .. } = self.pair;
        build(provider, &self.job.base_sql().unwrap_or_default())?;
        self.settle()?;
        let mut watch = Watch::new(subscriber, "SELECT 1 FROM t WHERE id = $1")?;
        let last = self.job.last_copied();
        let figures = self.timed(|| self.pair.subscribe(&self.dsn, true), &mut watch, last)?;
        self.pair.wait_replicating()?;
        Ok(figures)
    }

    /// Begins something, and measures until a row is seen.
    fn timed(
        &self,
        begin: impl FnOnce() -> Result<()>,
        watch: &mut Watch,
        last: i64,
    ) -> Result<(Figures, u64)> {
        let bytes = || self.proxy.map_or(0, |p| p.bytes(Direction::ToClient));
        let bytes_before = bytes();
        let pid = |node: &Node<'_>| node.pid().context("the server is gone");
        let subscriber = pid(&self.pair.subscriber)?;
        let profiler = self.perf.map(|file| Profiler::start(subscriber, file));
        let sampler = Sampler::start(pid(&self.pair.provider)?, subscriber);
        let begun = Instant::now();
        begin()?;
        watch.wait_for(last).with_context(|| self.pair.last_log_lines())?;
        let seconds = begun.elapsed().as_secs_f64();
        let (provider, subscriber) = sampler.stop();
        drop(profiler);
        Ok((Figures::Backlog { seconds, provider, subscriber }, bytes() - bytes_before))
    }

    fn latency(&self) -> Result<Figures> {
        self.pair.subscribe(&self.dsn, false)?;
        self.pair.wait_replicating()?;
        let mut watch = Watch::new(&self.pair.subscriber, "SELECT 1 FROM t WHERE id = $1")?;
        let mut writer = self.pair.provider.connect();
        let insert = writer.prepare("INSERT INTO t VALUES ($1, 0, 'x')").map_err(server_error)?;
        let count = self.job.steps();
        let mut ms = Vec::new();
        // The first ones find caches cold.
        for id in 0..count + 20 {
            let id = i64::try_from(id)?;
            // Not in step with any timer.
            std::thread::sleep(Duration::from_micros(5_000 + id.unsigned_abs() * 7_919 % 10_000));
            writer.execute(&insert, &[&id]).map_err(server_error)?;
            let committed = Instant::now();
            while !watch.sees(id)? {
                ensure!(committed.elapsed() < LIMIT, "row {id} does not arrive");
            }
            ms.push(committed.elapsed().as_secs_f64() * 1000.0);
        }
        let mut ms = ms.split_off(20);
        ms.sort_by(f64::total_cmp);
        Ok(Figures::Latency { ms })
    }

    /// Brings both servers to the same rest before something is timed.
    fn settle(&self) -> Result<()> {
        for node in [&self.pair.provider, &self.pair.subscriber] {
            run(node, "VACUUM (ANALYZE) t")?;
            run(node, "CHECKPOINT")?;
        }
        Ok(())
    }

    /// Waits until the slot will not read again what was there before: it moves on at checkpoints,
    /// when what they follow has been confirmed.
    fn leave_behind(&self, watch: &mut Watch) -> Result<()> {
        let provider = &self.pair.provider;
        let position = provider.wal_lsn();
        let passed =
            format!("SELECT bool_and(restart_lsn >= '{position}') FROM pg_replication_slots");
        let begun = Instant::now();
        while provider.table(&passed) != "t" {
            if begun.elapsed() > LIMIT {
                bail!("waited {} s in vain for the slot to move on", LIMIT.as_secs());
            }
            run(provider, "CHECKPOINT")?;
            watch.wait_for(mark(provider)?)?;
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    fn compare(&self) -> Result<()> {
        let provider = self.pair.provider.try_rows(CONTENT).map_err(server_error)?;
        let subscriber = self.pair.subscriber.try_rows(CONTENT).map_err(server_error)?;
        ensure!(provider == subscriber, "tables differ: {provider:?} and {subscriber:?}");
        Ok(())
    }
}

/// Runs a statement that commits as fast as it can.
fn build(provider: &Node<'_>, sql: &str) -> Result<()> {
    run(provider, "SET synchronous_commit = off")?;
    let built = run(provider, sql);
    run(provider, "RESET synchronous_commit")?;
    built
}

/// Commits a row that says that all before it has arrived.
fn mark(provider: &Node<'_>) -> Result<i64> {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    run(provider, &format!("INSERT INTO mark VALUES ({id})"))?;
    Ok(id)
}

/// Looks for a row on a session of its own, which is open before anything is measured.
struct Watch {
    client: Client,
    question: Statement,
}

impl Watch {
    fn new(node: &Node<'_>, question: &str) -> Result<Watch> {
        let mut client = node.try_connect().map_err(server_error)?;
        let question = client.prepare(question).map_err(server_error)?;
        Ok(Watch { client, question })
    }

    fn sees(&mut self, id: i64) -> Result<bool> {
        Ok(self.client.query_opt(&self.question, &[&id]).map_err(server_error)?.is_some())
    }

    fn wait_for(&mut self, id: i64) -> Result<()> {
        let begun = Instant::now();
        while !self.sees(id)? {
            if begun.elapsed() > LIMIT {
                bail!("waited {} s in vain for the last row", LIMIT.as_secs());
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }
}

/// Profiles what a server starts from now on, for as long as this value lives.
struct Profiler(Option<Child>);

impl Profiler {
    fn start(postmaster: i32, file: &str) -> Profiler {
        // Profiling the postmaster follows its new children only.
        let mut command = Command::new("perf");
        command.args(["record", "--quiet", "--inherit", "--call-graph", "fp", "-F", "2000"]);
        command.args(["-e", "cpu-clock", "-o", file, "-p", &postmaster.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().ok();
        std::thread::sleep(Duration::from_millis(500));
        Profiler(child)
    }
}

impl Drop for Profiler {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            measure::interrupt(child.id());
            let _ = child.wait();
        }
    }
}
