//! Plans: lists of steps with a check, an action, and an undo.
//!
//! A cluster operation is built as a [`Plan`] first and run afterwards, so that `--dry-run` shows
//! exactly what would happen and a run after a crash skips what is done. Steps are grouped in
//! stages: the steps of one stage may run at once, the next stage begins when all of them are
//! done, and no stage begins after a failure.

use std::time::Instant;

use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use crate::error::{AdminError, Result};
use crate::progress::{Event, Outcome, Progress};

/// One idempotent change of the cluster.
pub trait Action: Send + Sync {
    /// What it does, in the infinitive without "to": `create node n1`.
    fn title(&self) -> String;
    /// The statement as a person would run it, secrets masked.
    fn preview(&self) -> Option<String>;
    /// How to take it back, as a statement for a person to run.
    fn undo(&self) -> Option<String> {
        None
    }
    /// Whether it would destroy data.
    fn is_destructive(&self) -> bool {
        false
    }
    /// Whether the state is already as wanted.
    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>>;
    /// Does it. `progress` takes how far it has come, in units of its own.
    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>>;
}

/// Reports how far one step has come.
#[derive(Clone, Copy)]
pub struct StepProgress<'a> {
    step: &'a str,
    sink: &'a dyn Progress,
}

impl StepProgress<'_> {
    /// `done` of `total` units (0: unknown), and the state in words.
    pub fn at(&self, done: u64, total: u64, message: &str) {
        self.sink.event(Event::StepProgress { step: self.step, done, total, message });
    }

    /// Something that a person has to know now.
    pub fn tell(&self, message: &str) {
        self.sink.event(Event::Warning { node: "", message });
    }
}

/// An action with its place in the plan.
pub struct Step {
    /// Stable id, the same in every run.
    pub id: String,
    /// The node that it changes.
    pub node: String,
    /// What is done.
    pub action: Box<dyn Action>,
}

/// Whether the steps of a stage depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other.
    Sequential,
    /// All at once.
    Parallel,
}

/// Steps between two barriers.
pub struct Stage {
    /// How its steps relate.
    pub order: Order,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A list of stages.
#[derive(Default)]
pub struct Plan {
    /// What this plan is, as one line.
    pub title: String,
    /// What a person should know before it is run.
    pub warnings: Vec<String>,
    /// The state that it was made for, as far as its steps do not say it.
    pub observed: String,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// How many of them come before the operators' lock.
    pub(crate) unlocked: usize,
}

/// One line of a rendered plan.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema, PartialEq, Eq)]
pub struct PlannedStep {
    /// Stable id.
    pub step: String,
    /// The node that it changes.
    pub node: String,
    /// What is done, in the infinitive.
    pub title: String,
    /// The statement, secrets masked.
    pub sql: Option<String>,
    /// The statement that takes it back.
    pub undo: Option<String>,
    /// Whether data would be lost.
    pub destructive: bool,
    /// Whether the state is already as wanted.
    pub done: bool,
}

/// A number that changes when the plan does, or the state that it was made for.
pub fn fingerprint(steps: &[PlannedStep], observed: &str) -> Result<String> {
    let text = serde_json::to_vec(&(steps, observed))
        .map_err(|e| AdminError::failed(format!("could not write the plan: {e}")))?;
    Ok(format!("{:08x}", crc32c::crc32c(&text)))
}

/// What a run of a plan did.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema, PartialEq, Eq)]
pub struct Summary {
    /// Steps that changed something.
    pub changed: usize,
    /// Steps that found their work done.
    pub already_done: usize,
}

impl Plan {
    /// A plan with this title and no steps.
    pub fn new(title: impl Into<String>) -> Self {
        Plan { title: title.into(), ..Plan::default() }
    }

    /// Appends a stage; an empty one is left out.
    pub fn stage(&mut self, order: Order, steps: Vec<Step>) {
        if !steps.is_empty() {
            self.stages.push(Stage { order, steps });
        }
    }

    /// All steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.stages.iter().flat_map(|stage| &stage.steps)
    }

