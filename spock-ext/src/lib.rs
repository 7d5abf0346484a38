//! The extension `spock`: multi-master logical replication for PostgreSQL as distributions ship it.
//!
//! `_PG_init` is an ordered list of registrations, nothing else. Layers: `api`, `output`, `apply`,
//! `sync` and `worker` stand on `catalog`, which stands on `pg`; only `pg` touches the server's C API.

mod pg;

pgrx::pg_module_magic!();
