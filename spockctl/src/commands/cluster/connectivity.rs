//! `spockctl cluster verify --connectivity`: who reaches whom, from here and from the servers.

use spock_admin::operations::Fleet;
use spock_admin::operations::reach::{self, Reach};

use crate::cli::Global;
use crate::commands::node::ping;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Document, emit};

pub(super) async fn verify(global: &Global, context: &Context) -> Result {
    let nodes = context.nodes()?;
    let mut items = reach::from_here(&nodes, &context.options).await;
    let fleet = Fleet::connect(&nodes, &context.options).await;
    items.extend(reach::from_nodes(&fleet, &nodes, &nodes).await);
    emit(
        global,
        Document {
            schema: "spockctl/node-ping/1",
            cluster: Some(&context.cluster.name),
            table: ping::table(&items),
            items: &items,
            warnings: &context.cluster.warnings,
            errors: &fleet.errors,
        },
    )?;
    let is_unreachable = |item: &Reach| item.state == "unreachable";
    Ok(if items.iter().any(is_unreachable) { Exit::Unhealthy } else { Exit::Ok })
}
