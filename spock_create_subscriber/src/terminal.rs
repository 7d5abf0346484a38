//! How far it has come: a bar on a terminal, a line for each step elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize as _;
use spock_admin::progress::{Event, Progress, Silent};
use spock_admin::wait::duration_text;

use crate::cli::Cli;

/// How often a running step shows up where there is no terminal.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// The fitting way to show progress.
pub(crate) fn reporter(cli: &Cli) -> Box<dyn Progress> {
    if cli.quiet {
        return Box::new(Silent);
    }
    let has_bar = !cli.no_progress && std::io::stderr().is_terminal();
    Box::new(Steps { has_bar, running: Mutex::new(None) })
}

struct Running {
    title: String,
    bar: Option<ProgressBar>,
    spoke: Instant,
}

struct Steps {
    has_bar: bool,
    /// One step at a time.
    running: Mutex<Option<Running>>,
}

impl Steps {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_down(&self) -> String {
        let Some(running) = self.running().take() else { return String::new() };
        if let Some(bar) = running.bar {
            bar.finish_and_clear();
        }
        running.title
    }
}

fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

impl Progress for Steps {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::StepStarted { title, .. } => {
                let bar = self.has_bar.then(|| {
                    let bar = ProgressBar::new_spinner().with_style(style("{spinner:.cyan} {msg}"));
                    bar.set_message(title.to_owned());
                    bar.enable_steady_tick(Duration::from_millis(120));
                    bar
                });
                *self.running() =
                    Some(Running { title: title.to_owned(), bar, spoke: Instant::now() });
            }
            Event::StepProgress { done, total, message, .. } => {
                let mut running = self.running();
                let Some(running) = running.as_mut() else { return };
                if let Some(bar) = &running.bar {
                    bar.set_style(style("{spinner:.cyan} [{bar:30.green}] {msg}"));
                    bar.set_length(total);
                    bar.set_position(done);
                    bar.set_message(format!("{}: {message}", running.title));
                } else if running.spoke.elapsed() >= HEARTBEAT {
                    running.spoke = Instant::now();
                    say(&format!("~ {}: {message}", running.title));
                }
            }
            Event::StepFinished { elapsed, .. } => {
                let title = self.take_down();
                let took = format!("({})", duration_text(elapsed));
                say(&format!("{} {title} {}", "*".green(), took.dimmed()));
            }
            Event::StepFailed { .. } => {
                let title = self.take_down();
                say(&format!("{} {title}", "!".red()));
            }
            Event::Warning { message, .. } => say(&format!("{} {message}", "~".yellow())),
            Event::PlanStarted { .. } => {}
        }
    }
}
