//! The server's C API behind safe wrappers, one file per server concept.
//!
//! This is the only module of the extension that may be unsafe or name `pg_sys`. Everything it hands
//! out is either plain data or a guard whose lifetime follows the server's (transaction, memory
//! context, resource owner).
#![allow(unsafe_code)]

pub(crate) mod error;
pub(crate) mod preload;
