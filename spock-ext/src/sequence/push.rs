//! Tells the subscribers of this node's sequences where to be; part of the manager.
//!
//! No log record says that a value was given out, so the pages of the sequences are looked at: every 20 ms
//! while values are taken, less often while something else is written, and not at all while nothing is. What
//! to tell, and when, is [`Shape::push`](spock_core::sequence::Shape::push); it goes out as a row of
//! `spock.queue`, each sequence in a transaction of its own, together with its row of `spock.sequence_state`.
//!
//! What was told counts for all subscribers, also those that come later: they ask for it when they begin.
//!
//! **Invariants**: nobody is waited for: a sequence that somebody has for himself is looked at again. What
//! other nodes told us goes out again only after a value was taken here.

use spock_core::lsn::Lsn;
use spock_core::oid::Oid;
use spock_core::sequence::Told;

use crate::catalog::queue::{self, MessageType};
use crate::catalog::replicated_sequence;
use crate::pg::error::CaughtError;
use crate::pg::sequence::told::{self, Look, Standing};
use crate::pg::{bgworker, guc, latch, session};

/// Between two looks while values are taken, in microseconds.
const BUSY: i64 = 20_000;
/// Between two looks otherwise.
const QUIET: i64 = 50_000;
/// How long the sequences are let alone after an error.
const AFTER_ERROR: i64 = 5_000_000;
/// Looks take at most one part in so many of the time.
const SHARE: i64 = 20;
/// Between two values told of a sequence after another node has raised it: nodes that take values at once would
/// lift each other through all of them.
const CONTESTED: i64 = 10_000_000;
/// So many may come at once, after a long time without: taking over is not to wait.
const BURST: i64 = 5;

/// What the manager of a database knows of its sequences.
#[derive(Default)]
pub(crate) struct Pusher {
    members: Vec<Member>,
    /// Steady time of the next look, and of the last.
    due: i64,
    looked: i64,
    /// Where the log ended at the last look.
    written: Lsn,
    /// Something could not be done.
    again: bool,
}

/// One sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    oid: Oid,
    /// The newest value that it had given at the last look.
    given: Option<i64>,
    /// Where it was stored then, and whether that is another place since the others were told.
    storage: u32,
    began_anew: bool,
    /// What the others were told, as far as this process knows.
    told: Option<Told>,
    /// By when those that were told after another node's would have been told at the pace of [`CONTESTED`].
    paced: i64,
    /// Before this they are not told again.
    not_before: i64,
}

/// What became of a try to tell.
enum Outcome {
    /// This is what the others know; whether they were told it now, after another node had told us.
    Known { told: Option<Told>, is_contested: bool },
    /// Not now; not before this time.
    Later(i64),
}

impl Pusher {
    /// The sequences that are in replication sets now, by number.
    pub(crate) fn set_members(&mut self, oids: &[Oid]) {
        if self.members.iter().map(|member| member.oid).eq(oids.iter().copied()) {
            return;
        }
        let known = std::mem::take(&mut self.members);
        let member = |oid: &Oid| {
            let new = Member {
                oid: *oid,
                given: None,
                storage: 0,
                began_anew: false,
                told: None,
                paced: 0,
                not_before: 0,
            };
            known.iter().find(|member| member.oid == *oid).copied().unwrap_or(new)
        };
        self.members = oids.iter().map(member).collect();
        (self.due, self.again) = (0, true);
    }

    /// How long there is nothing to do, in microseconds.
    pub(crate) fn pause(&self, now: i64) -> i64 {
        if self.members.is_empty() { i64::MAX } else { (self.due - now).max(0) }
    }

    /// Looks at the sequences if it is time, and tells what is to be told.
    pub(crate) fn turn(&mut self, now: i64) -> Result<(), CaughtError> {
        if self.members.is_empty() || now < self.due {
            return Ok(());
        }
        self.due = now + QUIET;
        let end = session::insert_position();
        if end == self.written && !self.again {
            self.looked = now;
            return Ok(());
        }
        (self.written, self.again) = (end, false);
        let worked = self.look(now);
        self.looked = now;
        if worked.is_err() {
            (self.due, self.again) = (now + AFTER_ERROR, true);
        }
        worked
    }

