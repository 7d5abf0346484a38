//! How far streams have come: proof that a time is passed, waiting without cycles, and which versions
//! of deletes are of no more use (rules C3, C4, D1).

use super::defect::{Defect, is_in};
use crate::conflict::missing::Wait;
use crate::lsn::Lsn;
use crate::oid::NodeId;

/// A provider's answer to "what lies behind you?".
///
/// The provider takes `time` by [`super::clock::promise`] and makes it its mark, waits until every
/// backend that was then taking its commit time is done, flushes, and adds the two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Every commit with an earlier time lies before `lsn`.
    pub time: i64,
    /// The flush position.
    pub lsn: Lsn,
    /// Every change with an earlier time, of any node, is applied and durable at the provider: the
    /// least of what its own incoming streams have passed.
    pub applied: i64,
}

/// What one incoming stream has provably passed.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    position: Lsn,
    answer: Option<Horizon>,
    passed: i64,
    applied_there: i64,
}

impl Default for Passage {
    fn default() -> Self {
        Self { position: Lsn(0), answer: None, passed: i64::MIN, applied_there: i64::MIN }
    }
}

impl Passage {
    /// The provider answered. An answer that is still to be reached gives way to none but itself:
    /// asking often must not put off the proof.
    pub fn answer(&mut self, answer: Horizon) {
        if self.answer.is_none() {
            self.answer = Some(answer);
            self.settle();
        }
    }

    /// Everything up to this position is applied.
    pub fn applied(&mut self, position: Lsn) {
        self.position = position;
        self.settle();
    }

    fn settle(&mut self) {
        if let Some(answer) = self.answer
            && (self.position >= answer.lsn || is_in(Defect::C3AnswerIsProof))
        {
            self.passed = self.passed.max(answer.time);
            self.applied_there = self.applied_there.max(answer.applied);
            self.answer = None;
        }
    }

    /// Every change of the provider with an earlier commit time has been applied here.
    #[must_use]
    pub const fn passed(&self) -> i64 {
        self.passed
    }

    /// Before the changes that are still to come, every change with an earlier time, of any node,
    /// had been applied at the provider.
    #[must_use]
    pub const fn applied_there(&self) -> i64 {
        self.applied_there
    }
}

/// An incoming stream as a waiter of another one sees it.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour {
    /// [`Passage::passed`].
    pub passed: i64,
    /// Commit time of the transaction that it is applying or that waits.
    pub head: Option<i64>,
    /// Whether it can still bring anything: not disabled, reachable, within the bound.
    pub is_alive: bool,
}

/// How far the search for the cause of a change of commit time `time` has come, given the other
/// incoming streams of this node.
///
/// A stream whose head is at least as late cannot bring the cause: whoever wrote the change had
/// applied the cause, and before it everything that the cause's node logged before it, so the
/// change's time is later than all of that (V4, V5). Equal times count: two waiters of one time
/// would wait for each other.
pub fn search(time: i64, others: impl Iterator<Item = Neighbour>) -> Wait {
    let mut wait = Wait::Proved;
    for other in others {
        let head_is_later = other
            .head
            .is_some_and(|head| head > time || (head == time && !is_in(Defect::C4EqualHeadsWait)));
        if other.passed >= time || (head_is_later && !is_in(Defect::C4WaitForLaterHeads)) {
            continue;
        }
        if other.is_alive {
            return Wait::Going;
        }
        wait = Wait::Ended;
    }
    wait
}

/// Versions of deletes with an earlier time than this can go.
///
/// Two things must be behind every incoming stream: changes older than the delete, which it would
/// have to beat; and changes that were made without knowing of it, which may be newer and bring the
/// row back (D2). The first is what the stream has passed; the second is what its provider had
/// applied before everything that is still to come.
pub fn purge_horizon<'a>(streams: impl Iterator<Item = &'a Passage>) -> i64 {
    streams
        .map(|stream| {
            if is_in(Defect::D1PurgedWhenPassed) {
                stream.passed
            } else {
                stream.passed.min(stream.applied_there)
            }
        })
        .min()
        .unwrap_or(i64::MAX)
}

