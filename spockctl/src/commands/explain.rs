//! `spockctl explain`: what an id means, in the words of the documentation, and what to do.
//!
//! Findings and exit codes are read from `docs/doctor.md` and the table of exit codes, so that there is one text of each.
//! Conflicts and exceptions are looked for on the nodes.

use serde::Serialize;
use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::operations::conflict::{self, ConflictId};
use spock_admin::operations::exception::{self, TransactionId};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::{Exit, table as exit_codes};
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};

const FINDINGS: &str = include_str!("../../../docs/doctor.md");
const EXITS: &str = include_str!("../../../docs/exit-codes.md");

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  spockctl explain clock-skew      a finding of doctor
  spockctl explain 8               an exit code
  spockctl explain n2/17           a conflict, as `conflict list` shows it
  spockctl explain n1/755          or an exception, as `exception list` shows it")]
pub(crate) struct ExplainArgs {
    /// A finding, an exit code, a conflict (NODE/NUMBER), or an exception (ORIGIN/XID)
    id: String,
}

/// What an id means.
#[derive(Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    id: String,
    /// finding, exit code, conflict, or exception.
    kind: &'static str,
    /// What it means.
    meaning: Vec<String>,
    /// What to do, as commands or sentences.
    next: Vec<String>,
}

pub(crate) async fn run(global: &Global, args: &ExplainArgs) -> Result {
    let items = match known(&args.id) {
        Some(item) => vec![item],
        None if args.id.contains('/') => on_nodes(global, &args.id).await?,
        None => return Err(unknown(&args.id).into()),
    };
    let columns = ["ID", "KIND", "EXPLANATION"].map(Column::new);
    let mut table = Table::new(columns.to_vec()).named("id", 0);
    for item in &items {
        let next = item.next.iter().map(|next| format!("next: {next}"));
        for sentence in item.meaning.iter().cloned().chain(next) {
            table.row(vec![Cell::text(&item.id), Cell::text(item.kind), Cell::text(sentence)]);
        }
    }
    emit(
        global,
        Document {
            schema: "spockctl/explain/1",
            cluster: None,
            items: &items,
            table,
            warnings: &[],
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}

/// The ids of `docs/doctor.md` and what stands beside them.
fn findings() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    FINDINGS.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.trim_end_matches(" |").splitn(2, "` | ");
        let (ids, text) = (cells.next()?, cells.next()?);
        Some((ids.split("`, `").collect(), text))
    })
}

/// A finding or an exit code, for which no node is asked.
fn known(id: &str) -> Option<Item> {
    if let Some((_, text)) = findings().find(|(ids, _)| ids.contains(&id)) {
        return Some(Item {
            id: id.to_owned(),
            kind: "finding",
            meaning: vec![without_links(text)],
            next: vec!["see the cause and what mends it with `spockctl doctor`".to_owned()],
        });
    }
    let number: u8 = id.parse().ok()?;
    let mut meaning: Vec<String> = exit_codes()
        .filter(|(exit, ..)| exit.code() == number)
        .map(|(_, name, meaning)| format!("{name}: {meaning}"))
        .collect();
    if meaning.is_empty() {
        return None;
    }
    let lines = EXITS.split("\n- ").skip(1);
    let says = |line: &&str| {
        let words = line.split(|c: char| !c.is_ascii_alphanumeric());
        words.into_iter().any(|word| word == id)
    };
    meaning.extend(lines.filter(says).map(|line| {
        let line = line.split("\n\n").next().unwrap_or_default();
        without_links(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }));
    Some(Item { id: id.to_owned(), kind: "exit code", meaning, next: Vec::new() })
}

/// `[text](target)` as its text.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let link =
            after.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?.1)));
        match link {
            Some((words, tail)) => {
                out.push_str(words);
                rest = tail;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn unknown(id: &str) -> AdminError {
    let error = AdminError::precondition(format!("\"{id}\" is no finding and no exit code"));
    let ids: Vec<&str> = findings().flat_map(|(ids, _)| ids).collect();
    match spock_admin::did_you_mean(id, ids) {
        Some(known) => error.hint(format!("did you mean \"{known}\"?")),
        None => error.hint(
            "conflicts and exceptions have a slash in their id: see `spockctl conflict list`",
        ),
    }
}

/// A conflict, an exception, or both: each node counts its conflicts and its transactions for itself.
async fn on_nodes(global: &Global, id: &str) -> Result<Vec<Item>> {
    let context = Context::load(global, "explain")?;
    let mut items = Vec::new();
    if let Ok(conflict) = id.parse::<ConflictId>()
        && context.cluster.node(&conflict.node).is_ok()
    {
        let fleet = context.connect_to(&conflict.node).await?;
        match conflict::find(&fleet, &conflict).await {
            Ok(found) => items.push(Item {
                id: id.to_owned(),
                kind: "conflict",
                meaning: conflict::explain(found).sentences,
                next: vec![format!("see both rows with `spockctl conflict show {id}`")],
            }),
            Err(error) if error.kind == ErrorKind::Precondition => {}
            Err(error) => return Err(error.into()),
        }
    }
    if let Ok(transaction) = id.parse::<TransactionId>() {
        let fleet = context.connect().await?;
        match exception::find(&fleet, &transaction, false).await {
            Ok(answers) => {
                items.extend(answers.items.into_iter().map(|found| {
                    let mut meaning = vec![format!(
                        "transaction {} of {} could not be applied on {} at {}",
                        found.xid, found.origin, found.node, found.failed_at
                    )];
                    meaning.extend(found.reason.map(|reason| format!("the error: {reason}")));
                    meaning.push(format!(
                        "it is {}: {} changes wait, in {}",
                        found.status,
                        found.changes_pending,
                        found.tables.join(", ")
                    ));
                    let next = vec![
                        format!("see its changes with `spockctl exception show {id}`"),
                        format!("mend the cause, then `spockctl exception retry {id} --dry-run`"),
                    ];
                    Item { id: id.to_owned(), kind: "exception", meaning, next }
                }));
            }
            Err(error) if error.kind == ErrorKind::Precondition => {}
            Err(error) => return Err(error.into()),
        }
    }
    if items.is_empty() {
        return Err(AdminError::precondition(format!(
            "there is no conflict and no exception {id}"
        ))
        .hint("see what there is with `spockctl conflict list` and `spockctl exception list`")
        .into());
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_explained_in_the_words_of_the_documentation() {
        let skew = known("clock-skew").expect("a finding");
        assert!(skew.meaning[0].starts_with("a clock is off"), "{skew:?}");
        assert_eq!(known("sequence-key").map(|item| item.kind), Some("finding"));
        let wrong = known("8").expect("an exit code");
        assert!(wrong.meaning[0].starts_with("PRECONDITION: an object is missing"), "{wrong:?}");
        assert!(wrong.meaning.iter().any(|m| m.contains("cluster barrier")), "{wrong:?}");
        assert_eq!((known("99"), known("severity"), known("")), (None, None, None));
        let error = unknown("clock-skwe");
        assert_eq!(error.hints, ["did you mean \"clock-skew\"?"]);
        assert_eq!(without_links("a [b](c.md#d) e [f"), "a b e [f");
    }
}
