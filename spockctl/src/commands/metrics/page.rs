//! The page of metrics. Names and labels are a contract: docs/monitoring.md.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use spock_admin::operations::clock::Skew;
use spock_admin::operations::observe::{NodeView, Observation, Stream};

type Labels = Vec<(&'static str, String)>;
type Gauges = Family<Labels, Gauge<f64, AtomicU64>>;
type Counters = Family<Labels, Counter>;

/// The families of the page.
struct Page {
    registry: Registry,
    up: Gauges,
    info: Gauges,
    skew: Gauges,
    status: Gauges,
    lag_seconds: Gauges,
    lag_bytes: Gauges,
    pending: Gauges,
    repair: Gauges,
    blocked: Gauges,
    commits: Counters,
    changes: Counters,
    conflicts: Counters,
    disconnects: Counters,
    slot_kept: Gauges,
    slot_active: Gauges,
    slot_lost: Gauges,
}

impl Page {
    fn new() -> Page {
        let mut registry = Registry::with_prefix("spock");
        let mut gauge = |name: &str, help: &str, unit: Option<Unit>| {
            let family = Gauges::default();
            match unit {
                Some(unit) => registry.register_with_unit(name, help, unit, family.clone()),
                None => registry.register(name, help, family.clone()),
            }
            family
        };
        let up = gauge("node_up", "Whether the node answers", None);
        let info = gauge("node_versions", "Versions of the node; always 1", None);
        let skew = gauge(
            "node_clock_skew",
            "How far the clock is off, at least; negative where it is behind",
            Some(Unit::Seconds),
        );
        let status =
            gauge("subscription_status", "1 for the status that the subscription has", None);
        let lag_seconds = gauge(
            "subscription_lag",
            "How long the last change was under way",
            Some(Unit::Seconds),
        );
        let lag_bytes =
            gauge("subscription_lag", "Log of the provider not yet applied", Some(Unit::Bytes));
        let pending = gauge(
            "subscription_exceptions_pending",
            "Changes that could not be applied and wait for somebody",
            None,
        );
        let repair =
            gauge("subscription_needs_repair", "Whether rows may differ from the provider's", None);
        let blocked = gauge(
            "subscription_blocked",
            "Whether a session holds what the apply worker waits for",
            None,
        );
        let slot_kept = gauge("slot_wal_kept", "Log that the slot keeps", Some(Unit::Bytes));
        let slot_active = gauge("slot_active", "Whether the slot is read", None);
        let slot_lost = gauge("slot_lost", "Whether the log that the slot needs is gone", None);
        let mut counter = |name: &str, help: &str| {
            let family = Counters::default();
            registry.register(name, help, family.clone());
            family
        };
        let commits = counter("subscription_commits", "Transactions applied");
        let changes = counter("subscription_changes", "Rows changed, by operation");
        let conflicts = counter("subscription_conflicts", "Conflicts, whatever their resolution");
        let disconnects = counter("subscription_disconnects", "How often the stream was lost");
        Page {
            registry,
            up,
            info,
            skew,
            status,
            lag_seconds,
            lag_bytes,
            pending,
            repair,
            blocked,
            commits,
            changes,
            conflicts,
            disconnects,
            slot_kept,
            slot_active,
            slot_lost,
        }
    }

    fn node(&self, node: &str, view: &NodeView) {
        let versions = vec![
            ("node", node.to_owned()),
            ("spock", view.spock.clone().unwrap_or_default()),
            ("postgres", view.postgres.clone()),
        ];
        self.info.get_or_create(&versions).set(1.0);
        for stream in &view.streams {
            self.stream(node, stream);
        }
        for slot in &view.slots {
            let labels = vec![("node", node.to_owned()), ("slot", slot.name.clone())];
            if let Some(kept) = slot.kept_bytes {
                self.slot_kept.get_or_create(&labels).set(float(kept));
            }
            self.slot_active.get_or_create(&labels).set(flag(slot.active_pid.is_some()));
            self.slot_lost.get_or_create(&labels).set(flag(slot.is_lost()));
        }
    }

    fn stream(&self, node: &str, stream: &Stream) {
        let state = &stream.state;
        let labels = vec![
            ("node", node.to_owned()),
            ("subscription", state.name.clone()),
            ("provider", state.provider.clone()),
        ];
        let with = |name: &'static str, value: &str| {
            let mut labels = labels.clone();
            labels.push((name, value.to_owned()));
            labels
        };
        self.status.get_or_create(&with("status", &state.status)).set(1.0);
        if let Some(seconds) = state.lag_seconds {
            self.lag_seconds.get_or_create(&labels).set(seconds);
        }
        if let Some(bytes) = state.lag_bytes {
            self.lag_bytes.get_or_create(&labels).set(float(bytes));
        }
        self.pending.get_or_create(&labels).set(float(state.pending_exceptions));
        self.repair.get_or_create(&labels).set(flag(state.needs_repair.is_some()));
        self.blocked.get_or_create(&labels).set(flag(!stream.blocked_by.is_empty()));
        if let Some(counters) = stream.counters {
            self.commits.get_or_create(&labels).inc_by(count(counters.commits));
            self.conflicts.get_or_create(&labels).inc_by(count(counters.conflicts));
            self.disconnects.get_or_create(&labels).inc_by(count(counters.disconnects));
            for (operation, number) in [
                ("insert", counters.inserts),
                ("update", counters.updates),
                ("delete", counters.deletes),
            ] {
                self.changes.get_or_create(&with("operation", operation)).inc_by(count(number));
            }
        }
    }
}

fn flag(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a gauge has no need of the last digits")]
fn float(number: i64) -> f64 {
    number as f64
}

/// The page, in the text format of OpenMetrics.
pub(super) fn text(seen: &Observation, skews: &[Skew]) -> String {
    let page = Page::new();
    for node in &seen.nodes {
        let labels = vec![("node", node.node.clone())];
        page.up.get_or_create(&labels).set(flag(node.view.is_ok()));
    }
    for (node, view) in seen.views() {
        page.node(node, view);
    }
    for skew in skews {
        let seconds = if skew.is_ahead { skew.seconds } else { -skew.seconds };
        page.skew.get_or_create(&vec![("node", skew.node.clone())]).set(seconds);
    }
    let mut out = String::new();
    // Writing to memory does not fail.
    let _ = prometheus_client::encoding::text::encode(&mut out, &page.registry);
    out
}
