//! Waiting for the cause of a change (convergence rules C1 to C5).
//!
//! A change whose row (or table, column, type ...) is not here may have overtaken the change that it
//! builds on: A inserted a row, B updated it, and we heard B first. Before anything is called missing,
//! every other node must provably have passed the change's commit time here. The transaction is rolled
//! back first, so that the wait holds nothing that another stream could need (C2).
//!
//! Where no other subscription is enabled there is nobody to wait for. What a wait found out is kept for
//! that one transaction, named by the position of its commit record, also over a restart of the stream.
//!
//! **Invariant**: [`Causes::wait`] runs outside of any transaction.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::missing::Wait;
use spock_core::converge::passage;
use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use super::applier::RemoteTransaction;
use super::claims::Claims;
use super::peer::Peer;
use super::recall::Recall;
use super::schema_wait::SchemaWait;
use super::values::Values;
use super::verdict::MissingCause;
use crate::catalog::subscription;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::{bgworker, database, latch, transaction};
use crate::settings::{self, SchemaMismatch};
use crate::worker::head::{Cell, Waiting};

/// How often the list of subscriptions is read again during a wait.
const LOOK_AGAIN: i64 = 1_000_000;
/// A wait of this length is worth a line in the log.
const LOG_AFTER: i64 = 10_000_000;
/// How often an alarm is repeated.
const ALARM_EVERY: i64 = 60_000_000;
/// How often the provider hears from us while we wait.
const KEEP_ALIVE: i64 = 1_000_000;
/// A transaction that cannot do without its cause is tried again this often.
const TRY_AGAIN: i64 = 10_000_000;
/// Connections to other nodes that were not needed for so long are closed.
const KEEP_CONNECTIONS: i64 = 10_000_000;

/// What an apply worker knows about the causes of its changes.
pub(super) struct Causes {
    /// The subscription of the stream.
    own: Oid,
    /// The answer for the transaction with that commit record.
    answer: Option<(Lsn, Wait)>,
    /// All of these subscriptions have passed that time.
    proved: Option<(i64, Vec<Oid>)>,
    peers: Vec<Peer>,
    /// A stream that does not wait takes every cause as one that nobody can prove.
    patient: bool,
    used_at: i64,
    alarmed_at: i64,
    /// What is asked of the owners of rows.
    pub(super) values: Values,
    /// Who has to give way for the transaction.
    pub(super) claims: Claims,
    /// What our own log has to be asked for.
    pub(super) recall: Recall,
    /// Tables that do not fit.
    pub(super) schema: SchemaWait,
}

impl Causes {
    /// Nothing is known yet.
    pub(super) fn new(subscription: Oid) -> Self {
        Self {
            own: subscription,
            answer: None,
            proved: None,
            peers: Vec::new(),
            patient: true,
            used_at: 0,
            alarmed_at: 0,
            values: Values::default(),
            claims: Claims::default(),
            recall: Recall::new(subscription),
            schema: SchemaWait::default(),
        }
    }

    /// For a stream that must not wait.
    pub(super) fn impatient(subscription: Oid) -> Self {
        Self { patient: false, ..Self::new(subscription) }
    }

    /// Whether something has to happen before the transaction may commit.
    #[inline]
    pub(super) fn have_tasks(&self) -> bool {
        self.values.are_wanted() || self.claims.are_open()
    }

    /// Whether the stream may wait.
    pub(super) const fn is_patient(&self) -> bool {
        self.patient
    }

    /// Whether a change whose table does not fit waits until it does.
    pub(super) fn waits_for_schema(&self) -> bool {
        self.patient && settings::schema_mismatch() == SchemaMismatch::Wait
    }

    /// How far the search for the cause of a transaction's change has come, asked in the transaction,
    /// with a snapshot, after the look that did not find it.
    pub(super) fn judge(&mut self, remote: &RemoteTransaction) -> Wait {
        if let Some(answer) = self.answer_for(remote) {
            return answer;
        }
        let others = self.others();
        let answer = match &self.proved {
            _ if others.is_empty() => Wait::Proved,
            // Known before this transaction looked.
            Some((time, of)) if *time >= remote.commit_time && *of == others => Wait::Proved,
            _ if !self.patient => Wait::Ended,
            _ => return Wait::Going,
        };
        self.answer = Some((remote.final_lsn, answer));
        answer
    }

