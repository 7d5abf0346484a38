//! Transactions that cannot be applied: what becomes of them, of those around them, and what is said.

mod link;
mod modes;
mod peers;
mod retry;
mod sizes;
mod transient;
