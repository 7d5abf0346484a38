//! The steps, in their order, and how they are undone.
//!
//! Why nothing is lost and nothing comes twice: the slots begin before the base backup, so every transaction
//! that commits after them can be sent whole. The copy ends at a restore point: it has exactly the
//! transactions whose commit record lies before it, and the stream begins exactly there.
//!
//! **Invariant**: nothing is on the provider that outlives this program until all else is done. The slots are
//! temporary, in sessions that stay open; the lasting ones are copies of them, made just before the
//! subscriptions are enabled. Until then [`Join::undo`] takes everything back.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use spock_admin::client::{Client, ConnectOptions, NewSubscription};
use spock_admin::conninfo::resolve::ProcessEnv;
use spock_admin::error::{AdminError, Result};
use spock_admin::progress::{Event, Outcome, Progress};
use spock_admin::wait::Deadline;
use spock_core::lsn::Lsn;
use tempfile::TempDir;
use tokio_postgres::types::PgLsn;

use crate::cli::Cli;
use crate::plan::{Database, Plan};
use crate::server::{Private, Server};
use crate::target::{Target, private_dir};
use crate::{backup, checks, control_file, identity, journal, server};

/// What has been made so far.
pub(crate) struct Join<'a> {
    cli: &'a Cli,
    target: &'a Target,
    plan: &'a Plan,
    progress: &'a dyn Progress,
    /// Sessions that hold the temporary slots, in the order of the databases.
    holders: Vec<Client>,
    /// Password file, socket, and access rules of the private server.
    private: Option<TempDir>,
    server: Option<Server>,
    has_begun_copy: bool,
    /// The new server runs as it is to be.
    is_started: bool,
    /// A slot is there, or may be, that stays.
    has_lasting_slot: bool,
}

impl<'a> Join<'a> {
    pub(crate) fn new(
        cli: &'a Cli,
        target: &'a Target,
        plan: &'a Plan,
        progress: &'a dyn Progress,
    ) -> Self {
        Join {
            cli,
            target,
            plan,
            progress,
            holders: Vec::new(),
            private: None,
            server: None,
            has_begun_copy: false,
            is_started: false,
            has_lasting_slot: false,
        }
    }

    /// Whether it is too late to undo.
    pub(crate) fn is_lasting(&self) -> bool {
        self.has_lasting_slot
    }

    /// Everything, from the first slot to a subscription that replicates.
    pub(crate) async fn run(&mut self) -> Result<()> {
        self.progress.event(Event::PlanStarted { steps: 9 });
        let step = self.begin("slots", "hold the provider's log by temporary slots");
        self.hold().await?;
        self.end(step);

        let step = self.begin(backup::STEP, "take the base backup");
        let (conninfo, private) = self.copy().await?;
        self.place_configuration()?;
        self.end(step);

        let step = self.begin("recover", "recover to a restore point and promote");
        let position = self.recover(&conninfo, &private).await?;
        self.end(step);

        let step = self.begin("detach", "make the copy another node");
        let limit = self.cli.timeout;
        if let Some(server) = &mut self.server {
            identity::detach(server, self.target, limit).await?;
            server.stop(limit).await?;
        }
        self.server = None;
        self.private = None;
        self.end(step);

        if !self.cli.no_reset_system_identifier {
            let step = self.begin("system_identifier", "give it a system identifier of its own");
            control_file::reset(&self.target.pgdata)?;
            self.target
                .run("pg_resetwal", &["-D".as_ref(), self.target.pgdata.as_os_str()])
                .await?;
            self.end(step);
        }

        let step = self.begin("start", "start the new server");
        self.is_started = true;
        server::start_for_good(self.target, limit).await?;
        self.end(step);

        let step = self.begin("subscribe", "make nodes and subscriptions");
        let mut clients = Vec::new();
        for database in &self.plan.databases {
            clients.push(self.subscribe(database, position).await?);
        }
        self.end(step);

        let step =
            self.begin("lasting_slots", "make the slots lasting, and enable the subscriptions");
        self.make_slots_lasting().await?;
        for (database, client) in self.plan.databases.iter().zip(&clients) {
            client.sub_enable(&database.subscription).await?;
        }
        self.end(step);

        let step = self.begin("replicate", "wait until changes arrive");
        let deadline = Deadline::after(limit);
        for (database, client) in self.plan.databases.iter().zip(&clients) {
            replicates(database, client, deadline).await?;
        }
        self.end(step);
        journal::close(&self.target.pgdata);
        drop(clients);
        if self.cli.stop {
            server::stop_for_good(self.target, limit).await?;
        }
        Ok(())
    }

