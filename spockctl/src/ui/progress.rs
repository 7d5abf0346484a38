//! How far an operation has come: bars on a terminal, lines elsewhere.
//!
//! On a terminal there is one bar for all steps and one line for each step that runs. Elsewhere each
//! step has a line when it ends, and one every 30 seconds while it runs, so that a log shows life.
//! `--no-progress` leaves warnings of it, `--quiet` nothing; the command says in both cases what failed.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::OwoColorize as _;
use spock_admin::error::AdminError;
use spock_admin::progress::{Event, Outcome, Progress, Silent};

use crate::cli::{Format, Global};
use crate::output::age;

/// How often a running step shows up where there is no terminal.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// The fitting way to show progress; whatever it is, the log hears of each step.
pub(crate) fn reporter(global: &Global) -> Box<dyn Progress> {
    Box::new(Logged(shown(global)))
}

fn shown(global: &Global) -> Box<dyn Progress> {
    if global.output == Format::Jsonl {
        return Box::new(JsonLines);
    }
    if global.quiet {
        return Box::new(Silent);
    }
    if global.no_progress {
        return Box::new(Warnings);
    }
    if !std::io::stderr().is_terminal() {
        return Box::new(Lines::default());
    }
    Box::new(Bars::new())
}

/// The line for a finished step.
fn finished(node: &str, title: &str, outcome: Outcome, elapsed: Duration) -> String {
    let took = match outcome {
        Outcome::AlreadyDone => "already done".to_owned(),
        Outcome::Changed => age(elapsed.as_secs_f64()),
    };
    format!("{} {} {title} {}", "*".green(), node.bold(), format!("({took})").dimmed())
}

struct Running {
    node: String,
    title: String,
    bar: Option<ProgressBar>,
    spoke: Instant,
}

/// Steps that run now, by id.
type RunningSteps = Mutex<BTreeMap<String, Running>>;

fn lock(steps: &RunningSteps) -> MutexGuard<'_, BTreeMap<String, Running>> {
    // The map is whole after each statement; a panic elsewhere does not spoil it.
    steps.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes steps to the log and passes them on.
struct Logged(Box<dyn Progress>);

impl Progress for Logged {
    fn event(&self, event: Event<'_>) {
        match &event {
            Event::PlanStarted { steps } => tracing::info!(steps, "plan started"),
            Event::StepStarted { step, node, title } => {
                tracing::info!(step, node, title, "step started");
            }
            Event::StepProgress { step, done, total, message } => {
                tracing::debug!(step, done, total, message, "step goes on");
            }
            Event::StepFinished { step, outcome, elapsed } => {
                tracing::info!(step, ?outcome, ?elapsed, "step finished");
            }
            Event::StepFailed { step, error } => {
                let detail = error.detail.as_deref().unwrap_or_default();
                tracing::error!(step, %error, detail, "step failed");
            }
            Event::Warning { node, message } => tracing::warn!(node, message),
        }
        self.0.event(event);
    }
}

/// Bars on a terminal.
struct Bars {
    all: MultiProgress,
    overall: Mutex<Option<ProgressBar>>,
    running: RunningSteps,
}

impl Bars {
    fn new() -> Self {
        Bars {
            all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            overall: Mutex::new(None),
            running: Mutex::default(),
        }
    }

