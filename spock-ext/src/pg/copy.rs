//! `COPY ... FROM` a peer: rows that a copy on a peer connection sends go straight into a local
//! relation through the server's own COPY (`commands/copy.h`), which fires triggers, computes
//! defaults and generated columns, checks constraints and shows its progress in
//! `pg_stat_progress_copy`.
//!
//! **Invariants**: a transaction with a snapshot is open; the connection's copy has been started. One
//! copy at a time per process. Triggers and expressions run as the relation's owner.

use std::ffi::{CString, c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

use pgrx::pg_sys;

use super::encoding::to_server;
use super::error::{OrRaise, SpockError};
use super::stream::Received;
use super::walreceiver::Connection;

/// How long the source may be silent before interrupts are looked at again; keepalives of the
/// connection notice a peer that is gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// The form in which the rows arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyFormat {
    Text,
    Binary,
}

/// Where the running copy takes its bytes from.
struct Source<'a> {
    connection: &'a mut Connection,
    /// What is left of the message that the connection lent.
    rest: *const u8,
    left: usize,
    ended: bool,
}

static SOURCE: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// Copies what the connection sends into `columns` of a relation; the number of rows written.
pub(crate) fn copy_in(
    connection: &mut Connection,
    relation: u32,
    columns: &[String],
    format: CopyFormat,
) -> Result<u64, SpockError> {
    let columns: Vec<CString> =
        columns.iter().map(|name| to_server(name)).collect::<Result<_, _>>()?;
    let mut source = Source { connection, rest: std::ptr::null(), left: 0, ended: false };
    SOURCE.store((&raw mut source).cast(), Ordering::Relaxed);
    // SAFETY: everything is made in the transaction's memory and ends in this function, or with
    // the transaction if the server raises; `source` outlives the calls of `read`. The abort of the
    // transaction also restores the user.
    let rows = unsafe {
        let lock = pg_sys::RowExclusiveLock as pg_sys::LOCKMODE;
        let opened = pg_sys::table_open(pg_sys::Oid::from(relation), lock);
        let state = pg_sys::make_parsestate(null_mut());
        pg_sys::addRangeTableEntryForRelation(state, opened, lock, null_mut(), false, false);
        let mut user = pg_sys::Oid::INVALID;
        let mut context = 0;
        pg_sys::GetUserIdAndSecContext(&raw mut user, &raw mut context);
        let owner = (*(*opened).rd_rel).relowner;
        if owner != user {
            let restricted = context | pg_sys::SECURITY_RESTRICTED_OPERATION as c_int;
            pg_sys::SetUserIdAndSecContext(owner, restricted);
        }
        let copy = pg_sys::BeginCopyFrom(
            state,
            opened,
            null_mut(),
            std::ptr::null(),
            false,
            Some(read),
            name_list(&columns),
            options(format),
        );
        let rows = pg_sys::CopyFrom(copy);
        pg_sys::EndCopyFrom(copy);
        pg_sys::SetUserIdAndSecContext(user, context);
        pg_sys::free_parsestate(state);
        pg_sys::table_close(opened, pg_sys::NoLock as pg_sys::LOCKMODE);
        rows
    };
    SOURCE.store(null_mut(), Ordering::Relaxed);
    // The trailer of the binary form ends the local copy before the end of the stream was seen.
    while !source.ended {
        // SAFETY: no byte is asked for, so none is written.
        unsafe { source.fill(null_mut(), 0, 0) }?;
        source.left = 0;
    }
    Ok(rows)
}

/// # Safety
/// Allocates in the current memory context.
unsafe fn name_list(names: &[CString]) -> *mut pg_sys::List {
    let mut list = null_mut();
    for name in names {
        // SAFETY: the string is copied into the memory of the list.
        list = unsafe { pg_sys::lappend(list, string_node(name)) };
    }
    list
}

/// # Safety
/// As [`name_list`].
unsafe fn string_node(text: &std::ffi::CStr) -> *mut c_void {
    // SAFETY: pstrdup copies.
    unsafe { pg_sys::makeString(pg_sys::pstrdup(text.as_ptr())).cast() }
}

/// The source sends in our encoding (the connection asked for it), whatever `client_encoding` this
/// process starts with.
///
/// # Safety
/// As [`name_list`].
unsafe fn options(format: CopyFormat) -> *mut pg_sys::List {
    // SAFETY: names are static, values copied.
    unsafe {
        let option = |list, name: &'static std::ffi::CStr, value: &std::ffi::CStr| {
            let node = pg_sys::makeDefElem(
                name.as_ptr().cast_mut(),
                string_node(value).cast::<pg_sys::Node>(),
                -1,
            );
            pg_sys::lappend(list, node.cast())
        };
        match format {
            CopyFormat::Binary => option(null_mut(), c"format", c"binary"),
            CopyFormat::Text => {
                let encoding = std::ffi::CStr::from_ptr(pg_sys::GetDatabaseEncodingName());
                option(null_mut(), c"encoding", encoding)
            }
        }
    }
}

/// Called by COPY for more bytes: at least `at_least` unless the stream ends, at most `at_most`.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn read(out: *mut c_void, at_least: c_int, at_most: c_int) -> c_int {
    // SAFETY: set by copy_in for the time of its copy; one thread.
    let source = unsafe { &mut *SOURCE.load(Ordering::Relaxed).cast::<Source<'static>>() };
    let (at_least, at_most) = (at_least.max(0) as usize, at_most.max(0) as usize);
    // SAFETY: the server's buffer has room for `at_most` bytes.
    unsafe { source.fill(out.cast(), at_least, at_most) }.or_raise() as c_int
}

impl Source<'_> {
    /// Fills `out` with what is there; waits while that is less than `at_least`. Asked for nothing, it
    /// takes one message or notices the end.
    ///
    /// # Safety
    /// `out` has room for `at_most` bytes.
    unsafe fn fill(
        &mut self,
        out: *mut u8,
        at_least: usize,
        at_most: usize,
    ) -> Result<usize, SpockError> {
        let mut filled = 0;
        loop {
            let take = self.left.min(at_most - filled);
            if take > 0 {
                // SAFETY: `rest` has `left` bytes of the message lent last; `out` has room.
                unsafe {
                    std::ptr::copy_nonoverlapping(self.rest, out.add(filled), take);
                    self.rest = self.rest.add(take);
                }
                self.left -= take;
                filled += take;
            }
            if self.ended || self.left > 0 || (at_most > 0 && filled == at_most) {
                return Ok(filled);
            }
            match self.connection.receive()? {
                Received::Message(bytes) => {
                    self.rest = bytes.as_ptr();
                    self.left = bytes.len();
                }
                Received::End => self.ended = true,
                Received::WouldBlock if filled > 0 && filled >= at_least => return Ok(filled),
                Received::WouldBlock => self.connection.wait_readable(PATIENCE),
            }
        }
    }
}