    fn look(&mut self, now: i64) -> Result<(), CaughtError> {
        let elapsed = (now - self.looked).max(BUSY);
        let members = &mut self.members;
        let (mut again, mut is_busy) = (false, false);
        let found = bgworker::transaction(|| {
            let mut candidates = Vec::new();
            for (index, member) in members.iter_mut().enumerate() {
                let standing = match told::look(member.oid) {
                    Look::At(standing) => standing,
                    Look::Busy => {
                        again = true;
                        continue;
                    }
                    // It leaves its sets.
                    Look::Gone => continue,
                };
                let given = standing.given;
                let is_stored_anew = member.given.is_some() && member.storage != standing.storage;
                member.began_anew |= is_stored_anew;
                member.storage = standing.storage;
                let taken = match member.given {
                    Some(before) if before == given && !member.began_anew => continue,
                    Some(before) => standing.shape.steps(before, given).max(0),
                    None => 0,
                };
                let pace = taken.saturating_mul(1_000_000) / elapsed;
                let is_due =
                    member.began_anew || standing.shape.push(given, member.told, pace).is_some();
                is_busy |= taken > 0;
                if is_due && now < member.not_before {
                    again = true;
                } else {
                    candidates.push((index, given, pace, is_due));
                }
            }
            candidates
        })?;
        self.again |= again;
        for (index, given, pace, is_due) in found {
            let member = &mut self.members[index];
            if is_due {
                match bgworker::transaction(|| tell(member, pace, now))? {
                    Outcome::Known { told, is_contested } => {
                        if is_contested {
                            member.paced = member.paced.max(now) + CONTESTED;
                        }
                        (member.told, member.began_anew) = (told, false);
                    }
                    Outcome::Later(not_before) => {
                        member.not_before = not_before;
                        self.again = true;
                        continue;
                    }
                }
            }
            member.given = Some(given);
        }
        let spent = latch::steady_micros() - now;
        self.due = now + (if is_busy { BUSY } else { QUIET }).max(spent * SHARE);
        Ok(())
    }
}

/// Tells the subscribers of one sequence, if what stands in the catalog now still asks for it.
fn tell(member: &Member, pace: i64, now: i64) -> Outcome {
    if !told::try_lock(member.oid) {
        return Outcome::Later(0);
    }
    let Look::At(standing) = told::look(member.oid) else { return Outcome::Later(0) };
    let told = replicated_sequence::told(member.oid, standing.storage);
    let known = Outcome::Known { told, is_contested: false };
    let Some(next) = standing.shape.push(standing.given, told, pace) else { return known };
    if next.cache == 0 {
        replicated_sequence::note(member.oid, standing.storage, next);
        return Outcome::Known { told: Some(next), is_contested: false };
    }
    let not_before = member.paced - (BURST - 1) * CONTESTED;
    let is_contested = told.is_some_and(|told| told.cache == 0);
    if is_contested && now < not_before {
        return Outcome::Later(not_before);
    }
    let sets = replicated_sequence::set_names(member.oid);
    if sets.is_empty() {
        return known;
    }
    // Subscribers get it when it is on disk here. No standby is waited for.
    guc::set_until_commit(c"synchronous_commit", c"local");
    queue_value(member.oid, &sets, next.value);
    replicated_sequence::note(member.oid, standing.storage, next);
    Outcome::Known { told: Some(next), is_contested }
}

/// Queues a value for the subscribers of some sets.
pub(crate) fn queue_value(sequence: Oid, sets: &[String], value: i64) {
    let Some((schema, name)) = replicated_sequence::name_of(sequence) else { return };
    let message = serde_json::json!({
        "schema_name": schema, "sequence_name": name, "last_value": value.to_string(),
    });
    queue::push(MessageType::Sequence, sets, &message.to_string());
}

/// Whether no value was taken here since another node told us where to be. That node tells its subscribers.
pub(crate) fn is_at_rest(standing: &Standing, told: Option<Told>) -> bool {
    told.is_some_and(|told| told.cache == 0 && told.value == standing.given)
}

/// The value that subscribers are to be at: what they were told before, if that is further than what they
/// would be told now.
pub(crate) fn value_for_subscribers(standing: &Standing, told: Option<Told>) -> i64 {
    let shape = standing.shape;
    let now = shape.ahead(standing.given, shape.smallest_cache());
    let told =
        told.filter(|told| told.cache > 0 && shape.steps(standing.given, told.value) <= told.cache);
    match told {
        Some(told) if shape.raise(now, true, told.value).is_some() => told.value,
        _ => now,
    }
}
