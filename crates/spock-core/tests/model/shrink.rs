//! A failing history, made as small as it gets.

use super::cluster;
use super::events::{Event, History};
use super::oracle;

/// What is wrong after a history.
pub(crate) fn failure(history: &History) -> Option<String> {
    oracle::check(&cluster::run(history, false))
}

/// Leaves out events and abilities as long as the history still fails.
pub(crate) fn shrink(mut history: History) -> History {
    loop {
        let before = history.events.len();
        let mut size = (before / 2).max(1);
        loop {
            let mut start = 0;
            while start < history.events.len() {
                let end = (start + size).min(history.events.len());
                let mut shorter = history.clone();
                shorter.events.drain(start..end);
                if failure(&shorter).is_some() {
                    history = shorter;
                } else {
                    start = end;
                }
            }
            if size == 1 {
                break;
            }
            size /= 2;
        }
        simplify(&mut history);
        let quieter = with_pauses(&history);
        if quieter.events.len() < history.events.len() {
            history = quieter;
        }
        if history.events.len() == before {
            return history;
        }
    }
}

/// Puts pauses in place of events, where leaving one out would shift all that follow in time.
fn with_pauses(history: &History) -> History {
    let mut history = history.clone();
    for at in 0..history.events.len() {
        let mut quieter = history.clone();
        quieter.events[at] = Event::Pass { time: 0 };
        if failure(&quieter).is_some() {
            history = quieter;
        }
    }
    let mut events: Vec<Event> = Vec::new();
    for event in history.events.drain(..) {
        match (events.last_mut(), event) {
            (Some(Event::Pass { time }), Event::Pass { time: more }) => *time += more + 1,
            _ => events.push(event),
        }
    }
    History { events, ..history }
}

/// Turns off what the failure does not need.
fn simplify(history: &mut History) {
    let off: [fn(&mut History); 12] = [
        |history| history.shape.deletes = false,
        |history| history.shape.moves = false,
        |history| history.shape.truncates = false,
        |history| history.shape.unique = false,
        |history| history.shape.large = false,
        |history| history.shape.deltas = false,
        |history| history.shape.equal_ties = false,
        |history| history.shape.keys -= u8::from(history.shape.keys > 1),
        |history| {
            history.shape.joiners = 0;
        },
        |history| {
            history.shape.nodes -= u8::from(history.shape.nodes > 2 + history.shape.joiners);
        },
        |history| history.drain = 0,
        |history| {
            for event in &mut history.events {
                if let Event::Deliver { flaky, .. } = event {
                    *flaky = false;
                }
            }
        },
    ];
    for change in off {
        let mut simpler = history.clone();
        change(&mut simpler);
        if failure(&simpler).is_some() {
            *history = simpler;
        }
    }
}

/// Everything about a failing history.
pub(crate) fn report(seed: u64) -> String {
    let history = shrink(History::of(seed));
    let cluster = cluster::run(&history, true);
    format!(
        "history {seed} fails: {}\n\nshrunk to {} events, {:?}\n{}\nonce more: \
         SPOCK_MODEL_SEED={seed} SPOCK_MODEL_COUNT=1 cargo test -p spock-core --test model",
        oracle::check(&cluster).unwrap_or_default(),
        history.events.len(),
        history.shape,
        cluster.trace.unwrap_or_default(),
    )
}
