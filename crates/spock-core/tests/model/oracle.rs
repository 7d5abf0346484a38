//! What the replicas must hold in the end, from the complete history and nothing else.
//!
//! For each key the newest transaction of all that touched it says whether there is a row and with
//! which values, as that transaction's own node had them when it committed. Sums are promised for
//! rows that are inserted once and never deleted: what they began with and every delta.

use spock_core::conflict::Side;

use super::cluster::{Cluster, first_row};
use super::node::{Image, MAX_KEYS, Op, Row};
use super::store::newer;

#[derive(Clone, Copy)]
struct Expected {
    version: Option<Side>,
    row: Option<Image>,
    /// What the sum began with, plus all deltas.
    sum: i64,
    /// How often the key got or lost its row.
    turns: u32,
}

impl Expected {
    fn turn(&mut self, side: Side, row: Option<Image>) {
        if self.version.is_none_or(|version| !newer(version, side)) {
            self.version = Some(side);
            self.row = row;
        }
    }
}

/// Says what is wrong.
pub(crate) fn check(cluster: &Cluster) -> Option<String> {
    if let Some(fault) = &cluster.fault {
        return Some(fault.clone());
    }
    let expected = expectations(cluster);
    for (number, node) in cluster.nodes.iter().enumerate().filter(|(_, node)| node.joined) {
        for (key, (row, expected)) in node.data.rows.iter().zip(&expected).enumerate() {
            if let Some(difference) = differs(cluster, *row, expected) {
                return Some(format!(
                    "node {number}, key {key}: {difference}\n  is       {row:?}\n  expected {:?} of {:?}, sum {}",
                    expected.row, expected.version, expected.sum
                ));
            }
        }
    }
    None
}

fn differs(cluster: &Cluster, row: Option<Row>, expected: &Expected) -> Option<&'static str> {
    let (row, image) = match (row, expected.row) {
        (None, None) => return None,
        (Some(_), None) => return Some("a row that should be gone"),
        (None, Some(_)) => return Some("a row is lost"),
        (Some(row), Some(image)) => (row, image),
    };
    if row.image.plain != image.plain {
        return Some("another write won");
    }
    if row.image.unique != image.unique {
        return Some("unique values differ");
    }
    if row.image.large != image.large {
        return Some("the large value differs");
    }
    if cluster.shape.deltas && expected.turns <= 1 && row.image.sum != expected.sum {
        return Some("the sum is wrong");
    }
    if row.version.is_some() && row.version != expected.version {
        return Some("the version is wrong");
    }
    None
}

fn expectations(cluster: &Cluster) -> [Expected; MAX_KEYS] {
    let mut expected = std::array::from_fn(|key| {
        let row = first_row(key).map(|row| row.image);
        Expected {
            version: None,
            row,
            sum: row.map_or(0, |row| row.sum),
            turns: u32::from(row.is_some()),
        }
    });
    for transaction in cluster.nodes.iter().flat_map(|node| &node.log) {
        let side = transaction.side;
        for op in &transaction.ops {
            match *op {
                Op::Insert { key, image } => {
                    let expected = &mut expected[usize::from(key)];
                    expected.turns += 1;
                    expected.sum = image.sum;
                    expected.turn(side, Some(image));
                }
                Op::Update { old, key, image, before, .. } => {
                    if old != key {
                        expected[usize::from(old)].turns += 1;
                        expected[usize::from(old)].turn(side, None);
                        expected[usize::from(key)].turns += 2;
                    }
                    let expected = &mut expected[usize::from(key)];
                    expected.sum += image.sum - before;
                    expected.turn(side, Some(image));
                }
                Op::Delete { key } => {
                    expected[usize::from(key)].turns += 1;
                    expected[usize::from(key)].turn(side, None);
                }
                Op::Truncate => {
                    for expected in &mut expected {
                        expected.turns += 1;
                        expected.turn(side, None);
                    }
                }
            }
        }
    }
    // An insert may stand behind deltas of other nodes in this order: sums are put together anew.
    for (key, expected) in expected.iter_mut().enumerate().filter(|(_, row)| row.turns <= 1) {
        expected.sum = sum(cluster, key);
    }
    expected
}

fn sum(cluster: &Cluster, wanted: usize) -> i64 {
    let start = first_row(wanted).map_or(0, |row| row.image.sum);
    let ops = cluster.nodes.iter().flat_map(|node| &node.log).flat_map(|done| &done.ops);
    ops.fold(start, |sum, op| match *op {
        Op::Insert { key, image } if usize::from(key) == wanted => sum + image.sum,
        Op::Update { key, image, before, .. } if usize::from(key) == wanted => {
            sum + image.sum - before
        }
        _ => sum,
    })
}
