//! What goes wrong meanwhile: links, workers, servers, clocks.

use std::thread::sleep;
use std::time::Duration;

use spock_tests::chance::Chance;
use spock_tests::proxy::{Direction, Proxy};
use spock_tests::{Cluster, Signal, Victim};

use super::evidence::Counts;

/// The links of a mesh, and what was done to it.
pub(super) struct Faults {
    /// Between provider and subscriber, one for each subscription.
    links: Vec<Proxy>,
    /// Subscriber and name, in the same order.
    pub(super) subscriptions: Vec<(usize, String)>,
    /// How often a link was cut, blocked, or slowed down.
    pub(super) links_hurt: u32,
    /// How often a worker or a walsender was ended.
    pub(super) processes_ended: u32,
    /// How often a whole server died.
    pub(super) crashes: u32,
    /// How often a clock was stepped.
    pub(super) clock_steps: u32,
    /// How often a link was made so slow that changes come long after those of others.
    pub(super) streams_delayed: u32,
    /// What servers had counted in memory when they died.
    pub(super) counted: Counts,
}

impl Faults {
    /// Subscribes every node to every other one, each through a link of its own.
    pub(super) fn between(cluster: &Cluster) -> Faults {
        let count = cluster.nodes().len();
        let mut links = Vec::new();
        let mut subscriptions = Vec::new();
        for provider in 0..count {
            for subscriber in (0..count).filter(|&s| s != provider) {
                let node = cluster.node(provider);
                let link = Proxy::to(node.port());
                let name = cluster.subscribe_via(provider, subscriber, &link.dsn(&node), "");
                links.push(link);
                subscriptions.push((subscriber, name));
            }
        }
        Faults {
            links,
            subscriptions,
            links_hurt: 0,
            processes_ended: 0,
            crashes: 0,
            clock_steps: 0,
            streams_delayed: 0,
            counted: Counts::default(),
        }
    }

    /// Does one thing, and waits a moment.
    pub(super) fn strike(&mut self, cluster: &Cluster, chance: &mut Chance, with_clocks: bool) {
        let node = cluster.node(chance.below(cluster.nodes().len() as u64) as usize);
        let link = &self.links[chance.below(self.links.len() as u64) as usize];
        match chance.below(16) {
            0..=2 => {
                link.cut();
                self.links_hurt += 1;
            }
            3..=4 => {
                link.block(*chance.pick(&[Direction::ToClient, Direction::ToServer]));
                self.links_hurt += 1;
            }
            5..=7 => {
                link.delay(Duration::from_millis(chance.between(5, 400)));
                self.links_hurt += 1;
            }
            // What one node writes is heard late by another, after what third ones made of it.
            8 => {
                link.delay(Duration::from_millis(chance.between(800, 2000)));
                self.streams_delayed += 1;
            }
            9..=10 => {
                let victim = *chance.pick(&[Victim::ApplyWorker, Victim::Walsender]);
                self.processes_ended += u32::from(node.kill(victim, Signal::SIGTERM) > 0);
            }
            11 => {
                self.counted.add_counters(&node);
                node.crash().unwrap_or_else(|e| panic!("{}: crash: {e}", node.name()));
                node.start().unwrap_or_else(|e| panic!("{}: start: {e}", node.name()));
                self.crashes += 1;
            }
            12..=13 if with_clocks => {
                if let Some(clock) = node.clock() {
                    let offset = i64::try_from(chance.below(1200)).unwrap_or(0) - 600;
                    clock.set_offset_ms(offset).unwrap_or_else(|e| panic!("clock: {e}"));
                    self.clock_steps += 1;
                }
            }
            _ => self.links.iter().for_each(Proxy::heal),
        }
        sleep(Duration::from_millis(chance.between(50, 500)));
    }

    /// Lets everything be well again.
    pub(super) fn end(&self, cluster: &Cluster) {
        self.links.iter().for_each(Proxy::heal);
        for clock in cluster.nodes().iter().filter_map(|node| node.clock()) {
            clock.set_offset_ms(0).unwrap_or_else(|e| panic!("clock: {e}"));
        }
    }
}
