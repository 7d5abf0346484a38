//! A TCP proxy in front of a server: the network between two nodes, with its faults.
//!
//! Connections pass through two queues, one per direction. A blocked direction holds what was sent
//! and delivers it after healing, as TCP does after a partition; a cut ends all connections and
//! refuses new ones; a delay lets everything arrive that much later; in silence no packet is answered,
//! keepalives included, as when a machine or its network is gone.
//!
//! ```no_run
//! # use spock_tests::{Cluster, proxy::{Direction, Proxy}};
//! let cluster = Cluster::start(2);
//! let proxy = Proxy::to(cluster.node(0).port());
//! cluster.create_nodes();
//! cluster.subscribe_via(0, 1, &proxy.dsn(&cluster.node(0)), "");
//! proxy.block(Direction::ToServer); // changes still arrive, feedback does not
//! proxy.heal();
//! ```

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::{SockFilter, SockRef};

use crate::Node;

/// A packet filter that lets nothing in: `ret #0`.
const NOTHING: [SockFilter; 1] = [SockFilter::new(6, 0, 0, 0)];

/// One way through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From whoever connected to the server behind the proxy.
    ToServer,
    /// From the server to whoever connected.
    ToClient,
}

#[derive(Debug, Default)]
struct Faults {
    closed: bool,
    cut: bool,
    delay: Duration,
    blocked: [bool; 2],
    silent: bool,
    /// Both ends of each connection, to end them by.
    streams: Vec<TcpStream>,
}

#[derive(Debug, Default)]
struct Line {
    faults: Mutex<Faults>,
    changed: Condvar,
    bytes: [AtomicU64; 2],
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until a chunk that came at `arrived` may leave; `false` when the proxy ends.
    fn may_pass(&self, way: Direction, arrived: Instant) -> bool {
        let mut faults = self.lock();
        loop {
            if faults.closed || faults.cut {
                return false;
            }
            let early = (arrived + faults.delay).saturating_duration_since(Instant::now());
            if !faults.blocked[way as usize] && early.is_zero() {
                return true;
            }
            let pause = if early.is_zero() { Duration::from_secs(1) } else { early };
            faults =
                self.changed.wait_timeout(faults, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A proxy that forwards to one port; dropping it ends its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    line: Arc<Line>,
    acceptor: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1, and forwards to `target` there.
    pub fn to(target: u16) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap_or_else(|e| panic!("no port for the proxy: {e}"));
        let port = listener.local_addr().map(|a| a.port()).unwrap_or_default();
        let line = Arc::new(Line::default());
        let acceptor = {
            let line = Arc::clone(&line);
            std::thread::spawn(move || accept(&listener, target, &line))
        };
        Proxy { port, line, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The node's connection string by way of this proxy.
    pub fn dsn(&self, node: &Node<'_>) -> String {
        node.dsn().replace(&format!("port={}", node.port()), &format!("port={}", self.port))
    }

    /// Ends all connections, and refuses new ones until [`heal`](Self::heal).
    pub fn cut(&self) {
        self.line.change(|faults| {
            faults.cut = true;
            end_all(faults);
        });
    }

    /// Ends all connections once; new ones are welcome.
    pub fn reset(&self) {
        self.line.change(end_all);
    }

    /// Lets everything arrive this much later.
    pub fn delay(&self, delay: Duration) {
        self.line.change(|faults| faults.delay = delay);
    }

    /// Holds what is sent in one direction; new connections hang as well.
    pub fn block(&self, way: Direction) {
        self.line.change(|faults| faults.blocked[way as usize] = true);
    }

    /// From now on no packet is answered, of these connections and of new ones. What an end sends is
    /// neither acknowledged nor refused: it has to find out by itself.
    pub fn silence(&self) {
        self.line.change(|faults| {
            faults.silent = true;
            faults.blocked = [true; 2];
            faults.streams.iter().for_each(deafen);
        });
    }

    /// Ends all faults; what was held is delivered.
    pub fn heal(&self) {
        self.line.change(|faults| {
            if std::mem::take(&mut faults.silent) {
                for stream in &faults.streams {
                    let _gone = SockRef::from(stream).detach_filter();
                }
            }
            faults.cut = false;
            faults.delay = Duration::ZERO;
            faults.blocked = [false; 2];
        });
    }

    /// Bytes that went through.
    pub fn bytes(&self, way: Direction) -> u64 {
        self.line.bytes[way as usize].load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.change(|faults| {
            faults.closed = true;
            end_all(faults);
        });
        // Wakes the acceptor, which looks at `closed` first.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn deafen(stream: &TcpStream) {
    let deaf = SockRef::from(stream).attach_filter(&NOTHING);
    deaf.unwrap_or_else(|e| panic!("no packet filter: {e}"));
}

fn end_all(faults: &mut Faults) {
    for stream in faults.streams.drain(..) {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn accept(listener: &TcpListener, target: u16, line: &Arc<Line>) {
    for client in listener.incoming() {
        let (closed, cut) = {
            let faults = line.lock();
            (faults.closed, faults.cut)
        };
        if closed {
            return;
        }
        let Ok(client) = client else { continue };
        if cut {
            let _ = client.shutdown(Shutdown::Both);
            continue;
        }
        // Without a server the connection ends at once, as a refused one does.
        if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) {
            let _ = join(client, server, line);
        }
    }
}

/// Connects the two ends.
fn join(client: TcpStream, server: TcpStream, line: &Arc<Line>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut faults = line.lock();
    if faults.silent {
        [&client, &server].into_iter().for_each(deafen);
    }
    faults.streams.extend([client.try_clone()?, server.try_clone()?]);
    drop(faults);
    carry(client.try_clone()?, server.try_clone()?, Direction::ToServer, line);
    carry(server, client, Direction::ToClient, line);
    Ok(())
}

fn carry(from: TcpStream, to: TcpStream, way: Direction, line: &Arc<Line>) {
    let (sender, receiver) = sync_channel(64);
    std::thread::spawn(move || read(from, &sender));
    let line = Arc::clone(line);
    std::thread::spawn(move || write(to, &receiver, way, &line));
}

type Chunk = (Instant, Vec<u8>);

fn read(mut from: TcpStream, queue: &SyncSender<Chunk>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 || queue.send((Instant::now(), buffer[..count].to_vec())).is_err() {
            break;
        }
    }
}

fn write(mut to: TcpStream, queue: &Receiver<Chunk>, way: Direction, line: &Line) {
    for (arrived, bytes) in queue {
        if !line.may_pass(way, arrived) || to.write_all(&bytes).is_err() {
            break;
        }
        line.bytes[way as usize].fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
    let _ = to.shutdown(Shutdown::Both);
}
