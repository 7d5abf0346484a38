//! The server's C API behind safe wrappers, one file per server concept.
//!
//! This is the only module of the extension that may be unsafe or name `pg_sys`. Everything it hands
//! out is either plain data or a guard whose lifetime follows the server's (transaction, memory
//! context, resource owner).
#![allow(unsafe_code)]

pub(crate) mod alter_table;
pub(crate) mod arena;
pub(crate) mod bgworker;
pub(crate) mod callbacks;
pub(crate) mod catalog_watch;
pub(crate) mod child_process;
pub(crate) mod column_input;
pub(crate) mod commit_section;
pub(crate) mod commit_ts;
pub(crate) mod compat;
pub(crate) mod copy;
pub(crate) mod database;
pub(crate) mod dead_rows;
pub(crate) mod dead_version;
pub(crate) mod deadline;
pub(crate) mod delete_marks;
pub(crate) mod encoding;
pub(crate) mod error;
pub(crate) mod failpoint;
pub(crate) mod function;
pub(crate) mod guc;
pub(crate) mod hooks;
mod key_hash;
mod key_scan;
mod key_text;
pub(crate) mod latch;
pub(crate) mod local_relation;
pub(crate) mod logical_message;
pub(crate) mod logical_slot;
mod lwlock;
pub(crate) mod object_watch;
pub(crate) mod obsolete_setting;
pub(crate) mod origin;
pub(crate) mod output_plugin;
pub(crate) mod owner;
pub(crate) mod partition_router;
pub(crate) mod peer_conninfo;
mod pgoutput;
pub(crate) mod preload;
pub(crate) mod quoting;
mod raw;
pub(crate) mod read_only;
pub(crate) mod relation;
pub(crate) mod relation_history;
pub(crate) mod relcache_watch;
pub(crate) mod requirements;
pub(crate) mod retention;
pub(crate) mod row_filter;
pub(crate) mod row_image;
pub(crate) mod row_key;
pub(crate) mod row_memory;
pub(crate) mod security_label;
pub(crate) mod sequence;
pub(crate) mod server;
pub(crate) mod session;
pub(crate) mod session_origin;
pub(crate) mod shmem;
pub(crate) mod spi;
pub(crate) mod stream;
pub(crate) mod sync_standby;
pub(crate) mod systable;
pub(crate) mod target;
pub(crate) mod transaction;
pub(crate) mod truncate_watch;
pub(crate) mod tuple;
pub(crate) mod unseen_delete;
pub(crate) mod value;
pub(crate) mod walreceiver;
pub(crate) mod warm_set;
pub(crate) mod word_setting;
