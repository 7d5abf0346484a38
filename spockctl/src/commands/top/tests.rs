//! Screens of models made by hand: many nodes, orders, help, and keys.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use spock_admin::client::SubscriptionState;
use spock_admin::error::AdminError;
use spock_admin::operations::clock::Clock;
use spock_admin::operations::observe::{Counters, NodeView, Observed, Stream};

use super::keys::{Then, press};
use super::model::{Model, Sort, View};
use super::picture;

fn stream(provider: usize, node: usize, lag: f64, changes: i64, lag_bytes: i64) -> Stream {
    let state = SubscriptionState {
        id: u32::try_from(provider).expect("small"),
        name: format!("sub_n{provider}_n{node}"),
        provider: format!("n{provider}"),
        status: "replicating".into(),
        provider_dsn: String::new(),
        slot_name: "spk".into(),
        replication_sets: Vec::new(),
        forward_origins: Vec::new(),
        is_enabled: true,
        sync_state: "ready",
        tables_ready: 0,
        tables_total: 0,
        tables_copied: 0,
        rows_under_way: 0,
        tables_failed: Vec::new(),
        worker: None,
        last_error: None,
        last_error_at: None,
        pending_exceptions: 0,
        needs_repair: None,
        paused: None,
        warning: None,
        received_lsn: None,
        lag_seconds: Some(lag),
        lag_bytes: Some(lag_bytes),
    };
    let counters = Counters { inserts: changes, conflicts: changes / 10, ..Counters::default() };
    Stream { state, reason: None, counters: Some(counters), blocked_by: Vec::new() }
}

/// A mesh, seen twice: every subscription applied 100 rows a second, and is a second nearer.
fn mesh(nodes: usize) -> Model {
    let names = (1..=nodes).map(|at| format!("n{at}")).collect();
    let mut model = Model::new("test", names, Duration::from_secs(2));
    let began = Instant::now();
    for look in 0_u32..2 {
        for node in 1..=nodes {
            let streams = (1..=nodes)
                .filter(|provider| *provider != node)
                .map(|provider| {
                    let rows = 100 * i64::from(look) * i64::try_from(provider).expect("small");
                    let behind = 3000 - 1000 * i64::from(look);
                    stream(
                        provider,
                        node,
                        f64::from(u32::try_from(node).expect("small")),
                        rows,
                        behind,
                    )
                })
                .collect();
            model.see(Observed {
                node: format!("n{node}"),
                at: began + Duration::from_secs(u64::from(look)),
                view: Ok(NodeView {
                    spock: None,
                    postgres: "15.20".into(),
                    streams,
                    slots: Vec::new(),
                    clock: Clock::within(&format!("n{node}"), 0.0, 0.001),
                }),
            });
        }
    }
    model
}

fn key(model: &mut Model, code: KeyCode) -> Then {
    press(model, &Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// The words of the first line that begins so.
#[track_caller]
fn words<'a>(picture: &'a str, start: &str) -> Vec<&'a str> {
    let line = picture.lines().find(|line| line.starts_with(start));
    line.unwrap_or_else(|| panic!("no {start} in\n{picture}")).split_whitespace().collect()
}

#[test]
fn rates_and_the_time_to_catch_up_come_from_two_looks() {
    let picture = picture(&mesh(3), 80, 24);
    assert_eq!(
        words(&picture, "n3   sub_n2_n3"),
        ["n3", "sub_n2_n3", "replicating", "3.0s", "2.0", "kB", "200", "20", "0", "2.0s", "-"]
    );
    assert_eq!(words(&picture, "changes")[..2], ["changes", "1200/s"]);
    assert!(picture.contains("3 of 3 nodes up"), "{picture}");
    assert_eq!(words(&picture, "n1 "), ["n1", "-", "2.0s", "3.0s"]);
}

#[test]
fn fifty_nodes_fit_around_the_one_that_is_selected() {
    let mut model = mesh(50);
    key(&mut model, KeyCode::Char('s'));
    key(&mut model, KeyCode::Char('s'));
    key(&mut model, KeyCode::Char('s'));
    key(&mut model, KeyCode::Char('s'));
    assert_eq!(model.sort, Sort::Node);
    for (columns, rows) in [(80, 24), (200, 50), (40, 10), (3, 2), (1, 1)] {
        let picture = picture(&model, columns, rows);
        assert_eq!(picture.lines().count(), usize::from(rows));
        assert!(picture.lines().all(|line| line.chars().count() <= usize::from(columns)));
    }
    key(&mut model, KeyCode::End);
    let picture = picture(&model, 80, 24);
    let heads = words(&picture, "LAG");
    // The last one by name: its subscriber and its provider are in the part that is shown.
    assert_eq!(heads, ["LAG", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "+42"]);
    assert_eq!(words(&picture, "n8 ")[8], "9.0s");
    assert!(picture.contains("sub_n8_n9 from n8: replicating"), "{picture}");
}

#[test]
fn keys_do_what_the_help_says() {
    let mut model = mesh(3);
    assert_eq!(key(&mut model, KeyCode::Char('?')), Then::GoOn);
    let help = picture(&model, 80, 24);
    for part in ["quit", "pause", "sort by lag", "BLOCKED"] {
        assert!(help.contains(part), "no {part} in\n{help}");
    }
    key(&mut model, KeyCode::Char('x'));
    assert_eq!(model.view, View::Overview);
    assert_eq!(model.rows()[0].node, "n3");
    key(&mut model, KeyCode::Char('r'));
    assert_eq!(model.rows()[0].node, "n1");
    key(&mut model, KeyCode::Char('r'));
    key(&mut model, KeyCode::Char('s'));
    assert_eq!(model.rows()[0].provider, "n3", "the most changes first");
    key(&mut model, KeyCode::Right);
    assert_eq!(model.view, View::Subscriptions);
    key(&mut model, KeyCode::Left);
    assert_eq!(model.view, View::Overview);

    key(&mut model, KeyCode::Char('p'));
    let away = |model: &mut Model| {
        model.see(Observed {
            node: "n1".into(),
            at: Instant::now(),
            view: Err(AdminError::failed("could not connect").detail("refused")),
        });
    };
    away(&mut model);
    let paused = picture(&model, 80, 24);
    assert!(paused.contains("PAUSED") && paused.contains("3 of 3 nodes up"), "{paused}");
    key(&mut model, KeyCode::Char('p'));
    let goes_on = picture(&model, 80, 24);
    assert!(goes_on.contains("2 of 3 nodes up") && goes_on.contains("n1: refused"), "{goes_on}");
    assert_eq!(words(&goes_on, "n2 "), ["n2", "x", "-", "3.0s"]);

    assert_eq!(key(&mut model, KeyCode::Char('q')), Then::Quit);
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(press(&mut model, &Event::Key(control_c)), Then::Quit);
}

#[test]
fn a_node_that_says_nothing_any_more_is_told() {
    let mut model = mesh(2);
    let Some(earlier) = Instant::now().checked_sub(Duration::from_secs(70)) else { return };
    let view = model.now("n2").and_then(|now| now.view.clone().ok()).expect("seen");
    assert!(!picture(&model, 80, 24).contains("no answer"));
    model.see(Observed { node: "n2".into(), at: earlier, view: Ok(view) });
    assert!(picture(&model, 80, 24).contains("\nn2: no answer for 1m10s\n"));
}
