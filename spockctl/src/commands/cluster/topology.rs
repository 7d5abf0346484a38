//! `spockctl cluster topology`: the matrix of who subscribes to whom.

use spock_admin::operations::status::{self, SubStatus};

use crate::cli::{Format, Global};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::{ui, watch};

pub(crate) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "cluster-topology")?;
    watch::run(global, "cluster topology", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let answers = status::subscriptions(&fleet).await;
    let reachable: Vec<&str> = fleet.clients.iter().map(|client| client.node()).collect();
    let names: Vec<&str> = context.nodes()?.iter().map(|node| node.name.as_str()).collect();
    emit(
        global,
        Document {
            schema: "spockctl/topology/1",
            cluster: Some(&context.cluster.name),
            table: matrix(&names, &reachable, &answers.items),
            items: &answers.items,
            warnings: &[],
            errors: &answers.errors,
        },
    )?;
    if matches!(global.output, Format::Table | Format::Wide) {
        ui::note(
            global,
            "rows provide, columns subscribe\n* replicating  ~ initializing  ! down  x unreachable  \
             - self  . none",
        );
    }
    Ok(if answers.errors.is_empty() { Exit::Ok } else { Exit::Partial })
}

fn matrix(names: &[&str], reachable: &[&str], subs: &[SubStatus]) -> Table {
    let mut columns = vec![Column::new("PROVIDER")];
    columns.extend(names.iter().map(|name| Column::new((*name).to_owned())));
    let mut table = Table::new(columns).named("node", 0);
    for provider in names {
        let mut row = vec![Cell::text(*provider)];
        for subscriber in names {
            let sub = subs.iter().find(|sub| sub.node == *subscriber && sub.provider == *provider);
            row.push(match sub.map(|sub| sub.status.as_str()) {
                _ if provider == subscriber => Cell::text("-"),
                _ if !reachable.contains(subscriber) => Cell::toned("x", Tone::Bad),
                None => Cell::text("."),
                Some("replicating") => Cell::toned("*", Tone::Good),
                Some("initializing") => Cell::toned("~", Tone::Warning),
                Some(_) => Cell::toned("!", Tone::Bad),
            });
        }
        table.row(row);
    }
    table
}
