//! Tables of cells: with headers, in one of several styles, fitted to the terminal.

use std::borrow::Cow;
use std::io::{Result, Write};

use comfy_table::{CellAlignment, Color, ColumnConstraint, ContentArrangement, Width};
use comfy_table::{ContentLineStyle, LineStyle};
use owo_colors::OwoColorize as _;

use crate::cli::TableStyle;

/// What a cell means, beyond its text; shown as colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// All is well.
    Good,
    /// Needs a look.
    Warning,
    /// Broken.
    Bad,
}

impl Tone {
    /// The text in the colour of the tone.
    pub(crate) fn paint(self, text: &str) -> String {
        match self {
            Tone::Plain => text.to_owned(),
            Tone::Good => text.green().to_string(),
            Tone::Warning => text.yellow().to_string(),
            Tone::Bad => text.red().to_string(),
        }
    }
}

/// What the last column keeps at least where a terminal is too narrow for all of it.
const LAST_COLUMN: usize = 20;

/// What the others keep at least.
const OTHER_COLUMN: usize = 8;

/// Text reads well at this width: a longer one goes on below before a column is left out.
const TEXT_COLUMN: usize = 40;

/// One value, as people and as machines read it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    shown: String,
    /// Raw unit, for csv, tsv, and sorting; empty for null.
    pub(super) raw: String,
    tone: Tone,
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let raw = text.into();
        Cell { shown: raw.clone(), raw, tone: Tone::Plain }
    }

    /// A text with a meaning.
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Cell { tone, ..Cell::text(text) }
    }

    /// A value that may be missing, and how people read it.
    pub(crate) fn value<T: ToString>(value: Option<T>, show: impl FnOnce(T) -> String) -> Self {
        match value {
            None => Cell { shown: "-".to_owned(), ..Cell::default() },
            Some(value) => Cell { raw: value.to_string(), shown: show(value), tone: Tone::Plain },
        }
    }

    /// A text that may be missing.
    pub(crate) fn optional(text: Option<&str>) -> Self {
        Cell::value(text, str::to_owned)
    }

    /// A moment that may be missing, to the second for people.
    pub(crate) fn moment(moment: Option<jiff::Timestamp>) -> Self {
        Cell::value(moment, |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    fn styled(&self) -> comfy_table::Cell {
        // A cell is one line: a message of several, or with tabs, would break the columns.
        let line = self.shown.replace("\n\t", " ").replace(['\n', '\r', '\t'], " ");
        let cell = comfy_table::Cell::new(line);
        match self.tone {
            Tone::Plain => cell,
            Tone::Good => cell.fg(Color::Green),
            Tone::Warning => cell.fg(Color::Yellow),
            Tone::Bad => cell.fg(Color::Red),
        }
    }
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Header, upper case without blanks.
    pub(super) name: Cow<'static, str>,
    is_number: bool,
    is_wide: bool,
    is_droppable: bool,
}

impl Column {
    /// A column of text.
    pub(crate) const fn new(name: &'static str) -> Self {
        let name = Cow::Borrowed(name);
        Column { name, is_number: false, is_wide: false, is_droppable: false }
    }

    /// A column of text whose name is known when it is printed.
    pub(crate) fn named(name: String) -> Self {
        Column { name: Cow::Owned(name), ..Column::new("") }
    }

    /// Aligned to the right.
    pub(crate) const fn number(name: &'static str) -> Self {
        let mut column = Column::new(name);
        column.is_number = true;
        column
    }

    /// Shown only with all columns.
    pub(crate) const fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// Left out first when the terminal is narrow.
    pub(crate) const fn droppable(mut self) -> Self {
        self.is_droppable = true;
        self
    }
}

/// Rows of cells under columns.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Cow<'static, [Column]>,
    rows: Vec<Vec<Cell>>,
    kind: &'static str,
    name_column: usize,
}

/// The columns and rows that are to be printed.
pub(crate) struct Selected {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(columns: impl Into<Cow<'static, [Column]>>) -> Self {
        Table { columns: columns.into(), rows: Vec::new(), kind: "", name_column: 0 }
    }

