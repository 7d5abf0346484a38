//! The client side of a replication connection: the function table of the server's own
//! `libpqwalreceiver` (`replication/walreceiver.h`), which brings libpq without linking it, waits on
//! the process latch and obeys interrupts.
//!
//! `walrcv_startstreaming` and `walrcv_create_slot` know only pgoutput; `walrcv_exec` takes any
//! command, so replication commands with options of ours, SQL and `COPY ... TO STDOUT` all go
//! through it. A logical replication connection understands plain SQL as well.
//!
//! **Invariants**: the connection lives in `TopMemoryContext` and outlives transactions; a command
//! that returns rows needs a transaction for the types of its columns and makes one where none is
//! open. Streams are `stream.rs`.
//! No message that leaves this file shows a password.

use std::ffi::{CStr, CString, c_char};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use pgrx::pg_sys;
use pgrx::pg_sys::ffi::pg_guard_ffi_boundary as guard;
use pgrx::pg_sys::panic::{CaughtError, ErrorReportWithLevel};
use pgrx::{PgMemoryContexts, PgSqlErrorCode, PgTryBuilder};

use super::encoding::{from_server, to_server};
use super::error::{SpockError, sqlstate_text};
use super::peer_conninfo::PeerConninfo;
use super::quoting::identifier;
use super::{compat, deadline, transaction};

/// A moment in a query to a peer: as whole microseconds, in which form it travels.
macro_rules! micros {
    ($time:literal) => {
        concat!(
            "((extract(epoch FROM ",
            $time,
            ") - 946684800) * 1000000)::pg_catalog.int8::pg_catalog.text"
        )
    };
}
pub(crate) use micros;

/// What the connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Replication commands and streaming.
    Replication,
    /// SQL only. (The server before 17 opens a replication connection for this too.)
    Sql,
}

/// What becomes of the snapshot at which a new slot starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotSnapshot {
    /// Exported under a name, until the next command on this connection.
    Export,
    /// Used by the transaction that is open on this connection.
    Use,
    /// Dropped.
    None,
}

/// The answer to [`Connection::create_slot`].
#[derive(Debug, Clone)]
pub(crate) struct CreatedSlot {
    /// Everything that commits after this position comes through the slot; all else is in the snapshot.
    pub(crate) consistent_point: u64,
    /// Name of the exported snapshot.
    pub(crate) snapshot: Option<String>,
}

/// The answer to [`Connection::identify_system`].
#[derive(Debug, Clone)]
pub(crate) struct SystemIdentity {
    pub(crate) system_identifier: String,
    pub(crate) timeline: u32,
    /// How far the WAL is flushed there.
    pub(crate) flush_lsn: u64,
}

/// An open connection to a peer.
pub(crate) struct Connection {
    pub(super) raw: *mut pg_sys::WalReceiverConn,
    /// Where the library puts the message that it lends.
    pub(super) buffer: *mut c_char,
    /// Length of the message that `drain` handed out last.
    pub(super) last_length: usize,
    pub(super) socket: pg_sys::pgsocket,
    pub(super) conninfo: PeerConninfo,
}

pub(super) fn functions() -> &'static pg_sys::WalReceiverFunctionsType {
    // SAFETY: set once by the library's initialisation, which runs only while this is null (it
    // refuses to run twice), and never changed after it.
    unsafe {
        if pg_sys::WalReceiverFunctions.is_null() {
            pg_sys::load_file(c"libpqwalreceiver".as_ptr(), false);
        }
        &*pg_sys::WalReceiverFunctions
    }
}

/// Takes a function out of the table; every one is filled by the library.
macro_rules! function {
    ($name:ident) => {
        functions().$name.expect("libpqwalreceiver fills its whole function table")
    };
}
pub(super) use function;

impl Connection {
    /// Connects to `dsn` with our keepalives, time limit and session settings
    /// (see [`PeerConninfo`]) under `application_name`.
    pub(crate) fn connect(
        dsn: &str,
        application_name: &str,
        mode: Mode,
    ) -> Result<Self, SpockError> {
        Self::connect_within(dsn, application_name, mode, Duration::MAX)
    }

