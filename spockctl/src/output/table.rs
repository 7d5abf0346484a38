//! Tables of cells under columns, and what of them is chosen.

use std::borrow::Cow;

use comfy_table::Color;
use owo_colors::OwoColorize as _;

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

/// One value, as people and as machines read it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(super) shown: String,
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

    pub(super) fn styled(&self) -> comfy_table::Cell {
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
    pub(super) is_number: bool,
    pub(super) is_wide: bool,
    pub(super) is_droppable: bool,
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
    pub(super) rows: Vec<Vec<Cell>>,
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
    pub(crate) fn all_have(&self, column: &str, value: &str) -> Result<bool, String> {
        let at = self.find(column)?;
        let has = |row: &Vec<Cell>| row[at].raw == value || row[at].shown == value;
        Ok(!self.rows.is_empty() && self.rows.iter().all(has))
    }

    fn find(&self, wanted: &str) -> Result<usize, String> {
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
    ) -> Result<Selected, String> {
        let chosen: Vec<usize> = if columns.is_empty() {
            (0..self.columns.len()).filter(|at| is_wide || !self.columns[*at].is_wide).collect()
        } else {
            columns.iter().map(|name| self.find(name)).collect::<Result<_, _>>()?
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
pub(crate) fn find_column(columns: &[Column], wanted: &str) -> Result<usize, String> {
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::output::layout::tests::print;

    pub(in crate::output) fn table() -> Table {
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
