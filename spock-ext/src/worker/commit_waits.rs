//! Apply workers that wait for a lock of a session whose commit waits for a subscription in
//! `synchronous_standby_names` (convergence rule S2); part of the manager.
//!
//! Such a session keeps its locks until the other node confirms. Where that node's worker waits for a
//! lock of a session there, whose commit waits for this node, neither goes on, and no server sees the
//! whole circle. So a worker that waits behind such a session is reported, and after
//! `spock.synchronous_wait_limit` the wait of the commit is ended, as a user can do: the transaction is
//! committed, and its client is warned that the other node may not have it.
//!
//! Where only physical standbys are listed nothing is done: they do not wait for locks of ours.

use std::collections::HashMap;
use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::bgworker;
use crate::pg::error::SpockError;
use crate::pg::{spi, sync_standby};
use crate::settings;

use super::slots::{self, Kind, SlotId};
use super::{micros, steady};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Workers that wait, directly or not, for sessions which wait for a synchronous standby. The locks of a
/// prepared transaction belong to nobody while another session commits it.
const WAITING: &str = "WITH RECURSIVE behind(worker, pid) AS (\
       SELECT w.pid, b.pid FROM pg_stat_activity w, unnest(pg_blocking_pids(w.pid)) AS b(pid) \
        WHERE w.pid = ANY ($1::text[]::int[]) AND w.wait_event_type = 'Lock' \
     UNION \
       SELECT h.worker, b.pid FROM behind h, unnest(pg_blocking_pids(h.pid)) AS b(pid) WHERE h.pid > 0) \
     SELECT DISTINCT h.worker, a.pid, (extract(epoch FROM a.xact_start) * 1000000)::bigint \
       FROM behind h JOIN pg_stat_activity a \
         ON a.pid = h.pid OR h.pid = 0 AND a.query ILIKE 'commit prepared%' \
      WHERE a.wait_event = 'SyncRep'";

/// Ends the wait of a session's commit, if it still waits.
const END: &str = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
     WHERE pid = $1::int AND wait_event = 'SyncRep'";

/// A worker, the session it waits for, and when that one's transaction began.
type Wait = (i32, i32, i64);

/// What the last look found.
#[derive(Default)]
pub(super) struct CommitWaits {
    looked: i64,
    /// Steady time at which each wait was first seen, and whether it was reported.
    waits: HashMap<Wait, (i64, bool)>,
}

impl CommitWaits {
    /// Looks, when it is time.
    pub(super) fn turn(&mut self, db: u32) {
        if !sync_standby::are_named() && self.waits.is_empty()
            || steady() - self.looked < micros(LOOK)
        {
            return;
        }
        self.looked = steady();
        if let Err(error) = bgworker::transaction(|| self.look(db)) {
            pgrx::warning!("spock manager: {}", error.message);
        }
    }

    fn look(&mut self, db: u32) {
        let workers: HashMap<i32, (SlotId, String)> =
            slots::list(|slot| slot.db == db && slot.kind == Kind::Apply && slot.pid != 0)
                .into_iter()
                .map(|(id, slot)| (slot.pid, (id, slot.name.as_str().to_owned())))
                .collect();
        let found = if workers.is_empty() || !waits_for_subscriptions() {
            Vec::new()
        } else {
            let pids: Vec<String> = workers.keys().map(ToString::to_string).collect();
            spi::select(WAITING, &[pids.into()])
                .iter()
                .map(|row| (row.get::<i32>(0), row.get::<i32>(1), row.get::<i64>(2)))
                .collect::<Vec<Wait>>()
        };
        self.waits.retain(|wait, (_, told)| {
            let stays = found.contains(wait);
            if !stays
                && *told
                && let Some((id, _)) = workers.get(&wait.0)
            {
                slots::update(*id, |slot| slot.blocked_by = 0);
            }
            stays
        });
        for wait in found {
            let Some((id, subscription)) = workers.get(&wait.0) else { continue };
            let now = steady();
            let (since, told) = self.waits.entry(wait).or_insert((now, false));
            // Seen once, it may be over at once.
            if now > *since && !*told {
                *told = true;
                slots::update(*id, |slot| slot.blocked_by = wait.1);
                report(subscription, wait.1);
            }
            let limit = settings::synchronous_wait_limit();
            if limit.is_some_and(|limit| now - *since >= micros(limit))
                && !spi::select(END, &[i64::from(wait.1).into()]).is_empty()
            {
                tell_end(subscription, wait.1, now - *since);
            }
        }
    }
}

/// Whether commits of this server wait for a subscription.
fn waits_for_subscriptions() -> bool {
    sync_standby::rule()
        .is_some_and(|rule| sync_standby::logical_slots().iter().any(|slot| rule.lists(&slot.name)))
}

fn report(subscription: &str, session: i32) {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!(
            "subscription \"{subscription}\" waits for a lock of process {session}, whose commit waits \
             for a synchronous subscriber"
        ),
    )
    .detail("If that node waits for a commit of this one in the same way, neither goes on by itself.")
    .hint("spock.synchronous_wait_limit ends such waits.")
    .report(PgLogLevel::WARNING);
}

fn tell_end(subscription: &str, session: i32, waited: i64) {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!(
            "the commit of process {session} does not wait for synchronous subscribers any longer"
        ),
    )
    .detail(format!(
        "Subscription \"{subscription}\" has waited {} s for its locks (spock.synchronous_wait_limit).",
        waited / 1_000_000
    ))
    .report(PgLogLevel::WARNING);
}

/// Shows in the slot of an apply worker whether its provider and this node wait for each other.
pub(crate) fn show_mutual(worker_slot: usize, mutual: bool) {
    if let Some(slot) = slots::get(worker_slot) {
        let id = SlotId { index: worker_slot, generation: slot.generation };
        slots::update(id, |slot| slot.waits_both_ways = mutual);
    }
}