    /// [`Self::connect`] in no more than `longest`, whatever the connection string allows.
    pub(crate) fn connect_within(
        dsn: &str,
        application_name: &str,
        mode: Mode,
        longest: Duration,
    ) -> Result<Self, SpockError> {
        let conninfo = PeerConninfo::new(dsn, application_name)?;
        let dsn = to_server(conninfo.as_str())?;
        let name = to_server(application_name)?;
        let table = functions();
        let limit = conninfo.connect_limit().min(longest);
        let attempt = deadline::with_limit(limit, || {
            let mut message: *mut c_char = core::ptr::null_mut();
            // SAFETY: the connection struct is allocated in the current context, which must
            // outlive this transaction; nothing with Drop lives in the guarded closure.
            let raw = unsafe {
                PgMemoryContexts::TopMemoryContext.switch_to(|_| {
                    guard(|| {
                        compat::walrcv_connect(table, dsn.as_ptr(), name.as_ptr(), &mut message)
                    })
                })
            };
            if raw.is_null() {
                // SAFETY: null, or the C string that the library allocated for us.
                Err(unsafe { text_or(message, "unknown error") })
            } else {
                Ok(raw)
            }
        });
        let failure = |reason: &str| {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
                format!("could not connect to peer: {}", conninfo.mask(reason)),
            )
        };
        match attempt {
            Ok(Ok(raw)) => {
                let buffer = core::ptr::null_mut();
                let mut connection = Self { raw, buffer, last_length: 0, socket: -1, conninfo };
                connection.set_up_session(mode)?;
                Ok(connection)
            }
            Ok(Err(reason)) => Err(failure(&reason)),
            Err(deadline::Expired) => {
                Err(failure(&format!("no answer within {} seconds", limit.as_secs())))
            }
        }
    }

    /// The library sets session options of its own and before 18 drops those of the connection
    /// string for them, so they are set again by command, the user's first.
    fn set_up_session(&mut self, _mode: Mode) -> Result<(), SpockError> {
        for query in self.conninfo.chosen_settings() {
            self.query_row(&query, 1)?;
        }
        self.exec(&PeerConninfo::own_settings(self.server_version()))
    }

    /// `PG_VERSION_NUM` of the other side.
    pub(crate) fn server_version(&self) -> i32 {
        let version = function!(walrcv_server_version);
        // SAFETY: an open connection.
        unsafe { guard(|| version(self.raw)) }
    }

    /// Runs a command that returns no rows, or starts a copy.
    pub(crate) fn exec(&mut self, command: &str) -> Result<(), SpockError> {
        let raw = self.raw;
        let command = to_server(command)?;
        let exec = function!(walrcv_exec);
        let outcome = translate(&self.conninfo, || {
            // SAFETY: an open connection, no column types asked for; the result is freed here.
            unsafe {
                let result = guard(|| exec(raw, command.as_ptr(), 0, core::ptr::null()));
                let failure = failure_of(result);
                pg_sys::walrcv_clear_result(result);
                failure
            }
        })?;
        outcome.map_or(Ok(()), |(code, text)| Err(self.command_error(code, &text)))
    }

    /// Runs a command that returns `columns` columns; every value as text.
    pub(crate) fn query(
        &mut self,
        command: &str,
        columns: usize,
    ) -> Result<Vec<Vec<Option<String>>>, SpockError> {
        let raw = self.raw;
        let command = to_server(command)?;
        let outcome =
            translate(&self.conninfo, || transaction::within(|| run(raw, &command, columns)))?;
        outcome.map_err(|(code, text)| self.command_error(code, &text))
    }

    /// As [`Self::query`], for commands that return exactly one row.
    pub(crate) fn query_row(
        &mut self,
        command: &str,
        columns: usize,
    ) -> Result<Vec<Option<String>>, SpockError> {
        self.query(command, columns)?.pop().ok_or_else(|| {
            SpockError::new(PgSqlErrorCode::ERRCODE_NO_DATA_FOUND, "peer returned no row")
        })
    }

    /// `IDENTIFY_SYSTEM`.
    pub(crate) fn identify_system(&mut self) -> Result<SystemIdentity, SpockError> {
        let mut row =
            self.query_row("IDENTIFY_SYSTEM", 4)?.into_iter().map(Option::unwrap_or_default);
        let (id, timeline) = (row.next().unwrap_or_default(), row.next().unwrap_or_default());
        let lsn = row.next().unwrap_or_default();
        Ok(SystemIdentity {
            system_identifier: id,
            timeline: timeline.parse().map_err(|_| unreadable("timeline", &timeline))?,
            flush_lsn: parse_lsn(&lsn)?,
        })
    }

    /// Creates a logical slot. Persistent ones are failover slots where the server knows them (17).
    pub(crate) fn create_slot(
        &mut self,
        name: &str,
        plugin: &str,
        snapshot: SlotSnapshot,
        temporary: bool,
    ) -> Result<CreatedSlot, SpockError> {
        let snapshot = match snapshot {
            SlotSnapshot::Export => "export",
            SlotSnapshot::Use => "use",
            SlotSnapshot::None => "nothing",
        };
        let kind = if temporary { " TEMPORARY" } else { "" };
        let failover =
            if !temporary && self.server_version() >= 170_000 { ", FAILOVER true" } else { "" };
        let command = format!(
            "CREATE_REPLICATION_SLOT {}{kind} LOGICAL {} (SNAPSHOT '{snapshot}'{failover})",
            identifier(name),
            identifier(plugin),
        );
        let row = self.query_row(&command, 4)?;
        let at = |i: usize| row.get(i).cloned().flatten();
        Ok(CreatedSlot {
            consistent_point: parse_lsn(&at(1).unwrap_or_default())?,
            snapshot: at(2).filter(|name| !name.is_empty()),
        })
    }

    /// Drops a slot; with `wait` only after its user let go of it.
    pub(crate) fn drop_slot(&mut self, name: &str, wait: bool) -> Result<(), SpockError> {
        let wait = if wait { " WAIT" } else { "" };
        self.exec(&format!("DROP_REPLICATION_SLOT {}{wait}", identifier(name)))
    }

    fn command_error(&self, code: i32, text: &str) -> SpockError {
        // No SQLSTATE means that no server sent it: the connection is gone.
        let code = if code == 0 {
            PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE
        } else {
            PgSqlErrorCode::from(code)
        };
        SpockError::new(code, format!("peer reported: {}", self.conninfo.mask(text.trim())))
    }
}

