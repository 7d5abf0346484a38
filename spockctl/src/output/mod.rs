//! What commands print on standard output, in every format, from one description.
//!
//! A command hands over its items twice: as values that serialize (json, jsonl, yaml) and as a
//! [`Table`] of cells (all other formats). Nothing but the result goes to standard output.

mod delimited;
mod human;
mod layout;
mod table;
mod unified;

use std::io::Write;

use serde::Serialize;
use spock_admin::error::AdminError;
use spock_admin::operations::answers::Answers;

use crate::cli::{Format, Global};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, ErrorRecord, Failure, Result};
use crate::watch::Until;

pub(crate) use human::{age, bytes, count};
use table::Selected;
pub(crate) use table::{Cell, Column, Table, Tone, find_column};
pub(crate) use unified::{text, unified};

/// The result of a command.
pub(crate) struct Document<'a, T> {
    /// Name and version of the json shape: `spockctl/sub-status/1`.
    pub(crate) schema: &'static str,
    /// The cluster.
    pub(crate) cluster: Option<&'a str>,
    /// What was asked for.
    pub(crate) items: &'a [T],
    /// The same as cells.
    pub(crate) table: Table,
    /// What the user should know.
    pub(crate) warnings: &'a [String],
    /// Nodes that gave no answer.
    pub(crate) errors: &'a [AdminError],
}

/// A document as json: what `docs/schema` describes.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Json<'a, T> {
    schema: &'static str,
    cluster: Option<&'a str>,
    generated_at: String,
    items: &'a [T],
    warnings: &'a [String],
    errors: Vec<ErrorRecord<'a>>,
}

impl<'a, T> Json<'a, T> {
    fn of(document: &'a Document<'a, T>) -> Self {
        Json {
            schema: document.schema,
            cluster: document.cluster,
            generated_at: now(),
            items: document.items,
            warnings: document.warnings,
            errors: document.errors.iter().map(ErrorRecord::from).collect(),
        }
    }
}

/// A document as json.
pub(crate) fn to_json<T: Serialize>(document: &Document<'_, T>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write_json(&mut out, document).map_err(|e| Failure::output(&e))?;
    Ok(out)
}

fn write_yaml<T: Serialize>(
    out: &mut impl Write,
    document: &Document<'_, T>,
) -> std::io::Result<()> {
    // Each value in one piece: text is what it is, also where it looks like something else.
    let mut options = serde_saphyr::SerializerOptions::default();
    options.prefer_block_scalars = false;
    let mut text = String::new();
    serde_saphyr::to_fmt_writer_with_options(&mut text, &Json::of(document), options)
        .map_err(std::io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn write_json<T: Serialize>(
    out: &mut impl Write,
    document: &Document<'_, T>,
) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Json::of(document))?;
    writeln!(out)
}

/// Prints a document in the format that was asked for.
pub(crate) fn emit<T: Serialize>(global: &Global, document: Document<'_, T>) -> Result<()> {
    let is_as_said = global.printed.is_none_or(|columns| document.table.has(columns));
    debug_assert!(
        is_as_said,
        "{}: the columns are not those of commands/columns.rs",
        document.schema
    );
    emit_with(global, document, Vec::new())
}

/// Prints a document some of whose items stand in more tables, which have columns of their own.
pub(crate) fn emit_with<T: Serialize>(
    global: &Global,
    document: Document<'_, T>,
    more: Vec<Table>,
) -> Result<()> {
    let mut out = anstream::stdout().lock();
    write(&mut out, global, document, more, crate::ui::terminal_width()).map_err(|e| match e {
        WriteError::Failure(failure) => failure,
        WriteError::Io(e) => Failure::output(&e),
    })
}

/// Refuses names of columns that a table with these will not have.
pub(crate) fn require_columns(global: &Global, columns: &[Column]) -> Result<()> {
    let mut names: Vec<&str> = global.until.iter().map(Until::column).collect();
    if matches!(global.output, Format::Table | Format::Wide | Format::Csv | Format::Tsv) {
        names.extend(global.columns.iter().chain(&global.sort_by).map(String::as_str));
    }
    names
        .into_iter()
        .try_for_each(|name| find_column(columns, name).map(drop))
        .map_err(Failure::usage)
}

/// Prints what the nodes that answered said, and on standard error why the others did not.
pub(crate) fn emit_answers<T: Serialize>(global: &Global, document: Document<'_, T>) -> Result {
    let errors = document.errors;
    emit(global, document)?;
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(errors, ErrorFormat::Text, global.verbose > 0);
    }
    Ok(if errors.is_empty() { Exit::Ok } else { Exit::Partial })
}

