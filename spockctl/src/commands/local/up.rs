//! `spockctl local up`.

use std::sync::Arc;

use spock_admin::error::AdminError;
use spock_admin::local::{LocalCluster, LocalNode};
use spock_admin::progress::Progress;

use super::{blocking, name_of, observer, show};
use crate::cli::Global;
use crate::context::{DEFAULT_LOCAL, local_dir, open_local};
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `local up`.
///
/// The servers run from a private copy of the installed PostgreSQL, listen on 127.0.0.1 on free
/// ports, and need no root; root runs them as an unprivileged account.
#[derive(Debug, clap::Args)]
pub(crate) struct UpArgs {
    /// The cluster [default: default]
    name: Option<String>,

    /// How many servers to make
    #[arg(long, default_value_t = 3, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=32))]
    nodes: u8,

    /// Database that is made on each of them
    #[arg(long, default_value = "app", value_name = "NAME")]
    database: String,

    /// Setting of every server (can be repeated)
    #[arg(long = "set", value_name = "SETTING=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected SETTING=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) async fn run(global: &Global, args: UpArgs) -> Result {
    let name = name_of(global, args.name.as_deref()).to_owned();
    let dir = local_dir(&name)?;
    let progress: Arc<dyn Progress> = Arc::from(ui::progress::reporter(global));
    let cluster = if dir.join("cluster.json").exists() {
        let cluster = open_local(&name)?;
        if cluster.nodes().iter().all(LocalNode::is_running) {
            ui::note(global, format!("local cluster \"{name}\" runs already"));
        } else if global.dry_run {
            ui::note(global, format!("would start the servers of local cluster \"{name}\""));
            return Ok(Exit::Ok);
        }
        let watcher = observer(Arc::clone(&progress));
        blocking(move || cluster.start(watcher).map(|()| cluster)).await?
    } else {
        if global.dry_run {
            let (count, dir) = (args.nodes, dir.display());
            ui::note(global, format!("would make {count} servers in \"{dir}\" and start them"));
            return Ok(Exit::Ok);
        }
        let watcher = observer(Arc::clone(&progress));
        blocking(move || {
            if let Some(parent) = dir.parent() {
                std::fs::create_dir_all(parent).map_err(|e| {
                    AdminError::config(format!("could not create \"{}\": {e}", parent.display()))
                })?;
            }
            let mut builder = LocalCluster::builder(dir)
                .nodes(usize::from(args.nodes))
                .database(args.database)
                .observer(watcher);
            for (setting, value) in args.settings {
                builder = builder.setting(setting, value);
            }
            builder.up()
        })
        .await?
    };
    drop(progress);
    show(global, &[cluster])?;
    let option = if name == DEFAULT_LOCAL { String::new() } else { format!(" --local {name}") };
    ui::hint(
        global,
        format!("make them a cluster with `spockctl{option} cluster init --add-all-tables public`"),
    );
    Ok(Exit::Ok)
}
