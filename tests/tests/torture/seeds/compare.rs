//! Whether the nodes hold the same, row by row.

use spock_tests::{Cluster, Node};

/// Rows and their versions: commit time and node, as each node explains them.
const ROWS: &str = "
    WITH held AS (
        SELECT 't'::regclass AS tab, id, a::text, b, md5(big) AS c FROM t
        UNION ALL SELECT 'u', id, x::text, y, v FROM u
        UNION ALL SELECT 'bulk', id, n::text, NULL, NULL FROM bulk WHERE id % 50 = 0)
    SELECT h.*, version.at, version.node
      FROM held h, spock.explain_row(h.tab, jsonb_build_object('id', h.id)) version
     WHERE version.what = 'row' ORDER BY h.tab::text, h.id";

/// Panics unless all nodes hold the same; tells what each knows of the rows that differ.
pub(super) fn nodes(cluster: &Cluster, seed: u64) {
    let held: Vec<Vec<String>> = cluster.nodes().iter().map(rows).collect();
    if held.windows(2).all(|pair| pair[0] == pair[1]) {
        return;
    }
    let mut report = format!("seed {seed}: the nodes differ\n");
    for (node, rows) in cluster.nodes().iter().zip(&held) {
        let others: Vec<&Vec<String>> = held.iter().filter(|other| *other != rows).collect();
        report += &format!("{}, rows that others lack:\n", node.name());
        for row in rows {
            if others.iter().any(|other| !other.contains(row)) {
                report += &format!("  {row}\n");
            }
        }
        report += "  its resolutions of rows that differ:\n";
        let ids: Vec<&str> = held
            .iter()
            .flatten()
            .filter(|row| held.iter().any(|rows| !rows.contains(row)))
            .filter_map(|row| row.split('|').nth(1))
            .collect();
        for line in resolutions(node, &ids) {
            report += &format!("  {line}\n");
        }
    }
    panic!("{report}");
}

/// Panics unless every addition to a balance counts exactly once on every node.
pub(super) fn sums(cluster: &Cluster, seed: u64) {
    cluster.assert_equal("SELECT id, balance, note FROM account ORDER BY id");
    for node in cluster.nodes() {
        let sums = node.table(super::load::SUMS);
        let (balances, added) = sums.split_once('|').unwrap_or_default();
        assert_eq!(balances, added, "seed {seed}: {}: balances, and what was added", node.name());
    }
}

fn rows(node: &Node<'_>) -> Vec<String> {
    node.table(ROWS).lines().map(str::to_owned).collect()
}

/// The last resolutions about rows with these keys.
fn resolutions(node: &Node<'_>, ids: &[&str]) -> Vec<String> {
    let about: Vec<String> = ids
        .iter()
        .map(|id| {
            format!("coalesce(local_tuple, '') LIKE '({id},%' OR coalesce(remote_tuple, '') LIKE '({id},%'")
        })
        .collect();
    let filter = if about.is_empty() { "false".to_owned() } else { about.join(" OR ") };
    node.table(&format!(
        "SELECT * FROM (SELECT id, conflict_type, conflict_resolution, local_origin, local_tuple, local_timestamp, \
                remote_origin, remote_tuple, remote_timestamp \
           FROM spock.resolutions WHERE {filter} ORDER BY id DESC LIMIT 30) last ORDER BY id"
    ))
    .lines()
    .map(str::to_owned)
    .collect()
}