/// [`Horizon::applied`] of a provider that says for each node that it hears up to which time it has
/// applied that node's changes. `everybody` are the nodes whose deletes can be here; its own changes a
/// provider always has. None when it does not hear one of them: whatever it sends may have been made
/// without knowing of any delete of that node.
#[must_use]
pub fn applied_by(
    provider: NodeId,
    said: &[(NodeId, i64)],
    everybody: impl Iterator<Item = NodeId>,
) -> Option<i64> {
    let mut least = i64::MAX;
    for node in everybody.filter(|node| *node != provider) {
        let (_, time) = said.iter().find(|(heard, _)| *heard == node)?;
        least = least.min(*time);
    }
    Some(least)
}

/// Every change of any node with an earlier time is applied here: what [`Horizon::applied`] says.
pub fn applied_horizon<'a>(streams: impl Iterator<Item = &'a Passage>) -> i64 {
    streams.map(Passage::passed).min().unwrap_or(i64::MAX)
}

/// Before which time a deleted row need not stay readable for the sake of one stream: as its settled time
/// (the least of `passed` and of what [`applied_by`] says), but without what is behind `oldest`. Older
/// deletes are not readable any more, so whoever is further behind reads the log of deletes anyway, and
/// does so for the newer ones as well. None when the stream needs none; no time is early enough where the
/// provider does not hear a node at all, as where replication goes one way.
#[must_use]
pub fn readable_for(
    provider: NodeId,
    passed: i64,
    said: &[(NodeId, i64)],
    everybody: impl Iterator<Item = NodeId>,
    oldest: i64,
) -> Option<i64> {
    if passed < oldest {
        return None;
    }
    let mut least = passed;
    for node in everybody.filter(|node| *node != provider) {
        let Some((_, time)) = said.iter().find(|(heard, _)| *heard == node) else {
            return Some(i64::MIN);
        };
        if *time >= oldest {
            least = least.min(*time);
        }
    }
    Some(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_does_not_hear_somebody_has_not_applied_everything() {
        let [a, b, c] = [1, 2, 3].map(|id| NodeId::new(id).expect("a node"));
        let everybody = || [a, b, c].into_iter();
        assert_eq!(applied_by(a, &[(b, 5), (c, 7)], everybody()), Some(5));
        assert_eq!(applied_by(a, &[(c, 3), (b, 5)], everybody()), Some(3));
        assert_eq!(applied_by(a, &[(b, 5)], everybody()), None);
        assert_eq!(applied_by(a, &[(a, 9), (b, 5)], everybody()), None);
        assert_eq!(applied_by(a, &[], std::iter::once(a)), Some(i64::MAX));
    }

    fn node(id: u16) -> NodeId {
        NodeId::new(id).expect("a node")
    }

    #[test]
    fn rows_are_readable_for_those_who_are_not_far_behind() {
        let (here, provider, third) = (node(1), node(2), node(3));
        let everybody = || [here, provider, third].into_iter();
        let said = [(here, 95), (third, 80)];
        let readable = |passed, oldest| readable_for(provider, passed, &said, everybody(), oldest);
        // The least of all that is near, as for `applied_by`.
        assert_eq!(readable(100, 50), Some(80));
        assert_eq!(applied_by(provider, &said, everybody()), Some(80));
        // The third node is away from the provider; at last the provider is from us.
        assert_eq!(readable(100, 90), Some(95));
        assert_eq!(readable(100, 97), Some(100));
        assert_eq!(readable(100, 101), None);
    }

    #[test]
    fn rows_stay_readable_where_the_provider_does_not_hear_somebody() {
        let (here, provider) = (node(1), node(2));
        let everybody = || [here, provider].into_iter();
        assert_eq!(readable_for(provider, 100, &[], everybody(), 90), Some(i64::MIN));
        assert_eq!(applied_by(provider, &[], everybody()), None);
    }
}
