//! A subscriber takes over: it gives no value that the node before it has given.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, StopMode};

/// `n1` is stopped at once while sessions take values from sequences of all kinds, four times; what `n2` gives then
/// is new. `n1` comes back, and goes on behind what `n2` has given.
///
/// Seen to fail when nobody is told, and when taking over has to wait because values were told just before.
#[test]
fn a_node_that_takes_over_gives_new_values() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.create_nodes();
    cluster.allow_crashes();
    cluster.allow_log("is active for PID");
    cluster.allow_log("values of sequence");
    let sequences = ["t_id_seq", "u_id_seq", "cached"];
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id serial PRIMARY KEY);
             CREATE TABLE u (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
             CREATE SEQUENCE cached AS int CACHE 50;
             SELECT spock.repset_add_all_seqs('default', '{public}')",
        );
    }
    cluster.mesh();
    for round in 0..4 {
        let (active, standby) = (cluster.node(round % 2), cluster.node((round + 1) % 2));
        let newest = sequences.map(|_| AtomicI64::new(0));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (sequence, newest) in sequences.iter().zip(&newest) {
                for _ in 0..2 {
                    let (stop, mut session) = (&stop, active.connect());
                    scope.spawn(move || {
                        let query = format!("SELECT nextval('{sequence}')");
                        while !stop.load(Ordering::Relaxed) {
                            let Ok(row) = session.query_one(&query, &[]) else { return };
                            newest.fetch_max(row.get(0), Ordering::Relaxed);
                        }
                    });
                }
            }
            // From the first moment on, and after a while.
            let until = Instant::now() + Duration::from_millis([300, 2500, 100, 1200][round]);
            while Instant::now() < until {
                std::thread::sleep(Duration::from_millis(10));
            }
            active.stop(StopMode::Immediate).unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        for (sequence, newest) in sequences.iter().zip(&newest) {
            let newest = newest.load(Ordering::Relaxed);
            assert!(newest > 0, "{sequence}");
            let first: i64 = standby.value(&format!("SELECT nextval('{sequence}')"));
            assert!(first > newest, "{sequence}: {first} after {newest}, round {round}");
        }
        active.start().unwrap();
        cluster.drain();
    }
}
