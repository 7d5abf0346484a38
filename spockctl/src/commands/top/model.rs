//! What the screen shows: the newest look at each node, the one before it, and what the user chose.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use spock_admin::operations::clock::{Clock, Skew, compared};
use spock_admin::operations::observe::{Observed, Rates, Slot, rates};

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Overview,
    Subscriptions,
    Slots,
    Help,
}

impl View {
    pub(super) fn next(self) -> View {
        match self {
            View::Overview | View::Help => View::Subscriptions,
            View::Subscriptions => View::Slots,
            View::Slots => View::Overview,
        }
    }

    pub(super) fn previous(self) -> View {
        self.next().next()
    }
}

/// The order of subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Lag,
    Changes,
    Conflicts,
    Status,
    Node,
}

impl Sort {
    pub(super) fn next(self) -> Sort {
        match self {
            Sort::Lag => Sort::Changes,
            Sort::Changes => Sort::Conflicts,
            Sort::Conflicts => Sort::Status,
            Sort::Status => Sort::Node,
            Sort::Node => Sort::Lag,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Sort::Lag => "lag",
            Sort::Changes => "changes",
            Sort::Conflicts => "conflicts",
            Sort::Status => "status",
            Sort::Node => "node",
        }
    }
}

/// A subscription as a line of the screen.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) node: String,
    pub(super) name: String,
    pub(super) provider: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) lag_seconds: Option<f64>,
    pub(super) lag_bytes: Option<i64>,
    pub(super) pid: Option<i64>,
    pub(super) pending: i64,
    pub(super) blocked_by: Vec<i32>,
    pub(super) rates: Option<Rates>,
}

impl Row {
    /// How bad its status is.
    fn trouble(&self) -> u8 {
        match (self.status.as_str(), &self.reason) {
            ("replicating", None) => 0,
            ("replicating", Some(_)) => 1,
            ("initializing" | "paused", _) => 2,
            _ => 3,
        }
    }
}

/// The two newest looks at a node.
#[derive(Debug, Clone, Default)]
struct Looks {
    before: Option<Observed>,
    now: Option<Observed>,
}

/// What the screen shows.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) cluster: String,
    pub(super) nodes: Vec<String>,
    pub(super) view: View,
    pub(super) sort: Sort,
    pub(super) is_reversed: bool,
    every: Duration,
    looks: BTreeMap<String, Looks>,
    frozen: Option<BTreeMap<String, Looks>>,
    /// Node and name of the subscription that is selected.
    selected: Option<(String, String)>,
}

impl Model {
    pub(super) fn new(cluster: &str, nodes: Vec<String>, every: Duration) -> Model {
        Model {
            cluster: cluster.to_owned(),
            nodes,
            view: View::Overview,
            sort: Sort::Lag,
            is_reversed: false,
            every,
            looks: BTreeMap::new(),
            frozen: None,
            selected: None,
        }
    }

    pub(super) fn every(&self) -> Duration {
        self.every
    }

    /// Takes in what was seen of a node.
    pub(super) fn see(&mut self, observed: Observed) {
        let looks = self.looks.entry(observed.node.clone()).or_default();
        looks.before = looks.now.take();
        looks.now = Some(observed);
    }

    pub(super) fn pause(&mut self) {
        self.frozen = match self.frozen {
            Some(_) => None,
            None => Some(self.looks.clone()),
        };
    }

    pub(super) fn is_paused(&self) -> bool {
        self.frozen.is_some()
    }

    fn shown(&self) -> &BTreeMap<String, Looks> {
        self.frozen.as_ref().unwrap_or(&self.looks)
    }

    /// The newest look at a node; `None` before there is one.
    pub(super) fn now(&self, node: &str) -> Option<&Observed> {
        self.shown().get(node)?.now.as_ref()
    }

    /// For how long a node has said nothing, when it should have by now.
    pub(super) fn silent_for(&self, now: &Observed) -> Option<Duration> {
        let silent = now.at.elapsed();
        (!self.is_paused() && silent > self.every * 3 + Duration::from_secs(2)).then_some(silent)
    }

