//! Streaming over a peer connection: the copy that `START_REPLICATION` or `COPY ... TO STDOUT`
//! started, message by message, and the status updates that go back.
//!
//! **Invariant**: a message that is lent out is valid until the next call on the connection.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgrx::pg_sys::ffi::pg_guard_ffi_boundary as guard;
use pgrx::{PgSqlErrorCode, pg_sys};

use super::error::{CaughtError, SpockError, catch};
use super::quoting::{identifier, literal};
use super::walreceiver::{Connection, format_lsn, function, functions, translate};

/// One step of a stream.
#[derive(Debug)]
pub(crate) enum Received<'a> {
    /// The payload of one CopyData message.
    Message(&'a [u8]),
    /// Nothing there; wait with [`Connection::wait_readable`].
    WouldBlock,
    /// The other side ended the copy.
    End,
}

/// True while a call of `receive_raw` is in the library, see [`failed_while_receiving`].
static RECEIVING: AtomicBool = AtomicBool::new(false);

/// Whether the error that was just caught came out of [`Connection::receive_raw`]: whatever its
/// SQLSTATE says, it is then about the connection and not about a change. Resets the mark.
pub(crate) fn failed_while_receiving() -> bool {
    RECEIVING.swap(false, Ordering::Relaxed)
}

/// Why [`Connection::drain`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drained {
    /// Nothing more to read at the moment.
    Empty,
    /// As many messages as asked for were handled.
    Limit,
    /// The handler wants to be left alone for now.
    Paused,
    /// The other side ended the copy.
    End,
}

impl Connection {
    /// Hands messages to `handler` until there are none, `limit` were handled, or it says to pause:
    /// all of it under one frame, so the handler may call raw functions of the server.
    ///
    /// After an error the message that was being handled is still to be had from
    /// [`Connection::last_message`].
    pub(crate) fn drain(
        &mut self,
        limit: usize,
        handler: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<Drained, CaughtError> {
        let mut drained = Drained::Limit;
        // A handler that failed left it, and the next receive frees what it stands for.
        self.last_length = 0;
        // SAFETY: the closure owns nothing with Drop; a message that is lent out is not used after
        // the next call.
        unsafe {
            catch(&mut || {
                for _ in 0..limit {
                    super::transaction::check_for_interrupts();
                    match self.receive_raw() {
                        Received::Message(bytes) => {
                            let bytes: *const [u8] = bytes;
                            self.last_length = bytes.len();
                            let flow = handler(&*bytes);
                            self.last_length = 0;
                            if flow.is_break() {
                                drained = Drained::Paused;
                                return;
                            }
                        }
                        Received::WouldBlock => {
                            drained = Drained::Empty;
                            return;
                        }
                        Received::End => {
                            drained = Drained::End;
                            return;
                        }
                    }
                }
            })?;
        }
        Ok(drained)
    }

    /// Hands `bytes` to `handler` under a frame, as [`Connection::drain`] does with what it receives.
    pub(crate) fn handle(
        bytes: &[u8],
        handler: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, CaughtError> {
        let mut flow = ControlFlow::Continue(());
        // SAFETY: the closure owns nothing with Drop.
        unsafe { catch(&mut || flow = handler(bytes))? }
        Ok(flow)
    }

    /// The message whose handling [`Connection::drain`] did not finish; empty when an error came
    /// between two messages.
    pub(crate) fn last_message(&self) -> &[u8] {
        if self.buffer.is_null() || self.last_length == 0 {
            return &[];
        }
        // SAFETY: the library owns that many bytes until the next receive, which needs `&mut self`.
        unsafe { core::slice::from_raw_parts(self.buffer.cast_const().cast(), self.last_length) }
    }

    /// Starts the stream of a slot at `lsn` (0: where the slot stands) with plugin options.
    pub(crate) fn start_replication(
        &mut self,
        slot: &str,
        lsn: u64,
        options: &[(&str, &str)],
    ) -> Result<(), SpockError> {
        let options: Vec<String> = options
            .iter()
            .map(|(key, value)| format!("{} {}", identifier(key), literal(value)))
            .collect();
        let list =
            if options.is_empty() { String::new() } else { format!(" ({})", options.join(", ")) };
        self.exec(&format!(
            "START_REPLICATION SLOT {} LOGICAL {}{list}",
            identifier(slot),
            format_lsn(lsn),
        ))
    }

    /// Takes the next message of a running copy, if one is there.
    pub(crate) fn receive(&mut self) -> Result<Received<'_>, SpockError> {
        let receive = function!(walrcv_receive);
        let (raw, conninfo) = (self.raw, &self.conninfo);
        let (buffer, socket) = (&raw mut self.buffer, &raw mut self.socket);
        // SAFETY: an open connection; both places outlive the call.
        let length =
            translate(conninfo, || unsafe { guard(|| receive(raw, buffer, socket)) }).map_err(
                |error| SpockError { code: PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE, ..error },
            )?;
        // SAFETY: `length` is what the library just returned for `buffer`.
        Ok(unsafe { self.lent(length) })
    }

    /// [`Self::receive`] without a guard, for the apply loop.
    ///
    /// # Safety
    /// Runs inside a guard of the caller's, in frames that own nothing with `Drop`. After an error
    /// ask [`failed_while_receiving`].
    #[inline]
    pub(crate) unsafe fn receive_raw(&mut self) -> Received<'_> {
        RECEIVING.store(true, Ordering::Relaxed);
        // SAFETY: a connection exists, so the table is there and full; the rest is the caller's.
        unsafe {
            let receive = (*pg_sys::WalReceiverFunctions).walrcv_receive.unwrap_unchecked();
            let length = receive(self.raw, &mut self.buffer, &mut self.socket);
            RECEIVING.store(false, Ordering::Relaxed);
            self.lent(length)
        }
    }

