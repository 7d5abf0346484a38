//! `spockctl cluster diff`.

use std::collections::BTreeSet;

use spock_admin::operations::drift::{self, Change, Difference, Drift, ObjectKind, Remedy};

use crate::cli::{Format, Global};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, Result};
use crate::output::{self, Cell, Column, Document, Table, Tone, emit};
use crate::{ui, watch};

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "cluster-diff")?;
    watch::run(global, "cluster diff", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let drift = drift::compare(&context.cluster, &fleet).await;
    if global.output == Format::Table {
        let texts = drift.texts();
        output::text(&output::unified(&texts.live, &texts.file, "live", "definition"))?;
    } else {
        let warnings: Vec<String> =
            context.cluster.warnings.iter().chain(&drift.warnings).cloned().collect();
        emit(
            global,
            Document {
                schema: "spockctl/cluster-diff/1",
                cluster: Some(&context.cluster.name),
                items: &drift.items,
                table: table(&drift.items),
                warnings: &warnings,
                errors: &drift.errors,
            },
        )?;
    }
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(&drift.errors, ErrorFormat::Text, global.verbose > 0);
    }
    drift.warnings.iter().for_each(ui::warning);
    advise(global, &drift);
    Ok(match drift.errors.first() {
        Some(error) if drift.nodes.is_empty() => error.kind.into(),
        _ if !drift.items.is_empty() => Exit::Unhealthy,
        Some(_) => Exit::Partial,
        None => Exit::Ok,
    })
}

/// Says how much differs and what mends it.
fn advise(global: &Global, drift: &Drift) {
    match drift.items.len() {
        0 => {
            let nodes = drift.nodes.len();
            ui::note(global, format!("{nodes} nodes are as the definition says"));
        }
        1 => ui::note(global, "1 difference"),
        several => ui::note(global, format!("{several} differences")),
    }
    let commands = |remedy: Remedy| -> BTreeSet<&str> {
        let of = drift.items.iter().filter(|item| item.remedy == remedy);
        of.flat_map(commands).copied().collect()
    };
    let list = |commands: &BTreeSet<&str>| {
        let commands: Vec<String> = commands.iter().map(|c| format!("`spockctl {c}`")).collect();
        commands.join(", ")
    };
    let is_any = |remedy: Remedy| drift.items.iter().any(|item| item.remedy == remedy);
    let or_each = |commands: &BTreeSet<&str>| match commands.is_empty() {
        true => String::new(),
        false => format!(", or one by one with {}", list(commands)),
    };
    let make = commands(Remedy::Make);
    if make.contains("cluster init") {
        ui::hint(global, format!("make the nodes as the definition says with {}", list(&make)));
    } else if is_any(Remedy::Make) {
        let each = or_each(&make);
        ui::hint(
            global,
            format!("make the nodes as the definition says with `spockctl cluster apply`{each}"),
        );
    }
    if is_any(Remedy::Remove) {
        let each = or_each(&commands(Remedy::Remove));
        ui::hint(
            global,
            format!("remove what it does not name with `spockctl cluster apply --prune`{each}"),
        );
        ui::hint(
            global,
            "or take it into the definition: `spockctl cluster export` writes what is",
        );
    }
    for item in &drift.items {
        let (Remedy::Person, Some(advice)) = (item.remedy, &item.advice) else { continue };
        ui::hint(global, format!("{}: {}: {advice}", item.node, item.object()));
    }
}

/// The commands that mend a difference.
fn commands(item: &Difference) -> &'static [&'static str] {
    match (item.kind, item.change, item.field) {
        (ObjectKind::Node, Change::Missing, None) => &["cluster init"],
        // What is said of a node can be changed, not taken back.
        (ObjectKind::Node, Change::Extra, _) => &[],
        (ObjectKind::Node, _, Some("peer")) => &[],
        (ObjectKind::Node, ..) => &["node alter"],
        (ObjectKind::Setting, ..) if item.file.as_deref() == Some("off") => &["ddl disable"],
        (ObjectKind::Setting, ..) => &["ddl enable"],
        (ObjectKind::Interface, Change::Missing, _) => &["node add-interface"],
        (ObjectKind::Interface, Change::Extra, _) => &["node drop-interface"],
        (ObjectKind::Interface, ..) => &["node add-interface", "node drop-interface"],
        (ObjectKind::Repset, Change::Missing, _) => &["repset create"],
        (ObjectKind::Repset, Change::Extra, _) => &["repset drop"],
        (ObjectKind::Repset, ..) => &["repset alter"],
        (ObjectKind::Table, Change::Missing, _) => &["repset add-table"],
        (ObjectKind::Table, Change::Extra, _) => &["repset remove-table"],
        (ObjectKind::Table, ..) => &["repset add-table", "repset remove-table"],
        (ObjectKind::Sequence, Change::Extra, _) => &["repset remove-seq"],
        (ObjectKind::Sequence, ..) => &["repset add-seq"],
        (ObjectKind::Subscription, Change::Missing, _) => &["sub create"],
        (ObjectKind::Subscription, Change::Extra, _) => &["sub drop"],
        (_, _, Some("dsn")) => &["node add-interface", "sub alter-interface"],
        (_, _, Some("enabled")) if item.file.as_deref() == Some("true") => &["sub enable"],
        (_, _, Some("enabled")) => &["sub disable"],
        (_, _, Some("replication_sets")) => &["sub add-repset", "sub remove-repset"],
        (ObjectKind::Subscription, ..) => &["sub alter"],
    }
}

fn table(items: &[Difference]) -> Table {
    let mut table = Table::new(columns("REMEDY").to_vec()).named("difference", 1);
    for item in items {
        let remedy = match item.remedy {
            Remedy::Make => "make",
            Remedy::Remove => "remove",
            Remedy::Person => "person",
        };
        table.row(row(item, Cell::text(remedy)));
    }
    table
}

/// The columns of a difference, with one for what becomes of it.
pub(super) const fn columns(last: &'static str) -> [Column; 8] {
    [
        Column::new("NODE"),
        Column::new("OBJECT"),
        Column::new("FIELD"),
        Column::new("CHANGE"),
        Column::new("FILE"),
        Column::new("LIVE"),
        Column::new(last),
        Column::new("ADVICE").wide(),
    ]
}

/// A difference in these columns.
pub(super) fn row(item: &Difference, last: Cell) -> Vec<Cell> {
    let (change, tone) = match item.change {
        Change::Missing => ("missing", Tone::Bad),
        Change::Extra => ("extra", Tone::Warning),
        Change::Changed => ("changed", Tone::Bad),
    };
    vec![
        Cell::text(&item.node),
        Cell::text(item.object()),
        Cell::optional(item.field),
        Cell::toned(change, tone),
        Cell::optional(item.file.as_deref()),
        Cell::optional(item.live.as_deref()),
        last,
        Cell::optional(item.advice.as_deref()),
    ]
}
