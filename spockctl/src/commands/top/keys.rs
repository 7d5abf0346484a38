//! What a key does.

use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

use super::model::{Model, View};

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    Quit,
}

/// Every key with what it does, for the help.
pub(super) const HELP: &[(&str, &str)] = &[
    ("q, Ctrl-C", "quit"),
    ("h, ?", "this help; any key leaves it"),
    ("up, down, k, j", "select a subscription; the last line says what is wrong with it"),
    ("PgUp, PgDn, Home, End", "move further"),
    ("left, right, Tab", "next view: overview, subscriptions, slots"),
    ("1, 2, 3", "that view"),
    ("s", "sort by lag, changes, conflicts, status, or node"),
    ("r", "turn the order round"),
    ("p, space", "pause; looks go on, the screen stays"),
];

/// Does what the key says.
pub(super) fn press(model: &mut Model, event: &Event) -> Then {
    let Event::Key(key) = event else { return Then::GoOn };
    if key.kind == KeyEventKind::Release {
        return Then::GoOn;
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.code == KeyCode::Char('q') || is_control && key.code == KeyCode::Char('c') {
        return Then::Quit;
    }
    if model.view == View::Help {
        model.view = View::Overview;
        return Then::GoOn;
    }
    match key.code {
        KeyCode::Char('h' | '?') => model.view = View::Help,
        KeyCode::Char('s') => model.sort = model.sort.next(),
        KeyCode::Char('r') => model.is_reversed = !model.is_reversed,
        KeyCode::Char('p' | ' ') => model.pause(),
        KeyCode::Char('1') => model.view = View::Overview,
        KeyCode::Char('2') => model.view = View::Subscriptions,
        KeyCode::Char('3') => model.view = View::Slots,
        KeyCode::Right | KeyCode::Tab => model.view = model.view.next(),
        KeyCode::Left | KeyCode::BackTab => model.view = model.view.previous(),
        KeyCode::Down | KeyCode::Char('j') => model.select(1),
        KeyCode::Up | KeyCode::Char('k') => model.select(-1),
        KeyCode::PageDown => model.select(10),
        KeyCode::PageUp => model.select(-10),
        KeyCode::Home => model.select(isize::MIN),
        KeyCode::End => model.select(isize::MAX),
        _ => {}
    }
    Then::GoOn
}