    /// Says which column names an item, and of what kind: `sub/NAME`. Without a kind the column has it.
    pub(crate) fn named(mut self, kind: &'static str, column: usize) -> Self {
        self.kind = kind;
        self.name_column = column;
        self
    }

    /// Appends a row, one cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// `kind/name` of every row.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |row: &Vec<Cell>| match self.kind {
            "" => row[self.name_column].raw.clone(),
            kind => format!("{kind}/{}", row[self.name_column].raw),
        };
        self.rows.iter().map(name).collect()
    }

    /// Whether there are rows, and all of them have this value in this column, as it is shown or as programs get it.
    pub(crate) fn all_have(&self, column: &str, value: &str) -> std::result::Result<bool, String> {
        let at = self.find(column)?;
        let has = |row: &Vec<Cell>| row[at].raw == value || row[at].shown == value;
        Ok(!self.rows.is_empty() && self.rows.iter().all(has))
    }

    fn find(&self, wanted: &str) -> std::result::Result<usize, String> {
        find_column(&self.columns, wanted)
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether it has these columns.
    pub(super) fn has(&self, columns: &[Column]) -> bool {
        let mut pairs = self.columns.iter().zip(columns);
        self.columns.len() == columns.len() && pairs.all(|(has, column)| has.name == column.name)
    }

    /// Chooses and sorts; an unknown column is an error that names the known ones.
    pub(crate) fn select(
        mut self,
        columns: &[String],
        sort_by: Option<&str>,
        is_wide: bool,
    ) -> std::result::Result<Selected, String> {
        let chosen: Vec<usize> = if columns.is_empty() {
            (0..self.columns.len()).filter(|at| is_wide || !self.columns[*at].is_wide).collect()
        } else {
            columns.iter().map(|name| self.find(name)).collect::<std::result::Result<_, _>>()?
        };
        if let Some(at) = sort_by.map(|column| self.find(column)).transpose()? {
            self.rows.sort_by(|a, b| compare(&a[at].raw, &b[at].raw));
        }
        Ok(Selected {
            columns: chosen.iter().map(|at| self.columns[*at].clone()).collect(),
            rows: self
                .rows
                .iter()
                .map(|row| chosen.iter().map(|at| row[*at].clone()).collect())
                .collect(),
        })
    }
}

/// Where the column of this name is; the error names the known ones.
pub(crate) fn find_column(columns: &[Column], wanted: &str) -> std::result::Result<usize, String> {
    let wanted = wanted.trim().to_uppercase().replace('-', "_");
    columns.iter().position(|column| column.name == wanted).ok_or_else(|| {
        let mut names: Vec<&str> = Vec::new();
        for column in columns.iter().map(|column| &*column.name) {
            if !names.contains(&column) {
                names.push(column);
            }
        }
        let known = names.join(", ").to_lowercase();
        format!("unknown column \"{}\" (known: {known})", wanted.to_lowercase())
    })
}

/// Takes so much from the rooms, each time from the widest above its floor; returns what could not be taken.
fn shrink(rooms: &mut [usize], floors: &[usize], mut excess: usize) -> usize {
    while excess > 0 {
        let above = (0..rooms.len()).filter(|at| rooms[*at] > floors[*at]);
        let Some(widest) = above.max_by_key(|at| rooms[*at]) else { break };
        rooms[widest] -= 1;
        excess -= 1;
    }
    excess
}

/// Numbers as numbers, everything else as text, null last.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    if a.is_empty() != b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}

const PSQL: comfy_table::TableStyle = comfy_table::TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('|'))
    .header_separator(LineStyle::none().fill('-').junction('+'))
    .content_lines(ContentLineStyle::none().junction('|'));

