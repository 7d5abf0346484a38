//! What is checked before anything is changed, all of it in one report.

mod database;

use std::net::ToSocketAddrs as _;
use std::path::Path;
use std::time::Duration;

use spock_admin::client::{Client, ConnectOptions, ServerFacts};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::{ProcessEnv, resolve};
use spock_admin::error::{AdminError, ErrorKind, Result};
use spock_core::names;

use crate::cli::Cli;
use crate::plan::Plan;
use crate::target::Target;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What stands in the way.
    pub(crate) errors: Vec<AdminError>,
    /// What does not, and should be known.
    pub(crate) warnings: Vec<AdminError>,
}

impl Report {
    fn error(&mut self, error: AdminError) {
        self.errors.push(error);
    }

    fn incompatible(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.error(AdminError::new(ErrorKind::Incompatible, message).hint(hint));
    }

    fn precondition(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.error(AdminError::precondition(message).hint(hint));
    }

    fn warn(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.warnings.push(AdminError::failed(message).hint(hint));
    }
}

/// A session with the provider.
pub(crate) async fn connect(info: &Conninfo, statement_timeout: Duration) -> Result<Client> {
    let options = ConnectOptions {
        application_name: "spock_create_subscriber".to_owned(),
        statement_timeout,
        ..ConnectOptions::default()
    };
    Client::connect_to("provider", info, &options, &ProcessEnv).await
}

/// Looks at both sides. The plan is only to be followed when the report has no error.
pub(crate) async fn inspect(cli: &Cli, target: &Target) -> Result<(Plan, Report)> {
    let mut report = Report::default();
    let given = Conninfo::parse(&cli.provider_dsn)?;
    let provider = resolved(cli, &given)?;
    let subscriber = resolve(&Conninfo::parse(&cli.subscriber_dsn)?, &ProcessEnv)?;
    let client = connect(&provider, Duration::from_secs(30)).await?;
    let facts = client.server_facts().await?;

    let has_pgdata = target.check_empty().unwrap_or_else(|error| {
        report.error(error);
        false
    });
    check_target(cli, target, &mut report);
    check_server(&facts, target, &mut report);
    let names = databases(cli, &client, &provider).await?;
    let bytes = check_room(&client, &facts, target, names.len(), &mut report).await?;
    let (libraries, provider_port) = check_configuration(cli, &client, &mut report).await?;
    check_address(&subscriber, &mut report).await;
    if let Err(error) = names::validate_sub_name(&database::subscription_name(cli, "p", "d")) {
        report.error(AdminError::config(error.to_string()).hint("change --subscription"));
    }
    if names::node_id(&cli.subscriber_name).is_none() || cli.subscriber_name.is_empty() {
        report.error(AdminError::config(format!(
            "\"{}\" cannot be a node's name",
            cli.subscriber_name
        )));
    }
    let mut databases = Vec::new();
    for name in names {
        if let Some(database) =
            database::check(cli, target, &name, (&given, &provider, &subscriber), &mut report)
                .await?
        {
            databases.push(database);
        }
    }
    if databases.is_empty() && report.errors.is_empty() {
        report.precondition("no database of the provider is a node", "give one with --database");
    }
    if provider.get("hostaddr").or(provider.get("host")).is_some_and(|host| host.contains(',')) {
        report.warn(
            "the connection string of the provider names several hosts",
            "the base backup and the slots must come from one server: name that one",
        );
    }
    let port = subscriber.get("port").and_then(|port| port.parse().ok());
    let own_conf = cli.postgresql_conf.is_some() || cli.config_file.is_some();
    let plan = Plan {
        provider,
        databases,
        major: facts.version_num / 10_000,
        libraries,
        port: port.filter(|port| !own_conf && *port != provider_port),
        has_pgdata,
        bytes,
    };
    Ok((plan, report))
}

/// The provider's connection string with its gaps filled, the password among them.
fn resolved(cli: &Cli, given: &Conninfo) -> Result<Conninfo> {
    let mut given = given.clone();
    if let Some(path) = &cli.password_file {
        let text = spock_admin::conninfo::passfile::read_private(path)?.ok_or_else(|| {
            AdminError::config(format!("there is no password file \"{}\"", path.display()))
        })?;
        let password = text.lines().next().unwrap_or_default();
        given.set_password(spock_admin::secret::Secret::new(password));
    }
    let provider = resolve(&given, &ProcessEnv)?;
    if cli.provider_dsn.contains("sslpassword") {
        return Err(AdminError::config("sslpassword cannot be handed on to pg_basebackup")
            .hint("use a key without a passphrase"));
    }
    Ok(provider)
}

