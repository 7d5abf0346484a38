//! Killing the processes of a server by kind.

use spock_admin::local::{ServerProcess, Signal};

use crate::{Node, wait_for};

/// A kind of process, by its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// Applies the changes of a subscription.
    ApplyWorker,
    /// Applies one transaction of a subscription while it runs.
    ParallelWorker,
    /// Copies tables of a subscription.
    SyncWorker,
    /// Starts and stops the workers of a database.
    Manager,
    /// Finds the databases.
    Supervisor,
    /// Sends changes to a subscriber.
    Walsender,
    /// A client's session.
    Backend,
}

impl Victim {
    fn matches(self, process: &ServerProcess) -> bool {
        let title = &process.title;
        match self {
            Victim::ApplyWorker => title.contains(": spock apply"),
            Victim::ParallelWorker => title.contains(": spock parallel"),
            Victim::SyncWorker => title.contains(": spock sync"),
            Victim::Manager => title.contains(": spock manager"),
            Victim::Supervisor => title.contains(": spock supervisor"),
            Victim::Walsender => title.contains(": walsender "),
            Victim::Backend => title.contains("127.0.0.1(") && !title.contains("walsender"),
        }
    }
}

impl Node<'_> {
    /// The living processes of a kind.
    pub fn find(&self, victim: Victim) -> Vec<ServerProcess> {
        self.processes().into_iter().filter(|p| victim.matches(p)).collect()
    }

    /// Sends a signal to all processes of a kind; says how many there were.
    ///
    /// After `SIGKILL` of any of them the postmaster restarts the whole server; `SIGTERM` ends that
    /// process alone.
    pub fn kill(&self, victim: Victim, signal: Signal) -> usize {
        self.signal_children(signal, |process| victim.matches(process))
    }

    /// Waits until the server has thrown all its processes away after the death of one, as logged since
    /// `mark`, and accepts sessions again. Right after the death it may still answer.
    pub fn await_restart(&self, mark: u64) {
        wait_for(format!("{} to restart", self.name()), || {
            self.log_since(mark).contains("all server processes terminated; reinitializing")
                && self.try_sql("SELECT 1").is_ok()
        });
    }
}