const ROUNDED: comfy_table::TableStyle = comfy_table::TableStyle::new()
    .top_border(LineStyle::new('╭', '─', '┬', '╮'))
    .header_lines(ContentLineStyle::new('│', '│', '│'))
    .header_separator(LineStyle::new('├', '─', '┼', '┤'))
    .content_lines(ContentLineStyle::new('│', '│', '│'))
    .bottom_border(LineStyle::new('╰', '─', '┴', '╯'));

/// How many characters stand around the cells of a style: between two columns, and at both ends together.
fn frame(style: TableStyle) -> (usize, usize) {
    match style {
        TableStyle::Plain => (2, 0),
        TableStyle::Psql => (3, 2),
        TableStyle::Rounded | TableStyle::Markdown => (3, 4),
    }
}

impl Selected {
    /// Width of each column's widest cell.
    fn widths(&self, header: bool) -> Vec<usize> {
        (0..self.columns.len())
            .map(|at| {
                let head = if header { self.columns[at].name.chars().count() } else { 0 };
                self.rows.iter().map(|row| row[at].shown.chars().count()).fold(head, usize::max)
            })
            .collect()
    }

    /// The room of each column if long texts yield as far as they still read well, the widest first; `None` when that
    /// is not enough.
    fn comfortable(&self, widths: &[usize], width: usize) -> Option<Vec<usize>> {
        let mut rooms = widths.to_vec();
        let excess = rooms.iter().sum::<usize>().saturating_sub(width);
        let floor = |column: &Column| if column.is_number { usize::MAX } else { TEXT_COLUMN };
        let floors: Vec<usize> = self.columns.iter().map(floor).collect();
        (shrink(&mut rooms, &floors, excess) == 0).then_some(rooms)
    }

    /// Leaves out droppable columns from the right until the rest fits; returns how many, and the room of each column
    /// when they do not fit even so. What is too long for its room goes on below.
    fn fit(
        &mut self,
        style: TableStyle,
        header: bool,
        width: usize,
    ) -> (usize, Option<Vec<usize>>) {
        let (between, ends) = frame(style);
        let mut dropped = 0;
        loop {
            let widths = self.widths(header);
            let around = ends + between * widths.len().saturating_sub(1);
            let width = width.saturating_sub(around);
            if widths.iter().sum::<usize>() <= width {
                return (dropped, None);
            }
            let Some(at) = self.columns.iter().rposition(|column| column.is_droppable) else {
                return (dropped, Some(self.rooms(header, &widths, width)));
            };
            if let Some(rooms) = self.comfortable(&widths, width) {
                return (dropped, Some(rooms));
            }
            self.columns.remove(at);
            for row in &mut self.rows {
                row.remove(at);
            }
            dropped += 1;
        }
    }

