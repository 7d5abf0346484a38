//! What a run met: it proves nothing of what it never saw.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use spock_tests::ledger::Ledger;
use spock_tests::{Cluster, Node};

use super::faults::Faults;

/// What five seeds must have met together at least: a conflict type with its resolution, or a fault.
const AT_LEAST: [(&str, u64); 24] = [
    ("insert_exists/apply_remote", 20),
    ("insert_exists/keep_local", 20),
    ("update_origin_differs/keep_local", 20),
    ("delete_exists/keep_local", 10),
    ("delete_missing/skip", 5),
    ("insert_exists/skip", 20),
    ("update_missing/skip", 20),
    // A row brought back.
    ("update_missing/apply_remote", 20),
    // A row that stood lost a unique value; one lost it on arrival.
    ("update_exists/apply_remote", 5),
    ("update_exists/keep_local", 5),
    // Changes that gave another key to a row which somebody else had changed.
    ("moved_rows", 50),
    // Truncates that met newer rows.
    ("truncates_in_part", 3),
    // Rows of which another node was asked for large values, and those that it had.
    ("values_asked", 30),
    ("values_fetched", 25),
    // Additions to rows that are newer.
    ("kept_deltas", 300),
    ("waits", 10),
    // Transactions that were applied while they ran, and those that could not be.
    ("streamed", 5),
    ("put_off", 10),
    ("transactions", 1000),
    ("links_hurt", 20),
    ("streams_delayed", 3),
    ("processes_ended", 3),
    ("crashes", 2),
    ("clock_steps", 1),
];

/// What a node's resolutions tell: their kinds, and what they are about.
const TOLD: &str = "
    SELECT conflict_type || '/' || conflict_resolution, count(*) FROM spock.resolutions GROUP BY 1
    UNION ALL
    SELECT 'moved_rows', count(*) FROM spock.resolutions
     WHERE relname = 'public.t' AND conflict_type LIKE 'update_%'
       AND split_part(local_tuple, ',', 1) <> split_part(remote_tuple, ',', 1)
    UNION ALL
    SELECT 'truncates_in_part', count(*) FROM spock.resolutions
     WHERE remote_tuple = 'TRUNCATE' AND conflict_resolution = 'keep_local'
    UNION ALL
    SELECT 'truncates_too_old', count(*) FROM spock.resolutions
     WHERE remote_tuple = 'TRUNCATE' AND conflict_resolution = 'skip'";

/// What a node counts in memory, until it crashes.
const COUNTED: &str = "
    SELECT 'waits', coalesce(sum(waits), 0)::int8 FROM spock.sub_show_status()
    UNION ALL
    SELECT n.name, coalesce(sum(n.number), 0)::int8
      FROM spock.subscription_stats s, LATERAL (VALUES ('values_asked', s.n_value_asked),
           ('values_fetched', s.n_value_fetched), ('kept_deltas', s.n_kept_delta),
           ('streamed', s.n_streamed), ('put_off', s.n_put_off)) n (name, number)
     GROUP BY 1";

/// Numbers by name.
#[derive(Default, Clone)]
pub(super) struct Counts(BTreeMap<String, u64>);

impl Counts {
    fn add(&mut self, name: &str, number: u64) {
        *self.0.entry(name.to_owned()).or_default() += number;
    }

    fn add_all(&mut self, node: &Node<'_>, query: &str) {
        for row in node.query(query, &[]) {
            self.add(row.get(0), row.get::<_, i64>(1).unsigned_abs());
        }
    }

    /// Adds what a node has counted in memory, before a crash takes that away.
    pub(super) fn add_counters(&mut self, node: &Node<'_>) {
        self.add_all(node, COUNTED);
    }
}

/// One run, counted.
pub(super) struct Evidence {
    seed: u64,
    pub(super) seconds: u64,
    counts: BTreeMap<String, u64>,
}

impl Evidence {
    /// Counts what all nodes recorded.
    pub(super) fn collect(
        cluster: &Cluster,
        seed: u64,
        ledger: &Ledger,
        faults: &Faults,
        took: Duration,
    ) -> Evidence {
        let mut counts = faults.counted.clone();
        for node in cluster.nodes() {
            counts.add_all(&node, TOLD);
            counts.add_counters(&node);
        }
        for (name, count) in [
            ("transactions", ledger.acknowledged() as u64),
            ("links_hurt", u64::from(faults.links_hurt)),
            ("processes_ended", u64::from(faults.processes_ended)),
            ("crashes", u64::from(faults.crashes)),
            ("clock_steps", u64::from(faults.clock_steps)),
            ("streams_delayed", u64::from(faults.streams_delayed)),
        ] {
            counts.add(name, count);
        }
        let evidence = Evidence { seed, seconds: took.as_secs(), counts: counts.0 };
        eprintln!("{}", evidence.line());
        evidence
    }

    fn line(&self) -> String {
        json!({
            "seed": self.seed,
            "commit": commit(),
            "seconds": self.seconds,
            "equal": true,
            "met": self.counts,
        })
        .to_string()
    }

    /// Appends the run to the file that `SPOCK_TORTURE_RECORD` names.
    pub(super) fn record(&self) {
        let Ok(path) = std::env::var("SPOCK_TORTURE_RECORD") else { return };
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| writeln!(file, "{}", self.line()))
            .unwrap_or_else(|e| panic!("{path}: {e}"));
    }
}

/// Panics unless the runs met enough of everything.
pub(super) fn demand(all: &[Evidence]) {
    let lacking: Vec<String> = AT_LEAST
        .iter()
        .filter_map(|(name, least)| {
            let met: u64 = all.iter().filter_map(|e| e.counts.get(*name)).sum();
            (met < *least).then(|| format!("{name}: {met} of at least {least}"))
        })
        .collect();
    assert!(lacking.is_empty(), "these seeds met too little:\n{}", lacking.join("\n"));
}

/// The commit that the tree is at, as far as one can tell.
fn commit() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::process::Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map_or_else(String::new, |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}
