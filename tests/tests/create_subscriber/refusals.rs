//! What is refused, in one report, and what is only looked at.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use spock_tests::StopMode;

use super::site::{Run, Site};

/// A dry run says what would be done, and does nothing.
#[test]
fn dry_run_changes_nothing() {
    let site = Site::new();
    let position = site.n1().table("SELECT count(*) FROM spock.node");
    let run = site.run(&["--dry-run"]).ends(0);
    for said in [
        "would take a base backup of",
        "would subscribe it to node n1 by subscription sub_n1_n2, with slot spk_app_n1_sub_n1_n2",
        "nothing was changed",
    ] {
        assert!(run.stdout.contains(said), "no \"{said}\" in {}", run.stdout);
    }
    assert_eq!(site.slots(), "");
    assert_eq!(site.n1().table("SELECT count(*) FROM spock.node"), position);
    assert!(!site.pgdata().exists());
    // Nobody can take the identity of a node that runs.
    let refused = site.n1().sql_error("SELECT spock.clone_detach()");
    assert_eq!(refused.message(), "this server runs the node");
    site.cluster.allow_log("this server runs the node");
}

/// Everything that stands in the way is said at once, before anything is changed.
#[test]
fn one_report_says_all_that_stands_in_the_way() {
    let site = Site::new();
    let n1 = site.n1();
    n1.sql("SELECT pg_create_logical_replication_slot('spk_app_n1_sub_n1_n2', 'spock_output')");
    fs::create_dir_all(site.pgdata()).unwrap();
    fs::write(site.pgdata().join("precious"), "").unwrap();
    // Programs of another version.
    let bin = site.cluster.dir().join("bin");
    fs::create_dir(&bin).unwrap();
    for program in ["postgres", "pg_basebackup", "pg_ctl", "pg_resetwal"] {
        let path = bin.join(program);
        fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) 12.3'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let listens = n1.dsn();
    let mut command =
        site.command_with(&n1.dsn(), &listens, &["--replication-sets", "default,nothing"]);
    command.arg("--bindir").arg(&bin);
    let refused = Run::of(command.output().expect("the program runs"));
    assert_eq!(refused.code, 2, "an option twice: {refused:?}");

    let run = Run::of({
        let mut command =
            site.command_with(&n1.dsn(), &listens, &["--replication-sets", "default,nothing"]);
        let args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let at = args.iter().position(|arg| arg == "--bindir").expect("it is given") + 1;
        let program = command.get_program().to_owned();
        let mut other = std::process::Command::new(program);
        other.args(
            args.iter().enumerate().map(|(i, arg)| if i == at { bin.as_os_str() } else { arg }),
        );
        command = other;
        command.output().expect("the program runs")
    });
    let run = run.ends(8);
    for said in [
        "is not empty",
        "the programs here are of 12.3",
        "a server listens already at 127.0.0.1",
        "replication slot \"spk_app_n1_sub_n1_n2\" exists",
        "no replication set \"nothing\"",
    ] {
        assert!(run.stderr.contains(said), "no \"{said}\" in {}", run.stderr);
    }
    assert!(site.pgdata().join("precious").exists());
    fs::remove_dir_all(site.pgdata()).unwrap();

    // A slot that nobody uses goes when that is asked for.
    site.run(&["--drop-slot-if-exists", "--stop"]).ends(0);
    n1.sql("SELECT pg_drop_replication_slot('spk_app_n1_sub_n1_n2')");
    fs::remove_dir_all(site.pgdata()).unwrap();

    // Names that are taken.
    let run = Run::of(site.command(&["-d", "postgres"]).output().unwrap()).ends(8);
    run.says("database \"postgres\" of the provider is no node");
    let mut command = site.command(&[]);
    command.env("PGDATA", "/nowhere");
    n1.disconnect();
    n1.set(&[("wal_level", "replica")]).unwrap();
    n1.restart(StopMode::Fast).unwrap();
    let run = Run::of(command.output().unwrap()).ends(10);
    run.says("wal_level of the provider is replica");
    assert!(!site.pgdata().exists());
}
