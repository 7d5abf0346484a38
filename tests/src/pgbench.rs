//! Runs of `pgbench`.

use std::process::{Child, Command, Stdio};

use crate::Node;

/// What a run shall be.
#[derive(Debug)]
pub struct Pgbench {
    command: Command,
}

/// What a run said at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Committed transactions.
    pub transactions: u64,
    /// Transactions per second, without the time to connect.
    pub per_second: f64,
    /// Everything it printed.
    pub text: String,
}

/// A run in the background; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    child: Option<Child>,
}

impl Running {
    /// Whether it goes on.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }
}

impl Pgbench {
    /// Creates and fills pgbench's tables.
    #[track_caller]
    pub fn init(node: &Node<'_>, scale: u32) {
        let mut command = node.client("pgbench", node.database_name());
        command.args(["--initialize", "--quiet", "--scale", &scale.to_string()]);
        let output = command.output().unwrap_or_else(|e| panic!("pgbench: {e}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: pgbench: {said}", node.name());
    }

    /// The TPC-B-like transaction by one client for five seconds, as a start.
    pub fn new(node: &Node<'_>) -> Pgbench {
        let mut command = node.client("pgbench", node.database_name());
        command.args(["--no-vacuum", "--protocol=prepared"]);
        Pgbench { command }
    }

    /// An argument of the program.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// How many sessions.
    #[must_use]
    pub fn clients(self, count: u32) -> Self {
        self.arg(format!("--client={count}"))
    }

    /// For how long.
    #[must_use]
    pub fn seconds(self, count: u32) -> Self {
        self.arg(format!("--time={count}"))
    }

    /// Starts it.
    #[must_use]
    pub fn spawn(mut self) -> Running {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.command.spawn().unwrap_or_else(|e| panic!("pgbench: {e}"));
        Running { child: Some(child) }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Report {
        self.spawn().finish()
    }
}

impl Running {
    /// Waits for the end, and panics when a session broke.
    #[track_caller]
    pub fn finish(self) -> Report {
        let (ok, report) = self.finish_anyhow();
        assert!(ok, "pgbench: {}", report.text);
        report
    }

    /// Waits for the end; `false` when a session broke, as servers are being killed.
    pub fn finish_anyhow(mut self) -> (bool, Report) {
        let child = self.child.take().expect("a run is finished once");
        let output = child.wait_with_output().unwrap_or_else(|e| panic!("pgbench: {e}"));
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        let number = |label: &str| {
            let rest = text.lines().find_map(|line| line.strip_prefix(label))?;
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            rest[..end].parse::<f64>().ok()
        };
        let report = Report {
            transactions: number("number of transactions actually processed: ").unwrap_or(0.0)
                as u64,
            per_second: number("tps = ").unwrap_or(0.0),
            text: text.clone(),
        };
        (output.status.success(), report)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
