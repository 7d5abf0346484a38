//! The library under test, and the programs that are tested with it.
//!
//! Cargo does not build a library of another package for a test, and a stale one would test
//! yesterday's code, so the first cluster of a process has cargo build it (a fraction of a second
//! when nothing changed), with failpoints in debug builds. Whoever built it already says where with
//! `SPOCK_LIBRARY`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use spock_admin::local::Extension;

/// The source tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the source tree")
}

/// The build of the extension that the tests run.
pub fn extension() -> Extension {
    Extension::from_source(root(), library())
}

/// The library file.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| match std::env::var_os("SPOCK_LIBRARY") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// A program of the workspace, built now.
pub fn program(name: &str) -> PathBuf {
    let profile: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
    let args = [&["--package", name, "--bin", name], profile].concat();
    cargo_build(&args)
        .iter()
        .filter(|m| m["reason"] == "compiler-artifact" && m["target"]["name"] == name)
        .find_map(|m| m["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the program it built")
}

fn build() -> PathBuf {
    let flags: &[&str] =
        if cfg!(debug_assertions) { &["--features", "failpoints"] } else { &["--release"] };
    cargo_build(&[&["--package", "spock", "--lib"], flags].concat())
        .iter()
        .filter(|m| m["reason"] == "compiler-artifact" && m["target"]["name"] == "spock")
        .flat_map(|m| m["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .find(|path| path.extension().is_some_and(|e| e == "so"))
        .expect("cargo names the library it built")
}

/// What cargo says about a build that went well.
fn cargo_build(args: &[&str]) -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--message-format", "json"]).args(args);
    // What cargo sets for this test would make it build the dependencies again.
    command.env_remove("LD_LIBRARY_PATH");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST") {
            command.env_remove(&name);
        }
    }
    let output = command
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|e| panic!("cargo cannot be run: {e}"));
    let text = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    if !output.status.success() {
        // Warnings are for the build itself to show; here they would drown the test.
        let errors: Vec<String> = messages
            .iter()
            .filter(|m| m["message"]["level"] == "error")
            .filter_map(|m| m["message"]["rendered"].as_str().map(str::to_owned))
            .collect();
        panic!("cargo build {} fails:\n{}", args.join(" "), errors.join("\n"));
    }
    messages
}
