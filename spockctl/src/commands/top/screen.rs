//! Drawing the screen. It fits 80 columns and 24 rows, and uses what is more.
//!
//! Colour never stands alone: what is bad has a word or a sign as well.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row as TableRow, Table, TableState};
use spock_admin::operations::observe::Rates;
use spock_admin::wait::duration_text;

use super::keys;
use super::model::{Model, Row, View};
use crate::output::{age, bytes};

/// Columns that a cell of the matrix takes, with the blank before it.
const CELL: u16 = 8;

/// What something is, beyond its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
}

/// Styles, or none of them where colours are not wanted.
#[derive(Clone, Copy)]
struct Look {
    is_coloured: bool,
}

impl Look {
    fn of(self, tone: Tone) -> Style {
        match (self.is_coloured, tone) {
            (false, _) | (true, Tone::Plain) => Style::new(),
            (true, Tone::Good) => Style::new().fg(Color::Green),
            (true, Tone::Warning) => Style::new().fg(Color::Yellow),
            (true, Tone::Bad) => Style::new().fg(Color::Red),
        }
    }

    fn head() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }
}

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, is_coloured: bool) {
    let look = Look { is_coloured };
    let rows = model.rows();
    let mut troubles = troubles(model, &rows, look);
    troubles.iter_mut().for_each(|line| shorten(line, frame.area().width));
    // Two lines of 24, and a quarter of what is more.
    let room = 2 + frame.area().height.saturating_sub(24) / 4;
    let [head, body, detail, foot] = Layout::vertical([
        Constraint::Length(3),
        Constraint::Min(0),
        Constraint::Length(room.min(u16::try_from(troubles.len()).unwrap_or(room)).max(2)),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    frame.render_widget(Paragraph::new(header(model, &rows, look)), head);
    match model.view {
        View::Help => help(frame, body),
        View::Subscriptions => subscriptions(frame, body, model, &rows, look),
        View::Slots => slots(frame, body, model, look),
        View::Overview => {
            let wanted = u16::try_from(model.nodes.len()).unwrap_or(u16::MAX).saturating_add(2);
            let streams = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2);
            let most = (body.height / 3).max(4);
            let [top, middle, bottom] = Layout::vertical([
                Constraint::Length(wanted.min(most)),
                Constraint::Max(streams),
                Constraint::Min(body.height / 5),
            ])
            .areas(body);
            matrix(frame, top, model, &rows, look);
            subscriptions(frame, middle, model, &rows, look);
            slots(frame, bottom, model, look);
        }
    }
    frame.render_widget(Paragraph::new(troubles), detail);
    let order = if model.is_reversed { "reversed" } else { "" };
    let line = format!(
        "q quit  h help  s sort: {} {order} p pause  arrows select, next view",
        model.sort.word()
    );
    frame.render_widget(Paragraph::new(line).style(Look::head()), foot);
}

fn header<'a>(model: &Model, rows: &[Row], look: Look) -> Vec<Line<'a>> {
    let time = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
    let paused = if model.is_paused() { "   PAUSED" } else { "" };
    let (up, all) = (model.up(), model.nodes.len());
    let first = format!(
        "spockctl top   {}   {time}   every {}{paused}   ",
        model.cluster,
        duration_text(model.every())
    );
    let nodes = format!("{up} of {all} nodes up");
    let tone = if up == all { Tone::Good } else { Tone::Bad };
    let sum = |of: fn(&Rates) -> f64| {
        rows.iter().filter_map(|row| row.rates.as_ref()).map(of).fold(0.0, |a, b| a + b)
    };
    let pending: i64 = rows.iter().map(|row| row.pending).sum();
    let kept: i64 = model.slots().iter().filter_map(|(_, slot)| slot.kept_bytes).max().unwrap_or(0);
    let second = format!(
        "changes {}/s  tx {}/s  conflicts {}/s  exceptions {pending} (+{}/s)  log kept {}",
        rate(sum(|r| r.changes)),
        rate(sum(|r| r.commits)),
        rate(sum(|r| r.conflicts)),
        rate(sum(|r| r.exceptions)),
        bytes(kept),
    );
    vec![
        Line::from(vec![Span::styled(first, Look::head()), Span::styled(nodes, look.of(tone))]),
        Line::from(second),
    ]
}

/// A number in a second.
fn rate(value: f64) -> String {
    match value {
        v if v <= 0.0 => "0".to_owned(),
        v if v < 10.0 => format!("{v:.1}"),
        v if v < 10_000.0 => format!("{v:.0}"),
        v => format!("{:.0}k", v / 1000.0),
    }
}

/// A lag in seven columns.
fn short_age(seconds: f64) -> String {
    if seconds >= 100.0 * 86_400.0 { ">100d".to_owned() } else { age(seconds) }
}

/// The lag of every subscriber behind every provider; the part around the selected one.
fn matrix(frame: &mut Frame<'_>, area: Rect, model: &Model, rows: &[Row], look: Look) {
    let chosen = rows.get(model.selected(rows));
    let name_width = model.nodes.iter().map(|n| n.chars().count()).max().unwrap_or(0).clamp(8, 16);
    let name_width = u16::try_from(name_width).unwrap_or(16);
    let fit = |width: u16| usize::from(width.saturating_sub(name_width) / CELL);
    let columns = match fit(area.width) {
        all if all >= model.nodes.len() => all,
        // Room for how many more there are.
        _ => fit(area.width.saturating_sub(5)),
    };
    let lines = usize::from(area.height.saturating_sub(2));
    let at = |name: Option<&String>| {
        name.and_then(|name| model.nodes.iter().position(|node| node == name)).unwrap_or(0)
    };
    let window = |chosen: usize, size: usize| {
        let first = (chosen + 1).saturating_sub(size.max(1));
        first..model.nodes.len().min(first + size)
    };
    let across = window(at(chosen.map(|row| &row.node)), columns);
    let down = window(at(chosen.map(|row| &row.provider)), lines);
    let hidden = model.nodes.len() - across.len();
    let mut heads = vec![Cell::from("LAG")];
    heads.extend(model.nodes[across.clone()].iter().map(|node| right(node, CELL - 1)));
    let mut table_rows = Vec::new();
    for provider in &model.nodes[down] {
        let mut cells = vec![Cell::from(provider.clone())];
        for subscriber in &model.nodes[across.clone()] {
            let (text, tone) = link(model, rows, provider, subscriber);
            let is_chosen =
                chosen.is_some_and(|row| row.node == *subscriber && row.provider == *provider);
            let style = look.of(tone);
            let style = if is_chosen { style.add_modifier(Modifier::REVERSED) } else { style };
            cells.push(right(&text, CELL - 1).style(style));
        }
        table_rows.push(TableRow::new(cells));
    }
    let mut widths = vec![Constraint::Length(name_width)];
    widths.extend(across.map(|_| Constraint::Length(CELL - 1)));
    if hidden > 0 {
        heads.push(Cell::from(format!("+{hidden}")));
        widths.push(Constraint::Min(4));
    }
    let table = Table::new(table_rows, widths)
        .header(TableRow::new(heads).style(Look::head()))
        .column_spacing(1);
    frame.render_widget(table, area);
}

/// A cell with its text at the right.
fn right<'a>(text: &str, width: u16) -> Cell<'a> {
    let width = usize::from(width);
    let text: String = text.chars().take(width).collect();
    Cell::from(format!("{text:>width$}"))
}

/// What stands between two nodes.
fn link(model: &Model, rows: &[Row], provider: &str, subscriber: &str) -> (String, Tone) {
    if provider == subscriber {
        return ("-".to_owned(), Tone::Plain);
    }
    match model.now(subscriber).map(|now| now.view.is_ok()) {
        None => return ("?".to_owned(), Tone::Plain),
        Some(false) => return ("x".to_owned(), Tone::Bad),
        Some(true) => {}
    }
    let row = rows.iter().find(|row| row.node == subscriber && row.provider == provider);
    match row {
        None => (".".to_owned(), Tone::Plain),
        Some(row) if row.status == "replicating" => {
            let text = row.lag_seconds.map_or_else(|| "*".to_owned(), short_age);
            let tone = if row.reason.is_some() { Tone::Warning } else { Tone::Good };
            let sign = if row.reason.is_some() { "!" } else { "" };
            (format!("{sign}{text}"), tone)
        }
        Some(row) if row.status == "initializing" => ("~copies".to_owned(), Tone::Warning),
        Some(row) => {
            let word = row.status.split(' ').next().unwrap_or_default();
            let word = if word == "disabled" { "off" } else { word };
            (format!("!{word}"), Tone::Bad)
        }
    }
}

fn subscriptions(frame: &mut Frame<'_>, area: Rect, model: &Model, rows: &[Row], look: Look) {
    let is_wide = area.width >= 120;
    let name = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).clamp(12, 28);
    let name = u16::try_from(if is_wide { name } else { name.min(16) }).unwrap_or(16);
    let node = rows.iter().map(|row| row.node.chars().count()).max().unwrap_or(0).clamp(4, 12);
    let node = u16::try_from(node).unwrap_or(12);
    // What the columns behind it leave, with the gaps.
    let status = rows.iter().map(|row| row.status.chars().count()).max().unwrap_or(0);
    let status = u16::try_from(status.clamp(11, 15)).unwrap_or(15);
    let status = status.min(area.width.saturating_sub(48 + node + name)).max(11);
    let columns: &[(&str, u16, bool)] = &[
        ("NODE", node, false),
        ("SUBSCRIPTION", name, false),
        ("STATUS", status, false),
        ("LAG", 6, true),
        ("BEHIND", 8, true),
        ("CHG/S", 5, true),
        ("CNF/S", 5, true),
        ("EXC", 3, true),
        ("ETA", 5, true),
        ("BLOCKED", 7, true),
    ];
    let more: &[(&str, u16, bool)] = &[("WORKER", 8, true), ("TX/S", 6, true)];
    let columns: Vec<_> = columns.iter().chain(more.iter().filter(|_| is_wide)).collect();
    let heads =
        columns.iter().map(
            |(head, width, is_number)| {
                if *is_number { right(head, *width) } else { Cell::from(*head) }
            },
        );
    let lines = rows.iter().map(|row| {
        let tone = match (row.status.as_str(), &row.reason) {
            ("replicating", None) => Tone::Good,
            ("replicating" | "initializing" | "paused", _) => Tone::Warning,
            _ => Tone::Bad,
        };
        let rated =
            |of: fn(&Rates) -> f64| row.rates.as_ref().map_or("-".to_owned(), |r| rate(of(r)));
        let eta = match row.rates.and_then(|rates| rates.caught_up_in) {
            // One that does not replicate catches up with nothing.
            _ if row.status != "replicating" => "?".to_owned(),
            // The log has more than transactions: bytes alone are none behind.
            _ if row.lag_seconds.unwrap_or_default() < 1.0 => "-".to_owned(),
            Some(seconds) => short_age(seconds),
            None => "?".to_owned(),
        };
        let blocked = match row.blocked_by.as_slice() {
            [] => "-".to_owned(),
            [pid] => pid.to_string(),
            [pid, ..] => format!("{pid}+"),
        };
        let texts = [
            row.node.clone(),
            row.name.clone(),
            row.status.clone(),
            row.lag_seconds.map_or("-".to_owned(), short_age),
            row.lag_bytes.map_or("-".to_owned(), bytes),
            rated(|r| r.changes),
            rated(|r| r.conflicts),
            row.pending.to_string(),
            eta,
            blocked,
            row.pid.map_or("-".to_owned(), |pid| pid.to_string()),
            rated(|r| r.commits),
        ];
        let cells =
            columns.iter().zip(&texts).enumerate().map(|(at, ((_, width, number), text))| {
                let cell = if *number { right(text, *width) } else { Cell::from(text.clone()) };
                match at {
                    2 => cell.style(look.of(tone)),
                    7 if row.pending > 0 => cell.style(look.of(Tone::Bad)),
                    9 if !row.blocked_by.is_empty() => cell.style(look.of(Tone::Warning)),
                    _ => cell,
                }
            });
        TableRow::new(cells.collect::<Vec<_>>())
    });
    let widths = columns.iter().map(|(_, width, _)| Constraint::Length(*width));
    let table = Table::new(lines.collect::<Vec<_>>(), widths.collect::<Vec<_>>())
        .header(TableRow::new(heads.collect::<Vec<_>>()).style(Look::head()))
        .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED))
        .column_spacing(1);
    let mut state = TableState::new();
    if !rows.is_empty() {
        state.select(Some(model.selected(rows)));
    }
    let area = Rect { height: area.height.saturating_sub(1).max(area.height.min(2)), ..area };
    frame.render_stateful_widget(table, area, &mut state);
}

