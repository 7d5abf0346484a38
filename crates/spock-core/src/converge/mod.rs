//! The way of one change on one node, as the convergence rules have it.
//!
//! The engine runs this very code over real tables, and the model test runs it over simulated ones:
//! what is decided here is decided once. Everything is generic over small traits and made for one
//! type at a time, so a store's methods are called directly and an ordinary change of a row that is
//! there costs what it would cost written out.
//!
//! - [`row`]: an insert, update or delete: find, weigh, write (rules V6, C5, C6, D1, D2), with
//!   [`moved`] for updates of the key (D3), [`claim`] for other unique keys (D4) and [`gaps`] for
//!   values that a change does not carry (T1, X1).
//! - [`table`]: TRUNCATE (D5).
//! - [`store`]: what a node must be able to do for that.
//! - [`clock`]: commit times (V4, V5); [`passage`]: proof that a stream has passed a time, who waits
//!   for whom, and which versions of deletes can go (C3, C4, D1); [`history`]: when a delete may have been
//!   missed (D1); [`copy`]: copied tables (I1, I2).
//!
//! **Invariant**: nothing here looks at which side is the local one when it decides who wins. Every
//! node keeps, for each key, the newest version that it has seen, of rows and of deletes alike; so
//! nodes that have seen the same changes hold the same rows.

pub mod claim;
pub mod clock;
pub mod copy;
#[doc(hidden)]
pub mod defect;
pub mod gaps;
pub mod history;
pub mod moved;
pub mod passage;
pub mod row;
pub mod store;
pub mod table;

pub use row::{delete, insert, update};
pub use store::{Change, Conflict, Fetch, Key, LocalVersion, Outcome, Store, Written};
