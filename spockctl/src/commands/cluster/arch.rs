//! `spockctl cluster verify --arch`: what the servers are built for, and how their databases keep text.
//!
//! Nodes must have one encoding. Where machines or releases differ values travel in a form that both know, which is
//! slower; where collations differ each node has its own order of texts.

use spock_admin::client::{Architecture, Client};
use spock_admin::operations::{Fleet, ask_all};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::ui;

pub(super) async fn verify(global: &Global, context: &Context, fleet: &Fleet) -> Result {
    let items = ask_all(fleet, Client::architecture).await?;
    let warnings = warnings(&items);
    emit(
        global,
        Document {
            schema: "spockctl/cluster-arch/1",
            cluster: Some(&context.cluster.name),
            table: table(&items),
            items: &items,
            warnings: &warnings,
            errors: &[],
        },
    )?;
    for warning in &warnings {
        ui::warning(warning);
    }
    Ok(if differ(&items, |item| &item.encoding) { Exit::Unhealthy } else { Exit::Ok })
}

fn differ<'a, T: PartialEq>(items: &'a [Architecture], of: impl Fn(&'a Architecture) -> T) -> bool {
    items.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]))
}

fn warnings(items: &[Architecture]) -> Vec<String> {
    let mut out = Vec::new();
    if differ(items, |item| &item.encoding) {
        out.push(
            "the databases differ in encoding: texts that one of them cannot hold stop its stream"
                .to_owned(),
        );
    }
    if differ(items, |item| (item.bits, item.max_data_alignment, item.float8_by_value)) {
        out.push("the machines differ: values are sent in a slower form between them".to_owned());
    }
    if differ(items, |item| item.major) {
        out.push(
            "the servers are of different major versions: values are sent in a slower form \
             between them"
                .to_owned(),
        );
    }
    if differ(items, |item| &item.collation) {
        out.push("the databases differ in collation: each orders texts in its own way".to_owned());
    }
    out
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::number("MAJOR"),
    Column::new("PLATFORM"),
    Column::number("BITS"),
    Column::number("ALIGNMENT").wide(),
    Column::new("FLOAT8").wide(),
    Column::new("ENCODING"),
    Column::new("COLLATION"),
];

fn table(items: &[Architecture]) -> Table {
    let mut table = Table::new(COLUMNS).named("node", 0);
    let tone = if differ(items, |item| &item.encoding) { Tone::Bad } else { Tone::Plain };
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(item.major.to_string()),
            Cell::text(&item.platform),
            Cell::value(item.bits, |bits| bits.to_string()),
            Cell::text(item.max_data_alignment.to_string()),
            Cell::text(if item.float8_by_value { "by value" } else { "by reference" }),
            Cell::toned(&item.encoding, tone),
            Cell::text(&item.collation),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> Architecture {
        Architecture {
            node: name.to_owned(),
            major: 15,
            platform: "x86_64-pc-linux-gnu".to_owned(),
            bits: Some(64),
            max_data_alignment: 8,
            float8_by_value: true,
            encoding: "UTF8".to_owned(),
            collation: "C".to_owned(),
        }
    }

    #[test]
    fn each_difference_is_told() {
        assert!(warnings(&[node("a"), node("b")]).is_empty());
        assert!(warnings(&[node("a")]).is_empty());
        for (other, word) in [
            (Architecture { encoding: "LATIN1".to_owned(), ..node("b") }, "encoding"),
            (Architecture { bits: Some(32), ..node("b") }, "machines"),
            (Architecture { major: 17, ..node("b") }, "major versions"),
            (Architecture { collation: "de_DE".to_owned(), ..node("b") }, "collation"),
        ] {
            let told = warnings(&[node("a"), other]);
            assert!(told.len() == 1 && told[0].contains(word), "{word}: {told:?}");
        }
    }
}
