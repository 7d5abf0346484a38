//! The server is the distribution's, and what is said about versions and the licence is so.

use std::fs;
use std::path::Path;
use std::process::Command;

use spock_tests::library::root;
use spock_tests::{Cluster, skip};

/// The digest of a file, by the server's own function.
fn md5(node: &spock_tests::Node<'_>, path: &Path) -> String {
    let query = format!("SELECT md5(pg_read_binary_file('{}'))", path.display());
    node.value(&query)
}

/// The running server has the bytes of the packaged one.
///
/// Seen to fail with another file named.
#[test]
fn m2_the_server_is_the_packaged_one() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    let pid = node.pid().expect("a postmaster");
    let running = fs::read_link(format!("/proc/{pid}/exe")).expect("the program that runs");
    let pg_config = std::env::var("PG_CONFIG").unwrap_or_else(|_| "pg_config".to_owned());
    let output = Command::new(&pg_config).arg("--bindir").output().expect("pg_config");
    let bin = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let installed = Path::new(&bin).join("postgres");
    assert!(
        fs::read(&running).expect("the running program")
            == fs::read(&installed).expect("the installed program"),
        "{} differs from {}",
        running.display(),
        installed.display()
    );
    assert!(node.value::<bool>("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'spock')"));
    let major = node.value::<String>("SHOW server_version_num")[..2].to_owned();
    let sums = format!("/var/lib/dpkg/info/postgresql-{major}.md5sums");
    let Ok(sums) = fs::read_to_string(&sums) else {
        return skip(&format!("the server is of no package: there is no {sums}"));
    };
    let file = installed.strip_prefix("/").expect("an absolute path").display().to_string();
    let Some(line) = sums.lines().find(|line| line.ends_with(&file)) else {
        return skip(&format!("{file} is of no package"));
    };
    assert_eq!(line.split_whitespace().next(), Some(md5(&node, &running).as_str()));
}

/// The versions that the extension has are those that continuous integration compiles it for, and those
/// that the documentation names.
#[test]
fn m3_every_listed_version_is_compiled() {
    let read = |path: &str| {
        fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    };
    let features = read("spock-ext/Cargo.toml");
    let majors: Vec<&str> = features
        .lines()
        .filter_map(|line| {
            line.strip_prefix("pg")?.split_once(" = [\"pgrx/pg").map(|(major, _)| major)
        })
        .collect();
    assert_eq!(majors, ["15", "16", "17", "18"]);
    // Lint compiles the first, check-all the others.
    assert!(features.contains(&format!("default = [\"pg{}\"]", majors[0])));
    assert!(
        read("scripts/check-all").contains(&format!("for major in {}; do", majors[1..].join(" ")))
    );
    for step in ["make lint", "make check-all", "make test"] {
        assert!(read(".ci/run").lines().any(|line| line == step), "{step}");
    }
    for page in ["README.md", "docs/testing.md"] {
        let text = read(page);
        for major in &majors {
            assert!(text.contains(major), "{page} does not name {major}");
        }
    }
}

#[test]
fn m22_the_licence_is_there() {
    let read = |path: &str| {
        fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    };
    assert!(read("LICENSE").starts_with("PostgreSQL License\n"));
    assert!(read("Cargo.toml").contains("license = \"PostgreSQL\""));
    let members = [
        "spock-ext",
        "crates/spock-core",
        "crates/spock-admin",
        "spockctl",
        "spock_create_subscriber",
        "tests",
    ];
    for member in members {
        assert!(
            read(&format!("{member}/Cargo.toml")).contains("license.workspace = true"),
            "{member}"
        );
    }
    let listed: Vec<String> = members.iter().map(|member| format!("\"{member}\"")).collect();
    assert!(read("Cargo.toml").contains(&format!("members = [{}]", listed.join(", "))));
}