    /// Looks at the live state and tells what a run would do now; changes nothing.
    pub async fn render(&self) -> Result<Vec<PlannedStep>> {
        let mut out = Vec::new();
        for step in self.steps() {
            out.push(PlannedStep {
                step: step.id.clone(),
                node: step.node.clone(),
                title: step.action.title(),
                sql: step.action.preview(),
                undo: step.action.undo(),
                destructive: step.action.is_destructive(),
                done: step.action.is_done().await?,
            });
        }
        Ok(out)
    }

    /// The stages so far are run before the operators' lock is taken: they make what the lock needs, and
    /// must bear that two programs do them at once.
    pub fn lock_from_here(&mut self) {
        self.unlocked = self.stages.len();
    }

    /// Runs some of the stages, up to the first failure.
    pub(crate) async fn run_stages(
        &self,
        stages: impl std::slice::SliceIndex<[Stage], Output = [Stage]>,
        progress: &dyn Progress,
        watch: &dyn Watch,
    ) -> Ran<'_> {
        let mut ran = Ran::default();
        for stage in &self.stages[stages] {
            let results = match stage.order {
                Order::Parallel => {
                    join_all(stage.steps.iter().map(|step| run_step(step, progress, watch))).await
                }
                Order::Sequential => {
                    let mut results = Vec::new();
                    for step in &stage.steps {
                        let result = run_step(step, progress, watch).await;
                        let failed = result.is_err();
                        results.push(result);
                        if failed {
                            break;
                        }
                    }
                    results
                }
            };
            for (step, result) in stage.steps.iter().zip(results) {
                match result {
                    Ok(Outcome::Changed) => {
                        ran.summary.changed += 1;
                        ran.changed.push(step);
                    }
                    Ok(Outcome::AlreadyDone) => ran.summary.already_done += 1,
                    Err(error) if ran.failure.is_none() => ran.failure = Some(error),
                    Err(error) => {
                        progress
                            .event(Event::Warning { node: &step.node, message: &error.message });
                    }
                }
            }
            if ran.failure.is_some() {
                break;
            }
        }
        ran
    }
}

/// What became of some stages.
#[derive(Default)]
pub(crate) struct Ran<'a> {
    pub(crate) summary: Summary,
    /// The steps that did something, in their order.
    pub(crate) changed: Vec<&'a Step>,
    /// Why the rest was not begun.
    pub(crate) failure: Option<AdminError>,
}

/// Stands around every step of a run.
pub(crate) trait Watch: Send + Sync {
    /// Before a step; an error keeps it from being begun.
    fn before<'a>(&'a self, step: &'a Step) -> BoxFuture<'a, Result<()>>;
    /// After it.
    fn after(&self, step: &Step, result: &Result<Outcome>) -> Result<()>;
}

/// Runs one step unless its work is done.
async fn run_step(step: &Step, progress: &dyn Progress, watch: &dyn Watch) -> Result<Outcome> {
    watch.before(step).await?;
    let started = Instant::now();
    let title = step.action.title();
    progress.event(Event::StepStarted { step: &step.id, node: &step.node, title: &title });
    let result = async {
        if step.action.is_done().await? {
            return Ok(Outcome::AlreadyDone);
        }
        step.action.run(StepProgress { step: &step.id, sink: progress }).await?;
        Ok(Outcome::Changed)
    }
    .await;
    match &result {
        Ok(outcome) => progress.event(Event::StepFinished {
            step: &step.id,
            outcome: *outcome,
            elapsed: started.elapsed(),
        }),
        Err(error) => progress.event(Event::StepFailed { step: &step.id, error }),
    }
    watch.after(step, &result)?;
    result.map_err(|mut error: AdminError| {
        if error.node.is_none() {
            error.node = Some(step.node.clone());
        }
        error.context(format_args!("could not {title} on node \"{}\"", step.node))
    })
}

