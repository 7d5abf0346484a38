//! Every `sslmode` against servers that offer, want, and refuse encryption, with certificates of the right and of the
//! wrong authority and name: we get in where psql gets in, encrypted where psql is.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use spock_admin::client::{Client, ConnectOptions};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::Env;
use spock_tests::{Cluster, Node};

/// Only a home without files.
struct Home(HashMap<&'static str, String>);

impl Env for Home {
    fn var(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

fn openssl(dir: &Path, args: &[&str]) {
    let output = Command::new("openssl").current_dir(dir).args(args).output();
    let output = output.expect("openssl runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority with one certificate, of a server or of a user.
fn authority(dir: &Path, name: &str, subject: &str, alternative: &str) {
    let day = ["-days", "1", "-nodes", "-newkey", "rsa:2048"];
    let (ca_key, ca) = (format!("{name}-ca.key"), format!("{name}-ca.crt"));
    let mut args =
        vec!["req", "-x509", "-subj", "/CN=an authority", "-keyout", &ca_key, "-out", &ca];
    args.extend(day);
    openssl(dir, &args);
    let (key, request, cert) =
        (format!("{name}.key"), format!("{name}.csr"), format!("{name}.crt"));
    let mut args = vec!["req", "-subj", subject, "-keyout", &key, "-out", &request];
    args.extend(&day[2..]);
    openssl(dir, &args);
    let extensions = format!("{name}.ext");
    fs::write(dir.join(&extensions), alternative).expect("written");
    openssl(
        dir,
        &[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "1",
            "-extfile",
            &extensions,
            "-out",
            &cert,
        ],
    );
    fs::set_permissions(dir.join(&key), fs::Permissions::from_mode(0o600)).expect("chmod");
}

/// How it went: encrypted, in the clear, or not at all.
type Entry = Option<bool>;

const QUESTION: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

struct Site {
    cluster: Cluster,
    dir: PathBuf,
    home: PathBuf,
}

impl Site {
    fn psql(&self, text: &str) -> Entry {
        let program = self.cluster.node(0).client("psql", "app").get_program().to_owned();
        let mut command = Command::new(program);
        command.env_clear().env("HOME", &self.home).args(["-XAtqw", "-c", QUESTION, "-d", text]);
        let output = command.output().expect("psql runs");
        output.status.success().then(|| output.stdout.starts_with(b"t"))
    }

    fn ours(&self, text: &str) -> (Entry, String) {
        let home = Home(HashMap::from([("HOME", self.home.display().to_string())]));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let answer = runtime.expect("a runtime").block_on(async {
            let info = Conninfo::parse(text)?;
            let client = Client::connect_to("n", &info, &ConnectOptions::default(), &home).await?;
            let row =
                client.query_one(&QUESTION.replace("pg_stat", "pg_catalog.pg_stat"), &[]).await?;
            Ok::<bool, spock_admin::error::AdminError>(row.get(0))
        });
        match answer {
            Ok(is_encrypted) => (Some(is_encrypted), String::new()),
            Err(error) => {
                (None, format!("{}: {}", error.message, error.detail.clone().unwrap_or_default()))
            }
        }
    }

    fn hba(&self, node: &Node<'_>, lines: &str) {
        let path = node.data_dir().join("pg_hba.conf");
        fs::write(path, format!("local all all trust\n{lines}\n")).expect("written");
        node.sql("SELECT pg_reload_conf()");
        self.cluster.wait_for("the file to be read", || {
            let count = lines.lines().count() + 1;
            let loaded: i64 =
                node.value("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NULL");
            loaded == i64::try_from(count).unwrap_or(0)
        });
    }

    #[track_caller]
    fn check(&self, text: &str, expected: Entry) -> String {
        let (entry, error) = self.ours(text);
        assert_eq!(self.psql(text), expected, "psql with {text}");
        assert_eq!(entry, expected, "{text}: {error}");
        error
    }
}

#[test]
fn every_mode_gets_in_where_psql_gets_in() {
    let cluster = Cluster::builder().nodes(1).stock().start();
    cluster.allow_log("no pg_hba.conf entry");
    cluster.allow_log("certificate");
    cluster.allow_log("could not accept SSL connection");
    cluster.allow_log("connection requires");
    let dir = cluster.dir().join("tls");
    let home = cluster.dir().join("home");
    fs::create_dir(&dir).expect("a directory");
    fs::create_dir(&home).expect("a directory");
    authority(&dir, "server", "/CN=localhost", "subjectAltName=DNS:localhost\n");
    authority(&dir, "user", "/CN=postgres", "extendedKeyUsage=clientAuth\n");
    let site = Site { cluster, dir, home };
    let node = site.cluster.node(0);
    let file = |name: &str| site.dir.join(name).display().to_string();
    let port = node.port();
    let base = format!("hostaddr=127.0.0.1 port={port} user=postgres dbname=app");
    let good = format!("{base} host=localhost");
    let wrong = format!("{base} host=elsewhere.invalid");
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    // Without encryption there.
    let root = format!("sslrootcert={}", file("server-ca.crt"));
    for (mode, entry) in modes.iter().zip([Some(false), Some(false), Some(false), None, None, None])
    {
        site.check(&format!("{good} sslmode={mode} {root}"), entry);
    }

    // The server runs under an account of its own.
    let owner = fs::metadata(node.data_dir()).expect("its data");
    for name in ["server.key", "server.crt", "user-ca.crt"] {
        fs::copy(file(name), file(&format!("own-{name}"))).expect("copied");
        chown(file(&format!("own-{name}")), Some(owner.uid()), Some(owner.gid())).expect("chown");
    }
    for (name, value) in [
        ("ssl_cert_file", "own-server.crt"),
        ("ssl_key_file", "own-server.key"),
        ("ssl_ca_file", "own-user-ca.crt"),
    ] {
        node.sql(&format!("ALTER SYSTEM SET {name} = '{}'", file(value)));
    }
    node.sql("ALTER SYSTEM SET ssl = on");
    node.sql("SELECT pg_reload_conf()");
    site.cluster.wait_for("encryption", || node.value::<String>("SHOW ssl") == "on");

    // With it, as the server wants: none cares, encrypted only, in the clear only.
    let entries = [
        (
            "host all all all trust",
            [Some(false), Some(false), Some(true), Some(true), Some(true), Some(true)],
        ),
        (
            "hostssl all all all trust",
            [None, Some(true), Some(true), Some(true), Some(true), Some(true)],
        ),
        ("hostnossl all all all trust", [Some(false), Some(false), Some(false), None, None, None]),
    ];
    for (lines, entries) in entries {
        site.hba(&node, lines);
        for (mode, entry) in modes.iter().zip(entries) {
            site.check(&format!("{good} sslmode={mode} {root}"), entry);
        }
    }

    // The authority and the name.
    site.hba(&node, "host all all all trust");
    let others = format!("sslrootcert={}", file("user-ca.crt"));
    let said = site.check(&format!("{wrong} sslmode=verify-full {root}"), None);
    assert!(said.to_lowercase().contains("hostname mismatch"), "{said}");
    site.check(&format!("{wrong} sslmode=verify-ca {root}"), Some(true));
    site.check(&format!("{wrong} sslmode=require"), Some(true));
    let said = site.check(&format!("{good} sslmode=verify-ca {others}"), None);
    assert!(said.contains("certificate verify failed"), "{said}");
    site.check(&format!("{good} sslmode=require {others}"), None);
    site.check(&format!("{good} sslmode=prefer {others}"), Some(false));
    site.check(&format!("{base} sslmode=verify-full {root}"), None);
    site.check(&format!("{good} sslmode=verify-full sslrootcert={}", file("missing.crt")), None);
    let said = site.check(&format!("{good} sslmode=verify-full"), None);
    assert!(said.contains("needs the certificate of who signed"), "{said}");
    // psql 15 takes "system" for the name of a file; neither gets in.
    site.check(&format!("{good} sslmode=verify-full sslrootcert=system"), None);
    site.check(
        &format!("{good} sslmode=verify-full {root} ssl_min_protocol_version=TLSv1.3"),
        Some(true),
    );
    // A socket is never encrypted.
    let socket =
        format!("host={} port={port} user=postgres dbname=app", node.socket_dir().display());
    site.check(&format!("{socket} sslmode=require"), Some(false));

    // Files that nobody names.
    let own = site.home.join(".postgresql");
    fs::create_dir(&own).expect("a directory");
    fs::copy(site.dir.join("server-ca.crt"), own.join("root.crt")).expect("copied");
    site.check(&format!("{good} sslmode=verify-full"), Some(true));
    fs::copy(site.dir.join("user-ca.crt"), own.join("root.crt")).expect("copied");
    site.check(&format!("{good} sslmode=require"), None);
    fs::remove_file(own.join("root.crt")).expect("removed");

    // The user's certificate.
    site.hba(&node, "hostssl all all all cert");
    let (cert, key) =
        (format!("sslcert={}", file("user.crt")), format!("sslkey={}", file("user.key")));
    site.check(&format!("{good} sslmode=require"), None);
    site.check(&format!("{good} sslmode=verify-full {root} {cert} {key}"), Some(true));
    site.check(&format!("{good} sslmode=require {cert} sslkey={}", file("server.key")), None);
    fs::set_permissions(file("user.key"), fs::Permissions::from_mode(0o644)).expect("chmod");
    let said = site.check(&format!("{good} sslmode=require {cert} {key}"), None);
    assert!(said.contains("has group or world access"), "{said}");
    fs::set_permissions(file("user.key"), fs::Permissions::from_mode(0o600)).expect("chmod");
    fs::create_dir_all(&own).expect("a directory");
    fs::copy(file("user.crt"), own.join("postgresql.crt")).expect("copied");
    fs::copy(file("user.key"), own.join("postgresql.key")).expect("copied");
    site.check(&format!("{good} sslmode=require"), Some(true));
    fs::remove_dir_all(&own).expect("removed");

    // A password that is bound to the channel.
    site.hba(&node, "host all all all scram-sha-256");
    node.sql("ALTER ROLE postgres PASSWORD 'a word'");
    let secret = format!("{good} password='a word'");
    site.check(&format!("{secret} sslmode=require channel_binding=require"), Some(true));
    site.check(&format!("{secret} sslmode=disable channel_binding=require"), None);
    site.check(&format!("{secret} sslmode=disable channel_binding=prefer"), Some(false));
}

#[test]
fn of_several_hosts_the_one_that_is_asked_for_is_taken() {
    let cluster = Cluster::builder().nodes(2).stock().password("right").start();
    cluster.allow_log("password authentication failed");
    let (one, two) = (cluster.node(0).port(), cluster.node(1).port());
    let home = cluster.dir().to_owned();
    let site = Site { dir: home.clone(), home, cluster };
    let both = format!(
        "host=127.0.0.1,127.0.0.1 port={one},{two} user=postgres dbname=app password=right"
    );
    reads_only(&site.cluster.node(0));
    let reaches = |text: &str| -> Option<String> {
        let home = Home(HashMap::from([("HOME", site.home.display().to_string())]));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let info = Conninfo::parse(text).expect("valid");
            let client =
                Client::connect_to("n", &info, &ConnectOptions::default(), &home).await.ok()?;
            let row = client.query_one("SHOW port", &[]).await.ok()?;
            Some(row.get(0))
        })
    };
    let psql = |text: &str| -> Option<String> {
        let program = site.cluster.node(0).client("psql", "app").get_program().to_owned();
        let mut command = Command::new(program);
        command.env_clear().env("HOME", &site.home).args(["-XAtqw", "-c", "SHOW port", "-d", text]);
        let output = command.output().expect("psql runs");
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    };
    let (one, two) = (Some(one.to_string()), Some(two.to_string()));
    for (text, expected) in [
        (both.clone(), &one),
        (format!("{both} target_session_attrs=any"), &one),
        (format!("{both} target_session_attrs=read-write"), &two),
        (format!("{both} target_session_attrs=read-only"), &one),
        (format!("{both} target_session_attrs=primary"), &one),
        (format!("{both} target_session_attrs=standby"), &None),
        (format!("{both} target_session_attrs=prefer-standby"), &one),
        (format!("{both} target_session_attrs=best"), &None),
        // Who refuses the login is not passed by.
        (format!("{both} password=wrong target_session_attrs=read-write"), &None),
    ] {
        assert_eq!(&psql(&text), expected, "psql with {text}");
        assert_eq!(&reaches(&text), expected, "{text}");
    }
    // By chance, psql 15 does not know it.
    let random = format!("{both} load_balance_hosts=random");
    let mut reached: Vec<_> = (0..40).map(|_| reaches(&random)).collect();
    reached.sort();
    reached.dedup();
    assert_eq!(reached.len(), 2, "{reached:?}");
}

fn reads_only(node: &Node<'_>) {
    node.sql("ALTER SYSTEM SET default_transaction_read_only = on");
    node.sql("SELECT pg_reload_conf()");
    spock_tests::wait_for("the setting", || {
        node.value::<String>("SHOW default_transaction_read_only") == "on"
    });
}