    /// # Safety
    /// `length` is what the library returned with the present `buffer`.
    #[inline]
    unsafe fn lent(&self, length: i32) -> Received<'_> {
        match usize::try_from(length) {
            Ok(0) => Received::WouldBlock,
            // SAFETY: the library owns that many bytes until the next call.
            Ok(n) => Received::Message(unsafe {
                core::slice::from_raw_parts(self.buffer.cast_const().cast(), n)
            }),
            Err(_) => Received::End,
        }
    }

    /// Waits until the other side sent something, the latch is set or `timeout` is over, and serves
    /// interrupts. Call it after [`Received::WouldBlock`].
    pub(crate) fn wait_readable(&self, timeout: Duration) {
        let millis = timeout.as_millis().min(60_000) as core::ffi::c_long;
        let (latch, mut events) =
            (pg_sys::WL_LATCH_SET, pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH);
        events |= latch;
        if self.socket >= 0 {
            events |= pg_sys::WL_SOCKET_READABLE;
        }
        // SAFETY: the latch is this process's own, the socket belongs to the open connection.
        unsafe {
            let woken = pg_sys::WaitLatchOrSocket(
                pg_sys::MyLatch,
                events as i32,
                self.socket,
                millis,
                pg_sys::PG_WAIT_EXTENSION,
            );
            if woken as u32 & latch != 0 {
                pg_sys::ResetLatch(pg_sys::MyLatch);
            }
        }
        pgrx::check_for_interrupts!();
    }

    /// Sends one CopyData message.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), SpockError> {
        let send = function!(walrcv_send);
        let (raw, length) = (self.raw, bytes.len() as i32);
        // SAFETY: an open connection in copy-both mode; the bytes live for the call.
        translate(&self.conninfo, || unsafe {
            guard(|| send(raw, bytes.as_ptr().cast(), length));
        })
    }

    /// Standby status update: how far the stream is written, flushed and applied here.
    pub(crate) fn send_status(
        &mut self,
        written: u64,
        flushed: u64,
        applied: u64,
        reply_requested: bool,
    ) -> Result<(), SpockError> {
        // SAFETY: reads the clock.
        let now = unsafe { pg_sys::GetCurrentTimestamp() };
        let mut message = [0u8; 34];
        message[0] = b'r';
        for (place, value) in
            message[1..33].chunks_exact_mut(8).zip([written, flushed, applied, now as u64])
        {
            place.copy_from_slice(&value.to_be_bytes());
        }
        message[33] = u8::from(reply_requested);
        self.send(&message)
    }
}
