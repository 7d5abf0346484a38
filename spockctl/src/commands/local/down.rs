//! `spockctl local down`.

use std::sync::Arc;

use spock_admin::local::{LocalCluster, StopMode};
use spock_admin::progress::Progress;

use super::{blocking, name_of, observer};
use crate::cli::Global;
use crate::context::open_local;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `local down`.
#[derive(Debug, clap::Args)]
pub(crate) struct DownArgs {
    /// The cluster [default: default]
    name: Option<String>,

    /// Delete the servers with all their data
    #[arg(long)]
    delete: bool,
}

pub(super) async fn run(global: &Global, args: DownArgs) -> Result {
    let name = name_of(global, args.name.as_deref());
    let cluster = open_local(name)?;
    let dir = cluster.dir().display().to_string();
    if global.dry_run {
        let what = if args.delete { "stop and delete" } else { "stop" };
        ui::note(global, format!("would {what} the servers in \"{dir}\""));
        return Ok(Exit::Ok);
    }
    if args.delete {
        ui::confirm::moderate(global, &format!("Delete the servers in \"{dir}\" with all data?"))?;
        blocking(move || cluster.remove()).await?;
        ui::note(global, format!("local cluster \"{name}\" is deleted"));
        return done(global, &[]);
    }
    let progress: Arc<dyn Progress> = Arc::from(ui::progress::reporter(global));
    let watcher = observer(progress);
    blocking(move || cluster.down(StopMode::Fast, watcher)).await?;
    ui::note(global, format!("local cluster \"{name}\" is stopped"));
    done(global, &[open_local(name)?])
}

/// Prints what is left of the servers, in a format for programs.
fn done(global: &Global, left: &[LocalCluster]) -> Result {
    if !global.output.is_for_people() {
        super::show(global, left)?;
    }
    Ok(Exit::Ok)
}
