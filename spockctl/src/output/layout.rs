//! How a table is drawn: in one of several styles, fitted to the terminal.

use std::io::{Result, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};
use comfy_table::{ContentLineStyle, LineStyle};

use super::table::{Cell, Column, Selected};
use crate::cli::TableStyle;

/// What the last column keeps at least where a terminal is too narrow for all of it.
const LAST_COLUMN: usize = 20;

/// What the others keep at least.
const OTHER_COLUMN: usize = 8;

/// Text reads well at this width: a longer one goes on below before a column is left out.
const TEXT_COLUMN: usize = 40;

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
pub(super) mod tests {
    use super::*;
    use crate::output::table::Table;
    use crate::output::table::tests::table;

    pub(in crate::output) fn print(table: Selected, width: Option<usize>) -> String {
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
}