/// Adds the statements that take back what was changed, newest first.
pub(crate) fn with_undo(error: AdminError, changed: &[&Step]) -> AdminError {
    let undo: Vec<String> = changed
        .iter()
        .rev()
        .filter_map(|step| Some(format!("  {}: {}", step.node, step.action.undo()?)))
        .collect();
    if undo.is_empty() {
        return error;
    }
    error.hint(format!("or take back what was done:\n{}", undo.join("\n")))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Fake {
        name: &'static str,
        done: bool,
        fails: bool,
        runs: &'static AtomicUsize,
    }

    impl Action for Fake {
        fn title(&self) -> String {
            self.name.to_owned()
        }
        fn preview(&self) -> Option<String> {
            Some(format!("SELECT '{}'", self.name))
        }
        fn undo(&self) -> Option<String> {
            Some(format!("undo {}", self.name))
        }
        fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
            Box::pin(async { Ok(self.done) })
        }
        fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
            Box::pin(async move {
                self.runs.fetch_add(1, Ordering::SeqCst);
                progress.at(1, 2, "half");
                if self.fails { Err(AdminError::failed("boom")) } else { Ok(()) }
            })
        }
    }

    #[derive(Default)]
    struct Recorder(Mutex<Vec<String>>);

    impl Progress for Recorder {
        fn event(&self, event: Event<'_>) {
            let line = serde_json::to_value(&event).expect("events serialize");
            let what = line["event"].as_str().unwrap_or("?").to_owned();
            let step = line["step"].as_str().unwrap_or("-").to_owned();
            self.0.lock().expect("no poison").push(format!("{what} {step}"));
        }
    }

    fn step(name: &'static str, done: bool, fails: bool, runs: &'static AtomicUsize) -> Step {
        Step {
            id: format!("n1.{name}"),
            node: "n1".to_owned(),
            action: Box::new(Fake { name, done, fails, runs }),
        }
    }

    impl Plan {
        /// All stages, as a run does it, without its lock and journal.
        async fn run(&self, progress: &dyn Progress) -> Result<Summary> {
            progress.event(Event::PlanStarted { steps: self.steps().count() });
            let Ran { summary, changed, failure } = self.run_stages(.., progress, &Unwatched).await;
            match failure {
                None => Ok(summary),
                Some(error) => Err(with_undo(error.hint("run the same command again"), &changed)),
            }
        }
    }

    struct Unwatched;

    impl Watch for Unwatched {
        fn before<'a>(&'a self, _step: &'a Step) -> BoxFuture<'a, Result<()>> {
            Box::pin(async { Ok(()) })
        }

        fn after(&self, _step: &Step, _result: &Result<Outcome>) -> Result<()> {
            Ok(())
        }
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    #[test]
    fn run_skips_done_steps_and_stops_after_a_failure() {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let mut plan = Plan::new("test");
        plan.stage(
            Order::Sequential,
            vec![step("a", false, false, &RUNS), step("b", true, false, &RUNS)],
        );
        plan.stage(Order::Parallel, vec![step("c", false, true, &RUNS)]);
        plan.stage(Order::Parallel, vec![step("d", false, false, &RUNS)]);
        let recorder = Recorder::default();
        let error = block_on(plan.run(&recorder)).expect_err("c fails");
        assert_eq!(RUNS.load(Ordering::SeqCst), 2, "a and c ran, b was done, d never began");
        assert_eq!(error.message, "could not c on node \"n1\"");
        assert_eq!(error.detail.as_deref(), Some("boom"));
        assert!(error.hints[1].contains("n1: undo a"), "{:?}", error.hints);
        let events = recorder.0.into_inner().expect("no poison");
        assert_eq!(
            events,
            [
                "plan_started -",
                "step_started n1.a",
                "step_progress n1.a",
                "step_finished n1.a",
                "step_started n1.b",
                "step_finished n1.b",
                "step_started n1.c",
                "step_progress n1.c",
                "step_failed n1.c",
            ]
        );
    }

    #[test]
    fn render_changes_nothing() {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let mut plan = Plan::new("test");
        plan.stage(
            Order::Parallel,
            vec![step("a", false, false, &RUNS), step("b", true, false, &RUNS)],
        );
        plan.stage(Order::Parallel, Vec::new());
        assert_eq!(plan.stages.len(), 1, "an empty stage is left out");
        let lines = block_on(plan.render()).expect("renders");
        assert_eq!(RUNS.load(Ordering::SeqCst), 0);
        assert_eq!(lines.iter().map(|l| l.done).collect::<Vec<_>>(), [false, true]);
    }
}
