//! Statements that define objects, replicated: by `spock.replicate_ddl()`, and by themselves.

#![expect(clippy::print_stdout, reason = "tests show what they measured")]

mod automatic;
mod causes;
mod errors;
mod gate;
mod late_writer;
mod local;
mod lock;
mod lock_dead;
mod members;
mod migrations;
mod modes;
mod replicate;
mod rewrite;
mod roles;
mod statements;
mod trio;
