//! Statements that define objects, replicated: by `spock.replicate_ddl()`, and by themselves.

mod automatic;
mod local;
mod replicate;
mod statements;
mod trio;
