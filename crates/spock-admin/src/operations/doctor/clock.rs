//! Clocks: how far apart they are for certain.
//!
//! A server's clock is read between two readings of ours, so its distance to ours lies between two
//! bounds. Several readings narrow them. Two servers differ at least by the gap between their bounds,
//! however slow the network is.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use futures::future::join_all;

use super::{Facts, Finding};
use crate::client::Client;

/// Readings of each clock.
const READINGS: usize = 5;

/// Seconds from which on clocks that differ are worth a word: transactions wait as long to be applied.
const WORTH: f64 = 0.25;

/// Bounds of a server's clock, in seconds ahead of ours.
#[derive(Debug, Clone, PartialEq)]
struct Clock {
    node: String,
    low: f64,
    high: f64,
}

impl Clock {
    fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

/// Reads the clocks of all servers.
async fn measure(clients: &[Arc<Client>]) -> Vec<Clock> {
    let began = Instant::now();
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let now = || wall + began.elapsed().as_secs_f64();
    let read = |client: &Arc<Client>| {
        let client = Arc::clone(client);
        async move {
            let mut clock = Clock {
                node: client.node().to_owned(),
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            };
            let sql = "SELECT extract(epoch FROM pg_catalog.clock_timestamp())::float8";
            for _ in 0..READINGS {
                let before = now();
                let theirs: f64 = client.in_time(client.query_one(sql, &[])).await.ok()?.get(0);
                let after = now();
                clock.low = clock.low.max(theirs - after);
                clock.high = clock.high.min(theirs - before);
            }
            Some(clock)
        }
    };
    join_all(clients.iter().map(read)).await.into_iter().flatten().collect()
}

/// How far the clock of a node is off for certain.
#[derive(Debug, Clone, PartialEq)]
pub struct Skew {
    /// The node.
    pub node: String,
    /// The node that it is compared with: the one in the middle.
    pub reference: String,
    /// The least distance; zero when they cannot be told apart.
    pub seconds: f64,
    /// Whether it is ahead.
    pub is_ahead: bool,
}

impl Skew {
    /// Whether it is worth a word.
    pub fn matters(&self) -> bool {
        self.seconds >= WORTH
    }

    /// The word for its direction.
    pub fn word(&self) -> &'static str {
        if self.is_ahead { "ahead of" } else { "behind" }
    }
}

/// Compares the clocks of all servers with that of the one in the middle.
pub async fn skews(clients: &[Arc<Client>]) -> Vec<Skew> {
    compared(&measure(clients).await)
}

fn compared(clocks: &[Clock]) -> Vec<Skew> {
    let mut order: Vec<&Clock> = clocks.iter().collect();
    order.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    // The one in the middle is right more often than any other; of two nobody knows.
    let Some(middle) = order.get(order.len().saturating_sub(1) / 2) else { return Vec::new() };
    // Of those that cannot be told from it the first one, so that the same is named each time.
    let right = clocks
        .iter()
        .find(|clock| clock.low <= middle.high && middle.low <= clock.high)
        .unwrap_or(middle);
    clocks
        .iter()
        .map(|clock| {
            let (ahead, behind) = (clock.low - right.high, right.low - clock.high);
            Skew {
                node: clock.node.clone(),
                reference: right.node.clone(),
                seconds: ahead.max(behind).max(0.0),
                is_ahead: ahead > behind,
            }
        })
        .collect()
}

/// The nodes whose clocks differ from the others'.
pub(super) fn findings(skews: &[Skew], facts: &[Facts]) -> Vec<Finding> {
    let limit = facts
        .iter()
        .filter_map(|node| node.number("spock.max_clock_skew"))
        .min()
        .map_or(f64::INFINITY, |ms| f64::from(i32::try_from(ms).unwrap_or(i32::MAX)) / 1000.0);
    let mut out = Vec::new();
    for skew in skews.iter().filter(|skew| skew.matters()) {
        let (seconds, word, reference) = (skew.seconds, skew.word(), &skew.reference);
        // Of two clocks either may be the wrong one.
        let (clock, nodes) = match skews {
            [_, _] => {
                let both = vec![reference.clone(), skew.node.clone()];
                (format!("the clock of {}", skew.node), both)
            }
            _ => ("the clock".to_owned(), vec![skew.node.clone()]),
        };
        let problem = format!("{clock} is {seconds:.1} s {word} that of {reference}");
        let finding = if seconds >= limit {
            let refused = format!(
                "{problem}, more than spock.max_clock_skew ({limit:.0} s): commits are refused"
            );
            Finding::error("clock-skew", &skew.node, refused)
        } else {
            let late = format!("{problem}: changes are applied that much later");
            Finding::warning("clock-skew", &skew.node, late)
        };
        out.push(
            finding
                .on(nodes)
                .mend("check the time service (chronyc tracking, timedatectl) on the server"),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(node: &str, low: f64, high: f64) -> Clock {
        Clock { node: node.to_owned(), low, high }
    }

    #[test]
    fn only_what_the_bounds_prove_is_told() {
        let slow = [clock("n1", -3.0, 3.0), clock("n2", -0.01, 0.01), clock("n3", -0.01, 0.01)];
        assert_eq!(findings(&compared(&slow), &[]), []);
        let off = [clock("n1", 4.9, 5.1), clock("n2", -0.01, 0.0), clock("n3", -0.01, 0.01)];
        let found = findings(&compared(&off), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].nodes, ["n1"]);
        assert!(found[0].problem.starts_with("the clock is 4.9 s ahead of that of n"));
    }

    #[test]
    fn of_two_clocks_neither_is_accused_alone() {
        let found =
            findings(&compared(&[clock("n1", -0.01, 0.01), clock("n2", -90.0, -89.9)]), &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].nodes.len(), 2);
    }
}
