//! A second server, of another version than the usual one: for clusters of mixed versions.
//!
//! `PEER=17 scripts/test ...` names it, in `SPOCK_PEER_PG_CONFIG`, and the build of the library for it,
//! in `SPOCK_PEER_LIBRARY`. Tests that need it are ignored in the usual run, and fail when it is not
//! there: none of them passes without having run.

use std::env;
use std::path::Path;

use spock_admin::local::{Extension, Installation};

use crate::ClusterBuilder;
use crate::library;

impl ClusterBuilder {
    /// Runs the second server on this node.
    ///
    /// # Panics
    /// When none was named.
    #[must_use]
    pub fn other_server(self, node: &str) -> Self {
        let name = |variable: &str| {
            env::var_os(variable).filter(|value| !value.is_empty()).unwrap_or_else(|| {
                panic!(
                    "{variable} is not set: this test needs a second server, as in \
                     PEER=17 scripts/test -p spock-tests --test versions -- --ignored"
                )
            })
        };
        let installation = Installation::from_pg_config(name("SPOCK_PEER_PG_CONFIG"))
            .unwrap_or_else(|e| panic!("{e}: {}", e.detail.as_deref().unwrap_or_default()));
        let built = name("SPOCK_PEER_LIBRARY");
        let extension = Extension::from_source(library::root(), Path::new(&built));
        let node = node.to_owned();
        self.shape(move |local| local.node_server(node, installation, extension))
    }
}
