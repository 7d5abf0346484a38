//! Writes this node's commit horizon into its log, where all subscribers come by (convergence rules C3
//! and D1); part of the manager.
//!
//! Each message says up to which time the node's commits are over at its place in the log, and up to
//! which time the changes of each provider are applied here ([`super::passages`]). It is written four
//! times a second while something is written to the log, by whomever, and as often while a subscription
//! brings such messages of somebody who writes: the answer is what lets that node forget the rows that it
//! deleted. An answer asks for no answer, so nodes where nobody writes are silent. There is no connection
//! and no query to it; a message is some 100 bytes of log, flushed.

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::horizon::{self, HorizonMessage};

use crate::pg::{bgworker, logical_message, session};

use super::horizon::Taking;
use super::{clock, passages};

/// Between two messages, in microseconds.
pub(super) const INTERVAL: i64 = 250_000;

/// What the manager of a database has announced.
#[derive(Default)]
pub(super) struct Announcer {
    /// Where the last message ends.
    written: Lsn,
    /// Steady time from which on the next may be begun.
    next: i64,
    taking: Option<(Taking, bool)>,
}

impl Announcer {
    /// Writes a message, if there is something to say and nobody is just committing; else it is to be
    /// tried again soon. `streams` are the subscriptions of the database with their providers.
    pub(super) fn turn(&mut self, db: u32, streams: &[(u32, NodeId)], now: i64) {
        if self.taking.is_none() {
            if now < self.next {
                return;
            }
            let asks = session::last_important_record() >= self.written;
            let is_asked = passages::take_questions(db, streams.iter().map(|(sub, _)| *sub));
            if !asks && !is_asked {
                return;
            }
            let Some(time) = clock::try_promise() else { return };
            self.next = now + INTERVAL;
            self.taking = Some((Taking::begin(time), asks));
        }
        let Some((taking, asks)) = &mut self.taking else { return };
        match taking.is_done() {
            Ok(false) => return,
            Ok(true) => {
                // What is applied now lies before the message in our log.
                let applied = streams.iter().filter_map(|(subscription, provider)| {
                    Some((*provider, passages::of_subscription(db, *subscription)?.time))
                });
                let mut content = Vec::new();
                HorizonMessage::encode(&mut content, taking.time(), *asks, applied);
                let written = bgworker::catching(|| {
                    let end = logical_message::write(horizon::PREFIX, &content, false);
                    session::flush_wal(end);
                    end
                });
                match written {
                    Ok(end) => self.written = end,
                    Err(error) => pgrx::warning!(
                        "spock cannot write its commit horizon to the log: {}",
                        error.message
                    ),
                }
            }
            Err(error) => error.report(pgrx::PgLogLevel::LOG),
        }
        self.taking = None;
    }

    /// A message is on its way.
    pub(super) const fn is_busy(&self) -> bool {
        self.taking.is_some()
    }
}
