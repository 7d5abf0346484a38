//! `spockctl top`: the whole cluster on one screen, until `q`.
//!
//! Each node is followed by a task of its own, so that one that does not answer holds up nobody. What they
//! see goes into the [`model`]; [`screen`] draws it, and nothing else; [`keys`] says what a key does.

mod keys;
mod model;
mod screen;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{self, Event};
use spock_admin::operations::Fleet;
use spock_admin::operations::observe::{Observed, follow, observe};
use tokio::sync::mpsc;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use model::Model;

/// Arguments of `top`.
#[derive(Debug, clap::Args)]
pub(crate) struct TopArgs {
    /// Print one screen of this size and end, as for a ticket
    #[arg(long, value_name = "COLUMNSxROWS", value_parser = parse_size, num_args = 0..=1,
          default_missing_value = "80x24", require_equals = true)]
    print: Option<(u16, u16)>,
}

fn parse_size(text: &str) -> Result<(u16, u16), String> {
    let (columns, rows) = text.split_once('x').ok_or("a size is COLUMNSxROWS")?;
    let number = |text: &str| {
        text.parse().ok().filter(|n| (1..=1000).contains(n)).ok_or("a size is COLUMNSxROWS")
    };
    Ok((number(columns)?, number(rows)?))
}

/// Time between two looks unless `--watch` says otherwise.
const EVERY: Duration = Duration::from_secs(2);
/// How often keys are looked for.
const KEYS: Duration = Duration::from_millis(100);

pub(crate) async fn run(global: &Global, args: &TopArgs) -> Result {
    if args.print.is_none() && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal())
    {
        let mut failure = Failure::usage("top needs a terminal");
        for error in &mut failure.errors {
            *error = error.clone().hint("`spockctl top --print` prints one screen");
        }
        return Err(failure);
    }
    let context = Context::load(global, "top")?;
    let every = global.watch.unwrap_or(EVERY);
    let names = context.nodes()?.iter().map(|node| node.name.clone()).collect();
    let mut model = Model::new(&context.cluster.name, names, every);
    match args.print {
        Some(size) => print(&context, &mut model, size).await,
        None => watch(&context, &mut model).await,
    }
}

/// Two looks a second apart, and one screen.
async fn print(context: &Context, model: &mut Model, (columns, rows): (u16, u16)) -> Result {
    let nodes = context.nodes()?;
    let fleet = Fleet::connect(&nodes, &context.options).await;
    for look in 0..2 {
        if look > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for seen in observe(&nodes, &fleet).await.nodes {
            model.see(seen);
        }
    }
    let text = picture(model, columns, rows);
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Failure::output(&e))?;
    Ok(if fleet.clients.is_empty() { Exit::Connect } else { Exit::Ok })
}

/// The screen as lines of text.
fn picture(model: &Model, columns: u16, rows: u16) -> String {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(columns, rows));
    let Ok(_) = terminal.draw(|frame| screen::draw(frame, model, false));
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for y in 0..rows {
        let line: String = (0..columns).map(|x| buffer[(x, y)].symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The terminal, given back in whatever way the command ends.
struct Screen(DefaultTerminal);

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = ratatui::try_restore();
    }
}

async fn watch(context: &Context, model: &mut Model) -> Result {
    let (to, mut seen) = mpsc::channel::<Observed>(64);
    let mut tasks = tokio::task::JoinSet::new();
    for node in context.nodes()? {
        tasks.spawn(follow(node.clone(), context.options.clone(), model.every(), to.clone()));
    }
    let (to_keys, mut keys) = mpsc::channel::<Event>(16);
    // A thread of its own: reading a terminal blocks. It ends with the receiver.
    std::thread::spawn(move || {
        while !to_keys.is_closed() {
            let event = match event::poll(KEYS) {
                Ok(false) => continue,
                Ok(true) => event::read(),
                Err(error) => Err(error),
            };
            let Ok(event) = event else { return };
            if to_keys.blocking_send(event).is_err() {
                return;
            }
        }
    });
    let is_coloured =
        anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let mut terminal = Screen(ratatui::try_init().map_err(|e| Failure::output(&e))?);
    // The clock of the header goes on also while nothing is seen.
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        terminal
            .0
            .draw(|frame| screen::draw(frame, model, is_coloured))
            .map_err(|e| Failure::output(&e))?;
        tokio::select! {
            Some(observed) = seen.recv() => model.see(observed),
            key = keys.recv() => match key {
                Some(event) => if keys::press(model, &event) == keys::Then::Quit {
                    return Ok(Exit::Ok);
                },
                // The terminal is gone.
                None => return Ok(Exit::Ok),
            },
            _ = second.tick() => {}
        }
    }
}
