//! The search: from ranges over buckets to rows that differed when they were read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use futures::future::try_join_all;
use tokio::sync::{Mutex, mpsc};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::shape::Shape;
use super::statements::Range;
use super::{Lanes, Options, Pace};
use crate::client::Client;
use crate::error::Result;
use crate::operations::Fleet;
use crate::progress::{Event, Progress};

/// A range with more rows than this many blocks on some node is cut again.
const LARGE: i64 = 8;
/// Rows in a bucket, about.
const BUCKET_ROWS: i64 = 32;
/// Buckets of a table that is not cut into ranges, at most.
const MOST_BUCKETS: i64 = 1 << 18;
/// Buckets whose rows are asked for at once.
const BUCKETS_AT_ONCE: usize = 20_000;

/// What identifies a row: the texts of its key, or of its hash in tables without a key.
pub(super) type RowId = Vec<String>;

/// A row as one node had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) hash: i64,
    pub(super) count: i64,
    /// Changes with whoever writes the row.
    pub(super) writer: i64,
}

/// The row on each node.
pub(super) type Look = Vec<Option<Seen>>;

/// Whether the row is the same on all nodes.
pub(super) fn is_equal(look: &Look) -> bool {
    let value = |seen: &Option<Seen>| seen.map(|seen| (seen.hash, seen.count));
    look.windows(2).all(|pair| value(&pair[0]) == value(&pair[1]))
}

/// What the search found.
pub(super) struct Found {
    pub(super) candidates: BTreeMap<RowId, Look>,
    /// Rows that each node had.
    pub(super) rows: Vec<i64>,
    /// The search ended at the limit.
    pub(super) is_cut: bool,
}

/// Looks through the table, several ranges at once.
pub(super) async fn scan(
    lanes: &Lanes,
    shape: &Shape,
    options: &Options,
    step: &str,
    progress: &dyn Progress,
) -> Result<Found> {
    let nodes = lanes.main().clients.len();
    let search = Search {
        shape,
        options,
        pace: Pace::new(options.rate),
        rows: (0..nodes).map(|_| AtomicI64::new(0)).collect(),
        blocks: AtomicU64::new(0),
        candidates: Mutex::default(),
        count: AtomicUsize::new(0),
        is_cut: AtomicBool::new(false),
        step,
        progress,
    };
    if shape.splits() {
        // Wide enough that the next ranges are known before somebody waits for them.
        let (sender, receiver) = mpsc::channel(2 * lanes.fleets.len());
        let receiver = Mutex::new(receiver);
        let cutter = search.cut(&lanes.main().clients[0], sender);
        let workers = lanes.fleets.iter().map(|fleet| search.work(fleet, &receiver));
        futures::future::try_join(cutter, try_join_all(workers)).await?;
    } else {
        let lane = Lane::new(lanes.main());
        let sums = search.buckets(&lane, &Range::default(), mask(shape.rows, MOST_BUCKETS)).await?;
        for (rows, sum) in search.rows.iter().zip(sums) {
            rows.fetch_add(sum, Ordering::Relaxed);
        }
    }
    Ok(Found {
        candidates: search.candidates.into_inner(),
        rows: search.rows.into_iter().map(AtomicI64::into_inner).collect(),
        is_cut: search.is_cut.into_inner(),
    })
}

/// Connections to all nodes, and what was prepared on them.
struct Lane<'a> {
    fleet: &'a Fleet,
    prepared: Vec<Mutex<HashMap<String, Statement>>>,
}

impl<'a> Lane<'a> {
    fn new(fleet: &'a Fleet) -> Self {
        Lane { fleet, prepared: fleet.clients.iter().map(|_| Mutex::default()).collect() }
    }

    async fn query(
        &self,
        node: usize,
        sql: String,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>> {
        let client = &self.fleet.clients[node];
        let mut prepared = self.prepared[node].lock().await;
        let statement = match prepared.get(&sql) {
            Some(statement) => statement.clone(),
            None => {
                let statement = client.prepare(&sql).await?;
                prepared.insert(sql, statement.clone());
                statement
            }
        };
        drop(prepared);
        client.query_prepared(&statement, params).await
    }

    /// The same question to every node at once.
    async fn ask(
        &self,
        sql: impl Fn(usize) -> String,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Vec<Row>>> {
        try_join_all((0..self.fleet.clients.len()).map(|node| self.query(node, sql(node), params)))
            .await
    }
}

/// The values of a range as parameters, with others behind them.
fn parameters<'p>(
    range: &'p Range,
    others: &[&'p (dyn ToSql + Sync)],
) -> Vec<&'p (dyn ToSql + Sync)> {
    range
        .values()
        .map(|value| -> &(dyn ToSql + Sync) { value })
        .chain(others.iter().copied())
        .collect()
}

/// Takes so many bits of a hash that a bucket has a few rows.
fn mask(rows: i64, most: i64) -> i64 {
    let buckets = (rows / BUCKET_ROWS).clamp(1, most).cast_unsigned().next_power_of_two();
    buckets.cast_signed() - 1
}

/// Which of the ranges are compared: a part of them, evenly spread, from one run to the next not the same ones.
struct Sample {
    share: f64,
    /// Above one when a range is due.
    due: f64,
}

impl Sample {
    fn new(percent: f64) -> Self {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
        Sample::starting(percent, f64::from(nanos) / 1e9)
    }

