//! `spockctl metrics`: what is measured, once on standard output or served to whoever asks.

mod page;
mod server;

use std::io::Write as _;
use std::net::SocketAddr;

use spock_admin::operations::Fleet;
use spock_admin::operations::clock::skews;
use spock_admin::operations::observe::{Observation, observe};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Arguments of `metrics`.
#[derive(Debug, clap::Args)]
pub(crate) struct MetricsArgs {
    /// Serve them at `/metrics` of this address until interrupted; to everybody who reaches it
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

pub(crate) async fn run(global: &Global, args: &MetricsArgs) -> Result {
    let context = Context::load(global, "metrics")?;
    if let Some(address) = args.listen {
        return server::serve(global, context, address).await;
    }
    let (text, seen) = measure(&context).await?;
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Failure::output(&e))?;
    let answered = seen.views().count();
    Ok(match (answered, seen.failures().count()) {
        (_, 0) => Exit::Ok,
        (0, _) => Exit::Connect,
        _ => Exit::Partial,
    })
}

/// Looks at all nodes and writes down what was seen. A node that does not answer has no other number
/// than that.
async fn measure(context: &Context) -> Result<(String, Observation)> {
    let nodes = context.nodes()?;
    let fleet = Fleet::connect(&nodes, &context.options).await;
    let (seen, skews) = futures::future::join(observe(&nodes, &fleet), skews(&fleet.clients)).await;
    Ok((page::text(&seen, &skews), seen))
}
