//! What the processes of a run cost, sampled from `/proc`.
//!
//! Everything that a server starts between the begin and the end of a run is counted: the apply
//! worker, the workers of an initial copy and the sessions that they open on their own server, and
//! on the provider's side the walsenders. What was there before (the background writers, the
//! sessions of this program) is not.
//!
//! Processor time is the scheduler's own account in nanoseconds (`schedstat`). Memory is private
//! memory (resident less shared pages): what a process has allocated, without the buffer pool that
//! it has merely touched.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

const PERIOD: Duration = Duration::from_millis(10);
const PAGE: u64 = 4096;

/// What the new children of a server used.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Usage {
    /// Of all together.
    pub(crate) cpu_us: f64,
    /// Of the one that had most.
    pub(crate) peak_private_bytes: u64,
}

#[derive(Debug, Default)]
struct Server {
    postmaster: i32,
    before: HashSet<i32>,
    cpu_ns: HashMap<i32, u64>,
    peak: u64,
}

impl Server {
    fn new(postmaster: i32) -> Server {
        Server { postmaster, before: children(postmaster).collect(), ..Server::default() }
    }

    fn sample(&mut self) {
        for pid in children(self.postmaster).filter(|pid| !self.before.contains(pid)) {
            if let Some(ns) = cpu_ns(pid) {
                // A process id may be used again, by another short one.
                let seen = self.cpu_ns.entry(pid).or_default();
                *seen = (*seen).max(ns);
            }
            self.peak = self.peak.max(private_bytes(pid).unwrap_or(0));
        }
    }

    fn usage(&self) -> Usage {
        let ns: u64 = self.cpu_ns.values().sum();
        Usage { cpu_us: ns as f64 / 1000.0, peak_private_bytes: self.peak }
    }
}

/// Samples two servers from its making to [`stop`](Self::stop).
pub(crate) struct Sampler {
    servers: Arc<Mutex<[Server; 2]>>,
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// Begins; the arguments are the postmasters of provider and subscriber.
    pub(crate) fn start(provider: i32, subscriber: i32) -> Sampler {
        let servers = Arc::new(Mutex::new([Server::new(provider), Server::new(subscriber)]));
        let done = Arc::new(AtomicBool::new(false));
        let thread = {
            let (servers, done) = (Arc::clone(&servers), Arc::clone(&done));
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    sample(&servers);
                    std::thread::sleep(PERIOD);
                }
            })
        };
        Sampler { servers, done, thread: Some(thread) }
    }

    /// The usage of the provider's and of the subscriber's new processes up to now.
    pub(crate) fn stop(mut self) -> (Usage, Usage) {
        sample(&self.servers);
        self.end();
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        (servers[0].usage(), servers[1].usage())
    }

    fn end(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.end();
    }
}

fn sample(servers: &Mutex<[Server; 2]>) {
    let mut servers = servers.lock().unwrap_or_else(PoisonError::into_inner);
    servers.iter_mut().for_each(Server::sample);
}

/// The children of a process.
pub(crate) fn children(pid: i32) -> impl Iterator<Item = i32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let pids: Vec<i32> = text.split_whitespace().filter_map(|p| p.parse().ok()).collect();
    pids.into_iter()
}

fn cpu_ns(pid: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn private_bytes(pid: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut fields = text.split_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (fields.next()?.ok()?, fields.next()?.ok()?);
    Some(resident.saturating_sub(shared) * PAGE)
}

/// Asks a process to end as an interrupt from the terminal does.
pub(crate) fn interrupt(pid: u32) {
    let _ = std::process::Command::new("kill").args(["-INT", &pid.to_string()]).status();
}
