//! `spockctl local logs`.

use std::io::Write as _;

use super::name_of;
use crate::cli::Global;
use crate::context::open_local;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Arguments of `local logs`.
#[derive(Debug, clap::Args)]
pub(crate) struct LogsArgs {
    /// The node
    #[arg(value_name = "NODE")]
    of: String,

    /// Number of lines to begin with
    #[arg(long, default_value_t = 50, value_name = "COUNT")]
    lines: usize,

    /// Go on until interrupted
    #[arg(long)]
    follow: bool,
}

pub(super) async fn run(global: &Global, args: &LogsArgs) -> Result {
    let cluster = open_local(name_of(global, None))?;
    let node = cluster.node(&args.of)?;
    let mut seen = node.log_size();
    let log = node.log();
    let lines: Vec<&str> = log.lines().collect();
    let mut text = String::new();
    for line in &lines[lines.len().saturating_sub(args.lines)..] {
        text.push_str(line);
        text.push('\n');
    }
    print(&text)?;
    if !args.follow {
        return Ok(Exit::Ok);
    }
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let size = node.log_size();
        if size > seen {
            print(&node.log_since(seen))?;
        }
        seen = size;
    }
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Failure::output(&e))
}
