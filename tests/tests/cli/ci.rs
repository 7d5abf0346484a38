//! The script of docs/ci.md, as it stands there.

use std::path::Path;
use std::process::{Command, Stdio};

use super::run::{bare, on, spockctl};

/// The first script of the page.
fn script() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci.md");
    let page = std::fs::read_to_string(page).expect("docs/ci.md");
    let (_, rest) = page.split_once("```sh\n").expect("a script");
    rest.split_once("```").expect("its end").0.to_owned()
}

#[test]
fn the_script_of_the_manual_makes_a_cluster_and_proves_it() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    cluster.node(0).sql("INSERT INTO t SELECT generate_series(1, 100)");
    // Writes the definition.
    on(&cluster, &["config", "validate"]).ends(0);
    let dir = cluster.dir().join("job");
    std::fs::create_dir_all(dir.join("ci")).expect("a directory");
    std::fs::create_dir_all(dir.join("migrations")).expect("a directory");
    std::fs::copy(cluster.dir().join("cluster.toml"), dir.join("ci/cluster.toml")).expect("a file");
    std::fs::write(
        dir.join("migrations/042.sql"),
        "ALTER TABLE t ADD COLUMN v text DEFAULT 'new';\nCREATE INDEX ON t (v);\n",
    )
    .expect("a file");
    let run = || {
        let program = spockctl();
        let mut bash = Command::new("bash");
        bash.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let programs = Path::new(program.get_program()).parent().expect("its directory");
        bash.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
        bash.env("HOME", &dir).env("XDG_STATE_HOME", dir.join("state"));
        bash.args(["-c", &script()]).current_dir(&dir).stdin(Stdio::null());
        bash.output().expect("bash")
    };
    let first = run();
    let told = |out: &std::process::Output| {
        format!(
            "{}\n{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        )
    };
    assert!(first.status.success(), "{}", told(&first));
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM t WHERE v = 'new'"), 100);
    }
    assert!(std::fs::metadata(dir.join("init.log")).expect("a log").len() > 0);

    // A migration that fails ends the job with the code of a command that failed.
    std::fs::write(dir.join("migrations/042.sql"), "ALTER TABLE t ADD COLUMN v text;\n")
        .expect("a file");
    cluster.allow_log("already exists");
    let second = run();
    assert_eq!(second.status.code(), Some(1), "{}", told(&second));
    assert!(told(&second).contains("column \"v\" of relation \"t\" already exists"));
}
