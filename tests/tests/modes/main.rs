//! Modes of work (read-only, repair), what is counted, and how conflicts are decided and told.

mod change_log;
mod history;
mod pause;
mod policies;
mod readonly;
mod repair;
mod resolvers;
mod statistics;
