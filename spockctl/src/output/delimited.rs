//! csv by RFC 4180, and tsv with the escapes that psql writes: raw values, a header line.

use std::io::{Result, Write};

use super::table::Selected;

/// Writes csv.
pub(super) fn write_csv(out: &mut impl Write, table: &Selected, header: bool) -> Result<()> {
    let quote = |field: &str| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    };
    lines(out, table, header, ",", quote)
}

/// Writes tsv.
pub(super) fn write_tsv(out: &mut impl Write, table: &Selected, header: bool) -> Result<()> {
    let escape = |field: &str| {
        field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
    };
    lines(out, table, header, "\t", escape)
}

fn lines(
    out: &mut impl Write,
    table: &Selected,
    header: bool,
    separator: &str,
    field: impl Fn(&str) -> String,
) -> Result<()> {
    if header {
        let names: Vec<String> =
            table.columns.iter().map(|column| field(&column.name.to_lowercase())).collect();
        writeln!(out, "{}", names.join(separator))?;
    }
    for row in &table.rows {
        let fields: Vec<String> = row.iter().map(|cell| field(&cell.raw)).collect();
        writeln!(out, "{}", fields.join(separator))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Column, Table};
    use super::*;

    #[test]
    fn fields_are_quoted_and_escaped() {
        let mut table = Table::new(vec![Column::new("A"), Column::new("B_C")]);
        table.row(vec![Cell::text("x,\"y\""), Cell::text("t\tn\n")]);
        let table = table.select(&[], None, true).expect("all columns");
        let mut csv = Vec::new();
        write_csv(&mut csv, &table, true).expect("written");
        assert_eq!(csv, b"a,b_c\n\"x,\"\"y\"\"\",\"t\tn\n\"\n");
        let mut tsv = Vec::new();
        write_tsv(&mut tsv, &table, false).expect("written");
        assert_eq!(tsv, b"x,\"y\"\tt\\tn\\n\n");
    }
}