/// Prints the answers of the nodes to one question; the command ends as the first failure when none has answered.
pub(crate) fn emit_of_nodes<T: Serialize>(
    global: &Global,
    context: &Context,
    schema: &'static str,
    answers: &Answers<T>,
    table: Table,
) -> Result {
    let exit = emit_answers(
        global,
        Document {
            schema,
            cluster: Some(&context.cluster.name),
            items: &answers.items,
            table,
            warnings: &context.cluster.warnings,
            errors: &answers.errors,
        },
    )?;
    Ok(match answers.errors.first() {
        Some(error) if answers.answered == 0 => error.kind.into(),
        _ => exit,
    })
}

enum WriteError {
    Failure(Failure),
    Io(std::io::Error),
}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        WriteError::Io(error)
    }
}

impl From<serde_json::Error> for WriteError {
    fn from(error: serde_json::Error) -> Self {
        WriteError::Io(error.into())
    }
}

fn write<T: Serialize>(
    out: &mut impl Write,
    global: &Global,
    document: Document<'_, T>,
    more: Vec<Table>,
    width: Option<usize>,
) -> Result<(), WriteError> {
    let tables: Vec<&Table> = std::iter::once(&document.table).chain(&more).collect();
    for until in &global.until {
        until.look(&tables, document.errors).map_err(WriteError::Failure)?;
    }
    match global.output {
        Format::Json | Format::Jsonl if global.watch.is_some() => {
            serde_json::to_writer(&mut *out, &Json::of(&document))?;
            writeln!(out)?;
        }
        Format::Json => write_json(out, &document)?,
        Format::Yaml => {
            if global.watch.is_some() {
                writeln!(out, "---")?;
            }
            write_yaml(out, &document)?;
        }
        Format::Jsonl => {
            for item in document.items {
                serde_json::to_writer(&mut *out, item)?;
                writeln!(out)?;
            }
        }
        Format::Name => {
            for name in tables.iter().flat_map(|table| table.names()) {
                writeln!(out, "{name}")?;
            }
        }
        Format::Table | Format::Wide | Format::Csv | Format::Tsv => {
            write_tables(out, global, std::iter::once(document.table).chain(more), width)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn write_tables(
    out: &mut impl Write,
    global: &Global,
    tables: impl Iterator<Item = Table>,
    width: Option<usize>,
) -> Result<(), WriteError> {
    let is_wide = global.output != Format::Table;
    // Nothing is printed where one of them has not the columns that are wanted.
    let tables: Vec<Selected> = tables
        .map(|table| table.select(&global.columns, global.sort_by.as_deref(), is_wide))
        .collect::<Result<_, _>>()
        .map_err(|message| WriteError::Failure(Failure::usage(message)))?;
    for (at, table) in tables.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match global.output {
            Format::Csv => delimited::write_csv(out, &table, !global.no_headers)?,
            Format::Tsv => delimited::write_tsv(out, &table, !global.no_headers)?,
            // All columns is what was asked for, however narrow the terminal.
            Format::Wide => table.write(out, global.table_style, !global.no_headers, None)?,
            _ => table.write(out, global.table_style, !global.no_headers, width)?,
        }
    }
    Ok(())
}

/// This moment, RFC 3339 in UTC, to the second.
fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words and forms that YAML reads as something else unless they stand in quotes.
    #[test]
    fn a_document_says_the_same_as_json_and_as_yaml() {
        let items: Vec<serde_json::Value> = [
            "off",
            "no",
            "Yes",
            "null",
            "~",
            "",
            " x ",
            "1",
            "-0x1F",
            "1e3",
            ".inf",
            "2026-11-27",
            "12:30:00",
            "a: b",
            "a #b",
            "- a",
            "? a",
            "[a]",
            "{a}",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "'a'",
            "\"a\"",
            "a\\b",
            "a\nb",
            "a\n",
            "\n",
            "\t",
            "\u{7f}",
            "\u{feff}a",
            "---",
            "...",
            "<<",
            "host=h password=****",
        ]
        .iter()
        .map(|text| serde_json::json!({ *text: text, "n": null, "l": [], "m": {} }))
        .chain([serde_json::json!({
            "long": "word ".repeat(200).trim_end(), "i": -1, "f": 0.5, "b": true, "s": ["a", ["b"]]
        })])
        .collect();
        let document = Document {
            schema: "spockctl/test/1",
            cluster: None,
            items: &items,
            table: Table::new(Vec::new()),
            warnings: &["a: warning".to_owned()],
            errors: &[AdminError::failed("what\nfailed").detail("- why").hint("no")],
        };
        let mut yaml = Vec::new();
        write_yaml(&mut yaml, &document).expect("written");
        let yaml = String::from_utf8(yaml).expect("UTF-8");
        let read: serde_json::Value =
            serde_saphyr::from_str(&yaml).unwrap_or_else(|e| panic!("{e}\n{yaml}"));
        let mut json: serde_json::Value =
            serde_json::from_slice(&to_json(&document).expect("json")).expect("valid");
        // The moment at which it was written.
        json["generated_at"] = read["generated_at"].clone();
        assert_eq!(read, json, "{yaml}");
    }
}
