//! The layers of the source tree: who may name whom.
//!
//! spock-core stands below everything and knows neither the server nor the network; the extension
//! and the programs stand beside each other. Inside the extension `pg` alone touches the server's C
//! API, `catalog` stands on it, and the rest stands on both; nobody stands on `api`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use spock_tests::library::root;

/// Parts of the extension that stand side by side on `catalog`; each may use the others but `api`.
const UPPER: &[&str] = &["output", "apply", "sync", "ddl", "worker", "sequence"];

/// What all but `pg` may name.
const EVERYWHERE: &[&str] = &["settings", "version"];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code of a file without comments and without the contents of string literals.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut quoted = false;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if quoted => drop(chars.next()),
                '"' => quoted = !quoted,
                '\'' if !quoted && chars.peek() == Some(&'"') => drop(chars.next()),
                '/' if !quoted && chars.peek() == Some(&'/') => break,
                _ if !quoted => out.push(c),
                _ => {}
            }
        }
        out.push('\n');
    }
    out
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}

/// The modules of the crate's root that a file names, by `crate::x` or `crate::{x, y}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + path.len()..];
        let ident = |s: &str| -> String {
            s.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
        };
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(ident(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                ',' if depth == 0 => {
                    found.insert(ident(&group[start..i]));
                    start = i + 1;
                }
                '}' if depth == 0 => {
                    found.insert(ident(&group[start..i]));
                    break;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    found.remove("");
    found
}

/// The part of the extension that a file belongs to: its directory, or its own name at the top.
fn layer(src: &Path, file: &Path) -> String {
    let first = file.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn may_import(layer: &str, other: &str) -> bool {
    if layer == other || layer == "lib" {
        return true;
    }
    match layer {
        "pg" => false,
        "settings" | "version" => other == "pg",
        "catalog" => other == "pg" || EVERYWHERE.contains(&other),
        _ => {
            matches!(other, "pg" | "catalog")
                || EVERYWHERE.contains(&other)
                || UPPER.contains(&other)
        }
    }
}

#[test]
fn extension_layers_import_downwards() {
    let src = root().join("spock-ext/src");
    let mut faults = Vec::new();
    for file in sources(&src) {
        let layer = layer(&src, &file);
        for other in imports(&code(&file)) {
            let is_module = src.join(&other).is_dir() || src.join(format!("{other}.rs")).is_file();
            if is_module && !may_import(&layer, &other) {
                faults.push(format!("{}: {layer} names crate::{other}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_pg_is_unsafe_and_names_the_c_api() {
    let src = root().join("spock-ext/src");
    let mut faults = Vec::new();
    for file in sources(&src) {
        let code = code(&file);
        if layer(&src, &file) != "pg" {
            for word in ["unsafe", "pg_sys"] {
                if has_word(&code, word) {
                    faults.push(format!("{}: names {word}", file.display()));
                }
            }
        }
        let compat = file.strip_prefix(src.join("pg")).is_ok_and(|below| {
            below.components().next().is_some_and(|first| {
                ["compat", "compat.rs"].iter().any(|name| first.as_os_str() == *name)
            })
        });
        // The quotes' contents are gone: only version features are called by a bare name in a cfg.
        let raw = fs::read_to_string(&file).unwrap();
        if !compat
            && ["pg15", "pg16", "pg17", "pg18"].iter().any(|v| {
                raw.lines().any(|l| l.contains("cfg") && l.contains(&format!("feature = \"{v}\"")))
            })
        {
            faults.push(format!("{}: version differences live in pg/compat", file.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn crates_depend_downwards() {
    let forbidden: [(&str, &[&str]); 4] = [
        (
            "crates/spock-core",
            &["pgrx", "tokio", "postgres", "tokio-postgres", "libc", "nix", "spock-admin"],
        ),
        ("spock-ext", &["tokio", "tokio-postgres", "postgres", "spock-admin", "reqwest"]),
        ("crates/spock-admin", &["pgrx", "clap", "spock"]),
        ("spockctl", &["pgrx", "spock"]),
    ];
    for (dir, names) in forbidden {
        let manifest = root().join(dir).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let dependencies = text
            .split("\n[")
            .find_map(|section| section.strip_prefix("dependencies]"))
            .unwrap_or_default();
        for line in dependencies.lines() {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            assert!(!names.contains(&name), "{dir} may not depend on {name}");
        }
    }
}

#[test]
fn imports_are_found_in_all_spellings() {
    let found = imports(
        "use crate::pg::x; use crate::{api, catalog::{node, sub}, pg::y};\n\
         pub(in crate::worker) fn f() { crate::sync::run(); $crate::no(); other_crate::no(); }",
    );
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["api", "catalog", "pg", "sync", "worker"]);
}