    /// The room of each column: the last one yields first, then those of text, the widest first. Numbers and headers
    /// stay whole. `width` is that of the cells alone.
    fn rooms(&self, header: bool, widths: &[usize], width: usize) -> Vec<usize> {
        let mut rooms = widths.to_vec();
        let least: Vec<usize> = self
            .columns
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(at, (column, full))| {
                let head = if header { column.name.chars().count() } else { 0 };
                let is_last = at + 1 == widths.len();
                let floor = if is_last { LAST_COLUMN } else { OTHER_COLUMN };
                if column.is_number { *full } else { floor.max(head).min(*full) }
            })
            .collect();
        let mut excess = rooms.iter().sum::<usize>().saturating_sub(width);
        if let Some(last) = rooms.len().checked_sub(1) {
            let given = excess.min(rooms[last] - least[last]);
            rooms[last] -= given;
            excess -= given;
        }
        excess = shrink(&mut rooms, &least, excess);
        if let Some(last) = rooms.last_mut() {
            *last -= excess.min(last.saturating_sub(OTHER_COLUMN));
        }
        rooms
    }

    /// Writes the columns; `width` is that of the terminal, if there is one.
    pub(super) fn write(
        mut self,
        out: &mut impl Write,
        style: TableStyle,
        header: bool,
        width: Option<usize>,
    ) -> Result<()> {
        // A cell of Markdown is one line, and a bar would end it.
        let width = width.filter(|_| style != TableStyle::Markdown);
        if style == TableStyle::Markdown {
            for cell in self.rows.iter_mut().flatten() {
                cell.shown = cell.shown.replace('|', "\\|");
            }
        }
        let (dropped, rooms) = width.map_or((0, None), |width| self.fit(style, header, width));
        let mut table = comfy_table::Table::new();
        table.load_style(match style {
            TableStyle::Plain => comfy_table::presets::NOTHING,
            TableStyle::Psql => PSQL,
            TableStyle::Rounded => ROUNDED,
            TableStyle::Markdown => comfy_table::presets::ASCII_MARKDOWN,
        });
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.enforce_styling();
        if header {
            // Not bold: the style would reach over the padding to the end of the line.
            table
                .set_header(self.columns.iter().map(|column| comfy_table::Cell::new(&column.name)));
        }
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::styled));
        }
        let last = self.columns.len().saturating_sub(1);
        let padding = |at| match style {
            TableStyle::Plain => (0, if at == last { 0 } else { 2 }),
            _ => (1, 1),
        };
        for (at, column) in self.columns.iter().enumerate() {
            if let Some(shown) = table.column_mut(at) {
                shown.set_padding(padding(at));
                if column.is_number {
                    shown.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        if let Some(rooms) = rooms {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            // The columns decide: what they need may be more than there is.
            table.set_width(u16::MAX);
            for (at, (column, room)) in table.column_iter_mut().zip(rooms).enumerate() {
                let (left, right) = padding(at);
                let room = u16::try_from(room).unwrap_or(u16::MAX).saturating_add(left + right);
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(room)));
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        if dropped > 0 {
            let columns = if dropped == 1 { "column" } else { "columns" };
            writeln!(out, "+{dropped} {columns}, use -o wide")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(vec![
            Column::new("NODE"),
            Column::number("ROWS"),
            Column::new("REASON").droppable(),
            Column::new("DSN").wide(),
        ])
        .named("node", 0);
        table.row(vec![
            Cell::text("n2"),
            Cell::value(Some(10), |n: i32| n.to_string()),
            Cell::optional(None),
            Cell::text("host=b"),
        ]);
        table.row(vec![
            Cell::text("n1"),
            Cell::value(Some(9), |n: i32| n.to_string()),
            Cell::text("a long reason"),
            Cell::text("host=a"),
        ]);
        table
    }

    fn print(table: Selected, width: Option<usize>) -> String {
        print_as(TableStyle::Plain, table, width)
    }

    fn print_as(style: TableStyle, table: Selected, width: Option<usize>) -> String {
        let mut out = Vec::new();
        table.write(&mut out, style, true, width).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn columns_line_up_and_null_is_a_dash() {
        let text = print(table().select(&[], None, false).expect("ok"), None);
        assert_eq!(text, "NODE  ROWS  REASON\nn2      10  -\nn1       9  a long reason\n");
    }

    #[test]
    fn narrow_terminals_lose_columns_not_rows() {
        let text = print(table().select(&[], None, false).expect("ok"), Some(20));
        assert_eq!(text, "NODE  ROWS\nn2      10\nn1       9\n+1 column, use -o wide\n");
    }

    #[test]
    fn what_is_too_long_for_the_terminal_goes_on_below() {
        let mut table = Table::new(vec![Column::new("NODE"), Column::new("REASON")]);
        let reason = "it is away because of a cable that somebody has cut";
        table.row(vec![Cell::text("n1"), Cell::text(reason)]);
        table.row(vec![Cell::text("n2"), Cell::optional(None)]);
        let shown = |width| print(table.clone().select(&[], None, false).expect("ok"), width);
        assert_eq!(
            shown(Some(30)),
            "NODE  REASON\nn1    it is away because of a\n      cable that somebody has\n      cut\nn2    -\n"
        );
        assert_eq!(shown(None), format!("NODE  REASON\nn1    {reason}\nn2    -\n"));
    }

    #[test]
    fn long_texts_go_on_below_before_a_column_is_left_out() {
        let mut table = Table::new(vec![
            Column::new("ID"),
            Column::new("PROBLEM"),
            Column::new("REMEDY").droppable(),
        ]);
        let problem = "it is away because of a cable that somebody has cut\tand taken away";
        let remedy = "put a new cable in, and see that the doors are locked henceforth";
        table.row(vec![Cell::text("a"), Cell::text(problem), Cell::text(remedy)]);
        let shown = |width| print(table.clone().select(&[], None, false).expect("ok"), Some(width));
        assert_eq!(
            shown(90),
            "ID  PROBLEM                                     REMEDY\n\
             a   it is away because of a cable that          put a new cable in, and see that the doors\n    \
             somebody has cut and taken away             are locked henceforth\n"
        );
        assert!(shown(85).ends_with("+1 column, use -o wide\n"), "{}", shown(85));
    }

    #[test]
    fn columns_before_the_last_yield_when_that_has_no_more_to_give() {
        let mut table =
            Table::new(vec![Column::new("NODE"), Column::new("VALUE"), Column::new("SOURCE")]);
        let source = Cell::text("configuration file");
        table.row(vec![Cell::text("n1"), Cell::text("pgoutput, spock_output"), source]);
        let shown = print(table.select(&[], None, false).expect("ok"), Some(40));
        assert_eq!(
            shown,
            "NODE  VALUE           SOURCE\nn1    pgoutput,       configuration file\n      spock_output\n"
        );
    }

    #[test]
    fn styles_draw_lines_and_fit_like_the_plain_one() {
        let mut table = table();
        table.rows[0][2] = Cell::text("this | that");
        let shown = |style, width| {
            print_as(style, table.clone().select(&[], None, false).expect("ok"), width)
        };
        assert_eq!(
            shown(TableStyle::Psql, None),
            " NODE | ROWS | REASON\n------+------+---------------\n \
             n2   |   10 | this | that\n n1   |    9 | a long reason\n"
        );
        assert_eq!(
            shown(TableStyle::Markdown, Some(10)),
            "| NODE | ROWS | REASON        |\n|------|------|---------------|\n\
             | n2   |   10 | this \\| that  |\n| n1   |    9 | a long reason |\n"
        );
        assert_eq!(
            shown(TableStyle::Rounded, Some(31)),
            "╭──────┬──────┬───────────────╮\n│ NODE │ ROWS │ REASON        │\n\
             ├──────┼──────┼───────────────┤\n│ n2   │   10 │ this | that   │\n\
             │ n1   │    9 │ a long reason │\n╰──────┴──────┴───────────────╯\n"
        );
        let narrow = shown(TableStyle::Rounded, Some(30));
        assert!(narrow.ends_with("+1 column, use -o wide\n"), "{narrow}");
    }

    #[test]
    fn a_condition_is_met_when_every_row_meets_it() {
        let mut table = table();
        assert_eq!(table.all_have("rows", "10"), Ok(false));
        assert_eq!(table.all_have("reason", "-"), Ok(false));
        table.rows.truncate(1);
        assert_eq!(table.all_have("rows", "10"), Ok(true));
        assert_eq!(table.all_have("reason", "-"), Ok(true), "as it is shown");
        assert!(table.all_have("row", "10").is_err());
        table.rows.clear();
        assert_eq!(table.all_have("rows", "10"), Ok(false), "there is none");
    }

    #[test]
    fn columns_are_chosen_and_rows_sorted() {
        let chosen = table().select(&["rows".into(), "dsn".into()], Some("rows"), false);
        assert_eq!(print(chosen.expect("ok"), None), "ROWS  DSN\n   9  host=a\n  10  host=b\n");
        let error = table().select(&["x".into()], None, false).err();
        assert_eq!(error.as_deref(), Some("unknown column \"x\" (known: node, rows, reason, dsn)"));
        assert_eq!(table().names(), ["node/n2", "node/n1"]);
    }
}
