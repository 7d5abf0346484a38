//! A piece of dynamic shared memory for two processes: a state that both see, and a queue of messages from
//! the one that made it to the other (`storage/dsm.h`, `storage/shm_mq.h`).
//!
//! **Invariants**
//! - The sender makes it and the receiver finds it by its handle. Each maps it until it is dropped or the
//!   process ends; then the other sees that nobody is there any more.
//! - What both see is [`Shared`]: plain values and atomics, no pointers.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use pgrx::{PgSqlErrorCode, pg_sys};

use super::bgworker;
use super::error::SpockError;

/// Bytes of the queue.
const QUEUE_SIZE: usize = 4 << 20;

/// Longest reason, in bytes.
const REASON_SIZE: usize = 512;

/// What both processes see.
#[repr(C)]
pub(crate) struct Shared {
    /// The sender, its database, what it works for and what it sends.
    pub(crate) sender: i32,
    pub(crate) database: u32,
    pub(crate) subscription: u32,
    pub(crate) subject: u32,
    /// The receiver's last word, and a position that belongs to it.
    state: AtomicU32,
    position: AtomicU64,
    reason_length: AtomicU32,
    reason: [std::sync::atomic::AtomicU8; REASON_SIZE],
}

impl Shared {
    /// What the receiver said last; 0 before it said anything.
    pub(crate) fn state(&self) -> u32 {
        self.state.load(Ordering::Acquire)
    }

    /// The receiver says something, once: state and position.
    pub(crate) fn say(&self, state: u32, position: u64) {
        self.position.store(position, Ordering::Relaxed);
        self.state.store(state, Ordering::Release);
    }

    /// The position that came with the state.
    pub(crate) fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Says why something did not work, before [`Self::say`].
    pub(crate) fn give_reason(&self, reason: &str) {
        let mut end = reason.len().min(REASON_SIZE);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        for (place, byte) in self.reason.iter().zip(&reason.as_bytes()[..end]) {
            place.store(*byte, Ordering::Relaxed);
        }
        self.reason_length.store(end as u32, Ordering::Relaxed);
    }

