//! The checks.

use super::{Check, Limits, State};
use crate::operations::clock::Skew;
use crate::operations::observe::{Observation, Stream, rates};

/// Nodes that gave no answer make everything but the nodes themselves unknown.
fn new(check: &'static str, seen: &Observation) -> Check {
    let streams = seen.views().map(|(_, view)| view.streams.len()).sum::<usize>();
    let nodes = seen.views().count();
    let mut out = Check::new(check, format!("{streams} subscriptions on {nodes} nodes"));
    for (node, error) in seen.failures() {
        out.problem(State::Unknown, format!("{node}: {}", error.line()));
    }
    out
}

/// Every subscription with the node that has it.
fn streams(seen: &Observation) -> impl Iterator<Item = (&str, &Stream)> {
    seen.views().flat_map(|(node, view)| view.streams.iter().map(move |stream| (node, stream)))
}

#[expect(clippy::cast_precision_loss, reason = "a measure has no need of the last digits")]
fn float(number: i64) -> f64 {
    number as f64
}

/// Every node answers and is one.
pub fn nodes(seen: &Observation) -> Check {
    let mut out = Check::new("nodes", format!("{} nodes", seen.nodes.len()));
    for (node, error) in seen.failures() {
        out.problem(State::Critical, format!("{node}: {}", error.line()));
    }
    let up = i64::try_from(seen.views().count()).unwrap_or(i64::MAX);
    out.measure("nodes.up", float(up), "", None);
    out
}

/// Every subscription replicates, and nothing else is wrong with it.
pub fn subscriptions(seen: &Observation) -> Check {
    let mut out = new("subs", seen);
    for (node, stream) in streams(seen) {
        let status = stream.state.status.as_str();
        let state = match (status, &stream.reason) {
            ("replicating", None) => State::Ok,
            // By hand, or on its way; an error is neither.
            ("disabled" | "initializing", _) if stream.state.last_error.is_none() => State::Warning,
            ("replicating" | "paused", _) => State::Warning,
            _ => State::Critical,
        };
        out.problem(state, described(node, stream));
    }
    out
}

fn described(node: &str, stream: &Stream) -> String {
    let name = &stream.state.name;
    let status = &stream.state.status;
    match &stream.reason {
        Some(reason) => format!("{name} on {node} is {status}: {reason}"),
        None => format!("{name} on {node} is {status}"),
    }
}

/// How far subscriptions are behind, in seconds or in bytes. One that does not replicate falls behind
/// whatever its last transaction took, so it is critical.
pub fn lag(seen: &Observation, limits: Limits, is_bytes: bool) -> Check {
    let mut out = new("lag", seen);
    for (node, stream) in streams(seen) {
        let state = &stream.state;
        let (value, unit) =
            if is_bytes { (state.lag_bytes.map(float), "B") } else { (state.lag_seconds, "s") };
        if let Some(value) = value {
            let label = format!("{node}.{}.lag", state.name);
            out.measure(label, value, unit, Some(limits));
        }
        match state.status.as_str() {
            "replicating" => {
                let value = value.unwrap_or_default();
                let behind =
                    if is_bytes { format!("{value:.0} B") } else { format!("{value:.1} s") };
                let text = format!("{} on {node} is {behind} behind", state.name);
                out.problem(limits.judge(value), text);
            }
            "initializing" => out.problem(State::Warning, described(node, stream)),
            _ => out.problem(State::Critical, described(node, stream)),
        }
    }
    out
}

/// Changes that were left out and wait for somebody.
pub fn exceptions(seen: &Observation, limits: Limits) -> Check {
    let mut out = new("exceptions", seen);
    for (node, stream) in streams(seen) {
        let state = &stream.state;
        let pending = float(state.pending_exceptions);
        out.measure(format!("{node}.{}.pending", state.name), pending, "", Some(limits));
        let text = format!(
            "{} on {node}: {pending:.0} changes of {} could not be applied",
            state.name, state.provider
        );
        out.problem(limits.judge(pending), text);
        // What disabled it is one that was not left out.
        if state.status == "disabled" && state.last_error.is_some() {
            out.problem(State::Critical, described(node, stream));
        }
    }
    out
}

/// Conflicts in a second, between two looks.
pub fn conflicts(before: &Observation, seen: &Observation, limits: Limits) -> Check {
    let mut out = new("conflicts", seen);
    for now in &seen.nodes {
        let (Some(earlier), Ok(view)) = (before.node(&now.node), &now.view) else { continue };
        for stream in &view.streams {
            let Some(rates) = rates(earlier, now, stream) else { continue };
            let (node, name, rate) = (&now.node, &stream.state.name, rates.conflicts);
            out.measure(format!("{node}.{name}.conflicts"), rate, "", Some(limits));
            let text = format!("{name} on {node}: {rate:.1} conflicts in a second");
            out.problem(limits.judge(rate), text);
        }
    }
    out
}

/// Slots that are lost, that nobody reads, or that keep much log.
pub fn slots(seen: &Observation, limits: Limits) -> Check {
    let mut out = new("slots", seen);
    let mut count = 0;
    for (node, view) in seen.views() {
        for slot in &view.slots {
            count += 1;
            if slot.is_lost() {
                // One of its own is made again by itself.
                let state = if slot.is_own() { State::Warning } else { State::Critical };
                out.problem(state, format!("slot {} on {node} lost its log", slot.name));
                continue;
            }
            let kept = float(slot.kept_bytes.unwrap_or_default());
            out.measure(format!("{node}.{}.kept", slot.name), kept, "B", Some(limits));
            let text = format!("slot {} on {node} keeps {kept:.0} B of log", slot.name);
            out.problem(limits.judge(kept), text);
            if slot.is_stream() && slot.active_pid.is_none() {
                let text = format!("slot {} on {node} is read by nobody", slot.name);
                out.problem(State::Warning, text);
            }
        }
    }
    out.summary = format!("{count} slots on {} nodes", seen.views().count());
    out
}

/// How far the clocks are apart for certain, in seconds.
pub fn clock(seen: &Observation, skews: &[Skew], limits: Limits) -> Check {
    let mut out = new("clock", seen);
    out.summary = format!("{} clocks", skews.len());
    for skew in skews {
        out.measure(format!("{}.clock", skew.node), skew.seconds, "s", Some(limits));
        let text = format!(
            "the clock of {} is {:.1} s {} that of {}",
            skew.node,
            skew.seconds,
            skew.word(),
            skew.reference
        );
        out.problem(limits.judge(skew.seconds), text);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::error::AdminError;
    use crate::operations::observe::Observed;

    #[test]
    fn what_was_not_asked_is_unknown_and_a_node_that_is_away_is_critical() {
        let away = Observed {
            node: "n1".into(),
            at: Instant::now(),
            view: Err(AdminError::failed("could not connect").detail("refused")),
        };
        let seen = Observation { nodes: vec![away] };
        let limits = Limits { warning: 1.0, critical: 2.0 };
        assert_eq!(lag(&seen, limits, false).state, State::Unknown);
        let nodes = nodes(&seen);
        assert_eq!(nodes.state, State::Critical);
        assert_eq!(nodes.problems[0].text, "n1: could not connect: refused");
    }

    #[test]
    fn limits_are_reached_and_not_passed() {
        let limits = Limits { warning: 1.0, critical: 2.0 };
        assert_eq!(limits.judge(0.9), State::Ok);
        assert_eq!(limits.judge(1.0), State::Warning);
        assert_eq!(limits.judge(2.0), State::Critical);
    }
}
