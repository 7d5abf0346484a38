//! A password that must appear nowhere.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spock_tests::{StopMode, canary};

use super::site::{Run, Site, builder};

/// Command lines and environments of all processes that hold the word, until it is stopped.
fn watch(salt: String, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut found = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            for entry in fs::read_dir("/proc").unwrap().flatten() {
                for file in ["cmdline", "environ"] {
                    let bytes = fs::read(entry.path().join(file)).unwrap_or_default();
                    let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
                    if text.contains(&salt) && !found.contains(&text) {
                        found.push(text);
                    }
                }
            }
        }
        found
    })
}

/// The password comes from files, and goes nowhere else.
///
/// Seen to fail with the password in the connection string of pg_basebackup.
#[test]
fn passwords_show_in_no_command_line_log_or_message() {
    let password = canary::password();
    let salt = password.rsplit(' ').next().unwrap().to_owned();
    let site = Site::of(builder().password(&password), &["app"]);
    site.cluster.allow_log("password authentication failed");
    let file = site.cluster.dir().join("pgpass");
    let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
    fs::write(&file, format!("*:*:*:*:{escaped}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    // The server's account reads it too.
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs::metadata(site.n1().data_dir()).unwrap();
    chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();

    let dsn = |port: u16| {
        format!("host=127.0.0.1 port={port} user=postgres dbname=app passfile='{}'", file.display())
    };
    let (provider, subscriber) = (dsn(site.n1().port()), dsn(site.n2().port()));
    let stop = Arc::new(AtomicBool::new(false));
    let watcher = watch(salt.clone(), Arc::clone(&stop));
    let output = site.command_with(&provider, &subscriber, &["-vv"]).output().unwrap();
    stop.store(true, Ordering::Relaxed);
    let found = watcher.join().unwrap();
    let run = Run::of(output).ends(0);
    assert_eq!(found, Vec::<String>::new());
    let log = fs::read_to_string(site.pgdata().join("log/spock_create_subscriber_server.log"));
    for text in [&run.stdout, &run.stderr, &log.unwrap()] {
        assert!(!text.contains(&salt), "the password shows: {text}");
    }
    assert_eq!(canary::find(&site.cluster, &password), Vec::<String>::new());
    site.n2().disconnect();
    site.n2().stop(StopMode::Fast).unwrap();
    fs::remove_dir_all(site.pgdata()).unwrap();
    site.n1().sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'spk\\_app%'");

    // One that the new server would not have is missed before the base backup, not after it.
    let secret = site.cluster.dir().join("password");
    fs::write(&secret, format!("{password}\n")).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let with_file = ["--password-file", secret.to_str().unwrap()];
    let run =
        Run::of(site.command_with(&site.n1().dsn(), &subscriber, &with_file).output().unwrap());
    assert!(!run.stderr.contains(&salt), "{}", run.stderr);
    run.ends(8).says("the new server will not reach the provider");

    // A wrong one.
    let wrong = format!("{provider} password=wrong{salt}");
    let run = Run::of(site.command_with(&wrong, &subscriber, &["-vv"]).output().unwrap()).ends(4);
    assert!(!run.stderr.contains(&salt), "{}", run.stderr);
}
