//! A book, kept outside the servers, of what clients were told.
//!
//! Every transaction of the load carries an id. It is *intended* before it is sent, *acknowledged*
//! when the server said so, and *doubtful* when the connection broke in between. Whatever was killed
//! meanwhile, afterwards every node must hold each acknowledged id exactly once, each doubtful id at
//! most once and alike on all nodes, and no other.
//!
//! ```no_run
//! # use spock_tests::{Cluster, ledger::Ledger};
//! # let cluster = Cluster::start(2);
//! let ledger = Ledger::new(cluster.dir());
//! let load = ledger.load(&[cluster.node(0).dsn()], |id| format!("INSERT INTO t VALUES ({id})"));
//! // kill things
//! load.stop();
//! ledger.check(&cluster.nodes(), "SELECT id FROM t");
//! ```

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use postgres::{Client, NoTls};

use crate::Node;

/// What is known of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Sent, and no answer came.
    Doubtful,
    /// The server said that it is committed.
    Acknowledged,
    /// The server said that it failed.
    Failed,
}

/// The book; clones write into the same one.
#[derive(Debug, Clone)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    next: Arc<AtomicI64>,
}

#[derive(Debug)]
struct Book {
    outcomes: HashMap<i64, Outcome>,
    /// The same on disk, for whoever looks into a failure.
    file: Option<File>,
}

impl Ledger {
    /// An empty book, with a copy in `ledger.log` of this directory.
    pub fn new(dir: &Path) -> Ledger {
        let book =
            Book { outcomes: HashMap::new(), file: File::create(dir.join("ledger.log")).ok() };
        Ledger { book: Arc::new(Mutex::new(book)), next: Arc::new(AtomicI64::new(1)) }
    }

    /// Writes down what is known of an id.
    pub fn record(&self, id: i64, outcome: Outcome) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.outcomes.insert(id, outcome);
        if let Some(file) = &mut book.file {
            let _ = writeln!(file, "{id} {outcome:?}");
        }
    }

    /// A new id; it counts as doubtful until its outcome is recorded.
    pub fn intend(&self) -> i64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.record(id, Outcome::Doubtful);
        id
    }

    /// How many transactions were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.outcomes.values().filter(|&&o| o == Outcome::Acknowledged).count()
    }

    /// Runs one transaction (`statements` in one message are one transaction), and records it.
    pub fn run(&self, client: &mut Client, statements: impl FnOnce(i64) -> String) -> Outcome {
        let id = self.intend();
        let outcome = match client.batch_execute(&statements(id)) {
            Ok(()) => Outcome::Acknowledged,
            // A shutdown may strike between the commit and its report; an ordinary error cannot.
            Err(error) => match error.as_db_error() {
                Some(db) if db.severity() == "ERROR" => Outcome::Failed,
                _ => Outcome::Doubtful,
            },
        };
        self.record(id, outcome);
        outcome
    }

    /// Starts one writer per connection string; each runs `statements` with a fresh id, over and
    /// over, and connects again when its session is lost.
    pub fn load(
        &self,
        dsns: &[String],
        statements: impl Fn(i64) -> String + Send + Sync + 'static,
    ) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let statements = Arc::new(statements);
        let writers = dsns
            .iter()
            .map(|dsn| {
                let (ledger, stop, dsn) = (self.clone(), Arc::clone(&stop), dsn.clone());
                let statements = Arc::clone(&statements);
                std::thread::spawn(move || ledger.write(&dsn, &stop, &*statements))
            })
            .collect();
        Load { stop, writers }
    }

    fn write(&self, dsn: &str, stop: &AtomicBool, statements: &dyn Fn(i64) -> String) {
        let mut session: Option<Client> = None;
        while !stop.load(Ordering::Relaxed) {
            let Some(client) = &mut session else {
                let dsn = format!(
                    "{dsn} application_name=ledger connect_timeout=5 \
                     options='-c statement_timeout=60s'"
                );
                session = Client::connect(&dsn, NoTls).ok();
                if session.is_none() {
                    std::thread::sleep(Duration::from_millis(50));
                }
                continue;
            };
            if self.run(client, statements) == Outcome::Doubtful || client.is_closed() {
                session = None;
            }
        }
    }

    /// What is wrong with the nodes by this book; `query` gives all ids that a node holds, an id
    /// twice when the node holds it twice.
    pub fn faults(&self, nodes: &[Node<'_>], query: &str) -> Vec<String> {
        let held: Vec<BTreeMap<i64, usize>> =
            nodes.iter().map(|node| counts(node, query)).collect();
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let mut faults = Vec::new();
        for (node, ids) in nodes.iter().zip(&held) {
            let name = node.name();
            for (id, count) in ids.iter().filter(|(_, count)| **count > 1) {
                faults.push(format!("{name} holds {id} {count} times"));
            }
            for id in ids.keys() {
                match book.outcomes.get(id) {
                    None => faults.push(format!("{name} holds {id}, which nobody wrote")),
                    Some(Outcome::Failed) => {
                        faults.push(format!("{name} holds {id}, which had failed"));
                    }
                    Some(_) => {}
                }
            }
            for (id, outcome) in &book.outcomes {
                let elsewhere = || held.iter().any(|other| other.contains_key(id));
                if ids.contains_key(id) {
                    continue;
                }
                if *outcome == Outcome::Acknowledged {
                    faults.push(format!("{name} lacks {id}, which was acknowledged"));
                } else if elsewhere() {
                    faults.push(format!("{name} lacks {id}, which another node holds"));
                }
            }
        }
        faults
    }

    /// Panics unless all nodes hold what this book says.
    #[track_caller]
    pub fn check(&self, nodes: &[Node<'_>], query: &str) {
        let faults = self.faults(nodes, query);
        let first: Vec<&str> = faults.iter().take(20).map(String::as_str).collect();
        assert!(faults.is_empty(), "{} faults by the ledger:\n{}", faults.len(), first.join("\n"));
    }
}

fn counts(node: &Node<'_>, query: &str) -> BTreeMap<i64, usize> {
    let mut counts = BTreeMap::new();
    let rows = node.query(&format!("SELECT id::int8 FROM ({query}) AS held (id)"), &[]);
    for row in rows {
        *counts.entry(row.get(0)).or_default() += 1;
    }
    counts
}

/// Writers at work.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    writers: Vec<JoinHandle<()>>,
}

impl Load {
    /// Lets the writers finish their transactions, and waits for them.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for writer in self.writers.drain(..) {
            let _ = writer.join();
        }
    }
}
