//! Runs that are broken off: nothing of them stays on the provider.

use std::fs;
use std::process::Child;

use spock_tests::StopMode;

use super::site::{Run, Site, builder};

/// A signal to one process.
fn signal(pid: u32, name: &str) {
    let status = std::process::Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success(), "kill -{name} {pid}");
}

/// Children of a process whose title begins so.
fn children(parent: u32, title: &str) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("/proc");
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            fields.nth(1) == Some(parent.to_string().as_str())
                && fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|text| {
                    text.split('\0').next().is_some_and(|program| program.ends_with(title))
                })
        })
        .collect()
}

/// A backup that takes for ever.
const SLOW: [&str; 1] = ["--max-rate=32k"];

/// The base backup runs, and its slots are there.
fn in_backup(site: &Site) -> Child {
    let child = site.spawn(&SLOW);
    site.cluster.wait_for("the base backup", || site.is_in_backup());
    site.cluster.wait_for("a file", || {
        fs::read_dir(site.pgdata()).is_ok_and(|mut entries| entries.next().is_some())
    });
    assert_eq!(site.slots(), "spk_app_n1_sub_n1_n2_clone|t");
    child
}

/// kill -9 of the program while the slots are made, in the base backup, and in recovery.
///
/// Seen to fail with slots that are not temporary.
#[test]
fn kill_of_the_program_leaves_no_slot() {
    let site = Site::new();
    site.cluster.allow_crashes();
    site.cluster.allow_log("connection to client lost");

    // A slot waits for transactions that run.
    let mut session = site.n1().connect();
    session.batch_execute("BEGIN; SELECT pg_current_xact_id()").unwrap();
    let mut child = site.spawn(&[]);
    site.cluster.wait_for("a slot", || !site.slots().is_empty());
    signal(child.id(), "KILL");
    child.wait().unwrap();
    site.is_clean();
    session.batch_execute("ROLLBACK").unwrap();
    assert!(!site.pgdata().exists());

    let mut child = in_backup(&site);
    let backups = children(child.id(), "pg_basebackup");
    signal(child.id(), "KILL");
    child.wait().unwrap();
    site.is_clean();
    for pid in backups {
        assert!(!fs::exists(format!("/proc/{pid}/exe")).unwrap(), "pg_basebackup goes along");
    }
    // What is left here is refused.
    site.run(&[]).ends(8).says("is not empty");
    fs::remove_dir_all(site.pgdata()).unwrap();

    let mut child = site.spawn(&[]);
    let log = site.pgdata().join("log/spock_create_subscriber_recovery.log");
    site.cluster.wait_for("recovery", || log.exists());
    signal(child.id(), "KILL");
    child.wait().unwrap();
    site.is_clean();
    fs::remove_dir_all(site.pgdata()).unwrap();

    // A run that is left alone gets to its end all the same.
    site.run(&["--stop"]).ends(0);
}

/// kill -9 of pg_basebackup, and signals to the program: everything is undone.
#[test]
fn failures_and_signals_are_undone() {
    let site = Site::new();
    site.cluster.allow_crashes();
    site.cluster.allow_log("connection to client lost");

    let child = in_backup(&site);
    signal(children(child.id(), "pg_basebackup")[0], "KILL");
    Run::of(child.wait_with_output().unwrap()).ends(1).says("the base backup failed");
    site.is_clean();
    assert!(!site.pgdata().exists());

    // A directory that was there stays, empty.
    fs::create_dir(site.pgdata()).unwrap();
    for (name, code) in [("TERM", 143), ("INT", 130)] {
        let child = in_backup(&site);
        signal(child.id(), name);
        Run::of(child.wait_with_output().unwrap()).ends(code).says("everything was undone");
        site.is_clean();
        assert_eq!(fs::read_dir(site.pgdata()).unwrap().count(), 0);
    }

    // The new server cannot be reached as others shall reach it: found late, and undone all the same.
    let wrong = format!("host=127.0.0.1 port={} dbname=app user=nobody_at_all", site.n2().port());
    let mut command = site.command_with(&site.n1().dsn(), &wrong, &[]);
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 4, "{run:?}");
    site.is_clean();
    assert_eq!(fs::read_dir(site.pgdata()).unwrap().count(), 0);
}

/// What cannot be taken back is said: the slot that was made, and not one of that name that is somebody's.
///
/// Seen to fail with a note of a slot that is not taken back.
#[test]
fn slots_that_stay_are_told() {
    let site = Site::of(builder(), &["app", "shop"]);
    site.cluster.allow_log("already exists");
    let taken = |name: &str| {
        let shop = site.n1().database("shop");
        shop.sql(&format!("SELECT pg_create_logical_replication_slot('{name}', 'spock_output')"));
    };
    let begin = || {
        let child = site.spawn(&["--all", "--max-rate=8M"]);
        site.cluster.wait_for("the base backup", || site.is_in_backup());
        child
    };

    // The first slot cannot be made: nothing is left but that of somebody else.
    let child = begin();
    taken("spk_app_n1_sub_n1_n2");
    Run::of(child.wait_with_output().unwrap()).ends(1).says("everything was undone");
    assert_eq!(site.slots(), "spk_app_n1_sub_n1_n2|f");
    assert!(!site.n2().is_running() && !site.pgdata().exists());
    site.n1().sql("SELECT pg_drop_replication_slot('spk_app_n1_sub_n1_n2')");

    // The second cannot.
    let child = begin();
    taken("spk_shop_n1_sub_n1_n2");
    let drop = "in database \"app\": SELECT pg_drop_replication_slot('spk_app_n1_sub_n1_n2')";
    let run = Run::of(child.wait_with_output().unwrap()).ends(11).says(drop).says("pg_ctl stop -D");
    assert!(!run.stderr.contains("pg_drop_replication_slot('spk_shop"), "{}", run.stderr);
    assert!(site.n2().is_running());
    site.n2().stop(StopMode::Fast).unwrap();
    // A later run says it too.
    site.run(&["--all"]).ends(8).says("is not empty").says(drop);
}
