//! The extension `spock`: multi-master logical replication for PostgreSQL as distributions ship it.
//!
//! `_PG_init` is an ordered list of registrations, nothing else. Layers: `api`, `output`, `apply`, `sync`,
//! `ddl`, `sequence` and `worker` stand on `catalog`, which stands on `pg`; only `pg` touches the server's C API.

mod api;
mod apply;
mod catalog;
mod ddl;
mod output;
mod pg;
mod sequence;
mod settings;
mod sync;
mod version;
mod worker;

use pg::error::OrRaise;
use pg::preload::Door;

pgrx::pg_module_magic!();

/// Called by the server when it loads the library.
#[pgrx::pg_guard]
#[allow(non_snake_case, unsafe_code, reason = "the server looks the symbol up by this name")]
pub extern "C-unwind" fn _PG_init() {
    pg::output_plugin::register(output::start);
    if pg::preload::door().or_raise() == Door::OutputPlugin {
        return;
    }
    pg::preload::serve_streams_by(pg::output_plugin::_PG_output_plugin_init);
    settings::register();
    worker::register();
    ddl::register();
    pg::shmem::install_hooks();
}