    fn begin(&self, step: &'static str, title: &str) -> (&'static str, Instant) {
        let node = &self.cli.subscriber_name;
        self.progress.event(Event::StepStarted { step, node, title });
        (step, Instant::now())
    }

    fn end(&self, (step, begun): (&'static str, Instant)) {
        let (outcome, elapsed) = (Outcome::Changed, begun.elapsed());
        self.progress.event(Event::StepFinished { step, outcome, elapsed });
    }

    /// A temporary slot in each database, in a session that stays.
    async fn hold(&mut self) -> Result<()> {
        for database in &self.plan.databases {
            let client = checks::connect(&database.provider, self.cli.timeout).await?;
            // While it waits for transactions to end, too, the server notices when this program is gone.
            client
                .batch("SET idle_session_timeout = 0; SET client_connection_check_interval = '1s'")
                .await?;
            if database.drops_slot {
                client
                    .query_one(
                        "SELECT pg_catalog.pg_drop_replication_slot($1::text::name)",
                        &[&database.slot],
                    )
                    .await?;
            }
            client
                .query_one(
                    "SELECT FROM pg_catalog.pg_create_logical_replication_slot(
                        $1::text::name, 'spock_output', true)",
                    &[&database.temporary_slot()],
                )
                .await
                .map_err(|error| {
                    error
                        .context(format_args!("could not make a slot in database \"{}\"", database.name))
                        .hint("a slot begins when all transactions that run on the provider have ended")
                })?;
            self.holders.push(client);
        }
        Ok(())
    }

    /// The base backup. Gives how the server's programs reach the provider, and the private directory.
    async fn copy(&mut self) -> Result<(String, PathBuf)> {
        let target = self.target;
        let private = private_dir(target)?;
        let dir = private.path().to_owned();
        let passfile = dir.join("pgpass");
        self.private = Some(private);
        target.write_private(&passfile, &backup::passfile_line(&self.plan.provider))?;
        let conninfo = backup::conninfo(&self.plan.provider, &passfile)?;
        let args = backup::arguments(self.cli, target, &conninfo)?;
        self.has_begun_copy = true;
        target.make_dir(&target.pgdata)?;
        backup::take(target, &args, self.progress).await?;
        Ok((conninfo, dir))
    }

    /// Puts the files that were given into their places; what was there is kept beside them.
    fn place_configuration(&self) -> Result<()> {
        let files =
            [(&self.cli.postgresql_conf, "postgresql.conf"), (&self.cli.hba_conf, "pg_hba.conf")];
        for (from, name) in files {
            let Some(from) = from else { continue };
            let to = self.target.pgdata.join(name);
            let failed = |e: std::io::Error| {
                AdminError::failed(format!("could not write \"{}\": {e}", to.display()))
            };
            if to.exists() {
                fs::rename(&to, self.target.pgdata.join(format!("{name}.orig"))).map_err(failed)?;
            }
            let text = fs::read_to_string(from).map_err(|e| {
                AdminError::config(format!("could not read \"{}\": {e}", from.display()))
            })?;
            self.target.write_private(&to, &text)?;
        }
        let Some(port) = self.plan.port else { return Ok(()) };
        let path = self.target.pgdata.join("postgresql.auto.conf");
        let mut text = fs::read_to_string(&path).unwrap_or_default();
        text.push_str(&format!("port = {port}\n"));
        self.target.write_private(&path, &text)
    }

