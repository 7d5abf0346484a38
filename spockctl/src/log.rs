//! What the program does, for whoever wants to know: `-v` on standard error, `--log-file` in a file.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use spock_admin::error::AdminError;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::cli::{Global, LogFormat};
use crate::failure::Result;

/// What a log file tells unless `SPOCKCTL_LOG` says otherwise.
const FILE: &str = "debug";

/// Sets up both places.
pub(crate) fn start(global: &Global) -> Result<()> {
    let level = match global.verbose {
        0 => "off",
        1 => "spock_admin=debug,spockctl=debug",
        2 => "debug,tokio_postgres=info",
        _ => "trace",
    };
    let by_environment = |level| match EnvFilter::try_from_env("SPOCKCTL_LOG") {
        Ok(filter) => filter,
        Err(_) => EnvFilter::new(level),
    };
    let screen = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .without_time()
        .with_filter(by_environment(level));
    let file = global.log_file.as_deref().map(open).transpose()?.map(|file| {
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
        let filter = by_environment(FILE);
        match global.log_format {
            LogFormat::Text => layer.with_filter(filter).boxed(),
            LogFormat::Json => layer.json().with_filter(filter).boxed(),
        }
    });
    tracing_subscriber::registry().with(screen).with(file).init();
    Ok(())
}

/// Opens the file to append to it; a new one is readable by its owner alone.
fn open(path: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(|e| {
        AdminError::config(format!("could not open log file \"{}\": {e}", path.display())).into()
    })
}