    fn overall(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.overall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, line: &str) {
        let _ = self.all.println(line);
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template of ours that does not parse is caught by the test below; the default serves.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

const OVERALL: &str = "{bar:40.cyan} {pos}/{len} steps  {elapsed}";
const STEP: &str = "{spinner:.cyan} {prefix:.bold} {msg}";
const STEP_WITH_LENGTH: &str = "{spinner:.cyan} {prefix:.bold} [{bar:20.green}] {msg}";

impl Progress for Bars {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::PlanStarted { steps } => {
                let bar = self.all.add(ProgressBar::new(steps as u64).with_style(style(OVERALL)));
                bar.enable_steady_tick(Duration::from_millis(200));
                *self.overall() = Some(bar);
            }
            Event::StepStarted { step, node, title } => {
                let bar = ProgressBar::new_spinner().with_style(style(STEP));
                let bar = match self.overall().as_ref() {
                    Some(overall) => self.all.insert_before(overall, bar),
                    None => self.all.add(bar),
                };
                bar.set_prefix(node.to_owned());
                bar.set_message(title.to_owned());
                bar.enable_steady_tick(Duration::from_millis(120));
                let running = Running {
                    node: node.to_owned(),
                    title: title.to_owned(),
                    bar: Some(bar),
                    spoke: Instant::now(),
                };
                lock(&self.running).insert(step.to_owned(), running);
            }
            Event::StepProgress { step, done, total, message } => {
                let running = lock(&self.running);
                let Some(Running { bar: Some(bar), title, .. }) = running.get(step) else { return };
                if total > 0 {
                    bar.set_style(style(STEP_WITH_LENGTH));
                    bar.set_length(total);
                    bar.set_position(done);
                }
                bar.set_message(format!("{title}: {message}"));
            }
            Event::StepFinished { step, outcome, elapsed } => {
                let Some(running) = lock(&self.running).remove(step) else { return };
                if let Some(bar) = &running.bar {
                    bar.finish_and_clear();
                }
                self.say(&finished(&running.node, &running.title, outcome, elapsed));
                if let Some(overall) = self.overall().as_ref() {
                    overall.inc(1);
                    if Some(overall.position()) == overall.length() {
                        overall.finish_and_clear();
                    }
                }
            }
            Event::StepFailed { step, error } => {
                let Some(running) = lock(&self.running).remove(step) else { return };
                if let Some(bar) = &running.bar {
                    bar.finish_and_clear();
                }
                self.say(&failed(&running, error));
                if let Some(overall) = self.overall().take() {
                    overall.finish_and_clear();
                }
            }
            Event::Warning { node, message } => {
                self.say(&format!("{} {}", "warning:".yellow().bold(), about(node, message)));
            }
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        let _ = self.all.clear();
    }
}

/// The line for a failed step.
fn failed(running: &Running, error: &AdminError) -> String {
    let Running { node, title, .. } = running;
    format!("{} {} {title}: {}", "!".red(), node.bold(), error.line())
}

fn about(node: &str, message: &str) -> String {
    if node.is_empty() { message.to_owned() } else { format!("node \"{node}\": {message}") }
}

/// Lines where there is no terminal.
#[derive(Default)]
struct Lines {
    running: RunningSteps,
}

fn say(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

impl Progress for Lines {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::PlanStarted { .. } => {}
            Event::StepStarted { step, node, title } => {
                let running = Running {
                    node: node.to_owned(),
                    title: title.to_owned(),
                    bar: None,
                    spoke: Instant::now(),
                };
                lock(&self.running).insert(step.to_owned(), running);
            }
            Event::StepProgress { step, message, .. } => {
                let mut running = lock(&self.running);
                let Some(running) = running.get_mut(step) else { return };
                if running.spoke.elapsed() >= HEARTBEAT {
                    running.spoke = Instant::now();
                    say(&format!("~ {} {}: {message}", running.node, running.title));
                }
            }
            Event::StepFinished { step, outcome, elapsed } => {
                let Some(running) = lock(&self.running).remove(step) else { return };
                say(&finished(&running.node, &running.title, outcome, elapsed));
            }
            Event::StepFailed { step, error } => {
                let Some(running) = lock(&self.running).remove(step) else { return };
                say(&failed(&running, error));
            }
            Event::Warning { node, message } => super::warning(about(node, message)),
        }
    }
}

/// No steps, only what the user must know.
struct Warnings;

impl Progress for Warnings {
    fn event(&self, event: Event<'_>) {
        if let Event::Warning { node, message } = event {
            super::warning(about(node, message));
        }
    }
}

/// Events as they are, one object per line.
struct JsonLines;

impl Progress for JsonLines {
    fn event(&self, event: Event<'_>) {
        if let Ok(line) = serde_json::to_string(&event) {
            let _ = writeln!(anstream::stdout().lock(), "{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_parse() {
        for template in [OVERALL, STEP, STEP_WITH_LENGTH] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