fn slots(frame: &mut Frame<'_>, area: Rect, model: &Model, look: Look) {
    let slots = model.slots();
    let lines = slots.iter().map(|(node, slot)| {
        let (word, tone) = match (slot.is_lost(), slot.active_pid, slot.is_own()) {
            (true, _, _) => ("LOST".to_owned(), Tone::Bad),
            (false, Some(pid), _) => (format!("read by {pid}"), Tone::Good),
            (false, None, true) => ("kept by the node".to_owned(), Tone::Plain),
            (false, None, false) => ("read by nobody".to_owned(), Tone::Warning),
        };
        let limit = match slot.safe_bytes {
            Some(safe) => format!("{} left", bytes(safe)),
            None => "-".to_owned(),
        };
        TableRow::new(vec![
            Cell::from((*node).to_owned()),
            Cell::from(slot.name.clone()),
            right(&slot.kept_bytes.map_or("-".to_owned(), bytes), 9),
            Cell::from(word).style(look.of(tone)),
            Cell::from(limit),
        ])
    });
    let heads = TableRow::new(vec![
        Cell::from("NODE"),
        Cell::from("SLOT"),
        right("LOG KEPT", 9),
        Cell::from("STATE"),
        Cell::from("LIMIT"),
    ]);
    let widths = [
        Constraint::Length(8),
        Constraint::Length(if area.width >= 120 { 48 } else { 30 }),
        Constraint::Length(9),
        Constraint::Length(16),
        Constraint::Min(10),
    ];
    let table = Table::new(lines.collect::<Vec<_>>(), widths)
        .header(heads.style(Look::head()))
        .column_spacing(1);
    frame.render_widget(table, area);
}

