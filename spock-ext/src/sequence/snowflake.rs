//! `snowflake.nextval()` and `snowflake.currval()`.
//!
//! The state of a snowflake sequence is the value that it gave last, in the sequence itself; the rule is
//! [`spock_core::snowflake`]. Values of the next second are reserved in the log at once, so that a sequence
//! in use writes about one record a second. After a crash it goes on behind what was reserved.

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CStr;

use pgrx::PgSqlErrorCode;
use spock_core::snowflake::Snowflake;

use super::number;
use crate::pg::error::SpockError;
use crate::pg::sequence::{self, Refusal, Rule};
use crate::pg::transaction;

/// How far ahead values are reserved, in milliseconds.
const RESERVED_MS: i64 = 1000;

/// Milliseconds from 1970 to the zero of the server's clock.
const SERVER_EPOCH_UNIX_MS: i64 = 946_684_800_000;

/// What this session knows of a sequence.
#[derive(Debug, Clone, Copy)]
struct Known {
    sequence: u32,
    /// The transaction that locked it last.
    locked_in: u32,
    /// The value that it gave last in this session.
    value: Option<i64>,
}

impl Known {
    const fn nothing(sequence: u32) -> Self {
        Self { sequence, locked_in: 0, value: None }
    }
}

thread_local! {
    /// The sequence that was used last. Sessions mostly use one at a time.
    static NEWEST: Cell<Known> = const { Cell::new(Known::nothing(0)) };
    /// The others.
    static OTHERS: RefCell<HashMap<u32, Known>> = RefCell::default();
}

/// What is known of a sequence; nothing is borrowed while the server is called.
#[inline]
fn known(sequence: u32) -> Known {
    let newest = NEWEST.get();
    if newest.sequence == sequence { newest } else { known_before(sequence) }
}

#[cold]
fn known_before(sequence: u32) -> Known {
    OTHERS.with_borrow(|others| others.get(&sequence).copied()).unwrap_or(Known::nothing(sequence))
}

#[inline]
fn remember(known: Known) {
    let before = NEWEST.replace(known);
    if before.sequence != known.sequence && before.sequence != 0 {
        OTHERS.with_borrow_mut(|others| others.insert(before.sequence, before));
    }
}

struct Generator {
    node: u16,
}

impl Rule for Generator {
    #[inline]
    fn next(&self, last: i64, step: i64) -> Option<(i64, i64)> {
        // The clock is read under the lock: a value is not older than the one before it.
        let unix_ms = transaction::now().div_euclid(1000) + SERVER_EPOCH_UNIX_MS;
        let next = Snowflake(last).after(unix_ms, self.node, step).ok()?;
        Some((next.0, next.later_by(RESERVED_MS).0))
    }
}

/// The next value of a sequence.
pub(crate) fn next(sequence: u32) -> Result<i64, SpockError> {
    const COMMAND: &CStr = c"nextval()";
    let node = number::to_use()?;
    let locked_in = known(sequence).locked_in;
    let value = sequence::advance(sequence, locked_in, COMMAND, &Generator { node })
        .map_err(|refusal| error("nextval", refusal))?;
    remember(Known { sequence, locked_in: sequence::transaction(), value: Some(value) });
    Ok(value)
}

/// The value that [`next`] gave last in this session.
pub(crate) fn current(sequence: u32) -> Result<i64, SpockError> {
    let known = known(sequence);
    sequence::check_readable(sequence, known.locked_in)
        .map_err(|refusal| error("currval", refusal))?;
    remember(Known { locked_in: sequence::transaction(), ..known });
    known.value.ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "currval of sequence \"{}\" is not yet defined in this session",
                sequence::name_of(sequence)
            ),
        )
    })
}

#[cold]
fn error(function: &str, refusal: Refusal) -> SpockError {
    let (code, message) = match refusal {
        Refusal::NotASequence { name } => {
            (PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE, format!("\"{name}\" is not a sequence"))
        }
        Refusal::Denied { name } => (
            PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
            format!("permission denied for sequence {name}"),
        ),
        Refusal::AtEnd { name, max } => {
            let error = SpockError::new(
                PgSqlErrorCode::ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED,
                format!("{function}: reached maximum value of sequence \"{name}\" ({max})"),
            );
            return if max == i64::MAX {
                error
            } else {
                error.hint(
                    "Snowflake values need all of bigint: see snowflake.convert_sequence_to_snowflake().",
                )
            };
        }
        Refusal::Descending { name } => (
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("sequence \"{name}\" counts backwards, which snowflake values cannot"),
        ),
        Refusal::Damaged { name } => (
            PgSqlErrorCode::ERRCODE_DATA_CORRUPTED,
            format!("sequence \"{name}\" is damaged, or stored in a form that is not known here"),
        ),
    };
    SpockError::new(code, message)
}
