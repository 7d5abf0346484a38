//! `spockctl conflict explain`.

use spock_admin::operations::conflict;

use super::IdArgs;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};

pub(super) async fn run(global: &Global, args: &IdArgs) -> Result {
    let context = Context::load(global, "conflict-explain")?;
    let (_, found) = super::find(&context, &args.id).await?;
    let items = [conflict::explain(found)];
    let mut table = Table::new(vec![Column::new("EXPLANATION")]).named("sentence", 0);
    for sentence in &items[0].sentences {
        table.row(vec![Cell::text(sentence)]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/conflict-explain/1",
            cluster: Some(&context.cluster.name),
            table,
            items: &items,
            warnings: &context.cluster.warnings,
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}