/// The databases that were asked for.
async fn databases(cli: &Cli, client: &Client, provider: &Conninfo) -> Result<Vec<String>> {
    if cli.all {
        let rows = client
            .query(
                "SELECT datname::text FROM pg_catalog.pg_database
                  WHERE datallowconn AND NOT datistemplate ORDER BY datname",
                &[],
            )
            .await?;
        let mut out = Vec::new();
        for row in &rows {
            let name: String = row.get(0);
            let info = provider.clone().with("dbname", &name);
            if connect(&info, Duration::from_secs(30)).await?.local_node().await?.is_some() {
                out.push(name);
            }
        }
        return Ok(out);
    }
    let mut out: Vec<String> = Vec::new();
    for name in cli.database.iter().chain(&cli.databases) {
        if !name.is_empty() && !out.contains(name) {
            out.push(name.clone());
        }
    }
    if out.is_empty() {
        out.extend(provider.get("dbname").map(str::to_owned));
    }
    Ok(out)
}

fn check_target(cli: &Cli, target: &Target, report: &mut Report) {
    if target.has_extension() == Some(false) {
        report.precondition(
            "the extension spock is not installed in the server that is to run here",
            "install it, or name the directory of that server's programs with --bindir",
        );
    }
    for file in [&cli.postgresql_conf, &cli.hba_conf, &cli.config_file].into_iter().flatten() {
        if !file.is_file() {
            report.error(AdminError::config(format!("there is no file \"{}\"", file.display())));
        }
    }
    if let Some(args) = &cli.extra_basebackup_args {
        let error =
            |message: &str| AdminError::config(format!("--extra-basebackup-args {message}"));
        match shlex::split(args) {
            None => report.error(error("has a quote that does not end")),
            Some(args) => {
                let is_ours = |arg: &String| {
                    [
                        "-X",
                        "--wal-method",
                        "-D",
                        "--pgdata",
                        "-F",
                        "--format",
                        "-d",
                        "--dbname",
                        "-R",
                        "--write-recovery-conf",
                    ]
                    .iter()
                    .any(|own| arg.starts_with(own))
                };
                if let Some(arg) = args.iter().find(|arg| is_ours(arg)) {
                    report
                        .error(error(&format!("must not have {arg}, which this program chooses")));
                }
            }
        }
    }
    if let Some(parent) = existing(&target.pgdata)
        && let Err(error) = target.account.check_can_enter(parent)
    {
        report.error(error);
    }
}

/// The nearest directory above that is there.
fn existing(path: &Path) -> Option<&Path> {
    path.ancestors().find(|dir| dir.is_dir())
}

fn check_server(facts: &ServerFacts, target: &Target, report: &mut Report) {
    let major = facts.version_num / 10_000;
    if facts.in_recovery {
        report.precondition("the provider is a standby", "give its primary with --provider-dsn");
    }
    if major != target.major {
        report.incompatible(
            format!(
                "the provider runs PostgreSQL {}, the programs here are of {}",
                facts.version, target.version
            ),
            "a base backup needs the same major version: name its programs with --bindir",
        );
    }
    if facts.wal_level != "logical" {
        report.incompatible(
            format!("wal_level of the provider is {}", facts.wal_level),
            "set wal_level = logical there, and restart it",
        );
    }
    if !facts.track_commit_timestamp {
        report.incompatible(
            "track_commit_timestamp of the provider is off",
            "set track_commit_timestamp = on there, and restart it",
        );
    }
    if !facts.preloaded {
        report.incompatible(
            "spock is not in shared_preload_libraries of the provider",
            "add it there, and restart it",
        );
    }
    if let Some(listed) = &facts.output_plugin_libraries
        && !listed.split(',').any(|plugin| plugin.trim() == "spock_output")
    {
        report.incompatible(
            "spock_output is not in output_plugin_libraries of the provider",
            format!("set output_plugin_libraries = '{listed}, spock_output' there"),
        );
    }
}

