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
pub(super) struct Clock {
    pub(super) node: String,
    low: f64,
    high: f64,
}

impl Clock {
    fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

/// Reads the clocks of all servers.
pub(super) async fn measure(clients: &[Arc<Client>]) -> Vec<Clock> {
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
                let theirs: f64 = client.query_one(sql, &[]).await.ok()?.get(0);
                let after = now();
                clock.low = clock.low.max(theirs - after);
                clock.high = clock.high.min(theirs - before);
            }
            Some(clock)
        }
    };
    join_all(clients.iter().map(read)).await.into_iter().flatten().collect()
}

/// The nodes whose clocks differ from the others'.
pub(super) fn skew(clocks: &[Clock], facts: &[Facts]) -> Vec<Finding> {
    let mut order: Vec<&Clock> = clocks.iter().collect();
    order.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    // The one in the middle is right more often than any other; of two nobody knows.
    let Some(middle) = order.get(order.len().saturating_sub(1) / 2) else { return Vec::new() };
    // Of those that cannot be told from it the first one, so that the same is named each time.
    let right = clocks
        .iter()
        .find(|clock| clock.low <= middle.high && middle.low <= clock.high)
        .unwrap_or(middle);
    let mut out = Vec::new();
    for clock in clocks {
        let ahead = clock.low - right.high;
        let behind = right.low - clock.high;
        let (distance, word) =
            if ahead > behind { (ahead, "ahead of") } else { (behind, "behind") };
        if distance < WORTH {
            continue;
        }
        let limit = facts
            .iter()
            .filter_map(|node| node.number("spock.max_clock_skew"))
            .min()
            .map_or(f64::INFINITY, |ms| f64::from(i32::try_from(ms).unwrap_or(i32::MAX)) / 1000.0);
        let known = |finding: Finding| {
            let finding = if order.len() == 2 {
                finding.on(vec![right.node.clone(), clock.node.clone()])
            } else {
                finding
            };
            finding.mend("check the time service (chronyc tracking, timedatectl) on the server")
        };
        let problem = format!("the clock is {distance:.1} s {word} that of {}", right.node);
        let problem = if order.len() == 2 {
            format!("the clock of {} is {distance:.1} s {word} that of {}", clock.node, right.node)
        } else {
            problem
        };
        out.push(known(if distance >= limit {
            let refused = format!(
                "{problem}, more than spock.max_clock_skew ({limit:.0} s): commits are refused"
            );
            Finding::error("clock-skew", &clock.node, refused)
        } else {
            let late = format!("{problem}: changes are applied that much later");
            Finding::warning("clock-skew", &clock.node, late)
        }));
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
        assert_eq!(skew(&slow, &[]), []);
        let off = [clock("n1", 4.9, 5.1), clock("n2", -0.01, 0.0), clock("n3", -0.01, 0.01)];
        let found = skew(&off, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].nodes, ["n1"]);
        assert!(found[0].problem.starts_with("the clock is 4.9 s ahead of that of n"));
    }

    #[test]
    fn of_two_clocks_neither_is_accused_alone() {
        let found = skew(&[clock("n1", -0.01, 0.01), clock("n2", -90.0, -89.9)], &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].nodes.len(), 2);
    }
}