/// Ends a line that is too long with a sign that there is more.
fn shorten(line: &mut Line<'_>, width: u16) {
    if line.width() <= usize::from(width) {
        return;
    }
    for span in &mut line.spans {
        let kept: String = span.content.chars().take(usize::from(width.max(1)) - 1).collect();
        span.content = format!("{kept}…").into();
    }
}

/// What there is to say of the selected subscription, of nodes that are away or whose clocks are off, and of other
/// subscriptions that are not well.
fn troubles<'a>(model: &Model, rows: &[Row], look: Look) -> Vec<Line<'a>> {
    let chosen = model.selected(rows);
    let mut out: Vec<Line<'_>> =
        rows.get(chosen).map(|row| said_of(row, look)).into_iter().collect();
    out.extend(model.nodes.iter().filter_map(|node| {
        let now = model.now(node)?;
        let text = match &now.view {
            Err(error) => {
                let why = error.why();
                format!("{node}: {}", why.replace(['\n', '\t'], " "))
            }
            // What is shown of it is old.
            Ok(_) => {
                let silent = model.silent_for(now)?;
                format!("{node}: no answer for {}", age(silent.as_secs_f64()))
            }
        };
        Some(Line::styled(text, look.of(Tone::Bad)))
    }));
    out.extend(model.skews().iter().map(|skew| {
        let (node, seconds, word) = (&skew.node, skew.seconds, skew.word());
        let text = format!("{node}: its clock is {seconds:.1} s {word} that of {}", skew.reference);
        Line::styled(text, look.of(Tone::Warning))
    }));
    let others = rows.iter().enumerate().filter(|(at, row)| *at != chosen && row.reason.is_some());
    out.extend(others.map(|(_, row)| said_of(row, look)));
    out
}

/// Why a subscription stands as it does.
fn said_of<'a>(row: &Row, look: Look) -> Line<'a> {
    let (text, tone) = match (&row.reason, row.blocked_by.is_empty()) {
        (Some(reason), _) => (reason.clone(), Tone::Bad),
        (None, false) => {
            let pids: Vec<String> = row.blocked_by.iter().map(ToString::to_string).collect();
            (format!("waits for what process {} holds", pids.join(", ")), Tone::Warning)
        }
        (None, true) => (row.status.clone(), Tone::Good),
    };
    let text = format!("{} from {}: {}", row.name, row.provider, text.replace(['\n', '\t'], " "));
    Line::styled(text, look.of(tone))
}

fn help(frame: &mut Frame<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> =
        keys::HELP.iter().map(|(key, what)| Line::from(format!("  {key:<24}{what}"))).collect();
    lines.push(Line::from(""));
    lines.push(Line::from(
        "  LAG: rows provide, columns subscribe. - self  . none  ~ copies  ! not well  x away",
    ));
    lines.push(Line::from(
        "  BLOCKED: process that holds what the apply worker waits for. ETA: until caught up",
    ));
    frame.render_widget(Paragraph::new(lines), area);
}
