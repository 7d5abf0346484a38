//! `--watch`: showing the same again, until interrupted.

use std::io::{IsTerminal as _, Write as _};

use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Runs a command that reads, once or again and again.
pub(crate) async fn run<F>(global: &Global, title: &str, mut show: impl FnMut() -> F) -> Result
where
    F: Future<Output = Result>,
{
    let Some(every) = global.watch else { return show().await };
    let is_screen = std::io::stdout().is_terminal() && global.output != Format::Jsonl;
    let mut is_first = true;
    loop {
        let head = if is_screen {
            let time = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
            let every = spock_admin::wait::duration_text(every);
            format!("\x1b[2J\x1b[HEvery {every}: spockctl {title}   {time}\n\n")
        } else if is_first || global.output == Format::Jsonl {
            String::new()
        } else {
            "\n".to_owned()
        };
        let mut out = std::io::stdout().lock();
        out.write_all(head.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|e| Failure::output(&e))?;
        drop(out);
        is_first = false;
        match show().await {
            Ok(_) => {}
            // A node that is away now may be back at the next look.
            Err(failure) if failure.exit == Exit::Connect => {
                crate::failure::print(&failure.errors, global.error_format(), false);
            }
            Err(failure) => return Err(failure),
        }
        tokio::time::sleep(every).await;
    }
}
