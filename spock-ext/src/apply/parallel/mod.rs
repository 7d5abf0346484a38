//! Large transactions are applied while they still run at the provider.
//!
//! The provider streams them in parts (`spock_core::proto::streamed`). The apply worker hands these to a
//! worker of their own ([`worker`]), one for each such transaction, through a queue ([`lane`]), and goes on
//! with the transactions that commit meanwhile. At the commit it waits for that worker, so commits keep
//! their order, and the origin's progress with them.
//!
//! **Only what cannot go wrong is applied early.** The commit time, and with it the version of every change,
//! is not known yet. So a change is applied only where it wins whatever that time will be, if it is not older
//! than what is here ([`early`]); at the commit this is looked at once more. Whatever is not plain — a row
//! that is missing or exists, a conflict that is to be kept, a lock that is not had at once, somebody who waits
//! for a lock of ours — ends the attempt: everything is rolled back, the stream starts again without
//! this transaction, and it is applied after its commit as any other. Nothing is decided here that the
//! ordinary way would decide otherwise.
//!
//! **Invariants**
//! - The worker never commits before it was handed the commit. The origin's progress decides: it
//!   commits while it owns the origin, or shares it with its apply worker, and not if that has come as far.
//! - While there is such a worker the apply worker takes nothing new in of the states of tables: a table
//!   that is closed for a copy has nobody who writes it.
//! - Nothing waits for such a transaction longer than [`GIVE_WAY_AFTER`].

mod early;
mod lane;
mod leader;
pub(crate) mod worker;

pub(super) use early::Early;
pub(super) use lane::Lanes;

use std::time::Duration;

/// So long may others wait for a lock of a transaction that has not committed at the provider.
const GIVE_WAY_AFTER: Duration = Duration::from_millis(500);

/// Last words of a worker, as its apply worker reads them.
mod word {
    /// Committed; the position is that behind the commit record.
    pub(super) const COMMITTED: u32 = 1;
    /// Rolled back, for the reason given.
    pub(super) const GAVE_UP: u32 = 2;
}