    /// What an earlier run of the transaction found out.
    #[inline]
    pub(super) fn answer_for(&self, remote: &RemoteTransaction) -> Option<Wait> {
        self.answer.filter(|(lsn, _)| *lsn == remote.final_lsn).map(|(_, answer)| answer)
    }

    /// Whether a failure that names a missing object may pass when others catch up: none if not, else
    /// whether that needs an alarm.
    /// Asked outside of any transaction.
    pub(super) fn misses_object(&self, remote: &RemoteTransaction) -> Option<bool> {
        match self.answer_for(remote) {
            _ if !self.patient => None,
            Some(Wait::Proved) => None,
            Some(Wait::Ended) => Some(true),
            Some(Wait::Going) | None => {
                let others = bgworker::transaction(|| self.others()).unwrap_or_default();
                (!others.is_empty()).then_some(false)
            }
        }
    }

    /// The other subscriptions of this database, in a transaction.
    fn others(&self) -> Vec<Oid> {
        let all = subscription::all().into_iter();
        all.filter(|other| other.id != self.own).map(|other| other.id).collect()
    }

    /// Waits until the cause must have come, or nobody can tell; the answer is kept for the next run of
    /// the transaction. `head` shows others what the stream waits for, `keep_alive` is called every
    /// second.
    pub(super) fn wait<E: From<SpockError>>(
        &mut self,
        missing: &MissingCause,
        subscription: &str,
        head: Option<&Cell>,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Wait, E> {
        if self.claims.are_open() {
            self.claims.settle(missing.remote.final_lsn, &missing.local_name, self.own)?;
            return Ok(Wait::Going);
        }
        if self.values.are_wanted() {
            self.used_at = transaction::now();
            self.values.ask(missing.remote.final_lsn, self.own, head, keep_alive)?;
            return Ok(Wait::Going);
        }
        if self.recall.has_mark() {
            self.recall.write_mark(subscription)?;
            return Ok(Wait::Going);
        }
        if self.recall.is_wanted() {
            self.recall.read(keep_alive)?;
            return Ok(Wait::Going);
        }
        if let Some(mismatch) = &missing.mismatch {
            self.schema.wait(mismatch, self.own, keep_alive)?;
            return Ok(Wait::Going);
        }
        let mut session = Session::new(missing, subscription, head);
        let answer = loop {
            transaction::check_for_interrupts();
            bgworker::reload_config_if_asked();
            if session.list_is_due() {
                self.read_peers().map_err(E::from)?;
            }
            if let Some(answer) = self.look(&mut session) {
                break answer;
            }
            if session.keep_alive_is_due() {
                keep_alive()?;
            }
            latch::wait(session.pause());
        };
        session.end();
        self.used_at = transaction::now();
        if session.needs_alarm(answer) {
            self.alarm(&session);
        }
        self.answer = Some((missing.remote.final_lsn, answer));
        Ok(answer)
    }

    /// One look at all peers.
    fn look(&mut self, session: &mut Session<'_>) -> Option<Wait> {
        let missing = session.missing;
        let time = missing.remote.commit_time;
        let bound = settings::cause_wait_timeout().as_micros() as i64;
        let limit = if missing.alarm { TRY_AGAIN.min(bound) } else { bound };
        let out_of_time = session.waited() >= limit;
        for peer in &mut self.peers {
            let has_passed = peer.look(time);
            if out_of_time && !has_passed && !missing.alarm {
                peer.give_up();
            }
        }
        let answer = passage::search(time, self.peers.iter().map(Peer::neighbour));
        if answer == Wait::Proved {
            let passed = self.peers.iter().map(|peer| peer.neighbour().passed).min();
            let of = self.peers.iter().map(|peer| peer.subscription).collect();
            self.proved = Some((passed.unwrap_or(time).max(time), of));
        }
        // Without an end in sight the transaction is looked at again from time to time.
        if answer == Wait::Proved || out_of_time || answer == Wait::Ended && !missing.alarm {
            return Some(answer);
        }
        if let Some(peer) = self.peers.iter().find(|peer| !peer.is_past(time)) {
            session.waits_for(peer.node, &peer.name);
        }
        None
    }

    /// Reads which subscriptions there are; connections and what is known of peers stay.
    fn read_peers(&mut self) -> Result<(), SpockError> {
        let own = self.own;
        let found = bgworker::transaction(subscription::all).map_err(CaughtError::into_error)?;
        let db = database::my_database();
        let mut known = std::mem::take(&mut self.peers);
        for other in found.into_iter().filter(|other| other.id != own) {
            let place = known.iter().position(|peer| peer.subscription == other.id);
            let mut peer = place.map_or_else(|| Peer::new(db, &other), |at| known.swap_remove(at));
            peer.update(&other);
            self.peers.push(peer);
        }
        Ok(())
    }

    /// Closes connections that were not needed for a while.
    pub(super) fn cool_down(&mut self, now: i64) {
        if self.used_at != 0 && now - self.used_at > KEEP_CONNECTIONS {
            self.used_at = 0;
            self.values.disconnect();
            for peer in &mut self.peers {
                peer.disconnect();
            }
        }
    }

    /// Says, at most once a minute, that a stream stands still and only a person can change that.
    fn alarm(&mut self, session: &Session<'_>) {
        let now = transaction::now();
        if now - self.alarmed_at < ALARM_EVERY {
            return;
        }
        self.alarmed_at = now;
        let time = session.missing.remote.commit_time;
        let Some(peer) = self.peers.iter().find(|peer| !peer.is_past(time)) else { return };
        let name = &peer.name;
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("subscription \"{}\" stands still: waiting for {name}", session.subscription),
        )
        .detail(format!(
            "{}; the change cannot do without it, and node {name} may still bring it.",
            session.missing.reason
        ))
        .hint(format!(
            "Let the subscription to {name} run, or drop it if that node will not come back. The \
             stream goes on by itself."
        ))
        .report(PgLogLevel::WARNING);
    }
}

