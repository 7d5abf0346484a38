//! `spockctl local up`.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::local::{LocalCluster, LocalEvent, LocalNode};
use spock_admin::progress::Progress;

use super::{blocking, name_of, observer, show};
use crate::cli::Global;
use crate::context::{DEFAULT_LOCAL, local_dir, open_local};
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `local up`.
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

/// Servers that are being made. An interruption leaves nothing of them.
struct Making {
    dir: PathBuf,
    was_there: bool,
    thread: Option<JoinHandle<spock_admin::error::Result<LocalCluster>>>,
    done: tokio::sync::oneshot::Receiver<()>,
}

impl Making {
    fn start(
        dir: PathBuf,
        args: UpArgs,
        observer: impl Fn(&LocalEvent) + Send + Sync + 'static,
    ) -> Result<Making> {
        let was_there = dir.exists();
        if let Some(parent) = dir.parent() {
            std::fs::create_dir_all(parent).map_err(|e| {
                AdminError::config(format!("could not create \"{}\": {e}", parent.display()))
            })?;
        }
        let (tell, done) = tokio::sync::oneshot::channel();
        let of_thread = dir.clone();
        let thread = std::thread::spawn(move || {
            let _tell_at_the_end = tell;
            let mut builder = LocalCluster::builder(of_thread)
                .nodes(usize::from(args.nodes))
                .database(args.database)
                .observer(observer);
            for (setting, value) in args.settings {
                builder = builder.setting(setting, value);
            }
            builder.up()
        });
        Ok(Making { dir, was_there, thread: Some(thread), done })
    }

    async fn finish(mut self) -> Result<LocalCluster> {
        // An error means that the sender is gone: the thread has ended.
        let _ = (&mut self.done).await;
        let made = self.thread.take().map(JoinHandle::join);
        match made {
            Some(Ok(Ok(cluster))) => Ok(cluster),
            Some(Ok(Err(error))) => {
                if LocalCluster::open(&self.dir).is_err() {
                    self.remove();
                    return Err(error.into());
                }
                // The logs may be needed to see why.
                let name = self.dir.file_name().unwrap_or_default().display().to_string();
                Err(error
                    .hint(format!("remove it with `spockctl local down {name} --delete`"))
                    .into())
            }
            _ => Err(AdminError::new(ErrorKind::Internal, "the making of servers panicked").into()),
        }
    }

    fn remove(&self) {
        match LocalCluster::open(&self.dir) {
            Ok(cluster) => drop(cluster.remove()),
            Err(_) if !self.was_there => drop(std::fs::remove_dir_all(&self.dir)),
            Err(_) => {}
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        ui::warning("cancelling: the servers that were being made are removed");
        let _ = thread.join();
        self.remove();
    }
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
        Making::start(dir, args, watcher)?.finish().await?
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