impl Drop for Connection {
    /// Also while an error unwinds: closing frees memory and a socket and cannot raise, and an
    /// abandoned connection would keep its slot busy on the other side.
    fn drop(&mut self) {
        let Some(disconnect) = functions().walrcv_disconnect else { return };
        // SAFETY: opened by us, closed once. It was allocated in TopMemoryContext, so no abort
        // freed it before.
        unsafe { disconnect(self.raw) };
    }
}

/// `libpq`'s or the server's message, trimmed.
///
/// # Safety
/// Null or a C string.
unsafe fn text_or(message: *const c_char, otherwise: &str) -> String {
    if message.is_null() {
        return otherwise.to_owned();
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(message) }.to_string_lossy().trim().to_owned()
}

/// SQLSTATE and text when the command failed.
///
/// # Safety
/// `result` comes from `walrcv_exec`.
unsafe fn failure_of(result: *const pg_sys::WalRcvExecResult) -> Option<(i32, String)> {
    // SAFETY: as the caller promises.
    unsafe {
        ((*result).status == pg_sys::WalRcvExecStatus::WALRCV_ERROR)
            .then(|| ((*result).sqlstate, text_or((*result).err, "connection lost")))
    }
}

type Rows = Vec<Vec<Option<String>>>;

/// The query of [`Connection::query`], in a transaction and a memory context of its own.
fn run(
    raw: *mut pg_sys::WalReceiverConn,
    command: &CString,
    columns: usize,
) -> Result<Rows, (i32, String)> {
    let exec = function!(walrcv_exec);
    let types = vec![pg_sys::TEXTOID; columns];
    let mut context = PgMemoryContexts::new("spock peer query");
    // SAFETY: an open connection; the result lives in `context` and is read before it goes; values
    // of a `text` column that is not null are text datums.
    unsafe {
        context.switch_to(|_| {
            let (text, list) = (command.as_ptr(), types.as_ptr());
            let result = guard(|| exec(raw, text, columns as i32, list));
            if let Some(failure) = failure_of(result) {
                return Err(failure);
            }
            let mut rows = Vec::new();
            if (*result).tuplestore.is_null() {
                return Ok(rows);
            }
            let slot = pg_sys::MakeSingleTupleTableSlot(
                (*result).tupledesc,
                &raw const pg_sys::TTSOpsMinimalTuple,
            );
            while pg_sys::tuplestore_gettupleslot((*result).tuplestore, true, false, slot) {
                pg_sys::slot_getallattrs(slot);
                let row = (0..columns).map(|i| {
                    let null = *(*slot).tts_isnull.add(i);
                    (!null).then(|| {
                        let datum: *mut pg_sys::text = (*(*slot).tts_values.add(i)).cast_mut_ptr();
                        from_server(pg_sys::text_to_cstring(datum))
                    })
                });
                rows.push(row.collect());
            }
            pg_sys::ExecDropSingleTupleTableSlot(slot);
            pg_sys::walrcv_clear_result(result);
            Ok(rows)
        })
    }
}

/// Runs `body`; errors about the connection come back as values, all others go on.
pub(super) fn translate<T>(
    conninfo: &PeerConninfo,
    body: impl FnOnce() -> T,
) -> Result<T, SpockError> {
    let ours = |report: &ErrorReportWithLevel| {
        sqlstate_text(report.sql_error_code() as i32)
            .starts_with("08")
            .then(|| SpockError::new(report.sql_error_code(), conninfo.mask(report.message())))
    };
    PgTryBuilder::new(AssertUnwindSafe(|| Ok(body())))
        .catch_others(|error| match &error {
            CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => {
                match ours(report) {
                    Some(failure) => Err(failure),
                    None => error.rethrow(),
                }
            }
            CaughtError::RustPanic { .. } => error.rethrow(),
        })
        .execute()
}

pub(super) fn format_lsn(lsn: u64) -> String {
    format!("{:X}/{:X}", lsn >> 32, lsn & 0xffff_ffff)
}

fn parse_lsn(text: &str) -> Result<u64, SpockError> {
    let (high, low) = text.split_once('/').ok_or_else(|| unreadable("WAL position", text))?;
    let part = |part| u32::from_str_radix(part, 16).map_err(|_| unreadable("WAL position", text));
    Ok(u64::from(part(high)?) << 32 | u64::from(part(low)?))
}

fn unreadable(what: &str, text: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
        format!("peer sent an unreadable {what} \"{text}\""),
    )
}
