//! `--watch`: showing the same again, until interrupted, or until every row is as wanted (`--until`).

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use spock_admin::error::AdminError;
use spock_admin::wait::{Deadline, duration_text};

use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Column, Table, find_column};

/// What `--until` wants of every row, and whether the rows that were shown last have it.
#[derive(Debug, Clone)]
pub(crate) struct Until {
    column: String,
    value: String,
    seen: Arc<AtomicU8>,
}

/// What was seen of a condition; of several tables of one look the worst counts.
const NOTHING: u8 = 0;
const MET: u8 = 1;
const NOT_MET: u8 = 2;

impl Until {
    /// Reads `COLUMN=VALUE`.
    pub(crate) fn parse(text: &str) -> std::result::Result<Until, String> {
        match text.split_once('=') {
            Some((column, value)) if !column.is_empty() => Ok(Until {
                column: column.to_owned(),
                value: value.to_owned(),
                seen: Arc::default(),
            }),
            _ => Err("write COLUMN=VALUE".to_owned()),
        }
    }

    /// The column that is looked at.
    pub(crate) fn column(&self) -> &str {
        &self.column
    }

    /// Looks at rows that are shown: in every table that has the column. Where a node has not answered its rows are not
    /// known, and a table without columns is that of no node.
    pub(crate) fn look(&self, tables: &[&Table], errors: &[AdminError]) -> Result<()> {
        let columns: Vec<Column> =
            tables.iter().flat_map(|table| table.columns()).cloned().collect();
        if !columns.is_empty() {
            find_column(&columns, &self.column).map_err(Failure::usage)?;
        }
        let looks = tables.iter().map(|table| table.all_have(&self.column, &self.value));
        let looks: Vec<bool> = looks.filter_map(Result::ok).collect();
        let is_met = !looks.is_empty() && looks.iter().all(|all| *all);
        let seen = if is_met && errors.is_empty() { MET } else { NOT_MET };
        self.seen.fetch_max(seen, Ordering::Relaxed);
        Ok(())
    }

    fn forget(&self) {
        self.seen.store(NOTHING, Ordering::Relaxed);
    }

    fn is_met(&self) -> bool {
        self.seen.load(Ordering::Relaxed) == MET
    }

    fn text(&self) -> String {
        format!("{}={}", self.column, self.value)
    }
}

/// Runs a command that reads, once or again and again.
pub(crate) async fn run<F>(global: &Global, title: &str, mut show: impl FnMut() -> F) -> Result
where
    F: Future<Output = Result>,
{
    let Some(every) = global.watch else { return show().await };
    let deadline = (!global.until.is_empty()).then(|| Deadline::after(global.timeout));
    let is_lines = matches!(global.output, Format::Json | Format::Jsonl);
    let is_screen = std::io::stdout().is_terminal() && !is_lines;
    let mut is_first = true;
    loop {
        let head = if is_screen {
            let time = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
            let every = duration_text(every);
            format!("\x1b[2J\x1b[HEvery {every}: spockctl {title}   {time}\n\n")
        } else if is_first || is_lines || global.output == Format::Yaml {
            String::new()
        } else {
            "\n".to_owned()
        };
        let mut out = std::io::stdout().lock();
        out.write_all(head.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|e| Failure::output(&e))?;
        drop(out);
        is_first = false;
        global.until.iter().for_each(Until::forget);
        match show().await {
            Ok(_) => {}
            // A node that is away now may be back at the next look.
            Err(failure) if failure.exit == Exit::Connect => {
                crate::failure::print(&failure.errors, global.error_format(), false);
            }
            Err(failure) => return Err(failure),
        }
        let Some(deadline) = deadline else {
            tokio::time::sleep(every).await;
            continue;
        };
        if global.until.iter().all(Until::is_met) {
            return Ok(Exit::Ok);
        }
        if deadline.is_over() {
            let wanted: Vec<String> = global.until.iter().map(Until::text).collect();
            let limit = duration_text(deadline.limit());
            let message = format!("not every row has {} within {limit}", wanted.join(" and "));
            return Err(AdminError::timeout(message).into());
        }
        // The last look is at the end of the time.
        tokio::time::sleep(every.min(deadline.remaining())).await;
    }
}
