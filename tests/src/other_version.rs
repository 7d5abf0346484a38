//! Another version of the extension, for tests of upgrades: the same code under another number.
//!
//! The library says what it is in one line of its file (`spock-ext/src/version.rs`), and reads it from there. A copy
//! of the file with another line of the same length is a library of another version, made in no time. Its scripts
//! are those of the source, and those that the test writes. A server runs the new library from its next start on.

use std::fs;
use std::path::Path;

use spock_admin::local::Installation;

use crate::library;
use crate::{Cluster, ClusterBuilder, Node};

/// A version that a test made up.
#[derive(Debug, Clone)]
pub struct OtherVersion {
    version: String,
    protocols: String,
    scripts: Vec<(String, String)>,
}

/// The names of the one library.
const NAMES: [&str; 3] = ["spock.so", "spock_output.so", "mmlite.so"];

impl OtherVersion {
    /// A version of five characters, without scripts.
    pub fn new(version: &str) -> Self {
        OtherVersion {
            version: version.to_owned(),
            protocols: "4-5".to_owned(),
            scripts: Vec::new(),
        }
    }

    /// Which versions of the protocol it says it speaks, as in `4-5`.
    #[must_use]
    pub fn speaks(mut self, protocols: &str) -> Self {
        self.protocols = protocols.to_owned();
        self
    }

    /// A script from one version to another.
    #[must_use]
    pub fn script(mut self, from: &str, to: &str, sql: &str) -> Self {
        self.scripts.push((format!("spock--{from}--{to}.sql"), sql.to_owned()));
        self
    }

    /// Installs library and scripts on a node, as a package does.
    pub fn install(&self, node: &Node<'_>) {
        self.install_library(node);
        self.install_scripts(node);
    }

    /// The scripts and the control file alone.
    pub fn install_scripts(&self, node: &Node<'_>) {
        let dir = node.server().extension_dir();
        let control = fs::read_to_string(library::root().join("spock-ext/spock.control"));
        let control = control.expect("the control file");
        let default = format!("default_version = '{}'", self.version);
        let changed = control.replace("default_version = '6.0.0'", &default);
        assert!(self.version == "6.0.0" || changed != control, "no default version in:\n{control}");
        put(&dir.join("spock.control"), changed.as_bytes());
        for (name, sql) in &self.scripts {
            put(&dir.join(name), sql.as_bytes());
        }
    }

    /// The library alone.
    pub fn install_library(&self, node: &Node<'_>) {
        let mut bytes = fs::read(library::library()).expect("the library");
        let line = b"@(#)spock 6.0.0 protocol 4-5";
        let found: Vec<usize> = (0..bytes.len())
            .filter(|&at| bytes[at] == line[0] && bytes[at..].starts_with(line))
            .collect();
        let [at] = found[..] else {
            panic!("the line stands {} times in the library", found.len())
        };
        let new = format!("@(#)spock {} protocol {}", self.version, self.protocols);
        assert_eq!(new.len(), line.len(), "\"{new}\" is not as long as what it takes the place of");
        bytes[at..at + line.len()].copy_from_slice(new.as_bytes());
        let dir = node.server().library_dir();
        put(&dir.join(NAMES[0]), &bytes);
        for name in &NAMES[1..] {
            let new = dir.join(format!(".{name}.new"));
            let _ = fs::remove_file(&new);
            fs::hard_link(dir.join(NAMES[0]), &new).expect("a second name of the library");
            fs::rename(&new, dir.join(name)).expect("a second name of the library");
        }
    }
}

impl ClusterBuilder {
    /// Gives each of so many nodes a server tree of its own, so that they can run different versions.
    #[must_use]
    pub fn apart(nodes: usize) -> Self {
        (1..=nodes).fold(Cluster::builder().nodes(nodes), |builder, node| {
            let server = Installation::find().unwrap_or_else(|e| panic!("{e}"));
            let node = format!("n{node}");
            builder.shape(move |local| local.node_server(node, server, library::extension()))
        })
    }
}

/// A file by rename: running servers keep the old one, and other clusters share its inode.
fn put(path: &Path, bytes: &[u8]) {
    let new = path.with_extension("new");
    fs::write(&new, bytes).expect("a file of the extension");
    fs::rename(&new, path).expect("a file of the extension");
}