    /// Recovers up to a restore point, whose place it gives.
    async fn recover(&mut self, primary_conninfo: &str, private: &std::path::Path) -> Result<Lsn> {
        let hba_file = private.join("pg_hba.conf");
        self.target.write_private(&hba_file, server::HBA)?;
        let name = private.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
        let lsn = self.restore_point(&name).await?;
        let provider = &self.plan.provider;
        let user = self.cli.subscriber_username.as_deref().or(provider.get("user"));
        let settings = Private {
            socket_dir: self.cli.socket_directory.as_deref().unwrap_or(private),
            hba_file: &hba_file,
            port: self.cli.subscriber_port,
            user: user.unwrap_or("postgres"),
            libraries: &self.plan.libraries,
            primary_conninfo,
            restore_point: &name,
            major: self.plan.major,
        };
        let server = self.server.insert(settings.start(self.target)?);
        let limit = Some(self.cli.recovery_timeout).filter(|limit| !limit.is_zero());
        server.promoted(limit).await?;
        Ok(lsn)
    }

    async fn restore_point(&self, name: &str) -> Result<Lsn> {
        let Some(client) = self.holders.first() else {
            return Err(AdminError::failed("there is no database to subscribe to"));
        };
        let row =
            client.query_one("SELECT pg_catalog.pg_create_restore_point($1)", &[&name]).await?;
        let lsn: PgLsn = row.get(0);
        Ok(Lsn(lsn.into()))
    }

    /// From now on the slots outlive this program.
    async fn make_slots_lasting(&mut self) -> Result<()> {
        for (database, client) in self.plan.databases.iter().zip(&self.holders) {
            let slot = database.made_slot();
            let had_lasting_slot = std::mem::replace(&mut self.has_lasting_slot, true);
            journal::note(self.target, &slot)?;
            let made = client
                .query_one(
                    "SELECT FROM pg_catalog.pg_copy_logical_replication_slot(
                        $1::text::name, $2::text::name, false)",
                    &[&database.temporary_slot(), &database.slot],
                )
                .await;
            if let Err(error) = made {
                // Without a word of the server it may have been made all the same.
                if error.sqlstate.as_deref().is_some_and(|code| !code.starts_with("57")) {
                    journal::retract(self.target, &slot)?;
                    self.has_lasting_slot = had_lasting_slot;
                }
                return Err(error);
            }
            if self.plan.major >= 17 {
                // A copy is no failover slot, and those of subscriptions are.
                client.query_one("SELECT spock.slot_enable_failover()", &[]).await?;
            }
        }
        self.holders.clear();
        Ok(())
    }

    /// Makes the node and its subscription of one database; it begins where the copy ends.
    async fn subscribe(&self, database: &Database, position: Lsn) -> Result<Client> {
        let options = ConnectOptions {
            application_name: "spock_create_subscriber".to_owned(),
            statement_timeout: self.cli.timeout,
            ..ConnectOptions::default()
        };
        let name = &self.cli.subscriber_name;
        let client = Client::connect_to(name, &database.subscriber, &options, &ProcessEnv).await?;
        let dsn = registered_dsn(self.cli, database)?;
        client.node_create(name, &dsn, None, None, None).await?;
        client
            .sub_create(&NewSubscription {
                name: database.subscription.clone(),
                provider_dsn: database.provider_dsn.clone(),
                replication_sets: self.cli.replication_sets.clone(),
                synchronize_structure: false,
                synchronize_data: false,
                forward_origins: Vec::new(),
                apply_delay: format!("{} s", self.cli.apply_delay.as_secs_f64()),
                force_text_transfer: false,
                skip_schemas: Vec::new(),
                enabled: false,
            })
            .await?;
        client
            .query_one(
                "SELECT pg_catalog.pg_replication_origin_advance($1, $2)",
                &[&database.slot, &PgLsn::from(position.0)],
            )
            .await?;
        Ok(client)
    }

    /// Takes back everything; only before a slot lasts. Says what could not be taken back.
    pub(crate) async fn undo(&mut self) -> Vec<AdminError> {
        let mut left = Vec::new();
        if let Some(server) = &mut self.server {
            server.abandon().await;
        }
        if self.is_started && self.target.pgdata.join("postmaster.pid").exists() {
            left.extend(server::stop_for_good(self.target, Duration::from_secs(60)).await.err());
        }
        self.server = None;
        self.private = None;
        // The temporary slots go with the sessions.
        self.holders.clear();
        spock_admin::client::disconnected(Duration::from_secs(5)).await;
        if self.has_begun_copy && !self.cli.no_cleanup {
            left.extend(self.remove_copy().err());
        }
        left
    }

    fn remove_copy(&self) -> Result<()> {
        let pgdata = &self.target.pgdata;
        let failed = |e: std::io::Error| {
            AdminError::failed(format!("could not remove \"{}\": {e}", pgdata.display()))
                .hint("remove it; nothing else is left")
        };
        if !self.plan.has_pgdata {
            return match fs::remove_dir_all(pgdata) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(e)),
                _ => Ok(()),
            };
        }
        for entry in fs::read_dir(pgdata).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Links, as to a directory for the log, are not followed.
            if entry.file_type().map_err(failed)?.is_dir() {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            } else {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Too late to take everything back: what is left.
    pub(crate) fn left(&self) -> Vec<String> {
        let mut left: Vec<String> = journal::read(&self.target.pgdata)
            .iter()
            .map(|slot| {
                format!(
                    "on the provider, in database \"{}\": {}",
                    slot.database,
                    slot.drop_statement()
                )
            })
            .collect();
        let pgdata = self.target.pgdata.display();
        if self.target.pgdata.join("postmaster.pid").exists() {
            left.push(format!("stop the new server: pg_ctl stop -D \"{pgdata}\""));
        }
        left.push(format!("remove \"{pgdata}\", which cannot be used, and run this program again"));
        left
    }
}