/// One wait.
struct Session<'a> {
    missing: &'a MissingCause,
    subscription: &'a str,
    head: Option<&'a Cell>,
    /// Times of the steady clock.
    began: i64,
    listed: i64,
    told: i64,
    since: i64,
    /// What was last shown.
    shown: Option<Oid>,
    logged: bool,
}

impl<'a> Session<'a> {
    fn new(missing: &'a MissingCause, subscription: &'a str, head: Option<&'a Cell>) -> Self {
        let began = latch::steady_micros();
        if let Some(head) = head
            && !missing.alarm
        {
            head.count_wait();
        }
        Self {
            missing,
            subscription,
            head,
            began,
            listed: began - LOOK_AGAIN,
            told: began,
            since: transaction::now(),
            shown: None,
            logged: false,
        }
    }

    fn waited(&self) -> i64 {
        latch::steady_micros() - self.began
    }

    fn list_is_due(&mut self) -> bool {
        is_due(&mut self.listed, LOOK_AGAIN)
    }

    fn keep_alive_is_due(&mut self) -> bool {
        is_due(&mut self.told, KEEP_ALIVE)
    }

    /// Short at first: peers that are idle answer within a millisecond or two.
    fn pause(&self) -> Duration {
        Duration::from_millis(match self.waited() {
            ..50_000 => 1,
            50_000..1_000_000 => 10,
            _ => 50,
        })
    }

    /// Shows what the stream waits for.
    fn waits_for(&mut self, node: spock_core::oid::NodeId, name: &str) {
        if self.shown != Some(node.as_oid()) {
            self.shown = Some(node.as_oid());
            if let Some(cell) = self.head {
                let alarmed = self.missing.alarm;
                cell.wait_for(Waiting { node, since: self.since, alarmed });
            }
            bgworker::report_activity(Some(&format!("waiting for {name}")));
        }
        if !self.logged && self.waited() >= LOG_AFTER && !self.missing.alarm {
            self.logged = true;
            SpockError::new(
                PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
                format!("subscription \"{}\" waits for {name}", self.subscription),
            )
            .detail(format!("{}; node {name} may still bring it.", self.missing.reason))
            .report(PgLogLevel::LOG);
        }
    }

    /// The wait is over.
    fn end(&self) {
        if self.shown.is_some() {
            bgworker::report_activity(None);
        }
        if let Some(cell) = self.head {
            cell.wait_over();
        }
    }

    fn needs_alarm(&self, answer: Wait) -> bool {
        self.missing.alarm && answer != Wait::Proved
    }
}

fn is_due(last: &mut i64, interval: i64) -> bool {
    let now = latch::steady_micros();
    let due = now - *last >= interval;
    if due {
        *last = now;
    }
    due
}
