//! A password that must appear nowhere.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use spock_tests::{Cluster, canary};

use super::run::{Run, define, on, run, spockctl};

#[track_caller]
fn clean(run: &Run, salt: &str) {
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(salt), "the password shows: {text}");
    }
}

#[test]
fn passwords_show_in_no_output_log_or_view() {
    let password = canary::password();
    let salt = password.rsplit(' ').next().unwrap().to_owned();
    let cluster =
        Cluster::builder().nodes(2).without_create_extension().password(&password).start();
    define(&cluster, &format!("password='{}'", password.replace('\'', "\\'")));
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    let log = cluster.dir().join("spockctl.log");
    let log_file = log.to_str().expect("UTF-8");
    let logged = ["cluster", "init", "--log-file", log_file, "--add-all-tables", "public"];
    clean(&on(&cluster, &logged).ends(0), &salt);
    let logged = ["sub", "status", "--log-file", log_file, "--log-format", "json"];
    clean(&on(&cluster, &logged).ends(0), &salt);
    let text = fs::read_to_string(&log).expect("the log was written");
    assert!(text.contains("n2.sub_create.sub_n1_n2") && text.contains("spock.sub_show_status"));
    assert!(!text.contains(&salt), "the password shows in the log file");
    assert_eq!(fs::metadata(&log).expect("it is there").permissions().mode() & 0o777, 0o600);

    for args in [
        &["cluster", "init", "--add-all-tables", "public", "--dry-run"][..],
        &["cluster", "init", "--wait", "-vvv"],
        &["cluster", "init", "-o", "jsonl"],
        &["cluster", "status", "-o", "wide"],
        &["sub", "status", "-o", "wide", "-vv"],
        &["sub", "status", "-o", "json"],
        &["node", "list", "-o", "json"],
        &["config", "show", "-o", "json"],
        &["cluster", "verify", "--data", "-v"],
        &["doctor", "-o", "json", "-vv"],
        &["check", "all", "-vv"],
        &["metrics"],
        &["top", "--print=200x50"],
    ] {
        clean(&on(&cluster, args).ends(0), &salt);
    }

    // A wrong password, in the string and in the password file.
    cluster.allow_log("password authentication failed");
    let port = cluster.node(0).port();
    let dsn = format!("host=127.0.0.1 port={port} user=postgres dbname=app");
    let mut wrong = spockctl();
    wrong.args(["node", "list", "-vvv", "-d", &format!("{dsn} password=wrong{salt}")]);
    let wrong = run(wrong).ends(4).says("password authentication failed");
    clean(&wrong, &salt);
    for args in [&["doctor", "-o", "json"][..], &["check", "nodes"], &["top", "--print"]] {
        let mut wrong = spockctl();
        wrong.args(args).args(["-d", &format!("{dsn} password=wrong{salt}")]);
        let wrong = run(wrong);
        assert!(wrong.stdout.contains("password authentication failed"), "{wrong:#?}");
        clean(&wrong, &salt);
    }

    let file = cluster.dir().join("pgpass");
    let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
    fs::write(&file, format!("127.0.0.1:{port}:app:postgres:{escaped}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let with_file = || {
        let mut command = spockctl();
        command.env("PGPASSFILE", &file).args(["node", "list", "-d", &dsn]);
        run(command)
    };
    clean(&with_file().ends(3).says("group or world access"), &salt);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    clean(&with_file().ends(0), &salt);
    fs::remove_file(&file).unwrap();

    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
}