/// Rights, slots, senders, disk. Gives the size of the copy.
async fn check_room(
    client: &Client,
    facts: &ServerFacts,
    target: &Target,
    databases: usize,
    report: &mut Report,
) -> Result<i64> {
    let row = client
        .query_one(
            "SELECT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
                    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots),
                    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication),
                    (SELECT pg_catalog.sum(pg_catalog.pg_database_size(oid))::bigint
                       FROM pg_catalog.pg_database),
                    pg_catalog.current_setting('max_slot_wal_keep_size'),
                    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_tablespace
                      WHERE spcname NOT IN ('pg_default', 'pg_global'))",
            &[],
        )
        .await?;
    if !row.get::<_, Option<bool>>(0).unwrap_or(false) {
        report.precondition(
            "the role of --provider-dsn is no superuser",
            "the base backup, slots and the restore point are made as a superuser",
        );
    }
    let databases = i64::try_from(databases).unwrap_or(i64::MAX);
    // Of each database a temporary and a lasting one for a moment.
    let slots = databases.saturating_mul(2);
    for (setting, limit, used, needed) in [
        ("max_replication_slots", facts.max_replication_slots, row.get::<_, i64>(1), slots),
        ("max_wal_senders", facts.max_wal_senders, row.get(2), databases.max(2)),
    ] {
        let free = i64::from(limit) - used;
        if free < needed {
            report.precondition(
                format!(
                    "{setting} of the provider leaves room for {free}, and {needed} are needed"
                ),
                format!("raise {setting} there, and restart it"),
            );
        }
    }
    let keep: String = row.get(4);
    if keep != "-1" {
        report.warn(
            format!("max_slot_wal_keep_size of the provider is {keep}"),
            "a slot that is further behind at the end is lost: raise it where there is much to copy",
        );
    }
    if row.get::<_, i64>(5) > 0 {
        report.warn(
            "the provider has tablespaces",
            "they are copied to the same places, unless --tablespace-mapping says otherwise",
        );
    }
    let bytes: i64 = row.get::<_, Option<i64>>(3).unwrap_or(0);
    if let Some(dir) = existing(&target.pgdata)
        && let Ok(stat) = nix::sys::statvfs::statvfs(dir)
    {
        let free = stat.blocks_available() as u128 * stat.fragment_size() as u128;
        if free < bytes.unsigned_abs().into() {
            report.precondition(
                format!(
                    "\"{}\" has room for {} MB, and the provider's databases have {} MB",
                    dir.display(),
                    free >> 20,
                    bytes >> 20
                ),
                "make room, or choose another place for the data directory",
            );
        }
    }
    Ok(bytes)
}

/// What the copy will be configured by. Gives the libraries but ours, and the provider's port.
async fn check_configuration(
    cli: &Cli,
    client: &Client,
    report: &mut Report,
) -> Result<(String, u16)> {
    let row = client
        .query_one(
            "SELECT pg_catalog.current_setting('config_file'),
                    pg_catalog.current_setting('hba_file'),
                    pg_catalog.current_setting('data_directory'),
                    pg_catalog.current_setting('shared_preload_libraries'),
                    pg_catalog.current_setting('port')::int,
                    pg_catalog.current_setting('spock.snowflake_node', true)",
            &[],
        )
        .await?;
    let data: String = row.get(2);
    let is_outside = |at| !Path::new(row.get::<_, &str>(at)).starts_with(&data);
    let has_conf = cli.config_file.is_some() || cli.postgresql_conf.is_some();
    if is_outside(0) && !has_conf {
        report.precondition(
            "postgresql.conf of the provider lies outside of its data directory, and is not in the copy",
            "give the new server's with --postgresql-conf and --hba-conf, or with --config-file",
        );
    }
    if is_outside(1) && cli.config_file.is_none() && cli.hba_conf.is_none() {
        report.precondition(
            "pg_hba.conf of the provider lies outside of its data directory, and is not in the copy",
            "give the new server's with --hba-conf, or with --config-file",
        );
    }
    if !has_conf
        && let Some(number) = row.get::<_, Option<String>>(5).filter(|number| number != "0")
        && !number.is_empty()
    {
        report.precondition(
            format!(
                "spock.snowflake_node is set to {number} on the provider, and would be in the copy"
            ),
            "give the new server a configuration with another number by --postgresql-conf",
        );
    }
    let libraries: String = row.get(3);
    let others: Vec<&str> = libraries
        .split(',')
        .filter(|name| !matches!(name.trim_matches([' ', '"']), "spock" | "$libdir/spock" | ""))
        .collect();
    Ok((others.join(","), u16::try_from(row.get::<_, i32>(4)).unwrap_or(0)))
}

/// Nobody may listen where the new server will.
async fn check_address(subscriber: &Conninfo, report: &mut Report) {
    let port = subscriber.get("port").and_then(|port| port.parse::<u16>().ok()).unwrap_or(5432);
    let host =
        subscriber.get("hostaddr").or(subscriber.get("host")).unwrap_or("localhost").to_owned();
    let answers = if host.starts_with('/') {
        tokio::net::UnixStream::connect(format!("{host}/.s.PGSQL.{port}")).await.is_ok()
    } else {
        let find = {
            let host = host.clone();
            move || (host.as_str(), port).to_socket_addrs()
        };
        let found = tokio::task::spawn_blocking(find).await;
        let Ok(Ok(mut addresses)) = found else {
            return report.error(AdminError::config(format!(
                "host \"{host}\" of --subscriber-dsn is not known here"
            )));
        };
        match addresses.next() {
            Some(address) => {
                let connect = tokio::net::TcpStream::connect(address);
                let limit = Duration::from_secs(3);
                matches!(tokio::time::timeout(limit, connect).await, Ok(Ok(_)))
            }
            None => false,
        }
    };
    if answers {
        report.precondition(
            format!("a server listens already at {host}:{port}, where --subscriber-dsn leads"),
            "give the host and port that the new server will have",
        );
    }
}
