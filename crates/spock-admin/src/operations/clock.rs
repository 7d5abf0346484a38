//! Clocks: how far apart they are for certain.
//!
//! A server's clock is read between two readings of ours, so its distance to ours lies between two
//! bounds. Several readings narrow them. Two servers differ at least by the gap between their bounds,
//! however slow the network is.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use futures::future::join_all;
use serde::Serialize;

use crate::client::Client;
use crate::error::Result;

/// Readings of each clock.
const READINGS: usize = 5;

const READ: &str = "SELECT extract(epoch FROM pg_catalog.clock_timestamp())::float8";

/// Seconds from which on clocks that differ are worth a word: transactions wait as long to be applied.
const WORTH: f64 = 0.25;

/// Bounds of a server's clock, in seconds ahead of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// The server's node.
    pub node: String,
    low: f64,
    high: f64,
}

impl Clock {
    /// Reads the server's clock so many times; each reading may narrow the bounds.
    pub async fn read(client: &Client, readings: usize) -> Result<Clock> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let began = Instant::now();
        let now = || wall + began.elapsed().as_secs_f64();
        let mut clock = Clock::within(client.node(), f64::NEG_INFINITY, f64::INFINITY);
        for _ in 0..readings {
            let before = now();
            let theirs: f64 = client.query_one(READ, &[]).await?.get(0);
            let after = now();
            clock.low = clock.low.max(theirs - after);
            clock.high = clock.high.min(theirs - before);
        }
        Ok(clock)
    }

    /// The clock of a node, between two bounds.
    pub fn within(node: &str, low: f64, high: f64) -> Clock {
        Clock { node: node.to_owned(), low, high }
    }

    fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

/// Reads the clocks of all servers.
async fn measure(clients: &[Arc<Client>]) -> Vec<Clock> {
    let reads = clients.iter().map(|client| client.in_time(Clock::read(client, READINGS)));
    join_all(reads).await.into_iter().flatten().collect()
}

/// How far the clock of a node is off for certain.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
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

/// Compares clocks with the one in the middle.
pub fn compared(clocks: &[Clock]) -> Vec<Skew> {
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