    /// That reason.
    pub(crate) fn reason(&self) -> String {
        let length = self.reason_length.load(Ordering::Relaxed) as usize;
        let bytes: Vec<u8> =
            self.reason.iter().take(length).map(|byte| byte.load(Ordering::Relaxed)).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Where the queue begins; the server wants it aligned.
const QUEUE_AT: usize = size_of::<Shared>().next_multiple_of(super::server::MAX_ALIGN as usize);

/// The mapped memory.
struct Segment {
    raw: NonNull<pg_sys::dsm_segment>,
    queue: NonNull<pg_sys::shm_mq_handle>,
}

impl Segment {
    fn shared(&self) -> &Shared {
        // SAFETY: mapped while `self` lives, filled by the sender before anybody else knew of it, and
        // changed through atomics only.
        unsafe { &*pg_sys::dsm_segment_address(self.raw.as_ptr()).cast::<Shared>() }
    }

    /// Attaches this process to the queue of a mapped segment, for as long as that is mapped.
    ///
    /// # Safety
    /// The queue has been made, and this process was set as one of its ends.
    unsafe fn attach(raw: NonNull<pg_sys::dsm_segment>, queue: *mut pg_sys::shm_mq) -> Self {
        // SAFETY: as the caller promises; the handle must outlive every transaction.
        unsafe {
            let before = pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
            let queue = pg_sys::shm_mq_attach(queue, raw.as_ptr(), std::ptr::null_mut());
            pg_sys::MemoryContextSwitchTo(before);
            Self { raw, queue: NonNull::new_unchecked(queue) }
        }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: mapped by this process; the server lets the other end of the queue know. The queue's
        // handle lies in memory of its own.
        unsafe {
            pg_sys::dsm_detach(self.raw.as_ptr());
            pg_sys::pfree(self.queue.as_ptr().cast());
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is in the queue.
    Whole,
    /// The queue is full. The same message has to be sent again.
    Full,
    /// The receiver is gone.
    Gone,
}

/// The end that makes the queue and sends.
pub(crate) struct Sender(Segment);

impl Sender {
    /// Makes the memory; raises when the server has none left. Between transactions: it outlives them.
    pub(crate) fn make(database: u32, subscription: u32, subject: u32) -> Result<Self, SpockError> {
        // SAFETY: guarded server calls. The segment has room for both parts, is mapped until it is
        // detached, and nobody knows its handle yet.
        unsafe {
            let raw = pg_sys::dsm_create(QUEUE_AT + QUEUE_SIZE, 0);
            let raw = NonNull::new(raw).ok_or_else(|| {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_INSUFFICIENT_RESOURCES,
                    "too many dynamic shared memory segments",
                )
            })?;
            pg_sys::dsm_pin_mapping(raw.as_ptr());
            let address = pg_sys::dsm_segment_address(raw.as_ptr());
            let shared = address.cast::<Shared>();
            shared.write_bytes(0, 1);
            (*shared).sender = bgworker::my_pid();
            (*shared).database = database;
            (*shared).subscription = subscription;
            (*shared).subject = subject;
            let queue = pg_sys::shm_mq_create(address.byte_add(QUEUE_AT), QUEUE_SIZE);
            pg_sys::shm_mq_set_sender(queue, pg_sys::MyProc);
            Ok(Self(Segment::attach(raw, queue)))
        }
    }

    /// By what the receiver finds it.
    pub(crate) fn handle(&self) -> u32 {
        // SAFETY: mapped.
        unsafe { pg_sys::dsm_segment_handle(self.0.raw.as_ptr()) }
    }

    /// What both see.
    pub(crate) fn shared(&self) -> &Shared {
        self.0.shared()
    }

    /// Sends a message, if there is room; the receiver sees it at once.
    pub(crate) fn send(&self, message: &[u8]) -> Sent {
        // SAFETY: an end of the queue; the bytes are copied, and on `Full` the caller comes again with the
        // same ones, as the server wants it.
        let result = unsafe {
            pg_sys::shm_mq_send(
                self.0.queue.as_ptr(),
                message.len(),
                message.as_ptr().cast::<c_void>(),
                true,
                true,
            )
        };
        match result {
            pg_sys::shm_mq_result::SHM_MQ_SUCCESS => Sent::Whole,
            pg_sys::shm_mq_result::SHM_MQ_WOULD_BLOCK => Sent::Full,
            _ => Sent::Gone,
        }
    }
}

/// What the receiver finds in the queue.
#[derive(Debug)]
pub(crate) enum Taken<'a> {
    /// A message, until the next call.
    Message(&'a [u8]),
    /// Nothing yet; the latch is set when something comes.
    Nothing,
    /// Nothing more: the sender is gone.
    Gone,
}

/// The other end.
pub(crate) struct Taker(Segment);

impl Taker {
    /// Finds what a sender made; nothing when that is gone already.
    pub(crate) fn find(handle: u32) -> Option<Self> {
        // SAFETY: guarded server calls. The segment is one of ours, by its handle, which only a sender of
        // ours gives; it was filled before the handle was known.
        unsafe {
            let raw = NonNull::new(pg_sys::dsm_attach(handle))?;
            pg_sys::dsm_pin_mapping(raw.as_ptr());
            let address = pg_sys::dsm_segment_address(raw.as_ptr());
            let queue = address.byte_add(QUEUE_AT).cast::<pg_sys::shm_mq>();
            pg_sys::shm_mq_set_receiver(queue, pg_sys::MyProc);
            Some(Self(Segment::attach(raw, queue)))
        }
    }

    /// What both see.
    pub(crate) fn shared(&self) -> &Shared {
        self.0.shared()
    }

    /// The next message.
    pub(crate) fn take(&mut self) -> Taken<'_> {
        let mut length = 0;
        let mut data = std::ptr::null_mut();
        // SAFETY: an end of the queue; what it gives is valid until the next call, which needs `&mut self`.
        unsafe {
            match pg_sys::shm_mq_receive(
                self.0.queue.as_ptr(),
                &raw mut length,
                &raw mut data,
                true,
            ) {
                pg_sys::shm_mq_result::SHM_MQ_SUCCESS => {
                    Taken::Message(std::slice::from_raw_parts(data.cast::<u8>(), length))
                }
                pg_sys::shm_mq_result::SHM_MQ_WOULD_BLOCK => Taken::Nothing,
                _ => Taken::Gone,
            }
        }
    }

    /// Whether the sender is still there.
    pub(crate) fn has_sender(&self) -> bool {
        super::latch::is_alive(self.shared().sender)
    }
}