    /// Nodes that answered.
    pub(super) fn up(&self) -> usize {
        self.shown().values().filter(|l| l.now.as_ref().is_some_and(|now| now.view.is_ok())).count()
    }

    /// Every subscription, in the order that was chosen.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (node, looks) in self.shown() {
            let Some(now) = &looks.now else { continue };
            let Ok(view) = &now.view else { continue };
            for stream in &view.streams {
                let state = &stream.state;
                rows.push(Row {
                    node: node.clone(),
                    name: state.name.clone(),
                    provider: state.provider.clone(),
                    status: state.status.clone(),
                    reason: stream.reason.clone(),
                    lag_seconds: state.lag_seconds,
                    lag_bytes: state.lag_bytes,
                    pid: state.worker.as_ref().and_then(|worker| worker.pid),
                    pending: state.pending_exceptions,
                    blocked_by: stream.blocked_by.clone(),
                    rates: looks.before.as_ref().and_then(|before| rates(before, now, stream)),
                });
            }
        }
        rows.sort_by(|a, b| {
            let order = self.compare(a, b);
            if self.is_reversed { order.reverse() } else { order }
        });
        rows
    }

    /// The most first; the same order for what is alike.
    fn compare(&self, a: &Row, b: &Row) -> Ordering {
        let rate = |row: &Row, of: fn(&Rates) -> f64| row.rates.as_ref().map_or(0.0, of);
        let most = |a: f64, b: f64| b.total_cmp(&a);
        let order = match self.sort {
            // One that stands still is behind all others, whatever its last transaction took.
            Sort::Lag => b
                .trouble()
                .cmp(&a.trouble())
                .then(most(a.lag_seconds.unwrap_or(0.0), b.lag_seconds.unwrap_or(0.0))),
            Sort::Changes => most(rate(a, |r| r.changes), rate(b, |r| r.changes)),
            Sort::Conflicts => most(rate(a, |r| r.conflicts), rate(b, |r| r.conflicts)),
            Sort::Status => b.trouble().cmp(&a.trouble()),
            Sort::Node => Ordering::Equal,
        };
        order.then_with(|| (&a.node, &a.name).cmp(&(&b.node, &b.name)))
    }

    /// Clocks that differ from the others'.
    pub(super) fn skews(&self) -> Vec<Skew> {
        let views =
            self.shown().values().filter_map(|looks| looks.now.as_ref()?.view.as_ref().ok());
        let clocks: Vec<Clock> = views.map(|view| view.clock.clone()).collect();
        compared(&clocks).into_iter().filter(Skew::matters).collect()
    }

    /// Every slot that keeps log, the most first.
    pub(super) fn slots(&self) -> Vec<(&str, &Slot)> {
        let mut slots: Vec<(&str, &Slot)> = self
            .shown()
            .iter()
            .filter_map(|(node, looks)| {
                Some((node.as_str(), looks.now.as_ref()?.view.as_ref().ok()?))
            })
            .flat_map(|(node, view)| view.slots.iter().map(move |slot| (node, slot)))
            .filter(|(_, slot)| slot.plugin.is_some() || slot.kept_bytes.is_some())
            .collect();
        slots.sort_by(|(a_node, a), (b_node, b)| {
            (b.is_lost(), b.kept_bytes)
                .cmp(&(a.is_lost(), a.kept_bytes))
                .then_with(|| (a_node, &a.name).cmp(&(b_node, &b.name)))
        });
        slots
    }

    /// Where the selected subscription is among these.
    pub(super) fn selected(&self, rows: &[Row]) -> usize {
        let is = |row: &Row| {
            self.selected
                .as_ref()
                .is_some_and(|(node, name)| row.node == *node && row.name == *name)
        };
        rows.iter().position(is).unwrap_or(0)
    }

    /// Selects the one so many lines further.
    pub(super) fn select(&mut self, by: isize) {
        let rows = self.rows();
        let Some(last) = rows.len().checked_sub(1) else { return };
        let at = self.selected(&rows).saturating_add_signed(by).min(last);
        self.selected = rows.get(at).map(|row| (row.node.clone(), row.name.clone()));
    }
}
