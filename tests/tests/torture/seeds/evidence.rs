//! What a run met: it proves nothing of what it never saw.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use spock_tests::Cluster;
use spock_tests::ledger::Ledger;

use super::faults::Faults;

/// What five seeds must have met together at least: a conflict type with its resolution, or a fault.
const AT_LEAST: [(&str, u64); 15] = [
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
    ("waits", 10),
    ("transactions", 1000),
    ("links_hurt", 20),
    ("processes_ended", 3),
    ("crashes", 2),
];

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
        let mut counts = BTreeMap::new();
        for node in cluster.nodes() {
            let rows = node.query(
                "SELECT conflict_type || '/' || conflict_resolution, count(*) \
                   FROM spock.resolutions GROUP BY 1",
                &[],
            );
            for row in rows {
                *counts.entry(row.get::<_, String>(0)).or_default() +=
                    row.get::<_, i64>(1).unsigned_abs();
            }
            // Those since the last crash.
            let waits = "SELECT coalesce(sum(waits), 0)::int8 FROM spock.sub_show_status()";
            *counts.entry("waits".to_owned()).or_default() +=
                node.value::<i64>(waits).unsigned_abs();
        }
        for (name, count) in [
            ("transactions", ledger.acknowledged() as u64),
            ("links_hurt", u64::from(faults.links_hurt)),
            ("processes_ended", u64::from(faults.processes_ended)),
            ("crashes", u64::from(faults.crashes)),
            ("clock_steps", u64::from(faults.clock_steps)),
        ] {
            counts.insert(name.to_owned(), count);
        }
        let evidence = Evidence { seed, seconds: took.as_secs(), counts };
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
