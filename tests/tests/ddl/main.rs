//! Statements that define objects, replicated: by `spock.replicate_ddl()`, and by themselves.

mod automatic;
mod replicate;
mod trio;
