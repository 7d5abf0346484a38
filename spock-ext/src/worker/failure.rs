//! What becomes of a slot when its worker ends: status, reason, and when it may start again.
//!
//! The end is recorded by the worker itself, in a callback that runs on every way out (return, ERROR,
//! FATAL). The reason is whatever error was caught at the top, or else the last ERROR or FATAL that
//! the process reported.

use std::cell::RefCell;
use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conninfo::mask;

use crate::pg::bgworker::my_pid;
use crate::pg::callbacks;
use crate::pg::error::SpockError;
use crate::pg::hooks::LogLine;
use crate::settings;

use super::slots::{self, Kind, Slot, SlotId, Status};
use super::text::Text;
use super::{control, micros, now, steady};

/// A worker that ran this long before it failed starts a new row of failures.
const STEADY: Duration = Duration::from_secs(60);
/// A worker that wants to start again at once does so no faster than this.
const SHORTEST_LIFE: Duration = Duration::from_millis(500);
/// Delays double up to this.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// A subscription that is down writes one log line in this time.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Before the next try when the server has no room for another worker.
const NO_ROOM_DELAY: Duration = Duration::from_secs(10);

/// How a worker ended, as far as it is known.
#[derive(Debug, Clone)]
enum End {
    /// Nothing was recorded: it was terminated.
    Terminated,
    /// It wants to be started again at once.
    Again,
    /// It has nothing left to do.
    Done,
    /// It failed; the delay overrides the usual one.
    Failed { code: String, message: String, delay: Option<Duration> },
}

struct Mine {
    slot: SlotId,
    end: End,
}

thread_local! {
    static MINE: RefCell<Option<Mine>> = const { RefCell::new(None) };
}

/// From now on the end of this process is recorded in that slot.
pub(super) fn watch_own_end(slot: SlotId) {
    MINE.with_borrow_mut(|mine| *mine = Some(Mine { slot, end: End::Terminated }));
    callbacks::before_exit(record_own_end);
}

fn set_end(end: End) {
    MINE.with_borrow_mut(|mine| {
        if let Some(mine) = mine {
            mine.end = end;
        }
    });
}

/// The worker is about to return and wants to be started anew.
pub(super) fn ends_to_restart() {
    set_end(End::Again);
}

/// The worker is about to return and is not needed any more.
pub(super) fn ends_done() {
    set_end(End::Done);
}

/// The worker is about to return because of an error. `delay` overrides the usual restart delay.
pub(super) fn ends_failed(code: &str, message: &str, delay: Option<Duration>) {
    let message = mask(message).into_owned();
    set_end(End::Failed { code: code.to_owned(), message, delay });
}

/// Looks at what this worker is about to log. An ERROR or FATAL is remembered as the reason of its end,
/// unless a better one is known. That a worker ends because it was asked to is no news: such a FATAL
/// does not go to the log. Called from the log hook: must not raise.
pub(super) fn observe_log(line: LogLine<'_>) -> bool {
    const ADMIN_SHUTDOWN: &str = "57P01";
    if line.is_fatal && line.sqlstate == ADMIN_SHUTDOWN {
        return false;
    }
    if line.is_error {
        MINE.with(|mine| {
            if let Ok(mut mine) = mine.try_borrow_mut()
                && let Some(mine) = mine.as_mut()
                && matches!(mine.end, End::Terminated)
            {
                let (code, message) = (line.sqlstate.to_owned(), line.message.to_owned());
                mine.end = End::Failed { code, message, delay: None };
            }
        });
    }
    true
}

fn record_own_end() {
    let Some(Mine { slot: id, end }) = MINE.take() else { return };
    let db = slots::update(id, |slot| {
        if slot.pid == my_pid() {
            apply_end(slot, &end);
        }
        slot.db
    });
    if let Some(db) = db {
        control::wake_keeper(id, db);
    }
}

/// A worker that was started never came, or left without a word.
pub(super) fn record_no_show(id: SlotId, message: &str) {
    let end = End::Failed { code: "53000".to_owned(), message: message.to_owned(), delay: None };
    slots::update(id, |slot| apply_end(slot, &end));
}

/// The server refused one more worker; returns the reason.
pub(super) fn record_no_room(id: SlotId) -> &'static str {
    const MESSAGE: &str = "no background worker is free: raise max_worker_processes";
    record_no_show(id, MESSAGE);
    slots::update(id, |slot| slot.next_start_steady = steady() + micros(NO_ROOM_DELAY));
    MESSAGE
}

fn apply_end(slot: &mut Slot, end: &End) {
    let now = now();
    let base = settings::restart_delay_default();
    slot.pid = 0;
    slot.stopped_at = now;
    if slot.asked {
        slot.asked = false;
        slot.status = Status::Stopped;
        slot.failures = 0;
        slot.next_start_steady = 0;
        slot.done = matches!(end, End::Done);
        return;
    }
    match end {
        End::Again | End::Done => {
            slot.status = Status::Stopped;
            slot.failures = 0;
            slot.next_start_steady = slot.started_steady + micros(SHORTEST_LIFE);
            slot.done = matches!(end, End::Done);
        }
        End::Terminated => {
            slot.status = Status::Stopped;
            slot.next_start_steady = steady() + micros(base);
        }
        End::Failed { code, message, delay } => {
            let ran_well = steady() - slot.started_steady > micros(STEADY);
            slot.failures = if ran_well { 1 } else { slot.failures.saturating_add(1) };
            let delay = delay.unwrap_or_else(|| back_off(base, slot.failures));
            slot.status = Status::Failed;
            slot.next_start_steady = steady() + micros(delay);
            slot.last_error_at = now;
            slot.last_error_code = Text::new(code);
            slot.last_error = Text::new(message);
        }
    }
}

/// The delay after so many failures in a row.
fn back_off(base: Duration, failures: u32) -> Duration {
    let doubled = base.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LONGEST_DELAY.max(base))
}

/// Says whether a line about this slot may be written to the log now, and remembers that it was.
pub(super) fn may_log(id: SlotId) -> bool {
    slots::update(id, |slot| {
        let now = steady();
        let last = slot.last_logged_steady;
        let due = last == 0 || now - last >= micros(LOG_INTERVAL);
        if due {
            slot.last_logged_steady = now;
        }
        due
    })
    .unwrap_or(true)
}

/// Writes why a worker stops, at most once in the log interval of its slot.
pub(super) fn log(id: SlotId, slot: &Slot, message: &str, detail: Option<&str>) {
    if !may_log(id) {
        return;
    }
    let what = match slot.kind {
        Kind::Manager | Kind::Free => format!("spock manager of database {}", slot.db),
        Kind::Apply => format!("spock apply worker of subscription \"{}\"", slot.name.as_str()),
        Kind::Sync => format!(
            "spock sync worker for table \"{}\".\"{}\" of subscription {}",
            slot.schema.as_str(),
            slot.table.as_str(),
            slot.sub
        ),
    };
    let mut error =
        SpockError::new(PgSqlErrorCode::ERRCODE_WARNING, format!("{what} stopped: {message}"));
    if let Some(detail) = detail {
        error = error.detail(detail);
    }
    error.report(PgLogLevel::WARNING);
}