    fn starting(percent: f64, due: f64) -> Self {
        Sample { share: percent / 100.0, due }
    }

    fn takes_next(&mut self) -> bool {
        self.due += self.share;
        let takes = self.due >= 1.0;
        self.due -= f64::from(u8::from(takes));
        takes
    }
}

struct Search<'a> {
    shape: &'a Shape,
    options: &'a Options,
    pace: Pace,
    rows: Vec<AtomicI64>,
    blocks: AtomicU64,
    candidates: Mutex<BTreeMap<RowId, Look>>,
    count: AtomicUsize,
    is_cut: AtomicBool,
    step: &'a str,
    progress: &'a dyn Progress,
}

impl Search<'_> {
    /// Cuts the table into ranges, by the rows of the first node.
    async fn cut(&self, client: &Arc<Client>, ranges: mpsc::Sender<Range>) -> Result<()> {
        let mut range = Range::default();
        let mut sample = self.options.sample.map(Sample::new);
        loop {
            let next = self.boundary(client, 0, &range).await?;
            let is_last = next.is_none();
            let piece = Range { after: range.after.take(), upto: next.clone() };
            let is_taken = sample.as_mut().is_none_or(Sample::takes_next);
            // Nobody takes ranges any more when the limit was reached, or a worker failed.
            if (is_taken && ranges.send(piece).await.is_err()) || is_last {
                return Ok(());
            }
            range.after = next;
        }
    }

    /// The end of the first block in a range; none when it is the last one.
    async fn boundary(
        &self,
        client: &Arc<Client>,
        node: usize,
        range: &Range,
    ) -> Result<Option<Vec<String>>> {
        let offset = i64::from(self.options.block_rows.max(1)) - 1;
        let sql = self.shape.statements[node].boundary(range);
        let rows = client.query(&sql, &parameters(range, &[&offset])).await?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Compares ranges until there are no more.
    async fn work(&self, fleet: &Fleet, ranges: &Mutex<mpsc::Receiver<Range>>) -> Result<()> {
        let lane = Lane::new(fleet);
        loop {
            let next = ranges.lock().await.recv().await;
            let Some(range) = next else { return Ok(()) };
            if self.is_cut.load(Ordering::Relaxed) {
                // Goes on to take ranges, so that the cutter ends.
                ranges.lock().await.close();
                continue;
            }
            self.range(&lane, range).await?;
        }
    }

    /// Compares a range, and looks into it when it differs.
    async fn range(&self, lane: &Lane<'_>, range: Range) -> Result<()> {
        let mut is_piece = false;
        let mut pending = vec![range];
        while let Some(range) = pending.pop() {
            if self.is_cut.load(Ordering::Relaxed) {
                return Ok(());
            }
            let answers = lane
                .ask(|node| self.shape.statements[node].sum(&range), &parameters(&range, &[]))
                .await?;
            let sums: Vec<(i64, String)> = answers
                .iter()
                .filter_map(|rows| rows.first())
                .map(|row| (row.get(0), row.get(1)))
                .collect();
            if !is_piece {
                self.count_rows(sums.iter().map(|(rows, _)| *rows));
            }
            is_piece = true;
            let most = sums.iter().map(|(rows, _)| *rows).max().unwrap_or_default();
            self.pace.take(most).await;
            if sums.windows(2).all(|pair| pair[0] == pair[1]) {
                continue;
            }
            if most > LARGE * i64::from(self.options.block_rows) {
                let fullest = sums.iter().position(|(rows, _)| *rows == most).unwrap_or_default();
                let pieces = self.pieces(lane, fullest, &range).await?;
                if pieces.len() > 1 {
                    pending.extend(pieces);
                    continue;
                }
            }
            self.buckets(lane, &range, mask(most, MOST_BUCKETS)).await?;
            self.pace.take(2 * most).await;
        }
        Ok(())
    }

    /// Cuts a range by the rows of the node that has most of them.
    async fn pieces(&self, lane: &Lane<'_>, node: usize, range: &Range) -> Result<Vec<Range>> {
        let client = &lane.fleet.clients[node];
        let mut pieces = Vec::new();
        let mut rest = range.clone();
        while let Some(end) = self.boundary(client, node, &rest).await? {
            pieces.push(Range { after: rest.after.take(), upto: Some(end.clone()) });
            rest.after = Some(end);
        }
        pieces.push(rest);
        Ok(pieces)
    }

    /// Compares the buckets of a range and the rows of those that differ; how many rows each node has.
    async fn buckets(&self, lane: &Lane<'_>, range: &Range, mask: i64) -> Result<Vec<i64>> {
        let statements = &self.shape.statements;
        let answers =
            lane.ask(|node| statements[node].buckets(range), &parameters(range, &[&mask])).await?;
        let mut rows = Vec::new();
        let mut buckets: HashMap<i64, Vec<Option<(i64, String)>>> = HashMap::new();
        for (node, answer) in answers.iter().enumerate() {
            let mut sum = 0;
            for row in answer {
                let count: i64 = row.get(1);
                sum += count;
                let nodes = buckets.entry(row.get(0)).or_insert_with(|| vec![None; answers.len()]);
                nodes[node] = Some((count, row.get(2)));
            }
            rows.push(sum);
        }
        let differing: BTreeSet<i64> = buckets
            .into_iter()
            .filter(|(_, nodes)| nodes.windows(2).any(|pair| pair[0] != pair[1]))
            .map(|(bucket, _)| bucket)
            .collect();
        let differing: Vec<i64> = differing.into_iter().collect();
        for some in differing.chunks(BUCKETS_AT_ONCE) {
            let some = some.to_vec();
            let answers = lane
                .ask(|node| statements[node].rows(range), &parameters(range, &[&mask, &some]))
                .await?;
            self.collect(&answers).await;
            if self.is_cut.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(rows)
    }

    /// Keeps the rows that differ.
    async fn collect(&self, answers: &[Vec<Row>]) {
        let mut looks: BTreeMap<RowId, Look> = BTreeMap::new();
        for (node, answer) in answers.iter().enumerate() {
            for row in answer {
                let look = looks.entry(row.get(0)).or_insert_with(|| vec![None; answers.len()]);
                look[node] = Some(Seen { hash: row.get(1), count: row.get(2), writer: row.get(3) });
            }
        }
        looks.retain(|_, look| !is_equal(look));
        if looks.is_empty() {
            return;
        }
        let mut candidates = self.candidates.lock().await;
        for (id, look) in looks {
            if candidates.len() >= self.options.limit {
                self.is_cut.store(true, Ordering::Relaxed);
                break;
            }
            candidates.insert(id, look);
        }
        self.count.store(candidates.len(), Ordering::Relaxed);
    }

    fn count_rows(&self, rows: impl Iterator<Item = i64>) {
        for (sum, rows) in self.rows.iter().zip(rows) {
            sum.fetch_add(rows, Ordering::Relaxed);
        }
        let blocks = self.blocks.fetch_add(1, Ordering::Relaxed) + 1;
        let done = blocks * u64::from(self.options.block_rows);
        let message = format!(
            "{} rows, {} to be looked at again",
            self.rows.first().map_or(0, |rows| rows.load(Ordering::Relaxed)),
            self.count.load(Ordering::Relaxed)
        );
        let total = self.shape.rows.unsigned_abs().max(done);
        self.progress.event(Event::StepProgress {
            step: self.step,
            done,
            total,
            message: &message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(hash: i64, writer: i64) -> Option<Seen> {
        Some(Seen { hash, count: 1, writer })
    }

    #[test]
    fn rows_are_equal_by_what_they_hold() {
        assert!(is_equal(&vec![seen(1, 700), seen(1, 5)]));
        assert!(!is_equal(&vec![seen(1, 5), seen(2, 5)]));
        assert!(!is_equal(&vec![seen(1, 5), None]));
        assert!(is_equal(&vec![None, None]));
    }

    #[test]
    fn masks_have_all_bits_below_the_number_of_buckets() {
        assert_eq!(mask(0, MOST_BUCKETS), 0);
        assert_eq!(mask(10_000, MOST_BUCKETS), 511);
        assert_eq!(mask(i64::MAX, MOST_BUCKETS), MOST_BUCKETS - 1);
    }

    #[test]
    fn a_sample_is_as_large_as_asked_for_and_spread() {
        for (percent, start) in [(10.0, 0.0), (10.0, 0.99), (33.3, 0.5), (100.0, 0.0), (0.5, 0.7)] {
            let mut sample = Sample::starting(percent, start);
            let taken: Vec<usize> = (0..10_000).filter(|_| sample.takes_next()).collect();
            let wanted = percent * 100.0;
            assert!((taken.len() as f64 - wanted).abs() <= 1.0, "{percent}: {}", taken.len());
            let widest = taken.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
            assert!(widest as f64 <= 100.0 / percent + 1.0, "{percent}: {widest}");
        }
    }
}