/// The connection string of the new node as it was given, for this database.
fn registered_dsn(cli: &Cli, database: &Database) -> Result<spock_admin::secret::Secret> {
    let given = spock_admin::conninfo::Conninfo::parse(&cli.subscriber_dsn)?;
    let mut stored = given.clone().with("dbname", &database.name);
    for key in ["host", "port", "user"] {
        if given.get(key).is_none()
            && given.get("hostaddr").is_none_or(|_| key != "host")
            && let Some(value) = database.subscriber.get(key)
        {
            stored = stored.with(key, value);
        }
    }
    Ok(stored.dsn())
}

/// Waits until a mark that is written on the provider now has come by the subscription.
async fn replicates(database: &Database, client: &Client, deadline: Deadline) -> Result<()> {
    let provider = checks::connect(&database.provider, Duration::from_secs(30)).await?;
    let mark = provider.sync_event().await?;
    loop {
        let states = client.subscriptions().await?;
        let state = states.iter().find(|state| state.name == database.subscription);
        let progress = client.origin_progress().await?;
        let applied = progress
            .iter()
            .find(|progress| progress.subscription == database.subscription)
            .and_then(|progress| progress.applied);
        if state.is_some_and(|state| state.status == "replicating")
            && applied.is_some_and(|applied| applied >= mark)
        {
            return Ok(());
        }
        if deadline.is_over() {
            let error = AdminError::timeout(format!(
                "subscription \"{}\" does not replicate in time",
                database.subscription
            ));
            let why = state.map(|state| match &state.last_error {
                Some(error) => format!("Its status is {}: {error}", state.status),
                None => format!("Its status is {}.", state.status),
            });
            return Err(match why {
                Some(why) => error.detail(why),
                None => error,
            });
        }
        deadline.pause().await;
    }
}
